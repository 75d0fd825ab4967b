"""What the roles' alarms can be chosen from is what their variables take, and each is one that CloudWatch takes."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal
from botocore.session import Session

ROLES = pathlib.Path(__file__).parents[3] / "roles"
TIERS = ("network", "aurora", "redis", "ecs_service", "apigw")
# where deployments name them, they are made in a part of their own
ALARMS_IN = {"ecs_service": "alarms.yml"}
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
OUTPUTS = {
    "network_outputs": {"nat_gateway_ids": ["nat-1", "nat-2"]},
    "ecs_service_outputs": {
        "load_balancer_arn": f"{ARN}:loadbalancer/app/streamflix-alb-dev/50dc6c495c0c9188",
        "target_group_arn": f"{ARN}:targetgroup/streamflix-tg-dev/73e2d6bc24d8a067",
    },
}


def load(path: str) -> Any:
    return yaml.safe_load((ROLES / path).read_text(encoding="utf-8"))


def choices(role: str) -> list[str]:
    option = load(f"{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"][f"{role}_alarms"]
    return option["options"]["name"]["choices"]


def task(role: str, one: dict[str, Any]) -> dict[str, Any]:
    """Return what the role gives to the module for an alarm."""
    name = f"{'streamflix.content_api' if 'metrics' in one else 'amazon.aws'}.cloudwatch_metric_alarm"
    return next(
        one[name]
        for one in rehearsal.each_task(rehearsal.read(ROLES / role / "tasks" / ALARMS_IN.get(role, "watch.yml")))
        if name in one
    )


def alarms(role: str, **more: Any) -> list[dict[str, Any]]:
    """Return the arguments of the module for all alarms that a role can have."""
    known: dict[str, Any] = {"environment_suffix": "dev", **OUTPUTS}
    for kind in ("defaults", "vars"):
        known.update(rehearsal.read(ROLES / role / kind / "main.yml"))
    known |= {f"{role}_alarms": [{"name": name} for name in choices(role)], **more}
    templar = Templar(DataLoader(), known)
    made = templar.template({"all": known[f"__{role}_alarms"]})["all"]
    return [Templar(DataLoader(), {**known, "item": one}).template(task(role, one)) for one in made]


@pytest.mark.parametrize("role", TIERS)
def test_the_catalogue_has_what_can_be_chosen(role: str) -> None:
    catalogue = load(f"{role}/vars/main.yml")[f"__{role}_alarm_catalogue"]
    assert choices(role) == list(catalogue)
    entry = load(f"{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"][f"{role}_alarms"]
    assert all(f"V({name})" in " ".join(entry["description"]) for name in catalogue)


@pytest.mark.parametrize("role", TIERS)
def test_cloudwatch_takes_each_of_them(role: str) -> None:
    # the one list of what there is that is not ours
    session = Session()
    client = session.create_client("cloudwatch", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    shape = client.meta.service_model.operation_model("PutMetricAlarm").input_shape
    statistics = shape.members["Statistic"].enum
    comparisons = shape.members["ComparisonOperator"].enum
    made = alarms(role)
    assert len({one["name"] for one in made}) == len(made) >= len(choices(role))
    for one in made:
        assert one["comparison"] in comparisons
        assert one["treat_missing_data"] in ("breaching", "notBreaching", "ignore", "missing")
        for metric in metrics_of(one):
            assert metric.get("statistic", statistics[0]) in statistics
            assert ("statistic" in metric) != ("extended_statistic" in metric)
            assert metric["namespace"].startswith(("AWS/", "ECS/"))
            assert metric["dimensions"]
            assert all(isinstance(value, str) and value for value in metric["dimensions"].values())
        assert float(one["threshold"]) >= 0
        text, url = one["description"].split(" Runbook: ")
        assert text.endswith(".")
        assert url.rpartition("#")[2] in choices(role)


def metrics_of(one: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what an alarm is about: one metric, or those of which it is computed."""
    return [{**item, "statistic": item["stat"]} for item in one["metrics"][:-1]] if "metrics" in one else [one]


def threshold(role: str, name: str, **variables: Any) -> float:
    (one,) = [one for one in alarms(role, **variables) if one["name"].endswith(f"-{name}")]
    return float(one["threshold"])


def test_thresholds_follow_the_sizes() -> None:
    # four fifths of what the Aurora User Guide's table of max_connections has, to some percent
    assert threshold("aurora", "connections", aurora_min_capacity=1, aurora_max_capacity=1) == 164
    assert threshold("aurora", "connections", aurora_min_capacity=2, aurora_max_capacity=16) == 2624
    assert threshold("aurora", "connections", aurora_min_capacity=2, aurora_max_capacity=64) == 4000
    assert threshold("aurora", "connections", aurora_min_capacity=0.5, aurora_max_capacity=64) == 1600
    assert threshold("ecs_service", "running_tasks", ecs_service_desired_count=3) == 3
    assert threshold("ecs_service", "target_5xx", ecs_service_desired_count=3) == 15
    assert threshold("apigw", "requests", apigw_throttling_rate_limit=100) == 4800
    assert threshold("apigw", "latency", apigw_timeout_in_millis=2000) == 1000
    assert len(alarms("redis", redis_num_cache_clusters=3)) == 3 * len(choices("redis"))


def test_what_watches_the_targets_names_them_as_cloudwatch_does() -> None:
    (one,) = [one for one in alarms("ecs_service") if one["name"].endswith("-target_5xx")]
    assert one["dimensions"] == {
        "LoadBalancer": "app/streamflix-alb-dev/50dc6c495c0c9188",
        "TargetGroup": "targetgroup/streamflix-tg-dev/73e2d6bc24d8a067",
    }


def test_what_shifts_traffic_is_watched_in_both_target_groups() -> None:
    second = {"target_group": {"arn": f"{ARN}:targetgroup/streamflix-tg-2-dev/83e2d6bc24d8a067"}}
    made = {
        one["name"].rpartition("-")[2]: one
        for one in alarms("ecs_service", ecs_service_deployment_strategy="CANARY", __ecs_service_alternate=second)
    }
    balancer = {"LoadBalancer": "app/streamflix-alb-dev/50dc6c495c0c9188"}
    assert made["target_5xx"]["dimensions"] == made["response_time"]["dimensions"] == balancer
    groups = [one.get("dimensions", {}).get("TargetGroup") for one in made["unhealthy_targets"]["metrics"]]
    both = ["targetgroup/streamflix-tg-dev/73e2d6bc24d8a067", "targetgroup/streamflix-tg-2-dev/83e2d6bc24d8a067"]
    assert groups == [*both, None]
    assert made["unhealthy_targets"]["metrics"][-1]["expression"] == "MAX([first, second])"


@pytest.mark.parametrize("role", TIERS)
def test_the_names_of_all_alarms_need_no_output(role: str) -> None:
    known: dict[str, Any] = {"environment_suffix": "dev", f"{role}_alarms": [{"name": name} for name in choices(role)]}
    for kind in ("defaults", "vars"):
        known = {**rehearsal.read(ROLES / role / kind / "main.yml"), **known}
    known["network_availability_zones"], known["network_nat_gateways"] = ["eu-west-1a", "eu-west-1b"], "per_az"
    names = Templar(DataLoader(), known).template({"all": known[f"{role}_alarm_names"]})["all"]
    assert sorted(names) == sorted(one["name"] for one in alarms(role))


@pytest.mark.parametrize("role", TIERS)
def test_a_removal_needs_to_know_nothing(role: str) -> None:
    known: dict[str, Any] = {"environment_suffix": "dev"}
    for kind in ("defaults", "vars"):
        known.update(rehearsal.read(ROLES / role / kind / "main.yml"))
    first, *_others = rehearsal.read(ROLES / role / "tasks/unwatch.yml")
    known |= first["vars"]
    assert Templar(DataLoader(), known).template({"all": known[f"__{role}_alarms"]}) == {"all": []}

"""The scaling policies of a tier, out of an inventory."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.filter.scaling_policies import FilterModule

METRICS = {"cpu": "ECSServiceAverageCPUUtilization", "requests": "ALBRequestCountPerTarget"}
BLUE, GREEN = "app/alb/1a/targetgroup/blue/2b", "app/alb/1a/targetgroup/green/3c"


def made(scaling: dict[str, Any], *target_groups: str) -> dict[str, Any]:
    """Return the configurations that the filter makes, by the names of the policies."""
    found = FilterModule().filters()["scaling_policies"](scaling, METRICS, "api-", target_groups)
    return {policy["policy_name"]: policy["target_tracking_configuration"] for policy in found}


def test_a_policy_for_each_target() -> None:
    scaling = {"min_capacity": 1, "cpu": 60, "requests": None, "scale_in_cooldown": 600, "disable_scale_in": None}
    specification = {"predefined_metric_type": METRICS["cpu"]}
    assert made(scaling) == {
        "api-cpu": {"target_value": 60, "predefined_metric_specification": specification, "scale_in_cooldown": 600}
    }


def test_requests_of_one_target_group_are_counted_by_aws() -> None:
    (found,) = made({"requests": 1000}, BLUE).values()
    assert found["predefined_metric_specification"]["resource_label"] == BLUE


def test_requests_of_two_target_groups_are_added_up() -> None:
    (found,) = made({"requests": 1000}, BLUE, GREEN).values()
    *counted, total = found["customized_metric_specification"]["metrics"]
    assert total["expression"] == "FILL(m1, 0) + FILL(m2, 0)"
    assert [total["return_data"], *(query["return_data"] for query in counted)] == [True, False, False]
    dimensions = [query["metric_stat"]["metric"]["dimensions"] for query in counted]
    assert [[pair["value"] for pair in pairs] for pairs in dimensions] == [
        ["app/alb/1a", "targetgroup/blue/2b"],
        ["app/alb/1a", "targetgroup/green/3c"],
    ]


def test_further_metrics_are_taken_as_they_are() -> None:
    metric = {"metric_name": "Waiting", "namespace": "Jobs"}
    scaling = {"metrics": [{"name": "jobs", "target_value": 3, "customized_metric_specification": metric}]}
    assert made(scaling) == {"api-jobs": {"target_value": 3, "customized_metric_specification": metric}}

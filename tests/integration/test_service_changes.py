"""Changes of a deployed service: another target group takes over, the log gets metrics and loses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.watch import healthy_targets, watched

Client = Callable[[str], Any]
TASKS = 2


def target_groups(aws: Client) -> list[tuple[str, int]]:
    """Return name and port of each target group."""
    groups = aws("elbv2").describe_target_groups()["TargetGroups"]
    return sorted((group["TargetGroupName"], group["Port"]) for group in groups)


def test_another_target_group_takes_over_and_the_old_one_goes(aws: Client, play: Any, written: Any) -> None:
    first = target_groups(aws)
    for name, left in (("streamflix-tg-dev-2", [("streamflix-tg-dev-2", 80)]), ("streamflix-tg-dev", first)):
        preview = play("site.yml", "--check", ecs_service_target_group_name=name)
        assert preview.code == 0, preview.output
        assert written(preview) == []
        with watched(healthy_targets(aws, TASKS)) as watch:
            run = play("site.yml", ecs_service_target_group_name=name)
        assert run.code == 0, run.output
        assert watch.gaps == []
        assert watch.looks > 1
        assert target_groups(aws) == left
        gone = [change["name"] for change in run.changes if change["action"] == "remove"]
        assert len(gone) == 1
        assert gone[0] != name
        again = play("site.yml", ecs_service_target_group_name=name)
        assert (again.code, again.changed) == (0, 0), again.output


def becoming(change: dict[str, Any]) -> tuple[str, str, str]:
    """Return the changes of each resource."""
    return change["action"], change["type"], change["name"]


def ports(aws: Client, group: str) -> list[int]:
    """Return the ports that a security group lets in."""
    filters = [{"Name": "group-name", "Values": [group]}]
    (found,) = aws("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return sorted(rule["FromPort"] for rule in found["IpPermissions"])


def test_another_port_takes_over_and_the_old_one_is_closed(aws: Client, play: Any) -> None:
    first = target_groups(aws)
    moved = {"ecs_service_container_port": 8080, "ecs_service_target_group_name": "streamflix-tg-dev-8080"}
    # the order of the tiers holds for a part of them too
    for variables, left, port, part in (
        (moved, [("streamflix-tg-dev-8080", 8080)], 8080, ()),
        ({}, first, 80, ("--tags", "network,ecs_service")),
    ):
        # a change of the network alone interrupts nothing
        early = play("site.yml", "--tags", "network", **variables)
        assert early.code == 0, early.output
        assert ports(aws, "streamflix-ecs-dev") == [80, 8080]
        preview = play("site.yml", "--check", *part, **variables)
        with watched(healthy_targets(aws, TASKS)) as watch:
            run = play("site.yml", *part, **variables)
        assert run.code == 0, run.output
        # the old port's rule, which goes at the end, included
        assert [becoming(change) for change in preview.changes] == [becoming(change) for change in run.changes]
        assert watch.gaps == []
        assert watch.looks > 1
        assert target_groups(aws) == left
        assert ports(aws, "streamflix-ecs-dev") == [port]
        again = play("site.yml", **variables)
        assert (again.code, again.changed) == (0, 0), again.output


def test_what_cannot_change_is_refused_before_anything_is_written(aws: Client, play: Any, written: Any) -> None:
    refused = (
        ({"ecs_service_container_port": 8080}, "name (ecs_service_target_group_name of the role)", ("--check",)),
        ({"ecs_service_container_port": 8080}, "name (ecs_service_target_group_name of the role)", ()),
        ({"redis_port": 6380}, "port (6379 -> 6380)", ()),
        ({"aurora_port": 5433}, "would cut everybody off", ()),
        ({"ecs_service_cluster_name": "content"}, "AWS::ECS::Cluster streamflix-cluster-dev is this stack's", ()),
    )
    with watched(healthy_targets(aws, TASKS)) as watch:
        for variables, words, arguments in refused:
            run = play("site.yml", *arguments, **variables)
            assert words in run.failures[0]["message"]
            assert written(run) == []
    assert watch.gaps == []
    assert watch.looks > 1


LOG, ERRORS = "/ecs/streamflix-api-dev", "streamflix-api-dev-errors"
SERVICE_ONLY = ("--tags", "ecs_service")


def metric_filters(aws: Client) -> dict[str, list[dict[str, Any]]]:
    """Return what the metric filters of the log group make of a line, by name."""
    found = aws("logs").describe_metric_filters(logGroupName=LOG)["metricFilters"]
    return {one["filterName"]: one["metricTransformations"] for one in found}


def test_the_log_gets_metrics_with_its_log_group_and_loses_them(aws: Client, play: Any, written: Any) -> None:
    # the module of amazon.aws cannot preview a filter without its log group
    aws("logs").delete_log_group(logGroupName=LOG)
    metric = {"metricName": "errors", "metricNamespace": "streamflix-api-dev", "metricValue": "$.count"}
    chosen = {
        "name": "errors",
        "pattern": "{ $.count > 0 }",
        "metric_value": "$.count",
        "dimensions": {"path": "$.path"},
    }
    for metrics, action, left in (
        ([chosen], "create", {ERRORS: [{**metric, "unit": "None", "dimensions": {"path": "$.path"}}]}),
        ([], "remove", {}),
    ):
        preview = play("site.yml", "--check", *SERVICE_ONLY, ecs_service_log_metrics=metrics)
        assert (preview.code, written(preview)) == (0, []), preview.output
        run = play("site.yml", *SERVICE_ONLY, ecs_service_log_metrics=metrics)
        assert run.code == 0, run.output
        assert run.changes == preview.changes
        assert (action, "AWS::Logs::MetricFilter", ERRORS) in [becoming(change) for change in run.changes]
        assert metric_filters(aws) == left

"""Another target group for a deployed service: new beside old, move, and nothing of the old one left."""

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

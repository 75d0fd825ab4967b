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


def ports(aws: Client, group: str) -> list[int]:
    """Return the ports that a security group lets in."""
    filters = [{"Name": "group-name", "Values": [group]}]
    (found,) = aws("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return sorted(rule["FromPort"] for rule in found["IpPermissions"])


def test_another_port_takes_over_and_the_old_one_is_closed(aws: Client, play: Any) -> None:
    first = target_groups(aws)
    moved = {"ecs_service_container_port": 8080, "ecs_service_target_group_name": "streamflix-tg-dev-8080"}
    for variables, left, port in ((moved, [("streamflix-tg-dev-8080", 8080)], 8080), ({}, first, 80)):
        # the network alone cuts nobody off
        early = play("site.yml", "--tags", "network", **variables)
        assert early.code == 0, early.output
        assert ports(aws, "streamflix-ecs-dev") == [80, 8080]
        with watched(healthy_targets(aws, TASKS)) as watch:
            run = play("site.yml", **variables)
        assert run.code == 0, run.output
        assert watch.gaps == []
        assert watch.looks > 1
        assert target_groups(aws) == left
        assert ports(aws, "streamflix-ecs-dev") == [port]
        again = play("site.yml", **variables)
        assert (again.code, again.changed) == (0, 0), again.output


def test_a_port_without_another_target_group_stops_and_cuts_nobody_off(aws: Client, play: Any) -> None:
    first = target_groups(aws)
    with watched(healthy_targets(aws, TASKS)) as watch:
        preview = play("site.yml", "--check", ecs_service_container_port=8080)
        run = play("site.yml", ecs_service_container_port=8080)
    for one in (preview, run):
        assert "Give the target group another name" in one.failures[0]["message"]
    assert watch.gaps == []
    assert watch.looks > 1
    assert (target_groups(aws), ports(aws, "streamflix-ecs-dev")) == (first, [80, 8080])
    back = play("site.yml")
    assert back.code == 0, back.output
    assert ports(aws, "streamflix-ecs-dev") == [80]


def test_another_port_of_redis_stops_and_cuts_nobody_off(aws: Client, play: Any) -> None:
    run = play("site.yml", redis_port=6380)
    assert run.code != 0
    assert 6379 in ports(aws, "streamflix-cache-dev")
    back = play("site.yml")
    assert back.code == 0, back.output
    assert ports(aws, "streamflix-cache-dev") == [6379]

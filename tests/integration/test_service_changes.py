"""Another target group for a deployed service: new beside old, move, and nothing of the old one left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]


def target_groups(aws: Client) -> list[tuple[str, int]]:
    """Return name and port of each target group."""
    groups = aws("elbv2").describe_target_groups()["TargetGroups"]
    return sorted((group["TargetGroupName"], group["Port"]) for group in groups)


def healthy(aws: Client) -> int:
    """Return how many healthy targets the worst target group has that gets requests of the listener."""
    elbv2 = aws("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    (action,) = listener["DefaultActions"]
    groups = action.get("ForwardConfig", {}).get("TargetGroups") or [action]
    arns = [group["TargetGroupArn"] for group in groups if group.get("Weight", 1)]
    return min(
        sum(
            target["TargetHealth"]["State"] == "healthy"
            for target in elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        )
        for arn in arns
    )


class Watch:
    """Asks all through a run whether the listener has healthy targets."""

    def __init__(self, aws: Client) -> None:
        self.aws, self.seen, self._ended = aws, [], threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._ended.is_set():
            self.seen.append(healthy(self.aws))
            time.sleep(0.05)

    def __enter__(self) -> list[int]:
        self._thread.start()
        return self.seen

    def __exit__(self, *_unused: object) -> None:
        self._ended.set()
        self._thread.join()


def test_another_target_group_takes_over_and_the_old_one_goes(aws: Client, play: Any, written: Any) -> None:
    first = target_groups(aws)
    for name, left in (("streamflix-tg-dev-2", [("streamflix-tg-dev-2", 80)]), ("streamflix-tg-dev", first)):
        preview = play("site.yml", "--check", ecs_service_target_group_name=name)
        assert preview.code == 0, preview.output
        assert written(preview) == []
        with Watch(aws) as seen:
            run = play("site.yml", ecs_service_target_group_name=name)
        assert run.code == 0, run.output
        assert min(seen) >= 2, seen
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
        with Watch(aws) as seen:
            run = play("site.yml", **variables)
        assert run.code == 0, run.output
        assert min(seen) >= 2, seen
        assert target_groups(aws) == left
        assert ports(aws, "streamflix-ecs-dev") == [port]
        again = play("site.yml", **variables)
        assert (again.code, again.changed) == (0, 0), again.output


def test_a_port_without_another_target_group_stops_and_cuts_nobody_off(aws: Client, play: Any) -> None:
    first = target_groups(aws)
    with Watch(aws) as seen:
        preview = play("site.yml", "--check", ecs_service_container_port=8080)
        run = play("site.yml", ecs_service_container_port=8080)
    for one in (preview, run):
        assert "Give the target group another name" in one.failures[0]["message"]
    assert min(seen) >= 2, seen
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

"""Looking again and again, while something else happens, whether somebody is cut off."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tests.support.account import Client

Look = Callable[[], list[str]]

EVERYWHERE = "0.0.0.0/0"
PAUSE_SECONDS = 0.02
# a request that finds the stack half changed between two reads, as with a target group that has just gone
TRIES = 3


class Watch:
    """What was seen so far.

    :ivar looks: how often everything was looked at.
    :ivar gaps: what was cut off, in words; each as often as it was seen so.
    """

    def __init__(self, *looks: Look) -> None:
        """Keep what to look at.

        :param looks: each returns what it finds cut off, now.
        """
        self._looks = looks
        self._failures: list[Exception] = []
        self.looks = 0
        self.gaps: list[str] = []

    def look(self) -> None:
        """Look once at everything."""
        for one in self._looks:
            self.gaps += confirmed(one)
        self.looks += 1

    def look_until(self, over: threading.Event) -> None:
        """Look on until the event is set; what a look raises is kept for L(raise_if_failed)."""
        while not over.wait(PAUSE_SECONDS):
            try:
                self.look()
            except Exception as failure:
                self._failures.append(failure)
                return

    def raise_if_failed(self) -> None:
        """Raise what a look raised: what is not looked at any more must not count as seen."""
        if self._failures:
            raise self._failures[0]


def confirmed(look: Look) -> list[str]:
    """Look, and once more where something is cut off: between the requests of one look things may have moved on.

    :returns: what both looks find.
    """
    found = patiently(look)
    again = patiently(look) if found else []
    return [gap for gap in found if gap in again]


def patiently(look: Look) -> list[str]:
    """Look, once more where what was read first was gone by the next read."""
    for _unused in range(TRIES - 1):
        with contextlib.suppress(Exception):
            return look()
    return look()


@contextlib.contextmanager
def watched(*looks: Look) -> Iterator[Watch]:
    """Look again and again while the block runs, and once more after it."""
    watch, over = Watch(*looks), threading.Event()
    watcher = threading.Thread(target=watch.look_until, args=(over,))
    watcher.start()
    try:
        yield watch
    finally:
        over.set()
        watcher.join()
    watch.raise_if_failed()
    watch.look()


def ways_out(aws: Client, vpc_id: str) -> Look:
    """Return a look at a VPC's private subnets: those with something in them need a route to a living NAT gateway."""
    ec2, in_vpc = aws("ec2"), [{"Name": "vpc-id", "Values": [vpc_id]}]
    living = [*in_vpc, {"Name": "state", "Values": ["available"]}]

    def look() -> list[str]:
        interfaces = ec2.describe_network_interfaces(Filters=in_vpc)["NetworkInterfaces"]
        used = {item["SubnetId"] for item in interfaces}
        subnets = ec2.describe_subnets(Filters=in_vpc)["Subnets"]
        private = {item["SubnetId"] for item in subnets if not item["MapPublicIpOnLaunch"]}
        routes = default_routes(ec2, in_vpc)
        gateways = {item["NatGatewayId"] for item in ec2.describe_nat_gateways(Filter=living)["NatGateways"]}
        ways = {subnet_id: gateways & set(routes.get(subnet_id, [])) for subnet_id in used & private}
        return sorted(f"{subnet_id} has no way out" for subnet_id, found in ways.items() if not found)

    return look


def default_routes(ec2: Any, in_vpc: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the NAT gateways to which active default routes lead, by subnet."""
    return {
        association["SubnetId"]: [
            route.get("NatGatewayId", "")
            for route in table["Routes"]
            if route.get("DestinationCidrBlock") == EVERYWHERE and route["State"] == "active"
        ]
        for table in ec2.describe_route_tables(Filters=in_vpc)["RouteTables"]
        for association in table["Associations"]
        if "SubnetId" in association
    }


def healthy_targets(aws: Client, least: int) -> Look:
    """Return a look at all target groups to which a listener forwards: each needs so many healthy targets."""
    elbv2 = aws("elbv2")

    def look() -> list[str]:
        groups = [
            group["TargetGroupArn"]
            for balancer in elbv2.describe_load_balancers()["LoadBalancers"]
            for listener in elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
            for action in listener["DefaultActions"]
            for group in action.get("ForwardConfig", {}).get("TargetGroups") or [action]
            if group.get("Weight", 1)
        ]
        counts = {arn: healthy_in(elbv2, arn) for arn in groups}
        few = [f"{arn.split('/')[1]} has {count} healthy targets" for arn, count in counts.items() if count < least]
        return few if groups else ["no listener forwards to a target group"]

    return look


def healthy_in(elbv2: Any, arn: str) -> int:
    """Return how many healthy targets a target group has."""
    targets = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return sum(target["TargetHealth"]["State"] == "healthy" for target in targets)

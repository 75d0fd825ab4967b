"""Whether what is in a private subnet reaches the Internet, asked again and again while something else happens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

EVERYWHERE = "0.0.0.0/0"
PAUSE_SECONDS = 0.02


class Watch:
    """What was seen so far.

    :ivar looks: how often everything was looked at.
    :ivar gaps: private subnets in use without a way out, each with its table's default routes at that time.
    """

    def __init__(self, ec2: Any, vpc_id: str) -> None:
        """Keep whom to ask.

        :param ec2: a boto3 client.
        """
        self._ec2 = ec2
        self._in_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
        self.looks = 0
        self.gaps: list[tuple[str, list[str]]] = []

    def look(self) -> None:
        """Look once at all private subnets with network interfaces in them."""
        interfaces = self._ec2.describe_network_interfaces(Filters=self._in_vpc)["NetworkInterfaces"]
        used = {item["SubnetId"] for item in interfaces}
        subnets = self._ec2.describe_subnets(Filters=self._in_vpc)["Subnets"]
        private = {item["SubnetId"] for item in subnets if not item["MapPublicIpOnLaunch"]}
        routes = self._default_routes()
        living = [*self._in_vpc, {"Name": "state", "Values": ["available"]}]
        gateways = {item["NatGatewayId"] for item in self._ec2.describe_nat_gateways(Filter=living)["NatGateways"]}
        for subnet_id in sorted(used & private):
            ways = [route.get("NatGatewayId", "") for route in routes.get(subnet_id, []) if route["State"] == "active"]
            if not gateways & set(ways):
                self.gaps.append((subnet_id, ways))
        self.looks += 1

    def _default_routes(self) -> dict[str, list[dict[str, Any]]]:
        """Return the default routes by subnet."""
        tables = self._ec2.describe_route_tables(Filters=self._in_vpc)["RouteTables"]
        return {
            association["SubnetId"]: [
                route for route in table["Routes"] if route.get("DestinationCidrBlock") == EVERYWHERE
            ]
            for table in tables
            for association in table["Associations"]
            if "SubnetId" in association
        }


@contextlib.contextmanager
def watched(ec2: Any, vpc_id: str) -> Iterator[Watch]:
    """Look again and again at a VPC while the block runs, and once more after it."""
    watch, over = Watch(ec2, vpc_id), threading.Event()

    def look_on() -> None:
        while not over.wait(PAUSE_SECONDS):
            watch.look()

    watcher = threading.Thread(target=look_on)
    watcher.start()
    try:
        yield watch
    finally:
        over.set()
        watcher.join()
        watch.look()

"""Elastic Load Balancing's request rates: a bucket for each category of actions, and one for all.

Elastic Load Balancing API, "Request throttling for the Elastic Load Balancing API".
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.rates import READS, Bucket, Rate, category
from emulator.wire import AwsRequest

ALL, OF_READS, OF_WRITES = Rate(40, 10), Rate(40, 10), Rate(20, 3)
CATEGORIES = {
    "resource-intensive": (Rate(10, 0.2), ("CreateLoadBalancer", "SetSubnets")),
    "registration": (Rate(20, 4), ("RegisterTargets", "DeregisterTargets")),
}


def buckets(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the buckets of an action of Elastic Load Balancing."""
    yield "all", ALL
    others = ("reads", OF_READS) if request.operation.startswith(READS) else ("writes", OF_WRITES)
    yield category(CATEGORIES, request.operation) or others

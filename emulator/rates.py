"""AWS's request rates: buckets of tokens, one token a request, for each account and region.

Only services whose documents give numbers have buckets. The seconds are our own, also with a timescale: how fast a
client sends does not depend on how fast AWS provisions.

- Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API": each action has a bucket of its own.
- Amazon ECS API Reference, "Request throttling for the Amazon ECS API": a bucket for each category of actions.
- Elastic Load Balancing API, "Request throttling for the Elastic Load Balancing API": likewise, and one for all.
- Amazon API Gateway Developer Guide, "Amazon API Gateway quotas": quotas for creating, deploying and managing an API.
  What may be called once in several seconds has its place in L(emulator.rules.pace).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from emulator.clock import clock
from emulator.faults import failures_of
from emulator.wire import AwsRequest, Proceed, RefusalError, Reply


@dataclass(frozen=True)
class Rate:
    """The size of a bucket.

    :ivar capacity: how many tokens it holds, so how many requests may come at once.
    :ivar refill: how many tokens it gets back a second.
    """

    capacity: float
    refill: float


EC2_READS, EC2_WRITES = Rate(100, 20), Rate(50, 5)
# these reads, unless they have a filter or are paged
EC2_UNFILTERED = Rate(50, 10)
EC2_LARGE = frozenset({"DescribeInstances", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeVolumes"})
EC2_OWN = {
    "AssociateNatGatewayAddress": Rate(10, 1),
    "CreateNatGateway": Rate(10, 1),
    "CreateTags": Rate(100, 10),
    "CreateVpcEndpoint": Rate(4, 0.3),
    "DeleteNatGateway": Rate(10, 1),
    "DeleteNetworkInterface": Rate(100, 5),
    "DeleteTags": Rate(100, 10),
    "DeleteVpcEndpoints": Rate(4, 0.3),
    "DescribeSecurityGroupReferences": Rate(20, 5),
    "DisassociateNatGatewayAddress": Rate(10, 1),
}
# category: its size and its actions
ECS = {
    "cluster modify": (
        Rate(20, 1),
        ("CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings"),
    ),
    "cluster read": (Rate(50, 20), ("DescribeClusters", "ListClusters")),
    "task definition modify": (Rate(20, 1), ("RegisterTaskDefinition", "DeregisterTaskDefinition")),
    "task definition read": (
        Rate(50, 20),
        ("DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"),
    ),
    "task definition deletion": (Rate(5, 1), ("DeleteTaskDefinitions",)),
    "service modify": (Rate(50, 5), ("CreateService", "DeleteService", "UpdateService")),
    "service read": (Rate(100, 20), ("DescribeServices", "ListServices")),
    "resource modify": (Rate(100, 40), ("RunTask", "StopTask")),
    "resource read": (Rate(100, 20), ("DescribeTasks", "ListTasks")),
    "tag modify": (Rate(20, 10), ("TagResource", "UntagResource")),
    "tag read": (Rate(50, 20), ("ListTagsForResource",)),
}
ELB_ALL, ELB_READS, ELB_WRITES = Rate(40, 10), Rate(40, 10), Rate(20, 3)
ELB = {
    "resource-intensive": (Rate(10, 0.2), ("CreateLoadBalancer", "SetSubnets")),
    "registration": (Rate(20, 4), ("RegisterTargets", "DeregisterTargets")),
}
APIGATEWAY_ALL = Rate(40, 10)
APIGATEWAY_OWN = {"CreateResource": Rate(5, 5), "DeleteResource": Rate(5, 5), "GetResources": Rate(5, 2.5)}
READS = ("Describe", "Get", "List", "Search")

Bucket = tuple[str, Rate]


def category(categories: Mapping[str, tuple[Rate, tuple[str, ...]]], operation: str) -> Bucket | None:
    """Return the category of an operation with its size; None when it is in none."""
    found = ((name, rate) for name, (rate, operations) in categories.items() if operation in operations)
    return next(found, None)


def of_ec2(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the bucket of an action of EC2."""
    operation, parameters = request.operation, request.parameters
    rate = EC2_READS if operation.startswith(READS) else EC2_WRITES
    if operation in EC2_LARGE and not (parameters.get("Filters") or parameters.get("MaxResults")):
        yield f"{operation} of all", EC2_UNFILTERED
    else:
        yield operation, EC2_OWN.get(operation, rate)


def of_ecs(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the bucket of an action of ECS; categories that the platform does not call have none."""
    found = category(ECS, request.operation)
    if found:
        yield found


def of_elbv2(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the buckets of an action of Elastic Load Balancing."""
    yield "all", ELB_ALL
    others = ("reads", ELB_READS) if request.operation.startswith(READS) else ("writes", ELB_WRITES)
    yield category(ELB, request.operation) or others


def of_apigateway(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the buckets of an action of API Gateway."""
    own = APIGATEWAY_OWN.get(request.operation)
    yield (request.operation, own) if own else ("others", APIGATEWAY_ALL)


BUCKETS: dict[str, Callable[[AwsRequest], Iterator[Bucket]]] = {
    "ec2": of_ec2,
    "ecs": of_ecs,
    "elbv2": of_elbv2,
    "apigateway": of_apigateway,
}


class Rates:
    """The layer of C(--rates): a request that finds a bucket empty is refused with the service's own code."""

    def __init__(self) -> None:
        """Start with full buckets."""
        self._lock = threading.Lock()
        # tokens, and when they were counted
        self._tokens: dict[tuple[str, str, str], tuple[float, float]] = {}

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Let a request pass that finds a token in each of its buckets."""
        buckets = list(BUCKETS[request.service](request)) if request.service in BUCKETS else []
        if not self._take(request, buckets):
            failure = failures_of(request).throttling
            raise RefusalError(failure.code, failure.message, failure.status)
        return proceed()

    def _take(self, request: AwsRequest, buckets: list[Bucket]) -> bool:
        """Take a token out of each bucket, or none when one is empty."""
        with self._lock:
            now = clock.ours()
            left = {
                (request.region, request.service, name): self._left(request, name, rate, now) for name, rate in buckets
            }
            enough = all(tokens >= 1 for tokens in left.values())
            self._tokens.update({key: (tokens - enough, now) for key, tokens in left.items()})
            return enough

    def _left(self, request: AwsRequest, name: str, rate: Rate, now: float) -> float:
        tokens, counted = self._tokens.get((request.region, request.service, name), (rate.capacity, now))
        return min(tokens + (now - counted) * rate.refill, rate.capacity)

    def reset(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._tokens.clear()

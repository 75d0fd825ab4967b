"""ECS's request rates: a bucket for each category of actions.

Amazon ECS API Reference, "Request throttling for the Amazon ECS API".
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.rates import Bucket, Rate, category
from emulator.wire import AwsRequest

# category: its size and its actions
CATEGORIES = {
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
    "service modify": (
        Rate(50, 5),
        ("CreateService", "DeleteService", "UpdateService", "StopServiceDeployment"),
    ),
    "service read": (
        Rate(100, 20),
        (
            "DescribeServices",
            "ListServices",
            # assumed of these three, and of StopServiceDeployment
            "DescribeServiceDeployments",
            "DescribeServiceRevisions",
            "ListServiceDeployments",
        ),
    ),
    "resource modify": (Rate(100, 40), ("RunTask", "StopTask")),
    "resource read": (Rate(100, 20), ("DescribeTasks", "ListTasks")),
    "tag modify": (Rate(20, 10), ("TagResource", "UntagResource")),
    "tag read": (Rate(50, 20), ("ListTagsForResource",)),
}


def buckets(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the bucket of an action of ECS; categories that the platform does not call have none."""
    found = category(CATEGORIES, request.operation)
    if found:
        yield found

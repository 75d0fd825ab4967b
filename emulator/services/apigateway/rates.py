"""API Gateway's request rates.

Amazon API Gateway Developer Guide, "Amazon API Gateway quotas": quotas for creating, deploying and managing an API.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.rates import Bucket, Rate
from emulator.wire import AwsRequest

ALL = Rate(40, 10)
OWN = {"CreateResource": Rate(5, 5), "DeleteResource": Rate(5, 5), "GetResources": Rate(5, 2.5)}


def buckets(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the buckets of an action of API Gateway."""
    own = OWN.get(request.operation)
    yield (request.operation, own) if own else ("others", ALL)

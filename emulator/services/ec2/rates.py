"""EC2's request rates: a bucket for each action.

Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API".
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.rates import READS, Bucket, Rate
from emulator.wire import AwsRequest

OF_READS, OF_WRITES = Rate(100, 20), Rate(50, 5)
# these reads, unless they have a filter or are paged
UNFILTERED = Rate(50, 10)
LARGE = frozenset({"DescribeInstances", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeVolumes"})
OWN = {
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


def buckets(request: AwsRequest) -> Iterator[Bucket]:
    """Yield the bucket of an action of EC2."""
    operation, parameters = request.operation, request.parameters
    rate = OF_READS if operation.startswith(READS) else OF_WRITES
    if operation in LARGE and not (parameters.get("Filters") or parameters.get("MaxResults")):
        yield f"{operation} of all", UNFILTERED
    else:
        yield operation, OWN.get(operation, rate)

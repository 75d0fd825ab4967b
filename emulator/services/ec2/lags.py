"""How long reads of EC2 miss what is new: Amazon EC2 Developer Guide, Eventual consistency in the Amazon EC2 API."""

from __future__ import annotations

from dataclasses import replace

from emulator.eventual import Lag

READS, WRITES = 6.0, 2.0
TAGS = READS
SOURCE = "Amazon EC2 Developer Guide, Eventual consistency in the Amazon EC2 API"


def _lag(operation: str, collection: str, code: str, kind: str, identity: str = "") -> Lag:
    refusal = (code, f"The {kind} ID '{{}}' does not exist")
    return Lag("ec2", operation, collection, READS, SOURCE, WRITES, refusal, identity)


LAGS = (
    _lag("CreateVpc", "vpcs", "InvalidVpcID.NotFound", "vpc"),
    _lag("CreateSubnet", "subnets", "InvalidSubnetID.NotFound", "subnet"),
    _lag("CreateRouteTable", "route_tables", "InvalidRouteTableID.NotFound", "routeTable"),
    _lag("CreateInternetGateway", "internet_gateways", "InvalidInternetGatewayID.NotFound", "internetGateway"),
    _lag("CreateNatGateway", "nat_gateways", "InvalidNatGatewayID.NotFound", "natGateway"),
    _lag("AllocateAddress", "addresses", "InvalidAllocationID.NotFound", "allocation", "allocation_id"),
    _lag("CreateSecurityGroup", "groups", "InvalidGroup.NotFound", "security group"),
    _lag("CreateVpcEndpoint", "vpc_end_points", "InvalidVpcEndpointId.NotFound", "VPC endpoint"),
    _lag("CreateFlowLogs", "flow_logs", "InvalidFlowLogId.NotFound", "flow log"),
    replace(
        _lag("CreateLaunchTemplate", "launch_templates", "InvalidLaunchTemplateId.NotFound", "launch template"),
        removal=READS,
    ),
)
# what refuses an IAM role while it is new; the text is what users report
ROLE_USERS = {"CreateFlowLogs": ("InvalidParameter", "Unable to assume given IAM role")}

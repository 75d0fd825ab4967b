"""EC2: what is in use stays, the account's quotas, and routes and gateways that belong together.

Amazon EC2 API Reference, "Error codes for the Amazon EC2 API", and Amazon VPC User Guide, "Amazon VPC quotas".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.quotas import limit
from emulator.rules import use
from emulator.rules.registry import Account, refuse_if, rule
from emulator.services.ec2 import quotas
from emulator.wire import AwsRequest

DEPENDENCY = "DependencyViolation"


@rule("ec2", "CreateSubnet")
def zone_is_of_the_region(request: AwsRequest, account: Account) -> None:
    """Refuse an Availability Zone that the region does not have; moto does not know the zones of all regions."""
    zones = account.of("ec2").describe_availability_zones()
    for name, known in (
        ("AvailabilityZone", [zone.name for zone in zones]),
        ("AvailabilityZoneId", [zone.zone_id for zone in zones]),
    ):
        wanted = request.parameters.get(name)
        text = f"Value ({wanted}) for parameter {name[0].lower()}{name[1:]} is invalid. Subnets can currently only be"
        text = f"{text} created in the following availability zones: {', '.join(sorted(known))}."
        refuse_if(wanted and known and wanted not in known, "InvalidParameterValue", text)


@rule("ec2", "DeleteSubnet")
def subnet_is_empty(request: AwsRequest, account: Account) -> None:
    """Refuse while a network interface is in it, whoever has made it."""
    subnet_id = request.parameters.get("SubnetId", "")
    broken = use.of_subnet(account, subnet_id)
    refuse_if(broken, DEPENDENCY, f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")


def _named_group(ec2: Any, request: AwsRequest) -> Any:
    group_id, name = request.parameters.get("GroupId"), request.parameters.get("GroupName")
    if group_id:
        return ec2.get_security_group_from_id(group_id)
    return ec2.get_security_group_from_name(name, vpc_id=ec2.default_vpc.id)


@rule("ec2", "DeleteSecurityGroup")
def security_group_is_unused(request: AwsRequest, account: Account) -> None:
    """Refuse a VPC's default group, one that another's rule names, and one that something is in."""
    group = _named_group(account.of("ec2"), request)
    if group is None:
        return
    text = f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
    refuse_if(group.name == "default", "CannotDelete", text)
    refuse_if(use.of_security_group(account, group.id), DEPENDENCY, f"resource {group.id} has a dependent object")


@rule("ec2", "DetachInternetGateway")
def no_public_address(request: AwsRequest, account: Account) -> None:
    """Refuse while something in the VPC has a public address."""
    vpc_id = request.parameters.get("VpcId", "")
    mapped = any(address.eni and address.eni.subnet.vpc_id == vpc_id for address in account.of("ec2").addresses)
    balancers = account.of("elbv2").load_balancers.values()
    public = any(item.vpc_id == vpc_id and item.scheme == "internet-facing" for item in balancers)
    text = f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before"
    refuse_if(mapped or public, DEPENDENCY, f"{text} detaching the gateway.")


@rule("ec2", "AttachInternetGateway")
def only_internet_gateway(request: AwsRequest, account: Account) -> None:
    """Refuse a second gateway for a VPC."""
    vpc_id, gateway_id = request.parameters.get("VpcId"), request.parameters.get("InternetGatewayId")
    others = [item for item in account.of("ec2").internet_gateways.values() if item.vpc and item.id != gateway_id]
    taken = any(item.vpc.id == vpc_id for item in others)
    refuse_if(taken, "InvalidParameterValue", f"Network {vpc_id} already has an internet gateway attached")


def _left_in_vpc(account: Account, vpc_id: str) -> Iterator[Any]:
    ec2 = account.of("ec2")
    yield from (item for item in ec2.internet_gateways.values() if item.vpc and item.vpc.id == vpc_id)
    yield from (item for zone in ec2.subnets.values() for item in zone.values() if item.vpc_id == vpc_id)
    yield from (item for item in ec2.groups[vpc_id].values() if item.name != "default")
    tables = (item for item in ec2.route_tables.values() if item.vpc_id == vpc_id)
    yield from (item for item in tables if item.main_association_id is None)
    yield from (item for item in use.nat_gateways(account) if item.vpc_id == vpc_id)
    yield from (item for item in ec2.vpc_end_points.values() if item.vpc_id == vpc_id and item.state != "deleted")
    yield from (item for item in ec2.enis.values() if item.subnet.vpc_id == vpc_id)


@rule("ec2", "DeleteVpc")
def vpc_is_empty(request: AwsRequest, account: Account) -> None:
    """Refuse while anything is in it that AWS has not put there."""
    vpc_id = request.parameters.get("VpcId", "")
    if vpc_id in account.of("ec2").vpcs:
        left = next(_left_in_vpc(account, vpc_id), None)
        refuse_if(left, DEPENDENCY, f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")


@rule("ec2", "DeleteRouteTable")
def not_the_main_table(request: AwsRequest, account: Account) -> None:
    """Refuse a VPC's main table; moto refuses those with subnets."""
    table_id = request.parameters.get("RouteTableId", "")
    table = account.of("ec2").route_tables.get(table_id)
    main = table is not None and table.main_association_id is not None
    refuse_if(main, DEPENDENCY, f"The routeTable '{table_id}' has dependencies and cannot be deleted.")


@rule("ec2", "DisassociateRouteTable")
def not_the_main_association(request: AwsRequest, account: Account) -> None:
    """Refuse to leave a VPC without a main table."""
    wanted = request.parameters.get("AssociationId")
    main = any(table.main_association_id == wanted for table in account.of("ec2").route_tables.values())
    text = f"cannot disassociate the main route table association {wanted}"
    refuse_if(wanted and main, "InvalidParameterValue", text)


@rule("ec2", "CreateRoute", "ReplaceRoute")
def gateway_of_the_vpc(request: AwsRequest, account: Account) -> None:
    """Refuse a route to an internet gateway that is not attached to the table's VPC."""
    ec2 = account.of("ec2")
    gateway = ec2.internet_gateways.get(request.parameters.get("GatewayId", ""))
    table = ec2.route_tables.get(request.parameters.get("RouteTableId", ""))
    if gateway is not None and table is not None:
        apart = gateway.vpc is None or gateway.vpc.id != table.vpc_id
        text = f"route table {table.id} and network gateway {gateway.id} belong to different networks"
        refuse_if(apart, "InvalidParameterValue", text)


def _address(ec2: Any, request: AwsRequest) -> Any:
    allocation, public = request.parameters.get("AllocationId"), request.parameters.get("PublicIp")
    association = request.parameters.get("AssociationId")
    for address in ec2.addresses:
        keys = ((address.allocation_id, allocation), (address.public_ip, public), (address.association_id, association))
        if any(wanted and own == wanted for own, wanted in keys):
            return address
    return None


@rule("ec2", "ReleaseAddress")
def address_is_free(request: AwsRequest, account: Account) -> None:
    """Refuse an address that something has, outside of the default VPC."""
    ec2 = account.of("ec2")
    address = _address(ec2, request)
    if address is None or address.eni is None:
        return
    in_default_vpc = ec2.get_vpc(address.eni.subnet.vpc_id).is_default and address.instance
    refuse_if(not in_default_vpc, "InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")


@rule("ec2", "DisassociateAddress")
def address_is_ours(request: AwsRequest, account: Account) -> None:
    """Refuse to take a NAT gateway's address away: AWS manages its network interface."""
    address = _address(account.of("ec2"), request)
    gateways = [item for item in use.nat_gateways(account) if address is not None and item._eni is address.eni]
    refuse_if(gateways, "AuthFailure", "You do not have permission to access the specified resource.")


@rule("ec2", "DeleteNetworkInterface")
def interface_is_free(request: AwsRequest, account: Account) -> None:
    """Refuse an interface that is attached to something."""
    interface = account.of("ec2").enis.get(request.parameters.get("NetworkInterfaceId", ""))
    if interface is not None:
        gateways = [item for item in use.nat_gateways(account) if item._eni is interface]
        busy = interface.status == "in-use" or interface.instance or interface.requester_managed or gateways
        text = f"Network interface '{interface.id}' is currently in use."
        refuse_if(busy, "InvalidParameterValue", text)


@rule("ec2", "CreateVpc")
def vpc_quota(request: AwsRequest, account: Account) -> None:
    """Refuse more VPCs in a region than the quota, the default one counted."""
    full = len(account.of("ec2").vpcs) >= limit(quotas.VPCS, account.region)
    refuse_if(full, "VpcLimitExceeded", "The maximum number of VPCs has been reached.")


@rule("ec2", "AllocateAddress")
def address_quota(request: AwsRequest, account: Account) -> None:
    """Refuse more Elastic IP addresses in a region than the quota."""
    full = len(account.of("ec2").addresses) >= limit(quotas.ADDRESSES, account.region)
    refuse_if(full, "AddressLimitExceeded", "The maximum number of addresses has been reached.")


@rule("ec2", "CreateNatGateway")
def nat_gateway_quota(request: AwsRequest, account: Account) -> None:
    """Refuse more NAT gateways in an availability zone than the quota."""
    zones = {subnet_id: zone for zone, all_of in account.of("ec2").subnets.items() for subnet_id in all_of}
    zone = zones.get(request.parameters.get("SubnetId", ""))
    there = [item for item in use.nat_gateways(account) if zone and zones.get(item.subnet_id) == zone]
    most = limit(quotas.NAT_GATEWAYS_A_ZONE, account.region)
    text = f"Performing this operation would exceed the limit of {most} NAT gateways"
    refuse_if(len(there) >= most, "NatGatewayLimitExceeded", text)


@rule("ec2", "CreateFlowLogs")
def flow_log_role_trusts(request: AwsRequest, account: Account) -> None:
    """Refuse a role that does not exist or that flow logs may not assume (VPC User Guide, publish to CloudWatch Logs).

    The code and its text are those that users report.
    """
    arn = request.parameters.get("DeliverLogsPermissionArn")
    roles = [role for role in account.of("iam").roles.values() if role.arn == arn]
    trusted = any("vpc-flow-logs.amazonaws.com" in str(role.assume_role_policy_document) for role in roles)
    refuse_if(arn and not trusted, "InvalidParameter", "Unable to assume given IAM role")

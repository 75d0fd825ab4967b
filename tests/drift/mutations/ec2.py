"""Drifts of the network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    APP,
    BY_HAND,
    CREATE,
    LOST_TAG,
    NETWORK,
    OTHER_TAGS,
    REPLACE,
    TAG_FIELDS,
    VPC,
    Change,
    Mutation,
    Named,
    tag_list,
)
from tests.drift.mutations.iam import document
from tests.support.account import Client

GROUP, TABLE, SUBNET = "AWS::EC2::SecurityGroup", "AWS::EC2::RouteTable", "AWS::EC2::Subnet"
FLOW_LOG = "AWS::EC2::FlowLog"
NAT, ADDRESS = "streamflix-nat-1-dev", "AWS::EC2::EIP"
ANYWHERE = "0.0.0.0/0"
ALB, ECS, DATABASE, CACHE = (f"{APP}-{name}-dev" for name in ("alb", "ecs", "database", "cache"))
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": ANYWHERE}]}


def vpc_id(aws: Client) -> str:
    """Return the id of the stack's VPC."""
    return one(aws, "describe_vpcs", "Vpcs", {"tag:Name": VPC})["VpcId"]


def one(aws: Client, operation: str, key: str, wanted: dict[str, str]) -> dict[str, Any]:
    """Return the only item that passes the filters."""
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    parameter = "Filter" if operation in ("describe_nat_gateways", "describe_flow_logs") else "Filters"
    found = getattr(aws("ec2"), operation)(**{parameter: filters})[key]
    found = [item for item in found if item.get("State") != "deleted"]
    assert len(found) == 1, f"{operation} {wanted} found {len(found)}"
    return found[0]


def group(aws: Client, name: str) -> dict[str, Any]:
    """Return a security group of the stack's VPC."""
    return one(aws, "describe_security_groups", "SecurityGroups", {"group-name": name, "vpc-id": vpc_id(aws)})


def table(aws: Client, name: str) -> dict[str, Any]:
    """Return a route table."""
    return one(aws, "describe_route_tables", "RouteTables", {"tag:Name": name})


def subnet(aws: Client, name: str) -> dict[str, Any]:
    """Return a subnet."""
    return one(aws, "describe_subnets", "Subnets", {"tag:Name": name})


def rule(found: dict[str, Any], way: str, port: int | None) -> dict[str, Any]:
    """Return a group's rule for a port, as the requests on rules take it."""
    permissions = found["IpPermissions" if way == "ingress" else "IpPermissionsEgress"]
    whole = next(item for item in permissions if item.get("FromPort") == port)
    return {key: value for key, value in whole.items() if value}


# rules


def add_rule(aws: Client, name: str, way: str, permission: dict[str, Any]) -> None:
    """Let something in or out."""
    authorize = getattr(aws("ec2"), f"authorize_security_group_{way}")
    authorize(GroupId=group(aws, name)["GroupId"], IpPermissions=[permission])


def remove_rule(aws: Client, name: str, way: str, port: int | None) -> None:
    """Close a port."""
    found = group(aws, name)
    revoke = getattr(aws("ec2"), f"revoke_security_group_{way}")
    revoke(GroupId=found["GroupId"], IpPermissions=[rule(found, way, port)])


def change_port(aws: Client, name: str, port: int) -> None:
    """Give a rule another port, as the console does: another rule in its place."""
    found = group(aws, name)
    present = rule(found, "ingress", port)
    remove_rule(aws, name, "ingress", port)
    add_rule(aws, name, "ingress", {**present, "FromPort": port + 1, "ToPort": port + 1})


def describe_rule(aws: Client, name: str, way: str, port: int | None) -> None:
    """Give a rule another description."""
    found = group(aws, name)
    present = rule(found, way, port)
    for key in ("IpRanges", "UserIdGroupPairs"):
        for source in present.get(key, []):
            source["Description"] = BY_HAND
    update = getattr(aws("ec2"), f"update_security_group_rule_descriptions_{way}")
    update(GroupId=found["GroupId"], IpPermissions=[present])


def rules() -> Iterator[Mutation]:
    """Yield a removal of each rule, and what else becomes of rules."""
    present = (
        (ALB, "ingress", 80),
        (ALB, "ingress", 443),
        (ALB, "egress", None),
        (ECS, "ingress", 80),
        (ECS, "egress", None),
        (DATABASE, "ingress", 5432),
        (CACHE, "ingress", 6379),
    )
    for name, way, port in present:
        yield Mutation(
            f"{name}: {way} rule {port or 'all'} removed",
            partial(remove_rule, name=name, way=way, port=port),
            (Named(GROUP, name, (way,)),),
            NETWORK,
            (f"ec2:AuthorizeSecurityGroup{way.title()}",),
            sample=(name, way) == (DATABASE, "ingress"),
        )
        yield Mutation(
            f"{name}: {way} rule {port or 'all'} with another description",
            partial(describe_rule, name=name, way=way, port=port),
            (Named(GROUP, name, (way,)),),
            NETWORK,
            (f"ec2:UpdateSecurityGroupRuleDescriptions{way.title()}",),
        )
    for name, port in ((ECS, 80), (DATABASE, 5432)):
        yield Mutation(
            f"{name}: ingress rule {port} with another port",
            partial(change_port, name=name, port=port),
            (Named(GROUP, name, ("ingress",)),),
            NETWORK,
            ("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"),
        )
    for name, way in ((ALB, "ingress"), (ECS, "ingress"), (DATABASE, "ingress"), (CACHE, "egress")):
        yield Mutation(
            f"{name}: {way} rule for SSH added",
            partial(add_rule, name=name, way=way, permission=SSH),
            (Named(GROUP, name, (way,)),),
            NETWORK,
            (f"ec2:RevokeSecurityGroup{way.title()}",),
        )
    for way in ("ingress", "egress"):
        yield Mutation(
            f"default security group opened for {way}",
            partial(add_rule, name="default", way=way, permission=EVERYTHING),
            (Named(GROUP, "default", (way,)),),
            NETWORK,
            (f"ec2:RevokeSecurityGroup{way.title()}",),
        )


# routes


def remove_route(aws: Client, name: str) -> None:
    """Take away the way out."""
    aws("ec2").delete_route(RouteTableId=table(aws, name)["RouteTableId"], DestinationCidrBlock=ANYWHERE)


def redirect_route(aws: Client, name: str) -> None:
    """Let the private subnets out without the NAT gateway."""
    gateway = one(aws, "describe_internet_gateways", "InternetGateways", {"tag:Name": VPC})["InternetGatewayId"]
    aws("ec2").replace_route(
        RouteTableId=table(aws, name)["RouteTableId"], DestinationCidrBlock=ANYWHERE, GatewayId=gateway
    )


def add_route(aws: Client, name: str) -> None:
    """Add a way to another network."""
    gateway = one(aws, "describe_internet_gateways", "InternetGateways", {"tag:Name": VPC})["InternetGatewayId"]
    aws("ec2").create_route(
        RouteTableId=table(aws, name)["RouteTableId"], DestinationCidrBlock="192.0.2.0/24", GatewayId=gateway
    )


def association(aws: Client, name: str) -> str:
    """Return the id of the only association of a table."""
    return table(aws, name)["Associations"][0]["RouteTableAssociationId"]


def dissociate(aws: Client, name: str) -> None:
    """Leave a subnet to the main table."""
    aws("ec2").disassociate_route_table(AssociationId=association(aws, name))


def move_subnet(aws: Client, name: str, to: str) -> None:
    """Give a subnet another table."""
    aws("ec2").replace_route_table_association(
        AssociationId=association(aws, name), RouteTableId=table(aws, to)["RouteTableId"]
    )


def routes() -> Iterator[Mutation]:
    """Yield what becomes of route tables."""
    for name in (f"{APP}-{kind}-{number}-dev" for kind in ("public", "private") for number in (1, 2)):
        yield Mutation(
            f"{name}: default route removed",
            partial(remove_route, name=name),
            (Named(TABLE, name, ("routes",)),),
            NETWORK,
            ("ec2:CreateRoute",),
        )
        yield Mutation(
            f"{name}: route added",
            partial(add_route, name=name),
            (Named(TABLE, name, ("routes",)),),
            NETWORK,
            ("ec2:DeleteRoute",),
        )
        yield Mutation(
            f"{name}: subnet without table",
            partial(dissociate, name=name),
            (Named(TABLE, name, ("subnet_ids",)),),
            NETWORK,
            ("ec2:AssociateRouteTable",),
        )
    private, public = f"{APP}-private-2-dev", f"{APP}-public-2-dev"
    yield Mutation(
        f"{private}: default route to the internet gateway",
        partial(redirect_route, name=private),
        (Named(TABLE, private, ("routes",)),),
        NETWORK,
        ("ec2:ReplaceRoute",),
    )
    yield Mutation(
        f"{private}: subnet with the public table",
        partial(move_subnet, name=private, to=public),
        (Named(TABLE, private, ("subnet_ids",)), Named(TABLE, public, ("subnet_ids",))),
        NETWORK,
        ("ec2:ReplaceRouteTableAssociation",),
    )


# the rest


def set_vpc(aws: Client, attribute: str) -> None:
    """Turn an attribute of the VPC off; host names need the DNS server, so they go with it."""
    for name in ("EnableDnsHostnames", attribute):
        aws("ec2").modify_vpc_attribute(VpcId=vpc_id(aws), **{name: {"Value": False}})


def turn_public(aws: Client, name: str, value: bool) -> None:
    """Let instances get public addresses, or not."""
    aws("ec2").modify_subnet_attribute(SubnetId=subnet(aws, name)["SubnetId"], MapPublicIpOnLaunch={"Value": value})


def remove_nat_gateway(aws: Client, release: bool) -> None:
    """Remove the NAT gateway, its address too or not."""
    gateway = one(aws, "describe_nat_gateways", "NatGateways", {"tag:Name": NAT})
    aws("ec2").delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    if release:
        aws("ec2").release_address(AllocationId=gateway["NatGatewayAddresses"][0]["AllocationId"])


def move_nat_gateway(aws: Client, number: int) -> None:
    """Replace the NAT gateway by one of the same name in another subnet."""
    remove_nat_gateway(aws, release=False)
    ec2 = aws("ec2")
    address = one(aws, "describe_addresses", "Addresses", {"tag:Name": NAT})
    gateway = ec2.create_nat_gateway(
        SubnetId=subnet(aws, f"{APP}-public-{number}-dev")["SubnetId"],
        AllocationId=address["AllocationId"],
        TagSpecifications=[{"ResourceType": "natgateway", "Tags": address["Tags"]}],
    )["NatGateway"]["NatGatewayId"]
    for route_table in (table(aws, f"{APP}-private-{name}-dev")["RouteTableId"] for name in (1, 2)):
        ec2.replace_route(RouteTableId=route_table, DestinationCidrBlock=ANYWHERE, NatGatewayId=gateway)


def settings() -> Iterator[Mutation]:
    """Yield what becomes of the VPC, its subnets and gateways."""
    yield Mutation(
        "VPC: host names off",
        partial(set_vpc, attribute="EnableDnsHostnames"),
        (Named("AWS::EC2::VPC", VPC, ("dns_hostnames",)),),
        NETWORK,
        ("ec2:ModifyVpcAttribute",),
    )
    yield Mutation(
        "VPC: DNS server and host names off",
        partial(set_vpc, attribute="EnableDnsSupport"),
        (Named("AWS::EC2::VPC", VPC, ("dns_support", "dns_hostnames")),),
        NETWORK,
        ("ec2:ModifyVpcAttribute",),
    )
    for kind in ("public", "private"):
        for number in (1, 2):
            name = f"{APP}-{kind}-{number}-dev"
            yield Mutation(
                f"{name}: public addresses {'off' if kind == 'public' else 'on'}",
                partial(turn_public, name=name, value=kind != "public"),
                (Named(SUBNET, name, ("map_public_ip_on_launch",)),),
                NETWORK,
                ("ec2:ModifySubnetAttribute",),
                sample=(kind, number) == ("private", 1),
            )
    private = tuple(f"{APP}-private-{number}-dev" for number in (1, 2))
    yield Mutation(
        "NAT gateway removed",
        partial(remove_nat_gateway, release=False),
        (
            Named("AWS::EC2::NatGateway", NAT, action=CREATE),
            *(Named(TABLE, name, ("routes",)) for name in private),
        ),
        NETWORK,
        ("ec2:CreateNatGateway", "ec2:ReplaceRoute"),
    )
    yield Mutation(
        "NAT gateway and its address removed",
        partial(remove_nat_gateway, release=True),
        (
            Named("AWS::EC2::NatGateway", NAT, action=CREATE),
            Named(ADDRESS, NAT, action=CREATE),
            *(Named(TABLE, name, ("routes",)) for name in private),
        ),
        NETWORK,
        ("ec2:AllocateAddress", "ec2:CreateNatGateway", "ec2:ReplaceRoute"),
    )
    yield Mutation(
        "NAT gateway in another subnet",
        partial(move_nat_gateway, number=2),
        (Named("AWS::EC2::NatGateway", NAT, ("subnet_id",), REPLACE, "Give the gateway another name"),),
        NETWORK,
        (),
        undo=partial(move_nat_gateway, number=1),
    )


# the flow log


def remove_flow_log(aws: Client) -> dict[str, Any]:
    """Remove the flow log; returns what it was."""
    found = one(aws, "describe_flow_logs", "FlowLogs", {"tag:Name": VPC})
    aws("ec2").delete_flow_logs(FlowLogIds=[found["FlowLogId"]])
    return found


def change_flow_log(aws: Client, **other: Any) -> None:
    """Put another one of the same name in its place."""
    found = remove_flow_log(aws)
    same = ("TrafficType", "LogGroupName", "DeliverLogsPermissionArn", "MaxAggregationInterval")
    aws("ec2").create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[found["ResourceId"]],
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": found["Tags"]}],
        **{**{key: found[key] for key in same}, **other},
    )


def write_flow_log_by(aws: Client, role: str) -> None:
    """Let the flow log be written by a role that somebody made."""
    trust = document("sts:AssumeRole", Principal={"Service": "vpc-flow-logs.amazonaws.com"})
    arn = aws("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    change_flow_log(aws, DeliverLogsPermissionArn=arn)


def remove_role(aws: Client, role: str) -> None:
    """Remove the role that somebody made."""
    aws("iam").delete_role(RoleName=role)


def flow_logs() -> Iterator[Mutation]:
    """Yield what becomes of the flow log."""
    yield Mutation(
        "flow log removed",
        remove_flow_log,
        (Named(FLOW_LOG, VPC, action=CREATE),),
        NETWORK,
        ("ec2:CreateFlowLogs",),
    )
    others: tuple[tuple[str, Change, str, Change | None], ...] = (
        ("traffic type", partial(change_flow_log, TrafficType="ACCEPT"), "traffic_type", None),
        ("interval", partial(change_flow_log, MaxAggregationInterval=60), "max_aggregation_interval", None),
        (
            "role",
            partial(write_flow_log_by, role=BY_HAND),
            "deliver_logs_permission_arn",
            partial(remove_role, role=BY_HAND),
        ),
    )
    for what, change, field, undo in others:
        yield Mutation(
            f"flow log with another {what}",
            change,
            (Named(FLOW_LOG, VPC, ("id", field)),),
            NETWORK,
            ("ec2:DeleteFlowLogs", "ec2:CreateFlowLogs"),
            about=(VPC, "fl-"),
            undo=undo,
        )


# tags


def retag(aws: Client, operation: str, key: str, identifier: str, wanted: dict[str, str]) -> None:
    """Change a tag, add one, remove one."""
    found = one(aws, operation, key, wanted)[identifier]
    aws("ec2").create_tags(Resources=[found], Tags=tag_list(OTHER_TAGS))
    aws("ec2").delete_tags(Resources=[found], Tags=[{"Key": LOST_TAG}])


def tag_vpc(aws: Client) -> None:
    """Add a tag."""
    aws("ec2").create_tags(Resources=[vpc_id(aws)], Tags=tag_list({"Owner": BY_HAND}))


def tags() -> Iterator[Mutation]:
    """Yield what becomes of tags."""
    yield Mutation(
        "VPC: tag added", tag_vpc, (Named("AWS::EC2::VPC", VPC, ("tags.Owner",)),), NETWORK, ("ec2:DeleteTags",)
    )
    kinds = (
        ("AWS::EC2::InternetGateway", VPC, "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
        (SUBNET, f"{APP}-public-1-dev", "describe_subnets", "Subnets", "SubnetId"),
        (SUBNET, f"{APP}-private-2-dev", "describe_subnets", "Subnets", "SubnetId"),
        (TABLE, f"{APP}-public-1-dev", "describe_route_tables", "RouteTables", "RouteTableId"),
        (TABLE, f"{APP}-private-1-dev", "describe_route_tables", "RouteTables", "RouteTableId"),
        ("AWS::EC2::NatGateway", NAT, "describe_nat_gateways", "NatGateways", "NatGatewayId"),
        (ADDRESS, NAT, "describe_addresses", "Addresses", "AllocationId"),
        (FLOW_LOG, VPC, "describe_flow_logs", "FlowLogs", "FlowLogId"),
        (GROUP, ALB, "describe_security_groups", "SecurityGroups", "GroupId"),
        (GROUP, CACHE, "describe_security_groups", "SecurityGroups", "GroupId"),
    )
    for kind, name, operation, key, identifier in kinds:
        yield Mutation(
            f"{kind.rpartition(':')[2]} {name}: tags",
            partial(retag, operation=operation, key=key, identifier=identifier, wanted={"tag:Name": name}),
            (Named(kind, name, TAG_FIELDS),),
            NETWORK,
            ("ec2:CreateTags", "ec2:DeleteTags"),
            sample=kind == GROUP and name == ALB,
        )


MUTATIONS = (*rules(), *routes(), *settings(), *flow_logs(), *tags())

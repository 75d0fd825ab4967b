"""What two runs at the same time have left is removed where nothing uses it, and only there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

OWNER = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
OURS: Mapping[str, str] = MappingProxyType(OWNER)
NAME, TABLE = "streamflix-vpc-dev", "streamflix-public-dev"
VPC: dict[str, Any] = {
    "name": NAME,
    "cidr": "10.0.0.0/16",
    "owner_tags": OWNER,
    "identifying_tags": OWNER,
    "tags": OWNER,
}
Make = Callable[..., str]


def tagged(kind: str, name: str, owner: Mapping[str, str]) -> list[dict[str, Any]]:
    pairs = [{"Key": key, "Value": text} for key, text in {**owner, "Name": name}.items()]
    return [{"ResourceType": kind, "Tags": pairs}]


@pytest.fixture
def ec2(aws: Any) -> Any:
    """Give a plain client."""
    return aws("ec2")


@pytest.fixture
def vpc(ec2: Any) -> Make:
    """Give a function that makes a VPC as a run does: gateway, subnet, table, and groups that name each other."""

    def make(full: bool = True, owner: Mapping[str, str] = OURS) -> str:
        vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", NAME, OWNER))["Vpc"]["VpcId"]
        if full:
            gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway", NAME, owner))
            its_id = gateway["InternetGateway"]["InternetGatewayId"]
            ec2.attach_internet_gateway(InternetGatewayId=its_id, VpcId=vpc_id)
            where = {"VpcId": vpc_id, "CidrBlock": "10.0.0.0/24"}
            ec2.create_subnet(**where, TagSpecifications=tagged("subnet", "one", owner))
            ec2.create_route_table(VpcId=vpc_id, TagSpecifications=tagged("route-table", "one", owner))
            groups = [
                ec2.create_security_group(
                    GroupName=name,
                    Description=name,
                    VpcId=vpc_id,
                    TagSpecifications=tagged("security-group", name, owner),
                )["GroupId"]
                for name in ("one", "two")
            ]
            for group, other in (groups, reversed(groups)):
                rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": other}]}
                ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        return vpc_id

    return make


def use(ec2: Any, vpc_id: str) -> str:
    """Put a network interface into a VPC."""
    where = [{"Name": "vpc-id", "Values": [vpc_id]}]
    found = ec2.describe_subnets(Filters=where)["Subnets"]
    subnet = found[0] if found else ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.9.0/24")["Subnet"]
    made = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]
    return made["NetworkInterfaceId"]


def named(ec2: Any) -> set[str]:
    return {item["VpcId"] for item in ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [NAME]}])["Vpcs"]}


def test_a_second_vpc_goes_with_all_that_nothing_uses(ec2: Any, vpc: Make, changes_of: Any, run_module: Any) -> None:
    kept, spare = vpc(), vpc()
    use(ec2, kept)
    removed = [(action, kind) for action, kind, _name, _fields in changes_of("ec2_vpc", **VPC)]
    assert ("remove", "AWS::EC2::VPC") in removed
    assert sorted(kind for action, kind in removed if action == "remove") == [
        "AWS::EC2::InternetGateway",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
    ]
    assert named(ec2) == {kept}
    assert spare not in {item["VpcId"] for item in ec2.describe_subnets()["Subnets"]}
    again = run_module("ec2_vpc", **VPC)
    assert (again["changed"], again["vpc"]["id"]) == (False, kept)


def test_of_two_that_nothing_uses_the_one_with_more_in_it_stays(ec2: Any, vpc: Make, run_module: Any) -> None:
    empty, full = vpc(full=False), vpc()
    preview = run_module("ec2_vpc", check=True, **VPC)
    assert empty in str(preview["changes"])
    assert named(ec2) == {empty, full}
    assert run_module("ec2_vpc", **VPC)["vpc"]["id"] == full
    assert named(ec2) == {full}


def test_two_that_are_in_use_are_refused(ec2: Any, vpc: Make, run_module: Any) -> None:
    both = {vpc(), vpc()}
    used = [use(ec2, vpc_id) for vpc_id in both]
    failed = run_module("ec2_vpc", **VPC)
    assert all(name in failed["msg"] for name in [*both, *used])
    assert named(ec2) == both


@pytest.mark.parametrize("owner", [{}, {**OWNER, "Environment": "prod"}])
def test_one_with_something_of_others_in_it_stays(ec2: Any, vpc: Make, run_module: Any, owner: dict[str, str]) -> None:
    kept, other = vpc(), vpc(owner=owner)
    use(ec2, kept)
    assert run_module("ec2_vpc", **VPC)["failed"]
    assert named(ec2) == {kept, other}


def test_a_vpc_that_lacks_an_owner_tag_is_no_duplicate(ec2: Any, vpc: Make, run_module: Any) -> None:
    ours, other = vpc(), vpc(full=False)
    ec2.delete_tags(Resources=[other], Tags=[{"Key": "ManagedBy"}])
    assert run_module("ec2_vpc", **VPC)["vpc"]["id"] == ours
    assert named(ec2) == {ours, other}


def table(ec2: Any, vpc_id: str, subnet: str = "", owner: Mapping[str, str] = OURS) -> str:
    made = ec2.create_route_table(VpcId=vpc_id, TagSpecifications=tagged("route-table", TABLE, owner))
    its_id = made["RouteTable"]["RouteTableId"]
    if subnet:
        ec2.associate_route_table(RouteTableId=its_id, SubnetId=subnet)
    return its_id


def subnets(ec2: Any, vpc_id: str) -> list[str]:
    made = (ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24") for number in range(2))
    return [item["Subnet"]["SubnetId"] for item in made]


def tables(ec2: Any) -> set[str]:
    found = ec2.describe_route_tables(Filters=[{"Name": "tag:Name", "Values": [TABLE]}])["RouteTables"]
    return {item["RouteTableId"] for item in found}


def wanted(vpc_id: str, *subnet_ids: str) -> dict[str, Any]:
    listed = [{"name": TABLE, "subnet_ids": list(subnet_ids), "routes": []}]
    return {"vpc_id": vpc_id, "route_tables": listed, "tags": OWNER, "owner_tags": OWNER}


def test_a_second_table_that_no_subnet_uses_goes(ec2: Any, vpc: Make, changes_of: Any, run_module: Any) -> None:
    vpc_id = vpc(full=False)
    one, _other = subnets(ec2, vpc_id)
    spare, used = table(ec2, vpc_id), table(ec2, vpc_id, one)
    told = changes_of("ec2_route_tables", **wanted(vpc_id, one))
    assert [(action, kind, name) for action, kind, name, _fields in told] == [("remove", "AWS::EC2::RouteTable", TABLE)]
    assert tables(ec2) == {used}
    assert spare not in tables(ec2)
    assert not run_module("ec2_route_tables", **wanted(vpc_id, one))["changed"]


def test_of_two_tables_that_nothing_uses_one_stays(ec2: Any, vpc: Make, run_module: Any) -> None:
    vpc_id = vpc(full=False)
    one, _other = subnets(ec2, vpc_id)
    both = {table(ec2, vpc_id), table(ec2, vpc_id)}
    done = run_module("ec2_route_tables", **wanted(vpc_id, one))
    assert tables(ec2) == {done["route_tables"][0]["id"]} < both


@pytest.mark.parametrize("owner", [OWNER, {}])
def test_tables_that_subnets_use_or_that_are_not_ours_stay(
    ec2: Any, vpc: Make, run_module: Any, owner: dict[str, str]
) -> None:
    vpc_id = vpc(full=False)
    one, other = subnets(ec2, vpc_id)
    both = {table(ec2, vpc_id, one), table(ec2, vpc_id, other if owner else "", owner)}
    failed = run_module("ec2_route_tables", **wanted(vpc_id, one, other))
    assert f"Two route tables of this VPC have the Name tag {TABLE!r}" in failed["msg"]
    assert tables(ec2) == both


def gateway(ec2: Any, subnet: str, route_from: str = "") -> str:
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", "nat", OWNER))["AllocationId"]
    tags = tagged("natgateway", "nat", OWNER)
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, TagSpecifications=tags)["NatGateway"]
    its_id = made["NatGatewayId"]
    if route_from:
        ec2.create_route(RouteTableId=route_from, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=its_id)
    return its_id


def gateways(ec2: Any) -> set[str]:
    found = ec2.describe_nat_gateways(Filter=[{"Name": "state", "Values": ["available", "pending"]}])["NatGateways"]
    return {item["NatGatewayId"] for item in found}


def nat(vpc_id: str, subnet: str) -> dict[str, Any]:
    listed = [{"name": "nat", "subnet_id": subnet}]
    return {"vpc_id": vpc_id, "nat_gateways": listed, "tags": OWNER, "owner_tags": OWNER}


def test_a_second_gateway_goes_to_which_no_route_leads(ec2: Any, vpc: Make, changes_of: Any, run_module: Any) -> None:
    vpc_id = vpc(full=False)
    one, _other = subnets(ec2, vpc_id)
    spare, used = gateway(ec2, one), gateway(ec2, one, table(ec2, vpc_id))
    told = changes_of("ec2_nat_gateways", **nat(vpc_id, one))
    assert sorted((action, kind) for action, kind, _name, _fields in told) == [
        ("remove", "AWS::EC2::EIP"),
        ("remove", "AWS::EC2::NatGateway"),
    ]
    assert (gateways(ec2), len(ec2.describe_addresses()["Addresses"])) == ({used}, 1)
    assert spare != used
    assert not run_module("ec2_nat_gateways", **nat(vpc_id, one))["changed"]


def test_two_gateways_with_routes_to_them_stay(ec2: Any, vpc: Make, run_module: Any) -> None:
    vpc_id = vpc(full=False)
    one, other = subnets(ec2, vpc_id)
    both = {gateway(ec2, one, table(ec2, vpc_id, one)), gateway(ec2, one, table(ec2, vpc_id, other))}
    assert "Two NAT gateways" in run_module("ec2_nat_gateways", **nat(vpc_id, one))["msg"]
    assert gateways(ec2) == both

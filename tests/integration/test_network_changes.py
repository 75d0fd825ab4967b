"""What a deployed network does when its variables change, and what its removal finds."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from tests.support import account
from tests.support.watch import watched, ways_out


def tags_of(item: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}


@pytest.fixture
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


@pytest.fixture
def ec2(aws: Any) -> Any:
    return aws("ec2")


@pytest.fixture
def vpc(ec2: Any, environment: str) -> dict[str, Any]:
    (found,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [f"streamflix-vpc-{environment}"]}])["Vpcs"]
    return found


def test_gateways_follow_the_variable_and_leave_nothing_behind(ec2: Any, play: Any, vpc: dict[str, Any]) -> None:
    def living() -> list[str]:
        filters = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}, {"Name": "state", "Values": ["available"]}]
        return sorted(tags_of(item)["Name"] for item in ec2.describe_nat_gateways(Filter=filters)["NatGateways"])

    def states() -> set[str]:
        in_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        tables = ec2.describe_route_tables(Filters=in_vpc)["RouteTables"]
        return {route["State"] for table in tables for route in table["Routes"]}

    first, addresses = living(), ec2.describe_addresses()["Addresses"]
    more = play("site.yml", "--tags", "network", network_nat_gateways="per_az")
    assert more.code == 0, more.output
    assert living() == ["streamflix-nat-1-dev", "streamflix-nat-2-dev"]
    assert states() == {"active"}
    preview = play("site.yml", "--tags", "network", "--check", network_nat_gateways="one")
    fewer = play("site.yml", "--tags", "network", network_nat_gateways="one")
    assert fewer.code == 0, fewer.output
    # the route of the second zone, then its gateway
    assert preview.changed == fewer.changed == 2, fewer.output
    assert living() == first == ["streamflix-nat-1-dev"]
    assert states() == {"active"}
    assert ec2.describe_addresses()["Addresses"] == addresses


THREE_ZONES = {
    "network_availability_zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    "network_public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24", "10.0.4.0/24"],
    "network_private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24", "10.0.5.0/24"],
    "network_nat_gateways": "per_az",
}


@pytest.mark.parametrize("check", [True, False])
def test_another_block_of_a_subnet_in_use_is_refused(play: Any, written: Any, vpc: dict[str, Any], check: bool) -> None:
    blocks = ["10.0.12.0/24", "10.0.3.0/24"]
    refused = play("site.yml", *["--check"] * check, network_private_subnet_cidrs=blocks)
    (failure,) = refused.failures
    assert "streamflix-private-1-dev" in failure["message"]
    assert "has the block 10.0.2.0/24, 10.0.12.0/24 is asked for" in failure["message"]
    assert written(refused) == []


def test_a_zone_is_left_when_it_is_empty(
    aws: account.Client, ec2: Any, play: Any, written: Any, vpc: dict[str, Any]
) -> None:
    def everything() -> dict[str, list[str]]:
        in_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        living = [*in_vpc, {"Name": "state", "Values": ["available"]}]
        return {
            "subnets": sorted(item["SubnetId"] for item in ec2.describe_subnets(Filters=in_vpc)["Subnets"]),
            "tables": sorted(item["RouteTableId"] for item in ec2.describe_route_tables(Filters=in_vpc)["RouteTables"]),
            "gateways": sorted(
                item["NatGatewayId"] for item in ec2.describe_nat_gateways(Filter=living)["NatGateways"]
            ),
            "addresses": sorted(item["AllocationId"] for item in ec2.describe_addresses()["Addresses"]),
        }

    before = everything()
    with watched(ways_out(aws, vpc["VpcId"])) as watch:
        more = play("site.yml", "--tags", "network", **THREE_ZONES)
        assert more.code == 0, more.output
        (third,) = ec2.describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.0.5.0/24"]}])["Subnets"]
        interface = ec2.create_network_interface(SubnetId=third["SubnetId"], Description="RDSNetworkInterface")
        for check in (True, False):
            refused = play("site.yml", "--tags", "network", *["--check"] * check)
            (failure,) = refused.failures
            assert "streamflix-private-3-dev" in failure["message"]
            assert "RDSNetworkInterface" in failure["message"]
            assert written(refused) == []
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterface"]["NetworkInterfaceId"])

        preview = play("site.yml", "--tags", "network", "--check")
        assert written(preview) == []
        fewer = play("site.yml", "--tags", "network")
        assert fewer.code == 0, fewer.output
    removed = {(change["type"], change["name"]) for change in preview.changes if change["action"] == "remove"}
    assert removed == {
        ("AWS::EC2::EIP", "streamflix-nat-2-dev"),
        ("AWS::EC2::EIP", "streamflix-nat-3-dev"),
        ("AWS::EC2::NatGateway", "streamflix-nat-2-dev"),
        ("AWS::EC2::NatGateway", "streamflix-nat-3-dev"),
        ("AWS::EC2::RouteTable", "streamflix-private-3-dev"),
        ("AWS::EC2::RouteTable", "streamflix-public-3-dev"),
        ("AWS::EC2::Subnet", "streamflix-private-3-dev"),
        ("AWS::EC2::Subnet", "streamflix-public-3-dev"),
    }
    assert everything() == before
    assert watch.gaps == []
    assert watch.looks > 1
    assert play("site.yml", "--tags", "network").changed == 0


def test_a_way_to_a_peered_network_is_a_variable_or_left_alone(ec2: Any, play: Any, vpc: dict[str, Any]) -> None:
    def private_routes() -> list[list[str]]:
        tables = ec2.describe_route_tables(Filters=[{"Name": "tag:Name", "Values": ["streamflix-private-*-dev"]}])
        return [sorted(route["DestinationCidrBlock"] for route in table["Routes"]) for table in tables["RouteTables"]]

    network, before = ("site.yml", "--tags", "network"), private_routes()
    other = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    peering = ec2.create_vpc_peering_connection(VpcId=vpc["VpcId"], PeerVpcId=other)["VpcPeeringConnection"]
    peering_id = peering["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    route = {"destination_cidr_block": "10.8.0.0/16", "vpc_peering_connection_id": peering_id}

    made = play(*network, network_private_routes=[route])
    assert made.code == 0, made.output
    assert private_routes() == [sorted([*routes, "10.8.0.0/16"]) for routes in before]
    assert play(*network, network_private_routes=[route]).changed == 0
    # as if somebody else had made it
    assert play(*network, network_purge_routes=False).changed == 0
    preview = play(*network, "--check")
    gone = {change["name"]: change["fields"] for change in preview.changes}
    assert gone == {
        f"streamflix-private-{number}-dev": [{"field": "routes", "before": [route], "after": []}] for number in (1, 2)
    }
    told = preview.output.lower().partition("exposure")[2]
    assert peering_id in told
    removed = play(*network)
    assert removed.code == 0, removed.output
    assert private_routes() == before
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    ec2.delete_vpc(VpcId=other)


REMOVAL = """
- hosts: stacks
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: streamflix.content_api.network
        tasks_from: absent
"""


def test_a_removal_finds_what_is_left_in_no_vpc(
    ec2: Any, play: Any, tmp_path: pathlib.Path, tags: dict[str, str], vpc: dict[str, Any]
) -> None:
    lost = {**tags, "Environment": "lost", "Name": "streamflix-vpc-lost"}
    pairs = [{"Key": key, "Value": text} for key, text in lost.items()]
    before = ec2.describe_addresses()["Addresses"], ec2.describe_internet_gateways()["InternetGateways"]
    ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": pairs}])
    ec2.create_internet_gateway(TagSpecifications=[{"ResourceType": "internet-gateway", "Tags": pairs}])
    playbook = tmp_path / "remove.yml"
    playbook.write_text(REMOVAL)
    for changed in (2, 0):
        removed = play(str(playbook), environment_suffix="lost")
        assert removed.code == 0, removed.output
        assert removed.changed == changed, removed.output
    assert (ec2.describe_addresses()["Addresses"], ec2.describe_internet_gateways()["InternetGateways"]) == before
    assert ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"]


def test_the_flow_log_is_switched_off_and_on(aws: Any, ec2: Any, play: Any, vpc: dict[str, Any]) -> None:
    def present() -> tuple[int, int, int]:
        roles = [role["RoleName"] for role in aws("iam").list_roles()["Roles"]]
        groups = aws("logs").describe_log_groups(logGroupNamePrefix="/vpc/streamflix-vpc-dev")["logGroups"]
        return len(ec2.describe_flow_logs()["FlowLogs"]), roles.count("streamflix-flow-log-dev-eu-west-1"), len(groups)

    assert present() == (1, 1, 1)
    # what was recorded stays
    for wanted, there in ((False, (0, 0, 1)), (True, (1, 1, 1))):
        preview = play("site.yml", "--tags", "network", "--check", network_flow_log=wanted)
        done = play("site.yml", "--tags", "network", network_flow_log=wanted)
        assert (preview.code, done.code, preview.changed, done.changed) == (0, 0, 2, 2), done.output
        assert present() == there
    assert play("site.yml", "--tags", "network").changed == 0


def test_another_tag_makes_no_other_network(ec2: Any, play: Any, vpc: dict[str, Any], tags: dict[str, str]) -> None:
    before = len(ec2.describe_vpcs()["Vpcs"])
    for wanted in ({**tags, "CostCenter": "1234"}, tags):
        done = play("site.yml", "--tags", "network", network_tags=wanted)
        assert done.code == 0, done.output
        assert len(ec2.describe_vpcs()["Vpcs"]) == before
        (found,) = ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"]
        assert tags_of(found) == {**wanted, "Name": tags_of(vpc)["Name"]}

"""The module of VPC endpoints: a whole life of one with routes and of one with interfaces, read back by plain boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

MODULE = "ec2_vpc_endpoints"
TAGS, OURS = {"Environment": "dev"}, {"ManagedBy": "us"}
S3, ECR = "com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.ecr.api"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
}


class Vpc:
    """A VPC with two route tables, subnets in two zones, and two security groups."""

    def __init__(self, ec2: Any) -> None:
        self.ec2 = ec2
        self.id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.tables = sorted(ec2.create_route_table(VpcId=self.id)["RouteTable"]["RouteTableId"] for _one in range(2))
        blocks = (("10.0.0.0/24", "a"), ("10.0.1.0/24", "b"))
        zones = [{"CidrBlock": block, "AvailabilityZone": f"eu-west-1{letter}"} for block, letter in blocks]
        self.subnets = sorted(ec2.create_subnet(VpcId=self.id, **zone)["Subnet"]["SubnetId"] for zone in zones)
        names = ("one", "two")
        made = [ec2.create_security_group(VpcId=self.id, GroupName=name, Description=name) for name in names]
        self.groups = sorted(group["GroupId"] for group in made)

    def read(self) -> dict[str, dict[str, Any]]:
        """Return the endpoints that there are, by service."""
        found = self.ec2.describe_vpc_endpoints()["VpcEndpoints"]
        there = [item for item in found if item["State"] != "deleted"]
        return {item["ServiceName"]: {**item, "Tags": tags_of(item)} for item in there}

    def gateway(self, **more: Any) -> dict[str, Any]:
        """Return an endpoint with routes, as the option has it."""
        return {"name": "s3-dev", "service_name": "s3", "route_table_ids": self.tables[:1], **more}

    def interface(self, **more: Any) -> dict[str, Any]:
        """Return an endpoint with network interfaces, as the option has it."""
        kind = {"service_name": "ecr.api", "vpc_endpoint_type": "Interface"}
        return {"name": "ecr-dev", **kind, "subnet_ids": self.subnets, "security_group_ids": self.groups[:1], **more}


def tags_of(item: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item["Tags"]}


@pytest.fixture
def vpc(aws: Any) -> Vpc:
    return Vpc(aws("ec2"))


def test_lives_a_whole_life(run_module: Any, vpc: Vpc) -> None:
    options = {"vpc_id": vpc.id, "endpoints": [vpc.gateway(), vpc.interface()], "tags": TAGS}
    foretold = run_module(MODULE, check=True, **options)
    assert (foretold["actions"], vpc.read()) == (["create_vpc_endpoint s3-dev", "create_vpc_endpoint ecr-dev"], {})
    done = run_module(MODULE, **options)
    assert (done["actions"], done["changes"]) == (foretold["actions"], foretold["changes"])
    found = vpc.read()
    assert found[S3]["RouteTableIds"] == vpc.tables[:1]
    assert (sorted(found[ECR]["SubnetIds"]), found[ECR]["PrivateDnsEnabled"]) == (vpc.subnets, True)
    assert [group["GroupId"] for group in found[ECR]["Groups"]] == vpc.groups[:1]
    assert found[S3]["Tags"] == {**TAGS, "Name": "s3-dev"}
    routes = vpc.ec2.describe_route_tables(RouteTableIds=vpc.tables[:1])["RouteTables"][0]["Routes"]
    assert found[S3]["VpcEndpointId"] in [route.get("GatewayId") for route in routes]
    for check in (True, False):
        again = run_module(MODULE, check=check, **options)
        assert (again["changed"], again["actions"]) == (False, [])
    gone = {"vpc_id": vpc.id, "tags": TAGS, "state": "absent"}
    assert len(run_module(MODULE, check=True, **gone)["actions"]) == len(vpc.read()) == 2
    assert run_module(MODULE, **gone)["changed"]
    assert vpc.read() == {}
    assert not run_module(MODULE, **gone)["changed"]


@pytest.mark.parametrize(
    ("option", "shown"),
    [
        ("route_table_ids", "RouteTableIds"),
        ("policy", "PolicyDocument"),
        ("subnet_ids", "SubnetIds"),
        ("security_group_ids", "Groups"),
        ("private_dns_enabled", "PrivateDnsEnabled"),
    ],
)
def test_changes_in_place(run_module: Any, changes_of: Any, vpc: Vpc, option: str, shown: str) -> None:
    others = {
        "route_table_ids": vpc.tables[1:],
        "policy": POLICY,
        "subnet_ids": vpc.subnets[1:],
        "security_group_ids": vpc.groups[1:],
        "private_dns_enabled": False,
    }
    gateway = option in ("route_table_ids", "policy")
    make = vpc.gateway if gateway else vpc.interface
    run_module(MODULE, vpc_id=vpc.id, endpoints=[make()], tags=TAGS)
    before = next(iter(vpc.read().values()))
    changed = [make(**{option: others[option]})]
    ((action, _kind, name, fields),) = changes_of(MODULE, vpc_id=vpc.id, endpoints=changed)
    assert (action, name) == ("update", make()["name"])
    assert {field.partition(".")[0] for field in fields} == {option}
    (found,) = vpc.read().values()
    assert found["VpcEndpointId"] == before["VpcEndpointId"]
    values = {
        "PolicyDocument": lambda: json.loads(found[shown]),
        "Groups": lambda: [group["GroupId"] for group in found[shown]],
    }
    assert values.get(shown, lambda: found[shown])() == others[option]
    assert not run_module(MODULE, vpc_id=vpc.id, endpoints=changed)["changed"]


def test_one_that_lost_its_tags_gets_them_back_and_no_second_one_is_made(run_module: Any, vpc: Vpc) -> None:
    options = {"vpc_id": vpc.id, "endpoints": [vpc.gateway()], "tags": TAGS}
    made = run_module(MODULE, **options)["endpoints"][0]["id"]
    vpc.ec2.delete_tags(Resources=[made], Tags=[{"Key": "Name"}, {"Key": "Environment"}])
    assert run_module(MODULE, **options)["actions"] == ["create_tags s3-dev"]
    assert vpc.read()[S3]["Tags"] == {**TAGS, "Name": "s3-dev"}


def test_somebody_elses_is_left_alone_unless_adopted(run_module: Any, vpc: Vpc) -> None:
    theirs = vpc.ec2.create_vpc_endpoint(VpcId=vpc.id, ServiceName=S3, RouteTableIds=vpc.tables[:1])
    options = {"vpc_id": vpc.id, "endpoints": [vpc.gateway()], "tags": TAGS, "owner_tags": OURS}
    refused = run_module(MODULE, **options)
    assert "not ours" in refused["msg"]
    gone = {"vpc_id": vpc.id, "tags": TAGS, "owner_tags": OURS, "state": "absent"}
    assert not run_module(MODULE, **gone)["changed"]
    assert run_module(MODULE, **options, adopt=True)["changed"]
    found = vpc.read()[S3]
    assert found["VpcEndpointId"] == theirs["VpcEndpoint"]["VpcEndpointId"]
    assert found["Tags"] == {**TAGS, **OURS, "Name": "s3-dev"}


def test_those_that_are_not_listed_go_with_purge_and_others_stay(run_module: Any, vpc: Vpc) -> None:
    run_module(MODULE, vpc_id=vpc.id, endpoints=[vpc.gateway(), vpc.interface()], tags=TAGS)
    dynamodb = "com.amazonaws.eu-west-1.dynamodb"
    vpc.ec2.create_vpc_endpoint(VpcId=vpc.id, ServiceName=dynamodb, RouteTableIds=vpc.tables)
    options = {"vpc_id": vpc.id, "endpoints": [vpc.gateway()], "tags": TAGS}
    assert not run_module(MODULE, **options)["changed"]
    done = run_module(MODULE, **options, purge_endpoints=True)
    assert done["actions"] == ["delete_vpc_endpoints ecr-dev"]
    assert set(vpc.read()) == {S3, dynamodb}
    # what AWS made for the interfaces is gone, too
    assert vpc.ec2.describe_network_interfaces()["NetworkInterfaces"] == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"route_table_ids": []}, "has no route_table_ids"),
        ({"service_name": "ecr.api"}, "is of type Gateway, which 'ecr.api' does not have"),
        ({"vpc_endpoint_type": "Interface"}, "has no subnet_ids"),
    ],
)
def test_what_cannot_be_is_refused_first(run_module: Any, vpc: Vpc, wrong: dict[str, Any], why: str) -> None:
    refused = run_module(MODULE, vpc_id=vpc.id, endpoints=[vpc.gateway(**wrong)], tags=TAGS)
    assert why in refused["msg"]
    assert vpc.read() == {}


def test_another_type_is_refused(run_module: Any, vpc: Vpc) -> None:
    run_module(MODULE, vpc_id=vpc.id, endpoints=[vpc.gateway()], tags=TAGS)
    other = {"vpc_endpoint_type": "Interface", "subnet_ids": vpc.subnets, "security_group_ids": vpc.groups}
    refused = run_module(MODULE, vpc_id=vpc.id, endpoints=[vpc.gateway(**other)], tags=TAGS)
    assert refused["needs_replacement"] == ["vpc_endpoint_type"]


def test_a_service_that_there_is_not_is_aws_error(run_module: Any, vpc: Vpc) -> None:
    wrong = vpc.interface(service_name="com.amazonaws.nowhere")
    assert "InvalidServiceName" in run_module(MODULE, vpc_id=vpc.id, endpoints=[wrong], tags=TAGS)["msg"]


def test_a_preview_in_a_vpc_that_is_not_there_yet(run_module: Any, vpc: Vpc) -> None:
    wanted = [vpc.gateway(route_table_ids=["rtb-(known after apply)"])]
    foretold = run_module(MODULE, check=True, vpc_id="vpc-(known after apply)", endpoints=wanted, tags=TAGS)
    assert foretold["actions"] == ["create_vpc_endpoint s3-dev"]

"""The network info module reads a VPC by name and tags."""

from __future__ import annotations

import time
from typing import Any

import pytest

NAME = "streamflix-vpc-dev"
TAGS = {"Environment": "dev"}


def make_vpc(aws: Any, environment: str = "dev") -> str:
    tags = [{"Key": "Name", "Value": NAME}, {"Key": "Environment", "Value": environment}]
    made = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])
    return made["Vpc"]["VpcId"]


def test_finds_everything_of_the_network(aws: Any, run_module: Any) -> None:
    ec2 = aws("ec2")
    vpc_id = make_vpc(aws)
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    subnets = [
        {"name": name, "cidr": cidr, "availability_zone": "eu-west-1a", "map_public_ip_on_launch": name == "public"}
        for name, cidr in (("private", "10.0.10.0/24"), ("public", "10.0.2.0/24"))
    ]
    made = run_module("ec2_subnets", vpc_id=vpc_id, subnets=subnets, tags=TAGS)["subnets"]
    gateways = [{"name": "nat", "subnet_id": made[1]["id"]}]
    nat = run_module("ec2_nat_gateways", vpc_id=vpc_id, nat_gateways=gateways)["nat_gateways"]
    groups = [{"name": "alb", "description": "x"}]
    group = run_module("ec2_security_groups", vpc_id=vpc_id, security_groups=groups)["security_groups"]

    found = run_module("ec2_network_info", name=NAME, tags=TAGS)
    assert not found["changed"]
    assert found["vpc"] == {"id": vpc_id, "name": NAME, "cidr": "10.0.0.0/16", "tags": {**TAGS, "Name": NAME}}
    assert found["internet_gateway_id"] == gateway_id
    assert found["subnets"] == [made[1], made[0]]
    assert found["nat_gateways"] == [{key: nat[0][key] for key in ("id", "name", "subnet_id", "status")}]
    assert [item["name"] for item in found["security_groups"]] == ["alb", "default"]
    assert found["security_groups"][0]["id"] == group[0]["id"]

    table_id = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    ec2.create_tags(Resources=[table_id], Tags=[{"Key": "Name", "Value": "way-out"}])
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat[0]["id"])
    ec2.associate_route_table(RouteTableId=table_id, SubnetId=made[0]["id"])
    assert found["route_tables"] == []
    main, table = run_module("ec2_network_info", name=NAME, tags=TAGS, route_tables=True)["route_tables"]
    local = {"destination": "10.0.0.0/16", "target": "local", "state": "active"}
    way_out = {"destination": "0.0.0.0/0", "target": nat[0]["id"], "state": "active"}
    assert (main["name"], main["subnet_ids"], main["routes"]) == ("", [], [local])
    assert table == {"id": table_id, "name": "way-out", "subnet_ids": [made[0]["id"]], "routes": [local, way_out]}

    ec2.delete_nat_gateway(NatGatewayId=nat[0]["id"])
    assert run_module("ec2_network_info", name=NAME, check=True)["nat_gateways"] == []


def test_nothing_is_no_error(aws: Any, run_module: Any) -> None:
    make_vpc(aws, "prod")
    found = run_module("ec2_network_info", name=NAME, tags=TAGS)
    assert not found.get("failed")
    assert (found["vpc"], found["subnets"], found["security_groups"]) == ({}, [], [])


def test_two_of_the_name_are_an_error(aws: Any, run_module: Any) -> None:
    ids = sorted([make_vpc(aws), make_vpc(aws)])
    failed = run_module("ec2_network_info", name=NAME)
    assert ", ".join(ids) in failed["msg"]


def test_one_that_is_listed_late_is_found_when_settled(
    aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setenv("STREAMFLIX_RUN_STARTED", str(time.time()))
    monkeypatch.setattr("time.sleep", lambda seconds: made.append(make_vpc(aws)))
    assert run_module("ec2_network_info", name=NAME, tags=TAGS)["vpc"] == {}
    assert run_module("ec2_network_info", name=NAME, tags=TAGS, settled=True, check=True)["vpc"] == {}
    assert made == []
    found = run_module("ec2_network_info", name=NAME, tags=TAGS, settled=True)
    assert [found["vpc"]["id"]] == made

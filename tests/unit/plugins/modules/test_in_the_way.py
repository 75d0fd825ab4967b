"""A removal that AWS goes on refusing says what is in the way, with its owner and AWS's description of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import runner

REFUSED = ["DependencyViolation"]
TAGS = {"Environment": "dev"}
GATEWAY = {"name": "vpc", "tags": TAGS}


class Network:
    """A VPC of ours, and what somebody else has put into it."""

    def __init__(self, aws: Any) -> None:
        ec2 = aws("ec2")
        pairs = [{"Key": "Environment", "Value": "dev"}, {"Key": "Name", "Value": "vpc"}]
        self.vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=self.vpc_id, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc_id)
        ours = ec2.create_security_group(GroupName="ours", Description="x", VpcId=self.vpc_id)["GroupId"]
        self.theirs = ec2.create_security_group(GroupName="theirs", Description="x", VpcId=self.vpc_id)["GroupId"]
        rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": ours}]}
        ec2.authorize_security_group_ingress(GroupId=self.theirs, IpPermissions=[rule])
        ec2.create_tags(Resources=[subnet, ours, gateway], Tags=pairs)
        made = ec2.create_network_interface(SubnetId=subnet, Groups=[ours], Description="somebody's appliance")
        self.interface = made["NetworkInterface"]["NetworkInterfaceId"]


@pytest.fixture
def network(aws: Any, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Give a VPC with something of others in it, and let nobody wait before it is looked for."""
    monkeypatch.setattr(runner, "IN_THE_WAY_SECONDS", 0.0)
    return Network(aws)


@pytest.mark.parametrize(
    ("module", "operation", "options", "names_group"),
    [
        ("ec2_subnets", "DeleteSubnet", {"tags": TAGS}, False),
        ("ec2_security_groups", "DeleteSecurityGroup", {"tags": TAGS}, True),
        ("ec2_internet_gateway", "DetachInternetGateway", GATEWAY, False),
        ("ec2_vpc", "DeleteVpc", {}, True),
    ],
)
def test_names_what_is_in_the_way(
    network: Network, run_module: Any, troubled: Any, module: str, operation: str, options: Any, names_group: bool
) -> None:
    troubled(operation, *REFUSED)
    result = run_module(module, vpc_id=network.vpc_id, state="absent", wait_timeout=0, **options)
    assert result["failed"]
    assert "DependencyViolation" in result["msg"]
    assert re.search(rf"{network.interface} \(owner \w+, somebody's appliance", result["msg"])
    assert (f"{network.theirs} (owner 123456789012, theirs" in result["msg"]) == names_group


def test_who_may_not_look_waits_all_the_same(network: Network, run_module: Any, troubled: Any) -> None:
    troubled("DescribeNetworkInterfaces", "UnauthorizedOperation")
    troubled("DeleteVpc", *REFUSED)
    result = run_module("ec2_vpc", vpc_id=network.vpc_id, state="absent", wait_timeout=0)
    assert "DependencyViolation" in result["msg"]
    assert "In the way" not in result["msg"]


def test_it_is_looked_for_only_after_some_time(
    network: Network, run_module: Any, troubled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "IN_THE_WAY_SECONDS", 30.0)
    sent = troubled("DeleteVpc", *REFUSED)
    run_module("ec2_vpc", vpc_id=network.vpc_id, state="absent", wait_timeout=0)
    assert "DescribeNetworkInterfaces" not in sent

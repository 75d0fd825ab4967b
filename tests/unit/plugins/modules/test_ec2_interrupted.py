"""The modules of the network, interrupted after each of their requests: the next run goes on, nothing is made twice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError

VPC = "streamflix-vpc-dev"
TAGS = {"Application": "streamflix", "Environment": "dev"}
COUNTS = {"vpcs": 1, "internet_gateways": 1, "subnets": 2, "nat_gateways": 1, "addresses": 1, "tables": 1, "groups": 2}
READS = ("describe_", "get_")
# AWS has no token for these, and nothing else keeps a second one away.
MADE_TWICE = ["allocate_address", "create_internet_gateway"]

Run = Callable[..., dict[str, Any]]


class Network:
    """A small network, module by module, as the role builds and removes it."""

    def __init__(self, run_module: Run) -> None:
        self._run_module = run_module

    def _run(self, module: str, **options: Any) -> dict[str, Any]:
        result = self._run_module(module, **{"tags": TAGS, **options})
        if result.get("failed"):
            raise InterruptedError(result["msg"])
        return result

    def build(self) -> None:
        vpc_id = self._run("ec2_vpc", name=VPC, cidr="10.0.0.0/16", dns_hostnames=True)["vpc"]["id"]
        gateway = self._run("ec2_internet_gateway", vpc_id=vpc_id, name=VPC)["internet_gateway"]["id"]
        subnets = [
            {"name": name, "cidr": cidr, "availability_zone": "eu-west-1a", "map_public_ip_on_launch": True}
            for name, cidr in (("public-1", "10.0.0.0/24"), ("public-2", "10.0.1.0/24"))
        ]
        ids = [item["id"] for item in self._run("ec2_subnets", vpc_id=vpc_id, subnets=subnets)["subnets"]]
        rules = {"ingress": [{"from_port": 80, "group": "one"}], "egress": []}
        groups = [{"name": name, "description": "x", **rules} for name in ("one", "two")]
        self._run("ec2_security_groups", vpc_id=vpc_id, security_groups=groups, close_default_group=True)
        self._run("ec2_nat_gateways", vpc_id=vpc_id, nat_gateways=[{"name": "nat-1", "subnet_id": ids[0]}])
        routes = [{"destination_cidr_block": "0.0.0.0/0", "gateway_id": gateway}]
        self._run("ec2_route_tables", vpc_id=vpc_id, route_tables=[{"name": "t", "subnet_ids": ids, "routes": routes}])

    def remove(self) -> None:
        vpc = self._run("ec2_network_info", name=VPC)["vpc"]
        in_vpc = {"vpc_id": vpc["id"]} if vpc else {}
        self._run("ec2_nat_gateways", state="absent", **in_vpc)
        for module in ("ec2_route_tables", "ec2_subnets", "ec2_security_groups") if vpc else ():
            self._run(module, state="absent", **in_vpc)
        self._run("ec2_internet_gateway", name=VPC, state="absent", **in_vpc)
        if vpc:
            self._run("ec2_vpc", state="absent", **in_vpc)


def count(aws: Any) -> dict[str, int]:
    """Count what there is, but for what every account or VPC has from AWS."""
    ec2 = aws("ec2")
    vpcs = [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"] for vpc in vpcs] or ["vpc-none"]}]
    nat_gateways = ec2.describe_nat_gateways()["NatGateways"]
    tables = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    groups = ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
    return {
        "vpcs": len(vpcs),
        "internet_gateways": len(ec2.describe_internet_gateways()["InternetGateways"]),
        "subnets": len(ec2.describe_subnets(Filters=inside)["Subnets"]),
        "nat_gateways": len([item for item in nat_gateways if item["State"] != "deleted"]),
        "addresses": len(ec2.describe_addresses()["Addresses"]),
        "tables": len([table for table in tables if not any(item["Main"] for item in table["Associations"])]),
        "groups": len([group for group in groups if group["GroupName"] != "default"]),
    }


def writes(monkeypatch: pytest.MonkeyPatch, action: Callable[[], None], killed: bool) -> int:
    """Run something and return how many requests that write AWS has carried out.

    :param killed: whether the run ends with the first of them, its reply lost.
    """
    original = Api.call
    sent: list[str] = []

    def call(self: Api, operation: str, *args: Any, **params: Any) -> dict[str, Any]:
        reply = original(self, operation, *args, **params)
        if not operation.startswith(READS):
            sent.append(operation)
            if killed:
                raise AwsError(operation, "", "", "killed", "")
        return reply

    with monkeypatch.context() as counting:
        counting.setattr(Api, "call", call)
        if killed:
            with contextlib.suppress(InterruptedError):
                action()
        else:
            action()
    return len(sent)


def test_goes_on_wherever_it_was_interrupted(aws: Any, run_module: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(run_module)
    needed = [writes(monkeypatch, action, killed=False) for action in (network.build, network.remove)]
    assert min(needed) > 10
    for action, total, expected in (
        (network.build, needed[0], COUNTS),
        (network.remove, needed[1], dict.fromkeys(COUNTS, 0)),
    ):
        # each run gets one request further, so that together they send what one run would have sent
        assert [writes(monkeypatch, action, killed=True) for _unused in range(total)] == [1] * total
        assert count(aws) == expected
        assert writes(monkeypatch, action, killed=True) == 0


@pytest.mark.parametrize("operation", MADE_TWICE)
def test_what_a_lost_reply_made_twice_is_cleared_away(
    aws: Any, run_module: Run, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    def call_twice(self: Api, sent: str, *args: Any, **params: Any) -> dict[str, Any]:
        if sent == operation:
            self.call(sent, *args, **params)
        return self.call(sent, *args, **params)

    network = Network(run_module)
    with monkeypatch.context() as retrying:
        retrying.setattr(Api, "call_once", call_twice)
        network.build()
    assert count(aws) != COUNTS
    network.build()
    assert count(aws) == COUNTS


@pytest.mark.parametrize("operation", MADE_TWICE)
def test_what_is_left_is_removed_when_the_vpc_is_gone(
    aws: Any, run_module: Run, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    network = Network(run_module)
    network.build()
    network.remove()
    kinds = {"allocate_address": "elastic-ip", "create_internet_gateway": "internet-gateway"}
    tags = [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": VPC}.items()]
    getattr(aws("ec2"), operation)(TagSpecifications=[{"ResourceType": kinds[operation], "Tags": tags}])
    assert sum(count(aws).values()) == 1
    network.remove()
    assert set(count(aws).values()) == {0}


def test_what_aws_makes_twice_is_sent_once_whatever_the_connection_says(
    aws: Any, run_module: Run, troubled: Callable[..., list[str]]
) -> None:
    sent = troubled("CreateVpc", "lost reply")
    often = {"retries": {"mode": "standard", "total_max_attempts": 10}, "read_timeout": 30}
    done = run_module("ec2_vpc", name=VPC, cidr="10.0.0.0/16", tags=TAGS, aws_config=often)
    assert done["changed"]
    assert sent.count("CreateVpc") == 1
    assert count(aws)["vpcs"] == 1

"""The module that reads a load balancer and its listeners."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "streamflix-alb-dev"


@pytest.fixture
def balancer(aws: Any) -> dict[str, Any]:
    ec2, elbv2 = aws("ec2"), aws("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for cidr, zone in {"10.0.0.0/24": "eu-west-1a", "10.0.1.0/24": "eu-west-1b"}.items()
    ]
    return elbv2.create_load_balancer(Name=NAME, Subnets=subnets)["LoadBalancers"][0]


def test_reads_the_load_balancer_and_its_listeners(aws: Any, run_module: Any, balancer: dict[str, Any]) -> None:
    elbv2, arn = aws("elbv2"), balancer["LoadBalancerArn"]
    made = elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=balancer["VpcId"], TargetType="ip")
    group = made["TargetGroups"][0]["TargetGroupArn"]
    redirect = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443"}}
    for port, action in {8080: redirect, 80: {"Type": "forward", "TargetGroupArn": group}}.items():
        elbv2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=[action])
    for check in (True, False):
        found = run_module("elbv2_load_balancer_info", check=check, name=NAME)
        assert not found["changed"]
        assert found["exists"]
        assert (found["load_balancer"]["arn"], found["load_balancer"]["dns_name"]) == (arn, balancer["DNSName"])
        assert found["load_balancer"]["vpc_id"] == balancer["VpcId"]
        listeners = found["listeners"]
        assert [(item["port"], item["target_group_arn"]) for item in listeners] == [(80, group), (8080, "")]


def test_gives_the_same_as_the_modules_that_manage_them(
    aws: Any, run_module: Any, sample_of: Any, balancer: dict[str, Any]
) -> None:
    arn = balancer["LoadBalancerArn"]
    made = aws("elbv2").create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=balancer["VpcId"])
    options = {"port": 80, "protocol": "HTTP", "target_group_arn": made["TargetGroups"][0]["TargetGroupArn"]}
    managed = {
        "load_balancer": run_module("elbv2_load_balancer", name=NAME)["load_balancer"],
        "listener": run_module("elbv2_listener", load_balancer_arn=arn, **options)["listener"],
    }
    found = run_module("elbv2_load_balancer_info", name=NAME)
    assert found["load_balancer"].keys() == sample_of("elbv2_load_balancer_info", "load_balancer").keys()
    assert found["load_balancer"].items() <= managed["load_balancer"].items()
    (listener,), (sample,) = found["listeners"], sample_of("elbv2_load_balancer_info", "listeners")
    assert listener.keys() == sample.keys()
    assert all(listener[key] == managed["listener"][key] for key in ("arn", "port", "protocol"))
    assert listener["target_group_arn"] == options["target_group_arn"]


def test_a_missing_load_balancer(aws: Any, run_module: Any) -> None:
    found = run_module("elbv2_load_balancer_info", name=NAME)
    assert (found["exists"], found["load_balancer"], found["listeners"]) == (False, {}, [])

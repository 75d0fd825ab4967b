"""The load balancer of a deployed stack, read with plain boto3: every property that the platform asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]

ANYWHERE = "0.0.0.0/0"


def as_dict(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs}


@pytest.fixture(scope="module")
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


@pytest.fixture(scope="module")
def tags_of(aws: Client) -> Callable[[str], dict[str, str]]:
    """Give a function that reads the tags of a load balancer, listener or target group."""
    return lambda arn: as_dict(aws("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])


@pytest.fixture(scope="module")
def vpc_id(aws: Client, environment: str) -> str:
    named = [{"Name": "tag:Name", "Values": [f"streamflix-vpc-{environment}"]}]
    (vpc,) = aws("ec2").describe_vpcs(Filters=named)["Vpcs"]
    return vpc["VpcId"]


@pytest.fixture(scope="module")
def balancer(aws: Client, environment: str) -> dict[str, Any]:
    (found,) = aws("elbv2").describe_load_balancers(Names=[f"streamflix-alb-{environment}"])["LoadBalancers"]
    return found


@pytest.fixture(scope="module")
def target_group(aws: Client, environment: str) -> dict[str, Any]:
    (found,) = aws("elbv2").describe_target_groups(Names=[f"streamflix-tg-{environment}"])["TargetGroups"]
    return found


@pytest.fixture(scope="module")
def listeners(aws: Client, balancer: dict[str, Any]) -> list[dict[str, Any]]:
    return aws("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]


def test_load_balancer_is_public_and_active(balancer: dict[str, Any], vpc_id: str) -> None:
    assert balancer["Type"] == "application"
    assert balancer["Scheme"] == "internet-facing"
    assert balancer["IpAddressType"] == "ipv4"
    assert balancer["State"]["Code"] == "active"
    assert balancer["VpcId"] == vpc_id


def test_load_balancer_lies_in_both_public_subnets(aws: Client, balancer: dict[str, Any], vpc_id: str) -> None:
    zones = balancer["AvailabilityZones"]
    assert len({zone["ZoneName"] for zone in zones}) == 2
    in_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    subnets = aws("ec2").describe_subnets(Filters=in_vpc)["Subnets"]
    public = {subnet["SubnetId"] for subnet in subnets if subnet["MapPublicIpOnLaunch"]}
    assert {zone["SubnetId"] for zone in zones} == public


def test_load_balancer_takes_http_and_https_from_anywhere(aws: Client, balancer: dict[str, Any], vpc_id: str) -> None:
    (group,) = aws("ec2").describe_security_groups(GroupIds=balancer["SecurityGroups"])["SecurityGroups"]
    assert group["VpcId"] == vpc_id
    assert group["GroupName"] != "default"
    ports = {
        (rule["FromPort"], rule["ToPort"])
        for rule in group["IpPermissions"]
        if rule["IpProtocol"] == "tcp" and ANYWHERE in [block["CidrIp"] for block in rule["IpRanges"]]
    }
    assert ports == {(80, 80), (443, 443)}


def test_load_balancer_can_be_removed(aws: Client, balancer: dict[str, Any]) -> None:
    arn = balancer["LoadBalancerArn"]
    attributes = as_dict(aws("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"])
    assert attributes["deletion_protection.enabled"] == "false"


def test_load_balancer_is_tagged(balancer: dict[str, Any], tags: Any, tags_of: Any) -> None:
    assert tags_of(balancer["LoadBalancerArn"]) == tags


def test_the_only_listener_forwards_http(
    listeners: list[dict[str, Any]], target_group: dict[str, Any], tags: Any, tags_of: Any
) -> None:
    (listener,) = listeners
    assert listener["Port"] == 80
    assert listener["Protocol"] == "HTTP"
    (action,) = listener["DefaultActions"]
    assert action["Type"] == "forward"
    assert action["TargetGroupArn"] == target_group["TargetGroupArn"]
    assert tags_of(listener["ListenerArn"]) == tags


def test_listener_has_no_other_rule(aws: Client, listeners: list[dict[str, Any]]) -> None:
    (rule,) = aws("elbv2").describe_rules(ListenerArn=listeners[0]["ListenerArn"])["Rules"]
    assert rule["IsDefault"]


def test_target_group_takes_addresses_on_port_80(target_group: dict[str, Any], vpc_id: str) -> None:
    assert target_group["Protocol"] == "HTTP"
    assert target_group["ProtocolVersion"] == "HTTP1"
    assert target_group["Port"] == 80
    assert target_group["TargetType"] == "ip"
    assert target_group["VpcId"] == vpc_id


def test_target_group_is_used_by_the_load_balancer(target_group: dict[str, Any], balancer: dict[str, Any]) -> None:
    assert target_group["LoadBalancerArns"] == [balancer["LoadBalancerArn"]]


def test_health_check(target_group: dict[str, Any]) -> None:
    assert target_group["HealthCheckEnabled"]
    assert target_group["HealthCheckProtocol"] == "HTTP"
    assert target_group["HealthCheckPort"] == "traffic-port"
    assert target_group["HealthCheckPath"] == "/"
    assert target_group["HealthCheckIntervalSeconds"] == 30
    assert target_group["HealthCheckTimeoutSeconds"] == 5
    assert target_group["HealthyThresholdCount"] == 2
    assert target_group["UnhealthyThresholdCount"] == 3
    assert target_group["Matcher"] == {"HttpCode": "200"}


def test_target_group_attributes(aws: Client, target_group: dict[str, Any], tags: Any, tags_of: Any) -> None:
    arn = target_group["TargetGroupArn"]
    attributes = as_dict(aws("elbv2").describe_target_group_attributes(TargetGroupArn=arn)["Attributes"])
    assert attributes["deregistration_delay.timeout_seconds"] == "30"
    assert attributes["stickiness.enabled"] == "false"
    assert tags_of(arn) == tags

"""The module that reads a target group and the health of its targets."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.modules.elbv2_target_group_info import TARGET

NAME = "streamflix-tg-dev"
MISSING = (False, {}, [])


@pytest.fixture
def group(aws: Any) -> dict[str, Any]:
    vpc = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return aws("elbv2").create_target_group(
        Name=NAME,
        Protocol="HTTP",
        Port=80,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath="/health",
        Tags=[{"Key": "Environment", "Value": "dev"}],
    )["TargetGroups"][0]


def test_reads_the_group_and_its_targets(aws: Any, run_module: Any, group: dict[str, Any]) -> None:
    addresses = [{"Id": "10.0.3.9", "Port": 80}, {"Id": "10.0.2.17", "Port": 80}]
    aws("elbv2").register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=addresses)
    for check in (True, False):
        found = run_module("elbv2_target_group_info", check=check, name=NAME)
        assert (found["changed"], found["exists"]) == (False, True)
        shown = found["target_group"]
        assert (shown["arn"], shown["vpc_id"]) == (group["TargetGroupArn"], group["VpcId"])
        assert (shown["name"], shown["port"], shown["target_type"]) == (NAME, 80, "ip")
        assert shown["health_check"]["path"] == "/health"
        assert shown["tags"] == {"Environment": "dev"}
        # no listener forwards to the group
        assert [(target["id"], target["state"], target["reason"]) for target in found["targets"]] == [
            ("10.0.2.17", "unused", "Target.NotInUse"),
            ("10.0.3.9", "unused", "Target.NotInUse"),
        ]


def test_says_why_a_target_is_not_healthy() -> None:
    health = {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Request timed out"}
    described = {"Target": {"Id": "10.0.2.17", "Port": 80, "AvailabilityZone": "eu-west-1a"}, "TargetHealth": health}
    assert fields.described(TARGET, described) == {
        "id": "10.0.2.17",
        "port": 80,
        "availability_zone": "eu-west-1a",
        "state": "unhealthy",
        "reason": "Target.Timeout",
        "description": "Request timed out",
    }


def test_a_missing_target_group(aws: Any, run_module: Any) -> None:
    found = run_module("elbv2_target_group_info", name=NAME)
    assert (found["exists"], found["target_group"], found["targets"]) == MISSING


@pytest.mark.parametrize("operation", ["DescribeTargetHealth", "DescribeTags"])
def test_a_target_group_that_vanishes_while_it_is_read(
    run_module: Any, group: dict[str, Any], troubled: Any, operation: str
) -> None:
    troubled(operation, "TargetGroupNotFound")
    found = run_module("elbv2_target_group_info", name=NAME)
    assert (found["exists"], found["target_group"], found["targets"]) == MISSING


def test_throttling_passes(run_module: Any, group: dict[str, Any], troubled: Any) -> None:
    sent = troubled("DescribeTargetHealth", "Throttling")
    assert run_module("elbv2_target_group_info", name=NAME)["exists"]
    assert sent.count("DescribeTargetHealth") == 2

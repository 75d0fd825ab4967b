"""The target group module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "streamflix-tg-dev"


@pytest.fixture
def vpc_id(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def options(vpc_id: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "protocol": "HTTP",
        "port": 80,
        "vpc_id": vpc_id,
        "health_check": {
            "path": "/",
            "interval": 30,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 3,
        },
        "attributes": {"deregistration_delay.timeout_seconds": 30, "stickiness.enabled": False},
        "tags": {"Environment": "dev"},
    }


def read_back(aws: Any) -> dict[str, Any]:
    elbv2 = aws("elbv2")
    group = elbv2.describe_target_groups(Names=[NAME])["TargetGroups"][0]
    arn = group["TargetGroupArn"]
    pairs = elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    described = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    return {
        **group,
        "attributes": {pair["Key"]: pair["Value"] for pair in pairs},
        "tags": {tag["Key"]: tag["Value"] for tag in described},
    }


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("elbv2_target_group", check=True, **options)
    assert preview["changed"]
    assert aws("elbv2").describe_target_groups()["TargetGroups"] == []

    done = run_module("elbv2_target_group", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    for key in ("name", "protocol", "port", "vpc_id", "target_type", "tags"):
        assert done["target_group"][key] == preview["target_group"][key]

    group = read_back(aws)
    assert (group["Protocol"], group["Port"], group["TargetType"]) == ("HTTP", 80, "ip")
    assert (group["HealthCheckPath"], group["HealthCheckIntervalSeconds"]) == ("/", 30)
    assert (group["HealthCheckTimeoutSeconds"], group["UnhealthyThresholdCount"]) == (5, 3)
    assert group["attributes"]["deregistration_delay.timeout_seconds"] == "30"
    assert group["tags"] == {"Environment": "dev"}


def test_second_run_changes_nothing(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("elbv2_target_group", **options)
    for check in (True, False):
        again = run_module("elbv2_target_group", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]


def test_update_sends_only_what_differs(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("elbv2_target_group", **options)
    options["health_check"]["interval"] = 15
    options["attributes"]["deregistration_delay.timeout_seconds"] = 60
    options["tags"] = {"Environment": "dev", "Owner": "api"}
    preview = run_module("elbv2_target_group", check=True, **options)
    assert read_back(aws)["HealthCheckIntervalSeconds"] == 30

    done = run_module("elbv2_target_group", **options)
    assert done["target_group"] == preview["target_group"]
    assert done["diff"]["before"]["health_check"]["interval"] == 30
    assert done["diff"]["after"]["health_check"]["interval"] == 15
    group = read_back(aws)
    assert group["HealthCheckIntervalSeconds"] == 15
    assert group["attributes"]["deregistration_delay.timeout_seconds"] == "60"
    assert group["tags"] == {"Environment": "dev", "Owner": "api"}


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("elbv2_target_group", **options)
    options["tags"] = {"Owner": "api"}
    run_module("elbv2_target_group", purge_tags=False, **options)
    assert read_back(aws)["tags"] == {"Environment": "dev", "Owner": "api"}
    run_module("elbv2_target_group", **options)
    assert read_back(aws)["tags"] == {"Owner": "api"}


def test_removes_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("elbv2_target_group", **options)
    preview = run_module("elbv2_target_group", check=True, name=NAME, state="absent")
    assert preview["changed"]
    assert read_back(aws)

    done = run_module("elbv2_target_group", name=NAME, state="absent")
    assert done["changed"]
    assert done["diff"]["before"]["port"] == 80
    assert done["diff"]["after"] == {}
    assert aws("elbv2").describe_target_groups()["TargetGroups"] == []
    assert not run_module("elbv2_target_group", name=NAME, state="absent")["changed"]


def test_the_health_check_may_go_another_way(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options["protocol"] = "HTTPS"
    run_module("elbv2_target_group", **options)
    assert (read_back(aws)["HealthCheckProtocol"], read_back(aws)["HealthCheckPort"]) == ("HTTP", "traffic-port")
    options["health_check"] |= {"protocol": "HTTPS", "port": "8443", "matcher": "200-299"}
    assert run_module("elbv2_target_group", **options)["actions"] == [f"modify_target_group {NAME}"]
    group = read_back(aws)
    assert (group["HealthCheckProtocol"], group["HealthCheckPort"]) == ("HTTPS", "8443")
    assert group["Matcher"] == {"HttpCode": "200-299"}
    assert not run_module("elbv2_target_group", **options)["changed"]


def test_removes_one_whose_listener_has_gone_a_moment_ago(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any
) -> None:
    run_module("elbv2_target_group", **options)
    sent = troubled("DeleteTargetGroup", "ResourceInUse", "ResourceInUse")
    assert run_module("elbv2_target_group", name=NAME, state="absent")["changed"]
    assert sent.count("DeleteTargetGroup") == 3
    assert aws("elbv2").describe_target_groups()["TargetGroups"] == []


def test_a_new_port_needs_replacement(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("elbv2_target_group", **options)
    failed = run_module("elbv2_target_group", **{**options, "port": 8080})
    assert failed["failed"]
    assert "port (80 -> 8080)" in failed["msg"]
    assert failed["needs_replacement"] == ["port"]
    assert read_back(aws)["Port"] == 80


def test_a_name_over_32_characters_is_refused(run_module: Any, options: dict[str, Any]) -> None:
    failed = run_module("elbv2_target_group", **{**options, "name": "x" * 33})
    assert "33 characters" in failed["msg"]
    assert "at most 32" in failed["msg"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"interval": 4}, "health_check.interval 4 is out of range: set 5 to 300"),
        ({"timeout": 30}, "not less than the interval of 30"),
        ({"unhealthy_threshold": 1}, "set 2 to 10"),
        ({"port": "65536"}, "health_check.port '65536' is no port: set 1 to 65535, or traffic-port"),
        ({"port": "main"}, "health_check.port 'main' is no port"),
        ({"matcher": "500"}, "health_check.matcher '500' is not made of codes: set 200 to 499"),
        ({"path": "health"}, "does not start with a slash"),
    ],
)
def test_a_health_check_that_aws_would_refuse(
    run_module: Any, options: dict[str, Any], wrong: dict[str, Any], text: str
) -> None:
    failed = run_module("elbv2_target_group", **{**options, "health_check": {**options["health_check"], **wrong}})
    assert failed["failed"]
    assert text in failed["msg"]


def test_an_attribute_without_a_value_is_left_as_it_is(run_module: Any, options: dict[str, Any]) -> None:
    run_module("elbv2_target_group", **options)
    options["attributes"] = {"deregistration_delay.timeout_seconds": None}
    assert not run_module("elbv2_target_group", **options)["changed"]


def test_tags_are_texts_whatever_the_inventory_writes(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options["tags"] = {"CostCenter": 1234}
    run_module("elbv2_target_group", **options)
    assert read_back(aws)["tags"] == {"CostCenter": "1234"}
    assert not run_module("elbv2_target_group", **options)["changed"]


def test_tells_what_becomes_of_it(changes_of: Any, options: dict[str, Any]) -> None:
    kind = "AWS::ElasticLoadBalancingV2::TargetGroup"
    del options["attributes"]
    ((action, its_type, name, fields),) = changes_of("elbv2_target_group", **options)
    assert (action, its_type, name) == ("create", kind, NAME)
    assert fields == {
        "protocol": (None, "HTTP"),
        "protocol_version": (None, "HTTP1"),
        "port": (None, 80),
        "vpc_id": (None, options["vpc_id"]),
        "target_type": (None, "ip"),
        "health_check": (
            None,
            {**options["health_check"], "matcher": "200", "protocol": "HTTP", "port": "traffic-port"},
        ),
        "attributes": (None, {}),
        "tags": (None, {"Environment": "dev"}),
    }
    options["health_check"]["interval"] = 15
    assert changes_of("elbv2_target_group", **options) == [("update", kind, NAME, {"health_check.interval": (30, 15)})]
    assert changes_of("elbv2_target_group", **options) == []
    ((action, its_type, name, fields),) = changes_of("elbv2_target_group", name=NAME, state="absent")
    assert (action, its_type, name, fields["port"]) == ("remove", kind, NAME, (80, None))


def test_foretells_what_aws_fills_in(assert_foretold: Any, vpc_id: str) -> None:
    required = {"name": NAME, "protocol": "HTTP", "port": 80, "vpc_id": vpc_id}
    assert_foretold("elbv2_target_group", "target_group", ("attributes",), **required)


@pytest.fixture
def grpc(options: dict[str, Any]) -> dict[str, Any]:
    """Give the options of a target group for gRPC."""
    return {**options, "protocol_version": "GRPC", "health_check": {"interval": 30}}


def test_a_group_for_grpc_has_defaults_of_its_own(aws: Any, run_module: Any, grpc: dict[str, Any]) -> None:
    preview = run_module("elbv2_target_group", check=True, **grpc)
    done = run_module("elbv2_target_group", **grpc)
    group = read_back(aws)
    assert (group["ProtocolVersion"], group["Matcher"]) == ("GRPC", {"GrpcCode": "12"})
    assert group["HealthCheckPath"] == "/AWS.ALB/healthcheck"
    for shown in (preview["target_group"], done["target_group"]):
        assert shown["protocol_version"] == "GRPC"
        assert shown["health_check"]["grpc_code"] == "12"
        assert "matcher" not in shown["health_check"]
    assert not run_module("elbv2_target_group", **grpc)["changed"]


def test_the_codes_of_grpc_change_in_place(aws: Any, run_module: Any, grpc: dict[str, Any]) -> None:
    run_module("elbv2_target_group", **grpc)
    grpc["health_check"] = {"grpc_code": "0-5"}
    done = run_module("elbv2_target_group", **grpc)
    assert done["changes"][0]["fields"] == [{"field": "health_check.grpc_code", "before": "12", "after": "0-5"}]
    assert read_back(aws)["Matcher"] == {"GrpcCode": "0-5"}
    assert not run_module("elbv2_target_group", **grpc)["changed"]


def test_without_a_version_it_is_the_first_and_another_needs_another_group(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    assert run_module("elbv2_target_group", **options)["target_group"]["protocol_version"] == "HTTP1"
    assert read_back(aws)["ProtocolVersion"] == "HTTP1"
    failed = run_module("elbv2_target_group", **options, protocol_version="HTTP2")
    assert "protocol_version ('HTTP1' -> 'HTTP2')" in failed["msg"]


@pytest.mark.parametrize(
    ("version", "codes", "finding"),
    [
        ("GRPC", {"matcher": "200"}, "health_check.matcher has codes of HTTP, and protocol_version is GRPC"),
        ("HTTP2", {"grpc_code": "12"}, "health_check.grpc_code '12' is for protocol_version GRPC"),
        ("GRPC", {"grpc_code": "100"}, "health_check.grpc_code '100' is not made of codes: set 0 to 99"),
    ],
)
def test_codes_go_with_the_version(
    aws: Any, run_module: Any, options: dict[str, Any], version: str, codes: dict[str, str], finding: str
) -> None:
    failed = run_module("elbv2_target_group", **{**options, "protocol_version": version, "health_check": codes})
    assert finding in failed["msg"]
    assert aws("elbv2").describe_target_groups()["TargetGroups"] == []

"""Missing permissions: each service's own refusal, as its API reference has it."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator import journal
from emulator.modes import Modes
from tests.unit.emulator.conftest import Start

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"
ECS_CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/x"
# the client, the request, the IAM action, the code, the status, the resource in the message
REFUSALS: list[tuple[str, str, dict[str, Any], str, str, int, str]] = [
    ("ec2", "describe_vpcs", {}, "ec2:DescribeVpcs", "UnauthorizedOperation", 403, ""),
    ("rds", "describe_db_clusters", {}, "rds:DescribeDBClusters", "AccessDenied", 403, "*"),
    (
        "elasticache",
        "describe_replication_groups",
        {},
        "elasticache:DescribeReplicationGroups",
        "AccessDenied",
        403,
        "*",
    ),
    (
        "elbv2",
        "describe_load_balancers",
        {},
        "elasticloadbalancing:DescribeLoadBalancers",
        "AccessDenied",
        403,
        "*",
    ),
    ("iam", "get_role", {"RoleName": "x"}, "iam:GetRole", "AccessDenied", 403, "*"),
    ("ecs", "list_clusters", {}, "ecs:ListClusters", "AccessDeniedException", 400, "*"),
    ("ecs", "delete_cluster", {"cluster": ECS_CLUSTER}, "ecs:DeleteCluster", "AccessDeniedException", 400, ECS_CLUSTER),
    (
        "secretsmanager",
        "describe_secret",
        {"SecretId": SECRET},
        "secretsmanager:DescribeSecret",
        "AccessDeniedException",
        400,
        SECRET,
    ),
    ("logs", "describe_log_groups", {}, "logs:DescribeLogGroups", "AccessDeniedException", 400, "*"),
    ("resourcegroupstaggingapi", "get_resources", {}, "tag:GetResources", "AccessDeniedException", 400, "*"),
    (
        "apigateway",
        "get_rest_apis",
        {"limit": 5},
        "apigateway:GET",
        "AccessDeniedException",
        403,
        "arn:aws:apigateway:eu-west-1::/restapis",
    ),
    (
        "apigateway",
        "create_stage",
        {"restApiId": "a1b2c3", "stageName": "dev", "deploymentId": "d"},
        "apigateway:POST",
        "AccessDeniedException",
        403,
        "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages",
    ),
    (
        "apigateway",
        "update_stage",
        {"restApiId": "a1b2c3", "stageName": "dev"},
        "apigateway:PATCH",
        "AccessDeniedException",
        403,
        "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages/dev",
    ),
]


@pytest.mark.parametrize(
    ("service", "operation", "params", "action", "code", "status", "resource"),
    REFUSALS,
    ids=[f"{row[0]}-{row[1]}" for row in REFUSALS],
)
def test_a_denied_action_is_refused_in_the_words_of_its_service(
    start: Start,
    service: str,
    operation: str,
    params: dict[str, Any],
    action: str,
    code: str,
    status: int,
    resource: str,
) -> None:
    client = start(Modes(deny=(action,))).client(service)
    with pytest.raises(ClientError) as error:
        getattr(client, operation)(**params)
    reply = error.value.response
    assert (reply["Error"]["Code"], reply["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    message = reply["Error"]["Message"]
    assert f"user/denied is not authorized to perform: {action} " in message
    assert not resource or f"on resource: {resource} because" in message


def test_what_is_not_named_passes(start: Start, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "journal.jsonl"
    aws = start(Modes(deny=("ec2:Describe*", "RDS:describedbclusters"), journal=file))
    ec2, rds = aws.client("ec2"), aws.client("rds")
    assert ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    assert rds.describe_db_instances()["DBInstances"] == []
    for request in (ec2.describe_vpcs, ec2.describe_subnets, rds.describe_db_clusters):
        with pytest.raises(ClientError):
            request()
    assert {(entry.operation, entry.error) for entry in journal.load(file).failed()} == {
        ("DescribeVpcs", "UnauthorizedOperation"),
        ("DescribeSubnets", "UnauthorizedOperation"),
        ("DescribeDBClusters", "AccessDenied"),
    }


def test_who_one_is_cannot_be_denied(start: Start) -> None:
    assert start(Modes(deny=("*:*",))).client("sts").get_caller_identity()["Account"]

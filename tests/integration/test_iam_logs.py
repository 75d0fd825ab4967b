"""Roles, log group and cluster of a deployed stack, read with plain boto3: every property asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]

TASKS = "ecs-tasks.amazonaws.com"


@pytest.fixture(scope="module")
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


@pytest.fixture(scope="module")
def role(aws: Client, environment: str) -> Callable[[str], dict[str, Any]]:
    """Give a function that reads a role of the ECS service: C(execution) or C(task)."""
    return lambda purpose: aws("iam").get_role(RoleName=f"streamflix-ecs-{purpose}-{environment}")["Role"]


@pytest.fixture(scope="module")
def log_group(aws: Client, environment: str) -> dict[str, Any]:
    name = f"/ecs/streamflix-api-{environment}"
    (found,) = aws("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert found["logGroupName"] == name
    return found


@pytest.fixture(scope="module")
def cluster(aws: Client, environment: str) -> dict[str, Any]:
    include = ["SETTINGS", "TAGS", "CONFIGURATIONS"]
    (found,) = aws("ecs").describe_clusters(clusters=[f"streamflix-cluster-{environment}"], include=include)["clusters"]
    return found


@pytest.fixture(scope="module")
def secret_arn(aws: Client, environment: str) -> str:
    return aws("secretsmanager").describe_secret(SecretId=f"streamflix-db-credentials-{environment}")["ARN"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def tags_of(entity: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in entity.get("Tags", [])}


def statements(aws: Client, role_name: str) -> list[dict[str, Any]]:
    """Return all that a role may do: its inline and its attached policies."""
    iam = aws("iam")
    found: list[dict[str, Any]] = []
    for name in iam.list_role_policies(RoleName=role_name)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"]
        found += as_list(document["Statement"])
    for attached in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        found += as_list(document["Statement"])
    return found


def resources_by_action(found: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return on which resources each action is allowed."""
    allowed: dict[str, set[str]] = {}
    for statement in found:
        assert statement["Effect"] == "Allow"
        for action in as_list(statement["Action"]):
            allowed.setdefault(action, set()).update(as_list(statement["Resource"]))
    return allowed


@pytest.mark.parametrize("purpose", ["execution", "task"])
def test_only_tasks_can_take_the_roles(role: Any, tags: dict[str, str], purpose: str) -> None:
    found = role(purpose)
    (statement,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert as_list(statement["Action"]) == ["sts:AssumeRole"]
    assert statement["Principal"] == {"Service": TASKS}
    assert found["Path"] == "/"
    assert tags_of(found) == tags


def test_execution_role_reads_one_secret_and_writes_one_log_group(
    aws: Client, role: Any, secret_arn: str, log_group: dict[str, Any]
) -> None:
    allowed = resources_by_action(statements(aws, role("execution")["RoleName"]))
    # an image in ECR needs these too
    pulls = {action for action in allowed if action.startswith("ecr:")}
    assert {action: allowed[action] for action in allowed.keys() - pulls} == {
        "secretsmanager:GetSecretValue": {secret_arn},
        "secretsmanager:DescribeSecret": {secret_arn},
        "logs:CreateLogStream": {log_group["arn"]},
        "logs:PutLogEvents": {log_group["arn"]},
    }
    assert not any("*" in allowed[action] for action in pulls - {"ecr:GetAuthorizationToken"})


def test_policies_of_the_execution_role_are_tagged(aws: Client, role: Any, tags: dict[str, str]) -> None:
    iam = aws("iam")
    attached = iam.list_attached_role_policies(RoleName=role("execution")["RoleName"])["AttachedPolicies"]
    for policy in attached:
        assert tags_of(iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]) == tags


def test_task_role_may_do_nothing(aws: Client, role: Any) -> None:
    assert statements(aws, role("task")["RoleName"]) == []


def test_no_instance_profile_was_made(aws: Client, role: Any) -> None:
    for purpose in ("execution", "task"):
        profiles = aws("iam").list_instance_profiles_for_role(RoleName=role(purpose)["RoleName"])
        assert profiles["InstanceProfiles"] == []


def test_log_group_keeps_logs_for_a_week(aws: Client, log_group: dict[str, Any], tags: dict[str, str]) -> None:
    assert log_group["retentionInDays"] == 7
    assert aws("logs").list_tags_for_resource(resourceArn=log_group["logGroupArn"])["tags"] == tags


def test_cluster(cluster: dict[str, Any], tags: dict[str, str]) -> None:
    assert cluster["status"] == "ACTIVE"
    assert {"name": "containerInsights", "value": "enabled"} in cluster["settings"]
    assert {tag["key"]: tag["value"] for tag in cluster["tags"]} == tags

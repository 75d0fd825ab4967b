"""All IAM roles of a stack in one path and under one permissions boundary, and what others do to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, playbook, server

PATH = "/streaming/dev/"
REGION = "eu-west-1"
EXECUTION, TASK, FLOW_LOG, LOGGING = ROLES = (
    f"streamflix-ecs-execution-dev-{REGION}",
    f"streamflix-ecs-task-dev-{REGION}",
    f"streamflix-flow-log-dev-{REGION}",
    f"streamflix-api-gateway-logs-{REGION}",
)
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def client() -> Iterator[account.Client]:
    """Give plain clients of an AWS of its own."""
    with server.running(Modes(rules=True)) as url:
        yield server.clients(url)


@pytest.fixture(scope="module")
def boundary(client: account.Client) -> str:
    """Give the policy that limits all roles."""
    made = client("iam").create_policy(PolicyName="limits", PolicyDocument=json.dumps(ALLOW_ALL))
    return made["Policy"]["Arn"]


def play(client: account.Client, boundary: str, name: str, *arguments: str, **more: Any) -> playbook.Run:
    """Run a playbook with the path and the boundary for all roles."""
    variables = {"platform_role_path": PATH, "platform_role_permissions_boundary": boundary, **more}
    return playbook.run(name, *arguments, endpoint=client("iam").meta.endpoint_url, **variables)


def limits(client: account.Client) -> dict[str, tuple[str, str | None]]:
    """Return the path and the boundary of each role."""
    found = {}
    for name in ROLES:
        role = client("iam").get_role(RoleName=name)["Role"]
        found[name] = role["Path"], role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return found


def used(client: account.Client) -> list[str]:
    """Return the ARNs by which AWS's services know the roles."""
    definitions = account.pages(client("ecs"), "list_task_definitions", "taskDefinitionArns")
    task = client("ecs").describe_task_definition(taskDefinition=definitions[-1])["taskDefinition"]
    (flow_log,) = client("ec2").describe_flow_logs()["FlowLogs"]
    return [
        task["executionRoleArn"],
        task["taskRoleArn"],
        flow_log["DeliverLogsPermissionArn"],
        client("apigateway").get_account()["cloudwatchRoleArn"],
    ]


def test_roles_have_path_and_boundary_and_keep_them(client: account.Client, boundary: str) -> None:
    deployed = play(client, boundary, "site.yml")
    assert deployed.code == 0, deployed.output
    assert limits(client) == dict.fromkeys(ROLES, (PATH, boundary))
    assert used(client) == [f"arn:aws:iam::123456789012:role{PATH}{name}" for name in ROLES]

    iam = client("iam")
    iam.delete_role_permissions_boundary(RoleName=TASK)
    iam.put_role_permissions_boundary(
        RoleName=LOGGING, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    repaired = play(client, boundary, "site.yml")
    assert repaired.code == 0, repaired.output
    changed = {change["name"]: [entry["field"] for entry in change["fields"]] for change in repaired.changes}
    assert changed == {name: ["permissions_boundary"] for name in (TASK, LOGGING)}
    assert limits(client) == dict.fromkeys(ROLES, (PATH, boundary))


def test_one_role_of_its_own_and_a_boundary_that_nobody_asked_for(client: account.Client, boundary: str) -> None:
    # taken away from one role, and of no concern for the others
    run = playbook.run(
        "site.yml",
        "--tags",
        "network,ecs_service,apigw",
        endpoint=client("iam").meta.endpoint_url,
        platform_role_path=PATH,
        ecs_service_task_role_permissions_boundary="",
    )
    assert run.code == 0, run.output
    wanted = dict.fromkeys(ROLES, (PATH, boundary)) | {TASK: (PATH, None)}
    assert limits(client) == wanted
    assert [change["name"] for change in run.changes] == [TASK]

    # another stack's logging role: the account has one, and it stays
    other = playbook.run("site.yml", "--check", "--tags", "apigw", endpoint=client("iam").meta.endpoint_url)
    assert (other.code, other.changes) == (0, []), other.output


def test_another_path_is_refused_with_what_to_do(client: account.Client, boundary: str) -> None:
    run = play(client, boundary, "site.yml", "--check", "--tags", "network", network_flow_log_role_path="/other/")
    assert run.code != 0
    (failure,) = run.failures
    assert "path ('/streaming/dev/' -> '/other/')" in failure["message"]
    assert "Give the role another name" in failure["message"]

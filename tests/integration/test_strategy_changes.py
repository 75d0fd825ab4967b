"""A stack whose deployments shift traffic gets another listener while its tasks are in the second target group.

The API is asked all the time, by way of the listener and its rules.
"""

from __future__ import annotations

import pathlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from emulator import journal
from emulator.modes import Modes
from tests.support import playbook, server
from tests.support.watch import Look, healthy_in, watched

VARIABLES = {
    "ecs_service_deployment_strategy": "BLUE_GREEN",
    "ecs_service_bake_time": 1,
    "ecs_service_scaling": {"min_capacity": 3, "max_capacity": 4, "cpu": 60},
    "ecs_service_enable_execute_command": True,
    "ecs_service_volumes": [
        {"name": "data", "efs": {"file_system_id": "fs-0123456789abcdef0", "transit_encryption": True, "iam": True}}
    ],
    "network_alb_ingress": [
        {"protocol": "tcp", "from_port": port, "to_port": port, "cidr": "0.0.0.0/0", "description": "clients"}
        for port in (80, 8080)
    ],
}


@pytest.fixture(scope="module")
def journal_file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give the file to which the account writes all requests."""
    return tmp_path_factory.mktemp("strategies") / "journal.jsonl"


@pytest.fixture(scope="module")
def endpoint(journal_file: pathlib.Path) -> Iterator[str]:
    """Give an account of this file's own."""
    with server.running(Modes(journal=journal_file)) as url:
        yield url


def answers(endpoint: str) -> Look:
    """Return a look at what the API answers."""
    (api,) = server.clients(endpoint)("apigateway").get_rest_apis()["items"]
    host = f"{api['id']}.execute-api.eu-west-1.amazonaws.com"

    def look() -> list[str]:
        try:
            with urllib.request.urlopen(urllib.request.Request(f"{endpoint}/dev/health", headers={"Host": host})):
                return []
        except urllib.error.HTTPError as error:
            return [f"the API answers {error.code}"]

    return look


def healthy(aws: Any) -> dict[str, int]:
    """Return how many targets of each target group are healthy."""
    found = aws("elbv2").describe_target_groups()["TargetGroups"]
    return {group["TargetGroupName"]: healthy_in(aws("elbv2"), group["TargetGroupArn"]) for group in found}


def test_another_listener_takes_over_wherever_the_tasks_are_and_scaling_ends_first(
    endpoint: str, journal_file: pathlib.Path
) -> None:
    def run(book: str, *arguments: str, **variables: Any) -> playbook.Run:
        done = playbook.run(book, *arguments, endpoint=endpoint, **{**VARIABLES, **variables})
        assert done.code == 0, done.output
        return done

    aws = server.clients(endpoint)
    run("site.yml")
    service = {"cluster": "streamflix-cluster-dev", "service": "streamflix-api-dev"}
    aws("ecs").update_service(**service, forceNewDeployment=True)
    aws("ecs").describe_services(cluster=service["cluster"], services=[service["service"]])
    assert healthy(aws) == {"streamflix-tg-dev": 0, "streamflix-tg-dev-alt": 3}
    role = {"RoleName": "streamflix-ecs-task-dev-eu-west-1"}
    assert aws("iam").list_role_policies(**role)["PolicyNames"] == ["execute-command", "mount-file-systems"]
    (mount,) = aws("iam").get_role_policy(**role, PolicyName="mount-file-systems")["PolicyDocument"]["Statement"]
    assert (mount["Action"], mount["Resource"].rpartition("/")[2]) == (
        "elasticfilesystem:ClientMount",
        "fs-0123456789abcdef0",
    )
    moved = {
        "ecs_service_listener_port": 8080,
        "ecs_service_scaling": {},
        "ecs_service_enable_execute_command": False,
        "ecs_service_volumes": [],
    }
    part = ("--tags", "ecs_service,apigw")
    preview = run("site.yml", "--check", *part, **moved)
    with watched(answers(endpoint)) as watch:
        done = run("site.yml", *part, **moved)
    assert watch.gaps == []
    assert watch.looks > 1
    assert [change["name"] for change in preview.changes] == [change["name"] for change in done.changes]
    assert healthy(aws) == {"streamflix-tg-dev": 2, "streamflix-tg-dev-alt": 0}
    which = {"ServiceNamespace": "ecs"}
    assert aws("application-autoscaling").describe_scalable_targets(**which)["ScalableTargets"] == []
    written = [entry.operation for entry in journal.load(journal_file).since(done.started).writes()]
    assert written.index("DeregisterScalableTarget") < written.index("UpdateService")
    # the task role may do no more than its tasks need
    assert aws("iam").list_role_policies(**role)["PolicyNames"] == []
    again = run("site.yml", *part, **moved)
    assert again.changed == 0, again.output

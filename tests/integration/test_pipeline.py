"""A pipeline registers revisions in our family and deploys them: repaired, or left to it, and removed with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import account, playbook, server

CLUSTER, NAME = "streamflix-cluster-dev", "streamflix-api-dev"
TIER = ("--tags", "ecs_service")
KEPT = (
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "runtimePlatform",
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give the URL of an AWS of its own."""
    with server.running() as url:
        yield url


def running(ecs: Any) -> dict[str, Any]:
    """Return the task definition that the service runs."""
    service = ecs.describe_services(cluster=CLUSTER, services=[NAME])["services"][0]
    return ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]


def push(ecs: Any, image: str) -> str:
    """Register a revision with another image, without tags, deploy it and return its ARN."""
    present = running(ecs)
    definition = {key: present[key] for key in KEPT}
    definition["containerDefinitions"][0]["image"] = image
    arn = ecs.register_task_definition(**definition)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=CLUSTER, service=NAME, taskDefinition=arn)
    return arn


def image_of(definition: dict[str, Any]) -> str:
    """Return the image of the only container."""
    return definition["containerDefinitions"][0]["image"]


def test_a_pipeline_deploys_beside_us(endpoint: str) -> None:
    def play(name: str, *arguments: str, **variables: Any) -> playbook.Run:
        return playbook.run(name, *arguments, endpoint=endpoint, **variables)

    client = server.clients(endpoint)
    ecs = client("ecs")
    assert play("site.yml").code == 0
    ours = image_of(running(ecs))

    pushed = push(ecs, "public.ecr.aws/nginx/nginx:1.29.3")
    drift = play("playbooks/drift.yml", "--check", *TIER)
    assert "is not ours" not in drift.output
    assert {"AWS::ECS::TaskDefinition", "AWS::ECS::Service"} == {change["type"] for change in drift.changes}
    left = play("playbooks/drift.yml", "--check", *TIER, ecs_service_manage_image=False)
    assert (left.code, left.changes) == (0, []), left.output

    # another change, with the pipeline's image
    changed = play("site.yml", *TIER, ecs_service_manage_image=False, ecs_service_cpu=512, ecs_service_memory=1024)
    assert changed.code == 0, changed.output
    definition = running(ecs)
    assert definition["taskDefinitionArn"] != pushed
    assert (definition["cpu"], image_of(definition)) == ("512", "public.ecr.aws/nginx/nginx:1.29.3")

    assert play("site.yml", *TIER).code == 0
    assert (running(ecs)["cpu"], image_of(running(ecs))) == ("256", ours)

    push(ecs, "public.ecr.aws/nginx/nginx:1.29.4")
    destroyed = play("playbooks/destroy.yml", confirm="dev")
    assert destroyed.code == 0, destroyed.output
    for status in ("ACTIVE", "INACTIVE"):
        assert account.pages(ecs, "list_task_definitions", "taskDefinitionArns", status=status) == []

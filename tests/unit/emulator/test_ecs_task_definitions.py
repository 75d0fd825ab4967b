"""What RegisterTaskDefinition refuses of the containers of a Fargate task, as AWS documents it or users report it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ROUTER = {"name": "router", "image": "router", "firelensConfiguration": {"type": "fluentbit"}}
ROUTED = {"name": "routed", "image": "api", "logConfiguration": {"logDriver": "awsfirelens"}}


def register(aws: Any, containers: list[dict[str, Any]], **definition: Any) -> dict[str, Any]:
    named = [{"name": f"c{number}", "image": "api", **container} for number, container in enumerate(containers)]
    reply = aws("ecs").register_task_definition(
        family="api",
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=named,
        **definition,
    )
    return reply["taskDefinition"]


def waits(name: str, condition: str) -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition}]}


REFUSED: list[tuple[list[dict[str, Any]], str]] = [
    ([{"linuxParameters": {"sharedMemorySize": 64}}], "do not support sharedMemorySize"),
    ([{"linuxParameters": {"capabilities": {"add": ["SYS_PTRACE", "NET_ADMIN"]}}}], "supported on Fargate: NET_ADMIN"),
    ([{"systemControls": [{"namespace": "vm.swappiness", "value": "1"}]}], "vm.swappiness is not supported"),
    ([{"systemControls": [{"namespace": "kernel.panic", "value": "1"}]}], "kernel.panic is not supported"),
    ([{"mountPoints": [{"sourceVolume": "run", "containerPath": "/run"}]}], "Unknown volume 'run'."),
    ([{"memory": 128, "memoryReservation": 128}], "'memory' must be greater than 'memoryReservation'"),
    ([{"name": "a"}, {"name": "a"}], "Container names must be unique: a"),
    ([waits("c9", "START")], "'c9', which does not exist"),
    ([{}, waits("c0", "SUCCESS")], "with the condition SUCCESS, but it is essential"),
    ([{}, waits("c0", "HEALTHY")], "but it has no health check"),
    ([waits("c1", "START"), waits("c0", "START")], "contain a cycle"),
    ([ROUTED], "a firelens configuration object must be configured in one of the containers"),
    ([ROUTER], "at least one container has to be configured with the awsfirelens log driver"),
    ([ROUTED, ROUTER, {**ROUTER, "name": "second"}], "Only one container can have a firelensConfiguration"),
    ([ROUTED, {**ROUTER, "user": "1000"}], "then 'UID' has to be '0'"),
    (
        [ROUTED, {**ROUTER, "firelensConfiguration": {"type": "fluentbit", "options": {"config-file-type": "s3"}}}],
        "only support the file configuration file type",
    ),
    ([{"environmentFiles": [{"value": "arn:aws:s3:::b/a.env", "type": "s3"}]}], "to support environment files"),
    ([{"repositoryCredentials": {"credentialsParameter": "arn"}}], "to support repository credentials"),
    ([{"image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1"}], "to support ECR images"),
]


@pytest.mark.parametrize(("containers", "text"), REFUSED, ids=[text for _containers, text in REFUSED])
def test_containers_that_aws_refuses(aws: Any, containers: list[dict[str, Any]], text: str) -> None:
    with pytest.raises(ClientError, match="ClientException") as refused:
        register(aws, containers)
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("efs", "text"),
    [
        ({"authorizationConfig": {"iam": "ENABLED"}}, "Transit encryption must be enabled"),
        ({"authorizationConfig": {"accessPointId": "fsap-1"}}, "Transit encryption must be enabled"),
        (
            {"transitEncryption": "ENABLED", "rootDirectory": "/a", "authorizationConfig": {"accessPointId": "fsap-1"}},
            "rootDirectory must be omitted",
        ),
    ],
)
def test_volumes_that_aws_refuses(aws: Any, efs: dict[str, Any], text: str) -> None:
    volume = {"name": "media", "efsVolumeConfiguration": {"fileSystemId": "fs-1", **efs}}
    with pytest.raises(ClientError) as refused:
        register(aws, [{}], volumes=[volume])
    assert text in str(refused.value)


def test_what_aws_fills_in_and_keeps(aws: Any) -> None:
    once = {"essential": False}
    linux = {"tmpfs": [{"containerPath": "/tmp", "size": 16}], "capabilities": {"add": ["SYS_PTRACE"]}}
    found = register(
        aws, [once, {**waits("c0", "COMPLETE"), "linuxParameters": linux}, ROUTED, ROUTER], enableFaultInjection=True
    )
    assert found["enableFaultInjection"]
    assert found["containerDefinitions"][1]["linuxParameters"] == linux
    assert found["containerDefinitions"][3]["user"] == "0"

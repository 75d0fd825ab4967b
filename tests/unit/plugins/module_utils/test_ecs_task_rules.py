"""What AWS refuses of the containers of a task: each sentence names the container, the value, and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.task_rules import task_problems

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-AbCdEf"
EFS = {"file_system_id": "fs-01234567", "transit_encryption": True}
LOGS = {"log_configuration": {"log_driver": "awsfirelens"}}
ROUTER = {"name": "router", "firelens_configuration": {"type": "fluentbit"}}


def problems(*containers: dict[str, Any], **options: Any) -> list[str]:
    named = [{"name": f"c{number}", "essential": True, **container} for number, container in enumerate(containers)]
    return task_problems({"containers": named, "volumes": [], "memory": 512, "task_role_arn": None, **options})


def waits(name: str, condition: str) -> dict[str, Any]:
    return {"depends_on": [{"container_name": name, "condition": condition}]}


def test_what_aws_takes_is_not_refused() -> None:
    volumes = [
        {"name": "a"},
        {"name": "b", "efs": {**EFS, "access_point_id": "fsap-01234567", "root_directory": "/", "iam": True}},
    ]
    api = {
        "memory": 256,
        "memory_reservation": 128,
        "start_timeout": 2,
        "stop_timeout": 120,
        "restart_policy": {"restart_attempt_period": 1800, "ignored_exit_codes": [0, 255]},
        "ulimits": [{"name": "core", "soft_limit": 5, "hard_limit": -1}],
        "environment_files": ["arn:aws:s3:::bucket/dir/a.env"],
        "system_controls": {"net.core.somaxconn": "1024", "kernel.shmmax": "1"},
        "linux_parameters": {"tmpfs": [{"container_path": "/tmp", "size": 1}]},
        "repository_credentials": SECRET,
        "mount_points": [{"source_volume": "a"}, {"source_volume": "b"}],
        "port_mappings": [{"container_port": 53, "protocol": "udp"}, {"container_port": 53, "protocol": "tcp"}],
        "health_check": {"command": ["CMD", "true"]},
        **waits("router", "START"),
        **LOGS,
    }
    first = {"essential": False}
    last = {**waits("c0", "HEALTHY"), "port_mappings": [{"container_port": 80}]}
    last["depends_on"] = [*last["depends_on"], *waits("c1", "SUCCESS")["depends_on"]]
    router = {**ROUTER, "user": "0:0", "log_configuration": {"log_driver": "awslogs"}}
    assert problems(api, first, last, router, volumes=volumes, task_role_arn="arn") == []


# containers, and a part of the only sentence
REFUSED: list[tuple[list[dict[str, Any]], str]] = [
    ([{"memory": 513}], "memory of container 'c0' 513 is out of range: set 6 to 512"),
    ([{"memory_reservation": 5}], "memory_reservation of container 'c0' 5 is out of range"),
    ([{"memory": 128, "memory_reservation": 128}], "128 is not above its memory_reservation 128"),
    ([{"memory": 256}, {"memory_reservation": 257}], "ask for memory 513 together, the task has 512"),
    ([{"memory": 512, "memory_reservation": 256}, {"memory": 300}], "ask for memory 556 together"),
    ([{"start_timeout": 121}], "start_timeout of container 'c0' 121 is out of range: set 2 to 120"),
    ([{"stop_timeout": 1}], "stop_timeout of container 'c0' 1 is out of range"),
    ([{"restart_policy": {"restart_attempt_period": 59}}], "restart_attempt_period of container 'c0' 59 is out of"),
    ([{"restart_policy": {"ignored_exit_codes": [0] * 51}}], "has 51 codes, AWS takes at most 50"),
    ([{"restart_policy": {"ignored_exit_codes": [256]}}], "ignored_exit_codes of container 'c0' 256 is out of range"),
    ([{"ulimits": [{"name": "core", "soft_limit": 1, "hard_limit": 2}] * 2}], "has 'core' more than once"),
    ([{"ulimits": [{"name": "core", "soft_limit": 3, "hard_limit": 2}]}], "soft_limit 3 of core above hard_limit 2"),
    ([{"environment_files": ["arn:aws:s3:::b/a.env"] * 11}], "has 11 files, AWS takes at most 10"),
    ([{"environment_files": ["s3://bucket/a.env"]}], "'s3://bucket/a.env' is not possible: write the ARN"),
    ([{"environment_files": ["arn:aws:s3:::bucket/a.txt"]}], "whose name ends in .env"),
    ([{"system_controls": {"vm.swappiness": "1"}}], "'vm.swappiness' is not possible: Fargate takes net.*"),
    ([{"linux_parameters": {"tmpfs": [{"container_path": "tmp", "size": 1}]}}], "'tmp' is not possible: begin it with"),
    ([{"linux_parameters": {"tmpfs": [{"container_path": "/tmp", "size": 0}]}}], "has size 0: set 1 MiB or more"),
    ([{"repository_credentials": "user:password"}], "write the ARN of the secret"),
    ([waits("c9", "START")], "'c9' to be START, and the task has no such container: name one of c0"),
    ([{}, waits("c0", "COMPLETE")], "an essential container never ends: set essential: false on 'c0'"),
    ([{}, waits("c0", "HEALTHY")], "it has no health_check: give it one, or wait for START"),
    ([waits("c0", "START")], "containers c0 goes in a circle"),
    ([waits("c1", "START"), waits("c0", "START"), {}, waits("c2", "START")], "containers c0, c1 goes in a circle"),
    ([{"mount_points": [{"source_volume": "run"}]}], "mounts 'run', which is not in volumes"),
    ([{"port_mappings": [{"container_port": 80}]}] * 2, "containers 'c0' and 'c1' both have port 80"),
    ([LOGS], "no container is a FireLens router"),
    ([ROUTER], "no container has log_driver awsfirelens"),
    ([ROUTER, {**ROUTER, "name": "second"}, LOGS], "is set of several containers (router, second)"),
    ([{**ROUTER, **LOGS}], "sends its own log to itself: set awslogs"),
    ([{**ROUTER, "user": "1000"}, LOGS], "is '1000', and a FireLens router runs as 0"),
    ([{**ROUTER, "user": "01"}, LOGS], "a FireLens router runs as 0"),
]


@pytest.mark.parametrize(("containers", "message"), REFUSED, ids=[message for _containers, message in REFUSED])
def test_a_container_that_aws_refuses(containers: list[dict[str, Any]], message: str) -> None:
    (found,) = problems(*containers)
    assert message in found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"config-file-type": "s3", "config-file-value": "arn"}, "config-file-type 's3', Fargate takes only file"),
        ({"config-file-type": "file"}, "needs both of config-file-type and config-file-value"),
        ({"config-file-value": "/extra.conf"}, "needs both of config-file-type and config-file-value"),
    ],
)
def test_a_router_that_aws_refuses(options: dict[str, str], message: str) -> None:
    router = {**ROUTER, "firelens_configuration": {"type": "fluentbit", "options": options}}
    (found,) = problems(router, LOGS)
    assert message in found


@pytest.mark.parametrize(
    ("efs", "message"),
    [
        ({"file_system_id": "my-files"}, "efs.file_system_id 'my-files' is not possible"),
        ({"access_point_id": "root"}, "efs.access_point_id 'root' is not possible"),
        ({"transit_encryption_port": 0}, "efs.transit_encryption_port 0 is out of range"),
        ({"transit_encryption": False, "access_point_id": "fsap-01234567"}, "need transit_encryption: set it to true"),
        ({"transit_encryption": False, "iam": True}, "need transit_encryption: set it to true"),
        (
            {"access_point_id": "fsap-01234567", "root_directory": "/media"},
            "is what the access point says: leave it out",
        ),
    ],
)
def test_a_volume_that_aws_refuses(efs: dict[str, Any], message: str) -> None:
    (found,) = problems({}, volumes=[{"name": "media", "efs": {**EFS, **efs}}], task_role_arn="arn")
    assert message in found


def test_volumes_together() -> None:
    assert problems({}, volumes=[{"name": "media", "efs": {**EFS, "iam": True}}]) == [
        "volumes 'media' efs.iam uses the task role: set task_role_arn."
    ]
    (found,) = problems({}, volumes=[{"name": "a"}, {"name": "a"}])
    assert "'a' more than once" in found

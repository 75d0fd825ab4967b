"""What a task needs of its role by itself, and no more."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.filter.task_role_policies import FilterModule

PLACE = {"partition": "aws", "region": "eu-west-1", "account": "123456789012"}
EFS = "arn:aws:elasticfilesystem:eu-west-1:123456789012"
MOUNT, WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"


def policies(volumes: list[dict[str, Any]], *containers: dict[str, Any], **more: Any) -> dict[str, list[Any]]:
    """Return the statements of each policy."""
    found = FilterModule().filters()["task_role_policies"](volumes, containers, PLACE, **more)
    return {name: document["Statement"] for name, document in found.items()}


def test_a_plain_task_needs_nothing() -> None:
    volumes = [{"name": "scratch"}, {"name": "files", "efs": {"file_system_id": "fs-1"}}]
    assert policies(volumes, {"mount_points": None}, {}) == {}


def test_commands_need_their_channels() -> None:
    (statement,) = policies([], execute_command=True)["execute-command"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
    assert sorted(statement["Action"]) == [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]


def test_a_file_system_is_written_to_only_where_a_container_does() -> None:
    volumes = [
        {"name": "read", "efs": {"file_system_id": "fs-1", "iam": True}},
        {"name": "both", "efs": {"file_system_id": "fs-2", "iam": True, "access_point_id": "fsap-1"}},
    ]
    containers = [
        {"mount_points": [{"source_volume": name, "container_path": f"/{name}", "read_only": True}]}
        for name in ("read", "both")
    ]
    containers.append({"mount_points": [{"source_volume": "both", "container_path": "/data"}]})
    only = {"StringEquals": {"elasticfilesystem:AccessPointArn": f"{EFS}:access-point/fsap-1"}}
    assert policies(volumes, *containers)["mount-file-systems"] == [
        {"Sid": "Mount1", "Effect": "Allow", "Action": MOUNT, "Resource": f"{EFS}:file-system/fs-1"},
        {
            "Sid": "Mount2",
            "Effect": "Allow",
            "Action": [MOUNT, WRITE],
            "Resource": f"{EFS}:file-system/fs-2",
            "Condition": only,
        },
    ]

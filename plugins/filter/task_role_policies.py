# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role of a task has to be allowed, as the task's volumes and ECS Exec need it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: task_role_policies
short_description: What a task needs of its role by itself
version_added: 0.1.0
description:
  - Makes the inline policies with which a task mounts file systems of EFS and lets commands be run, no more than these
    need. What the application does needs others.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description: The volumes, as C(volumes) of M(streamflix.content_api.ecs_task_definition).
    type: list
    elements: dict
    required: true
  containers:
    description: The containers, with the keys of C(containers) of M(streamflix.content_api.ecs_task_definition).
    type: list
    elements: dict
    required: true
  place:
    description: C(partition), C(region) and C(account) of the task.
    type: dict
    required: true
  execute_command:
    description: Whether commands can be run in the containers (ECS Exec).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what the task role needs for a file system that one container only reads
  ansible.builtin.debug:
    msg: "{{ volumes | streamflix.content_api.task_role_policies(containers, place) }}"
  vars:
    volumes:
      - name: assets
        efs: {file_system_id: fs-0123456789abcdef0, transit_encryption: true, iam: true}
    containers:
      - name: api
        mount_points:
          - {source_volume: assets, container_path: /assets, read_only: true}
    place: {partition: aws, region: eu-west-1, account: "123456789012"}
"""

RETURN = r"""
_value:
  description: The policy documents by name; none that is not needed.
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec": they know no resources
CHANNELS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
MOUNT = "elasticfilesystem:ClientMount"
WRITE = "elasticfilesystem:ClientWrite"


def task_role_policies(
    volumes: Iterable[Mapping[str, Any]],
    containers: Iterable[Mapping[str, Any]],
    place: Mapping[str, str],
    execute_command: bool = False,
) -> dict[str, dict[str, Any]]:
    """Return the inline policies of a task role; parameters are those of the filter."""
    points = [point for container in containers for point in container.get("mount_points") or []]
    channels = {"Sid": "OpenChannels", "Effect": "Allow", "Action": list(CHANNELS), "Resource": "*"}
    found = {
        "execute-command": [channels] if execute_command else [],
        "mount-file-systems": [
            mount(number, volume, points, place)
            for number, volume in enumerate(volumes, 1)
            if (volume.get("efs") or {}).get("iam")
        ],
    }
    return {name: {"Version": "2012-10-17", "Statement": those} for name, those in found.items() if those}


def mount(
    number: int, volume: Mapping[str, Any], points: Iterable[Mapping[str, Any]], place: Mapping[str, str]
) -> dict[str, Any]:
    """Return the statement for a file system: to write only where a container does not mount it to read only.

    Amazon EFS User Guide, "Using IAM to control access to file systems". Root of the container counts as nobody there.

    :param number: of the volume, as the name of a statement has letters and digits only.
    :param points: where containers mount volumes.
    """
    efs = volume["efs"]
    writes = any(one["source_volume"] == volume["name"] and not one.get("read_only") for one in points)
    where = f"arn:{place['partition']}:elasticfilesystem:{place['region']}:{place['account']}"
    statement = {
        "Sid": f"Mount{number}",
        "Effect": "Allow",
        "Action": [MOUNT, WRITE] if writes else MOUNT,
        "Resource": f"{where}:file-system/{efs['file_system_id']}",
    }
    point = efs.get("access_point_id")
    if not point:
        return statement
    only = {"elasticfilesystem:AccessPointArn": f"{where}:access-point/{point}"}
    return {**statement, "Condition": {"StringEquals": only}}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"task_role_policies": task_role_policies}

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The containers of a task definition, as the user and AWS give them, in one form that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.attributes import as_texts
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows

NOTHING: tuple[Any, ...] = (None, [], {})
# in place of the row of a setting that has none
SOMETHING_ELSE = Field(new=False)


def pairs(member: str, value: str) -> Callable[[Mapping[str, Any]], dict[str, str]]:
    """Return a reader of a dict that AWS gives as a list of pairs.

    :param member: the list.
    :param value: what AWS calls the value of a pair.
    """
    return lambda container: {item["name"]: item[value] for item in container.get(member, [])}


def on_fargate(mappings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return port mappings sorted, without the host's port, which on Fargate is the container's."""
    found = []
    for mapping in mappings:
        same = mapping.get("host_port") == mapping.get("container_port")
        found.append({key: value for key, value in mapping.items() if not (same and key == "host_port")})
    return sorted(found, key=lambda item: (item.get("container_port", 0), item["protocol"]))


PORT_MAPPING: Rows = {
    "container_port": Field("int", "containerPort", required=True),
    "protocol": Field(aws="protocol", choices=("tcp", "udp"), default="tcp", unset="tcp"),
    "name": Field(aws="name"),
    "app_protocol": Field(aws="appProtocol", choices=("http", "http2", "grpc")),
}
LOG_CONFIGURATION: Rows = {
    "log_driver": Field(aws="logDriver", choices=("awslogs", "awsfirelens", "splunk"), required=True),
    "options": Field("dict", "options", normal=as_texts),
}
HEALTH_CHECK: Rows = {
    "command": Field("list", "command", required=True),
    "interval": Field("int", "interval", default=30, unset=30),
    "timeout": Field("int", "timeout", default=5, unset=5),
    "retries": Field("int", "retries", default=3, unset=3),
    "start_period": Field("int", "startPeriod", new=0),
}
LINUX_PARAMETERS: Rows = {"init_process_enabled": Field("bool", "initProcessEnabled", new=False)}
MOUNT_POINT: Rows = {
    "source_volume": Field(aws="sourceVolume", required=True),
    "container_path": Field(aws="containerPath", required=True),
    "read_only": Field("bool", "readOnly", default=False, new=False),
}
DEPENDENCY: Rows = {
    "container_name": Field(aws="containerName", required=True),
    "condition": Field(aws="condition", choices=("START", "COMPLETE", "SUCCESS", "HEALTHY"), required=True),
}
CONTAINER: Rows = {
    "name": Field(aws="name", required=True, always=True),
    "image": Field(aws="image", required=True),
    "essential": Field("bool", "essential", default=True, unset=True),
    "cpu": Field("int", "cpu", new=0),
    "memory": Field("int", "memory"),
    "memory_reservation": Field("int", "memoryReservation"),
    "port_mappings": Field("list", "portMappings", rows=PORT_MAPPING, normal=on_fargate),
    "environment": Field(
        "dict",
        "environment",
        read=pairs("environment", "value"),
        write=partial(tags.to_list, key="name", value="value"),
        normal=as_texts,
    ),
    # ARNs, not the secrets themselves
    "secrets": Field(
        "dict",
        "secrets",
        read=pairs("secrets", "valueFrom"),
        write=partial(tags.to_list, key="name", value="valueFrom"),
        no_log=False,
    ),
    "command": Field("list", "command"),
    "entry_point": Field("list", "entryPoint"),
    "working_directory": Field(aws="workingDirectory"),
    "user": Field(aws="user"),
    "log_configuration": Field("dict", "logConfiguration", rows=LOG_CONFIGURATION),
    "health_check": Field("dict", "healthCheck", rows=HEALTH_CHECK),
    "readonly_root_filesystem": Field("bool", "readonlyRootFilesystem", default=False, new=False),
    "linux_parameters": Field("dict", "linuxParameters", rows=LINUX_PARAMETERS),
    "mount_points": Field("list", "mountPoints", rows=MOUNT_POINT),
    "depends_on": Field("list", "dependsOn", rows=DEPENDENCY),
    "docker_labels": Field("dict", "dockerLabels", normal=as_texts),
    "start_timeout": Field("int", "startTimeout"),
    "stop_timeout": Field("int", "stopTimeout"),
}


def normal(rows: Rows, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a container, or what is inside of it, without what AWS does by itself: C(new) of the rows, at every depth.

    :param found: as the user or as AWS gives it, in this collection's shape.
    """
    said: dict[str, Any] = {}
    for name, value in found.items():
        row = rows.get(name, SOMETHING_ELSE)
        kept = None if value is None else row.normal(row.inside(normal, value))
        by_itself = kept == row.new and isinstance(kept, bool) == isinstance(row.new, bool)
        if kept not in NOTHING and not by_itself:
            said[name] = kept
    return said


def normal_containers(containers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return L(normal) of each container."""
    return [normal(CONTAINER, container) for container in containers]


def all_of_it(rows: Rows, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return L(fields.described) of a container, and what has no row, by AWS's names in snake_case."""
    known = {row.aws for row in rows.values()}
    others = {key: value for key, value in item.items() if key not in known}
    own = {key: row.inside(all_of_it, item.get(row.aws)) if row.rows else row.of(item) for key, row in rows.items()}
    return own | camel_dict_to_snake_dict(others)


def from_aws(definition: Mapping[str, Any], whole: bool = False) -> list[dict[str, Any]]:
    """Return the containers of a task definition.

    :param whole: with what has no row, too.
    """
    read = all_of_it if whole else fields.described
    return normal_containers([read(CONTAINER, item) for item in definition["containerDefinitions"]])

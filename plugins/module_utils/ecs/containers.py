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
# the user that AWS gives a FireLens router
ROOT = "0"
ULIMITS = (
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
)


def on_or_off(value: bool) -> str:
    """Return a switch as AWS takes it."""
    return "ENABLED" if value else "DISABLED"


def is_on(member: str) -> Callable[[Mapping[str, Any]], bool]:
    """Return a reader of a switch.

    :param member: where the description has it, as L(Field.aws).
    """
    return lambda item: Field(aws=member).of(item) == "ENABLED"


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


def by_name(items: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return a list sorted by the names in it, as its order means nothing to AWS."""
    return sorted(items, key=lambda item: item["name"])


def by_path(items: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return what is mounted in a container sorted by its path, as its order means nothing to AWS."""
    return sorted(items, key=lambda item: item["container_path"])


def named_secrets(member: str) -> Field:
    """Return the row of names and the ARNs of secrets, not the secrets themselves.

    :param member: the list of pairs.
    """
    return Field(
        "dict",
        member,
        read=pairs(member, "valueFrom"),
        write=partial(tags.to_list, key="name", value="valueFrom"),
        no_log=False,
    )


PORT_MAPPING: Rows = {
    "container_port": Field("int", "containerPort", required=True),
    "protocol": Field(aws="protocol", choices=("tcp", "udp"), default="tcp", unset="tcp"),
    "name": Field(aws="name"),
    "app_protocol": Field(aws="appProtocol", choices=("http", "http2", "grpc")),
}
LOG_CONFIGURATION: Rows = {
    "log_driver": Field(aws="logDriver", choices=("awslogs", "awsfirelens", "splunk"), required=True),
    "options": Field("dict", "options", normal=as_texts),
    "secret_options": named_secrets("secretOptions"),
}
ROUTER: Rows = {
    "type": Field(aws="type", choices=("fluentbit", "fluentd"), required=True),
    "options": Field("dict", "options", normal=as_texts),
}
ULIMIT: Rows = {
    "name": Field(aws="name", choices=ULIMITS, required=True),
    "soft_limit": Field("int", "softLimit", required=True),
    "hard_limit": Field("int", "hardLimit", required=True),
}
RESTART_POLICY: Rows = {
    "enabled": Field("bool", "enabled", default=True, unset=False),
    "ignored_exit_codes": Field("list", "ignoredExitCodes", elements="int", normal=sorted),
    "restart_attempt_period": Field("int", "restartAttemptPeriod", new=300),
}
HEALTH_CHECK: Rows = {
    "command": Field("list", "command", required=True),
    "interval": Field("int", "interval", default=30, unset=30),
    "timeout": Field("int", "timeout", default=5, unset=5),
    "retries": Field("int", "retries", default=3, unset=3),
    "start_period": Field("int", "startPeriod", new=0),
}
TMPFS: Rows = {
    "container_path": Field(aws="containerPath", required=True),
    "size": Field("int", "size", required=True),
    "mount_options": Field("list", "mountOptions", normal=sorted),
}
LINUX_PARAMETERS: Rows = {
    "init_process_enabled": Field("bool", "initProcessEnabled", new=False),
    "add_capabilities": Field("list", "capabilities.add", normal=sorted, choices=("SYS_PTRACE",)),
    "drop_capabilities": Field("list", "capabilities.drop", normal=sorted),
    "tmpfs": Field("list", "tmpfs", rows=TMPFS, normal=by_path),
}
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
    # a later file does not change what an earlier one has set, so their order counts
    "environment_files": Field(
        "list",
        "environmentFiles",
        read=lambda container: [item["value"] for item in container.get("environmentFiles") or []],
        write=lambda arns: [{"value": arn, "type": "s3"} for arn in arns],
    ),
    "secrets": named_secrets("secrets"),
    "command": Field("list", "command"),
    "entry_point": Field("list", "entryPoint"),
    "working_directory": Field(aws="workingDirectory"),
    "user": Field(aws="user"),
    "log_configuration": Field("dict", "logConfiguration", rows=LOG_CONFIGURATION),
    "firelens_configuration": Field("dict", "firelensConfiguration", rows=ROUTER),
    "repository_credentials": Field(aws="repositoryCredentials.credentialsParameter", no_log=False),
    "version_consistency": Field(aws="versionConsistency", choices=("enabled", "disabled"), new="enabled"),
    "restart_policy": Field("dict", "restartPolicy", rows=RESTART_POLICY),
    "ulimits": Field("list", "ulimits", rows=ULIMIT, normal=by_name),
    "system_controls": Field(
        "dict",
        "systemControls",
        read=lambda container: {item["namespace"]: item["value"] for item in container.get("systemControls") or []},
        write=partial(tags.to_list, key="namespace", value="value"),
        normal=as_texts,
    ),
    "health_check": Field("dict", "healthCheck", rows=HEALTH_CHECK),
    "readonly_root_filesystem": Field("bool", "readonlyRootFilesystem", default=False, new=False),
    "linux_parameters": Field("dict", "linuxParameters", rows=LINUX_PARAMETERS),
    "mount_points": Field("list", "mountPoints", rows=MOUNT_POINT),
    "depends_on": Field("list", "dependsOn", rows=DEPENDENCY),
    "docker_labels": Field("dict", "dockerLabels", normal=as_texts),
    "start_timeout": Field("int", "startTimeout"),
    "stop_timeout": Field("int", "stopTimeout"),
}
EFS: Rows = {
    "file_system_id": Field(aws="fileSystemId", required=True),
    "root_directory": Field(aws="rootDirectory", new="/"),
    "transit_encryption": Field(
        "bool",
        "transitEncryption",
        read=is_on("transitEncryption"),
        write=on_or_off,
        default=True,
        new=False,
    ),
    "transit_encryption_port": Field("int", "transitEncryptionPort"),
    "access_point_id": Field(aws="authorizationConfig.accessPointId"),
    "iam": Field("bool", "authorizationConfig.iam", read=is_on("authorizationConfig.iam"), write=on_or_off, new=False),
}
VOLUME: Rows = {
    "name": Field(aws="name", required=True, always=True),
    "efs": Field("dict", "efsVolumeConfiguration", rows=EFS),
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
    """Return L(normal) of each container.

    A FireLens router runs as root: AWS fills that in, and takes no other user.
    """
    found = [normal(CONTAINER, container) for container in containers]
    for container in found:
        if "firelens_configuration" in container and container.get("user") == ROOT:
            del container["user"]
    return found


def normal_volumes(volumes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return L(normal) of each volume, sorted by their names."""
    return by_name(normal(VOLUME, volume) for volume in volumes)


def volumes_from_aws(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the volumes of a task definition, with what has no row, too."""
    return normal_volumes(all_of_it(VOLUME, volume) for volume in definition.get("volumes", []))


def all_of_it(rows: Rows, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return L(fields.described) of a container, and what has no row, by AWS's names in snake_case."""
    known = {row.aws.partition(".")[0] for row in rows.values()}
    others = {key: value for key, value in item.items() if key not in known}
    own = {key: row.inside(all_of_it, item.get(row.aws)) if row.rows else row.of(item) for key, row in rows.items()}
    return own | camel_dict_to_snake_dict(others)


def from_aws(definition: Mapping[str, Any], whole: bool = False) -> list[dict[str, Any]]:
    """Return the containers of a task definition.

    :param whole: with what has no row, too.
    """
    read = all_of_it if whole else fields.described
    return normal_containers([read(CONTAINER, item) for item in definition["containerDefinitions"]])

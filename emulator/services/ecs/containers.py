"""What RegisterTaskDefinition refuses of the containers and volumes of a Fargate task, and what it fills in.

Where the text of a refusal is known, it is that which users report; the others say what the API Reference asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from moto.ecs.exceptions import EcsClientException

Containers = Sequence[Mapping[str, Any]]

ROOT = "0"
# Amazon ECS API Reference, KernelCapabilities: "Tasks launched on Fargate only support adding the SYS_PTRACE kernel
# capability"
ADDED_ON_FARGATE = {"SYS_PTRACE"}
# Amazon ECS API Reference, LinuxParameters: not supported on Fargate
NOT_ON_FARGATE = ("devices", "sharedMemorySize", "maxSwap", "swappiness")
# Amazon ECS API Reference, SystemControl
SYSCTLS = ("net.", "fs.mqueue.")
KERNEL = {"msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced"}


def check(containers: Containers, volumes: Sequence[Mapping[str, Any]]) -> None:
    """Refuse containers and volumes that do not go together.

    :raises EcsClientException: AWS would refuse them.
    """
    for container in containers:
        _check_linux(container)
        _check_controls(container)
        _check_mounts(container, {volume["name"] for volume in volumes})
        _check_memory(container)
    _check_dependencies(containers)
    _check_routing(containers)
    for volume in volumes:
        _check_efs(volume.get("efsVolumeConfiguration") or {})


def _check_linux(container: Mapping[str, Any]) -> None:
    linux = container.get("linuxParameters") or {}
    for name in NOT_ON_FARGATE:
        if linux.get(name):
            raise EcsClientException(f"Fargate compatible task definitions do not support {name}")
    added = set((linux.get("capabilities") or {}).get("add") or [])
    if added - ADDED_ON_FARGATE:
        listed = ", ".join(sorted(added - ADDED_ON_FARGATE))
        raise EcsClientException(f"The following added capabilities are not supported on Fargate: {listed}")


def _check_controls(container: Mapping[str, Any]) -> None:
    for control in container.get("systemControls") or []:
        name = control["namespace"]
        family, _dot, rest = name.partition(".")
        if not (name.startswith(SYSCTLS) or (family == "kernel" and rest in KERNEL)):
            raise EcsClientException(f"Invalid 'systemControls' setting: {name} is not supported.")


def _check_mounts(container: Mapping[str, Any], volumes: set[str]) -> None:
    for mount in container.get("mountPoints") or []:
        if mount["sourceVolume"] not in volumes:
            raise EcsClientException(f"Unknown volume '{mount['sourceVolume']}'.")


def _check_memory(container: Mapping[str, Any]) -> None:
    hard, soft = container.get("memory"), container.get("memoryReservation")
    if hard is not None and soft is not None and hard <= soft:
        text = (
            f"Invalid setting for container '{container['name']}'. 'memory' must be greater than 'memoryReservation'."
        )
        raise EcsClientException(text)


def _check_dependencies(containers: Containers) -> None:
    by_name = {container["name"]: container for container in containers}
    twice = [name for name, number in Counter(c["name"] for c in containers).items() if number > 1]
    if twice:
        raise EcsClientException(f"Container names must be unique: {', '.join(twice)}.")
    for container in containers:
        for dependency in container.get("dependsOn") or []:
            other, condition = by_name.get(dependency["containerName"]), dependency["condition"]
            where = f"Container '{container['name']}' depends on '{dependency['containerName']}'"
            if other is None:
                raise EcsClientException(f"{where}, which does not exist in the task definition.")
            if condition in ("COMPLETE", "SUCCESS") and other.get("essential", True):
                raise EcsClientException(f"{where} with the condition {condition}, but it is essential.")
            if condition == "HEALTHY" and not other.get("healthCheck"):
                raise EcsClientException(f"{where} with the condition HEALTHY, but it has no health check.")
    _check_circle(by_name)


def _check_circle(by_name: Mapping[str, Mapping[str, Any]]) -> None:
    left = dict(by_name)
    while left:
        free = [
            name
            for name, container in left.items()
            if not any(item["containerName"] in left for item in container.get("dependsOn") or [])
        ]
        if not free:
            raise EcsClientException("The container dependencies contain a cycle.")
        for name in free:
            del left[name]


def _check_routing(containers: Containers) -> None:
    routers = [container for container in containers if container.get("firelensConfiguration")]
    routed = [c for c in containers if (c.get("logConfiguration") or {}).get("logDriver") == "awsfirelens"]
    if routed and not routers:
        raise EcsClientException(
            "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be "
            "configured in one of the containers."
        )
    if routers and not routed:
        raise EcsClientException(
            "When a firelensConfiguration object is specified, at least one container has to be configured with the "
            "awsfirelens log driver."
        )
    if len(routers) > 1:
        raise EcsClientException("Only one container can have a firelensConfiguration object.")
    for router in routers:
        if router.get("user", ROOT).partition(":")[0] != ROOT:
            text = "If 'user' field is specified on firelens container, then 'UID' has to be '0'."
            raise EcsClientException(text)
        if (router["firelensConfiguration"].get("options") or {}).get("config-file-type") == "s3":
            raise EcsClientException("Fargate tasks only support the file configuration file type.")


def _check_efs(efs: Mapping[str, Any]) -> None:
    authorization = efs.get("authorizationConfig") or {}
    point = authorization.get("accessPointId")
    if (point or authorization.get("iam") == "ENABLED") and efs.get("transitEncryption") != "ENABLED":
        raise EcsClientException("Transit encryption must be enabled with an access point or IAM authorization.")
    if point and efs.get("rootDirectory", "/") != "/":
        raise EcsClientException("With an access point, rootDirectory must be omitted or set to '/'.")


def fill_in(container: dict[str, Any]) -> None:
    """Set what AWS shows of a container although the request left it out."""
    container.setdefault("systemControls", [])
    container["portMappings"] = [
        {"protocol": "tcp", "hostPort": mapping["containerPort"], **mapping}
        for mapping in container.get("portMappings", [])
    ]
    if "healthCheck" in container:
        container["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3, **container["healthCheck"]}
    if "logConfiguration" in container:
        container["logConfiguration"].setdefault("secretOptions", [])
    if "firelensConfiguration" in container:
        container.setdefault("user", ROOT)

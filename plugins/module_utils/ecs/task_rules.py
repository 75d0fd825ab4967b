# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS refuses of the containers and volumes of a Fargate task; each rule returns its findings, as in L(common).

Containers and volumes are as the options of the module have them: what is not set is None, or is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, out_of_range

Containers: TypeAlias = Sequence[Mapping[str, Any]]

LEAST_MEMORY = 6  # MiB, API Reference, ContainerDefinition.memory
TIMEOUT_SECONDS = (2, 120)  # of Fargate
RESTART_SECONDS = (60, 1800)  # API Reference, ContainerRestartPolicy
MOST_EXIT_CODES = 50
MOST_ENVIRONMENT_FILES = 10
ENVIRONMENT_FILE = r"arn:[a-z-]+:s3:::[^/]+/.+\.env"
SECRET = r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+"
FILE_SYSTEM = r"fs-[0-9a-f]{8,40}|arn:[a-z-]+:elasticfilesystem:[a-z0-9-]+:\d{12}:file-system/fs-[0-9a-f]{8,40}"
ACCESS_POINT = r"fsap-[0-9a-f]{8,40}|arn:[a-z-]+:elasticfilesystem:[a-z0-9-]+:\d{12}:access-point/fsap-[0-9a-f]{8,40}"
# the settings of the kernel that a Fargate task can have: Developer Guide, "Task definition parameters for Fargate"
SYSTEM_CONTROL = r"net\..+|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\..+"


def of(container: Mapping[str, Any], setting: str) -> str:
    """Return how messages name a setting of a container."""
    return f"{setting} of container {container['name']!r}"


def each(rule: Callable[[Mapping[str, Any]], Iterable[str]]) -> Callable[[Containers], list[str]]:
    """Return a rule of all containers that is one of each of them."""
    return lambda containers: [text for container in containers for text in rule(container)]


def sizes(containers: Containers, memory: int) -> list[str]:
    """Find containers whose memory AWS refuses.

    Of a container that has both, what is kept for it counts (API Reference, ContainerDefinition.memoryReservation).

    :param memory: MiB of the task.
    """
    found = []
    for container in containers:
        hard, soft = container.get("memory"), container.get("memory_reservation")
        for key, value in (("memory", hard), ("memory_reservation", soft)):
            found += out_of_range(of(container, key), value, LEAST_MEMORY, memory)
        if hard is not None and soft is not None and hard <= soft:
            found.append(
                f"{of(container, 'memory')} {hard} is not above its memory_reservation {soft}: raise memory, or leave "
                "one of the two out."
            )
    total = sum(container.get("memory_reservation") or container.get("memory") or 0 for container in containers)
    if not found and total > memory:
        found.append(f"containers ask for memory {total} together, the task has {memory}: lower theirs or raise it.")
    return found


def timeouts(container: Mapping[str, Any]) -> list[str]:
    """Find seconds to start and to stop that Fargate does not have."""
    return [
        text
        for key in ("start_timeout", "stop_timeout")
        for text in out_of_range(of(container, key), container.get(key), *TIMEOUT_SECONDS)
    ]


def restarts(container: Mapping[str, Any]) -> list[str]:
    """Find a restart policy that AWS refuses."""
    policy = container.get("restart_policy") or {}
    codes = policy.get("ignored_exit_codes") or []
    found = out_of_range(
        of(container, "restart_policy.restart_attempt_period"), policy.get("restart_attempt_period"), *RESTART_SECONDS
    )
    if len(codes) > MOST_EXIT_CODES:
        found.append(
            f"{of(container, 'restart_policy.ignored_exit_codes')} has {len(codes)} codes, AWS takes at most "
            f"{MOST_EXIT_CODES}: remove some."
        )
    for code in codes:
        found += out_of_range(of(container, "restart_policy.ignored_exit_codes"), code, 0, 255)
    return found


def ulimits(container: Mapping[str, Any]) -> list[str]:
    """Find limits of a container that are named twice, or whose soft limit is above the hard one."""
    limits = container.get("ulimits") or []
    names = [limit["name"] for limit in limits]
    found = [
        f"{of(container, 'ulimits')} has {name!r} more than once: keep one."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    found += [
        f"{of(container, 'ulimits')} sets soft_limit {limit['soft_limit']} of {limit['name']} above hard_limit "
        f"{limit['hard_limit']}: lower soft_limit, or raise hard_limit."
        for limit in limits
        if 0 <= limit["hard_limit"] < limit["soft_limit"]
    ]
    return found


def environment_files(container: Mapping[str, Any]) -> list[str]:
    """Find files of environment variables that ECS cannot read."""
    files = container.get("environment_files") or []
    found = []
    if len(files) > MOST_ENVIRONMENT_FILES:
        found.append(
            f"{of(container, 'environment_files')} has {len(files)} files, AWS takes at most "
            f"{MOST_ENVIRONMENT_FILES}: remove some."
        )
    advice = "write the ARN of an object in S3 whose name ends in .env, arn:aws:s3:::bucket/key.env"
    for file in files:
        found += not_matching(of(container, "environment_files"), file, ENVIRONMENT_FILE, advice)
    return found


def kernel(container: Mapping[str, Any]) -> list[str]:
    """Find settings of the kernel that a Fargate task cannot have."""
    advice = "Fargate takes net.*, fs.mqueue.* and those of kernel.* that belong to the task's own IPC"
    return [
        text
        for name in container.get("system_controls") or {}
        for text in not_matching(of(container, "system_controls"), name, SYSTEM_CONTROL, advice)
    ]


def in_memory(container: Mapping[str, Any]) -> list[str]:
    """Find directories in memory without an absolute path, or without a size."""
    found = []
    for mount in (container.get("linux_parameters") or {}).get("tmpfs") or []:
        where = of(container, "linux_parameters.tmpfs")
        found += not_matching(f"{where} container_path", mount["container_path"], "/.+", "begin it with a slash")
        if mount["size"] < 1:
            found.append(f"{where} has size {mount['size']}: set 1 MiB or more.")
    return found


def credentials(container: Mapping[str, Any]) -> list[str]:
    """Find credentials of a registry that are no secret."""
    return not_matching(
        of(container, "repository_credentials"),
        container.get("repository_credentials"),
        SECRET,
        "write the ARN of the secret with username and password of the registry",
    )


def dependencies(containers: Containers) -> list[str]:
    """Find containers that wait for one that will never be what they wait for.

    API Reference, ContainerDependency: COMPLETE and SUCCESS not of an essential container, HEALTHY only of one with a
    health check. What waits for itself never starts.
    """
    by_name = {container["name"]: container for container in containers}
    found = []
    for container in containers:
        for dependency in container.get("depends_on") or []:
            other, condition = dependency["container_name"], dependency["condition"]
            what = f"{of(container, 'depends_on')} waits for {other!r} to be {condition}"
            if other not in by_name:
                found.append(f"{what}, and the task has no such container: name one of {', '.join(by_name)}.")
            elif condition in ("COMPLETE", "SUCCESS") and by_name[other].get("essential", True):
                found.append(f"{what}, but an essential container never ends: set essential: false on {other!r}.")
            elif condition == "HEALTHY" and not by_name[other].get("health_check"):
                found.append(f"{what}, but it has no health_check: give it one, or wait for START.")
    return found + circle(by_name)


def circle(by_name: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Find containers that wait for each other in a circle."""
    waits = {
        name: {item["container_name"] for item in container.get("depends_on") or []} & set(by_name)
        for name, container in by_name.items()
    }
    while free := [name for name, others in waits.items() if not others & set(waits)]:
        for name in free:
            del waits[name]
    if not waits:
        return []
    return [f"depends_on of containers {', '.join(sorted(waits))} goes in a circle, so none would start: break it."]


def volumes(volumes: Sequence[Mapping[str, Any]], containers: Containers) -> list[str]:
    """Find volumes that are named twice, and containers that mount one that there is not."""
    names = [volume["name"] for volume in volumes]
    found = [
        f"volumes has the name {name!r} more than once: give each another name."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    found += [
        f"{of(container, 'mount_points')} mounts {mount['source_volume']!r}, which is not in volumes: add it there."
        for container in containers
        for mount in container.get("mount_points") or []
        if mount["source_volume"] not in names
    ]
    return found


def file_systems(volumes: Iterable[Mapping[str, Any]], task_role_arn: str | None) -> list[str]:
    """Find settings of volumes on EFS that AWS refuses together (API Reference, EFSVolumeConfiguration)."""
    found = []
    for volume in volumes:
        efs = volume.get("efs") or {}
        if not efs:
            continue
        where = f"volumes {volume['name']!r} efs"
        point = efs.get("access_point_id")
        found += not_matching(f"{where}.file_system_id", efs["file_system_id"], FILE_SYSTEM, "write it like fs-0123...")
        found += not_matching(f"{where}.access_point_id", point, ACCESS_POINT, "write it like fsap-0123...")
        found += out_of_range(f"{where}.transit_encryption_port", efs.get("transit_encryption_port"), 1, 65535)
        if not efs.get("transit_encryption") and (point or efs.get("iam")):
            found.append(f"{where} has an access point or iam, which need transit_encryption: set it to true.")
        if point and efs.get("root_directory") not in (None, "/"):
            found.append(f"{where}.root_directory is what the access point says: leave it out.")
        if efs.get("iam") and not task_role_arn:
            found.append(f"{where}.iam uses the task role: set task_role_arn.")
    return found


def ports(containers: Containers) -> list[str]:
    """Find a port that several containers listen on: all containers of a task have one network interface."""
    taken: dict[tuple[int, str], str] = {}
    found = []
    for container in containers:
        for mapping in container.get("port_mappings") or []:
            port = (mapping["container_port"], mapping.get("protocol") or "tcp")
            other = taken.setdefault(port, container["name"])
            if other != container["name"]:
                found.append(
                    f"port_mappings of containers {other!r} and {container['name']!r} both have port {port[0]}, and a "
                    "task has one network interface: give one of them another port."
                )
    return found


def routing(containers: Containers) -> list[str]:
    """Find logs that go to a FireLens router that is not there, and routers that AWS refuses.

    What ECS says: "When awsfirelens log driver is specified in log configuration, a firelens configuration object must
    be configured in one of the containers", the reverse of it, and "If 'user' field is specified on firelens container,
    then 'UID' has to be '0'".
    """
    routers = [container for container in containers if container.get("firelens_configuration")]
    routed = [c for c in containers if (c.get("log_configuration") or {}).get("log_driver") == "awsfirelens"]
    found = []
    if not routers:
        found += [
            f"{of(container, 'log_configuration')} has log_driver 'awsfirelens', but no container is a FireLens "
            "router: add one with firelens_configuration, or set awslogs or splunk."
            for container in routed
        ]
    if len(routers) > 1:
        listed = ", ".join(container["name"] for container in routers)
        found.append(
            f"firelens_configuration is set of several containers ({listed}), a task has one router: keep one."
        )
    for router in routers:
        found += router_problems(router, bool(routed))
    return found


def router_problems(router: Mapping[str, Any], used: bool) -> list[str]:
    """Find what AWS refuses of a FireLens router.

    :param used: whether a container sends its log there.
    """
    found = []
    if not used:
        found.append(
            f"{of(router, 'firelens_configuration')} has no use, as no container has log_driver awsfirelens: set it, "
            "or leave the router out."
        )
    if (router.get("log_configuration") or {}).get("log_driver") == "awsfirelens":
        found.append(f"{of(router, 'log_configuration')} sends its own log to itself: set awslogs.")
    user = router.get("user")
    if user is not None and not re.fullmatch(r"0(:.+)?", user):
        found.append(f"{of(router, 'user')} is {user!r}, and a FireLens router runs as 0: leave user out.")
    options = router["firelens_configuration"].get("options") or {}
    kind, value = options.get("config-file-type"), options.get("config-file-value")
    if kind not in (None, "file"):
        found.append(
            f"{of(router, 'firelens_configuration')} has config-file-type {kind!r}, Fargate takes only file: put the "
            "file into the router's image."
        )
    if bool(kind) != bool(value):
        found.append(
            f"{of(router, 'firelens_configuration')} needs both of config-file-type and config-file-value, or neither."
        )
    return found


EACH = (timeouts, restarts, ulimits, environment_files, kernel, in_memory, credentials)


def task_problems(options: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses of a task's containers and volumes, beside L(rules).

    :param options: the module's, with C(containers), C(volumes), C(memory) and C(task_role_arn).
    """
    containers, its_volumes = options["containers"], options["volumes"]
    found = sizes(containers, options["memory"])
    for rule in EACH:
        found += each(rule)(containers)
    found += dependencies(containers) + ports(containers) + routing(containers)
    return found + volumes(its_volumes, containers) + file_systems(its_volumes, options["task_role_arn"])

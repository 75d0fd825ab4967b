# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's documented limits, checked before anything is sent.

Each rule returns its findings as sentences: which option, which value, what to do. No finding, no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different


def too_long(option: str, value: str, longest: int) -> list[str]:
    """Find a name with more characters than AWS takes."""
    if len(value) <= longest:
        return []
    return [f"{option} {value!r} has {len(value)} characters, AWS takes at most {longest}: shorten it."]


def elbv2_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a load balancer or target group."""
    found = too_long(option, value, 32)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", value):
        found.append(f"{option} {value!r} may hold only letters, digits and hyphens between them: rename it.")
    return found


def load_balancer_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a load balancer."""
    found = elbv2_name(option, value)
    if value.startswith("internal-"):
        found.append(f"{option} {value!r} starts with internal-, which AWS keeps for itself: rename it.")
    return found


def out_of_range(option: str, value: int | None, lowest: int, highest: int) -> list[str]:
    """Find a number that AWS does not take; None is not set."""
    if value is None or lowest <= value <= highest:
        return []
    return [f"{option} {value} is out of range: set {lowest} to {highest}."]


def too_few(option: str, values: Sequence[str], fewest: int, advice: str) -> list[str]:
    """Find a list with fewer different values than AWS takes; values known after the real run count each.

    :param advice: what else the values have to fulfil, or what to do instead.
    """
    distinct = len(different(values))
    if distinct >= fewest:
        return []
    return [f"{option} {list(values)!r} has {distinct} different values, AWS needs {fewest}: add some, {advice}."]


REPLICATION_GROUP_ID = re.compile(r"[A-Za-z](?:-?[A-Za-z0-9])*")
LONGEST_REPLICATION_GROUP_ID = 40  # CreateReplicationGroup


def replication_group_id(option: str, value: str) -> list[str]:
    """Find an id that ElastiCache does not take for a replication group."""
    if REPLICATION_GROUP_ID.fullmatch(value):
        return too_long(option, value, LONGEST_REPLICATION_GROUP_ID)
    return [
        f"{option} {value!r} is not a replication group id: begin with a letter, use letters, digits and single "
        "hyphens only, and do not end with a hyphen."
    ]


def replication_group_availability(failover: bool | None, multi_az: bool | None, nodes: int | None) -> list[str]:
    """Find failover without a replica to fail over to, and several zones without failover; None is not set."""
    found = []
    if failover and nodes is not None and nodes < 2:
        found.append(
            f"automatic_failover needs a replica, but num_cache_clusters is {nodes}: set it to 2 or more, "
            "or set automatic_failover to false."
        )
    if multi_az and failover is False:
        found.append("multi_az is true but automatic_failover is false: set both to true, or multi_az to false.")
    if multi_az and failover is None and nodes is not None and nodes < 2:
        found.append(f"multi_az needs a replica, but num_cache_clusters is {nodes}: set it to 2 or more.")
    return found


def replication_group_encryption(enabled: bool | None, mode: str | None, user_groups: bool) -> list[str]:
    """Find a mode of encryption in transit, or access control by user groups, without that encryption."""
    found = []
    if mode and enabled is False:
        found.append(
            f"transit_encryption_mode is {mode!r} but transit_encryption is false: "
            "set transit_encryption to true, or leave the mode out."
        )
    if user_groups and (enabled is False or mode == "preferred"):
        found.append("user_group_ids need transit_encryption true and transit_encryption_mode 'required'.")
    return found


def ecs_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a cluster, service or task definition family."""
    found = too_long(option, value, 255)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
        found.append(f"{option} {value!r} may hold only letters, digits, underscores and hyphens: rename it.")
    return found


def execute_command_logging(execute_command: Mapping[str, Any]) -> list[str]:
    """Find a log target of ECS Exec that goes with another kind of logging.

    :param execute_command: what is set of C(logging), C(log_group_name) and C(bucket_name).
    """
    targets = [key for key in ("log_group_name", "bucket_name") if execute_command.get(key)]
    overridden = execute_command.get("logging") == "OVERRIDE"
    if overridden and not targets:
        return ["execute_command.logging OVERRIDE needs a target: set log_group_name or bucket_name."]
    if targets and not overridden:
        return [f"execute_command.{targets[0]} has no effect: set execute_command.logging to OVERRIDE."]
    return []


def strategy_outside_providers(
    strategy: Sequence[Mapping[str, Any]] | None, providers: Sequence[str] | None
) -> list[str]:
    """Find what AWS refuses in a default strategy and the capacity providers given with it; None is not set."""
    outside = sorted({item["capacity_provider"] for item in strategy or ()} - set(providers or ()))
    found = []
    if providers is not None and outside:
        found.append(
            f"default_capacity_provider_strategy names {', '.join(outside)}, not in capacity_providers: add it there."
        )
    if sum(bool(item["base"]) for item in strategy or ()) > 1:
        found.append("default_capacity_provider_strategy has several bases, AWS takes one: set base: 0 on the others.")
    if strategy and not any(item["weight"] for item in strategy):
        found.append("default_capacity_provider_strategy has only weights of 0, AWS needs one above: set a weight.")
    return found


def apigateway_proxy(options: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the options of M(streamflix.content_api.apigateway_proxy)."""
    found = out_of_range("timeout_in_millis", options["timeout_in_millis"], 50, 29000)
    found += out_of_range("keep_deployments", options["keep_deployments"], 1, 1000)
    if not re.match(r"https?://[^/{]", options["backend_url"]) or "{" in options["backend_url"]:
        found.append(f"backend_url {options['backend_url']!r} is no address: write http://, the host, and no {{...}}.")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", options["stage_name"]):
        found.append(
            f"stage_name {options['stage_name']!r} is no name of a stage: use 1 to 128 letters, digits, - and _."
        )
    for key in ("throttling_burst_limit", "throttling_rate_limit"):
        if (options[key] or 0) < 0:
            found.append(f"{key} {options[key]} is negative: set 0 to refuse every request, or more.")
    return found + apigateway_connection(options) + apigateway_stage(options)


def apigateway_connection(options: Mapping[str, Any]) -> list[str]:
    """Find a VPC link that is missing, or given without being used."""
    link = options["connection_type"] == "VPC_LINK"
    if link and not options["connection_id"]:
        return ["connection_type VPC_LINK needs connection_id: give the id of a VPC link, or set INTERNET."]
    unused = [key for key in ("connection_id", "integration_target") if options[key] and not link]
    return [f"{key} {options[key]!r} has no effect without connection_type VPC_LINK: set that too." for key in unused]


def apigateway_stage(options: Mapping[str, Any]) -> list[str]:
    """Find stage variables and an access log that AWS refuses."""
    found = []
    for name, value in (options["stage_variables"] or {}).items():
        if not re.fullmatch(r"\w+", name, re.ASCII) or not re.fullmatch(r"[A-Za-z0-9._~:/?#&=,-]+", str(value)):
            found.append(
                f"stage_variables {name!r} or its value holds characters that AWS refuses: use letters, digits and _ "
                "in the name, and letters, digits and -._~:/?#&=, in the value."
            )
    log = options["access_log"]
    if log and log["destination_arn"] and not log["format"]:
        found.append("access_log.format is missing: write the line that is logged, or leave destination_arn empty.")
    return found


def rds_identifier(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the identifier of a DB cluster or instance, or changes in it (capital letters)."""
    found = too_long(option, value, 63)
    parts = value.split("-")
    is_plain = all(part.isascii() and part.isalnum() and part == part.lower() for part in parts)
    if not is_plain or not value[:1].isalpha():
        found.append(
            f"{option} {value!r} must start with a letter and hold only lower-case letters, digits and single hyphens "
            "between them: rename it."
        )
    return found


def aurora_capacity(smallest: float | None, largest: float | None, pause: int | None) -> list[str]:
    """Find what AWS refuses in the capacity range of Aurora Serverless v2, in ACU, and its pause, in seconds."""
    found = []
    for option, value, lowest in (("min_capacity", smallest, 0), ("max_capacity", largest, 1)):
        if value is not None and not (lowest <= value <= 256 and value * 2 == int(value * 2)):
            found.append(f"{option} {value:g} is not possible: set {lowest} to 256 in steps of 0.5.")
    if smallest is not None and largest is not None and smallest > largest:
        found.append(f"min_capacity {smallest:g} is above max_capacity {largest:g}: lower it.")
    found += out_of_range("seconds_until_auto_pause", pause, 300, 86400)
    if pause is not None and smallest:
        found.append(f"seconds_until_auto_pause {pause} needs min_capacity 0, it is {smallest:g}: remove it or set 0.")
    return found


def aurora_insights(mode: str | None, enabled: bool | None, retention: int | None) -> list[str]:
    """Find what AWS refuses in Database Insights and the days for which Performance Insights keeps its data."""
    found = []
    months = range(31, 24 * 31, 31)
    if retention is not None and retention not in (7, 731, *months):
        found.append(
            f"performance_insights_retention_period {retention} is not possible: set 7, 731, or months of 31 days."
        )
    if mode == "advanced" and enabled is False:
        found.append("database_insights_mode 'advanced' needs Performance Insights: remove performance_insights false.")
    if mode == "advanced" and retention is not None and retention < 465:
        found.append(
            f"performance_insights_retention_period {retention} is too short for database_insights_mode 'advanced': "
            "set 465 or more."
        )
    return found


MIB_PER_GIB = 1024
# task CPU units, and the task memory in MiB that Fargate offers with them
FARGATE_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, MIB_PER_GIB)),
    1024: tuple(range(2048, 8192 + 1, MIB_PER_GIB)),
    2048: tuple(range(4096, 16384 + 1, MIB_PER_GIB)),
    4096: tuple(range(8192, 30720 + 1, MIB_PER_GIB)),
    8192: tuple(range(16384, 61440 + 1, 4 * MIB_PER_GIB)),
    16384: tuple(range(32768, 122880 + 1, 8 * MIB_PER_GIB)),
}


def fargate_size(cpu: int, memory: int) -> list[str]:
    """Find a pair of task CPU (units) and memory (MiB) that Fargate does not offer."""
    if cpu not in FARGATE_MEMORY:
        return [f"cpu {cpu} is no size of Fargate: set one of {', '.join(map(str, FARGATE_MEMORY))}."]
    offered = FARGATE_MEMORY[cpu]
    if memory in offered:
        return []
    listed = ", ".join(map(str, offered))
    if len(offered) > 3:
        listed = f"{offered[0]} to {offered[-1]} in steps of {offered[1] - offered[0]}"
    return [f"memory {memory} does not go with cpu {cpu} on Fargate: set {listed}, or another cpu."]


def task_containers(containers: Sequence[Mapping[str, Any]], cpu: int, memory: int) -> list[str]:
    """Find containers of a task that AWS refuses together.

    :param containers: each with C(name), C(essential), C(cpu), C(memory), C(environment) and C(secrets), or None there.
    :param cpu: CPU units of the task.
    :param memory: MiB of the task.
    """
    names = [container["name"] for container in containers]
    found = [
        f"containers has the name {name!r} more than once: give each another name."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if not any(container["essential"] for container in containers):
        found.append("containers has no essential container, AWS needs one: set essential: true on the main one.")
    for key, limit in (("cpu", cpu), ("memory", memory)):
        total = sum(container[key] or 0 for container in containers)
        if total > limit:
            found.append(f"containers ask for {key} {total} together, the task has {limit}: lower theirs or raise it.")
    for container in containers:
        twice = sorted(set(container["environment"] or {}) & set(container["secrets"] or {}))
        if twice:
            where = f"of container {container['name']!r}"
            found.append(f"environment and secrets {where} both set {', '.join(twice)}: keep one of the two.")
    return found


def task_execution_role(containers: Sequence[Mapping[str, Any]], execution_role_arn: str | None) -> list[str]:
    """Find containers whose secrets or logs need an execution role that is not given."""
    if execution_role_arn:
        return []
    return [
        f"container {container['name']!r} has secrets or writes to awslogs, for which Fargate needs a role: "
        "set execution_role_arn."
        for container in containers
        if container["secrets"] or (container["log_configuration"] or {}).get("log_driver") == "awslogs"
    ]


AWSLOGS_OPTIONS = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")


def task_logging(containers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find an awslogs configuration without the options that Fargate needs."""
    found = []
    for container in containers:
        log = container["log_configuration"] or {}
        missing = [name for name in AWSLOGS_OPTIONS if name not in (log.get("options") or {})]
        if log.get("log_driver") == "awslogs" and missing:
            found.append(f"log_configuration of container {container['name']!r} lacks {', '.join(missing)}: set them.")
    return found


def service_deployment(minimum_healthy_percent: int | None, maximum_percent: int | None) -> list[str]:
    """Find percentages with which a deployment could replace no task; None is not set."""
    found = out_of_range("deployment.minimum_healthy_percent", minimum_healthy_percent, 0, 100)
    found += out_of_range("deployment.maximum_percent", maximum_percent, 100, 200)
    if minimum_healthy_percent == 100 and maximum_percent == 100:
        found.append(
            "deployment.minimum_healthy_percent and deployment.maximum_percent are both 100, so no task could be "
            "replaced: raise maximum_percent or lower minimum_healthy_percent."
        )
    return found


def task_revision(option: str, value: str) -> list[str]:
    """Find a task definition without its revision: what runs would depend on when it is read."""
    if value.rpartition("/")[2].count(":") == 1:
        return []
    return [f"{option} {value!r} names no revision: give an ARN, or family:revision."]


# PutRetentionPolicy takes only these
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def log_group_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a log group."""
    found = too_long(option, value, 512)
    if not re.fullmatch(r"[A-Za-z0-9_/.#-]+", value):
        found.append(f"{option} {value!r} may hold only letters, digits and the characters _ / . # -: rename it.")
    return found


def health_check_problems(health_check: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the health check of a target group for HTTP.

    :param health_check: C(path), C(interval), C(timeout), C(healthy_threshold), C(unhealthy_threshold); seconds.
    """
    limits = {"interval": (5, 300), "timeout": (2, 120), "healthy_threshold": (2, 10), "unhealthy_threshold": (2, 10)}
    found = []
    for key, (lowest, highest) in limits.items():
        found += out_of_range(f"health_check.{key}", health_check.get(key), lowest, highest)
    interval, timeout = health_check.get("interval"), health_check.get("timeout")
    if interval and timeout and timeout >= interval:
        found.append(f"health_check.timeout {timeout} is not less than the interval of {interval}: lower it.")
    path = health_check.get("path")
    if path is not None and not path.startswith("/"):
        found.append(f"health_check.path {path!r} does not start with a slash: add one.")
    return found

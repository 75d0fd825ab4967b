# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of clusters, task definitions and services of ECS; each rule returns its findings, as in L(common)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    HIGHEST_PORT,
    not_matching,
    out_of_range,
    too_long,
)


def ecs_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a cluster, service or task definition family."""
    found = too_long(option, value, 255)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
        found.append(f"{option} {value!r} may hold only letters, digits, underscores and hyphens: rename it.")
    return found


def execute_command_logging(execute_command: Mapping[str, Any]) -> list[str]:
    """Find a log target of ECS Exec that does not fit the kind of logging.

    :param execute_command: what is set of C(logging), C(log_group_name) and C(bucket_name).
    """
    targets = [key for key in ("log_group_name", "bucket_name") if execute_command.get(key)]
    overridden = execute_command.get("logging") == "OVERRIDE"
    if overridden and not targets:
        return ["execute_command.logging OVERRIDE needs a target: set log_group_name or bucket_name."]
    if targets and not overridden:
        return [f"execute_command.{targets[0]} has no effect: set execute_command.logging to OVERRIDE."]
    return []


# API Reference, CapacityProviderStrategyItem
MOST_WEIGHT, MOST_BASE = 1000, 100_000
FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")


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
    return found + provider_strategy("default_capacity_provider_strategy", strategy or ())


def provider_strategy(option: str, strategy: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find what AWS refuses in a capacity provider strategy."""
    found = []
    names = [item["capacity_provider"] for item in strategy]
    found += [f"{option} has {name} more than once: keep one." for name in sorted({*names}) if names.count(name) > 1]
    if sum(bool(item["base"]) for item in strategy) > 1:
        found.append(f"{option} has several bases, AWS takes one: set base: 0 on the others.")
    if strategy and not any(item["weight"] for item in strategy):
        found.append(f"{option} has only weights of 0, AWS needs one above: set a weight.")
    for item in strategy:
        found += out_of_range(f"{option} weight of {item['capacity_provider']}", item["weight"], 0, MOST_WEIGHT)
        found += out_of_range(f"{option} base of {item['capacity_provider']}", item["base"], 0, MOST_BASE)
    return found


def fargate_strategy(option: str, strategy: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find what AWS refuses in the strategy of a Fargate service."""
    others = sorted({item["capacity_provider"] for item in strategy} - {*FARGATE_PROVIDERS})
    found = provider_strategy(option, strategy)
    if others:
        found.append(f"{option} names {', '.join(others)}: a Fargate service has {' and '.join(FARGATE_PROVIDERS)}.")
    return found


LONGEST_IMAGE = 255  # without a digest
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
    32768: (61440, 122880, 249856),
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


def task_containers(containers: Sequence[Mapping[str, Any]], cpu: int) -> list[str]:
    """Find containers of a task that AWS refuses together.

    :param containers: each with C(name), C(essential), C(cpu), C(environment) and C(secrets), or None there.
    :param cpu: CPU units of the task.
    """
    names = [container["name"] for container in containers]
    found = [
        f"containers has the name {name!r} more than once: give each another name."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if not any(container["essential"] for container in containers):
        found.append("containers has no essential container, AWS needs one: set essential: true on the main one.")
    total = sum(container["cpu"] or 0 for container in containers)
    if total > cpu:
        found.append(f"containers ask for cpu {total} together, the task has {cpu}: lower theirs or raise it.")
    for name in dict.fromkeys(names):
        found += ecs_name("containers[].name", name)
    for mapping in (mapping for container in containers for mapping in container.get("port_mappings") or ()):
        found += out_of_range("containers[].port_mappings[].container_port", mapping["container_port"], 1, HIGHEST_PORT)
    for container in containers:
        twice = sorted(set(container["environment"] or {}) & set(container["secrets"] or {}))
        if twice:
            where = f"of container {container['name']!r}"
            found.append(f"environment and secrets {where} both set {', '.join(twice)}: keep one of the two.")
    return found


def container_image(option: str, image: str) -> list[str]:
    """Find what AWS refuses as the name of an image, as the API reference has it of C(ContainerDefinition.image).

    Only when a task starts is it known whether the registry has the image.
    """
    name, at, digest = image.partition("@")
    found = too_long(option, name, LONGEST_IMAGE)
    if not re.fullmatch(r"[A-Za-z0-9_:./#-]+", name):
        found.append(f"{option} {image!r} is no name of an image: write it like repository/image:tag.")
    if at and not re.fullmatch(r"sha256:[A-Fa-f0-9]{64}", digest):
        found.append(f"{option} {image!r} has no digest after the @: write it as sha256: and 64 hexadecimal digits.")
    return found


def task_execution_role(containers: Sequence[Mapping[str, Any]], execution_role_arn: str | None) -> list[str]:
    """Find containers with what ECS needs an execution role for, which is not given."""
    if execution_role_arn:
        return []
    return [
        f"container {container['name']!r} has {needs}, for which Fargate needs a role: set execution_role_arn."
        for container in containers
        for needs in (needed_of_ecs(container),)
        if needs
    ]


def needed_of_ecs(container: Mapping[str, Any]) -> str:
    """Return in words what of a container ECS reads or writes with the execution role; empty for nothing."""
    log = container.get("log_configuration") or {}
    needs = {
        "secrets": container.get("secrets") or log.get("secret_options"),
        "an awslogs log": log.get("log_driver") == "awslogs",
        "environment_files": container.get("environment_files"),
        "repository_credentials": container.get("repository_credentials"),
        "an image in ECR": ".dkr.ecr." in str(container.get("image")),
    }
    return " and ".join(what for what, needed in needs.items() if needed)


# HealthCheck of a container, each with its smallest and largest value
CONTAINER_CHECK = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "start_period": (0, 300)}


def container_health_checks(containers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find health checks of containers that ECS refuses."""
    found = []
    for container in containers:
        check = container.get("health_check")
        if not check:
            continue
        option, command = f"health_check of container {container['name']!r}", check["command"]
        for name, limits in CONTAINER_CHECK.items():
            found += out_of_range(f"{option} {name}", check.get(name), *limits)
        if command != ["NONE"] and (command[:1] not in (["CMD"], ["CMD-SHELL"]) or len(command) < 2):
            found.append(f"{option} command {command!r} is none: begin it with CMD or CMD-SHELL, and say what to run.")
    return found


# CreateService, of a service with the scheduling strategy REPLICA
DEFAULT_MINIMUM_PERCENT, DEFAULT_MAXIMUM_PERCENT = 100, 200
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


def service_deployment(
    minimum_healthy_percent: int | None, maximum_percent: int | None, desired_count: int | None = None
) -> list[str]:
    """Find percentages with which a deployment could replace no task; None is not set.

    AWS rounds the least number of tasks up, and the largest down.
    """
    found = out_of_range("deployment.minimum_healthy_percent", minimum_healthy_percent, 0, 100)
    found += out_of_range("deployment.maximum_percent", maximum_percent, 100, 200)
    if minimum_healthy_percent == 100 and maximum_percent == 100:
        found.append(
            "deployment.minimum_healthy_percent and deployment.maximum_percent are both 100, so no task could be "
            "replaced: raise maximum_percent or lower minimum_healthy_percent."
        )
        return found
    lowest = DEFAULT_MINIMUM_PERCENT if minimum_healthy_percent is None else minimum_healthy_percent
    highest = DEFAULT_MAXIMUM_PERCENT if maximum_percent is None else maximum_percent
    count = desired_count or 0
    least, most = -(-count * lowest // 100), count * highest // 100
    if count > 0 and not found and least >= most:
        found.append(
            f"desired_count {desired_count} with deployment.minimum_healthy_percent {lowest} and "
            f"deployment.maximum_percent {highest} leaves no room: at least {least} have to run and at most {most} "
            "may, so no task could be replaced: raise maximum_percent or lower minimum_healthy_percent."
        )
    return found


def zone_rebalancing(wanted: bool | None, maximum_percent: int | None) -> list[str]:
    """Find rebalancing over zones without room for another task; None is not set.

    Developer Guide, "Balancing an Amazon ECS service across Availability Zones": not with a maximum of 100 percent.
    """
    if not wanted or maximum_percent != 100:
        return []
    return [
        "availability_zone_rebalancing needs room for another task, but deployment.maximum_percent is 100: raise it, "
        "or set availability_zone_rebalancing to false."
    ]


# stages at which traffic moves: a deployment cannot be paused there
MOVING = frozenset({"TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"})
HOOK_STAGES = (
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
)
SECONDS = 60


def deployment_strategy(deployment: Mapping[str, Any], balancers: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """Find settings that do not go with the strategy of deployments, or that it needs.

    API Reference, DeploymentConfiguration.

    :param balancers: the load balancers; None is not set.
    """
    strategy = deployment.get("strategy") or "ROLLING"
    found = [
        f"deployment.{name} does not go with deployment.strategy {strategy}: leave it out, or set strategy to {own}."
        for name, own in (("linear", "LINEAR"), ("canary", "CANARY"))
        if deployment.get(name) and strategy != own
    ]
    if strategy == "ROLLING":
        return found + early_success(deployment)
    if (deployment.get("early_success") or {}).get("enable"):
        found.append(f"deployment.early_success goes with ROLLING only, not with {strategy}: leave it out.")
    if strategy == "BLUE_GREEN" and deployment.get("bake_time_in_minutes") is None:
        found.append("deployment.strategy BLUE_GREEN needs a bake time: set bake_time_in_minutes, which may be 0.")
    if balancers is not None and not any(balancer.get("advanced_configuration") for balancer in balancers):
        found.append(
            f"deployment.strategy {strategy} shifts requests between two target groups: set "
            "load_balancers[].advanced_configuration."
        )
    return found


def early_success(deployment: Mapping[str, Any]) -> list[str]:
    """Find early success without what AWS wants with it, or that comes before the least number of healthy tasks."""
    criteria = deployment.get("early_success") or {}
    if not criteria.get("enable"):
        return []
    missing = [name for name in ("healthy_percent", "source_service_revision_cleanup") if criteria.get(name) is None]
    if missing:
        return [f"deployment.early_success lacks {', '.join(missing)}: set them, or set enable to false."]
    least = deployment.get("minimum_healthy_percent")
    least = DEFAULT_MINIMUM_PERCENT if least is None else least
    if criteria["healthy_percent"] < least:
        return [
            f"deployment.early_success.healthy_percent {criteria['healthy_percent']} is below "
            f"deployment.minimum_healthy_percent {least}: raise it to that, or lower the other one."
        ]
    return []


def lifecycle_hooks(hooks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find hooks of deployments that AWS refuses: API Reference, DeploymentLifecycleHook."""
    found = []
    for hook in hooks:
        stages, kind = hook["lifecycle_stages"], hook["target_type"]
        unknown = sorted(set(stages) - set(HOOK_STAGES))
        if unknown or not stages:
            found.append(
                f"deployment.lifecycle_hooks[].lifecycle_stages has {', '.join(unknown) or 'nothing'}: set some of "
                f"{', '.join(HOOK_STAGES)}."
            )
        given = [name for name in ("hook_target_arn", "role_arn", "hook_details") if hook.get(name)]
        if kind == "PAUSE" and (given or MOVING & set(stages)):
            where = f" at {', '.join(sorted(MOVING & set(stages)))}" if MOVING & set(stages) else ""
            found.append(f"A hook of the type PAUSE has no {', '.join(given) or 'place'}{where}: leave it out.")
        missing = [name for name in ("hook_target_arn", "role_arn") if not hook.get(name)]
        if kind != "PAUSE" and missing:
            found.append(f"A hook of the type {kind} needs {', '.join(missing)}: set them.")
    return found


def baking_seconds(deployment: Mapping[str, Any]) -> int:
    """Return how long a deployment pauses at least, by its bake times."""
    minutes = deployment.get("bake_time_in_minutes") or 0
    linear, canary = deployment.get("linear") or {}, deployment.get("canary") or {}
    strategy = deployment.get("strategy")
    if strategy == "CANARY":
        minutes += canary.get("canary_bake_time_in_minutes", 10)
    if strategy == "LINEAR":
        steps = math.ceil(100 / linear.get("step_percent", 10.0))
        minutes += (steps - 1) * linear.get("step_bake_time_in_minutes", 6)
    return minutes * SECONDS


MOST_SUBNETS, MOST_SECURITY_GROUPS = 16, 5
MOST_TASKS = 5000


def wrong_number(option: str, values: Sequence[str], fewest: int, most: int) -> list[str]:
    """Find more or fewer subnets or security groups than the network interfaces of tasks can have."""
    if fewest <= len(values) <= most:
        return []
    return [f"{option} {list(values)!r} has {len(values)} entries, AWS takes {fewest} to {most}: change it."]


def platform_version(option: str, value: str) -> list[str]:
    """Find what is no version of Fargate's platform."""
    return not_matching(option, value, r"LATEST|\d+\.\d+\.\d+", "set LATEST, or a version such as 1.4.0")


def task_revision(option: str, value: str) -> list[str]:
    """Find a task definition without a revision: which one runs would depend on when it is read."""
    if value.rpartition("/")[2].count(":") == 1:
        return []
    return [f"{option} {value!r} names no revision: give an ARN, or family:revision."]

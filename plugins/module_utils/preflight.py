# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack's variables must fulfil, each alone and together, checked before anything is read from AWS.

The limits themselves are those of the modules (L(rules), L(cidr)); here they are put to the roles' variables, so that
a finding names what the user wrote into the inventory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.streamflix.content_api.plugins.module_utils import cidr
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    subnet_group_name,
    too_few,
    too_long,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.ecs import ecs_name, fargate_size
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.elasticache import (
    replication_group_availability,
    replication_group_id,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.elbv2 import elbv2_name, load_balancer_name
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.iam import iam_name
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.rds import (
    aurora_capacity,
    master_password_length,
    rds_identifier,
)

Variables = Mapping[str, Any]

# AWS's limits of the names that variables give, in characters
NAME_LIMITS = {
    "aurora_secret_name": 512,
    "ecs_service_log_group_name": 512,
    "network_flow_log_group_name": 512,
    "network_vpc_name": 255,
}
NAME_RULES: dict[str, Callable[[str, str], list[str]]] = {
    "aurora_cluster_identifier": rds_identifier,
    "aurora_subnet_group_name": subnet_group_name,
    "ecs_service_cluster_name": ecs_name,
    "ecs_service_execution_role_name": iam_name,
    "ecs_service_load_balancer_name": load_balancer_name,
    "ecs_service_name": ecs_name,
    "ecs_service_target_group_name": elbv2_name,
    "ecs_service_task_role_name": iam_name,
    "network_flow_log_role_name": iam_name,
    "redis_replication_group_id": replication_group_id,
    "redis_subnet_group_name": subnet_group_name,
}

# What an entry of drift_ignore is matched by, as patterns.
DRIFT_IGNORE_PATTERNS = ("type", "name", "field")
DRIFT_IGNORE_FORM = "give entries with type, name, field (patterns, one at least) and reason."


def named(role: str, options: Sequence[str], findings: list[str]) -> list[str]:
    """Return findings about a module's options with the names of the role's variables in their place."""
    pattern = re.compile(rf"\b({'|'.join(options)})\b")
    return [pattern.sub(rf"{role}_\1", finding) for finding in findings]


def number(variables: Variables, variable: str, kind: type[int] | type[float]) -> Any:
    """Return a variable as a number; None when it is not set.

    :raises InvalidOptionError: it is no number.
    """
    value = variables.get(variable)
    if value in (None, ""):
        return None
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        wanted = "a whole number" if kind is int else "a number"
        raise InvalidOptionError(f"{variable} {value!r} is not {wanted}: set one.") from error


def switch(variables: Variables, variable: str) -> bool | None:
    """Return a variable as a boolean; None when it is not set.

    :raises InvalidOptionError: it is no boolean.
    """
    value = variables.get(variable)
    if value in (None, ""):
        return None
    try:
        return boolean(value)
    except TypeError as error:
        raise InvalidOptionError(f"{variable} {value!r} is not a boolean: set true or false.") from error


def check_names(variables: Variables) -> list[str]:
    """Find names that AWS refuses."""
    findings = []
    for variable, limit in NAME_LIMITS.items():
        if variable in variables:
            findings += too_long(variable, str(variables[variable]), limit)
    for variable, rule in NAME_RULES.items():
        if variable in variables:
            findings += rule(variable, str(variables[variable]))
    return findings


def check_network(variables: Variables) -> list[str]:
    """Find address ranges and zones that do not fit together."""
    if "network_vpc_cidr" not in variables:
        return []
    subnets = {
        variable: variables.get(variable) or []
        for variable in ("network_public_subnet_cidrs", "network_private_subnet_cidrs")
    }
    findings = cidr.check_subnets("network_vpc_cidr", str(variables["network_vpc_cidr"]), subnets)
    zones = variables.get("network_availability_zones") or []
    findings += too_few("network_availability_zones", zones, 2, "Aurora and the load balancer need two zones")
    findings += [
        f"{variable} {list(blocks)!r} has {len(blocks)} blocks, network_availability_zones has {len(zones)} zones: "
        "give each zone one block."
        for variable, blocks in subnets.items()
        if len(blocks) != len(zones)
    ]
    return findings


def check_aurora(variables: Variables) -> list[str]:
    """Find capacities that Aurora Serverless v2 does not have, and a password that RDS does not take."""
    findings = aurora_capacity(
        number(variables, "aurora_min_capacity", float),
        number(variables, "aurora_max_capacity", float),
        number(variables, "aurora_seconds_until_auto_pause", int),
    )
    findings += master_password_length("password_length", number(variables, "aurora_password_length", int))
    options = ("min_capacity", "max_capacity", "seconds_until_auto_pause", "password_length")
    return named("aurora", options, findings)


def check_redis(variables: Variables) -> list[str]:
    """Find a replication group that cannot be as available as it is asked to be."""
    findings = replication_group_availability(
        switch(variables, "redis_automatic_failover"),
        switch(variables, "redis_multi_az"),
        number(variables, "redis_num_cache_clusters", int),
    )
    return named("redis", ("automatic_failover", "multi_az", "num_cache_clusters"), findings)


def check_ecs_service(variables: Variables) -> list[str]:
    """Find a task size that Fargate does not offer."""
    cpu = number(variables, "ecs_service_cpu", int)
    memory = number(variables, "ecs_service_memory", int)
    findings = [] if cpu is None or memory is None else fargate_size(cpu, memory)
    return named("ecs_service", ("cpu", "memory"), findings)


def check_drift_ignore(variables: Variables) -> list[str]:
    """Find entries of the list of ignored differences that do not say what they ignore, or why."""
    entries = variables.get("drift_ignore") or []
    if not isinstance(entries, (list, tuple)):
        return [f"drift_ignore {entries!r} is not a list: {DRIFT_IGNORE_FORM}"]
    return [
        f"drift_ignore[{place}] {entry!r} {finding}"
        for place, entry in enumerate(entries)
        for finding in check_ignored(entry)
    ]


def check_ignored(entry: Any) -> list[str]:
    """Find what is wrong with one entry of the list of ignored differences."""
    if not isinstance(entry, Mapping) or not all(isinstance(value, str) for value in entry.values()):
        return [f"is not a dict of texts: {DRIFT_IGNORE_FORM}"]
    unknown = sorted(entry.keys() - {*DRIFT_IGNORE_PATTERNS, "reason"})
    findings = [f"has the unknown key {key}: {DRIFT_IGNORE_FORM}" for key in unknown]
    if not entry.get("reason", "").strip():
        findings.append("has no reason: say why it is no drift.")
    if not entry.keys() & set(DRIFT_IGNORE_PATTERNS):
        findings.append("would ignore everything: give it a type, a name or a field.")
    return findings


def check_variables(variables: Variables) -> list[str]:
    """Return all findings about a stack's variables; what is not given is not checked.

    :param variables: the roles' variables by their own names.
    :raises InvalidOptionError: a variable has not even the right type.
    """
    checks = (check_names, check_network, check_aurora, check_redis, check_ecs_service, check_drift_ignore)
    return [finding for check in checks for finding in check(variables)]

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

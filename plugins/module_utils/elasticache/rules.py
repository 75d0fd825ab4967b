# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of replication groups; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    not_matching,
    repeated,
    too_long,
)

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


def node_type(option: str, value: str | None) -> list[str]:
    """Find what is no node type; None is not set."""
    form = r"cache\.[a-z0-9-]+\.[a-z0-9]+"
    return not_matching(option, value, form, "write a node type such as cache.t4g.micro")


NAME_ADVICE = "begin with a letter, use letters, digits and single hyphens only, and do not end with a hyphen"


def snapshot_identifier(option: str, value: str | None) -> list[str]:
    """Find what ElastiCache refuses in the name of a snapshot; None is not set."""
    return not_matching(option, value, REPLICATION_GROUP_ID.pattern, NAME_ADVICE)


LONGEST_NAME = 255  # CreateCacheParameterGroup


def parameter_group_name(option: str, value: str) -> list[str]:
    """Find what ElastiCache does not take as the name of a parameter group."""
    found = not_matching(option, value, REPLICATION_GROUP_ID.pattern, NAME_ADVICE)
    return found or too_long(option, value, LONGEST_NAME)


def parameter_group_family(option: str, value: str) -> list[str]:
    """Find what is no family of engine versions."""
    return not_matching(option, value, r"(memcached|redis|valkey)\d[\d.x]*", "write a family such as redis7 or valkey8")


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


# CreateReplicationGroup; Valkey was made from Redis OSS 7.2
FIRST_VALKEY = (7, 2)
FIRST_WITH_TRANSIT_MODE = (7, 0, 5)
# ElastiCache User Guide, "Log delivery"
FIRST_WITH_LOG = {"slow-log": (6, 0), "engine-log": (6, 2)}


def replication_group_engine(engine: str | None, version: str | None, mode: str | None) -> list[str]:
    """Find a version that the engine never had, and a mode of encryption in transit that the version does not know.

    :param version: the whole version or the beginning of one, such as C(7.1) or C(6.x).
    :param mode: of encryption in transit. None is not set, for all three.
    """
    parts = tuple(int(part) for part in re.findall(r"\d+", version or ""))
    if not parts:
        return []
    found = []
    if engine == "valkey" and parts < FIRST_VALKEY[: len(parts)]:
        found.append(f"engine_version {version!r} is no version of Valkey: set 7.2 or newer, or engine to redis.")
    if engine != "valkey" and mode and parts < FIRST_WITH_TRANSIT_MODE[: len(parts)]:
        found.append(
            f"transit_encryption_mode {mode!r} is not known to Redis OSS {version}: set engine_version to 7.0.5 or "
            "newer, or leave the mode out."
        )
    return found


def replication_group_logs(
    option: str, logs: Sequence[Mapping[str, Any]], engine: str | None, version: str | None
) -> list[str]:
    """Find a log that would go to two places, or that the version of the engine does not have; None is not set.

    :param logs: each with its C(log_type).
    """
    types = [one["log_type"] for one in logs]
    found = repeated(f"{option} log_type", types)
    parts = tuple(int(part) for part in re.findall(r"\d+", version or ""))
    for kind in dict.fromkeys(types):
        first = FIRST_WITH_LOG.get(kind, ())
        if engine != "valkey" and parts and parts < first[: len(parts)]:
            found.append(
                f"{option} has {kind!r}, which Redis OSS {version} does not have: set engine_version to "
                f"{'.'.join(map(str, first))} or newer, or leave it out."
            )
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


def user_id(option: str, value: str) -> list[str]:
    """Find what ElastiCache does not take as the id of a user or a user group, or would keep in lower case."""
    if value == "default":
        return [f"{option} 'default' is AWS's own, which nobody can change: choose another id."]
    advice = "begin with a letter, and use lower-case letters, digits and hyphens only"
    return not_matching(option, value, r"[a-z][a-z0-9-]*", advice) or too_long(option, value, LONGEST_USER_ID)


LONGEST_USER_ID = 40  # ElastiCache User Guide, "Role-Based Access Control (RBAC)"
# of an access control list of Redis: what begins with these adds or removes a password
PASSWORD_SIGNS = (">", "<", "#", "!")


def access_string(option: str, value: str) -> list[str]:
    """Find passwords in an access string, and a string without any rule; the finding does not show it."""
    if not value.strip():
        return [f"{option} {value!r} is empty: write rules such as 'on ~* +@read'."]
    if any(rule.startswith(PASSWORD_SIGNS) for rule in value.split()):
        return [f"{option} holds a password, which AWS does not take there: remove it."]
    return []


def iam_user(its_id: str, name: str | None, kind: str | None) -> list[str]:
    """Find a user that IAM is to let in by another name than its id; None is not set."""
    if kind != "iam" or name is None or name == its_id:
        return []
    return [f"user_name {name!r} differs from user_id {its_id!r}, and AWS wants the id with authentication_type iam."]

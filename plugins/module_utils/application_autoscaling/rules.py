# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Application Auto Scaling refuses, as its API Reference has it, before anything is sent."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.application_autoscaling.reading import (
    CONFIGURED_BY,
    METRICS,
    POLICY,
    TRACKING,
    instant,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, too_long

PER_TARGET = "ALBRequestCountPerTarget"
# app/NAME/ID of the load balancer, and targetgroup/NAME/ID
LABEL = r"app/[\w-]+/[0-9a-f]+/targetgroup/[\w-]+/[0-9a-f]+"
SCHEDULE = r"(cron|rate|at)\(.+\)"
# what the names of the metric types begin with, and whose they are
OF_NAMESPACE = {
    "ALB": ("ecs", "ec2", "sagemaker"),
    "AppStream": ("appstream",),
    "Cassandra": ("cassandra",),
    "Comprehend": ("comprehend",),
    "DynamoDB": ("dynamodb",),
    "EC2": ("ec2",),
    "ECS": ("ecs",),
    "ElastiCache": ("elasticache",),
    "Kafka": ("kafka",),
    "Lambda": ("lambda",),
    "Neptune": ("neptune",),
    "RDS": ("rds",),
    "SageMaker": ("sagemaker",),
    "WorkSpaces": ("workspaces",),
}
MOST_PERCENT = 100
# Aurora User Guide, "Amazon Aurora Auto Scaling with Aurora Replicas"
MOST_READERS = 15
READERS = "rds:cluster:ReadReplicaCount"
# an entry of the module's lists: which option has it, and which of its keys names it
POLICIES = ("scaling_policies", "policy_name")
ACTIONS = ("scheduled_actions", "scheduled_action_name")


def capacity(option: str, smallest: int | None, largest: int | None) -> list[str]:
    """Find bounds that leave nothing between them; None is not set.

    :param option: what is in front of the names of both, such as that of a scheduled action; empty for none.
    """
    found = [
        f"{option}{name} {value} is below 0: set 0 or more."
        for name, value in (("min_capacity", smallest), ("max_capacity", largest))
        if value is not None and value < 0
    ]
    if smallest is not None and largest is not None and smallest > largest:
        found.append(f"{option}min_capacity {smallest} is above {option}max_capacity {largest}: lower it.")
    return found


def readers(dimension: str, largest: int | None) -> list[str]:
    """Find more readers than a cluster of Aurora can have."""
    if dimension != READERS or largest is None or largest <= MOST_READERS:
        return []
    return [f"max_capacity {largest} is too much: a cluster of Aurora has at most {MOST_READERS} readers, set less."]


def twice(where: tuple[str, str], entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Find names that are in a list more than once.

    :param where: L(POLICIES) or L(ACTIONS).
    """
    option, key = where
    names = [entry[key] for entry in entries]
    return [
        f"{option} has {name} {names.count(name)} times: remove all but one."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def metric(option: str, namespace: str, configuration: Mapping[str, Any]) -> list[str]:
    """Find a metric of target tracking that AWS refuses.

    :param option: what the policy is called in the finding.
    :param namespace: of the scalable target.
    """
    given = [name for name in METRICS if configuration.get(name)]
    if len(given) != 1:
        return [f"{option} has {len(given)} metrics, AWS needs one: set one of {' and '.join(METRICS)}."]
    predefined = configuration.get(METRICS[0])
    if not predefined:
        return []
    kind, label = predefined["predefined_metric_type"], predefined.get("resource_label")
    whose = next((names for start, names in OF_NAMESPACE.items() if kind.startswith(start)), ())
    found = []
    if namespace not in whose:
        found.append(f"{option} predefined_metric_type {kind!r} is none of {namespace}: choose one of its own.")
    if kind == PER_TARGET and not label:
        found.append(f"{option} {kind} needs resource_label, which names the target group: set it.")
    if kind == PER_TARGET and label and not is_unknown(label):
        form = "write it as app/BALANCER/ID/targetgroup/GROUP/ID, the ends of the two ARNs"
        found += not_matching(f"{option} resource_label", label, LABEL, form)
    if kind != PER_TARGET and label:
        found.append(f"{option} resource_label has no effect with {kind}: remove it.")
    value = configuration["target_value"]
    if "Utilization" in kind and not 0 < value <= MOST_PERCENT:
        found.append(f"{option} target_value {value:g} is no percentage: set one above 0, up to {MOST_PERCENT}.")
    return found


def policy(namespace: str, entry: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in one scaling policy.

    :param namespace: of the scalable target.
    """
    name, kind = entry["policy_name"], entry["policy_type"]
    option, own = f"scaling_policies {name}", CONFIGURED_BY[kind]
    found = too_long("scaling_policies policy_name", name, 256)
    found += [
        f"{option} has {other}, which is for another policy_type than {kind}: remove it."
        for other in CONFIGURED_BY.values()
        if other != own and entry.get(other)
    ]
    if not entry.get(own):
        return [*found, f"{option} has policy_type {kind} and no {own}: set it."]
    found += fields.refusals(POLICY[own].rows or {}, entry[own], inside=f"{option} ")
    if own == TRACKING:
        found += metric(option, namespace, entry[own])
        if entry[own]["target_value"] <= 0:
            found.append(f"{option} target_value {entry[own]['target_value']:g} is not above 0: raise it.")
    elif not entry[own]["step_adjustments"]:
        found.append(f"{option} has no step_adjustments: add one.")
    return found


def zone(option: str, name: str | None) -> list[str]:
    """Find what is no time zone; where the system has no list of them, none is found. None is not set."""
    try:
        zoneinfo.ZoneInfo(name or "UTC")
    except (KeyError, ValueError):
        known = zoneinfo.available_timezones()
        return [f"{option} {name!r} is no time zone: take one such as Europe/Dublin."] if known else []
    return []


def moment(option: str, value: str | None) -> list[str]:
    """Find what is no point in time; None is not set."""
    try:
        instant(value)
    except ValueError:
        return [f"{option} {value!r} is no time: write it as 2026-01-31T08:00:00Z."]
    return []


def action(entry: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in one scheduled action."""
    name = entry["scheduled_action_name"]
    option = f"scheduled_actions {name}"
    found = too_long("scheduled_actions scheduled_action_name", name, 256)
    if re.search(r"[|:/]", name):
        found.append(f"{option} has one of | : / in its name, which AWS refuses: rename it.")
    found += not_matching(
        f"{option} schedule", entry["schedule"], SCHEDULE, "write cron(...), rate(...) or at(...), as AWS does"
    )
    found += zone(f"{option} timezone", entry.get("timezone"))
    found += [text for key in ("start_time", "end_time") for text in moment(f"{option} {key}", entry.get(key))]
    smallest, largest = entry.get("min_capacity"), entry.get("max_capacity")
    if smallest is None and largest is None:
        found.append(f"{option} sets neither min_capacity nor max_capacity: set one.")
    return found + capacity(f"{option} ", smallest, largest)


def lists(
    namespace: str, policies: Sequence[Mapping[str, Any]] | None, actions: Sequence[Mapping[str, Any]] | None
) -> list[str]:
    """Find what AWS refuses in the policies and scheduled actions of a scalable target; None is not set."""
    return [
        *twice(POLICIES, policies or ()),
        *twice(ACTIONS, actions or ()),
        *(text for entry in policies or () for text in policy(namespace, entry)),
        *(text for entry in actions or () for text in action(entry)),
    ]

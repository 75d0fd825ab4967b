# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run makes a month cost more or less: the stack as the inventory has it, and as it was before its changes."""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.changes import CREATE, REMOVE
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.estimate import Estimate, cents, estimate
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.needs import DECIDING, Stack
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import Key, Prices

WAF = "waf_"
COUNTED = {CREATE: 1, REMOVE: -1}
# the variable that a changed field comes from, where it decides about prices
VARIABLES = {
    ("AWS::RDS::DBCluster", "min_capacity"): "aurora_min_capacity",
    ("AWS::RDS::DBCluster", "storage_type"): "aurora_storage_type",
    ("AWS::RDS::DBCluster", "database_insights_mode"): "aurora_database_insights_mode",
    ("AWS::ElastiCache::ReplicationGroup", "cache_node_type"): "redis_node_type",
    ("AWS::ElastiCache::ReplicationGroup", "num_cache_clusters"): "redis_num_cache_clusters",
    ("AWS::ElastiCache::ReplicationGroup", "engine"): "redis_engine",
    ("AWS::ECS::TaskDefinition", "cpu"): "ecs_service_cpu",
    ("AWS::ECS::TaskDefinition", "memory"): "ecs_service_memory",
    ("AWS::ECS::TaskDefinition", "runtime_platform.cpu_architecture"): "ecs_service_cpu_architecture",
    ("AWS::ECS::Service", "desired_count"): "ecs_service_desired_count",
}

Change = Mapping[str, Any]


def basis(
    resources: Iterable[str], variables: Mapping[str, Any], assumptions: Mapping[str, Any], region: str, table: str
) -> dict[str, Any]:
    """Return what L(report) needs later, as plain data without secrets.

    :param resources: the type of each resource that a stack is to have.
    :param variables: the values of the roles' variables.
    :param table: the file of the prices.
    """
    kept = {name: value for name, value in variables.items() if name in DECIDING or name.startswith(WAF)}
    return {
        "resources": dict(Counter(resources)),
        "variables": kept,
        "assumptions": dict(assumptions),
        "region": region,
        "prices": table,
    }


def before(stack: Stack, changes: Iterable[Change]) -> Stack:
    """Return a stack as it was before changes.

    :param stack: as it is when they are done.
    :param changes: as the recap has them.
    """
    resources, variables = dict(stack.resources), dict(stack.variables)
    for change in changes:
        aws_type = change["type"]
        resources[aws_type] = max(resources.get(aws_type, 0) - COUNTED.get(change["action"], 0), 0)
        if change["action"] in COUNTED:
            continue
        for entry in change["fields"]:
            variable = VARIABLES.get((aws_type, entry["field"]))
            if variable and entry["before"] is not None:
                variables[variable] = entry["before"]
    return Stack(resources, variables, stack.assumptions)


def by_charge(found: Estimate) -> dict[tuple[str, Key], tuple[str, Decimal | None]]:
    """Return words and amount of each thing that is charged for, by tier and key; None without a price."""
    sums: dict[tuple[str, Key], tuple[str, Decimal | None]] = {}
    for line in found.lines:
        key = (line.need.tier, line.need.key)
        _words, so_far = sums.get(key, ("", Decimal(0)))
        known = None if line.usd is None or so_far is None else so_far + line.usd
        sums[key] = (line.need.what, known)
    return sums


def parts(then: Estimate, now: Estimate) -> list[dict[str, str]]:
    """Return what costs more or less than before, the most first; only what shows in cents."""
    old, new = by_charge(then), by_charge(now)
    nothing = ("", Decimal(0))
    found = []
    for key in dict.fromkeys([*new, *old]):
        (words_then, usd_then), (words_now, usd_now) = old.get(key, nothing), new.get(key, nothing)
        if usd_then is not None and usd_now is not None and cents(usd_now - usd_then):
            found.append((usd_now - usd_then, key[0], words_now or words_then))
    ordered = sorted(found, key=lambda part: -abs(part[0]))
    return [{"usd": signed(usd), "tier": tier, "what": words} for usd, tier, words in ordered]


def signed(usd: Decimal) -> str:
    """Return a difference with its sign, as C(+ 35.04)."""
    return f"{'-' if usd < 0 else '+'} {abs(cents(usd)):,.2f}"


def report(given: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """Return what a recap tells of the costs of a month, in US dollars, with the use that is assumed.

    :param given: what L(basis) returned of the inventory.
    :param changes: what the run changes, or would change.
    """
    stack = Stack(given["resources"], given["variables"], given["assumptions"])
    region, prices = given["region"], Prices.load(pathlib.Path(given["prices"]))
    now, then = (estimate(one, region, prices) for one in (stack, before(stack, changes)))
    unpriced = [*now.unpriced, *then.unpriced]
    return {
        "region": region,
        "usd": str(cents(now.whole)),
        "difference_usd": signed(now.whole - then.whole),
        "parts": parts(then, now),
        "not_priced": list(dict.fromkeys(f"{line.need.tier}: {line.need.what}" for line in unpriced)),
    }

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which managed rule groups AWS offers, and how much capacity rules take: read before anything is written.

AWS refuses a rule of a group that nobody offers, but takes an override for a rule that the group does not have, and
never applies it (AWS WAF API Reference, RuleActionOverride).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.reading import rule_params
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.rules import INCLUDED_CAPACITY, MOST_CAPACITY

SERVICE = "wafv2"
MANAGED, IP_SET = "ManagedRuleGroupStatement", "IPSetReferenceStatement"
UNAVAILABLE = "WAFUnavailableEntityException"
TOO_MUCH = "WAFLimitsExceededException"


def refused(api: Api, option: str, rules: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    """Find managed rule groups, versions and overrides that there are not, and rules that take too much capacity.

    :param option: what the rules are called in the findings.
    :param rules: as the option C(rules) of the module has them.
    :param most: the most web ACL capacity units.
    :raises AwsError: as L(Api.call).
    """
    found = unknown_groups(api, option, rules)
    # AWS cannot say what a group takes that there is not
    return found or too_much(api, option, rules, most)


def groups_of(rules: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the managed rule groups that rules name, each with the rule's name."""
    for rule in rules:
        group = rule["statement"].get(MANAGED)
        if group:
            yield rule["name"], group


def unknown_groups(api: Api, option: str, rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find managed rule groups that nobody offers, and versions and rules that a group does not have."""
    named = list(groups_of(rules))
    if not named:
        return []
    listed = pages(api, "list_available_managed_rule_groups", "ManagedRuleGroups")
    offered = [f"{group['VendorName']}/{group['Name']}" for group in listed]
    found = []
    for rule, group in named:
        wanted = f"{group.get('VendorName')}/{group.get('Name')}"
        if wanted in offered:
            found += unknown_version(api, f"{option} {rule}", group) or unknown_overrides(
                api, f"{option} {rule}", group
            )
            continue
        close = difflib.get_close_matches(wanted, offered, n=1)
        hint = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(offered)}."
        found.append(f"{option} {rule} names the managed rule group {wanted}, which nobody offers here: {hint}")
    return found


def unknown_version(api: Api, option: str, group: Mapping[str, Any]) -> list[str]:
    """Find a version that a managed rule group does not have."""
    version = group.get("Version")
    if not version:
        return []
    listed = pages(api, "list_available_managed_rule_group_versions", "Versions", **which(group))
    versions = [one["Name"] for one in listed]
    if version in versions:
        return []
    hint = f"choose one of {', '.join(versions)}, or leave it out" if versions else "it has no versions, leave it out"
    return [f"{option} version {version!r} is not offered: {hint}."]


def unknown_overrides(api: Api, option: str, group: Mapping[str, Any]) -> list[str]:
    """Find overrides for rules that a managed rule group does not have, which AWS takes and never applies."""
    overrides = [one["Name"] for one in group.get("RuleActionOverrides") or ()]
    if not overrides:
        return []
    version = {"VersionName": group["Version"]} if group.get("Version") else {}
    described = api.call("describe_managed_rule_group", SERVICE, **which(group), **version)
    names = [rule["Name"] for rule in described["Rules"]]
    return [
        f"{option} overrides the rule {name!r}, which {group['Name']} does not have: choose from {', '.join(names)}."
        for name in overrides
        if name not in names
    ]


def which(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that name a managed rule group."""
    return {"VendorName": group["VendorName"], "Name": group["Name"], "Scope": "REGIONAL"}


def pages(api: Api, operation: str, key: str, **params: Any) -> list[Any]:
    """Return all items of one of WAF's lists, for which boto3 has no paginator.

    :raises AwsError: as L(Api.call).
    """
    found: list[Any] = []
    asked = {"Scope": "REGIONAL", "Limit": 100, **params}
    while True:
        reply = api.call(operation, SERVICE, **asked)
        found += reply[key]
        # the last page may name a marker, too
        if not reply.get("NextMarker") or not reply[key]:
            return found
        asked["NextMarker"] = reply["NextMarker"]


def too_much(api: Api, option: str, rules: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    """Find rules that take more capacity than the user allows, or AWS gives."""
    # one unit each; the set may be new, and not known to all of WAF yet
    sets = [rule for rule in rules if IP_SET in rule["statement"]]
    others = [rule_params(rule) for rule in rules if rule not in sets and not is_unknown(rule["statement"])]
    try:
        counted = api.call("check_capacity", SERVICE, Scope="REGIONAL", Rules=others)["Capacity"] if others else 0
    except AwsError as failure:
        if failure.code == UNAVAILABLE:
            return []
        if failure.code != TOO_MUCH:
            raise
        return [f"{option} take more than {MOST_CAPACITY} units of capacity, AWS gives no more: remove some rules."]
    units = counted + len(sets)
    if units <= most:
        return []
    advice = (
        f"raise the limit, which costs more above {INCLUDED_CAPACITY}, or remove some rules"
        if units <= MOST_CAPACITY
        else f"remove some rules, AWS gives no more than {MOST_CAPACITY}"
    )
    return [f"{option} take {units} units of capacity, and the limit is {most}: {advice}."]

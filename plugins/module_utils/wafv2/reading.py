# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How AWS WAF gives web ACLs, rules and IP sets, and takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.rules import (
    DEFAULT_WINDOW,
    GROUPS,
    statements,
)

GONE = frozenset({"WAFNonexistentItemException"})
# of what is new, and not known to all of WAF yet
UNAVAILABLE = frozenset({"WAFUnavailableEntityException"})
IN_USE = frozenset({"WAFAssociatedItemException"})
SCOPE = "REGIONAL"


def text_of(value: Any) -> Any:
    """Return a value of AWS's, and what is in it, with texts in place of bytes."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, Mapping):
        return {key: text_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [text_of(item) for item in value]
    return value


def complete(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement with what AWS fills in, so that two of them can be compared."""
    found: dict[str, Any] = text_of(statement)
    for kind, inner in statements(found):
        if kind == "RateBasedStatement":
            inner.setdefault("EvaluationWindowSec", DEFAULT_WINDOW)
    return found


RULE: Rows = {
    "name": Field(aws="Name", required=True, always=True),
    "priority": Field("int", "Priority", required=True, always=True),
    "statement": Field("dict", read=lambda rule: complete(rule["Statement"]), aws="Statement", required=True),
    "action": Field("dict", "Action", read=lambda rule: text_of(rule.get("Action") or {})),
    "override_action": Field("dict", "OverrideAction", read=lambda rule: text_of(rule.get("OverrideAction") or {})),
    "labels": Field(
        "list",
        "RuleLabels",
        read=lambda rule: [label["Name"] for label in rule.get("RuleLabels") or ()],
        write=lambda names: [{"Name": name} for name in names],
    ),
    "metric_name": Field(aws="VisibilityConfig.MetricName", always=True),
    "sampled_requests_enabled": Field("bool", "VisibilityConfig.SampledRequestsEnabled", always=True),
    "cloudwatch_metrics_enabled": Field("bool", "VisibilityConfig.CloudWatchMetricsEnabled", always=True),
}
NO_OVERRIDE: Mapping[str, Any] = {"None": {}}


def rules_of(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rules of a web ACL as AWS describes it, in the order in which it goes through them."""
    return in_order(fields.described(RULE, rule) for rule in item.get("Rules") or ())


def in_order(rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rules by their priorities."""
    return sorted(rules, key=lambda rule: rule["priority"])


def wanted_rules(given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules of the option as AWS will show them."""
    return in_order(wanted_rule(rule) for rule in given)


def wanted_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return one rule of the option as AWS will show it."""
    group = any(kind in GROUPS for kind in rule["statement"])
    given = fields.given(rule)
    return {
        "action": {},
        "labels": [],
        "metric_name": rule["name"],
        "sampled_requests_enabled": True,
        "cloudwatch_metrics_enabled": True,
        **given,
        "override_action": given.get("override_action") or (dict(NO_OVERRIDE) if group else {}),
        "statement": complete(rule["statement"]),
    }


def rule_params(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule of the option as requests have it."""
    return set_params(fields.all_params(RULE, wanted_rule(rule)))


def rules_params(rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rules, as L(rules_of) has them, as requests have them."""
    return [set_params(fields.all_params(RULE, rule)) for rule in rules]


def set_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters without those that are empty."""
    return {key: value for key, value in params.items() if value not in ({}, [], "")}

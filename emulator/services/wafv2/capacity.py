"""The web ACL capacity units (WCU) that rules take.

AWS WAF Developer Guide, "Web ACL capacity units (WCUs) in AWS WAF" and the pages of the rule statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.services.wafv2 import managed

MOST = 5000
RATE, CUSTOM_KEY, TRANSFORMATION = 2, 30, 10
SEARCH = {"EXACTLY": 2, "STARTS_WITH": 2, "ENDS_WITH": 2, "CONTAINS": 10, "CONTAINS_WORD": 10}
# by the kind of statement
SINGLE = {
    "AsnMatchStatement": 1,
    "GeoMatchStatement": 1,
    "IPSetReferenceStatement": 1,
    "LabelMatchStatement": 1,
    "RegexMatchStatement": 3,
    "RegexPatternSetReferenceStatement": 25,
    "SizeConstraintStatement": 1,
    "SqliMatchStatement": 20,
    "XssMatchStatement": 40,
}


def of_rules(rules: Iterable[Mapping[str, Any]]) -> int:
    """Return what rules take together."""
    return sum(of_statement(rule["Statement"]) for rule in rules)


def of_statement(statement: Mapping[str, Any]) -> int:
    """Return what a statement takes, with those inside of it."""
    return sum(_of_kind(kind, inner) for kind, inner in statement.items() if inner is not None)


def _of_kind(kind: str, inner: Mapping[str, Any]) -> int:
    nested = sum(of_statement(one) for one in nested_in(inner))
    if kind == "ManagedRuleGroupStatement":
        group = managed.find(inner["VendorName"], inner["Name"])
        return nested + (group.capacity if group else 0)
    if kind == "RateBasedStatement":
        return nested + RATE + CUSTOM_KEY * len(inner.get("CustomKeys") or ())
    if kind == "ByteMatchStatement":
        return SEARCH[inner["PositionalConstraint"]] + _transformations(inner)
    return nested + SINGLE.get(kind, 0) + _transformations(inner)


def _transformations(inner: Mapping[str, Any]) -> int:
    return TRANSFORMATION * sum(one["Type"] != "NONE" for one in inner.get("TextTransformations") or ())


def nested_in(inner: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the statements inside of one."""
    alone = [inner[key] for key in ("Statement", "ScopeDownStatement") if inner.get(key)]
    return [*alone, *(inner.get("Statements") or ())]

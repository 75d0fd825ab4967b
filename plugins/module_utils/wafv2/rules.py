# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS WAF refuses in web ACLs, rules and IP sets (AWS WAF API Reference; Developer Guide, quotas)."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching

NAME = r"[\w-]{1,128}"
METRIC = r"[\w#:./-]{1,255}"
DESCRIPTION = r"[\w+=:#@/,.-][\w+=:#@/,.\s-]+[\w+=:#@/,.-]"
# a rule group has actions of its own, which a rule can only override
GROUPS = ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")
WINDOWS = (60, 120, 300, 600)
DEFAULT_WINDOW = 300
FEWEST_REQUESTS, MOST_REQUESTS = 10, 2_000_000_000
MOST_ADDRESSES = 10_000
MOST_CAPACITY, INCLUDED_CAPACITY = 5000, 1500
# what of a body WAF inspects can be chosen for these; for load balancers it is 8 KB
BODY_LIMITS = {"KB_16": 16384, "KB_32": 32768, "KB_48": 49152, "KB_64": 65536}
LOG_NAME = "aws-waf-logs-"
REDACTED = ("method", "query_string", "uri_path")


def name(option: str, value: str) -> list[str]:
    """Find what AWS WAF refuses in a name."""
    return not_matching(option, value, NAME, "give 1 to 128 letters, digits, hyphens and underscores")


def metric_name(option: str, value: str) -> list[str]:
    """Find what AWS WAF refuses in the name of a metric."""
    return not_matching(option, value, METRIC, "give 1 to 255 letters, digits and characters of _#:./-")


def description(option: str, value: str) -> list[str]:
    """Find what AWS WAF refuses in a description; an empty one is none."""
    advice = "give 3 to 256 letters, digits, spaces and characters of _+=:#@/,.- without a space at an end"
    wrong = not_matching(option, value or None, DESCRIPTION, advice)
    return wrong or ([f"{option} {value!r} is not possible: {advice}."] if len(value) > 256 else [])


def log_destination(option: str, value: str) -> list[str]:
    """Find an ARN of something to which AWS WAF sends no logs."""
    form = rf"arn:aws[a-z-]*:(logs:[a-z0-9-]+:\d{{12}}:log-group|firehose:.*:deliverystream/|s3::):?{LOG_NAME}[^:*]+"
    advice = f"give the ARN, without :* at its end, of a log group, a Firehose stream or a bucket named {LOG_NAME}..."
    return not_matching(option, value, form, advice)


def statements(statement: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield a statement, as AWS has it, and those inside of it, each with its kind."""
    for kind, inner in statement.items():
        if not isinstance(inner, Mapping):
            continue
        yield kind, inner
        nested = [inner.get("Statement"), inner.get("ScopeDownStatement"), *(inner.get("Statements") or ())]
        for one in nested:
            yield from statements(one or {})


def rules(option: str, given: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find what AWS WAF refuses in the rules of a web ACL.

    :param given: as the module's option has them.
    """
    found = []
    for key in ("name", "priority"):
        counted = Counter(rule[key] for rule in given)
        found += [
            f"{option} has {value!r} as the {key} of {count} rules, AWS wants each of its own: change all but one."
            for value, count in counted.items()
            if count > 1
        ]
    for rule in given:
        found += _rule(f"{option} {rule['name']}", rule)
    return found


def _rule(option: str, rule: Mapping[str, Any]) -> list[str]:
    found = name(f"{option} name", rule["name"])
    found += metric_name(f"{option} metric_name", rule.get("metric_name") or rule["name"])
    if rule["priority"] < 0:
        found.append(f"{option} priority {rule['priority']} is out of range: set 0 or more.")
    kinds = list(rule["statement"])
    if len(kinds) != 1:
        listed = ", ".join(kinds) or "none"
        return [*found, f"{option} statement has {listed}: give one kind of statement, such as GeoMatchStatement."]
    group = kinds[0] in GROUPS
    if group and rule.get("action"):
        found.append(f"{option} has an action, and a rule group has actions of its own: set override_action instead.")
    if not group and not rule.get("action"):
        found.append(f"{option} has no action: set it, such as Block.")
    if not group and rule.get("override_action"):
        found.append(f"{option} has an override_action, which is for rule groups only: set action instead.")
    for kind, inner in statements(rule["statement"]):
        if kind == "RateBasedStatement":
            found += _rate(option, inner)
    return found


def _rate(option: str, inner: Mapping[str, Any]) -> list[str]:
    found, limit, window = [], inner.get("Limit"), inner.get("EvaluationWindowSec", DEFAULT_WINDOW)
    if not isinstance(limit, int) or not FEWEST_REQUESTS <= limit <= MOST_REQUESTS:
        found.append(f"{option} Limit {limit!r} is out of range: set {FEWEST_REQUESTS} to {MOST_REQUESTS}.")
    if window not in WINDOWS:
        found.append(f"{option} EvaluationWindowSec {window!r} is not possible: set one of {WINDOWS}.")
    return found


def response_bodies(option: str, given: Mapping[str, Any]) -> list[str]:
    """Find names of custom responses that AWS WAF refuses."""
    return [text for key in given for text in name(f"{option} name", key)]


def addresses(option: str, given: Sequence[str], version: str) -> list[str]:
    """Find what is no CIDR range that an IP set takes.

    :param version: C(IPV4) or C(IPV6).
    """
    found = [text for one in given if not is_unknown(one) for text in _address(option, one, version)]
    if len(given) > MOST_ADDRESSES:
        found.append(f"{option} has {len(given)} ranges, AWS takes {MOST_ADDRESSES} in an IP set: remove some.")
    return found


def _address(option: str, text: str, version: str) -> list[str]:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        return [f"{option} {text!r} is no CIDR range ({error}): give one such as 192.0.2.0/24 or 2001:db8::/32."]
    if "/" not in text:
        return [f"{option} {text!r} has no prefix length: write {network}."]
    if f"IPV{network.version}" != version:
        return [f"{option} {text!r} is a range of IPv{network.version}: put it into the set for that version."]
    if network.prefixlen == 0:
        return [f"{option} {text!r} is all addresses, which AWS refuses: set the default action, or two halves (/1)."]
    return []

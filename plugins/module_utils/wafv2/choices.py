# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules of a web ACL by the variables of the role waf, and what is wrong with these variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import LONGEST_WAIT_SECONDS
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import offers, rules

Rule = dict[str, Any]

BY_ADDRESS = {"allowed": 10, "blocked": 20}
RATE, SIZE, GROUPS, STEP = 30, 40, 100, 10
# how much of a request to a load balancer AWS inspects, in bytes
LOAD_BALANCER_BODY = 8192
VENDOR = "AWS"
RESPONSE = "refused"


def of_choices(
    choices: Mapping[str, Any], ip_sets: Mapping[str, str] | None = None, load_balancer: bool = False
) -> list[Rule]:
    """Return the rules of a web ACL.

    :param choices: the variables of the role waf without their beginning; what is None, or not there, is not set.
    :param ip_sets: the ARNs of IP sets by what they are for, such as C(allowed-ipv4).
    :param load_balancer: whether it guards a load balancer behind API Gateway.
    """
    found = [
        *by_addresses(choices, ip_sets or {}),
        *rate(choices, load_balancer),
        *size(choices, load_balancer),
        *groups(choices),
    ]
    more = {
        "sampled_requests_enabled": bool(choices.get("sampled_requests", True)),
        "cloudwatch_metrics_enabled": bool(choices.get("metrics", True)),
    }
    own = [{**more, **rule} for rule in choices.get("rules") or ()]
    return [*({**rule, **more} for rule in found), *own]


def counts(choices: Mapping[str, Any], name: str) -> bool:
    """Tell whether a rule only counts."""
    return bool(choices.get("count_only")) or name in (choices.get("counted_rules") or ())


def action(choices: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the action of a rule of ours that blocks."""
    if counts(choices, name):
        return {"Count": {}}
    response = choices.get("custom_response")
    if not response:
        return {"Block": {}}
    sent = {"ResponseCode": int(response["code"])}
    body = {"CustomResponseBodyKey": RESPONSE} if response.get("content") else {}
    return {"Block": {"CustomResponse": sent | body}}


def by_addresses(choices: Mapping[str, Any], ip_sets: Mapping[str, str]) -> Iterator[Rule]:
    """Yield the rules for IP sets."""
    for name, arn in sorted(ip_sets.items()):
        kind, _hyphen, version = name.rpartition("-")
        does = {"Allow": {}} if kind == "allowed" else action(choices, name)
        priority = BY_ADDRESS[kind] + (version == "ipv6")
        yield {
            "name": name,
            "priority": priority,
            "statement": {"IPSetReferenceStatement": {"ARN": arn}},
            "action": does,
        }


def rate(choices: Mapping[str, Any], load_balancer: bool) -> Iterator[Rule]:
    """Yield the rule for too many requests."""
    limit = int(choices.get("rate_limit") or 0)
    if not limit:
        return
    key = "load_balancer_rate_limit_key" if load_balancer else "rate_limit_key"
    by = choices.get(key) or ("FORWARDED_IP" if load_balancer else "IP")
    window = int(choices.get("rate_limit_window") or 300)
    statement: dict[str, Any] = {"Limit": limit, "EvaluationWindowSec": window, "AggregateKeyType": by}
    if by == "FORWARDED_IP":
        # what has no address there counts for nobody
        statement["ForwardedIPConfig"] = {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"}
    name = "rate-limit"
    yield {
        "name": name,
        "priority": RATE,
        "statement": {"RateBasedStatement": statement},
        "action": action(choices, name),
    }


def size(choices: Mapping[str, Any], load_balancer: bool) -> Iterator[Rule]:
    """Yield the rule for bodies that are too long; none where AWS does not inspect that much of them."""
    most = int(choices.get("max_body_size") or 0)
    if not most or (load_balancer and most > LOAD_BALANCER_BODY):
        return
    constraint = {
        # what is longer than AWS inspects is too long
        "FieldToMatch": {"Body": {"OversizeHandling": "MATCH"}},
        "ComparisonOperator": "GT",
        "Size": most,
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }
    name = "body-size"
    yield {
        "name": name,
        "priority": SIZE,
        "statement": {"SizeConstraintStatement": constraint},
        "action": action(choices, name),
    }


def groups(choices: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield the rules for managed rule groups."""
    for place, group in enumerate(choices.get("managed_rule_groups") or ()):
        given = {key: value for key, value in group.items() if value is not None}
        statement: dict[str, Any] = {"VendorName": given.get("vendor_name", VENDOR), "Name": given["name"]}
        if given.get("version"):
            statement["Version"] = str(given["version"])
        overrides = given.get("rule_overrides") or {}
        if overrides:
            statement["RuleActionOverrides"] = [
                {"Name": name, "ActionToUse": {does.capitalize(): {}}} for name, does in sorted(overrides.items())
            ]
        if given.get("scope_down_statement"):
            statement["ScopeDownStatement"] = given["scope_down_statement"]
        yield {
            "name": given["name"],
            "priority": int(given.get("priority", GROUPS + place * STEP)),
            "statement": {"ManagedRuleGroupStatement": statement},
            "override_action": {"Count": {}} if counts(choices, given["name"]) else {"None": {}},
        }


# what the role calls the rules of its own
OWN = ("allowed-ipv4", "allowed-ipv6", "blocked-ipv4", "blocked-ipv6", "rate-limit", "body-size")
OVERRIDES = ("allow", "block", "captcha", "challenge", "count")
TYPES = ("TEXT_PLAIN", "TEXT_HTML", "APPLICATION_JSON")
PREFIX = "waf_"


def choices_of(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the role's variables without their beginning."""
    return {name.removeprefix(PREFIX): value for name, value in variables.items() if name.startswith(PREFIX)}


def check(variables: Mapping[str, Any]) -> list[str]:
    """Find what is wrong with the variables of the role; nothing where an inventory does not ask for it.

    :param variables: those of all roles, by their own names.
    """
    choices = choices_of(variables)
    if "managed_rule_groups" not in choices:
        return []
    limit = int(choices.get("rate_limit") or 0)
    found = out_of_range("waf_rate_limit", limit, rules.FEWEST_REQUESTS, rules.MOST_REQUESTS) if limit else []
    found += out_of_range("waf_max_capacity", choices.get("max_capacity"), 1, rules.MOST_CAPACITY)
    found += out_of_range("waf_propagation_timeout", choices.get("propagation_timeout"), 0, LONGEST_WAIT_SECONDS)
    found += check_body(choices) + check_groups(choices) + check_response(choices)
    for name in ("allowed_addresses", "blocked_addresses"):
        given = choices.get(name) or []
        for version, of in (
            ("IPV6", [one for one in given if ":" in one]),
            ("IPV4", [one for one in given if ":" not in one]),
        ):
            found += rules.addresses(PREFIX + name, of, version)
    if not str(choices.get("log_group_name", rules.LOG_NAME)).startswith(rules.LOG_NAME):
        name = choices["log_group_name"]
        found.append(f"waf_log_group_name {name!r} does not begin with {rules.LOG_NAME}, which AWS wants: rename it.")
    return found or rules.rules("waf_rules", of_choices(choices))


def check_body(choices: Mapping[str, Any]) -> list[str]:
    """Find a limit of a body's size that AWS cannot see."""
    most, inspected = int(choices.get("max_body_size") or 0), str(choices.get("body_inspection_limit") or "KB_16")
    if 0 <= most <= rules.BODY_LIMITS.get(inspected, most):
        return []
    return [
        f"waf_max_body_size {most} is not possible with waf_body_inspection_limit {inspected}, which is "
        f"{rules.BODY_LIMITS[inspected]} bytes: lower it, raise that one, or set 0 for no limit."
    ]


def check_groups(choices: Mapping[str, Any]) -> list[str]:
    """Find overrides that are none, and names of rules that there are not."""
    found = [
        f"waf_managed_rule_groups {group['name']} lets {name} do {does!r}: choose one of {', '.join(OVERRIDES)}."
        for group in choices["managed_rule_groups"] or ()
        for name, does in (group.get("rule_overrides") or {}).items()
        if does not in OVERRIDES
    ]
    known = [*OWN, *(group["name"] for group in choices["managed_rule_groups"] or ())]
    found += [
        f"waf_counted_rules has {name!r}, which is no rule here: choose from {', '.join(known)}."
        for name in choices.get("counted_rules") or ()
        if name not in known
    ]
    return found


def check_response(choices: Mapping[str, Any]) -> list[str]:
    """Find a response that AWS does not take."""
    response = choices.get("custom_response") or {}
    if not response:
        return []
    code, kind = response.get("code"), response.get("content_type", TYPES[-1])
    found = (
        out_of_range("waf_custom_response code", int(str(code)), 200, 599)
        if str(code or "").isdigit()
        else [f"waf_custom_response has the code {code!r}: set an HTTP status, such as 403."]
    )
    if kind not in TYPES:
        found.append(f"waf_custom_response has the content_type {kind!r}: choose one of {', '.join(TYPES)}.")
    return found


def check_stack(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find managed rule groups that nobody offers, and too much capacity; asks nothing of AWS without the role.

    :param variables: as L(check) takes them; rules of the user's own are left to the module.
    :raises AwsError: as L(Api.call).
    """
    choices = choices_of(variables)
    if "managed_rule_groups" not in choices:
        return []
    asked = of_choices({**choices, "rules": ()})
    return offers.refused(api, "waf_managed_rule_groups", asked, int(choices["max_capacity"])) if asked else []

"""The rules that a web ACL has, by an inventory's choices."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.filter.waf_rules import FilterModule
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import rules

waf_rules = FilterModule().filters()["waf_rules"]
SETS = {name: f"arn:{name}" for name in ("allowed-ipv4", "allowed-ipv6", "blocked-ipv4", "blocked-ipv6")}
CHOICES: dict[str, Any] = {
    "managed_rule_groups": [
        {"name": "First", "rule_overrides": {"B": "count", "A": "block"}, "version": 1.0, "vendor_name": None},
        {"name": "Second", "vendor_name": "Somebody", "priority": 7, "scope_down_statement": {"GeoMatchStatement": {}}},
    ],
    "rate_limit": 100,
    "rate_limit_window": 60,
    "max_body_size": 16384,
    "rules": [{"name": "own", "priority": 1, "statement": {"GeoMatchStatement": {}}, "action": {"Block": {}}}],
}


def by_name(choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {rule["name"]: rule for rule in waf_rules(choices, **more)}


def test_all_rules_in_their_order_and_within_aws_limits() -> None:
    found = waf_rules(CHOICES, SETS)
    assert rules.rules("rules", found) == []
    assert {rule["name"]: rule["priority"] for rule in found} == {
        "allowed-ipv4": 10,
        "allowed-ipv6": 11,
        "blocked-ipv4": 20,
        "blocked-ipv6": 21,
        "rate-limit": 30,
        "body-size": 40,
        "First": 100,
        "Second": 7,
        "own": 1,
    }


def test_nothing_asked_for_is_no_rule() -> None:
    assert waf_rules({}) == []
    assert waf_rules({"rate_limit": 0, "max_body_size": 0, "rules": []}) == []


def test_managed_groups_have_versions_overrides_and_scopes() -> None:
    found = by_name(CHOICES)
    assert found["First"]["statement"]["ManagedRuleGroupStatement"] == {
        "VendorName": "AWS",
        "Name": "First",
        "Version": "1.0",
        "RuleActionOverrides": [
            {"Name": "A", "ActionToUse": {"Block": {}}},
            {"Name": "B", "ActionToUse": {"Count": {}}},
        ],
    }
    second = found["Second"]["statement"]["ManagedRuleGroupStatement"]
    assert second == {"VendorName": "Somebody", "Name": "Second", "ScopeDownStatement": {"GeoMatchStatement": {}}}


def test_blocks_unless_it_is_to_count() -> None:
    one = by_name({**CHOICES, "counted_rules": ["First", "rate-limit", "blocked-ipv4"]}, ip_sets=SETS)
    every = by_name({**CHOICES, "count_only": True}, ip_sets=SETS)
    block, count = {"Block": {}}, {"Count": {}}
    assert {name: one[name].get("action") or one[name]["override_action"] for name in one} == {
        "allowed-ipv4": {"Allow": {}},
        "allowed-ipv6": {"Allow": {}},
        "blocked-ipv4": count,
        "blocked-ipv6": block,
        "rate-limit": count,
        "body-size": block,
        "First": count,
        "Second": {"None": {}},
        "own": block,
    }
    counting = {name for name, rule in every.items() if count in (rule.get("action"), rule.get("override_action"))}
    assert counting == set(every) - {"allowed-ipv4", "allowed-ipv6", "own"}


def test_a_response_of_our_own() -> None:
    response = {"code": 429, "content": "{}", "content_type": "APPLICATION_JSON"}
    found = by_name({**CHOICES, "custom_response": response})["rate-limit"]["action"]
    assert found == {"Block": {"CustomResponse": {"ResponseCode": 429, "CustomResponseBodyKey": "refused"}}}
    bare = by_name({**CHOICES, "custom_response": {"code": 429}})["body-size"]["action"]
    assert bare == {"Block": {"CustomResponse": {"ResponseCode": 429}}}


def test_the_load_balancer_sees_api_gateway_in_front_of_clients() -> None:
    stage, balancer = by_name(CHOICES), by_name(CHOICES, load_balancer=True)
    limit = {"Limit": 100, "EvaluationWindowSec": 60}
    assert stage["rate-limit"]["statement"]["RateBasedStatement"] == {**limit, "AggregateKeyType": "IP"}
    assert balancer["rate-limit"]["statement"]["RateBasedStatement"] == {
        **limit,
        "AggregateKeyType": "FORWARDED_IP",
        "ForwardedIPConfig": {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"},
    }
    # of which AWS inspects 8 KB
    assert "body-size" in stage
    assert "body-size" not in balancer
    assert "body-size" in by_name({**CHOICES, "max_body_size": 8192}, load_balancer=True)


def test_how_it_is_seen_is_said_of_all_rules() -> None:
    unseen = waf_rules({**CHOICES, "sampled_requests": False, "metrics": False}, SETS)
    assert {(rule["sampled_requests_enabled"], rule["cloudwatch_metrics_enabled"]) for rule in unseen} == {
        (False, False)
    }

"""The web ACL module: the life of one, read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting
from tests.unit.plugins.modules.conftest import LOST

NAME = "streamflix-api-dev"
COMMON, REPUTATION = "AWSManagedRulesCommonRuleSet", "AWSManagedRulesAmazonIpReputationList"
SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True}


def managed(name: str, priority: int = 10, rule: str = "common", **more: Any) -> dict[str, Any]:
    """Return a rule of a managed group, as the option has it."""
    statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name, **more}}
    return {"name": rule, "priority": priority, "statement": statement}


RATE = {"Limit": 100, "AggregateKeyType": "IP"}
FIRST = [managed(COMMON)]
SECOND = [
    {"name": "rate", "priority": 5, "statement": {"RateBasedStatement": RATE}, "action": {"Block": {}}},
    {**managed(COMMON), "override_action": {"Count": {}}},
]
SHOWN_FIRST = [
    {
        "Name": "common",
        "Priority": 10,
        "Statement": FIRST[0]["statement"],
        "OverrideAction": {"None": {}},
        "VisibilityConfig": {**SEEN, "MetricName": "common"},
    }
]
SHOWN_SECOND = [
    {
        "Name": "rate",
        "Priority": 5,
        "Statement": {"RateBasedStatement": {**RATE, "EvaluationWindowSec": 300}},
        "Action": {"Block": {}},
        "VisibilityConfig": {**SEEN, "MetricName": "rate"},
    },
    {**SHOWN_FIRST[0], "OverrideAction": {"Count": {}}},
]
BODY, OTHER_BODY = (
    {"no": {"content": text, "content_type": "APPLICATION_JSON"}} for text in ('{"error": "no"}', '{"error": "other"}')
)
SHOWN_BODIES = tuple(
    {"no": {"Content": body["no"]["content"], "ContentType": "APPLICATION_JSON"}} for body in (BODY, OTHER_BODY)
)
LIMITS = tuple({"API_GATEWAY": {"DefaultSizeInspectionLimit": size}} for size in ("KB_32", "KB_64"))
LIFE = Life(
    "wafv2_web_acl",
    {"name": NAME},
    (
        Setting("description", "Description", "One text", "Another text"),
        Setting("default_action", "DefaultAction", "allow", "block", ({"Allow": {}}, {"Block": {}})),
        Setting("rules", "Rules", FIRST, SECOND, (SHOWN_FIRST, SHOWN_SECOND)),
        Setting("request_body_limits", "RequestBody", {"API_GATEWAY": "KB_32"}, {"API_GATEWAY": "KB_64"}, LIMITS),
        Setting("custom_response_bodies", "CustomResponseBodies", BODY, OTHER_BODY, SHOWN_BODIES),
        Setting("metric_name", "MetricName", "one", "two"),
        Setting("sampled_requests_enabled", "SampledRequestsEnabled", False, True),
        Setting("cloudwatch_metrics_enabled", "CloudWatchMetricsEnabled", False, True),
    ),
)


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        waf = aws("wafv2")
        listed = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
        if not listed:
            return None
        (one,) = listed
        found = waf.get_web_acl(Name=one["Name"], Id=one["Id"], Scope="REGIONAL")["WebACL"]
        tags = waf.list_tags_for_resource(ResourceARN=one["ARN"])["TagInfoForResource"]["TagList"]
        body = found.get("AssociationConfig", {}).get("RequestBody")
        told = {"RequestBody": body, "tags": {tag["Key"]: tag["Value"] for tag in tags}}
        return {**found, **found["VisibilityConfig"], **told}

    return read


def test_lives_a_whole_life(run_module: Any, read_back: Any) -> None:
    LIFE.live(run_module, read_back)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_changes_one_option_alone(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.change(run_module, read_back, option)


def test_leaves_alone_what_is_somebody_elses(run_module: Any, read_back: Any) -> None:
    LIFE.respect(run_module, read_back)


def test_a_new_one_allows_and_is_seen(run_module: Any, read_back: Any) -> None:
    run_module("wafv2_web_acl", name=NAME)
    found = read_back()
    assert (found["DefaultAction"], found["Rules"], found["MetricName"]) == ({"Allow": {}}, [], NAME)
    assert found["SampledRequestsEnabled"]
    assert found["CloudWatchMetricsEnabled"]


@pytest.mark.usefixtures("aws")
def test_says_which_rule_changes(run_module: Any, changes_of: Any) -> None:
    run_module("wafv2_web_acl", **LIFE.options)
    rules = [managed(COMMON, RuleActionOverrides=[{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}])]
    ((action, kind, name, fields),) = changes_of("wafv2_web_acl", name=NAME, rules=rules)
    assert (action, kind, name) == ("update", "AWS::WAFv2::WebACL", NAME)
    assert list(fields) == ["rules.common.statement.ManagedRuleGroupStatement.RuleActionOverrides"]


def test_keeps_what_it_has_no_option_for(aws: Any, run_module: Any, read_back: Any) -> None:
    run_module("wafv2_web_acl", **LIFE.options)
    waf, found = aws("wafv2"), read_back()
    listed = waf.list_web_acls(Scope="REGIONAL")["WebACLs"][0]
    ids = {"Name": NAME, "Scope": "REGIONAL", "Id": listed["Id"], "LockToken": listed["LockToken"]}
    kept = {"CaptchaConfig": {"ImmunityTimeProperty": {"ImmunityTime": 120}}, "TokenDomains": ["example.com"]}
    settings = {key: found[key] for key in ("DefaultAction", "VisibilityConfig", "Rules", "CustomResponseBodies")}
    waf.update_web_acl(**ids, **settings, **kept, AssociationConfig=found["AssociationConfig"])
    assert run_module("wafv2_web_acl", name=NAME, metric_name="other")["changed"]
    now = read_back()
    assert {key: now[key] for key in kept} == kept
    assert now["MetricName"] == "other"
    assert now["Rules"] == SHOWN_FIRST


def test_repairs_rules_that_somebody_has_changed(aws: Any, run_module: Any, read_back: Any) -> None:
    run_module("wafv2_web_acl", **LIFE.options)
    waf = aws("wafv2")
    listed = waf.list_web_acls(Scope="REGIONAL")["WebACLs"][0]
    ids = {"Name": NAME, "Scope": "REGIONAL", "Id": listed["Id"], "LockToken": listed["LockToken"]}
    response = {"CustomResponse": {"ResponseCode": 404}}
    waf.update_web_acl(**ids, DefaultAction={"Block": response}, VisibilityConfig={**SEEN, "MetricName": "one"})
    assert run_module("wafv2_web_acl", check=True, **LIFE.options)["changed"]
    run_module("wafv2_web_acl", **LIFE.options)
    LIFE.compare(read_back(), 0, LIFE.options["tags"])


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ([managed(COMMON), managed(REPUTATION, rule="other")], "priority of 2 rules"),
        ([managed(COMMON), managed(REPUTATION, 11)], "name of 2 rules"),
        ([managed("AWSManagedRulesComonRuleSet")], f"did you mean AWS/{COMMON}?"),
        ([managed(COMMON, Version="Version_99.0")], "choose one of Version_1.0"),
        ([managed(REPUTATION, Version="Version_1.0")], "it has no versions"),
        ([managed(COMMON, RuleActionOverrides=[{"Name": "No", "ActionToUse": {"Count": {}}}])], "does not have"),
        ([managed(COMMON, index, f"r{index}") for index in range(3)], "take 2100 units of capacity, and the limit is"),
        ([managed(COMMON, index, f"r{index}") for index in range(8)], "more than 5000 units"),
        ([{**managed(COMMON), "action": {"Block": {}}}], "set override_action instead"),
        ([{**managed(COMMON), "statement": {"RateBasedStatement": RATE}}], "has no action"),
        ([{**SECOND[0], "statement": {"RateBasedStatement": {**RATE, "Limit": 1}}}], "Limit 1 is out of range"),
        ([{**SECOND[0], "statement": {"RateBasedStatement": {**RATE, "EvaluationWindowSec": 1}}}], "set one of (60"),
        ([{**SECOND[0], "statement": {}}], "give one kind of statement"),
        ([{**SECOND[0], "override_action": {"Count": {}}}], "which is for rule groups only"),
    ],
)
def test_refuses_rules_first(run_module: Any, read_back: Any, rules: Any, why: str) -> None:
    for check in (True, False):
        refused = run_module("wafv2_web_acl", check=check, name=NAME, rules=rules)
        assert refused["failed"]
        assert why in refused["msg"]
    assert read_back() is None


def test_more_capacity_can_be_allowed(run_module: Any, read_back: Any) -> None:
    rules = [managed(COMMON, index, f"r{index}") for index in range(3)]
    done = run_module("wafv2_web_acl", name=NAME, rules=rules, max_capacity=5000)
    assert done["web_acl"]["capacity"] == read_back()["Capacity"] == 2100


@pytest.mark.usefixtures("aws")
def test_a_rule_with_an_ip_set_that_is_not_there_yet_is_previewed(run_module: Any) -> None:
    statement = {"IPSetReferenceStatement": {"ARN": "(known after apply)"}}
    rules = [{"name": "blocked", "priority": 1, "statement": statement, "action": {"Block": {}}}]
    assert run_module("wafv2_web_acl", check=True, name=NAME, rules=rules)["changed"]


def test_reads_about_the_rules_only_when_they_differ(run_module: Any, troubled: Any) -> None:
    sent = troubled()
    run_module("wafv2_web_acl", **LIFE.options)
    sent.clear()
    run_module("wafv2_web_acl", **LIFE.options)
    assert sent == ["ListWebACLs", "GetWebACL", "ListTagsForResource"]


def test_is_created_once_aws_can(run_module: Any, read_back: Any, troubled: Any) -> None:
    troubled("CreateWebACL", "WAFUnavailableEntityException", LOST)
    assert run_module("wafv2_web_acl", **LIFE.options)["changed"]
    LIFE.compare(read_back(), 0, LIFE.options["tags"])


def test_what_it_guards_is_told_where_it_cannot_be_removed(
    aws: Any, run_module: Any, no_pauses: None, sent_until_removed: Any
) -> None:
    run_module("wafv2_web_acl", **LIFE.options)
    assert sent_until_removed("wafv2_web_acl", "DeleteWebACL", "WAFAssociatedItemException", name=NAME) == 2
    assert aws("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"] == []

"""Drifts of what guards the API: the web ACL with its rules, its log and its association, and the set of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import CREATE, LOST_TAG, OTHER_TAGS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.snapshot import Found
from tests.support.account import Client

ROLE = "waf"
ACL, IP_SET = "AWS::WAFv2::WebACL", "AWS::WAFv2::IPSet"
LOGGING, ASSOCIATION = "AWS::WAFv2::LoggingConfiguration", "AWS::WAFv2::WebACLAssociation"
NAME, ADDRESSES = "streamflix-waf-dev", "streamflix-waf-dev-blocked-ipv4"
SCOPE = {"Scope": "REGIONAL"}
ROLES = (ROLE,)
VARIABLES = {"waf_guards": ["api"], "waf_blocked_addresses": ["192.0.2.0/24"]}
UPDATE_ACL, UPDATE_SET = ("wafv2:UpdateWebACL",), ("wafv2:UpdateIPSet",)
TAGGING = ("wafv2:TagResource", "wafv2:UntagResource")


def acl_of(aws: Client) -> dict[str, Any]:
    """Return the web ACL."""
    (found,) = aws("wafv2").list_web_acls(**SCOPE)["WebACLs"]
    reply = aws("wafv2").get_web_acl(Name=found["Name"], Id=found["Id"], **SCOPE)
    return {**reply["WebACL"], "LockToken": reply["LockToken"]}


def set_of(aws: Client) -> dict[str, Any]:
    """Return the set of addresses."""
    (found,) = aws("wafv2").list_ip_sets(**SCOPE)["IPSets"]
    reply = aws("wafv2").get_ip_set(Name=found["Name"], Id=found["Id"], **SCOPE)
    return {**reply["IPSet"], "LockToken": reply["LockToken"]}


def stage_of(aws: Client) -> str:
    """Return the ARN of the API's stage."""
    (api,) = aws("apigateway").get_rest_apis()["items"]
    return f"arn:aws:apigateway:eu-west-1::/restapis/{api['id']}/stages/dev"


def read(aws: Client) -> Found:
    """Yield the web ACL with what belongs to it, and the set of addresses."""
    waf = aws("wafv2")
    for acl in waf.list_web_acls(**SCOPE)["WebACLs"]:
        found = waf.get_web_acl(Name=acl["Name"], Id=acl["Id"], **SCOPE)["WebACL"]
        logs = waf.list_logging_configurations(**SCOPE)["LoggingConfigurations"]
        log = next((one for one in logs if one["ResourceArn"] == acl["ARN"]), {})
        guarded = waf.list_resources_for_web_acl(WebACLArn=acl["ARN"], ResourceType="API_GATEWAY")["ResourceArns"]
        does = {rule["Name"]: list(rule.get("Action") or rule["OverrideAction"]) for rule in found["Rules"]}
        # a new one has another
        found.pop("Id")
        # of what is empty, such as an action without options, snapshots have nothing
        said = {"does": does, "default": list(found["DefaultAction"]), "log": log, "guards": guarded}
        yield "web ACL", acl["Name"], [acl["Id"], acl["ARN"]], {**found, **tags_of(aws, acl["ARN"]), **said}
    for one in waf.list_ip_sets(**SCOPE)["IPSets"]:
        found = waf.get_ip_set(Name=one["Name"], Id=one["Id"], **SCOPE)["IPSet"]
        yield "IP set", one["Name"], [one["Id"], one["ARN"]], {**found, **tags_of(aws, one["ARN"])}


def tags_of(aws: Client, arn: str) -> dict[str, Any]:
    """Return the tags of a web ACL or a set."""
    return {"tags": aws("wafv2").list_tags_for_resource(ResourceARN=arn)["TagInfoForResource"]["TagList"]}


def update(aws: Client, **more: Any) -> None:
    """Change the web ACL."""
    acl = acl_of(aws)
    sent = ("Name", "Id", "LockToken", "DefaultAction", "Rules", "VisibilityConfig", "AssociationConfig", "Description")
    given = {key: acl[key] for key in sent if acl.get(key)}
    aws("wafv2").update_web_acl(**{**given, **SCOPE, **more})


def see(aws: Client, member: str, value: Any) -> None:
    """Change how the web ACL is seen."""
    update(aws, VisibilityConfig={**acl_of(aws)["VisibilityConfig"], member: value})


def without_rule(aws: Client) -> None:
    """Remove the rule for the rate."""
    update(aws, Rules=[rule for rule in acl_of(aws)["Rules"] if rule["Name"] != "rate-limit"])


def block(aws: Client) -> None:
    """Let the managed rules do what they only counted."""
    rules = acl_of(aws)["Rules"]
    for rule in rules:
        if "OverrideAction" in rule:
            rule["OverrideAction"] = {"None": {}}
    update(aws, Rules=rules)


def retag(aws: Client, arn: str) -> None:
    """Change a tag, add one, remove one."""
    aws("wafv2").tag_resource(ResourceARN=arn, Tags=tag_list(OTHER_TAGS))
    aws("wafv2").untag_resource(ResourceARN=arn, TagKeys=[LOST_TAG])


def remove(aws: Client) -> None:
    """Remove the web ACL."""
    acl = acl_of(aws)
    aws("wafv2").disassociate_web_acl(ResourceArn=stage_of(aws))
    aws("wafv2").delete_web_acl(Name=NAME, Id=acl["Id"], LockToken=acl["LockToken"], **SCOPE)


def log(aws: Client, **more: Any) -> None:
    """Change what is logged."""
    arn = acl_of(aws)["ARN"]
    now = aws("wafv2").get_logging_configuration(ResourceArn=arn)["LoggingConfiguration"]
    kept = {key: now[key] for key in ("ResourceArn", "LogDestinationConfigs", "RedactedFields", "LoggingFilter")}
    aws("wafv2").put_logging_configuration(LoggingConfiguration={**kept, **more})


def addresses(aws: Client, **more: Any) -> None:
    """Change the set of addresses."""
    found = set_of(aws)
    given = {key: found[key] for key in ("Name", "Id", "LockToken", "Addresses")}
    aws("wafv2").update_ip_set(**{**given, **SCOPE, **more})


def of_the_web_acl() -> Iterator[Mutation]:
    """Yield what can become of the web ACL."""
    groups = ("AmazonIpReputationList", "CommonRuleSet", "KnownBadInputsRuleSet")
    counted = tuple(f"rules.AWSManagedRules{name}.override_action." for name in groups)
    inspects = {"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}}
    others: tuple[tuple[str, tuple[str, ...], Any], ...] = (
        ("rule removed", ("rules.rate-limit",), without_rule),
        ("managed rules block", counted, block),
        ("default action", ("default_action",), partial(update, DefaultAction={"Block": {}})),
        ("body inspection", ("request_body_limits.API_GATEWAY",), partial(update, AssociationConfig=inspects)),
        ("metric name", ("metric_name",), partial(see, member="MetricName", value="other")),
        ("samples", ("sampled_requests_enabled",), partial(see, member="SampledRequestsEnabled", value=False)),
        ("metrics", ("cloudwatch_metrics_enabled",), partial(see, member="CloudWatchMetricsEnabled", value=False)),
    )
    for name, fields, change in others:
        yield Mutation(
            f"web ACL: {name}", change, (Named(ACL, NAME, fields),), ROLE, UPDATE_ACL, sample=name == "rule removed"
        )
    yield Mutation(
        "web ACL: tags", lambda aws: retag(aws, acl_of(aws)["ARN"]), (Named(ACL, NAME, TAG_FIELDS),), ROLE, TAGGING
    )
    yield Mutation(
        "web ACL: removed",
        remove,
        tuple(Named(kind, NAME, action=CREATE) for kind in (ACL, LOGGING, ASSOCIATION)),
        ROLE,
        ("wafv2:CreateWebACL", "wafv2:PutLoggingConfiguration", "wafv2:AssociateWebACL"),
    )


def of_its_log() -> Iterator[Mutation]:
    """Yield what can become of the web ACL's log, and of what it guards."""
    cookie = {"SingleHeader": {"Name": "cookie"}}
    everything = {"DefaultBehavior": "KEEP", "Filters": []}
    keep = [{"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": [{"ActionCondition": {"Action": "ALLOW"}}]}]
    put = ("wafv2:PutLoggingConfiguration",)
    others = {
        "redacted_headers": {"RedactedFields": [cookie]},
        "redacted_fields": {
            "RedactedFields": [{"SingleHeader": {"Name": "authorization"}}, cookie, {"QueryString": {}}]
        },
        "logging_filter.": {"LoggingFilter": {**everything, "Filters": keep}},
    }
    for field, change in others.items():
        yield Mutation(
            f"log of the web ACL: {field.strip('.')}",
            partial(log, **change),
            (Named(LOGGING, NAME, (field,)),),
            ROLE,
            put,
        )
    yield Mutation(
        "log of the web ACL: removed",
        lambda aws: aws("wafv2").delete_logging_configuration(ResourceArn=acl_of(aws)["ARN"]),
        (Named(LOGGING, NAME, action=CREATE),),
        ROLE,
        put,
    )
    yield Mutation(
        "web ACL: guards nothing",
        lambda aws: aws("wafv2").disassociate_web_acl(ResourceArn=stage_of(aws)),
        (Named(ASSOCIATION, NAME, action=CREATE),),
        ROLE,
        ("wafv2:AssociateWebACL",),
        sample=True,
    )


def of_the_addresses() -> Iterator[Mutation]:
    """Yield what can become of the set of addresses."""
    yield Mutation(
        "IP set: addresses",
        partial(addresses, Addresses=["198.51.100.0/24"]),
        (Named(IP_SET, ADDRESSES, ("addresses",)),),
        ROLE,
        UPDATE_SET,
    )
    yield Mutation(
        "IP set: tags",
        lambda aws: retag(aws, set_of(aws)["ARN"]),
        (Named(IP_SET, ADDRESSES, TAG_FIELDS),),
        ROLE,
        TAGGING,
    )


MUTATIONS = (*of_the_web_acl(), *of_its_log(), *of_the_addresses())

"""WAF of the emulator, with plain boto3: what AWS refuses, and what moto lacks.

Each test names the reference that it follows.
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.modes import Modes
from tests.unit.emulator.conftest import REGION, Start
from tests.unit.emulator.strict import Network, refused

SCOPE = {"Scope": "REGIONAL"}
SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "one"}
ACL = {"Name": "one", "DefaultAction": {"Allow": {}}, "VisibilityConfig": SEEN, **SCOPE}
INVALID, MISSING = "WAFInvalidParameterException", "WAFNonexistentItemException"


def managed(name: str, priority: int = 0, **more: Any) -> dict[str, Any]:
    """Return a rule of a managed group."""
    group = {"VendorName": "AWS", "Name": name, **more}
    statement = {"ManagedRuleGroupStatement": group}
    base = {"Name": f"{name}-{priority}", "Priority": priority, "Statement": statement, "VisibilityConfig": SEEN}
    return {**base, "OverrideAction": {"None": {}}}


def own(statement: dict[str, Any], priority: int = 0) -> dict[str, Any]:
    """Return a rule of ours."""
    base = {"Name": f"own-{priority}", "Priority": priority, "Statement": statement, "VisibilityConfig": SEEN}
    return {**base, "Action": {"Block": {}}}


RATE = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}}
COMMON = managed("AWSManagedRulesCommonRuleSet")


@pytest.fixture
def network(start: Start) -> Network:
    """Return a network in an emulator with rules."""
    return Network(start(Modes(rules=True)))


def stage(aws: Any, name: str = "one") -> str:
    """Deploy a REST API and return the ARN of its stage."""
    client = aws.client("apigateway")
    api = client.create_rest_api(name=name)["id"]
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    client.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    client.create_deployment(restApiId=api, stageName="dev")
    return f"arn:aws:apigateway:{REGION}::/restapis/{api}/stages/dev"


def test_rules_that_aws_refuses(aws: Any) -> None:
    """AWS WAF API Reference, CreateWebACL and Rule."""
    create = aws("wafv2").create_web_acl
    overridden = {key: value for key, value in COMMON.items() if key != "OverrideAction"} | {"Action": {"Block": {}}}
    absent = {"IPSetReferenceStatement": {"ARN": f"arn:aws:wafv2:{REGION}:123456789012:regional/ipset/a/b"}}
    key = {"CustomResponse": {"ResponseCode": 403, "CustomResponseBodyKey": "none"}}
    for code, rules in (
        (INVALID, [COMMON, {**own(RATE), "Name": "other"}]),
        (INVALID, [COMMON, {**COMMON, "Priority": 1}]),
        (INVALID, [managed("AWSManagedRulesNothing")]),
        (INVALID, [overridden]),
        (INVALID, [own({"RateBasedStatement": {**RATE["RateBasedStatement"], "EvaluationWindowSec": 61}})]),
        (INVALID, [{**own(RATE), "Action": {"Block": key}}]),
        (MISSING, [managed("AWSManagedRulesCommonRuleSet", Version="Version_99.0")]),
        (MISSING, [own(absent)]),
        ("WAFLimitsExceededException", [managed("AWSManagedRulesCommonRuleSet", index) for index in range(8)]),
    ):
        refused(code, create, **ACL, Rules=rules)
    assert aws("wafv2").list_web_acls(**SCOPE)["WebACLs"] == []


def test_a_second_one_of_the_name_and_the_other_scope(aws: Any) -> None:
    """AWS WAF API Reference, CreateWebACL and CreateIPSet."""
    waf = aws("wafv2")
    waf.create_web_acl(**ACL)
    refused("WAFDuplicateItemException", waf.create_web_acl, **ACL)
    refused(INVALID, waf.create_web_acl, **{**ACL, "Name": "two", "Scope": "CLOUDFRONT"})
    addresses = {"Name": "one", "IPAddressVersion": "IPV4", "Addresses": [], **SCOPE}
    waf.create_ip_set(**addresses)
    refused("WAFDuplicateItemException", waf.create_ip_set, **addresses)


def test_addresses_that_are_no_ranges(aws: Any) -> None:
    """AWS WAF API Reference, CreateIPSet: all CIDR ranges except for /0."""
    waf = aws("wafv2")
    four = {"Name": "one", "IPAddressVersion": "IPV4", **SCOPE}
    for wrong in ("0.0.0.0/0", "10.0.0.1", "2001:db8::/32", "10.0.0.0/33"):
        refused(INVALID, waf.create_ip_set, **four, Addresses=[wrong])
    made = waf.create_ip_set(**four, Addresses=["10.0.0.0/8"])["Summary"]
    ids = {"Name": "one", "Id": made["Id"], "LockToken": made["LockToken"], **SCOPE}
    refused(INVALID, waf.update_ip_set, **ids, Addresses=["::/0"])


def test_what_is_gone_has_no_tags_to_list(aws: Any) -> None:
    """AWS WAF API Reference, ListTagsForResource."""
    waf = aws("wafv2")
    made = waf.create_web_acl(**ACL, Tags=[{"Key": "Team", "Value": "api"}])["Summary"]
    waf.delete_web_acl(Name="one", Id=made["Id"], LockToken=made["LockToken"], **SCOPE)
    refused(MISSING, waf.list_tags_for_resource, ResourceARN=made["ARN"])


def test_capacity_is_what_the_rules_take(aws: Any) -> None:
    """AWS WAF Developer Guide, Web ACL capacity units; CheckCapacity."""
    waf, rules = aws("wafv2"), [COMMON, own(RATE, 1)]
    assert waf.check_capacity(**SCOPE, Rules=rules)["Capacity"] == 702
    made = waf.create_web_acl(**ACL, Rules=rules)["Summary"]
    shown = waf.get_web_acl(Name="one", Id=made["Id"], **SCOPE)["WebACL"]
    assert shown["Capacity"] == 702
    assert shown["Rules"][1]["Statement"]["RateBasedStatement"]["EvaluationWindowSec"] == 300
    refused(INVALID, waf.check_capacity, **SCOPE, Rules=[managed("AWSManagedRulesNothing")])


def test_an_update_drops_what_is_not_sent(aws: Any) -> None:
    """AWS WAF API Reference, UpdateWebACL."""
    waf, body = aws("wafv2"), {"b": {"ContentType": "TEXT_PLAIN", "Content": "no"}}
    made = waf.create_web_acl(**ACL, Rules=[COMMON], CustomResponseBodies=body, Description="some text")["Summary"]
    ids = {"Id": made["Id"], "LockToken": made["LockToken"]}
    waf.update_web_acl(**ACL, **ids)
    shown = waf.get_web_acl(Name="one", Id=made["Id"], **SCOPE)["WebACL"]
    assert (shown["Rules"], shown["Description"], shown.get("CustomResponseBodies")) == ([], "", None)
    refused("WAFOptimisticLockException", waf.update_web_acl, **ACL, **ids)


def test_managed_groups_are_listed_with_versions_and_rules(aws: Any) -> None:
    """AWS WAF API Reference, ListAvailableManagedRuleGroups and its neighbours."""
    waf, common = aws("wafv2"), {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", **SCOPE}
    names = {group["Name"] for group in waf.list_available_managed_rule_groups(**SCOPE)["ManagedRuleGroups"]}
    assert {"AWSManagedRulesCommonRuleSet", "AWSManagedRulesAmazonIpReputationList"} <= names
    assert waf.list_available_managed_rule_group_versions(**common)["CurrentDefaultVersion"]
    described = waf.describe_managed_rule_group(**common)
    assert described["Capacity"] == 700
    assert "SizeRestrictions_BODY" in {rule["Name"] for rule in described["Rules"]}
    refused(MISSING, waf.describe_managed_rule_group, **{**common, "Name": "None"})


def test_an_association_replaces_another_one_and_ends_with_its_resource(network: Network) -> None:
    """AWS WAF API Reference, AssociateWebACL and ListResourcesForWebACL."""
    waf, guarded, balancer = network.aws.client("wafv2"), stage(network.aws), network.balancer()
    first, second = (waf.create_web_acl(**{**ACL, "Name": name})["Summary"]["ARN"] for name in ("one", "two"))
    for acl in (first, second):
        waf.associate_web_acl(WebACLArn=acl, ResourceArn=guarded)
    waf.associate_web_acl(WebACLArn=second, ResourceArn=balancer)
    assert waf.get_web_acl_for_resource(ResourceArn=guarded)["WebACL"]["ARN"] == second
    listed = waf.list_resources_for_web_acl
    assert listed(WebACLArn=first, ResourceType="API_GATEWAY")["ResourceArns"] == []
    assert listed(WebACLArn=second, ResourceType="API_GATEWAY")["ResourceArns"] == [guarded]
    assert listed(WebACLArn=second)["ResourceArns"] == [balancer]
    api = guarded.split("/")[2]
    network.aws.client("apigateway").delete_rest_api(restApiId=api)
    assert listed(WebACLArn=second, ResourceType="API_GATEWAY")["ResourceArns"] == []
    refused(MISSING, waf.associate_web_acl, WebACLArn=second, ResourceArn=guarded)


def test_logs_go_to_a_group_of_waf(network: Network) -> None:
    """AWS WAF Developer Guide, Sending logs to CloudWatch Logs; PutLoggingConfiguration, RedactedFields."""
    waf, logs = network.aws.client("wafv2"), network.aws.client("logs")
    arn = waf.create_web_acl(**ACL)["Summary"]["ARN"]
    place = f"arn:aws:logs:{REGION}:123456789012:log-group:"
    for name in ("other", "aws-waf-logs-one"):
        logs.create_log_group(logGroupName=name)

    def put(name: str, **more: Any) -> dict[str, Any]:
        return {"LoggingConfiguration": {"ResourceArn": arn, "LogDestinationConfigs": [place + name], **more}}

    refused(INVALID, waf.put_logging_configuration, **put("other"))
    refused("WAFLogDestinationPermissionIssueException", waf.put_logging_configuration, **put("aws-waf-logs-two"))
    refused(INVALID, waf.put_logging_configuration, **put("aws-waf-logs-one", RedactedFields=[{"Body": {}}]))
    waf.put_logging_configuration(**put("aws-waf-logs-one"))
    found = waf.list_web_acls(**SCOPE)["WebACLs"][0]
    waf.delete_web_acl(Name="one", Id=found["Id"], LockToken=found["LockToken"], **SCOPE)
    refused(MISSING, waf.get_logging_configuration, ResourceArn=arn)


def test_an_ip_set_that_a_rule_names_stays(network: Network) -> None:
    """AWS WAF API Reference, DeleteIPSet; a lock token that is out of date is refused first."""
    waf = network.aws.client("wafv2")
    made = waf.create_ip_set(Name="one", IPAddressVersion="IPV4", Addresses=[], **SCOPE)["Summary"]
    acl = waf.create_web_acl(**ACL, Rules=[own({"IPSetReferenceStatement": {"ARN": made["ARN"]}})])["Summary"]
    ids = {"Name": "one", "Id": made["Id"], "LockToken": made["LockToken"], **SCOPE}
    refused("WAFAssociatedItemException", waf.delete_ip_set, **ids)
    refused("WAFOptimisticLockException", waf.delete_ip_set, **{**ids, "LockToken": acl["LockToken"]})
    waf.delete_web_acl(Name="one", Id=acl["Id"], LockToken=acl["LockToken"], **SCOPE)
    waf.delete_ip_set(**ids)


def test_a_new_web_acl_is_unavailable_for_a_while(start: Start) -> None:
    """AWS WAF API Reference, AssociateWebACL, WAFUnavailableEntityException."""
    emulator = start(Modes(eventual=True))
    waf, guarded = emulator.client("wafv2"), stage(emulator)
    arn = waf.create_web_acl(**ACL)["Summary"]["ARN"]
    refused("WAFUnavailableEntityException", waf.associate_web_acl, WebACLArn=arn, ResourceArn=guarded)
    emulator.pass_time(6)
    waf.associate_web_acl(WebACLArn=arn, ResourceArn=guarded)


def test_web_acls_and_ip_sets_are_listed_by_tags(aws: Any) -> None:
    """Resource Groups Tagging API Reference, GetResources and UntagResources."""
    waf, tagging, tags = aws("wafv2"), aws("resourcegroupstaggingapi"), [{"Key": "Team", "Value": "api"}]
    acl = waf.create_web_acl(**ACL, Tags=tags)["Summary"]["ARN"]
    addresses = waf.create_ip_set(Name="one", IPAddressVersion="IPV4", Addresses=[], Tags=tags, **SCOPE)
    arns = {item["ResourceARN"] for item in tagging.get_resources()["ResourceTagMappingList"]}
    assert arns == {acl, addresses["Summary"]["ARN"]}
    tagging.untag_resources(ResourceARNList=[acl], TagKeys=["Team"])
    assert waf.list_tags_for_resource(ResourceARN=acl)["TagInfoForResource"]["TagList"] == []

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wafv2_web_acl
short_description: Manage a regional web ACL of AWS WAF
version_added: 0.1.0
description:
  - Creates, changes and removes a regional web ACL of AWS WAF, found by its name.
  - Before it writes, it asks AWS which managed rule groups, versions and rules there are, and how much capacity the
    rules take.
  - AWS changes all settings of a web ACL at once, and drops what a request leaves out. So what somebody else has set,
    and this module has no option for, is sent as it is.
  - Unlike M(community.aws.wafv2_web_acl) it keeps what of a body is inspected, CAPTCHA and token settings, and reads
    again when somebody else changes the web ACL at the same time.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the web ACL, 1 to 128 letters, digits, hyphens and underscores.
    type: str
    required: true
  description:
    description: What it is for, 3 to 256 characters. An empty text removes it.
    type: str
  default_action:
    description: What becomes of a request that no rule allows or blocks. A new one allows it.
    type: str
    choices: [allow, block]
  rules:
    description:
      - The rules, all of them; others are removed. A new web ACL without the option has none.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the rule, unique in the web ACL.
        type: str
        required: true
      priority:
        description: Its place, 0 or more, unique in the web ACL. AWS goes through the rules from the lowest on.
        type: int
        required: true
      statement:
        description:
          - What it looks at, in the words of C(Statement) in the AWS WAF API Reference, such as
            C(ManagedRuleGroupStatement) or C(RateBasedStatement).
        type: dict
        required: true
      action:
        description: "What it does, as C(Action) there, such as C({Block: {}}). Not for a rule group."
        type: dict
      override_action:
        description:
          - "For a rule group, C({None: {}}), which leaves its actions as they are and is the default, or
            C({Count: {}}), which only counts."
        type: dict
      labels:
        description: Labels that it gives to requests.
        type: list
        elements: str
      metric_name:
        description: Name of its metric. Without it, the rule's name.
        type: str
      sampled_requests_enabled:
        description: Whether AWS keeps samples of requests. Without it, it does.
        type: bool
      cloudwatch_metrics_enabled:
        description: Whether CloudWatch has metrics of it. Without it, it has.
        type: bool
  max_capacity:
    description:
      - The most web ACL capacity units (WCU) that the rules may take together. 1500 are in the price of requests, more
        cost more. AWS gives 5000.
    type: int
    default: 1500
  request_body_limits:
    description:
      - "How much of a body the rules inspect, for each type of resource, such as C({API_GATEWAY: KB_32}). AWS inspects
        16 KB without it. Of requests to load balancers it is always 8 KB."
      - More than 16 KB costs more.
    type: dict
  custom_response_bodies:
    description:
      - Bodies of responses by their names, to which the actions of rules refer as C(CustomResponseBodyKey). Each has
        C(content) and C(content_type), one of C(TEXT_PLAIN), C(TEXT_HTML) and C(APPLICATION_JSON).
    type: dict
  metric_name:
    description: Name of the web ACL's metric. That of a new one is its name.
    type: str
  sampled_requests_enabled:
    description: Whether AWS keeps samples of requests. Of a new one it does.
    type: bool
  cloudwatch_metrics_enabled:
    description: Whether CloudWatch has metrics of the web ACL. Of a new one it has.
    type: bool
seealso:
  - module: streamflix.content_api.wafv2_web_acl_association
  - module: streamflix.content_api.wafv2_logging_configuration
  - module: streamflix.content_api.wafv2_ip_set
  - module: community.aws.wafv2_web_acl
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: AWS's common rules, and at most 2000 requests of an address in five minutes
  streamflix.content_api.wafv2_web_acl:
    name: streamflix-api-dev
    default_action: allow
    rules:
      - name: common
        priority: 10
        statement:
          ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}
      - name: rate
        priority: 20
        statement:
          RateBasedStatement: {Limit: 2000, AggregateKeyType: IP}
        action: {Block: {}}
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.wafv2_web_acl:
    name: streamflix-api-dev
    state: absent
"""

RETURN = r"""
web_acl:
  description: The web ACL as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    name:
      description: Name of the web ACL, 1 to 128 letters, digits, hyphens and underscores.
      type: str
      sample: example
    id:
      description: Its id.
      type: str
      sample: 12345678-1234-1234-1234-123456789012
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/streamflix-api-dev/12345678-1234-...
    lock_token:
      description: What stands for its present settings, and another one after each change.
      type: str
      sample: 12345678-1234-1234-1234-123456789012
    description:
      description: What it is for, 3 to 256 characters.
      type: str
      sample: example
    default_action:
      description: What becomes of a request that no rule allows or blocks.
      type: str
      sample: allow
    rules:
      description: The rules, all of them; others are removed.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the rule, unique in the web ACL.
          type: str
          sample: example
        priority:
          description: Its place, 0 or more, unique in the web ACL.
          type: int
          sample: 1
        statement:
          description:
            - What it looks at, in the words of C(Statement) in the AWS WAF API Reference, such as
              C(ManagedRuleGroupStatement) or C(RateBasedStatement).
          type: dict
          sample: {}
        action:
          description: "What it does, as C(Action) there, such as C({Block: {}})."
          type: dict
          sample: {}
        override_action:
          description:
            - "For a rule group, C({None: {}}), which leaves its actions as they are and is the default, or C({Count:
              {}}), which only counts."
          type: dict
          sample: {}
        labels:
          description: Labels that it gives to requests.
          type: list
          elements: str
          sample: []
        metric_name:
          description: Name of its metric.
          type: str
          sample: example
        sampled_requests_enabled:
          description: Whether AWS keeps samples of requests.
          type: bool
          sample: true
        cloudwatch_metrics_enabled:
          description: Whether CloudWatch has metrics of it.
          type: bool
          sample: true
    capacity:
      description: The web ACL capacity units (WCU) that its rules take.
      type: int
      sample: 927
    request_body_limits:
      description: "How much of a body the rules inspect, for each type of resource, such as C({API_GATEWAY: KB_32})."
      type: dict
      sample: {}
    custom_response_bodies:
      description: Bodies of responses by their names, to which the actions of rules refer as C(CustomResponseBodyKey).
      type: dict
      sample: {}
    metric_name:
      description: Name of the web ACL's metric.
      type: str
      sample: example
    sampled_requests_enabled:
      description: Whether AWS keeps samples of requests.
      type: bool
      sample: true
    cloudwatch_metrics_enabled:
      description: Whether CloudWatch has metrics of the web ACL.
      type: bool
      sample: true
    others:
      description: Settings that the module has no option for, and leaves as they are.
      type: dict
      sample: {}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::WAFv2::WebACL
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import offers, reading, rules
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.named import NAMED, NamedResource

# what an update sends as it is, as it would drop it otherwise
OTHERS = (
    "ApplicationConfig",
    "CaptchaConfig",
    "ChallengeConfig",
    "DataProtectionConfig",
    "MonetizationConfig",
    "OnSourceDDoSProtectionConfig",
    "TokenDomains",
)
INSPECTION = "DefaultSizeInspectionLimit"
ASSOCIATION = "AssociationConfig"
# which of what it guards AWS lists by a web ACL, beside load balancers
GUARDED = ("APPLICATION_LOAD_BALANCER", "API_GATEWAY")


def default_action(item: Mapping[str, Any]) -> str:
    """Return what becomes of a request; with a word more where somebody has added a response or headers to it."""
    ((kind, more),) = item["DefaultAction"].items()
    return f"{kind.lower()} with more" if more else str(kind.lower())


def body_limits(item: Mapping[str, Any]) -> dict[str, str]:
    """Return how much of a body is inspected, by the type of the resource."""
    sizes = (item.get(ASSOCIATION) or {}).get("RequestBody") or {}
    return {kind: size[INSPECTION] for kind, size in sizes.items()}


def responses(item: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the bodies of responses."""
    bodies = item.get("CustomResponseBodies") or {}
    return {key: {"content": body["Content"], "content_type": body["ContentType"]} for key, body in bodies.items()}


def others(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an update sends as it is."""
    association = {key: value for key, value in (item.get(ASSOCIATION) or {}).items() if key != "RequestBody"}
    found = {key: item[key] for key in OTHERS if item.get(key)}
    return {**found, ASSOCIATION: association} if association else found


def body_limit_problems(option: str, given: Mapping[str, str]) -> list[str]:
    """Find sizes that AWS does not have."""
    return [
        f"{option} {kind} {size!r} is not possible: set one of {', '.join(rules.BODY_LIMITS)}."
        for kind, size in given.items()
        if size not in rules.BODY_LIMITS
    ]


FIELDS: Rows = {
    **NAMED,
    "description": Field(aws="Description", new="", unset="", rule=rules.description),
    "default_action": Field(
        aws="DefaultAction",
        read=default_action,
        write=lambda kind: {kind.capitalize(): {}},
        new="allow",
        choices=("allow", "block"),
        exposes=True,
    ),
    "rules": Field(
        "list",
        "Rules",
        read=reading.rules_of,
        write=reading.rules_params,
        normal=reading.wanted_rules,
        new=[],
        rows=reading.RULE,
        rule=rules.rules,
        exposes=True,
    ),
    "max_capacity": Field("int", default=rules.INCLUDED_CAPACITY, limits=(1, rules.MOST_CAPACITY)),
    "capacity": Field("int", "Capacity", assigned=True, shown_only=True, new=CHOSEN),
    "request_body_limits": Field(
        "dict",
        f"{ASSOCIATION}.RequestBody",
        read=body_limits,
        write=lambda limits: {kind: {INSPECTION: size} for kind, size in limits.items()},
        new={},
        rule=body_limit_problems,
    ),
    "custom_response_bodies": Field(
        "dict",
        "CustomResponseBodies",
        read=responses,
        write=lambda bodies: {
            key: {"Content": body["content"], "ContentType": body["content_type"]} for key, body in bodies.items()
        },
        new={},
        rule=rules.response_bodies,
    ),
    "metric_name": Field(aws="VisibilityConfig.MetricName", always=True, rule=rules.metric_name),
    "sampled_requests_enabled": Field("bool", "VisibilityConfig.SampledRequestsEnabled", always=True, new=True),
    "cloudwatch_metrics_enabled": Field("bool", "VisibilityConfig.CloudWatchMetricsEnabled", always=True, new=True),
    "others": Field("dict", read=others, assigned=True, shown_only=True, new={}),
}


class WebAcl(NamedResource):
    """A regional web ACL of AWS WAF."""

    kind = "web ACL"
    aws_type = "AWS::WAFv2::WebACL"
    arn_kind = "wafv2:regional/webacl"
    result_key = "web_acl"
    fields = FIELDS
    noun = "web_acl"
    lists = ("list_web_acls", "WebACLs")
    member = "WebACL"
    settings = (
        "description",
        "default_action",
        "rules",
        "request_body_limits",
        "custom_response_bodies",
        "metric_name",
        "sampled_requests_enabled",
        "cloudwatch_metrics_enabled",
    )

    # whether AWS has been asked about the rules in this run
    _asked = False

    def describe(self) -> dict[str, Any] | None:
        found = super().describe()
        given = self.options["rules"]
        if self.absent or not given or self._asked:
            return found
        if found is None or found["rules"] != reading.wanted_rules(given):
            wrong = offers.refused(self.api, "rules", given, self.options["max_capacity"])
            if wrong:
                raise InvalidOptionError(" ".join(wrong))
            self._asked = True
        return found

    def created(self) -> dict[str, Any]:
        found = super().created()
        return {**found, "metric_name": found["metric_name"] or self.name}

    def setting_params(self, values: Mapping[str, Any]) -> dict[str, Any]:
        params = super().setting_params(values)
        for key, value in values["others"].items():
            params[key] = {**params.get(key, {}), **value} if isinstance(value, Mapping) else value
        return params

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        (part,) = super().parts(found)
        # by their names, so that a change says which rule it is
        by_name = {rule["name"]: {key: rule[key] for key in rule if key != "name"} for rule in found["rules"]}
        return [Part(part.type, part.name, {**part.properties, "rules": by_name})]

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        found = self.find()
        if found is None:
            return []
        replies = [
            self.api.call("list_resources_for_web_acl", WebACLArn=found["ARN"], ResourceType=kind) for kind in GUARDED
        ]
        return [f"it still guards {arn}" for reply in replies for arn in reply.get("ResourceArns") or ()]


def main() -> None:
    """Entry point of the module."""
    manage(WebAcl)


if __name__ == "__main__":
    main()

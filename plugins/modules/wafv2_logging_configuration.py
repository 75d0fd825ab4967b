#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wafv2_logging_configuration
short_description: Manage where a web ACL of AWS WAF writes its logs
version_added: 0.1.0
description:
  - Sets where a web ACL writes its logs, which of them, and what is left out of them, and removes that.
  - It belongs to the web ACL and has no tags of its own. So whose it is, the web ACL's tags say.
  - For a log group, AWS WAF makes the resource policy that it needs, if the identity that runs this may do what that
    takes (C(logs:CreateLogDelivery), C(logs:PutResourcePolicy), C(logs:DescribeResourcePolicies) and
    C(logs:DescribeLogGroups)).
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: What it is called in reports, such as the name of the web ACL.
    type: str
    required: true
  web_acl_arn:
    description: ARN of the web ACL.
    type: str
    required: true
  log_destination:
    description:
      - ARN of the log group, the bucket, or the Firehose stream. Its name has to begin with C(aws-waf-logs-). That of a
        log group is given without C(:*).
      - Required with O(state=present).
    type: str
  redacted_headers:
    description: Headers whose values are left out of the logs. Upper and lower case are the same.
    type: list
    elements: str
  redacted_fields:
    description: What else is left out, V(method), V(query_string) or V(uri_path).
    type: list
    elements: str
  logging_filter:
    description:
      - Which requests are logged, in the words of C(LoggingFilter) in the AWS WAF API Reference. An empty one, as a new
        configuration has, logs all of them.
    type: dict
seealso:
  - module: streamflix.content_api.wafv2_web_acl
  - module: streamflix.content_api.logs_log_group
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Log what is not simply allowed, without credentials
  streamflix.content_api.wafv2_logging_configuration:
    name: streamflix-api-dev
    web_acl_arn: "{{ acl.web_acl.arn }}"
    log_destination: arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-streamflix-dev
    redacted_headers: [authorization, cookie]
    logging_filter:
      DefaultBehavior: DROP
      Filters:
        - Behavior: KEEP
          Requirement: MEETS_ANY
          Conditions:
            - ActionCondition: {Action: BLOCK}
            - ActionCondition: {Action: COUNT}

- name: Log nothing
  streamflix.content_api.wafv2_logging_configuration:
    name: streamflix-api-dev
    web_acl_arn: "{{ acl.web_acl.arn }}"
    state: absent
"""

RETURN = r"""
logging:
  description: The configuration as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    web_acl_arn:
      description: ARN of the web ACL.
      type: str
      sample: example
    log_destination:
      description: ARN of the log group, the bucket, or the Firehose stream.
      type: str
      sample: example
    redacted_headers:
      description: Headers whose values are left out of the logs.
      type: list
      elements: str
      sample: []
    redacted_fields:
      description: What else is left out, V(method), V(query_string) or V(uri_path).
      type: list
      elements: str
      sample: []
    logging_filter:
      description: Which requests are logged, in the words of C(LoggingFilter) in the AWS WAF API Reference.
      type: dict
      sample: {}
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
      type: AWS::WAFv2::LoggingConfiguration
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import set_values
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, differences, is_unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import rules
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2.reading import GONE, UNAVAILABLE, text_of

MEMBERS = {"method": "Method", "query_string": "QueryString", "uri_path": "UriPath"}
# of a log group that was created a moment ago
NEW_GROUP = frozenset({"WAFLogDestinationPermissionIssueException"})


def headers_of(item: Mapping[str, Any]) -> list[str]:
    """Return the names of the headers that are left out, in lower case."""
    found = [field["SingleHeader"]["Name"] for field in item.get("RedactedFields") or () if field.get("SingleHeader")]
    return sorted(name.lower() for name in found)


def parts_of(item: Mapping[str, Any]) -> list[str]:
    """Return what else is left out."""
    members = {member for field in item.get("RedactedFields") or () for member in field}
    return sorted(name for name, member in MEMBERS.items() if member in members)


def redacted_problems(option: str, given: Sequence[str]) -> list[str]:
    """Find what AWS cannot leave out."""
    return [
        f"{option} has {name!r}, which AWS cannot leave out: choose from {', '.join(rules.REDACTED)}."
        for name in given
        if name not in rules.REDACTED
    ]


FIELDS: Rows = {
    "name": Field(required=True),
    "web_acl_arn": Field(aws="ResourceArn", required=True, always=True, shown_only=True),
    "log_destination": Field(
        aws="LogDestinationConfigs",
        read=lambda item: item["LogDestinationConfigs"][0],
        write=lambda arn: [arn],
        rule=rules.log_destination,
    ),
    "redacted_headers": Field(
        "list", read=headers_of, normal=lambda given: sorted({name.lower() for name in given}), new=[]
    ),
    "redacted_fields": Field(
        "list", read=parts_of, normal=lambda given: sorted(set(given)), new=[], rule=redacted_problems
    ),
    "logging_filter": Field(
        "dict", "LoggingFilter", read=lambda item: text_of(item.get("LoggingFilter") or {}), new={}
    ),
}


class LoggingConfiguration(Resource):
    """Where a web ACL writes its logs."""

    service = "wafv2"
    kind = "logging configuration"
    aws_type = "AWS::WAFv2::LoggingConfiguration"
    result_key = "logging"
    fields = FIELDS
    required_if = (("state", "present", ("log_destination",)),)

    def describe(self) -> dict[str, Any] | None:
        arn = self.options["web_acl_arn"]
        if is_unknown(arn):
            return None
        reply = self.api.get("get_logging_configuration", GONE, ResourceArn=arn)
        if reply is None:
            return None
        return {"name": self.name, **fields.described(FIELDS, reply["LoggingConfiguration"])}

    def plan_create(self) -> Plan:
        wanted = fields.wanted(FIELDS, self.options)
        after = {"name": self.name, **fields.created(FIELDS, wanted)}
        return Plan([self._put(after)], None, after)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        changed = differences(current, fields.wanted(FIELDS, self.options))
        after = {**current, **changed}
        return Plan([self._put(after)] if changed else [], current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        which = {"ResourceArn": current["web_acl_arn"]}
        return Plan([Call("delete_logging_configuration", which, self.name, done_if=GONE)], current, None)

    def _put(self, values: Mapping[str, Any]) -> Call:
        """Return the request that sets all of it: what it leaves out is set back."""
        redacted = [
            *({"SingleHeader": {"Name": name}} for name in values["redacted_headers"]),
            *({MEMBERS[name]: {}} for name in values["redacted_fields"]),
        ]
        params = fields.all_params(FIELDS, set_values(values)) | ({"RedactedFields": redacted} if redacted else {})
        whole = {"LoggingConfiguration": params}
        return Call("put_logging_configuration", whole, self.name, retry_if=UNAVAILABLE | NEW_GROUP)


def main() -> None:
    """Entry point of the module."""
    manage(LoggingConfiguration)


if __name__ == "__main__":
    main()

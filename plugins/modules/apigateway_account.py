#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: apigateway_account
short_description: Set the role with which API Gateway writes logs in a region
version_added: 0.1.0
description:
  - API Gateway has one logging role for an account and region, for all REST APIs there. This module reads and sets it.
  - The role is never removed, as other APIs of the account may use it.
author: StreamFlix platform team (@streamflix)
options:
  cloudwatch_role_arn:
    description:
      - ARN of an IAM role that C(apigateway.amazonaws.com) may assume and that may write to CloudWatch Logs.
      - Without this option the module only reads.
    type: str
  only_if_unset:
    description: Whether a role that is set already stays. If V(false) it is replaced, for all APIs of the region.
    type: bool
    default: true
  wait:
    description: Whether to wait until the role can be read back.
    type: bool
    default: true
  wait_timeout:
    description: How long a new IAM role may take until API Gateway accepts it, in seconds.
    type: int
    default: 180
attributes:
  check_mode:
    description: Computes what would change, with the account as it would be, and writes nothing.
    support: full
  diff_mode:
    description: Shows the account before and after.
    support: full
seealso:
  - module: streamflix.content_api.apigateway_proxy
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See which role is set
  streamflix.content_api.apigateway_account:
  register: found

- name: Set one where none is set
  streamflix.content_api.apigateway_account:
    cloudwatch_role_arn: arn:aws:iam::123456789012:role/streamflix-api-gateway-logs-eu-west-1
"""

RETURN = r"""
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
  sample: [update_account eu-west-1]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ApiGateway::Account
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: Always V(present).
  returned: always
  type: str
  sample: present
account:
  description: API Gateway's settings of the account in this region.
  returned: always
  type: dict
  contains:
    cloudwatch_role_arn:
      description: The logging role; empty when none is set.
      type: str
      sample: arn:aws:iam::123456789012:role/streamflix-api-gateway-logs-eu-west-1
    throttle_burst_limit:
      description: Requests at the same moment, for all APIs of the region together.
      type: int
      sample: 5000
    throttle_rate_limit:
      description: Requests a second, for all APIs of the region together.
      type: float
      sample: 10000.0
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.proxy import replace
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, unchanged
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage

# so AWS answers until a new role and its policy have reached API Gateway, in either of two wordings
NOT_YET = frozenset(
    {
        "BadRequestException: role ARN does not have required permissions",
        "BadRequestException: could not successfully write to CloudWatch Logs",
        "TooManyRequestsException",
        "ConflictException: try again later",
    }
)


def role_arn(option: str, value: str) -> list[str]:
    """Find what is no ARN of a role; an empty text is not set."""
    if not value or re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", value):
        return []
    return [f"{option} {value!r} is not the ARN of a role: write arn:aws:iam::ACCOUNT:role/NAME."]


FIELDS: Rows = {
    "cloudwatch_role_arn": Field(aws="cloudwatchRoleArn", unset="", exposes=True, rule=role_arn),
    "only_if_unset": Field("bool", default=True),
    "wait": Field("bool", default=True),
    "wait_timeout": Field("int", default=180),
    "throttle_burst_limit": Field("int", read="throttleSettings.burstLimit", assigned=True, shown_only=True),
    "throttle_rate_limit": Field("float", read="throttleSettings.rateLimit", assigned=True, shown_only=True),
}


class Account(Resource):
    """API Gateway's settings of an account in a region."""

    service = "apigateway"
    kind = "API Gateway account"
    aws_type = "AWS::ApiGateway::Account"
    result_key = "account"
    fields = FIELDS
    common: ClassVar[Mapping[str, Any]] = {}

    @property
    def name(self) -> str:
        return self.api.region

    def describe(self) -> dict[str, Any] | None:
        return fields.described(self.fields, self.api.call("get_account"))

    def plan(self, current: dict[str, Any] | None) -> Plan:
        """Return the plan that sets the role, or none when it is set or another one stays."""
        current = current or fields.described(self.fields, {})
        wanted, found = self.options["cloudwatch_role_arn"], current["cloudwatch_role_arn"]
        if not wanted or wanted == found or (found and self.options["only_if_unset"]):
            return unchanged(current)
        patches = [replace("/cloudwatchRoleArn", wanted)]
        step = Call("update_account", {"patchOperations": patches}, self.name, retry_if=NOT_YET)
        return Plan([step], current, {**current, "cloudwatch_role_arn": wanted})


def main() -> None:
    """Entry point of the module."""
    manage(Account)


if __name__ == "__main__":
    main()

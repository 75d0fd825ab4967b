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
  - The role is never taken away, as other APIs of the account may use it.
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
  description: The AWS requests that change something; in check mode those that the real run would send.
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
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.proxy import replace
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, is_unknown, unchanged
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, run

# so AWS answers until a new role and its policy have reached API Gateway, in either of two wordings
NOT_YET = frozenset(
    {
        "BadRequestException: role ARN does not have required permissions",
        "BadRequestException: could not successfully write to CloudWatch Logs",
        "TooManyRequestsException",
        "ConflictException: try again later",
    }
)


def from_aws(account: Mapping[str, Any]) -> dict[str, Any]:
    """Return GetAccount's reply in this module's shape."""
    throttle = account.get("throttleSettings") or {}
    return {
        "cloudwatch_role_arn": account.get("cloudwatchRoleArn") or "",
        "throttle_burst_limit": throttle.get("burstLimit"),
        "throttle_rate_limit": throttle.get("rateLimit"),
    }


def plan_role(current: Mapping[str, Any], options: Mapping[str, Any], subject: str) -> Plan:
    """Return the plan that sets the role, or none when it is set or another one stays."""
    wanted, found = options["cloudwatch_role_arn"], current["cloudwatch_role_arn"]
    if not wanted or wanted == found or (found and options["only_if_unset"]):
        return unchanged(current)
    patches = [replace("/cloudwatchRoleArn", wanted)]
    step = Call("update_account", {"patchOperations": patches}, subject, retry_if=NOT_YET)
    return Plan([step], current, {**current, "cloudwatch_role_arn": wanted})


class Account(Resource):
    """API Gateway's settings of an account in a region."""

    service = "apigateway"
    kind = "API Gateway account"
    aws_type = "AWS::ApiGateway::Account"
    result_key = "account"

    @property
    def name(self) -> str:
        return self.api.region

    def problems(self) -> list[str]:
        arn = self.options["cloudwatch_role_arn"]
        if not arn or is_unknown(arn) or re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", arn):
            return []
        return [f"cloudwatch_role_arn {arn!r} is not the ARN of a role: write arn:aws:iam::ACCOUNT:role/NAME."]

    def describe(self) -> dict[str, Any] | None:
        return from_aws(self.api.call("get_account"))

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, self.name, {"cloudwatch_role_arn": found["cloudwatch_role_arn"]})]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        return plan_role(current or from_aws({}), self.options, self.name)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "cloudwatch_role_arn": {"type": "str"},
            "only_if_unset": {"type": "bool", "default": True},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 180},
        },
        supports_check_mode=True,
    )
    run(module, Account)


if __name__ == "__main__":
    main()

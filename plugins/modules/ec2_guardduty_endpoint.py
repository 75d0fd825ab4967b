#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_guardduty_endpoint
short_description: Remove what GuardDuty has put into a VPC
version_added: 0.1.0
description:
  - Removes the VPC endpoint that GuardDuty's Runtime Monitoring made in a VPC, and then its security group. GuardDuty
    leaves both there when the tasks that it watched are gone, and AWS does not remove a subnet with the endpoint in it.
  - Both are found by the tag C(GuardDutyManaged=true) alone, not by O(owner_tags). So use this only for a VPC of yours
    that is removed as a whole, when nothing is left in it that GuardDuty could watch.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description: The VPC.
    type: str
    required: true
  state:
    description: Removing what does not exist is no change. Only GuardDuty itself can create it.
    type: str
    choices: [absent]
    default: absent
seealso:
  - module: streamflix.content_api.stack_removal_preflight
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Remove what GuardDuty has put into a VPC that is to go
  streamflix.content_api.ec2_guardduty_endpoint:
    vpc_id: vpc-0123456789abcdef0
    state: absent
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
  sample: [delete_vpc_endpoints vpce-0123456789abcdef0, delete_security_group GuardDutyManagedSecurityGroup-vpc-0123]
guardduty:
  description: What is in the VPC. Empty once removed.
  returned: always
  type: dict
  contains:
    endpoints:
      description: The VPC endpoints, each with C(id), C(service_name) and C(tags).
      type: list
      elements: dict
      sample: []
    security_groups:
      description: The security groups, each with C(id), C(name) and C(tags).
      type: list
      elements: dict
      sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: remove
      type: AWS::EC2::VPCEndpoint
      name: vpce-0123456789abcdef0
      fields: []
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: absent
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import changes, fields
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import endpoints, network
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.obstacles import GONE, GUARDDUTY
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, Step
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage

NO_GROUP = frozenset({"InvalidGroup.NotFound"})

ENDPOINT: Rows = {
    "id": Field(aws="VpcEndpointId", assigned=True, always=True),
    "service_name": Field(aws="ServiceName", assigned=True, always=True),
    "tags": Field("dict", read=network.tags_of, assigned=True),
}
GROUP: Rows = {
    "id": Field(aws="GroupId", assigned=True, always=True),
    "name": Field(aws="GroupName", assigned=True, always=True),
    "tags": Field("dict", read=network.tags_of, assigned=True),
}
FIELDS: Rows = {
    "vpc_id": Field(required=True),
    "state": Field(choices=("absent",), default="absent"),
    "endpoints": Field("list", assigned=True, rows=ENDPOINT),
    "security_groups": Field("list", assigned=True, rows=GROUP),
}


class GuardDutyEndpoint(Resource):
    """What GuardDuty has put into a VPC."""

    service = "ec2"
    kind = "GuardDuty endpoint"
    aws_type = "AWS::EC2::VPCEndpoint"
    arn_kind = "ec2:vpc-endpoint"
    result_key = "guardduty"
    fields = FIELDS
    named_by = "vpc_id"

    def describe(self) -> dict[str, Any] | None:
        filters = [*network.vpc_filter(self.name), *network.tag_filters(GUARDDUTY)]
        found = [
            fields.described(ENDPOINT, item)
            for item in self.api.pages("describe_vpc_endpoints", "VpcEndpoints", Filters=filters)
            if item["State"].lower() not in GONE - {"deleting"}
        ]
        listed = self.api.pages("describe_security_groups", "SecurityGroups", Filters=filters)
        groups = [fields.described(GROUP, item) for item in listed]
        return {"endpoints": found, "security_groups": groups} if found or groups else None

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        ids = [endpoint["id"] for endpoint in current["endpoints"]]
        steps: list[Step] = [step(one, one) for one in ids for step in (endpoints.deletion, endpoints.end)]
        for group in current["security_groups"]:
            which = {"GroupId": group["id"]}
            steps.append(
                Call("delete_security_group", which, group["name"], done_if=NO_GROUP, retry_if=network.STILL_IN_USE)
            )
        return Plan(steps, current, None)

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        # it is GuardDuty's, and whoever asks for it wants it gone
        return []

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        return network.in_the_way(self.api, params)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [
            *(Part(self.aws_type, item["id"], changes.settings(item, "id")) for item in found["endpoints"]),
            *(
                Part("AWS::EC2::SecurityGroup", item["name"], changes.settings(item, "id", "name"))
                for item in found["security_groups"]
            ),
        ]


def main() -> None:
    """Entry point of the module."""
    manage(GuardDutyEndpoint)


if __name__ == "__main__":
    main()

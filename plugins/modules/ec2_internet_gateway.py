#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_internet_gateway
short_description: Manage the internet gateway of a VPC
version_added: 0.1.0
description:
  - Creates, attaches, tags and removes the one internet gateway that a VPC can have.
  - The gateway that is attached to the VPC is used, whoever made it. If there is none, a gateway is used that is
    attached nowhere and carries the C(Name) tag and the identifying tags, as an interrupted run has left it. Further
    gateways that such runs have left are removed.
  - Unlike M(amazon.aws.ec2_vpc_igw) it tags the gateway in the request that creates it, so that none is lost.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description:
      - The VPC. Needed unless O(state=absent).
      - A removal without it concerns only gateways that are attached nowhere.
    type: str
  name:
    description: The C(Name) tag.
    type: str
    required: true
  identifying_tags:
    description:
      - The tags that a gateway which is attached nowhere is found by, in addition to C(Name). The gateway carries them
        as well as O(tags).
      - Without this option, it is found by all of O(tags).
    type: dict
extends_documentation_fragment:
  - streamflix.content_api.resource
  - streamflix.content_api.first_run
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Internet gateway of a VPC
  streamflix.content_api.ec2_internet_gateway:
    vpc_id: vpc-0123456789abcdef0
    name: streamflix-vpc-dev
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.ec2_internet_gateway:
    vpc_id: vpc-0123456789abcdef0
    name: streamflix-vpc-dev
    tags:
      Environment: dev
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
  sample: [create_internet_gateway streamflix-vpc-dev, attach_internet_gateway streamflix-vpc-dev]
internet_gateway:
  description: The gateway as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: igw-0123456789abcdef0
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-vpc-dev
    vpc_id:
      description: The VPC that it is attached to. Empty when it is attached nowhere.
      type: str
      sample: vpc-0123456789abcdef0
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-vpc-dev}
    left_over_ids:
      description: Further gateways with its tags that are attached nowhere. Empty but for a preview's diff.
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
      type: AWS::EC2::InternetGateway
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
from operator import itemgetter
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import network
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Later, Plan, path
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage

DESCRIBE = ("describe_internet_gateways", "InternetGateways")
GONE = frozenset({"InvalidInternetGatewayID.NotFound"})
NOT_ATTACHED = frozenset({"Gateway.NotAttached"})
# the answer to a request whose first reply was lost
ATTACHED_ALREADY = frozenset({"Resource.AlreadyAssociated"})


def attached_to(gateway: Mapping[str, Any]) -> str:
    """Return the VPC that a gateway is attached to, as DescribeInternetGateways gives it; empty for none."""
    return next((attachment["VpcId"] for attachment in gateway.get("Attachments", [])), "")


FIELDS: Rows = {
    "id": Field(aws="InternetGatewayId", assigned=True, always=True, new=Chosen("igw")),
    "name": Field(read=network.name_of, required=True),
    "vpc_id": Field(read=attached_to),
    "identifying_tags": Field("dict"),
    "first_run": Field("bool", default=False),
    "tags": Field("dict", read=network.tags_of, assigned=True),
}


def delete(gateway_id: str, name: str) -> Call:
    """Return the request that deletes a gateway."""
    params = {"InternetGatewayId": gateway_id}
    return Call("delete_internet_gateway", params, name, done_if=GONE, retry_if=network.STILL_IN_USE)


class InternetGateway(Resource):
    """The internet gateway of a VPC."""

    service = "ec2"
    kind = "internet gateway"
    aws_type = "AWS::EC2::InternetGateway"
    arn_kind = "ec2:internet-gateway"
    result_key = "internet_gateway"
    fields = FIELDS
    required_if = (("state", "present", ("vpc_id",)),)
    tagging = tags.EC2
    only_listed = True

    def describe(self) -> dict[str, Any] | None:
        # all of the region, which are few: one request, where filters would take two
        items = self.api.pages(*DESCRIBE)
        wanted, vpc_id = {**network.identity(self.options), "Name": self.name}, self.options["vpc_id"]
        ours = [item for item in items if vpc_id and attached_to(item) == vpc_id]
        left = [item for item in items if not attached_to(item) and network.carries(item, wanted)]
        found = [fields.described(FIELDS, item) for item in (*ours, *sorted(left, key=itemgetter("InternetGatewayId")))]
        return {**found[0], "left_over_ids": [gateway["id"] for gateway in found[1:]]} if found else None

    def plan_create(self) -> Plan:
        wanted, _unused = network.tagging(self.name, self.options)
        params = {"TagSpecifications": network.tag_specification("internet-gateway", wanted)}
        bound = {"id": path("InternetGateway.InternetGatewayId")}
        create = Call("create_internet_gateway", params, self.name, binds=bound, once=True)
        after = {**fields.created(FIELDS, self.options), "left_over_ids": [], "tags": wanted}
        return Plan([create, self._attach(Later("id"))], None, after)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        wanted, purge = network.tagging(self.name, self.options)
        steps = [] if current["vpc_id"] else [self._attach(current["id"])]
        steps += network.tag_steps([current["id"]], self.name, current["tags"], wanted, purge)
        steps += [delete(gateway_id, self.name) for gateway_id in current["left_over_ids"]]
        after = {
            **current,
            "name": self.name,
            "vpc_id": self.options["vpc_id"],
            "left_over_ids": [],
            "tags": tags.after(current["tags"], wanted, purge),
        }
        return Plan(steps, current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        # AWS refuses to detach it while a public address is in use in the VPC
        steps = []
        if current["vpc_id"]:
            params = {"InternetGatewayId": current["id"], "VpcId": current["vpc_id"]}
            done, retry = GONE | NOT_ATTACHED, network.STILL_IN_USE
            steps.append(Call("detach_internet_gateway", params, self.name, done_if=done, retry_if=retry))
        steps += [delete(gateway_id, self.name) for gateway_id in (current["id"], *current["left_over_ids"])]
        return Plan(steps, current, None)

    def _attach(self, gateway_id: Any) -> Call:
        """Return the request that attaches a gateway.

        :param gateway_id: its id, or the L(Later) that stands for it.
        """
        params = {"InternetGatewayId": gateway_id, "VpcId": self.options["vpc_id"]}
        retry = GONE if isinstance(gateway_id, Later) else frozenset()
        return Call("attach_internet_gateway", params, self.name, done_if=ATTACHED_ALREADY, retry_if=retry)

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        return network.in_the_way(self.api, params)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return network.parts_of_one(self.aws_type, self.name, found, "left_over_ids")

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or bool(current["vpc_id"])


def main() -> None:
    """Entry point of the module."""
    manage(InternetGateway)


if __name__ == "__main__":
    main()

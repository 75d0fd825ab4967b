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
  - The gateway that is attached to the VPC is taken, whoever made it. Without one, a gateway that is attached nowhere
    and carries the C(Name) tag and the identifying tags is, because an interrupted run left it. Further ones that such
    runs left are removed.
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
    left_over_ids:
      description: Further gateways with its tags that are attached nowhere. Empty but for a preview's diff.
      type: list
      elements: str
      sample: []
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-vpc-dev}
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

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import network as ec2
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    path,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, argument_spec, run

DESCRIBE = ("describe_internet_gateways", "InternetGateways")
GONE = frozenset({"InvalidInternetGatewayID.NotFound"})
NOT_ATTACHED = frozenset({"Gateway.NotAttached"})
# the answer to a request whose first reply was lost
ATTACHED_ALREADY = frozenset({"Resource.AlreadyAssociated"})


def from_aws(gateway: Mapping[str, Any], vpc_id: str, left_over_ids: Iterable[str]) -> dict[str, Any]:
    """Return a gateway as DescribeInternetGateways gives it, in this module's shape.

    :param vpc_id: the VPC that it is attached to; empty for none.
    """
    return {
        "id": gateway["InternetGatewayId"],
        "name": ec2.name_of(gateway),
        "vpc_id": vpc_id,
        "left_over_ids": sorted(left_over_ids),
        "tags": tags.from_list(gateway.get("Tags")),
    }


def attach(gateway_id: Any, options: Mapping[str, Any]) -> Call:
    """Return the request that attaches a gateway.

    :param gateway_id: its id, or the L(Later) that stands for it.
    """
    params = {"InternetGatewayId": gateway_id, "VpcId": options["vpc_id"]}
    retry = GONE if isinstance(gateway_id, Later) else frozenset()
    return Call("attach_internet_gateway", params, options["name"], done_if=ATTACHED_ALREADY, retry_if=retry)


def delete(gateway_id: str, name: str) -> Call:
    """Return the request that deletes a gateway."""
    params = {"InternetGatewayId": gateway_id}
    return Call("delete_internet_gateway", params, name, done_if=GONE, retry_if=ec2.STILL_IN_USE)


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a VPC without a gateway, of which none is left over either."""
    name = options["name"]
    wanted, _unused = ec2.tagging(name, options)
    params = {"TagSpecifications": ec2.tag_specification("internet-gateway", wanted)}
    bound = {"id": path("InternetGateway.InternetGatewayId")}
    steps = [Call("create_internet_gateway", params, name, binds=bound, once=True), attach(Later("id"), options)]
    after = {"id": unknown("igw"), "name": name, "vpc_id": options["vpc_id"], "left_over_ids": [], "tags": wanted}
    return Plan(steps, None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a gateway that exists, whether it is attached or left over."""
    name = options["name"]
    wanted, purge = ec2.tagging(name, options)
    steps = [] if current["vpc_id"] else [attach(current["id"], options)]
    steps += ec2.tag_steps([current["id"]], name, current["tags"], wanted, purge)
    steps += [delete(gateway_id, name) for gateway_id in current["left_over_ids"]]
    after = {
        **current,
        "name": name,
        "vpc_id": options["vpc_id"],
        "left_over_ids": [],
        "tags": tags.after(current["tags"], wanted, purge),
    }
    return Plan(steps, current, after)


def plan_remove(current: Mapping[str, Any], name: str) -> Plan:
    """Return the plan that removes a gateway and those left over.

    AWS refuses to detach it while a public address is in use in the VPC.
    """
    steps = []
    if current["vpc_id"]:
        params = {"InternetGatewayId": current["id"], "VpcId": current["vpc_id"]}
        done = GONE | NOT_ATTACHED
        steps.append(Call("detach_internet_gateway", params, name, done_if=done, retry_if=ec2.STILL_IN_USE))
    steps += [delete(gateway_id, name) for gateway_id in (current["id"], *current["left_over_ids"])]
    return Plan(steps, current, None)


class InternetGateway(Resource):
    """The internet gateway of a VPC."""

    service = "ec2"
    kind = "internet gateway"
    aws_type = "AWS::EC2::InternetGateway"
    arn_kind = "ec2:internet-gateway"
    result_key = "internet_gateway"
    tagging = tags.EC2
    only_listed = True

    @property
    def name(self) -> str:
        return self.options["name"]

    @property
    def absent(self) -> bool:
        """Whether it is to be removed."""
        return self.options["state"] == "absent"

    def describe(self) -> dict[str, Any] | None:
        # all of the region, which are few: one request, where filters would take two
        by_id = {item["InternetGatewayId"]: item for item in self.api.pages(*DESCRIBE)}
        wanted, vpc_id = {**ec2.identity(self.options), "Name": self.name}, self.options["vpc_id"]
        left = sorted(key for key, item in by_id.items() if not item.get("Attachments") and ec2.carries(item, wanted))
        for item in by_id.values():
            if vpc_id and vpc_id in [attachment["VpcId"] for attachment in item.get("Attachments", [])]:
                return from_aws(item, vpc_id, left)
        return from_aws(by_id[left[0]], "", left[1:]) if left else None

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.absent:
            return plan_remove(current, self.name) if current else unchanged(None)
        return plan_update(current, self.options) if current else plan_create(self.options)

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        return ec2.in_the_way(self.api, params)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return ec2.parts_of_one(self.aws_type, self.name, found, "left_over_ids")

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or bool(current["vpc_id"])


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            vpc_id={"type": "str"},
            name={"type": "str", "required": True},
            identifying_tags={"type": "dict"},
            first_run={"type": "bool", "default": False},
        ),
        required_if=[("state", "present", ("vpc_id",))],
        supports_check_mode=True,
    )
    run(module, InternetGateway)


if __name__ == "__main__":
    main()

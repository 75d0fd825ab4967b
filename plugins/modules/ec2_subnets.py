#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_subnets
short_description: Manage the subnets of a VPC, all in one task
version_added: 0.1.0
description:
  - Creates, changes and removes a set of IPv4 subnets of one VPC. One request reads them all.
  - A subnet is found by its CIDR block. Subnets of the VPC that are not listed are left alone.
  - With O(identifying_tags), RV(surplus) names subnets of ours that are not listed. If network interfaces are in one of
    them, nothing is changed and the module fails, also in check mode, because what uses these interfaces would lose its
    way out. The interface of a NAT gateway does not count if no listed subnet has the subnet's name, because then the
    gateway is removed with it.
  - If network interfaces are still in a subnet that is to be removed, the removal is tried again for O(wait_timeout)
    seconds.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description: The VPC.
    type: str
    required: true
  subnets:
    description:
      - The subnets.
      - With O(state=absent), those to remove; without it, all of the VPC that carry all of O(tags) are removed.
    type: list
    elements: dict
    suboptions:
      cidr:
        description: The IPv4 CIDR block, V(/16) to V(/28), inside the VPC's block.
        type: str
        required: true
      name:
        description: The C(Name) tag. Needed unless O(state=absent).
        type: str
      availability_zone:
        description: The Availability Zone. Needed unless O(state=absent). AWS cannot change it in place.
        type: str
      map_public_ip_on_launch:
        description: Whether instances get a public IPv4 address. Without it, left as it is; AWS starts with V(false).
        type: bool
      tags:
        description: Tags of this subnet only, in addition to O(tags).
        type: dict
  identifying_tags:
    description: The tags by which subnets that are not listed are known to be ours. Without this option, none are.
    type: dict
  tags:
    description:
      - The tags of all subnets of O(subnets), names and values, in addition to C(Name).
      - Without this option and without O(subnets[].tags), tags other than C(Name) are left as they are.
    type: dict
    aliases: [resource_tags]
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A public and a private subnet
  streamflix.content_api.ec2_subnets:
    vpc_id: vpc-0123456789abcdef0
    subnets:
      - name: streamflix-public-1-dev
        cidr: 10.0.0.0/24
        availability_zone: eu-west-1a
        map_public_ip_on_launch: true
      - name: streamflix-private-1-dev
        cidr: 10.0.2.0/24
        availability_zone: eu-west-1a
        map_public_ip_on_launch: false
    tags:
      Environment: dev

- name: Remove one of them
  streamflix.content_api.ec2_subnets:
    vpc_id: vpc-0123456789abcdef0
    subnets:
      - cidr: 10.0.2.0/24
    state: absent

- name: Remove all subnets of the VPC that carry a tag
  streamflix.content_api.ec2_subnets:
    vpc_id: vpc-0123456789abcdef0
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
  sample: [create_subnet streamflix-public-1-dev, modify_subnet_attribute streamflix-public-1-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::EC2::Subnet
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
surplus:
  description:
    - The subnets of the VPC that carry O(identifying_tags) and are not listed, sorted by name. Nothing but NAT gateways
      is in them.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-private-3-dev
    cidr:
      description: Its IPv4 CIDR block.
      type: str
      sample: 10.0.5.0/24
subnets:
  description: The subnets of O(subnets), in that order, as they are now, or in check mode as they would be.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: subnet-0123456789abcdef0
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-public-1-dev
    cidr:
      description: Its IPv4 CIDR block.
      type: str
      sample: 10.0.0.0/24
    availability_zone:
      description: Its Availability Zone.
      type: str
      sample: eu-west-1a
    map_public_ip_on_launch:
      description: Whether instances get a public IPv4 address.
      type: bool
      sample: true
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-public-1-dev}
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from operator import itemgetter
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import cidr, network
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.rows import SUBNET
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    path,
    refuse_replacement,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import repeated
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import READY, Progress, manage

FIELDS: Rows = {
    "vpc_id": Field(required=True),
    "subnets": Field("list", rows=SUBNET),
    "identifying_tags": Field("dict"),
}
REPLACEMENT = "Give the subnet another CIDR block, or remove it first, so that a new one is created."
NO_SUBNET = frozenset({"InvalidSubnetID.NotFound"})
# of what is in a subnet, so many are named
MOST_NAMED = 3


def map_public_ip(subnet_id: Any, member: Mapping[str, Any]) -> Call:
    """Return the request that sets whether instances get a public address."""
    params = {"SubnetId": subnet_id, **fields.params(SUBNET, member, ["map_public_ip_on_launch"])}
    # the subnet may have been created by the step before
    return Call("modify_subnet_attribute", params, member["name"], retry_if=NO_SUBNET)


def plan_new(member: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[list[Call], dict[str, Any]]:
    """Return the steps that create a subnet, and the subnet as it will be."""
    name = member["name"]
    wanted, _unused = network.wanted_tags(name, options["tags"], member["tags"])
    params = {
        "VpcId": options["vpc_id"],
        **fields.params(SUBNET, member, ("cidr", "availability_zone")),
        "TagSpecifications": network.tag_specification("subnet", wanted),
    }
    bound = f"subnet {member['cidr']}"
    steps = [Call("create_subnet", params, name, binds={bound: path("Subnet.SubnetId")})]
    if member["map_public_ip_on_launch"]:
        steps.append(map_public_ip(Later(bound), member))
    return steps, {**fields.created(SUBNET, member), "tags": wanted}


def plan_existing(
    current: Mapping[str, Any], member: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[list[Call], dict[str, Any]]:
    """Return the steps that change an existing subnet, and the subnet as it will be.

    :raises NeedsReplacementError: the Availability Zone differs.
    """
    refuse_replacement(current, member, fields.fixed(SUBNET), REPLACEMENT, member["name"])
    name, subnet_id, public = member["name"], current["id"], member["map_public_ip_on_launch"]
    wanted, given = network.wanted_tags(name, options["tags"], member["tags"])
    purge = given and options["purge_tags"]
    after = {**current, "name": name, "tags": tags.after(current["tags"], wanted, purge)}
    steps = []
    if public not in (None, current["map_public_ip_on_launch"]):
        steps.append(map_public_ip(subnet_id, member))
        after["map_public_ip_on_launch"] = public
    return [*steps, *network.tag_steps([subnet_id], name, current["tags"], wanted, purge)], after


def in_the_way(subnet: Mapping[str, Any], interfaces: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[str]:
    """Return what keeps a subnet from being given up: its network interfaces, in words.

    :param subnet: in this module's shape.
    :param interfaces: those of all subnets in question, as DescribeNetworkInterfaces gives them.
    :param names: the names of the listed subnets: a NAT gateway of such a name does not go with the subnet.
    """
    stays = subnet["name"] in names
    return [
        f"{item['NetworkInterfaceId']} ({item.get('Description') or 'without description'})"
        for item in interfaces
        if item["SubnetId"] == subnet["id"] and (stays or not network.is_of_nat_gateway(item))
    ]


def why_not_given_up(subnet: Mapping[str, Any], users: Sequence[str], blocks: Mapping[str, str]) -> str:
    """Return why a subnet that is not listed has to stay, and what to do.

    :param users: what is in it, in words.
    :param blocks: the CIDR blocks of the listed subnets by name.
    """
    name, block = subnet["name"], subnet["cidr"]
    further = f" and {len(users) - MOST_NAMED} more" if len(users) > MOST_NAMED else ""
    there = f"in it there is still {', '.join(users[:MOST_NAMED])}{further}."
    if name in blocks:
        return (
            f"Subnet {name} ({subnet['id']}) has the block {block}, {blocks[name]} is asked for, and {there} "
            f"AWS cannot change a subnet's block, and what is in it stays there. Keep {block}, or add a zone "
            "with other blocks as the last one, move everything there, and then leave this one out."
        )
    return (
        f"Subnet {name} ({subnet['id']}, {block}, {subnet['availability_zone']}) is no longer listed, and {there} "
        "Without its route this would have no way out. List it again, move out what is in it (load balancer, "
        "service, members of databases and caches of this zone), and leave it out when it is empty."
    )


def overlaps(wanted: Iterable[str], present: Iterable[Mapping[str, Any]]) -> list[str]:
    """Find CIDR blocks of new subnets that overlap a subnet of the VPC; AWS refuses them.

    :param wanted: blocks of subnets that do not exist.
    :param present: all subnets of the VPC, in this module's shape.
    """
    return [
        f"subnets[].cidr {block!r} overlaps the subnet {subnet['name'] or subnet['id']} ({subnet['cidr']}), which "
        "exists: choose another block, or remove that subnet first."
        for block in wanted
        for subnet in present
        if ipaddress.ip_network(block).overlaps(ipaddress.ip_network(subnet["cidr"]))
    ]


class Subnets(network.ResourceSet):
    """Subnets of one VPC, by CIDR block."""

    kind = "subnets of"
    aws_type = "AWS::EC2::Subnet"
    arn_kind = "ec2:subnet"
    inside = "subnets"
    result_key = "subnets"
    fields = FIELDS
    required_if = (("state", "present", ("subnets",)), ("state", "absent", ("subnets", "tags"), True))

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._refusals: list[str] = []
        self._surplus: list[dict[str, str]] = []

    def key(self, member: Mapping[str, Any]) -> str:
        return member["cidr"]

    def problems(self) -> list[str]:
        found = super().problems() + repeated("subnets[].cidr", [member["cidr"] for member in self.members])
        blocks = []
        for member in self.members:
            block, wrong = cidr.parse("subnets[].cidr", member["cidr"])
            found += wrong
            if block is not None and block not in blocks:
                blocks.append(block)
            if not self.absent:
                missing = [key for key in ("name", "availability_zone") if not member[key]]
                found += [f"subnets[].{key} of {member['cidr']} is missing: set it." for key in missing]
        found += [
            f"subnets[].cidr {str(one)!r} overlaps {str(other)!r}: give each subnet a block of its own."
            for one, other in combinations(blocks, 2)
            if one.overlaps(other)
        ]
        return found

    def describe(self) -> dict[str, Any] | None:
        items = self.items("describe_subnets", "Subnets")
        if self.options["subnets"] is None:
            items = self.selected(items)
        else:
            blocks = {member["cidr"] for member in self.members}
            if not self.absent:
                self._look_at_others([fields.described(SUBNET, item) for item in items if item.get("CidrBlock")])
            items = [item for item in items if item.get("CidrBlock") in blocks]
        found = {item["CidrBlock"]: fields.described(SUBNET, item) for item in items}
        return None if self.absent and not found else found

    def _look_at_others(self, present: Sequence[dict[str, Any]]) -> None:
        """Find the subnets that are to be given up, and what speaks against it."""
        blocks = {member["name"]: member["cidr"] for member in self.members}
        existing = {subnet["cidr"] for subnet in present}
        self._refusals = overlaps((block for block in blocks.values() if block not in existing), present)
        wanted = tags.texts(self.options["identifying_tags"])
        others = [
            subnet
            for subnet in present
            if wanted and subnet["cidr"] not in blocks.values() and wanted.items() <= subnet["tags"].items()
        ]
        named = ({key: subnet[key] for key in ("name", "cidr")} for subnet in others)
        self._surplus = sorted(named, key=itemgetter("name"))
        interfaces = self._interfaces([subnet["id"] for subnet in others])
        for subnet in others:
            users = in_the_way(subnet, interfaces, blocks)
            if users:
                self._refusals.append(why_not_given_up(subnet, users, blocks))

    def _interfaces(self, subnet_ids: Sequence[str]) -> list[dict[str, Any]]:
        if not subnet_ids:
            return []
        filters = [{"Name": "subnet-id", "Values": list(subnet_ids)}]
        return self.api.pages("describe_network_interfaces", "NetworkInterfaces", Filters=filters)

    def details(self) -> dict[str, Any]:
        return {"surplus": self._surplus}

    def plan_present(self, current: dict[str, Any]) -> Plan:
        if self._refusals:
            raise InvalidOptionError(" ".join(self._refusals))
        steps: list[Call] = []
        after: dict[str, Any] = {}
        for member in self.members:
            block, options = member["cidr"], self.options
            found = current.get(block)
            more, after[block] = plan_existing(found, member, options) if found else plan_new(member, options)
            steps += more
        return Plan(steps, current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        busy = network.STILL_IN_USE
        steps = [
            Call("delete_subnet", {"SubnetId": item["id"]}, item["name"] or block, done_if=NO_SUBNET, retry_if=busy)
            for block, item in current.items()
        ]
        return Plan(steps, current, None)

    def progress(self, current: dict[str, Any]) -> Progress:
        return READY if self.listed(current) else Progress(ready=False, state="not listed yet")


def main() -> None:
    """Entry point of the module."""
    manage(Subnets)


if __name__ == "__main__":
    main()

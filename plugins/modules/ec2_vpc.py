#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_vpc
short_description: Manage a VPC
version_added: 0.1.0
description:
  - Creates, changes and removes a VPC with one IPv4 CIDR block.
  - The VPC is found by its C(Name) tag and its identifying tags. If several match, an error names them.
  - Two runs at the same time may have made several VPCs that carry all O(owner_tags). If only one of them is in use,
    the others are removed. A VPC is not in use if there is no network interface in it, and nothing but subnets, route
    tables, security groups and an internet gateway that carry all O(owner_tags) too.
  - With O(owner_tags), a VPC of that name is also found if it lacks these or other identifying tags. It is not ours,
    and no second one is made beside it. A VPC with other values in identifying tags is not the one.
  - Unlike M(amazon.aws.ec2_vpc_net) it tags the VPC in the request that creates it, so that the run after an
    interrupted one finds it. It refuses another CIDR block instead of creating a second VPC.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: The C(Name) tag. Needed unless O(vpc_id) names a VPC to remove.
    type: str
  vpc_id:
    description: The VPC to remove. Only with O(state=absent).
    type: str
  cidr:
    description: The IPv4 CIDR block, V(/16) to V(/28). Needed unless O(state=absent). AWS cannot change it in place.
    type: str
  dns_support:
    description: Whether AWS's DNS server answers in the VPC. Without it, left as it is; AWS starts with V(true).
    type: bool
  dns_hostnames:
    description:
      - Whether instances with a public address get a DNS name. Needs O(dns_support).
      - Without it, left as it is; AWS starts with V(false).
    type: bool
  tenancy:
    description:
      - Whether instances run on hardware of their own. Without it, left as it is; AWS starts with V(default).
      - AWS cannot change V(default) to V(dedicated) in place.
    type: str
    choices: [default, dedicated]
  identifying_tags:
    description:
      - The tags that the VPC is found by, in addition to C(Name). It carries them as well as O(tags).
      - Without this option, it is found by all of O(tags), and another value there means another VPC.
    type: dict
extends_documentation_fragment:
  - streamflix.content_api.resource
  - streamflix.content_api.first_run
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: VPC of an environment
  streamflix.content_api.ec2_vpc:
    name: streamflix-vpc-dev
    cidr: 10.0.0.0/16
    dns_support: true
    dns_hostnames: true
    identifying_tags:
      Environment: dev
    tags:
      Environment: dev
      CostCenter: "1234"

- name: Remove it
  streamflix.content_api.ec2_vpc:
    name: streamflix-vpc-dev
    identifying_tags:
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
  sample: [create_vpc streamflix-vpc-dev, modify_vpc_attribute streamflix-vpc-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::EC2::VPC
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
vpc:
  description: The VPC as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: vpc-0123456789abcdef0
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-vpc-dev
    cidr:
      description: Its first IPv4 CIDR block.
      type: str
      sample: 10.0.0.0/16
    dns_support:
      description: Whether AWS's DNS server answers in it.
      type: bool
      sample: true
    dns_hostnames:
      description: Whether instances with a public address get a DNS name.
      type: bool
      sample: true
    tenancy:
      description: V(default), or V(dedicated) when instances run on hardware of their own.
      type: str
      sample: default
    status:
      description: AWS's word for how far it is, V(pending) or V(available).
      type: str
      sample: available
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-vpc-dev}
    left_over:
      description:
        - What two runs at the same time have left, and is removed, each with C(type) and C(id). These are further VPCs
          of the name with all owner tags, with what a run makes in them before anything uses it.
        - Where something is in more than one of them, or is not ours, the module fails.
      type: list
      elements: dict
      sample: []
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import duplicates, network
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.rows import VPC
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    differences,
    path,
    refuse_replacement,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, Resource, manage

# What ModifyVpcAttribute sets, one a request, in the order in which AWS lets them be switched on.
DNS = ("dns_support", "dns_hostnames")
GONE = frozenset({"InvalidVpcID.NotFound"})
REPLACEMENT = "Set it back, or remove the VPC with all that is in it first."


def dns_steps(vpc_id: Any, name: str, changed: Mapping[str, Any]) -> list[Call]:
    """Return the requests that set DNS attributes: names are switched on after the server, and off before it.

    :param vpc_id: the VPC's id, or the L(Later) that stands for it.
    """
    retry = GONE if isinstance(vpc_id, Later) else frozenset()
    wanted = [option for option in DNS if option in changed]
    if changed.get("dns_hostnames") is False:
        wanted.reverse()
    return [
        Call("modify_vpc_attribute", {"VpcId": vpc_id, **fields.params(VPC, changed, [option])}, name, retry_if=retry)
        for option in wanted
    ]


class Vpc(Resource):
    """A VPC."""

    service = "ec2"
    kind = "VPC"
    aws_type = "AWS::EC2::VPC"
    arn_kind = "ec2:vpc"
    result_key = "vpc"
    fields = VPC
    required_if = (("state", "present", ("name", "cidr")), ("state", "absent", ("name", "vpc_id"), True))
    tagging = tags.EC2
    only_listed = True

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._left_over: list[duplicates.Shell] = []

    @property
    def name(self) -> str:
        return self.options["name"] or self.options["vpc_id"]

    def problems(self) -> list[str]:
        found, options = super().problems(), self.options
        if not self.absent and not options["name"]:
            found.append("name is empty: give the VPC a name.")
        if not self.absent and options["vpc_id"]:
            found.append(f"vpc_id {options['vpc_id']!r} is for a removal only: leave it out.")
        if not self.absent and options["dns_hostnames"] and options["dns_support"] is False:
            found.append("dns_hostnames True needs the DNS server: set dns_support to true, or dns_hostnames to false.")
        return found

    def describe(self) -> dict[str, Any] | None:
        vpc = self._find()
        if vpc is None:
            return None
        for option in DNS:
            member = VPC[option].aws
            attribute = member[0].lower() + member[1:]
            # a VPC that is being deleted may vanish between two requests
            reply = self.api.get("describe_vpc_attribute", GONE, VpcId=vpc["VpcId"], Attribute=attribute)
            if reply is None:
                return None
            vpc[member] = reply[member]
        left_over = [part for shell in self._left_over for part in shell.left_over]
        return {**fields.described(VPC, vpc), "left_over": left_over}

    def _find(self) -> dict[str, Any] | None:
        if self.options["vpc_id"]:
            return self.api.find("describe_vpcs", "Vpcs", GONE, VpcIds=[self.options["vpc_id"]])
        owner = ownership.owner_of(self.options)
        self._left_over = []
        choose = None if self.absent else self._choose
        return network.find_vpc(self.api, self.options["name"], network.identity(self.options), owner, choose)

    def _choose(self, name: str, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the one of several VPCs of ours that is in use, and remember the others, which are left over.

        :raises InvalidOptionError: more than one is in use.
        """

        def items(operation: str, key: str, by: str, vpc_id: str) -> list[Any]:
            # the one whose parameter has no plural
            parameter = "Filter" if key == "NatGateways" else "Filters"
            filters: dict[str, Any] = {parameter: [{"Name": by, "Values": [vpc_id]}]}
            return self.api.pages(operation, key, **filters)

        owner = ownership.owner_of(self.options)
        kept, self._left_over = duplicates.sort_out(name, [duplicates.read(items, vpc, owner) for vpc in found])
        return dict(kept.vpc)

    def plan_create(self) -> Plan:
        wanted, _unused = network.tagging(self.name, self.options)
        after = {**fields.created(VPC, self.options), "tags": wanted, "left_over": []}
        params = {
            **fields.params(VPC, after, ("cidr", "tenancy")),
            "TagSpecifications": network.tag_specification("vpc", wanted),
        }
        create = Call("create_vpc", params, self.name, binds={"id": path("Vpc.VpcId")}, once=True)
        others = {option: after[option] for option in DNS if after[option] != VPC[option].new}
        return Plan([create, *dns_steps(Later("id"), self.name, others)], None, after)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        options, vpc_id = self.options, current["id"]
        fixed = fields.fixed(VPC) + ([] if options["tenancy"] == "default" else ["tenancy"])
        refuse_replacement(current, options, fixed, REPLACEMENT)
        changed = differences(current, {option: options[option] for option in (*DNS, "tenancy")})
        wanted, purge = network.tagging(self.name, options)
        steps = dns_steps(vpc_id, self.name, changed)
        if "tenancy" in changed:
            tenancy = fields.params(VPC, changed, ["tenancy"])
            steps.append(Call("modify_vpc_tenancy", {"VpcId": vpc_id, **tenancy}, self.name))
        steps += network.tag_steps([vpc_id], self.name, current["tags"], wanted, purge)
        steps += [step for shell in self._left_over for step in duplicates.removal(shell, self.name)]
        its_tags = tags.after(current["tags"], wanted, purge)
        return Plan(steps, current, {**current, **changed, "tags": its_tags, "left_over": []})

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        # AWS refuses while anything of ours is left in it
        which, name = {"VpcId": current["id"]}, current["name"] or current["id"]
        return Plan([Call("delete_vpc", which, name, done_if=GONE, retry_if=network.STILL_IN_USE)], current, None)

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        return network.in_the_way(self.api, params)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        own = properties(found)
        others = own.pop("left_over")
        return [
            Part(self.aws_type, found["name"] or self.name, own),
            *(Part(other["type"], f"{self.name} {other['id']}", {"id": other["id"]}, other["id"]) for other in others),
        ]

    def progress(self, current: dict[str, Any]) -> Progress:
        return Progress(ready=current["status"] == "available", state=current["status"])


def main() -> None:
    """Entry point of the module."""
    manage(Vpc)


if __name__ == "__main__":
    main()

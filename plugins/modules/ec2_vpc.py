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
  - The VPC is found by its C(Name) tag and its identifying tags. Several that match are an error which names them.
  - Of several that carry all O(owner_tags) only one may be in use. The others are removed, as two runs at the same time
    leave them. They are not in use when there is nothing in them but subnets, route tables, security groups and an
    internet gateway that carry all O(owner_tags) too, and no network interface.
  - With O(owner_tags), a VPC of that name that lacks these or other identifying tags is found too, and is not ours, so
    that no second one is made beside it. One that has other values in identifying tags is another one.
  - Unlike M(amazon.aws.ec2_vpc_net) it tags the VPC in the request that creates it, so that the run after an
    interrupted one finds it, and refuses another CIDR block instead of creating a second VPC.
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
from dataclasses import replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import cidr, duplicates
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import network as ec2
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    differences,
    path,
    refuse_replacement,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import LONGEST_TAG_VALUE, too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    Progress,
    Resource,
    argument_spec,
    run,
)

# What ModifyVpcAttribute sets, one a request, in the order in which AWS lets them be switched on.
DNS = {"dns_support": "EnableDnsSupport", "dns_hostnames": "EnableDnsHostnames"}
NEW = {"dns_support": True, "dns_hostnames": False, "tenancy": "default"}
GONE = frozenset({"InvalidVpcID.NotFound"})
REPLACEMENT = "Set it back, or remove the VPC with all that is in it first."


def from_aws(vpc: Mapping[str, Any], dns: Mapping[str, bool]) -> dict[str, Any]:
    """Return a VPC as DescribeVpcs gives it, in this module's shape.

    :param dns: what DescribeVpcAttribute says, by our options.
    """
    return {
        "id": vpc["VpcId"],
        "name": ec2.name_of(vpc),
        "cidr": vpc["CidrBlock"],
        **dns,
        "tenancy": vpc["InstanceTenancy"],
        "status": vpc["State"],
        "tags": tags.from_list(vpc.get("Tags")),
    }


def dns_steps(vpc_id: Any, name: str, changed: Mapping[str, Any]) -> list[Call]:
    """Return the requests that set DNS attributes: names are switched on after the server, and off before it.

    :param vpc_id: the VPC's id, or the L(Later) that stands for it.
    """
    retry = GONE if isinstance(vpc_id, Later) else frozenset()
    wanted = [option for option in DNS if option in changed]
    if changed.get("dns_hostnames") is False:
        wanted.reverse()
    return [
        Call("modify_vpc_attribute", {"VpcId": vpc_id, DNS[option]: {"Value": changed[option]}}, name, retry_if=retry)
        for option in wanted
    ]


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a VPC that does not exist."""
    name = options["name"]
    wanted, _unused = ec2.tagging(name, options)
    given = differences(NEW, {key: options[key] for key in NEW})
    params = {
        "CidrBlock": options["cidr"],
        "InstanceTenancy": given.get("tenancy", NEW["tenancy"]),
        "TagSpecifications": ec2.tag_specification("vpc", wanted),
    }
    steps = [
        Call("create_vpc", params, name, binds={"id": path("Vpc.VpcId")}, once=True),
        *dns_steps(Later("id"), name, given),
    ]
    after = {
        "id": unknown("vpc"),
        "name": name,
        "cidr": options["cidr"],
        **NEW,
        **given,
        "status": "available",
        "tags": wanted,
        "left_over": [],
    }
    return Plan(steps, None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a VPC that exists.

    :raises NeedsReplacementError: the CIDR block differs, or the tenancy is to be dedicated.
    """
    immutable = ("cidr",) if options["tenancy"] == "default" else ("cidr", "tenancy")
    refuse_replacement(current, options, immutable, REPLACEMENT)
    name, vpc_id = options["name"], current["id"]
    changed = differences(current, {key: options[key] for key in NEW})
    wanted, purge = ec2.tagging(name, options)
    steps = dns_steps(vpc_id, name, changed)
    if "tenancy" in changed:
        steps.append(Call("modify_vpc_tenancy", {"VpcId": vpc_id, "InstanceTenancy": changed["tenancy"]}, name))
    steps += ec2.tag_steps([vpc_id], name, current["tags"], wanted, purge)
    return Plan(steps, current, {**current, **changed, "tags": tags.after(current["tags"], wanted, purge)})


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that removes a VPC; AWS refuses while anything of ours is left in it."""
    params = {"VpcId": current["id"]}
    step = Call("delete_vpc", params, current["name"] or current["id"], done_if=GONE, retry_if=ec2.STILL_IN_USE)
    return Plan([step], current, None)


class Vpc(Resource):
    """A VPC."""

    service = "ec2"
    kind = "VPC"
    aws_type = "AWS::EC2::VPC"
    arn_kind = "ec2:vpc"
    result_key = "vpc"
    tagging = tags.EC2
    only_listed = True

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._left_over: list[duplicates.Shell] = []

    @property
    def name(self) -> str:
        return self.options["name"] or self.options["vpc_id"]

    @property
    def absent(self) -> bool:
        """Whether it is to be removed."""
        return self.options["state"] == "absent"

    def problems(self) -> list[str]:
        if self.absent:
            return []
        _unused, found = cidr.parse("cidr", self.options["cidr"])
        found += too_long("name", self.name, LONGEST_TAG_VALUE)
        if self.options["vpc_id"]:
            found.append(f"vpc_id {self.options['vpc_id']!r} is for a removal only: leave it out.")
        if self.options["dns_hostnames"] and self.options["dns_support"] is False:
            found.append("dns_hostnames True needs the DNS server: set dns_support to true, or dns_hostnames to false.")
        return found

    def describe(self) -> dict[str, Any] | None:
        vpc = self._find()
        if vpc is None:
            return None
        dns = {}
        for option, theirs in DNS.items():
            attribute = theirs[0].lower() + theirs[1:]
            # a VPC that is being deleted may vanish between two requests
            reply = self.api.get("describe_vpc_attribute", GONE, VpcId=vpc["VpcId"], Attribute=attribute)
            if reply is None:
                return None
            dns[option] = reply[theirs]["Value"]
        left_over = [part for shell in self._left_over for part in shell.left_over]
        return {**from_aws(vpc, dns), "left_over": left_over}

    def _find(self) -> dict[str, Any] | None:
        if self.options["vpc_id"]:
            return self.api.find("describe_vpcs", "Vpcs", GONE, VpcIds=[self.options["vpc_id"]])
        owner = ownership.owner_of(self.options)
        self._left_over = []
        choose = None if self.absent else self._choose
        return ec2.find_vpc(self.api, self.options["name"], ec2.identity(self.options), owner, choose)

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

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.absent:
            return plan_remove(current) if current else unchanged(None)
        if not current:
            return plan_create(self.options)
        plan = plan_update(current, self.options)
        steps = [step for shell in self._left_over for step in duplicates.removal(shell, self.name)]
        return replace(plan, steps=[*plan.steps, *steps], after={**(plan.after or {}), "left_over": []})

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        return ec2.in_the_way(self.api, params)

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
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            name={"type": "str"},
            vpc_id={"type": "str"},
            cidr={"type": "str"},
            dns_support={"type": "bool"},
            dns_hostnames={"type": "bool"},
            tenancy={"type": "str", "choices": ["default", "dedicated"]},
            identifying_tags={"type": "dict"},
            first_run={"type": "bool", "default": False},
        ),
        required_if=[("state", "present", ("name", "cidr")), ("state", "absent", ("name", "vpc_id"), True)],
        supports_check_mode=True,
    )
    run(module, Vpc)


if __name__ == "__main__":
    main()

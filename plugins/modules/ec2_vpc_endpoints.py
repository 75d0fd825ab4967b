#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_vpc_endpoints
short_description: Manage the VPC endpoints of a VPC, all in one task
version_added: 0.1.0
description:
  - Creates, changes, tags and removes a set of VPC endpoints of one VPC, by which what is in it reaches AWS's services
    without going through the Internet.
  - An endpoint is found by its service, as a route table takes one gateway endpoint of a service, and a VPC one private
    DNS name. Of several to a service it is the one with the C(Name) tag.
  - Unlike M(amazon.aws.ec2_vpc_endpoint) it changes route tables, subnets, security groups, policy and private DNS of
    an endpoint that exists, and makes no second one.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description: The VPC.
    type: str
    required: true
  endpoints:
    description:
      - The endpoints. Others of the VPC are left alone, unless O(purge_endpoints=true).
      - Needed with O(state=present). With O(state=absent) and without it, all that carry the identifying tags are
        removed.
    type: list
    elements: dict
    suboptions:
      name:
        description: The C(Name) tag.
        type: str
        required: true
      service_name:
        description: The service, such as V(com.amazonaws.eu-west-1.s3), or only its last part, V(s3), of the region.
        type: str
        required: true
      vpc_endpoint_type:
        description: Whether routes lead to it (V(Gateway), for S3 and DynamoDB only), or network interfaces.
        type: str
        choices: [Gateway, Interface]
        default: Gateway
      route_table_ids:
        description: The route tables that get a route to it, of a gateway endpoint.
        type: list
        elements: str
        default: []
      subnet_ids:
        description: The subnets with its network interfaces, one for each zone, of an interface endpoint.
        type: list
        elements: str
        default: []
      security_group_ids:
        description: The security groups of its network interfaces. They have to let port 443 in.
        type: list
        elements: str
        default: []
      private_dns_enabled:
        description: Whether the service's usual name leads to it, of an interface endpoint.
        type: bool
        default: true
      policy:
        description:
          - Who may do what through it, a policy document. Without it, a new endpoint has AWS's policy, which allows
            all, and that of one that exists stays.
        type: dict
  purge_endpoints:
    description: Whether endpoints of the VPC that carry the identifying tags and are not listed are removed.
    type: bool
    default: false
  identifying_tags:
    description:
      - The tags by which endpoints that are not listed are known to be ours. All listed ones carry them as well as
        O(tags).
      - Without this option, O(tags) are.
    type: dict
  tags:
    description:
      - The tags of all endpoints, names and values, in addition to C(Name).
      - Without this option, tags other than C(Name) are left as they are.
    type: dict
    aliases: [resource_tags]
seealso:
  - module: amazon.aws.ec2_vpc_endpoint
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: The way to S3, which costs nothing
  streamflix.content_api.ec2_vpc_endpoints:
    vpc_id: vpc-0123456789abcdef0
    endpoints:
      - name: streamflix-s3-dev
        service_name: s3
        route_table_ids: [rtb-0123456789abcdef0]
    tags:
      Environment: dev

- name: Remove all of the stack
  streamflix.content_api.ec2_vpc_endpoints:
    vpc_id: vpc-0123456789abcdef0
    tags:
      Environment: dev
    state: absent
"""

RETURN = r"""
endpoints:
  description: The endpoints of O(endpoints), in that order, as they are now, or in check mode as they would be.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: What AWS assigns.
      type: str
      sample: example
    name:
      description: The C(Name) tag.
      type: str
      sample: example
    service_name:
      description: The service, such as V(com.amazonaws.eu-west-1.s3), or only its last part, V(s3), of the region.
      type: str
      sample: example
    vpc_endpoint_type:
      description: Whether routes lead to it (V(Gateway), for S3 and DynamoDB only), or network interfaces.
      type: str
      sample: Gateway
    route_table_ids:
      description: The route tables that get a route to it, of a gateway endpoint.
      type: list
      elements: str
      sample: []
    subnet_ids:
      description: The subnets with its network interfaces, one for each zone, of an interface endpoint.
      type: list
      elements: str
      sample: []
    security_group_ids:
      description: The security groups of its network interfaces.
      type: list
      elements: str
      sample: []
    private_dns_enabled:
      description: Whether the service's usual name leads to it, of an interface endpoint.
      type: bool
      sample: true
    policy:
      description: Who may do what through it, a policy document.
      type: dict
      sample: {}
    status:
      description: What AWS assigns.
      type: str
      sample: example
    tags:
      description: What AWS assigns.
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
      type: AWS::EC2::VPCEndpoint
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import endpoints, network
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.obstacles import GONE
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    Step,
    different,
    refuse_replacement,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import repeated
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import READY, Progress, manage

GATEWAY = "Gateway"
INTERFACE = "Interface"
OF_GATEWAY = ("route_table_ids",)
OF_INTERFACE = ("subnet_ids", "security_group_ids")
WITH_GATEWAY = ("s3", "dynamodb")
# what an earlier task has made a moment ago
NOT_LISTED_YET = network.NOT_LISTED_YET | {"InvalidGroup.NotFound", "InvalidRouteTableID.NotFound"}
REMEDY = "Remove it first, by leaving it out of the list, or use another type for another service."


def groups_of(item: Mapping[str, Any]) -> list[str]:
    """Return the security groups of an endpoint as DescribeVpcEndpoints gives it."""
    return sorted(group["GroupId"] for group in item.get("Groups") or ())


ENDPOINT: Rows = {
    "id": Field(aws="VpcEndpointId", assigned=True, always=True, new=Chosen("vpce")),
    "name": Field(read=network.name_of, required=True),
    "service_name": Field(aws="ServiceName", always=True, required=True),
    "vpc_endpoint_type": Field(
        aws="VpcEndpointType", always=True, fixed=True, choices=(GATEWAY, INTERFACE), default=GATEWAY
    ),
    "route_table_ids": Field("list", "RouteTableIds", read=fields.sorted_texts("RouteTableIds"), default=[]),
    "subnet_ids": Field("list", "SubnetIds", read=fields.sorted_texts("SubnetIds"), default=[]),
    "security_group_ids": Field("list", "SecurityGroupIds", read=groups_of, default=[], exposes=True),
    "private_dns_enabled": Field("bool", "PrivateDnsEnabled", unset=False, default=True),
    "policy": Field(
        "dict",
        "PolicyDocument",
        read=lambda item: json.loads(item.get("PolicyDocument") or "{}"),
        write=json.dumps,
        exposes=True,
    ),
    "status": Field(aws="State", assigned=True, always=True, shown_only=True),
    "tags": Field("dict", read=network.tags_of, assigned=True),
}
FIELDS: Rows = {
    "vpc_id": Field(required=True),
    "endpoints": Field("list", rows=ENDPOINT),
    "purge_endpoints": Field("bool", default=False),
    "identifying_tags": Field("dict"),
}


def removal_steps(items: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Return the steps that remove endpoints, all at the same time."""
    found = list(items)
    begin = [endpoints.deletion(item["id"], label(item)) for item in found if item["status"] != "deleting"]
    return [*begin, *(endpoints.end(item["id"], label(item)) for item in found)]


def label(item: Mapping[str, Any]) -> str:
    """Return what an endpoint is called in messages."""
    return str(item["name"] or item["id"])


def moves(option: str, now: Iterable[str], then: Iterable[str]) -> dict[str, list[str]]:
    """Return the parameters of ModifyVpcEndpoint that change one of its lists."""
    member = {"route_table_ids": "RouteTableIds", "subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"}
    added, gone = sorted(set(then) - set(now)), sorted(set(now) - set(then))
    found = {f"Add{member[option]}": added, f"Remove{member[option]}": gone}
    return {key: ids for key, ids in found.items() if ids}


class VpcEndpoints(network.ResourceSet):
    """VPC endpoints of one VPC, by service."""

    kind = "VPC endpoints of"
    aws_type = "AWS::EC2::VPCEndpoint"
    arn_kind = "ec2:vpc-endpoint"
    inside = "endpoints"
    result_key = "endpoints"
    fields = FIELDS
    required_if = (
        ("state", "present", ("endpoints",)),
        ("state", "absent", ("endpoints", "tags", "identifying_tags"), True),
    )
    only_listed = True

    def key(self, member: Mapping[str, Any]) -> str:
        name = str(member["service_name"])
        return name if name.startswith(("com.", "cn.", "aws.")) else f"com.amazonaws.{self.api.region}.{name}"

    def problems(self) -> list[str]:
        found = super().problems()
        for option in ("name", "service_name"):
            found += repeated(f"endpoints[].{option}", [member[option] for member in self.members])
        if self.absent:
            return found
        for member in self.members:
            name, kind = member["name"], member["vpc_endpoint_type"]
            gateway = kind == GATEWAY
            needed = OF_GATEWAY if gateway else OF_INTERFACE
            found += [
                f"endpoints[] {name} is of type {kind}, and has no {option}: name some."
                for option in needed
                if not member[option]
            ]
            if gateway and self.key(member).rpartition(".")[2] not in WITH_GATEWAY:
                service = member["service_name"]
                found.append(f"endpoints[] {name} is of type Gateway, which {service!r} does not have: set Interface.")
        return found

    def describe(self) -> dict[str, Any] | None:
        items = [
            fields.described(ENDPOINT, item)
            for item in self.items("describe_vpc_endpoints", "VpcEndpoints")
            if item["State"].lower() not in GONE - {"deleting"}
        ]
        for item in items:
            item["status"] = item["status"].lower()
        wanted = network.identity(self.options)
        ours = [item for item in items if wanted and ownership.is_ours(item["tags"], wanted)]
        if self.absent:
            named = {self.key(member) for member in self.members}
            return {item["id"]: item for item in ours if not named or item["service_name"] in named} or None
        found = {
            key: item for key, item in ((key, self._one(items, key)) for key in map(self.key, self.members)) if item
        }
        known = {item["id"] for item in found.values()}
        surplus = [item for item in ours if item["id"] not in known] if self.options["purge_endpoints"] else []
        return found | {item["id"]: item for item in surplus}

    def _one(self, items: Iterable[dict[str, Any]], key: str) -> dict[str, Any] | None:
        """Return the endpoint to a service: the one with the name, else one that is ours, else any."""
        (name,) = (member["name"] for member in self.members if self.key(member) == key)
        owner = ownership.owner_of(self.options)
        there = [item for item in items if item["service_name"] == key and item["status"] != "deleting"]
        order = sorted(
            there, key=lambda item: (item["name"] != name, not ownership.is_ours(item["tags"], owner), item["id"])
        )
        return order[0] if order else None

    def plan_present(self, current: dict[str, Any]) -> Plan:
        steps: list[Step] = []
        after: dict[str, Any] = {}
        for member in self.members:
            key = self.key(member)
            more, after[key] = self._changed(current[key], member) if key in current else self._new(member)
            steps += more
        return Plan([*steps, *removal_steps(item for key, item in current.items() if key not in after)], current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        return Plan(removal_steps(current.values()), current, None)

    def _wanted(self, member: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is asked of an endpoint, as descriptions show it; without what its type does not have."""
        gateway = member["vpc_endpoint_type"] == GATEWAY
        none: dict[str, Any] = {option: [] for option in (OF_INTERFACE if gateway else OF_GATEWAY)}
        apart = none | ({"private_dns_enabled": False} if gateway else {})
        lists = {option: different(member[option]) for option in (*OF_GATEWAY, *OF_INTERFACE)}
        return {**member, **lists, **apart, "service_name": self.key(member)}

    def _new(self, member: Mapping[str, Any]) -> tuple[list[Step], dict[str, Any]]:
        wanted, (its_tags, _unused) = self._wanted(member), network.tagging(member["name"], self.options)
        sent = ("service_name", "vpc_endpoint_type", *OF_GATEWAY, *OF_INTERFACE, "policy")
        params = {"VpcId": self.vpc_id, **fields.params(ENDPOINT, {key: wanted[key] or None for key in sent}, sent)}
        if wanted["vpc_endpoint_type"] == INTERFACE:
            params["PrivateDnsEnabled"] = wanted["private_dns_enabled"]
        params["TagSpecifications"] = network.tag_specification("vpc-endpoint", its_tags)
        status = "available" if self.options["wait"] or wanted["vpc_endpoint_type"] == GATEWAY else "pending"
        after = {**fields.created(ENDPOINT, {**wanted, "status": status}), "tags": its_tags}
        return [Call("create_vpc_endpoint", params, member["name"], once=True, retry_if=NOT_LISTED_YET)], after

    def _changed(self, current: Mapping[str, Any], member: Mapping[str, Any]) -> tuple[list[Step], dict[str, Any]]:
        name, wanted = member["name"], self._wanted(member)
        refuse_replacement(current, wanted, fields.fixed(ENDPOINT), REMEDY, name)
        params: dict[str, Any] = {}
        for option in (*OF_GATEWAY, *OF_INTERFACE):
            params |= moves(option, current[option], wanted[option])
        if wanted["vpc_endpoint_type"] == INTERFACE and current["private_dns_enabled"] != wanted["private_dns_enabled"]:
            params["PrivateDnsEnabled"] = wanted["private_dns_enabled"]
        if wanted["policy"] is not None and current["policy"] != wanted["policy"]:
            params["PolicyDocument"] = json.dumps(wanted["policy"])
        its_tags, purge = network.tagging(name, self.options)
        steps: list[Step] = []
        if params:
            which = {"VpcEndpointId": current["id"]}
            steps.append(Call("modify_vpc_endpoint", {**which, **params}, name, retry_if=NOT_LISTED_YET))
        steps += network.tag_steps([current["id"]], name, current["tags"], its_tags, purge)
        kept = {key: value for key, value in wanted.items() if value is not None and key in ENDPOINT}
        return steps, {**current, **kept, "tags": tags.after(current["tags"], its_tags, purge)}

    def progress(self, current: dict[str, Any]) -> Progress:
        listed = [current[key] for key in map(self.key, self.members) if key in current]
        for item in listed:
            if item["status"] in ("failed", "rejected", "expired"):
                return Progress(ready=False, state=item["status"], failure=f"{label(item)} has failed: remove it.")
        waiting = {item["status"] for item in listed} - {"available"}
        return Progress(ready=False, state=", ".join(sorted(waiting))) if waiting else READY

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or all(self.key(member) in current for member in self.members)

    def parts_of(self, key: str, item: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, label(item), properties(item, "id"), key)]


def main() -> None:
    """Entry point of the module."""
    manage(VpcEndpoints)


if __name__ == "__main__":
    main()

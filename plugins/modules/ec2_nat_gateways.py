#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_nat_gateways
short_description: Manage the NAT gateways of a VPC and their Elastic IP addresses, all in one task
version_added: 0.1.0
description:
  - Creates, tags and removes a set of public NAT gateways of one VPC, each with an Elastic IP address of its own, or
    regional ones, for which AWS provides the addresses and releases them.
  - A gateway is found by its C(Name) tag. Its address carries the same tags, so that an address which an interrupted
    run has left without a gateway is used again; further ones of the same name are released.
  - Two runs at the same time may have made several gateways of one name. Those of them that carry all O(owner_tags) and
    to which no route leads are removed, if exactly one stays. Otherwise several are an error.
  - A gateway that AWS could not create does not count, and the next run creates another one.
  - Unlike M(amazon.aws.ec2_vpc_nat_gateway) it tags the address too, and a second run changes nothing.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description:
      - The VPC. Needed unless O(state=absent).
      - A removal without it and without O(nat_gateways) concerns the whole region.
    type: str
  nat_gateways:
    description:
      - The NAT gateways. Others of the VPC are left alone, unless O(purge_nat_gateways=true).
      - With O(state=absent), those to remove; without it, all of the VPC that carry the identifying tags are removed,
        and all unused Elastic IP addresses that carry them are released.
    type: list
    elements: dict
    suboptions:
      name:
        description: The C(Name) tag of the gateway and of its address.
        type: str
        required: true
      availability_mode:
        description:
          - V(zonal) is in the availability zone of C(subnet_id). V(regional) is in each zone of the VPC in which
            something needs it, and AWS takes it there and away by itself. AWS cannot change it in place.
          - In a new zone AWS takes up to an hour to be there; until then it serves that zone from another one.
        type: str
        choices: [zonal, regional]
        default: zonal
      subnet_id:
        description: >-
          A public subnet. Needed unless O(state=absent), and not with C(availability_mode=regional). AWS cannot change
          it in place.
        type: str
  purge_nat_gateways:
    description:
      - Whether gateways of the VPC that carry the identifying tags and are not listed are removed, with their
        addresses, and unused addresses that carry them are released.
      - Move the routes away from these gateways first.
    type: bool
    default: false
  keep_way_out:
    description:
      - Whether to refuse an empty list while there are gateways that carry the identifying tags, and something is in a
        subnet that is routed to one of them. It would be cut off.
      - The routes and network interfaces of the VPC are read for it, but only then.
    type: bool
    default: false
  identifying_tags:
    description:
      - The tags by which unused addresses, and gateways that are not listed, are known to be ours. All gateways and
        addresses of O(nat_gateways) carry them as well as O(tags).
      - Without this option, O(tags) are.
    type: dict
  tags:
    description:
      - The tags of all gateways and addresses, names and values, in addition to C(Name).
      - Without this option, tags other than C(Name) are left as they are.
    type: dict
    aliases: [resource_tags]
  wait:
    description:
      - Whether to wait until all gateways are available.
      - A removal always waits until AWS has deleted the gateways, because only then their addresses can be released.
    type: bool
    default: true
extends_documentation_fragment:
  - streamflix.content_api.resource
  - streamflix.content_api.first_run
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A NAT gateway, without waiting for it
  streamflix.content_api.ec2_nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    nat_gateways:
      - name: streamflix-nat-1-dev
        subnet_id: subnet-0123456789abcdef0
    tags:
      Environment: dev
    wait: false

- name: The only NAT gateway of the environment, any other is removed
  streamflix.content_api.ec2_nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    nat_gateways:
      - name: streamflix-nat-1-dev
        subnet_id: subnet-0123456789abcdef0
    tags:
      Environment: dev
    purge_nat_gateways: true

- name: One for all zones of the VPC
  streamflix.content_api.ec2_nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    nat_gateways:
      - name: streamflix-nat-regional-dev
        availability_mode: regional
    tags:
      Environment: dev

- name: Remove it and release its address
  streamflix.content_api.ec2_nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    nat_gateways:
      - name: streamflix-nat-1-dev
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
  sample: [allocate_address streamflix-nat-1-dev, create_nat_gateway streamflix-nat-1-dev]
nat_gateways:
  description: The gateways of O(nat_gateways), in that order, as they are now, or in check mode as they would be.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: nat-0123456789abcdef0
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-nat-1-dev
    availability_mode:
      description: V(zonal) or V(regional).
      type: str
      sample: zonal
    subnet_id:
      description: Its subnet; null for a regional one.
      type: str
      sample: subnet-0123456789abcdef0
    status:
      description: AWS's word for how far it is, such as V(pending) or V(available).
      type: str
      sample: available
    allocation_id:
      description: The id of its Elastic IP address; null for a regional one, whose addresses are AWS's.
      type: str
      sample: eipalloc-0123456789abcdef0
    public_ip:
      description: The address that the VPC's requests to the Internet come from.
      type: str
      sample: 198.51.100.7
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-nat-1-dev}
    address_tags:
      description: The tags of its Elastic IP address.
      type: dict
      sample: {Environment: dev, Name: streamflix-nat-1-dev}
surplus:
  description: What carries the identifying tags and is not listed, gateways as well as unused addresses.
  returned: always
  type: list
  elements: str
  sample: [streamflix-nat-2-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::EC2::NatGateway
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import duplicates, network
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.rows import NAT_GATEWAY, REGIONAL
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    Step,
    Wait,
    path,
    refuse_replacement,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import repeated
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import READY, Kind, Progress, manage

FIELDS: Rows = {
    "vpc_id": Field(),
    "nat_gateways": Field("list", rows=NAT_GATEWAY),
    "purge_nat_gateways": Field("bool", default=False),
    "keep_way_out": Field("bool", default=False),
    "identifying_tags": Field("dict"),
    "first_run": Field("bool", default=False),
}
# of an Elastic IP address
ADDRESS: Rows = {
    "name": Field(read=network.name_of),
    "allocation_id": Field(aws="AllocationId", always=True),
    "public_ip": Field(aws="PublicIp"),
    "address_tags": Field("dict", read=network.tags_of),
}
REPLACEMENT = "Give the gateway another name, so that the new one is created beside the old one, or remove it first."
ADDRESS_TYPE = "AWS::EC2::EIP"
LIVE = frozenset({"pending", "available"})
# AWS lists gateways for about an hour after they failed or were deleted.
GONE = frozenset({"deleted", "failed"})
NO_GATEWAY = "no gateway"
# An address counts as used for some seconds after its gateway is gone; AWS has three ways to say so.
ADDRESS_STILL_USED = frozenset({"AuthFailure", "InvalidIPAddress.InUse", "InvalidNetworkInterfaceID.NotFound"})
RELEASED = frozenset({"InvalidAllocationID.NotFound"})
# How long a ClientToken of ours stays the same. Less than the hour for which AWS lists a gateway that is gone.
TOKEN_SECONDS = 600


def without_gateway(address: Mapping[str, Any]) -> dict[str, Any]:
    """Return an Elastic IP address that no gateway uses, in the shape of a gateway without an id."""
    return {**dict.fromkeys(NAT_GATEWAY), **fields.described(ADDRESS, address), "status": NO_GATEWAY, "tags": {}}


def join(gateways: Iterable[Mapping[str, Any]], addresses: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return gateways with the tags of their addresses, then the addresses that nobody uses.

    An address that something else uses is left out: it is not ours, whatever its name.

    :param gateways: all that live in the VPC: the address of a pending one may not look used yet.
    """
    by_allocation = {address.get("AllocationId"): address for address in addresses}
    found = [fields.described(NAT_GATEWAY, gateway) for gateway in gateways]
    for item in found:
        item["address_tags"] = network.tags_of(by_allocation.pop(item["allocation_id"], {}))
    return found + [without_gateway(item) for item in by_allocation.values() if is_spare(item)]


def is_spare(address: Mapping[str, Any]) -> bool:
    """Tell whether nobody uses an address, and no service of AWS manages it."""
    return not address.get("AssociationId") and not address.get("ServiceManaged")


def unexplained(
    gateways: Iterable[Mapping[str, Any]],
    addresses: Iterable[Mapping[str, Any]],
    names: Container[str],
    wanted: Mapping[str, str],
) -> dict[str, str]:
    """Return the names of the addresses of ours that something uses, though no gateway is listed, by its interface.

    :param gateways: all that AWS lists, those that are gone too: an address may look used for a moment more.
    :param names: those of the gateways that are wanted.
    :param wanted: tags of what is ours. Without any, a name alone is no proof.
    """
    known = {item.get("AllocationId") for gateway in gateways for item in gateway.get("NatGatewayAddresses") or []}
    used = [item for item in addresses if item.get("AssociationId") and item.get("AllocationId") not in known]
    return {
        item["NetworkInterfaceId"]: network.name_of(item)
        for item in used
        if wanted and network.carries(item, wanted) and network.name_of(item) in names
    }


def is_ours(item: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Tell whether a gateway, or an address without one, carries all of the tags."""
    return wanted.items() <= item["tags" if item["id"] else "address_tags"].items()


def one_per_name(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the items by name: of several with one name a living gateway, else one in deletion, else an address."""
    order = ("available", "pending", "deleting", NO_GATEWAY)
    found: dict[str, dict[str, Any]] = {}
    for item in sorted(items, key=lambda item: (order.index(item["status"]), item["allocation_id"] or "")):
        found.setdefault(item["name"], item)
    return found


def label(item: Mapping[str, Any]) -> str:
    """Return what a gateway, or an address without one, is called in messages."""
    return item["name"] or item["id"] or item["allocation_id"]


def is_its_own(item: Mapping[str, Any], owner: Mapping[str, str]) -> bool:
    """Tell whether the address of a gateway, or one without a gateway, is removed with it: one of ours, of its name.

    :param owner: the tags of the addresses that are ours.
    """
    named = bool(item["allocation_id"]) and item["address_tags"].get("Name", "") == item["name"]
    return named and ownership.is_ours(item["address_tags"], owner)


def by_name_and_id(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the items by name and the id of gateway or address, as names may repeat."""
    return {f"{item['name']} {item['id'] or item['allocation_id']}".strip(): item for item in items}


def to_remove(
    items: Iterable[dict[str, Any]], names: Iterable[str] | None, wanted: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Return what a removal concerns.

    :param names: the listed gateways; None for all that carry the tags.
    :param wanted: tags of what is ours. A listed gateway is named clearly enough without them.
    """
    if names is None:
        return by_name_and_id(item for item in items if is_ours(item, wanted))
    listed = set(names)
    return by_name_and_id(item for item in items if item["name"] in listed and (item["id"] or is_ours(item, wanted)))


def to_keep(
    items: Iterable[dict[str, Any]], names: Iterable[str], wanted: Mapping[str, str], purge: bool
) -> dict[str, dict[str, Any]]:
    """Return the listed gateways, or the addresses that are to become theirs, by name; then what is surplus.

    :param wanted: tags of what is ours. Without any, nothing is surplus: a name alone is no proof.
    :param purge: whether gateways and addresses of ours with other names are surplus. Further addresses with one of
        the names always are: an interrupted run left them.
    """
    listed = set(names)
    usable = [item for item in items if item["id"] or is_ours(item, wanted)]
    found = one_per_name(item for item in usable if item["name"] in listed)
    rest = [item for item in usable if wanted and item not in found.values()]
    surplus = [item for item in rest if (not item["id"] if item["name"] in listed else purge and is_ours(item, wanted))]
    return {**found, **by_name_and_id(surplus)}


def plan_address(
    found: Mapping[str, Any] | None, name: str, wanted: Mapping[str, str], purge: bool
) -> tuple[list[Call], Any]:
    """Return the steps that lead to an address for a new gateway, and its allocation id."""
    if found is not None:
        allocation = found["allocation_id"]
        return network.tag_steps([allocation], name, found["address_tags"], wanted, purge), allocation
    bound = f"address of {name}"
    params = {"Domain": "vpc", "TagSpecifications": network.tag_specification("elastic-ip", wanted)}
    return [Call("allocate_address", params, name, binds={bound: path("AllocationId")}, once=True)], Later(bound)


def token_era(dead: Iterable[str], now: float) -> str:
    """Return what makes the tokens of this run differ from those of gateways that are gone.

    :param dead: the ids of the gateways of the VPC that failed or were deleted, as long as AWS lists them.
    :param now: seconds; after the time for which AWS lists them, the clock has moved on.
    """
    return f"{int(now // TOKEN_SECONDS)} {' '.join(sorted(dead))}"


def client_token(allocation: Any, params: Mapping[str, Any], era: str) -> Any:
    """Return the ClientToken of CreateNatGateway, or the L(Later) that stands for it; at most 64 characters.

    The run after one whose reply was lost sends the same token and gets the same gateway. AWS answers a token with the
    gateway of that time even when that one is gone, and refuses it with other parameters: both are part of it.

    :param allocation: the address's allocation id, or the L(Later) that stands for it.
    """
    digest = hashlib.sha256(json.dumps([params, era], sort_keys=True).encode()).hexdigest()[:32]
    return Later(allocation.name, digest + "-{}") if isinstance(allocation, Later) else f"{digest}-{allocation}"


def plan_new_regional(
    found: Mapping[str, Any] | None, member: Mapping[str, Any], options: Mapping[str, Any], era: str
) -> tuple[list[Call], dict[str, Any]]:
    """Return the steps that create a regional gateway, and the gateway as it will be.

    :param found: an address of its name, which it has no use for, if any.
    :param era: L(token_era).
    """
    name = member["name"]
    wanted, _purge = network.tagging(name, options)
    params = {
        "AvailabilityMode": REGIONAL,
        "VpcId": options["vpc_id"],
        "ConnectivityType": "public",
        "TagSpecifications": network.tag_specification("natgateway", wanted),
    }
    params["ClientToken"] = client_token(REGIONAL, params, era)
    steps = [Call("create_nat_gateway", params, name)]
    if found is not None:
        steps.append(release(found, done_if=RELEASED | ADDRESS_STILL_USED))
    status = "available" if options["wait"] else "pending"
    own = {"allocation_id": None, "public_ip": None, "tags": wanted, "address_tags": {}}
    return steps, {**fields.created(NAT_GATEWAY, {**member, "status": status}), **own}


def plan_new(
    found: Mapping[str, Any] | None, member: Mapping[str, Any], options: Mapping[str, Any], era: str
) -> tuple[list[Call], dict[str, Any]]:
    """Return the steps that create a gateway, and the gateway as it will be.

    :param found: an address that an earlier run, or a gateway in deletion, leaves for it, if any.
    :param era: L(token_era).
    """
    name = member["name"]
    if member["availability_mode"] == REGIONAL:
        return plan_new_regional(found, member, options, era)
    wanted, purge = network.tagging(name, options)
    steps, allocation = plan_address(found, name, wanted, purge)
    params = {
        **fields.params(NAT_GATEWAY, member, ["subnet_id"]),
        "ConnectivityType": "public",
        "TagSpecifications": network.tag_specification("natgateway", wanted),
    }
    params |= {"AllocationId": allocation, "ClientToken": client_token(allocation, params, era)}
    retry = network.NOT_LISTED_YET if isinstance(allocation, Later) else frozenset()
    steps.append(Call("create_nat_gateway", params, name, retry_if=retry))
    kept = {key: found[key] for key in ("allocation_id", "public_ip")} if found else {}
    status = "available" if options["wait"] else "pending"
    after = {
        **fields.created(NAT_GATEWAY, {**member, **kept, "status": status}),
        "tags": wanted,
        "address_tags": tags.after(found["address_tags"], wanted, purge) if found else wanted,
    }
    return steps, after


def plan_existing(
    current: Mapping[str, Any], member: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[list[Call], dict[str, Any]]:
    """Return the steps that change an existing gateway, and the gateway as it will be.

    :raises NeedsReplacementError: the subnet differs.
    """
    name = member["name"]
    refuse_replacement(current, member, fields.fixed(NAT_GATEWAY), REPLACEMENT, name)
    wanted, purge = network.tagging(name, options)
    steps = network.tag_steps([current["id"]], name, current["tags"], wanted, purge)
    after = {**current, "tags": tags.after(current["tags"], wanted, purge)}
    if current["allocation_id"]:
        steps += network.tag_steps([current["allocation_id"]], name, current["address_tags"], wanted, purge)
        after["address_tags"] = tags.after(current["address_tags"], wanted, purge)
    return steps, after


def state_of(reply: Mapping[str, Any]) -> str:
    """Return the state of the only gateway in a reply of DescribeNatGateways; C(deleted) when it lists none."""
    gateways = reply.get("NatGateways") or [{"State": "deleted"}]
    return gateways[0]["State"]


def release(item: Mapping[str, Any], **how: Any) -> Call:
    """Return the request that releases the address of a gateway, or one without a gateway."""
    return Call("release_address", {"AllocationId": item["allocation_id"]}, label(item), **how)


def removal_steps(items: Iterable[Mapping[str, Any]], owner: Mapping[str, str]) -> list[Step]:
    """Return the steps that remove gateways and release their addresses, all gateways at the same time.

    :param owner: the tags of the addresses that are ours.
    """
    gone = frozenset({"NatGatewayNotFound"})
    gateways = [item for item in items if item["id"]]
    steps: list[Step] = [
        Call("delete_nat_gateway", {"NatGatewayId": item["id"]}, label(item), done_if=gone)
        for item in gateways
        if item["status"] != "deleting"
    ]
    steps += [
        Wait(
            f"deletion of NAT gateway {label(item)}",
            "describe_nat_gateways",
            {"NatGatewayIds": [item["id"]]},
            state_of,
            until=GONE,
            gone_if=gone,
        )
        for item in gateways
    ]
    steps += [release(item, done_if=RELEASED, retry_if=ADDRESS_STILL_USED) for item in items if is_its_own(item, owner)]
    return steps


def surplus_steps(items: Iterable[Mapping[str, Any]], owner: Mapping[str, str]) -> list[Step]:
    """Return the steps that remove what L(to_keep) found to be surplus.

    :param owner: the tags of the addresses that are ours.
    """
    surplus = list(items)
    steps = removal_steps([item for item in surplus if item["id"]], owner)
    # an address that turns out to be used is not left over: a gateway that AWS does not list yet has it
    in_use = RELEASED | ADDRESS_STILL_USED
    return [*steps, *(release(item, done_if=in_use) for item in surplus if not item["id"])]


class NatGateways(network.ResourceSet):
    """NAT gateways of one VPC with their addresses, by name."""

    kind = "NAT gateways of"
    aws_type = "AWS::EC2::NatGateway"
    arn_kind = "ec2:natgateway"
    inside = "nat_gateways"
    also = (Kind(ADDRESS_TYPE, "ec2:elastic-ip", "nat_gateways"),)
    result_key = "nat_gateways"
    fields = FIELDS
    required_if = (
        ("state", "present", ("vpc_id", "nat_gateways")),
        ("state", "absent", ("nat_gateways", "tags", "identifying_tags"), True),
    )
    only_listed = True

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._old_failures: set[str] | None = None
        self._failures: dict[str, str] = {}
        self._dead: list[str] = []
        self._surplus: list[str] = []
        # subnets that are in use and have no way out but the gateways that are to go
        self._cut_off: list[str] = []

    @property
    def name(self) -> str:
        return self.options["vpc_id"] or "any VPC"

    @property
    def names(self) -> list[str]:
        """The names of the listed gateways."""
        return [member["name"] for member in self.members]

    def problems(self) -> list[str]:
        found = super().problems() + repeated("nat_gateways[].name", self.names)
        if not self.absent:
            for member in self.members:
                regional, option = (
                    member["availability_mode"] == REGIONAL,
                    f"nat_gateways[].subnet_id of {member['name']}",
                )
                if regional and member["subnet_id"]:
                    found.append(f"{option} has no effect on a regional gateway, which is in all zones: leave it out.")
                if not regional and not member["subnet_id"]:
                    found.append(f"{option} is missing: name a public subnet.")
        elif self.members and not self.options["vpc_id"]:
            found.append(f"vpc_id is missing: say in which VPC to remove {', '.join(self.names)}.")
        by_tags = self.options["nat_gateways"] is None or self.options["purge_nat_gateways"]
        if by_tags and not network.identity(self.options):
            found.append("tags is empty, so that anybody's gateways and addresses would be removed: set some.")
        return found

    def describe(self) -> dict[str, Any] | None:
        gateways, addresses = self.api.agreed("describe_nat_gateways", "", self._read)
        self._note_failures(gateways)
        self._dead = [gateway["NatGatewayId"] for gateway in gateways if gateway["State"] in GONE]
        gateways = [gateway for gateway in gateways if gateway["State"] not in GONE]
        items = join(gateways, addresses)
        wanted = network.identity(self.options)
        if self.absent:
            return to_remove(items, self.names if self.options["nat_gateways"] is not None else None, wanted) or None
        living = [gateway for gateway in gateways if gateway["State"] in LIVE]
        spare = self._left_over(living)
        network.by_name(
            (gateway for gateway in living if gateway["NatGatewayId"] not in spare), self.names, "NAT gateways"
        )
        left_over = by_name_and_id(item for item in items if item["id"] in spare)
        items = [item for item in items if item["id"] not in spare]
        all_of_ours = to_keep(items, self.names, wanted, purge=True)
        surplus = [item for item in all_of_ours.values() if item["name"] not in self.names]
        self._surplus = sorted(label(item) for item in surplus)
        if self.options["keep_way_out"] and not self.names:
            self._cut_off = self._only_way_out({item["id"] for item in surplus if item["status"] in LIVE})
        purge = self.options["purge_nat_gateways"]
        return (all_of_ours if purge else to_keep(items, self.names, wanted, purge=False)) | left_over

    def _left_over(self, living: Sequence[dict[str, Any]]) -> set[str]:
        """Return the ids of gateways that two runs at the same time have left beside others of their name."""
        by_name = [[item for item in living if network.name_of(item) == name] for name in self.names]
        several = [gateways for gateways in by_name if len(gateways) > 1]
        if not several:
            return set()
        tables = self.items("describe_route_tables", "RouteTables")
        routed = {route.get("NatGatewayId") for table in tables for route in table["Routes"]}
        owner = ownership.owner_of(self.options)
        spare = [
            duplicates.unused(gateways, lambda item: item["NatGatewayId"] in routed, owner) for gateways in several
        ]
        return {item["NatGatewayId"] for gateways in spare for item in gateways}

    def details(self) -> dict[str, Any]:
        return {"surplus": self._surplus}

    def _only_way_out(self, gateway_ids: set[str]) -> list[str]:
        """Return the subnets that are routed to one of the gateways and have network interfaces, in words."""
        if not gateway_ids:
            return []
        tables = self.items("describe_route_tables", "RouteTables")
        routed = {
            association.get("SubnetId")
            for table in tables
            if gateway_ids & {route.get("NatGatewayId") for route in table["Routes"]}
            for association in table["Associations"]
        }
        used = Counter(item["SubnetId"] for item in self.items("describe_network_interfaces", "NetworkInterfaces"))
        return [f"{subnet_id} ({count} network interfaces)" for subnet_id, count in used.items() if subnet_id in routed]

    def _read(self) -> tuple[tuple[list[dict[str, Any]], list[dict[str, Any]]], str]:
        """Return gateways and addresses, and in words a gateway that AWS leaves out of the list."""
        gateways, addresses = self._gateways(), self.api.pages("describe_addresses", "Addresses")
        names = [] if self.absent else self.names
        in_use = unexplained(gateways, addresses, names, network.identity(self.options))
        filters = [{"Name": "network-interface-id", "Values": sorted(in_use)}]
        users = self.api.pages("describe_network_interfaces", "NetworkInterfaces", Filters=filters) if in_use else []
        missing = [
            f"NAT gateway {in_use[item['NetworkInterfaceId']]}, which uses an address"
            for item in users
            if network.is_of_nat_gateway(item)
        ]
        return (gateways, addresses), missing[0] if missing else ""

    def _gateways(self) -> list[dict[str, Any]]:
        if self.options["vpc_id"]:
            return self.items("describe_nat_gateways", "NatGateways")
        tagged = network.tag_filters(network.identity(self.options))
        return self.api.pages("describe_nat_gateways", "NatGateways", Filter=tagged)

    def plan_present(self, current: dict[str, Any]) -> Plan:
        if self._cut_off:
            raise InvalidOptionError(
                "nat_gateways is empty, but a NAT gateway is the only way out of subnets that are in use: "
                f"{', '.join(sorted(self._cut_off))}. What is in them would be cut off. Keep a gateway; or where "
                "nothing in them needs a way out, as with VPC endpoints, set keep_way_out to false (with the roles: "
                "network_keep_way_out)."
            )
        steps: list[Step] = []
        after: dict[str, Any] = {}
        era = token_era(self._dead, time.time())
        for member in self.members:
            name = member["name"]
            if self._lives(current, name):
                more, after[name] = plan_existing(current[name], member, self.options)
            else:
                more, after[name] = plan_new(current.get(name), member, self.options, era)
            steps += more
        surplus = [item for key, item in current.items() if key not in after]
        return Plan([*steps, *surplus_steps(surplus, ownership.owner_of(self.options))], current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        return Plan(removal_steps(list(current.values()), ownership.owner_of(self.options)), current, None)

    def busy(self, current: dict[str, Any]) -> str:
        # a new gateway is to get the address of the one that AWS still deletes
        wanted = [] if self.absent else [current[name]["status"] for name in self.names if name in current]
        return "deleting" if "deleting" in wanted else ""

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or all(name in self._failures or self._lives(current, name) for name in self.names)

    def progress(self, current: dict[str, Any]) -> Progress:
        for name in self.names:
            if name in self._failures and not self._lives(current, name):
                return Progress(ready=False, state="failed", failure=f"{name}: {self._failures[name]}")
        waiting = {current[name]["status"] for name in self.names if name in current} - {"available"}
        return Progress(ready=False, state=", ".join(sorted(waiting))) if waiting else READY

    def tagged(self, found: Mapping[str, Any]) -> list[Part]:
        own = {key: item["tags" if item["id"] else "address_tags"] for key, item in found.items()}
        return [Part(self.aws_type, key, {"tags": its_tags}) for key, its_tags in own.items()]

    def parts_of(self, key: str, item: Mapping[str, Any]) -> list[Part]:
        found = []
        # one that is no longer alive counts as gone already
        if item["status"] in LIVE:
            shown = ("id", "availability_mode", "subnet_id", "allocation_id", "tags")
            gateway = {field: item[field] for field in shown}
            found.append(Part(self.aws_type, label(item), gateway, key))
        listed = not self.absent and key in self.names
        if item["allocation_id"] and (listed or is_its_own(item, ownership.owner_of(self.options))):
            address = {"allocation_id": item["allocation_id"], "public_ip": item["public_ip"]}
            found.append(Part(ADDRESS_TYPE, label(item), address | {"tags": item["address_tags"]}, key))
        return found

    def shown(self, found: Mapping[str, Any] | None) -> list[Any]:
        return [item for item in super().shown(found) if item["id"]]

    @staticmethod
    def _lives(current: Mapping[str, Any], name: str) -> bool:
        return name in current and current[name]["status"] in LIVE

    def _note_failures(self, gateways: Iterable[Mapping[str, Any]]) -> None:
        """Remember why gateways failed, but not those that had failed before this run."""
        failed = {gateway["NatGatewayId"]: gateway for gateway in gateways if gateway["State"] == "failed"}
        if self._old_failures is None:
            self._old_failures = set(failed)
        self._failures = {
            network.name_of(gateway): gateway.get("FailureMessage")
            or gateway.get("FailureCode")
            or "AWS gives no reason"
            for gateway_id, gateway in failed.items()
            if gateway_id not in self._old_failures
        }


def main() -> None:
    """Entry point of the module."""
    manage(NatGateways)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_nat_gateways
short_description: Manage the NAT gateways of a VPC and their Elastic IP addresses, all in one task
version_added: 0.1.0
description:
  - Creates, tags and removes a set of public NAT gateways of one VPC, each with an Elastic IP address of its own.
  - A gateway is found by its C(Name) tag. Its address carries the same tags, so that an address which an interrupted
    run has left without a gateway is used again, or released with the gateways.
  - A gateway that AWS could not create is no gateway to this module, the next run creates another one.
  - Unlike M(amazon.aws.ec2_vpc_nat_gateway) it tags the address too, and a second run changes nothing.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description: The VPC.
    type: str
    required: true
  nat_gateways:
    description:
      - The NAT gateways. Others of the VPC are left alone.
      - With O(state=absent), those to remove; without it, all of the VPC that carry all of O(tags) are removed, and all
        unused Elastic IP addresses that carry them are released.
    type: list
    elements: dict
    suboptions:
      name:
        description: The C(Name) tag of the gateway and of its address.
        type: str
        required: true
      subnet_id:
        description: A public subnet. Needed unless O(state=absent). AWS cannot change it in place.
        type: str
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

- name: Remove it and release its address
  streamflix.content_api.ec2_nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    nat_gateways:
      - name: streamflix-nat-1-dev
    state: absent
"""

RETURN = r"""
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
    subnet_id:
      description: Its subnet.
      type: str
      sample: subnet-0123456789abcdef0
    status:
      description: AWS's word for how far it is, such as V(pending) or V(available).
      type: str
      sample: available
    allocation_id:
      description: The id of its Elastic IP address.
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
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import ec2, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    Step,
    Wait,
    path,
    refuse_replacement,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    READY,
    Progress,
    argument_spec,
    run,
)

REPLACEMENT = "Give the gateway another name, so that the new one is created beside the old one, or remove it first."
LIVE = frozenset({"pending", "available"})
# AWS lists gateways for about an hour after they failed or were deleted.
GONE = frozenset({"deleted", "failed"})
NO_GATEWAY = "no gateway"
# An address counts as used for some seconds after its gateway is gone; AWS has three ways to say so.
ADDRESS_STILL_USED = frozenset({"AuthFailure", "InvalidIPAddress.InUse", "InvalidNetworkInterfaceID.NotFound"})


def from_aws(gateway: Mapping[str, Any], address_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a gateway as DescribeNatGateways gives it, in this module's shape.

    :param address_tags: the tags of its Elastic IP address.
    """
    addresses = gateway.get("NatGatewayAddresses") or [{}]
    return {
        "id": gateway["NatGatewayId"],
        "name": ec2.name_of(gateway),
        "subnet_id": gateway.get("SubnetId"),
        "status": gateway["State"],
        "allocation_id": addresses[0].get("AllocationId"),
        "public_ip": addresses[0].get("PublicIp"),
        "tags": tags.from_list(gateway.get("Tags")),
        "address_tags": dict(address_tags),
    }


def address_from_aws(address: Mapping[str, Any]) -> dict[str, Any]:
    """Return an Elastic IP address that no gateway uses, in the shape of a gateway without an id."""
    return {
        "id": None,
        "name": ec2.name_of(address),
        "subnet_id": None,
        "status": NO_GATEWAY,
        "allocation_id": address["AllocationId"],
        "public_ip": address.get("PublicIp"),
        "tags": {},
        "address_tags": tags.from_list(address.get("Tags")),
    }


def describe_addresses(api: Api, names: Iterable[str] | None, wanted: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return the Elastic IP addresses with one of these names and with all of the tags.

    :param names: None for any name.
    """
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted((wanted or {}).items())]
    if names is not None:
        filters.append({"Name": "tag:Name", "Values": sorted(set(names))})
    return api.pages("describe_addresses", "Addresses", Filters=filters)


def join(gateways: Iterable[Mapping[str, Any]], addresses: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return gateways with the tags of their addresses, then the addresses that nobody uses.

    An address that something else uses is left out: it is not ours, whatever its name.
    """
    by_allocation = {address.get("AllocationId"): address for address in addresses}
    found = [from_aws(gateway, {}) for gateway in gateways]
    for item in found:
        item["address_tags"] = tags.from_list(by_allocation.pop(item["allocation_id"], {}).get("Tags"))
    return found + [address_from_aws(item) for item in by_allocation.values() if not item.get("AssociationId")]


def one_per_name(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the items by name: of several with one name a living gateway, else one in deletion, else an address."""
    order = ("available", "pending", "deleting", NO_GATEWAY)
    found: dict[str, dict[str, Any]] = {}
    for item in sorted(items, key=lambda item: order.index(item["status"])):
        found.setdefault(item["name"], item)
    return found


def all_of_them(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the items by name; further ones with the same name by name and id."""
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        key = item["name"]
        found[f"{key} {item['id'] or item['allocation_id']}" if key in found else key] = item
    return found


def plan_address(
    found: Mapping[str, Any] | None, name: str, wanted: Mapping[str, str], purge: bool
) -> tuple[list[Call], Any]:
    """Return the steps that lead to an address for a new gateway, and its allocation id."""
    if found is not None:
        allocation = found["allocation_id"]
        return ec2.tag_steps([allocation], name, found["address_tags"], wanted, purge), allocation
    bound = f"address of {name}"
    params = {"Domain": "vpc", "TagSpecifications": ec2.tag_specification("elastic-ip", wanted)}
    return [Call("allocate_address", params, name, binds={bound: path("AllocationId")})], Later(bound)


def plan_create(
    found: Mapping[str, Any] | None, member: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[list[Call], dict[str, Any]]:
    """Return the steps that create a gateway, and the gateway as it will be.

    A ClientToken of our own would be wrong: AWS answers a token that it knows with the gateway of that time, even when
    that one failed or was deleted. What keeps a second gateway away is the address, which serves only one.

    :param found: an address that an earlier run, or a gateway in deletion, leaves for it, if any.
    """
    name = member["name"]
    wanted, given = ec2.wanted_tags(name, options["tags"])
    purge = given and options["purge_tags"]
    steps, allocation = plan_address(found, name, wanted, purge)
    params = {
        "SubnetId": member["subnet_id"],
        "AllocationId": allocation,
        "ConnectivityType": "public",
        "TagSpecifications": ec2.tag_specification("natgateway", wanted),
    }
    retry = ec2.NOT_LISTED_YET if isinstance(allocation, Later) else frozenset()
    steps.append(Call("create_nat_gateway", params, name, retry_if=retry))
    after = {
        "id": unknown("nat"),
        "name": name,
        "subnet_id": member["subnet_id"],
        "status": "available" if options["wait"] else "pending",
        "allocation_id": found["allocation_id"] if found else unknown("eipalloc"),
        "public_ip": found["public_ip"] if found else unknown(),
        "tags": wanted,
        "address_tags": tags.after(found["address_tags"], wanted, purge) if found else wanted,
    }
    return steps, after


def plan_update(
    current: Mapping[str, Any], member: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[list[Call], dict[str, Any]]:
    """Return the steps that change an existing gateway, and the gateway as it will be.

    :raises NeedsReplacementError: the subnet differs.
    """
    refuse_replacement(current, member, ("subnet_id",), REPLACEMENT)
    name = member["name"]
    wanted, given = ec2.wanted_tags(name, options["tags"])
    purge = given and options["purge_tags"]
    steps = ec2.tag_steps([current["id"]], name, current["tags"], wanted, purge)
    after = {**current, "tags": tags.after(current["tags"], wanted, purge)}
    if current["allocation_id"]:
        steps += ec2.tag_steps([current["allocation_id"]], name, current["address_tags"], wanted, purge)
        after["address_tags"] = tags.after(current["address_tags"], wanted, purge)
    return steps, after


def plan_present(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for the listed gateways.

    :param current: those of them that exist, or whose address exists, by name.
    """
    steps: list[Call] = []
    after: dict[str, Any] = {}
    for member in options["nat_gateways"]:
        found = current.get(member["name"])
        if found and found["status"] in LIVE:
            more, after[member["name"]] = plan_update(found, member, options)
        else:
            more, after[member["name"]] = plan_create(found, member, options)
        steps += more
    return Plan(steps, current, after)


def state_of(reply: Mapping[str, Any]) -> str:
    """Return the state of the only gateway in a reply of DescribeNatGateways; C(deleted) when it lists none."""
    gateways = reply.get("NatGateways") or [{"State": "deleted"}]
    return gateways[0]["State"]


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that removes gateways and releases their addresses, all gateways at the same time."""
    gone = frozenset({"NatGatewayNotFound"})
    steps: list[Step] = [
        Call("delete_nat_gateway", {"NatGatewayId": item["id"]}, name, done_if=gone)
        for name, item in current.items()
        if item["id"] and item["status"] != "deleting"
    ]
    steps += [
        Wait(
            f"deletion of NAT gateway {name}",
            "describe_nat_gateways",
            {"NatGatewayIds": [item["id"]]},
            state_of,
            until=GONE,
            gone_if=gone,
        )
        for name, item in current.items()
        if item["id"]
    ]
    released = frozenset({"InvalidAllocationID.NotFound"})
    steps += [
        Call(
            "release_address",
            {"AllocationId": item["allocation_id"]},
            name,
            done_if=released,
            retry_if=ADDRESS_STILL_USED,
        )
        for name, item in current.items()
        if item["allocation_id"] and item["address_tags"].get("Name", "") == item["name"]
    ]
    return Plan(steps, current, None)


class NatGateways(ec2.ResourceSet):
    """NAT gateways of one VPC with their addresses, by name."""

    kind = "NAT gateways of"
    result_key = "nat_gateways"

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._old_failures: set[str] | None = None
        self._failures: dict[str, str] = {}

    def problems(self) -> list[str]:
        found = ec2.repeated("nat_gateways[].name", [member["name"] for member in self.members])
        if not self.absent:
            found += [
                f"nat_gateways[].subnet_id of {member['name']} is missing: name a public subnet."
                for member in self.members
                if not member["subnet_id"]
            ]
        return found

    def describe(self) -> dict[str, Any] | None:
        gateways = self.items("describe_nat_gateways", "NatGateways")
        self._note_failures(gateways)
        gateways = [gateway for gateway in gateways if gateway["State"] not in GONE]
        if self.options["nat_gateways"] is None:
            gateways, names = self.selected(gateways), None
        else:
            names = [member["name"] for member in self.members]
            gateways = [gateway for gateway in gateways if ec2.name_of(gateway) in names]
        if self.absent:
            tagged = self.options["tags"]
            return all_of_them(join(gateways, describe_addresses(self.api, names, tagged))) or None
        ec2.by_name((gateway for gateway in gateways if gateway["State"] in LIVE), names or [], "NAT gateways")
        return one_per_name(join(gateways, describe_addresses(self.api, names, None))) if names else {}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.absent:
            return plan_remove(current) if current else unchanged(None)
        return plan_present(current or {}, self.options)

    def busy(self, current: dict[str, Any]) -> str:
        # a new gateway is to get the address of the one that AWS still deletes
        deleting = not self.absent and any(item["status"] == "deleting" for item in current.values())
        return "deleting" if deleting else ""

    def listed(self, current: dict[str, Any]) -> bool:
        names = [member["name"] for member in self.members]
        return self.absent or all(name in self._failures or self._lives(current, name) for name in names)

    def progress(self, current: dict[str, Any]) -> Progress:
        names = [member["name"] for member in self.members]
        for name in names:
            if name in self._failures and not self._lives(current, name):
                return Progress(ready=False, state="failed", failure=f"{name}: {self._failures[name]}")
        waiting = {current[name]["status"] for name in names if name in current} - {"available"}
        return Progress(ready=False, state=", ".join(sorted(waiting))) if waiting else READY

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
            ec2.name_of(gateway): gateway.get("FailureMessage") or gateway.get("FailureCode") or "AWS gives no reason"
            for gateway_id, gateway in failed.items()
            if gateway_id not in self._old_failures
        }


def main() -> None:
    """Entry point of the module."""
    gateway = {"name": {"type": "str", "required": True}, "subnet_id": {"type": "str"}}
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            vpc_id={"type": "str", "required": True},
            nat_gateways={"type": "list", "elements": "dict", "options": gateway},
        ),
        required_if=[("state", "present", ("nat_gateways",)), ("state", "absent", ("nat_gateways", "tags"), True)],
        supports_check_mode=True,
    )
    run(module, NatGateways)


if __name__ == "__main__":
    main()

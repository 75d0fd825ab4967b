#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_route_tables
short_description: Manage the route tables of a VPC, all in one task
version_added: 0.1.0
description:
  - Creates, changes and removes a set of route tables of one VPC, with their subnets and routes. One request reads
    them all.
  - A table is found by its C(Name) tag. Tables of the VPC that are not listed are left alone, except that they lose the
    subnets that O(route_tables) gives to others.
  - Only routes that somebody made are managed. The local routes, routes that a gateway propagates, and routes of
    gateway endpoints (to a prefix list) are never touched.
  - Routes are made before subnets are moved to a table, so that the subnets keep their way out.
  - Two runs at the same time may have made several tables of one name. Those of them that carry all O(owner_tags) and
    that nothing uses are removed, if exactly one stays. Otherwise several are an error.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description: The VPC.
    type: str
    required: true
  route_tables:
    description:
      - The route tables.
      - With O(state=absent), those to remove; without it, all of the VPC that carry all of O(tags) are removed, except
        the main one.
    type: list
    elements: dict
    suboptions:
      name:
        description: The C(Name) tag.
        type: str
        required: true
      subnet_ids:
        description: Exactly the subnets that use the table. Without it, they are left as they are.
        type: list
        elements: str
      routes:
        description:
          - The routes that somebody makes, all of them with O(purge_routes). Without it, they are left as they are.
        type: list
        elements: dict
        suboptions:
          destination_cidr_block:
            description: The IPv4 or IPv6 CIDR block that the route is for.
            type: str
            required: true
          gateway_id:
            description: An internet gateway or a virtual private gateway. A route has exactly one target.
            type: str
          nat_gateway_id:
            description: A NAT gateway that is available.
            type: str
          transit_gateway_id:
            description: A transit gateway that the VPC is attached to.
            type: str
          vpc_peering_connection_id:
            description: A VPC peering connection that is active.
            type: str
          vpc_endpoint_id:
            description: A Gateway Load Balancer endpoint.
            type: str
          egress_only_internet_gateway_id:
            description: An egress-only internet gateway, for IPv6.
            type: str
          network_interface_id:
            description: A network interface.
            type: str
          carrier_gateway_id:
            description: A carrier gateway.
            type: str
          local_gateway_id:
            description: A local gateway of an Outpost.
            type: str
          core_network_arn:
            description: The ARN of a core network of Cloud WAN.
            type: str
  purge_routes:
    description:
      - Whether routes that are not in C(routes) are removed. V(false) leaves them alone, also those that an earlier run
        made and that are no longer listed.
      - What has a destination of C(routes) is changed to its target in any case.
    type: bool
    default: true
  create:
    description:
      - Whether to create tables that do not exist. With V(false), a missing table is an error.
      - In check mode an earlier task may have created the table only in the preview, so V(false) takes it to be there.
    type: bool
    default: true
  tags:
    description:
      - The tags of all tables of O(route_tables), names and values, in addition to C(Name).
      - Without this option, tags other than C(Name) are left as they are.
    type: dict
    aliases: [resource_tags]
extends_documentation_fragment:
  - streamflix.content_api.resource
  - streamflix.content_api.first_run
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A way to a peered VPC, beside the routes that others make
  streamflix.content_api.ec2_route_tables:
    vpc_id: vpc-0123456789abcdef0
    purge_routes: false
    route_tables:
      - name: streamflix-private-1-dev
        routes:
          - destination_cidr_block: 10.8.0.0/16
            vpc_peering_connection_id: pcx-0123456789abcdef0

- name: A table for a public and one for a private subnet
  streamflix.content_api.ec2_route_tables:
    vpc_id: vpc-0123456789abcdef0
    route_tables:
      - name: streamflix-public-1-dev
        subnet_ids: [subnet-0123456789abcdef0]
        routes:
          - destination_cidr_block: 0.0.0.0/0
            gateway_id: igw-0123456789abcdef0
      - name: streamflix-private-1-dev
        subnet_ids: [subnet-0123456789abcdef1]
        routes:
          - destination_cidr_block: 0.0.0.0/0
            nat_gateway_id: nat-0123456789abcdef0
    tags:
      Environment: dev

- name: Remove all tables of the VPC that carry a tag
  streamflix.content_api.ec2_route_tables:
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
  sample:
    - create_route_table streamflix-public-1-dev
    - create_route streamflix-public-1-dev 0.0.0.0/0
    - associate_route_table streamflix-public-1-dev subnet-0123456789abcdef0
route_tables:
  description: The tables of O(route_tables), in that order, as they are now, or in check mode as they would be.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: rtb-0123456789abcdef0
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-public-1-dev
    subnet_ids:
      description: The subnets that use it, sorted.
      type: list
      elements: str
      sample: [subnet-0123456789abcdef0]
    routes:
      description:
        - The routes that somebody made, sorted by destination.
        - A target of a kind that O(route_tables[].routes) has not is C(other).
      type: list
      elements: dict
      sample:
        - {destination_cidr_block: 0.0.0.0/0, gateway_id: igw-0123456789abcdef0}
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-public-1-dev}
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::EC2::RouteTable
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
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import duplicates, network
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.cidr import block_problems, normal_cidr
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import SEVERAL, Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    is_unknown,
    path,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import repeated
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE_TABLE = frozenset({"InvalidRouteTableID.NotFound"})
GONE_ASSOCIATION = frozenset({"InvalidAssociationID.NotFound"})
GONE_ROUTE = frozenset({"InvalidRoute.NotFound"})


@dataclass(frozen=True)
class Association:
    """Which table a subnet uses, other than the VPC's main one.

    :ivar association_id: AWS's id of the association.
    :ivar table_id: the table.
    """

    association_id: str
    table_id: str


def route_from_aws(route: Mapping[str, Any]) -> dict[str, str] | None:
    """Return a route that somebody made, in the shape of the options; None for a route of any other kind."""
    destination = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
    if route.get("Origin") != "CreateRoute" or not destination:
        return None
    for ours, target in fields.described(TARGETS, route).items():
        if target:
            # DescribeRouteTables lists an endpoint as a gateway
            return {"destination_cidr_block": destination, "vpc_endpoint_id" if is_endpoint(target) else ours: target}
    return {"destination_cidr_block": destination, "other": ""}


def is_endpoint(target: str) -> bool:
    """Tell whether the id of a target is that of a VPC endpoint."""
    return target.startswith("vpce-")


def by_destination(routes: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return routes by their destination, without the keys that are not set."""
    found = {}
    for route in routes:
        destination = normal_cidr(route["destination_cidr_block"])
        listed = {key: value for key, value in route.items() if value is not None}
        found[destination] = {**listed, "destination_cidr_block": destination}
    return dict(sorted(found.items()))


def associations_of(items: Iterable[Mapping[str, Any]]) -> dict[str, Association]:
    """Return the associations in a reply of DescribeRouteTables, by subnet."""
    return {
        item["SubnetId"]: Association(item["RouteTableAssociationId"], table["RouteTableId"])
        for table in items
        for item in table.get("Associations", [])
        if item.get("SubnetId") and item.get("AssociationState", {}).get("State") not in {"disassociated", "failed"}
    }


def routes_of(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the routes that somebody made in a table, as DescribeRouteTables gives it."""
    made = [route for route in map(route_from_aws, table.get("Routes", [])) if route]
    return list(by_destination(made).values())


def destination_to_aws(destination: str) -> dict[str, str]:
    """Return the part of the requests on routes that says which route."""
    return {"DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock": destination}


TARGETS: Rows = {
    "gateway_id": Field(aws="GatewayId"),
    "nat_gateway_id": Field(aws="NatGatewayId"),
    "transit_gateway_id": Field(aws="TransitGatewayId"),
    "vpc_peering_connection_id": Field(aws="VpcPeeringConnectionId"),
    "vpc_endpoint_id": Field(aws="VpcEndpointId"),
    "egress_only_internet_gateway_id": Field(aws="EgressOnlyInternetGatewayId"),
    "network_interface_id": Field(aws="NetworkInterfaceId"),
    "carrier_gateway_id": Field(aws="CarrierGatewayId"),
    "local_gateway_id": Field(aws="LocalGatewayId"),
    "core_network_arn": Field(aws="CoreNetworkArn"),
}
ROUTE: Rows = {"destination_cidr_block": Field(aws=SEVERAL, write=destination_to_aws, required=True), **TARGETS}
TABLE: Rows = {
    "id": Field(aws="RouteTableId", assigned=True, always=True, new=Chosen("rtb")),
    "name": Field(read=network.name_of, required=True),
    "subnet_ids": Field("list", read=lambda table: sorted(associations_of([table])), normal=sorted, new=[]),
    "routes": Field("list", read=routes_of, rows=ROUTE, exposes=True),
    "tags": Field("dict", read=network.tags_of, assigned=True),
}
FIELDS: Rows = {
    "vpc_id": Field(required=True),
    "route_tables": Field("list", rows=TABLE),
    "purge_routes": Field("bool", default=True),
    "create": Field("bool", default=True),
    "first_run": Field("bool", default=False),
}


def is_main(table: Mapping[str, Any]) -> bool:
    """Tell whether a table is the VPC's main one, which cannot be removed."""
    return any(item.get("Main") for item in table.get("Associations", []))


def in_use(table: Mapping[str, Any]) -> bool:
    """Tell whether anything uses a table, as DescribeRouteTables gives it: subnets, gateways, or the VPC itself."""
    return bool(table.get("Associations") or table.get("PropagatingVgws"))


def plan_routes(
    table: Any, name: str, current: Iterable[Mapping[str, Any]], wanted: Iterable[Mapping[str, Any]], purge: bool
) -> tuple[list[Call], list[dict[str, Any]]]:
    """Return the steps that give a table the wanted routes, and all its routes as they will be.

    :param table: the table's id, or the L(Later) that stands for it.
    :param purge: whether it is to have no others.
    """
    have, want = by_destination(current), by_destination(wanted)
    retry = GONE_TABLE if isinstance(table, Later) else frozenset()
    steps = []
    for destination, route in want.items():
        if have.get(destination) != route:
            operation = "replace_route" if destination in have else "create_route"
            params = {"RouteTableId": table, **fields.params(ROUTE, {key: route[key] or None for key in route}, ROUTE)}
            steps.append(Call(operation, params, f"{name} {destination}", retry_if=retry))
    for destination in sorted(have.keys() - want.keys()) if purge else ():
        params = {"RouteTableId": table, **destination_to_aws(destination)}
        steps.append(Call("delete_route", params, f"{name} {destination}", done_if=GONE_ROUTE))
    return steps, list(want.values() if purge else by_destination([*have.values(), *want.values()]).values())


def plan_subnets(
    table: Any, name: str, wanted: Iterable[str], associations: Mapping[str, Association], given_away: Iterable[str]
) -> list[Call]:
    """Return the steps that make exactly the wanted subnets use a table.

    :param table: the table's id, or the L(Later) that stands for it.
    :param associations: the present associations of the whole VPC, by subnet.
    :param given_away: subnets that another table of the set takes over.
    """
    retry = GONE_TABLE if isinstance(table, Later) else frozenset()
    steps = []
    for subnet_id in wanted:
        present, subject = associations.get(subnet_id), f"{name} {subnet_id}"
        if present is None:
            params = {"RouteTableId": table, "SubnetId": subnet_id}
            steps.append(Call("associate_route_table", params, subject, retry_if=retry))
        elif present.table_id != table:
            params = {"RouteTableId": table, "AssociationId": present.association_id}
            steps.append(Call("replace_route_table_association", params, subject, retry_if=retry))
    kept = {*wanted, *given_away}
    for subnet_id, present in sorted(associations.items()):
        if present.table_id == table and subnet_id not in kept:
            params = {"AssociationId": present.association_id}
            steps.append(Call("disassociate_route_table", params, f"{name} {subnet_id}", done_if=GONE_ASSOCIATION))
    return steps


@dataclass
class Drafts:
    """The steps for all tables, in the order in which they have to go: tables, then routes, then subnets."""

    tables: list[Call]
    routes: list[Call]
    subnets: list[Call]


def new_table(member: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table that does not exist yet, as it will be with its subnets and without routes."""
    wanted, _unused = network.wanted_tags(member["name"], options["tags"])
    return {**fields.created(TABLE, fields.wanted(TABLE, member)), "routes": [], "tags": wanted}


def draft_table(
    drafts: Drafts, found: Mapping[str, Any] | None, member: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Add the steps that create or tag a table.

    :returns: its id, or the L(Later) that stands for it, and the table as it will be, but for subnets and routes.
    """
    name = member["name"]
    if found:
        wanted, given = network.wanted_tags(name, options["tags"])
        purge = given and options["purge_tags"]
        drafts.tables += network.tag_steps([found["id"]], name, found["tags"], wanted, purge)
        return found["id"], {**found, "tags": tags.after(found["tags"], wanted, purge)}
    after = new_table(member, options)
    bound = f"table {name}"
    params = {"VpcId": options["vpc_id"], "TagSpecifications": network.tag_specification("route-table", after["tags"])}
    binds = {bound: path("RouteTable.RouteTableId")}
    drafts.tables.append(Call("create_route_table", params, name, binds=binds, once=True))
    return Later(bound), after


def plan_tables(
    current: Mapping[str, Any], associations: Mapping[str, Association], options: Mapping[str, Any]
) -> Plan:
    """Return the plan for the listed tables.

    :param current: those of them that exist, by name.
    :param associations: the present associations of the whole VPC, by subnet.
    """
    drafts = Drafts([], [], [])
    after: dict[str, Any] = {}
    taken = {
        subnet_id: member["name"] for member in options["route_tables"] for subnet_id in member["subnet_ids"] or []
    }
    for member in options["route_tables"]:
        name = member["name"]
        found = current.get(name)
        table, after[name] = draft_table(drafts, found, member, options)
        if member["routes"] is not None:
            steps, after[name]["routes"] = plan_routes(
                table, name, after[name]["routes"], member["routes"], options["purge_routes"]
            )
            drafts.routes += steps
        elsewhere = {subnet_id for subnet_id, taker in taken.items() if taker != name}
        if member["subnet_ids"] is not None:
            drafts.subnets += plan_subnets(table, name, member["subnet_ids"], associations, elsewhere)
            after[name]["subnet_ids"] = sorted(member["subnet_ids"])
        else:
            after[name]["subnet_ids"] = sorted(set(after[name]["subnet_ids"]) - elsewhere)
    return Plan([*drafts.tables, *drafts.routes, *drafts.subnets], current, after)


def route_problems(name: str, routes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what AWS would refuse in the routes of one table."""
    option = f"route_tables[].routes[] of {name}"
    destinations = [normal_cidr(route["destination_cidr_block"]) for route in routes]
    found = repeated(f"{option}, destination_cidr_block", destinations)
    for route in routes:
        found += block_problems(f"{option}, destination_cidr_block", route["destination_cidr_block"])
        if sum(bool(route[target]) for target in TARGETS) != 1:
            destination = route["destination_cidr_block"]
            found.append(f"{option}, {destination}, needs one target: set exactly one of {', '.join(TARGETS)}.")
    return found


class RouteTables(network.ResourceSet):
    """Route tables of one VPC, by name."""

    kind = "route tables of"
    aws_type = "AWS::EC2::RouteTable"
    arn_kind = "ec2:route-table"
    inside = "route_tables"
    result_key = "route_tables"
    fields = FIELDS
    required_if = (("state", "present", ("route_tables",)), ("state", "absent", ("route_tables", "tags"), True))

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._associations: dict[str, Association] = {}
        # the keys of tables that are left over
        self._left_over: frozenset[str] = frozenset()

    def problems(self) -> list[str]:
        names = [member["name"] for member in self.members]
        found = super().problems() + repeated("route_tables[].name", names)
        # ids that are only known after the real run all look the same
        subnet_ids = [item for member in self.members for item in member["subnet_ids"] or [] if not is_unknown(item)]
        found += repeated("route_tables[].subnet_ids", subnet_ids)
        for member in self.members:
            found += route_problems(member["name"], member["routes"] or [])
        return found

    def describe(self) -> dict[str, Any] | None:
        items = self.items("describe_route_tables", "RouteTables")
        self._associations = associations_of(items)
        if self.options["route_tables"] is None:
            tagged = [fields.described(TABLE, item) for item in self.selected(items) if not is_main(item)]
            found = {f"{table['name']} {table['id']}".strip(): table for table in tagged}
        else:
            names = [member["name"] for member in self.members]
            spare = [] if self.absent else self._spare(items, names)
            named = network.by_name((item for item in items if item not in spare), names, "route tables")
            found = {name: fields.described(TABLE, item) for name, item in named.items()}
            left = {
                f"{table['name']} {table['id']}": table for table in (fields.described(TABLE, item) for item in spare)
            }
            self._left_over = frozenset(left)
            found |= left
        return None if self.absent and not found else found

    def _spare(self, items: Iterable[dict[str, Any]], names: Iterable[str]) -> list[Mapping[str, Any]]:
        """Return the tables that two runs at the same time have left beside others of their name."""
        owner = owner_of(self.options)
        by_name = {name: [item for item in items if network.name_of(item) == name] for name in names}
        several = [tables for tables in by_name.values() if len(tables) > 1]
        return [item for tables in several for item in duplicates.unused(tables, in_use, owner)]

    def plan_present(self, current: dict[str, Any]) -> Plan:
        spare = {key: table for key, table in current.items() if key in self._left_over}
        listed = {key: table for key, table in current.items() if key not in spare}
        made = {} if self.options["create"] else self._made_earlier(listed)
        using = {
            subnet_id: Association("", table["id"]) for table in made.values() for subnet_id in table["subnet_ids"]
        }
        plan = plan_tables({**listed, **made}, {**self._associations, **using}, self.options)
        steps = [*plan.steps, *self.plan_remove(spare).steps]
        return replace(plan, steps=steps, before={**(plan.before or {}), **spare})

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        steps = []
        for key, table in current.items():
            for subnet_id in table["subnet_ids"]:
                params = {"AssociationId": self._associations[subnet_id].association_id}
                steps.append(Call("disassociate_route_table", params, f"{key} {subnet_id}", done_if=GONE_ASSOCIATION))
            params = {"RouteTableId": table["id"]}
            steps.append(Call("delete_route_table", params, key, done_if=GONE_TABLE, retry_if=network.STILL_IN_USE))
        return Plan(steps, current, None)

    def _made_earlier(self, current: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the tables that are missing, as the earlier task makes them of which this is the preview."""
        missing = [member for member in self.members if member["name"] not in current]
        if missing and not self.api.check_mode:
            names = ", ".join(member["name"] for member in missing)
            raise InvalidOptionError(
                f"create is false and VPC {self.vpc_id} has no route table {names}: create it first."
            )
        return {member["name"]: new_table(member, self.options) for member in missing}


def main() -> None:
    """Entry point of the module."""
    manage(RouteTables)


if __name__ == "__main__":
    main()

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the subnets, NAT gateways and route tables of a network from the user's choices."""

from __future__ import annotations

DOCUMENTATION = r"""
name: network_layout
short_description: Lay out the subnets, NAT gateways and route tables of a VPC
version_added: 0.1.0
description:
  - Gives each Availability Zone a public and a private subnet, each with a route table of its own, and places the NAT
    gateways.
  - Returns the options of M(streamflix.content_api.ec2_subnets), M(streamflix.content_api.ec2_nat_gateways) and
    M(streamflix.content_api.ec2_route_tables).
author: StreamFlix platform team (@streamflix)
positional: _input
options:
  _input:
    description:
      - What the user chose, with the keys C(app_name), C(environment_suffix), C(availability_zones),
        C(public_subnet_cidrs), C(private_subnet_cidrs), and C(nat_gateways), which is V(one), V(per_az), V(regional) or
        V(none).
      - C(public_routes) and C(private_routes), without which there are none, are routes that all tables of a kind get
        besides, as M(streamflix.content_api.ec2_route_tables) takes them.
    type: dict
    required: true
  public_subnet_ids:
    description: The public subnets' ids, zone by zone, as far as they are known.
    type: list
    elements: str
    default: []
  private_subnet_ids:
    description: The private subnets' ids, zone by zone, as far as they are known.
    type: list
    elements: str
    default: []
  nat_gateway_ids:
    description: The ids of the NAT gateways that are available. Without it, the private tables' routes are left out.
    type: list
    elements: str
  internet_gateway_id:
    description: The id of the internet gateway.
    type: str
    default: igw-(known after apply)
"""

EXAMPLES = r"""
- name: Show the subnets of two zones
  ansible.builtin.debug:
    msg: "{{ (choice | streamflix.content_api.network_layout).subnets }}"
  vars:
    choice:
      app_name: streamflix
      environment_suffix: dev
      availability_zones: [eu-west-1a, eu-west-1b]
      public_subnet_cidrs: [10.0.0.0/24, 10.0.1.0/24]
      private_subnet_cidrs: [10.0.2.0/24, 10.0.3.0/24]
      nat_gateways: one
"""

RETURN = r"""
_value:
  description:
    - The keys C(subnets), C(nat_gateways), C(public_route_tables) and C(private_route_tables), each a list for the
      module of that name, public subnets first.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import unknown

EVERYWHERE = "0.0.0.0/0"
REGIONAL = "regional"


def id_at(ids: Sequence[str], place: int, prefix: str) -> str:
    """Return the id at a place of a list, or the stand-in for one that AWS has not assigned yet."""
    return ids[place] if place < len(ids) else unknown(prefix)


def check(choice: Mapping[str, Any]) -> None:
    """Raise an error unless there are as many blocks of each kind as zones, and the number of gateways is known."""
    zones = choice["availability_zones"]
    for kind in ("public", "private"):
        blocks = choice[f"{kind}_subnet_cidrs"]
        if len(blocks) != len(zones):
            raise AnsibleFilterError(
                f"network_{kind}_subnet_cidrs has {len(blocks)} blocks, network_availability_zones has {len(zones)} "
                "zones: give each zone one block of each kind."
            )
    if choice["nat_gateways"] not in {"none", "one", "per_az", REGIONAL}:
        raise AnsibleFilterError(
            f"network_nat_gateways is {choice['nat_gateways']!r}: set one, per_az, {REGIONAL} or none."
        )


def private_routes(nat_gateway_ids: Sequence[str], count: int, place: int) -> list[dict[str, str]]:
    """Return the routes of a private subnet's table.

    :param count: how many NAT gateways there are to be; with one, all zones use it.
    :param place: the zone's place in the list.
    """
    if not count:
        return []
    gateway = id_at(nat_gateway_ids, min(place, count - 1), "nat")
    return [{"destination_cidr_block": EVERYWHERE, "nat_gateway_id": gateway}]


def network_layout(
    choice: Mapping[str, Any],
    public_subnet_ids: Sequence[str] = (),
    private_subnet_ids: Sequence[str] = (),
    nat_gateway_ids: Sequence[str] | None = None,
    internet_gateway_id: str = unknown("igw"),
) -> dict[str, list[dict[str, Any]]]:
    """Return the options of the network's modules; parameters are those of the filter.

    :raises AnsibleFilterError: the lists do not fit together.
    """
    check(choice)
    zones = choice["availability_zones"]
    count = {"none": 0, "one": 1, REGIONAL: 1, "per_az": len(zones)}[choice["nat_gateways"]]

    def name(kind: str, place: int) -> str:
        return f"{choice['app_name']}-{kind}-{place + 1}-{choice['environment_suffix']}"

    def subnet(kind: str, place: int) -> dict[str, Any]:
        return {
            "name": name(kind, place),
            "cidr": choice[f"{kind}_subnet_cidrs"][place],
            "availability_zone": zones[place],
            "map_public_ip_on_launch": kind == "public",
        }

    def table(kind: str, place: int, ids: Sequence[str], routes: list[dict[str, str]] | None) -> dict[str, Any]:
        made = {"name": name(kind, place), "subnet_ids": [id_at(ids, place, "subnet")]}
        return made if routes is None else {**made, "routes": routes}

    out = [{"destination_cidr_block": EVERYWHERE, "gateway_id": internet_gateway_id}, *choice.get("public_routes", ())]

    def private_out(place: int) -> list[dict[str, str]] | None:
        if nat_gateway_ids is None:
            return None
        return [*private_routes(nat_gateway_ids, count, place), *choice.get("private_routes", ())]

    def nat_gateways() -> list[dict[str, str]]:
        if choice["nat_gateways"] == REGIONAL:
            # a name of its own, as a zonal one goes on until the routes have changed
            called = f"{choice['app_name']}-nat-{REGIONAL}-{choice['environment_suffix']}"
            return [{"name": called, "availability_mode": REGIONAL}]
        return [
            {"name": name("nat", place), "subnet_id": id_at(public_subnet_ids, place, "subnet")}
            for place in range(count)
        ]

    places = range(len(zones))
    return {
        "subnets": [subnet(kind, place) for kind in ("public", "private") for place in places],
        "nat_gateways": nat_gateways(),
        "public_route_tables": [table("public", place, public_subnet_ids, out) for place in places],
        "private_route_tables": [table("private", place, private_subnet_ids, private_out(place)) for place in places],
    }


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"network_layout": network_layout}

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The VPC endpoints of a network, as the module ec2_vpc_endpoints takes them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: vpc_endpoints
short_description: The VPC endpoints that a role is to keep
version_added: 0.1.0
description:
  - Makes of the services that an inventory lists the endpoints that M(streamflix.content_api.ec2_vpc_endpoints) takes.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description:
      - The services, each with C(service), such as V(s3), and C(type), C(private_dns) and C(policy) where they differ
        from what is usual. S3 and DynamoDB have gateway endpoints, all others interface endpoints. What is null is not
        set.
    type: list
    elements: dict
    required: true
  names:
    description: What the names of all begin with and end with, two texts.
    type: list
    elements: str
    required: true
  route_table_ids:
    description: The route tables that lead to gateway endpoints.
    type: list
    elements: str
    required: true
  subnet_ids:
    description: The subnets of interface endpoints.
    type: list
    elements: str
    required: true
  security_group_ids:
    description: The security groups of interface endpoints.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the way to S3
  ansible.builtin.debug:
    msg: "{{ [{'service': 's3'}] | streamflix.content_api.vpc_endpoints(['streamflix', 'dev'], ['rtb-1'], [], []) }}"
"""

RETURN = r"""
_value:
  description: The endpoints, as the option C(endpoints) of the module has them.
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

GATEWAY = "Gateway"
INTERFACE = "Interface"
WITH_GATEWAY = ("s3", "dynamodb")


def kind_of(entry: Mapping[str, Any]) -> str:
    """Return the type of an endpoint."""
    usual = GATEWAY if entry["service"] in WITH_GATEWAY else INTERFACE
    return str(entry.get("type") or usual).capitalize()


def vpc_endpoints(
    entries: Iterable[Mapping[str, Any]],
    names: Sequence[str],
    route_table_ids: Sequence[str],
    subnet_ids: Sequence[str],
    security_group_ids: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the endpoints to services.

    :param entries: those of an inventory, each with C(service).
    :param names: what the names of all begin with and end with.
    """
    found = []
    for entry in entries:
        kind, service = kind_of(entry), str(entry["service"])
        place: dict[str, Any] = {"route_table_ids": list(route_table_ids)}
        if kind == INTERFACE:
            dns = entry.get("private_dns")
            place = {
                "subnet_ids": list(subnet_ids),
                "security_group_ids": list(security_group_ids),
                "private_dns_enabled": True if dns is None else bool(dns),
            }
        policy = {"policy": entry["policy"]} if entry.get("policy") else {}
        name = f"{names[0]}-{service.replace('.', '-')}-{names[1]}"
        found.append({"name": name, "service_name": service, "vpc_endpoint_type": kind, **place, **policy})
    return found


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"vpc_endpoints": vpc_endpoints}

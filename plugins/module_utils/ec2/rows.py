# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tables of what is in a network, as the modules that manage it and ec2_network_info both show it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import cidr
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2.network import name_of, tags_of
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import LONGEST_TAG_VALUE, too_long


def attribute(value: Any) -> dict[str, Any]:
    """Return the parameter of a request that sets one attribute, such as ModifyVpcAttribute."""
    return {"Value": value}


# of NAT gateways: in one availability zone, or in all zones of the VPC
ZONAL = "zonal"
REGIONAL = "regional"


def vpc_block(option: str, value: str) -> list[str]:
    """Find what is no CIDR block of a VPC."""
    return cidr.parse(option, value)[1]


def availability_mode(gateway: Mapping[str, Any]) -> str:
    """Return the availability mode of a NAT gateway as DescribeNatGateways gives it."""
    return gateway.get("AvailabilityMode") or ZONAL


def of_address(member: str, gateway: Mapping[str, Any]) -> Any:
    """Return what is known of the address of a NAT gateway, as DescribeNatGateways gives it; None without one.

    A regional one has as many as AWS gives it, which are AWS's to release.
    """
    addresses = gateway.get("NatGatewayAddresses") or [{}]
    return addresses[0].get(member) if availability_mode(gateway) == ZONAL else None


VPC: Rows = {
    "id": Field(aws="VpcId", assigned=True, always=True, new=Chosen("vpc")),
    "name": Field(read=name_of, rule=partial(too_long, longest=LONGEST_TAG_VALUE)),
    # of a VPC to remove
    "vpc_id": Field(),
    "cidr": Field(aws="CidrBlock", always=True, fixed=True, rule=vpc_block),
    "dns_support": Field(
        "bool", "EnableDnsSupport", read="EnableDnsSupport.Value", always=True, write=attribute, new=True, later=True
    ),
    "dns_hostnames": Field(
        "bool",
        "EnableDnsHostnames",
        read="EnableDnsHostnames.Value",
        always=True,
        write=attribute,
        new=False,
        later=True,
    ),
    "tenancy": Field(aws="InstanceTenancy", always=True, new="default", choices=("default", "dedicated")),
    "status": Field(aws="State", assigned=True, always=True, shown_only=True, new="available"),
    "identifying_tags": Field("dict"),
    "first_run": Field("bool", default=False),
    "tags": Field("dict", read=tags_of, assigned=True),
}
SUBNET: Rows = {
    "id": Field(aws="SubnetId", assigned=True, always=True, new=Chosen("subnet")),
    "name": Field(read=name_of),
    "cidr": Field(aws="CidrBlock", always=True, required=True),
    "availability_zone": Field(aws="AvailabilityZone", always=True, fixed=True),
    "map_public_ip_on_launch": Field(
        "bool", "MapPublicIpOnLaunch", write=attribute, new=False, unset=False, later=True, exposes=True
    ),
    "tags": Field("dict", read=tags_of),
}
NAT_GATEWAY: Rows = {
    "id": Field(aws="NatGatewayId", assigned=True, always=True, new=Chosen("nat")),
    "name": Field(read=name_of, required=True),
    "availability_mode": Field(
        aws="AvailabilityMode", read=availability_mode, choices=(ZONAL, REGIONAL), default=ZONAL, fixed=True
    ),
    "subnet_id": Field(aws="SubnetId", fixed=True),
    "status": Field(aws="State", assigned=True, always=True, shown_only=True),
    "allocation_id": Field(read=partial(of_address, "AllocationId"), assigned=True, new=Chosen("eipalloc")),
    "public_ip": Field(read=partial(of_address, "PublicIp"), assigned=True, new=CHOSEN),
    "tags": Field("dict", read=tags_of, assigned=True),
}

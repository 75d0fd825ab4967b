"""The layout of a network, from what the user chose."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.streamflix.content_api.plugins.filter.network_layout import FilterModule, network_layout

CHOICE = {
    "app_name": "streamflix",
    "environment_suffix": "dev",
    "availability_zones": ["eu-west-1a", "eu-west-1b"],
    "public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24"],
    "private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24"],
    "nat_gateways": "one",
}


def private_targets(nat_gateways: str, ids: list[str] | None) -> list[Any]:
    tables = network_layout({**CHOICE, "nat_gateways": nat_gateways}, nat_gateway_ids=ids)["private_route_tables"]
    return [[route["nat_gateway_id"] for route in table["routes"]] if "routes" in table else None for table in tables]


def test_each_zone_gets_a_public_and_a_private_subnet() -> None:
    subnets = network_layout(CHOICE)["subnets"]
    assert [tuple(subnet.values()) for subnet in subnets] == [
        ("streamflix-public-1-dev", "10.0.0.0/24", "eu-west-1a", True),
        ("streamflix-public-2-dev", "10.0.1.0/24", "eu-west-1b", True),
        ("streamflix-private-1-dev", "10.0.2.0/24", "eu-west-1a", False),
        ("streamflix-private-2-dev", "10.0.3.0/24", "eu-west-1b", False),
    ]


@pytest.mark.parametrize(("nat_gateways", "count"), [("none", 0), ("one", 1), ("per_az", 2)])
def test_gateways_stand_in_public_subnets(nat_gateways: str, count: int) -> None:
    layout = network_layout({**CHOICE, "nat_gateways": nat_gateways}, public_subnet_ids=["subnet-1", "subnet-2"])
    assert (
        layout["nat_gateways"]
        == [
            {"name": "streamflix-nat-1-dev", "subnet_id": "subnet-1"},
            {"name": "streamflix-nat-2-dev", "subnet_id": "subnet-2"},
        ][:count]
    )


def test_a_regional_gateway_stands_in_no_subnet_and_serves_all_zones() -> None:
    layout = network_layout({**CHOICE, "nat_gateways": "regional"}, public_subnet_ids=["subnet-1", "subnet-2"])
    assert layout["nat_gateways"] == [{"name": "streamflix-nat-regional-dev", "availability_mode": "regional"}]
    assert private_targets("regional", ["nat-1"]) == [["nat-1"], ["nat-1"]]


def test_every_subnet_has_a_table_of_its_own() -> None:
    layout = network_layout(CHOICE, ["subnet-1", "subnet-2"], ["subnet-3"], internet_gateway_id="igw-1")
    out = [{"destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]
    assert layout["public_route_tables"] == [
        {"name": "streamflix-public-1-dev", "subnet_ids": ["subnet-1"], "routes": out},
        {"name": "streamflix-public-2-dev", "subnet_ids": ["subnet-2"], "routes": out},
    ]
    assert [table["subnet_ids"] for table in layout["private_route_tables"]] == [
        ["subnet-3"],
        ["subnet-(known after apply)"],
    ]


def test_private_subnets_use_the_gateway_of_their_zone() -> None:
    assert private_targets("per_az", ["nat-1", "nat-2"]) == [["nat-1"], ["nat-2"]]
    assert private_targets("one", ["nat-1"]) == [["nat-1"], ["nat-1"]]
    assert private_targets("none", []) == [[], []]
    assert private_targets("one", []) == [["nat-(known after apply)"]] * 2
    assert private_targets("one", None) == [None, None]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"public_subnet_cidrs": ["10.0.0.0/24"]}, "network_public_subnet_cidrs has 1 blocks"),
        ({"private_subnet_cidrs": []}, "network_private_subnet_cidrs has 0 blocks"),
        ({"nat_gateways": "two"}, "network_nat_gateways is 'two'"),
    ],
)
def test_what_does_not_fit_together_is_refused(change: dict[str, Any], text: str) -> None:
    with pytest.raises(AnsibleFilterError, match=text):
        network_layout({**CHOICE, **change})


def test_ansible_finds_the_filter() -> None:
    assert FilterModule().filters() == {"network_layout": network_layout}


def test_further_routes_come_beside_the_way_out() -> None:
    peering = {"destination_cidr_block": "10.8.0.0/16", "vpc_peering_connection_id": "pcx-1"}
    transit = {"destination_cidr_block": "10.9.0.0/16", "transit_gateway_id": "tgw-1"}
    choice = {**CHOICE, "public_routes": [peering], "private_routes": [transit]}
    layout = network_layout(choice, nat_gateway_ids=["nat-1"], internet_gateway_id="igw-1")
    assert [table["routes"] for table in layout["public_route_tables"]] == [
        [{"destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}, peering]
    ] * 2
    assert [table["routes"] for table in layout["private_route_tables"]] == [
        [{"destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}, transit]
    ] * 2
    # until the gateway is there, nothing is known of the private tables' routes
    assert all("routes" not in table for table in network_layout(choice)["private_route_tables"])

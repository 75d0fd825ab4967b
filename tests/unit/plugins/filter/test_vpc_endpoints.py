"""The VPC endpoints of a network, by an inventory's services."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.filter.vpc_endpoints import FilterModule

vpc_endpoints = FilterModule().filters()["vpc_endpoints"]
PLACES = (["app", "dev"], ["rtb-1"], ["subnet-1"], ["sg-1"])
POLICY = {"Statement": []}


def test_s3_and_dynamodb_have_routes_and_others_interfaces() -> None:
    entries: list[dict[str, Any]] = [{"service": "s3"}, {"service": "ecr.api", "policy": POLICY, "private_dns": False}]
    gateway, interface = vpc_endpoints(entries, *PLACES)
    assert gateway == {
        "name": "app-s3-dev",
        "service_name": "s3",
        "vpc_endpoint_type": "Gateway",
        "route_table_ids": ["rtb-1"],
    }
    assert interface == {
        "name": "app-ecr-api-dev",
        "service_name": "ecr.api",
        "vpc_endpoint_type": "Interface",
        "subnet_ids": ["subnet-1"],
        "security_group_ids": ["sg-1"],
        "private_dns_enabled": False,
        "policy": POLICY,
    }


def test_what_is_null_is_not_set() -> None:
    nothing = {"type": None, "policy": None, "private_dns": None}
    (found,) = vpc_endpoints([{"service": "logs", **nothing}], *PLACES)
    assert (found["vpc_endpoint_type"], found["private_dns_enabled"]) == ("Interface", True)
    assert "policy" not in found


def test_s3_can_have_interfaces() -> None:
    (found,) = vpc_endpoints([{"service": "s3", "type": "interface", "private_dns": False}], *PLACES)
    assert (found["vpc_endpoint_type"], found["subnet_ids"]) == ("Interface", ["subnet-1"])

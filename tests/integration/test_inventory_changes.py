"""Changing an inventory: the preview says what becomes of each resource and field, and the run does just that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from tests.support import account
from tests.support.playbook import Run

UNKNOWN = "(known after apply)"
# what AWS assigns, such as the id of a new subnet
ASSIGNED = object()
NETWORK = {
    "network_availability_zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    "network_public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24", "10.0.4.0/24"],
    "network_private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24", "10.0.5.0/24"],
    "network_alb_ingress": [
        {"from_port": 80, "cidr": "0.0.0.0/0", "description": "Allow HTTP traffic from anywhere"},
        {"from_port": 8080, "cidr": "10.0.0.0/8", "description": "Allow the office"},
    ],
}
STORES = {
    "aurora_max_capacity": 4,
    "aurora_members": [
        {"identifier": "streamflix-aurora-dev-writer", "promotion_tier": 0, "auto_minor_version_upgrade": True},
        {"identifier": "streamflix-aurora-dev-reader", "promotion_tier": 3, "auto_minor_version_upgrade": True},
        {"identifier": "streamflix-aurora-dev-third", "promotion_tier": 4, "auto_minor_version_upgrade": True},
    ],
    "redis_node_type": "cache.t4g.small",
    "redis_tags": {
        "Application": "streamflix",
        "Environment": "dev",
        "ManagedBy": "streamflix.content_api",
        "CostCenter": "1234",
    },
}
SERVICE = {
    "ecs_service_image": "public.ecr.aws/nginx/nginx:1.29.3",
    "ecs_service_cpu": 512,
    "ecs_service_memory": 1024,
    "ecs_service_extra_environment": {"FEATURE": "on"},
    "ecs_service_desired_count": 3,
}
API = {"apigw_throttling_burst_limit": 4000, "apigw_metrics_enabled": True}
VARIABLES = {**NETWORK, **STORES, **SERVICE, **API}


def rows(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(f"{change['action']} {change['type']} {change['name']}" for change in changes)


def fields(changes: Iterable[Mapping[str, Any]], kind: str, name: str) -> dict[str, tuple[Any, Any]]:
    (change,) = [change for change in changes if (change["type"], change["name"]) == (kind, name)]
    return {entry["field"]: (entry["before"], entry["after"]) for entry in change["fields"]}


def test_show(aws: Any, play: Any) -> None:
    import json, pathlib

    for index, (args, variables) in enumerate(
        [(["--check"], VARIABLES), ([], VARIABLES), ([], VARIABLES), (["--check"], {}), ([], {}), ([], {})]
    ):
        run = play("site.yml", *args, **variables)
        pathlib.Path(f"/tmp/denyshow{index}.json").write_text(
            json.dumps([run.code, run.changes, run.failures, run.changed, run.output[-3000:]])
        )

"""The changes: the variables of each run, and the result that they must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Variables = Mapping[str, Any]

THREE_ZONES: Variables = {
    "network_availability_zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    "network_public_subnet_cidrs": ["10.0.0.0/24", "10.0.1.0/24", "10.0.4.0/24"],
    "network_private_subnet_cidrs": ["10.0.2.0/24", "10.0.3.0/24", "10.0.5.0/24"],
}
# ECS decides where tasks are started, unless there is only one place
IN_THE_THIRD: Variables = {**THREE_ZONES, "ecs_service_subnet_ids": "{{ network_outputs.private_subnet_ids[2:] }}"}
# before a zone is taken out, the others leave it: the steps in the README of the role network
LEAVING: Variables = {
    **THREE_ZONES,
    "aurora_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "redis_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "ecs_service_subnet_ids": "{{ network_outputs.private_subnet_ids[:2] }}",
    "ecs_service_load_balancer_subnet_ids": "{{ network_outputs.public_subnet_ids[:2] }}",
}
OTHER_BLOCK: Variables = {"network_private_subnet_cidrs": ["10.0.12.0/24", "10.0.3.0/24"]}
WITHOUT_FIRST_ZONE: Variables = {key: value[1:] for key, value in THREE_ZONES.items()}
LISTENER_8080: Variables = {
    "ecs_service_listener_port": 8080,
    "network_alb_ingress": [{"from_port": port, "cidr": "0.0.0.0/0"} for port in (80, 443, 8080)],
}
OTHER_ROLES: Variables = {
    "ecs_service_execution_role_name": "content-execution",
    "ecs_service_task_role_name": "content-task",
    "network_flow_log_role_name": "content-flow-log",
}
OTHER_MEMBERS: Variables = {
    "aurora_members": [
        {"identifier": f"content-{number}", "promotion_tier": number, "auto_minor_version_upgrade": True}
        for number in range(2)
    ]
}
PER_ZONE: Variables = {"network_nat_gateways": "per_az"}
OLDER_WITH_MEMBER: Variables = {
    "aurora_engine_version": "15.10",
    "aurora_members": [
        {"identifier": "streamflix-aurora-dev-writer", "promotion_tier": 0, "auto_minor_version_upgrade": False},
        {"identifier": "streamflix-aurora-dev-reader", "promotion_tier": 2, "auto_minor_version_upgrade": False},
    ],
}


@dataclass(frozen=True)
class Change:
    """Something that somebody changes.

    :ivar name: in words.
    :ivar steps: the variables of each run, on top of the inventory's; the first run finds the stack as deployed.
    :ivar refused: part of what the last run and its preview say when they refuse it; empty when it is made.
    """

    name: str
    steps: tuple[Variables, ...]
    refused: str = ""


def made(name: str, *steps: Variables) -> Change:
    """Return a change that is made, run after run."""
    return Change(name, steps)


def refused(name: str, words: str, *steps: Variables) -> Change:
    """Return a change whose last step is refused."""
    return Change(name, steps, words)


ALL = (
    made("another target group", {"ecs_service_target_group_name": "streamflix-tg-dev-2"}),
    made(
        "another container port and target group",
        {"ecs_service_container_port": 8080, "ecs_service_target_group_name": "streamflix-tg-dev-8080"},
    ),
    made("a health check", {"ecs_service_health_check_path": "/health", "ecs_service_health_check_interval": 15}),
    made("who reaches the load balancer", {"network_alb_ingress": [{"from_port": 80, "cidr": "10.0.0.0/8"}]}),
    made("a zone more", THREE_ZONES),
    made("a zone less, step by step", THREE_ZONES, LEAVING, {}),
    refused("a zone less while it is in use", "is no longer listed", IN_THE_THIRD, {}),
    refused(
        "another block for a subnet", "is asked for", {"network_private_subnet_cidrs": ["10.0.12.0/24", "10.0.3.0/24"]}
    ),
    refused("another block for the VPC", "needs replacement", {"network_vpc_cidr": "10.0.0.0/17"}),
    made("a NAT gateway a zone, and one again", PER_ZONE, {}),
    made("a regional NAT gateway, and a zonal one again", {"network_nat_gateways": "regional"}, {}),
    made("a zone less with a NAT gateway a zone", {**THREE_ZONES, **PER_ZONE}, {**LEAVING, **PER_ZONE}, PER_ZONE),
    refused("an older version of Aurora and its members", "older", OLDER_WITH_MEMBER),
    refused("another container port, the same target group", "port (80 -> 8080)", {"ecs_service_container_port": 8080}),
    refused("another port of the database", "would cut everybody off", {"aurora_port": 5433}),
    refused("another port of the cache", "port (6379 -> 6380)", {"redis_port": 6380}),
    refused("a cache that is not encrypted", "needs replacement", {"redis_at_rest_encryption": False}),
    made("another size of the tasks", {"ecs_service_cpu": 512, "ecs_service_memory": 1024}),
    refused("no NAT gateway any more", "the only way out", {"network_nat_gateways": "none"}),
    refused("the first zone removed", "is asked for", THREE_ZONES, WITHOUT_FIRST_ZONE),
    refused(
        "zones in another order", "needs replacement", {"network_availability_zones": ["eu-west-1b", "eu-west-1a"]}
    ),
    made("another port of the listener", LISTENER_8080),
    refused("a port of the listener that nothing lets in", "is let in by no rule", {"ecs_service_listener_port": 8080}),
    made("another name of the service's log group", {"ecs_service_log_group_name": "/ecs/streamflix"}),
    made("other names of the roles", OTHER_ROLES),
    made("other names of Aurora's instances", OTHER_MEMBERS),
    made("another name of the stage", {"apigw_stage_name": "v2"}),
    *(
        refused(f"another name of the {what}", old, {variable: new})
        for what, variable, new, old in (
            ("VPC", "network_vpc_name", "streamflix-net-dev", "streamflix-vpc-dev is this stack's"),
            ("security groups", "network_app_name", "content", "streamflix-ecs-dev is this stack's"),
            ("load balancer", "ecs_service_load_balancer_name", "content-alb", "streamflix-alb-dev is this stack's"),
            ("ECS cluster", "ecs_service_cluster_name", "content", "streamflix-cluster-dev is this stack's"),
            ("ECS service", "ecs_service_name", "content-api", "streamflix-api-dev is this stack's"),
            ("task family", "ecs_service_family", "content-api", "streamflix-api-dev is this stack's"),
            ("Aurora cluster", "aurora_cluster_identifier", "content-db", "streamflix-aurora-dev is this stack's"),
            ("DB subnet group", "aurora_subnet_group_name", "content-db", "streamflix-aurora-subnet-dev is this"),
            ("cache", "redis_replication_group_id", "content-cache", "streamflix-redis-dev is this stack's"),
            ("cache subnet group", "redis_subnet_group_name", "content-cache", "streamflix-redis-subnet-dev is this"),
            ("credentials", "aurora_secret_name", "content-db", "streamflix-db-credentials-dev is this stack's"),
            ("API", "apigw_name", "Content API", "this stack has 'StreamFlix Content API dev'"),
        )
    ),
)

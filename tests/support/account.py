"""Everything that an AWS account holds of the kinds that the platform uses, read with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]
Snapshot = dict[str, list[str]]


def pages(client: Any, operation: str, key: str, **params: Any) -> list[Any]:
    """Return all items of a list operation over all its pages."""
    if not client.can_paginate(operation):
        return getattr(client, operation)(**params)[key]
    return client.get_paginator(operation).paginate(**params).build_full_result().get(key, [])


# service, operation, the reply's list, the item's identifier
LISTS = (
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("secretsmanager", "list_secrets", "SecretList", "ARN"),
    ("rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier"),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    ("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterSnapshotIdentifier"),
    ("elasticache", "describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
    ("elasticache", "describe_cache_clusters", "CacheClusters", "CacheClusterId"),
    ("elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("apigateway", "get_rest_apis", "items", "id"),
)


def snapshot(aws: Client) -> Snapshot:
    """Return the identifiers of everything in the account, by C(service.kind), without what AWS only remembers."""
    found = {
        f"{service}.{key}": sorted(item[identifier] for item in pages(aws(service), operation, key))
        for service, operation, key, identifier in LISTS
    }
    gateways = pages(aws("ec2"), "describe_nat_gateways", "NatGateways")
    found["ec2.NatGateways"] = sorted(item["NatGatewayId"] for item in gateways if item["State"] != "deleted")
    found["iam.Policies"] = sorted(
        item["Arn"] for item in pages(aws("iam"), "list_policies", "Policies", Scope="Local")
    )
    ecs = aws("ecs")
    clusters = pages(ecs, "list_clusters", "clusterArns")
    described = ecs.describe_clusters(clusters=clusters)["clusters"] if clusters else []
    found["ecs.clusters"] = sorted(item["clusterArn"] for item in described if item["status"] != "INACTIVE")
    for status in ("ACTIVE", "INACTIVE"):
        arns = pages(ecs, "list_task_definitions", "taskDefinitionArns", status=status)
        found[f"ecs.taskDefinitions.{status}"] = sorted(arns)
    found["apigateway.account"] = [aws("apigateway").get_account().get("cloudwatchRoleArn", "")]
    return found


def difference(before: Snapshot, after: Snapshot) -> dict[str, dict[str, list[str]]]:
    """Return what was added to and removed from an account between two snapshots, by kind."""
    changed: dict[str, dict[str, list[str]]] = {}
    for kind in before:
        added = sorted(set(after[kind]) - set(before[kind]))
        removed = sorted(set(before[kind]) - set(after[kind]))
        if added or removed:
            changed[kind] = {"added": added, "removed": removed}
    return changed

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which ports of a VPC are in use behind a security group, so that none of them is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.reading import TARGET_GROUP_GONE


def target_ports(api: Api, vpc_id: str) -> set[int]:
    """Return the ports on which a VPC's load balancers reach their targets (DescribeTargetHealth)."""
    found: set[int] = set()
    for group in api.pages("describe_target_groups", "TargetGroups", "elbv2"):
        if group.get("VpcId") == vpc_id:
            arn = group["TargetGroupArn"]
            reply = api.get("describe_target_health", TARGET_GROUP_GONE, "elbv2", TargetGroupArn=arn) or {}
            found |= {
                one["Target"]["Port"] for one in reply.get("TargetHealthDescriptions", []) if "Port" in one["Target"]
            }
    return found


def database_ports(clusters: Iterable[Mapping[str, Any]], group_id: str) -> set[int]:
    """Return the ports of the clusters in a reply of DescribeDBClusters that a security group protects."""
    return {
        cluster["Port"]
        for cluster in clusters
        if "Port" in cluster
        and group_id in [group.get("VpcSecurityGroupId") for group in cluster.get("VpcSecurityGroups", [])]
    }


def cache_ports(clusters: Iterable[Mapping[str, Any]], group_id: str) -> set[int]:
    """Return the ports of the nodes in a reply of DescribeCacheClusters that a security group protects."""
    return {
        node["Endpoint"]["Port"]
        for cluster in clusters
        if group_id in [group.get("SecurityGroupId") for group in cluster.get("SecurityGroups", [])]
        for node in cluster.get("CacheNodes", [])
        if node.get("Endpoint")
    }


def ports_behind(api: Api, vpc_id: str, group_ids: Iterable[str]) -> dict[str, set[int]]:
    """Return for each security group the ports on which something listens behind it.

    It is not read which group protects a load balancer's targets: their ports count for all groups.
    """
    targets = target_ports(api, vpc_id)
    databases = api.pages("describe_db_clusters", "DBClusters", "rds")
    nodes = api.pages("describe_cache_clusters", "CacheClusters", "elasticache", ShowCacheNodeInfo=True)
    return {one: targets | database_ports(databases, one) | cache_ports(nodes, one) for one in group_ids}

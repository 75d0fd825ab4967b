"""The nodes of a replication group: endpoints, network interfaces, and how DescribeCacheClusters shows them."""

from __future__ import annotations

from typing import Any

from emulator import interfaces
from emulator.backends import network_of
from emulator.patching import wrap

DEFAULT_PORT = 6379
ONLY_NODE_GROUP = "0001"


def region_code(region: str) -> str:
    """Return the region as it stands in an endpoint's name: C(euw1) for C(eu-west-1)."""
    area, *direction, number = region.split("-")
    return area + "".join(word[0] for word in direction) + number


def node_arn(group: Any, node_id: str) -> str:
    """Return the ARN of one node of a replication group."""
    return group.arn.rsplit(":", 2)[0] + f":cluster:{node_id}"


def address(group: Any, role: str) -> str:
    """Return the name of an endpoint; with encryption in transit AWS names endpoints in another way.

    :param role: C(master), C(replica), or a node's id.
    """
    code, zone = group.emulator_name_code, f"{region_code(group.emulator_region)}.cache.amazonaws.com"
    name = group.replication_group_id
    if group.transit_encryption_enabled:
        return f"{role}.{name}.{code}.{zone}"
    plain = {"master": f"{name}.{code}.ng.{ONLY_NODE_GROUP}", "replica": f"{name}-ro.{code}.ng.{ONLY_NODE_GROUP}"}
    return f"{plain.get(role, f'{role}.{code}.{ONLY_NODE_GROUP}')}.{zone}"


def lay_out_nodes(group: Any, zones: list[str]) -> None:
    """Set the nodes and endpoints of a group without shards: the first node is the primary, zones take turns."""
    members = []
    for index, node_id in enumerate(group.member_clusters):
        members.append(
            {
                "cache_cluster_id": node_id,
                "cache_node_id": ONLY_NODE_GROUP,
                "preferred_availability_zone": zones[index % len(zones)],
                "current_role": "replica" if index else "primary",
                "read_endpoint": {
                    "address": address(group, node_id),
                    "port": group.port,
                },
            }
        )
    node_group = group.node_groups[0]
    node_group["node_group_members"] = members
    node_group["primary_endpoint"] = {"address": address(group, "master"), "port": group.port}
    node_group["reader_endpoint"] = {"address": address(group, "replica"), "port": group.port}


def node_status(group: Any, node_id: str) -> str:
    """Return a node's status: those that come or go say so before their group is done."""
    if node_id in group.emulator_new_nodes:
        return "creating"
    return "deleting" if node_id in group.emulator_leaving else str(group.status)


def parameters_of(group: Any, node_id: str) -> dict[str, Any]:
    """Return a node's parameter group, and whether it waits for a reboot."""
    waits = node_id in getattr(group, "emulator_to_reboot", ())
    return {
        "cache_parameter_group_name": group.cache_parameter_group_name,
        "parameter_apply_status": "pending-reboot" if waits else "in-sync",
        "cache_node_ids_to_reboot": [ONLY_NODE_GROUP] if waits else [],
    }


def node_record(group: Any, member: dict[str, Any]) -> dict[str, Any]:
    """Return a node as DescribeCacheClusters shows it: what the group's record does not say is here."""
    pending = group.emulator_pending
    return {
        "cache_cluster_id": member["cache_cluster_id"],
        "cache_node_type": group.cache_node_type,
        "engine": group.engine,
        "engine_version": group.engine_version,
        "cache_cluster_status": node_status(group, member["cache_cluster_id"]),
        "num_cache_nodes": 1,
        "preferred_availability_zone": member.get("preferred_availability_zone"),
        "cache_cluster_create_time": group.replication_group_create_time,
        "preferred_maintenance_window": group.preferred_maintenance_window,
        "pending_modified_values": {
            "engine_version": pending.get("EngineVersion"),
            "cache_node_type": pending.get("CacheNodeType"),
        },
        "cache_parameter_group": parameters_of(group, member["cache_cluster_id"]),
        "cache_subnet_group_name": group.cache_subnet_group_name,
        "auto_minor_version_upgrade": group.auto_minor_version_upgrade,
        "security_groups": [
            {"security_group_id": group_id, "status": "active"} for group_id in group.security_group_ids
        ],
        "cache_nodes": [
            {"cache_node_id": ONLY_NODE_GROUP, "cache_node_status": group.status, "endpoint": member["read_endpoint"]}
        ],
        "replication_group_id": group.replication_group_id,
        "snapshot_retention_limit": group.snapshot_retention_limit,
        "snapshot_window": group.snapshot_window,
        "auth_token_enabled": group.auth_token_enabled,
        "transit_encryption_enabled": group.transit_encryption_enabled,
        "transit_encryption_mode": group.transit_encryption_mode,
        "at_rest_encryption_enabled": group.at_rest_encryption_enabled,
        "arn": node_arn(group, member["cache_cluster_id"]),
        "log_delivery_configurations": group.log_delivery_configurations,
    }


def put_interfaces(backend: Any, group: Any) -> None:
    """Give each node of a group its network interface, in the group's security groups."""
    subnet_group = backend.cache_subnet_groups.get(group.cache_subnet_group_name)
    for node_group in group.emulator_node_groups if subnet_group is not None else ():
        for member in node_group["node_group_members"]:
            node_id, zone = member["cache_cluster_id"], member.get("preferred_availability_zone")
            subnet = interfaces.first_subnet(network_of(backend), subnet_group.subnet_ids, zone)
            key, said = node_arn(group, node_id), f"ElastiCache {node_id}"
            interfaces.put(network_of(backend), key, subnet, group.security_group_ids or [], said)


def replicate_tags(backend: Any, group: Any) -> None:
    """Give all nodes the tags of their group, as AWS does."""
    tags = backend.tagging_service.list_tags_for_resource(group.arn)["Tags"]
    for node_id in group.member_clusters:
        backend.tagging_service.delete_all_tags_for_resource(node_arn(group, node_id))
        backend.tagging_service.tag_resource(node_arn(group, node_id), tags)


def become_available(group: Any) -> None:
    """End the creation of a group or of some of its nodes; only then AWS shows the endpoints."""
    group.status = "available"
    group.emulator_new_nodes = set()
    group.node_groups = group.emulator_node_groups
    if group.automatic_failover == "enabling":
        group.automatic_failover = "enabled"


def _install_reading() -> None:
    from moto.elasticache.exceptions import CacheClusterNotFound
    from moto.elasticache.models import ElastiCacheBackend

    @wrap(ElastiCacheBackend, "describe_cache_clusters")
    def describe_cache_clusters(original: Any, self: Any, cache_cluster_id: str | None = None) -> list[Any]:
        """Show the nodes of replication groups beside single clusters."""
        nodes = {
            member["cache_cluster_id"]: node_record(group, member)
            for group in self.replication_groups.values()
            for members in (
                group.emulator_leaving.values(),
                *(node_group["node_group_members"] for node_group in group.emulator_node_groups),
            )
            for member in members
        }
        if not cache_cluster_id:
            return [*original(self, None), *nodes.values()]
        if cache_cluster_id in nodes:
            return [nodes[cache_cluster_id]]
        if cache_cluster_id not in self.cache_clusters:
            raise CacheClusterNotFound(cache_cluster_id)
        return original(self, cache_cluster_id)


def _install_node_info() -> None:
    from moto.elasticache.responses import ElastiCacheResponse

    @wrap(ElastiCacheResponse, "describe_cache_clusters")
    def describe_cache_clusters(original: Any, self: Any) -> Any:
        """Show nodes with their endpoints only when they are asked for."""
        shown = original(self)
        if not self._get_bool_param("ShowCacheNodeInfo", False):
            for cluster in shown.result["CacheClusters"]:
                if isinstance(cluster, dict):
                    cluster.pop("cache_nodes", None)
        return shown


def install() -> None:
    """Put the additions into moto."""
    _install_reading()
    _install_node_info()

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How replication groups are read, for the module that manages them and the one that lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

GROUP_MISSING = ("ReplicationGroupNotFoundFault",)
NODE_MISSING = ("CacheClusterNotFound",)
LOG_DETAILS = {
    "cloudwatch-logs": ("CloudWatchLogsDetails", "LogGroup"),
    "kinesis-firehose": ("KinesisFirehoseDetails", "DeliveryStream"),
}


# what only DescribeCacheClusters tells
OF_NODES = (
    "engine_version",
    "cache_subnet_group_name",
    "security_group_ids",
    "cache_parameter_group_name",
    "preferred_maintenance_window",
)
PARAMETER_GROUP_MISSING = ("CacheParameterGroupNotFound",)
# AWS answers so while another change is under way, and tells no tags then either
BUSY_ERRORS = frozenset({"InvalidReplicationGroupState", "InvalidCacheClusterState"})


def begins_with(version: str, beginning: str) -> bool:
    """Tell whether a version has the parts of another one, which may be fewer: 7.1.0 begins with 7.1, 6.2 with 6.x."""
    parts = [part for part in beginning.split(".") if part != "x"]
    return version.split(".")[: len(parts)] == parts


def offer_of(offers: Sequence[Mapping[str, Any]], wanted: str) -> Mapping[str, Any] | None:
    """Return the last of the offers that is the wanted version, or begins as it does; None when there is none.

    :param offers: items of DescribeCacheEngineVersions, which lists C(7.1).
    :param wanted: C(7.1), a beginning such as C(7) or C(6.x), or as AWS shows it of a group, C(7.1.0).
    """
    listed = [(offer, str(offer["EngineVersion"])) for offer in offers]
    matching = [offer for offer, version in listed if begins_with(version, wanted)]
    matching = matching or [offer for offer, version in listed if begins_with(wanted, version)]
    return matching[-1] if matching else None


def not_offered(api: Api, engine: str, wanted: str, parameter_group: str | None) -> list[str]:
    """Find an engine version that AWS does not offer in the region, and parameters that are not for it.

    :param wanted: as for L(offer_of).
    :param parameter_group: None is not set.
    :raises AwsError: as L(Api.call).
    """
    offers = api.pages("describe_cache_engine_versions", "CacheEngineVersions", "elasticache", Engine=engine)
    offer = offer_of(offers, wanted)
    if offer is None:
        listed = ", ".join(str(item["EngineVersion"]) for item in offers) or "none"
        return [f"engine_version {wanted!r} is not offered for {engine} here: choose one of {listed}."]
    return wrong_parameters(api, parameter_group, offer["CacheParameterGroupFamily"]) if parameter_group else []


def wrong_parameters(api: Api, name: str, family: str) -> list[str]:
    """Find a parameter group that does not exist, or is not for a family of versions.

    :raises AwsError: as L(Api.call).
    """
    group = api.find(
        "describe_cache_parameter_groups",
        "CacheParameterGroups",
        PARAMETER_GROUP_MISSING,
        "elasticache",
        CacheParameterGroupName=name,
    )
    if group is None:
        return [
            f"cache_parameter_group_name {name!r} does not exist: create it with the family {family}, or name another."
        ]
    found = group["CacheParameterGroupFamily"]
    if found == family:
        return []
    return [f"cache_parameter_group_name {name!r} is for {found}, the engine needs {family}: name one of that family."]


def is_on(word: str | None) -> bool | None:
    """Return AWS's C(enabled), C(enabling), C(disabled), C(disabling) as a bool; None stays None."""
    return None if word is None else word.startswith("enabl")


def endpoint_from_aws(endpoint: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return an endpoint's address and port; None while AWS has not given one."""
    if not endpoint or not endpoint.get("Address"):
        return None
    return {"address": endpoint["Address"], "port": endpoint.get("Port")}


def transit_mode(group: Mapping[str, Any]) -> str | None:
    """Return the mode of encryption in transit; AWS names none for old engine versions, which always require it."""
    return group.get("TransitEncryptionMode", "required") if group.get("TransitEncryptionEnabled") else None


def log_from_aws(delivery: Mapping[str, Any]) -> dict[str, Any]:
    """Return one entry of LogDeliveryConfigurations in the shape of the option."""
    kind = delivery["DestinationType"]
    details, key = LOG_DETAILS[kind]
    return {
        "log_type": delivery["LogType"],
        "destination_type": kind,
        "destination": delivery.get("DestinationDetails", {}).get(details, {}).get(key),
        "log_format": delivery.get("LogFormat", "").lower(),
    }


def sorted_logs(deliveries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return log deliveries in the order in which they are compared."""
    return sorted((dict(delivery) for delivery in deliveries), key=lambda delivery: delivery["log_type"])


def pending_from_aws(group: Mapping[str, Any], node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what waits for the maintenance window; AWS says one part at the group, one at its nodes."""
    of_group, of_node = group.get("PendingModifiedValues", {}), node.get("PendingModifiedValues", {})
    values = {
        "automatic_failover": is_on(of_group.get("AutomaticFailoverStatus")),
        "engine_version": of_node.get("EngineVersion"),
        "cache_node_type": of_node.get("CacheNodeType"),
    }
    return {key: value for key, value in values.items() if value is not None}


def node_from_aws(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what only DescribeCacheClusters tells; None for all while there is no node yet."""
    groups = [entry["SecurityGroupId"] for entry in node.get("SecurityGroups", [])]
    return {
        "engine_version": node.get("EngineVersion"),
        "cache_subnet_group_name": node.get("CacheSubnetGroupName"),
        "security_group_ids": sorted(groups) if node else None,
        "cache_parameter_group_name": node.get("CacheParameterGroup", {}).get("CacheParameterGroupName"),
        "preferred_maintenance_window": node.get("PreferredMaintenanceWindow"),
    }


def members_of(group: Mapping[str, Any]) -> list[str]:
    """Return the nodes of a group; AWS lists them twice, and one that either list has is there.

    :param group: an item of DescribeReplicationGroups.
    """
    in_groups = {
        item["CacheClusterId"] for part in group.get("NodeGroups", []) for item in part.get("NodeGroupMembers", [])
    }
    return sorted({*group.get("MemberClusters", []), *in_groups})


def from_aws(
    group: Mapping[str, Any], node: Mapping[str, Any] | None, group_tags: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return a replication group in this module's shape.

    :param group: an item of DescribeReplicationGroups.
    :param node: an item of DescribeCacheClusters, any of the group's nodes; None while there is none.
    :param group_tags: None when AWS does not tell them.
    """
    node_group = (group.get("NodeGroups") or [{}])[0]
    primary = endpoint_from_aws(node_group.get("PrimaryEndpoint"))
    deliveries = [
        log_from_aws(item) for item in group.get("LogDeliveryConfigurations", []) if item.get("Status") != "disabling"
    ]
    engine = group.get("Engine") or (node or {}).get("Engine")
    return {
        "id": group["ReplicationGroupId"],
        "arn": group.get("ARN"),
        "status": group["Status"],
        "description": group.get("Description"),
        "engine": engine,
        "cache_node_type": group.get("CacheNodeType"),
        "num_cache_clusters": len(members_of(group)) or None,
        "member_clusters": members_of(group),
        "primary_endpoint": primary,
        "reader_endpoint": endpoint_from_aws(node_group.get("ReaderEndpoint")),
        "port": primary["port"] if primary else None,
        "automatic_failover": is_on(group.get("AutomaticFailover")),
        "multi_az": is_on(group.get("MultiAZ")),
        "cluster_enabled": group.get("ClusterEnabled", False),
        "at_rest_encryption": group.get("AtRestEncryptionEnabled"),
        "kms_key_id": group.get("KmsKeyId"),
        "transit_encryption": group.get("TransitEncryptionEnabled"),
        "transit_encryption_mode": transit_mode(group),
        "user_group_ids": sorted(group.get("UserGroupIds", [])),
        "snapshot_retention_limit": group.get("SnapshotRetentionLimit"),
        "snapshot_window": group.get("SnapshotWindow"),
        "auto_minor_version_upgrade": group.get("AutoMinorVersionUpgrade"),
        "log_delivery_configurations": sorted_logs(deliveries),
        **node_from_aws(node or {}),
        "pending": pending_from_aws(group, node or {}),
        "tags": None if group_tags is None else dict(group_tags),
    }


def read(api: Api, group: Mapping[str, Any]) -> dict[str, Any]:
    """Complete an item of DescribeReplicationGroups by what AWS says elsewhere.

    :raises AwsError: as L(Api.call).
    """
    members = members_of(group)
    node = None
    if members:
        # without a record of it, what only nodes tell is unknown
        listed_nodes = api.get("describe_cache_clusters", NODE_MISSING, CacheClusterId=members[0])
        node = next(iter((listed_nodes or {}).get("CacheClusters", [])), None)
    listed = api.get("list_tags_for_resource", (*BUSY_ERRORS, *GROUP_MISSING), ResourceName=group["ARN"])
    return from_aws(group, node, None if listed is None else tags.from_list(listed["TagList"]))


def find_group(api: Api, name: str) -> dict[str, Any] | None:
    """Return an item of DescribeReplicationGroups; None when there is no such group.

    :raises AwsError: as L(Api.call).
    """
    wanted = {"ReplicationGroupId": name}
    return api.find("describe_replication_groups", "ReplicationGroups", GROUP_MISSING, "elasticache", **wanted)

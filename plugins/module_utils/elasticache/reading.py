"""Replication groups: the table of their options and of what AWS shows, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, pending, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import (
    node_type,
    replication_group_id,
    snapshot_identifier,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import HIGHEST_PORT, kms_key

GROUP_MISSING = ("ReplicationGroupNotFoundFault",)
NODE_MISSING = ("CacheClusterNotFound",)
PARAMETER_GROUP_MISSING = ("CacheParameterGroupNotFound",)
# AWS answers so while another change is under way, and tells no tags then either
BUSY_ERRORS = frozenset({"InvalidReplicationGroupState", "InvalidCacheClusterState"})
AVAILABLE = "available"
LOG_DETAILS = {
    "cloudwatch-logs": ("CloudWatchLogsDetails", "LogGroup"),
    "kinesis-firehose": ("KinesisFirehoseDetails", "DeliveryStream"),
}


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


def members_of(group: Mapping[str, Any]) -> list[str]:
    """Return the nodes of a group; AWS lists them twice, and one that either list has is there.

    :param group: an item of DescribeReplicationGroups.
    """
    in_groups = {
        item["CacheClusterId"] for part in group.get("NodeGroups", []) for item in part.get("NodeGroupMembers", [])
    }
    return sorted({*group.get("MemberClusters", []), *in_groups})


def node_group(group: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the shard of a group; empty while AWS shows none."""
    return (group.get("NodeGroups") or [{}])[0]


def primary(group: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the endpoint for reading and writing, as L(endpoint_from_aws)."""
    return endpoint_from_aws(node_group(group).get("PrimaryEndpoint"))


def logs_from_aws(group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a group's log deliveries, without those that AWS is turning off."""
    deliveries = group.get("LogDeliveryConfigurations", [])
    return sorted_logs([log_from_aws(item) for item in deliveries if item.get("Status") != "disabling"])


def log_to_aws(delivery: Mapping[str, Any]) -> dict[str, Any]:
    """Return one entry of the option in AWS's shape."""
    details, key = LOG_DETAILS[delivery["destination_type"]]
    return {
        "LogType": delivery["log_type"],
        "DestinationType": delivery["destination_type"],
        "DestinationDetails": {details: {key: delivery["destination"]}},
        "LogFormat": delivery["log_format"],
        "Enabled": True,
    }


LOG: Rows = {
    "log_type": Field(choices=("slow-log", "engine-log"), required=True),
    "destination_type": Field(choices=tuple(LOG_DETAILS), default="cloudwatch-logs"),
    "destination": Field(required=True),
    "log_format": Field(choices=("json", "text"), default="json"),
}
OF_GROUP: Rows = {
    "id": Field(read="ReplicationGroupId", always=True, assigned=True, shown_only=True),
    "arn": Field(read="ARN", assigned=True, shown_only=True, new=CHOSEN),
    "status": Field(read="Status", always=True, assigned=True, shown_only=True, new=AVAILABLE),
    "description": Field(aws="ReplicationGroupDescription", read="Description"),
    "engine": Field(aws="Engine", choices=("redis", "valkey"), new="redis"),
    "cache_node_type": Field(aws="CacheNodeType", rule=node_type, deferred=True, pending="CacheNodeType"),
    "num_cache_clusters": Field(
        "int", "NumCacheClusters", read=lambda group: len(members_of(group)) or None, limits=(1, 6), new=1
    ),
    "member_clusters": Field("list", read=members_of, assigned=True, shown_only=True),
    "primary_endpoint": Field("dict", read=primary, assigned=True, shown_only=True),
    "reader_endpoint": Field(
        "dict",
        read=lambda group: endpoint_from_aws(node_group(group).get("ReaderEndpoint")),
        assigned=True,
        shown_only=True,
    ),
    "port": Field(
        "int",
        "Port",
        read=lambda group: (primary(group) or {}).get("port"),
        limits=(1, HIGHEST_PORT),
        new=6379,
        fixed=True,
    ),
    "automatic_failover": Field(
        "bool",
        "AutomaticFailoverEnabled",
        read=lambda group: is_on(group.get("AutomaticFailover")),
        pending=lambda values: is_on(values.get("AutomaticFailoverStatus")),
        new=False,
    ),
    "multi_az": Field("bool", "MultiAZEnabled", read=lambda group: is_on(group.get("MultiAZ")), new=False),
    "cluster_enabled": Field("bool", read="ClusterEnabled", assigned=True, unset=False, new=False, fixed=True),
    "at_rest_encryption": Field(
        "bool",
        "AtRestEncryptionEnabled",
        # of Valkey, AWS encrypts a new group by itself
        new=False,
        fixed=True,
    ),
    "kms_key_id": Field(aws="KmsKeyId", rule=kms_key, fixed=True),
    "transit_encryption": Field("bool", "TransitEncryptionEnabled", new=False, exposes=True),
    "transit_encryption_mode": Field(
        aws="TransitEncryptionMode", read=transit_mode, choices=("preferred", "required"), exposes=True
    ),
    "user_group_ids": Field(
        "list",
        "UserGroupIds",
        read=lambda group: sorted(group.get("UserGroupIds", [])),
        normal=different,
        new=[],
        exposes=True,
    ),
    "snapshot_retention_limit": Field("int", "SnapshotRetentionLimit", limits=(0, 35), new=0),
    "snapshot_window": Field(aws="SnapshotWindow", normal=str.lower, new=CHOSEN),
    "auto_minor_version_upgrade": Field("bool", "AutoMinorVersionUpgrade", new=True),
    "log_delivery_configurations": Field(
        "list",
        "LogDeliveryConfigurations",
        read=logs_from_aws,
        write=lambda deliveries: [log_to_aws(delivery) for delivery in deliveries],
        normal=sorted_logs,
        rows=LOG,
        new=[],
    ),
}
# what only DescribeCacheClusters tells; of a group that has no node yet it is not known
OF_NODES: Rows = {
    "engine_version": Field(aws="EngineVersion", new=CHOSEN, deferred=True, pending="EngineVersion"),
    "cache_subnet_group_name": Field(aws="CacheSubnetGroupName", new=CHOSEN, fixed=True),
    "security_group_ids": Field(
        "list",
        "SecurityGroupIds",
        read=lambda node: sorted(item["SecurityGroupId"] for item in node.get("SecurityGroups", [])) if node else None,
        normal=different,
        new=[],
        exposes=True,
    ),
    "cache_parameter_group_name": Field(
        aws="CacheParameterGroupName",
        read=lambda node: node.get("CacheParameterGroup", {}).get("CacheParameterGroupName"),
        new=CHOSEN,
    ),
    "parameter_apply_status": Field(
        read=lambda node: node.get("CacheParameterGroup", {}).get("ParameterApplyStatus"),
        assigned=True,
        shown_only=True,
        new="in-sync",
    ),
    "preferred_maintenance_window": Field(aws="PreferredMaintenanceWindow", normal=str.lower, new=CHOSEN),
}
FIELDS: Rows = {
    "replication_group_id": Field(required=True, rule=replication_group_id),
    **OF_GROUP,
    **OF_NODES,
    "pending": Field("dict", read="pending", assigned=True, new={}),
    "cache_parameter_group_family": Field(),
    "apply_immediately": Field("bool", default=True),
    # automatic ones have dots in their names
    "snapshot_name": Field(),
    "final_snapshot_identifier": Field(rule=snapshot_identifier),
    "replace": Field("bool", default=False),
}


def described(
    group: Mapping[str, Any], node: Mapping[str, Any], group_tags: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return a replication group in the modules' shape.

    :param group: an item of DescribeReplicationGroups.
    :param node: an item of DescribeCacheClusters, any of the group's nodes; empty while there is none.
    :param group_tags: None when AWS does not tell them.
    """
    found = {**fields.described(OF_GROUP, group), **fields.described(OF_NODES, node)}
    # AWS lists one part of them at the group, one at its nodes
    waiting = {**group.get("PendingModifiedValues", {}), **node.get("PendingModifiedValues", {})}
    return {
        **found,
        "engine": found["engine"] or node.get("Engine"),
        "pending": pending.listed(FIELDS, waiting),
        "tags": None if group_tags is None else dict(group_tags),
    }


def read(api: Api, group: Mapping[str, Any]) -> dict[str, Any]:
    """Complete an item of DescribeReplicationGroups by what AWS says elsewhere.

    :raises AwsError: as L(Api.call).
    """
    members = members_of(group)
    node: Mapping[str, Any] = {}
    if members:
        # without a record of it, what only nodes tell is unknown
        listed_nodes = api.get("describe_cache_clusters", NODE_MISSING, CacheClusterId=members[0])
        node = next(iter((listed_nodes or {}).get("CacheClusters", [])), {})
    listed = api.get("list_tags_for_resource", (*BUSY_ERRORS, *GROUP_MISSING), ResourceName=group["ARN"])
    return described(group, node, None if listed is None else tags.from_list(listed["TagList"]))


def find_group(api: Api, name: str) -> dict[str, Any] | None:
    """Return an item of DescribeReplicationGroups; None when there is no such group.

    :raises AwsError: as L(Api.call).
    """
    wanted = {"ReplicationGroupId": name}
    return api.find("describe_replication_groups", "ReplicationGroups", GROUP_MISSING, "elasticache", **wanted)


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


def not_offered(
    api: Api, engine: str, wanted: str, parameter_group: str | None, family: str | None = None
) -> list[str]:
    """Find an engine version that AWS does not offer in the region, and parameters that are not for it.

    :param wanted: as for L(offer_of).
    :param parameter_group: None is not set.
    :param family: of the parameter group; None where AWS is to be asked for it.
    :raises AwsError: as L(Api.call).
    """
    offers = api.pages("describe_cache_engine_versions", "CacheEngineVersions", "elasticache", Engine=engine)
    offer = offer_of(offers, wanted)
    if offer is None:
        listed = ", ".join(str(item["EngineVersion"]) for item in offers) or "none"
        return [f"engine_version {wanted!r} is not offered for {engine} here: choose one of {listed}."]
    if not parameter_group:
        return []
    return wrong_parameters(api, parameter_group, family, offer["CacheParameterGroupFamily"])


def wrong_parameters(api: Api, name: str, known: str | None, family: str) -> list[str]:
    """Find a parameter group that does not exist, or is not for a family of versions.

    :param known: the group's family; None where AWS is to be asked for it.
    :raises AwsError: as L(Api.call).
    """
    if known is None:
        found = family_of_group(api, name)
        if found is None:
            return [
                f"cache_parameter_group_name {name!r} does not exist: create it with the family {family}, or name "
                "another."
            ]
        known = found
    if known == family:
        return []
    return [f"cache_parameter_group_name {name!r} is for {known}, the engine needs {family}: name one of that family."]


def family_of_group(api: Api, name: str) -> str | None:
    """Return the family of a parameter group; None when there is no such group.

    :raises AwsError: as L(Api.call).
    """
    group = api.find(
        "describe_cache_parameter_groups",
        "CacheParameterGroups",
        PARAMETER_GROUP_MISSING,
        "elasticache",
        CacheParameterGroupName=name,
    )
    return None if group is None else group["CacheParameterGroupFamily"]

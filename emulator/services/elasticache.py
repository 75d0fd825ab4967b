"""ElastiCache: the nodes of a replication group, its endpoints, and the operations that moto lacks.

moto keeps a replication group as one record whose nodes cannot be read, ignores the number of nodes and most of
ModifyReplicationGroup, never finishes a deletion, and has no DeleteCacheSubnetGroup, ModifyCacheSubnetGroup,
IncreaseReplicaCount and DecreaseReplicaCount.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial, partialmethod
from typing import Any

from emulator import durations, interfaces
from emulator.clock import clock
from emulator.patching import wrap
from emulator.services import elasticache_parameters
from emulator.services.elasticache_parameters import check_group, default_group
from emulator.services.elasticache_versions import NEWEST, offered
from emulator.transitions import disappears, passes_through

DEFAULT_PORT = 6379
DEFAULT_SNAPSHOT_WINDOW = "03:00-04:00"
DEFAULT_MAINTENANCE_WINDOW = "sun:05:00-sun:06:00"
GROUP_ID = re.compile(r"[a-z]([a-z0-9]|-(?!-))*")
LONGEST_GROUP_ID = 40
ONLY_NODE_GROUP = "0001"


def full_version(version: str) -> str:
    """Return the version as AWS shows it: C(7.1) is stored and shown as C(7.1.0)."""
    return version if version.count(".") >= 2 or version.endswith(".x") else f"{version}.0"


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
        "cache_parameter_group": {
            "cache_parameter_group_name": group.cache_parameter_group_name,
            "parameter_apply_status": "in-sync",
        },
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


def network_of(backend: Any) -> Any:
    """Return the EC2 of a backend's account and region."""
    from moto.ec2 import ec2_backends

    return ec2_backends[backend.account_id][backend.region_name]


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


def require_idle(group: Any) -> None:
    """Refuse a change while another one is under way."""
    from moto.elasticache.exceptions import ElastiCacheException

    if group.status == "available":
        return
    error = ElastiCacheException(f"Replication group {group.replication_group_id} is not in available state.")
    error.code = "InvalidReplicationGroupState"
    raise error


def check_availability(failover: bool, multi_az: bool, nodes: int) -> None:
    """Refuse what has no replica to fail over to."""
    from moto.elasticache.exceptions import InvalidParameterCombinationException

    if failover and nodes < 2:
        raise InvalidParameterCombinationException("Automatic failover needs at least one read replica.")
    if multi_az and not failover:
        raise InvalidParameterCombinationException("Multi-AZ needs automatic failover.")


def check_new(backend: Any, wanted: dict[str, Any]) -> None:
    """Refuse a new group as AWS does."""
    from moto.elasticache.exceptions import (
        CacheSubnetGroupNotFound,
        InvalidParameterCombinationException,
        InvalidParameterValueException,
    )

    group_id, subnet_group = wanted["replication_group_id"], wanted["cache_subnet_group_name"]
    if len(group_id) > LONGEST_GROUP_ID or not GROUP_ID.fullmatch(group_id) or group_id.endswith("-"):
        raise InvalidParameterValueException(f"The parameter ReplicationGroupIdentifier {group_id} is not valid.")
    if subnet_group and subnet_group not in backend.cache_subnet_groups:
        raise CacheSubnetGroupNotFound(subnet_group)
    if wanted["transit_encryption_mode"] and not wanted["transit_encryption_enabled"]:
        raise InvalidParameterCombinationException("Transit encryption mode needs transit encryption.")
    engine = wanted["engine"] or "redis"
    version = offered(engine, wanted["engine_version"] or NEWEST[engine])
    check_group(backend, wanted["cache_parameter_group_name"], engine, version)
    nodes = wanted["num_cache_clusters"] or (wanted["replicas_per_node_group"] or 0) + 1
    check_availability(wanted["automatic_failover_enabled"], wanted["multi_az_enabled"], nodes)


def change_transit_encryption(group: Any, wanted: dict[str, Any]) -> None:
    """Turn encryption in transit on or off the way AWS allows: through C(preferred), one step a request."""
    from moto.elasticache.exceptions import InvalidParameterCombinationException

    enabled = wanted.get("TransitEncryptionEnabled", group.transit_encryption_enabled)
    mode = wanted.get("TransitEncryptionMode", group.transit_encryption_mode if enabled else None)
    if enabled and not group.transit_encryption_enabled and mode != "preferred":
        raise InvalidParameterCombinationException("Set TransitEncryptionMode to preferred first.")
    if not enabled and group.transit_encryption_mode == "required":
        raise InvalidParameterCombinationException("Set TransitEncryptionMode to preferred before disabling it.")
    if not enabled and "TransitEncryptionMode" in wanted:
        raise InvalidParameterCombinationException("Transit encryption mode needs transit encryption.")
    group.transit_encryption_enabled = enabled
    group.transit_encryption_mode = mode


def change_user_groups(group: Any, wanted: dict[str, Any]) -> None:
    """Add and remove user groups."""
    kept = [] if wanted.get("RemoveUserGroups") else group.user_group_ids
    removed = wanted.get("UserGroupIdsToRemove", [])
    group.user_group_ids = [name for name in kept if name not in removed] + list(wanted.get("UserGroupIdsToAdd", []))


def change_log_delivery(group: Any, wanted: dict[str, Any]) -> None:
    """Set the log deliveries of the named types; those that are not enabled go."""
    by_type = {entry["LogType"]: entry for entry in group.log_delivery_configurations}
    for entry in wanted.get("LogDeliveryConfigurations", []):
        by_type.pop(entry["LogType"], None)
        if entry.get("Enabled", True):
            kept = {key: value for key, value in entry.items() if key != "Enabled"}
            by_type[entry["LogType"]] = {**kept, "Status": "active"}
    group.log_delivery_configurations = list(by_type.values())


PLAIN_CHANGES = {
    "ReplicationGroupDescription": "description",
    "SecurityGroupIds": "security_group_ids",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
}


def check_engine(group: Any, wanted: dict[str, Any]) -> None:
    """Refuse to go back to an older version."""
    from moto.elasticache.exceptions import InvalidParameterValueException

    engine = wanted.get("Engine", group.engine)
    version = full_version(wanted.get("EngineVersion", group.engine_version))
    old = [int(part) for part in group.engine_version.split(".") if part.isdigit()]
    new = [int(part) for part in version.split(".") if part.isdigit()]
    if engine == group.engine and new < old:
        raise InvalidParameterValueException("The engine version cannot be downgraded.")


def change_engine(group: Any, wanted: dict[str, Any]) -> None:
    """Upgrade the engine; the default parameter group follows it."""
    engine = wanted.get("Engine", group.engine)
    version = full_version(wanted.get("EngineVersion", group.engine_version))
    if group.cache_parameter_group_name == default_group(group.engine, group.engine_version):
        group.cache_parameter_group_name = default_group(engine, version)
    group.engine, group.engine_version = engine, version


def check_parameters(backend: Any, group: Any, wanted: dict[str, Any]) -> None:
    """Refuse a version that there is not, and a parameter group that it, or the present one, does not take."""
    engine = wanted.get("Engine", group.engine)
    version = offered(engine, wanted["EngineVersion"]) if "EngineVersion" in wanted else group.engine_version
    moves = elasticache_parameters.family_of(engine, version) != elasticache_parameters.family_of(
        group.engine, group.engine_version
    )
    present = group.cache_parameter_group_name
    # a group of the default parameters follows its version; one of others has to name new ones
    kept = present if moves and not present.startswith(elasticache_parameters.DEFAULT) else None
    check_group(backend, wanted.get("CacheParameterGroupName", kept), engine, version)


def modify(group: Any, wanted: dict[str, Any]) -> None:
    """Carry out ModifyReplicationGroup; without ApplyImmediately node type and version wait for the window."""
    failover = wanted.get("AutomaticFailoverEnabled", group.automatic_failover == "enabled")
    multi_az = wanted.get("MultiAZEnabled", group.multi_az == "enabled")
    check_availability(failover, multi_az, len(group.member_clusters))
    change_transit_encryption(group, wanted)
    change_failover(group, failover)
    group.multi_az = "enabled" if multi_az else "disabled"
    for theirs, ours in PLAIN_CHANGES.items():
        if theirs in wanted:
            setattr(group, ours, wanted[theirs])
    change_user_groups(group, wanted)
    change_log_delivery(group, wanted)
    later = {key: wanted[key] for key in ("CacheNodeType", "EngineVersion") if key in wanted}
    group.emulator_pending = {**group.emulator_pending, **later}
    if wanted.get("ApplyImmediately"):
        check_engine(group, {**wanted, **group.emulator_pending})
        restarts = bool(group.emulator_pending) or "Engine" in wanted
        duration = durations.GROUP_SCALING if restarts else durations.GROUP_CHANGE
        passes_through(group, "modifying", durations.GROUP_CHANGE_SEEN, duration)
        clock.later(durations.GROUP_CHANGE_SEEN.seconds + duration.seconds, partial(apply_pending, group, wanted))


def apply_pending(group: Any, wanted: dict[str, Any]) -> None:
    """Put the pending node type and version in force."""
    group.cache_node_type = group.emulator_pending.get("CacheNodeType", group.cache_node_type)
    change_engine(group, {**wanted, **group.emulator_pending})
    group.emulator_pending = {}


def change_failover(group: Any, enabled: bool) -> None:
    """Turn automatic failover on or off; AWS says C(enabling) or C(disabling) until it is done."""
    if (group.automatic_failover == "enabled") == enabled:
        return
    group.automatic_failover = "enabling" if enabled else "disabling"

    def finish() -> None:
        group.automatic_failover = "enabled" if enabled else "disabled"

    clock.later(durations.GROUP_CHANGE_SEEN.seconds + durations.GROUP_CHANGE.seconds, finish)


def leave(backend: Any, group: Any, nodes: int) -> None:
    """Take the last nodes out of a group; AWS lists them as C(deleting) until they are gone.

    :param nodes: how many stay.
    """
    listed = group.emulator_node_groups[0]["node_group_members"]
    gone = {member["cache_cluster_id"]: member for member in listed[nodes:]}
    group.emulator_leaving.update(gone)

    def end() -> None:
        for node_id in gone:
            group.emulator_leaving.pop(node_id, None)
            if node_id not in group.member_clusters:
                interfaces.remove(network_of(backend), node_arn(group, node_id))
                backend.tagging_service.delete_all_tags_for_resource(node_arn(group, node_id))

    clock.later(durations.GROUP_SCALING.seconds + durations.NODE_DELETION.seconds, end)


def set_replicas(backend: Any, group: Any, wanted: dict[str, Any], grow: bool) -> None:
    """Add or remove nodes; AWS takes neither a no-operation nor a removal that failover could not survive."""
    from moto.elasticache.exceptions import InvalidParameterCombinationException, InvalidParameterValueException

    require_idle(group)
    nodes = wanted["NewReplicaCount"] + 1
    if not wanted["ApplyImmediately"]:
        raise InvalidParameterValueException("ApplyImmediately=False is not supported.")
    if (nodes > len(group.member_clusters)) != grow or nodes == len(group.member_clusters):
        raise InvalidParameterCombinationException("The new replica count is on the wrong side of the present one.")
    check_availability(group.automatic_failover == "enabled", group.multi_az == "enabled", nodes)
    present = set(group.member_clusters)
    leave(backend, group, nodes)
    group.member_clusters = [f"{group.replication_group_id}-{number:03}" for number in range(1, nodes + 1)]
    lay_out_nodes(group, group.emulator_zones)
    put_interfaces(backend, group)
    replicate_tags(backend, group)
    if clock.runs:
        group.status, group.emulator_new_nodes = "modifying", set(group.member_clusters) - present
        clock.later(durations.GROUP_SCALING.seconds, partial(become_available, group))


def become_available(group: Any) -> None:
    """End the creation of a group or of some of its nodes; only then AWS shows the endpoints."""
    group.status = "available"
    group.emulator_new_nodes = set()
    group.node_groups = group.emulator_node_groups
    if group.automatic_failover == "enabling":
        group.automatic_failover = "enabled"


def begin_creation(group: Any) -> None:
    """Let a new group be C(creating), without endpoints, until its time has come."""
    group.emulator_new_nodes, group.emulator_leaving = set(), {}
    group.emulator_node_groups = group.node_groups
    if not clock.runs:
        return
    group.status, group.node_groups = "creating", []
    if group.automatic_failover == "enabled":
        group.automatic_failover = "enabling"
    clock.later(durations.GROUP_CREATION.seconds, partial(become_available, group))


def change_tags(backend: Any, arn: str, change: Callable[[], Any]) -> None:
    """Change the tags of a group and of its nodes; AWS refuses it while it is busy, and is busy with it for a while."""
    groups = [group for group in backend.replication_groups.values() if group.arn == arn]
    for group in groups:
        require_idle(group)
    change()
    for group in groups:
        replicate_tags(backend, group)
        passes_through(group, "modifying", durations.GROUP_CHANGE_SEEN, durations.GROUP_TAGGING)


def zones_of(backend: Any, subnet_group_name: str | None) -> list[str]:
    """Return the zones of a subnet group, or the region's first two."""
    group = backend.cache_subnet_groups.get(subnet_group_name)
    zones = [subnet.get("subnet_availability_zone") for subnet in group.subnets] if group else []
    return [zone for zone in zones if isinstance(zone, str)] or [f"{backend.region_name}{x}" for x in "ab"]


def _install_creation(backend_class: Any) -> None:
    from moto.moto_api._internal import mock_random

    @wrap(backend_class, "create_replication_group")
    def create_replication_group(original: Any, self: Any, **wanted: Any) -> Any:
        """Create the number of nodes asked for, and what AWS fills in when it is omitted."""
        wanted["replication_group_id"] = wanted["replication_group_id"].lower()
        check_new(self, wanted)
        sharded = wanted["cluster_mode"] == "enabled" or (wanted["num_node_groups"] or 1) > 1
        if not wanted["replicas_per_node_group"] and not sharded:
            wanted["replicas_per_node_group"] = max(wanted["num_cache_clusters"] or 1, 1) - 1
        group = original(self, **wanted)
        group.engine_version = full_version(offered(group.engine, group.engine_version or NEWEST[group.engine]))
        group.cache_parameter_group_name = group.cache_parameter_group_name or default_group(
            group.engine, group.engine_version
        )
        group.snapshot_window = wanted["snapshot_window"] or DEFAULT_SNAPSHOT_WINDOW
        group.preferred_maintenance_window = group.preferred_maintenance_window or DEFAULT_MAINTENANCE_WINDOW
        group.cache_subnet_group_name = group.cache_subnet_group_name or "default"
        group.security_group_ids = group.security_group_ids or []
        group.auto_minor_version_upgrade = wanted["auto_minor_version_upgrade"] is not False
        if group.transit_encryption_enabled and not group.transit_encryption_mode:
            group.transit_encryption_mode = "required"
        if wanted["at_rest_encryption_enabled"] is None:
            group.at_rest_encryption_enabled = group.engine == "valkey"
        group.emulator_pending = {}
        group.emulator_region = self.region_name
        group.emulator_name_code = mock_random.get_random_hex(6)
        group.emulator_zones = zones_of(self, wanted["cache_subnet_group_name"])
        if not sharded:
            lay_out_nodes(group, group.emulator_zones)
        replicate_tags(self, group)
        begin_creation(group)
        put_interfaces(self, group)
        return group


def _install_reading(backend_class: Any) -> None:
    from moto.elasticache.exceptions import CacheClusterNotFound

    @wrap(backend_class, "describe_cache_clusters")
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


def _install_node_info(response_class: Any) -> None:
    @wrap(response_class, "describe_cache_clusters")
    def describe_cache_clusters(original: Any, self: Any) -> Any:
        """Show nodes with their endpoints only when they are asked for."""
        shown = original(self)
        if not self._get_bool_param("ShowCacheNodeInfo", False):
            for cluster in shown.result["CacheClusters"]:
                if isinstance(cluster, dict):
                    cluster.pop("cache_nodes", None)
        return shown


def _install_tags_reading(backend_class: Any) -> None:
    @wrap(backend_class, "list_tags_for_resource")
    def list_tags_for_resource(original: Any, self: Any, arn: str) -> Any:
        """Refuse while the group is not available, as AWS documents."""
        for group in self.replication_groups.values():
            if group.arn == arn:
                require_idle(group)
        return original(self, arn)

    @wrap(backend_class, "iter_tagged_resources")
    def iter_tagged_resources(original: Any, self: Any) -> Any:
        """List the nodes too: AWS tags them like their group."""
        from moto.core.resource_tagging import TaggedResource

        yield from original(self)
        for group in self.replication_groups.values():
            for node_id in group.member_clusters:
                arn = node_arn(group, node_id)
                tags = self.tagging_service.get_tag_dict_for_resource(arn)
                yield TaggedResource(arn=arn, tags=tags, resource_type="elasticache:cluster")


def _install_changes(backend_class: Any) -> None:
    @wrap(backend_class, "add_tags_to_resource")
    def add_tags_to_resource(original: Any, self: Any, arn: str, tags: Any) -> None:
        """Tag the nodes of a group with it."""
        change_tags(self, arn, lambda: original(self, arn, tags))

    @wrap(backend_class, "remove_tags_from_resource")
    def remove_tags_from_resource(original: Any, self: Any, arn: str, tags: Any) -> None:
        """Untag the nodes of a group with it."""
        change_tags(self, arn, lambda: original(self, arn, tags))

    @wrap(backend_class, "delete_replication_group")
    def delete_replication_group(
        original: Any, self: Any, replication_group_id: str, retain_primary_cluster: bool | None
    ) -> Any:
        """Finish the deletion: the reply says C(deleting), in time the group and its nodes are gone."""
        known = self.replication_groups.get(replication_group_id)
        if known is not None and known.status != "create-failed":
            require_idle(known)
        group = original(self, replication_group_id, retain_primary_cluster)

        def forget_tags() -> None:
            for arn in [group.arn, *(node_arn(group, node_id) for node_id in group.member_clusters)]:
                self.tagging_service.delete_all_tags_for_resource(arn)
                interfaces.remove(network_of(self), arn)

        disappears(self.replication_groups, replication_group_id, durations.GROUP_DELETION, forget_tags)
        return group


def _install_group_operations(response_class: Any) -> None:
    from moto.core.responses import ActionResult

    def find(self: Any) -> Any:
        group_id = self._get_param("ReplicationGroupId")
        return self.elasticache_backend.describe_replication_groups(group_id)[0]

    def modify_replication_group(self: Any) -> Any:
        """Modify all that AWS modifies; moto knows seven parameters."""
        group, wanted = find(self), self._get_params()
        require_idle(group)
        check_parameters(self.elasticache_backend, group, wanted)
        modify(group, wanted)
        if group.cluster_mode != "enabled":
            lay_out_nodes(group, group.emulator_zones)
        put_interfaces(self.elasticache_backend, group)
        return ActionResult({"ReplicationGroup": group})

    def change_count(self: Any, grow: bool) -> Any:
        group = find(self)
        set_replicas(self.elasticache_backend, group, self._get_params(), grow)
        return ActionResult({"ReplicationGroup": group})

    @wrap(response_class, "delete_replication_group")
    def delete_replication_group(original: Any, self: Any) -> Any:
        """Take the final snapshot before the deletion."""
        name = self._get_param("FinalSnapshotIdentifier")
        if name:
            group = find(self)
            require_idle(group)
            self.elasticache_backend.create_snapshot(name, group.replication_group_id, None, None, None)
        return original(self)

    response_class.modify_replication_group = modify_replication_group
    response_class.increase_replica_count = partialmethod(change_count, True)
    response_class.decrease_replica_count = partialmethod(change_count, False)


def _install_subnet_groups(response_class: Any) -> None:
    from moto.core.responses import ActionResult, EmptyResult
    from moto.elasticache.exceptions import ElastiCacheException
    from moto.elasticache.models import CacheSubnetGroup

    def delete_cache_subnet_group(self: Any) -> Any:
        """Delete a subnet group that no replication group uses."""
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        group = backend.describe_cache_subnet_groups(name)[0]
        users = [
            user.replication_group_id
            for user in backend.replication_groups.values()
            if user.cache_subnet_group_name == name
        ]
        if users:
            error = ElastiCacheException(f"Cache subnet group {name} is currently in use by {', '.join(users)}.")
            error.code = "CacheSubnetGroupInUse"
            raise error
        backend.tagging_service.delete_all_tags_for_resource(group.arn)
        del backend.cache_subnet_groups[name]
        return EmptyResult()

    def modify_cache_subnet_group(self: Any) -> Any:
        """Change a subnet group's description and subnets."""
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        old = backend.describe_cache_subnet_groups(name)[0]
        backend.cache_subnet_groups[name] = CacheSubnetGroup(
            backend.account_id,
            backend.region_name,
            name,
            self._get_param("CacheSubnetGroupDescription") or old.cache_subnet_group_description,
            self._get_param("SubnetIds") or old.subnet_ids,
            old.tags,
        )
        return ActionResult({"CacheSubnetGroup": backend.cache_subnet_groups[name]})

    response_class.delete_cache_subnet_group = delete_cache_subnet_group
    response_class.modify_cache_subnet_group = modify_cache_subnet_group


def install() -> None:
    """Put the additions into moto's ElastiCache."""
    from moto.elasticache.models import ElastiCacheBackend
    from moto.elasticache.responses import ElastiCacheResponse

    _install_creation(ElastiCacheBackend)
    _install_reading(ElastiCacheBackend)
    _install_tags_reading(ElastiCacheBackend)
    _install_changes(ElastiCacheBackend)
    _install_group_operations(ElastiCacheResponse)
    _install_node_info(ElastiCacheResponse)
    _install_subnet_groups(ElastiCacheResponse)

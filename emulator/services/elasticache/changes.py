"""Changes of a replication group: ModifyReplicationGroup, the number of replicas, and the removal."""

from __future__ import annotations

from functools import partial, partialmethod
from typing import Any

from emulator import interfaces
from emulator.backends import network_of
from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.elasticache import durations, users
from emulator.services.elasticache.nodes import (
    become_available,
    lay_out_nodes,
    node_arn,
    put_interfaces,
    replicate_tags,
)
from emulator.services.elasticache.parameters import default_group
from emulator.services.elasticache.refusals import (
    check_availability,
    check_engine,
    check_parameters,
    require_idle,
)
from emulator.services.elasticache.versions import full_version
from emulator.transitions import disappears, passes_through


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


def change_engine(group: Any, wanted: dict[str, Any]) -> None:
    """Upgrade the engine; the default parameter group follows it."""
    engine = wanted.get("Engine", group.engine)
    version = full_version(wanted.get("EngineVersion", group.engine_version))
    if group.cache_parameter_group_name == default_group(group.engine, group.engine_version):
        group.cache_parameter_group_name = default_group(engine, version)
    group.engine, group.engine_version = engine, version


def deferred(wanted: dict[str, Any]) -> tuple[str, ...]:
    """Return what waits for the window: engine and parameters with a version, as they fit no other (assumed)."""
    with_version = ("Engine", "CacheParameterGroupName") if "EngineVersion" in wanted else ()
    return ("CacheNodeType", "EngineVersion", *with_version)


def modify(group: Any, wanted: dict[str, Any]) -> None:
    """Carry out ModifyReplicationGroup; without ApplyImmediately node type and version wait for the window."""
    failover = wanted.get("AutomaticFailoverEnabled", group.automatic_failover == "enabled")
    multi_az = wanted.get("MultiAZEnabled", group.multi_az == "enabled")
    check_availability(failover, multi_az, len(group.member_clusters))
    change_transit_encryption(group, wanted)
    change_failover(group, failover)
    group.multi_az = "enabled" if multi_az else "disabled"
    later = {key: wanted[key] for key in deferred(wanted) if key in wanted}
    for theirs, ours in PLAIN_CHANGES.items():
        if theirs in wanted and theirs not in later:
            setattr(group, ours, wanted[theirs])
    change_user_groups(group, wanted)
    change_log_delivery(group, wanted)
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
    group.cache_parameter_group_name = group.emulator_pending.get(
        "CacheParameterGroupName", group.cache_parameter_group_name
    )
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


def _install_removal() -> None:
    from moto.elasticache.models import ElastiCacheBackend

    @wrap(ElastiCacheBackend, "delete_replication_group")
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


def _install_group_operations() -> None:
    from moto.core.responses import ActionResult
    from moto.elasticache.responses import ElastiCacheResponse

    def find(self: Any) -> Any:
        group_id = self._get_param("ReplicationGroupId")
        return self.elasticache_backend.describe_replication_groups(group_id)[0]

    def modify_replication_group(self: Any) -> Any:
        """Modify all that AWS modifies; moto knows seven parameters."""
        group, wanted = find(self), self._get_params()
        require_idle(group)
        check_parameters(self.elasticache_backend, group, wanted)
        encrypted = wanted.get("TransitEncryptionEnabled", group.transit_encryption_enabled)
        users.check_groups(self.elasticache_backend, wanted.get("UserGroupIdsToAdd", []), encrypted)
        modify(group, wanted)
        if group.cluster_mode != "enabled":
            lay_out_nodes(group, group.emulator_zones)
        put_interfaces(self.elasticache_backend, group)
        return ActionResult({"ReplicationGroup": group})

    def change_count(self: Any, grow: bool) -> Any:
        group = find(self)
        set_replicas(self.elasticache_backend, group, self._get_params(), grow)
        return ActionResult({"ReplicationGroup": group})

    @wrap(ElastiCacheResponse, "delete_replication_group")
    def delete_replication_group(original: Any, self: Any) -> Any:
        """Take the final snapshot before the deletion."""
        name = self._get_param("FinalSnapshotIdentifier")
        if name:
            group = find(self)
            require_idle(group)
            self.elasticache_backend.create_snapshot(name, group.replication_group_id, None, None, None)
        return original(self)

    owner: Any = ElastiCacheResponse
    owner.modify_replication_group = modify_replication_group
    owner.increase_replica_count = partialmethod(change_count, True)
    owner.decrease_replica_count = partialmethod(change_count, False)


def install() -> None:
    """Put the additions into moto."""
    _install_removal()
    _install_group_operations()

"""The creation of a replication group: the nodes that are asked for, and what AWS fills in."""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.elasticache import durations
from emulator.services.elasticache.nodes import become_available, lay_out_nodes, put_interfaces, replicate_tags
from emulator.services.elasticache.parameters import default_group
from emulator.services.elasticache.refusals import check_new
from emulator.services.elasticache.snapshots import check_source
from emulator.services.elasticache.versions import NEWEST, full_version, offered

DEFAULT_SNAPSHOT_WINDOW = "03:00-04:00"
DEFAULT_MAINTENANCE_WINDOW = "sun:05:00-sun:06:00"


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


def zones_of(backend: Any, subnet_group_name: str | None) -> list[str]:
    """Return the zones of a subnet group, or the region's first two."""
    group = backend.cache_subnet_groups.get(subnet_group_name)
    zones = [subnet.get("subnet_availability_zone") for subnet in group.subnets] if group else []
    return [zone for zone in zones if isinstance(zone, str)] or [f"{backend.region_name}{x}" for x in "ab"]


def install() -> None:
    """Put the additions into moto."""
    from moto.elasticache.models import ElastiCacheBackend
    from moto.moto_api._internal import mock_random

    @wrap(ElastiCacheBackend, "create_replication_group")
    def create_replication_group(original: Any, self: Any, **wanted: Any) -> Any:
        """Create the number of nodes asked for, and what AWS fills in when it is omitted."""
        wanted["replication_group_id"] = wanted["replication_group_id"].lower()
        check_new(self, wanted)
        check_source(self, wanted)
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

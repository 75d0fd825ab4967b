"""Snapshots of replication groups, and groups that are made from one.

Amazon ElastiCache API Reference, Snapshot, NodeSnapshot and CreateReplicationGroup (SnapshotName): a snapshot has a
part for each shard, with its time. The new group has its engine, and may have another node type.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from emulator.patching import wrap


def check_source(backend: Any, wanted: dict[str, Any]) -> None:
    """Refuse a snapshot that there is not, or one of another engine.

    :raises ElastiCacheException: C(SnapshotNotFoundFault) or C(InvalidParameterCombination).
    """
    from moto.elasticache.exceptions import InvalidParameterCombinationException, SnapshotNotFound

    name = wanted.get("snapshot_name")
    if not name:
        return
    if name not in backend.snapshots:
        raise SnapshotNotFound(name)
    snapshot = backend.snapshots[name]
    if (wanted["engine"] or "redis") != snapshot.engine and snapshot.engine != "redis":
        raise InvalidParameterCombinationException(f"The snapshot {name} is of another engine, {snapshot.engine}.")


def install() -> None:
    """Put the additions into moto."""
    from moto.elasticache.models import ElastiCacheBackend

    @wrap(ElastiCacheBackend, "create_snapshot")
    def create_snapshot(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        """Give it the part of its shard, whose time is the snapshot's."""
        snapshot = original(self, *args, **kwargs)
        group = snapshot.replication_group_id
        part = {"NodeGroupId": "0001", "CacheClusterId": f"{group}-001", "CacheSize": "1 MB"}
        snapshot.node_snapshots = [{**part, "SnapshotCreateTime": datetime.now(UTC)}]
        return snapshot

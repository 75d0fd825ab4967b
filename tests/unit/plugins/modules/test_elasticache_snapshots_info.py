"""The newest snapshot of a replication group, and a group that is made from it."""

from __future__ import annotations

import time
from typing import Any

import pytest

LIVE = "live"


@pytest.fixture(autouse=True)
def live(aws: Any) -> None:
    """Give the account two replication groups, each with snapshots."""
    cache = aws("elasticache")
    for name in (LIVE, "other"):
        cache.create_replication_group(
            ReplicationGroupId=name,
            ReplicationGroupDescription="x",
            Engine="redis",
            EngineVersion="7.1",
            CacheNodeType="cache.t4g.micro",
            NumCacheClusters=1,
        )


def test_it_finds_the_newest_of_the_group(run_module: Any, aws: Any) -> None:
    assert run_module("elasticache_snapshots_info", replication_group_id=LIVE)["newest"] == {}
    cache = aws("elasticache")
    for group, name in ((LIVE, "first"), (LIVE, "second"), ("other", "third")):
        cache.create_snapshot(ReplicationGroupId=group, SnapshotName=name)
        time.sleep(0.01)
    found = run_module("elasticache_snapshots_info", replication_group_id=LIVE)["newest"]
    shown = cache.describe_snapshots(SnapshotName="second")["Snapshots"][0]["NodeSnapshots"][0]
    assert found.pop("created") == shown["SnapshotCreateTime"].isoformat()
    assert found == {
        "name": "second",
        "source": "manual",
        "age_hours": 0.0,
        "engine": "redis",
        "engine_version": "7.1",
        "cache_node_type": "cache.t4g.micro",
    }


def test_a_new_group_gets_its_data_of_a_snapshot_once(run_module: Any, aws: Any) -> None:
    cache = aws("elasticache")
    cache.create_snapshot(ReplicationGroupId=LIVE, SnapshotName="nightly")
    options = {"replication_group_id": "restored", "cache_node_type": "cache.t4g.micro", "num_cache_clusters": 1}
    refused = run_module("elasticache_replication_group", snapshot_name="none", **options)
    assert "SnapshotNotFound" in refused["msg"]
    done = run_module("elasticache_replication_group", snapshot_name="nightly", **options)
    assert done["actions"] == ["create_replication_group restored"]
    assert not run_module("elasticache_replication_group", snapshot_name="another", **options)["changed"]

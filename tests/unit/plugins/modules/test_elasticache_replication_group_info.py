"""Reading replication groups."""

from __future__ import annotations

from typing import Any

import pytest

MODULE = "elasticache_replication_group_info"


@pytest.fixture
def groups(aws: Any) -> list[str]:
    names = ["streamflix-redis-dev", "streamflix-redis-test"]
    for name in names:
        aws("elasticache").create_replication_group(
            ReplicationGroupId=name,
            ReplicationGroupDescription="cache",
            Engine="redis",
            CacheNodeType="cache.t4g.micro",
            NumCacheClusters=2,
            Tags=[{"Key": "Name", "Value": name}],
        )
    return names


def test_reads_one_by_name(run_module: Any, groups: list[str]) -> None:
    found = run_module(MODULE, check=True, replication_group_id=groups[0].upper())
    assert not found["changed"]
    (group,) = found["replication_groups"]
    assert (group["id"], group["num_cache_clusters"], group["tags"]) == (groups[0], 2, {"Name": groups[0]})


def test_the_sample_shows_what_a_group_has(run_module: Any, sample_of: Any, groups: list[str]) -> None:
    (group,) = run_module(MODULE, replication_group_id=groups[0])["replication_groups"]
    managed = run_module("elasticache_replication_group", check=True, replication_group_id=groups[0])
    assert group == managed["replication_group"]
    assert group.keys() == sample_of(MODULE, "replication_groups")[0].keys()


def test_reads_all(run_module: Any, groups: list[str]) -> None:
    assert [group["id"] for group in run_module(MODULE)["replication_groups"]] == groups


def test_finds_none(aws: Any, run_module: Any) -> None:
    assert run_module(MODULE)["replication_groups"] == []
    assert run_module(MODULE, replication_group_id="streamflix-redis-dev")["replication_groups"] == []

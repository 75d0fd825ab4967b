"""The emulator's parameter groups of ElastiCache show and refuse what AWS does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

GROUP = "own"
WHICH = {"CacheParameterGroupName": GROUP}
NODES = ("streamflix-redis-dev-001", "streamflix-redis-dev-002")


@pytest.fixture
def client(aws: Any) -> Any:
    elasticache = aws("elasticache")
    elasticache.create_cache_parameter_group(**WHICH, CacheParameterGroupFamily="redis6.x", Description="Own")
    return elasticache


def pairs(**values: str) -> list[dict[str, str]]:
    return [{"ParameterName": name.replace("_", "-"), "ParameterValue": value} for name, value in values.items()]


def modify(client: Any, **values: str) -> None:
    client.modify_cache_parameter_group(**WHICH, ParameterNameValues=pairs(**values))


def listed(client: Any, **which: str) -> dict[str, dict[str, Any]]:
    found = client.describe_cache_parameters(**{**WHICH, **which})["Parameters"]
    return {one["ParameterName"]: one for one in found}


def defaults(client: Any, family: str) -> dict[str, dict[str, Any]]:
    reply = client.describe_engine_default_parameters(CacheParameterGroupFamily=family)
    return {one["ParameterName"]: one for one in reply["EngineDefaults"]["Parameters"]}


def code_of(failure: pytest.ExceptionInfo[ClientError]) -> str:
    return failure.value.response["Error"]["Code"]


def test_of_ones_own_group_all_that_can_be_modified_has_the_source_user(client: Any) -> None:
    policy = listed(client)["maxmemory-policy"]
    assert (policy["ParameterValue"], policy["Source"], policy["IsModifiable"]) == ("volatile-lru", "user", True)
    assert listed(client)["appendonly"]["Source"] == "system"
    assert set(listed(client, Source="user")) == {name for name, one in listed(client).items() if one["IsModifiable"]}
    assert listed(client, CacheParameterGroupName="default.redis6.x")["maxmemory-policy"]["Source"] == "system"


def test_some_parameters_can_be_modified_in_ones_own_group_only(client: Any) -> None:
    for name in ("databases", "activerehashing", "cluster-enabled"):
        assert listed(client)[name]["IsModifiable"]
        assert not defaults(client, "redis6.x")[name]["IsModifiable"]


@pytest.mark.parametrize(
    ("family", "has", "lacks"),
    [
        ("redis6.x", "hash-max-ziplist-entries", "hash-max-listpack-entries"),
        ("redis7", "hash-max-listpack-entries", "hash-max-ziplist-entries"),
        ("valkey7", "lazyfree-lazy-eviction", "activerehashing"),
        ("valkey8", "hash-max-listpack-entries", "lazyfree-lazy-eviction"),
    ],
)
def test_each_family_has_its_own_parameters(client: Any, family: str, has: str, lacks: str) -> None:
    names = set(defaults(client, family))
    assert has in names
    assert lacks not in names


def test_a_value_is_set_and_set_back(client: Any) -> None:
    modify(client, maxmemory_policy="allkeys-lru", timeout="300")
    assert {name: listed(client)[name]["ParameterValue"] for name in ("maxmemory-policy", "timeout")} == {
        "maxmemory-policy": "allkeys-lru",
        "timeout": "300",
    }
    client.reset_cache_parameter_group(**WHICH, ParameterNameValues=[{"ParameterName": "timeout"}])
    assert listed(client)["timeout"]["ParameterValue"] == "0"
    assert listed(client)["maxmemory-policy"]["ParameterValue"] == "allkeys-lru"
    client.reset_cache_parameter_group(**WHICH, ResetAllParameters=True)
    assert listed(client)["maxmemory-policy"]["ParameterValue"] == "volatile-lru"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"maxmemory": "1"}, "Parameter maxmemory doesn't exist"),
        ({"appendonly": "yes"}, "The parameter appendonly cannot be modified."),
        ({"maxmemory_policy": "lru"}, "lru"),
        ({"timeout": "19"}, "19"),
        ({"timeout": "soon"}, "soon"),
        ({"reserved_memory_percent": "101"}, "101"),
        ({"lfu_log_factor": "0"}, "0"),
    ],
)
def test_what_aws_does_not_take_is_refused_as_a_whole(client: Any, values: dict[str, str], text: str) -> None:
    with pytest.raises(ClientError, match=text) as failure:
        modify(client, slowlog_max_len="256", **values)
    assert code_of(failure) == "InvalidParameterValue"
    assert listed(client)["slowlog-max-len"]["ParameterValue"] == "128"


@pytest.mark.parametrize(
    "values",
    [{"timeout": "0"}, {"timeout": "20"}, {"slowlog_log_slower_than": "-1"}, {"notify_keyspace_events": "KEA"}],
)
def test_values_at_the_limits_are_taken(client: Any, values: dict[str, str]) -> None:
    modify(client, **values)


def test_a_default_group_is_not_modified(client: Any) -> None:
    with pytest.raises(ClientError) as failure:
        client.modify_cache_parameter_group(
            CacheParameterGroupName="default.redis7", ParameterNameValues=pairs(timeout="300")
        )
    assert code_of(failure) == "InvalidCacheParameterGroupState"


def test_no_more_than_twenty_parameters_are_modified_at_once(client: Any) -> None:
    many = pairs(timeout="300") * 21
    with pytest.raises(ClientError, match="20") as failure:
        client.modify_cache_parameter_group(**WHICH, ParameterNameValues=many)
    assert code_of(failure) == "InvalidParameterValue"


def test_a_reset_is_of_some_parameters_or_of_all(client: Any) -> None:
    with pytest.raises(ClientError) as failure:
        client.reset_cache_parameter_group(**WHICH)
    assert code_of(failure) == "InvalidParameterCombination"


def test_nodes_wait_for_a_reboot_each_until_it_comes(client: Any) -> None:
    client.create_replication_group(
        ReplicationGroupId="streamflix-redis-dev",
        ReplicationGroupDescription="x",
        Engine="redis",
        EngineVersion="6.2",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=2,
        CacheParameterGroupName=GROUP,
    )

    def states() -> list[str]:
        found = [client.describe_cache_clusters(CacheClusterId=node)["CacheClusters"][0] for node in NODES]
        return [node["CacheParameterGroup"]["ParameterApplyStatus"] for node in found]

    modify(client, timeout="300", databases="16")
    assert states() == ["in-sync", "in-sync"]
    modify(client, databases="32")
    assert states() == ["pending-reboot", "pending-reboot"]
    client.reboot_cache_cluster(CacheClusterId=NODES[0], CacheNodeIdsToReboot=["0001"])
    assert states() == ["in-sync", "pending-reboot"]


def test_a_group_that_is_made_again_begins_anew(client: Any) -> None:
    modify(client, timeout="300")
    client.delete_cache_parameter_group(**WHICH)
    client.create_cache_parameter_group(**WHICH, CacheParameterGroupFamily="redis6.x", Description="Own")
    assert listed(client)["timeout"]["ParameterValue"] == "0"

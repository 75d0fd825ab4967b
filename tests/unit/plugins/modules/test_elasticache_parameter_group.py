"""The parameter group module: the life of one, read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting, there

pytestmark = pytest.mark.usefixtures("aws")
NAME = "streamflix-redis-dev-redis7"
MODULE = "elasticache_parameter_group"
FIRST = {"maxmemory-policy": "allkeys-lru", "timeout": 300, "activedefrag": True}
SECOND = {"maxmemory-policy": "allkeys-lfu", "timeout": 300}
LIFE = Life(
    MODULE,
    {"name": NAME},
    (
        Setting(
            "cache_parameter_group_family", "CacheParameterGroupFamily", "redis7", "redis6.x", required=True, fixed=True
        ),
        Setting("description", "Description", "Parameters of Redis", "Others", required=True, fixed=True),
        Setting(
            "parameters",
            "Parameters",
            FIRST,
            SECOND,
            shown=(
                {"maxmemory-policy": "allkeys-lru", "timeout": "300", "activedefrag": "yes"},
                {"maxmemory-policy": "allkeys-lfu", "timeout": "300"},
            ),
        ),
    ),
)


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    """Give a function that reads the group, with those parameters that AWS's own group has another value of."""
    elasticache = aws("elasticache")

    def values(name: str) -> dict[str, str]:
        listed = elasticache.describe_cache_parameters(CacheParameterGroupName=name)["Parameters"]
        return {one["ParameterName"]: one.get("ParameterValue", "") for one in listed}

    def read() -> dict[str, Any] | None:
        reply = there(
            lambda: elasticache.describe_cache_parameter_groups(CacheParameterGroupName=NAME),
            "CacheParameterGroupNotFound",
        )
        if not reply:
            return None
        (found,) = reply["CacheParameterGroups"]
        usual = values(f"default.{found['CacheParameterGroupFamily']}")
        tags = elasticache.list_tags_for_resource(ResourceName=found["ARN"])["TagList"]
        return {
            **found,
            "Parameters": {name: value for name, value in values(NAME).items() if value != usual[name]},
            "tags": {tag["Key"]: tag["Value"] for tag in tags},
        }

    return read


def test_lives_a_whole_life(run_module: Any, read_back: Any) -> None:
    LIFE.live(run_module, read_back)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_changes_one_option_alone(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.change(run_module, read_back, option)


@pytest.mark.parametrize("option", LIFE.fixed)
def test_refuses_what_aws_cannot_change(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.refuse(run_module, read_back, option)


def test_leaves_alone_what_is_somebody_elses(run_module: Any, read_back: Any) -> None:
    LIFE.respect(run_module, read_back)


def test_others_stay_when_they_are_not_purged(run_module: Any, read_back: Any) -> None:
    run_module(MODULE, **LIFE.options)
    done = run_module(MODULE, **{**LIFE.options, "parameters": {"timeout": 60}, "purge_parameters": False})
    assert done["actions"] == [f"modify_cache_parameter_group {NAME}"]
    assert read_back()["Parameters"] == {"maxmemory-policy": "allkeys-lru", "timeout": "60", "activedefrag": "yes"}


def test_what_somebody_else_sets_is_set_back(aws: Any, run_module: Any, read_back: Any) -> None:
    run_module(MODULE, **LIFE.options)
    aws("elasticache").modify_cache_parameter_group(
        CacheParameterGroupName=NAME,
        ParameterNameValues=[{"ParameterName": "tcp-keepalive", "ParameterValue": "60"}],
    )
    done = run_module(MODULE, **LIFE.options)
    assert done["actions"] == [f"reset_cache_parameter_group {NAME}"]
    (told,) = done["changes"]
    assert told["fields"] == [{"field": "parameters.tcp-keepalive", "before": "60", "after": None}]
    assert "tcp-keepalive" not in read_back()["Parameters"]


def test_the_engines_own_value_is_no_change(run_module: Any) -> None:
    options = {**LIFE.options, "parameters": {"timeout": 0, "maxmemory-policy": "volatile-lru"}}
    run_module(MODULE, **options)
    assert not run_module(MODULE, **options)["changed"]


def test_parameters_are_sent_in_parts_that_aws_takes(aws: Any, run_module: Any) -> None:
    listed = aws("elasticache").describe_cache_parameters(CacheParameterGroupName="default.redis7")["Parameters"]
    free = [one for one in listed if one["IsModifiable"]]
    many = {one["ParameterName"]: one.get("ParameterValue", "KEA") for one in free} | {"timeout": 60}
    parts = -(-len(many) // 20)
    assert parts > 1
    done = run_module(MODULE, **{**LIFE.options, "parameters": many})
    assert done["actions"].count(f"modify_cache_parameter_group {NAME}") == parts
    assert not run_module(MODULE, **{**LIFE.options, "parameters": many})["changed"]


def test_groups_of_the_same_prefix_are_named(run_module: Any) -> None:
    others = {"cache_parameter_group_family": "redis6.x", "description": "Older"}
    run_module(MODULE, name="streamflix-redis-dev-redis6-x", **others)
    run_module(MODULE, name="streamflix-redis-test-redis6-x", **others)
    done = run_module(MODULE, **LIFE.options, name_prefix="streamflix-redis-dev-")
    assert done["surplus"] == ["streamflix-redis-dev-redis6-x"]
    assert run_module(MODULE, **LIFE.options)["surplus"] == []


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize(
    ("parameters", "finding"),
    [
        (
            {"maxmemory-polcy": "noeviction"},
            "'maxmemory-polcy', which redis7 does not have: did you mean maxmemory-policy?",
        ),
        ({"hash-max-ziplist-entries": 9}, "'hash-max-ziplist-entries', which redis7 does not have"),
        ({"appendonly": True}, "'appendonly', which AWS lets nobody modify in redis7: remove it."),
        (
            {"maxmemory-policy": "lru"},
            "parameters.maxmemory-policy 'lru' is not allowed in redis7: AWS takes volatile-lru,",
        ),
        ({"timeout": 19}, "parameters.timeout '19' is not allowed in redis7: AWS takes 0,20-."),
        ({"timeout": "soon"}, "parameters.timeout 'soon' is not allowed"),
        ({"reserved-memory-percent": 101}, "parameters.reserved-memory-percent '101' is not allowed"),
        ({"activedefrag": "maybe"}, "parameters.activedefrag 'maybe' is not allowed"),
    ],
)
def test_what_aws_refuses_is_refused_first(
    run_module: Any, read_back: Any, exists: bool, parameters: dict[str, Any], finding: str
) -> None:
    if exists:
        run_module(MODULE, **LIFE.options)
    before = read_back()
    for check in (True, False):
        refused = run_module(MODULE, check=check, **{**LIFE.options, "parameters": {"tcp-keepalive": 60, **parameters}})
        assert refused["failed"]
        assert finding in refused["msg"]
    assert read_back() == before


@pytest.mark.parametrize(
    ("options", "finding"),
    [
        ({"name": "redis--7"}, "name 'redis--7' is not possible"),
        ({"name": "r" * 256}, "name"),
        ({"cache_parameter_group_family": "aurora-15"}, "cache_parameter_group_family 'aurora-15' is not possible"),
        ({"parameters": {"Max Memory": 1}}, "parameters 'Max Memory' is not possible"),
        ({"parameters": {"timeout": None}}, "parameters.timeout None is no value"),
        ({"parameters": {"timeout": [1]}}, "parameters.timeout [1] is no value"),
    ],
)
def test_what_is_no_name_and_no_value_is_refused_without_aws(run_module: Any, options: Any, finding: str) -> None:
    refused = run_module(MODULE, **{**LIFE.options, **options})
    assert refused["failed"]
    assert refused["msg"].startswith(finding)


def test_a_parameter_that_is_modifiable_in_ones_own_group_only_is_taken(run_module: Any, read_back: Any) -> None:
    run_module(MODULE, **{**LIFE.options, "parameters": {"databases": 32}})
    assert read_back()["Parameters"] == {"databases": "32"}


def test_the_info_module_reads_one_and_all(run_module: Any) -> None:
    made = run_module(MODULE, **LIFE.options)["parameter_group"]
    named = run_module(f"{MODULE}_info", name=NAME.upper())["parameter_groups"]
    assert named == run_module(f"{MODULE}_info")["parameter_groups"] == [made]
    assert run_module(f"{MODULE}_info", name="another")["parameter_groups"] == []

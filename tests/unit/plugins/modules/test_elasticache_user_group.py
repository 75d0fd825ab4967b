"""The module of user groups of ElastiCache: the life of one, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.life import Life, Setting, there
from tests.unit.plugins.modules.test_elasticache_user import LIFE as USER
from tests.unit.plugins.modules.test_elasticache_user import NAME, Reader, tags_of

GROUP = "streamflix-redis-dev"
DEFAULT = {
    "user_id": f"{GROUP}-default",
    "user_name": "default",
    "engine": "redis",
    "access_string": "off -@all",
    "authentication_type": "no-password-required",
}
LIFE = Life(
    "elasticache_user_group",
    {"user_group_id": GROUP},
    (
        Setting("engine", "Engine", "redis", "valkey", required=True),
        Setting("user_ids", "UserIds", [DEFAULT["user_id"]], [NAME, DEFAULT["user_id"]]),
    ),
)


@pytest.fixture
def read_group(aws: Any, run_module: Any) -> Reader:
    """Make two users, and give a function that reads the group back."""
    run_module("elasticache_user", **DEFAULT)
    run_module("elasticache_user", **USER.options)

    def read() -> dict[str, Any] | None:
        client = aws("elasticache")
        reply = there(lambda: client.describe_user_groups(UserGroupId=GROUP), "UserGroupNotFound")
        if reply is None:
            return None
        (found,) = reply["UserGroups"]
        return {**found, "tags": tags_of(client, found["ARN"])}

    return read


def test_a_group_lives_a_whole_life(run_module: Any, read_group: Reader) -> None:
    LIFE.live(run_module, read_group)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_one_option_of_a_group_changes_alone(run_module: Any, read_group: Reader, option: str) -> None:
    LIFE.change(run_module, read_group, option)


def test_somebody_elses_group_stays(run_module: Any, read_group: Reader) -> None:
    LIFE.respect(run_module, read_group)


def test_users_come_and_go_in_one_request(run_module: Any, read_group: Reader) -> None:
    run_module("elasticache_user", **{**USER.options, "user_id": "other", "user_name": "other"})
    run_module(LIFE.module, **{**LIFE.options, "user_ids": [DEFAULT["user_id"], NAME]})
    done = run_module(LIFE.module, **{**LIFE.options, "user_ids": [DEFAULT["user_id"], "other"]})
    assert done["actions"] == [f"modify_user_group {GROUP}"]
    found = read_group()
    assert found
    assert found["UserIds"] == ["other", DEFAULT["user_id"]]


def test_a_group_of_redis_without_users_is_refused_first(aws: Any, run_module: Any) -> None:
    refused = run_module(LIFE.module, **{**LIFE.options, "user_ids": []})
    assert refused["msg"].startswith("user_ids [] lacks a user named default")
    assert aws("elasticache").describe_user_groups()["UserGroups"] == []

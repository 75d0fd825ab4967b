"""The module of users of ElastiCache: the life of one, read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting, there

NAME = "streamflix-redis-dev-api"
LIFE = Life(
    "elasticache_user",
    {"user_id": NAME},
    (
        Setting("user_name", "UserName", NAME, "another", required=True, fixed=True),
        Setting("engine", "Engine", "redis", "valkey", required=True),
        Setting("access_string", "AccessString", "on ~app:* +@read", "on ~* +@all -@dangerous", required=True),
        Setting(
            "authentication_type",
            "Type",
            "iam",
            "no-password-required",
            shown=("iam", "no-password"),
            required=True,
        ),
    ),
)
Reader = Callable[[], "dict[str, Any] | None"]


def tags_of(client: Any, arn: str) -> dict[str, str]:
    """Return the tags of a resource."""
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceName=arn)["TagList"]}


@pytest.fixture
def read_user(aws: Any) -> Reader:
    """Give a function that reads the user back."""

    def read() -> dict[str, Any] | None:
        client = aws("elasticache")
        reply = there(lambda: client.describe_users(UserId=NAME), "UserNotFound")
        if reply is None:
            return None
        (found,) = reply["Users"]
        return {**found, "Type": found["Authentication"]["Type"], "tags": tags_of(client, found["ARN"])}

    return read


def test_a_user_lives_a_whole_life(run_module: Any, read_user: Reader) -> None:
    LIFE.live(run_module, read_user)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_one_option_of_a_user_changes_alone(run_module: Any, read_user: Reader, option: str) -> None:
    LIFE.change(run_module, read_user, option)


def test_a_users_name_cannot_be_changed(run_module: Any, read_user: Reader) -> None:
    run_module(LIFE.module, **{**LIFE.options, "authentication_type": "no-password-required"})
    before = read_user()
    refused = run_module(
        LIFE.module, **{**LIFE.options, "user_name": "another", "authentication_type": "no-password-required"}
    )
    assert refused["needs_replacement"] == ["user_name"]
    assert read_user() == before


def test_somebody_elses_user_stays(run_module: Any, read_user: Reader) -> None:
    LIFE.respect(run_module, read_user)


@pytest.mark.parametrize(
    ("options", "finding"),
    [
        ({"user_id": "default"}, "user_id 'default' is AWS's own"),
        ({"user_id": "Api"}, "user_id 'Api' is not possible"),
        ({"user_id": "u" * 41, "user_name": "u" * 41}, "user_id"),
        ({"user_name": "api"}, "user_name 'api' differs from user_id"),
        ({"access_string": "on >hidden-1 ~* +@all"}, "access_string holds a password"),
        ({"access_string": " "}, "access_string ' ' is empty"),
    ],
)
def test_what_aws_refuses_is_refused_first(aws: Any, run_module: Any, options: dict[str, Any], finding: str) -> None:
    refused = run_module(LIFE.module, **{**LIFE.options, **options})
    assert refused["failed"]
    assert refused["msg"].startswith(finding)
    assert "hidden-1" not in refused["msg"]
    assert [user["UserId"] for user in aws("elasticache").describe_users()["Users"]] == ["default"]

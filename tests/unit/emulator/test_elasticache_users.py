"""The emulator's users and user groups of ElastiCache refuse what AWS refuses."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

USER = {"UserId": "api", "UserName": "api", "Engine": "redis", "AccessString": "on ~* +@read"}
IAM = {"AuthenticationMode": {"Type": "iam"}}
GROUP = {"UserGroupId": "api", "Engine": "redis", "UserIds": ["default", "api"]}


@pytest.fixture
def client(aws: Any) -> Any:
    elasticache = aws("elasticache")
    elasticache.create_user(**USER, **IAM)
    return elasticache


def refusal(request: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as failure:
        request(**parameters)
    return failure.value.response["Error"]["Code"]


def replicate(client: Any, **parameters: Any) -> Any:
    return client.create_replication_group(
        ReplicationGroupId="one",
        ReplicationGroupDescription="One",
        CacheNodeType="cache.t4g.micro",
        UserGroupIds=["api"],
        **parameters,
    )


def test_a_user_that_iam_lets_in_has_its_id_as_its_name(client: Any) -> None:
    other = {**USER, "UserId": "other"}
    assert refusal(client.create_user, **other, **IAM) == "InvalidParameterCombination"
    client.create_user(**other, AuthenticationMode={"Type": "no-password-required"})
    assert refusal(client.modify_user, UserId="other", **IAM) == "InvalidParameterCombination"
    (user,) = client.describe_users(UserId="other")["Users"]
    assert user["Authentication"]["Type"] == "no-password"


def test_awss_own_user_is_not_modified(client: Any) -> None:
    assert refusal(client.modify_user, UserId="default", AccessString="off -@all") == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"UserIds": ["api"]}, "DefaultUserRequired"),
        ({"UserIds": ["default", "nobody"]}, "UserNotFound"),
    ],
)
def test_a_group_of_redis_has_a_user_named_default(client: Any, changed: dict[str, Any], code: str) -> None:
    assert refusal(client.create_user_group, **{**GROUP, **changed}) == code
    assert client.describe_user_groups()["UserGroups"] == []


def test_a_group_of_valkey_needs_none(client: Any) -> None:
    made = client.create_user_group(**{**GROUP, "Engine": "valkey", "UserIds": ["api"]})
    assert (made["UserIds"], made["Status"]) == (["api"], "active")


def test_a_group_changes_as_a_whole_or_not_at_all(client: Any) -> None:
    client.create_user_group(**GROUP)
    assert refusal(client.create_user_group, **GROUP) == "UserGroupAlreadyExists"
    assert refusal(client.modify_user_group, UserGroupId="api") == "InvalidParameterCombination"
    gone = {"UserGroupId": "api", "UserIdsToRemove": ["default"]}
    assert refusal(client.modify_user_group, **gone) == "DefaultUserRequired"
    swapped = {"UserId": "off", "UserName": "default", "Engine": "redis", "AccessString": "off -@all"}
    client.create_user(**swapped, NoPasswordRequired=True)
    both = {"UserGroupId": "api", "UserIdsToAdd": ["off"]}
    assert refusal(client.modify_user_group, **both) == "DuplicateUserName"
    assert client.modify_user_group(**both, UserIdsToRemove=["default"])["UserIds"] == ["api", "off"]


def test_a_user_leaves_its_groups_when_it_is_removed_but_for_the_default_one(client: Any) -> None:
    off = {"UserId": "off", "UserName": "default", "Engine": "redis", "AccessString": "off -@all"}
    client.create_user(**off, NoPasswordRequired=True)
    client.create_user_group(**{**GROUP, "UserIds": ["off", "api"]})
    assert refusal(client.delete_user, UserId="off") == "DefaultUserAssociatedToUserGroup"
    client.delete_user(UserId="api")
    (group,) = client.describe_user_groups(UserGroupId="api")["UserGroups"]
    assert group["UserIds"] == ["off"]
    assert refusal(client.describe_users, UserId="api") == "UserNotFound"


def test_a_replication_group_takes_a_group_that_is_there_and_with_tls(client: Any) -> None:
    assert refusal(lambda: replicate(client, TransitEncryptionEnabled=True)) == "UserGroupNotFound"
    client.create_user_group(**GROUP)
    assert refusal(lambda: replicate(client)) == "InvalidParameterCombination"
    replicate(client, TransitEncryptionEnabled=True)
    (group,) = client.describe_user_groups(UserGroupId="api")["UserGroups"]
    assert group["ReplicationGroups"] == ["one"]
    assert refusal(client.delete_user_group, UserGroupId="api") == "InvalidUserGroupState"
    change = {"ReplicationGroupId": "one", "ApplyImmediately": True}
    assert refusal(client.modify_replication_group, **change, UserGroupIdsToAdd=["none"]) == "UserGroupNotFound"
    client.modify_replication_group(**change, RemoveUserGroups=True)
    client.delete_user_group(UserGroupId="api")
    assert refusal(client.describe_user_groups, UserGroupId="api") == "UserGroupNotFound"

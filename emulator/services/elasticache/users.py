"""ElastiCache: users and user groups. moto lacks all but the creation of users, and most of what AWS refuses.

Amazon ElastiCache API Reference, CreateUser, ModifyUser, DeleteUser, and the same of user groups; User Guide,
"Role-Based Access Control (RBAC)". The texts of two refusals are those that users report
(github.com/hashicorp/terraform-provider-aws/issues/25593 and
github.com/terraform-aws-modules/terraform-aws-elasticache/issues/65), the others are assumed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.patching import add, wrap
from emulator.services.elasticache.parameters import refusal

DEFAULT = "default"
IAM = "iam"
TYPES = {"no-password-required": "no-password"}


def groups_of(backend: Any) -> dict[str, dict[str, Any]]:
    """Return the user groups of an account, by id."""
    if not hasattr(backend, "emulator_user_groups"):
        backend.emulator_user_groups = {}
    groups: dict[str, dict[str, Any]] = backend.emulator_user_groups
    return groups


def found(backend: Any, group_id: str) -> dict[str, Any]:
    """Return a user group.

    :raises ElastiCacheException: C(UserGroupNotFound).
    """
    group = groups_of(backend).get(group_id)
    if group is None:
        raise refusal("UserGroupNotFound", f"User group {group_id} not found.")
    return group


def users_of(backend: Any, group_id: str) -> list[str]:
    """Return the replication groups that a user group controls."""
    return [
        group.replication_group_id
        for group in backend.replication_groups.values()
        if group_id in (group.user_group_ids or [])
    ]


def check_groups(backend: Any, group_ids: Iterable[str], encrypted: bool) -> None:
    """Refuse user groups of a replication group that do not exist, or without encryption in transit.

    :raises ElastiCacheException: C(UserGroupNotFound) or C(InvalidParameterCombination).
    """
    for group_id in group_ids:
        found(backend, group_id)
        if not encrypted:
            text = "User group based access control requires encryption in transit."
            raise refusal("InvalidParameterCombination", text)


def check_members(backend: Any, engine: str, user_ids: Iterable[str]) -> None:
    """Refuse users that do not exist, two of one name, and a group of Redis OSS without a user named default.

    :raises ElastiCacheException: C(UserNotFound), C(DuplicateUserName) or C(DefaultUserRequired).
    """
    names = []
    for user_id in user_ids:
        if user_id not in backend.users:
            raise refusal("UserNotFound", f"User {user_id} not found.")
        names.append(backend.users[user_id].name)
    if len(names) != len(set(names)):
        raise refusal("DuplicateUserName", "User group cannot contain two users of one user name.")
    if engine == "redis" and DEFAULT not in names:
        raise refusal("DefaultUserRequired", "User group needs to contain a user with the user name default.")


def _shown(backend: Any, group: dict[str, Any]) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult(group | {"ReplicationGroups": users_of(backend, group["UserGroupId"])})


def _create(self: Any) -> Any:
    """Answer CreateUserGroup."""
    backend, wanted = self.elasticache_backend, self._get_params()
    group_id, engine = wanted["UserGroupId"].lower(), wanted["Engine"].lower()
    if group_id in groups_of(backend):
        raise refusal("UserGroupAlreadyExists", f"User group {group_id} already exists.")
    user_ids = sorted(wanted.get("UserIds") or [])
    check_members(backend, engine, user_ids)
    arn = f"arn:{backend.partition}:elasticache:{backend.region_name}:{backend.account_id}:usergroup:{group_id}"
    group = {
        "UserGroupId": group_id,
        "Status": "active",
        "Engine": engine,
        "UserIds": user_ids,
        "MinimumEngineVersion": "6.0",
        "ARN": arn,
    }
    groups_of(backend)[group_id] = group
    backend.tagging_service.tag_resource(arn, wanted.get("Tags", []))
    return _shown(backend, group)


def _describe(self: Any) -> Any:
    """Answer DescribeUserGroups."""
    from moto.core.responses import ActionResult

    backend, group_id = self.elasticache_backend, self._get_param("UserGroupId")
    listed = [found(backend, group_id)] if group_id else list(groups_of(backend).values())
    return ActionResult({"UserGroups": [_shown(backend, group).result for group in listed]})


def _modify(self: Any) -> Any:
    """Answer ModifyUserGroup."""
    backend, wanted = self.elasticache_backend, self._get_params()
    group = found(backend, wanted["UserGroupId"])
    added, removed = wanted.get("UserIdsToAdd") or [], wanted.get("UserIdsToRemove") or []
    engine = (wanted.get("Engine") or group["Engine"]).lower()
    if not added and not removed and engine == group["Engine"]:
        raise refusal("InvalidParameterCombination", "No modifications were requested.")
    user_ids = sorted((set(group["UserIds"]) - set(removed)) | set(added))
    check_members(backend, engine, user_ids)
    group |= {"UserIds": user_ids, "Engine": engine}
    return _shown(backend, group)


def _delete(self: Any) -> Any:
    """Answer DeleteUserGroup: AWS keeps one that a replication group uses."""
    backend, group_id = self.elasticache_backend, self._get_param("UserGroupId")
    group = found(backend, group_id)
    if users_of(backend, group_id):
        raise refusal("InvalidUserGroupState", f"User group {group_id} is in use by {users_of(backend, group_id)}.")
    del groups_of(backend)[group_id]
    backend.tagging_service.delete_all_tags_for_resource(group["ARN"])
    return _shown(backend, group)


def _modify_user(self: Any) -> Any:
    """Answer ModifyUser."""
    from moto.core.responses import ActionResult

    wanted = self._get_params()
    user = self.elasticache_backend.describe_users(wanted["UserId"])[0]
    if user.id == DEFAULT:
        raise refusal("InvalidParameterValue", "The user default cannot be modified.")
    kind = (wanted.get("AuthenticationMode") or {}).get("Type")
    check_iam(user.id, user.name, kind)
    user.access_string = wanted.get("AccessString") or user.access_string
    user.engine = (wanted.get("Engine") or user.engine).lower()
    if kind:
        user.authentication_type, user.no_password_required = TYPES.get(kind, kind), kind in TYPES
        user.passwords = wanted["AuthenticationMode"].get("Passwords") or []
    return ActionResult(user)


def check_iam(user_id: str, name: str, kind: str | None) -> None:
    """Refuse a user that IAM lets in and that has another name than id.

    :raises ElastiCacheException: C(InvalidParameterCombination).
    """
    if kind == IAM and user_id != name:
        text = "User Id and User name must be same for authentication type: iam"
        raise refusal("InvalidParameterCombination", text)


def _install_users() -> None:
    from moto.elasticache.models import ElastiCacheBackend

    @wrap(ElastiCacheBackend, "create_user")
    def create_user(original: Any, self: Any, **wanted: Any) -> Any:
        """Refuse what AWS refuses; AWS's word for a user without a password is another one than the request's."""
        kind = wanted["authentication_type"]
        check_iam(wanted["user_id"], wanted["user_name"], kind)
        user = original(self, **wanted)
        user.authentication_type, user.no_password_required = TYPES.get(kind, kind), kind in TYPES
        return user

    @wrap(ElastiCacheBackend, "delete_user")
    def delete_user(original: Any, self: Any, user_id: str) -> Any:
        """Take a user out of all groups and remove it; the user named default of a group stays."""
        user = original(self, user_id)
        groups = [group for group in groups_of(self).values() if user_id in group["UserIds"]]
        if groups and user.name == DEFAULT:
            user.status = "active"
            text = f"User {user_id} is the default user of a user group."
            raise refusal("DefaultUserAssociatedToUserGroup", text)
        for group in groups:
            group["UserIds"].remove(user_id)
        del self.users[user_id]
        self.tagging_service.delete_all_tags_for_resource(user.arn)
        return user


def install() -> None:
    """Put the operations into moto's ElastiCache."""
    from moto.elasticache.responses import ElastiCacheResponse

    _install_users()
    for name, function in (
        ("create_user_group", _create),
        ("describe_user_groups", _describe),
        ("modify_user_group", _modify),
        ("delete_user_group", _delete),
        ("modify_user", _modify_user),
    ):
        add(ElastiCacheResponse, name, function)

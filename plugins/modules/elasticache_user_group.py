#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_user_group
short_description: Manage a user group of Amazon ElastiCache
version_added: 0.1.0
description:
  - Creates, changes and removes a user group for role-based access control, found by its id.
  - M(streamflix.content_api.elasticache_replication_group) puts it in force with C(user_group_ids).
author: StreamFlix platform team (@streamflix)
options:
  user_group_id:
    description: Id of the user group, 1 to 40 lower-case letters, digits and hyphens, beginning with a letter.
    type: str
    required: true
  engine:
    description: The engine of the replication groups that it is for.
    type: str
    choices: [redis, valkey]
  user_ids:
    description:
      - Ids of its users; others leave the group. Clients of a user that leaves are cut off.
      - One of a group of Redis OSS has to have the name V(default).
    type: list
    elements: str
seealso:
  - module: streamflix.content_api.elasticache_user
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Who may use Redis
  streamflix.content_api.elasticache_user_group:
    user_group_id: streamflix-redis-dev
    engine: redis
    user_ids: [streamflix-redis-dev-default, streamflix-redis-dev-api]
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.elasticache_user_group:
    user_group_id: streamflix-redis-dev
    state: absent
"""

RETURN = r"""
user_group:
  description: The user group as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: What AWS assigns.
      type: str
      sample: example
    user_group_id:
      description: Name of the user group.
      type: str
      sample: example
    engine:
      description: C(Engine) of CreateUserGroup.
      type: str
      sample: example
    user_ids:
      description: C(UserIds) of CreateUserGroup.
      type: list
      elements: str
      sample: []
    status:
      description: What AWS assigns.
      type: str
      sample: example
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ElastiCache::UserGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import user_id
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows, sorted_texts
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, different
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, manage

GONE = frozenset({"UserGroupNotFound"})
# while a replication group or one of its users is not finished with it
BUSY = frozenset({"InvalidUserGroupState"})
WHICH = {"UserGroupId": "user_group_id"}
ACTIVE = "active"

FIELDS: Rows = {
    "arn": Field(read="ARN", assigned=True, always=True, new=CHOSEN),
    "user_group_id": Field(aws="UserGroupId", required=True, always=True, rule=user_id),
    "engine": Field(aws="Engine", choices=("redis", "valkey")),
    "user_ids": Field("list", "UserIds", read=sorted_texts("UserIds"), normal=different, new=[], exposes=True),
    "status": Field(read="Status", assigned=True, shown_only=True, new=ACTIVE),
}


class UserGroup(PlainResource):
    """A user group of Amazon ElastiCache."""

    service = "elasticache"
    kind = "cache user group"
    aws_type = "AWS::ElastiCache::UserGroup"
    arn_kind = "elasticache:usergroup"
    result_key = "user_group"
    named_by = "user_group_id"
    tagging = tags.ELASTICACHE
    fields = FIELDS
    required_if = (("state", "present", ("engine",)),)
    read = Read("describe_user_groups", "UserGroups", "UserGroupId", gone=GONE)
    create = Write("create_user_group")
    remove = Write("delete_user_group", WHICH, done_if=GONE, retry_if=BUSY)

    def problems(self) -> list[str]:
        wanted = self.options
        found = super().problems()
        if not self.absent and wanted["engine"] == "redis" and wanted["user_ids"] == []:
            found.append("user_ids [] lacks a user named default, which a group of Redis OSS needs: add its id.")
        return found

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the one request that changes users and engine; AWS takes what comes and what goes."""
        differ, sent = set(changed), {}
        if "user_ids" in differ:
            had, has = set(before["user_ids"]), set(after["user_ids"])
            parts = {"UserIdsToAdd": sorted(has - had), "UserIdsToRemove": sorted(had - has)}
            sent = {name: ids for name, ids in parts.items() if ids}
        if "engine" in differ:
            sent["Engine"] = after["engine"]
        which = self.remove.resource(after)
        return [Call("modify_user_group", {**which, **sent}, self.name, retry_if=BUSY)] if sent else []

    def busy(self, current: dict[str, Any]) -> str:
        return "" if current["status"] == ACTIVE else current["status"]

    def progress(self, current: dict[str, Any]) -> Progress:
        return Progress(ready=current["status"] == ACTIVE, state=current["status"])


def main() -> None:
    """Entry point of the module."""
    manage(UserGroup)


if __name__ == "__main__":
    main()

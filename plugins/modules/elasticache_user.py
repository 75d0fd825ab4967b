#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_user
short_description: Manage a user of Redis OSS or Valkey in Amazon ElastiCache
version_added: 0.1.0
description:
  - Creates, changes and removes a user for role-based access control, found by its id.
  - It knows no passwords. Users log in with a token of IAM, or cannot log in by themselves at all.
author: StreamFlix platform team (@streamflix)
options:
  user_id:
    description: Id of the user, 1 to 40 lower-case letters, digits and hyphens, beginning with a letter.
    type: str
    required: true
  user_name:
    description:
      - Name with which clients log in. With O(authentication_type=iam) AWS wants the id. AWS cannot change it.
      - Each user group of Redis OSS needs a user named V(default), which stands for clients without a name. Turn it off
        with O(access_string=off -@all).
    type: str
  engine:
    description: The engine of the user groups that it is for.
    type: str
    choices: [redis, valkey]
  access_string:
    description:
      - What it may do, such as V(on ~app:* +@read). It holds no passwords.
      - AWS takes it as rules of the engine's ACL.
    type: str
  authentication_type:
    description: V(iam) for a token of IAM, or V(no-password-required) for nothing, as for a user that is off.
    type: str
    choices: [iam, no-password-required]
seealso:
  - module: streamflix.content_api.elasticache_user_group
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Nobody gets in without a name
  streamflix.content_api.elasticache_user:
    user_id: streamflix-redis-dev-default
    user_name: default
    engine: redis
    access_string: off -@all
    authentication_type: no-password-required

- name: A user of the API, with the credentials of its role
  streamflix.content_api.elasticache_user:
    user_id: streamflix-redis-dev-api
    user_name: streamflix-redis-dev-api
    engine: redis
    access_string: on ~* +@all -@dangerous
    authentication_type: iam
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.elasticache_user:
    user_id: streamflix-redis-dev-api
    state: absent
"""

RETURN = r"""
user:
  description: The user as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: What AWS assigns.
      type: str
      sample: example
    user_id:
      description: Name of the user.
      type: str
      sample: example
    user_name:
      description: Name with which clients log in.
      type: str
      sample: example
    engine:
      description: C(Engine) of CreateUser.
      type: str
      sample: example
    access_string:
      description: C(AccessString) of CreateUser.
      type: str
      sample: example
    authentication_type:
      description: V(iam) for a token of IAM, or V(no-password-required) for nothing, as for a user that is off.
      type: str
      sample: iam
    status:
      description: What AWS assigns.
      type: str
      sample: example
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
    name:
      description: C(UserName) of CreateUser.
      type: str
      sample: example
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
      type: AWS::ElastiCache::User
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.rules import (
    access_string,
    iam_user,
    user_id,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, manage

GONE = frozenset({"UserNotFound"})
# while a user group takes it in or lets it go
BUSY = frozenset({"InvalidUserState", "DefaultUserAssociatedToUserGroup"})
WHICH = {"UserId": "user_id"}
ACTIVE = "active"
# AWS's words in descriptions, where those of requests are others
TYPES = {"no-password": "no-password-required"}


def authentication(user: Mapping[str, Any]) -> str | None:
    """Return how a user logs in, in the words of requests."""
    kind = user.get("Authentication", {}).get("Type")
    return TYPES.get(kind, kind)


FIELDS: Rows = {
    "arn": Field(read="ARN", assigned=True, always=True, new=CHOSEN),
    "user_id": Field(aws="UserId", required=True, always=True, rule=user_id),
    "user_name": Field(aws="UserName", fixed=True),
    "engine": Field(aws="Engine", choices=("redis", "valkey")),
    "access_string": Field(aws="AccessString", rule=access_string, exposes=True),
    "authentication_type": Field(
        aws="AuthenticationMode.Type", read=authentication, choices=("iam", "no-password-required"), exposes=True
    ),
    "status": Field(read="Status", assigned=True, shown_only=True, new=ACTIVE),
}


class User(PlainResource):
    """A user of Amazon ElastiCache."""

    service = "elasticache"
    kind = "cache user"
    aws_type = "AWS::ElastiCache::User"
    arn_kind = "elasticache:user"
    result_key = "user"
    named_by = "user_id"
    tagging = tags.ELASTICACHE
    fields = FIELDS
    required_if = (("state", "present", ("user_name", "engine", "access_string", "authentication_type")),)
    read = Read("describe_users", "Users", "UserId", gone=GONE)
    create = Write("create_user")
    changes = (Write("modify_user", WHICH, ("engine", "access_string", "authentication_type"), retry_if=BUSY),)
    remove = Write("delete_user", WHICH, done_if=GONE, retry_if=BUSY)
    remedy = "Make a user with another user_id beside it."

    def problems(self) -> list[str]:
        wanted = self.options
        found = iam_user(wanted["user_id"], wanted["user_name"], wanted["authentication_type"])
        return [*super().problems(), *([] if self.absent else found)]

    def busy(self, current: dict[str, Any]) -> str:
        return "" if current["status"] == ACTIVE else current["status"]

    def progress(self, current: dict[str, Any]) -> Progress:
        return Progress(ready=current["status"] == ACTIVE, state=current["status"])


def main() -> None:
    """Entry point of the module."""
    manage(User)


if __name__ == "__main__":
    main()

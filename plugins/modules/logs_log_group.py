#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: logs_log_group
short_description: Manage a CloudWatch Logs log group
version_added: 0.1.0
description:
  - Creates, changes and removes a log group, found by its name.
  - Unlike M(amazon.aws.cloudwatchlogs_log_group) it never writes in check mode, takes every retention that AWS takes,
    and keeps the logs when an option is wrong.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the log group, at most 512 letters, digits and characters of C(_-/.#).
    type: str
    required: true
  retention_in_days:
    description:
      - How long logs are kept, in days, one of AWS's steps. V(0) keeps them for ever, as does a new one without it.
    type: int
    choices:
      [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  kms_key_id:
    description:
      - ARN of the KMS key that encrypts new logs. An empty text goes back to AWS's own key.
      - The key's policy has to allow the service to use it.
    type: str
  adopt_untagged:
    description:
      - Whether one without any tags is taken for ours, in a removal too. AWS's services make a log group that they
        write to when it is not there, without tags, such as C(/aws/rds/cluster/NAME/postgresql).
      - Only for a name that belongs to a resource which is known to be ours. Tags in O(ignored_tags) do not count.
    type: bool
    default: false
seealso:
  - module: streamflix.content_api.ecs_task_definition
  - module: amazon.aws.cloudwatchlogs_log_group
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Logs of a service, kept for a week
  streamflix.content_api.logs_log_group:
    name: /ecs/streamflix-api-dev
    retention_in_days: 7
    tags:
      Environment: dev

- name: Logs that Aurora exports, of a cluster of ours
  streamflix.content_api.logs_log_group:
    name: /aws/rds/cluster/streamflix-aurora-dev/postgresql
    retention_in_days: 7
    adopt_untagged: true
    tags:
      Environment: dev

- name: Remove it with all its logs
  streamflix.content_api.logs_log_group:
    name: /ecs/streamflix-api-dev
    state: absent
"""

RETURN = r"""
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
  sample: [create_log_group /ecs/streamflix-api-dev, put_retention_policy /ecs/streamflix-api-dev]
created:
  description:
    - Whether it is certain that the log group did not exist before, as AWS has accepted the name from this very run, or
      in check mode would.
    - V(false) too when a reply was lost, as AWS refuses the request sent again.
  returned: always
  type: bool
  sample: true
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::Logs::LogGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
log_group:
  description: The log group as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN, without the C(:*) that stands for its streams in a policy.
      type: str
      sample: arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/streamflix-api-dev
    name:
      description: Its name.
      type: str
      sample: /ecs/streamflix-api-dev
    retention_in_days:
      description: How long logs are kept, in days; 0 is for ever.
      type: int
      sample: 7
    kms_key_id:
      description: ARN of its KMS key; empty for AWS's own.
      type: str
      sample: ""
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.logs.rules import (
    LOG_RETENTION_DAYS,
    log_group_name,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"ResourceNotFoundException"})
# somebody else's request on the same log group is not finished
BUSY = frozenset({"OperationAbortedException"})
WHICH = {"logGroupName": "name"}

FIELDS: Rows = {
    "arn": Field(read=lambda group: group["arn"].removesuffix(":*"), assigned=True, new=CHOSEN),
    "name": Field(aws="logGroupName", required=True, always=True, rule=log_group_name),
    "retention_in_days": Field("int", "retentionInDays", new=0, unset=0, later=True, choices=(0, *LOG_RETENTION_DAYS)),
    "kms_key_id": Field(aws="kmsKeyId", new="", unset=""),
    "adopt_untagged": Field("bool", default=False),
}


class LogGroup(PlainResource):
    """A log group of CloudWatch Logs."""

    service = "logs"
    kind = "log group"
    aws_type = "AWS::Logs::LogGroup"
    arn_kind = "logs:log-group"
    result_key = "log_group"
    tagging = tags.LOGS
    fields = FIELDS
    read = Read("describe_log_groups", "logGroups", "logGroupNamePrefix", gone=GONE, match="logGroupName")
    create = Write("create_log_group", retry_if=BUSY)
    changes = (
        Write("put_retention_policy", WHICH, ("retention_in_days",), clear="delete_retention_policy", retry_if=BUSY),
        Write("associate_kms_key", WHICH, ("kms_key_id",), clear="disassociate_kms_key", retry_if=BUSY),
    )
    remove = Write("delete_log_group", WHICH, done_if=GONE, retry_if=BUSY)

    # in check mode, whether the real run would
    _would_create = False

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        ignored = self.options["ignored_tags"]
        if self.options["adopt_untagged"] and all(tags.is_ignored(name, ignored) for name in found["tags"]):
            return []
        return super().foreign(found)

    def details(self) -> dict[str, Any]:
        return {"created": self._would_create or ("CreateLogGroup", self.name) in self.api.accepted}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        self._would_create = current is None and self.api.check_mode and not self.absent
        return super().plan(current)


def main() -> None:
    """Entry point of the module."""
    manage(LogGroup)


if __name__ == "__main__":
    main()

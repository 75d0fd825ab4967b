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

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    is_unknown,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.logs import (
    LOG_RETENTION_DAYS,
    log_group_name,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, argument_spec, run

GONE = frozenset({"ResourceNotFoundException"})
# somebody else's request on the same log group is not finished
BUSY = frozenset({"OperationAbortedException"})


def from_aws(group: Mapping[str, Any], its_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a log group as DescribeLogGroups and ListTagsForResource give it, in this module's shape."""
    return {
        "arn": group["arn"].removesuffix(":*"),
        "name": group["logGroupName"],
        "retention_in_days": group.get("retentionInDays", 0),
        "kms_key_id": group.get("kmsKeyId", ""),
        "tags": dict(its_tags),
    }


def retention_step(name: str, days: int) -> Call:
    """Return the request that sets how long logs are kept."""
    if not days:
        return Call("delete_retention_policy", {"logGroupName": name}, name, retry_if=BUSY)
    return Call("put_retention_policy", {"logGroupName": name, "retentionInDays": days}, name, retry_if=BUSY)


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a log group that does not exist."""
    name = options["name"]
    params: dict[str, Any] = {"logGroupName": name}
    if options["kms_key_id"]:
        params["kmsKeyId"] = options["kms_key_id"]
    if options["tags"]:
        params["tags"] = dict(options["tags"])
    steps = [Call("create_log_group", params, name, retry_if=BUSY)]
    if options["retention_in_days"]:
        steps.append(retention_step(name, options["retention_in_days"]))
    after = {
        "arn": unknown(),
        "name": name,
        "retention_in_days": options["retention_in_days"] or 0,
        "kms_key_id": options["kms_key_id"] or "",
        "tags": dict(options["tags"] or {}),
    }
    return Plan(steps, None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a log group that exists."""
    name, arn = options["name"], current["arn"]
    changed = differences(current, {key: options[key] for key in ("retention_in_days", "kms_key_id")})
    steps = []
    if "retention_in_days" in changed:
        steps.append(retention_step(name, changed["retention_in_days"]))
    if changed.get("kms_key_id"):
        key = {"logGroupName": name, "kmsKeyId": changed["kms_key_id"]}
        steps.append(Call("associate_kms_key", key, name, retry_if=BUSY))
    elif "kms_key_id" in changed:
        steps.append(Call("disassociate_kms_key", {"logGroupName": name}, name, retry_if=BUSY))
    steps += tags.steps(tags.LOGS, {"resourceArn": arn}, current["tags"], options, name)
    after = {**current, **changed, "tags": tags.after(current["tags"], options["tags"], options["purge_tags"])}
    return Plan(steps, current, after)


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that removes a log group with all its logs."""
    name = current["name"]
    step = Call("delete_log_group", {"logGroupName": name}, name, done_if=GONE, retry_if=BUSY)
    return Plan([step], current, None)


class LogGroup(Resource):
    """A log group of CloudWatch Logs."""

    service = "logs"
    kind = "log group"
    aws_type = "AWS::Logs::LogGroup"
    result_key = "log_group"
    tagging = tags.LOGS

    # in check mode, whether the real run would
    _would_create = False

    @property
    def name(self) -> str:
        return self.options["name"]

    def problems(self) -> list[str]:
        # a preview may not know the id in it
        return [] if is_unknown(self.name) else log_group_name("name", self.name)

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        ignored = self.options["ignored_tags"]
        if self.options["adopt_untagged"] and all(tags.is_ignored(name, ignored) for name in found["tags"]):
            return []
        return super().foreign(found)

    def describe(self) -> dict[str, Any] | None:
        if is_unknown(self.name):
            return None
        groups = self.api.pages("describe_log_groups", "logGroups", logGroupNamePrefix=self.name)
        group = next((one for one in groups if one["logGroupName"] == self.name), None)
        if group is None:
            return None
        # one that is being removed may vanish between two requests
        listed = self.api.get("list_tags_for_resource", GONE, resourceArn=group["arn"].removesuffix(":*"))
        if listed is None:
            return None
        own = {key: value for key, value in listed.get("tags", {}).items() if not key.startswith("aws:")}
        return from_aws(group, own)

    def details(self) -> dict[str, Any]:
        return {"created": self._would_create or ("CreateLogGroup", self.name) in self.api.accepted}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.options["state"] == "absent":
            return plan_remove(current) if current else unchanged(None)
        self._would_create = current is None and self.api.check_mode
        return plan_update(current, self.options) if current else plan_create(self.options)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            name={"type": "str", "required": True},
            retention_in_days={"type": "int", "choices": [0, *LOG_RETENTION_DAYS]},
            kms_key_id={"type": "str"},
            adopt_untagged={"type": "bool", "default": False},
        ),
        supports_check_mode=True,
    )
    run(module, LogGroup)


if __name__ == "__main__":
    main()

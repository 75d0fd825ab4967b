#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_composite_alarm
short_description: Manage a composite alarm of Amazon CloudWatch
version_added: 0.1.0
description:
  - Creates, changes and removes an alarm whose state follows from those of other alarms.
  - The alarms that its rule names have to exist. CloudWatch removes none of them before the rule no longer names it, so
    that composite alarms are made after those that they name, and removed before them.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the composite alarm, at most 255 characters. No other alarm of the region has it.
    type: str
    required: true
  alarm_rule:
    description:
      - When it goes off, such as V(ALARM("one"\) OR ALARM("two"\)), at most 10240 characters. Needed unless
        O(state=absent).
      - It names at most 100 alarms, each by C(ALARM), C(OK) or C(INSUFFICIENT_DATA) with its name or its ARN in
        brackets, and joins them by C(AND), C(OR), C(NOT) and brackets. It may have 500 alarms, constants and brackets.
    type: str
  description:
    description: What it is for, at most 1024 characters.
    type: str
  actions_enabled:
    description: Whether it tells anybody.
    type: bool
  alarm_actions:
    description: ARNs of what it tells when it goes off, at most five.
    type: list
    elements: str
  ok_actions:
    description: ARNs of what it tells when that is over, at most five.
    type: list
    elements: str
  insufficient_data_actions:
    description: ARNs of what it tells before its state is known, at most five.
    type: list
    elements: str
  actions_suppressor:
    description:
      - Name or ARN of an alarm while which is in the state C(ALARM) this one tells nobody. An empty text is none.
      - It needs O(actions_suppressor_wait_period) and O(actions_suppressor_extension_period).
    type: str
  actions_suppressor_wait_period:
    description: For how many seconds it waits for the suppressor to go off before it tells anybody.
    type: int
  actions_suppressor_extension_period:
    description: For how many seconds after the suppressor it still tells nobody.
    type: int
seealso:
  - module: amazon.aws.cloudwatch_metric_alarm
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: One alarm for all of a service
  streamflix.content_api.cloudwatch_composite_alarm:
    name: streamflix-alarms-dev-ecs_service
    alarm_rule: ALARM("streamflix-api-dev-cpu") OR ALARM("streamflix-api-dev-memory")
    alarm_actions: [arn:aws:sns:eu-west-1:123456789012:streamflix-alarms-dev]
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.cloudwatch_composite_alarm:
    name: streamflix-alarms-dev-ecs_service
    state: absent
"""

RETURN = r"""
composite_alarm:
  description: The composite alarm as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: What AWS assigns.
      type: str
      sample: example
    name:
      description: Name of the composite alarm.
      type: str
      sample: example
    alarm_rule:
      description: C(AlarmRule) of PutCompositeAlarm, at most 10240 characters.
      type: str
      sample: example
    description:
      description: C(AlarmDescription) of PutCompositeAlarm, at most 1024 characters.
      type: str
      sample: example
    actions_enabled:
      description: C(ActionsEnabled) of PutCompositeAlarm.
      type: bool
      sample: true
    alarm_actions:
      description: C(AlarmActions) of PutCompositeAlarm.
      type: list
      elements: str
      sample: []
    ok_actions:
      description: C(OKActions) of PutCompositeAlarm.
      type: list
      elements: str
      sample: []
    insufficient_data_actions:
      description: C(InsufficientDataActions) of PutCompositeAlarm.
      type: list
      elements: str
      sample: []
    actions_suppressor:
      description: C(ActionsSuppressor) of PutCompositeAlarm, at most 1600 characters.
      type: str
      sample: example
    actions_suppressor_wait_period:
      description: C(ActionsSuppressorWaitPeriod) of PutCompositeAlarm.
      type: int
      sample: 1
    actions_suppressor_extension_period:
      description: C(ActionsSuppressorExtensionPeriod) of PutCompositeAlarm.
      type: int
      sample: 1
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
      type: AWS::CloudWatch::CompositeAlarm
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
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch import rules
from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch.rows import actions
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"ResourceNotFound", "ResourceNotFoundException"})
LONGEST_WAIT = 7 * 24 * 3600


def period(member: str) -> Field:
    """Return the row of a time of the suppressor; without a suppressor AWS shows none."""
    return Field("int", member, new=0, unset=0, limits=(0, LONGEST_WAIT))


def same_words(one: str, other: str) -> bool:
    """Tell whether two rules differ in nothing but the space between their words."""
    return one.split() == other.split()


FIELDS: Rows = {
    "arn": Field(read="AlarmArn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="AlarmName", required=True, always=True, rule=partial(too_long, longest=255)),
    "alarm_rule": Field("str", "AlarmRule", always=True, same=same_words, rule=rules.alarm_rule),
    "description": Field("str", "AlarmDescription", new="", unset="", rule=partial(too_long, longest=1024)),
    "actions_enabled": Field("bool", "ActionsEnabled", new=True),
    "alarm_actions": actions("AlarmActions"),
    "ok_actions": actions("OKActions"),
    "insufficient_data_actions": actions("InsufficientDataActions"),
    "actions_suppressor": Field("str", "ActionsSuppressor", new="", unset="", rule=partial(too_long, longest=1600)),
    "actions_suppressor_wait_period": period("ActionsSuppressorWaitPeriod"),
    "actions_suppressor_extension_period": period("ActionsSuppressorExtensionPeriod"),
}
SETTINGS = tuple(name for name in FIELDS if name not in ("arn", "name"))
PERIODS = ("actions_suppressor_wait_period", "actions_suppressor_extension_period")


class CompositeAlarm(PlainResource):
    """A composite alarm of Amazon CloudWatch."""

    service = "cloudwatch"
    kind = "composite alarm"
    aws_type = "AWS::CloudWatch::CompositeAlarm"
    arn_kind = "cloudwatch:alarm"
    result_key = "composite_alarm"
    tagging = tags.CLOUDWATCH
    fields = FIELDS
    required_if = (("state", "present", ("alarm_rule",)),)
    # without types AWS shows no composite ones
    read = Read(
        "describe_alarms",
        "CompositeAlarms",
        "AlarmNames",
        several=True,
        gone=GONE,
        match="AlarmName",
        more={"AlarmTypes": ["CompositeAlarm"]},
    )
    create = Write("put_composite_alarm")
    changes = (Write("put_composite_alarm", {"AlarmName": "name"}, SETTINGS, whole=True),)
    remove = Write("delete_alarms", {"AlarmNames": "name"}, several=True, done_if=GONE)

    def problems(self) -> list[str]:
        found, given = super().problems(), self.options
        if given["actions_suppressor"] and any(given[name] is None for name in PERIODS):
            found.append(f"actions_suppressor {given['actions_suppressor']!r} needs {' and '.join(PERIODS)}: set both.")
        return found

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        wanted = super().merged(current)
        # they go with the suppressor
        return wanted | dict.fromkeys(PERIODS, 0) if wanted["actions_suppressor"] == "" else wanted

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the request that sets all of it, without the times of a suppressor that it does not have."""
        alone = {} if after["actions_suppressor"] else dict.fromkeys(PERIODS)
        return super().change_steps(changed, before, {**after, **alone})


def main() -> None:
    """Entry point of the module."""
    manage(CompositeAlarm)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_alarm_mute_rule
short_description: Mute alarms of Amazon CloudWatch for some minutes
version_added: 0.1.0
description:
  - Keeps alarms from telling anybody for a time that begins with the next full minute. Their states go on changing, so
    that ECS still ends a deployment by them.
  - The rule ends by itself. What is in the state C(ALARM) then tells so, and nothing stays muted when a run is killed.
  - A rule that already mutes the alarms for as long is left as it is.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the rule, at most 255 characters.
    type: str
    required: true
  alarm_names:
    description: Names of the alarms, at most 100. Needed unless O(state=absent).
    type: list
    elements: str
  minutes:
    description: For how long, 1 to 21600. Needed unless O(state=absent).
    type: int
  description:
    description: What it is for, at most 1024 characters.
    type: str
seealso:
  - module: streamflix.content_api.cloudwatch_composite_alarm
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Let nobody be told of what a deployment does
  streamflix.content_api.cloudwatch_alarm_mute_rule:
    name: streamflix-api-dev-rollout
    alarm_names: [streamflix-api-dev-running_tasks]
    minutes: 30
    tags:
      Environment: dev

- name: It is over
  streamflix.content_api.cloudwatch_alarm_mute_rule:
    name: streamflix-api-dev-rollout
    state: absent
"""

RETURN = r"""
alarm_mute_rule:
  description: The alarm mute rule as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: What AWS assigns.
      type: str
      sample: example
    name:
      description: Name of the alarm mute rule.
      type: str
      sample: example
    description:
      description: C(Description) of PutAlarmMuteRule, at most 1024 characters.
      type: str
      sample: example
    alarm_names:
      description: Names of the alarms, at most 100.
      type: list
      elements: str
      sample: []
    window:
      description: When it begins, in UTC, and for how many minutes it mutes.
      type: dict
      sample: {begins: '2026-11-30T09:30', minutes: 30}
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
      type: AWS::CloudWatch::AlarmMuteRule
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch.rows import different
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import (
    CHOSEN,
    SEVERAL,
    Field,
    Rows,
    sorted_texts,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"ResourceNotFoundException"})
FORM = "%Y-%m-%dT%H:%M"
MINUTE = datetime.timedelta(minutes=1)
# AWS takes 15 days
LONGEST_MINUTES = 15 * 24 * 60
MOST_ALARMS = 100
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


def window(options: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the time that options ask for: its C(begins), and its C(minutes)."""
    minutes = options["minutes"]
    if minutes is None:
        return None
    begins = datetime.datetime.now(datetime.UTC) + MINUTE
    return {"begins": begins.strftime(FORM), "minutes": minutes}


def window_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the time of a rule; of one that comes again it is what AWS says of its beginning."""
    schedule = item["Rule"]["Schedule"]
    duration = DURATION.fullmatch(schedule["Duration"])
    days, hours, minutes = (int(part or 0) for part in duration.groups()) if duration else (0, 0, 0)
    begins = schedule["Expression"].removeprefix("at(").removesuffix(")")
    return {"begins": begins, "minutes": (days * 24 + hours) * 60 + minutes}


def covers(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a time begins no later than another and ends no earlier than a minute before its end."""
    try:
        began, begins = (datetime.datetime.strptime(one["begins"], FORM) for one in (now, wanted))
    except ValueError:
        return False
    ended, ends = began + now["minutes"] * MINUTE, begins + wanted["minutes"] * MINUTE
    return began <= begins and ended >= ends - MINUTE


def to_aws(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what PutAlarmMuteRule takes for a time."""
    return {"Rule": {"Schedule": {"Expression": f"at({asked['begins']})", "Duration": f"PT{asked['minutes']}M"}}}


def too_many(option: str, names: Sequence[str]) -> list[str]:
    """Find more alarms than AWS takes, or none."""
    if 0 < len(names) <= MOST_ALARMS:
        return []
    return [f"{option} has {len(names)} alarms, AWS takes 1 to {MOST_ALARMS}: name others, or leave the rule out."]


FIELDS: Rows = {
    "arn": Field(read="AlarmMuteRuleArn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="Name", required=True, always=True, rule=partial(too_long, longest=255)),
    "description": Field("str", "Description", new="", unset="", rule=partial(too_long, longest=1024)),
    "alarm_names": Field(
        "list",
        "MuteTargets.AlarmNames",
        read=sorted_texts("MuteTargets.AlarmNames"),
        normal=different,
        new=[],
        rule=too_many,
    ),
    "minutes": Field("int", limits=(1, LONGEST_MINUTES)),
    "window": Field("dict", SEVERAL, read=window_of, write=to_aws, made=window, same=covers, whole=True),
}


class AlarmMuteRule(PlainResource):
    """An alarm mute rule of Amazon CloudWatch, for one time."""

    service = "cloudwatch"
    kind = "alarm mute rule"
    aws_type = "AWS::CloudWatch::AlarmMuteRule"
    arn_kind = "cloudwatch:alarm-mute-rule"
    result_key = "alarm_mute_rule"
    tagging = tags.CLOUDWATCH
    fields = FIELDS
    required_if = (("state", "present", ("alarm_names", "minutes")),)
    read = Read("get_alarm_mute_rule", "", "AlarmMuteRuleName", gone=GONE)
    create = Write("put_alarm_mute_rule")
    changes = (Write("put_alarm_mute_rule", {"Name": "name"}, ("description", "alarm_names", "window"), whole=True),)
    remove = Write("delete_alarm_mute_rule", {"AlarmMuteRuleName": "name"}, done_if=GONE)


def main() -> None:
    """Entry point of the module."""
    manage(AlarmMuteRule)


if __name__ == "__main__":
    main()

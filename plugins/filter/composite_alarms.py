# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The composite alarms of a stack: one for each part that an inventory chooses, and one for all of them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: composite_alarms
short_description: The composite alarms that a stack is to have
version_added: 0.1.0
description:
  - Makes of the composite alarms that an inventory chooses what
    M(streamflix.content_api.cloudwatch_composite_alarm) needs for each of them. One goes off when any of its alarms
    does.
  - Those of the parts come first, then C(stack), whose rule names them, and the alarms of those parts that have none.
  - There is none of a part that has no alarms.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description:
      - The chosen ones, each with C(name), that of a part or V(stack), and maybe C(alarm_actions), the ARNs of what it
        tells.
    type: list
    elements: dict
    required: true
  parts:
    description: The names of the alarms of each part of the stack, by the part.
    type: dict
    required: true
  prefix:
    description: The name of the alarm of the stack, and what the names of the others begin with.
    type: str
    required: true
  runbooks:
    description: URL of the folder with the runbooks; an empty text leaves the link out of descriptions.
    type: str
    default: https://github.com/streamflix/content_api/blob/main/docs/runbooks
  alarm_actions:
    description: What the alarm of the stack tells, unless it has its own.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show the composite alarms of a stack
  ansible.builtin.debug:
    msg: "{{ chosen | streamflix.content_api.composite_alarms(parts, 'streamflix-alarms-dev') }}"
  vars:
    chosen:
      - name: redis
      - name: stack
    parts:
      redis: [streamflix-redis-dev-memory-001, streamflix-redis-dev-memory-002]
      apigw: [streamflix-api-dev-5xx]
"""

RETURN = r"""
_value:
  description: The composite alarms, each with C(name), C(description), C(alarm_rule) and C(alarm_actions).
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

STACK = "stack"
RUNBOOKS = "https://github.com/streamflix/content_api/blob/main/docs/runbooks"


def composite_alarms(
    chosen: Iterable[Mapping[str, Any]],
    parts: Mapping[str, Sequence[str]],
    prefix: str,
    alarm_actions: Sequence[str] = (),
    runbooks: str | None = RUNBOOKS,
) -> list[dict[str, Any]]:
    """Return the composite alarms that a stack is to have, in the order in which they can be made.

    :param chosen: those of an inventory, each with C(name), and C(alarm_actions) where it has its own.
    :param parts: the names of the alarms of each part.
    :param prefix: the name of the alarm of the stack, and what the names of the others begin with.
    :param alarm_actions: what the alarm of the stack tells, unless it has its own.
    :param runbooks: the URL of the folder with the runbooks; empty for no link, None for that of this collection.
    """
    base = RUNBOOKS if runbooks is None else runbooks.rstrip("/")
    asked = {one["name"]: one.get("alarm_actions") for one in chosen}
    found = {
        part: alarm(f"{prefix}-{part}", part, names, asked[part] or [], base)
        for part, names in parts.items()
        if part in asked and names
    }
    below = [[found[part]["name"]] if part in found else names for part, names in parts.items()]
    every = [name for names in below for name in names]
    if STACK in asked and every:
        own = asked[STACK]
        found[STACK] = alarm(prefix, STACK, every, alarm_actions if own is None else own, base)
    return list(found.values())


def alarm(name: str, part: str, below: Iterable[str], actions: Iterable[str], base: str) -> dict[str, Any]:
    """Return one that goes off when any of the alarms below it does.

    :param base: the URL of the folder with the runbooks; empty for no link.
    """
    rule = " OR ".join(f'ALARM("{one}")' for one in below)
    what = "the stack" if part == STACK else part
    text = f"Something of {what} needs looking after. The alarms below this one say what."
    url = f"{base}/{'README.md#stack' if part == STACK else f'{part}.md'}" if base else ""
    described = f"{text} Runbook: {url}" if url else text
    return {"name": name, "description": described, "alarm_rule": rule, "alarm_actions": list(actions)}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"composite_alarms": composite_alarms}

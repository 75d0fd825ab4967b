# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The alarms of a tier: those of its catalogue that an inventory chooses, for each thing that they watch."""

from __future__ import annotations

DOCUMENTATION = r"""
name: alarms
short_description: The CloudWatch alarms that a role is to keep
version_added: 0.1.0
description:
  - Makes of the alarms that an inventory chooses what M(amazon.aws.cloudwatch_metric_alarm) needs for each of them, or
    M(streamflix.content_api.cloudwatch_metric_alarm) for those with an expression.
  - What the inventory sets of an alarm takes the place of what the catalogue has.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description:
      - The chosen alarms, each with C(name), that of an entry of O(catalogue), and what is to be otherwise, such as
        C(threshold). What is null is not set.
    type: list
    elements: dict
    required: true
  catalogue:
    description:
      - What can be chosen, by name. Each entry has C(metric_name), C(comparison), C(threshold) and C(description), and
        may have what else an alarm has. Periods are 60 seconds, and five of them count, unless it says otherwise.
      - One with C(alone) is about none of O(dimensions), but about its own.
      - One with C(metrics), by their ids, and C(expression) is about what is computed of them. Each has C(metric_name),
        C(statistic) and C(dimensions), and of the entry's C(namespace).
    type: dict
    required: true
  prefix:
    description: What the names of all alarms begin with.
    type: str
    required: true
  part:
    description: The part of the stack, which is the name of the file with its runbook.
    type: str
    required: true
  runbooks:
    description: URL of the folder with the runbooks; an empty text leaves the link out of descriptions.
    type: str
    default: https://github.com/streamflix/content_api/blob/main/docs/runbooks
  dimensions:
    description:
      - CloudWatch's dimensions of what is watched, in addition to those of the catalogue, each with its value.
      - One of them may have several values, by what is appended to the name of an alarm; then there is an alarm for
        each.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Show the alarms of two nodes of a cache
  ansible.builtin.debug:
    msg: "{{ chosen | streamflix.content_api.alarms(catalogue, 'cache-dev-', 'redis', dimensions=nodes) }}"
  vars:
    chosen:
      - name: memory
        threshold: 90
    catalogue:
      memory:
        metric_name: DatabaseMemoryUsagePercentage
        comparison: GreaterThanThreshold
        threshold: 80
        description: Little memory is left
    nodes:
      CacheClusterId: {"001": cache-dev-001, "002": cache-dev-002}
"""

RETURN = r"""
_value:
  description:
    - The alarms, each with its C(name), C(dimensions), and all that the catalogue and the inventory say of it.
    - The C(description) has the link to its section of the runbooks.
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

RUNBOOKS = "https://github.com/streamflix/content_api/blob/main/docs/runbooks"
DEFAULTS = {"period": 60, "evaluation_periods": 5, "treat_missing_data": "missing", "dimensions": {}}


def alarms(
    chosen: Iterable[Mapping[str, Any]],
    catalogue: Mapping[str, Mapping[str, Any]],
    prefix: str,
    part: str,
    runbooks: str | None = RUNBOOKS,
    dimensions: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Return the alarms that a role is to keep.

    :param chosen: those of an inventory, each with C(name).
    :param catalogue: what can be chosen, by name.
    :param prefix: what all names begin with.
    :param part: of the stack, which is the name of the file with its runbook.
    :param runbooks: the URL of their folder; empty for no link, None for that of this collection.
    :param dimensions: of what is watched; one may have several values, by what is appended to the name of an alarm.
    """
    base = RUNBOOKS if runbooks is None else runbooks.rstrip("/")
    return [
        {
            **settings(choice, catalogue[choice["name"]], own),
            "name": full_name(prefix, choice["name"], which),
            "description": with_runbook(
                catalogue[choice["name"]].get("description", ""), f"{base}/{part}.md#{choice['name']}" if base else ""
            ),
        }
        for choice in chosen
        for which, own in watched({} if catalogue[choice["name"]].get("alone") else dimensions or {}).items()
    ]


def watched(dimensions: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the dimensions of each thing that is watched, by what is appended to the name of its alarm."""
    found: dict[str, dict[str, Any]] = {"": dict(dimensions)}
    for name, values in dimensions.items():
        if isinstance(values, Mapping):
            found = {which: {**dimensions, name: value} for which, value in values.items()}
    return found


def full_name(prefix: str, name: str, which: str) -> str:
    """Return what an alarm is called in AWS."""
    return f"{prefix}{name}-{which}" if which else f"{prefix}{name}"


def settings(choice: Mapping[str, Any], entry: Mapping[str, Any], dimensions: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that is said of an alarm, but for its name.

    CloudWatch gives the dimensions back in the order in which they were sent, so that is always the same one.
    """
    own = {key: value for key, value in choice.items() if value is not None}
    said = {**DEFAULTS, **entry, **own}
    if "expression" in said:
        return {**said, "metrics": computed(said)}
    return {**said, "dimensions": dict(sorted({**said["dimensions"], **dimensions}.items()))}


def with_runbook(text: str, url: str) -> str:
    """Return the description of an alarm with the link to its runbook."""
    return f"{text} Runbook: {url}" if url else text


def computed(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics and the expression of an alarm, as its module takes them."""
    metrics = [
        {
            "id": identifier,
            "namespace": said["namespace"],
            "metric_name": one["metric_name"],
            "dimensions": dict(one["dimensions"]),
            "stat": one["statistic"],
            "period": said["period"],
        }
        for identifier, one in said["metrics"].items()
    ]
    return [*metrics, {"id": "value", "expression": said["expression"], "return_data": True}]


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"alarms": alarms}

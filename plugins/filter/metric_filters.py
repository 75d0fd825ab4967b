# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The metric filters of a service's log, as the module of amazon.aws takes them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: metric_filters
short_description: The metric filters that a role is to keep
version_added: 0.1.0
description:
  - Makes of the metrics that an inventory lists the arguments of
    M(amazon.aws.cloudwatchlogs_log_group_metric_filter), all of them and of their types.
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description:
      - The metrics, each with C(name) and C(pattern), and with C(metric_name), C(metric_namespace), C(metric_value),
        C(default_value), C(unit) and C(dimensions) where they differ from what is usual. What is null is not set.
    type: list
    elements: dict
    required: true
  log_group_name:
    description: The log group.
    type: str
    required: true
  service:
    description: What the names of all filters begin with, before a hyphen, and the usual namespace.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the filter that counts errors
  ansible.builtin.debug:
    msg: "{{ metrics | streamflix.content_api.metric_filters('/ecs/api-dev', 'api-dev') }}"
  vars:
    metrics: [{name: errors, pattern: ERROR}]
"""

RETURN = r"""
_value:
  description: The arguments of the module for each metric.
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def metric_filters(metrics: Iterable[Mapping[str, Any]], log_group_name: str, service: str) -> list[dict[str, Any]]:
    """Return the arguments of the module for each metric.

    :param metrics: those of an inventory, each with C(name) and C(pattern).
    :param service: what the names of the filters begin with, before a hyphen, and the usual namespace.
    """
    return [
        {
            "log_group_name": log_group_name,
            "filter_name": f"{service}-{metric['name']}",
            "filter_pattern": metric["pattern"],
            "metric_transformation": transformation(metric, service),
            "state": "present",
        }
        for metric in metrics
    ]


def transformation(metric: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    """Return what becomes of a line that matches.

    The unit is always sent: CloudWatch keeps C(None) where it is not, which the module would find different.
    """
    given = {option: value for option, value in metric.items() if value is not None}
    found = {
        "metric_name": given.get("metric_name", given["name"]),
        "metric_namespace": given.get("metric_namespace", namespace),
        "metric_value": str(given.get("metric_value", 1)),
        "unit": given.get("unit", "None"),
    }
    if "default_value" in given:
        found["default_value"] = float(given["default_value"])
    if "dimensions" in given:
        found["dimensions"] = {name: str(value) for name, value in given["dimensions"].items()}
    return found


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"metric_filters": metric_filters}

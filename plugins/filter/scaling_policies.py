# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The scaling policies of a tier: those that an inventory gives a target for."""

from __future__ import annotations

DOCUMENTATION = r"""
name: scaling_policies
short_description: The scaling policies that a role is to keep
version_added: 0.1.0
description:
  - Makes of the targets that an inventory sets what M(streamflix.content_api.application_autoscaling_scalable_target)
    takes as C(scaling_policies).
author: StreamFlix platform team (@streamflix)
options:
  _input:
    description:
      - The targets, by the names that O(metrics) has, and what holds for all policies, C(scale_out_cooldown),
        C(scale_in_cooldown) and C(disable_scale_in). C(metrics) are further ones, each with C(name), C(target_value)
        and C(customized_metric_specification).
    type: dict
    required: true
  metrics:
    description: AWS's word for each metric that can have a target.
    type: dict
    required: true
  prefix:
    description: What the names of all policies begin with.
    type: str
    required: true
  target_groups:
    description:
      - The target groups whose requests count, as C(app/BALANCER/ID/targetgroup/GROUP/ID). With several, which a
        blue/green deployment needs, their requests are added up, as AWS's own metric knows one only.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show the policies of a service
  ansible.builtin.debug:
    msg: "{{ {'cpu': 60} | streamflix.content_api.scaling_policies(metrics, 'api-') }}"
  vars:
    metrics: {cpu: ECSServiceAverageCPUUtilization}
"""

RETURN = r"""
_value:
  description: The policies, each with its C(policy_name) and C(target_tracking_configuration).
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

PER_TARGET = "ALBRequestCountPerTarget"
FOR_ALL = ("scale_out_cooldown", "scale_in_cooldown", "disable_scale_in")


def scaling_policies(
    scaling: Mapping[str, Any], metrics: Mapping[str, str], prefix: str, target_groups: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the policies that a role is to keep.

    :param scaling: what an inventory sets.
    :param metrics: AWS's word for each metric that can have a target.
    :param prefix: what all names begin with.
    :param target_groups: those whose requests count.
    """
    found = {
        name: (scaling[name], specification(kind, target_groups))
        for name, kind in metrics.items()
        if scaling.get(name) is not None
    }
    for one in scaling.get("metrics") or ():
        found[one["name"]] = (
            one["target_value"],
            {"customized_metric_specification": one["customized_metric_specification"]},
        )
    for_all = {key: scaling[key] for key in FOR_ALL if scaling.get(key) is not None}
    return [
        {
            "policy_name": f"{prefix}{name}",
            "target_tracking_configuration": {"target_value": target, **metric, **for_all},
        }
        for name, (target, metric) in found.items()
    ]


def specification(kind: str, target_groups: Sequence[str]) -> dict[str, Any]:
    """Return how a policy names one of AWS's metrics."""
    if kind != PER_TARGET:
        return {"predefined_metric_specification": {"predefined_metric_type": kind}}
    if len(target_groups) > 1:
        return {"customized_metric_specification": {"metrics": requests_of(target_groups)}}
    named = {"predefined_metric_type": kind, **({"resource_label": target_groups[0]} if target_groups else {})}
    return {"predefined_metric_specification": named}


def requests_of(target_groups: Iterable[str]) -> list[dict[str, Any]]:
    """Return the calculation that adds up the requests for each target of several target groups.

    At most times one of them gets no requests, for which CloudWatch has no number, and no 0 either.
    """
    queries: list[dict[str, Any]] = []
    for number, label in enumerate(target_groups, 1):
        balancer, _between, group = label.partition("/targetgroup/")
        dimensions = [
            {"name": "LoadBalancer", "value": balancer},
            {"name": "TargetGroup", "value": f"targetgroup/{group}"},
        ]
        metric = {"namespace": "AWS/ApplicationELB", "metric_name": "RequestCountPerTarget", "dimensions": dimensions}
        queries.append({"id": f"m{number}", "metric_stat": {"metric": metric, "stat": "Sum"}, "return_data": False})
    total = " + ".join(f"FILL({query['id']}, 0)" for query in queries)
    return [*queries, {"id": "requests", "expression": total, "label": "Requests for each target", "return_data": True}]


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return them by name."""
        return {"scaling_policies": scaling_policies}

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How Application Auto Scaling gives scaling policies and scheduled actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows

TRACKING, STEPS = "target_tracking_configuration", "step_scaling_configuration"
# the policy types, each with the option that has its configuration
CONFIGURED_BY = {"TargetTrackingScaling": TRACKING, "StepScaling": STEPS}
METRICS = ("predefined_metric_specification", "customized_metric_specification")


def instant(value: datetime | str | None) -> str | None:
    """Return a point in time as text, in UTC, as C(2026-01-31T08:00:00+00:00).

    :param value: a text without an offset is in UTC.
    :raises ValueError: a text that is no time in ISO 8601.
    """
    if value is None:
        return None
    # Python before 3.11 reads no Z
    moment = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds")


DIMENSION: Rows = {"name": Field(aws="Name", required=True), "value": Field(aws="Value", required=True)}
METRIC: Rows = {
    "metric_name": Field(aws="MetricName"),
    "namespace": Field(aws="Namespace"),
    "dimensions": Field("list", "Dimensions", rows=DIMENSION),
}
QUERY: Rows = {
    "id": Field(aws="Id", required=True),
    "expression": Field(aws="Expression"),
    "label": Field(aws="Label"),
    "metric_stat": Field(
        "dict",
        "MetricStat",
        rows={
            "metric": Field("dict", "Metric", required=True, rows=METRIC),
            "stat": Field(aws="Stat", required=True),
            "unit": Field(aws="Unit"),
        },
    ),
    "return_data": Field("bool", "ReturnData"),
}
TRACKING_ROWS: Rows = {
    "target_value": Field("float", "TargetValue", required=True),
    "predefined_metric_specification": Field(
        "dict",
        "PredefinedMetricSpecification",
        rows={
            "predefined_metric_type": Field(aws="PredefinedMetricType", required=True),
            "resource_label": Field(aws="ResourceLabel"),
        },
    ),
    "customized_metric_specification": Field(
        "dict",
        "CustomizedMetricSpecification",
        rows={
            **METRIC,
            "statistic": Field(aws="Statistic", choices=("Average", "Minimum", "Maximum", "SampleCount", "Sum")),
            "unit": Field(aws="Unit"),
            "metrics": Field("list", "Metrics", rows=QUERY),
        },
    ),
    "scale_out_cooldown": Field("int", "ScaleOutCooldown", limits=(0, 86400)),
    "scale_in_cooldown": Field("int", "ScaleInCooldown", limits=(0, 86400)),
    "disable_scale_in": Field("bool", "DisableScaleIn"),
}
STEP_ROWS: Rows = {
    "adjustment_type": Field(
        aws="AdjustmentType", required=True, choices=("ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity")
    ),
    "step_adjustments": Field(
        "list",
        "StepAdjustments",
        required=True,
        rows={
            "metric_interval_lower_bound": Field("float", "MetricIntervalLowerBound"),
            "metric_interval_upper_bound": Field("float", "MetricIntervalUpperBound"),
            "scaling_adjustment": Field("int", "ScalingAdjustment", required=True),
        },
    ),
    "min_adjustment_magnitude": Field("int", "MinAdjustmentMagnitude"),
    "cooldown": Field("int", "Cooldown", limits=(0, 86400)),
    "metric_aggregation_type": Field(aws="MetricAggregationType", choices=("Average", "Minimum", "Maximum")),
}
POLICY: Rows = {
    "policy_name": Field(aws="PolicyName", required=True, always=True),
    "policy_type": Field(aws="PolicyType", always=True, choices=tuple(CONFIGURED_BY), default="TargetTrackingScaling"),
    TRACKING: Field("dict", "TargetTrackingScalingPolicyConfiguration", rows=TRACKING_ROWS),
    STEPS: Field("dict", "StepScalingPolicyConfiguration", rows=STEP_ROWS),
}
SCHEDULED: Rows = {
    "scheduled_action_name": Field(aws="ScheduledActionName", required=True, always=True),
    "schedule": Field(aws="Schedule", required=True, always=True),
    "timezone": Field(aws="Timezone"),
    "start_time": Field(aws="StartTime", read=lambda action: instant(action.get("StartTime"))),
    "end_time": Field(aws="EndTime", read=lambda action: instant(action.get("EndTime"))),
    "min_capacity": Field("int", "ScalableTargetAction.MinCapacity"),
    "max_capacity": Field("int", "ScalableTargetAction.MaxCapacity"),
}


def bare(value: Any) -> Any:
    """Return a value without what is not set in it, at every depth."""
    if isinstance(value, Mapping):
        return {key: bare(item) for key, item in value.items() if item is not None}
    return [bare(item) for item in value] if isinstance(value, list) else value


def policies_from_aws(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return scaling policies as options have them, sorted, each with the names of its C(alarms)."""
    found = [
        {
            **bare(fields.described(POLICY, item)),
            "alarms": sorted(alarm["AlarmName"] for alarm in item.get("Alarms") or ()),
        }
        for item in items
    ]
    return sorted(found, key=lambda policy: str(policy["policy_name"]))


def actions_from_aws(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return scheduled actions as options have them, sorted."""
    found = [bare(fields.described(SCHEDULED, item)) for item in items]
    return sorted(found, key=lambda action: str(action["scheduled_action_name"]))


def wanted_actions(options: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the scheduled actions that the options ask for, as L(actions_from_aws)."""
    times = ("start_time", "end_time")
    found = [bare({**action, **{key: instant(action[key]) for key in times}}) for action in options]
    return sorted(found, key=lambda action: str(action["scheduled_action_name"]))

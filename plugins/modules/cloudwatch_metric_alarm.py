#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_metric_alarm
short_description: Manage a CloudWatch alarm on what is computed of several metrics
version_added: 0.1.0
description:
  - Creates, changes and removes an alarm whose value is an expression of metric math, such as the share of requests
    that fail. M(amazon.aws.cloudwatch_metric_alarm) is for an alarm on one metric; it reports a change of such an
    expression in each run.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the alarm, at most 255 characters. No other alarm of the region has it.
    type: str
    required: true
  metrics:
    description:
      - What its value is made of, up to ten metrics and the expressions that are made of them. Needed unless
        O(state=absent). Their order means nothing.
      - One of them is what the threshold is for, and has C(return_data).
    type: list
    elements: dict
    suboptions:
      id:
        description: What expressions call it, a small letter followed by letters, digits and C(_).
        type: str
        required: true
      expression:
        description: An expression of metric math, such as V(100 * errors / requests).
        type: str
      label:
        description: What CloudWatch's console calls it.
        type: str
      return_data:
        description: Whether it is the alarm's value.
        type: bool
        default: false
      namespace:
        description: Namespace of a metric.
        type: str
      metric_name:
        description: Name of a metric.
        type: str
      dimensions:
        description: Dimensions of a metric, names and values.
        type: dict
        default: {}
      stat:
        description: What CloudWatch makes of the metric in each period, such as V(Sum) or V(p99).
        type: str
      period:
        description: Seconds of which CloudWatch makes one value; 10, 20, 30 or full minutes.
        type: int
  comparison:
    description: How the value is compared with O(threshold).
    type: str
    choices:
      - GreaterThanOrEqualToThreshold
      - GreaterThanThreshold
      - LessThanThreshold
      - LessThanOrEqualToThreshold
  threshold:
    description: The value that is too much, or too little.
    type: float
  evaluation_periods:
    description: How many of the last values count.
    type: int
  datapoints_to_alarm:
    description: How many of these have to be beyond the threshold; all of them unless set.
    type: int
  treat_missing_data:
    description: What a missing value counts as.
    type: str
    choices: [breaching, notBreaching, ignore, missing]
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
    description: ARNs of what it tells when there is no value, at most five.
    type: list
    elements: str
seealso:
  - module: amazon.aws.cloudwatch_metric_alarm
  - module: streamflix.content_api.cloudwatch_composite_alarm
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Tell when more than one of a hundred requests fails
  streamflix.content_api.cloudwatch_metric_alarm:
    name: streamflix-api-dev-error_ratio
    metrics:
      - id: errors
        namespace: AWS/ApplicationELB
        metric_name: HTTPCode_Target_5XX_Count
        dimensions: {LoadBalancer: app/streamflix-alb-dev/50dc6c495c0c9188}
        stat: Sum
        period: 60
      - id: requests
        namespace: AWS/ApplicationELB
        metric_name: RequestCount
        dimensions: {LoadBalancer: app/streamflix-alb-dev/50dc6c495c0c9188}
        stat: Sum
        period: 60
      - id: ratio
        expression: 100 * FILL(errors, 0) / requests
        return_data: true
    comparison: GreaterThanThreshold
    threshold: 1
    evaluation_periods: 5
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.cloudwatch_metric_alarm:
    name: streamflix-api-dev-error_ratio
    state: absent
"""

RETURN = r"""
metric_alarm:
  description: The metric alarm as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: What AWS assigns.
      type: str
      sample: example
    name:
      description: Name of the metric alarm.
      type: str
      sample: example
    metrics:
      description: What its value is made of, up to ten metrics and the expressions that are made of them.
      type: list
      elements: dict
      contains:
        id:
          description: What expressions call it, a small letter followed by letters, digits and C(_).
          type: str
          sample: example
        expression:
          description: An expression of metric math, such as V(100 * errors / requests).
          type: str
          sample: example
        label:
          description: What CloudWatch's console calls it.
          type: str
          sample: example
        return_data:
          description: Whether it is the alarm's value.
          type: bool
          sample: true
        namespace:
          description: Namespace of a metric.
          type: str
          sample: example
        metric_name:
          description: Name of a metric.
          type: str
          sample: example
        dimensions:
          description: Dimensions of a metric, names and values.
          type: dict
          sample: {}
        stat:
          description: What CloudWatch makes of the metric in each period, such as V(Sum) or V(p99).
          type: str
          sample: example
        period:
          description: Seconds of which CloudWatch makes one value; 10, 20, 30 or full minutes.
          type: int
          sample: 1
    comparison:
      description: How the value is compared with O(threshold).
      type: str
      sample: GreaterThanOrEqualToThreshold
    threshold:
      description: The value that is too much, or too little.
      type: float
      sample: 1.0
    evaluation_periods:
      description: How many of the last values count.
      type: int
      sample: 1
    datapoints_to_alarm:
      description: How many of these have to be beyond the threshold; all of them unless set.
      type: int
      sample: 1
    treat_missing_data:
      description: What a missing value counts as.
      type: str
      sample: breaching
    description:
      description: C(AlarmDescription) of PutMetricAlarm, at most 1024 characters.
      type: str
      sample: example
    actions_enabled:
      description: C(ActionsEnabled) of PutMetricAlarm.
      type: bool
      sample: true
    alarm_actions:
      description: C(AlarmActions) of PutMetricAlarm.
      type: list
      elements: str
      sample: []
    ok_actions:
      description: C(OKActions) of PutMetricAlarm.
      type: list
      elements: str
      sample: []
    insufficient_data_actions:
      description: C(InsufficientDataActions) of PutMetricAlarm.
      type: list
      elements: str
      sample: []
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
      type: AWS::CloudWatch::Alarm
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch import rules
from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch.rows import actions
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import (
    CHOSEN,
    Field,
    Rows,
    all_params,
    described,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"ResourceNotFound", "ResourceNotFoundException"})
COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
MISSING = ("breaching", "notBreaching", "ignore", "missing")
METRIC: Rows = {
    "id": Field(aws="Id", required=True),
    "expression": Field(aws="Expression"),
    "label": Field(aws="Label"),
    "return_data": Field("bool", "ReturnData", default=False),
    "namespace": Field(aws="MetricStat.Metric.Namespace"),
    "metric_name": Field(aws="MetricStat.Metric.MetricName"),
    "dimensions": Field(
        "dict",
        "MetricStat.Metric.Dimensions",
        read=lambda item: {
            one["Name"]: one["Value"] for one in item.get("MetricStat", {}).get("Metric", {}).get("Dimensions", ())
        },
        write=lambda asked: [{"Name": name, "Value": value} for name, value in sorted(asked.items())] or None,
        default={},
    ),
    "stat": Field(aws="MetricStat.Stat"),
    "period": Field("int", "MetricStat.Period"),
}


def by_id(metrics: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return metrics and expressions in an order that does not depend on how they were given."""
    return sorted((dict(one) for one in metrics), key=lambda one: str(one["id"]))


def to_aws(metrics: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what PutMetricAlarm takes for metrics and expressions."""
    return [all_params(METRIC, {name: one[name] for name in METRIC if one[name] not in (None, {})}) for one in metrics]


FIELDS: Rows = {
    "arn": Field(read="AlarmArn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="AlarmName", required=True, always=True, rule=partial(too_long, longest=255)),
    "metrics": Field(
        "list",
        "Metrics",
        read=lambda alarm: by_id([described(METRIC, one) for one in alarm.get("Metrics", ())]),
        write=to_aws,
        normal=by_id,
        new=[],
        rows=METRIC,
        rule=rules.alarm_metrics,
    ),
    "comparison": Field("str", "ComparisonOperator", choices=COMPARISONS),
    "threshold": Field("float", "Threshold"),
    "evaluation_periods": Field("int", "EvaluationPeriods"),
    "datapoints_to_alarm": Field("int", "DatapointsToAlarm"),
    "treat_missing_data": Field("str", "TreatMissingData", new="missing", unset="missing", choices=MISSING),
    "description": Field("str", "AlarmDescription", new="", unset="", rule=partial(too_long, longest=1024)),
    "actions_enabled": Field("bool", "ActionsEnabled", new=True),
    "alarm_actions": actions("AlarmActions"),
    "ok_actions": actions("OKActions"),
    "insufficient_data_actions": actions("InsufficientDataActions"),
}
SETTINGS = tuple(name for name in FIELDS if name not in ("arn", "name"))


class MathAlarm(PlainResource):
    """A metric alarm of Amazon CloudWatch, on an expression of metric math."""

    service = "cloudwatch"
    kind = "alarm"
    aws_type = "AWS::CloudWatch::Alarm"
    arn_kind = "cloudwatch:alarm"
    result_key = "metric_alarm"
    tagging = tags.CLOUDWATCH
    fields = FIELDS
    required_if = (("state", "present", ("metrics", "comparison", "threshold", "evaluation_periods")),)
    read = Read("describe_alarms", "MetricAlarms", "AlarmNames", several=True, gone=GONE, match="AlarmName")
    create = Write("put_metric_alarm")
    changes = (Write("put_metric_alarm", {"AlarmName": "name"}, SETTINGS, whole=True),)
    remove = Write("delete_alarms", {"AlarmNames": "name"}, several=True, done_if=GONE)

    def problems(self) -> list[str]:
        given = self.options
        looks_back = {key: given[key] for key in ("evaluation_periods", "datapoints_to_alarm")}
        periods = [one["period"] for one in given["metrics"] or () if one["period"]]
        back = rules.alarm_periods(f"alarm {self.name}", {**looks_back, "period": max(periods, default=None)})
        return super().problems() + ([] if self.absent else back)


def main() -> None:
    """Entry point of the module."""
    manage(MathAlarm)


if __name__ == "__main__":
    main()

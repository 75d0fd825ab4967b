#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_metric_data
short_description: Publish a value of a CloudWatch metric
version_added: 0.1.0
description:
  - Sends one value of a metric of your own, with the present time. That is a change in each run.
author: StreamFlix platform team (@streamflix)
options:
  namespace:
    description: Namespace of the metric, none of AWS's own.
    type: str
    required: true
  metric_name:
    description: Name of the metric.
    type: str
    required: true
  dimensions:
    description: Its dimensions, names and values.
    type: dict
    default: {}
  value:
    description: The value.
    type: float
    required: true
  unit:
    description: Its unit.
    type: str
    choices: [None, Count, Seconds, Percent, Bytes]
    default: None
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Sends nothing.
    support: full
  diff_mode:
    description: Shows the value.
    support: full
"""

EXAMPLES = r"""
- name: A restore drill has succeeded
  streamflix.content_api.cloudwatch_metric_data:
    namespace: streamflix-dev
    metric_name: RestoreDrillSucceeded
    value: 1
    unit: Count
"""

RETURN = r"""
metric:
  description: What is published.
  returned: always
  type: dict
  sample: {namespace: streamflix-dev, metric_name: RestoreDrillSucceeded, dimensions: {}, value: 1.0, unit: Count}
ready:
  description: Whether there is nothing left to wait for.
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
      type: AWS::CloudWatch::Metric
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: Always V(present).
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Kind, Resource, manage

UNITS = ("None", "Count", "Seconds", "Percent", "Bytes")


def own_namespace(option: str, value: str) -> list[str]:
    """Find what CloudWatch refuses as the namespace of a metric of one's own."""
    return not_matching(option, value, r"(?!AWS/)[A-Za-z0-9._/#:@ -]{1,255}", "give 1 to 255 characters, and not AWS/")


FIELDS: Rows = {
    "namespace": Field(required=True, rule=own_namespace),
    "metric_name": Field(required=True),
    "dimensions": Field("dict", default={}),
    "value": Field("float", required=True),
    "unit": Field(choices=UNITS, default="None"),
}


class MetricData(Resource):
    """A value of a metric, which CloudWatch keeps beside those before it."""

    service = "cloudwatch"
    kind = "metric"
    aws_type = "AWS::CloudWatch::Metric"
    result_key = "metric"
    named_by = "metric_name"
    fields = FIELDS
    common: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        # it only grows
        return ()

    def describe(self) -> dict[str, Any] | None:
        # what was sent before does not matter
        return {**{name: self.options[name] for name in FIELDS}, "value": None}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        options = self.options
        dimensions = [{"Name": name, "Value": str(value)} for name, value in sorted(options["dimensions"].items())]
        data = {
            "MetricName": options["metric_name"],
            "Dimensions": dimensions,
            "Value": options["value"],
            "Unit": options["unit"],
        }
        params = {"Namespace": options["namespace"], "MetricData": [data]}
        return Plan(
            [Call("put_metric_data", params, self.name)], current, {**(current or {}), "value": options["value"]}
        )

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        return {name: self.options[name] for name in FIELDS}


def main() -> None:
    """Entry point of the module."""
    manage(MetricData)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stock_changes_info
short_description: Say what a module of another collection will change
version_added: 0.1.0
description:
  - Reads the resource that a module of C(amazon.aws) or C(community.aws) manages, compares it with the arguments of
    that module, and returns what will become of it, in the shape in which the modules of this collection return it.
  - It is meant for a run of that module that is about to change something, as it does not look whether it would. Where
    no field differs it returns an update without fields.
  - What runs the tasks of this collection's roles asks it before each change, so it needs no task. Only where such a
    module fails in a preview, as what it needs is yet to be created, a task calls it instead.
author: StreamFlix platform team (@streamflix)
options:
  module:
    description: The module.
    type: str
    required: true
    choices:
      - amazon.aws.cloudwatch_metric_alarm
      - amazon.aws.cloudwatchlogs_log_group_metric_filter
      - amazon.aws.iam_managed_policy
      - amazon.aws.rds_cluster_param_group
      - amazon.aws.route53
      - community.aws.ssm_parameter
  arguments:
    description: Its arguments, all of them by their first names and of their types, with their defaults.
    type: dict
    required: true
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Say what another metric of a log changes
  streamflix.content_api.stock_changes_info:
    module: amazon.aws.cloudwatchlogs_log_group_metric_filter
    arguments:
      log_group_name: /ecs/streamflix-api-dev
      filter_name: streamflix-api-dev-errors
      state: present
      filter_pattern: ERROR
      metric_transformation: {metric_name: errors, metric_namespace: streamflix, metric_value: "1"}
  register: told
"""

RETURN = r"""
changes:
  description:
    - "What becomes of the resource: C(action) (C(create), C(update), C(remove)), C(type), C(name), and C(fields) with
      the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::Logs::MetricFilter
      name: streamflix-api-dev-errors
      fields:
        - {field: filter_pattern, before: WARN, after: ERROR}
before:
  description: The resource as it is, by the names of the module's options. Empty if missing.
  returned: always
  type: dict
  sample: {filter_name: streamflix-api-dev-errors, filter_pattern: WARN}
after:
  description: The resource as it will be. Empty once removed.
  returned: always
  type: dict
  sample: {filter_name: streamflix-api-dev-errors, filter_pattern: ERROR}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info
from ansible_collections.streamflix.content_api.plugins.module_utils.stock import RESOURCES


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the module that the options name will change.

    :raises AwsError: AWS refused, or was not reached, or this run has lost its lock.
    """
    resource = RESOURCES[options["module"]](api, options["arguments"])
    api.about = f"{resource.kind} {resource.name}"
    api.keep_lock(writes=not api.check_mode)
    current = resource.describe()
    return {"changes": resource.becomes(current), "before": current or {}, "after": resource.after(current) or {}}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "module": {"type": "str", "required": True, "choices": sorted(RESOURCES)},
            "arguments": {"type": "dict", "required": True},
        },
        supports_check_mode=True,
    )
    run_info(module, RESOURCES[module.params["module"]].service, read)


if __name__ == "__main__":
    main()

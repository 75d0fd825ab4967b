#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: logs_metric_filters_info
short_description: List the metric filters of a log group
version_added: 0.1.0
description:
  - Lists the metric filters of a CloudWatch Logs log group, so that those that are no longer wanted can be removed with
    M(amazon.aws.cloudwatchlogs_log_group_metric_filter).
  - Metric filters have no tags. Whose they are says the log group.
author: StreamFlix platform team (@streamflix)
options:
  log_group_name:
    description: The log group. One that does not exist has no filters.
    type: str
    required: true
  name_prefix:
    description: What the names of the filters begin with. Without it, all are given.
    type: str
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: amazon.aws.cloudwatchlogs_log_group_metric_filter
"""

EXAMPLES = r"""
- name: List the metric filters of a service
  streamflix.content_api.logs_metric_filters_info:
    log_group_name: /ecs/streamflix-api-dev
    name_prefix: streamflix-api-dev-
  register: found

- name: Remove all of them
  amazon.aws.cloudwatchlogs_log_group_metric_filter:
    log_group_name: /ecs/streamflix-api-dev
    filter_name: "{{ item }}"
    state: absent
  loop: "{{ found.names }}"
"""

RETURN = r"""
names:
  description: The names of the filters, sorted.
  returned: always
  type: list
  elements: str
  sample: [streamflix-api-dev-errors]
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info

GONE = frozenset({"ResourceNotFoundException"})


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result.

    :raises AwsError: AWS refuses or is not reached.
    """
    which = {"logGroupName": options["log_group_name"]}
    if options["name_prefix"]:
        which["filterNamePrefix"] = options["name_prefix"]
    try:
        found = api.pages("describe_metric_filters", "metricFilters", **which)
    except AwsError as failure:
        if failure.code not in GONE:
            raise
        found = []
    return {"names": sorted(one["filterName"] for one in found)}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={"log_group_name": {"type": "str", "required": True}, "name_prefix": {"type": "str"}},
        supports_check_mode=True,
    )
    run_info(module, "logs", read, "log_group_name")


if __name__ == "__main__":
    main()

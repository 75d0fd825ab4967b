#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service_info
short_description: Read a service of Amazon ECS, its deployments, events and tasks
version_added: 0.1.0
description:
  - Reads one service, with its deployments, its last events, its running tasks and those that stopped lately.
  - A service that is removed, which AWS still knows for a while, counts as missing.
author: StreamFlix platform team (@streamflix)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  name:
    description: Name of the service.
    type: str
    required: true
  events:
    description: How many of the last events to return, 0 to 100.
    type: int
    default: 10
  tasks:
    description: Whether to read its tasks too, which takes more requests.
    type: bool
    default: true
seealso:
  - module: streamflix.content_api.ecs_service
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: What the content API runs
  streamflix.content_api.ecs_service_info:
    cluster: streamflix-cluster-dev
    name: streamflix-api-dev
  register: api

- name: Why tasks stopped
  ansible.builtin.debug:
    msg: "{{ api.stopped_tasks | map(attribute='stopped_reason') | unique }}"
"""

RETURN = r"""
exists:
  description: Whether the service exists.
  returned: always
  type: bool
  sample: true
service:
  description:
    - The service, each key as in RV(streamflix.content_api.ecs_service#module:service).
    - Empty if it does not exist.
  returned: always
  type: dict
  sample:
    arn: arn:aws:ecs:eu-west-1:123456789012:service/streamflix-cluster-dev/streamflix-api-dev
    name: streamflix-api-dev
    cluster_arn: arn:aws:ecs:eu-west-1:123456789012:cluster/streamflix-cluster-dev
    status: ACTIVE
    task_definition: arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:7
    desired_count: 2
    running_count: 2
    pending_count: 0
    launch_type: FARGATE
    capacity_provider_strategy: []
    platform_version: LATEST
    subnets: [subnet-0123456789abcdef0]
    security_groups: [sg-0123456789abcdef0]
    assign_public_ip: false
    load_balancers: []
    health_check_grace_period_seconds: null
    deployment: {minimum_healthy_percent: 100, maximum_percent: 200}
    enable_execute_command: false
    enable_ecs_managed_tags: false
    propagate_tags: SERVICE
    availability_zone_rebalancing: true
    deployments: [{id: ecs-svc/1234567890123456789, status: PRIMARY, rollout_state: COMPLETED, failed_tasks: 0}]
    tags: {Environment: dev}
events:
  description: Its last events, the newest first.
  returned: always
  type: list
  elements: dict
  contains:
    created_at:
      description: When it happened.
      type: str
      sample: "2026-01-31T12:00:00+00:00"
    message:
      description: What happened.
      type: str
      sample: (service streamflix-api-dev) has reached a steady state.
tasks:
  description: Its tasks that run or are to run. Empty with O(tasks=false).
  returned: always
  type: list
  elements: dict
  contains:
    arn:
      description: ARN of the task.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:task/streamflix-cluster-dev/0123456789abcdef0123456789abcdef
    task_definition:
      description: ARN of the revision that it runs.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:7
    deployment_id:
      description: The deployment that started it.
      type: str
      sample: ecs-svc/1234567890123456789
    desired_status:
      description: The state that ECS wants it to have.
      type: str
      sample: RUNNING
    last_status:
      description: The state that it has.
      type: str
      sample: RUNNING
    health_status:
      description: What its containers' own health checks say.
      type: str
      sample: UNKNOWN
    availability_zone:
      description: Where it runs.
      type: str
      sample: eu-west-1a
    private_ip:
      description: Its private IPv4 address; empty while it has none.
      type: str
      sample: 10.0.2.17
    stop_code:
      description: AWS's word for why it stopped; empty while it runs.
      type: str
      sample: ""
    stopped_reason:
      description: Why it stopped, in words; empty while it runs.
      type: str
      sample: ""
    containers:
      description: Its containers.
      type: list
      elements: dict
      sample:
        - name: ApiContainer
          image: public.ecr.aws/nginx/nginx:1.29.3
          last_status: RUNNING
          health_status: UNKNOWN
          exit_code: null
          reason: ""
stopped_tasks:
  description: Its tasks that are stopping or stopped within about the last hour, with the keys of RV(tasks).
  returned: always
  type: list
  elements: dict
  sample: []
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info

OPTIONS: Rows = {
    **fields.only(ecs.SERVICE, "cluster", "name"),
    "events": Field("int", default=10),
    "tasks": Field("bool", default=True),
}
MISSING: dict[str, Any] = {"exists": False, "service": {}, "events": [], "tasks": [], "stopped_tasks": []}


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read the service that the options name.

    :raises AwsError: AWS refused, or was not reached.
    """
    cluster, name = options["cluster"], options["name"]
    found = ecs.find_service(api, cluster, name)
    if found is None or found["status"] == "INACTIVE":
        return MISSING
    service = ecs.service_from_aws(found)
    tasks: dict[str, list[dict[str, Any]]] = {"RUNNING": [], "STOPPED": []}
    if options["tasks"]:
        tasks = {status: ecs.tasks_of(api, cluster, name, service["task_definition"], status) for status in tasks}
    return {
        "exists": True,
        "service": service,
        "events": ecs.events_from_aws(found, options["events"]),
        "tasks": tasks["RUNNING"],
        "stopped_tasks": tasks["STOPPED"],
    }


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(argument_spec=fields.argument_spec(OPTIONS), supports_check_mode=True)
    run_info(module, "ecs", read, "name")


if __name__ == "__main__":
    main()

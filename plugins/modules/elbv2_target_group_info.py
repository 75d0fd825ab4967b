#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_target_group_info
short_description: Read a target group and the health of its targets
version_added: 0.1.0
description:
  - Finds one target group by its name, with its targets and how healthy the load balancer finds them.
  - Unlike M(community.aws.elb_target_group_info) it does not fail when there is none of that name.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the target group.
    type: str
    required: true
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Read the targets of the service
  streamflix.content_api.elbv2_target_group_info:
    name: streamflix-tg-dev
  register: found

- name: Show those that get no requests
  ansible.builtin.debug:
    msg: "{{ found.targets | rejectattr('state', 'eq', 'healthy') }}"
"""

RETURN = r"""
exists:
  description: Whether the target group exists.
  returned: always
  type: bool
  sample: true
target_group:
  description: The target group. Empty if missing.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/streamflix-tg-dev/73e2d6bc24d8a067
    name:
      description: Its name.
      type: str
      sample: streamflix-tg-dev
    protocol:
      description: Protocol towards the targets.
      type: str
      sample: HTTP
    protocol_version:
      description: Version of that protocol.
      type: str
      sample: HTTP1
    port:
      description: Port towards the targets.
      type: int
      sample: 80
    vpc_id:
      description: VPC of the targets.
      type: str
      sample: vpc-0123456789abcdef0
    target_type:
      description: How targets are named.
      type: str
      sample: ip
    health_check:
      description: How the load balancer finds out whether a target is healthy.
      type: dict
      sample: {path: /, interval: 30, timeout: 5, healthy_threshold: 2, unhealthy_threshold: 3, matcher: "200"}
    load_balancer_arns:
      description: The load balancers that forward to it.
      type: list
      elements: str
      sample: []
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
targets:
  description: Its targets, by id and port.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: Address, or instance, as the type of the group says.
      type: str
      sample: 10.0.2.17
    port:
      description: Port at which it gets requests.
      type: int
      sample: 80
    availability_zone:
      description: Its Availability Zone; empty when AWS names none.
      type: str
      sample: eu-west-1a
    state:
      description: C(healthy), C(initial), C(unhealthy), C(unused), C(draining) or C(unavailable).
      type: str
      sample: healthy
    reason:
      description: AWS's code for why it is not healthy; empty for a healthy one.
      type: str
      sample: Target.Timeout
    description:
      description: The reason in words; empty for a healthy target.
      type: str
      sample: Request timed out
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.reading import TARGET_GROUP_GONE, tags_of
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.target_group import TARGET_GROUP
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info

TARGET: Rows = {
    "id": Field(read="Target.Id", always=True),
    "port": Field("int", read="Target.Port"),
    "availability_zone": Field(read="Target.AvailabilityZone", unset=""),
    "state": Field(read="TargetHealth.State", always=True),
    "reason": Field(read="TargetHealth.Reason", unset=""),
    "description": Field(read="TargetHealth.Description", unset=""),
}


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read the target group that the options name.

    :raises AwsError: AWS refused, or was not reached.
    """
    missing = {"exists": False, "target_group": {}, "targets": []}
    group = api.find("describe_target_groups", "TargetGroups", TARGET_GROUP_GONE, Names=[options["name"]])
    if group is None:
        return missing
    arn = group["TargetGroupArn"]
    # one that is being removed may vanish between two requests
    health = api.get("describe_target_health", TARGET_GROUP_GONE, TargetGroupArn=arn)
    its_tags = tags_of(api, arn, TARGET_GROUP_GONE)
    if health is None or its_tags is None:
        return missing
    targets = [fields.described(TARGET, target) for target in health["TargetHealthDescriptions"]]
    return {
        "exists": True,
        "target_group": {**fields.described(TARGET_GROUP, group), "tags": its_tags},
        "targets": sorted(targets, key=lambda target: (target["id"], target["port"] or 0)),
    }


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(argument_spec={"name": {"type": "str", "required": True}}, supports_check_mode=True)
    run_info(module, "elbv2", read, "name")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_target_group
short_description: Manage a target group of an Application Load Balancer
version_added: 0.1.0
description:
  - Creates, changes and removes a target group whose targets are registered by someone else, such as an ECS service.
  - Unlike M(community.aws.elb_target_group) it computes its result in check mode and compares every attribute.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the target group, at most 32 letters, digits and hyphens.
    type: str
    required: true
  protocol:
    description: Protocol towards the targets. Required with O(state=present). AWS cannot change it in place.
    type: str
    choices: [HTTP, HTTPS]
  protocol_version:
    description:
      - Version of the protocol towards the targets; AWS takes HTTP1 when none is given. AWS cannot change it in place.
      - V(GRPC) needs a listener of HTTPS.
    type: str
    choices: [HTTP1, HTTP2, GRPC]
  port:
    description: Port towards the targets. Required with O(state=present). AWS cannot change it in place.
    type: int
  vpc_id:
    description: VPC of the targets. Required with O(state=present). AWS cannot change it in place.
    type: str
  target_type:
    description: How targets are named. Fargate tasks need V(ip). AWS cannot change it in place.
    type: str
    choices: [instance, ip]
    default: ip
  health_check:
    description: How the load balancer finds out whether a target is healthy. What is omitted is left as it is.
    type: dict
    suboptions:
      protocol:
        description: Protocol of the request. AWS takes HTTP when none is given, for a target group of HTTPS too.
        type: str
        choices: [HTTP, HTTPS]
      port:
        description: Port of the request, or V(traffic-port) for the one that the target gets its requests on.
        type: str
      path:
        description: Path of the request, beginning with a slash.
        type: str
      interval:
        description: Seconds between two checks, 5 to 300.
        type: int
      timeout:
        description: Seconds until a check without reply has failed, 2 to 120, less than the interval.
        type: int
      healthy_threshold:
        description: Successes in a row that make a target healthy, 2 to 10.
        type: int
      unhealthy_threshold:
        description: Failures in a row that make a target unhealthy, 2 to 10.
        type: int
      matcher:
        description: HTTP codes that count as success, such as V(200) or V(200-299).
        type: str
      grpc_code:
        description:
          - gRPC codes that count as success, 0 to 99, such as V(12) or V(0-5).
          - With O(protocol_version=GRPC), in place of O(health_check.matcher).
        type: str
  attributes:
    description:
      - Target group attributes by AWS's own names, such as C(deregistration_delay.timeout_seconds).
      - Attributes that are not named are left as they are.
    type: dict
seealso:
  - module: streamflix.content_api.elbv2_listener
  - module: streamflix.content_api.ecs_service
  - module: community.aws.elb_target_group
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Target group for the tasks of a Fargate service
  streamflix.content_api.elbv2_target_group:
    name: streamflix-tg-dev
    protocol: HTTP
    port: 80
    vpc_id: vpc-0123456789abcdef0
    health_check:
      path: /
      interval: 30
      timeout: 5
      healthy_threshold: 2
      unhealthy_threshold: 3
    attributes:
      deregistration_delay.timeout_seconds: 30
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.elbv2_target_group:
    name: streamflix-tg-dev
    state: absent
"""

RETURN = r"""
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
  sample: [create_target_group streamflix-tg-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ElasticLoadBalancingV2::TargetGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
target_group:
  description: The target group as it is now, or in check mode as it would be. Empty once removed.
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
      description: The health check, with the keys of O(health_check); in a preview of its creation only those given.
      type: dict
      sample: {path: /, interval: 30, timeout: 5, healthy_threshold: 2, unhealthy_threshold: 3, matcher: '200'}
    load_balancer_arns:
      description: The load balancers that forward to it.
      type: list
      elements: str
      sample: []
    attributes:
      description: All attributes by AWS's names, values as text; in a preview of its creation only those given.
      type: dict
      sample: {deregistration_delay.timeout_seconds: '30'}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from dataclasses import replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.reading import TARGET_GROUP_GONE
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.resource import ATTRIBUTES, BalancingResource
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import (
    code_problems,
    deregistration_delay,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.target_group import (
    TARGET_GROUP,
    with_its_codes,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import path
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

WHICH = {"TargetGroupArn": "arn"}
FIELDS: Rows = {**TARGET_GROUP, "attributes": replace(ATTRIBUTES, rule=deregistration_delay)}
# what CreateTargetGroup fills in for gRPC
GRPC_HEALTH_CHECK = {"path": "/AWS.ALB/healthcheck", "grpc_code": "12"}


class TargetGroup(BalancingResource):
    """A target group of Elastic Load Balancing version 2."""

    kind = "target group"
    aws_type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    arn_kind = "elasticloadbalancing:targetgroup"
    result_key = "target_group"
    fields = FIELDS
    required_if = (("state", "present", ("protocol", "port", "vpc_id")),)
    read = Read("describe_target_groups", "TargetGroups", "Names", several=True, gone=TARGET_GROUP_GONE)
    attributes = "describe_target_group_attributes"
    create = Write("create_target_group", binds={"arn": path("TargetGroups.0.TargetGroupArn")})
    changes = (
        Write("modify_target_group", WHICH, ("health_check",)),
        Write("modify_target_group_attributes", WHICH, ("attributes",)),
    )
    # the listener that forwarded to it may have gone a moment ago
    remove = Write("delete_target_group", WHICH, done_if=TARGET_GROUP_GONE, retry_if=frozenset({"ResourceInUse"}))
    remedy = (
        "Give the target group another name (ecs_service_target_group_name of the role), so that the new one is "
        "created beside the old one."
    )

    def problems(self) -> list[str]:
        return super().problems() + code_problems(self.options["protocol_version"], self.options["health_check"] or {})

    def created(self) -> dict[str, Any]:
        after = super().created()
        version, check = after["protocol_version"], after["health_check"]
        if version == "GRPC":
            check |= GRPC_HEALTH_CHECK | (self.wanted()["health_check"] or {})
        return {**after, "health_check": with_its_codes(check, version)}


def main() -> None:
    """Entry point of the module."""
    manage(TargetGroup)


if __name__ == "__main__":
    main()

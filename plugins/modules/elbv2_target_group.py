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
      sample: {path: /, interval: 30, timeout: 5, healthy_threshold: 2, unhealthy_threshold: 3, matcher: "200"}
    attributes:
      description: All attributes by AWS's names, values as text; in a preview of its creation only those given.
      type: dict
      sample: {deregistration_delay.timeout_seconds: "30"}
    load_balancer_arns:
      description: The load balancers that forward to it.
      type: list
      elements: str
      sample: []
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import attributes as pairs
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.reading import (
    HEALTH_CHECK,
    TARGET_GROUP_GONE,
    target_group_from_aws,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import (
    code_problems,
    deregistration_delay,
    elbv2_name,
    health_check_problems,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    differences,
    path,
    refuse_replacement,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import HIGHEST_PORT, out_of_range
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, argument_spec, run

IMMUTABLE = ("protocol", "protocol_version", "port", "vpc_id", "target_type")
# what CreateTargetGroup fills in for HTTP and HTTPS, and for gRPC
HEALTH_CHECK_DEFAULTS = {
    "protocol": "HTTP",
    "port": "traffic-port",
    "path": "/",
    "interval": 30,
    "timeout": 5,
    "healthy_threshold": 5,
    "unhealthy_threshold": 2,
    "matcher": "200",
}
GRPC_DEFAULTS = {"path": "/AWS.ALB/healthcheck", "grpc_code": "12"}
REPLACEMENT = (
    "Give the target group another name (ecs_service_target_group_name of the role), so that the new one is created "
    "beside the old one."
)


def health_check_to_aws(health_check: Mapping[str, Any]) -> dict[str, Any]:
    """Return the health check part of CreateTargetGroup and ModifyTargetGroup; what is None is left out."""
    params = {theirs: health_check.get(ours) for ours, theirs in HEALTH_CHECK.items()}
    sent = {key: value for key, value in params.items() if value is not None}
    for ours, theirs in (("matcher", "HttpCode"), ("grpc_code", "GrpcCode")):
        if health_check.get(ours) is not None:
            sent["Matcher"] = {theirs: health_check[ours]}
    return sent


def health_check_defaults(protocol_version: str) -> dict[str, Any]:
    """Return the health check of a target group that is created without any."""
    if protocol_version != "GRPC":
        return dict(HEALTH_CHECK_DEFAULTS)
    return {key: value for key, value in HEALTH_CHECK_DEFAULTS.items() if key != "matcher"} | GRPC_DEFAULTS


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a target group that does not exist."""
    name = options["name"]
    health_check = {key: value for key, value in (options["health_check"] or {}).items() if value is not None}
    attributes = pairs.as_texts(options["attributes"])
    desired = {key: options[key] for key in IMMUTABLE} | {"protocol_version": options["protocol_version"] or "HTTP1"}
    params = {
        "Name": name,
        "Protocol": options["protocol"],
        "Port": options["port"],
        "VpcId": options["vpc_id"],
        "TargetType": options["target_type"],
        **health_check_to_aws(health_check),
    }
    if options["protocol_version"]:
        params["ProtocolVersion"] = options["protocol_version"]
    if options["tags"]:
        params["Tags"] = tags.to_list(options["tags"])
    created = {"arn": path("TargetGroups.0.TargetGroupArn")}
    steps = [Call("create_target_group", params, name, binds=created)]
    if attributes:
        change = {"TargetGroupArn": Later("arn"), "Attributes": pairs.to_list(attributes)}
        steps.append(Call("modify_target_group_attributes", change, name))
    after = {
        "arn": unknown(),
        "name": name,
        **desired,
        "health_check": {**health_check_defaults(desired["protocol_version"]), **health_check},
        "attributes": attributes,
        "load_balancer_arns": [],
        "tags": dict(options["tags"] or {}),
    }
    return Plan(steps, None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a target group that exists.

    :raises NeedsReplacementError: protocol, its version, port, VPC or target type differ.
    """
    refuse_replacement(current, options, IMMUTABLE, REPLACEMENT)
    name, arn = options["name"], current["arn"]
    health_check = differences(current["health_check"], options["health_check"] or {})
    attributes = differences(current["attributes"], pairs.as_texts(options["attributes"]))
    steps = []
    if health_check:
        steps.append(Call("modify_target_group", {"TargetGroupArn": arn, **health_check_to_aws(health_check)}, name))
    if attributes:
        change = {"TargetGroupArn": arn, "Attributes": pairs.to_list(attributes)}
        steps.append(Call("modify_target_group_attributes", change, name))
    steps += tags.steps(tags.ELBV2, {"ResourceArns": [arn]}, current["tags"], options, name)
    after = {
        **current,
        "health_check": {**current["health_check"], **health_check},
        "attributes": {**current["attributes"], **attributes},
        "tags": tags.after(current["tags"], options["tags"], options["purge_tags"]),
    }
    return Plan(steps, current, after)


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that removes a target group; AWS refuses while a listener forwards to it."""
    # the listener that forwarded to it may have gone a moment ago
    in_use = frozenset({"ResourceInUse"})
    params = {"TargetGroupArn": current["arn"]}
    step = Call("delete_target_group", params, current["name"], done_if=TARGET_GROUP_GONE, retry_if=in_use)
    return Plan([step], current, None)


class TargetGroup(Resource):
    """A target group of Elastic Load Balancing version 2."""

    service = "elbv2"
    kind = "target group"
    aws_type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    arn_kind = "elasticloadbalancing:targetgroup"
    result_key = "target_group"
    tagging = tags.ELBV2

    @property
    def name(self) -> str:
        return self.options["name"]

    def problems(self) -> list[str]:
        return [
            *elbv2_name("name", self.name),
            *out_of_range("port", self.options["port"], 1, HIGHEST_PORT),
            *health_check_problems(self.options["health_check"] or {}),
            *code_problems(self.options["protocol_version"], self.options["health_check"] or {}),
            *deregistration_delay(self.options["attributes"] or {}),
        ]

    def describe(self) -> dict[str, Any] | None:
        group = self.api.find("describe_target_groups", "TargetGroups", TARGET_GROUP_GONE, Names=[self.name])
        if group is None:
            return None
        arn = group["TargetGroupArn"]
        # a target group that is being deleted may vanish between two requests
        attributes = self.api.get("describe_target_group_attributes", TARGET_GROUP_GONE, TargetGroupArn=arn)
        described = self.api.find("describe_tags", "TagDescriptions", TARGET_GROUP_GONE, ResourceArns=[arn])
        if attributes is None or described is None:
            return None
        its_tags = tags.from_list(described["Tags"])
        return target_group_from_aws(group, its_tags) | {"attributes": pairs.from_list(attributes["Attributes"])}

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, self.name, settings(found, "arn", "name", "load_balancer_arns"))]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.options["state"] == "absent":
            return plan_remove(current) if current else unchanged(None)
        return plan_update(current, self.options) if current else plan_create(self.options)


def main() -> None:
    """Entry point of the module."""
    health_check = {
        "protocol": {"type": "str", "choices": ["HTTP", "HTTPS"]},
        "port": {"type": "str"},
        "path": {"type": "str"},
        "interval": {"type": "int"},
        "timeout": {"type": "int"},
        "healthy_threshold": {"type": "int"},
        "unhealthy_threshold": {"type": "int"},
        "matcher": {"type": "str"},
        "grpc_code": {"type": "str"},
    }
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            name={"type": "str", "required": True},
            protocol={"type": "str", "choices": ["HTTP", "HTTPS"]},
            protocol_version={"type": "str", "choices": ["HTTP1", "HTTP2", "GRPC"]},
            port={"type": "int"},
            vpc_id={"type": "str"},
            target_type={"type": "str", "choices": ["instance", "ip"], "default": "ip"},
            health_check={"type": "dict", "options": health_check},
            attributes={"type": "dict"},
        ),
        required_if=[("state", "present", ("protocol", "port", "vpc_id"))],
        supports_check_mode=True,
    )
    run(module, TargetGroup)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_load_balancer_info
short_description: Read a load balancer and its listeners
version_added: 0.1.0
description:
  - Finds one load balancer by its name, with its listeners.
  - Unlike M(amazon.aws.elb_application_lb_info) it does not fail when there is none of that name.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the load balancer.
    type: str
    required: true
seealso:
  - module: streamflix.content_api.elbv2_load_balancer
  - module: streamflix.content_api.elbv2_listener
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Find the load balancer
  streamflix.content_api.elbv2_load_balancer_info:
    name: streamflix-alb-dev
  register: found

- name: Show its address
  ansible.builtin.debug:
    msg: "http://{{ found.load_balancer.dns_name }}"
  when: found.exists
"""

RETURN = r"""
exists:
  description: Whether the load balancer exists.
  returned: always
  type: bool
  sample: true
load_balancer:
  description:
    - The load balancer, each key as in RV(streamflix.content_api.elbv2_load_balancer#module:load_balancer).
    - Empty if it does not exist.
  returned: always
  type: dict
  sample:
    arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/streamflix-alb-dev/50dc6c495c0c9188
    name: streamflix-alb-dev
    dns_name: streamflix-alb-dev-1234567890.eu-west-1.elb.amazonaws.com
    canonical_hosted_zone_id: Z32O12XQLTSW2
    type: application
    scheme: internet-facing
    ip_address_type: ipv4
    status: active
    status_reason: ""
    vpc_id: vpc-0123456789abcdef0
    subnets: [subnet-0aaaaaaaaaaaaaaaa, subnet-0bbbbbbbbbbbbbbbb]
    security_groups: [sg-0123456789abcdef0]
listeners:
  description:
    - Its listeners, by port. C(arn), C(port) and C(protocol) are as in
      RV(streamflix.content_api.elbv2_listener#module:listener).
    - C(target_group_arn) is the target group that the listener forwards to; empty when it does something else.
  returned: always
  type: list
  elements: dict
  sample:
    - arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/50dc6c495c0c9188/f2f7dc8efc522ab2
      port: 80
      protocol: HTTP
      target_group_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/73e2d6bc24d8a067
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.load_balancer import (
    LOAD_BALANCER,
    LOAD_BALANCER_GONE,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info


def first_target_group(listener: Mapping[str, Any]) -> str:
    """Return the ARN of the target group that a listener as DescribeListeners gives it forwards to; empty for none."""
    groups = [action["TargetGroupArn"] for action in listener["DefaultActions"] if action.get("TargetGroupArn")]
    return groups[0] if groups else ""


LISTENER: Rows = {
    "arn": Field(read="ListenerArn", always=True),
    "port": Field("int", read="Port", always=True),
    "protocol": Field(read="Protocol", always=True),
    "target_group_arn": Field(read=first_target_group),
}


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read the load balancer that the options name.

    :raises AwsError: AWS refused, or was not reached.
    """
    found = api.find("describe_load_balancers", "LoadBalancers", LOAD_BALANCER_GONE, Names=[options["name"]])
    if found is None:
        return {"exists": False, "load_balancer": {}, "listeners": []}
    listeners = api.pages("describe_listeners", "Listeners", LoadBalancerArn=found["LoadBalancerArn"])
    described = [fields.described(LISTENER, listener) for listener in listeners]
    return {
        "exists": True,
        "load_balancer": fields.described(LOAD_BALANCER, found),
        "listeners": sorted(described, key=lambda listener: listener["port"]),
    }


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(argument_spec={"name": {"type": "str", "required": True}}, supports_check_mode=True)
    run_info(module, "elbv2", read, "name")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_load_balancer
short_description: Manage an Application Load Balancer
version_added: 0.1.0
description:
  - Creates, changes and removes an Application Load Balancer, found by its name.
  - Its listeners are managed by M(streamflix.content_api.elbv2_listener); AWS removes them with it.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description:
      - Name of the load balancer, at most 32 letters, digits and hyphens.
      - It must not start with C(internal-).
    type: str
    required: true
  scheme:
    description:
      - Whether it gets public addresses (V(internet-facing)) or private ones only (V(internal)).
      - Without this option, a new one is internet-facing. AWS cannot change it in place.
    type: str
    choices: [internet-facing, internal]
  ip_address_type:
    description: IP versions that clients can use. Without this option, a new one takes IPv4 only.
    type: str
    choices: [ipv4, dualstack, dualstack-without-public-ipv4]
  subnets:
    description: IDs of its subnets, in at least two availability zones and one per zone. Required to create it.
    type: list
    elements: str
  security_groups:
    description: IDs of its security groups. Without this option, AWS gives a new one the VPC's default group.
    type: list
    elements: str
  attributes:
    description:
      - Load balancer attributes by AWS's own names, such as C(idle_timeout.timeout_seconds).
      - Attributes that are not named are left as they are.
      - Cross-zone balancing of an Application Load Balancer is always on.
    type: dict
  disable_deletion_protection:
    description:
      - Whether O(state=absent) may switch deletion protection off first.
      - Otherwise the removal of a protected load balancer fails, and nothing is touched.
    type: bool
    default: false
seealso:
  - module: streamflix.content_api.elbv2_load_balancer_info
  - module: streamflix.content_api.elbv2_listener
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Public load balancer
  streamflix.content_api.elbv2_load_balancer:
    name: streamflix-alb-dev
    scheme: internet-facing
    subnets:
      - subnet-0aaaaaaaaaaaaaaaa
      - subnet-0bbbbbbbbbbbbbbbb
    security_groups:
      - sg-0123456789abcdef0
    attributes:
      deletion_protection.enabled: false
      routing.http.drop_invalid_header_fields.enabled: true
    tags:
      Environment: dev

- name: Ask for it, and wait for it later
  streamflix.content_api.elbv2_load_balancer:
    name: streamflix-alb-dev
    subnets:
      - subnet-0aaaaaaaaaaaaaaaa
      - subnet-0bbbbbbbbbbbbbbbb
    wait: false

- name: Remove it even if it is protected
  streamflix.content_api.elbv2_load_balancer:
    name: streamflix-alb-dev
    disable_deletion_protection: true
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
  sample: [create_load_balancer streamflix-alb-dev, modify_load_balancer_attributes streamflix-alb-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ElasticLoadBalancingV2::LoadBalancer
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
load_balancer:
  description: The load balancer as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/streamflix-alb-dev/50dc6c495c0c9188
    name:
      description: Its name.
      type: str
      sample: streamflix-alb-dev
    dns_name:
      description: The name under which clients reach it.
      type: str
      sample: streamflix-alb-dev-1234567890.eu-west-1.elb.amazonaws.com
    canonical_hosted_zone_id:
      description: The Route 53 hosted zone of its DNS name, for alias records.
      type: str
      sample: Z32O12XQLTSW2
    type:
      description: Its type, always C(application).
      type: str
      sample: application
    scheme:
      description: C(internet-facing) or C(internal).
      type: str
      sample: internet-facing
    ip_address_type:
      description: IP versions that clients can use.
      type: str
      sample: ipv4
    status:
      description: AWS's state of it, C(provisioning) or C(active), or C(active_impaired) or C(failed).
      type: str
      sample: active
    status_reason:
      description: AWS's reason for the state; empty when there is none.
      type: str
      sample: ""
    vpc_id:
      description: Its VPC.
      type: str
      sample: vpc-0123456789abcdef0
    subnets:
      description: IDs of its subnets, sorted.
      type: list
      elements: str
      sample: [subnet-0aaaaaaaaaaaaaaaa, subnet-0bbbbbbbbbbbbbbbb]
    security_groups:
      description: IDs of its security groups, sorted.
      type: list
      elements: str
      sample: [sg-0123456789abcdef0]
    attributes:
      description: All attributes by AWS's names, values as text; in a preview of its creation only those given.
      type: dict
      sample: {deletion_protection.enabled: 'false'}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.attributes import to_list
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.load_balancer import (
    LOAD_BALANCER,
    LOAD_BALANCER_GONE,
    TYPE,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.resource import ATTRIBUTES, BalancingResource
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Plan,
    path,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, manage

DELETION_PROTECTION = "deletion_protection.enabled"
USABLE = frozenset({"active", "active_impaired"})
FAILED = "failed"
WHICH = {"LoadBalancerArn": "arn"}
FIELDS: Rows = {**LOAD_BALANCER, "attributes": ATTRIBUTES, "disable_deletion_protection": Field("bool", default=False)}


class LoadBalancer(BalancingResource):
    """An Application Load Balancer."""

    kind = "load balancer"
    aws_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    arn_kind = "elasticloadbalancing:loadbalancer"
    result_key = "load_balancer"
    fields = FIELDS
    read = Read("describe_load_balancers", "LoadBalancers", "Names", several=True, gone=LOAD_BALANCER_GONE)
    attributes = "describe_load_balancer_attributes"
    create = Write("create_load_balancer", binds={"arn": path("LoadBalancers.0.LoadBalancerArn")})
    changes = (
        # before the address type, which the new subnets may have to support
        Write("set_subnets", WHICH, ("subnets",)),
        Write("set_security_groups", WHICH, ("security_groups",)),
        Write("set_ip_address_type", WHICH, ("ip_address_type",)),
        Write("modify_load_balancer_attributes", WHICH, ("attributes",)),
    )
    # a VPC link or endpoint service that uses it may have gone a moment ago
    remove = Write("delete_load_balancer", WHICH, done_if=LOAD_BALANCER_GONE, retry_if=frozenset({"ResourceInUse"}))
    remedy = "Give the load balancer another name, so that the new one is created beside the old one."

    def created(self) -> dict[str, Any]:
        return {
            **super().created(),
            # with the name, so that a listener's preview can show it
            "arn": f"loadbalancer/app/{self.name}/{unknown()}",
            "status": "active" if self.options["wait"] else "provisioning",
        }

    def plan_create(self) -> Plan:
        if not self.options["subnets"]:
            raise InvalidOptionError(
                f"load balancer {self.name} does not exist and subnets is missing: set it to create one."
            )
        return super().plan_create()

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        """Return the plan that removes a load balancer and, by AWS, its listeners.

        :raises InvalidOptionError: it is protected against deletion.
        """
        removal = super().plan_remove(current)
        if current["attributes"].get(DELETION_PROTECTION) != "true":
            return removal
        if not self.options["disable_deletion_protection"]:
            raise InvalidOptionError(
                f"load balancer {self.name} is protected against deletion and nothing was removed: set "
                "disable_deletion_protection: true if it shall really go."
            )
        off = {"LoadBalancerArn": current["arn"], "Attributes": to_list({DELETION_PROTECTION: "false"})}
        return Plan([Call("modify_load_balancer_attributes", off, self.name), *removal.steps], current, None)

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        # for present, it is the plan that refuses another type
        if self.absent and found["type"] != TYPE:
            return [f"{self.aws_type} {self.name} is not ours: its type is {found['type']}, not {TYPE}."]
        return super().foreign(found)

    def progress(self, current: dict[str, Any]) -> Progress:
        status = current["status"]
        failure = (current["status_reason"] or "AWS gives no reason") if status == FAILED else ""
        return Progress(ready=status in USABLE, state=status, failure=failure)


def main() -> None:
    """Entry point of the module."""
    manage(LoadBalancer)


if __name__ == "__main__":
    main()

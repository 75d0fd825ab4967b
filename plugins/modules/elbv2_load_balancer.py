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
      sample: {deletion_protection.enabled: "false"}
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
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import load_balancer_name
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    differences,
    different,
    path,
    refuse_replacement,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_few
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    Progress,
    Resource,
    argument_spec,
    run,
)

TYPE = "application"
IMMUTABLE = ("type", "scheme")
REPLACEMENT = "Give the load balancer another name, so that the new one is created beside the old one."
DELETION_PROTECTION = "deletion_protection.enabled"
USABLE = frozenset({"active", "active_impaired"})
FAILED = "failed"
GONE = frozenset({"LoadBalancerNotFound"})
# what AWS says of a load balancer beside its settings
ASSIGNED = ("arn", "name", "dns_name", "canonical_hosted_zone_id", "status", "status_reason", "vpc_id")


def from_aws(balancer: Mapping[str, Any], attributes: Mapping[str, str], its_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a load balancer as DescribeLoadBalancers and its companions give it, in this module's shape."""
    return {
        "arn": balancer["LoadBalancerArn"],
        "name": balancer["LoadBalancerName"],
        "dns_name": balancer.get("DNSName", ""),
        "canonical_hosted_zone_id": balancer.get("CanonicalHostedZoneId", ""),
        "type": balancer.get("Type"),
        "scheme": balancer.get("Scheme"),
        "ip_address_type": balancer.get("IpAddressType"),
        "status": balancer["State"]["Code"],
        "status_reason": balancer["State"].get("Reason", ""),
        "vpc_id": balancer.get("VpcId"),
        "subnets": sorted(zone["SubnetId"] for zone in balancer.get("AvailabilityZones", [])),
        "security_groups": sorted(balancer.get("SecurityGroups", [])),
        "attributes": dict(attributes),
        "tags": dict(its_tags),
    }


def wanted(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as a described load balancer has them; what the user did not set is None."""
    return {
        "type": TYPE,
        "scheme": options["scheme"],
        "ip_address_type": options["ip_address_type"],
        "subnets": None if options["subnets"] is None else different(options["subnets"]),
        "security_groups": None if options["security_groups"] is None else different(options["security_groups"]),
    }


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a load balancer that does not exist.

    :raises InvalidOptionError: the subnets are missing.
    """
    name = options["name"]
    if not options["subnets"]:
        raise InvalidOptionError(f"load balancer {name} does not exist and subnets is missing: set it to create one.")
    desired = wanted(options)
    attributes = pairs.as_texts(options["attributes"])
    given = {
        "Scheme": desired["scheme"],
        "IpAddressType": desired["ip_address_type"],
        "SecurityGroups": desired["security_groups"],
        "Tags": tags.to_list(options["tags"]),
    }
    params = {"Name": name, "Type": TYPE, "Subnets": desired["subnets"]} | {key: v for key, v in given.items() if v}
    steps = [Call("create_load_balancer", params, name, binds={"arn": path("LoadBalancers.0.LoadBalancerArn")})]
    if attributes:
        change = {"LoadBalancerArn": Later("arn"), "Attributes": pairs.to_list(attributes)}
        steps.append(Call("modify_load_balancer_attributes", change, name))
    after = {
        # with the name, so that a listener's preview can show it
        "arn": f"loadbalancer/app/{name}/{unknown()}",
        "name": name,
        "dns_name": unknown(),
        "canonical_hosted_zone_id": unknown(),
        "type": TYPE,
        "scheme": desired["scheme"] or "internet-facing",
        "ip_address_type": desired["ip_address_type"] or "ipv4",
        "status": "active" if options["wait"] else "provisioning",
        "status_reason": "",
        "vpc_id": unknown("vpc"),
        "subnets": desired["subnets"],
        "security_groups": desired["security_groups"] or [unknown("sg")],
        "attributes": attributes,
        "tags": dict(options["tags"] or {}),
    }
    return Plan(steps, None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a load balancer that exists.

    :raises NeedsReplacementError: it is internal and shall be public, or the other way round, or is of another type.
    """
    desired = wanted(options)
    refuse_replacement(current, desired, IMMUTABLE, REPLACEMENT)
    name, arn = options["name"], {"LoadBalancerArn": current["arn"]}
    changed = differences(current, desired)
    attributes = differences(current["attributes"], pairs.as_texts(options["attributes"]))
    steps = []
    # before the address type, which the new subnets may have to support
    if "subnets" in changed:
        steps.append(Call("set_subnets", {**arn, "Subnets": changed["subnets"]}, name))
    if "security_groups" in changed:
        steps.append(Call("set_security_groups", {**arn, "SecurityGroups": changed["security_groups"]}, name))
    if "ip_address_type" in changed:
        steps.append(Call("set_ip_address_type", {**arn, "IpAddressType": changed["ip_address_type"]}, name))
    if attributes:
        change = {**arn, "Attributes": pairs.to_list(attributes)}
        steps.append(Call("modify_load_balancer_attributes", change, name))
    steps += tags.steps(tags.ELBV2, {"ResourceArns": [current["arn"]]}, current["tags"], options, name)
    after = {
        **current,
        **changed,
        "attributes": {**current["attributes"], **attributes},
        "tags": tags.after(current["tags"], options["tags"], options["purge_tags"]),
    }
    return Plan(steps, current, after)


def plan_remove(current: Mapping[str, Any], disable_deletion_protection: bool) -> Plan:
    """Return the plan that removes a load balancer and, by AWS, its listeners.

    :raises InvalidOptionError: it is protected against deletion.
    """
    name, arn = current["name"], {"LoadBalancerArn": current["arn"]}
    steps = []
    if current["attributes"].get(DELETION_PROTECTION) == "true":
        if not disable_deletion_protection:
            raise InvalidOptionError(
                f"load balancer {name} is protected against deletion and nothing was removed: set "
                "disable_deletion_protection: true if it shall really go."
            )
        off = {**arn, "Attributes": pairs.to_list({DELETION_PROTECTION: "false"})}
        steps.append(Call("modify_load_balancer_attributes", off, name))
    # a VPC link or endpoint service that uses it may have gone a moment ago
    in_use = frozenset({"ResourceInUse"})
    steps.append(Call("delete_load_balancer", arn, name, done_if=GONE, retry_if=in_use))
    return Plan(steps, current, None)


class LoadBalancer(Resource):
    """An Application Load Balancer."""

    service = "elbv2"
    kind = "load balancer"
    aws_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    arn_kind = "elasticloadbalancing:loadbalancer"
    result_key = "load_balancer"
    tagging = tags.ELBV2

    @property
    def name(self) -> str:
        return self.options["name"]

    def problems(self) -> list[str]:
        found = load_balancer_name("name", self.name)
        if self.options["state"] == "present":
            if self.options["subnets"] is not None:
                found += too_few("subnets", self.options["subnets"], 2, "each in another availability zone")
            if self.options["security_groups"] is not None:
                found += too_few("security_groups", self.options["security_groups"], 1, "or leave the option out")
        return found

    def describe(self) -> dict[str, Any] | None:
        balancer = self.api.find("describe_load_balancers", "LoadBalancers", GONE, Names=[self.name])
        if balancer is None:
            return None
        arn = balancer["LoadBalancerArn"]
        # a load balancer that is being deleted may vanish between two requests
        attributes = self.api.get("describe_load_balancer_attributes", GONE, LoadBalancerArn=arn)
        described = self.api.find("describe_tags", "TagDescriptions", GONE, ResourceArns=[arn])
        if attributes is None or described is None:
            return None
        its_tags = tags.from_list(described["Tags"])
        return from_aws(balancer, pairs.from_list(attributes["Attributes"]), its_tags)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, self.name, settings(found, *ASSIGNED))]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.options["state"] == "absent":
            return plan_remove(current, self.options["disable_deletion_protection"]) if current else unchanged(None)
        return plan_update(current, self.options) if current else plan_create(self.options)

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        # for present, it is the plan that refuses another type
        if self.options["state"] == "absent" and found["type"] != TYPE:
            return [f"{self.aws_type} {self.name} is not ours: its type is {found['type']}, not {TYPE}."]
        return super().foreign(found)

    def progress(self, current: dict[str, Any]) -> Progress:
        status = current["status"]
        failure = (current["status_reason"] or "AWS gives no reason") if status == FAILED else ""
        return Progress(ready=status in USABLE, state=status, failure=failure)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            name={"type": "str", "required": True},
            scheme={"type": "str", "choices": ["internet-facing", "internal"]},
            ip_address_type={"type": "str", "choices": ["ipv4", "dualstack", "dualstack-without-public-ipv4"]},
            subnets={"type": "list", "elements": "str"},
            security_groups={"type": "list", "elements": "str"},
            attributes={"type": "dict"},
            disable_deletion_protection={"type": "bool", "default": False},
        ),
        supports_check_mode=True,
    )
    run(module, LoadBalancer)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_flow_log
short_description: Manage a VPC's flow log to CloudWatch Logs
version_added: 0.1.0
description:
  - Creates, tags, replaces and removes the flow log by which a VPC's traffic is recorded in a log group.
  - Of a VPC's flow logs to the same log group, the one with the C(Name) tag is taken, else the only one.
  - AWS cannot change a flow log. One that is to be otherwise is deleted and created anew, which costs the records of a
    moment; what is in the log group stays.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description:
      - The VPC. Needed unless O(state=absent).
      - A removal without it takes the flow log whatever its VPC, which may be gone.
    type: str
  name:
    description: The C(Name) tag.
    type: str
    required: true
  log_group_name:
    description: The log group that the records go to. It has to be there.
    type: str
    required: true
  deliver_logs_permission_arn:
    description: ARN of the role by which EC2 writes to the log group. Needed unless O(state=absent).
    type: str
  traffic_type:
    description: Which traffic is recorded, V(ALL), or what security groups and network ACLs V(ACCEPT) or V(REJECT).
    type: str
    choices: [ACCEPT, REJECT, ALL]
    default: ALL
  max_aggregation_interval:
    description: Over how many seconds, at most, the packets of a connection become one record.
    type: int
    choices: [60, 600]
    default: 600
  log_format:
    description:
      - The fields of a record, such as C(${srcaddr} ${dstaddr} ${action}), in their order.
      - Without this option, a new flow log has AWS's default format.
    type: str
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Record what is refused in the VPC
  streamflix.content_api.ec2_flow_log:
    vpc_id: vpc-0123456789abcdef0
    name: streamflix-vpc-dev
    log_group_name: /vpc/streamflix-vpc-dev
    deliver_logs_permission_arn: arn:aws:iam::123456789012:role/streamflix-flow-logs-dev-eu-west-1
    traffic_type: REJECT
    tags:
      Environment: dev

- name: Record no more
  streamflix.content_api.ec2_flow_log:
    name: streamflix-vpc-dev
    log_group_name: /vpc/streamflix-vpc-dev
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
  sample: [create_flow_logs streamflix-vpc-dev]
flow_log:
  description: The flow log as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: fl-0123456789abcdef0
    name:
      description: Its C(Name) tag.
      type: str
      sample: streamflix-vpc-dev
    vpc_id:
      description: The VPC whose traffic it records.
      type: str
      sample: vpc-0123456789abcdef0
    log_group_name:
      description: The log group that the records go to.
      type: str
      sample: /vpc/streamflix-vpc-dev
    deliver_logs_permission_arn:
      description: The role by which EC2 writes to it.
      type: str
      sample: arn:aws:iam::123456789012:role/streamflix-flow-logs-dev-eu-west-1
    traffic_type:
      description: V(ACCEPT), V(REJECT) or V(ALL).
      type: str
      sample: REJECT
    max_aggregation_interval:
      description: In seconds.
      type: int
      sample: 600
    log_format:
      description: The fields of a record.
      type: str
      sample: "${version} ${account-id} ${srcaddr} ${dstaddr} ${action}"
    delivery_error:
      description: Why AWS could not write records lately, such as C(Access error). Empty when it could.
      type: str
      sample: ""
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-vpc-dev}
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::EC2::FlowLog
      name: streamflix-vpc-dev
      fields:
        - {field: traffic_type, before: REJECT, after: ALL}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import ec2, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    is_unknown,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.logs import log_group_name
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, argument_spec, run

GONE = frozenset({"InvalidFlowLogId.NotFound"})
# of a role that was created a moment ago
NEW_ROLE = frozenset({"InvalidParameter: Unable to assume given IAM role"})
SETTINGS = ("deliver_logs_permission_arn", "traffic_type", "max_aggregation_interval", "log_format")


def from_aws(flow_log: Mapping[str, Any]) -> dict[str, Any]:
    """Return a flow log as DescribeFlowLogs gives it, in this module's shape."""
    return {
        "id": flow_log["FlowLogId"],
        "name": ec2.name_of(flow_log),
        "vpc_id": flow_log["ResourceId"],
        "log_group_name": flow_log["LogGroupName"],
        "deliver_logs_permission_arn": flow_log["DeliverLogsPermissionArn"],
        "traffic_type": flow_log["TrafficType"],
        "max_aggregation_interval": flow_log["MaxAggregationInterval"],
        "log_format": flow_log["LogFormat"],
        "delivery_error": flow_log.get("DeliverLogsErrorMessage") or "",
        "tags": tags.from_list(flow_log.get("Tags")),
    }


def creation(options: Mapping[str, Any], wanted: Mapping[str, str]) -> Call:
    """Return the request that creates a flow log with these tags."""
    params = {
        "ResourceType": "VPC",
        "ResourceIds": [options["vpc_id"]],
        "TrafficType": options["traffic_type"],
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": options["log_group_name"],
        "DeliverLogsPermissionArn": options["deliver_logs_permission_arn"],
        "MaxAggregationInterval": options["max_aggregation_interval"],
        "TagSpecifications": ec2.tag_specification("vpc-flow-log", wanted),
    }
    if options["log_format"]:
        params["LogFormat"] = options["log_format"]
    return Call("create_flow_logs", params, options["name"], retry_if=NEW_ROLE)


def deletion(flow_log_id: str, name: str) -> Call:
    """Return the request that deletes a flow log."""
    return Call("delete_flow_logs", {"FlowLogIds": [flow_log_id]}, name, done_if=GONE)


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a VPC that has no flow log to the log group."""
    wanted = {**(options["tags"] or {}), "Name": options["name"]}
    after = {
        "id": unknown("fl"),
        "name": options["name"],
        "vpc_id": options["vpc_id"],
        "log_group_name": options["log_group_name"],
        **{key: options[key] for key in SETTINGS},
        "log_format": options["log_format"] or unknown(),
        "delivery_error": "",
        "tags": wanted,
    }
    return Plan([creation(options, wanted)], None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a flow log that exists."""
    name, purge = options["name"], options["tags"] is not None and options["purge_tags"]
    wanted = {**(options["tags"] or {}), "Name": name}
    after = {**current, "name": name, "tags": tags.after(current["tags"], wanted, purge)}
    changed = differences(current, {key: options[key] for key in SETTINGS})
    if not changed:
        return Plan(ec2.tag_steps([current["id"]], name, current["tags"], wanted, purge), current, after)
    kept = {**options, "log_format": options["log_format"] or current["log_format"]}
    # AWS takes no second one for the same traffic and log group
    steps = [deletion(current["id"], name), creation(kept, after["tags"])]
    return Plan(steps, current, {**after, **changed, "id": unknown("fl")})


class FlowLog(Resource):
    """The flow log of a VPC to a log group."""

    service = "ec2"
    kind = "flow log"
    aws_type = "AWS::EC2::FlowLog"
    result_key = "flow_log"

    @property
    def name(self) -> str:
        return self.options["name"]

    @property
    def absent(self) -> bool:
        """Whether it is to be removed."""
        return self.options["state"] == "absent"

    def problems(self) -> list[str]:
        return log_group_name("log_group_name", self.options["log_group_name"])

    def describe(self) -> dict[str, Any] | None:
        vpc_id = self.options["vpc_id"]
        if is_unknown(vpc_id):
            return None
        wanted = [{"Name": "log-group-name", "Values": [self.options["log_group_name"]]}]
        items = self.api.pages("describe_flow_logs", "FlowLogs", Filter=wanted)
        items = [item for item in items if vpc_id in (None, item["ResourceId"])]
        named = [item for item in items if ec2.name_of(item) == self.name]
        return from_aws((named or items)[0]) if named or len(items) == 1 else None

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if not self.absent:
            return plan_update(current, self.options) if current else plan_create(self.options)
        return Plan([deletion(current["id"], self.name)], current, None) if current else unchanged(None)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            vpc_id={"type": "str"},
            name={"type": "str", "required": True},
            log_group_name={"type": "str", "required": True},
            deliver_logs_permission_arn={"type": "str"},
            traffic_type={"type": "str", "choices": ["ACCEPT", "REJECT", "ALL"], "default": "ALL"},
            max_aggregation_interval={"type": "int", "choices": [60, 600], "default": 600},
            log_format={"type": "str"},
        ),
        required_if=[("state", "present", ("vpc_id", "deliver_logs_permission_arn"))],
        supports_check_mode=True,
    )
    run(module, FlowLog)


if __name__ == "__main__":
    main()

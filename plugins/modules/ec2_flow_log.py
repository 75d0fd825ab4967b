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
  - Of a VPC's flow logs, the one with the C(Name) tag is taken, else the only one to the log group. Further ones with
    the name, which an interrupted run may have left, are removed.
  - AWS cannot change a flow log. One that is to be otherwise is deleted and created anew, so nothing is recorded until
    the new one is there. What is in a log group stays.
author: StreamFlix platform team (@streamflix)
options:
  vpc_id:
    description:
      - The VPC. Needed unless O(state=absent).
      - A removal without it concerns the flow logs of that name of all VPCs, also of those that are gone.
    type: str
  name:
    description: The C(Name) tag.
    type: str
    required: true
  log_group_name:
    description: The log group that the records go to. It has to be there. Needed unless O(state=absent).
    type: str
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
    vpc_id: vpc-0123456789abcdef0
    name: streamflix-vpc-dev
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
    further_ids:
      description: Further flow logs of the same name. Empty but for a preview's diff.
      type: list
      elements: str
      sample: []
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

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import renames, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import network as ec2
from ansible_collections.streamflix.content_api.plugins.module_utils.logs.rules import log_group_name
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    is_unknown,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, argument_spec, run

GONE = frozenset({"InvalidFlowLogId.NotFound"})
# of a role that was created a moment ago
NEW_ROLE = frozenset({"InvalidParameter: Unable to assume given IAM role"})
SETTINGS = (
    "log_group_name",
    "deliver_logs_permission_arn",
    "traffic_type",
    "max_aggregation_interval",
    "log_format",
)


def from_aws(flow_log: Mapping[str, Any], further_ids: Iterable[str] = ()) -> dict[str, Any]:
    """Return a flow log as DescribeFlowLogs gives it, in this module's shape.

    :param further_ids: further ones of the same name.
    """
    return {
        "id": flow_log["FlowLogId"],
        "name": ec2.name_of(flow_log),
        "vpc_id": flow_log["ResourceId"],
        # one that goes elsewhere than to CloudWatch Logs has neither
        "log_group_name": flow_log.get("LogGroupName", ""),
        "deliver_logs_permission_arn": flow_log.get("DeliverLogsPermissionArn", ""),
        "traffic_type": flow_log["TrafficType"],
        "max_aggregation_interval": flow_log["MaxAggregationInterval"],
        "log_format": flow_log["LogFormat"],
        "further_ids": sorted(further_ids),
        "delivery_error": flow_log.get("DeliverLogsErrorMessage") or "",
        "tags": tags.from_list(flow_log.get("Tags")),
    }


def changes_to(current: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are to be otherwise, with their wanted values."""
    return differences(current, {key: options[key] for key in SETTINGS})


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


def deletions(ids: Iterable[str], name: str) -> list[Call]:
    """Return the requests that delete flow logs."""
    return [Call("delete_flow_logs", {"FlowLogIds": [one]}, name, done_if=GONE) for one in ids]


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a VPC that has no such flow log."""
    wanted, _unused = ec2.wanted_tags(options["name"], options["tags"])
    after = {
        "id": unknown("fl"),
        "name": options["name"],
        "vpc_id": options["vpc_id"],
        **{key: options[key] for key in SETTINGS},
        "log_format": options["log_format"] or unknown(),
        "further_ids": [],
        "delivery_error": "",
        "tags": wanted,
    }
    return Plan([creation(options, wanted)], None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a flow log that exists."""
    name = options["name"]
    wanted, given = ec2.wanted_tags(name, options["tags"])
    purge = given and options["purge_tags"]
    after = {**current, "name": name, "further_ids": [], "tags": tags.after(current["tags"], wanted, purge)}
    further, changed = deletions(current["further_ids"], name), changes_to(current, options)
    if not changed:
        tagging = ec2.tag_steps([current["id"]], name, current["tags"], wanted, purge)
        return Plan([*tagging, *further], current, after)
    kept = {**options, "log_format": options["log_format"] or current["log_format"]}
    # the old one first: what AWS takes for the same configuration, of which it takes no second one, it does not say
    steps = [*deletions([current["id"]], name), *further, creation(kept, after["tags"])]
    return Plan(steps, current, {**after, **changed, "id": unknown("fl"), "delivery_error": ""})


class FlowLog(Resource):
    """The flow log of a VPC to a log group."""

    service = "ec2"
    kind = "flow log"
    aws_type = "AWS::EC2::FlowLog"
    arn_kind = "ec2:vpc-flow-log"
    result_key = "flow_log"
    tagging = tags.EC2

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._given_up: set[str] = set()

    @property
    def name(self) -> str:
        return self.options["name"]

    @property
    def absent(self) -> bool:
        """Whether it is to be removed."""
        return self.options["state"] == "absent"

    def problems(self) -> list[str]:
        name = self.options["log_group_name"]
        return [] if name is None else log_group_name("log_group_name", name)

    def describe(self) -> dict[str, Any] | None:
        vpc_id, owner = self.options["vpc_id"], owner_of(self.options)
        if is_unknown(vpc_id):
            return None
        wanted = [{"Name": "resource-id", "Values": [vpc_id]}] if vpc_id else ec2.tag_filters({"Name": self.name})
        items = self.api.pages("describe_flow_logs", "FlowLogs", Filter=wanted)
        found = [item for item in items if ec2.name_of(item) == self.name] or self._only_one(items)
        if not found:
            return None
        first = min(found, key=self._rank)
        return from_aws(first, [one["FlowLogId"] for one in found if one is not first and ec2.carries(one, owner)])

    def _only_one(self, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the only flow log to the log group, which may have lost its name."""
        group = self.options["log_group_name"]
        unnamed = [item for item in items if group and item.get("LogGroupName") == group]
        return unnamed if len(unnamed) == 1 else []

    def _rank(self, item: Mapping[str, Any]) -> tuple[bool, bool, str]:
        """Return what is least for the one to keep: ours, and as it is wanted."""
        unfit = not self.absent and bool(changes_to(from_aws(item), self.options))
        return not ec2.carries(item, owner_of(self.options)), unfit, item["FlowLogId"]

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or not (changes_to(current, self.options) or current["further_ids"])

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return ec2.parts_of_one(self.aws_type, self.name, found, "further_ids")

    def details(self) -> dict[str, Any]:
        for warning in sorted(self._given_up):
            self.api.warn(warning)
        return {}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if not self.absent:
            if current:
                role = self.options["deliver_logs_permission_arn"]
                self._given_up.update(renames.roles_given_up([current["deliver_logs_permission_arn"]], [role]))
            return plan_update(current, self.options) if current else plan_create(self.options)
        if current is None:
            return unchanged(None)
        return Plan(deletions([current["id"], *current["further_ids"]], self.name), current, None)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            vpc_id={"type": "str"},
            name={"type": "str", "required": True},
            log_group_name={"type": "str"},
            deliver_logs_permission_arn={"type": "str"},
            traffic_type={"type": "str", "choices": ["ACCEPT", "REJECT", "ALL"], "default": "ALL"},
            max_aggregation_interval={"type": "int", "choices": [60, 600], "default": 600},
            log_format={"type": "str"},
        ),
        required_if=[("state", "present", ("vpc_id", "log_group_name", "deliver_logs_permission_arn"))],
        supports_check_mode=True,
    )
    run(module, FlowLog)


if __name__ == "__main__":
    main()

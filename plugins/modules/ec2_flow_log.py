#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_flow_log
short_description: Manage a VPC's flow log to CloudWatch Logs or to a bucket
version_added: 0.1.0
description:
  - Creates, tags, replaces and removes the flow log by which a VPC's traffic is recorded in a log group or a bucket.
  - Among a VPC's flow logs, the one with the C(Name) tag is managed, else the only one to the destination. Further ones
    with that name, which an interrupted run may have left, are removed.
  - AWS cannot change a flow log. If it has to change, the new one is created first, then the old one is deleted, so
    that for a moment the traffic is recorded twice. Should AWS refuse it beside the old one, it is created once that
    one is deleted. The records stay.
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
    description: The log group that the records go to. It has to be there. Needed unless they go to a bucket.
    type: str
  deliver_logs_permission_arn:
    description: ARN of the role by which EC2 writes to the log group, which is needed with it.
    type: str
  log_destination_type:
    description: Whether the records go to a log group or to a bucket.
    type: str
    choices: [cloud-watch-logs, s3]
    default: cloud-watch-logs
  log_destination:
    description:
      - ARN of the bucket, with a folder behind it or none, such as C(arn:aws:s3:::flow-logs/dev/). Needed for a bucket.
      - AWS adds what it needs to the bucket's policy, if the identity that runs this may do so.
    type: str
  file_format:
    description: How the files in the bucket are written. Parquet is read faster by queries, and costs more.
    type: str
    choices: [plain-text, parquet]
    default: plain-text
  hive_compatible_partitions:
    description: Whether the folders in the bucket are named as Hive and Athena want partitions.
    type: bool
    default: false
  per_hour_partition:
    description: Whether there is a folder for each hour, not for each day.
    type: bool
    default: false
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

- name: Record all traffic in a bucket, for Athena
  streamflix.content_api.ec2_flow_log:
    vpc_id: vpc-0123456789abcdef0
    name: streamflix-vpc-dev
    log_destination_type: s3
    log_destination: arn:aws:s3:::streamflix-flow-logs/dev/
    file_format: parquet
    hive_compatible_partitions: true
    per_hour_partition: true
    max_aggregation_interval: 60

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
    log_destination_type:
      description: Whether the records go to a log group or to a bucket.
      type: str
      sample: cloud-watch-logs
    log_destination:
      description: ARN of the bucket, with a folder behind it or none, such as C(arn:aws:s3:::flow-logs/dev/).
      type: str
      sample: example
    file_format:
      description: How the files in the bucket are written.
      type: str
      sample: plain-text
    hive_compatible_partitions:
      description: Whether the folders in the bucket are named as Hive and Athena want partitions.
      type: bool
      sample: true
    per_hour_partition:
      description: Whether there is a folder for each hour, not for each day.
      type: bool
      sample: true
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
      sample: ${version} ${account-id} ${srcaddr} ${dstaddr} ${action}
    delivery_error:
      description: Why AWS could not write records lately, such as C(Access error). Empty when it could.
      type: str
      sample: ""
    tags:
      description: Its tags, C(Name) included.
      type: dict
      sample: {Environment: dev, Name: streamflix-vpc-dev}
    further_ids:
      description: Further flow logs of the same name. Empty but for a preview's diff.
      type: list
      elements: str
      sample: []
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

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, renames, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ec2 import network
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Chosen, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.logs.rules import log_group_name
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import owner_of
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    is_unknown,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, manage

GONE = frozenset({"InvalidFlowLogId.NotFound"})
# of a role that was created a moment ago
NEW_ROLE = frozenset({"InvalidParameter: Unable to assume given IAM role"})

TO_GROUP = "cloud-watch-logs"
TO_BUCKET = "s3"
OF_GROUP = ("log_group_name", "deliver_logs_permission_arn")
OF_BUCKET = ("log_destination", "file_format", "hive_compatible_partitions", "per_hour_partition")
# of what is the same in all settings AWS takes no second one
EXISTS = frozenset({"FlowLogAlreadyExists"})
FORMAT = r"\s*(\$\{[a-z0-9-]+\}\s*)+"
BUCKET = r"arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/\S*)?"


def record_format(option: str, value: str) -> list[str]:
    """Find a format that is no list of fields; AWS knows which fields there are, and new ones come."""
    return not_matching(option, value or None, FORMAT, "write each field as ${name}, such as ${srcaddr} ${action}")


def bucket(option: str, value: str) -> list[str]:
    """Find what is no ARN of a bucket."""
    return not_matching(option, value or None, BUCKET, "give the ARN of a bucket, such as arn:aws:s3:::flow-logs/dev/")


FIELDS: Rows = {
    "id": Field(aws="FlowLogId", assigned=True, always=True, new=Chosen("fl")),
    "name": Field(read=network.name_of, required=True),
    "vpc_id": Field(aws="ResourceIds", read="ResourceId", always=True, write=lambda vpc_id: [vpc_id]),
    # one that goes elsewhere than to CloudWatch Logs has neither group nor role
    "log_group_name": Field(aws="LogGroupName", new="", unset="", fixed=True, rule=log_group_name),
    "deliver_logs_permission_arn": Field(aws="DeliverLogsPermissionArn", new="", unset="", fixed=True),
    "log_destination_type": Field(
        aws="LogDestinationType",
        unset=TO_GROUP,
        fixed=True,
        choices=(TO_GROUP, TO_BUCKET),
        default=TO_GROUP,
    ),
    "log_destination": Field(aws="LogDestination", new="", unset="", fixed=True, rule=bucket),
    "file_format": Field(
        aws="DestinationOptions.FileFormat",
        unset="plain-text",
        fixed=True,
        choices=("plain-text", "parquet"),
        default="plain-text",
    ),
    "hive_compatible_partitions": Field(
        "bool", "DestinationOptions.HiveCompatiblePartitions", unset=False, fixed=True, default=False
    ),
    "per_hour_partition": Field("bool", "DestinationOptions.PerHourPartition", unset=False, fixed=True, default=False),
    "traffic_type": Field(
        aws="TrafficType", always=True, fixed=True, choices=("ACCEPT", "REJECT", "ALL"), default="ALL"
    ),
    "max_aggregation_interval": Field(
        "int", "MaxAggregationInterval", always=True, fixed=True, choices=(60, 600), default=600
    ),
    "log_format": Field(
        aws="LogFormat", always=True, fixed=True, new=CHOSEN, normal=lambda text: text or None, rule=record_format
    ),
    "delivery_error": Field(read=lambda flow_log: flow_log.get("DeliverLogsErrorMessage") or "", assigned=True, new=""),
    "tags": Field("dict", read=network.tags_of, assigned=True),
}
# what a new flow log takes the place of the old one for
SETTINGS = fields.fixed(FIELDS)


def deletions(ids: Iterable[str], name: str) -> list[Call]:
    """Return the requests that delete flow logs."""
    return [Call("delete_flow_logs", {"FlowLogIds": [one]}, name, done_if=GONE) for one in ids]


class FlowLog(Resource):
    """The flow log of a VPC to a log group or a bucket."""

    service = "ec2"
    kind = "flow log"
    aws_type = "AWS::EC2::FlowLog"
    arn_kind = "ec2:vpc-flow-log"
    result_key = "flow_log"
    fields = FIELDS
    required_if = (("state", "present", ("vpc_id",)),)
    tagging = tags.EC2

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._given_up: set[str] = set()

    def problems(self) -> list[str]:
        found, options = super().problems(), self.options
        kind = options["log_destination_type"]
        needs = OF_GROUP if kind == TO_GROUP else OF_BUCKET[:1]
        missing = [name for name in needs if not options[name]]
        if missing and not self.absent:
            found.append(f"log_destination_type {kind!r} needs {' and '.join(missing)}: set it.")
        return found

    def describe(self) -> dict[str, Any] | None:
        vpc_id, owner = self.options["vpc_id"], owner_of(self.options)
        if is_unknown(vpc_id):
            return None
        wanted = [{"Name": "resource-id", "Values": [vpc_id]}] if vpc_id else network.tag_filters({"Name": self.name})
        items = self.api.pages("describe_flow_logs", "FlowLogs", Filter=wanted)
        found = [item for item in items if network.name_of(item) == self.name] or self._only_one(items)
        if not found:
            return None
        first = min(found, key=self._rank)
        further = [item["FlowLogId"] for item in found if item is not first and network.carries(item, owner)]
        return {**fields.described(FIELDS, first), "further_ids": sorted(further)}

    def _only_one(self, items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the only flow log to the destination, which may have lost its name."""
        member, option = (
            ("LogDestination", "log_destination") if self._to_bucket else ("LogGroupName", "log_group_name")
        )
        place = self.options[option]
        unnamed = [item for item in items if place and item.get(member) == place]
        return unnamed if len(unnamed) == 1 else []

    def _rank(self, item: Mapping[str, Any]) -> tuple[bool, bool, str]:
        """Return what is least for the one to keep: ours, and as it is wanted."""
        unfit = not self.absent and bool(self._changes_to(fields.described(FIELDS, item)))
        return not network.carries(item, owner_of(self.options)), unfit, item["FlowLogId"]

    def _changes_to(self, current: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that are to be otherwise, with their wanted values."""
        wanted = fields.wanted(FIELDS, self.options)
        return differences(current, {name: wanted[name] for name in self._settings})

    @property
    def _to_bucket(self) -> bool:
        return bool(self.options["log_destination_type"] == TO_BUCKET)

    @property
    def _settings(self) -> list[str]:
        """The settings that count for where the records go to."""
        others = OF_GROUP if self._to_bucket else OF_BUCKET
        return [name for name in SETTINGS if name not in others]

    def listed(self, current: dict[str, Any]) -> bool:
        return self.absent or not (self._changes_to(current) or current["further_ids"])

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return network.parts_of_one(self.aws_type, self.name, found, "further_ids")

    def details(self) -> dict[str, Any]:
        for warning in sorted(self._given_up):
            self.api.warn(warning)
        return {}

    def plan_create(self) -> Plan:
        its_tags, _unused = network.wanted_tags(self.name, self.options["tags"])
        wanted = fields.wanted(FIELDS, self.options)
        after = {**fields.created(FIELDS, wanted), "further_ids": [], "tags": its_tags}
        return Plan([self._creation(wanted, its_tags)], None, after)

    def plan_update(self, current: dict[str, Any]) -> Plan:
        had, role = current["deliver_logs_permission_arn"], self.options["deliver_logs_permission_arn"]
        if had and role:
            self._given_up.update(renames.roles_given_up([had], [role]))
        wanted, given = network.wanted_tags(self.name, self.options["tags"])
        purge = given and self.options["purge_tags"]
        after = {**current, "name": self.name, "further_ids": [], "tags": tags.after(current["tags"], wanted, purge)}
        further, changed = deletions(current["further_ids"], self.name), self._changes_to(current)
        if not changed:
            tagging = network.tag_steps([current["id"]], self.name, current["tags"], wanted, purge)
            return Plan([*tagging, *further], current, after)
        if "log_destination_type" in changed:
            after |= {name: FIELDS[name].unset for name in SETTINGS if name not in self._settings}
        after |= {**changed, "id": unknown("fl"), "delivery_error": ""}
        # The second creation is for the case that AWS refused the first one beside the old one. Otherwise it changes
        # nothing: the new one is there, and the token is the same.
        creation = self._creation(after, after["tags"])
        token = hashlib.sha256(f"{current['id']} {json.dumps(creation.params, sort_keys=True)}".encode()).hexdigest()
        creation = replace(creation, params={**creation.params, "ClientToken": token[:64]}, done_if=EXISTS)
        return Plan([creation, *deletions([current["id"]], self.name), *further, creation], current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        return Plan(deletions([current["id"], *current["further_ids"]], self.name), current, None)

    def _creation(self, values: Mapping[str, Any], its_tags: Mapping[str, str]) -> Call:
        """Return the request that creates a flow log with these values and tags."""
        params = {
            "ResourceType": "VPC",
            **fields.params(FIELDS, values, ("vpc_id", *self._settings)),
            "TagSpecifications": network.tag_specification("vpc-flow-log", its_tags),
        }
        return Call("create_flow_logs", params, self.name, retry_if=NEW_ROLE)


def main() -> None:
    """Entry point of the module."""
    manage(FlowLog)


if __name__ == "__main__":
    main()

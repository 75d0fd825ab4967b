#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_cluster_restore
short_description: Restore an Aurora cluster from a backup, beside the one that it is of
version_added: 0.1.0
description:
  - Makes a cluster from a cluster snapshot, from a recovery point of AWS Backup, which is one too, or as a cluster was
    at a time.
  - The cluster has no instances then. M(streamflix.content_api.rds_serverless_v2) adds some, sets the master user's
    password, which otherwise is that of the backup, and removes it.
  - A cluster of this name that is there already is not restored again.
author: StreamFlix platform team (@streamflix)
options:
  cluster_identifier:
    description: Identifier of the cluster to make.
    type: str
    required: true
  engine:
    description: Database engine, that of the backup.
    type: str
    choices: [aurora-postgresql, aurora-mysql]
    default: aurora-postgresql
  snapshot_identifier:
    description: Name or ARN of a cluster snapshot, or ARN of a recovery point of AWS Backup.
    type: str
  source_cluster_identifier:
    description: The cluster to restore as it was at O(restore_to_time), in place of O(snapshot_identifier).
    type: str
  restore_to_time:
    description: The time, in UTC such as V(2026-11-29T20:00:00Z), or V(latest).
    type: str
  db_subnet_group_name:
    description: DB subnet group. Without it AWS takes the one named default.
    type: str
    required: true
  vpc_security_group_ids:
    description: The security groups. Without any, AWS takes the VPC's default one.
    type: list
    elements: str
    required: true
  db_cluster_parameter_group_name:
    description: Cluster parameter group, AWS's default for the version unless set.
    type: str
  port:
    description: Port of the database, that of the backup unless set.
    type: int
  min_capacity:
    description: Smallest capacity in Aurora capacity units (ACU), 0 to 256 in steps of 0.5.
    type: float
    required: true
  max_capacity:
    description: Largest capacity in ACU, 1 to 256 in steps of 0.5.
    type: float
    required: true
  engine_lifecycle_support:
    description: >-
      Whether AWS runs the cluster in RDS Extended Support, which costs extra, once its version has reached its end.
      With V(open-source-rds-extended-support-disabled) AWS upgrades the restored cluster instead.
    type: str
    choices: [open-source-rds-extended-support, open-source-rds-extended-support-disabled]
    default: open-source-rds-extended-support-disabled
  storage_type:
    description: How the storage is charged, as with M(streamflix.content_api.rds_serverless_v2).
    type: str
    choices: [aurora, aurora-iopt1]
    default: aurora
  http_endpoint:
    description: Whether to turn the RDS Data API on. It is never turned off here.
    type: bool
    default: false
  tags:
    description: The tags of the cluster, which it has from the first request on.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Without an effect, as the tags of a cluster that is there already stay as they are.
    type: bool
    default: true
  ignored_tags:
    description: Without an effect, as O(purge_tags).
    type: list
    elements: str
    default: []
  adopt:
    description: Whether a cluster of this name that lacks O(owner_tags) is taken for ours.
    type: bool
    default: false
  owner_tags:
    description: The tags that say whose it is. The task fails at a cluster of this name that lacks them.
    type: dict
  wait:
    description: Whether to wait until the cluster is available.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 3600
seealso:
  - module: streamflix.content_api.rds_cluster_backups_info
  - module: streamflix.content_api.rds_serverless_v2
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Computes what would change and writes nothing.
    support: full
  diff_mode:
    description: Shows the cluster before and after.
    support: full
"""

EXAMPLES = r"""
- name: The cluster as it was yesterday evening, beside the present one
  streamflix.content_api.rds_cluster_restore:
    cluster_identifier: streamflix-aurora-dev-restored
    source_cluster_identifier: streamflix-aurora-dev
    restore_to_time: "2026-11-28T20:00:00Z"
    db_subnet_group_name: streamflix-aurora-subnets-dev
    vpc_security_group_ids: [sg-0123456789abcdef0]
    min_capacity: 0.5
    max_capacity: 2
    tags:
      Environment: dev
"""

RETURN = r"""
cluster:
  description: The cluster as it is now, or in check mode as it would be.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:rds:eu-west-1:123456789012:cluster:streamflix-aurora-dev-restored
    cluster_identifier:
      description: Identifier of the cluster to make.
      type: str
      sample: example
    status:
      description: What AWS assigns.
      type: str
      sample: example
    endpoint:
      description: What AWS assigns.
      type: str
      sample: example
    engine:
      description: Database engine, that of the backup.
      type: str
      sample: aurora-postgresql
    engine_version:
      description: What AWS assigns.
      type: str
      sample: example
    allocated_storage:
      description: What AWS assigns.
      type: int
      sample: 1
    storage_encrypted:
      description: What AWS assigns.
      type: bool
      sample: true
    master_username:
      description: What AWS assigns.
      type: str
      sample: example
    database_name:
      description: What AWS assigns.
      type: str
      sample: example
    db_subnet_group_name:
      description: DB subnet group.
      type: str
      sample: example
    vpc_security_group_ids:
      description: The security groups.
      type: list
      elements: str
      sample: []
    db_cluster_parameter_group_name:
      description: Cluster parameter group, AWS's default for the version unless set.
      type: str
      sample: example
    port:
      description: Port of the database, that of the backup unless set.
      type: int
      sample: 1
    min_capacity:
      description: Smallest capacity in Aurora capacity units (ACU), 0 to 256 in steps of 0.5.
      type: float
      sample: 1.0
    max_capacity:
      description: Largest capacity in ACU, 1 to 256 in steps of 0.5.
      type: float
      sample: 1.0
    engine_lifecycle_support:
      description: Whether AWS runs the cluster in RDS Extended Support, once its version has reached its end.
      type: str
      sample: open-source-rds-extended-support-disabled
    storage_type:
      description: How the storage is charged.
      type: str
      sample: aurora
    http_endpoint:
      description: Whether to turn the RDS Data API on.
      type: bool
      sample: true
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
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
      type: AWS::RDS::DBCluster
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: Always V(present).
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    path,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import reading as rds
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.reading import CAPACITY
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.rules import aurora_capacity, rds_identifier
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import COMMON, Kind, Progress, manage

LATEST = "latest"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)|latest"
# AWS turns the Data API on when the cluster is available
NOT_YET = frozenset({"InvalidResourceStateFault", "InvalidDBClusterStateFault"})


def restore_time(option: str, value: str) -> list[str]:
    """Find what is no time."""
    return not_matching(option, value, TIME, "write it in UTC, such as 2026-11-29T20:00:00Z, or latest")


FIELDS: Rows = {
    "arn": Field(read="DBClusterArn", assigned=True, shown_only=True, new=CHOSEN),
    "cluster_identifier": Field(aws="DBClusterIdentifier", required=True, shown_only=True, rule=rds_identifier),
    "status": Field(read="Status", assigned=True, shown_only=True, new="creating"),
    "endpoint": Field(read="Endpoint", assigned=True, shown_only=True, new=CHOSEN),
    "engine": Field(aws="Engine", choices=("aurora-postgresql", "aurora-mysql"), default="aurora-postgresql"),
    "engine_version": Field(read="EngineVersion", assigned=True, shown_only=True, new=CHOSEN),
    "allocated_storage": Field("int", read="AllocatedStorage", assigned=True, shown_only=True, new=CHOSEN),
    "storage_encrypted": Field("bool", read="StorageEncrypted", assigned=True, shown_only=True, new=CHOSEN),
    "master_username": Field(read="MasterUsername", assigned=True, shown_only=True, new=CHOSEN),
    "database_name": Field(read="DatabaseName", assigned=True, shown_only=True, new=CHOSEN),
    "snapshot_identifier": Field(),
    "source_cluster_identifier": Field(),
    "restore_to_time": Field(rule=restore_time),
    "db_subnet_group_name": Field(aws="DBSubnetGroupName", read="DBSubnetGroup", required=True),
    "vpc_security_group_ids": Field(
        "list",
        "VpcSecurityGroupIds",
        read=lambda cluster: sorted(one["VpcSecurityGroupId"] for one in cluster.get("VpcSecurityGroups", ())),
        normal=sorted,
        required=True,
    ),
    "db_cluster_parameter_group_name": Field(
        aws="DBClusterParameterGroupName", read="DBClusterParameterGroup", new=CHOSEN
    ),
    "port": Field("int", "Port", new=CHOSEN),
    **{name: Field("float", CAPACITY[name].aws, required=True) for name in ("min_capacity", "max_capacity")},
    "engine_lifecycle_support": replace(rds.FIELDS["engine_lifecycle_support"], default=rds.NO_EXTENDED_SUPPORT),
    "storage_type": replace(rds.FIELDS["storage_type"], default=rds.STANDARD, deferred=False, pending=""),
    "http_endpoint": Field("bool", read="HttpEndpointEnabled", default=False, unset=False),
}


class RestoredCluster(PlainResource):
    """An Aurora cluster that is made from a backup."""

    service = "rds"
    kind = "DB cluster"
    aws_type = "AWS::RDS::DBCluster"
    arn_kind = "rds:cluster"
    result_key = "cluster"
    named_by = "cluster_identifier"
    tagging = tags.RDS
    fields = FIELDS
    common: ClassVar[Mapping[str, Any]] = {
        **{name: spec for name, spec in COMMON.items() if name != "state"},
        "wait_timeout": {"type": "int", "default": 3600},
    }
    mutually_exclusive = (("snapshot_identifier", "source_cluster_identifier"),)
    required_by: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "source_cluster_identifier": ("restore_to_time",),
        "restore_to_time": ("source_cluster_identifier",),
    }
    read = Read("describe_db_clusters", "DBClusters", "DBClusterIdentifier", gone=frozenset({"DBClusterNotFoundFault"}))
    create = Write("restore_db_cluster_from_snapshot")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.source: dict[str, Any] | None = None

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        # rds_serverless_v2 manages them
        return ()

    def problems(self) -> list[str]:
        options, found = self.options, super().problems()
        found += aurora_capacity(options["min_capacity"], options["max_capacity"], None)
        if not (options["snapshot_identifier"] or options["source_cluster_identifier"]):
            found.append("snapshot_identifier and source_cluster_identifier are not set: say what to restore.")
        if self.name == options["source_cluster_identifier"]:
            found.append(f"cluster_identifier {self.name!r} is the source itself: give the restored one another name.")
        return found

    def find(self) -> dict[str, Any] | None:
        found = super().find()
        source = self.options["source_cluster_identifier"]
        if found is None and source:
            self.source = rds.find_cluster(self.api, source)
        return found

    def check_time(self) -> None:
        """Refuse a source that is not there, and a time that it cannot be restored to.

        :raises InvalidOptionError: says which times are possible.
        """
        name, asked = self.options["source_cluster_identifier"], self.options["restore_to_time"]
        if self.source is None:
            raise InvalidOptionError(f"source_cluster_identifier {name!r}: there is no such cluster in this region.")
        if asked == LATEST:
            return
        first, last = (self.source.get(key) for key in ("EarliestRestorableTime", "LatestRestorableTime"))
        moment = datetime.fromisoformat(asked.replace("Z", "+00:00"))
        if (first and moment < first.replace(microsecond=0)) or (last and moment > last):
            raise InvalidOptionError(
                f"restore_to_time {asked}: {name} can be restored to a time from {first:%Y-%m-%dT%H:%M:%SZ} to "
                f"{last:%Y-%m-%dT%H:%M:%SZ}: set one of these, or restore a snapshot."
            )

    def endpoint(self, arn: Any) -> list[Call]:
        """Return the request that turns the Data API on, if that is asked for."""
        wanted = self.options["http_endpoint"]
        return [Call("enable_http_endpoint", {"ResourceArn": arn}, self.name, retry_if=NOT_YET)] if wanted else []

    def plan_create(self) -> Plan:
        options, wanted = self.options, self.wanted()
        if options["source_cluster_identifier"]:
            self.check_time()
        params = fields.params(self.fields, wanted, [name for name, row in self.fields.items() if row.sent])
        params |= self.creation_tags(options["tags"] or {})
        if options["snapshot_identifier"]:
            operation, source = self.create.operation, {"SnapshotIdentifier": options["snapshot_identifier"]}
        else:
            operation, source = "restore_db_cluster_to_point_in_time", self.point_in_time()
            del params["Engine"]
        binds = {"arn": path("DBCluster.DBClusterArn")}
        restore = Call(operation, {**params, **source}, self.name, binds=binds)
        after = {**self.created(), "tags": dict(options["tags"] or {})}
        return Plan([restore, *self.endpoint(Later("arn"))], None, after)

    def point_in_time(self) -> dict[str, Any]:
        """Return the parameters that say which cluster, and as it was when."""
        options = self.options
        latest = options["restore_to_time"] == LATEST
        when = {"UseLatestRestorableTime": True} if latest else {"RestoreToTime": options["restore_to_time"]}
        return {"SourceDBClusterIdentifier": options["source_cluster_identifier"], **when}

    def plan_update(self, current: dict[str, Any]) -> Plan:
        missing = self.options["http_endpoint"] and not current["http_endpoint"]
        steps = self.endpoint(current["arn"]) if missing else []
        return Plan(steps, current, {**current, "http_endpoint": True} if missing else current)

    def progress(self, current: dict[str, Any]) -> Progress:
        return Progress(ready=current["status"] == "available", state=current["status"])


def main() -> None:
    """Entry point of the module."""
    manage(RestoredCluster)


if __name__ == "__main__":
    main()

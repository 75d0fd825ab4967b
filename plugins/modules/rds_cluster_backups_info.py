#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_cluster_backups_info
short_description: Find the newest backup of an Aurora cluster
version_added: 0.1.0
description:
  - Finds the newest recovery point of a cluster in a vault of AWS Backup, or where there is none, its newest cluster
    snapshot. The cluster itself need not be there any more.
  - Continuous recovery points are left out, as they are no snapshots.
author: StreamFlix platform team (@streamflix)
options:
  cluster_identifier:
    description: Identifier of the cluster.
    type: str
    required: true
  backup_vault_name:
    description: The vault of AWS Backup to look in first. One that does not exist has no recovery points.
    type: str
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: What a restore would begin with
  streamflix.content_api.rds_cluster_backups_info:
    cluster_identifier: streamflix-aurora-dev
    backup_vault_name: streamflix-dev
"""

RETURN = r"""
newest:
  description: The newest backup; empty when there is none.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:awsbackup:job-0c6c4bd5-4cbb-4bbf-8aa6-6f8b7d1a3f2e
    kind:
      description: V(recovery point) or V(snapshot).
      type: str
      sample: recovery point
    created:
      description: When it was made, in UTC.
      type: str
      sample: "2026-11-29T04:00:00+00:00"
    age_hours:
      description: How many hours ago that was.
      type: float
      sample: 7.5
    engine:
      description: The database engine.
      type: str
      sample: aurora-postgresql
    engine_version:
      description: Its version.
      type: str
      sample: "15.17"
    allocated_storage:
      description: Its size in GiB.
      type: int
      sample: 1
    storage_encrypted:
      description: Whether it is encrypted.
      type: bool
      sample: true
    port:
      description: The port of the cluster.
      type: int
      sample: 5432
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info

SNAPSHOT = ":cluster-snapshot:"
MEMBERS = {
    "arn": "DBClusterSnapshotArn",
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "allocated_storage": "AllocatedStorage",
    "storage_encrypted": "StorageEncrypted",
    "port": "Port",
}


def recovery_point(api: Api, vault: str, identifier: str) -> str:
    """Return the ARN of the newest recovery point of a cluster in a vault; empty when there is none."""
    vaults = api.pages("list_backup_vaults", "BackupVaultList", "backup")
    if vault not in {one["BackupVaultName"] for one in vaults}:
        return ""
    points = api.pages("list_recovery_points_by_backup_vault", "RecoveryPoints", "backup", BackupVaultName=vault)
    usable = [
        point
        for point in points
        if point["ResourceArn"].endswith(f":cluster:{identifier}")
        and point["Status"] in ("COMPLETED", "AVAILABLE")
        and SNAPSHOT in point["RecoveryPointArn"]
    ]
    newest = max(usable, key=lambda point: point["CreationDate"], default=None)
    return newest["RecoveryPointArn"] if newest else ""


def described(snapshot: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a snapshot in the shape of the result."""
    found = {name: snapshot.get(member) for name, member in MEMBERS.items()}
    made = snapshot["SnapshotCreateTime"]
    age = (datetime.now(UTC) - made).total_seconds() / 3600
    return {**found, "kind": kind, "created": made.isoformat(), "age_hours": round(age, 1)}


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result."""
    identifier, vault = options["cluster_identifier"], options["backup_vault_name"]
    point = recovery_point(api, vault, identifier) if vault else ""
    name = point.partition(SNAPSHOT)[2]
    which = {"DBClusterSnapshotIdentifier": name} if point else {"DBClusterIdentifier": identifier}
    snapshots = api.pages("describe_db_cluster_snapshots", "DBClusterSnapshots", **which)
    usable = [one for one in snapshots if one["Status"] == "available"]
    newest = max(usable, key=lambda one: one["SnapshotCreateTime"], default=None)
    return {"newest": described(newest, "recovery point" if point else "snapshot") if newest else {}}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "cluster_identifier": {"type": "str", "required": True},
            "backup_vault_name": {"type": "str"},
        },
        supports_check_mode=True,
    )
    run_info(module, "rds", read, "cluster_identifier")


if __name__ == "__main__":
    main()

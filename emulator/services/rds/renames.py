"""New identifiers of Aurora clusters and their members.

Amazon RDS API Reference, ModifyDBCluster and ModifyDBInstance (NewDBClusterIdentifier, NewDBInstanceIdentifier);
Amazon RDS User Guide, "Renaming a DB instance" and "Renaming a Multi-AZ DB cluster": endpoint and ARN follow the name,
tags stay, no name is taken twice, and nobody reaches it under either name meanwhile. Snapshots keep the name of their
source, but for those that AWS makes by itself, which belong to the cluster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from moto.rds import exceptions

from emulator import interfaces
from emulator.backends import network_of
from emulator.clock import clock
from emulator.durations import Duration
from emulator.services.rds import durations

STATE = "renaming"


def endpoint_identifier(backend: Any) -> str:
    """Return the part of all endpoints of an account in a region that tells them from those of others."""
    return "c" + hashlib.sha256(f"{backend.account_id} {backend.region_name}".encode()).hexdigest()[:11]


def taken(wanted: dict[str, Any], parameter: str, shown: str, resource: Any) -> str:
    """Take a new identifier out of a request; empty where it asks for none, or for the maintenance window.

    :param parameter: moto's name of it.
    :param shown: AWS's name among what is pending.
    """
    name = (wanted.pop(parameter, None) or "").lower()
    if name and not wanted.get("apply_immediately"):
        resource.pending_modified_values = {**(resource.pending_modified_values or {}), shown: name}
        return ""
    return name


def of_cluster(backend: Any, cluster: Any, wanted: dict[str, Any]) -> str:
    """Return the new name of a cluster; empty for none.

    :raises RDSClientError: C(DBClusterAlreadyExistsFault), when another one has it.
    """
    name = taken(wanted, "new_db_cluster_identifier", "DBClusterIdentifier", cluster)
    if name in backend.clusters:
        raise exceptions.RDSClientError("DBClusterAlreadyExistsFault", f"DB Cluster {name} already exists")
    return name


def of_member(backend: Any, member: Any, wanted: dict[str, Any]) -> str:
    """Return the new name of a member; empty for none.

    :raises RDSClientError: C(DBInstanceAlreadyExists), when another one has it.
    """
    name = taken(wanted, "new_db_instance_identifier", "DBInstanceIdentifier", member)
    if name in backend.databases:
        raise exceptions.RDSClientError("DBInstanceAlreadyExists", f"DB instance already exists: {name}")
    return name


def later(record: Any, duration: Duration, rename: Callable[[], None]) -> None:
    """Rename when AWS is done with it; until then the record is listed under its present name."""
    if not clock.runs:
        rename()
        return
    record.status = STATE

    def end() -> None:
        if record.status == STATE:
            record.status = "available"
            rename()

    clock.later(duration.seconds, end)


def take_along(backend: Any, record: Any, before: str) -> None:
    """Let the automated backups of a cluster follow its new name."""
    for name, snapshot in list(backend.cluster_snapshots.items()):
        if snapshot.snapshot_type == "automated" and snapshot.db_cluster_identifier == before:
            del backend.cluster_snapshots[name]
            new = name.replace(before, record.db_cluster_identifier, 1)
            snapshot._db_cluster_snapshot_identifier = new
            snapshot.db_cluster_identifier = snapshot.cluster.db_cluster_identifier = record.db_cluster_identifier
            backend.cluster_snapshots[new] = snapshot


def cluster(backend: Any, record: Any, name: str) -> None:
    """Give a cluster its new name; its members stay its members."""

    def rename() -> None:
        members, before = record._members, record.db_cluster_identifier
        del backend.clusters[before]
        record.db_cluster_identifier = name
        take_along(backend, record, before)
        backend.clusters[name] = record
        for member in members:
            member.db_cluster_identifier = name

    later(record, durations.CLUSTER_RENAME, rename)


def member(backend: Any, record: Any, name: str) -> None:
    """Give a member its new name, for which AWS reboots it."""

    def rename() -> None:
        before = record.arn
        del backend.databases[record.db_instance_identifier]
        record.db_instance_identifier = name
        backend.databases[name] = record
        interfaces.rename(network_of(backend), before, record.arn)

    later(record, durations.INSTANCE_RENAME, rename)

"""Backup jobs and the recovery points that they make, of Aurora clusters: cluster snapshots of the type C(awsbackup).

AWS Backup Developer Guide, StartBackupJob, DescribeBackupJob, ListRecoveryPointsByBackupVault, DescribeRecoveryPoint,
DeleteRecoveryPoint; Aurora User Guide, "Overview of backing up and restoring": what AWS Backup manages is a manual
snapshot whose name begins with awsbackup: and which RDS does not delete.
"""

from __future__ import annotations

import time
import uuid
from functools import partial
from typing import Any

from emulator.backends import backend_of
from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.backup import durations
from emulator.services.backup.requests import answer, asked, named, reply, said
from emulator.services.backup.selections import check_role
from emulator.services.backup.state import Point, held, points_in

PREFIX = "awsbackup:"
STATES = {"CREATED": "0.0", "RUNNING": "50.0", "COMPLETED": "100.0"}


def install() -> None:
    """Put the additions into moto."""
    for function in (
        start_backup_job,
        describe_backup_job,
        list_backup_jobs,
        list_recovery_points_by_backup_vault,
        list_recovery_points_by_resource,
        describe_recovery_point,
        delete_recovery_point,
    ):
        answer(function.__name__, function)

    from moto.rds.exceptions import RDSClientError
    from moto.rds.models import RDSBackend

    @wrap(RDSBackend, "describe_db_cluster_snapshots")
    def describe_db_cluster_snapshots(
        original: Any,
        self: Any,
        db_cluster_identifier: str | None,
        db_snapshot_identifier: str,
        snapshot_type: str | None = None,
        filters: Any = None,
    ) -> Any:
        """Find one of AWS Backup by its name, as any that is not automated."""
        named = (db_snapshot_identifier or "").startswith(PREFIX)
        wanted = PREFIX.rstrip(":") if named and snapshot_type is None else snapshot_type
        return original(self, db_cluster_identifier, db_snapshot_identifier, wanted, filters)

    @wrap(RDSBackend, "delete_db_cluster_snapshot")
    def delete_db_cluster_snapshot(original: Any, self: Any, db_snapshot_identifier: str) -> Any:
        """Leave what AWS Backup manages to AWS Backup."""
        if db_snapshot_identifier.rpartition("cluster-snapshot:")[2].startswith(PREFIX):
            text = "The snapshot is managed by AWS Backup and can be deleted there only."
            raise RDSClientError("InvalidDBClusterSnapshotStateFault", text)
        return original(self, db_snapshot_identifier)


def vault_of(response: Any, name: str) -> Any:
    """Return a vault.

    :raises ResourceNotFoundException: there is none.
    """
    from moto.backup.exceptions import ResourceNotFoundException

    if name not in response.backup_backend.vaults:
        raise ResourceNotFoundException(f"Backup vault {name} not found")
    return response.backup_backend.vaults[name]


def start_backup_job(response: Any) -> str:
    """Back a cluster up: the job is made at once, its recovery point when it has run."""
    from moto.backup.exceptions import InvalidParameterValueException

    params, kept = said(response), held(response.backup_backend)
    token = params.get("IdempotencyToken")
    if token in kept.tokens:
        return started(kept.jobs[kept.tokens[token]])
    vault = vault_of(response, params["BackupVaultName"])
    check_role(response, params["IamRoleArn"])
    clusters = backend_of("rds", response.region).clusters.values()
    cluster = next((one for one in clusters if one.db_cluster_arn == params["ResourceArn"]), None)
    if cluster is None:
        raise InvalidParameterValueException(f"Resource {params['ResourceArn']} does not exist or is not supported.")
    job_id = str(uuid.uuid4()).upper()
    job = {
        "AccountId": response.backup_backend.account_id,
        "BackupJobId": job_id,
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": vault.backup_vault_arn,
        "ResourceArn": params["ResourceArn"],
        "ResourceType": "Aurora",
        "ResourceName": cluster.db_cluster_identifier,
        "IamRoleArn": params["IamRoleArn"],
        "CreationDate": time.time(),
        "State": "CREATED",
        "PercentDone": "0.0",
        "BackupSizeInBytes": 0,
    }
    kept.jobs[job_id] = job
    if token:
        kept.tokens[token] = job_id
    run(response, job, cluster, params)
    return started(job)


def started(job: dict[str, Any]) -> str:
    """Return the reply to the request that starts a job."""
    members = ("BackupJobId", "RecoveryPointArn", "CreationDate")
    return reply({"IsParent": False} | {name: job.get(name) for name in members})


def run(response: Any, job: dict[str, Any], cluster: Any, params: dict[str, Any]) -> None:
    """Let a job pass through its states."""
    backend, databases = response.backup_backend, backend_of("rds", response.region)

    def begin() -> None:
        job.update(State="RUNNING", PercentDone=STATES["RUNNING"])
        clock.later(durations.AURORA_BACKUP.seconds, end)

    def end() -> None:
        if cluster.db_cluster_identifier not in databases.clusters:
            job.update(State="FAILED", StatusMessage="The source cluster does not exist.", CompletionDate=time.time())
            return
        point = make_point(backend, databases, cluster, job, params)
        done = {"State": "COMPLETED", "PercentDone": STATES["COMPLETED"], "CompletionDate": time.time()}
        job.update(done, RecoveryPointArn=point.arn, BackupSizeInBytes=point.shown["BackupSizeInBytes"])

    clock.later(durations.JOB_START.seconds, begin)


def make_point(backend: Any, databases: Any, cluster: Any, job: dict[str, Any], params: dict[str, Any]) -> Point:
    """Make the recovery point of a job: the snapshot has the tags of its source, and those of the request."""
    tags = {tag["Key"]: tag["Value"] for tag in cluster.get_tags()} | dict(params.get("RecoveryPointTags") or {})
    name = f"{PREFIX}job-{job['BackupJobId'].lower()}"
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    snapshot = databases.create_db_cluster_snapshot(cluster.db_cluster_identifier, name, PREFIX.rstrip(":"), pairs)
    vault = backend.vaults[job["BackupVaultName"]]
    shown = {
        "RecoveryPointArn": snapshot.db_cluster_snapshot_arn,
        **{key: job[key] for key in ("BackupVaultName", "BackupVaultArn", "ResourceArn", "ResourceType", "IamRoleArn")},
        "ResourceName": job["ResourceName"],
        "Status": "COMPLETED",
        "CreationDate": job["CreationDate"],
        "CompletionDate": time.time(),
        "BackupSizeInBytes": int(snapshot.allocated_storage or 1) * 1024**3,
        "EncryptionKeyArn": vault.encryption_key_arn,
        "IsEncrypted": bool(snapshot.storage_encrypted),
        "Lifecycle": params.get("Lifecycle") or {},
        "IsParent": False,
        "VaultType": "BACKUP_VAULT",
    }
    point = Point(snapshot.db_cluster_snapshot_arn, job["BackupVaultName"], shown)
    held(backend).points[point.arn] = point
    return point


def describe_backup_job(response: Any) -> str:
    """Show a job."""
    from moto.backup.exceptions import ResourceNotFoundException

    job = held(response.backup_backend).jobs.get(named(response, "backupJobId"))
    if job is None:
        raise ResourceNotFoundException("Backup job does not exist")
    return reply(job)


def list_backup_jobs(response: Any) -> str:
    """List jobs, newest first."""
    wanted = {"ResourceArn": "resourceArn", "State": "state", "BackupVaultName": "backupVaultName"}
    filters = {member: asked(response, name) for member, name in wanted.items() if asked(response, name)}
    jobs = [job for job in held(response.backup_backend).jobs.values() if filters.items() <= job.items()]
    return reply({"BackupJobs": jobs[::-1]})


def list_recovery_points_by_backup_vault(response: Any) -> str:
    """List the recovery points of a vault."""
    vault = vault_of(response, named(response, "backupVaultName"))
    points = points_in(response.backup_backend, vault.backup_vault_name)
    resource = asked(response, "resourceArn")
    return reply({"RecoveryPoints": [one.shown for one in points if resource in ("", one.shown["ResourceArn"])]})


def list_recovery_points_by_resource(response: Any) -> str:
    """List the recovery points of a resource."""
    resource = named(response, "resourceArn")
    points = [one for one in held(response.backup_backend).points.values() if one.shown["ResourceArn"] == resource]
    members = ("RecoveryPointArn", "CreationDate", "Status", "EncryptionKeyArn", "BackupVaultName", "IsParent")
    shown = [{name: one.shown[name] for name in members} for one in points]
    sizes = [{"BackupSizeBytes": one.shown["BackupSizeInBytes"]} for one in points]
    return reply({"RecoveryPoints": [{**one, **size} for one, size in zip(shown, sizes, strict=True)]})


def point_of(response: Any) -> Point:
    """Return the recovery point that a request names.

    :raises ResourceNotFoundException: there is none in the vault.
    """
    from moto.backup.exceptions import ResourceNotFoundException

    vault = vault_of(response, named(response, "backupVaultName"))
    found = held(response.backup_backend).points.get(named(response, "recoveryPointArn"))
    if found is None or found.vault != vault.backup_vault_name:
        raise ResourceNotFoundException("Cannot find recovery point.")
    return found


def describe_recovery_point(response: Any) -> str:
    """Show a recovery point."""
    return reply({"StorageClass": "WARM", **point_of(response).shown})


def delete_recovery_point(response: Any) -> str:
    """Delete a recovery point with its snapshot, some time after the request; a locked vault keeps it."""
    from moto.backup.exceptions import InvalidRequestException

    point, backend = point_of(response), response.backup_backend
    vault = backend.vaults[point.vault]
    if vault.locked:
        raise InvalidRequestException(
            f"Recovery point cannot be deleted: the backup vault {point.vault} has a vault lock configuration."
        )
    point.shown["Status"] = "DELETING"
    clock.later(durations.POINT_DELETION.seconds, partial(forget, backend, backend_of("rds", response.region), point))
    return reply({})


def forget(backend: Any, databases: Any, point: Point) -> None:
    """Take a recovery point and its snapshot away."""
    held(backend).points.pop(point.arn, None)
    databases.cluster_snapshots.pop(point.arn.rpartition("cluster-snapshot:")[2], None)

"""Restores of Aurora clusters: what comes back of the source, and what a restored cluster has of itself.

Amazon RDS API Reference, RestoreDBClusterFromSnapshot and RestoreDBClusterToPointInTime: the data, the master user with
its password, the encryption and the version come back. Instances, groups, windows, protection and exports do not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.rds import exceptions
from moto.rds.models import RDSBackend

from emulator.patching import wrap

COMES_BACK = (
    *("engine", "engine_version", "master_username", "database_name", "storage_encrypted", "kms_key_id"),
    *("allocated_storage", "port"),
)


def restored(source: Any, asked: Any) -> dict[str, Any]:
    """Return the parameters of a creation that stands for a restore.

    :param source: the cluster as it was.
    :param asked: the parameters of the request.
    """
    kept = {name: getattr(source, name, None) for name in COMES_BACK}
    kept["master_user_password"] = source._master_user_password
    given = {name: value for name, value in asked.items() if value is not None and name != "snapshot_identifier"}
    if given.get("engine", kept["engine"]) != kept["engine"]:
        text = f"The engine {given['engine']} is not compatible with that of the source, {kept['engine']}."
        raise exceptions.InvalidParameterCombination(text)
    return {name: value for name, value in kept.items() if value is not None} | given


def check_time(source: Any, asked: Any) -> None:
    """Refuse a time from which AWS has no backup: RestoreDBClusterToPointInTime, and EarliestRestorableTime.

    :param asked: the time; None for the latest one.
    :raises InvalidParameterValue: says the bounds.
    """
    if asked is None:
        return
    moment = asked if isinstance(asked, datetime) else datetime.fromisoformat(str(asked).replace("Z", "+00:00"))
    bounds = [source.earliest_restorable_time.replace(microsecond=0), source.latest_restorable_time]
    first, last = (bound if bound.tzinfo else bound.replace(tzinfo=UTC) for bound in bounds)
    if not first <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) <= last:
        raise exceptions.InvalidParameterValue(
            f"The cluster {source.db_cluster_identifier} can be restored to a time between {first} and {last} only."
        )


def install() -> None:
    """Put the additions into moto."""

    @wrap(RDSBackend, "restore_db_cluster_from_snapshot")
    def restore_db_cluster_from_snapshot(_original: Any, self: Any, from_snapshot_id: str, overrides: Any) -> Any:
        """Know a snapshot by its ARN, too, also one of AWS Backup."""
        name = from_snapshot_id.rpartition("cluster-snapshot:")[2]
        snapshot = self.cluster_snapshots.get(name)
        if snapshot is None:
            raise exceptions.DBClusterSnapshotNotFoundError(from_snapshot_id)
        return self.create_db_cluster(restored(snapshot.cluster, overrides))

    @wrap(RDSBackend, "restore_db_cluster_to_point_in_time")
    def restore_db_cluster_to_point_in_time(
        _original: Any,
        self: Any,
        db_cluster_identifier: str,
        source_db_cluster_identifier: str,
        restore_type: str = "full-copy",
        restore_to_time: Any = None,
        use_latest_restorable_time: bool = False,
        **overrides: Any,
    ) -> Any:
        """Want either a time or the latest one."""
        source = self.clusters.get(source_db_cluster_identifier)
        if source is None:
            raise exceptions.DBClusterNotFoundError(source_db_cluster_identifier)
        if bool(restore_to_time) == bool(use_latest_restorable_time) and restore_type == "full-copy":
            raise exceptions.InvalidParameterCombination("Specify either RestoreToTime or UseLatestRestorableTime.")
        check_time(source, restore_to_time)
        return self.create_db_cluster(restored(source, overrides) | {"db_cluster_identifier": db_cluster_identifier})

"""The removal of Aurora clusters and their members."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from moto.rds import exceptions
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

from emulator import interfaces
from emulator.backends import network_of
from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.logs import writers
from emulator.services.rds import durations
from emulator.services.rds.states import check_cluster_deletable, check_instance
from emulator.transitions import disappears


@contextlib.contextmanager
def leaving_out_members(backend: Any, cluster: Any) -> Iterator[None]:
    """Hide the members of a cluster that are being deleted: AWS deletes a cluster beside them, moto only after them."""
    hidden = {member.db_instance_identifier: member for member in cluster._members} if clock.runs and cluster else {}
    for name in hidden:
        del backend.databases[name]
    try:
        yield
    finally:
        backend.databases.update(hidden)


def end_with_members(backend: Any, cluster: Any) -> None:
    """Take a deleting cluster away some time after its last member."""
    if cluster._members:
        clock.later(durations.CLUSTER_DELETION_LOOK.seconds, partial(end_with_members, backend, cluster))
    else:
        disappears(backend.clusters, cluster.db_cluster_identifier, durations.CLUSTER_DELETION)


def install_delete() -> None:
    """Patch DeleteDBCluster."""

    @wrap(RDSResponse, "delete_db_cluster")
    def delete_db_cluster_request(original: Any, self: Any) -> Any:
        """Want either a final snapshot's name or the word to do without, as AWS does."""
        skip, name = self.params.get("SkipFinalSnapshot"), self.params.get("FinalDBSnapshotIdentifier")
        if bool(skip) == bool(name):
            raise exceptions.InvalidParameterCombination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified, and excludes it."
            )
        return original(self)

    @wrap(RDSBackend, "delete_db_cluster")
    def delete_db_cluster(original: Any, self: Any, cluster_identifier: str, snapshot_name: str | None = None) -> Any:
        """Remove the automated snapshots too, and give the final one the cluster's tags, if it copies them."""
        present = self.clusters.get(cluster_identifier)
        if clock.runs and present is not None:
            check_cluster_deletable(present, snapshot_name)
        with leaving_out_members(self, present):
            cluster = original(self, cluster_identifier, snapshot_name)
        automated = [
            name
            for name, snapshot in self.cluster_snapshots.items()
            if snapshot.snapshot_type == "automated"
            and snapshot.cluster.db_cluster_identifier == cluster.db_cluster_identifier
        ]
        for name in automated:
            self.cluster_snapshots.pop(name)
        if snapshot_name and cluster.copy_tags_to_snapshot:
            self.cluster_snapshots[snapshot_name].add_tags(cluster.tags)
        if clock.runs:
            cluster.status = "deleting"
            self.clusters[cluster_identifier] = cluster
            end_with_members(self, cluster)
        return cluster


def install_instance_delete() -> None:
    """Patch DeleteDBInstance."""

    @wrap(RDSBackend, "delete_db_instance")
    def delete_db_instance(original: Any, self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
        """Keep the instance as C(deleting) until its time has come."""
        present = self.databases.get(db_instance_identifier)
        if present is not None:
            check_instance(present, deletion=True)
        writers.write(self.region_name)
        instance = original(self, db_instance_identifier, *args, **kwargs)
        leave = partial(interfaces.remove, network_of(self), instance.arn)
        if clock.runs:
            self.databases[db_instance_identifier] = instance
            disappears(self.databases, db_instance_identifier, durations.INSTANCE_DELETION, leave)
        else:
            leave()
        return instance


def install() -> None:
    """Put the additions into moto."""
    install_delete()
    install_instance_delete()

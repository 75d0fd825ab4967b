"""The states of Aurora clusters and their members, what AWS refuses in each, and upgrades that take their time."""

from __future__ import annotations

from typing import Any

from moto.rds import exceptions
from moto.rds.models import DBCluster, DBInstance

from emulator.clock import clock
from emulator.services.rds import durations, parameter_status
from emulator.services.rds.versions import OFFERED, family_of
from emulator.transitions import passes_through


def moves_family(cluster: Any, version: str | None) -> bool:
    """Tell whether a version takes parameter groups of another family than a cluster has."""
    if version is None or cluster.engine not in OFFERED:
        return False
    return family_of(cluster.engine, version) != family_of(cluster.engine, cluster.engine_version)


def keep_groups(cluster: Any, wanted: dict[str, Any]) -> None:
    """Take the parameter groups of a new major version out of a request, and keep them until the cluster has it.

    :param wanted: with the version, whether it is to come at once or in the maintenance window.
    """
    instances = wanted.pop("db_instance_parameter_group_name", None)
    if not moves_family(cluster, wanted.get("engine_version")):
        return
    default = f"default.{family_of(cluster.engine, wanted['engine_version'])}"
    own = wanted.pop("db_cluster_parameter_group_name", None) or default
    cluster.groups_of_upgrade = (own, instances or default)


def follow_version(cluster: Any, wanted: dict[str, Any]) -> None:
    """Give a cluster and its members the version that it now has, and the parameter groups that were named with it."""
    version = wanted.get("engine_version")
    if not version:
        return
    own, instances = getattr(cluster, "groups_of_upgrade", None) or (None, None)
    cluster.groups_of_upgrade = None
    cluster.parameter_group = own or cluster.parameter_group
    for member in cluster._members:
        if instances:
            member.db_parameter_group_name = None if instances.startswith("default.") else instances
        # an upgrade restarts all of them
        parameter_status.restarted(member)


def cluster_status(cluster: Any) -> str:
    """Return a cluster's status: with a timescale it is C(creating) until its time has come, not until it is read."""
    present: str = cluster._status
    if present == "creating" and not clock.runs:
        cluster._status = "available"
    return present


def instance_endpoint(instance: Any) -> dict[str, Any] | None:
    """Return an instance's endpoint, which AWS does not show while it creates the instance."""
    return None if instance.status == "creating" else {"Address": instance.address, "Port": instance.port}


def check_cluster_idle(cluster: Any) -> None:
    """Refuse to change a cluster that is not available.

    :raises InvalidDBClusterStateFault: says its status.
    """
    if clock.runs and cluster.status != "available":
        raise exceptions.InvalidDBClusterStateFault(
            f"DB cluster is not available for modification with status {cluster.status}"
        )


def check_cluster_grows(cluster: Any) -> None:
    """Refuse a new member while the cluster is upgraded or removed; one that is being created takes it.

    :raises InvalidDBClusterStateFault: says the status.
    """
    if clock.runs and cluster.status in ("deleting", "upgrading"):
        raise exceptions.InvalidDBClusterStateFault(
            f"DbCluster {cluster.db_cluster_identifier} is in {cluster.status} state"
        )


def check_cluster_deletable(cluster: Any, snapshot_name: str | None) -> None:
    """Refuse to delete a cluster that is deleting, keeps a member, or can't be backed up before.

    :raises InvalidDBClusterStateFault: says why.
    """
    name = cluster.db_cluster_identifier
    if cluster.status == "deleting":
        raise exceptions.InvalidDBClusterStateFault(f"DbCluster {name} is already being deleted.")
    if snapshot_name and cluster.status != "available":
        raise exceptions.InvalidDBClusterStateFault(
            f"Can't create a snapshot because the database cluster {name} isn't currently in the available state."
        )
    if any(member.status != "deleting" for member in cluster._members):
        raise exceptions.DBClusterToBeDeletedHasActiveMembers


def check_instance(instance: Any, deletion: bool) -> None:
    """Refuse to change an instance that is not available, and to delete one twice.

    :raises RDSClientError: C(InvalidDBInstanceState).
    """
    if not clock.runs:
        return
    name = instance.db_instance_identifier
    if deletion and instance.status == "deleting":
        raise exceptions.RDSClientError("InvalidDBInstanceState", f"Instance {name} is already being deleted.")
    if not deletion and instance.status != "available":
        raise exceptions.RDSClientError("InvalidDBInstanceState", "Database instance is not in available state.")


def upgrade_later(cluster: Any, wanted: dict[str, Any]) -> bool:
    """Take a new version out of a request, and put it in force when AWS is done with the upgrade.

    :returns: whether there is one; without a timescale never.
    """
    version = wanted.get("engine_version")
    if not clock.runs or version in (None, cluster.engine_version):
        return False
    del wanted["engine_version"]
    cluster.pending_modified_values = {**(cluster.pending_modified_values or {}), "EngineVersion": version}

    def finish() -> None:
        cluster.engine_version = version
        follow_version(cluster, {"engine_version": version})
        pending = {key: value for key, value in cluster.pending_modified_values.items() if key != "EngineVersion"}
        cluster.pending_modified_values = pending or None

    clock.later(durations.DATABASE_CHANGE_SEEN.seconds + durations.CLUSTER_UPGRADE.seconds, finish)
    return True


def show_change(cluster: Any, upgrades: bool) -> None:
    """Let a cluster be C(modifying), or with its members C(upgrading), for some time."""
    seen = durations.DATABASE_CHANGE_SEEN
    if not upgrades:
        passes_through(cluster, "modifying", seen, durations.CLUSTER_CHANGE)
        return
    for record in (cluster, *cluster._members):
        passes_through(record, "upgrading", seen, durations.CLUSTER_UPGRADE)


def install() -> None:
    """Put the additions into moto."""
    cluster_class: Any = DBCluster
    cluster_class.status = property(cluster_status, cluster_class.status.fset)
    instance_class: Any = DBInstance
    instance_class.endpoint = property(instance_endpoint)

"""Whether the instances of Aurora clusters have what is set in their parameter groups, or wait for a restart.

Amazon RDS API Reference, DBClusterMember and DBParameterGroupStatus; Aurora User Guide, "Working with parameter
groups": static parameters, and those that are set so, take effect when an instance is restarted, and so does a group
that is put in the place of another one. Nothing but RebootDBInstance or an upgrade does that; the maintenance window
does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.rds.models import DBCluster, DBInstance, RDSBackend

from emulator.patching import wrap

IN_SYNC, PENDING = "in-sync", "pending-reboot"


def waits(changed: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether one of the changes waits for a restart."""
    return any(one.get("ApplyMethod") == PENDING for one in changed)


def of_cluster_group(backend: Any, name: str, changed: Iterable[Mapping[str, Any]]) -> None:
    """Let the members of the clusters with a group wait for what is changed in it."""
    if waits(changed):
        for cluster in backend.clusters.values():
            if cluster.parameter_group == name:
                of_cluster(cluster, PENDING)


def of_cluster(cluster: Any, status: str) -> None:
    """Give all members of a cluster a status of the cluster's group."""
    for member in cluster._members:
        member.cluster_parameter_status = status


def of_instance_group(backend: Any, name: str, changed: Iterable[Mapping[str, Any]]) -> None:
    """Let the instances with a group wait for what is changed in it."""
    if waits(changed):
        for instance in backend.databases.values():
            if instance.db_parameter_group_name == name:
                instance.parameter_status = PENDING


def restarted(instance: Any) -> None:
    """Let an instance have all that is set."""
    instance.parameter_status = instance.cluster_parameter_status = IN_SYNC


def groups(instance: Any) -> list[dict[str, str]]:
    """Return the parameter groups of an instance, with its own status of each."""
    status = getattr(instance, "parameter_status", IN_SYNC)
    return [
        {"DBParameterGroupName": group.name, "ParameterApplyStatus": status} for group in instance.db_parameter_groups()
    ]


def install() -> None:
    """Put the status into moto."""
    instance_class: Any = DBInstance
    instance_class.db_parameter_group_status_list = property(groups)
    cluster_class: Any = DBCluster
    original = cluster_class.db_cluster_members.fget

    def members(self: Any) -> list[dict[str, Any]]:
        """Return the members of a cluster, each with its status."""
        own = {one.db_instance_identifier: getattr(one, "cluster_parameter_status", IN_SYNC) for one in self.members}
        return [{**one, "DBClusterParameterGroupStatus": own[one["DBInstanceIdentifier"]]} for one in original(self)]

    cluster_class.db_cluster_members = property(members)

    @wrap(RDSBackend, "reboot_db_instance")
    def reboot_db_instance(original: Any, self: Any, db_instance_identifier: str) -> Any:
        """Let the instance have what waited for this."""
        instance = original(self, db_instance_identifier)
        restarted(instance)
        return instance

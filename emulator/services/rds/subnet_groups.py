"""DB subnet groups: names that stay unique, and groups that are in use."""

from __future__ import annotations

from typing import Any

from moto.rds import exceptions
from moto.rds.models import RDSBackend

from emulator.patching import wrap


def install() -> None:
    """Patch the creation and the removal of subnet groups."""

    @wrap(RDSBackend, "create_subnet_group")
    def create_subnet_group(original: Any, self: Any, subnet_name: str, *args: Any) -> Any:
        """Refuse a name that is taken, as AWS does."""
        if subnet_name in self.subnet_groups:
            raise exceptions.RDSClientError(
                "DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists."
            )
        return original(self, subnet_name, *args)

    @wrap(RDSBackend, "modify_db_subnet_group")
    def modify_db_subnet_group(original: Any, self: Any, subnet_name: str, *args: Any) -> Any:
        """Keep the group, which moto forgets once it is modified, and name an unknown one in an error."""
        if subnet_name not in self.subnet_groups:
            raise exceptions.DBSubnetGroupNotFoundError(subnet_name)
        group = original(self, subnet_name, *args)
        self.subnet_groups[subnet_name] = group
        return group

    @wrap(RDSBackend, "delete_subnet_group")
    def delete_subnet_group(original: Any, self: Any, subnet_name: str) -> Any:
        """Refuse while a cluster is in it, as AWS does."""
        users = [cluster for cluster in self.clusters.values() if cluster.db_subnet_group_name == subnet_name]
        if users:
            raise exceptions.RDSClientError(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{subnet_name}' because at least one database instance or cluster "
                f"is still using it: {users[0].db_cluster_identifier}.",
            )
        return original(self, subnet_name)

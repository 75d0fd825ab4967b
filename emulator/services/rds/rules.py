"""RDS: subnet groups reach over two zones, and keep the subnets that instances are in.

Amazon RDS API Reference, CreateDBSubnetGroup, ModifyDBSubnetGroup and DeleteDBSubnetGroup. Clusters, their members,
protection and snapshots are guarded by L(emulator.services.rds) and moto.
"""

from __future__ import annotations

from emulator.rules import use
from emulator.rules.registry import Account, refuse_if, rule
from emulator.wire import AwsRequest

LEAST_ZONES = 2


@rule("rds", "CreateDBSubnetGroup", "ModifyDBSubnetGroup")
def covers_two_zones(request: AwsRequest, account: Account) -> None:
    """Refuse subnets that all lie in one zone."""
    wanted = request.parameters.get("SubnetIds", [])
    zones = {zone for zone, subnets in account.of("ec2").subnets.items() if set(subnets) & set(wanted)}
    text = "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage:"
    text = f"{text} {', '.join(sorted(zones))}. Add subnets to cover at least {LEAST_ZONES} AZs."
    refuse_if(0 < len(zones) < LEAST_ZONES, "DBSubnetGroupDoesNotCoverEnoughAZs", text)


@rule("rds", "ModifyDBSubnetGroup")
def keeps_subnets_in_use(request: AwsRequest, account: Account) -> None:
    """Refuse to leave a subnet that an instance is in."""
    name = request.parameters.get("DBSubnetGroupName", "").lower()
    group = account.of("rds").subnet_groups.get(name)
    kept = request.parameters.get("SubnetIds", [])
    for subnet in group._subnets if group is not None else ():
        used = subnet.id not in kept and any(use.database_instances(account, subnet.id, name))
        refuse_if(used, "SubnetAlreadyInUse", f"Some of the subnets to be removed are in use: {subnet.id}")


@rule("rds", "DeleteDBSubnetGroup")
def holds_no_instance(request: AwsRequest, account: Account) -> None:
    """Refuse while an instance without a cluster is in it."""
    name = request.parameters.get("DBSubnetGroupName", "").lower()
    users = [item for item in account.of("rds").databases.values() if item._db_subnet_group_name == name]
    text = f"Cannot delete the subnet group '{name}' because at least one database instance"
    refuse_if(users, "InvalidDBSubnetGroupStateFault", f"{text} is still using it.")

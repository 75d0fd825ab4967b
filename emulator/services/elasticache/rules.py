"""ElastiCache: subnet groups keep the subnets that nodes are in.

Amazon ElastiCache API Reference, ModifyCacheSubnetGroup and DeleteCacheSubnetGroup. Replication groups in a subnet
group are guarded by L(emulator.services.elasticache).
"""

from __future__ import annotations

from emulator.rules import use
from emulator.rules.registry import Account, refuse_if, rule
from emulator.wire import AwsRequest


@rule("elasticache", "ModifyCacheSubnetGroup")
def keeps_subnets_in_use(request: AwsRequest, account: Account) -> None:
    """Refuse to leave a subnet that a node is in."""
    name, kept = request.parameters.get("CacheSubnetGroupName", ""), request.parameters.get("SubnetIds") or []
    group = account.of("elasticache").cache_subnet_groups.get(name)
    for subnet_id in group.subnet_ids if group is not None and kept else ():
        used = subnet_id not in kept and any(use.cache_nodes(account, subnet_id, name))
        refuse_if(used, "SubnetInUse", f"The subnet ID {subnet_id} is in use by {name}.")


@rule("elasticache", "DeleteCacheSubnetGroup")
def holds_no_cluster(request: AwsRequest, account: Account) -> None:
    """Refuse while a cluster without a replication group is in it."""
    name = request.parameters.get("CacheSubnetGroupName", "")
    users = [item for item in account.of("elasticache").cache_clusters.values() if item.cache_subnet_group_name == name]
    refuse_if(users, "CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")

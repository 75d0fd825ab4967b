"""What one stack of inventories/dev adds to an empty account, by kind: more is a duplicate, less is missing."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.account import Snapshot

COUNTS = {
    "ec2.Vpcs": 1,
    "ec2.Subnets": 4,
    "ec2.RouteTables": 5,  # the VPC's own main table and four of the stack
    "ec2.InternetGateways": 1,
    "ec2.Addresses": 1,
    "ec2.NatGateways": 1,
    "ec2.SecurityGroups": 5,  # the VPC's default group and four of the stack
    "ec2.FlowLogs": 1,
    "ec2.LaunchTemplates": 0,  # the lock goes with each run
    "secretsmanager.SecretList": 1,
    "rds.DBClusters": 1,
    "rds.DBInstances": 2,
    "rds.DBSubnetGroups": 1,
    "rds.DBClusterSnapshots": 1,  # the automated one
    "elasticache.ReplicationGroups": 1,
    "elasticache.CacheClusters": 2,
    "elasticache.CacheSubnetGroups": 1,
    "elbv2.LoadBalancers": 1,
    "elbv2.TargetGroups": 1,
    "logs.logGroups": 3,  # the service's, the flow log's, and that of Container Insights
    "iam.Roles": 4,  # the service's two, the flow log's, and the region's role for API Gateway's logs
    "ecs.clusters": 1,
    "apigateway.items": 1,
    "apigatewayv2.Items": 0,  # the API reaches a public load balancer
}
# the network alone
NETWORK = {kind: count if kind.startswith("ec2.") else 0 for kind, count in COUNTS.items()} | {
    "logs.logGroups": 1,
    "iam.Roles": 1,
}
# it belongs to the whole region, so that the stack that created it leaves it behind
STAYS = {"iam.Roles": 1}


def wrong(empty: Snapshot, now: Snapshot, deployed: bool, counts: Mapping[str, int] | None = None) -> list[str]:
    """Return what an account has too many or too few of.

    :param empty: the account before anything was deployed.
    :param deployed: whether the stack is deployed, or removed.
    :param counts: what the stack consists of; without it, the whole stack.
    """
    found = []
    for kind, count in (COUNTS if counts is None else counts).items():
        added = len(set(now[kind]) - set(empty[kind]))
        wanted = count if deployed else min(added, STAYS.get(kind, 0))
        if added != wanted:
            found.append(f"{added} {kind} instead of {wanted}")
    return found

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a resource that the tagging API lists exists: that API still lists it hours after its removal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.arns import Target
from ansible_collections.streamflix.content_api.plugins.module_utils.catalogue import TAG_LISTINGS

GONE = "not found"
# in the codes of errors that say so, IAM's and WAF's the last
MISSING = ("NotFound", "NoSuchEntity", "Nonexistent")


@dataclass(frozen=True)
class Check:
    """How to find out whether a resource is there.

    :ivar service: the boto3 client's name.
    :ivar operation: its method that describes one resource.
    :ivar params: the method's arguments for a resource.
    :ivar item: where in the reply the resource is; a list holds it as its first element, or is empty.
    :ivar state: where in the item its state is; empty when being described means being there.
    :ivar dead: the states in which it is gone, C(*) for any.
    """

    service: str
    operation: str
    params: Callable[[Target], dict[str, Any]]
    item: str = ""
    state: str = ""
    dead: frozenset[str] = frozenset()


def by_ids(service: str, operation: str, item: str, parameter: str, state: str = "", *dead: str) -> Check:
    """Return a check by an operation that takes a list of names."""
    return Check(service, operation, lambda target: {parameter: [target.name]}, item, state, frozenset(dead))


def by_arns(service: str, operation: str, item: str, parameter: str, state: str = "", *dead: str) -> Check:
    """Return a check by an operation that takes a list of ARNs."""
    return Check(service, operation, lambda target: {parameter: [target.arn]}, item, state, frozenset(dead))


def by_name(service: str, operation: str, item: str, parameter: str) -> Check:
    """Return a check by an operation that takes one name."""
    return Check(service, operation, lambda target: {parameter: target.name}, item)


def by_tags(service: str, operation: str, parameter: str) -> Check:
    """Return a check by the operation that lists tags by ARN: it refuses what is not there."""
    return Check(service, operation, lambda target: {parameter: target.arn})


def part(target: Target, index: int) -> str:
    """Return one part of a name that is a path."""
    return target.name.split("/")[index]


CHECKS = {
    # the kinds that modules manage, unless one of these says more
    **{kind: by_tags(*how) for kind, how in TAG_LISTINGS.items()},
    "ec2:vpc": by_ids("ec2", "describe_vpcs", "Vpcs", "VpcIds"),
    "ec2:subnet": by_ids("ec2", "describe_subnets", "Subnets", "SubnetIds"),
    "ec2:route-table": by_ids("ec2", "describe_route_tables", "RouteTables", "RouteTableIds"),
    "ec2:internet-gateway": by_ids("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayIds"),
    "ec2:natgateway": by_ids(
        "ec2", "describe_nat_gateways", "NatGateways", "NatGatewayIds", "State", "deleted", "failed"
    ),
    "ec2:elastic-ip": by_ids("ec2", "describe_addresses", "Addresses", "AllocationIds"),
    "ec2:security-group": by_ids("ec2", "describe_security_groups", "SecurityGroups", "GroupIds"),
    "ec2:security-group-rule": by_ids(
        "ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleIds"
    ),
    "ec2:launch-template": by_ids("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateIds"),
    "ec2:network-interface": by_ids("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceIds"),
    "ec2:vpc-endpoint": by_ids("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointIds", "State", "deleted"),
    "ec2:vpc-flow-log": by_ids("ec2", "describe_flow_logs", "FlowLogs", "FlowLogIds"),
    "rds:cluster": by_name("rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier"),
    "rds:db": by_name("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    "rds:subgrp": by_name("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    "rds:cluster-snapshot": by_name(
        "rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterSnapshotIdentifier"
    ),
    "elasticache:replicationgroup": by_name(
        "elasticache", "describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"
    ),
    "elasticache:cluster": by_name("elasticache", "describe_cache_clusters", "CacheClusters", "CacheClusterId"),
    "elasticache:subnetgroup": by_name(
        "elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"
    ),
    "elasticache:snapshot": by_name("elasticache", "describe_snapshots", "Snapshots", "SnapshotName"),
    "ecs:cluster": by_ids("ecs", "describe_clusters", "clusters", "clusters", "status", "INACTIVE"),
    "ecs:service": Check(
        "ecs",
        "describe_services",
        lambda target: {"cluster": part(target, 0), "services": [part(target, 1)]},
        "services",
        "status",
        frozenset({"INACTIVE"}),
    ),
    "ecs:task-definition": Check(
        "ecs",
        "describe_task_definition",
        lambda target: {"taskDefinition": target.name},
        "taskDefinition",
        "status",
        frozenset({"INACTIVE", "DELETE_IN_PROGRESS"}),
    ),
    "ecs:task": Check(
        "ecs",
        "describe_tasks",
        lambda target: {"cluster": part(target, 0), "tasks": [part(target, 1)]},
        "tasks",
        "lastStatus",
        frozenset({"STOPPED", "DELETED"}),
    ),
    "elasticloadbalancing:loadbalancer": by_arns(
        "elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArns"
    ),
    "elasticloadbalancing:targetgroup": by_arns("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArns"),
    "elasticloadbalancing:listener": by_arns("elbv2", "describe_listeners", "Listeners", "ListenerArns"),
    "elasticloadbalancing:listener-rule": by_arns("elbv2", "describe_rules", "Rules", "RuleArns"),
    "logs:log-group": Check(
        "logs", "list_tags_for_resource", lambda target: {"resourceArn": target.arn.removesuffix(":*")}
    ),
    "secretsmanager:secret": Check(
        "secretsmanager",
        "describe_secret",
        lambda target: {"SecretId": target.arn},
        state="DeletedDate",
        dead=frozenset({"*"}),
    ),
    "kms:key": Check(
        "kms",
        "describe_key",
        lambda target: {"KeyId": target.name},
        "KeyMetadata",
        "KeyState",
        frozenset({"PendingDeletion"}),
    ),
    "apigateway:restapis": Check("apigateway", "get_rest_api", lambda target: {"restApiId": part(target, 1)}),
    "apigateway:stages": Check(
        "apigateway", "get_stage", lambda target: {"restApiId": part(target, 1), "stageName": part(target, 3)}
    ),
    "apigateway:domainnames": Check("apigateway", "get_domain_name", lambda target: {"domainName": part(target, 1)}),
    "apigateway:vpclinks": Check("apigatewayv2", "get_vpc_link", lambda target: {"VpcLinkId": part(target, 1)}),
    "apigateway:usageplans": Check("apigateway", "get_usage_plan", lambda target: {"usagePlanId": part(target, 1)}),
}


def is_missing(failure: AwsError) -> bool:
    """Tell whether an error says that the resource does not exist; each service has a code of its own for it."""
    # ECS has only this general code, for a task definition that was deleted
    deleted_task_definition = failure.code == "ClientException" and "Unable to describe task definition" in str(failure)
    return any(word in failure.code for word in MISSING) or deleted_task_definition


def why_gone(check: Check, reply: Mapping[str, Any]) -> str:
    """Return how the reply says that the resource is gone; empty when it is there."""
    item: Any = reply.get(check.item) if check.item else reply
    if isinstance(item, list):
        item = item[0] if item else None
    if not item:
        return GONE
    state = item.get(check.state) if check.state else None
    if state is not None and "*" in check.dead:
        return f"{check.state} {state}"
    return str(state) if state in check.dead else ""


def look_up(api: Api, target: Target) -> str | None:
    """Ask a resource's own service whether it exists.

    :returns: how it is gone, empty when it is there, None when its type is not known here.
    :raises AwsError: for any other error than that it does not exist.
    """
    check = CHECKS.get(target.kind)
    if check is None:
        return None
    try:
        reply = api.call(check.operation, check.service, target.arn, **check.params(target))
    except AwsError as failure:
        if is_missing(failure):
            return GONE
        raise
    return why_gone(check, reply)

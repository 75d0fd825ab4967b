"""Everything that an AWS account holds of the kinds that the platform uses, read with plain boto3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Client = Callable[[str], Any]
Snapshot = dict[str, list[str]]

# stands for a resource's Name tag
TAG = "tag:Name"


def pages(client: Any, operation: str, key: str, **params: Any) -> list[Any]:
    """Return all items of a list operation over all its pages."""
    if not client.can_paginate(operation):
        return getattr(client, operation)(**params)[key]
    return client.get_paginator(operation).paginate(**params).build_full_result().get(key, [])


@dataclass(frozen=True)
class Kind:
    """A kind of resource, and how AWS lists it.

    :ivar service: the boto3 client's name.
    :ivar operation: its method that lists them.
    :ivar key: the reply's list.
    :ivar identifier: the item's key that no other of them has the same value of.
    :ivar type: CloudFormation's name for the kind; empty where a run's changes do not name it one by one.
    :ivar name: the item's key with what users call it; C(TAG) where that is its Name tag, empty for the identifier.
    :ivar ended: the C(State) of an item that AWS only remembers; empty where the kind has none.
    """

    service: str
    operation: str
    key: str
    identifier: str
    type: str = ""
    name: str = ""
    ended: str = ""

    def listed(self, aws: Client) -> list[Any]:
        """Return all of them, without AWS's own parameter groups, which come with the first use of their family."""
        found = pages(aws(self.service), self.operation, self.key)
        return [item for item in found if not str(item[self.identifier]).startswith("default.")]

    def name_of(self, item: Mapping[str, Any]) -> str:
        """Return what users call one of them."""
        return tag_name(item) if self.name == TAG else item[self.name or self.identifier]


def tag_name(item: Mapping[str, Any]) -> str:
    """Return the C(Name) tag of a resource of EC2."""
    return next((tag["Value"] for tag in item.get("Tags", []) if tag["Key"] == "Name"), "")


ELB = "AWS::ElasticLoadBalancingV2"
KINDS = (
    Kind("ec2", "describe_vpcs", "Vpcs", "VpcId", "AWS::EC2::VPC", TAG),
    Kind("ec2", "describe_subnets", "Subnets", "SubnetId", "AWS::EC2::Subnet", TAG),
    Kind("ec2", "describe_route_tables", "RouteTables", "RouteTableId", "AWS::EC2::RouteTable", TAG),
    Kind(
        "ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId", "AWS::EC2::InternetGateway", TAG
    ),
    Kind("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId", "AWS::EC2::NatGateway", TAG, "deleted"),
    Kind("ec2", "describe_addresses", "Addresses", "AllocationId", "AWS::EC2::EIP", TAG),
    Kind("ec2", "describe_security_groups", "SecurityGroups", "GroupId", "AWS::EC2::SecurityGroup", "GroupName"),
    Kind("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId", "AWS::EC2::FlowLog", TAG),
    Kind("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    Kind("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    Kind("secretsmanager", "list_secrets", "SecretList", "ARN", "AWS::SecretsManager::Secret", "Name"),
    Kind("rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier", "AWS::RDS::DBCluster"),
    Kind("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier", "AWS::RDS::DBInstance"),
    Kind("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", "AWS::RDS::DBSubnetGroup"),
    Kind(
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups",
        "DBClusterParameterGroupName",
        "AWS::RDS::DBClusterParameterGroup",
    ),
    Kind(
        "rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName", "AWS::RDS::DBParameterGroup"
    ),
    Kind("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterSnapshotIdentifier"),
    Kind(
        "elasticache",
        "describe_replication_groups",
        "ReplicationGroups",
        "ReplicationGroupId",
        "AWS::ElastiCache::ReplicationGroup",
    ),
    Kind("elasticache", "describe_cache_clusters", "CacheClusters", "CacheClusterId"),
    Kind(
        "elasticache",
        "describe_cache_subnet_groups",
        "CacheSubnetGroups",
        "CacheSubnetGroupName",
        "AWS::ElastiCache::SubnetGroup",
    ),
    # AWS's own are among them
    Kind("elasticache", "describe_cache_parameter_groups", "CacheParameterGroups", "CacheParameterGroupName"),
    Kind(
        "elbv2",
        "describe_load_balancers",
        "LoadBalancers",
        "LoadBalancerArn",
        f"{ELB}::LoadBalancer",
        "LoadBalancerName",
    ),
    Kind("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn", f"{ELB}::TargetGroup", "TargetGroupName"),
    Kind("logs", "describe_log_groups", "logGroups", "logGroupName", "AWS::Logs::LogGroup"),
    Kind(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        "CertificateArn",
        "AWS::CertificateManager::Certificate",
        "DomainName",
    ),
    # which go with their log group
    Kind("logs", "describe_metric_filters", "metricFilters", "filterName"),
    Kind("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", "AWS::CloudWatch::Alarm"),
    Kind("ecr", "describe_repositories", "repositories", "repositoryArn", "AWS::ECR::Repository", "repositoryName"),
    Kind("sns", "list_topics", "Topics", "TopicArn"),
    Kind("ssm", "describe_parameters", "Parameters", "Name", "AWS::SSM::Parameter"),
    Kind("backup", "list_backup_vaults", "BackupVaultList", "BackupVaultName", "AWS::Backup::BackupVault"),
    Kind("backup", "list_backup_plans", "BackupPlansList", "BackupPlanId", "AWS::Backup::BackupPlan", "BackupPlanName"),
    Kind("iam", "list_roles", "Roles", "RoleName", "AWS::IAM::Role"),
    Kind("apigatewayv2", "get_vpc_links", "Items", "VpcLinkId", "AWS::ApiGatewayV2::VpcLink", "Name"),
    Kind("apigateway", "get_domain_names", "items", "domainName", "AWS::ApiGateway::DomainName"),
    # resources.py reads them with what is in them
    Kind("apigateway", "get_rest_apis", "items", "id"),
)


def snapshot(aws: Client) -> Snapshot:
    """Return the identifiers of everything in the account, by C(service.kind), without what AWS only remembers."""
    found = {
        f"{kind.service}.{kind.key}": sorted(
            item[kind.identifier] for item in kind.listed(aws) if not kind.ended or item["State"] != kind.ended
        )
        for kind in KINDS
    }
    kms = aws("kms")
    keys = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in pages(kms, "list_keys", "Keys")]
    # AWS deletes them when their time is over; its own come with a service's first use
    lasting = [key for key in keys if key["KeyState"] != "PendingDeletion" and key["KeyManager"] == "CUSTOMER"]
    found["kms.Keys"] = sorted(key["Arn"] for key in lasting)
    waf, scope = aws("wafv2"), {"Scope": "REGIONAL"}
    found["wafv2.WebACLs"] = sorted(item["ARN"] for item in waf.list_web_acls(**scope)["WebACLs"])
    found["wafv2.IPSets"] = sorted(item["ARN"] for item in waf.list_ip_sets(**scope)["IPSets"])
    ends = pages(aws("ec2"), "describe_vpc_endpoints", "VpcEndpoints")
    found["ec2.VpcEndpoints"] = sorted(item["VpcEndpointId"] for item in ends if item["State"] != "deleted")
    found["iam.Policies"] = sorted(
        item["Arn"] for item in pages(aws("iam"), "list_policies", "Policies", Scope="Local")
    )
    composites = pages(aws("cloudwatch"), "describe_alarms", "CompositeAlarms", AlarmTypes=["CompositeAlarm"])
    found["cloudwatch.CompositeAlarms"] = sorted(item["AlarmName"] for item in composites)
    ecs = aws("ecs")
    clusters = pages(ecs, "list_clusters", "clusterArns")
    described = ecs.describe_clusters(clusters=clusters)["clusters"] if clusters else []
    found["ecs.clusters"] = sorted(item["clusterArn"] for item in described if item["status"] != "INACTIVE")
    for status in ("ACTIVE", "INACTIVE"):
        arns = pages(ecs, "list_task_definitions", "taskDefinitionArns", status=status)
        found[f"ecs.taskDefinitions.{status}"] = sorted(arns)
    found["application-autoscaling.ScalableTargets"] = sorted(
        item["ResourceId"]
        for namespace in ("ecs", "rds")
        for item in pages(
            aws("application-autoscaling"), "describe_scalable_targets", "ScalableTargets", ServiceNamespace=namespace
        )
    )
    found["apigateway.account"] = [aws("apigateway").get_account().get("cloudwatchRoleArn", "")]
    return found


def difference(before: Snapshot, after: Snapshot) -> dict[str, dict[str, list[str]]]:
    """Return what was added to and removed from an account between two snapshots, by kind."""
    changed: dict[str, dict[str, list[str]]] = {}
    for kind in before:
        added = sorted(set(after[kind]) - set(before[kind]))
        removed = sorted(set(before[kind]) - set(after[kind]))
        if added or removed:
            changed[kind] = {"added": added, "removed": removed}
    return changed

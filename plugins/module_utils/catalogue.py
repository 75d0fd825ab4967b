# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of AWS resources that the modules manage. C(make docs) writes this file from the modules' classes."""

from __future__ import annotations

# CloudFormation's name of each kind, by service and type in its ARN.
TYPES: dict[str, str] = {
    "apigateway:restapis": "AWS::ApiGateway::RestApi",
    "apigateway:stages": "AWS::ApiGateway::Stage",
    "cloudwatch:alarm": "AWS::CloudWatch::Alarm",
    "ec2:elastic-ip": "AWS::EC2::EIP",
    "ec2:internet-gateway": "AWS::EC2::InternetGateway",
    "ec2:natgateway": "AWS::EC2::NatGateway",
    "ec2:route-table": "AWS::EC2::RouteTable",
    "ec2:security-group": "AWS::EC2::SecurityGroup",
    "ec2:subnet": "AWS::EC2::Subnet",
    "ec2:vpc": "AWS::EC2::VPC",
    "ec2:vpc-endpoint": "AWS::EC2::VPCEndpoint",
    "ec2:vpc-flow-log": "AWS::EC2::FlowLog",
    "ecs:cluster": "AWS::ECS::Cluster",
    "ecs:service": "AWS::ECS::Service",
    "ecs:task-definition": "AWS::ECS::TaskDefinition",
    "elasticache:cluster": "AWS::ElastiCache::CacheCluster",
    "elasticache:replicationgroup": "AWS::ElastiCache::ReplicationGroup",
    "elasticache:subnetgroup": "AWS::ElastiCache::SubnetGroup",
    "elasticloadbalancing:listener": "AWS::ElasticLoadBalancingV2::Listener",
    "elasticloadbalancing:loadbalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elasticloadbalancing:targetgroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "iam:policy": "AWS::IAM::ManagedPolicy",
    "iam:role": "AWS::IAM::Role",
    "logs:log-group": "AWS::Logs::LogGroup",
    "rds:cluster": "AWS::RDS::DBCluster",
    "rds:cluster-pg": "AWS::RDS::DBClusterParameterGroup",
    "rds:db": "AWS::RDS::DBInstance",
    "rds:subgrp": "AWS::RDS::DBSubnetGroup",
    "secretsmanager:secret": "AWS::SecretsManager::Secret",
    "ssm:parameter": "AWS::SSM::Parameter",
}

# Where the tags of a kind are a request of their own: the client, its method, the parameter with the ARN.
TAG_LISTINGS: dict[str, tuple[str, str, str]] = {
    "cloudwatch:alarm": ("cloudwatch", "list_tags_for_resource", "ResourceARN"),
    "elasticache:replicationgroup": ("elasticache", "list_tags_for_resource", "ResourceName"),
    "elasticache:subnetgroup": ("elasticache", "list_tags_for_resource", "ResourceName"),
    "iam:policy": ("iam", "list_policy_tags", "PolicyArn"),
    "logs:log-group": ("logs", "list_tags_for_resource", "resourceArn"),
    "rds:cluster": ("rds", "list_tags_for_resource", "ResourceName"),
    "rds:cluster-pg": ("rds", "list_tags_for_resource", "ResourceName"),
    "rds:subgrp": ("rds", "list_tags_for_resource", "ResourceName"),
}

# The module of each kind, and the option with its settings.
MODULES: dict[str, tuple[str, str]] = {
    "AWS::ApiGateway::Account": ("apigateway_account", ""),
    "AWS::ApiGateway::Method": ("apigateway_proxy", ""),
    "AWS::ApiGateway::RestApi": ("apigateway_proxy", ""),
    "AWS::ApiGateway::Stage": ("apigateway_proxy", ""),
    "AWS::CloudWatch::Alarm": ("resource_tags", ""),
    "AWS::EC2::EIP": ("ec2_nat_gateways", "nat_gateways"),
    "AWS::EC2::FlowLog": ("ec2_flow_log", ""),
    "AWS::EC2::InternetGateway": ("ec2_internet_gateway", ""),
    "AWS::EC2::NatGateway": ("ec2_nat_gateways", "nat_gateways"),
    "AWS::EC2::RouteTable": ("ec2_route_tables", "route_tables"),
    "AWS::EC2::SecurityGroup": ("ec2_security_groups", "security_groups"),
    "AWS::EC2::Subnet": ("ec2_subnets", "subnets"),
    "AWS::EC2::VPC": ("ec2_vpc", ""),
    "AWS::EC2::VPCEndpoint": ("ec2_guardduty_endpoint", ""),
    "AWS::ECS::Cluster": ("ecs_cluster", ""),
    "AWS::ECS::Service": ("ecs_service", ""),
    "AWS::ECS::TaskDefinition": ("ecs_task_definition", ""),
    "AWS::ElastiCache::CacheCluster": ("elasticache_replication_group", ""),
    "AWS::ElastiCache::ReplicationGroup": ("elasticache_replication_group", ""),
    "AWS::ElastiCache::SubnetGroup": ("elasticache_subnet_group", ""),
    "AWS::ElasticLoadBalancingV2::Listener": ("elbv2_listener", ""),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("elbv2_load_balancer", ""),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("elbv2_target_group", ""),
    "AWS::IAM::ManagedPolicy": ("resource_tags", ""),
    "AWS::IAM::Role": ("iam_role", ""),
    "AWS::Logs::LogGroup": ("logs_log_group", ""),
    "AWS::RDS::DBCluster": ("rds_serverless_v2", ""),
    "AWS::RDS::DBClusterParameterGroup": ("resource_tags", ""),
    "AWS::RDS::DBInstance": ("rds_serverless_v2", "members"),
    "AWS::RDS::DBSubnetGroup": ("rds_subnet_group", ""),
    "AWS::SSM::Parameter": ("resource_tags", ""),
    "AWS::SecretsManager::Secret": ("secretsmanager_generated_secret", ""),
}

# The settings of each kind that decide who may do or reach what.
EXPOSING: dict[str, tuple[str, ...]] = {
    "AWS::ApiGateway::Account": ("cloudwatch_role_arn",),
    "AWS::ApiGateway::Method": ("endpoint_type", "resource_policy", "authorization"),
    "AWS::ApiGateway::RestApi": ("endpoint_type", "resource_policy", "authorization"),
    "AWS::ApiGateway::Stage": ("endpoint_type", "resource_policy", "authorization"),
    "AWS::EC2::RouteTable": ("routes",),
    "AWS::EC2::SecurityGroup": ("ingress", "egress"),
    "AWS::EC2::Subnet": ("map_public_ip_on_launch",),
    "AWS::ECS::Service": ("security_groups", "assign_public_ip", "enable_execute_command"),
    "AWS::ECS::TaskDefinition": ("execution_role_arn", "task_role_arn"),
    "AWS::ElastiCache::CacheCluster": (
        "transit_encryption",
        "transit_encryption_mode",
        "user_group_ids",
        "security_group_ids",
    ),
    "AWS::ElastiCache::ReplicationGroup": (
        "transit_encryption",
        "transit_encryption_mode",
        "user_group_ids",
        "security_group_ids",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": ("port", "protocol"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("scheme", "security_groups"),
    "AWS::IAM::ManagedPolicy": ("policy",),
    "AWS::IAM::Role": ("assume_role_policy_document", "permissions_boundary", "managed_policies", "inline_policies"),
    "AWS::RDS::DBCluster": ("vpc_security_group_ids", "iam_database_authentication", "members.publicly_accessible"),
    "AWS::RDS::DBInstance": ("publicly_accessible",),
}

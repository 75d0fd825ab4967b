# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ARNs taken apart, and chosen by patterns."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

# CloudFormation's names of the kinds that the platform consists of
TYPES = {
    "apigateway:restapis": "AWS::ApiGateway::RestApi",
    "apigateway:stages": "AWS::ApiGateway::Stage",
    "ec2:elastic-ip": "AWS::EC2::EIP",
    "ec2:internet-gateway": "AWS::EC2::InternetGateway",
    "ec2:natgateway": "AWS::EC2::NatGateway",
    "ec2:route-table": "AWS::EC2::RouteTable",
    "ec2:security-group": "AWS::EC2::SecurityGroup",
    "ec2:subnet": "AWS::EC2::Subnet",
    "ec2:vpc": "AWS::EC2::VPC",
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
    "iam:role": "AWS::IAM::Role",
    "logs:log-group": "AWS::Logs::LogGroup",
    "rds:cluster": "AWS::RDS::DBCluster",
    "rds:db": "AWS::RDS::DBInstance",
    "rds:subgrp": "AWS::RDS::DBSubnetGroup",
    "secretsmanager:secret": "AWS::SecretsManager::Secret",
}


@dataclass(frozen=True)
class Target:
    """One resource, taken apart.

    :ivar arn: its ARN.
    :ivar kind: service and type, such as C(ec2:vpc).
    :ivar name: what follows the type in the ARN: C(vpc-0123456789abcdef0), C(cluster/service).
    """

    arn: str
    kind: str
    name: str

    @property
    def type(self) -> str:
        """CloudFormation's name for its kind, or C(kind) where none is known here."""
        return TYPES.get(self.kind, self.kind)


def parse(arn: str) -> Target:
    """Take an ARN apart; services put the type before a slash, before a colon, or (API Gateway) into a path."""
    _unused, _unused, service, _unused, _unused, resource = arn.split(":", 5)
    if service == "apigateway":
        parts = resource.strip("/").split("/")
        kind = parts[2] if len(parts) > 2 else parts[0]
        return Target(arn, f"{service}:{kind}", resource.strip("/"))
    positions = [resource.find(mark) for mark in "/:" if mark in resource]
    if not positions:
        return Target(arn, f"{service}:", resource)
    cut = min(positions)
    return Target(arn, f"{service}:{resource[:cut]}", resource[cut + 1 :])


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Tell whether a text fits one of the patterns, in which C(*) is any text."""
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)

"""What the tests of the strict modes share: a network, and a look at refusals."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.emulator.conftest import REGION, Emulator

TRUST = '{"Version": "2012-10-17", "Statement": []}'


def refused(code: str, call: Any, **params: Any) -> str:
    """Expect a request to be refused with a code; returns the message."""
    with pytest.raises(ClientError) as error:
        call(**params)
    assert error.value.response["Error"]["Code"] == code
    assert 400 <= error.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return error.value.response["Error"]["Message"]


class Network:
    """A VPC with an internet gateway, two subnets in two zones and a security group, and shortcuts."""

    def __init__(self, aws: Emulator) -> None:
        self.aws, self.ec2 = aws, aws.client("ec2")
        self.vpc_id = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.gateway_id = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway_id, VpcId=self.vpc_id)
        self.subnets = [self.subnet(0, "a"), self.subnet(1, "b")]
        self.group_id = self.group("one")

    def subnet(self, index: int, zone: str) -> str:
        """Create a subnet."""
        params = {"VpcId": self.vpc_id, "CidrBlock": f"10.0.{index}.0/24", "AvailabilityZone": f"{REGION}{zone}"}
        return self.ec2.create_subnet(**params)["Subnet"]["SubnetId"]

    def group(self, name: str) -> str:
        """Create a security group."""
        return self.ec2.create_security_group(VpcId=self.vpc_id, GroupName=name, Description=name)["GroupId"]

    def address(self) -> str:
        """Allocate a public address."""
        return self.ec2.allocate_address(Domain="vpc")["AllocationId"]

    def nat_gateway(self, **changes: Any) -> str:
        """Create a NAT gateway in the first subnet."""
        params = {"SubnetId": self.subnets[0], "AllocationId": self.address(), **changes}
        return self.ec2.create_nat_gateway(**params)["NatGateway"]["NatGatewayId"]

    def balancer(self, **changes: Any) -> str:
        """Create a load balancer that faces the internet."""
        params = {"Name": "alb", "Subnets": self.subnets, "SecurityGroups": [self.group_id], **changes}
        made = self.aws.client("elbv2").create_load_balancer(**params)
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    def database(self) -> None:
        """Create a cluster of one instance; it is in the first subnet, and in the group."""
        rds = self.aws.client("rds")
        rds.create_db_subnet_group(
            DBSubnetGroupName="db", DBSubnetGroupDescription="of the cluster", SubnetIds=self.subnets
        )
        rds.create_db_cluster(
            DBClusterIdentifier="cluster",
            Engine="aurora-postgresql",
            DBSubnetGroupName="db",
            VpcSecurityGroupIds=[self.group_id],
            MasterUsername="postgres",
            MasterUserPassword="correct-horse",
            ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 1},
        )
        rds.create_db_instance(
            DBInstanceIdentifier="member",
            DBInstanceClass="db.serverless",
            Engine="aurora-postgresql",
            DBClusterIdentifier="cluster",
        )

    def cache(self) -> None:
        """Create a replication group of one node; it is in the first subnet, and in the group."""
        cache = self.aws.client("elasticache")
        cache.create_cache_subnet_group(
            CacheSubnetGroupName="cache", CacheSubnetGroupDescription="of the cache", SubnetIds=self.subnets
        )
        cache.create_replication_group(
            ReplicationGroupId="cache",
            ReplicationGroupDescription="the cache",
            CacheNodeType="cache.t4g.micro",
            Engine="redis",
            CacheSubnetGroupName="cache",
            SecurityGroupIds=[self.group_id],
        )

    def service(self) -> None:
        """Run a service of one task; it is in the first subnet, and in the group."""
        ecs = self.aws.client("ecs")
        ecs.create_cluster(clusterName="cluster")
        ecs.register_task_definition(
            family="api",
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[{"name": "api", "image": "public.ecr.aws/nginx/nginx:1.29.3"}],
        )
        network = {"subnets": self.subnets[:1], "securityGroups": [self.group_id]}
        ecs.create_service(**self.service_params(network))
        ecs.describe_services(cluster="cluster", services=["api"])

    @staticmethod
    def service_params(network: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of the service."""
        return {
            "cluster": "cluster",
            "serviceName": "api",
            "taskDefinition": "api",
            "desiredCount": 1,
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": network},
            "clientToken": "the-first",
        }

    def link(self) -> None:
        """Create a VPC link in both subnets and in the group."""
        api = self.aws.client("apigatewayv2")
        api.create_vpc_link(Name="link", SubnetIds=self.subnets, SecurityGroupIds=[self.group_id])

    def endpoint(self) -> None:
        """Create an interface endpoint in the first subnet and in the group."""
        self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=self.vpc_id,
            ServiceName=f"com.amazonaws.{REGION}.logs",
            SubnetIds=self.subnets[:1],
            SecurityGroupIds=[self.group_id],
        )

"""The Redis tier as it is in the account: every property that the platform wants, read with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


@pytest.fixture(scope="module")
def group(aws: Any, environment: str) -> dict[str, Any]:
    name = f"streamflix-redis-{environment}"
    (found,) = aws("elasticache").describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
    return found


@pytest.fixture(scope="module")
def nodes(aws: Any, group: dict[str, Any]) -> list[dict[str, Any]]:
    elasticache = aws("elasticache")
    return [
        elasticache.describe_cache_clusters(CacheClusterId=name)["CacheClusters"][0] for name in group["MemberClusters"]
    ]


@pytest.fixture(scope="module")
def subnet_group(aws: Any, environment: str) -> dict[str, Any]:
    name = f"streamflix-redis-subnet-{environment}"
    (found,) = aws("elasticache").describe_cache_subnet_groups(CacheSubnetGroupName=name)["CacheSubnetGroups"]
    return found


@pytest.fixture(scope="module")
def subnets(aws: Any, subnet_group: dict[str, Any]) -> list[dict[str, Any]]:
    names = [subnet["SubnetIdentifier"] for subnet in subnet_group["Subnets"]]
    return aws("ec2").describe_subnets(SubnetIds=names)["Subnets"]


def test_subnet_group_has_the_two_private_subnets(
    aws: Any, environment: str, subnet_group: dict[str, Any], subnets: list[dict[str, Any]]
) -> None:
    assert subnet_group["CacheSubnetGroupDescription"] == "Subnet group for Redis cluster"
    vpcs = aws("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [f"streamflix-vpc-{environment}"]}])["Vpcs"]
    assert [vpc["VpcId"] for vpc in vpcs] == [subnet_group["VpcId"]]
    assert len(subnets) == 2
    assert len({subnet["AvailabilityZone"] for subnet in subnets}) == 2
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets)


def test_subnet_group_carries_the_tags_of_the_stack(
    aws: Any, tags: dict[str, str], subnet_group: dict[str, Any]
) -> None:
    pairs = aws("elasticache").list_tags_for_resource(ResourceName=subnet_group["ARN"])["TagList"]
    assert {pair["Key"]: pair["Value"] for pair in pairs} == tags


def test_subnets_have_no_way_in_from_the_internet(aws: Any, subnets: list[dict[str, Any]]) -> None:
    names = [subnet["SubnetId"] for subnet in subnets]
    tables = aws("ec2").describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": names}])
    routes = [route for table in tables["RouteTables"] for route in table["Routes"]]
    assert routes
    assert not any(route.get("GatewayId", "").startswith("igw-") for route in routes)


def test_group_is_what_the_platform_wants(group: dict[str, Any]) -> None:
    assert group["Status"] == "available"
    assert group["Description"] == "StreamFlix content metadata cache"
    assert group["CacheNodeType"] == "cache.t4g.micro"
    assert len(group["MemberClusters"]) == 2
    assert not group["ClusterEnabled"]
    assert (group["AutomaticFailover"], group["MultiAZ"]) == ("enabled", "enabled")


def test_group_is_encrypted_at_rest_and_takes_only_tls(group: dict[str, Any], nodes: list[dict[str, Any]]) -> None:
    for item in (group, *nodes):
        assert item["AtRestEncryptionEnabled"]
        assert item["TransitEncryptionEnabled"]
        assert item["TransitEncryptionMode"] == "required"


def test_nodes_run_redis_7_1(group: dict[str, Any], nodes: list[dict[str, Any]]) -> None:
    assert group["Engine"] == "redis"
    for node in nodes:
        assert node["Engine"] == "redis"
        assert node["EngineVersion"].split(".")[:2] == ["7", "1"]
        assert node["CacheNodeType"] == "cache.t4g.micro"
        assert node["ReplicationGroupId"] == group["ReplicationGroupId"]


def test_nodes_are_in_the_subnet_group_in_two_zones(
    group: dict[str, Any], nodes: list[dict[str, Any]], subnet_group: dict[str, Any], subnets: list[dict[str, Any]]
) -> None:
    assert {node["CacheSubnetGroupName"] for node in nodes} == {subnet_group["CacheSubnetGroupName"]}
    members = group["NodeGroups"][0]["NodeGroupMembers"]
    zones = {member["PreferredAvailabilityZone"] for member in members}
    assert zones == {subnet["AvailabilityZone"] for subnet in subnets}


def test_endpoints_listen_on_6379(group: dict[str, Any]) -> None:
    (node_group,) = group["NodeGroups"]
    assert node_group["PrimaryEndpoint"]["Port"] == 6379
    assert node_group["PrimaryEndpoint"]["Address"]
    assert node_group["ReaderEndpoint"]["Port"] == 6379
    assert node_group["ReaderEndpoint"]["Address"] != node_group["PrimaryEndpoint"]["Address"]


def test_only_the_service_reaches_the_nodes(
    aws: Any, nodes: list[dict[str, Any]], subnet_group: dict[str, Any]
) -> None:
    names = {entry["SecurityGroupId"] for node in nodes for entry in node["SecurityGroups"]}
    assert len(names) == 1
    (security_group,) = aws("ec2").describe_security_groups(GroupIds=list(names))["SecurityGroups"]
    assert security_group["Description"] == "Security group for ElastiCache Redis"
    assert security_group["VpcId"] == subnet_group["VpcId"]
    (rule,) = security_group["IpPermissions"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 6379, 6379)
    assert rule["IpRanges"] == []
    (source,) = rule["UserIdGroupPairs"]
    (service,) = aws("ec2").describe_security_groups(GroupIds=[source["GroupId"]])["SecurityGroups"]
    assert "ecs" in service["GroupName"].lower() or "ecs" in service["Description"].lower()


def test_group_and_nodes_carry_the_tags_of_the_stack(
    aws: Any, tags: dict[str, str], group: dict[str, Any], nodes: list[dict[str, Any]]
) -> None:
    for item in (group, *nodes):
        pairs = aws("elasticache").list_tags_for_resource(ResourceName=item["ARN"])["TagList"]
        assert {pair["Key"]: pair["Value"] for pair in pairs}.items() >= tags.items()

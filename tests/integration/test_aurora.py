"""The Aurora tier of a deployed stack, read with plain boto3: every property that the platform asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


@pytest.fixture(scope="module")
def described_secret(aws: Client, environment: str) -> dict[str, Any]:
    return aws("secretsmanager").describe_secret(SecretId=f"streamflix-db-credentials-{environment}")


@pytest.fixture(scope="module")
def credentials(aws: Client, described_secret: dict[str, Any]) -> dict[str, Any]:
    """Give the secret's value."""
    reply = aws("secretsmanager").get_secret_value(SecretId=described_secret["ARN"])
    return json.loads(reply["SecretString"])


@pytest.fixture(scope="module")
def cluster(aws: Client, environment: str) -> dict[str, Any]:
    name = f"streamflix-aurora-{environment}"
    return aws("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


@pytest.fixture(scope="module")
def members(aws: Client, cluster: dict[str, Any]) -> dict[str, Any]:
    """Give the cluster's instances by the last part of their name."""
    only_its_own = [{"Name": "db-cluster-id", "Values": [cluster["DBClusterIdentifier"]]}]
    found = aws("rds").describe_db_instances(Filters=only_its_own)["DBInstances"]
    prefix = f"{cluster['DBClusterIdentifier']}-"
    return {item["DBInstanceIdentifier"].removeprefix(prefix): item for item in found}


@pytest.fixture(scope="module")
def subnet_group(aws: Client, cluster: dict[str, Any]) -> dict[str, Any]:
    return aws("rds").describe_db_subnet_groups(DBSubnetGroupName=cluster["DBSubnetGroup"])["DBSubnetGroups"][0]


@pytest.fixture(scope="module")
def vpc_id(aws: Client, environment: str) -> str:
    by_name = [{"Name": "tag:Name", "Values": [f"streamflix-vpc-{environment}"]}]
    return aws("ec2").describe_vpcs(Filters=by_name)["Vpcs"][0]["VpcId"]


def as_dict(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs}


def test_secret(described_secret: dict[str, Any], tags: dict[str, str]) -> None:
    assert described_secret["Description"] == "Credentials of the StreamFlix database"
    assert "DeletedDate" not in described_secret
    assert as_dict(described_secret["Tags"]) == tags


def test_generated_password(credentials: dict[str, Any]) -> None:
    assert credentials["username"] == "postgres"
    # not with == or in an expression that pytest would print, as the password is secret
    is_long, is_plain = len(credentials["password"]) == 32, credentials["password"].isalnum()
    assert (is_long, is_plain) == (True, True)


def test_secret_tells_where_the_database_is(credentials: dict[str, Any], cluster: dict[str, Any]) -> None:
    place = {key: value for key, value in credentials.items() if key not in ("username", "password")}
    assert place == {
        "host": cluster["Endpoint"],
        "port": 5432,
        "engine": "postgres",
        "dbname": "streamflix",
        "dbClusterIdentifier": cluster["DBClusterIdentifier"],
    }


def test_subnet_group(aws: Client, subnet_group: dict[str, Any], vpc_id: str, tags: dict[str, str]) -> None:
    assert subnet_group["DBSubnetGroupDescription"] == "Subnets for DatabaseCluster database"
    assert subnet_group["VpcId"] == vpc_id
    ids = [item["SubnetIdentifier"] for item in subnet_group["Subnets"]]
    subnets = aws("ec2").describe_subnets(SubnetIds=ids)["Subnets"]
    assert {(item["CidrBlock"], item["AvailabilityZone"]) for item in subnets} == {
        ("10.0.2.0/24", "eu-west-1a"),
        ("10.0.3.0/24", "eu-west-1b"),
    }
    assert not any(item["MapPublicIpOnLaunch"] for item in subnets)
    listed = aws("rds").list_tags_for_resource(ResourceName=subnet_group["DBSubnetGroupArn"])["TagList"]
    assert as_dict(listed) == tags


def test_cluster(cluster: dict[str, Any], tags: dict[str, str]) -> None:
    assert cluster["Status"] == "available"
    # 15.5 is no longer offered
    assert (cluster["Engine"], cluster["EngineVersion"]) == ("aurora-postgresql", "15.17")
    assert cluster["EngineMode"] == "provisioned"
    assert cluster["DBClusterParameterGroup"] == "default.aurora-postgresql15"
    assert (cluster["DatabaseName"], cluster["Port"], cluster["MasterUsername"]) == ("streamflix", 5432, "postgres")
    assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 2.0}
    assert cluster["StorageEncrypted"]
    assert cluster["BackupRetentionPeriod"] == 7
    assert cluster["CopyTagsToSnapshot"]
    assert not cluster["DeletionProtection"]
    assert "MasterUserSecret" not in cluster
    assert as_dict(cluster["TagList"]) == tags


def test_extended_support_is_not_paid_for(cluster: dict[str, Any]) -> None:
    assert cluster["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_cluster_lies_in_the_private_subnets_behind_its_security_group(
    aws: Client, cluster: dict[str, Any], subnet_group: dict[str, Any], vpc_id: str
) -> None:
    assert cluster["DBSubnetGroup"] == subnet_group["DBSubnetGroupName"]
    ids = [item["VpcSecurityGroupId"] for item in cluster["VpcSecurityGroups"]]
    groups = aws("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]
    assert [(item["Description"], item["VpcId"]) for item in groups] == [("Security group for RDS PostgreSQL", vpc_id)]


def test_there_are_a_writer_and_a_reader(cluster: dict[str, Any], members: dict[str, Any]) -> None:
    assert set(members) == {"writer", "reader"}
    assert len(cluster["DBClusterMembers"]) == 2
    writers = [item["DBInstanceIdentifier"] for item in cluster["DBClusterMembers"] if item["IsClusterWriter"]]
    assert writers == [members["writer"]["DBInstanceIdentifier"]]
    assert len({item["AvailabilityZone"] for item in members.values()}) == 2


@pytest.mark.parametrize(("name", "tier"), [("writer", 0), ("reader", 1)])
def test_member(members: dict[str, Any], cluster: dict[str, Any], tags: dict[str, str], name: str, tier: int) -> None:
    member = members[name]
    assert member["DBInstanceStatus"] == "available"
    assert (member["DBInstanceClass"], member["Engine"]) == ("db.serverless", "aurora-postgresql")
    assert member["EngineVersion"] == cluster["EngineVersion"]
    assert member["DBClusterIdentifier"] == cluster["DBClusterIdentifier"]
    assert member["PromotionTier"] == tier
    assert not member["PubliclyAccessible"]
    assert member["AutoMinorVersionUpgrade"]
    assert member["StorageEncrypted"]
    assert member["DBSubnetGroup"]["DBSubnetGroupName"] == cluster["DBSubnetGroup"]
    assert as_dict(member["TagList"]) == tags

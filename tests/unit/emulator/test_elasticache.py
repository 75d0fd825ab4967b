"""The emulator's ElastiCache behaves as AWS does, where moto does not."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "streamflix-redis-dev"
SUBNET_GROUP = "streamflix-redis-subnet-dev"


@pytest.fixture
def client(aws: Any) -> Any:
    elasticache = aws("elasticache")
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName=SUBNET_GROUP,
        CacheSubnetGroupDescription="Subnet group for Redis cluster",
        SubnetIds=["subnet-00000000000000001", "subnet-00000000000000002"],
        Tags=[{"Key": "Environment", "Value": "dev"}],
    )
    return elasticache


def create(client: Any, **changes: Any) -> dict[str, Any]:
    params = {
        "ReplicationGroupId": NAME,
        "ReplicationGroupDescription": "StreamFlix content metadata cache",
        "Engine": "redis",
        "EngineVersion": "7.1",
        "CacheNodeType": "cache.t4g.micro",
        "NumCacheClusters": 2,
        "AutomaticFailoverEnabled": True,
        "MultiAZEnabled": True,
        "TransitEncryptionEnabled": True,
        "AtRestEncryptionEnabled": True,
        "CacheSubnetGroupName": SUBNET_GROUP,
        "SecurityGroupIds": ["sg-00000000000000001"],
        "Tags": [{"Key": "Environment", "Value": "dev"}],
    }
    client.create_replication_group(**{**params, **changes})
    return group_of(client)


def group_of(client: Any) -> dict[str, Any]:
    return client.describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]


def modify(client: Any, **changes: Any) -> dict[str, Any]:
    client.modify_replication_group(ReplicationGroupId=NAME, **{"ApplyImmediately": True, **changes})
    return group_of(client)


def code_of(failure: pytest.ExceptionInfo[ClientError]) -> str:
    return failure.value.response["Error"]["Code"]


def test_a_group_has_as_many_nodes_as_asked_for_over_the_zones(client: Any) -> None:
    group = create(client)
    assert group["MemberClusters"] == [f"{NAME}-001", f"{NAME}-002"]
    members = group["NodeGroups"][0]["NodeGroupMembers"]
    assert [member["CurrentRole"] for member in members] == ["primary", "replica"]
    assert [member["PreferredAvailabilityZone"] for member in members] == ["eu-west-1a", "eu-west-1b"]


def test_endpoints_are_named_by_encryption(client: Any) -> None:
    node_group = create(client)["NodeGroups"][0]
    assert node_group["PrimaryEndpoint"]["Address"].startswith(f"master.{NAME}.")
    assert node_group["ReaderEndpoint"]["Address"].startswith(f"replica.{NAME}.")
    assert node_group["PrimaryEndpoint"]["Address"].endswith(".euw1.cache.amazonaws.com")
    client.delete_replication_group(ReplicationGroupId=NAME)
    node_group = create(client, TransitEncryptionEnabled=False)["NodeGroups"][0]
    assert node_group["PrimaryEndpoint"]["Address"].startswith(f"{NAME}.")
    assert node_group["ReaderEndpoint"]["Address"].startswith(f"{NAME}-ro.")


def test_nodes_tell_what_the_group_does_not(client: Any) -> None:
    group = create(client)
    node = client.describe_cache_clusters(CacheClusterId=f"{NAME}-002")["CacheClusters"][0]
    assert (node["EngineVersion"], node["CacheSubnetGroupName"]) == ("7.1.0", SUBNET_GROUP)
    assert node["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7"
    assert node["SecurityGroups"] == [{"SecurityGroupId": "sg-00000000000000001", "Status": "active"}]
    assert node["ReplicationGroupId"] == NAME
    assert len(client.describe_cache_clusters()["CacheClusters"]) == 2
    assert group["TransitEncryptionMode"] == "required"
    with pytest.raises(ClientError) as failure:
        client.describe_cache_clusters(CacheClusterId="nobody")
    assert code_of(failure) == "CacheClusterNotFound"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CacheSubnetGroupName": "missing"}, "CacheSubnetGroupNotFoundFault"),
        ({"NumCacheClusters": 1}, "InvalidParameterCombination"),
        ({"AutomaticFailoverEnabled": False}, "InvalidParameterCombination"),
        ({"TransitEncryptionEnabled": False, "TransitEncryptionMode": "required"}, "InvalidParameterCombination"),
        ({"ReplicationGroupId": "double--hyphen"}, "InvalidParameterValue"),
    ],
)
def test_a_group_that_aws_refuses_is_refused(client: Any, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as failure:
        create(client, **changes)
    assert code_of(failure) == code


def test_modify_changes_everything_it_names(client: Any) -> None:
    create(client)
    group = modify(client, SnapshotRetentionLimit=3, SnapshotWindow="01:00-02:00", CacheNodeType="cache.t4g.small")
    assert (group["SnapshotRetentionLimit"], group["SnapshotWindow"]) == (3, "01:00-02:00")
    modify(client, SecurityGroupIds=["sg-2"], PreferredMaintenanceWindow="mon:01:00-mon:02:00")
    node = client.describe_cache_clusters(CacheClusterId=f"{NAME}-001")["CacheClusters"][0]
    assert node["SecurityGroups"][0]["SecurityGroupId"] == "sg-2"
    assert (node["PreferredMaintenanceWindow"], node["CacheNodeType"]) == ("mon:01:00-mon:02:00", "cache.t4g.small")


def test_a_change_that_is_not_immediate_is_pending(client: Any) -> None:
    create(client)
    assert modify(client, CacheNodeType="cache.t4g.small", ApplyImmediately=False)["CacheNodeType"] == "cache.t4g.micro"
    node = client.describe_cache_clusters(CacheClusterId=f"{NAME}-001")["CacheClusters"][0]
    assert node["PendingModifiedValues"]["CacheNodeType"] == "cache.t4g.small"


def test_versions_go_forward_only(client: Any) -> None:
    create(client, EngineVersion="7.0")
    modify(client, EngineVersion="7.1")
    with pytest.raises(ClientError) as failure:
        modify(client, EngineVersion="7.0")
    assert code_of(failure) == "InvalidParameterValue"
    modify(client, Engine="valkey", EngineVersion="8.0")
    node = client.describe_cache_clusters(CacheClusterId=f"{NAME}-001")["CacheClusters"][0]
    assert node["CacheParameterGroup"]["CacheParameterGroupName"] == "default.valkey8"


def test_the_versions_that_are_offered_are_listed_with_the_family_of_their_parameters(client: Any) -> None:
    listed = client.describe_cache_engine_versions(Engine="valkey")["CacheEngineVersions"]
    assert {entry["EngineVersion"]: entry["CacheParameterGroupFamily"] for entry in listed}["8.0"] == "valkey8"
    assert {entry["Engine"] for entry in listed} == {"valkey"}
    (one,) = client.describe_cache_engine_versions(Engine="redis", EngineVersion="6.2")["CacheEngineVersions"]
    assert one["CacheParameterGroupFamily"] == "redis6.x"
    (newest,) = client.describe_cache_engine_versions(Engine="redis", DefaultOnly=True)["CacheEngineVersions"]
    assert newest["EngineVersion"] == "7.1"


@pytest.mark.parametrize(("engine", "version"), [("redis", "7.2"), ("valkey", "7.1"), ("redis", "4.0.13")])
def test_a_version_that_is_not_offered_is_refused(client: Any, engine: str, version: str) -> None:
    with pytest.raises(ClientError) as failure:
        create(client, Engine=engine, EngineVersion=version)
    assert code_of(failure) == "InvalidParameterCombination"
    assert f"Cannot find version {version} for {engine}" in str(failure.value)
    create(client, EngineVersion="6.x")
    with pytest.raises(ClientError) as failure:
        modify(client, Engine=engine, EngineVersion="7.3", ApplyImmediately=False)
    assert code_of(failure) == "InvalidParameterCombination"


def test_encryption_in_transit_goes_through_preferred(client: Any) -> None:
    create(client, TransitEncryptionEnabled=False)
    with pytest.raises(ClientError):
        modify(client, TransitEncryptionEnabled=True, TransitEncryptionMode="required")
    modify(client, TransitEncryptionEnabled=True, TransitEncryptionMode="preferred")
    assert modify(client, TransitEncryptionMode="required")["TransitEncryptionMode"] == "required"
    with pytest.raises(ClientError):
        modify(client, TransitEncryptionEnabled=False)


def test_replicas_come_and_go(client: Any) -> None:
    create(client)
    client.increase_replica_count(ReplicationGroupId=NAME, NewReplicaCount=2, ApplyImmediately=True)
    assert len(group_of(client)["MemberClusters"]) == 3
    client.decrease_replica_count(ReplicationGroupId=NAME, NewReplicaCount=1, ApplyImmediately=True)
    assert len(group_of(client)["MemberClusters"]) == 2
    for count in (0, 1, 4):
        with pytest.raises(ClientError) as failure:
            client.decrease_replica_count(ReplicationGroupId=NAME, NewReplicaCount=count, ApplyImmediately=True)
        assert code_of(failure) == "InvalidParameterCombination"


def test_a_busy_group_takes_no_change_and_tells_no_tags(client: Any) -> None:
    from moto.elasticache.models import elasticache_backends

    arn = create(client)["ARN"]
    elasticache_backends["123456789012"]["eu-west-1"].replication_groups[NAME].status = "modifying"
    for request in (
        lambda: modify(client, SnapshotRetentionLimit=1),
        lambda: client.list_tags_for_resource(ResourceName=arn),
        lambda: client.delete_replication_group(ReplicationGroupId=NAME),
    ):
        with pytest.raises(ClientError) as failure:
            request()
        assert code_of(failure) == "InvalidReplicationGroupState"


def test_tags_reach_the_nodes(client: Any) -> None:
    arn = create(client)["ARN"]
    client.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "Owner", "Value": "api"}])
    client.remove_tags_from_resource(ResourceName=arn, TagKeys=["Environment"])
    node = client.describe_cache_clusters(CacheClusterId=f"{NAME}-001")["CacheClusters"][0]
    assert client.list_tags_for_resource(ResourceName=node["ARN"])["TagList"] == [{"Key": "Owner", "Value": "api"}]


def test_a_deletion_ends_and_keeps_the_final_snapshot(client: Any) -> None:
    create(client)
    client.delete_replication_group(ReplicationGroupId=NAME, FinalSnapshotIdentifier="final")
    assert client.describe_snapshots()["Snapshots"][0]["SnapshotName"] == "final"
    with pytest.raises(ClientError) as failure:
        group_of(client)
    assert code_of(failure) == "ReplicationGroupNotFoundFault"
    arn = create(client, Tags=[])["ARN"]
    assert client.list_tags_for_resource(ResourceName=arn)["TagList"] == []


def test_a_subnet_group_changes_and_goes_when_nothing_uses_it(client: Any) -> None:
    create(client)
    with pytest.raises(ClientError) as failure:
        client.delete_cache_subnet_group(CacheSubnetGroupName=SUBNET_GROUP)
    assert code_of(failure) == "CacheSubnetGroupInUse"
    client.delete_replication_group(ReplicationGroupId=NAME)
    client.modify_cache_subnet_group(CacheSubnetGroupName=SUBNET_GROUP, SubnetIds=["subnet-00000000000000003"])
    group = client.describe_cache_subnet_groups()["CacheSubnetGroups"][0]
    assert [subnet["SubnetIdentifier"] for subnet in group["Subnets"]] == ["subnet-00000000000000003"]
    assert group["CacheSubnetGroupDescription"] == "Subnet group for Redis cluster"
    client.delete_cache_subnet_group(CacheSubnetGroupName=SUBNET_GROUP)
    assert client.describe_cache_subnet_groups()["CacheSubnetGroups"] == []


@pytest.mark.parametrize(("engine", "encrypted"), [("redis", False), ("valkey", True)])
def test_create_replication_group_encrypts_the_disks_of_valkey_by_itself(
    client: Any, engine: str, encrypted: bool
) -> None:
    client.create_replication_group(
        ReplicationGroupId=NAME, ReplicationGroupDescription="x", Engine=engine, CacheNodeType="cache.t4g.micro"
    )
    assert group_of(client)["AtRestEncryptionEnabled"] is encrypted


def parameters(client: Any, name: str, family: str) -> None:
    client.create_cache_parameter_group(
        CacheParameterGroupName=name, CacheParameterGroupFamily=family, Description=f"of {family}"
    )


def test_parameter_groups_come_and_go(client: Any) -> None:
    parameters(client, "own", "redis7")
    (group,) = client.describe_cache_parameter_groups(CacheParameterGroupName="own")["CacheParameterGroups"]
    assert (group["CacheParameterGroupFamily"], group["Description"]) == ("redis7", "of redis7")
    listed = client.describe_cache_parameter_groups()["CacheParameterGroups"]
    assert {"own", "default.redis7", "default.redis6.x"} <= {item["CacheParameterGroupName"] for item in listed}
    create(client, CacheParameterGroupName="own")
    with pytest.raises(ClientError) as caught:
        client.delete_cache_parameter_group(CacheParameterGroupName="own")
    assert code_of(caught) == "InvalidCacheParameterGroupState"
    modify(client, CacheParameterGroupName="default.redis7")
    client.delete_cache_parameter_group(CacheParameterGroupName="own")
    with pytest.raises(ClientError) as caught:
        client.describe_cache_parameter_groups(CacheParameterGroupName="own")
    assert code_of(caught) == "CacheParameterGroupNotFound"


@pytest.mark.parametrize(
    ("name", "family", "code"),
    [
        ("own", "redis99", "InvalidParameterValue"),
        ("taken", "redis7", "CacheParameterGroupAlreadyExists"),
        ("1own", "redis7", "InvalidParameterValue"),
    ],
)
def test_a_parameter_group_that_aws_refuses_is_refused(client: Any, name: str, family: str, code: str) -> None:
    parameters(client, "taken", "redis7")
    with pytest.raises(ClientError) as caught:
        parameters(client, name, family)
    assert code_of(caught) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nowhere", "CacheParameterGroupNotFound"),
        ("older", "InvalidParameterCombination"),
        ("default.valkey8", "InvalidParameterCombination"),
    ],
)
def test_a_group_takes_only_parameters_of_its_family(client: Any, name: str, code: str) -> None:
    parameters(client, "older", "redis6.x")
    with pytest.raises(ClientError) as caught:
        create(client, CacheParameterGroupName=name)
    assert code_of(caught) == code
    create(client)
    with pytest.raises(ClientError) as caught:
        modify(client, CacheParameterGroupName=name)
    assert code_of(caught) == code


def test_default_parameters_follow_the_engine_and_own_ones_do_not(client: Any) -> None:
    parameters(client, "own", "redis7")
    create(client, CacheParameterGroupName="own")
    with pytest.raises(ClientError) as caught:
        modify(client, Engine="valkey", EngineVersion="8.0")
    assert code_of(caught) == "InvalidParameterCombination"
    group = modify(client, Engine="valkey", EngineVersion="8.0", CacheParameterGroupName="default.valkey8")
    node = client.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0])["CacheClusters"][0]
    assert node["CacheParameterGroup"]["CacheParameterGroupName"] == "default.valkey8"

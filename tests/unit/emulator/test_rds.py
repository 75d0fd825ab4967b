"""RDS of the emulator, with plain boto3."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "cluster"
GROUP = "subnets"


@pytest.fixture
def rds(aws: Any) -> Any:
    ec2, rds = aws("ec2"), aws("rds")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for cidr, zone in (("10.0.2.0/24", "eu-west-1a"), ("10.0.3.0/24", "eu-west-1b"))
    ]
    rds.create_db_subnet_group(DBSubnetGroupName=GROUP, DBSubnetGroupDescription="x", SubnetIds=subnets)
    return rds


def create(rds: Any, **more: Any) -> Any:
    arguments = {
        "DBClusterIdentifier": NAME,
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.17",
        "MasterUsername": "postgres",
        "MasterUserPassword": "long-enough",
        "DBSubnetGroupName": GROUP,
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2},
    }
    return rds.create_db_cluster(**(arguments | more))["DBCluster"]


def add(rds: Any, name: str, **more: Any) -> Any:
    arguments = {"Engine": "aurora-postgresql", "DBInstanceClass": "db.serverless"}
    return rds.create_db_instance(DBInstanceIdentifier=name, DBClusterIdentifier=NAME, **(arguments | more))[
        "DBInstance"
    ]


def read(rds: Any) -> Any:
    return rds.describe_db_clusters(DBClusterIdentifier=NAME)["DBClusters"][0]


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return caught.value.response["Error"]["Code"]


def test_gives_back_every_setting(rds: Any) -> None:
    create(
        rds,
        StorageEncrypted=True,
        EngineLifecycleSupport="open-source-rds-extended-support-disabled",
        DatabaseInsightsMode="advanced",
        EnablePerformanceInsights=True,
        PerformanceInsightsRetentionPeriod=465,
        EnableIAMDatabaseAuthentication=True,
        EnableCloudwatchLogsExports=["postgresql"],
        PreferredMaintenanceWindow="Sun:04:00-Sun:05:00",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0, "MaxCapacity": 2, "SecondsUntilAutoPause": 600},
    )
    cluster = read(rds)
    assert cluster["KmsKeyId"].startswith("arn:aws:kms:eu-west-1:123456789012:key/")
    assert cluster["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"
    assert cluster["DatabaseInsightsMode"] == "advanced"
    assert cluster["PerformanceInsightsEnabled"]
    assert cluster["PerformanceInsightsRetentionPeriod"] == 465
    assert cluster["PreferredMaintenanceWindow"] == "sun:04:00-sun:05:00"
    assert cluster["DBClusterParameterGroup"] == "default.aurora-postgresql15"
    assert cluster["ServerlessV2ScalingConfiguration"]["SecondsUntilAutoPause"] == 600
    assert "MasterUserSecret" not in cluster


def test_members_tell_of_their_certificate_and_of_insights_that_are_off(rds: Any) -> None:
    create(rds)
    made = add(rds, "writer")
    assert made["PerformanceInsightsEnabled"] is False
    assert "PerformanceInsightsRetentionPeriod" not in made
    assert made["CACertificateIdentifier"] == made["CertificateDetails"]["CAIdentifier"] == "rds-ca-rsa2048-g1"
    assert made["CertificateDetails"]["ValidTill"].year > 2030
    insights = {"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 7}
    rds.modify_db_cluster(DBClusterIdentifier=NAME, ApplyImmediately=True, **insights)
    (found,) = rds.describe_db_instances(DBInstanceIdentifier="writer")["DBInstances"]
    assert (found["PerformanceInsightsEnabled"], found["PerformanceInsightsRetentionPeriod"]) == (True, 7)


def test_an_authority_that_there_is_not_is_refused(rds: Any) -> None:
    create(rds)
    with pytest.raises(ClientError) as caught:
        add(rds, "writer", CACertificateIdentifier="rds-ca-1999")
    assert code(caught) == "CertificateNotFound"
    assert rds.describe_db_instances()["DBInstances"] == []


def test_storage_is_optimized_once_in_30_days_and_the_standard_is_not_shown(rds: Any) -> None:
    create(rds, StorageType="aurora-iopt1")
    shown = read(rds)
    assert shown["StorageType"] == "aurora-iopt1"
    assert (shown["IOOptimizedNextAllowedModificationTime"] - datetime.now(UTC)).days in (29, 30)
    rds.modify_db_cluster(DBClusterIdentifier=NAME, StorageType="aurora", ApplyImmediately=True)
    assert "StorageType" not in read(rds)
    for kind in ("aurora-iopt1", "gp3"):
        with pytest.raises(ClientError) as caught:
            rds.modify_db_cluster(DBClusterIdentifier=NAME, StorageType=kind, ApplyImmediately=True)
        assert code(caught) == "InvalidParameterCombination"


def test_the_data_api_has_operations_of_its_own(rds: Any) -> None:
    arn = create(rds)["DBClusterArn"]
    rds.modify_db_cluster(DBClusterIdentifier=NAME, EnableHttpEndpoint=True, ApplyImmediately=True)
    assert not read(rds)["HttpEndpointEnabled"]
    assert rds.enable_http_endpoint(ResourceArn=arn)["HttpEndpointEnabled"]
    assert read(rds)["HttpEndpointEnabled"]
    rds.disable_http_endpoint(ResourceArn=arn)
    assert not read(rds)["HttpEndpointEnabled"]


def test_defaults(rds: Any) -> None:
    create(rds, ServerlessV2ScalingConfiguration={"MinCapacity": 0, "MaxCapacity": 2})
    cluster = read(rds)
    assert cluster["ServerlessV2ScalingConfiguration"]["SecondsUntilAutoPause"] == 300
    assert cluster["EngineLifecycleSupport"] == "open-source-rds-extended-support"
    assert (cluster["DatabaseInsightsMode"], cluster["PerformanceInsightsEnabled"]) == ("standard", False)
    assert "KmsKeyId" not in cluster


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"EngineVersion": "15.5"}, "InvalidParameterCombination"),
        ({"DBSubnetGroupName": "nowhere"}, "DBSubnetGroupNotFoundFault"),
        ({"ManageMasterUserPassword": True}, "InvalidParameterCombination"),
        ({"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.7, "MaxCapacity": 2}}, "InvalidParameterCombination"),
        ({"ServerlessV2ScalingConfiguration": {"MinCapacity": 4, "MaxCapacity": 2}}, "InvalidParameterCombination"),
        ({"DatabaseInsightsMode": "advanced"}, "InvalidParameterCombination"),
    ],
)
def test_refuses_what_aws_refuses(rds: Any, more: dict[str, Any], expected: str) -> None:
    with pytest.raises(ClientError) as caught:
        create(rds, **more)
    assert code(caught) == expected
    assert rds.describe_db_clusters()["DBClusters"] == []


def test_refuses_a_name_that_is_taken(rds: Any) -> None:
    create(rds)
    with pytest.raises(ClientError) as caught:
        create(rds)
    assert code(caught) == "DBClusterAlreadyExistsFault"


def test_members_take_after_the_cluster_and_spread_over_zones(rds: Any) -> None:
    create(rds, Port=5433)
    first, second = add(rds, "first"), add(rds, "second", PromotionTier=2)
    assert {first["AvailabilityZone"], second["AvailabilityZone"]} == {"eu-west-1a", "eu-west-1b"}
    assert first["DBSubnetGroup"]["DBSubnetGroupName"] == GROUP
    assert first["Endpoint"]["Port"] == 5433
    assert not first["PubliclyAccessible"]
    assert first["DbiResourceId"] != second["DbiResourceId"]
    assert [(item["IsClusterWriter"], item["PromotionTier"]) for item in read(rds)["DBClusterMembers"]] == [
        (True, 1),
        (False, 2),
    ]


def test_serverless_members_need_a_capacity(rds: Any) -> None:
    rds.create_db_cluster(
        DBClusterIdentifier=NAME, Engine="aurora-postgresql", MasterUsername="a", MasterUserPassword="long-enough"
    )
    with pytest.raises(ClientError) as caught:
        add(rds, "first")
    assert code(caught) == "InvalidParameterCombination"


def test_modifies_what_moto_forgets(rds: Any) -> None:
    create(rds, EnableIAMDatabaseAuthentication=True, EnableCloudwatchLogsExports=["postgresql"])
    rds.modify_db_cluster(
        DBClusterIdentifier=NAME,
        EnableIAMDatabaseAuthentication=False,
        CloudwatchLogsExportConfiguration={"DisableLogTypes": ["postgresql"], "EnableLogTypes": ["instance"]},
        EngineLifecycleSupport="open-source-rds-extended-support-disabled",
        ApplyImmediately=True,
    )
    cluster = read(rds)
    assert not cluster["IAMDatabaseAuthenticationEnabled"]
    assert cluster["EnabledCloudwatchLogsExports"] == ["instance"]
    assert cluster["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_versions_go_up_only_and_wait_for_the_window_unless_told(rds: Any) -> None:
    create(rds, EngineVersion="15.15")
    rds.modify_db_cluster(DBClusterIdentifier=NAME, EngineVersion="15.17", ApplyImmediately=False)
    assert read(rds)["EngineVersion"] == "15.15"
    assert read(rds)["PendingModifiedValues"] == {"EngineVersion": "15.17"}
    rds.modify_db_cluster(DBClusterIdentifier=NAME, EngineVersion="15.17", ApplyImmediately=True)
    assert read(rds)["EngineVersion"] == "15.17"
    assert "PendingModifiedValues" not in read(rds)
    for version in ("15.15", "16.13"):
        with pytest.raises(ClientError) as caught:
            rds.modify_db_cluster(DBClusterIdentifier=NAME, EngineVersion=version, ApplyImmediately=True)
        assert code(caught) == "InvalidParameterCombination"


def test_login_with_iam_waits_for_the_window_until_it_is_sent_again(rds: Any) -> None:
    create(rds)
    rds.modify_db_cluster(DBClusterIdentifier=NAME, EnableIAMDatabaseAuthentication=True, ApplyImmediately=False)
    rds.modify_db_cluster(DBClusterIdentifier=NAME, BackupRetentionPeriod=3, ApplyImmediately=True)
    assert read(rds)["PendingModifiedValues"] == {"IAMDatabaseAuthenticationEnabled": True}
    assert not read(rds)["IAMDatabaseAuthenticationEnabled"]
    rds.modify_db_cluster(DBClusterIdentifier=NAME, EnableIAMDatabaseAuthentication=True, ApplyImmediately=True)
    assert read(rds)["IAMDatabaseAuthenticationEnabled"]
    assert "PendingModifiedValues" not in read(rds)


def test_a_members_class_waits_for_the_window_or_the_next_change_at_once(rds: Any) -> None:
    create(rds)
    add(rds, "first")

    def member() -> Any:
        return rds.describe_db_instances(DBInstanceIdentifier="first")["DBInstances"][0]

    rds.modify_db_instance(DBInstanceIdentifier="first", DBInstanceClass="db.r6g.large", PromotionTier=3)
    assert (member()["DBInstanceClass"], member()["PromotionTier"]) == ("db.serverless", 3)
    assert member()["PendingModifiedValues"] == {"DBInstanceClass": "db.r6g.large"}
    rds.modify_db_instance(DBInstanceIdentifier="first", DBInstanceClass="db.serverless")
    assert not member().get("PendingModifiedValues")
    rds.modify_db_instance(DBInstanceIdentifier="first", DBInstanceClass="db.r6g.large")
    rds.modify_db_instance(DBInstanceIdentifier="first", PromotionTier=2, ApplyImmediately=True)
    assert member()["DBInstanceClass"] == "db.r6g.large"
    assert not member().get("PendingModifiedValues")


@pytest.mark.parametrize("wrong", ["slash/slash", 'quote"quote', "at@at@at@", "with space", "short", "x" * 42])
def test_refuses_passwords_that_aws_refuses_and_does_not_show_them(rds: Any, wrong: str) -> None:
    with pytest.raises(ClientError) as caught:
        create(rds, MasterUserPassword=wrong)
    assert code(caught) == "InvalidParameterValue"
    assert wrong not in str(caught.value)
    create(rds)
    with pytest.raises(ClientError) as caught:
        rds.modify_db_cluster(DBClusterIdentifier=NAME, MasterUserPassword=wrong)
    assert code(caught) == "InvalidParameterValue"


def test_an_unknown_cluster_is_an_error_of_aws(rds: Any) -> None:
    with pytest.raises(ClientError) as caught:
        rds.modify_db_cluster(DBClusterIdentifier="nowhere", BackupRetentionPeriod=2)
    assert code(caught) == "DBClusterNotFoundFault"


def test_lists_engine_versions(rds: Any) -> None:
    listed = rds.describe_db_engine_versions(Engine="aurora-postgresql")["DBEngineVersions"]
    entry = next(item for item in listed if item["EngineVersion"] == "15.15")
    assert entry["ServerlessV2FeaturesSupport"] == {"MinCapacity": 0.0, "MaxCapacity": 256.0}
    assert "15.17" in [item["EngineVersion"] for item in entry["ValidUpgradeTarget"]]
    one = rds.describe_db_engine_versions(Engine="aurora-postgresql", EngineVersion="15.17")["DBEngineVersions"]
    assert [item["EngineVersion"] for item in one] == ["15.17"]
    assert rds.describe_db_engine_versions(Engine="aurora-postgresql", EngineVersion="15.5")["DBEngineVersions"] == []


def test_removal_needs_a_word_about_the_final_snapshot_and_no_members(rds: Any) -> None:
    create(rds, CopyTagsToSnapshot=True, Tags=[{"Key": "a", "Value": "b"}])
    add(rds, "first")
    with pytest.raises(ClientError) as caught:
        rds.delete_db_cluster(DBClusterIdentifier=NAME)
    assert code(caught) == "InvalidParameterCombination"
    with pytest.raises(ClientError) as caught:
        rds.delete_db_cluster(DBClusterIdentifier=NAME, SkipFinalSnapshot=True)
    assert code(caught) == "InvalidDBClusterStateFault"
    rds.delete_db_instance(DBInstanceIdentifier="first", SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier=NAME, FinalDBSnapshotIdentifier="final")
    snapshots = rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert [item["DBClusterSnapshotIdentifier"] for item in snapshots] == ["final"]
    assert snapshots[0]["TagList"] == [{"Key": "a", "Value": "b"}]
    # the name is free again at once
    create(rds)


def test_a_subnet_group_in_use_stays(rds: Any) -> None:
    create(rds)
    with pytest.raises(ClientError) as caught:
        rds.delete_db_subnet_group(DBSubnetGroupName=GROUP)
    assert code(caught) == "InvalidDBSubnetGroupStateFault"
    rds.delete_db_cluster(DBClusterIdentifier=NAME, SkipFinalSnapshot=True)
    rds.delete_db_subnet_group(DBSubnetGroupName=GROUP)


def test_a_subnet_groups_name_is_taken_once(rds: Any) -> None:
    subnets = rds.describe_db_subnet_groups()["DBSubnetGroups"][0]["Subnets"]
    with pytest.raises(ClientError) as caught:
        rds.create_db_subnet_group(
            DBSubnetGroupName=GROUP,
            DBSubnetGroupDescription="x",
            SubnetIds=[item["SubnetIdentifier"] for item in subnets],
        )
    assert code(caught) == "DBSubnetGroupAlreadyExists"


def test_a_subnet_group_that_is_modified_stays(rds: Any) -> None:
    group = rds.describe_db_subnet_groups(DBSubnetGroupName=GROUP)["DBSubnetGroups"][0]
    subnets = [item["SubnetIdentifier"] for item in group["Subnets"]]
    rds.modify_db_subnet_group(DBSubnetGroupName=GROUP, DBSubnetGroupDescription="y", SubnetIds=subnets)
    changed = rds.describe_db_subnet_groups(DBSubnetGroupName=GROUP)["DBSubnetGroups"][0]
    assert changed["DBSubnetGroupDescription"] == "y"
    with pytest.raises(ClientError) as caught:
        rds.modify_db_subnet_group(DBSubnetGroupName="nowhere", SubnetIds=subnets)
    assert code(caught) == "DBSubnetGroupNotFoundFault"


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("nowhere", "DBClusterParameterGroupNotFound"),
        ("default.aurora-postgresql99", "DBClusterParameterGroupNotFound"),
        ("default.aurora-postgresql14", "InvalidParameterCombination"),
        ("older", "InvalidParameterCombination"),
    ],
)
def test_a_cluster_takes_only_a_parameter_group_of_its_family(rds: Any, group: str, expected: str) -> None:
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="older", DBParameterGroupFamily="aurora-postgresql14", Description="of 14"
    )
    with pytest.raises(ClientError) as caught:
        create(rds, DBClusterParameterGroupName=group)
    assert code(caught) == expected
    create(rds)
    with pytest.raises(ClientError) as caught:
        rds.modify_db_cluster(DBClusterIdentifier=NAME, DBClusterParameterGroupName=group, ApplyImmediately=True)
    assert code(caught) == expected
    assert read(rds)["DBClusterParameterGroup"] == "default.aurora-postgresql15"


def test_a_major_upgrade_needs_a_new_parameter_group_in_place_of_an_own_one(rds: Any) -> None:
    for major in (15, 16):
        rds.create_db_cluster_parameter_group(
            DBClusterParameterGroupName=f"own-{major}",
            DBParameterGroupFamily=f"aurora-postgresql{major}",
            Description=f"of {major}",
        )
    create(rds, DBClusterParameterGroupName="own-15")
    upgrade = {
        "DBClusterIdentifier": NAME,
        "EngineVersion": "16.13",
        "AllowMajorVersionUpgrade": True,
        "ApplyImmediately": True,
    }
    with pytest.raises(ClientError) as caught:
        rds.modify_db_cluster(**upgrade)
    assert code(caught) == "InvalidParameterCombination"
    rds.modify_db_cluster(**upgrade, DBClusterParameterGroupName="own-16")
    assert (read(rds)["EngineVersion"], read(rds)["DBClusterParameterGroup"]) == ("16.13", "own-16")


def test_aurora_mysql_has_versions_and_families_of_its_own(rds: Any) -> None:
    (default,) = rds.describe_db_engine_versions(Engine="aurora-mysql", DefaultOnly=True)["DBEngineVersions"]
    assert default["MajorEngineVersion"] == "8.0"
    assert default["DBParameterGroupFamily"] == "aurora-mysql8.0"
    create(rds, Engine="aurora-mysql", EngineVersion=default["EngineVersion"], MasterUsername="admin")
    assert read(rds)["DBClusterParameterGroup"] == "default.aurora-mysql8.0"
    with pytest.raises(ClientError) as caught:
        rds.modify_db_cluster(DBClusterIdentifier=NAME, EngineVersion="8.0.mysql_aurora.3.04.4", ApplyImmediately=True)
    assert code(caught) == "InvalidParameterCombination"


def test_performance_insights_are_told_where_they_are_off(rds: Any) -> None:
    create(rds)
    assert read(rds)["PerformanceInsightsEnabled"] is False


FAMILY = "aurora-postgresql15"


@pytest.fixture
def parameters(rds: Any) -> Any:
    """Give a function that returns a parameter of a group as AWS lists it."""
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="own", DBParameterGroupFamily=FAMILY, Description="x"
    )

    def read_one(name: str, group: str = "own") -> Any:
        listed = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=group)["Parameters"]
        return next(one for one in listed if one["ParameterName"] == name)

    return read_one


def set_parameter(rds: Any, name: str, value: str, method: str = "immediate") -> None:
    rds.modify_db_cluster_parameter_group(
        DBClusterParameterGroupName="own",
        Parameters=[{"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}],
    )


def test_a_group_lists_all_parameters_of_its_family(rds: Any, parameters: Any) -> None:
    one = parameters("rds.force_ssl")
    assert (one["ParameterValue"], one["Source"], one["ApplyMethod"]) == ("0", "engine-default", "pending-reboot")
    assert (one["ApplyType"], one["IsModifiable"], one["AllowedValues"]) == ("dynamic", True, "0,1")
    create(rds, EngineVersion="17.9")
    assert parameters("rds.force_ssl", "default.aurora-postgresql17")["ParameterValue"] == "1"
    assert "ParameterValue" not in parameters("log_min_duration_statement")
    set_parameter(rds, "log_min_duration_statement", "500")
    one = parameters("log_min_duration_statement")
    assert (one["ParameterValue"], one["Source"], one["ApplyMethod"]) == ("500", "user", "immediate")
    own = rds.describe_db_cluster_parameters(DBClusterParameterGroupName="own", Source="user")["Parameters"]
    assert [one["ParameterName"] for one in own] == ["log_min_duration_statement"]


def test_the_method_alone_is_no_change(rds: Any, parameters: Any) -> None:
    set_parameter(rds, "rds.force_ssl", "0")
    assert parameters("rds.force_ssl")["ApplyMethod"] == "pending-reboot"


@pytest.mark.parametrize(
    ("name", "value", "method", "expected"),
    [
        ("no_such", "1", "immediate", "InvalidParameterValue"),
        ("ssl_ca_file", "1", "pending-reboot", "InvalidParameterValue"),
        ("rds.force_ssl", "2", "immediate", "InvalidParameterValue"),
        ("work_mem", "63", "immediate", "InvalidParameterValue"),
        ("max_connections", "100", "immediate", "InvalidParameterCombination"),
    ],
)
def test_what_is_refused_in_parameters(
    rds: Any, parameters: Any, name: str, value: str, method: str, expected: str
) -> None:
    with pytest.raises(ClientError) as caught:
        set_parameter(rds, name, value, method)
    assert code(caught) == expected


def test_a_group_in_use_stays(rds: Any, parameters: Any) -> None:
    create(rds, DBClusterParameterGroupName="own")
    with pytest.raises(ClientError) as caught:
        rds.delete_db_cluster_parameter_group(DBClusterParameterGroupName="own")
    assert code(caught) == "InvalidDBParameterGroupState"
    rds.delete_db_cluster(DBClusterIdentifier=NAME, SkipFinalSnapshot=True)
    rds.delete_db_cluster_parameter_group(DBClusterParameterGroupName="own")


def test_a_member_shows_a_certificate_that_is_listed(rds: Any) -> None:
    create(rds)
    details = add(rds, "writer")["CertificateDetails"]
    (listed,) = rds.describe_certificates(CertificateIdentifier=details["CAIdentifier"])["Certificates"]
    assert listed["ValidTill"] == details["ValidTill"]
    assert len(rds.describe_certificates()["Certificates"]) > 1
    with pytest.raises(ClientError) as refused:
        rds.describe_certificates(CertificateIdentifier="rds-ca-2019")
    assert code(refused) == "CertificateNotFound"


def test_a_renamed_cluster_keeps_members_and_tags_and_its_endpoint_follows(rds: Any) -> None:
    made = create(rds, Tags=[{"Key": "Team", "Value": "content"}])
    add(rds, "writer")
    endpoint = read(rds)["Endpoint"]
    rds.modify_db_cluster(DBClusterIdentifier=NAME, NewDBClusterIdentifier="Other", ApplyImmediately=True)
    with pytest.raises(ClientError) as gone:
        read(rds)
    assert code(gone) == "DBClusterNotFoundFault"
    found = rds.describe_db_clusters(DBClusterIdentifier="other")["DBClusters"][0]
    assert found["Endpoint"] == endpoint.replace(NAME, "other", 1)
    assert found["DbClusterResourceId"] == made["DbClusterResourceId"]
    assert [one["DBInstanceIdentifier"] for one in found["DBClusterMembers"]] == ["writer"]
    listed = rds.list_tags_for_resource(ResourceName=found["DBClusterArn"])["TagList"]
    assert listed == [{"Key": "Team", "Value": "content"}]
    # the endpoints of a region differ in the name only, so that another cluster of the name has the old one
    assert create(rds)["Endpoint"] == endpoint


def test_a_renamed_member_stays_in_its_cluster(rds: Any) -> None:
    create(rds)
    for name in ("writer", "reader"):
        add(rds, name)
    rds.modify_db_instance(DBInstanceIdentifier="writer", NewDBInstanceIdentifier="first", ApplyImmediately=True)
    found = {one["DBInstanceIdentifier"]: one["IsClusterWriter"] for one in read(rds)["DBClusterMembers"]}
    assert found == {"first": True, "reader": False}
    (member,) = rds.describe_db_instances(DBInstanceIdentifier="first")["DBInstances"]
    assert member["DBInstanceArn"].endswith(":db:first")


def test_names_are_taken_once_and_change_in_the_window_unless_told(rds: Any) -> None:
    """ModifyDBCluster: DBClusterAlreadyExistsFault; ClusterPendingModifiedValues: DBClusterIdentifier."""
    create(rds)
    create(rds, DBClusterIdentifier="other")
    for name in ("writer", "reader"):
        add(rds, name)
    with pytest.raises(ClientError) as taken:
        rds.modify_db_cluster(DBClusterIdentifier=NAME, NewDBClusterIdentifier="other", ApplyImmediately=True)
    assert code(taken) == "DBClusterAlreadyExistsFault"
    with pytest.raises(ClientError) as taken:
        rds.modify_db_instance(DBInstanceIdentifier="writer", NewDBInstanceIdentifier="reader", ApplyImmediately=True)
    assert code(taken) == "DBInstanceAlreadyExists"
    waits = rds.modify_db_cluster(DBClusterIdentifier=NAME, NewDBClusterIdentifier="later")["DBCluster"]
    assert waits["PendingModifiedValues"]["DBClusterIdentifier"] == "later"
    assert read(rds)["PendingModifiedValues"]["DBClusterIdentifier"] == "later"


def test_a_cluster_is_restored_to_a_time_of_its_backups_only(rds: Any) -> None:
    """RestoreDBClusterToPointInTime: before the latest restorable time, after the earliest one."""
    create(rds)
    first = read(rds)["EarliestRestorableTime"]
    group = {"SourceDBClusterIdentifier": NAME, "DBSubnetGroupName": GROUP}
    for wrong in (first - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)):
        with pytest.raises(ClientError) as refused:
            rds.restore_db_cluster_to_point_in_time(DBClusterIdentifier="other", RestoreToTime=wrong, **group)
        assert code(refused) == "InvalidParameterValue"
    made = rds.restore_db_cluster_to_point_in_time(DBClusterIdentifier="other", RestoreToTime=first, **group)
    assert made["DBCluster"]["EngineVersion"] == "15.17"


@pytest.fixture
def instance_group(rds: Any) -> Any:
    """Make a parameter group of instances, which a member of a cluster has; give what sets a parameter in it."""
    rds.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily=FAMILY, Description="x")
    create(rds)
    add(rds, "one", DBParameterGroupName="own")

    def put(name: str, value: str, method: str) -> None:
        wanted = [{"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}]
        rds.modify_db_parameter_group(DBParameterGroupName="own", Parameters=wanted)

    return put


def status_of(rds: Any) -> tuple[str, str]:
    """Return the status of the member's own parameters, and of its cluster's."""
    (instance,) = rds.describe_db_instances(DBInstanceIdentifier="one")["DBInstances"]
    (member,) = read(rds)["DBClusterMembers"]
    (group,) = instance["DBParameterGroups"]
    return group["ParameterApplyStatus"], member["DBClusterParameterGroupStatus"]


def test_parameters_of_instances_wait_for_a_restart(rds: Any, instance_group: Any) -> None:
    instance_group("statement_timeout", "5", "immediate")
    assert status_of(rds) == ("in-sync", "in-sync")
    instance_group("max_connections", "50", "pending-reboot")
    assert status_of(rds) == ("pending-reboot", "in-sync")
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="other", DBParameterGroupFamily=FAMILY, Description="x"
    )
    rds.modify_db_cluster(DBClusterIdentifier=NAME, DBClusterParameterGroupName="other", ApplyImmediately=True)
    assert status_of(rds) == ("pending-reboot", "pending-reboot")
    rds.reboot_db_instance(DBInstanceIdentifier="one")
    assert status_of(rds) == ("in-sync", "in-sync")


def test_parameters_are_found_by_their_names(rds: Any, instance_group: Any) -> None:
    names = {"Filters": [{"Name": "parameter-name", "Values": ["work_mem", "rds.force_ssl"]}]}
    (one,) = rds.describe_db_parameters(DBParameterGroupName="own", **names)["Parameters"]
    assert one["ParameterName"] == "work_mem"
    found = rds.describe_engine_default_parameters(DBParameterGroupFamily=FAMILY, **names)["EngineDefaults"]
    assert [one["ParameterName"] for one in found["Parameters"]] == ["work_mem"]
    # of clusters AWS takes no filter
    found = rds.describe_engine_default_cluster_parameters(DBParameterGroupFamily=FAMILY, **names)["EngineDefaults"]
    assert {"work_mem", "rds.force_ssl", "statement_timeout"} < {one["ParameterName"] for one in found["Parameters"]}
    with pytest.raises(ClientError) as caught:
        rds.describe_engine_default_parameters(DBParameterGroupFamily="aurora-postgresql99")
    assert code(caught) == "InvalidParameterValue"
    with pytest.raises(ClientError) as caught:
        rds.describe_db_parameters(DBParameterGroupName="default.aurora-postgresql17")
    assert code(caught) == "DBParameterGroupNotFound"


@pytest.mark.parametrize("of_cluster", [True, False])
def test_a_family_that_does_not_exist(rds: Any, of_cluster: bool) -> None:
    family = {"DBParameterGroupFamily": "aurora-postgresql99", "Description": "x"}
    what = "cluster_parameter_group" if of_cluster else "parameter_group"
    family["DBClusterParameterGroupName" if of_cluster else "DBParameterGroupName"] = "own"
    with pytest.raises(ClientError) as caught:
        getattr(rds, f"create_db_{what}")(**family)
    assert code(caught) == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("name", "value", "method", "expected"),
    [
        ("rds.force_ssl", "1", "immediate", "InvalidParameterValue"),
        ("ssl_ca_file", "1", "pending-reboot", "InvalidParameterValue"),
        ("statement_timeout", "-1", "immediate", "InvalidParameterValue"),
        ("max_connections", "100", "immediate", "InvalidParameterCombination"),
    ],
)
def test_what_is_refused_in_parameters_of_instances(
    rds: Any, instance_group: Any, name: str, value: str, method: str, expected: str
) -> None:
    with pytest.raises(ClientError) as caught:
        instance_group(name, value, method)
    assert code(caught) == expected


def test_a_major_upgrade_needs_a_new_parameter_group_of_instances(rds: Any, instance_group: Any) -> None:
    rds.create_db_parameter_group(
        DBParameterGroupName="newer", DBParameterGroupFamily="aurora-postgresql16", Description="x"
    )
    which = {"DBClusterIdentifier": NAME, "ApplyImmediately": True}
    upgrade = {**which, "EngineVersion": "16.13", "AllowMajorVersionUpgrade": True}
    for wanted in (
        upgrade,
        {**upgrade, "DBInstanceParameterGroupName": "own"},
        {**which, "DBInstanceParameterGroupName": "own"},
    ):
        with pytest.raises(ClientError) as caught:
            rds.modify_db_cluster(**wanted)
        assert code(caught) == "InvalidParameterCombination"
    with pytest.raises(ClientError) as caught:
        rds.modify_db_instance(DBInstanceIdentifier="one", DBParameterGroupName="newer", ApplyImmediately=True)
    assert code(caught) == "InvalidParameterCombination"
    with pytest.raises(ClientError) as caught:
        rds.delete_db_parameter_group(DBParameterGroupName="own")
    assert code(caught) == "InvalidDBParameterGroupState"
    rds.modify_db_cluster(**upgrade, DBInstanceParameterGroupName="newer")
    (instance,) = rds.describe_db_instances(DBInstanceIdentifier="one")["DBInstances"]
    assert instance["DBParameterGroups"][0]["DBParameterGroupName"] == "newer"
    rds.delete_db_parameter_group(DBParameterGroupName="own")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"MonitoringInterval": 7, "MonitoringRoleArn": "trusted"}, "InvalidParameterValue"),
        ({"MonitoringInterval": 60}, "InvalidParameterCombination"),
        ({"MonitoringInterval": 0, "MonitoringRoleArn": "trusted"}, "InvalidParameterCombination"),
        ({"MonitoringInterval": 60, "MonitoringRoleArn": "other"}, "InvalidParameterValue"),
        ({"MonitoringInterval": 60, "MonitoringRoleArn": "no-such"}, "InvalidParameterValue"),
    ],
)
def test_what_is_refused_in_enhanced_monitoring(rds: Any, aws: Any, wanted: dict[str, Any], expected: str) -> None:
    roles = {"no-such": "arn:aws:iam::123456789012:role/no-such"}
    for name, service in (("trusted", "monitoring.rds.amazonaws.com"), ("other", "rds.amazonaws.com")):
        trust = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"Service": service}}]})
        roles[name] = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    asked = {key: roles.get(str(value), value) for key, value in wanted.items()}
    create(rds)
    with pytest.raises(ClientError) as caught:
        add(rds, "one", **asked)
    assert code(caught) == expected
    add(rds, "one")
    with pytest.raises(ClientError) as caught:
        rds.modify_db_instance(DBInstanceIdentifier="one", **asked)
    assert code(caught) == expected

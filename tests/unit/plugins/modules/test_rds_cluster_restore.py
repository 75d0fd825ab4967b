"""A cluster from a backup: made from a snapshot, a recovery point or a time, with tags and groups of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.life import OURS, THEIRS
from tests.unit.plugins.modules.conftest import LOST

LIVE, NAME, VAULT = "live", "restored", "vault"
TAGS = {"Environment": "dev"}
TRUST = '{"Statement": [{"Principal": {"Service": "backup.amazonaws.com"}}]}'


@pytest.fixture(autouse=True)
def live(aws: Any) -> str:
    """Give the account a protected cluster with an old and a new snapshot, and a subnet group; return its ARN."""
    ec2, rds = aws("ec2"), aws("rds")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for number, zone in enumerate("ab")
    ]
    ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    rds.create_db_subnet_group(DBSubnetGroupName="drill", DBSubnetGroupDescription="drill", SubnetIds=ids)
    made = rds.create_db_cluster(
        DBClusterIdentifier=LIVE,
        Engine="aurora-postgresql",
        EngineVersion="15.17",
        MasterUsername="postgres",
        MasterUserPassword="the-live-password",
        DeletionProtection=True,
        Tags=[{"Key": "ManagedBy", "Value": "streamflix"}],
    )
    for name in ("older", "newer"):
        rds.create_db_cluster_snapshot(DBClusterIdentifier=LIVE, DBClusterSnapshotIdentifier=name)
    return made["DBCluster"]["DBClusterArn"]


@pytest.fixture
def options() -> dict[str, Any]:
    return {
        "cluster_identifier": NAME,
        "db_subnet_group_name": "drill",
        "vpc_security_group_ids": ["sg-0123456789abcdef0"],
        "min_capacity": 0.5,
        "max_capacity": 2,
        "tags": TAGS,
    }


def clusters(aws: Any) -> dict[str, dict[str, Any]]:
    """Return the clusters of the account by name."""
    return {one["DBClusterIdentifier"]: one for one in aws("rds").describe_db_clusters()["DBClusters"]}


@pytest.mark.parametrize(
    ("source", "operation"),
    [
        ({"snapshot_identifier": "newer"}, "restore_db_cluster_from_snapshot"),
        ({"source_cluster_identifier": LIVE, "restore_to_time": "latest"}, "restore_db_cluster_to_point_in_time"),
        ({"source_cluster_identifier": LIVE, "restore_to_time": "then"}, "restore_db_cluster_to_point_in_time"),
    ],
)
def test_restores_as_the_preview_says(
    run_module: Any, aws: Any, options: Any, source: dict[str, str], operation: str
) -> None:
    if source.get("restore_to_time") == "then":
        earliest = clusters(aws)[LIVE]["EarliestRestorableTime"]
        source = {**source, "restore_to_time": f"{earliest:%Y-%m-%dT%H:%M:%SZ}"}
    foretold = run_module("rds_cluster_restore", check=True, http_endpoint=True, **options, **source)
    assert clusters(aws).keys() == {LIVE}
    done = run_module("rds_cluster_restore", http_endpoint=True, **options, **source)
    assert done["actions"] == foretold["actions"] == [f"{operation} {NAME}", f"enable_http_endpoint {NAME}"]
    made = clusters(aws)[NAME]
    assert (made["EngineVersion"], made["MasterUsername"]) == ("15.17", "postgres")
    assert (made["DBSubnetGroup"], made["DeletionProtection"], made["HttpEndpointEnabled"]) == ("drill", False, True)
    assert made["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 2.0}
    assert [one["VpcSecurityGroupId"] for one in made["VpcSecurityGroups"]] == options["vpc_security_group_ids"]
    assert {tag["Key"]: tag["Value"] for tag in made["TagList"]} == TAGS
    assert made["DBClusterMembers"] == []
    assert not run_module("rds_cluster_restore", http_endpoint=True, **options, **source)["changed"]


def test_the_data_api_of_one_that_is_there_is_turned_on(run_module: Any, aws: Any, options: Any) -> None:
    run_module("rds_cluster_restore", snapshot_identifier="newer", **options)
    assert not clusters(aws)[NAME]["HttpEndpointEnabled"]
    done = run_module("rds_cluster_restore", snapshot_identifier="newer", http_endpoint=True, **options)
    assert done["actions"] == [f"enable_http_endpoint {NAME}"]
    assert clusters(aws)[NAME]["HttpEndpointEnabled"]


def test_a_lost_reply_restores_once(run_module: Any, aws: Any, options: Any, troubled: Any) -> None:
    troubled("RestoreDBClusterFromSnapshot", LOST)
    assert run_module("rds_cluster_restore", snapshot_identifier="newer", **options)["changed"]
    assert clusters(aws).keys() == {LIVE, NAME}


def test_somebody_elses_cluster_of_the_name_stops_it(run_module: Any, options: Any) -> None:
    options["tags"] = THEIRS
    run_module("rds_cluster_restore", snapshot_identifier="newer", **options)
    refused = run_module("rds_cluster_restore", snapshot_identifier="newer", owner_tags=OURS, **options)
    assert "is not ours" in refused["msg"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({}, "say what to restore"),
        ({"source_cluster_identifier": NAME, "restore_to_time": "latest"}, "the source itself"),
        ({"source_cluster_identifier": LIVE, "restore_to_time": "yesterday"}, "write it in UTC"),
        ({"source_cluster_identifier": LIVE, "restore_to_time": "2020-01-01T00:00:00Z"}, "to a time from 20"),
        ({"source_cluster_identifier": LIVE, "restore_to_time": "2999-01-01T00:00:00Z"}, "to a time from 20"),
        ({"source_cluster_identifier": "other", "restore_to_time": "latest"}, "there is no such cluster"),
        ({"snapshot_identifier": "newer", "min_capacity": 0.3}, "min_capacity 0.3"),
        ({"snapshot_identifier": "newer", "cluster_identifier": "a b"}, "cluster_identifier"),
        ({"snapshot_identifier": "none"}, "none not found"),
    ],
)
def test_what_aws_refuses_restores_nothing(
    run_module: Any, aws: Any, options: Any, wrong: dict[str, Any], text: str
) -> None:
    assert text in run_module("rds_cluster_restore", **{**options, **wrong})["msg"]
    assert clusters(aws).keys() == {LIVE}


def test_the_newest_backup_is_a_recovery_point_where_there_is_one(run_module: Any, aws: Any, live: str) -> None:
    found = run_module("rds_cluster_backups_info", cluster_identifier=LIVE, backup_vault_name=VAULT)["newest"]
    assert (found["kind"], found["arn"].rpartition(":")[2]) == ("snapshot", "newer")
    assert (found["engine"], found["engine_version"]) == ("aurora-postgresql", "15.17")
    backup = aws("backup")
    backup.create_backup_vault(BackupVaultName=VAULT)
    role = aws("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    points = []
    for _unused in range(2):
        job = backup.start_backup_job(BackupVaultName=VAULT, ResourceArn=live, IamRoleArn=role)["BackupJobId"]
        points.append(backup.describe_backup_job(BackupJobId=job)["RecoveryPointArn"])
    aws("rds").create_db_cluster_snapshot(DBClusterIdentifier=LIVE, DBClusterSnapshotIdentifier="newest")
    found = run_module("rds_cluster_backups_info", cluster_identifier=LIVE, backup_vault_name=VAULT)["newest"]
    assert (found["kind"], found["arn"]) == ("recovery point", points[-1])
    found = run_module("rds_cluster_backups_info", cluster_identifier=LIVE)["newest"]
    assert found["arn"].rpartition(":")[2] == "newest"
    assert run_module("rds_cluster_backups_info", cluster_identifier="other")["newest"] == {}


def test_a_recovery_point_is_restored_by_its_arn(run_module: Any, aws: Any, options: Any, live: str) -> None:
    backup = aws("backup")
    backup.create_backup_vault(BackupVaultName=VAULT)
    role = aws("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    backup.start_backup_job(BackupVaultName=VAULT, ResourceArn=live, IamRoleArn=role)
    found = run_module("rds_cluster_backups_info", cluster_identifier=LIVE, backup_vault_name=VAULT)["newest"]
    assert run_module("rds_cluster_restore", snapshot_identifier=found["arn"], **options)["changed"]
    assert {tag["Key"]: tag["Value"] for tag in clusters(aws)[NAME]["TagList"]} == TAGS


@pytest.fixture
def asked(run_module: Any, aws: Any, options: Any) -> dict[str, Any]:
    """Give a restored cluster with an instance and a password of its own, and the options that ask it."""
    secret = aws("secretsmanager").create_secret(
        Name="drill", SecretString='{"username": "postgres", "password": "another-password"}'
    )
    made = run_module("rds_cluster_restore", snapshot_identifier="newer", http_endpoint=True, **options)
    run_module(
        "rds_serverless_v2",
        cluster_identifier=NAME,
        master_user_secret_arn=secret["ARN"],
        set_master_password=True,
        members=[{"identifier": f"{NAME}-1"}],
    )
    return {"cluster_arn": made["cluster"]["arn"], "secret_arn": secret["ARN"], "sql": "SELECT 1"}


def test_a_restored_database_answers(run_module: Any, asked: Any) -> None:
    assert run_module("rdsdata_query_info", **asked)["rows"] == [[1]]
    assert run_module("rdsdata_query_info", **{**asked, "sql": "SELECT id FROM titles"})["rows"] == []


def test_a_database_that_cannot_answer_says_why(run_module: Any, aws: Any, asked: Any, no_pauses: None) -> None:
    aws("rds").modify_db_cluster(
        DBClusterIdentifier=NAME, MasterUserPassword="one-more-password", ApplyImmediately=True
    )
    assert "password authentication failed" in run_module("rdsdata_query_info", **asked)["msg"]
    aws("rds").delete_db_instance(DBInstanceIdentifier=f"{NAME}-1", SkipFinalSnapshot=True)
    late = run_module("rdsdata_query_info", **asked, wait_timeout=0)
    assert "DatabaseUnavailableException" in late["msg"]


def test_a_value_of_a_metric_is_published(run_module: Any, aws: Any) -> None:
    value = {"namespace": "streamflix-dev", "metric_name": "RestoreDrillSucceeded", "value": 1, "unit": "Count"}
    assert run_module("cloudwatch_metric_data", check=True, **value)["changed"]
    assert aws("cloudwatch").list_metrics()["Metrics"] == []
    assert run_module("cloudwatch_metric_data", **value)["actions"] == ["put_metric_data RestoreDrillSucceeded"]
    (metric,) = aws("cloudwatch").list_metrics()["Metrics"]
    assert (metric["Namespace"], metric["MetricName"]) == ("streamflix-dev", "RestoreDrillSucceeded")
    assert "AWS/RDS" in run_module("cloudwatch_metric_data", **{**value, "namespace": "AWS/RDS"})["msg"]

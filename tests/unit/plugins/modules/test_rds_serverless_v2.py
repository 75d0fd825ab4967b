"""The Aurora Serverless v2 module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

MODULE = "rds_serverless_v2"
NAME = "streamflix-aurora-dev"
WRITER = f"{NAME}-writer"
READER = f"{NAME}-reader"
GROUP = "streamflix-aurora-subnets-dev"
PASSWORD = "Not4Anyone2See"
CLUSTER, INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"


@pytest.fixture
def network(aws: Any) -> dict[str, Any]:
    ec2 = aws("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for cidr, zone in (("10.0.2.0/24", "eu-west-1a"), ("10.0.3.0/24", "eu-west-1b"))
    ]
    aws("rds").create_db_subnet_group(DBSubnetGroupName=GROUP, DBSubnetGroupDescription="x", SubnetIds=subnets)
    groups = [
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"] for name in ("one", "two")
    ]
    return {"security_group_ids": groups}


@pytest.fixture
def secret_arn(aws: Any) -> str:
    value = json.dumps({"username": "postgres", "password": PASSWORD})
    return aws("secretsmanager").create_secret(Name="streamflix-db-credentials-dev", SecretString=value)["ARN"]


@pytest.fixture
def options(network: dict[str, Any], secret_arn: str) -> dict[str, Any]:
    return {
        "cluster_identifier": NAME,
        "engine_version": "15.15",
        "database_name": "streamflix",
        "port": 5432,
        "master_username": "postgres",
        "master_user_secret_arn": secret_arn,
        "min_capacity": 0.5,
        "max_capacity": 2,
        "db_subnet_group_name": GROUP,
        "vpc_security_group_ids": network["security_group_ids"][:1],
        "storage_encrypted": True,
        "backup_retention_period": 7,
        "copy_tags_to_snapshot": True,
        "deletion_protection": False,
        "preferred_maintenance_window": "Sun:04:00-Sun:05:00",
        "members": [
            {"identifier": WRITER, "promotion_tier": 0, "auto_minor_version_upgrade": True},
            {"identifier": READER, "promotion_tier": 1},
        ],
        "tags": {"Environment": "dev"},
    }


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Give the list of all requests that are sent from now on: operation and parameters."""
    import botocore.client

    sent: list[tuple[str, dict[str, Any]]] = []
    send: Callable[..., Any] = botocore.client.BaseClient._make_api_call

    def record(self: Any, operation: str, params: dict[str, Any]) -> Any:
        sent.append((operation, params))
        return send(self, operation, params)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", record)
    return sent


def read_back(aws: Any) -> dict[str, Any]:
    return aws("rds").describe_db_clusters(DBClusterIdentifier=NAME)["DBClusters"][0]


def instances(aws: Any) -> dict[str, Any]:
    return {item["DBInstanceIdentifier"]: item for item in aws("rds").describe_db_instances()["DBInstances"]}


def as_dict(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs}


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module(MODULE, check=True, **options)
    assert preview["changed"]
    assert aws("rds").describe_db_clusters()["DBClusters"] == []

    done = run_module(MODULE, **options)
    assert done["actions"] == preview["actions"]
    assert done["actions"] == [
        f"create_db_cluster {NAME}",
        f"create_db_instance {WRITER}",
        f"create_db_instance {READER}",
    ]
    predicted = {key: value for key, value in preview["cluster"].items() if "known after" not in str(value)}
    predicted.pop("status")
    assert predicted.items() <= done["cluster"].items()

    cluster = read_back(aws)
    assert (cluster["Engine"], cluster["EngineVersion"], cluster["DatabaseName"]) == (
        "aurora-postgresql",
        "15.15",
        "streamflix",
    )
    assert (cluster["Port"], cluster["MasterUsername"], cluster["StorageEncrypted"]) == (5432, "postgres", True)
    assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 2.0}
    assert [item["VpcSecurityGroupId"] for item in cluster["VpcSecurityGroups"]] == options["vpc_security_group_ids"]
    assert (cluster["BackupRetentionPeriod"], cluster["CopyTagsToSnapshot"]) == (7, True)
    assert cluster["DBClusterParameterGroup"] == "default.aurora-postgresql15"
    assert cluster["DBSubnetGroup"] == GROUP
    assert cluster["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"
    assert as_dict(cluster["TagList"]) == {"Environment": "dev"}
    members = instances(aws)
    assert {name: item["PromotionTier"] for name, item in members.items()} == {WRITER: 0, READER: 1}
    assert all(item["DBInstanceClass"] == "db.serverless" for item in members.values())
    assert all(as_dict(item["TagList"]) == {"Environment": "dev"} for item in members.values())
    assert not any(item["PubliclyAccessible"] for item in members.values())


def test_the_password_goes_from_the_secret_to_aws_and_nowhere_else(
    run_module: Any, options: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]
) -> None:
    done = run_module(MODULE, **options)
    created = dict(requests)["CreateDBCluster"]
    assert created["MasterUserPassword"] == PASSWORD
    assert PASSWORD not in json.dumps(done)


def test_second_run_changes_nothing_with_two_requests(
    run_module: Any, options: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]
) -> None:
    run_module(MODULE, **options)
    requests.clear()
    for check in (True, False):
        again = run_module(MODULE, check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]
    assert [operation for operation, _unused in requests] == ["DescribeDBClusters", "DescribeDBInstances"] * 2


def test_update_sends_only_what_differs(
    aws: Any,
    run_module: Any,
    options: dict[str, Any],
    network: dict[str, Any],
    requests: list[tuple[str, dict[str, Any]]],
) -> None:
    run_module(MODULE, **options)
    options |= {
        "max_capacity": 4,
        "backup_retention_period": 14,
        "iam_database_authentication": True,
        "vpc_security_group_ids": list(reversed(network["security_group_ids"])),
        "enabled_cloudwatch_logs_exports": ["postgresql"],
        "tags": {"Environment": "dev", "Owner": "api"},
    }
    options["members"][1]["promotion_tier"] = 2
    preview = run_module(MODULE, check=True, **options)
    assert read_back(aws)["BackupRetentionPeriod"] == 7
    requests.clear()

    done = run_module(MODULE, **options)
    assert done["cluster"] == preview["cluster"]
    assert done["actions"] == preview["actions"]
    assert done["diff"]["before"]["max_capacity"] == 2
    assert done["diff"]["after"]["max_capacity"] == 4
    assert dict(requests)["ModifyDBCluster"] == {
        "DBClusterIdentifier": NAME,
        "VpcSecurityGroupIds": sorted(network["security_group_ids"]),
        "BackupRetentionPeriod": 14,
        "EnableIAMDatabaseAuthentication": True,
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4.0},
        "CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["postgresql"]},
        "ApplyImmediately": True,
    }
    assert dict(requests)["ModifyDBInstance"] == {
        "DBInstanceIdentifier": READER,
        "PromotionTier": 2,
        "ApplyImmediately": True,
    }
    assert instances(aws)[READER]["PromotionTier"] == 2
    assert as_dict(instances(aws)[READER]["TagList"]) == {"Environment": "dev", "Owner": "api"}
    assert as_dict(read_back(aws)["TagList"]) == {"Environment": "dev", "Owner": "api"}
    assert not run_module(MODULE, **options)["changed"]

    off = {**options, "enabled_cloudwatch_logs_exports": [], "iam_database_authentication": False}
    run_module(MODULE, **off)
    assert read_back(aws)["EnabledCloudwatchLogsExports"] == []
    assert not read_back(aws)["IAMDatabaseAuthenticationEnabled"]


class TestStorageType:
    """Which I/O is charged, and how often AWS lets a cluster change it."""

    def test_is_created_shown_and_changed_back(self, aws: Any, run_module: Any, options: dict[str, Any]) -> None:
        options["storage_type"] = "aurora-iopt1"
        assert run_module(MODULE, **options)["cluster"]["storage_type"] == "aurora-iopt1"
        assert read_back(aws)["StorageType"] == "aurora-iopt1"
        assert not run_module(MODULE, **options)["changed"]

        options["storage_type"] = "aurora"
        done = run_module(MODULE, **options)
        assert done["actions"] == [f"modify_db_cluster {NAME}"]
        assert "StorageType" not in read_back(aws)
        assert not run_module(MODULE, **options)["changed"]

    @pytest.mark.parametrize("check", [True, False])
    def test_is_not_changed_twice_in_30_days(
        self, aws: Any, run_module: Any, options: dict[str, Any], check: bool
    ) -> None:
        run_module(MODULE, **options, storage_type="aurora-iopt1")
        run_module(MODULE, **options, storage_type="aurora")
        failed = run_module(MODULE, check=check, **options, storage_type="aurora-iopt1")
        assert "can't be set before 20" in failed["msg"]
        assert "StorageType" not in read_back(aws)

    def test_waits_for_the_maintenance_window(self, aws: Any, run_module: Any, options: dict[str, Any]) -> None:
        run_module(MODULE, **options)
        options |= {"storage_type": "aurora-iopt1", "apply_immediately": False}
        done = run_module(MODULE, **options)
        assert done["cluster"]["pending"] == {"storage_type": "aurora-iopt1"}
        assert read_back(aws)["PendingModifiedValues"] == {"StorageType": "aurora-iopt1"}
        assert not run_module(MODULE, **options)["changed"]


def test_the_data_api_is_turned_on_and_off(
    aws: Any, run_module: Any, options: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]
) -> None:
    run_module(MODULE, **options)
    arn = read_back(aws)["DBClusterArn"]
    for wanted, operation in ((True, "EnableHttpEndpoint"), (False, "DisableHttpEndpoint")):
        options["http_endpoint"] = wanted
        preview = run_module(MODULE, check=True, **options)
        assert read_back(aws)["HttpEndpointEnabled"] is not wanted
        requests.clear()
        done = run_module(MODULE, **options)
        assert done["cluster"] == preview["cluster"]
        assert dict(requests)[operation] == {"ResourceArn": arn}
        assert "ModifyDBCluster" not in dict(requests)
        assert read_back(aws)["HttpEndpointEnabled"] is wanted
        assert not run_module(MODULE, **options)["changed"]


def test_a_new_cluster_has_the_data_api(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options, http_endpoint=True)
    assert read_back(aws)["HttpEndpointEnabled"] is True
    assert not run_module(MODULE, **options, http_endpoint=True)["changed"]


def test_the_authority_of_the_certificates_is_chosen(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    writer, reader = options["members"]
    options["members"] = [{**writer, "ca_certificate_identifier": "rds-ca-ecc384-g1"}, reader]
    run_module(MODULE, **options)
    shown = {name: item["CACertificateIdentifier"] for name, item in instances(aws).items()}
    assert shown == {WRITER: "rds-ca-ecc384-g1", READER: "rds-ca-rsa2048-g1"}

    options["members"][1] = {**reader, "ca_certificate_identifier": "rds-ca-rsa4096-g1"}
    waits = run_module(MODULE, **options, apply_immediately=False)
    assert waits["actions"] == [f"modify_db_instance {READER}"]
    assert instances(aws)[READER]["PendingModifiedValues"] == {"CACertificateIdentifier": "rds-ca-rsa4096-g1"}
    assert not run_module(MODULE, **options, apply_immediately=False)["changed"]
    run_module(MODULE, **options)
    assert instances(aws)[READER]["CertificateDetails"]["CAIdentifier"] == "rds-ca-rsa4096-g1"
    assert not run_module(MODULE, **options)["changed"]


def test_order_of_sets_is_no_difference(run_module: Any, options: dict[str, Any], network: dict[str, Any]) -> None:
    groups = network["security_group_ids"]
    run_module(MODULE, **{**options, "vpc_security_group_ids": groups})
    again = {**options, "vpc_security_group_ids": groups[::-1], "members": options["members"][::-1]}
    assert not run_module(MODULE, **again)["changed"]


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    options["tags"] = {"Owner": "api"}
    run_module(MODULE, purge_tags=False, **options)
    assert as_dict(read_back(aws)["TagList"]) == {"Environment": "dev", "Owner": "api"}
    run_module(MODULE, **options)
    assert as_dict(read_back(aws)["TagList"]) == {"Owner": "api"}
    assert as_dict(instances(aws)[WRITER]["TagList"]) == {"Owner": "api"}


def test_pauses_and_stops_pausing(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options["min_capacity"] = 0
    run_module(MODULE, **options)
    assert read_back(aws)["ServerlessV2ScalingConfiguration"]["SecondsUntilAutoPause"] == 300
    assert not run_module(MODULE, **options)["changed"]
    run_module(MODULE, **{**options, "seconds_until_auto_pause": 600})
    assert read_back(aws)["ServerlessV2ScalingConfiguration"]["SecondsUntilAutoPause"] == 600
    run_module(MODULE, **{**options, "min_capacity": 1})
    assert read_back(aws)["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 1.0, "MaxCapacity": 2.0}


def test_insights_advanced_and_back(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options, database_insights_mode="advanced")
    cluster = read_back(aws)
    assert (cluster["DatabaseInsightsMode"], cluster["PerformanceInsightsRetentionPeriod"]) == ("advanced", 465)
    assert not run_module(MODULE, **options, database_insights_mode="advanced")["changed"]
    run_module(MODULE, **options, database_insights_mode="standard", performance_insights=False)
    assert read_back(aws)["DatabaseInsightsMode"] == "standard"
    assert not read_back(aws)["PerformanceInsightsEnabled"]
    assert not run_module(MODULE, **options, database_insights_mode="standard")["changed"]


def test_password_managed_by_rds(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    own = options.pop("master_user_secret_arn")
    options["manage_master_user_password"] = True
    done = run_module(MODULE, **options)
    assert done["cluster"]["master_user_secret_arn"] == read_back(aws)["MasterUserSecret"]["SecretArn"]
    assert not run_module(MODULE, **options)["changed"]
    options |= {"manage_master_user_password": False, "master_user_secret_arn": own}
    assert run_module(MODULE, **options)["actions"] == [f"modify_db_cluster {NAME}"]
    assert "MasterUserSecret" not in read_back(aws)
    assert not run_module(MODULE, **options)["changed"]


def test_sets_the_password_of_an_existing_cluster_when_asked(
    run_module: Any, options: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]
) -> None:
    run_module(MODULE, **options)
    requests.clear()
    done = run_module(MODULE, **options, set_master_password=True)
    assert done["actions"] == [f"modify_db_cluster {NAME}"]
    assert dict(requests)["ModifyDBCluster"]["MasterUserPassword"] == PASSWORD
    assert PASSWORD not in json.dumps(done)


def test_a_secret_without_password_is_refused_without_showing_it(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    aws("secretsmanager").put_secret_value(
        SecretId=options["master_user_secret_arn"], SecretString='{"password": 98765432109}'
    )
    failed = run_module(MODULE, **options)
    assert "'password'" in failed["msg"]
    assert "98765432109" not in json.dumps(failed)
    assert aws("rds").describe_db_clusters()["DBClusters"] == []


@pytest.mark.parametrize(("asked", "got"), [("15", "15.17"), ("15.15", "15.15"), (None, "16.11")])
def test_version_may_be_a_beginning(
    aws: Any, run_module: Any, options: dict[str, Any], asked: str | None, got: str
) -> None:
    options["engine_version"] = asked
    if asked is None:
        options.pop("engine_version")
    run_module(MODULE, **options)
    assert read_back(aws)["EngineVersion"] == got
    assert not run_module(MODULE, **options)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_version_that_is_not_offered_lists_those_that_are(
    aws: Any, run_module: Any, options: dict[str, Any], check: bool
) -> None:
    failed = run_module(MODULE, check=check, **{**options, "engine_version": "15.5"})
    assert failed["failed"]
    assert "15.5" in failed["msg"]
    assert "15.15, 15.17" in failed["msg"]
    assert aws("rds").describe_db_clusters()["DBClusters"] == []


def test_minor_upgrade_major_upgrade_and_no_way_back(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    run_module(MODULE, **{**options, "engine_version": "15.17"})
    assert read_back(aws)["EngineVersion"] == "15.17"
    refused = run_module(MODULE, **{**options, "engine_version": "16"})
    assert "allow_major_version_upgrade" in refused["msg"]
    done = run_module(MODULE, **{**options, "engine_version": "16"}, allow_major_version_upgrade=True)
    assert done["cluster"]["engine_version"] == "16.13"
    assert read_back(aws)["DBClusterParameterGroup"] == "default.aurora-postgresql16"
    back = run_module(MODULE, **options, allow_major_version_upgrade=True)
    assert "never goes back" in back["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_another_port_is_refused_unless_it_is_allowed(
    aws: Any, run_module: Any, options: dict[str, Any], check: bool
) -> None:
    run_module(MODULE, **options)
    refused = run_module(MODULE, check=check, **{**options, "port": 5433})
    assert "would cut everybody off" in refused["msg"]
    assert "Set 5432; or set allow_port_change (aurora_allow_port_change of the role)" in refused["msg"]
    assert read_back(aws)["Port"] == 5432
    assert run_module(MODULE, check=check, **{**options, "port": 5433, "allow_port_change": True})["changed"]
    assert read_back(aws)["Port"] == (5432 if check else 5433)


def test_a_minor_version_that_aws_installed_by_itself_is_no_difference(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module(MODULE, **{**options, "engine_version": "15.17"})
    again = run_module(MODULE, **options)
    assert not again["changed"]
    assert again["cluster"]["engine_version"] == "15.17"
    for member in options["members"]:
        member["auto_minor_version_upgrade"] = False
    run_module(MODULE, **{**options, "engine_version": "15.17"})
    assert "never goes back" in run_module(MODULE, **options)["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_an_older_version_and_a_member_without_upgrades_are_refused_as_a_whole(
    aws: Any, run_module: Any, options: dict[str, Any], check: bool
) -> None:
    run_module(MODULE, **{**options, "engine_version": "15.17"})
    for member in options["members"]:
        member.update(auto_minor_version_upgrade=False, promotion_tier=5)
    assert "never goes back" in run_module(MODULE, check=check, **options)["msg"]
    instances = aws("rds").describe_db_instances()["DBInstances"]
    assert any(instance["AutoMinorVersionUpgrade"] for instance in instances)
    assert {instance["PromotionTier"] for instance in instances} != {5}


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [
        ("aurora-postgresql", "15.17", (15,)),
        ("aurora-mysql", "8.0.mysql_aurora.3.08.0", (8, 0)),
        ("aurora-mysql", "8.4.7", (8, 4)),
    ],
)
def test_what_aws_calls_a_major_version(engine: str, version: str, expected: tuple[int, ...]) -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils.rds.reading import major

    assert major(engine, version) == expected


@pytest.mark.parametrize("allowed", [True, False])
def test_aurora_mysql_8_4_is_a_major_upgrade_of_8_0(allowed: bool) -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
    from ansible_collections.streamflix.content_api.plugins.modules.rds_serverless_v2 import check_upgrade

    options = {"engine": "aurora-mysql", "allow_major_version_upgrade": allowed}
    expected = contextlib.nullcontext() if allowed else pytest.raises(InvalidOptionError, match="new major version")
    with expected:
        check_upgrade("8.0.mysql_aurora.3.08.0", "8.4.7", options, [])


def test_a_version_that_waits_for_the_maintenance_window_is_no_change_again(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module(MODULE, **options)
    later = {**options, "engine_version": "15.17", "apply_immediately": False}
    assert run_module(MODULE, **later)["changed"]
    assert read_back(aws)["PendingModifiedValues"] == {"EngineVersion": "15.17"}
    again = run_module(MODULE, **later)
    assert not again["changed"]
    assert again["cluster"]["pending"] == {"engine_version": "15.17"}


class TestMaintenanceWindow:
    """What waits for the maintenance window: no difference, or sent again to be applied at once."""

    @pytest.fixture
    def later(self, run_module: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Give the options of a cluster that exists, with changes that AWS defers."""
        run_module(MODULE, **options)
        writer, reader = options["members"]
        return {
            **options,
            "engine_version": "15.17",
            "iam_database_authentication": True,
            "members": [writer, {**reader, "instance_class": "db.r6g.large"}],
            "apply_immediately": False,
        }

    def test_is_no_change_again_and_is_not_waited_for(
        self, aws: Any, run_module: Any, later: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]
    ) -> None:
        preview = run_module(MODULE, check=True, **later)
        done = run_module(MODULE, **later)
        assert done["actions"] == preview["actions"] == [f"modify_db_cluster {NAME}", f"modify_db_instance {READER}"]
        assert done["cluster"] == preview["cluster"]
        assert done["cluster"]["pending"] == {"engine_version": "15.17", "iam_database_authentication": True}
        assert [member["pending"] for member in done["cluster"]["members"]] == [
            {"instance_class": "db.r6g.large"},
            {},
        ]
        assert instances(aws)[READER]["DBInstanceClass"] == "db.serverless"
        requests.clear()
        again = run_module(MODULE, **later)
        assert not again["changed"]
        assert [operation for operation, _unused in requests] == ["DescribeDBClusters", "DescribeDBInstances"]

    def test_is_sent_again_to_be_applied_at_once(
        self, aws: Any, run_module: Any, later: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]
    ) -> None:
        run_module(MODULE, **later)
        requests.clear()
        now = {**later, "apply_immediately": True}
        preview = run_module(MODULE, check=True, **now)
        done = run_module(MODULE, **now)
        assert done["actions"] == preview["actions"]
        assert done["cluster"] == preview["cluster"]
        assert dict(requests)["ModifyDBCluster"] == {
            "DBClusterIdentifier": NAME,
            "EngineVersion": "15.17",
            "EnableIAMDatabaseAuthentication": True,
            "ApplyImmediately": True,
        }
        assert dict(requests)["ModifyDBInstance"] == {
            "DBInstanceIdentifier": READER,
            "DBInstanceClass": "db.r6g.large",
            "ApplyImmediately": True,
        }
        assert (read_back(aws)["EngineVersion"], read_back(aws)["IAMDatabaseAuthenticationEnabled"]) == ("15.17", True)
        assert "PendingModifiedValues" not in read_back(aws)
        assert instances(aws)[READER]["DBInstanceClass"] == "db.r6g.large"
        assert not run_module(MODULE, **now)["changed"]

    @pytest.mark.parametrize("at_once", [True, False])
    def test_is_taken_back_when_it_is_no_longer_wanted(
        self, aws: Any, run_module: Any, options: dict[str, Any], later: dict[str, Any], at_once: bool
    ) -> None:
        run_module(MODULE, **{**later, "engine_version": "15.15"})
        back = {**options, "iam_database_authentication": False, "apply_immediately": at_once}
        done = run_module(MODULE, **back)
        assert done["actions"] == [f"modify_db_cluster {NAME}", f"modify_db_instance {READER}"]
        assert "PendingModifiedValues" not in read_back(aws)
        assert not instances(aws)[READER].get("PendingModifiedValues")
        assert not run_module(MODULE, **back)["changed"]

    def test_of_others_is_not_waited_for(self, run_module: Any, later: dict[str, Any]) -> None:
        run_module(MODULE, **later)
        only_waits = run_module(MODULE, cluster_identifier=NAME, wait_timeout=1)
        assert not only_waits["changed"]
        assert only_waits["cluster"]["pending"]["engine_version"] == "15.17"


def test_members_are_added_and_removed(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    aws("rds").create_db_instance(
        DBInstanceIdentifier="application-autoscaling-1",
        DBClusterIdentifier=NAME,
        Engine="aurora-postgresql",
        DBInstanceClass="db.serverless",
    )
    options["members"][1] = {"identifier": f"{NAME}-other", "promotion_tier": 3}
    kept = run_module(MODULE, **options, purge_members=False, check=True)
    assert kept["actions"] == [f"create_db_instance {NAME}-other"]
    preview = run_module(MODULE, **options, check=True)
    done = run_module(MODULE, **options)
    assert done["actions"] == preview["actions"]
    assert [item["identifier"] for item in done["cluster"]["members"]] == [
        item["identifier"] for item in preview["cluster"]["members"]
    ]
    assert set(instances(aws)) == {WRITER, f"{NAME}-other", "application-autoscaling-1"}
    assert not run_module(MODULE, **options)["changed"]


def test_what_the_scaler_has_added_is_its_own_until_the_cluster_goes(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    ours = {"ManagedBy": "streamflix.content_api"}
    run_module(MODULE, **options, owner_tags=ours)
    aws("rds").create_db_instance(
        DBInstanceIdentifier="application-autoscaling-1",
        DBClusterIdentifier=NAME,
        Engine="aurora-postgresql",
        DBInstanceClass="db.serverless",
    )
    again = run_module(MODULE, **options, owner_tags=ours)
    assert not again["changed"], "it has no tags of ours, and needs none"
    gone = run_module(MODULE, cluster_identifier=NAME, state="absent", owner_tags=ours)
    assert "delete_db_instance application-autoscaling-1" in gone["actions"]
    assert instances(aws) == {}


def test_only_the_missing_part_is_made_up_for(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    aws("rds").delete_db_instance(DBInstanceIdentifier=READER, SkipFinalSnapshot=True)
    assert run_module(MODULE, **options)["actions"] == [f"create_db_instance {READER}"]


def test_removes_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    gone = {"cluster_identifier": NAME, "state": "absent", "skip_final_snapshot": True}
    preview = run_module(MODULE, check=True, **gone)
    assert preview["changed"]
    assert read_back(aws)

    done = run_module(MODULE, **gone)
    assert done["actions"] == preview["actions"]
    assert done["actions"][-1] == f"delete_db_cluster {NAME}"
    assert done["diff"]["before"]["port"] == 5432
    assert done["diff"]["after"] == {}
    assert aws("rds").describe_db_clusters()["DBClusters"] == []
    assert instances(aws) == {}
    assert aws("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"] == []
    assert not run_module(MODULE, **gone)["changed"]


def test_final_snapshots_have_a_name_of_their_own(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(10))
    module = "ansible_collections.streamflix.content_api.plugins.modules.rds_serverless_v2"
    monkeypatch.setattr(f"{module}.timestamp", lambda: f"20260131-23595{next(seconds)}")
    for _unused in range(2):
        run_module(MODULE, **options)
        done = run_module(MODULE, cluster_identifier=NAME, state="absent")
        assert done["changed"]
    snapshots = aws("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert len({item["DBClusterSnapshotIdentifier"] for item in snapshots}) == 2
    assert all(item["DBClusterSnapshotIdentifier"].startswith(f"{NAME}-final-2026") for item in snapshots)
    assert as_dict(snapshots[0]["TagList"]) == {"Environment": "dev"}


def test_backups_are_taken_when_asked_with_the_parameters_asked(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    for name in ("first", "second"):
        aws("rds").create_db_cluster_parameter_group(
            DBClusterParameterGroupName=name, DBParameterGroupFamily="aurora-postgresql15", Description=name
        )
    options |= {"preferred_backup_window": "02:00-03:00", "db_cluster_parameter_group_name": "first"}
    run_module(MODULE, **options)
    cluster = read_back(aws)
    assert (cluster["PreferredBackupWindow"], cluster["DBClusterParameterGroup"]) == ("02:00-03:00", "first")
    assert not run_module(MODULE, **options)["changed"]

    options |= {"preferred_backup_window": "05:30-06:00", "db_cluster_parameter_group_name": "second"}
    assert run_module(MODULE, **options)["actions"] == [f"modify_db_cluster {NAME}"]
    cluster = read_back(aws)
    assert (cluster["PreferredBackupWindow"], cluster["DBClusterParameterGroup"]) == ("05:30-06:00", "second")
    assert not run_module(MODULE, **options)["changed"]


@pytest.fixture
def groups(aws: Any) -> Any:
    """Make parameter groups of 15 and of 16, for clusters and for instances."""
    for major in (15, 16):
        family = {"DBParameterGroupFamily": f"aurora-postgresql{major}", "Description": "x"}
        aws("rds").create_db_cluster_parameter_group(DBClusterParameterGroupName=f"own-{major}", **family)
        aws("rds").create_db_parameter_group(DBParameterGroupName=f"own-{major}", **family)
    return lambda major: {
        "db_cluster_parameter_group_name": f"own-{major}",
        "db_instance_parameter_group_name": f"own-{major}",
    }


def groups_of_members(aws: Any) -> set[str]:
    instances = aws("rds").describe_db_instances()["DBInstances"]
    return {group["DBParameterGroupName"] for one in instances for group in one["DBParameterGroups"]}


def test_what_needs_a_restart_is_told_and_not_done(
    aws: Any, run_module: Any, options: dict[str, Any], groups: Any
) -> None:
    made = run_module(MODULE, **options)
    assert not any(one["pending_reboot"] for one in made["cluster"]["members"])
    foretold = run_module(MODULE, check=True, **options, **groups(15))
    done = run_module(MODULE, **options, **groups(15))
    assert (
        done["actions"]
        == foretold["actions"]
        == ["modify_db_cluster " + NAME, *(f"modify_db_instance {one}" for one in (READER, WRITER))]
    )
    assert groups_of_members(aws) == {"own-15"}
    assert all(one["pending_reboot"] for one in done["cluster"]["members"])
    again = run_module(MODULE, **options, **groups(15))
    assert not again["changed"]
    (warning,) = again["warnings"]
    assert f"Parameters of {READER} and {WRITER} wait for a restart" in str(warning)
    for one in (READER, WRITER):
        aws("rds").reboot_db_instance(DBInstanceIdentifier=one)
    settled = run_module(MODULE, **options, **groups(15))
    assert "warnings" not in settled
    assert not any(one["pending_reboot"] for one in settled["cluster"]["members"])


def test_members_are_monitored_and_no_longer(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    def role(name: str) -> str:
        trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "monitoring.rds.amazonaws.com"}}]}
        return aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]

    def monitored() -> set[tuple[int, str | None]]:
        instances = aws("rds").describe_db_instances()["DBInstances"]
        return {(one["MonitoringInterval"], one.get("MonitoringRoleArn")) for one in instances}

    one, two = role("one"), role("two")
    created = run_module(
        MODULE, **{**options, "members": options["members"][:1]}, monitoring_interval=60, monitoring_role_arn=one
    )
    assert created["changed"]
    assert monitored() == {(60, one)}
    for wanted in (
        {"monitoring_interval": 60, "monitoring_role_arn": two},
        {"monitoring_interval": 15, "monitoring_role_arn": two},
    ):
        foretold = run_module(MODULE, check=True, **options, **wanted)
        done = run_module(MODULE, **options, **wanted)
        assert (done["actions"], done["changes"]) == (foretold["actions"], foretold["changes"])
        assert monitored() == {tuple(wanted.values())}
        assert not run_module(MODULE, **options, **wanted)["changed"]
    # left alone where nothing says it
    assert not run_module(MODULE, **options)["changed"]
    assert run_module(MODULE, **options, monitoring_interval=0, monitoring_role_arn=two)["changed"]
    assert monitored() == {(0, None)}
    assert not run_module(MODULE, **options, monitoring_interval=0)["changed"]
    assert "needs a role" in run_module(MODULE, **options, monitoring_interval=5)["msg"]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_new_major_version_brings_its_parameter_groups(
    aws: Any, run_module: Any, options: dict[str, Any], groups: Any, requests: Any, at_once: bool
) -> None:
    run_module(MODULE, **options, **groups(15))
    del requests[:]
    newer = {**options, **groups(16), "engine_version": "16.13", "allow_major_version_upgrade": True}
    foretold = run_module(MODULE, check=True, **newer, apply_immediately=at_once)
    done = run_module(MODULE, **newer, apply_immediately=at_once)
    assert done["actions"] == foretold["actions"] == [f"modify_db_cluster {NAME}"]
    assert done["changes"] == foretold["changes"]
    (sent,) = (params for operation, params in requests if operation == "ModifyDBCluster")
    assert (sent["DBClusterParameterGroupName"], sent["DBInstanceParameterGroupName"]) == ("own-16", "own-16")
    found = "own-16" if at_once else "own-15"
    assert read_back(aws)["DBClusterParameterGroup"] == found
    assert groups_of_members(aws) == {found}
    # while it waits for the maintenance window, the groups wait with it
    assert not run_module(MODULE, **newer, apply_immediately=at_once)["changed"]
    run_module(MODULE, **newer)
    assert (read_back(aws)["DBClusterParameterGroup"], groups_of_members(aws)) == ("own-16", {"own-16"})


def test_the_final_snapshots_name_begins_as_asked(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    run_module(MODULE, cluster_identifier=NAME, state="absent", final_snapshot_identifier="kept")
    (snapshot,) = aws("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert snapshot["DBClusterSnapshotIdentifier"].startswith("kept-")


def test_a_protected_cluster_is_removed_only_when_asked(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **{**options, "deletion_protection": True})
    gone = {"cluster_identifier": NAME, "state": "absent", "skip_final_snapshot": True}
    failed = run_module(MODULE, **gone)
    assert "deletion_protection" in failed["msg"]
    assert set(instances(aws)) == {WRITER, READER}
    done = run_module(MODULE, **gone, deletion_protection=False)
    assert done["actions"][0] == f"modify_db_cluster {NAME}"
    assert aws("rds").describe_db_clusters()["DBClusters"] == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("database_name", "other"),
        ("master_username", "admin"),
        ("storage_encrypted", False),
        ("kms_key_id", "arn:aws:kms:eu-west-1:123456789012:key/abcd"),
    ],
)
def test_what_aws_cannot_change_needs_replacement(
    run_module: Any, options: dict[str, Any], option: str, value: Any
) -> None:
    run_module(MODULE, **options)
    failed = run_module(MODULE, **{**options, option: value})
    assert failed["needs_replacement"] == [option]
    assert "set replace (aurora_replace of the role)" in failed["msg"]
    assert [(item["action"], item["type"], item["name"]) for item in failed["changes"]] == [("replace", CLUSTER, NAME)]


def test_a_member_does_not_move_to_another_zone(run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    options["members"][0]["availability_zone"] = "eu-west-1c"
    # what is asked for the cluster does not hold for the member
    for replace in (False, True):
        failed = run_module(MODULE, replace=replace, **options)
        assert failed["needs_replacement"] == ["availability_zone"]
        assert "Add a member with another identifier" in failed["msg"]
        (change,) = failed["changes"]
        assert (change["action"], change["type"], change["name"]) == ("replace", INSTANCE, WRITER)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"min_capacity": 0.7}, "min_capacity 0.7"),
        ({"min_capacity": 4}, "min_capacity 4 is above max_capacity 2"),
        ({"max_capacity": 300}, "max_capacity 300"),
        ({"seconds_until_auto_pause": 300}, "needs min_capacity 0"),
        ({"min_capacity": 0, "seconds_until_auto_pause": 60}, "seconds_until_auto_pause 60"),
        ({"manage_master_user_password": True}, "exclude each other"),
        ({"database_insights_mode": "advanced", "performance_insights_retention_period": 31}, "465"),
        ({"database_insights_mode": "advanced", "performance_insights": False}, "performance_insights"),
        ({"performance_insights_retention_period": 94}, "94"),
        ({"backup_retention_period": 36}, "backup_retention_period 36"),
        ({"cluster_identifier": "Not-Lower"}, "Not-Lower"),
        ({"members": [{"identifier": "a", "promotion_tier": 16}]}, "promotion_tier of a 16"),
        ({"members": [{"identifier": "a"}, {"identifier": "a"}]}, "twice"),
    ],
)
def test_wrong_options_are_refused_before_any_request(
    run_module: Any,
    options: dict[str, Any],
    requests: list[tuple[str, dict[str, Any]]],
    wrong: dict[str, Any],
    text: str,
) -> None:
    failed = run_module(MODULE, **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]
    assert requests == []


def test_a_new_cluster_needs_capacity_and_a_password(aws: Any, run_module: Any) -> None:
    failed = run_module(MODULE, cluster_identifier=NAME)
    assert "min_capacity, max_capacity, master_user_secret_arn" in failed["msg"]


def test_previews_with_values_that_are_known_later(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module(
        MODULE,
        check=True,
        **{
            **options,
            "master_user_secret_arn": "(known after apply)",
            "vpc_security_group_ids": ["sg-(known after apply)"],
            "db_subnet_group_name": "not-there-yet",
        },
    )
    assert preview["changed"]
    assert preview["cluster"]["endpoint"] == "(known after apply)"


@pytest.mark.usefixtures("no_pauses")
class TestStates:
    """What the module does while AWS is at work, which the emulator does at once."""

    @staticmethod
    def cluster(aws: Any) -> Any:
        from moto.rds.models import rds_backends

        return rds_backends["123456789012"]["eu-west-1"].clusters[NAME]

    def test_waits_until_all_members_are_available(self, aws: Any, run_module: Any, options: dict[str, Any]) -> None:
        run_module(MODULE, **options)
        self.cluster(aws).members[1].status = "configuring-log-exports"
        failed = run_module(MODULE, **options, wait_timeout=1)
        assert f"instance {READER} configuring-log-exports" in failed["msg"]
        assert not run_module(MODULE, **options, wait=False)["changed"]

    def test_a_failed_member_ends_the_wait(self, aws: Any, run_module: Any, options: dict[str, Any]) -> None:
        run_module(MODULE, **options)
        self.cluster(aws).members[1].status = "incompatible-network"
        failed = run_module(MODULE, **options)
        assert f"instance {READER} is incompatible-network" in failed["msg"]

    def test_waits_before_it_changes_a_busy_cluster(self, aws: Any, run_module: Any, options: dict[str, Any]) -> None:
        run_module(MODULE, **options)
        self.cluster(aws).status = "modifying"
        failed = run_module(MODULE, **{**options, "max_capacity": 4}, wait_timeout=1)
        assert "its state is modifying" in failed["msg"]

    @pytest.fixture
    def late(self, aws: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """Let AWS show a changed cluster and its members as they were, for the number of looks in the list."""
        from moto.rds.models import RDSBackend

        looks: list[int] = []
        old: dict[str, Any] = {}
        describe, modify = RDSBackend.describe_db_clusters, RDSBackend.modify_db_cluster

        def modify_late(self: Any, kwargs: dict[str, Any]) -> Any:
            old[NAME] = copy.copy(self.clusters[NAME])
            return modify(self, kwargs)

        def describe_late(self: Any, *args: Any, **kwargs: Any) -> Any:
            if old and looks and looks[0]:
                looks[0] -= 1
                return list(old.values())
            return describe(self, *args, **kwargs)

        monkeypatch.setattr(RDSBackend, "modify_db_cluster", modify_late)
        monkeypatch.setattr(RDSBackend, "describe_db_clusters", describe_late)
        return looks

    @pytest.mark.parametrize("wait", [True, False])
    def test_the_old_values_after_a_change_do_not_end_the_wait(
        self, run_module: Any, options: dict[str, Any], late: list[int], wait: bool
    ) -> None:
        run_module(MODULE, **options)
        late.append(3)
        done = run_module(MODULE, **{**options, "max_capacity": 8}, wait=wait)
        assert done["cluster"]["max_capacity"] == 8
        assert late == [0]

    def test_values_that_stay_old_end_the_wait_with_its_time(
        self, run_module: Any, options: dict[str, Any], late: list[int]
    ) -> None:
        run_module(MODULE, **options)
        late.append(10**9)
        failed = run_module(MODULE, **{**options, "max_capacity": 8}, wait_timeout=1)
        assert f"{NAME} max_capacity: wanted 8.0, seen 2.0" in failed["msg"]

    def test_without_wait_it_is_enough_that_aws_is_at_work(
        self, aws: Any, run_module: Any, options: dict[str, Any], late: list[int]
    ) -> None:
        run_module(MODULE, **options)
        self.cluster(aws).members[1].status = "modifying"
        late.append(3)
        done = run_module(MODULE, **{**options, "max_capacity": 8}, wait=False)
        assert done["cluster"]["max_capacity"] == 2
        assert late == [2]

    @pytest.fixture
    def hurried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let some seconds pass between two looks at the clock."""
        seconds = itertools.count(1, 5)
        monkeypatch.setattr("time.monotonic", lambda: next(seconds))

    @pytest.mark.usefixtures("hurried")
    def test_without_wait_it_goes_on_when_aws_does_not_begin(
        self, run_module: Any, options: dict[str, Any], late: list[int]
    ) -> None:
        run_module(MODULE, **options)
        late.append(10**9)
        assert run_module(MODULE, **{**options, "max_capacity": 8}, wait=False)["changed"]

    def test_what_is_pending_is_waited_for_when_it_is_to_be_applied_at_once(
        self, aws: Any, run_module: Any, options: dict[str, Any], late: list[int]
    ) -> None:
        options["iam_database_authentication"] = True
        run_module(MODULE, **options)
        self.cluster(aws).iam_auth = False
        self.cluster(aws).pending_modified_values = {"IAMDatabaseAuthenticationEnabled": True}
        late.append(2)
        done = run_module(MODULE, **options)
        assert done["actions"] == [f"modify_db_cluster {NAME}"]
        assert (done["cluster"]["iam_database_authentication"], done["cluster"]["pending"]) == (True, {})

    def test_what_is_pending_is_not_sent_again_while_aws_applies_it(
        self, aws: Any, run_module: Any, options: dict[str, Any]
    ) -> None:
        run_module(MODULE, **options)
        self.cluster(aws).status = "modifying"
        self.cluster(aws).pending_modified_values = {"IAMDatabaseAuthenticationEnabled": True}
        preview = run_module(MODULE, check=True, **options, iam_database_authentication=True)
        assert not preview["changed"]

    def test_a_password_on_its_way_is_waited_for_and_not_shown(
        self, aws: Any, run_module: Any, options: dict[str, Any]
    ) -> None:
        run_module(MODULE, **options)
        self.cluster(aws).pending_modified_values = {"MasterUserPassword": "****"}
        failed = run_module(MODULE, **options, set_master_password=True, wait_timeout=1)
        assert "the password is not set yet" in failed["msg"]
        seen = run_module(MODULE, **options)
        assert (seen["changed"], seen["cluster"]["pending"]) == (False, {"master_user_password": True})

    @pytest.mark.usefixtures("hurried")
    def test_logs_on_their_way_are_turned_round(
        self, aws: Any, run_module: Any, options: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]
    ) -> None:
        run_module(MODULE, **options, enabled_cloudwatch_logs_exports=["instance"])
        self.cluster(aws).pending_modified_values = {
            "PendingCloudwatchLogsExports": {"LogTypesToEnable": ["postgresql"], "LogTypesToDisable": ["instance"]}
        }
        later = {**options, "apply_immediately": False}
        same = run_module(MODULE, **later, enabled_cloudwatch_logs_exports=["postgresql"])
        assert (same["changed"], same["cluster"]["pending"]) == (
            False,
            {"enabled_cloudwatch_logs_exports": ["postgresql"]},
        )
        requests.clear()
        run_module(MODULE, **later, enabled_cloudwatch_logs_exports=["instance"], wait=False)
        assert dict(requests)["ModifyDBCluster"]["CloudwatchLogsExportConfiguration"] == {
            "EnableLogTypes": ["instance"],
            "DisableLogTypes": ["postgresql"],
        }

    def test_a_stopped_cluster_is_neither_changed_nor_removed(
        self, aws: Any, run_module: Any, options: dict[str, Any]
    ) -> None:
        run_module(MODULE, **options)
        aws("rds").stop_db_cluster(DBClusterIdentifier=NAME)
        assert "stopped" in run_module(MODULE, **{**options, "max_capacity": 4})["msg"]
        assert "start-db-cluster" in run_module(MODULE, cluster_identifier=NAME, state="absent")["msg"]

    def test_a_cluster_on_its_way_out_is_waited_for(self, aws: Any, run_module: Any, options: dict[str, Any]) -> None:
        run_module(MODULE, **options)
        self.cluster(aws).status = "deleting"
        gone = run_module(MODULE, cluster_identifier=NAME, state="absent", wait=False)
        assert (gone["changed"], gone["state"]) == (False, "absent")
        assert "deleting" in run_module(MODULE, cluster_identifier=NAME, state="absent", wait_timeout=1)["msg"]
        assert run_module(MODULE, check=True, **options)["actions"][0] == f"create_db_cluster {NAME}"


def member(tier: int, upgrade: bool) -> dict[str, Any]:
    return {
        "instance_class": (None, "db.serverless"),
        "promotion_tier": (None, tier),
        "auto_minor_version_upgrade": (None, upgrade),
        "publicly_accessible": (None, False),
        "availability_zone": (None, "(known after apply)"),
        "ca_certificate_identifier": (None, "(known after apply)"),
        "db_parameter_group_name": (None, "(known after apply)"),
        "monitoring_interval": (None, 0),
        "pending": (None, {}),
        "tags": (None, {"Environment": "dev"}),
    }


def test_tells_what_becomes_of_each_resource(changes_of: Any, options: dict[str, Any]) -> None:
    cluster, *members = changes_of(MODULE, **options)
    assert members == [("create", INSTANCE, READER, member(1, True)), ("create", INSTANCE, WRITER, member(0, True))]
    action, kind, name, fields = cluster
    assert (action, kind, name) == ("create", CLUSTER, NAME)
    sent = set(options) - {"cluster_identifier", "master_user_secret_arn", "members"}
    for key in sent - {"preferred_maintenance_window"}:
        assert fields[key] == (None, options[key]), key
    assert fields["preferred_maintenance_window"] == (None, "sun:04:00-sun:05:00")

    options["max_capacity"] = 4
    assert changes_of(MODULE, **options) == [("update", CLUSTER, NAME, {"max_capacity": (2.0, 4.0)})]
    assert changes_of(MODULE, **options) == []
    words = {"master_user_password": ("as it is", "as the secret says")}
    assert changes_of(MODULE, **options, set_master_password=True) == [("update", CLUSTER, NAME, words)]
    options["members"] = [options["members"][0] | {"promotion_tier": 3}]
    first, second = changes_of(MODULE, **options)
    assert first[:3] == ("remove", INSTANCE, READER)
    assert second == ("update", INSTANCE, WRITER, {"promotion_tier": (0, 3)})
    gone = changes_of(MODULE, cluster_identifier=NAME, state="absent", skip_final_snapshot=True)
    assert [change[:3] for change in gone] == [("remove", CLUSTER, NAME), ("remove", INSTANCE, WRITER)]


def test_what_waits_and_what_is_made_at_once_is_told(changes_of: Any, options: dict[str, Any]) -> None:
    changes_of(MODULE, **options)
    newer = {**options, "engine_version": "15.17"}
    waiting = changes_of(MODULE, **newer, apply_immediately=False)
    assert waiting == [("update", CLUSTER, NAME, {"pending.engine_version": (None, "15.17")})]
    assert changes_of(MODULE, **newer, apply_immediately=False) == []
    now = {"engine_version": ("15.15", "15.17"), "pending.engine_version": ("15.17", None)}
    assert changes_of(MODULE, **newer) == [("update", CLUSTER, NAME, now)]


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"engine": "aurora-mysql", "database_insights_mode": "advanced"},
        {
            "manage_master_user_password": True,
            "master_user_secret_arn": None,
            "master_username": "x",
            "min_capacity": 0,
        },
    ],
)
def test_foretells_what_aws_fills_in(assert_foretold: Any, secret_arn: str, extra: dict[str, Any]) -> None:
    required = {"cluster_identifier": NAME, "min_capacity": 1, "max_capacity": 2, "master_user_secret_arn": secret_arn}
    members = [{"identifier": WRITER}, {"identifier": READER}]
    states = ("status", "members")
    assert_foretold(MODULE, "cluster", states, **{**required, **extra}, members=members)


def test_foretells_an_instance(run_module: Any, options: dict[str, Any]) -> None:
    (foretold, *_others), (made, *_others) = (
        run_module(MODULE, check=check, **options)["cluster"]["members"] for check in (True, False)
    )
    assigned = ("arn", "status", "availability_zone", "ca_certificate_identifier", "db_parameter_group_name")
    assert {**foretold, **{key: made[key] for key in assigned}} == made


def test_is_replaced_on_demand(aws: Any, run_module: Any, options: dict[str, Any], requests: Any) -> None:
    run_module(MODULE, **options)
    first = read_back(aws)["DbClusterResourceId"]
    asked = {**options, "database_name": "other", "replace": True, "wait": False}
    preview = run_module(MODULE, check=True, **asked)
    assert read_back(aws)["DbClusterResourceId"] == first
    del requests[:]
    done = run_module(MODULE, **asked)
    for result in (preview, done):
        assert result["changed"]
        (change,) = result["changes"]
        assert (change["action"], change["type"], change["name"]) == ("replace", CLUSTER, NAME)
        assert change["fields"][0] == {"field": "database_name", "before": "streamflix", "after": "other"}
        assert "replace is set" in change["reason"]
        assert result["actions"] == [
            f"delete_db_instance {READER}",
            f"delete_db_instance {WRITER}",
            f"delete_db_cluster {NAME}",
            f"create_db_cluster {NAME}",
            f"create_db_instance {WRITER}",
            f"create_db_instance {READER}",
        ]
        assert (result["diff"]["before"]["database_name"], result["cluster"]["database_name"]) == (
            "streamflix",
            "other",
        )
    created = next(params for operation, params in requests if operation == "CreateDBCluster")
    assert created["MasterUserPassword"] == PASSWORD
    assert PASSWORD not in json.dumps(done)
    assert (read_back(aws)["DatabaseName"], set(instances(aws))) == ("other", {WRITER, READER})
    (snapshot,) = aws("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    assert snapshot["DBClusterSnapshotIdentifier"].startswith(f"{NAME}-final-")
    assert not run_module(MODULE, **asked)["changed"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"deletion_protection": True}, "is protected against deletion"),
        ({"max_capacity": None}, "max_capacity is not set"),
        ({"engine_version": "99"}, "is not offered"),
    ],
)
def test_nothing_is_removed_that_cannot_be_created_anew(
    aws: Any, run_module: Any, options: dict[str, Any], check: bool, wrong: dict[str, Any], words: str
) -> None:
    run_module(MODULE, **{**options, "deletion_protection": wrong.get("deletion_protection", False)})
    failed = run_module(MODULE, check=check, **{**options, "database_name": "other", "replace": True, **wrong})
    assert words in failed["msg"]
    assert read_back(aws)["DatabaseName"] == "streamflix"
    assert set(instances(aws)) == {WRITER, READER}


def test_a_secret_without_password_is_found_before_the_data_is_gone(
    aws: Any, run_module: Any, options: dict[str, Any], secret_arn: str
) -> None:
    run_module(MODULE, **options)
    aws("secretsmanager").put_secret_value(SecretId=secret_arn, SecretString="{}")
    failed = run_module(MODULE, **{**options, "database_name": "other", "replace": True})
    assert "holds no text under 'password'" in failed["msg"]
    assert read_back(aws)["DatabaseName"] == "streamflix"


def test_a_replacement_that_was_killed_is_completed(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module(MODULE, **options)
    asked = {**options, "database_name": "other", "replace": True, "skip_final_snapshot": True}
    # between the removal of an instance and that of the cluster
    aws("rds").delete_db_instance(DBInstanceIdentifier=READER)
    assert run_module(MODULE, **asked)["changed"]
    assert (read_back(aws)["DatabaseName"], set(instances(aws))) == ("other", {WRITER, READER})
    # between removal and creation
    run_module(MODULE, cluster_identifier=NAME, state="absent", skip_final_snapshot=True)
    done = run_module(MODULE, **asked)
    assert done["actions"][0] == f"create_db_cluster {NAME}"
    assert not run_module(MODULE, **asked)["changed"]

"""AWS Backup of the emulator as plain boto3 sees it; each test names the document that it follows."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.modes import Modes
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.strict import refused

VAULT, PLAN, CLUSTER = "vault", "plan", "cluster"
TRUST = '{"Statement": [{"Principal": {"Service": "backup.amazonaws.com"}}]}'
RULE: dict[str, Any] = {"RuleName": "daily", "TargetBackupVaultName": VAULT, "Lifecycle": {"DeleteAfterDays": 35}}


def document(**rule: Any) -> dict[str, Any]:
    """Return a plan's document with one rule."""
    return {"BackupPlanName": PLAN, "Rules": [{**RULE, **rule}]}


class World:
    """An emulator with a vault, a role and a cluster, and shortcuts."""

    def __init__(self, start: Start, **modes: Any) -> None:
        self.emulator = start(Modes(**modes))
        self.backup, self.rds, self.iam = (self.emulator.client(name) for name in ("backup", "rds", "iam"))
        self.backup.create_backup_vault(BackupVaultName=VAULT, BackupVaultTags={"Team": "content"})
        role = self.iam.create_role(RoleName="backup", AssumeRolePolicyDocument=TRUST)
        self.role = role["Role"]["Arn"]
        cluster = self.rds.create_db_cluster(
            DBClusterIdentifier=CLUSTER,
            Engine="aurora-postgresql",
            MasterUsername="postgres",
            MasterUserPassword="long-enough",
            Tags=[{"Key": "Team", "Value": "content"}],
        )
        self.cluster = cluster["DBCluster"]["DBClusterArn"]

    def start(self, **more: Any) -> str:
        """Start a backup; returns the job's id."""
        what = {"BackupVaultName": VAULT, "ResourceArn": self.cluster, "IamRoleArn": self.role}
        return self.backup.start_backup_job(**what, **more)["BackupJobId"]

    def job(self, job_id: str) -> dict[str, Any]:
        """Return a job."""
        return self.backup.describe_backup_job(BackupJobId=job_id)

    def points(self) -> list[dict[str, Any]]:
        """Return the recovery points of the vault."""
        return self.backup.list_recovery_points_by_backup_vault(BackupVaultName=VAULT)["RecoveryPoints"]

    def plan(self, **rule: Any) -> str:
        """Create a plan; returns its id."""
        return self.backup.create_backup_plan(BackupPlan=document(**rule))["BackupPlanId"]

    def selection(self) -> dict[str, Any]:
        """Return a selection's parameters."""
        return {"SelectionName": "aurora", "IamRoleArn": self.role, "Resources": [self.cluster]}


@pytest.fixture
def world(start: Start) -> World:
    """Return an emulator with rules."""
    return World(start, rules=True)


def test_a_vault_has_a_key_and_counts_its_points(world: World) -> None:
    """DescribeBackupVault and ListBackupVaults."""
    before = world.backup.describe_backup_vault(BackupVaultName=VAULT)
    assert ":kms:" in before["EncryptionKeyArn"]
    assert before["NumberOfRecoveryPoints"] == 0
    world.start()
    (listed,) = world.backup.list_backup_vaults()["BackupVaultList"]
    assert listed["NumberOfRecoveryPoints"] == 1
    assert world.backup.describe_backup_vault(BackupVaultName=VAULT)["NumberOfRecoveryPoints"] == 1


def test_a_vault_that_is_not_there_looks_forbidden(world: World) -> None:
    """DescribeBackupVault, as users report (hashicorp/terraform-provider-aws takes it for a vault that is gone)."""
    refused("AccessDeniedException", world.backup.describe_backup_vault, BackupVaultName="other")


def test_a_vault_keeps_its_points(world: World) -> None:
    """DeleteBackupVault; a recovery point is a snapshot that AWS Backup alone deletes (Aurora User Guide)."""
    world.start(RecoveryPointTags={"Owner": "api"})
    refused("InvalidRequestException", world.backup.delete_backup_vault, BackupVaultName=VAULT)
    (point,) = world.points()
    (snapshot,) = world.rds.describe_db_cluster_snapshots(SnapshotType="awsbackup")["DBClusterSnapshots"]
    assert snapshot["DBClusterSnapshotArn"] == point["RecoveryPointArn"]
    assert snapshot["SnapshotType"] == "awsbackup"
    assert {tag["Key"] for tag in snapshot["TagList"]} == {"Team", "Owner"}
    name = snapshot["DBClusterSnapshotIdentifier"]
    named = world.rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=name)["DBClusterSnapshots"]
    assert [one["DBClusterSnapshotIdentifier"] for one in named] == [name]
    delete = world.rds.delete_db_cluster_snapshot
    refused("InvalidDBClusterSnapshotStateFault", delete, DBClusterSnapshotIdentifier=name)
    world.backup.put_backup_vault_lock_configuration(BackupVaultName=VAULT, MinRetentionDays=7)
    which = {"BackupVaultName": VAULT, "RecoveryPointArn": point["RecoveryPointArn"]}
    refused("InvalidRequestException", world.backup.delete_recovery_point, **which)
    world.backup.delete_backup_vault_lock_configuration(BackupVaultName=VAULT)
    world.backup.delete_recovery_point(**which)
    refused("ResourceNotFoundException", world.backup.describe_recovery_point, **which)
    assert world.rds.describe_db_cluster_snapshots(SnapshotType="awsbackup")["DBClusterSnapshots"] == []
    world.backup.delete_backup_vault(BackupVaultName=VAULT)
    refused("ResourceNotFoundException", world.backup.delete_backup_vault, BackupVaultName=VAULT)


def test_a_job_takes_its_time(start: Start) -> None:
    """StartBackupJob and DescribeBackupJob: CREATED, RUNNING, COMPLETED; a token starts one job only."""
    world = World(start, timescale=1.0)
    job_id = world.start(IdempotencyToken="once")
    assert world.start(IdempotencyToken="once") == job_id
    assert world.job(job_id)["State"] == "CREATED"
    world.emulator.pass_time(61)
    assert (world.job(job_id)["State"], world.points()) == ("RUNNING", [])
    world.emulator.pass_time(300)
    done = world.job(job_id)
    assert (done["State"], done["PercentDone"]) == ("COMPLETED", "100.0")
    (point,) = world.backup.list_recovery_points_by_resource(ResourceArn=world.cluster)["RecoveryPoints"]
    assert (point["RecoveryPointArn"], point["Status"]) == (done["RecoveryPointArn"], "COMPLETED")
    (job,) = world.backup.list_backup_jobs(ByState="COMPLETED")["BackupJobs"]
    assert job["BackupJobId"] == job_id
    assert world.backup.list_backup_jobs(ByState="FAILED")["BackupJobs"] == []


def test_a_job_without_its_cluster_fails(start: Start) -> None:
    """DescribeBackupJob: FAILED, and there is no recovery point."""
    world = World(start, timescale=1.0)
    job_id = world.start()
    world.emulator.pass_time(100)
    world.rds.delete_db_cluster(DBClusterIdentifier=CLUSTER, SkipFinalSnapshot=True)
    world.emulator.pass_time(300)
    assert (world.job(job_id)["State"], world.points()) == ("FAILED", [])


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 119}}, "90 days"),
        ({"EnableContinuousBackup": True, "Lifecycle": {"DeleteAfterDays": 36}}, "35 days"),
        ({"EnableContinuousBackup": True, "Lifecycle": {}}, "35 days"),
        ({"TargetBackupVaultName": "other"}, "other does not exist"),
        ({"StartWindowMinutes": 59}, "at least 60"),
        ({"StartWindowMinutes": 60, "CompletionWindowMinutes": 119}, "greater than start"),
    ],
)
def test_a_rule_that_aws_refuses(world: World, rule: dict[str, Any], text: str) -> None:
    """CreateBackupPlan and UpdateBackupPlan, BackupRule and Lifecycle."""
    create, update = world.backup.create_backup_plan, world.backup.update_backup_plan
    assert text in refused("InvalidParameterValueException", create, BackupPlan=document(**rule))
    plan_id = world.plan()
    wrong = {"BackupPlanId": plan_id, "BackupPlan": document(**rule)}
    assert text in refused("InvalidParameterValueException", update, **wrong)


def test_plans_are_told_apart_by_what_they_say(world: World) -> None:
    """CreateBackupPlan: the same document is refused, the same name is not."""
    first = world.plan()
    refused("AlreadyExistsException", world.backup.create_backup_plan, BackupPlan=document())
    second = world.plan(ScheduleExpression="cron(0 4 ? * * *)")
    listed = world.backup.list_backup_plans()["BackupPlansList"]
    assert {plan["BackupPlanId"] for plan in listed} == {first, second}
    assert {plan["BackupPlanName"] for plan in listed} == {PLAN}


def test_a_plan_changes(world: World) -> None:
    """UpdateBackupPlan: another document takes the place of the present one, with AWS's defaults."""
    plan_id = world.plan()
    before = world.backup.get_backup_plan(BackupPlanId=plan_id)
    changed = document(CompletionWindowMinutes=600)
    world.backup.update_backup_plan(BackupPlanId=plan_id, BackupPlan=changed)
    after = world.backup.get_backup_plan(BackupPlanId=plan_id)
    (rule,) = after["BackupPlan"]["Rules"]
    assert (rule["CompletionWindowMinutes"], rule["StartWindowMinutes"]) == (600, 480)
    assert after["VersionId"] != before["VersionId"]
    refused("ResourceNotFoundException", world.backup.update_backup_plan, BackupPlanId="x", BackupPlan=changed)


def test_the_life_of_a_selection(world: World) -> None:
    """CreateBackupSelection, GetBackupSelection, DeleteBackupSelection, DeleteBackupPlan."""
    plan = {"BackupPlanId": world.plan()}
    create = world.backup.create_backup_selection
    stranger = {**world.selection(), "IamRoleArn": "arn:aws:iam::123456789012:role/none"}
    refused("InvalidParameterValueException", create, **plan, BackupSelection=stranger)
    made = create(**plan, BackupSelection=world.selection())
    refused("AlreadyExistsException", create, **plan, BackupSelection=world.selection())
    which = {**plan, "SelectionId": made["SelectionId"]}
    shown = world.backup.get_backup_selection(**which)["BackupSelection"]
    assert shown["Resources"] == [world.cluster]
    assert shown["Conditions"]["StringEquals"] == []
    (listed,) = world.backup.list_backup_selections(**plan)["BackupSelectionsList"]
    assert (listed["SelectionName"], listed["SelectionId"]) == ("aurora", made["SelectionId"])
    refused("InvalidRequestException", world.backup.delete_backup_plan, **plan)
    world.backup.delete_backup_selection(**which)
    refused("ResourceNotFoundException", world.backup.get_backup_selection, **which)
    world.backup.delete_backup_plan(**plan)
    assert world.backup.list_backup_plans()["BackupPlansList"] == []


def test_the_settings_of_the_region(world: World) -> None:
    """DescribeRegionSettings and UpdateRegionSettings."""
    world.backup.update_region_settings(ResourceTypeOptInPreference={"Aurora": False})
    found = world.backup.describe_region_settings()["ResourceTypeOptInPreference"]
    assert (found["Aurora"], found["RDS"]) == (False, True)


def test_plans_and_points_are_found_by_tag(world: World) -> None:
    """Resource Groups Tagging API Reference, supported services: AWS Backup's vaults and plans."""
    world.backup.create_backup_plan(BackupPlan=document(), BackupPlanTags={"Team": "content"})
    wanted = [{"Key": "Team", "Values": ["content"]}]
    found = world.emulator.client("resourcegroupstaggingapi").get_resources(TagFilters=wanted)
    kinds = {item["ResourceARN"].split(":")[5] for item in found["ResourceTagMappingList"]}
    assert kinds == {"backup-vault", "backup-plan", "cluster"}

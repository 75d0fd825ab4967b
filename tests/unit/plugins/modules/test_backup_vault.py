"""The vault of AWS Backup, read back with plain boto3: its life, its lock, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.support.life import Life, Setting
from tests.unit.plugins.modules.conftest import LOST

NAME = "streamflix-dev"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
OTHER_KEY = KEY.replace("1234567", "7654321")
TRUST = '{"Statement": [{"Principal": {"Service": "backup.amazonaws.com"}}]}'


def locked(least: int, most: int) -> dict[str, Any]:
    """Return a governance lock."""
    return {"mode": "governance", "min_retention_days": least, "max_retention_days": most}


LIFE = Life(
    "backup_vault",
    {"name": NAME},
    (
        Setting("encryption_key_arn", "EncryptionKeyArn", KEY, OTHER_KEY, fixed=True),
        Setting("lock", "lock", locked(7, 90), locked(14, 365)),
    ),
)


@pytest.fixture
def read(aws: Any) -> Callable[[], Mapping[str, Any] | None]:
    def read_back() -> Mapping[str, Any] | None:
        backup = aws("backup")
        vaults = {vault["BackupVaultName"]: vault for vault in backup.list_backup_vaults()["BackupVaultList"]}
        if NAME not in vaults:
            return None
        vault = vaults[NAME]
        lock = locked(vault["MinRetentionDays"], vault["MaxRetentionDays"]) if vault["Locked"] else {}
        tags = backup.list_tags(ResourceArn=vault["BackupVaultArn"])["Tags"]
        return {**vault, "lock": lock, "tags": tags}

    return read_back


def test_the_life_of_a_vault(run_module: Any, read: Any) -> None:
    LIFE.live(run_module, read)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_one_option_changes(run_module: Any, read: Any, option: str) -> None:
    LIFE.change(run_module, read, option)


def test_the_key_cannot_change(run_module: Any, read: Any) -> None:
    LIFE.refuse(run_module, read, "encryption_key_arn")


def test_somebody_elses_stays(run_module: Any, read: Any) -> None:
    LIFE.respect(run_module, read)


def test_a_lock_is_removed(run_module: Any, read: Any) -> None:
    run_module("backup_vault", **LIFE.options)
    done = run_module("backup_vault", name=NAME, lock={})
    assert done["actions"] == [f"delete_backup_vault_lock_configuration {NAME}"]
    assert read()["lock"] == {}


def test_a_compliance_lock_is_confirmed(run_module: Any, aws: Any) -> None:
    lock = {"mode": "compliance", "min_retention_days": 7, "changeable_for_days": 3}
    refused = run_module("backup_vault", name=NAME, lock=lock, confirm_compliance_lock="another")
    assert "for ever" in refused["msg"]
    assert "'another'" in refused["msg"]
    assert aws("backup").list_backup_vaults()["BackupVaultList"] == []
    assert run_module("backup_vault", name=NAME, lock=lock, confirm_compliance_lock=NAME)["changed"]
    assert "LockDate" in aws("backup").list_backup_vaults()["BackupVaultList"][0]
    assert not run_module("backup_vault", name=NAME, lock=lock, confirm_compliance_lock=NAME)["changed"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "v"}, "2 to 50"),
        ({"encryption_key_arn": "alias/x"}, "not an alias"),
        ({"lock": {"min_retention_days": 0}}, "0 is out of range"),
        ({"lock": {"max_retention_days": 36501}}, "36501 is out of range"),
        ({"lock": {"min_retention_days": 9, "max_retention_days": 8}}, "9 is more than"),
        ({"lock": {"changeable_for_days": 3}}, "nobody can remove"),
        ({"lock": {"mode": "compliance", "changeable_for_days": 2}, "confirm_compliance_lock": NAME}, "2 is out"),
        ({"lock": {"mode": "compliance"}, "confirm_compliance_lock": NAME}, "0 is out"),
    ],
)
def test_what_aws_refuses_touches_nothing(run_module: Any, aws: Any, wrong: dict[str, Any], text: str) -> None:
    refused = run_module("backup_vault", **{"name": NAME, **wrong})
    assert text in refused["msg"]
    assert aws("backup").list_backup_vaults()["BackupVaultList"] == []


@pytest.fixture
def points(aws: Any, run_module: Any) -> Callable[[], list[str]]:
    """Give a vault with a lock two recovery points; return what lists them."""
    run_module("backup_vault", name=NAME, lock=locked(1, 30))
    role = aws("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    cluster = aws("rds").create_db_cluster(
        DBClusterIdentifier="c", Engine="aurora-postgresql", MasterUsername="postgres", MasterUserPassword="long-enough"
    )
    for _unused in range(2):
        what = {"BackupVaultName": NAME, "ResourceArn": cluster["DBCluster"]["DBClusterArn"], "IamRoleArn": role}
        aws("backup").start_backup_job(**what)
    return lambda: sorted(
        point["RecoveryPointArn"]
        for point in aws("backup").list_recovery_points_by_backup_vault(BackupVaultName=NAME)["RecoveryPoints"]
    )


def test_a_vault_with_recovery_points_stays(run_module: Any, points: Any, read: Any) -> None:
    for check in (True, False):
        left = run_module("backup_vault", check=check, name=NAME, state="absent")
        assert not left["changed"]
        assert left["state"] == "present"
        assert left["recovery_points"] == points()
    assert len(points()) == 2
    assert read() is not None


def test_recovery_points_go_when_that_is_asked_for(run_module: Any, points: Any, read: Any) -> None:
    before = points()
    gone = {"name": NAME, "state": "absent", "remove_recovery_points": True}
    foretold = run_module("backup_vault", check=True, **gone)
    assert points() == before
    done = run_module("backup_vault", **gone)
    assert done["actions"] == foretold["actions"]
    assert [action.split()[0] for action in done["actions"]] == [
        "delete_backup_vault_lock_configuration",
        "delete_recovery_point",
        "delete_recovery_point",
        "delete_backup_vault",
    ]
    assert read() is None


def test_a_compliance_lock_keeps_recovery_points(run_module: Any, points: Any, aws: Any) -> None:
    aws("backup").put_backup_vault_lock_configuration(
        BackupVaultName=NAME, MinRetentionDays=1, MaxRetentionDays=30, ChangeableForDays=3
    )
    refused = run_module("backup_vault", name=NAME, state="absent", remove_recovery_points=True)
    assert "compliance lock" in refused["msg"]
    assert len(points()) == 2


@pytest.mark.parametrize("operation", ["CreateBackupVault", "PutBackupVaultLockConfiguration"])
def test_a_lost_reply_makes_nothing_twice(run_module: Any, read: Any, troubled: Any, operation: str) -> None:
    troubled(operation, LOST)
    assert run_module("backup_vault", **LIFE.options)["changed"]
    LIFE.compare(read(), 0, LIFE.options["tags"])

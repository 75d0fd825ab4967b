"""Backups that have failed or are overdue, by the jobs of AWS Backup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.modules import backup_jobs_info

VAULT, PLAN, CLUSTER = "vault", "plan", "arn:aws:rds:eu-west-1:123456789012:cluster:live"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TRUST = '{"Statement": [{"Principal": {"Service": "backup.amazonaws.com"}}]}'


def job(state: str, hours: float, **more: Any) -> dict[str, Any]:
    """Return a job that began some hours ago."""
    return {"BackupJobId": f"job-{hours}", "State": state, "CreationDate": NOW - timedelta(hours=hours), **more}


DONE, OLD = job("COMPLETED", 8), job("COMPLETED", 32)


@pytest.mark.parametrize(
    ("jobs", "excused", "texts"),
    [
        ([OLD, DONE], False, []),
        ([DONE, OLD, job("RUNNING", 1)], False, []),
        ([job("EXPIRED", 9), DONE], False, []),
        ([], True, []),
        ([job("RUNNING", 1)], True, []),
        ([], False, ["has completed since 2026-11-28 12:00 UTC: there is none."]),
        ([OLD], False, ["since 2026-11-28 12:00 UTC: the last one is of 2026-11-28 04:00 UTC."]),
        (
            [DONE, job("EXPIRED", 3, StatusMessage="Did not begin")],
            False,
            ["(job job-3, 2026-11-29 09:00 UTC) is EXPIRED: Did not begin."],
        ),
        ([OLD, job("ABORTED", 3)], False, ["is ABORTED.", "the last one is of 2026-11-28 04:00 UTC."]),
        ([job("FAILED", 3)], True, ["is FAILED."]),
        ([DONE, job("PARTIAL", 3)], False, ["is PARTIAL."]),
    ],
)
def test_what_is_wrong_with_the_backups(jobs: list[dict[str, Any]], excused: bool, texts: list[str]) -> None:
    found = backup_jobs_info.wrong(CLUSTER, jobs, NOW - timedelta(hours=24), excused)
    assert len(found) == len(texts)
    for finding, text in zip(found, texts, strict=True):
        assert CLUSTER in finding
        assert finding.endswith(text)


@pytest.fixture
def look(run_module: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Give a function that runs the module for the cluster."""

    def run(**options: Any) -> dict[str, Any]:
        given = {"backup_vault_name": VAULT, "backup_plan_name": PLAN, "resources": [CLUSTER], **options}
        return run_module("backup_jobs_info", **given)

    return run


def test_it_reads_the_jobs_of_the_vault(aws: Any, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is no backup plan plan" in look()["problems"][0]
    backup = aws("backup")
    backup.create_backup_vault(BackupVaultName=VAULT)
    rule = {"RuleName": "daily", "TargetBackupVaultName": VAULT}
    backup.create_backup_plan(BackupPlan={"BackupPlanName": PLAN, "Rules": [rule]})
    assert look()["problems"] == [], "a new plan has had no time"
    later = datetime.now(UTC) + timedelta(hours=37)
    monkeypatch.setattr(backup_jobs_info, "now", lambda: later)
    (missing,) = look()["problems"]
    assert missing.endswith("there is none.")
    aws("rds").create_db_cluster(
        DBClusterIdentifier="live", Engine="aurora-postgresql", MasterUsername="a", MasterUserPassword="long-enough"
    )
    role = aws("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    made = backup.start_backup_job(BackupVaultName=VAULT, ResourceArn=CLUSTER, IamRoleArn=role)["BackupJobId"]
    began = backup.describe_backup_job(BackupJobId=made)["CreationDate"]
    found = look(max_age_hours=38)
    assert (found["problems"], found["resources"][0]["state"]) == ([], "COMPLETED")
    assert datetime.fromisoformat(found["resources"][0]["last_completed"]) == began
    (overdue,) = look(resources=["arn:aws:rds:*:cluster:li*"])["problems"]
    assert f"{began:%Y-%m-%d %H:%M}" in overdue
    assert look(resources=["arn:aws:rds:*:cluster:other"])["resources"][0]["state"] == ""


@pytest.mark.parametrize("hours", [0, 721])
def test_it_looks_back_as_far_as_aws_lists_jobs(look: Any, hours: int) -> None:
    assert f"max_age_hours {hours}" in look(max_age_hours=hours)["msg"]

"""Drifts of AWS Backup: of the vault, of the plan, and of what it selects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.drift.mutation import (
    BY_HAND,
    CREATE,
    LOST_TAG,
    OTHER_TAGS,
    REMOVE,
    TAG_FIELDS,
    Change,
    Mutation,
    Named,
)
from tests.drift.snapshot import Found
from tests.support.account import Client

ROLES = ("backup",)
VARIABLES: dict[str, Any] = {"backup_lock": {"mode": "governance", "min_retention_days": 7}}
BACKUP, NAME, SELECTED = "backup", "streamflix-dev", "database"
VAULT, PLAN, SELECTION = (f"AWS::Backup::Backup{kind}" for kind in ("Vault", "Plan", "Selection"))


def plan_id(aws: Client) -> dict[str, str]:
    """Return the parameter that names the plan."""
    plans = aws(BACKUP).list_backup_plans()["BackupPlansList"]
    return {"BackupPlanId": next(one["BackupPlanId"] for one in plans if one["BackupPlanName"] == NAME)}


def selections(aws: Client) -> list[dict[str, Any]]:
    """Return what the plan selects, each with its id."""
    which = plan_id(aws)
    listed = aws(BACKUP).list_backup_selections(**which)["BackupSelectionsList"]
    return [aws(BACKUP).get_backup_selection(**which, SelectionId=one["SelectionId"]) for one in listed]


def arns(aws: Client) -> dict[str, str]:
    """Return the ARNs of the vault and of the plan, by kind."""
    (vault,) = aws(BACKUP).list_backup_vaults()["BackupVaultList"]
    return {"vault": vault["BackupVaultArn"], "plan": aws(BACKUP).get_backup_plan(**plan_id(aws))["BackupPlanArn"]}


def read(aws: Client) -> Found:
    """Yield the vault, the plan and its selections."""
    backup = aws(BACKUP)

    def tags(arn: str) -> list[tuple[str, str]]:
        return sorted(backup.list_tags(ResourceArn=arn)["Tags"].items())

    for vault in backup.list_backup_vaults()["BackupVaultList"]:
        lock = [vault["Locked"], vault.get("MinRetentionDays"), vault.get("MaxRetentionDays")]
        yield "vault", vault["BackupVaultName"], [], {"lock": lock, "tags": tags(vault["BackupVaultArn"])}
    plans = backup.list_backup_plans()["BackupPlansList"]
    for plan in plans:
        rules = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]["Rules"]
        shown = [{key: value for key, value in rule.items() if key != "RuleId"} for rule in rules]
        about = {"rules": shown, "tags": tags(plan["BackupPlanArn"])}
        yield "plan", plan["BackupPlanName"], [plan["BackupPlanId"]], about
    for one in selections(aws) if plans else ():
        yield "selection", one["BackupSelection"]["SelectionName"], [one["SelectionId"]], one["BackupSelection"]


def retag(kind: str) -> Change:
    """Return a change of the tags of the vault or the plan."""

    def change(aws: Client) -> None:
        aws(BACKUP).tag_resource(ResourceArn=arns(aws)[kind], Tags=OTHER_TAGS)
        aws(BACKUP).untag_resource(ResourceArn=arns(aws)[kind], TagKeyList=[LOST_TAG])

    return change


def lock(aws: Client) -> None:
    """Let the vault keep its points for less time."""
    aws(BACKUP).put_backup_vault_lock_configuration(BackupVaultName=NAME, MinRetentionDays=1)


def unlock(aws: Client) -> None:
    """Remove the lock."""
    aws(BACKUP).delete_backup_vault_lock_configuration(BackupVaultName=NAME)


def keep_shorter(aws: Client) -> None:
    """Let the plan keep what it saves for a day."""
    document = aws(BACKUP).get_backup_plan(**plan_id(aws))["BackupPlan"]
    rules = [{key: value for key, value in rule.items() if key != "RuleId"} for rule in document["Rules"]]
    rules[0]["Lifecycle"] = {"DeleteAfterDays": 1}
    aws(BACKUP).update_backup_plan(**plan_id(aws), BackupPlan={**document, "Rules": rules})


def deselect(aws: Client) -> None:
    """Remove what the plan selects."""
    for one in selections(aws):
        aws(BACKUP).delete_backup_selection(**plan_id(aws), SelectionId=one["SelectionId"])


def select_another(aws: Client) -> None:
    """Let the plan save something else in its place."""
    (one,) = selections(aws)
    deselect(aws)
    other = {**one["BackupSelection"], "Resources": ["arn:aws:rds:*:*:cluster:other"]}
    aws(BACKUP).create_backup_selection(**plan_id(aws), BackupSelection=other)


def select_more(aws: Client) -> None:
    """Let the plan save something else, too."""
    (one,) = selections(aws)
    other = {**one["BackupSelection"], "SelectionName": BY_HAND}
    aws(BACKUP).create_backup_selection(**plan_id(aws), BackupSelection=other)


def remove_plan(aws: Client) -> None:
    """Remove the plan with what it selects."""
    deselect(aws)
    aws(BACKUP).delete_backup_plan(**plan_id(aws))


def drift(name: str, change: Callable[[Client], Any], named: tuple[Named, ...], *repair: str, **more: Any) -> Mutation:
    """Return a drift."""
    return Mutation(name, change, named, BACKUP, tuple(f"backup:{one}" for one in repair), about=(NAME, "-"), **more)


MUTATIONS = (
    drift("vault: lock", lock, (Named(VAULT, NAME, ("lock.min_retention_days",)),), "PutBackupVaultLockConfiguration"),
    drift("vault: no lock", unlock, (Named(VAULT, NAME, ("lock.",)),), "PutBackupVaultLockConfiguration"),
    drift("vault: tags", retag("vault"), (Named(VAULT, NAME, TAG_FIELDS),), "TagResource", "UntagResource"),
    drift("plan: rules", keep_shorter, (Named(PLAN, NAME, ("rules",)),), "UpdateBackupPlan", sample=True),
    drift("plan: tags", retag("plan"), (Named(PLAN, NAME, TAG_FIELDS),), "TagResource", "UntagResource"),
    drift(
        "plan: removed",
        remove_plan,
        (Named(PLAN, NAME, action=CREATE), Named(SELECTION, SELECTED, action=CREATE)),
        *("CreateBackupPlan", "CreateBackupSelection"),
    ),
    drift("selection: removed", deselect, (Named(SELECTION, SELECTED, action=CREATE),), "CreateBackupSelection"),
    drift(
        "selection: resources",
        select_another,
        (Named(SELECTION, SELECTED, ("resources",)),),
        *("DeleteBackupSelection", "CreateBackupSelection"),
    ),
    drift("selection: added", select_more, (Named(SELECTION, BY_HAND, action=REMOVE),), "DeleteBackupSelection"),
)

"""Plans: changes, versions, what goes with a plan, and the documents that AWS refuses.

AWS Backup Developer Guide, CreateBackupPlan, UpdateBackupPlan, BackupRule and Lifecycle.
"""

from __future__ import annotations

import uuid
from typing import Any

from emulator.patching import wrap
from emulator.services.backup.requests import answer, named, reply, said

COLD_DAYS, CONTINUOUS_DAYS, LEAST_WINDOW_MINUTES = 90, 35, 60


def install() -> None:
    """Put the additions into moto."""
    from moto.backup.exceptions import AlreadyExistsException
    from moto.backup.models import BackupBackend

    @wrap(BackupBackend, "create_backup_plan")
    def create_backup_plan(
        original: Any, self: Any, backup_plan: dict[str, Any], backup_plan_tags: Any, creator_request_id: str
    ) -> Any:
        """Refuse a document that exists already, not a name; the same request again makes nothing twice."""
        check(self, backup_plan)
        for plan in living(self):
            if creator_request_id and plan.creator_request_id == creator_request_id:
                return plan
            if settings(plan.backup_plan) == settings(filled(backup_plan)):
                raise AlreadyExistsException("Backup plan with the same plan document already exists")
        # moto takes a name once only, even that of a deleted plan
        others, self.plans = self.plans, {}
        try:
            return original(self, backup_plan, backup_plan_tags, creator_request_id)
        finally:
            self.plans = others | self.plans

    answer("update_backup_plan", update_backup_plan)


def living(backend: Any) -> list[Any]:
    """Return the plans that are not deleted."""
    return [plan for plan in backend.plans.values() if plan.deletion_date is None]


def plan_of(backend: Any, plan_id: str) -> Any:
    """Return a plan.

    :raises ResourceNotFoundException: there is none, or it is deleted.
    """
    from moto.backup.exceptions import ResourceNotFoundException

    plan = backend.plans.get(plan_id)
    if plan is None or plan.deletion_date is not None:
        raise ResourceNotFoundException("Failed reading Backup plan with provided version")
    return plan


def update_backup_plan(response: Any) -> str:
    """Put another document in the place of a plan's; its rules get new ids, and the plan a new version."""
    backend = response.backup_backend
    plan = plan_of(backend, named(response, "backupPlanId"))
    document = said(response)["BackupPlan"]
    check(backend, document)
    plan.backup_plan = filled(document)
    for rule in plan.backup_plan["Rules"]:
        rule["RuleId"] = str(uuid.uuid4())
    plan.version_id = uuid.uuid4().hex
    plan.advanced_backup_settings = document.get("AdvancedBackupSettings") or []
    return reply(plan.to_dict())


def filled(document: dict[str, Any]) -> dict[str, Any]:
    """Return a plan's document with what AWS fills in."""
    defaults = {
        "ScheduleExpression": "cron(0 5 ? * * *)",
        "StartWindowMinutes": 480,
        "CompletionWindowMinutes": 10080,
        "ScheduleExpressionTimezone": "Etc/UTC",
    }
    return {**document, "Rules": [{**defaults, **rule} for rule in document["Rules"]]}


def settings(document: dict[str, Any]) -> dict[str, Any]:
    """Return a plan's document without the ids of its rules."""
    rules = [{key: value for key, value in rule.items() if key != "RuleId"} for rule in document["Rules"]]
    return {**document, "Rules": rules}


def check(backend: Any, document: dict[str, Any]) -> None:
    """Refuse what AWS refuses in a plan's document.

    :raises InvalidParameterValueException: says what.
    """
    from moto.backup.exceptions import InvalidParameterValueException

    for rule in document["Rules"]:
        for wrong in wrong_in(backend, rule):
            raise InvalidParameterValueException(wrong)


def wrong_in(backend: Any, rule: dict[str, Any]) -> list[str]:
    """Return what AWS refuses in a rule."""
    found = []
    if rule["TargetBackupVaultName"] not in backend.vaults:
        found.append(f"Backup vault with name {rule['TargetBackupVaultName']} does not exist.")
    lifecycles = [rule.get("Lifecycle"), *(copy.get("Lifecycle") for copy in rule.get("CopyActions", []))]
    found += [wrong for lifecycle in lifecycles for wrong in wrong_in_lifecycle(lifecycle or {})]
    days = (rule.get("Lifecycle") or {}).get("DeleteAfterDays")
    if rule.get("EnableContinuousBackup") and not 1 <= (days or 0) <= CONTINUOUS_DAYS:
        found.append("Invalid lifecycle. Continuous backups must be deleted after 1 to 35 days.")
    start, end = rule.get("StartWindowMinutes", 480), rule.get("CompletionWindowMinutes", 10080)
    if start < LEAST_WINDOW_MINUTES:
        found.append("Invalid lifecycle window. StartWindowMinutes must be at least 60 minutes.")
    if end < start + LEAST_WINDOW_MINUTES:
        found.append("Invalid lifecycle window. CompletionWindow must be at least 60 minutes greater than start.")
    return found


def wrong_in_lifecycle(lifecycle: dict[str, Any]) -> list[str]:
    """Return what AWS refuses in a lifecycle."""
    cold, delete = lifecycle.get("MoveToColdStorageAfterDays"), lifecycle.get("DeleteAfterDays")
    if cold and delete and delete < cold + COLD_DAYS:
        return ["DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays"]
    return []

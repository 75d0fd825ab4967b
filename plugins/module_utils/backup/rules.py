# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Backup's limits of vaults, plans and selections; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    not_matching,
    out_of_range,
    tag_texts,
)

# CreateBackupVault, BackupRule and BackupSelection in the AWS Backup Developer Guide
VAULT_NAME, NAME = r"[A-Za-z0-9_-]{2,50}", r"[A-Za-z0-9_.-]{1,50}"
VAULT_ARN = r"arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:[A-Za-z0-9_-]{2,50}"
KEY_ARN = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+"
ROLE_ARN = r"arn:aws[a-z-]*:iam::\d{12}:role/.+"
SCHEDULE, ZONE = r"(cron|rate)\(.+\)", r"[A-Za-z]+(/[A-Za-z0-9_+-]+)*"
MOST_RETENTION_DAYS, LEAST_GRACE_DAYS = 36500, 3
# a recovery point in cold storage stays there for this long; continuous backups reach back so far
COLD_DAYS, CONTINUOUS_DAYS = 90, 35
# minutes: the shortest start window, and what completion needs beyond it; AWS's defaults
LEAST_WINDOW, START_WINDOW, COMPLETION_WINDOW = 60, 480, 10080
GOVERNANCE, COMPLIANCE = "governance", "compliance"


def vault_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a vault."""
    return not_matching(option, value, VAULT_NAME, "give 2 to 50 letters, digits, hyphens and underscores")


def name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a plan, a rule or a selection."""
    return not_matching(option, value, NAME, "give 1 to 50 letters, digits, dots, hyphens and underscores")


def key_arn(option: str, value: str) -> list[str]:
    """Find what is no ARN of a KMS key; a vault takes neither an alias nor an id."""
    return not_matching(option, value, KEY_ARN, "give the ARN of a KMS key, not an alias")


def is_lock(lock: Mapping[str, Any]) -> bool:
    """Tell whether the option is a lock: with some number of days, or for ever."""
    return lock.get("mode") == COMPLIANCE or any(days is not None for key, days in lock.items() if key != "mode")


def vault_lock(option: str, lock: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the lock of a vault.

    :param lock: C(mode), C(min_retention_days), C(max_retention_days) and C(changeable_for_days); empty for none.
    """
    if not is_lock(lock):
        return []
    least, most, grace = (lock.get(key) for key in ("min_retention_days", "max_retention_days", "changeable_for_days"))
    found = out_of_range(f"{option}.min_retention_days", least, 1, MOST_RETENTION_DAYS)
    found += out_of_range(f"{option}.max_retention_days", most, 1, MOST_RETENTION_DAYS)
    if least and most and least > most:
        found.append(f"{option}.min_retention_days {least} is more than max_retention_days {most}: lower it.")
    if lock["mode"] == COMPLIANCE:
        found += out_of_range(f"{option}.changeable_for_days", grace or 0, LEAST_GRACE_DAYS, MOST_RETENTION_DAYS)
    elif grace:
        found.append(
            f"{option}.changeable_for_days {grace} makes a compliance lock, which nobody can remove: leave it out, or "
            f"set {option}.mode to {COMPLIANCE}."
        )
    return found


def plan_rules(option: str, rules: list[Mapping[str, Any]]) -> list[str]:
    """Find what AWS refuses in the rules of a plan.

    :param rules: each in the shape of the option; what is None, or not there, is not set.
    """
    found = [] if rules else [f"{option} is empty, and AWS wants at least one rule: add one."]
    names = [rule["name"] for rule in rules]
    found += twice(option, names)
    for rule in rules:
        found += plan_rule(f"{option} {rule['name']!r}", rule)
    return found


def plan_rule(option: str, rule: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in one rule of a plan."""
    found = name(f"{option} name", rule["name"])
    found += vault_name(f"{option} target_backup_vault_name", rule["target_backup_vault_name"])
    advice = "write cron(...) or rate(...), such as cron(0 3 * * ? *)"
    found += not_matching(f"{option} schedule_expression", rule.get("schedule_expression"), SCHEDULE, advice)
    zone = rule.get("schedule_expression_timezone")
    found += not_matching(f"{option} schedule_expression_timezone", zone, ZONE, "write it as Europe/Dublin or Etc/UTC")
    found += windows(option, rule.get("start_window_minutes"), rule.get("completion_window_minutes"))
    found += lifecycle(f"{option} lifecycle", rule.get("lifecycle") or {})
    found += continuous(option, rule)
    found += tag_texts(f"{option} recovery_point_tags", rule.get("recovery_point_tags") or {})
    for copy in rule.get("copy_actions") or []:
        arn = copy["destination_backup_vault_arn"]
        found += not_matching(f"{option} destination_backup_vault_arn", arn, VAULT_ARN, "give the ARN of a vault")
        found += lifecycle(f"{option} lifecycle of the copy", copy.get("lifecycle") or {})
    return found


def windows(option: str, start: int | None, completion: int | None) -> list[str]:
    """Find windows that AWS refuses; None is AWS's default."""
    start, completion = start or START_WINDOW, completion or COMPLETION_WINDOW
    if start < LEAST_WINDOW:
        return [f"{option} start_window_minutes {start} is too short: set {LEAST_WINDOW} or more."]
    if completion < start + LEAST_WINDOW:
        return [
            f"{option} completion_window_minutes {completion} is too short for start_window_minutes {start}: set "
            f"{start + LEAST_WINDOW} or more."
        ]
    return []


def lifecycle(option: str, wanted: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the lifecycle of recovery points."""
    cold, delete = wanted.get("move_to_cold_storage_after_days"), wanted.get("delete_after_days")
    found = out_of_range(f"{option} move_to_cold_storage_after_days", cold, 1, MOST_RETENTION_DAYS)
    found += out_of_range(f"{option} delete_after_days", delete, 1, MOST_RETENTION_DAYS)
    if cold and delete and delete < cold + COLD_DAYS:
        found.append(
            f"{option} delete_after_days {delete} is less than {COLD_DAYS} days after move_to_cold_storage_after_days "
            f"{cold}: set {cold + COLD_DAYS} or more."
        )
    return found


def continuous(option: str, rule: Mapping[str, Any]) -> list[str]:
    """Find a continuous backup that AWS would not keep as long as asked for."""
    if not rule.get("enable_continuous_backup"):
        return []
    wanted = rule.get("lifecycle") or {}
    days = wanted.get("delete_after_days")
    found = []
    if not days or days > CONTINUOUS_DAYS:
        found.append(
            f"{option} lifecycle delete_after_days {days} does not go with enable_continuous_backup, which reaches "
            f"back {CONTINUOUS_DAYS} days at most: set that or less, with another rule for what is kept longer."
        )
    if wanted.get("move_to_cold_storage_after_days"):
        found.append(f"{option} lifecycle move_to_cold_storage_after_days: a continuous backup has none, leave it out.")
    return found


def selections(option: str, wanted: list[Mapping[str, Any]]) -> list[str]:
    """Find what AWS refuses in the selections of a plan."""
    found = []
    for one in wanted:
        found += name(f"{option} name", one["name"])
        role = f"{option} {one['name']!r} iam_role_arn"
        found += not_matching(role, one["iam_role_arn"], ROLE_ARN, "give a role's ARN")
        if not (one.get("resources") or one.get("resource_tags")):
            found.append(f"{option} {one['name']!r} selects nothing: give resources, resource_tags, or both.")
    names = [one["name"] for one in wanted]
    return found + twice(option, names)


def twice(option: str, names: list[str]) -> list[str]:
    """Find names that occur more than once."""
    return [f"{option} has {one!r} twice: rename one." for one in sorted(set(names)) if names.count(one) > 1]

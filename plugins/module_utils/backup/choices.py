# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with the variables of the role backup, by themselves and in an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range

SERVICE = "backup"
RULES, LOCK, TYPES, AGE = "backup_rules", "backup_lock", "backup_resource_types", "backup_max_age_hours"
# AWS lists no older jobs
MOST_HOURS = 30 * 24
# backup jobs and copy jobs that a lock refuses fail, and nothing but their state says so
FAILS = "AWS Backup would take the plan, and each of its jobs would fail"


def check(variables: Mapping[str, Any]) -> list[str]:
    """Find rules whose time the lock of their vault refuses, and ages of backups that AWS tells nothing of.

    :param variables: those of all roles, by their own names; nothing is found without the role's.
    """
    found = out_of_range(AGE, variables.get(AGE), 1, MOST_HOURS)
    rules, lock = variables.get(RULES) or (), variables.get(LOCK) or {}
    vault = variables.get("backup_vault_name")
    in_vault = [rule for rule in rules if rule.get("target_backup_vault_name") in (None, vault)]
    return found + [finding for rule in in_vault for finding in against_lock(rule, lock)]


def against_lock(rule: Mapping[str, Any], lock: Mapping[str, Any]) -> list[str]:
    """Find a time that one rule keeps its recovery points for, and that a lock refuses; none is for ever."""
    days = (rule.get("lifecycle") or {}).get("delete_after_days")
    least, most = lock.get("min_retention_days"), lock.get("max_retention_days")
    option = f"{RULES} {rule.get('name')!r} lifecycle delete_after_days {days or 'is not set, which is for ever, and'}"
    found = []
    if least and days and days < least:
        found.append(f"{option} is less than {LOCK}.min_retention_days {least}: {FAILS}. Raise it, or lower that.")
    if most and (not days or days > most):
        found.append(
            f"{option} is more than {LOCK}.max_retention_days {most}: {FAILS}. Set {most} or less, or raise that."
        )
    return found


def off(settings: Mapping[str, bool], wanted: Iterable[str]) -> list[str]:
    """Return the resource types that AWS Backup does not save in the region.

    :param settings: C(ResourceTypeOptInPreference) of DescribeRegionSettings.
    """
    return sorted(kind for kind in wanted if not settings.get(kind))


def turned_off(option: str, api: Api, wanted: Iterable[str]) -> str:
    """Return what to do about resource types that AWS Backup does not save in the region; empty when it saves all.

    :param option: what the user has named them by.
    :raises AwsError: as L(Api.call).
    """
    kinds = off(api.call("describe_region_settings", SERVICE)["ResourceTypeOptInPreference"], wanted)
    if not kinds:
        return ""
    turned_on = ",".join(f"{kind}=true" for kind in kinds)
    return (
        f"{option} {', '.join(kinds)}: AWS Backup does not save this in the region, as the account has not turned it "
        "on, so that the plan would run and save nothing: aws backup update-region-settings "
        f"--resource-type-opt-in-preference {turned_on}, and run again."
    )


def check_stack(api: Api, variables: Mapping[str, Any]) -> list[str]:
    """Find what AWS Backup does not save in the region; asks nothing of AWS without the role.

    :raises AwsError: as L(Api.call).
    """
    wanted = variables.get(TYPES)
    finding = turned_off(TYPES, api, wanted) if wanted else ""
    return [finding] if finding else []

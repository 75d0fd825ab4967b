# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of clusters of Aurora Serverless v2; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    not_matching,
    out_of_range,
    too_long,
)


def rds_identifier(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the identifier of a DB cluster or instance, or changes in it (capital letters)."""
    found = too_long(option, value, 63)
    parts = value.split("-")
    is_plain = all(part.isascii() and part.isalnum() and part == part.lower() for part in parts)
    if not is_plain or not value[:1].isalpha():
        found.append(
            f"{option} {value!r} must start with a letter and hold only lower-case letters, digits and single hyphens "
            "between them: rename it."
        )
    return found


def aurora_capacity(smallest: float | None, largest: float | None, pause: int | None) -> list[str]:
    """Find what AWS refuses in the capacity range of Aurora Serverless v2, in ACU, and its pause, in seconds."""
    found = []
    for option, value, lowest in (("min_capacity", smallest, 0), ("max_capacity", largest, 1)):
        if value is not None and not (lowest <= value <= 256 and value * 2 == int(value * 2)):
            found.append(f"{option} {value:g} is not possible: set {lowest} to 256 in steps of 0.5.")
    if smallest is not None and largest is not None and smallest > largest:
        found.append(f"min_capacity {smallest:g} is above max_capacity {largest:g}: lower it.")
    found += out_of_range("seconds_until_auto_pause", pause, 300, 86400)
    if pause is not None and smallest:
        found.append(f"seconds_until_auto_pause {pause} needs min_capacity 0, it is {smallest:g}: remove it or set 0.")
    return found


def aurora_insights(mode: str | None, enabled: bool | None, retention: int | None) -> list[str]:
    """Find what AWS refuses in Database Insights and the days for which Performance Insights keeps its data."""
    found = []
    months = range(31, 24 * 31, 31)
    if retention is not None and retention not in (7, 731, *months):
        found.append(
            f"performance_insights_retention_period {retention} is not possible: set 7, 731, or months of 31 days."
        )
    if mode == "advanced" and enabled is False:
        found.append("database_insights_mode 'advanced' needs Performance Insights: remove performance_insights false.")
    if mode == "advanced" and retention is not None and retention < 465:
        found.append(
            f"performance_insights_retention_period {retention} is too short for database_insights_mode 'advanced': "
            "set 465 or more."
        )
    return found


LOG_EXPORTS = {
    "aurora-postgresql": ("postgresql", "instance", "iam-db-auth-error"),
    "aurora-mysql": ("audit", "error", "general", "instance", "slowquery", "iam-db-auth-error"),
}
# at most 63 characters, as PostgreSQL's own names
POSTGRESQL_NAME = r"[A-Za-z][A-Za-z0-9_]{0,62}"


def postgresql_name(option: str, value: str | None) -> list[str]:
    """Find a name of the first database or of the master user that RDS refuses; None is not set."""
    advice = "begin with a letter and use at most 63 letters, digits and underscores"
    return not_matching(option, value, POSTGRESQL_NAME, advice)


def log_exports(engine: str, names: Sequence[str] | None) -> list[str]:
    """Find logs that an engine does not have; None is not set."""
    offered = LOG_EXPORTS.get(engine, tuple(names or ()))
    return [
        f"enabled_cloudwatch_logs_exports {name!r} is no log of {engine}: choose from {', '.join(offered)}."
        for name in names or ()
        if name not in offered
    ]


def master_password_length(option: str, value: int | None) -> list[str]:
    """Find what CreateDBCluster and ModifyDBCluster refuse in the length of the master user's password."""
    return out_of_range(option, value, 8, 41)


def named_twice(option: str, parameters: Iterable[Mapping[str, Any]]) -> list[str]:
    """Find parameters that are given more than once."""
    names = [entry["parameter_name"] for entry in parameters]
    return [
        f"{option} has {name} {names.count(name)} times: remove all but one."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]

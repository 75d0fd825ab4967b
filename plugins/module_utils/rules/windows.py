# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The times that AWS has for backups, each day, and for maintenance, each week; findings as in L(common)."""

from __future__ import annotations

import re

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = r"([01]\d|2[0-3]):([0-5]\d)"
DAILY = re.compile(rf"{TIME}-{TIME}")
WEEKLY = re.compile(rf"({'|'.join(DAYS)}):{TIME}-({'|'.join(DAYS)}):{TIME}", re.IGNORECASE)
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


def daily(value: str) -> tuple[int, int] | None:
    """Return when a window such as C(02:00-03:00) begins, in minutes, and how long it is; None when it is none."""
    match = DAILY.fullmatch(value)
    if match is None:
        return None
    hour, minute, last_hour, last_minute = (int(part) for part in match.groups())
    begin = hour * 60 + minute
    return begin, (last_hour * 60 + last_minute - begin) % DAY_MINUTES


def weekly(value: str) -> tuple[int, int] | None:
    """Return the same for a window such as C(sun:03:30-sun:04:30), counted from Monday."""
    match = WEEKLY.fullmatch(value)
    if match is None:
        return None
    day, hour, minute, last_day, last_hour, last_minute = match.groups()
    begin, end = (
        DAYS.index(name.lower()) * DAY_MINUTES + int(hours) * 60 + int(minutes)
        for name, hours, minutes in ((day, hour, minute), (last_day, last_hour, last_minute))
    )
    return begin, (end - begin) % WEEK_MINUTES


def overlap(every_day: tuple[int, int], every_week: tuple[int, int]) -> bool:
    """Tell whether a daily and a weekly window have a minute in common."""
    begin, length = every_week
    for day in range(len(DAYS)):
        ahead = (day * DAY_MINUTES + every_day[0] - begin) % WEEK_MINUTES
        if ahead < length or WEEK_MINUTES - ahead < every_day[1]:
            return True
    return False


def backup_and_maintenance(backup_option: str, backup: str | None, maintenance: str | None, shortest: int) -> list[str]:
    """Find windows that RDS and ElastiCache refuse, each alone and both together; None is not set.

    :param backup_option: what the daily one is called; the other is C(preferred_maintenance_window).
    :param shortest: how many minutes each has to have.
    """
    found = []
    read = []
    for option, value, parse, example in (
        (backup_option, backup, daily, "02:00-03:00"),
        ("preferred_maintenance_window", maintenance, weekly, "sun:03:30-sun:04:30"),
    ):
        window = parse(value) if value else None
        read.append(window)
        if value and window is None:
            found.append(f"{option} {value!r} is not a window: write it in UTC, such as {example}.")
        elif window and window[1] < shortest:
            found.append(f"{option} {value!r} has {window[1]} minutes, AWS needs {shortest}: make it longer.")
    if read[0] and read[1] and overlap(read[0], read[1]):
        found.append(
            f"{backup_option} {backup!r} overlaps preferred_maintenance_window {maintenance!r}: move one of the two."
        )
    return found

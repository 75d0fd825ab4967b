"""Checks of single values, made from their bounds. Each returns what a bad value has to be, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], str]


def number(least: float, most: float) -> Check:
    """Return a check for a number, or for a text that is one."""

    def check(value: Any) -> str:
        try:
            good = least <= float(value) <= most
        except (TypeError, ValueError):
            good = False
        return "" if good else f"must be a number from {least:g} to {most:g}"

    return check


def one_of(*allowed: Any) -> Check:
    """Return a check for a value of a list."""

    def check(value: Any) -> str:
        return "" if value in allowed else f"must be one of {', '.join(str(item) for item in allowed)}"

    return check


def text(pattern: str, words: str, most: int, least: int = 1) -> Check:
    """Return a check for a text.

    :param pattern: what all of it matches.
    :param words: the same in words.
    """
    compiled = re.compile(pattern, re.ASCII | re.DOTALL)

    def check(value: Any) -> str:
        if not least <= len(value) <= most:
            return f"must have {least} to {most} characters, not {len(value)}"
        return "" if compiled.fullmatch(value) else words

    return check


def identifier(most: int) -> Check:
    """Return a check for an identifier of RDS or ElastiCache."""
    words = (
        "is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and "
        "hyphens; and must not end with a hyphen or contain two consecutive hyphens."
    )
    return text(r"[A-Za-z](?!.*--)[A-Za-z0-9-]*(?<!-)", words, most)


def document(most: int) -> Check:
    """Return a check for the size of a policy, in which IAM does not count white space between its words."""

    def check(value: Any) -> str:
        try:
            size = len(json.dumps(json.loads(value), separators=(",", ":"), ensure_ascii=False))
        except ValueError:
            return ""  # moto says that it is malformed
        return "" if size <= most else f"Cannot exceed quota for PolicySize: {most}"

    return check


DAYS = "mon|tue|wed|thu|fri|sat|sun"
CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


def daily_window() -> Check:
    """Return a check for a daily window of at least half an hour."""

    def check(value: Any) -> str:
        if not re.fullmatch(f"{CLOCK}-{CLOCK}", value):
            return "must be in the format hh24:mi-hh24:mi"
        hours, minutes, to_hours, to_minutes = (int(part) for part in re.findall(r"\d+", value))
        length = (to_hours * 60 + to_minutes - hours * 60 - minutes) % (24 * 60)
        return "" if length >= 30 else "must be at least 30 minutes long"

    return check


def weekly_window() -> Check:
    """Return a check for a weekly window."""
    pattern = rf"(?i:{DAYS}):{CLOCK}-(?i:{DAYS}):{CLOCK}"
    return text(pattern, "must be in the format ddd:hh24:mi-ddd:hh24:mi", 40)

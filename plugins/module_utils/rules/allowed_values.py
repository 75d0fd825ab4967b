# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ranges in AllowedValues, as RDS and ElastiCache write them for the parameters of their groups."""

from __future__ import annotations

import re
from collections.abc import Iterator

NUMBER = r"-?\d+(?:\.\d+)?"
# 1-75, or -1-10; either end may be open, as in 0- and in -
RANGE = re.compile(rf"({NUMBER})?-({NUMBER})?")


def is_number(text: str) -> bool:
    """Tell whether a text is a number and nothing else, which may be negative."""
    return re.fullmatch(NUMBER, text) is not None


def ranges(allowed: str) -> Iterator[tuple[float, float]]:
    """Yield the smallest and the largest number of each range.

    :param allowed: values and ranges with commas between them. A negative number alone is a value, no range up to it.
    """
    for part in allowed.split(","):
        limits = RANGE.fullmatch(part.strip())
        if limits and not is_number(part.strip()):
            yield float(limits[1] or "-inf"), float(limits[2] or "inf")


def within(allowed: str, value: str) -> bool:
    """Tell whether a value is a number in one of the ranges."""
    return is_number(value) and any(lowest <= float(value) <= highest for lowest, highest in ranges(allowed))

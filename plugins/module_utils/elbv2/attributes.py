# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attributes of load balancers and target groups, which AWS takes and returns as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def as_texts(attributes: Mapping[str, Any] | None) -> dict[str, str]:
    """Return load balancer or target group attributes as AWS writes them: C(true), C(30). None is not set."""
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in (attributes or {}).items()
        if value is not None
    }


def to_list(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    """Return AWS's list of pairs for a dict of attributes, sorted by name."""
    return [{"Key": key, "Value": value} for key, value in sorted(attributes.items())]


def from_list(pairs: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return a dict for AWS's list of attributes."""
    return {pair["Key"]: pair["Value"] for pair in pairs}

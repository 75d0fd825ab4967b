"""What a module says that becomes of each resource, as tests compare it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Change = tuple[str, str, str, dict[str, tuple[Any, Any]]]


def listed(result: Mapping[str, Any]) -> list[Change]:
    """Return a module's C(changes): of each action, type, name, and the fields with the values before and after."""
    return [
        (
            change["action"],
            change["type"],
            change["name"],
            {item["field"]: (item["before"], item["after"]) for item in change["fields"]},
        )
        for change in result["changes"]
    ]

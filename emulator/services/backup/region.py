"""The region's settings: which resource types AWS Backup saves at all.

AWS Backup Developer Guide, DescribeRegionSettings and UpdateRegionSettings.
"""

from __future__ import annotations

from typing import Any

from emulator.services.backup.requests import answer, reply, said
from emulator.services.backup.state import held


def install() -> None:
    """Put the additions into moto."""
    answer("describe_region_settings", describe_region_settings)
    answer("update_region_settings", update_region_settings)


def describe_region_settings(response: Any) -> str:
    """Show them."""
    found = held(response.backup_backend)
    return reply({"ResourceTypeOptInPreference": found.opted_in, "ResourceTypeManagementPreference": found.managed})


def update_region_settings(response: Any) -> str:
    """Change what the request names."""
    found, params = held(response.backup_backend), said(response)
    found.opted_in |= params.get("ResourceTypeOptInPreference") or {}
    found.managed |= params.get("ResourceTypeManagementPreference") or {}
    return reply({})

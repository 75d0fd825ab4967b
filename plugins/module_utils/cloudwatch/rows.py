# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows that the modules of CloudWatch's alarms share."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.streamflix.content_api.plugins.module_utils.cloudwatch import rules
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, sorted_texts


def different(values: Iterable[str]) -> list[str]:
    """Return texts sorted, each once."""
    return sorted(set(values))


def actions(member: str) -> Field:
    """Return the row of a list of what an alarm tells, whose order means nothing."""
    return Field("list", member, read=sorted_texts(member), normal=different, new=[], rule=rules.alarm_actions)

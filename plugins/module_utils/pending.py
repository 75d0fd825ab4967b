# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes that RDS and ElastiCache list as pending, until a resource's maintenance window or for a moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Rows


def listed(rows: Rows, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is pending, in the module's shape: what each setting becomes.

    :param values: C(PendingModifiedValues) of a description.
    """
    found = {
        name: row.pending(values) if callable(row.pending) else values.get(row.pending)
        for name, row in rows.items()
        if row.pending
    }
    return {name: value for name, value in found.items() if value is not None}


def counted(current: Mapping[str, Any], at_once: bool) -> dict[str, Any]:
    """Return a resource with what is pending counted as done, unless it is to be made at once.

    :param current: as it is described, with C(pending).
    """
    return dict(current) if at_once else {**current, **current["pending"]}


def after(rows: Rows, current: Mapping[str, Any], changed: Mapping[str, Any], at_once: bool) -> dict[str, Any]:
    """Return a resource as it will be, with what AWS keeps for the maintenance window under C(pending).

    :param changed: what is sent, with the values that it is to have.
    :param at_once: whether the request says so.
    """
    deferred = set() if at_once else {name for name in changed if rows[name].deferred}
    # what goes back to what it is now no longer waits
    waiting = {name: changed[name] for name in sorted(deferred) if changed[name] != current.get(name)}
    pending = {name: value for name, value in current["pending"].items() if name not in changed}
    now = {name: value for name, value in changed.items() if name not in deferred}
    return {**current, **now, "pending": {**pending, **waiting}}

"""What AWS keeps for the maintenance window: how it is read, counted as done, and foretold."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import pending
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows

ROWS: Rows = {
    "size": Field(aws="Size", deferred=True, pending="Size"),
    "logged": Field("bool", "Logged", pending=lambda values: None if "On" not in values else values["On"] == "yes"),
    "days": Field("int", "Days"),
}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, {}),
        ({"Size": "big", "Days": 3}, {"size": "big"}),
        ({"On": "no"}, {"logged": False}),
    ],
)
def test_pending_values_are_read_in_the_shape_of_the_options(values: dict[str, Any], found: dict[str, Any]) -> None:
    assert pending.listed(ROWS, values) == found


def test_what_is_pending_counts_as_done_unless_it_is_to_be_made_at_once() -> None:
    current = {"size": "small", "pending": {"size": "big"}}
    assert pending.counted(current, at_once=False) == {"size": "big", "pending": {"size": "big"}}
    assert pending.counted(current, at_once=True) == current


@pytest.mark.parametrize(
    ("waits", "changed", "at_once", "after"),
    [
        ({}, {"size": "big", "days": 3}, False, {"size": "small", "days": 3, "pending": {"size": "big"}}),
        ({}, {"size": "big", "days": 3}, True, {"size": "big", "days": 3, "pending": {}}),
        ({"size": "big"}, {"size": "big"}, True, {"size": "big", "days": 1, "pending": {}}),
        # back to what it is now
        ({"size": "big"}, {"size": "small"}, False, {"size": "small", "days": 1, "pending": {}}),
        ({"logged": True}, {"days": 3}, False, {"size": "small", "days": 3, "pending": {"logged": True}}),
        ({"logged": True}, {"days": 3}, True, {"size": "small", "days": 3, "pending": {"logged": True}}),
    ],
)
def test_a_change_waits_or_not(
    waits: dict[str, Any], changed: dict[str, Any], at_once: bool, after: dict[str, Any]
) -> None:
    current = {"size": "small", "days": 1, "pending": waits}
    assert pending.after(ROWS, current, changed, at_once) == after

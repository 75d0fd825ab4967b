"""Which numbers lie in the ranges that AWS allows."""

from __future__ import annotations

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.allowed_values import ranges, within

ENDLESS = float("inf")


@pytest.mark.parametrize(
    ("allowed", "found"),
    [
        ("1-75", [(1, 75)]),
        ("-10--1", [(-10, -1)]),
        ("0-, -", [(0, ENDLESS), (-ENDLESS, ENDLESS)]),
        ("0.5-1.5,on", [(0.5, 1.5)]),
        # a value, not a range up to it
        ("-1", []),
        ("7,yes", []),
    ],
)
def test_ranges(allowed: str, found: list[tuple[float, float]]) -> None:
    assert list(ranges(allowed)) == found


@pytest.mark.parametrize(
    ("value", "inside"),
    [("0", False), ("1", True), ("10", True), ("11", False), ("20", True), ("1.5", True), ("many", False), ("", False)],
)
def test_both_ends_belong_to_a_range(value: str, inside: bool) -> None:
    assert within("1-10,20-30", value) == inside

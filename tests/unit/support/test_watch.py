"""The watch of a changing stack: what it takes for a gap."""

from __future__ import annotations

from collections.abc import Iterable

from tests.support.watch import Look, Watch


def looks(findings: Iterable[list[str]]) -> Look:
    """Return a look that finds one of these after the other."""
    return iter(findings).__next__


def test_what_stays_cut_off_is_a_gap() -> None:
    watch = Watch(looks([["a has 0 healthy targets"], ["a has 0 healthy targets", "b has 0 healthy targets"]]))
    watch.look()
    assert (watch.gaps, watch.looks) == (["a has 0 healthy targets"], 1)


def test_what_moved_on_between_two_requests_of_a_look_is_none() -> None:
    watch = Watch(looks([["a has 0 healthy targets"], []]), looks([[]]))
    watch.look()
    assert (watch.gaps, watch.looks) == ([], 1)

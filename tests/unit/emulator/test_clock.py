"""The clock that puts off what AWS does later."""

from __future__ import annotations

from emulator.clock import Clock


def test_without_a_timescale_all_is_done_at_once() -> None:
    done: list[str] = []
    clock = Clock()
    clock.later(600, lambda: done.append("cluster"))
    assert done == ["cluster"]
    assert not clock.runs


def test_with_one_all_is_done_in_its_time_and_order() -> None:
    ours = [100.0]
    done: list[str] = []
    clock = Clock()
    clock.configure(60, lambda: ours[0])
    clock.later(600, lambda: done.append("cluster"))
    clock.later(125, lambda: clock.later(60, lambda: done.append("gateway's address")))
    clock.later(120, lambda: done.append("gateway"))
    clock.catch_up()
    assert done == []
    ours[0] += 2
    assert clock.now() == 120
    clock.catch_up()
    assert done == ["gateway"]
    ours[0] += 8
    clock.catch_up()
    # what is put off by something counts from the time at which that was due, not from when it was looked at
    assert done == ["gateway", "gateway's address", "cluster"]
    assert clock.now() == 600


def test_an_emptied_account_has_nothing_waiting() -> None:
    ours = [0.0]
    done: list[str] = []
    clock = Clock()
    clock.configure(1, lambda: ours[0])
    clock.later(5, lambda: done.append("cluster"))
    clock.clear()
    ours[0] = 10
    clock.catch_up()
    assert done == []

"""What is loaded while tasks run: between forks only, whole pieces, in the parent only."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils.ahead import NAME, Ahead

TIMEOUT_SECONDS = 20


def fork(child: Callable[[], int] = lambda: 0) -> int:
    """Fork a child that does something, and return the exit code that it gives."""
    pid = os.fork()
    if pid == 0:
        os._exit(child())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def threads() -> int:
    """Return how many threads load ahead."""
    return sum(thread.name == NAME for thread in threading.enumerate())


def test_nothing_is_loaded_before_the_first_fork() -> None:
    loaded = threading.Event()
    ahead = Ahead()
    ahead.add([loaded.set])
    assert not loaded.wait(0.05)
    fork()
    assert loaded.wait(TIMEOUT_SECONDS)


def test_a_pause_waits_for_the_piece_that_has_begun_and_for_no_other() -> None:
    done: list[str] = []
    began, may_end, all_done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        began.set()
        assert may_end.wait(TIMEOUT_SECONDS)
        done.append("first")

    def second() -> None:
        done.append("second")
        all_done.set()

    ahead = Ahead()
    ahead.add([first, second])
    fork()
    assert began.wait(TIMEOUT_SECONDS)
    threading.Timer(0.1, may_end.set).start()
    ahead.pause()
    assert (done, threads()) == (["first"], 0)
    fork()
    assert all_done.wait(TIMEOUT_SECONDS)
    assert done == ["first", "second"]


def test_a_fork_that_nobody_announced_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ansible_collections.streamflix.content_api.plugins.plugin_utils.ahead.UNANNOUNCED_SECONDS", 0.1
    )
    lock = threading.Lock()
    began, done = threading.Event(), threading.Event()

    def first() -> None:
        began.set()
        with lock:
            pass

    ahead = Ahead()
    ahead.add([first, done.set])
    with lock:
        fork()
        assert began.wait(TIMEOUT_SECONDS)
        # the thread needs what is held here
        assert fork() == 0
        assert threads() == 1
    ahead.pause()
    assert not done.is_set()
    fork()
    assert done.wait(TIMEOUT_SECONDS)


def test_a_pause_can_be_interrupted() -> None:
    began, may_end = threading.Event(), threading.Event()

    def piece() -> None:
        began.set()
        assert may_end.wait(TIMEOUT_SECONDS)

    ahead = Ahead()
    ahead.add([piece])
    fork()
    assert began.wait(TIMEOUT_SECONDS)

    def ring(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(KeyboardInterrupt):
            ahead.pause()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        may_end.set()
    ahead.pause()
    assert threads() == 0


def test_a_child_does_not_go_on_with_it() -> None:
    ahead = Ahead()
    ahead.add([lambda: None])
    assert fork(lambda: len(ahead._pieces)) == 0

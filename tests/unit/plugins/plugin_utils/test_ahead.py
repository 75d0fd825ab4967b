"""What is loaded while tasks run: between forks only, whole pieces, in the parent only."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

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


def test_a_fork_waits_for_the_piece_that_has_begun_and_for_no_other() -> None:
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
    assert fork(lambda: 10 * threads() + len(done)) == 1
    # which has been forked between the two
    assert all_done.wait(TIMEOUT_SECONDS)
    assert done == ["first", "second"]


def test_a_child_does_not_go_on_with_it() -> None:
    ahead = Ahead()
    ahead.add([lambda: None] * 1000)

    def child() -> int:
        fork()
        return threads()

    assert fork(child) == 0

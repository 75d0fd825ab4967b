# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loads what later tasks need while ansible-playbook only waits for the task that runs.

It runs in a thread, but not while a process is forked: a child would inherit modules that are half loaded, and locks
that no thread of it ever releases. It begins when a worker has been forked. Code that is about to fork the next one
lets it pause.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable

NAME = "streamflix-ahead"
# How long a fork that was not announced waits for the piece that has begun: the forking code may hold what it needs.
UNANNOUNCED_SECONDS = 2.0


class Ahead:
    """Pieces of work that are done between one fork and the next, in their order."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._pieces: deque[Callable[[], None]] = deque()
        self._thread: threading.Thread | None = None
        self._pausing = threading.Event()
        self._idle = threading.Event()
        os.register_at_fork(before=self._stop, after_in_parent=self._go_on, after_in_child=self._pieces.clear)

    def add(self, pieces: Iterable[Callable[[], None]]) -> None:
        """Add work for the time after the next fork; a piece that has begun is finished before the fork after it."""
        self._pieces.extend(pieces)

    def pause(self) -> None:
        """Finish the piece that has begun and begin no other until a process has been forked.

        To be called right before a fork, by a caller that holds no lock: a piece may write to the terminal, say.
        """
        self._wait(None)

    def _stop(self) -> None:
        self._wait(UNANNOUNCED_SECONDS)

    def _wait(self, seconds: float | None) -> None:
        if self._thread is not None:
            self._pausing.set()
            # after Ctrl-C during a join, Python may take a thread that still runs for one that has ended
            if self._idle.wait(seconds):
                self._thread.join()
                self._thread = None

    def _go_on(self) -> None:
        if self._pieces and self._thread is None:
            self._pausing.clear()
            self._idle.clear()
            # so the thread does not keep ansible-playbook from ending
            self._thread = threading.Thread(target=self._work, name=NAME, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            while self._pieces and not self._pausing.is_set():
                self._pieces.popleft()()
        finally:
            self._idle.set()

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loads what later tasks need while ansible-playbook only waits for the task that runs.

It runs in a thread, but never while a process is forked: a child would inherit what is half loaded, and locks that
nobody opens. It begins when a worker has been forked and pauses before the next one is.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable

NAME = "streamflix-ahead"


class Ahead:
    """Pieces of work that are done between one fork and the next, in their order."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._pieces: deque[Callable[[], None]] = deque()
        self._thread: threading.Thread | None = None
        self._pausing = threading.Event()
        os.register_at_fork(before=self._pause, after_in_parent=self._go_on, after_in_child=self._pieces.clear)

    def add(self, pieces: Iterable[Callable[[], None]]) -> None:
        """Take on work, for the time after the next fork; each piece is done whole before another process is forked."""
        self._pieces.extend(pieces)

    def _pause(self) -> None:
        if self._thread is not None:
            self._pausing.set()
            self._thread.join()
            self._thread = None

    def _go_on(self) -> None:
        if self._pieces:
            self._pausing.clear()
            # it does not keep ansible-playbook from ending
            self._thread = threading.Thread(target=self._work, name=NAME, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while self._pieces and not self._pausing.is_set():
            self._pieces.popleft()()

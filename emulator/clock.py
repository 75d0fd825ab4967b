"""AWS's time: what AWS does some time after a request is postponed here, and done when its time has come.

Without a timescale nothing is postponed: everything is done at once, as in moto.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from typing import Any


class Clock:
    """AWS's seconds, which pass C(factor) times faster than ours."""

    def __init__(self, source: Callable[[], float] = time.monotonic) -> None:
        """Keep the source of our own seconds."""
        self._source = source
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, Callable[[], Any]]] = []
        self._factor: float | None = None
        self._start = source()
        self._at: float | None = None

    def configure(self, factor: float | None, source: Callable[[], float] | None = None) -> None:
        """Begin anew at 0.

        :param factor: how much faster AWS's time passes; None: everything is done at once.
        :param source: gives our own seconds, for tests that make the time pass themselves.
        """
        self._source = source or self._source
        self._factor = factor
        self._start = self._source()
        self._waiting.clear()

    @property
    def runs(self) -> bool:
        """Whether anything takes time."""
        return self._factor is not None

    @property
    def factor(self) -> float:
        """How many of AWS's seconds pass in one of ours."""
        return self._factor or 1.0

    def ours(self) -> float:
        """Return our own seconds, since an arbitrary moment."""
        return self._source()

    def now(self) -> float:
        """Return AWS's seconds since L(configure); during a postponed action, the time at which it was due."""
        if self._at is not None:
            return self._at
        return (self._source() - self._start) * self.factor

    def later(self, seconds: float, action: Callable[[], Any]) -> None:
        """Call C(action) when AWS's seconds have passed; at once without a timescale."""
        if not self.runs:
            action()
            return
        heapq.heappush(self._waiting, (self.now() + seconds, next(self._order), action))

    def catch_up(self) -> None:
        """Do everything that is due, each at its own time; this may postpone further actions, which may be due too."""
        present = self.now()
        try:
            while self._waiting and self._waiting[0][0] <= present:
                self._at, _unused, action = heapq.heappop(self._waiting)
                action()
        finally:
            self._at = None

    def clear(self) -> None:
        """Forget all that waits, as the account is emptied."""
        self._waiting.clear()


clock = Clock()

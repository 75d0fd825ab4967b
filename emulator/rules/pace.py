"""Paces: some operations may be called once in some seconds only.

Which these are stands in C(paces.py) of a service's folder. The seconds are those of L(emulator.clock); without a
timescale there is no pace.
"""

from __future__ import annotations

import math

from emulator import services
from emulator.clock import clock
from emulator.wire import AwsRequest, RefusalError


class TooFastError(RefusalError):
    """A request came too early.

    :ivar seconds: AWS's seconds until the next one may come.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("TooManyRequestsException", "Too Many Requests", 429)
        self.seconds = math.ceil(seconds)


class Pace:
    """When each operation may be called again."""

    def __init__(self) -> None:
        """Start with no former requests."""
        self._paces = services.tables("paces")
        self._next: dict[tuple[str, str, str], float] = {}

    def check(self, request: AwsRequest) -> None:
        """Note a request.

        :raises TooFastError: it comes too early, and is not noted.
        """
        if request.service not in self._paces or not clock.runs:
            return
        seconds = self._paces[request.service].seconds_for(request)
        if seconds is None:
            return
        key = (request.region, request.service, request.operation)
        wait = self._next.get(key, 0.0) - clock.now()
        if wait > 0:
            raise TooFastError(wait)
        self._next[key] = clock.now() + seconds

    def clear(self) -> None:
        """Forget all former requests."""
        self._next.clear()

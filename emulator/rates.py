"""AWS's request rates: buckets of tokens, one token a request, for each account and region.

Only services whose documents give numbers have buckets: C(rates.py) in their folders. The seconds are our own, also
with a timescale: how fast a client sends does not depend on how fast AWS provisions. What may be called once in several
seconds has its place in L(emulator.rules.pace).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from emulator import services
from emulator.clock import clock
from emulator.errors import errors_of
from emulator.wire import AwsRequest, Proceed, RefusalError, Reply


@dataclass(frozen=True)
class Rate:
    """The size of a bucket.

    :ivar capacity: how many tokens it holds, so how many requests may come at once.
    :ivar refill: how many tokens it gets back a second.
    """

    capacity: float
    refill: float


READS = ("Describe", "Get", "List", "Search")

Bucket = tuple[str, Rate]


def category(categories: Mapping[str, tuple[Rate, tuple[str, ...]]], operation: str) -> Bucket | None:
    """Return the category of an operation with its size; None when it is in none."""
    found = ((name, rate) for name, (rate, operations) in categories.items() if operation in operations)
    return next(found, None)


class Rates:
    """The layer of C(--rates): a request that finds a bucket empty is refused with the service's own code."""

    def __init__(self) -> None:
        """Start with full buckets."""
        self._services = services.tables("rates")
        self._lock = threading.Lock()
        # tokens, and when they were counted
        self._tokens: dict[tuple[str, str, str], tuple[float, float]] = {}

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Let a request pass that finds a token in each of its buckets."""
        rates = self._services.get(request.service)
        buckets = list(rates.buckets(request)) if rates else []
        if not self._take(request, buckets):
            failure = errors_of(request).throttling
            raise RefusalError(failure.code, failure.message, failure.status)
        return proceed()

    def _take(self, request: AwsRequest, buckets: list[Bucket]) -> bool:
        """Take a token out of each bucket, or none when one is empty."""
        with self._lock:
            now = clock.ours()
            left = {
                (request.region, request.service, name): self._left(request, name, rate, now) for name, rate in buckets
            }
            enough = all(tokens >= 1 for tokens in left.values())
            self._tokens.update({key: (tokens - enough, now) for key, tokens in left.items()})
            return enough

    def _left(self, request: AwsRequest, name: str, rate: Rate, now: float) -> float:
        tokens, counted = self._tokens.get((request.region, request.service, name), (rate.capacity, now))
        return min(tokens + (now - counted) * rate.refill, rate.capacity)

    def reset(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._tokens.clear()

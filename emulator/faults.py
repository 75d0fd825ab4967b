"""Faults: now and then AWS is busy or broken, or the connection breaks, before a request or after it.

A request can meet these, each as likely as the others:

- C(throttling): refused with the service's own code for too many requests;
- C(server_error): refused with the service's own code for an error of AWS's;
- C(unavailable): refused because the service is out of order for a moment;
- C(reset): the connection breaks before anything is done;
- C(lost_response): a write is carried out, and then the connection breaks, so that the client cannot know.

The seed decides: the same seed gives the same fault to the n-th request of an operation, so that a run with the same
order of requests can be repeated. AWS's faults pass: after L(MOST_IN_A_ROW) of them the same request gets
through. Clients count on that: botocore gives up after 5 tries in its legacy mode, and this collection after 10.
"""

from __future__ import annotations

import collections
import json
import random
import threading
from dataclasses import replace

from emulator import wire
from emulator.errors import Failure, errors_of
from emulator.modes import FaultRate
from emulator.wire import AwsRequest, HangupError, Proceed, RefusalError, Reply

MOST_IN_A_ROW = 4
RESET = "reset"
LOST_RESPONSE = "lost_response"


REFUSALS = ("throttling", "server_error", "unavailable")


class Faults:
    """The layer that lets requests fail. It holds no lock while a request is carried out."""

    def __init__(self, wanted: FaultRate) -> None:
        """Begin with the first request of each operation."""
        self._wanted = wanted
        self._lock = threading.Lock()
        self._times: collections.Counter[str] = collections.Counter()
        self._in_a_row: dict[str, int] = {}

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Let the request fail, or go on."""
        kind = self._choose(request)
        if kind in REFUSALS:
            failure: Failure = getattr(errors_of(request), kind)
            refusal = RefusalError(failure.code, failure.message, failure.status)
            return replace(wire.error_reply(request.protocol, refusal), fault=kind)
        if kind == LOST_RESPONSE:
            proceed()
        if kind:
            raise HangupError(kind)
        return proceed()

    def _choose(self, request: AwsRequest) -> str:
        """Return the kind of the fault that the request meets; empty for none."""
        operation = f"{request.service}/{request.operation}"
        same = f"{operation}/{request.region}/{json.dumps(request.parameters, sort_keys=True, default=str)}"
        with self._lock:
            self._times[operation] += 1
            chance = random.Random(f"{self._wanted.seed}/{operation}/{self._times[operation]}")
            row = self._in_a_row.pop(same, 0)
            if chance.random() >= self._wanted.rate or row == MOST_IN_A_ROW:
                return ""
            self._in_a_row[same] = row + 1
        return chance.choice((*REFUSALS, RESET, *([LOST_RESPONSE] if request.writes else [])))

    def reset(self) -> None:
        """Begin anew with the first request of each operation."""
        with self._lock:
            self._times.clear()
            self._in_a_row.clear()

"""The journal of all requests: one line of JSON each, and a reader with the questions that tests ask.

Each line has C(time) (seconds since the epoch), C(service), C(operation), C(parameters) with secrets masked,
C(status) (HTTP; 0 when the client got no reply), C(error) (AWS's code, empty without one), C(fault) (the kind of the
fault that was put in, empty without one), C(writes), C(region) and C(caller) (the access key).
"""

from __future__ import annotations

import collections
import itertools
import json
import pathlib
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator import errors
from emulator.wire import AwsRequest, HangupError, Proceed, Reply

MASK = "********"
SECRET = re.compile(r"password|secretstring|secretbinary|authtoken|credentials", re.IGNORECASE)
NOT_SECRET = re.compile(r"^(Manage|Exclude|Generate|.*(Length|Arn|Id)$)")
ERROR_CODE = re.compile(r'<Code>([^<]+)</Code>|"__type": ?"(?:[^"#]*#)?([^"]+)"')
# a request parameter of an integration of API Gateway
ADDED_HEADER = "integration.request.header."
NO_REPLY = 0


def masked(value: Any, name: str = "") -> Any:
    """Return request parameters as JSON has them, with the values of secrets hidden.

    The values of headers that a rule of a listener wants, or that an integration adds, may be secrets, too.
    """
    if name.startswith(ADDED_HEADER):
        return MASK
    if isinstance(value, Mapping):
        shown = {key: masked(item, key) for key, item in value.items()}
        return {**shown, "Values": MASK} if "HttpHeaderName" in value else shown
    if SECRET.search(name) and not NOT_SECRET.match(name) and value is not None:
        return MASK
    if isinstance(value, (list, tuple)):
        return [masked(item, name) for item in value]
    if isinstance(value, (bytes, datetime)):
        return str(value)
    return value


def error_code(reply: Reply) -> str:
    """Return AWS's error code in a reply; empty when it is none."""
    if reply.status < 400:
        return ""
    named = {name.lower(): value for name, value in reply.headers}.get("x-amzn-errortype")
    if named:
        return named.split(":")[0]
    found = ERROR_CODE.search(reply.body.decode(errors="replace"))
    return next((group for group in found.groups() if group), "") if found else ""


class Journal:
    """The layer that writes the journal."""

    def __init__(self, file: pathlib.Path) -> None:
        """Begin an empty journal."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._output = file.open("w", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Write down the request and its reply."""
        status, error, fault = NO_REPLY, "", ""
        start = time.time()
        try:
            reply = proceed()
            status, error, fault = reply.status, error_code(reply), reply.fault
            return reply
        except HangupError as hangup:
            error, fault = "HangUp", hangup.fault
            raise
        finally:
            self._write(
                {
                    "time": round(start, 4),
                    "service": request.service,
                    "operation": request.operation,
                    "parameters": masked(request.parameters),
                    "status": status,
                    "error": error,
                    "fault": fault,
                    "writes": request.writes,
                    "region": request.region,
                    "caller": request.access_key,
                }
            )

    def _write(self, entry: Mapping[str, Any]) -> None:
        line = json.dumps(entry)
        with self._lock:
            self._output.write(line + "\n")

    def reset(self) -> None:
        """Keep what is written, also when the account is emptied."""


@dataclass(frozen=True)
class Entry:
    """One request of a journal; the module's documentation says what each is."""

    time: float
    service: str
    operation: str
    parameters: Mapping[str, Any]
    status: int
    error: str
    fault: str
    writes: bool
    region: str
    caller: str

    @property
    def succeeded(self) -> bool:
        """Whether the client got a reply that is no error."""
        return 200 <= self.status < 400


class Entries:
    """The requests of a journal, in order."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Keep the requests."""
        self._entries = tuple(entries)

    def __iter__(self) -> Iterator[Entry]:
        """Go through all requests in order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._entries)

    def since(self, moment: float) -> Entries:
        """Return those from a time on, seconds since the epoch."""
        return Entries(entry for entry in self if entry.time >= moment)

    def of(self, service: str, operation: str = "") -> Entries:
        """Return those of one service, or of one operation of it."""
        return Entries(entry for entry in self if entry.service == service and operation in ("", entry.operation))

    def writes(self) -> Entries:
        """Return those that may have changed something and were not refused."""
        return Entries(entry for entry in self if entry.writes and (entry.succeeded or entry.status == NO_REPLY))

    def creates(self) -> Entries:
        """Return those that made a resource."""
        makes = ("Create", "Allocate", "Register", "Run")
        return Entries(entry for entry in self.writes() if entry.operation.startswith(makes))

    def failed(self) -> Entries:
        """Return those that ended in an error or without a reply."""
        return Entries(entry for entry in self if not entry.succeeded)

    def throttled(self) -> Entries:
        """Return those that AWS refused because they came too fast."""
        return Entries(entry for entry in self if entry.error in errors.throttling_codes())

    def count_by_fault(self) -> dict[str, int]:
        """Return how many faults of each kind were put in."""
        return dict(collections.Counter(entry.fault for entry in self if entry.fault))

    def count_by_service(self) -> dict[str, int]:
        """Return how many requests each service got."""
        return dict(collections.Counter(entry.service for entry in self))

    def count_by_operation(self) -> dict[str, int]:
        """Return how many requests each operation got, as C(service:Operation)."""
        return dict(collections.Counter(f"{entry.service}:{entry.operation}" for entry in self))

    def gaps(self) -> list[float]:
        """Return the seconds between each request and the next."""
        times = [entry.time for entry in self]
        return [later - earlier for earlier, later in itertools.pairwise(times)]


def load(file: pathlib.Path) -> Entries:
    """Read a journal; a last line that is still being written is left out."""
    whole, _unused, _partial = file.read_text(encoding="utf-8").rpartition("\n")
    return Entries(Entry(**json.loads(line)) for line in whole.splitlines())

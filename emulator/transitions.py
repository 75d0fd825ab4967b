"""States that pass by themselves, as AWS provisions, changes and removes a resource."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.clock import clock
from emulator.durations import Duration


def becomes_available(resource: Any, duration: Duration) -> None:
    """End the creation of a resource when the time has come, unless its removal has begun."""
    clock.later(duration.seconds, partial(_return, resource, "creating"))


def passes_through(resource: Any, state: str, first: Duration, duration: Duration) -> None:
    """Let an available resource be in a state for some time; reads show the state a moment after the request.

    Without a timescale reads never show it.

    :param first: how long the resource still looks available.
    """
    if not clock.runs:
        return

    def begin() -> None:
        if resource.status == "available":
            resource.status = state
            clock.later(duration.seconds, partial(_return, resource, state))

    clock.later(first.seconds, begin)


def _return(resource: Any, state: str) -> None:
    if resource.status == state:
        resource.status = "available"


def disappears(records: dict[str, Any], name: str, duration: Duration, last: Callable[[], Any] | None = None) -> None:
    """Take a record out of a backend's dictionary when AWS is done with its removal.

    :param last: called after it.
    """
    record = records[name]

    def end() -> None:
        if records.get(name) is record:
            del records[name]
            if last is not None:
                last()

    clock.later(duration.seconds, end)

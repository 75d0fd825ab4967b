"""The codes and words for what is wrong with a request, by those of its service (L(emulator.errors)).

Each service's API reference, "Common Errors", and Amazon EC2 API Reference, "Error codes for the Amazon EC2 API".
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.errors import errors_of
from emulator.validation.shapes import Kind, Problem
from emulator.wire import AwsRequest, RefusalError

UNREADABLE = "SerializationException"


def code_for(request: AwsRequest, kind: Kind = Kind.VALUE) -> str:
    """Return a service's code for what is wrong."""
    errors = errors_of(request)
    if kind is Kind.TYPE and request.protocol in ("json", "rest-json"):
        return UNREADABLE
    if kind is Kind.UNKNOWN and request.service == "ec2":
        return "UnknownParameter"
    if kind is Kind.MISSING and errors.terse:
        return "MissingParameter"
    return errors.invalid


def _text(request: AwsRequest, found: Sequence[Problem]) -> str:
    first, terse = found[0], errors_of(request).terse
    if first.kind is Kind.MISSING and terse:
        name = first.name[:1].upper() + first.name[1:]
        return f"The request must contain the parameter {name}"
    if terse or first.kind in (Kind.UNKNOWN, Kind.TYPE) or first.code:
        return first.text
    listed = [problem.text for problem in found if not problem.code]
    return f"{len(listed)} validation error{'s' * (len(listed) > 1)} detected: {'; '.join(listed)}"


def refusal(request: AwsRequest, found: Sequence[Problem]) -> RefusalError:
    """Return what AWS answers when this is wrong with a request."""
    first = found[0]
    return RefusalError(first.code or code_for(request, first.kind), _text(request, found), first.status)

"""How EC2 says what is wrong."""

from __future__ import annotations

from emulator.errors import Errors, Failure

ERRORS = Errors(
    Failure("RequestLimitExceeded", 503, "Request limit exceeded."),
    Failure("InternalError", 500, "An internal error has occurred"),
    Failure("Unavailable", 503, "The server is overloaded and can't handle the request."),
    "Amazon EC2 Developer Guide, Error codes for the Amazon EC2 API: server error codes",
    "InvalidParameterValue",
    too_many_tags="TagLimitExceeded",
    terse=True,
)

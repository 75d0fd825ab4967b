"""How Simple Notification Service says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BROKEN, QUERY, Failure

ERRORS = replace(
    QUERY,
    server_error=Failure("InternalError", 500, BROKEN),
    source="Amazon SNS API Reference, Errors of CreateTopic (InternalError) and Common Errors",
)

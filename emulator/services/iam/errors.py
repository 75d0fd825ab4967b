"""How IAM says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BROKEN, QUERY, Failure

ERRORS = replace(
    QUERY,
    server_error=Failure("ServiceFailure", 500, BROKEN),
    source="IAM API Reference, Errors of each action (ServiceFailure) and Common Errors",
)

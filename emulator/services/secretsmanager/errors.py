"""How Secrets Manager says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import JSON, Failure

ERRORS = replace(
    JSON,
    server_error=Failure("InternalServiceError", 500, "An error occurred on the server side."),
    source="Secrets Manager API Reference, Errors of CreateSecret (InternalServiceError) and Common Errors",
)

"""How Application Auto Scaling says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BROKEN, JSON, Failure

ERRORS = replace(
    JSON,
    server_error=Failure("InternalServiceException", 500, BROKEN),
    source="Application Auto Scaling API Reference, Errors of RegisterScalableTarget and Common Errors",
)

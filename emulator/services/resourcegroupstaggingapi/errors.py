"""How the Resource Groups Tagging API says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BROKEN, BUSY, JSON, Failure

ERRORS = replace(
    JSON,
    throttling=Failure("ThrottledException", 400, BUSY),
    server_error=Failure("InternalServiceException", 500, BROKEN),
    source="Resource Groups Tagging API Reference, Errors of GetResources",
    invalid="InvalidParameterException",
)

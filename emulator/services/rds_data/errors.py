"""How the RDS Data API says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import AWAY, BROKEN, JSON, Failure

ERRORS = replace(
    JSON,
    server_error=Failure("InternalServerErrorException", 500, BROKEN),
    unavailable=Failure("ServiceUnavailableError", 503, AWAY),
    source="Amazon RDS Data Service API Reference, Errors of ExecuteStatement and Common Errors",
    invalid="BadRequestException",
)

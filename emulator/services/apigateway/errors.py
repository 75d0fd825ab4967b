"""How API Gateway says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import JSON, Failure

ERRORS = replace(
    JSON,
    throttling=Failure("TooManyRequestsException", 429, "Too Many Requests"),
    unavailable=Failure("ServiceUnavailableException", 503, "Service Unavailable"),
    source="API Gateway REST API Reference, Errors of CreateDeployment",
    invalid="BadRequestException",
)

"""How CloudWatch Logs says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import JSON, Failure

ERRORS = replace(
    JSON,
    unavailable=Failure("ServiceUnavailableException", 500, "The service cannot complete the request."),
    source="CloudWatch Logs API Reference, Errors of CreateLogGroup (ServiceUnavailableException has status 500)",
    invalid="InvalidParameterException",
    too_many_tags="TooManyTagsException",
)

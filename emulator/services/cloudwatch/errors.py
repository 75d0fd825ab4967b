"""How CloudWatch says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BROKEN, QUERY, Failure

ERRORS = replace(
    QUERY,
    server_error=Failure("InternalServiceError", 500, BROKEN),
    source="CloudWatch API Reference, Errors of PutMetricAlarm (InternalServiceFault) and Common Errors",
)

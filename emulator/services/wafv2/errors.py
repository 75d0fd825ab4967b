"""How AWS WAF says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BROKEN, JSON, Failure

ERRORS = replace(
    JSON,
    server_error=Failure("WAFInternalErrorException", 500, BROKEN),
    source="AWS WAF API Reference, Errors of GetWebACL (WAFInternalErrorException) and Common Error Types",
)

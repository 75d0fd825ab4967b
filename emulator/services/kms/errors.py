"""How Key Management Service says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BROKEN, JSON, Failure

ERRORS = replace(
    JSON,
    server_error=Failure("KMSInternalException", 500, BROKEN),
    source="AWS KMS API Reference, Errors of DescribeKey (KMSInternalException) and Common Errors",
)

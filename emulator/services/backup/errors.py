"""How AWS Backup says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import AWAY, JSON, Failure

ERRORS = replace(
    JSON,
    server_error=Failure("ServiceUnavailableException", 500, AWAY),
    unavailable=Failure("ServiceUnavailableException", 500, AWAY),
    source="AWS Backup Developer Guide, Errors of ListBackupVaults (ServiceUnavailableException) and Common Errors",
    invalid="InvalidParameterValueException",
)

"""How ECS says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import JSON, Failure

ERRORS = replace(
    JSON,
    server_error=Failure("ServerException", 500, "These errors are usually caused by a server issue."),
    source="Amazon ECS API Reference, Errors of each action (ServerException); Developer Guide, Request throttling",
    invalid="InvalidParameterException",
)

"""ECS's client tokens: Amazon ECS API Reference, CreateService and RunTask."""

from __future__ import annotations

from emulator.rules.tokens import Token

TOKEN = Token("clientToken", "InvalidParameterException", "Creation of service was not idempotent.", finds_itself=True)

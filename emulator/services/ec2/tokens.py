"""EC2's client tokens: Amazon EC2 API Reference, "Ensuring idempotency in Amazon EC2 API requests"."""

from __future__ import annotations

from emulator.rules.tokens import Token

TOKEN = Token(
    "ClientToken",
    "IdempotentParameterMismatch",
    "The client token you have provided is associated with a resource that was created with other parameters.",
)

"""How Elastic Load Balancing says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import BUSY, QUERY, Failure

ERRORS = replace(
    QUERY,
    throttling=Failure("ThrottlingException", 400, BUSY),
    source="Elastic Load Balancing API, Request throttling; ELBv2 API Reference, Common Errors",
    too_many_tags="TooManyTags",
)


def refusal(code: str, message: str) -> Exception:
    """Return an error with one of AWS's codes."""
    from moto.elbv2.exceptions import ELBClientError

    return ELBClientError(code, message)

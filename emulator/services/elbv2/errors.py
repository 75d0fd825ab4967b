"""How Elastic Load Balancing words what it refuses."""

from __future__ import annotations


def refusal(code: str, message: str) -> Exception:
    """Return an error with one of AWS's codes."""
    from moto.elbv2.exceptions import ELBClientError

    return ELBClientError(code, message)

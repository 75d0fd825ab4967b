"""Limits of Secrets Manager's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

from emulator.validation.checks import text
from emulator.validation.limit import Limit

LIMITS: tuple[Limit, ...] = (
    Limit(
        ("CreateSecret",),
        "Name",
        text(
            r"[A-Za-z0-9/_+=.@!-]+",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
            512,
        ),
        "AWS Secrets Manager API Reference, CreateSecret",
    ),
)
# the service's model lacks the pattern of tags that others have
TAGS_WITHOUT_PATTERN = True

"""How Certificate Manager says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import JSON

ERRORS = replace(
    JSON,
    source="AWS Certificate Manager API Reference, Errors of DescribeCertificate and Common Errors",
    too_many_tags="TooManyTagsException",
)

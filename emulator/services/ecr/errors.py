"""How ECR says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import JSON

ERRORS = replace(JSON, invalid="InvalidParameterException")

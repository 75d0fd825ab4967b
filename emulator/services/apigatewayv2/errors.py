"""How API Gateway version 2 says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import JSON

ERRORS = replace(JSON, invalid="BadRequestException")

"""How ElastiCache says what is wrong."""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import QUERY

ERRORS = replace(QUERY, invalid="InvalidParameterValue", terse=True)

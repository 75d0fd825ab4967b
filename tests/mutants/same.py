"""Faults that no test can find, because the code does the same with them: C(same.yml)."""

from __future__ import annotations

import functools
import pathlib
from typing import Any

import yaml

SAME = pathlib.Path(__file__).parent / "same.yml"


@functools.cache
def kept() -> dict[str, list[dict[str, Any]]]:
    """Return the entries of the file, by module."""
    return yaml.safe_load(SAME.read_text(encoding="utf-8"))


def same_lines(module: pathlib.Path) -> frozenset[tuple[str, str]]:
    """Return the lines of a module that do the same as others: before and after."""
    return frozenset((entry["before"], after) for entry in kept().get(str(module), ()) for after in entry["after"])

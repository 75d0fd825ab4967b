"""Runs with bad values on an empty emulator: what they say of each, and what they write."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator import journal
from tests.refusals import table
from tests.support import certificates, playbook


@dataclass(frozen=True)
class Row:
    """What a run did with one bad value.

    :ivar writes: how many requests the run sent that change anything.
    :ivar message: the line that names the variable; empty when there is none.
    :ivar shows_value: whether that line shows the value, too.
    """

    variable: str
    value: Any
    writes: int
    message: str
    shows_value: bool

    @property
    def refused(self) -> bool:
        """Whether the value was refused as it should be: named with its variable, and nothing written."""
        return bool(self.message) and self.shows_value and not self.writes


def leaves(value: Any) -> Iterator[str]:
    """Yield the plain values in a value."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield str(value)


def shows(line: str, value: Any) -> bool:
    """Tell whether a line shows a value: one of those in it, or that it has none."""
    return any(leaf in line for leaf in leaves(value)) if value != [] else "[]" in line


def line_of(lines: list[str], variable: str, value: Any) -> tuple[str, bool]:
    """Return the line that names a variable, best with its value, and whether it does."""
    named = [line for line in lines if re.search(rf"(?<!\w){variable}(?!\w)", line)]
    best = next((line for line in named if shows(line, value)), "")
    return (best, True) if best else (named[0] if named else "", False)


def refusals(endpoint: str, journal_file: pathlib.Path, group: str) -> list[Row]:
    """Run the deployment with a group of bad values, all of them at once, and return a row for each."""
    bad = table.groups()[group]
    given = {"platform_optional_roles": list(table.OPTIONAL), "platform_domain_name": certificates.DOMAIN}
    stopped = playbook.run("site.yml", endpoint=endpoint, **bad, **given, **table.SETTINGS.get(group, {}))
    writes = len(journal.load(journal_file).since(stopped.started).writes())
    lines = [line for failure in stopped.failures for line in failure["message"].splitlines()] if stopped.code else []
    return [Row(name, value, writes, *line_of(lines, name, value)) for name, value in bad.items()]


def all_refusals(endpoint: str, journal_file: pathlib.Path) -> list[Row]:
    """Return a row for each variable with a limit, in a few runs."""
    return [row for group in table.groups() for row in refusals(endpoint, journal_file, group)]

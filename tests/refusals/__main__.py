"""Print a row for each variable with a limit: C(python -m tests.refusals)."""

from __future__ import annotations

import pathlib
import sys
import tempfile
from collections.abc import Iterable

from emulator.modes import Modes
from tests.refusals import proof
from tests.support import server

WIDTHS = (46, 26, 6)


def cut(text: str, width: int) -> str:
    """Return a text in a column of a width."""
    return f"{text if len(text) <= width else text[: width - 3] + '...':<{width}}"


def show(columns: Iterable[str]) -> None:
    """Print one row."""
    *first, last = columns
    print(*(cut(text, width) for text, width in zip(first, WIDTHS, strict=True)), last, flush=True)


def main() -> int:
    """Return the exit code: 0 when each value was refused before anything was written."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory, "journal.jsonl")
        with server.running(Modes(journal=file)) as endpoint:
            rows = proof.all_refusals(endpoint, file)
    show(("variable", "bad value", "writes", "message"))
    for row in rows:
        show((row.variable, repr(row.value), str(row.writes), row.message or "NOT REFUSED"))
    failed = [row for row in rows if not row.refused]
    print(f"{len(rows) - len(failed)} of {len(rows)} refused before anything was written")
    for row in failed:
        print(f"NOT as it should be: {row.variable} {row.value!r}: {row.message or 'no message'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Make every change to a deployed stack, and print a line for each: C(python -m tests.changes)."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.changes.catalogue import ALL, Change
from tests.changes.trial import Outcome, try_out

WIDTH = 46
COLUMNS = f"{'change':<{WIDTH}} {'came of it':<10} {'looks':>6} {'gaps':>5} {'left':>5} {'writes':>7} {'time':>6}"


def line(change: Change, outcome: Outcome) -> str:
    """Return the table's line of one change; writes are those of previews and of what is refused."""
    came = "FAILED" if outcome.problems else "refused" if change.refused else "made"
    figures = f"{len(outcome.gaps):>5} {len(outcome.leftovers):>5} {outcome.writes:>7} {outcome.seconds:>4.0f} s"
    return f"{outcome.name:<{WIDTH}} {came:<10} {outcome.looks:>6} {figures}"


def chosen(words: list[str]) -> list[Change]:
    """Return the changes with one of these words in their names; all without any.

    :raises SystemExit: there is none.
    """
    found = [change for change in ALL if not words or any(word in change.name for word in words)]
    if not found:
        raise SystemExit(f"No change is called {' or '.join(words)}.")
    return found


def main() -> int:
    """Read the arguments and try the changes.

    :returns: 1 unless each went as it should.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.changes", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="those with one of these in their names")
    parser.add_argument("--jobs", type=int, default=2, help="emulators side by side (default 2)")
    arguments = parser.parse_args()
    changes = chosen(arguments.only)
    print(COLUMNS, flush=True)
    good = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for change, outcome in zip(changes, pool.map(try_out, changes), strict=True):
            good += outcome.good
            print(line(change, outcome), flush=True)
            for problem in (*outcome.problems, *outcome.gaps, *(f"left: {item}" for item in outcome.leftovers)):
                print(f"    {problem}", flush=True)
    print(f"{good} of {len(changes)} as they should be")
    return 0 if good == len(changes) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Make every change to a deployed stack, and print a line for each: C(python -m tests.changes)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.changes.catalogue import ALL, Change
from tests.changes.trial import Outcome, try_out

WIDTH = 46
FIGURES = ("looks", "gaps", "left", "named", "writes")
COLUMNS = f"{'change':<{WIDTH}} {'came of it':<10} {' '.join(f'{word:>6}' for word in FIGURES)} {'time':>6}"


def line(change: Change, outcome: Outcome) -> str:
    """Return the table's line of one change.

    Writes are those of previews and of what is refused. What is left is named in each run, or not.
    """
    came = "FAILED" if outcome.problems else "refused" if change.refused else "made"
    counts = (outcome.looks, len(outcome.gaps), len(outcome.leftovers), len(outcome.named), outcome.writes)
    figures = " ".join(f"{count:>6}" for count in counts)
    return f"{outcome.name:<{WIDTH}} {came:<10} {figures} {outcome.seconds:>4.0f} s"


def chosen(words: list[str]) -> list[Change]:
    """Return the changes with one of these words in their names; without words, all.

    :raises SystemExit: there is none.
    """
    found = [change for change in ALL if not words or any(word in change.name for word in words)]
    if not found:
        raise SystemExit(f"No change is called {' or '.join(words)}.")
    return found


def stacks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Yield the changes that share a stack: those that are refused at once leave it as it is."""
    untouched = []
    for change in changes:
        if change.refused and len(change.steps) == 1:
            untouched.append(change)
        else:
            yield [change]
    if untouched:
        yield untouched


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
        groups = list(stacks(changes))
        for group, outcomes in zip(groups, pool.map(try_out, groups), strict=True):
            for change, outcome in zip(group, outcomes, strict=True):
                good += outcome.good
                print(line(change, outcome), flush=True)
                for problem in (*outcome.problems, *outcome.gaps, *(f"left: {item}" for item in outcome.leftovers)):
                    print(f"    {problem}", flush=True)
    print(f"{good} of {len(changes)} as they should be")
    return 0 if good == len(changes) else 1


if __name__ == "__main__":
    sys.exit(main())

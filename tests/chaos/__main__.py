"""Live many lives and print a line for each: C(python -m tests.chaos --seeds 20 --pairs 20)."""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from tests.chaos import pairs
from tests.chaos.story import STORIES, Outcome, live

DIRECTORY = pathlib.Path(".cache/chaos")
PAIR_COLUMNS = f"{'pair':>5}  {'time':>6}  outcome"
COLUMNS = f"{'seed':>5} {'runs':>5} {'kills':>6} {'faults':>7}  {'time':>6}  outcome"


def line(outcome: Outcome) -> str:
    """Return the table's line of one life."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(outcome.faults.items()))
    result = f"FAILED: {outcome.problem}" if outcome.problem else "clean, nothing left"
    return (
        f"{outcome.seed:>5} {outcome.runs:>5} {outcome.kills:>6} {outcome.faults.total():>7}  "
        f"{outcome.seconds:>4.0f} s  {result} ({kinds})"
    )


def table(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Print each outcome as it comes, and the sum of all.

    :returns: those that went wrong.
    """
    print(COLUMNS, flush=True)
    seen = []
    for outcome in outcomes:
        seen.append(outcome)
        print(line(outcome), flush=True)
    bad = [outcome for outcome in seen if outcome.problem]
    print(
        f"{len(seen) - len(bad)} of {len(seen)} clean: {sum(outcome.runs for outcome in seen)} runs, "
        f"{sum(outcome.kills for outcome in seen)} kills, {sum(outcome.faults.total() for outcome in seen)} faults"
    )
    return bad


def pair_table(outcomes: Iterable[pairs.Pair]) -> list[pairs.Pair]:
    """Print each pair of runs as it comes, and the sum of all.

    :returns: those that went wrong.
    """
    print(PAIR_COLUMNS, flush=True)
    seen = []
    for pair in outcomes:
        seen.append(pair)
        print(pairs.line(pair), flush=True)
    bad = [pair for pair in seen if pair.problem]
    killed = sum(code < 0 for pair in seen for code in pair.codes)
    stopped = sum(code > 0 for pair in seen for code in pair.codes)
    print(f"{len(seen) - len(bad)} of {len(seen)} pairs clean: {killed} runs killed, {stopped} stopped at the lock")
    return bad


def main() -> int:
    """Read the arguments and live the lives.

    :returns: 1 when any went wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many lives (default 20)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--pairs", type=int, default=0, help="how many pairs of runs at the same time (default none)")
    parser.add_argument("--story", choices=sorted(STORIES), default="whole")
    parser.add_argument("--jobs", type=int, default=2, help="lives at the same time (default 2)")
    arguments = parser.parse_args()
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        bad = table(pool.map(lambda seed: live(seed, arguments.story, DIRECTORY), seeds)) if seeds else []
        numbers = range(arguments.first, arguments.first + arguments.pairs)
        network = arguments.story == "short"
        made = pool.map(lambda seed: pairs.live(seed, network, DIRECTORY), numbers)
        bad_pairs = pair_table(made) if numbers else []
    for name in [str(outcome.seed) for outcome in bad] + [f"pair-{pair.seed}" for pair in bad_pairs]:
        print(f"The journal and the output of {name} are in {DIRECTORY}", file=sys.stderr)
    return 1 if bad or bad_pairs else 0


if __name__ == "__main__":
    sys.exit(main())

"""Make every drift, one after the other, and print a line for each: C(python -m tests.drift)."""

from __future__ import annotations

import argparse
import pathlib
import queue
import sys
import threading
import time
from collections.abc import Iterable, Sequence

from tests.drift.catalogue import ALL
from tests.drift.mutation import Mutation
from tests.drift.proof import Outcome, deployed

DIRECTORY = pathlib.Path(".cache/drift")
WIDTH = 64
COLUMNS = f"{'drift':<{WIDTH}} {'found':>5} {'named':>5} {'repaired':>8} {'time':>6}"
STEPS = ("found", "named", "repaired")

Wanted = queue.SimpleQueue[Mutation]
Done = queue.SimpleQueue[Outcome | None]


def work(wanted: Wanted, done: Done, directory: pathlib.Path, whole: bool) -> None:
    """Prove one mutation after the other on an emulator of its own; a new one where a stack could not be mended."""
    try:
        while not wanted.empty():
            prove_on_one(wanted, done, directory, whole)
    finally:
        done.put(None)


def prove_on_one(wanted: Wanted, done: Done, directory: pathlib.Path, whole: bool) -> None:
    """Prove mutations until none is left, or one leaves the stack broken."""
    with deployed(directory) as proof:
        while True:
            try:
                mutation = wanted.get_nowait()
            except queue.Empty:
                return
            outcome = proof.prove(mutation, whole)
            done.put(outcome)
            if (mutation.lasts or not outcome.repaired) and not proof.is_as_before() and not proof.recover():
                return


def line(outcome: Outcome) -> str:
    """Return the table's line of one mutation."""
    steps = [("yes" if getattr(outcome, step) else "NO").rjust(len(step)) for step in STEPS]
    return f"{outcome.name:<{WIDTH}} {' '.join(steps)} {outcome.seconds:>4.0f} s"


def table(done: Done, jobs: int) -> list[Outcome]:
    """Print each outcome as it comes.

    :returns: all of them.
    """
    print(COLUMNS, flush=True)
    seen: list[Outcome] = []
    while jobs:
        outcome = done.get()
        if outcome is None:
            jobs -= 1
            continue
        seen.append(outcome)
        print(line(outcome), flush=True)
        for problem in outcome.problems:
            print(f"    {problem}", flush=True)
    return seen


def rates(outcomes: Sequence[Outcome], asked: int) -> str:
    """Return how many of the mutations that were asked for were found, named and repaired."""
    parts = []
    for step in STEPS:
        count = sum(getattr(outcome, step) for outcome in outcomes)
        parts.append(f"{step} {count} of {asked} ({100 * count / asked:.1f} %)")
    return ", ".join(parts)


def chosen(sample: bool, only: Iterable[str]) -> list[Mutation]:
    """Return the mutations that the arguments ask for.

    :param only: parts of names; all, when there are none.
    :raises SystemExit: there is no such mutation.
    """
    words = list(only)
    found = [
        mutation
        for mutation in ALL
        if (mutation.sample or not sample) and (not words or any(word in mutation.name for word in words))
    ]
    if not found:
        raise SystemExit(f"No drift is called {' or '.join(words)}.")
    return found


def run(mutations: Sequence[Mutation], jobs: int, whole: bool) -> list[Outcome]:
    """Prove mutations on some emulators side by side."""
    wanted: Wanted = queue.SimpleQueue()
    done: Done = queue.SimpleQueue()
    for mutation in mutations:
        wanted.put(mutation)
    for job in range(jobs):
        directory = (DIRECTORY / f"job-{job + 1}").resolve()
        threading.Thread(target=work, args=(wanted, done, directory, whole), daemon=True).start()
    return table(done, jobs)


def main() -> int:
    """Read the arguments and prove the mutations.

    :returns: 1 unless every one was found, named and repaired.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.drift", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="a few over all services, with whole runs")
    parser.add_argument("--whole", action="store_true", help="preview and repair with whole runs, not tier by tier")
    parser.add_argument("--jobs", type=int, default=2, help="emulators side by side (default 2)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="those with one of these in their names")
    arguments = parser.parse_args()
    mutations = chosen(arguments.sample, arguments.only)
    start = time.monotonic()
    jobs = min(arguments.jobs, len(mutations))
    outcomes = run(mutations, jobs, whole=arguments.sample or arguments.whole)
    spent = time.monotonic() - start
    each = sum(outcome.seconds for outcome in outcomes) / len(outcomes) if outcomes else 0
    print(rates(outcomes, len(mutations)))
    print(f"{len(outcomes)} drifts in {spent / 60:.1f} min on {jobs} emulators, {each:.1f} s each")
    return 0 if len(outcomes) == len(mutations) and all(outcome.good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())

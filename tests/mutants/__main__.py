"""Put faults into the collection's modules, one after the other, and print how many the tests find.

C(python -m tests.mutants --module plan), or all that has to reach the wanted rate: of the modules only the functions
that plan.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.mutants.faults import Fault, Verdict, judged, rate
from tests.mutants.modules import chosen
from tests.mutants.same import same_lines
from tests.mutants.workshop import Workshop

HOME = pathlib.Path(".cache/mutants").resolve()
WANTED = 90.0
COLUMNS = f"{'module':<48} {'faults':>6} {'found':>6} {'missed':>6} {'rate':>8} {'words':>6} {'same':>5} {'time':>7}"


def show(module: pathlib.Path, faults: Sequence[Fault], seconds: float) -> float:
    """Print a module's row, and each fault that was missed.

    :returns: the rate.
    """
    verdicts = Counter(fault.verdict for fault in faults)
    found, missed, words, same = (verdicts[verdict] for verdict in Verdict)
    reached = rate(verdicts)
    counts = f"{len(faults):>6} {found:>6} {missed:>6} {reached:>6.1f} % {words:>6} {same:>5}"
    print(f"{module!s:<48} {counts} {seconds:>5.0f} s", flush=True)
    for fault in faults:
        if fault.verdict == Verdict.MISSED:
            print(f"    {fault.name}\n      - {fault.before}\n      + {fault.after}", flush=True)
    return reached


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--module", default="", help="part of the paths of the modules, from plugins/")
    parser.add_argument("--plans", action="store_true", help="of modules only functions that plan, as without --module")
    parser.add_argument("--sample", type=int, default=1, help="try only each so many of the faults")
    parser.add_argument("--again", action="store_true", help="try only what no test found last time")
    parser.add_argument("--jobs", type=int, default=1, help="tests at once")
    return parser.parse_args()


def main() -> int:
    """Return the exit code: 0 when each module reaches the wanted rate."""
    asked = arguments()
    modules = chosen(asked.module)
    if not modules:
        print(f"No module's path has {asked.module!r} in it.")
        return 1
    print(COLUMNS, flush=True)
    below = []
    for module in modules:
        began = time.monotonic()
        workshop = Workshop(module, HOME, asked.plans or not asked.module)
        found = workshop.run(asked.sample, asked.again, asked.jobs)
        faults = list(judged(workshop.code(), found, same_lines(module)))
        if show(module, faults, time.monotonic() - began) < WANTED:
            below.append(str(module))
    if below:
        print(f"Below {WANTED:.0f} %: {', '.join(below)}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())

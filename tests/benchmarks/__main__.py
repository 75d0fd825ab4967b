"""Measure the playbooks, or compare how much they do with what is kept: C(python -m tests.benchmarks --runs 5)."""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import sys
import tempfile
from collections.abc import Sequence

from tests.benchmarks import chain
from tests.benchmarks.story import Measure, live

# the counts that do not depend on the machine; a run may do less, but not more
COUNTS = pathlib.Path(__file__).with_name("counts.json")
COUNTED = ("tasks", "requests")
# how often a run looks whether AWS is ready differs from run to run
MORE_LOOKS = {"tasks": 0, "requests": 5}
UNITS = {
    "seconds": "{:.1f} s",
    "cpu_seconds": "{:.1f} s",
    "memory_mib": "{:.0f} MiB",
    "tasks": "{}",
    "requests": "{}",
    "throttled": "{}",
}

Medians = dict[str, dict[str, float]]


def medians(lives: Sequence[dict[str, Measure]]) -> Medians:
    """Return the median of each value of each phase."""
    return {
        phase: {value: statistics.median(life[phase].as_dict()[value] for life in lives) for value in UNITS}
        for phase in lives[0]
    }


def table(found: Medians) -> str:
    """Return the medians as a table, a line a phase."""
    lines = [f"{'':10}" + "".join(f"{value:>14}" for value in UNITS)]
    for phase, values in found.items():
        cells = [
            UNITS[value].format(int(number) if UNITS[value] == "{}" else number) for value, number in values.items()
        ]
        lines.append(f"{phase:10}" + "".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def ratios(found: Medians, environment: str, timescale: float) -> str:
    """Return how much longer than AWS's longest chain the runs took."""
    longest = {"deploy": chain.DEPLOY[environment], "destroy": chain.DESTROY}
    return "\n".join(
        f"{phase}: {found[phase]['seconds']:.1f} s / longest chain {seconds / timescale:.1f} s = "
        f"{found[phase]['seconds'] * timescale / seconds:.2f}"
        for phase, seconds in longest.items()
    )


def counts(found: Medians) -> dict[str, dict[str, int]]:
    """Return those medians that do not depend on the machine."""
    return {phase: {value: int(values[value]) for value in COUNTED} for phase, values in found.items()}


def grown(found: dict[str, dict[str, int]], kept: dict[str, dict[str, int]]) -> list[str]:
    """Return in words which counts have grown."""
    return [
        f"{phase}: {number} {value}, were {kept[phase][value]}"
        for phase, values in found.items()
        for value, number in values.items()
        if number > kept[phase][value] + MORE_LOOKS[value]
    ]


def check(found: Medians) -> int:
    """Compare the counts with those that are kept.

    :returns: 1 when any has grown.
    """
    more = grown(counts(found), json.loads(COUNTS.read_text()))
    for line in more:
        print(line, file=sys.stderr)
    if more:
        print(f"If that is meant to be: python -m tests.benchmarks --keep writes {COUNTS.name}.", file=sys.stderr)
    return 1 if more else 0


def main() -> int:
    """Read the arguments, measure, and print the medians.

    :returns: 1 when C(--check) found more tasks or requests than are kept.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="lives to measure (default 5)")
    parser.add_argument("--environment", choices=sorted(chain.DEPLOY), default="dev", help="inventory (default dev)")
    parser.add_argument("--stacks", type=int, default=1, help="stacks side by side (default 1)")
    parser.add_argument("--timescale", type=float, help="with AWS's provisioning times, this many times faster")
    parser.add_argument("--rates", action="store_true", help="throttle what exceeds AWS's documented request rates")
    parser.add_argument("--json", type=pathlib.Path, help="also write the medians to this file")
    parser.add_argument("--check", action="store_true", help="fail when there are more tasks or requests than are kept")
    parser.add_argument("--keep", action="store_true", help="keep these numbers of tasks and requests")
    arguments = parser.parse_args()
    if (arguments.check or arguments.keep) and (arguments.environment, arguments.stacks) != ("dev", 1):
        parser.error("counts are kept of one stack of dev")
    with tempfile.TemporaryDirectory() as directory:
        lives = [
            live(
                pathlib.Path(directory),
                arguments.environment,
                arguments.stacks,
                arguments.timescale,
                arguments.rates,
            )
            for _unused in range(arguments.runs)
        ]
    found = medians(lives)
    print(table(found))
    if arguments.timescale:
        print(ratios(found, arguments.environment, arguments.timescale))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")
    if arguments.keep:
        COUNTS.write_text(json.dumps(counts(found), indent=2) + "\n")
    return check(found) if arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())

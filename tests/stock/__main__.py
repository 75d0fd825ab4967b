"""Take stock modules through what this collection asks of its own modules, and compare with what is known of them.

C(python -m tests.stock --only kms) tries one; C(--write FILE) writes the page of the documentation.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Iterator, Mapping, Sequence

from tests.stock import bench, cases, contract, page
from tests.stock.contract import STEPS, Findings

Run = tuple[Mapping[str, str], Mapping[str, Findings]]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stock", description=__doc__)
    parser.add_argument("--only", default="", help="part of the names of the modules")
    parser.add_argument("--python", nargs="+", default=[sys.executable], help="interpreters with releases to try")
    parser.add_argument("--write", type=pathlib.Path, help="the page to write")
    return parser.parse_args()


def tried(python: str, chosen: Sequence[cases.Case]) -> Run:
    """Try modules with the releases of an interpreter, and print a row for each."""
    found: dict[str, Findings] = {}
    with bench.running(python) as place:
        print(", ".join(f"{name} {version}" for name, version in place.releases.items()), flush=True)
        for case in chosen:
            found[case.name] = contract.falls_short(case, place)
            print(f"  {case.name:<40} {', '.join(STEPS[step] for step in found[case.name]) or 'right'}", flush=True)
        return place.releases, found


def surprises(case: cases.Case, found: Findings) -> Iterator[str]:
    """Yield where what a module did is not what is known of it."""
    for step, title in STEPS.items():
        expected, reason = case.known.get(step, ""), found.get(step, "")
        if reason and not expected:
            yield f"{case.name}: {title}: {reason}"
        elif expected and not reason:
            yield f"{case.name}: {title}: is right now, but was known for: {expected}"


def main() -> int:
    """Return the exit code: 0 when the modules do what is known of them."""
    asked = arguments()
    chosen = cases.load(asked.only)
    if not chosen:
        print(f"No module's name has {asked.only!r} in it.")
        return 1
    runs = [tried(python, chosen) for python in asked.python]
    if asked.write:
        asked.write.write_text(page.markdown(chosen, runs), encoding="utf-8")
    wrong = [line for _releases, found in runs for case in chosen for line in surprises(case, found[case.name])]
    for line in wrong:
        print(line)
    print(f"{len(chosen)} modules, {len(runs)} releases: {len(wrong)} surprises")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

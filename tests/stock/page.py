"""The page of the documentation that says which stock modules keep the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.stock.cases import Case
from tests.stock.contract import STEPS, Findings

HEAD = """# Stock modules

What AWS knows by a name that we choose, and a stock module does right, is to be the stock module's; what AWS knows only
by an id that it hands out, or what stock does wrong, is ours. `make stock` takes each of these modules through the life
of a resource, on an emulated account, and writes this page: a preview on nothing, the creation, a preview and a run
after it, each property changed by somebody else, the removal with its preview, and once more with the reply to the
creation lost. A preview has to say what a run does and to write nothing, a second run must change nothing, what differs
has to be put right, and a new resource has to carry its tags from the first request on, as they say whose it is.
`make stock` fails where a module falls short, or has been mended, unless tests/stock/cases.yml says so.

No stock module looks whose a resource is before it changes it. So the roles run resource_tags before each of them.
"""


def release(case: Case, releases: Mapping[str, str]) -> str:
    """Return the name and release of a module's collection."""
    return f"{case.collection} {releases[case.collection]}"


def markdown(cases: Sequence[Case], runs: Sequence[tuple[Mapping[str, str], Mapping[str, Findings]]]) -> str:
    """Return the page.

    :param runs: the releases of each run, and what each module fell short of, by the case's name.
    """
    parts = [HEAD]
    for releases, found in runs:
        parts.append(f"## {', '.join(f'{name} {version}' for name, version in releases.items())}\n")
        parts.append(table(cases, releases, found))
        parts.append(reasons(cases, found))
    parts.append("## Who uses which\n")
    parts.append("\n".join(["| | |", "|---|---|", *(f"| {case.name} | {case.use} |" for case in cases)]) + "\n")
    return "\n".join(parts)


def table(cases: Sequence[Case], releases: Mapping[str, str], found: Mapping[str, Findings]) -> str:
    """Return one row a module: for each step whether it keeps the contract."""
    rows = [["module", *STEPS.values()], ["---", *[":-:"] * len(STEPS)]]
    for case in cases:
        marks = ["**no**" if step in found[case.name] else "yes" for step in STEPS]
        rows.append([f"{release(case, releases)} {case.name}", *marks])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def reasons(cases: Sequence[Case], found: Mapping[str, Findings]) -> str:
    """Return what is behind each "no"."""
    lines = [
        f"- {case.name}, {STEPS[step]}: {case.known.get(step, reason)}"
        for case in cases
        for step, reason in found[case.name].items()
    ]
    return "\n".join(lines) + "\n"

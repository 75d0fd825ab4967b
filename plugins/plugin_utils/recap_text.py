# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A recap as text for a terminal and as Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.streamflix.content_api.plugins.module_utils.changes import (
    CREATE,
    REMOVE,
    REPLACE,
    UPDATE,
    is_list,
)
from ansible_collections.streamflix.content_api.plugins.plugin_utils.exposure import exposing
from ansible_collections.streamflix.content_api.plugins.plugin_utils.recap import Change, Field

SIGNS = {CREATE: "+", UPDATE: "~", REPLACE: "!", REMOVE: "-"}
# always counted, even when there are none
COUNTED = (CREATE, UPDATE, REMOVE)
EXPOSURE = "IAM and network exposure"
COST = "cost of a month, USD by list prices"
IGNORED = "ignored as drift (drift_ignore); a run changes it all the same"
# A longer value is cut, but never one that says who may do or reach something.
WIDTH = 100
WHOLE = 1_000_000
PLAIN, GOOD, BAD = "plain", "good", "bad"
STEP = "  "


class Line(NamedTuple):
    """One line.

    :ivar kind: what it says: an action, or C(plain), C(good), C(bad).
    :ivar text: without colours.
    """

    kind: str
    text: str


def shown(value: Any, width: int = WIDTH) -> str:
    """Return a value on one line.

    :param width: the most characters.
    """
    if value is None:
        text = "(none)"
    elif isinstance(value, str):
        text = " ".join(value.split()) or '""'
    elif isinstance(value, Mapping):
        text = ", ".join(f"{key}: {inside(item)}" for key, item in sorted(value.items()) if item not in (None, ""))
    else:
        text = json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= width else text[: width - 3] + "..."


def inside(value: Any) -> str:
    """Return a value inside another one."""
    return f"{{{shown(value, WHOLE)}}}" if isinstance(value, Mapping) else shown(value, WHOLE)


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """Return how many resources each action concerns."""
    actions = [change["action"] for change in changes]
    return {action: actions.count(action) for action in SIGNS}


def field_lines(entry: Field, action: str, width: int) -> Iterator[str]:
    """Yield the lines of a changed field: its values before and after; of a list, the items that went and came."""
    name, before, after = entry["field"], entry["before"], entry["after"]
    if is_list(before or []) and is_list(after or []) and (before or after):
        yield name
        for sign, items in (("-", before), ("+", after)):
            yield from (f"{STEP}{sign} {shown(item, width)}" for item in items or ())
    elif action == CREATE:
        yield f"{name}: {shown(after, width)}"
    elif action == REMOVE:
        yield f"{name}: {shown(before, width)}"
    else:
        yield f"{name}: {shown(before, width)} -> {shown(after, width)}"


def change_lines(change: Change, fields: Iterable[Field], width: int = WIDTH) -> Iterator[Line]:
    """Yield the lines of a change and of some of its fields."""
    action = change["action"]
    yield Line(action, f"{SIGNS[action]} {change['type']} {change['name']}")
    for entry in fields:
        yield from (Line(PLAIN, f"{STEP * 2}{text}") for text in field_lines(entry, action, width))
    reasons = (change.get("reason"), change.get("reason_ignored"))
    yield from (Line(PLAIN, f"{STEP * 2}reason: {shown(reason, WHOLE)}") for reason in reasons if reason)


def resource_lines(changes: Iterable[Change]) -> list[Line]:
    """Return the lines of changes; fields only for resources that exist before and after."""
    return [
        line
        for change in changes
        for line in change_lines(change, change["fields"] if change["action"] in {UPDATE, REPLACE} else ())
    ]


def sections(host: Mapping[str, Any]) -> Iterator[tuple[str, list[Line]]]:
    """Yield the titles and lines of a host's sections; the tiers first, in the order of the run."""
    changes: Sequence[Change] = host["changes"]
    for tier in dict.fromkeys(change["tier"] for change in changes):
        yield tier, resource_lines(change for change in changes if change["tier"] == tier)
    exposed = exposing([*changes, *host["ignored"]])
    yield EXPOSURE, [line for change in exposed for line in change_lines(change, change["fields"], WHOLE)]
    yield IGNORED, resource_lines(host["ignored"])
    yield COST, cost_lines(host.get("cost") or {})
    failed = [f"{item['tier']}: {item['task']}: {shown(item['message'], 2 * WIDTH)}" for item in host["failed"]]
    yield "failed", [Line(BAD, text) for text in failed]


def cost_lines(cost: Mapping[str, Any]) -> list[Line]:
    """Return what a run makes a month cost more or less, and how much it costs then; nothing where nobody asked."""
    if not cost:
        return []
    made = [Line(PLAIN, f"{part['usd']} {part['tier']}: {part['what']}") for part in cost["parts"]]
    changed = f", {cost['difference_usd']} by this run" if made else ""
    unpriced = f"; not priced: {', '.join(cost['not_priced'])}" if cost["not_priced"] else ""
    return [*made, Line(PLAIN, f"{cost['usd']} in all{changed}{unpriced}")]


def summary(name: str, host: Mapping[str, Any]) -> Line:
    """Return a host's line of counts."""
    found = counts(host["changes"])
    words = [f"{SIGNS[action]} {action} {found[action]}" for action in SIGNS if action in COUNTED or found[action]]
    if not host["changes"]:
        words = [] if host["hidden"] else ["no changes"]
    words += [f"{key} {number}" for key, number in more_counts(host).items() if number]
    kind = BAD if host["failed"] or found[REPLACE] else UPDATE if host["changes"] or host["hidden"] else GOOD
    return Line(kind, "  ".join([name, *words]))


def more_counts(host: Mapping[str, Any]) -> dict[str, int]:
    """Return how many there are of what is counted beside the changes."""
    return {"ignored": len(host["ignored"]), "failed": len(host["failed"]), "hidden": host["hidden"]}


def remarks(name: str, host: Mapping[str, Any], about_drift: bool) -> list[str]:
    """Return the warnings about a host whose lists are not complete."""
    found = [hidden(name, host["hidden"])] if host["hidden"] else []
    if host["failed"]:
        found.append(of_failure(name, host, about_drift))
    elif host["not_compared"]:
        found.append(not_compared(host["not_compared"]))
    return found


def hidden(name: str, number: int) -> str:
    """Return the warning about a host of which some results are hidden."""
    return (
        f"Of {name}, the results of {number} tasks are hidden by no_log (ANSIBLE_NO_LOG hides all), so what they "
        "change is not told. The modules of this collection keep secrets out of their results by themselves."
    )


def not_compared(tiers: Iterable[str]) -> str:
    """Return the warning about tiers that a comparison has left out."""
    return f"Not compared, as tags left it out: {', '.join(tiers)}."


def of_failure(name: str, host: Mapping[str, Any], about_drift: bool) -> str:
    """Return the lines about a host that failed."""
    text = f"{name} failed before its end: what is listed is not complete."
    if not about_drift:
        return text
    if counts(host["changes"])[REPLACE]:
        return f"{text} What needs replacement is drift that no run repairs."
    return f"{text} This is an error, not drift."


def title(check_mode: bool) -> str:
    """Return the heading of a recap."""
    return "What a run would change" if check_mode else "What this run changed"


def text_lines(report: Mapping[str, Any], about_drift: bool) -> Iterator[Line]:
    """Yield the lines of a recap, without its heading."""
    for name, host in report["hosts"].items():
        yield summary(name, host)
        for heading, lines in sections(host):
            if lines:
                yield Line(PLAIN, f"{STEP}{heading}")
            yield from (Line(line.kind, f"{STEP * 2}{line.text}") for line in lines)
        yield from (Line(BAD, f"{STEP}{note}") for note in remarks(name, host, about_drift))


def markdown(report: Mapping[str, Any], about_drift: bool) -> str:
    """Return a recap as Markdown; the lines of resources are blocks of code, in which nothing needs escaping."""
    parts = [f"# {title(report['check_mode'])}"]
    for name, host in report["hosts"].items():
        parts += [f"## {name}", table(host)]
        parts += [block(heading, lines) for heading, lines in sections(host) if lines]
        parts += [f"**{note}**" for note in remarks(name, host, about_drift)]
    return "\n\n".join(parts) + "\n"


def table(host: Mapping[str, Any]) -> str:
    """Return a host's counts as a table."""
    numbers = counts(host["changes"]) | more_counts(host)
    rows = (numbers.keys(), ["---:"] * len(numbers), map(str, numbers.values()))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def block(heading: str, lines: Iterable[Line]) -> str:
    """Return a section with its lines as a block of code; all but the section on exposure are folded."""
    code = "\n".join(["```diff", *(line.text for line in lines), "```"])
    if heading == EXPOSURE:
        return f"### {heading}\n\n{code}"
    return f"<details><summary>{heading}</summary>\n\n{code}\n\n</details>"


def drift(name: str, changes: Sequence[Change]) -> str:
    """Return the message about a host whose resources differ from the inventory."""
    count = f"{len(changes)} resource{'s are' if len(changes) > 1 else ' is'}"
    return "\n".join(
        [
            f"{name} has drifted: {count} not as the inventory says.",
            *(line.text for line in resource_lines(changes)),
            "Run site.yml to repair it, change the inventory to keep it, or name it in drift_ignore.",
        ]
    )

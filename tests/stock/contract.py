"""What this collection asks of each module, step by step, and where a stock module falls short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.stock.bench import Bench, Ran
from tests.stock.cases import Call, Case, filled

# in the order of the steps; each has the title of its column
STEPS = {
    "preview": "preview on nothing",
    "create": "create",
    "tagged": "tags at creation",
    "settled": "preview after",
    "again": "second run",
    "named": "drift seen",
    "repaired": "drift repaired",
    "removal_preview": "preview of removal",
    "remove": "remove",
    "remove_again": "remove again",
    "lost_reply": "lost reply",
}
Findings = dict[str, str]


def falls_short(case: Case, bench: Bench) -> Findings:
    """Take a module through its life.

    :returns: by step, why it falls short; only those that do.
    """
    life = Life(case, bench)
    found: Findings = {}
    for step, reason in life.steps():
        if reason and step not in found:
            found[step] = " ".join(reason.split())
    return found


def without_writes(ran: Ran, changed: bool) -> str:
    """Return what is wrong with a run that must write nothing; empty when it says rightly whether something changes."""
    if ran.trouble or ran.writes:
        return ran.trouble or f"writes {', '.join(ran.writes)}"
    return "" if ran.changed == changed else f"says changed={str(ran.changed).lower()}"


def untagged(arguments: Mapping[str, Any], ran: Ran) -> str:
    """Return why a new resource has no tags in its first moment; empty when it has."""
    if "tags" not in arguments:
        return "no option for tags"
    later = [write for write in ran.writes if "Tag" in write]
    return f"sets them only later: {', '.join(later)}" if later else ""


class Life:
    """One module with one set of arguments, from its first preview to its removal."""

    def __init__(self, case: Case, bench: Bench) -> None:
        self._case = case
        self._bench = bench
        self._begin()

    def _begin(self) -> None:
        """Begin with an account that has only what the case needs."""
        self._names = self._bench.prepare(self._case.given)
        self._wanted = {**filled(self._case.arguments, self._names), "state": "present"}

    def steps(self) -> Iterator[tuple[str, str]]:
        """Yield each step with what is wrong with it; empty when nothing is."""
        yield "preview", without_writes(self._run(self._wanted, check=True), changed=True)
        yield from self._creation()
        yield "settled", without_writes(self._run(self._wanted, check=True), changed=False)
        yield "again", without_writes(self._run(self._wanted), changed=False)
        for option, value in self._case.others.items():
            yield from self._drift(option, lambda option=option, value=value: self._set(option, value))
        for what, call in self._case.meddled.items():
            yield from self._drift(what, lambda call=call: self._meddle(call))
        yield from self._removal()
        yield "lost_reply", self._lose_a_reply()

    def _run(self, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        return self._bench.run(self._case.module, arguments, check, lose)

    def _read(self) -> list[Any]:
        """Return what AWS says: all such resources, and the properties of the first one; empty without any."""
        first, *properties = self._case.read
        there = self._bench.read(first, self._names)
        if not there:
            return []
        names = self._names_of_it()
        return [there, *(self._bench.read(call, names) for call in properties)]

    def _names_of_it(self) -> dict[str, str]:
        """Return what is known by name, the resource included, if there is one."""
        return {**self._names, "it": str((self._bench.read(self._case.read[0], self._names) or [""])[0])}

    def _creation(self) -> Iterator[tuple[str, str]]:
        ran = self._run(self._wanted)
        if ran.trouble or not self._read():
            yield "create", ran.trouble or "nothing is there"
        else:
            yield "create", "" if ran.changed else "says changed=false"
        yield "tagged", "" if self._case.untaggable else untagged(self._wanted, ran)

    def _set(self, option: str, value: Any) -> None:
        """Change a property as somebody else would who uses the module."""
        self._run({**self._wanted, option: filled(value, self._names)})

    def _meddle(self, call: Call) -> None:
        """Change a property that the module has no option for."""
        self._bench.read(call, self._names_of_it())

    def _drift(self, what: str, change: Callable[[], None]) -> Iterator[tuple[str, str]]:
        """Let a property be another one, as somebody else would, and look for it, and put it right."""
        as_wanted = self._read()
        change()
        drifted = self._read()
        if drifted == as_wanted:
            yield "named", f"{what}: cannot be changed"
            return
        named = without_writes(self._run(self._wanted, check=True), changed=True)
        yield "named", named and f"{what}: {named}"
        ran = self._run(self._wanted)
        wrong = ran.trouble or ("" if self._read() == as_wanted else "stays as it was")
        yield "repaired", wrong and f"{what}: {wrong}"

    def _removal(self) -> Iterator[tuple[str, str]]:
        there = self._read()
        unwanted = {**filled(self._case.absent, self._names_of_it()), "state": "absent"}
        previewed = without_writes(self._run(unwanted, check=True), changed=True)
        yield "removal_preview", previewed or ("" if self._read() == there else "removes")
        ran = self._run(unwanted)
        yield "remove", ran.trouble or ("still there" if self._read() else "")
        yield "remove_again", without_writes(self._run(unwanted), changed=False)

    def _lose_a_reply(self) -> str:
        """Lose the reply to the creation, and run again: there must be one resource, as wanted, and nothing to do."""
        self._begin()
        self._run(self._wanted, lose=True)
        again = self._run(self._wanted)
        if again.trouble:
            return f"run again: {again.trouble}"
        number = len(self._bench.read(self._case.count or self._case.read[0], self._names) or ())
        if number != 1:
            return f"{number} are there"
        return without_writes(self._run(self._wanted, check=True), changed=False)

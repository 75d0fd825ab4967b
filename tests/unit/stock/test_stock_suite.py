"""What the suite of stock modules makes of what a module does; the module is an imagined one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.stock import __main__ as suite
from tests.stock import cases, contract, page
from tests.stock.bench import Ran

READ = [cases.Call("logs", "describe_log_groups"), cases.Call("logs", "list_tags_for_resource")]
CASE = cases.Case(
    "imagined", "some.where.imagined", {"size": 1, "tags": {}}, {"name": "x"}, READ, "none", others={"size": 2}
)

MEDDLING = cases.Call("logs", "put_something")


class Imagined:
    """A module that does all right, and the account in which it runs."""

    def __init__(self) -> None:
        self.there: list[dict[str, Any]] = []

    def prepare(self, given: Mapping[str, cases.Call]) -> dict[str, str]:
        self.there = []
        return {}

    def read(self, call: cases.Call, names: Mapping[str, str]) -> Any:
        if call is MEDDLING:
            self.there = [{**one, "hidden": True} for one in self.there]
        return ["x" for _one in self.there] or None if call is READ[0] else [dict(one) for one in self.there]

    def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        wanted = [] if arguments["state"] == "absent" else [{"size": arguments["size"]}]
        changed = self.there != wanted
        if changed and not check:
            self.there = wanted
        return Ran({"changed": changed}, ("Put",) if changed and not check else ())


class WritesInCheckMode(Imagined):
    def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        return super().run(module, arguments)


class HasNoCheckMode(Imagined):
    def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        return Ran({"skipped": True}, ()) if check else super().run(module, arguments)


class NeverSettles(Imagined):
    def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        super().run(module, arguments, check)
        return Ran({"changed": True}, () if check else ("Put",))


class SeesNoDrift(Imagined):
    def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        if self.there and arguments["state"] == "present" and arguments["size"] == 1:
            return Ran({"changed": False}, ())
        return super().run(module, arguments, check)


class Stays(Imagined):
    def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
        if arguments["state"] == "absent" and not check:
            return Ran({"changed": True}, ("Delete",))
        return super().run(module, arguments, check)


@pytest.mark.parametrize(
    ("account", "short"),
    [
        (Imagined, set()),
        (WritesInCheckMode, {"preview", "create", "named", "removal_preview"}),
        (HasNoCheckMode, {"preview", "settled", "named", "removal_preview", "lost_reply"}),
        (NeverSettles, {"settled", "again", "remove_again", "lost_reply"}),
        (SeesNoDrift, {"named", "repaired"}),
        (Stays, {"remove", "remove_again"}),
    ],
)
def test_where_modules_fall_short(account: Callable[[], Any], short: set[str]) -> None:
    assert set(contract.falls_short(CASE, account())) == short


def test_two_of_a_kind_after_a_lost_reply() -> None:
    class Doubles(Imagined):
        def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
            if len(self.there) == 2 and arguments["state"] == "present":
                return Ran({"changed": False}, ())
            ran = super().run(module, arguments, check)
            self.there = self.there * 2 if lose else self.there
            return ran

    assert contract.falls_short(CASE, Doubles()) == {"lost_reply": "2 are there"}


def test_what_others_change_that_the_module_knows_nothing_of() -> None:
    meddled = dataclasses.replace(CASE, meddled={"hidden": MEDDLING})
    assert contract.falls_short(meddled, Imagined()) == {}

    class Ignores(Imagined):
        def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
            if arguments["state"] == "present" and any("hidden" in one for one in self.there):
                return Ran({"changed": False}, ())
            return super().run(module, arguments, check)

    assert contract.falls_short(meddled, Ignores()) == {
        "named": "hidden: says changed=false",
        "repaired": "hidden: stays as it was",
    }


def test_tags_from_the_first_moment_on() -> None:
    without = dataclasses.replace(CASE, arguments={"size": 1})
    assert contract.falls_short(without, Imagined()) == {"tagged": "no option for tags"}
    assert contract.falls_short(dataclasses.replace(without, untaggable=True), Imagined()) == {}

    class TagsLater(Imagined):
        def run(self, module: str, arguments: Mapping[str, Any], check: bool = False, lose: bool = False) -> Ran:
            ran = super().run(module, arguments, check)
            return Ran(ran.result, (*ran.writes, "TagResource") if ran.writes else ())

    assert contract.falls_short(CASE, TagsLater()) == {"tagged": "sets them only later: TagResource"}


def test_what_is_known_is_no_surprise_and_what_is_mended_is_one() -> None:
    known = cases.Case("imagined", "some.where.imagined", {}, {}, READ, "none", known={"preview": "no check mode"})
    assert list(suite.surprises(known, {"preview": "skipped: no check mode"})) == []
    assert list(suite.surprises(known, {})) == [
        "imagined: preview on nothing: is right now, but was known for: no check mode"
    ]
    assert list(suite.surprises(CASE, {"create": "failed: no"})) == ["imagined: create: failed: no"]


def test_the_page_says_of_each_step_whether_it_is_right() -> None:
    releases = {"ansible-core": "2.19.14", "some.where": "1.2.3"}
    text = page.markdown([CASE], [(releases, {"imagined": {"again": "writes Put"}})])
    assert "## ansible-core 2.19.14, some.where 1.2.3" in text
    assert f"| some.where 1.2.3 imagined | {' | '.join(['yes'] * 4)} | **no** | {' | '.join(['yes'] * 6)} |" in text
    assert "- imagined, second run: writes Put" in text


def test_every_case_names_steps_of_the_contract() -> None:
    for case in cases.load():
        assert set(case.known) <= set(contract.STEPS)
        assert case.use
        assert set(case.others) <= set(case.arguments)


def test_names_are_filled_in_at_any_depth() -> None:
    assert cases.filled({"a": ["$x", {"b": "to-$x"}], "c": 1, "d": "$y"}, {"x": "1"}) == {
        "a": ["1", {"b": "to-1"}],
        "c": 1,
        "d": "$y",
    }

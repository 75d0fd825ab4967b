"""What follows from the rows of a table: argument spec, description, what is wanted, created, sent and refused."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError, checked
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, SEVERAL, Chosen, Field
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long

CHECK = {"path": Field(aws="Path"), "interval": Field("int", "Interval", default=30)}
ROWS = {
    "arn": Field(read="Arn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="Name", required=True, rule=partial(too_long, longest=5)),
    "vpc_id": Field(aws="VpcId", read=lambda item: item["Vpc"]["Id"], fixed=True, new=Chosen("vpc")),
    "subnets": Field("list", "SubnetIds", read="Subnets", normal=sorted, new=[], unset=[]),
    "port": Field("int", "Port", limits=(1, 65535), new=80),
    "mode": Field(aws="Mode", choices=("one", "two"), no_log=False, aliases=("kind",)),
    "check": Field("dict", SEVERAL, read="Check", rows=CHECK, merge=True, new={"path": "/"}, write=dict),
    "status": Field(read="Status", assigned=True, shown_only=True),
    "force": Field("bool", default=False),
}
NOTHING: dict[str, Any] = dict.fromkeys(name for name, row in ROWS.items() if not row.assigned)
ITEM = {
    "Arn": "arn:1",
    "Name": "x",
    "Vpc": {"Id": "vpc-1"},
    "Subnets": ["b", "a"],
    "Port": 80,
    "Check": {"Path": "/"},
    "Status": "on",
}


def test_the_argument_spec_has_the_options_and_nothing_else() -> None:
    check = {"path": {"type": "str"}, "interval": {"type": "int", "default": 30}}
    assert fields.argument_spec(ROWS) == {
        "name": {"type": "str", "required": True},
        "vpc_id": {"type": "str"},
        "subnets": {"type": "list", "elements": "str"},
        "port": {"type": "int"},
        "mode": {"type": "str", "choices": ["one", "two"], "no_log": False, "aliases": ["kind"]},
        "check": {"type": "dict", "options": check},
        "force": {"type": "bool", "default": False},
    }
    assert Field("list", rows=CHECK).spec() == {"type": "list", "elements": "dict", "options": check}


def test_a_description_has_all_that_aws_shows() -> None:
    assert fields.described(ROWS, ITEM) == {
        "arn": "arn:1",
        "name": "x",
        "vpc_id": "vpc-1",
        "subnets": ["b", "a"],
        "port": 80,
        "mode": None,
        "check": {"path": "/", "interval": None},
        "status": "on",
    }
    assert fields.described(ROWS, {key: ITEM[key] for key in ("Arn", "Vpc")})["subnets"] == []


def test_rows_inside_of_a_row_say_how_its_dicts_are_described_and_written() -> None:
    rows = {
        "check": Field("dict", "Check", rows=CHECK, unset={}),
        "checks": Field("list", "Checks", rows=CHECK),
        "log": Field("dict", "Log", rows={"driver": Field()}),
    }
    ours = {"check": {"path": "/", "interval": 5}, "checks": [{"path": "/x", "interval": None}], "log": {"a": "b"}}
    theirs = {"Check": {"Path": "/", "Interval": 5}, "Checks": [{"Path": "/x"}], "Log": {"a": "b"}}
    assert fields.described(rows, theirs) == ours
    assert fields.params(rows, ours, rows) == theirs
    nothing = {"path": None, "interval": None}
    assert fields.described(rows, {}) == {"check": nothing, "checks": None, "log": None}


def test_what_is_inside_of_other_members() -> None:
    rows = {"code": Field(aws="State.Code", always=True), "reason": Field(aws="State.Reason.Text", unset="")}
    ours, theirs = {"code": "on", "reason": "x"}, {"State": {"Code": "on", "Reason": {"Text": "x"}}}
    assert fields.described(rows, theirs) == ours
    assert fields.params(rows, ours, rows) == theirs
    assert fields.described(rows, {"State": {"Code": "on"}}) == {"code": "on", "reason": ""}
    with pytest.raises(AwsError, match="AWS's reply lacks Code"):
        fields.described(rows, checked({"State": {"Reason": {}}}, "Describe", "x"))


def test_rows_inside_of_a_row_may_stand_beside_its_own() -> None:
    rows = {"check": Field("dict", SEVERAL, rows={**CHECK, "port": Field("int", "Port", new=80)}, merge=True)}
    theirs = {"Path": "/", "Interval": 5, "Port": 81}
    ours = {"check": {"path": "/", "interval": 5, "port": 81}}
    assert fields.described(rows, theirs) == ours
    assert fields.params(rows, ours, rows) == theirs
    assert fields.created(rows, {"check": {"path": "/x"}})["check"] == {"path": "/x", "interval": None, "port": 80}
    assert fields.created(rows, {"check": None})["check"] == {"path": None, "interval": None, "port": 80}


def test_what_only_the_module_uses_is_not_described() -> None:
    rows = {"check": Field("dict", rows=CHECK), "force": Field("bool"), "more": Field("dict", SEVERAL, write=dict)}
    assert fields.described(rows, {"Path": "/"}) == fields.wanted(rows, {"check": {"path": "/"}}) == {}


def test_what_a_module_makes_of_its_options_is_no_option() -> None:
    rows = {
        "one": Field(),
        "type": Field(aws="Type", made=lambda options: options["one"], rule=too_long, normal=str.upper),
    }
    assert list(fields.argument_spec(rows)) == ["one"]
    assert fields.wanted(rows, {"one": "a"}) == {"type": "A"}
    assert fields.wanted(rows, {"one": None}) == {"type": None}
    assert fields.params(rows, {"type": "A"}, rows) == {"Type": "A"}
    assert fields.refusals(rows, {"one": "a"}) == []


def test_a_list_in_any_order_is_read_sorted() -> None:
    read = fields.sorted_texts("Vpc.Subnets")
    assert read({"Vpc": {"Subnets": ["b", "a"]}}) == ["a", "b"]
    assert read({"Vpc": {"Subnets": None}}) == read({}) == []


def test_a_request_leaves_out_what_aws_only_shows() -> None:
    rows = {"name": Field(aws="Name"), "state": Field(read="State"), "arn": Field(aws="Arn", assigned=True)}
    assert fields.all_params(rows, {"name": "x", "state": "on", "arn": "arn:1"}) == {"Name": "x"}


def test_options_of_something_beside_are_options_and_not_described() -> None:
    rows = fields.options_of(ROWS)
    assert fields.argument_spec(rows) == fields.argument_spec(ROWS)
    assert fields.described(rows, ITEM) == fields.wanted(rows, NOTHING) == {}
    assert fields.refusals(rows, {**NOTHING, "port": 0}) == fields.refusals(ROWS, {**NOTHING, "port": 0}) != []


def test_what_aws_always_shows_is_missed() -> None:
    reply = checked({key: value for key, value in ITEM.items() if key != "Arn"}, "Describe", "x")
    # with what further requests have told, too
    for found in (reply, reply.also(More=1)):
        with pytest.raises(AwsError, match="AWS's reply lacks Arn"):
            fields.described(ROWS, found)
    assert reply.also(Arn="arn:1", More=1)["More"] == 1


def test_what_is_wanted_can_be_compared() -> None:
    asked = {**NOTHING, "subnets": ["b", "a"], "port": 81, "check": {"interval": 5, "path": None}, "force": True}
    assert fields.wanted(ROWS, asked) == {
        "name": None,
        "vpc_id": None,
        "subnets": ["a", "b"],
        "port": 81,
        "mode": None,
        "check": {"interval": 5},
    }


def test_what_is_new_has_aws_s_own_values_where_nothing_is_asked() -> None:
    assert fields.created(ROWS, {"name": "x", "check": {"interval": 5}}) == {
        "arn": UNKNOWN,
        "name": "x",
        "vpc_id": f"vpc-{UNKNOWN}",
        "subnets": [],
        "port": 80,
        "mode": None,
        "check": {"path": "/", "interval": 5},
        "status": None,
    }


def test_a_request_sends_what_is_set() -> None:
    values = {"name": "x", "subnets": [], "port": None, "check": {"Path": "/x", "Interval": 5}}
    assert fields.params(ROWS, values, ["name", "subnets", "port", "check"]) == {
        "Name": "x",
        "SubnetIds": [],
        "Path": "/x",
        "Interval": 5,
    }
    assert fields.params(ROWS, values, ["name"]) == {"Name": "x"}
    assert fields.params({"on": Field(aws="On", write=str)}, {"on": True}, ["on"]) == {"On": "True"}


def test_what_is_fixed_and_what_is_no_setting() -> None:
    assert fields.fixed(ROWS) == ["vpc_id"]
    assert fields.no_settings(ROWS) == ["status"]


TOO_LONG = "name 'longer' has 6 characters, AWS takes at most 5: shorten it."


@pytest.mark.parametrize(
    ("asked", "removal", "found"),
    [
        ({"name": "short", "port": 65535}, False, []),
        ({"name": "longer", "port": 0}, False, [TOO_LONG, "port 0 is out of range: set 1 to 65535."]),
        # its settings do not matter any more, its name does
        ({"name": "longer", "port": 0}, True, [TOO_LONG]),
        ({"name": f"sg-{UNKNOWN}"}, False, []),
    ],
)
def test_limits_and_rules_refuse(asked: dict[str, Any], removal: bool, found: list[str]) -> None:
    assert fields.refusals(ROWS, {**NOTHING, **asked}, removal) == found


def test_what_a_removal_needs_is_checked_too() -> None:
    rows = {"final_snapshot": Field(rule=partial(too_long, longest=5))}
    assert fields.refusals(rows, {"final_snapshot": "longer"}, removal=True) == [
        "final_snapshot 'longer' has 6 characters, AWS takes at most 5: shorten it."
    ]


def test_limits_and_rules_inside_of_a_dict_refuse() -> None:
    inner = Field("dict", rows={"port": Field("int", limits=(1, 9)), "name": Field(rule=partial(too_long, longest=5))})
    rows = {
        "check": Field("dict", "Check", rows={"inner": inner}),
        "free": Field("dict"),
        "list": Field("list", rows={}),
    }
    nothing = {"check": None, "free": {"a": 1}, "list": [{}]}
    assert fields.refusals(rows, nothing) == []
    assert fields.refusals(rows, {**nothing, "check": {"inner": {"port": 0, "name": None}}}) == [
        "check.inner.port 0 is out of range: set 1 to 9."
    ]
    wrong = {**nothing, "check": {"inner": {"port": None, "name": "longer"}}}
    assert fields.refusals(rows, wrong) == [f"check.inner.{TOO_LONG}"]
    assert fields.refusals(rows, wrong, removal=True) == []


def test_a_removal_does_not_mind_what_another_request_sets() -> None:
    assert fields.refusals({"x": Field(read="X", rule=partial(too_long, longest=1))}, {"x": "ab"}, removal=True) == []


def test_a_part_of_the_rows_describes_a_part() -> None:
    assert fields.described(fields.only(ROWS, "port", "name"), ITEM) == {"port": 80, "name": "x"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [('{"a": 1, "b": 2}', '{"b":2,"a":1}', True), ("[1]", "[2]", False), ("no", "no", True), ("{}", "{", False)],
)
def test_json_says_the_same_in_other_words(one: str, other: str, same: bool) -> None:
    assert fields.same_json(one, other) is same


def test_all_that_is_wrong_is_found_at_once() -> None:
    rows = {
        "one": Field("int", limits=(1, 9), rule=lambda option, value: [f"{option} {value} is odd."]),
        "two": Field(rule=partial(too_long, longest=5)),
    }
    assert fields.refusals(rows, {"one": 11, "two": "longer"}) == [
        "one 11 is out of range: set 1 to 9.",
        "one 11 is odd.",
        "two 'longer' has 6 characters, AWS takes at most 5: shorten it.",
    ]

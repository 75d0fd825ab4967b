"""Resources that tables describe: the requests of their creation, changes and removal, and how they are found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    UNKNOWN,
    Call,
    Later,
    NeedsReplacementError,
    path,
)

GONE = frozenset({"Gone"})
BUSY = frozenset({"Busy"})
WHICH = {"ThingArn": "arn"}
FIELDS: Rows = {
    "arn": Field(read="Arn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="Name", required=True),
    "zone": Field(aws="Zone", fixed=True, new="a"),
    "size": Field("int", "Size", new=1),
    "speed": Field("int", "Speed", new=10),
    "limits": Field("dict", "Limits", merge=True, later=True, new={"low": 0}),
    "key": Field(aws="Key", new="", unset=""),
    "logs": Field("dict", "Logs", merge=True, whole=True),
}


class Thing(PlainResource):
    service = "things"
    kind = "thing"
    aws_type = "AWS::Things::Thing"
    result_key = "thing"
    tagging = tags.RDS
    fields = FIELDS
    read = Read("describe_things", "Things", "Names", several=True, gone=GONE)
    create = Write("create_thing", binds={"arn": path("Arn")}, done_if=GONE, retry_if=BUSY)
    changes = (
        Write("size_thing", WHICH, ("size", "speed"), whole=True),
        Write("limit_thing", WHICH, ("limits",), retry_if=BUSY),
        Write("log_thing", WHICH, ("logs",)),
        Write("set_key", WHICH, ("key",), clear="drop_key", done_if=GONE),
    )
    remove = Write("delete_thing", WHICH, done_if=GONE, retry_if=BUSY)
    remedy = "Make another one."


class Api:
    """Answers with what it was given, and notes what it was asked."""

    def __init__(self, item: Any = None, its_tags: Any = None) -> None:
        self.item, self.its_tags = item, its_tags
        self.asked: list[tuple[Any, ...]] = []

    def find(self, *how: Any, **params: Any) -> Any:
        self.asked.append((*how, params))
        return self.item

    def get(self, *how: Any, **params: Any) -> Any:
        self.asked.append((*how, params))
        return self.its_tags if "ResourceName" in params else self.item

    pages = find


def thing(api: Any = None, **options: Any) -> Thing:
    nothing = dict.fromkeys(name for name, row in FIELDS.items() if not row.assigned)
    common = {"state": "present", "tags": None, "purge_tags": True}
    return Thing(api or Api(), {**nothing, **common, "name": "one", **options})


CURRENT = {
    "arn": "arn:1",
    "name": "one",
    "zone": "a",
    "size": 1,
    "speed": 10,
    "limits": {"low": 0, "high": 9},
    "key": "",
    "logs": {"to": "x", "more": True},
    "tags": {"A": "1"},
}


def requests(plan: Any) -> list[tuple[str, Mapping[str, Any]]]:
    return [(step.operation, step.params) for step in plan.steps]


def test_one_that_is_not_there_is_created_with_its_tags() -> None:
    plan = thing(size=2, key="", tags={"A": "1"}).plan(None)
    sent = {"Name": "one", "Size": 2, "Tags": [{"Key": "A", "Value": "1"}]}
    assert plan.steps == [Call("create_thing", sent, "one", binds=Thing.create.binds, done_if=GONE, retry_if=BUSY)]
    assert plan.before is None
    assert plan.after == {
        "arn": UNKNOWN,
        "name": "one",
        "zone": "a",
        "size": 2,
        "speed": 10,
        "limits": {"low": 0},
        "key": "",
        "logs": None,
        "tags": {"A": "1"},
    }


def test_what_the_creation_does_not_take_is_set_afterwards() -> None:
    plan = thing(limits={"high": 5, "low": None}).plan(None)
    assert requests(plan) == [
        ("create_thing", {"Name": "one"}),
        ("limit_thing", {"ThingArn": Later("arn"), "Limits": {"low": 0, "high": 5}}),
    ]
    assert plan.after is not None
    assert plan.after["limits"] == {"low": 0, "high": 5}


def test_nothing_is_sent_when_nothing_differs() -> None:
    asked = {"zone": "a", "size": 1, "speed": None, "limits": {"high": 9}, "key": "", "tags": {"A": "1"}}
    plan = thing(**asked).plan(CURRENT)
    assert plan.steps == []
    assert plan.before == plan.after == CURRENT


@pytest.mark.parametrize(
    ("asked", "sent", "after"),
    [
        ({"size": 2}, [("size_thing", {"ThingArn": "arn:1", "Size": 2, "Speed": 10})], {"size": 2}),
        (
            {"limits": {"low": 1, "high": 9}},
            [("limit_thing", {"ThingArn": "arn:1", "Limits": {"low": 1}})],
            {"limits": {"low": 1, "high": 9}},
        ),
        (
            {"logs": {"to": "y"}},
            [("log_thing", {"ThingArn": "arn:1", "Logs": {"to": "y", "more": True}})],
            {"logs": {"to": "y", "more": True}},
        ),
        ({"key": "k"}, [("set_key", {"ThingArn": "arn:1", "Key": "k"})], {"key": "k"}),
        (
            {"tags": {"B": "2"}},
            [
                ("add_tags_to_resource", {"ResourceName": "arn:1", "Tags": [{"Key": "B", "Value": "2"}]}),
                ("remove_tags_from_resource", {"ResourceName": "arn:1", "TagKeys": ["A"]}),
            ],
            {"tags": {"B": "2"}},
        ),
        ({"tags": {"B": "2"}, "purge_tags": False, "key": ""}, None, {"tags": {"A": "1", "B": "2"}}),
    ],
)
def test_only_what_differs_is_sent(asked: Any, sent: Any, after: dict[str, Any]) -> None:
    plan = thing(**asked).plan(CURRENT)
    assert sent is None or requests(plan) == sent
    assert {getattr(step, "subject", "") for step in plan.steps} == {"one"}
    assert plan.before == CURRENT
    assert plan.after == {**CURRENT, **after}


def test_what_says_the_same_is_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = Field(aws="Zone", fixed=True, same=lambda now, then: now.lower() == then.lower())
    monkeypatch.setattr(Thing, "fields", {**FIELDS, "zone": zone})
    plan = thing(zone="A", size=2).plan(CURRENT)
    assert plan.after == {**CURRENT, "size": 2}
    with pytest.raises(NeedsReplacementError):
        thing(zone="B").plan(CURRENT)


def test_a_creation_that_overwrites_leaves_out_what_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    put = Write("put_thing", {"Name": "name"}, ("size", "key", "logs"), whole=True)
    monkeypatch.setattr(Thing, "create", Write("put_thing"))
    monkeypatch.setattr(Thing, "changes", (put,))
    current = {**CURRENT, "key": "k", "logs": {"to": "x"}}
    assert requests(thing(key="").plan(current)) == [("put_thing", {"Name": "one", "Size": 1, "Logs": {"to": "x"}})]
    # a request that only changes says what is to be empty
    monkeypatch.setattr(Thing, "create", Write("create_thing"))
    assert requests(thing(key="").plan(current))[0][1]["Key"] == ""


def test_a_request_may_take_a_list_of_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thing, "remove", Write("delete_things", {"Names": "name"}, several=True))
    assert requests(thing(state="absent").plan(CURRENT)) == [("delete_things", {"Names": ["one"]})]


def test_an_empty_value_is_taken_back() -> None:
    plan = thing(key="").plan({**CURRENT, "key": "k"})
    assert plan.steps == [Call("drop_key", {"ThingArn": "arn:1"}, "one", done_if=GONE)]
    assert [step.retry_if for step in thing(limits={"low": 1}).plan(CURRENT).steps if isinstance(step, Call)] == [BUSY]


def test_what_stands_for_done_when_it_is_taken_back_does_not_when_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    (step,) = thing(key="k").plan(CURRENT).steps
    assert isinstance(step, Call)
    assert (step.operation, step.done_if) == ("set_key", frozenset())
    monkeypatch.setattr(Thing, "changes", (Write("set_size", sends=("size",), called={"Size": "To"}, done_if=GONE),))
    assert thing(size=2).plan(CURRENT).steps == [Call("set_size", {"To": 2}, "one", done_if=GONE)]


def test_what_is_fixed_is_never_changed() -> None:
    with pytest.raises(NeedsReplacementError) as error:
        thing(zone="b").plan(CURRENT)
    assert error.value.fields == {"zone": ("a", "b")}
    assert error.value.remedy == "Make another one."


def test_it_is_removed_once() -> None:
    plan = thing(state="absent").plan(CURRENT)
    assert plan.steps == [Call("delete_thing", {"ThingArn": "arn:1"}, "one", done_if=GONE, retry_if=BUSY)]
    assert plan.before == CURRENT
    assert plan.after is None
    assert thing(state="absent").plan(None).steps == ()


ITEM = {
    "Arn": "arn:1",
    "Name": "one",
    "Zone": "a",
    "Size": 1,
    "Speed": 10,
    "Limits": {"low": 0, "high": 9},
    "Logs": {"to": "x", "more": True},
}


def test_it_is_described_with_its_tags() -> None:
    api = Api(ITEM, {"TagList": [{"Key": "A", "Value": "1"}, {"Key": "aws:x", "Value": "2"}]})
    assert thing(api).describe() == CURRENT
    assert api.asked == [
        ("describe_things", "Things", GONE, {"Names": ["one"]}),
        ("list_tags_for_resource", GONE, {"ResourceName": "arn:1"}),
    ]


def test_tags_may_be_a_part_of_the_description(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thing, "tagging", tags.ECS)
    api = Api({**ITEM, "tags": [{"key": "A", "value": "1"}, {"key": "aws:x", "value": "2"}]})
    assert thing(api).describe() == CURRENT
    assert len(api.asked) == 1


@pytest.mark.parametrize("api", [Api(), Api(ITEM)], ids=["not there", "gone before its tags are read"])
def test_what_is_gone_is_not_described(api: Api) -> None:
    assert thing(api).describe() is None


def test_what_only_a_preview_names_is_not_looked_for() -> None:
    api = Api(ITEM)
    assert thing(api, name=f"x-{UNKNOWN}").describe() is None
    assert api.asked == []


def test_other_ways_to_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thing, "read", Read("get_thing", "", "Name", gone=GONE, more={"Deep": True}))
    api = Api(ITEM)
    assert thing(api).find() == ITEM
    assert api.asked == [("get_thing", GONE, {"Name": "one", "Deep": True})]
    monkeypatch.setattr(Thing, "read", Read("get_thing", "Thing", "Name", alone=True, gone=GONE))
    assert thing(Api({"Thing": ITEM})).find() == ITEM
    assert thing(Api()).find() is None
    monkeypatch.setattr(Thing, "read", Read("list_things", "Things", "Prefix", match="Name"))
    api = Api([{"Name": "one-more"}, ITEM])
    assert thing(api).find() == ITEM
    assert api.asked == [("list_things", "Things", {"Prefix": "one"})]
    assert thing(Api([{"Name": "one-more"}])).find() is None

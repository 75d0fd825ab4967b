"""The changes of each resource, found by comparing before and after."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import (
    Part,
    compare,
    made_anew,
    replaced,
    settings,
)

KIND = "AWS::EC2::Subnet"


def part(name: str, **properties: Any) -> Part:
    return Part(KIND, name, properties)


def test_each_resource_is_told_by_type_and_name() -> None:
    before = [part("gone", size=1), part("kept", size=1), part("changed", size=1)]
    after = [part("new", size=1), part("kept", size=1), part("changed", size=2)]
    assert compare(before, after) == [
        {
            "action": "update",
            "type": KIND,
            "name": "changed",
            "fields": [{"field": "size", "before": 1, "after": 2}],
        },
        {"action": "remove", "type": KIND, "name": "gone", "fields": [{"field": "size", "before": 1, "after": None}]},
        {"action": "create", "type": KIND, "name": "new", "fields": [{"field": "size", "before": None, "after": 1}]},
    ]


def test_a_key_tells_resources_apart_whose_names_change_or_repeat() -> None:
    before = [Part(KIND, "old", {"size": 1}, key="a"), Part(KIND, "twice", {"size": 1}, key="b")]
    after = [Part(KIND, "new", {"size": 2}, key="a"), Part(KIND, "twice", {"size": 1}, key="c")]
    assert [(change["action"], change["name"]) for change in compare(before, after)] == [
        ("update", "new"),
        ("remove", "twice"),
        ("create", "twice"),
    ]


def test_a_resource_without_properties_is_created_all_the_same() -> None:
    assert [change["action"] for change in compare([], [part("new")])] == ["create"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("a.c", 2, 3)]),
        ({"tags": {"x": "1"}}, {"tags": {}}, [("tags.x", "1", None)]),
        ({"a": [1, 2]}, {"a": [2, 3]}, [("a", [1], [3])]),
        ({"a": [1, 1]}, {"a": [1]}, [("a", [1], [])]),
        ({"a": [{"p": 1}]}, {"a": [{"p": 1}, {"p": 2}]}, [("a", [], [{"p": 2}])]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("a", [1, 2], [2, 1])]),
        ({"a": None}, {"a": {"b": 1}}, [("a", None, {"b": 1})]),
        ({"a": 1}, {"a": [1]}, [("a", 1, [1])]),
    ],
)
def test_fields_are_named_with_both_values(old: Any, new: Any, expected: list[Any]) -> None:
    changes = compare([part("s", **old)], [part("s", **new)])
    found = [(item["field"], item["before"], item["after"]) for change in changes for item in change["fields"]]
    assert found == expected


def test_a_replacement_has_a_reason() -> None:
    assert replaced(part("s"), {"zone": ("a", "b")}, "Remove it first.") == {
        "action": "replace",
        "type": KIND,
        "name": "s",
        "fields": [{"field": "zone", "before": "a", "after": "b"}],
        "reason": "Remove it first.",
    }


def test_what_is_made_anew_is_one_change_and_what_comes_or_goes_with_it() -> None:
    before = [part("s", zone="a", size=1), part("kept", zone="a"), part("gone")]
    after = [part("s", zone="b", size=2), part("kept", zone="b"), part("new")]
    whole, *others = made_anew(before, after, {"zone": ("a", "b")}, "As asked.")
    assert (whole["action"], whole["name"], whole["reason"]) == ("replace", "s", "As asked.")
    assert [(item["field"], item["after"]) for item in whole["fields"]] == [("zone", "b"), ("size", 2)]
    assert [(item["action"], item["name"]) for item in others] == [("remove", "gone"), ("create", "new")]


def test_settings_are_without_what_aws_assigns() -> None:
    assert settings({"arn": "x", "size": 1}, "arn") == {"size": 1}

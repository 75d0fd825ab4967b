"""Tags between Ansible's shape and AWS's."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call


def test_a_dict_becomes_a_sorted_list_with_the_services_keys() -> None:
    assert tags.to_list({"b": "2", "a": "1"}) == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert tags.to_list({"a": "1"}, "key", "value") == [{"key": "a", "value": "1"}]
    assert tags.to_list(None) == []


def test_a_list_becomes_a_dict_without_awss_own_tags() -> None:
    pairs = [{"Key": "a", "Value": "1"}, {"Key": "aws:cloudformation:stack-name", "Value": "x"}, {"Key": "empty"}]
    assert tags.from_list(pairs) == {"a": "1", "empty": ""}
    assert tags.from_list([{"key": "a", "value": "1"}], "key", "value") == {"a": "1"}
    assert tags.from_list(None) == {}


def test_only_what_differs_is_set_or_removed() -> None:
    current = {"same": "1", "old": "1", "gone": "1"}
    desired = {"same": "1", "old": "2", "new": "3"}
    assert tags.changes(current, desired, purge=True) == ({"old": "2", "new": "3"}, ["gone"])
    assert tags.changes(current, desired, purge=False) == ({"old": "2", "new": "3"}, [])
    assert tags.changes(current, current, purge=True) == ({}, [])


def test_tags_that_others_set_are_left() -> None:
    current = {"auto:owner": "x", "Auto:owner": "x", "old": "1", "Mine": "1"}
    purge = tags.Purge(enabled=True, ignored=("auto:*", "Mine"))
    desired = {"Mine": "2"}
    assert tags.changes(current, desired, purge) == ({"Mine": "2"}, ["Auto:owner", "old"])
    assert tags.after(current, desired, purge) == {"auto:owner": "x", "Mine": "2"}
    assert tags.changes(current, desired, tags.Purge(enabled=False)) == ({"Mine": "2"}, [])


def test_tags_that_are_not_set_are_left_and_an_empty_dict_removes_all() -> None:
    assert tags.changes({"a": "1"}, None, purge=True) == ({}, [])
    assert tags.changes({"a": "1"}, {}, purge=True) == ({}, ["a"])
    assert tags.changes({"a": "1"}, {}, purge=False) == ({}, [])


def test_the_prediction_is_what_the_changes_lead_to() -> None:
    current = {"a": "1", "b": "1"}
    assert tags.after(current, None, purge=True) == current
    assert tags.after(current, {"b": "2"}, purge=True) == {"b": "2"}
    assert tags.after(current, {"b": "2"}, purge=False) == {"a": "1", "b": "2"}
    assert tags.after(current, None, purge=True) is not current


@pytest.mark.parametrize(
    ("tagging", "sent", "removed"),
    [
        (tags.ELBV2, {"Tags": [{"Key": "b", "Value": "2"}]}, {"TagKeys": ["a"]}),
        (tags.ECS, {"tags": [{"key": "b", "value": "2"}]}, {"tagKeys": ["a"]}),
        (tags.LOGS, {"tags": {"b": "2"}}, {"tagKeys": ["a"]}),
    ],
)
def test_each_service_gets_its_own_shape(tagging: tags.Tagging, sent: dict[str, Any], removed: dict[str, Any]) -> None:
    options = {"tags": {"b": "2"}, "purge_tags": True}
    steps = tags.steps(tagging, {"Which": "x"}, {"a": "1"}, options, "name", frozenset({"Busy"}))
    assert steps == [
        Call(tagging.tag, {"Which": "x", **sent}, "name", retry_if=frozenset({"Busy"})),
        Call(tagging.untag, {"Which": "x", **removed}, "name", retry_if=frozenset({"Busy"})),
    ]


def test_tags_that_are_right_need_no_request() -> None:
    assert tags.steps(tags.IAM, {}, {"a": "1"}, {"tags": {"a": "1"}, "purge_tags": True}, "name") == []

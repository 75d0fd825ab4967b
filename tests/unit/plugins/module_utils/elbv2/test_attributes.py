"""Attributes that AWS takes and gives as text."""

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import attributes


def test_values_become_awss_text() -> None:
    given = {"stickiness.enabled": False, "deletion_protection.enabled": True, "timeout": 30, "type": "lb_cookie"}
    assert attributes.as_texts(given) == {
        "stickiness.enabled": "false",
        "deletion_protection.enabled": "true",
        "timeout": "30",
        "type": "lb_cookie",
    }
    assert attributes.as_texts(None) == {}


def test_a_list_of_pairs_and_back() -> None:
    pairs = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert attributes.to_list({"b": "2", "a": "1"}) == pairs
    assert attributes.from_list(pairs) == {"a": "1", "b": "2"}
    assert attributes.from_list([]) == {}

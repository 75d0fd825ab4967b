"""Values on their way to AWS: sets, attributes as text."""

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import attributes
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different


def test_a_set_has_each_known_value_once() -> None:
    assert different(["b", "a", "b"]) == ["a", "b"]


def test_values_that_are_not_known_yet_are_not_the_same() -> None:
    later = "subnet-(known after apply)"
    assert different([later, "subnet-1", later]) == [later, later, "subnet-1"]


def test_attributes_are_text_and_what_has_no_value_is_not_set() -> None:
    given = {"a.enabled": False, "b.seconds": 30, "c.mode": "append", "d.prefix": None}
    assert attributes.as_texts(given) == {"a.enabled": "false", "b.seconds": "30", "c.mode": "append"}
    assert attributes.as_texts(None) == {}

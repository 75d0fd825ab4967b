"""Texts that nobody is to see: what is shown of them, and how they are compared."""

from __future__ import annotations

import copy
import json
import pickle

from ansible_collections.streamflix.content_api.plugins.module_utils.hidden import (
    NOT_SHOWN,
    Hidden,
    digested,
    order,
    revealed,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN, is_unknown

SECRET = "kI3hVq8sDn2xYp5cTz7wLm4r"


def test_it_is_shown_as_another_text() -> None:
    hidden = Hidden(SECRET, "(secret one)")
    shown = [str(hidden), f"{hidden}", repr([hidden]), json.dumps({"value": hidden}), f"{hidden!s:>20}"]
    assert not [text for text in shown if SECRET in text]
    assert json.loads(json.dumps([hidden, Hidden(SECRET)])) == ["(secret one)", NOT_SHOWN]


def test_it_is_compared_by_what_it_is() -> None:
    assert Hidden(SECRET) == Hidden(SECRET, "(secret one)")
    assert Hidden(SECRET) != Hidden("other")
    assert Hidden(SECRET) != NOT_SHOWN
    assert NOT_SHOWN not in [Hidden(SECRET)]
    assert len({Hidden(SECRET), Hidden(SECRET, "x"), Hidden("other"), NOT_SHOWN}) == 3


def test_a_copy_is_the_same() -> None:
    hidden = Hidden(SECRET, "(secret one)")
    for one in (copy.deepcopy(hidden), pickle.loads(pickle.dumps(hidden))):
        assert (one, str(one), revealed(one)) == (hidden, "(secret one)", SECRET)


def test_a_fingerprint_tells_texts_apart_and_not_what_they_are() -> None:
    one, other = (digested({"a": [Hidden(text)], "b": "plain"}) for text in (SECRET, "other"))
    assert one != other
    assert SECRET not in json.dumps(one)
    assert (one["b"], one["a"]) == ("plain", digested((Hidden(SECRET, "shown otherwise"),)))
    assert is_unknown(digested([Hidden(UNKNOWN, "(secret one)")]))


def test_they_are_sorted_among_themselves() -> None:
    texts = [Hidden("b"), "(a", Hidden("a"), "z"]
    assert list(map(revealed, sorted(texts, key=order))) == ["(a", "a", "b", "z"]

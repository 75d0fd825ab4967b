"""The options that keep modules from touching what is not the stack's."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.streamflix.content_api.plugins.filter.ownership import FilterModule, ownership

IDENTITY = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}


def test_three_tags_say_whose_it_is() -> None:
    assert FilterModule().filters() == {"ownership": ownership}
    assert ownership({**IDENTITY, "CostCenter": 42}) == {"owner_tags": IDENTITY, "adopt": False, "ignored_tags": []}


def test_without_these_all_tags_do() -> None:
    assert ownership({"Team": "media", "CostCenter": 42})["owner_tags"] == {"Team": "media", "CostCenter": "42"}


def test_what_else_the_modules_are_told() -> None:
    # the preflight reports what is no entry
    others = [{"key": "auto:*", "reason": "the scheduler"}, {"reason": "nothing"}, "auto:*"]
    told = ownership(IDENTITY, True, others)
    assert (told["adopt"], told["ignored_tags"]) == (True, ["auto:*"])


@pytest.mark.parametrize("tags", [{}, None, "", ["ManagedBy"]])
def test_without_any_tags_nothing_is_the_stacks(tags: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="set Application, Environment and ManagedBy"):
        ownership(tags)

"""What keeps a run from going on without its preflight, or from choosing nothing by its tags."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import start
from ansible_collections.streamflix.content_api.plugins.plugin_utils import order

TIERS = ["network", "aurora", "redis"]


@pytest.fixture(autouse=True)
def this_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this run have begun at a time of its own."""
    monkeypatch.setenv(start.VARIABLE, "17.5")


@pytest.mark.parametrize(
    ("variables", "stops"),
    [
        ({}, False),
        ({"stack_preflight_expected": True}, True),
        ({"stack_preflight_expected": True, "stack_preflight_passed": "17.5"}, False),
        # a fact of an earlier run, which a cache of facts has kept
        ({"stack_preflight_expected": True, "stack_preflight_passed": "3.0"}, True),
        ({"stack_preflight_passed": "3.0"}, False),
    ],
)
def test_the_preflight_has_to_be_of_this_run(variables: dict[str, Any], stops: bool) -> None:
    assert ("--start-at-task or --skip-tags" in order.left_out(variables)) is stops


def test_what_a_preflight_leaves_lets_its_run_go_on() -> None:
    assert order.left_out({"stack_preflight_expected": True, **order.passed()}) == ""


def test_a_tag_that_is_almost_another_one() -> None:
    assert order.misspelt("--tags", ["aurroa", "redis"], TIERS) == ["--tags has 'aurroa': did you mean aurora?"]
    assert order.misspelt("--skip-tags", ["netwrok"], TIERS) == ["--skip-tags has 'netwrok': did you mean network?"]
    assert order.misspelt("--tags", ["monitoring"], TIERS) == []


@pytest.mark.parametrize(
    ("asked", "skipped", "own", "known", "nothing"),
    [
        (["all"], [], ["always"], TIERS, False),
        (["all"], ["aurora"], ["always"], TIERS, False),
        (["all"], TIERS, ["always"], TIERS, True),
        (["aurora"], [], ["always"], TIERS, False),
        (["aurora"], ["aurora"], ["always"], TIERS, True),
        (["tagged", "aurora"], [], ["always"], TIERS, False),
        (["monitoring"], [], ["always"], TIERS, True),
        # the whole playbook was given a tag where it is imported
        (["platform"], [], ["always", "platform"], TIERS, False),
        (["always"], [], ["always"], TIERS, True),
        (["aurora"], [], ["always"], [], True),
        (["all"], ["aurora"], ["always"], [], False),
        (["untagged"], [], ["always"], [], False),
    ],
)
def test_tags_that_choose_nothing(
    asked: list[str], skipped: list[str], own: list[str], known: list[str], nothing: bool
) -> None:
    assert order.chooses_nothing(asked, skipped, own, known) is nothing

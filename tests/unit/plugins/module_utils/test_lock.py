"""Names of locks, and when a lock is to be renewed or given up."""

from __future__ import annotations

import re

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import holding, lock

TEMPLATE_NAME = re.compile(r"[a-zA-Z0-9()./_-]{3,128}")


def name(application: str, environment: str) -> str:
    return lock.name_of({"Application": application, "Environment": environment, "ManagedBy": "x", "Other": "y"})


def test_a_name_can_be_read() -> None:
    assert name("streamflix", "dev") == "streamflix-lock-streamflix-dev"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a-b", "c"), ("a", "b-c")),
        (("a b", "c"), ("a_b", "c")),
        (("a", "ä"), ("a", "ö")),
        (("a" * 200, "b"), ("a" * 200, "c")),
        (("a", "b" * 256), ("a", "b" * 255)),
    ],
)
def test_two_stacks_have_two_names_that_ec2_takes(one: tuple[str, str], other: tuple[str, str]) -> None:
    names = [name(*one), name(*other)]
    assert names[0] != names[1]
    assert all(TEMPLATE_NAME.fullmatch(each) for each in names)


def test_who_manages_a_stack_is_no_part_of_its_name() -> None:
    tags = {"Application": "a", "Environment": "b"}
    assert lock.name_of({**tags, "ManagedBy": "c"}) == lock.name_of(tags)


def held(renewed: float, expires_after: float = 1800) -> holding.Holding:
    return holding.Holding("lt-1", "lock", expires_after, 0.0, renewed)


@pytest.mark.parametrize(
    ("expires_after", "age", "writes", "due"),
    [
        (1800, 29, True, False),
        (1800, 30, True, True),
        (1800, 299, False, False),
        (1800, 300, False, True),
        (40, 9, True, False),
        (40, 10, True, True),
        (40, 10, False, True),
    ],
)
def test_when_it_is_renewed(expires_after: float, age: float, writes: bool, due: bool) -> None:
    assert held(100, expires_after).is_due(100 + age, writes) == due


@pytest.mark.parametrize(("expires_after", "last"), [(1800, 1500), (40, 30)])
def test_it_is_given_up_before_another_clock_may_take_it_for_expired(expires_after: float, last: float) -> None:
    assert not held(100, expires_after).is_over(100 + last - 1)
    assert held(100, expires_after).is_over(100 + last)


def test_without_a_lock_nobody_is_known_to_have_been_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(holding.VARIABLE, raising=False)
    assert holding.read() is None
    assert holding.seconds_ago() == float("inf")
    monkeypatch.setenv(holding.VARIABLE, "/nowhere/lock")
    assert holding.read() is None

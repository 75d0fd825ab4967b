"""Every variable with a limit stops the run at a value beyond it, before anything is written, all at once."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from emulator.modes import Modes
from tests.refusals import proof, table
from tests.support import server

GROUPS = table.groups()


@pytest.fixture(scope="module")
def journal_of_nothing(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give the file to which the requests to an account in which nothing is deployed are written."""
    return tmp_path_factory.mktemp("refusals") / "journal.jsonl"


@pytest.fixture(scope="module")
def empty_endpoint(journal_of_nothing: pathlib.Path) -> Iterator[str]:
    """Give the URL of an AWS in which nothing is deployed."""
    with server.running(Modes(journal=journal_of_nothing)) as url:
        yield url


def test_each_variable_has_a_bad_value_or_a_reason_why_there_is_none() -> None:
    bad = {name for group in GROUPS.values() for name in group}
    known = set(table.specs())
    assert sorted(known - bad - set(table.NO_LIMIT)) == []
    assert sorted((bad | set(table.NO_LIMIT)) - known) == []
    assert sorted(bad & set(table.NO_LIMIT)) == []


@pytest.mark.parametrize("group", GROUPS)
def test_bad_values_are_refused_together_before_anything_is_written(
    group: str, empty_endpoint: str, journal_of_nothing: pathlib.Path
) -> None:
    rows = proof.refusals(empty_endpoint, journal_of_nothing, group)
    assert [row for row in rows if not row.refused] == []

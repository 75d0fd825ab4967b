"""What make docs writes is what follows from modules and roles, and a file that is another is found and written."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator

import pytest

from tests.tools import docs, role_readmes

Files = Iterator[tuple[pathlib.Path, str | None]]
NEW, OLD, GONE, LATER = (pathlib.Path(f"roles/{name}/text") for name in ("new", "old", "gone", "later"))


def test_all_of_it_is_current_here() -> None:
    assert [str(path.relative_to(docs.ROOT)) for path, _text in docs.old()] == []
    assert role_readmes.disagreements(docs.ROOT) == []


@pytest.fixture
def tree(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Give a tree in which one file is missing, one is old, and one is too many."""
    for path in (OLD, GONE, LATER):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("before")
    (tmp_path / "roles" / "new").mkdir()

    def first(tree: pathlib.Path) -> Files:
        assert tree == tmp_path
        yield from ((NEW, "new"), (OLD, "after"), (GONE, None))

    def later(tree: pathlib.Path) -> Files:
        # what comes later may follow from what was written
        yield LATER, (tree / OLD).read_text()

    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "MAKERS", (first, later))
    monkeypatch.setattr(role_readmes, "undocumented", lambda _role: [])
    return tmp_path


def test_what_is_old_is_named_and_left(
    tree: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["docs", "--check"])
    assert docs.main() == 1
    assert capsys.readouterr().out.splitlines() == [f"{path} is old: make docs" for path in (NEW, OLD, GONE)]
    assert (tree / OLD).read_text() == "before"
    assert not (tree / NEW).exists()


def test_what_is_old_is_written(tree: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["docs"])
    assert docs.main() == 0
    assert [(tree / path).read_text() for path in (NEW, OLD, LATER)] == ["new", "after", "after"]
    assert not (tree / GONE).exists()
    assert list(docs.old()) == []


def test_what_only_people_can_write_fails(
    tree: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["docs"])
    monkeypatch.setattr(role_readmes, "undocumented", lambda role: [f"{role.name}: no"] if role.name == "old" else [])
    assert docs.main() == 1
    assert capsys.readouterr().out == "old: no\n"

"""Whether the file of outputs can be written is found without writing."""

from __future__ import annotations

import os
import pathlib

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils import outputs


def test_a_folder_that_has_to_be_made_is_well_and_is_not_made(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert outputs.check(str(tmp_path / "a" / "b" / "dev.json")) == []
    assert outputs.check("outputs/dev.json") == []
    # no file is asked for
    assert outputs.check("") == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_folder_or_no_file_is_named(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "dev.json").mkdir()
    for path, reason in {
        "file/dev.json": f"{tmp_path}/file is no folder",
        "file/more/dev.json": f"{tmp_path}/file is no folder",
        "nowhere/dev.json": f"{tmp_path}/nowhere is no folder",
        "dev.json": "it is a folder",
    }.items():
        file = tmp_path / path
        assert outputs.check(str(file)) == [
            f"outputs_directory: {file} cannot be written, as {reason}. {outputs.REMEDY}"
        ]


@pytest.mark.parametrize(
    ("mode", "reason"), [(os.W_OK | os.X_OK, "is read-only for this user"), (os.R_OK, "not be read")]
)
def test_what_this_user_may_not_do_is_named(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, mode: int, reason: str
) -> None:
    # root may do everything, so the system's answer is given here
    (tmp_path / "dev.json").write_text("{}")
    monkeypatch.setattr(outputs.os, "access", lambda _path, asked: asked != mode)
    (finding,) = outputs.check(str(tmp_path / "dev.json"))
    assert reason in finding

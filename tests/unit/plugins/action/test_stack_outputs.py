"""The action that writes a stack's outputs."""

from __future__ import annotations

import json
import pathlib
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.streamflix.content_api.plugins.action import stack_outputs

OUTPUTS = {"url": "https://example.com/", "port": 6379}


def run(path: pathlib.Path | str, outputs: dict[str, Any], check: bool = False) -> dict[str, Any]:
    """Run the action and return its result."""
    arguments = {"path": str(path), "outputs": outputs}
    task = SimpleNamespace(args=arguments, check_mode=check, async_val=0, action="stack_outputs", _uuid="")
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None), transport="local")
    action = stack_outputs.ActionModule(task, connection, None, None, None, None)
    return action.run(task_vars={"inventory_hostname": "dev"})


def test_writes_what_the_preview_shows_and_the_second_time_nothing(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "new" / "dev.json"
    preview = run(file, OUTPUTS, check=True)
    assert (preview["changed"], preview["written"]) == (False, True)
    assert not file.parent.exists()

    done = run(file, OUTPUTS)
    assert (done["changed"], done["written"], done["outputs"]) == (False, True, OUTPUTS)
    assert json.loads(file.read_text()) == OUTPUTS
    assert file.stat().st_mode & 0o777 == 0o644
    assert [item.name for item in file.parent.iterdir()] == ["dev.json"]

    written = file.stat().st_mtime_ns
    assert not run(file, OUTPUTS)["written"]
    assert file.stat().st_mtime_ns == written


def test_a_changed_value_is_written(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "dev.json"
    run(file, OUTPUTS)
    assert run(file, {**OUTPUTS, "port": 6380})["written"]
    assert json.loads(file.read_text())["port"] == 6380


def test_a_directory_that_cannot_be_made_is_named(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AnsibleActionFail, match=r"outputs_directory: .*file/dev.json: .*Set outputs_directory"):
        run(tmp_path / "file" / "dev.json", OUTPUTS)


def test_without_a_path_it_shows_and_hands_on_and_writes_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("", OUTPUTS)
    assert (done["changed"], done["outputs"], "path" in done) == (False, OUTPUTS, False)
    assert done["ansible_stats"]["data"] == {"stack_outputs": {"dev": OUTPUTS}}
    assert list(tmp_path.iterdir()) == []


def test_workflows_get_only_what_is_known(tmp_path: pathlib.Path) -> None:
    unknown = {**OUTPUTS, "url": "https://(known after apply)/"}
    assert "ansible_stats" not in run(tmp_path / "dev.json", unknown, check=True)
    known = run(tmp_path / "dev.json", OUTPUTS, check=True)
    assert known["ansible_stats"] == {"data": {"stack_outputs": {"dev": OUTPUTS}}, "per_host": False, "aggregate": True}

"""A module runs in process only where it behaves as in an interpreter of its own."""

from __future__ import annotations

import dataclasses
import pathlib
import sys
from typing import Any

import pytest
import yaml
from ansible_collections.streamflix.content_api.plugins.plugin_utils import in_process

PLUGINS = pathlib.Path(__file__).parents[4] / "plugins"
# actions that do their work themselves and take no connection to AWS
WITHOUT_AWS = {"drift_check", "stack_cost", "stack_outputs"}
POSSIBLE = in_process.Situation(
    enabled=True,
    core="2.19.3",
    platform="linux",
    transport="local",
    become=False,
    asynchronous=False,
    keeps_files=False,
    limits_files=False,
    interpreter=sys.executable,
    environment={},
)


def names(directory: str) -> set[str]:
    """Return the names of the plugins in a directory."""
    return {path.stem for path in (PLUGINS / directory).glob("*.py")}


def test_every_module_has_an_action_and_shares_its_group() -> None:
    runtime = yaml.safe_load((PLUGINS.parent / "meta" / "runtime.yml").read_text())
    extended, *others = runtime["action_groups"]["content_api"]
    assert extended == {"metadata": {"extend_group": ["resources"]}}
    with_aws = names("modules") - WITHOUT_AWS
    assert names("action") - WITHOUT_AWS == with_aws == {*others, *runtime["action_groups"]["resources"]}
    assert names("action") & names("modules") >= WITHOUT_AWS


def test_what_takes_owner_tags_is_in_the_group_that_gets_them() -> None:
    runtime = yaml.safe_load((PLUGINS.parent / "meta" / "runtime.yml").read_text())
    # by a fragment, or as an option of its own
    marks = ("streamflix.content_api.resource\n", "\n  owner_tags:\n")
    texts = {path.stem: path.read_text() for path in (PLUGINS / "modules").glob("*.py")}
    taking = {name for name, text in texts.items() if any(mark in text for mark in marks)}
    assert set(runtime["action_groups"]["resources"]) == taking


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"core": "2.21.0rc1"},
        {"environment": {"AWS_PROFILE": "dev", "https_proxy": "http://proxy:3128", "NO_PROXY": "localhost"}},
    ],
)
def test_in_process(change: dict[str, Any]) -> None:
    assert in_process.obstacle(dataclasses.replace(POSSIBLE, **change)) == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"enabled": False}, "STREAMFLIX_IN_PROCESS is off"),
        ({"core": "2.18.9"}, "ansible-core 2.18.9 is not tested"),
        ({"core": "2.22.0"}, "ansible-core 2.22.0 is not tested"),
        ({"platform": "darwin"}, "darwin does not fork safely"),
        ({"transport": "ssh"}, "the connection is ssh"),
        ({"become": True}, "become is set"),
        ({"asynchronous": True}, "async is set"),
        ({"keeps_files": True}, "remote files are kept"),
        ({"limits_files": True}, "the number of open files is limited"),
        ({"interpreter": "auto"}, "the interpreter is auto"),
        ({"interpreter": ""}, "the interpreter is not set"),
        ({"environment": {"PYTHONPATH": "/x"}}, "environment has PYTHONPATH"),
        ({"environment": {"LD_PRELOAD": "x", "AWS_REGION": "x", "LANG": "C"}}, "environment has LANG, LD_PRELOAD"),
        ({"environment": {"OPENSSL_CONF": "/x", "TZ": "UTC"}}, "environment has OPENSSL_CONF, TZ"),
    ],
)
def test_an_interpreter_of_its_own(change: dict[str, Any], reason: str) -> None:
    assert in_process.obstacle(dataclasses.replace(POSSIBLE, **change)) == reason


def test_another_virtual_environment_is_another_interpreter(tmp_path: pathlib.Path) -> None:
    other = tmp_path / "bin" / "python"
    other.parent.mkdir()
    other.symlink_to(sys.executable)
    assert not in_process.is_ours(str(other))


def test_another_name_of_our_interpreter(tmp_path: pathlib.Path) -> None:
    (tmp_path / "bin").symlink_to(pathlib.Path(sys.executable).parent)
    assert in_process.is_ours(str(tmp_path / "bin" / pathlib.Path(sys.executable).name))


@pytest.mark.parametrize(("value", "enabled"), [("0", False), ("false", False), ("no", False), ("1", True)])
def test_the_switch(monkeypatch: pytest.MonkeyPatch, value: str, enabled: bool) -> None:
    monkeypatch.setenv("STREAMFLIX_IN_PROCESS", value)
    assert in_process.enabled() is enabled


def test_it_is_on_unless_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMFLIX_IN_PROCESS", raising=False)
    assert in_process.enabled()

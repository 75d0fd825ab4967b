"""What the callback lets be loaded of a play before its tasks run."""

from __future__ import annotations

import pathlib
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import context
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.plugins.loader import action_loader
from ansible.vars.manager import VariableManager
from ansible_collections.streamflix.content_api.plugins.callback.recap import (
    CallbackModule,
    is_document,
    is_look_up,
    tells,
)
from ansible_collections.streamflix.content_api.plugins.plugin_utils import in_process, recap, warm

ROOT = pathlib.Path(__file__).parents[4]
OURS = "streamflix.content_api"


@pytest.fixture
def expected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the modules that are to be loaded."""
    names: list[str] = []
    monkeypatch.setattr(warm, "expect", names.extend)
    return names


def begin(**play: Any) -> None:
    """Let the callback hear of a play."""
    loader = DataLoader()
    given = {"hosts": "stacks", "gather_facts": False, **play}
    loaded = Play.load(given, variable_manager=VariableManager(loader=loader), loader=loader)
    CallbackModule().v2_playbook_on_play_start(loaded)


def task_with(action: str) -> Any:
    """Return a task of a role of ours."""
    return SimpleNamespace(resolved_action=action, _role=SimpleNamespace(_role_collection=OURS))


def test_the_modules_of_a_play_in_their_order(expected: list[str]) -> None:
    begin(
        pre_tasks=[{f"{OURS}.stack_preflight": {}}],
        tasks=[
            {
                "block": [{f"{OURS}.ec2_vpc": {"name": "v"}}, {"block": [{f"{OURS}.ec2_subnets": {}}]}],
                "rescue": [{"ansible.builtin.debug": {"msg": "no"}}],
                "always": [{f"{OURS}.iam_role": {"name": "r"}}],
            },
            {"collections": [OURS], "ecs_cluster": {"name": "c"}},
            {"ansible.builtin.include_tasks": "more.yml"},
        ],
    )
    assert expected == ["stack_preflight", "ec2_vpc", "ec2_subnets", "iam_role", "ecs_cluster"]


@pytest.mark.parametrize(
    "how",
    [{"roles": [f"{OURS}.redis"]}, {"tasks": [{"ansible.builtin.import_role": {"name": f"{OURS}.redis"}}]}],
)
def test_the_modules_of_roles(expected: list[str], how: dict[str, Any]) -> None:
    begin(**how)
    assert {"elasticache_subnet_group", "elasticache_replication_group"} <= set(expected)


def test_a_module_of_another_collection_is_loaded_before_its_worker_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(warm, "warm", loaded.append)
    for action in ("amazon.aws.cloudwatch_metric_alarm", "amazon.aws.ec2_vpc_net", f"{OURS}.ec2_vpc"):
        CallbackModule().v2_playbook_on_task_start(task_with(action), False)
    # the actions of ours load what they need as Ansible loads them
    assert loaded == ["amazon.aws.cloudwatch_metric_alarm"]


def test_what_runs_modules_of_other_collections_takes_the_place_of_ansibles_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    added: list[str] = []
    monkeypatch.setattr(action_loader, "add_directory", added.append)
    monkeypatch.setattr(context, "CLIARGS", {})
    monkeypatch.setattr(recap.Recap, "current", None)
    CallbackModule().v2_playbook_on_start(None)
    (directory,) = added
    assert pathlib.Path(directory) == ROOT / "playbooks" / "action_plugins"
    assert [file.name for file in pathlib.Path(directory).glob("*.py")] == ["normal.py"]


def test_nothing_where_modules_start_interpreters(expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(in_process.SWITCH, "0")
    begin(tasks=[{f"{OURS}.ec2_vpc": {"name": "v"}}])
    assert expected == []


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("ansible.posix.json", True),
        ("ansible.posix.jsonl", True),
        ("json", True),
        ("default", False),
        ("ansible.builtin.minimal", False),
        ("awx_display", False),
    ],
)
def test_callbacks_whose_output_is_a_document(name: str, document: bool) -> None:
    assert is_document(name) is document


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (f"{OURS}.ec2_vpc", True),
        (f"{OURS}.rds_serverless_v2", True),
        (f"{OURS}.rds_serverless_v2_info", False),
        (f"{OURS}.stack_outputs", False),
        (f"{OURS}.drift_check", False),
        ("amazon.aws.cloudwatch_metric_alarm", True),
        ("amazon.aws.ec2_vpc_net", False),
        ("ansible.builtin.debug", False),
        ("", False),
    ],
)
def test_modules_that_tell_of_changes(action: str, told: bool) -> None:
    assert tells(task_with(action)) is told


def test_the_tasks_that_find_what_is_there_are_look_ups() -> None:
    assert is_look_up("/roles/aurora/tasks/discover.yml:12")
    assert not is_look_up("/roles/aurora/tasks/request.yml:12")
    assert not is_look_up("")


@pytest.mark.parametrize(
    ("action", "result", "hidden"),
    [
        (f"{OURS}.ec2_vpc", {"censored": "hidden"}, 1),
        (f"{OURS}.ec2_vpc", {"changes": []}, 0),
        (f"{OURS}.ec2_network_info", {"censored": "hidden"}, 0),
        ("ansible.builtin.debug", {"censored": "hidden"}, 0),
    ],
)
def test_results_that_are_hidden_are_counted_where_they_would_tell(
    action: str, result: dict[str, Any], hidden: int
) -> None:
    task = SimpleNamespace(resolved_action=action, _role=None, get_path=lambda: "/play.yml:1")
    callback = CallbackModule()
    callback.v2_runner_on_ok(SimpleNamespace(host=SimpleNamespace(get_name=lambda: "dev"), task=task, result=result))
    hosts = callback._recap.report()["hosts"]
    assert hosts.get("dev", {"hidden": 0})["hidden"] == hidden

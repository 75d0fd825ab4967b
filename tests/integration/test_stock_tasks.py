"""A role's tasks with modules of amazon.aws: in the worker, told in the recap, and nobody else's tasks with them."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import yaml

from tests.support import playbook, server

MODULE = "amazon.aws.cloudwatch_metric_alarm"
CALLBACKS = "ANSIBLE_CALLBACKS_ENABLED"
RECAP = "streamflix.content_api.recap"
RUNS_IN_PROCESS = "Runs in process"
TYPE = "AWS::CloudWatch::Alarm"


def alarm(name: str, threshold: Any) -> dict[str, Any]:
    """Return a task that keeps an alarm."""
    options = {
        "name": name,
        "metric_name": "CPUUtilization",
        "namespace": "AWS/ECS",
        "statistic": "Average",
        "comparison": "GreaterThanThreshold",
        "threshold": threshold,
        "period": 60,
        "evaluation_periods": 3,
        "region": "eu-west-1",
    }
    return {"name": f"Alarm {name}", MODULE: options}


ROLE = [
    {**alarm("{{ item }}", "{{ threshold }}"), "loop": ["a", "b"], "when": "wanted", "register": "kept"},
    {"name": "No alarm", MODULE: {"name": "gone", "state": "absent", "region": "eu-west-1"}},
    {"name": "Another module", "amazon.aws.cloudwatch_metric_alarm_info": {"region": "eu-west-1"}, "when": False},
]
PLAY = {
    "name": "Use a role",
    "hosts": "all",
    "gather_facts": False,
    "connection": "local",
    "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "wanted": True, "threshold": 80},
}
Start = Callable[..., playbook.Run]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give a folder with a playbook, and this collection with one role more."""
    folder = tmp_path_factory.mktemp("stock")
    place = folder / "collections" / "ansible_collections" / "streamflix" / "content_api"
    (place / "roles" / "watched" / "tasks").mkdir(parents=True)
    for name in ("galaxy.yml", "meta", "plugins", "playbooks"):
        (place / name).symlink_to(playbook.ROOT / name)
    (place / "roles" / "watched" / "tasks" / "main.yml").write_text(yaml.safe_dump(ROLE, sort_keys=False))
    role = {"name": "Role", "ansible.builtin.import_role": {"name": "streamflix.content_api.watched"}}
    own = {**alarm("own", 80), "name": "The user's own"}
    (folder / "play.yml").write_text(yaml.safe_dump([{**PLAY, "tasks": [role, own]}], sort_keys=False))
    return folder


@pytest.fixture(scope="module")
def start(tree: pathlib.Path) -> Start:
    """Give a function that runs the playbook as somebody does who has installed the collection."""

    def run(endpoint: str, *arguments: str, callbacks: str = RECAP, **variables: Any) -> playbook.Run:
        (tree / "none.cfg").write_text("")
        paths = {"ANSIBLE_CONFIG": str(tree / "none.cfg"), "ANSIBLE_COLLECTIONS_PATH": str(tree / "collections")}
        settings = {**paths, CALLBACKS: callbacks}
        return playbook.run(
            str(tree / "play.yml"), *arguments, endpoint=endpoint, inventory="dev,", settings=settings, **variables
        )

    return run


@pytest.fixture(scope="module")
def runs(start: Start) -> dict[str, playbook.Run]:
    """Give the runs of a life: preview, creation, second run, a preview of a change, the change."""
    with server.running() as endpoint:
        found = {
            "preview": start(endpoint, "--check", "-vvv"),
            "creation": start(endpoint, "-vvv"),
            "second": start(endpoint, "-vvv"),
            "change preview": start(endpoint, "--check", threshold=90),
            "change": start(endpoint, threshold=90),
        }
        client = boto3.client(
            "cloudwatch",
            endpoint_url=endpoint,
            region_name="eu-west-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        there = {one["AlarmName"]: one["Threshold"] for one in client.describe_alarms()["MetricAlarms"]}
    assert [run.code for run in found.values()] == [0] * len(found), json.dumps([run.output for run in found.values()])
    assert there == {"a": 90.0, "b": 90.0, "own": 80.0}
    return found


def changes(run: playbook.Run) -> list[tuple[str, str, str]]:
    """Return what a run's recap says, without fields."""
    return [(change["action"], change["type"], change["name"]) for change in run.changes]


def test_the_recap_tells_what_a_roles_alarms_become(runs: dict[str, playbook.Run]) -> None:
    made = [("create", TYPE, "a"), ("create", TYPE, "b")]
    assert changes(runs["preview"]) == changes(runs["creation"]) == made
    assert changes(runs["second"]) == []
    assert runs["second"].changed == 0
    fields = [{"field": "threshold", "before": 80.0, "after": 90.0}]
    for name in ("change preview", "change"):
        assert [change["fields"] for change in runs[name].changes] == [fields, fields], name


def test_a_roles_tasks_run_in_the_worker_and_nobody_elses(runs: dict[str, playbook.Run]) -> None:
    for name in ("preview", "creation", "second"):
        # two items and a removal; the user's own task starts an interpreter
        assert runs[name].output.count(RUNS_IN_PROCESS) == 3, name
        assert "AnsiballZ_cloudwatch_metric_alarm.py" in runs[name].output, name


def test_without_the_callback_ansible_runs_them_as_ever(start: Start) -> None:
    with server.running() as endpoint:
        run = start(endpoint, "-vvv", callbacks="ansible.posix.timer")
    assert run.code == 0, run.output
    assert run.changed == 2
    assert RUNS_IN_PROCESS not in run.output

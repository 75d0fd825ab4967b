"""Modules give the same results in process and in an interpreter of their own, and tell how far a long wait is."""

from __future__ import annotations

import http.server
import json
import pathlib
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from emulator.modes import Modes
from tests.support import playbook, server

SWITCH = "STREAMFLIX_IN_PROCESS"
GROUP = "group/streamflix.content_api.content_api"
RUNS_IN_PROCESS = "Runs in process"
STARTS_AN_INTERPRETER = "Starts an interpreter: "


def task(module: str, options: dict[str, Any], /, **keywords: Any) -> dict[str, Any]:
    """Return a task of one of our modules that may fail."""
    return {f"streamflix.content_api.{module}": options, "ignore_errors": True} | keywords


LOG = "logs_log_group"
TASKS = {
    "preview": task(LOG, {"name": "/app", "retention_in_days": 7}, check_mode=True, diff=True),
    "create": task(LOG, {"name": "/app", "retention_in_days": 7, "tags": {"Größe": 3}}, diff=True),
    "again": task(LOG, {"name": "/app", "retention_in_days": 7}),
    "change": task(LOG, {"name": "/app", "retention_in_days": 14}, diff=True, check_mode=False),
    "loop": task(LOG, {"name": "/loop/{{ item }}", "retention_in_days": "{{ item }}"}, loop=[1, 3, 5]),
    "network": task("ec2_vpc", {"name": "v", "cidr": "10.0.0.0/16"}),
    "cluster": task("ecs_cluster", {"name": "c"}, delegate_to="localhost"),
    "read": task("ec2_network_info", {"name": "v"}),
    "unknown option": task(LOG, {"name": "/app", "colour": "red"}),
    "wrong type": task(LOG, {"name": "/app", "retention_in_days": "seven"}),
    "missing option": task("ec2_vpc", {"state": "present"}),
    "refused": task(LOG, {"name": "/app", "retention_in_days": 8}),
    "option given twice": task(LOG, {"name": "/app", "region": "eu-west-1", "aws_region": "eu-west-1"}),
    "option that is secret": task(LOG, {"name": "/hush-hush", "access_key": "a", "secret_key": "hush-hush"}),
    "task that is secret": task(LOG, {"name": "/app", "retention_in_days": 14}, no_log=True),
    "environment of an interpreter": task(LOG, {"name": "/app"}, environment={"PYTHONHASHSEED": "0"}),
    "nobody there": task(
        LOG, {"name": "/app", "endpoint_url": "{{ nobody }}", "aws_config": {"retries": {"total_max_attempts": 1}}}
    ),
    "crash": task("ec2_network_info", {"name": "v"}, environment={"AWS_ENDPOINT_URL": "{{ nonsense }}"}),
    "timeout": task(LOG, {"name": "/app", "endpoint_url": "{{ silent }}"}, timeout=3),
    "remove": task(LOG, {"name": "/app", "state": "absent"}, diff=True),
}
SAVE = {"ansible.builtin.copy": {"content": "{{ results | to_json }}", "dest": "{{ file }}", "mode": "0600"}}


def play() -> list[dict[str, Any]]:
    """Return the play that runs all tasks and writes down what each returned."""
    tasks: list[dict[str, Any]] = []
    for name, entry in TASKS.items():
        tasks.append({"name": name, "register": "result", **entry})
        kept = "{{ results | default({}) | combine({'" + name + "': result}) }}"
        tasks.append({"name": f"Keep {name}", "ansible.builtin.set_fact": {"results": kept}})
    return [
        {
            "name": "Compare",
            "hosts": "local",
            "gather_facts": False,
            "module_defaults": {GROUP: {"region": "eu-west-1"}},
            "tasks": [*tasks, {"name": "Write", **SAVE}],
        }
    ]


class Nonsense(http.server.BaseHTTPRequestHandler):
    """An AWS whose VPCs have no properties."""

    BODY = b"<DescribeVpcsResponse><vpcSet><item/></vpcSet></DescribeVpcsResponse>"

    def do_POST(self) -> None:
        """Reply with what no module expects."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.BODY)))
        self.end_headers()
        self.wfile.write(self.BODY)

    def log_message(self, *_arguments: Any) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def nonsense() -> Iterator[str]:
    """Give the URL of an AWS whose replies no module expects."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nonsense) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listener.server_address[1]}"
        listener.shutdown()


@pytest.fixture(scope="module")
def silent() -> Iterator[str]:
    """Give the URL of an AWS that takes requests and never replies."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


Runs = dict[str, tuple[playbook.Run, dict[str, Any]]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, nonsense: str, silent: str) -> Runs:
    """Give the play's output and results with the switch on (1) and off (0), each on an account of its own."""
    directory = tmp_path_factory.mktemp("in_process")
    (directory / "play.yml").write_text(yaml.safe_dump(play(), sort_keys=False))
    where = {"nonsense": nonsense, "silent": silent, "nobody": f"http://127.0.0.1:{server.free_port()}"}
    found: Runs = {}
    for switch in ("1", "0"):
        file = directory / f"{switch}.json"
        with server.running() as endpoint, pytest.MonkeyPatch.context() as patch:
            patch.setenv(SWITCH, switch)
            run = playbook.run(
                str(directory / "play.yml"), "-vvv", endpoint=endpoint, inventory="local,", file=str(file),
                ansible_connection="local", ansible_python_interpreter="{{ ansible_playbook_python }}", **where
            )  # fmt: skip
        assert run.code == 0, run.output
        found[switch] = run, json.loads(file.read_text())
    return found


def comparable(value: Any) -> Any:
    """Return a result without what differs from run to run: identifiers, and where a file of a traceback lay."""
    text = re.sub(
        r"\b(vpc|igw|rtb|acl|sg|dopt|vpc-cidr-assoc|eipalloc|subnet)-[0-9a-f]{8,}", r"\1-id", json.dumps(value)
    )
    text = re.sub(r'File \\"[^"]*?(ansible|botocore|boto3|streamflix)/', r'File \\"\1/', text)
    return json.loads(text)


@pytest.mark.parametrize("name", list(TASKS))
def test_same_result(runs: Runs, name: str) -> None:
    in_process, of_its_own = (comparable(runs[switch][1][name]) for switch in ("1", "0"))
    assert in_process.keys() == of_its_own.keys()
    for key, value in in_process.items():
        assert value == of_its_own[key], key


def test_the_results_are_what_the_tasks_are_for(runs: Runs) -> None:
    results = runs["1"][1]
    changed = {name for name, result in results.items() if result["changed"]}
    failed = {name for name, result in results.items() if result.get("failed")}
    assert changed == {
        "preview",
        "create",
        "change",
        "loop",
        "network",
        "cluster",
        "option that is secret",
        "remove",
    }
    assert failed == {
        "unknown option",
        "wrong type",
        "missing option",
        "refused",
        "nobody there",
        "crash",
        "timeout",
    }
    assert "Both option" in str(results["option given twice"]["warnings"])
    assert "hush" not in json.dumps(results)


def test_the_switch_decides_how_modules_run(runs: Runs) -> None:
    on, off = runs["1"][0].output, runs["0"][0].output
    assert on.count(RUNS_IN_PROCESS) == len(TASKS) + 1
    assert re.findall(f"{STARTS_AN_INTERPRETER}(.*)", on) == ["environment has PYTHONHASHSEED"]
    assert RUNS_IN_PROCESS not in off
    assert set(re.findall(f"{STARTS_AN_INTERPRETER}(.*)", off)) == {f"{SWITCH} is off"}


def test_a_secret_is_not_shown(runs: Runs) -> None:
    for run, _results in runs.values():
        assert "hush" not in run.output


def test_long_waits_are_reported(tmp_path: pathlib.Path) -> None:
    with server.running(Modes(timescale=15)) as endpoint:
        deployment = playbook.run("site.yml", endpoint=endpoint, outputs_directory=str(tmp_path))
    assert deployment.code == 0, deployment.output
    lines = re.findall(r"^\[dev\] (.+): (.+), (\d+) s$", deployment.output, re.MULTILINE)
    assert ("replication group streamflix-redis-dev", "creating") in [(subject, state) for subject, state, _s in lines]
    assert all(int(seconds) >= 5 for _subject, _state, seconds in lines)


def test_what_is_loaded_ahead_gets_in_nobodys_way(tmp_path: pathlib.Path) -> None:
    # workers are forked while boto3 is loaded, and -vvvv lets loading write to the terminal
    tasks = [
        *({"name": f"Nothing {number}", "ansible.builtin.assert": {"that": True}} for number in range(4)),
        {"name": "Later", "streamflix.content_api.ec2_vpc": {"name": "v"}, "when": False},
    ]
    book = [{"name": "Wait", "hosts": "all", "gather_facts": False, "tasks": tasks}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(book, sort_keys=False))
    for _unused in range(3):
        run = playbook.run(
            str(tmp_path / "play.yml"), "-vvvv", endpoint="http://127.0.0.1:1", inventory="a,b,c,d,e,f,",
            ansible_connection="local", kill_after=60
        )  # fmt: skip
        assert run.code == 0, run.output
        assert "Exception ignored" not in run.output

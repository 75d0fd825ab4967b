"""A module in a child behaves as a program of its own, and leaves no trace in this process."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils import _internal
from ansible_collections.streamflix.content_api.plugins.plugin_utils import child

HEADER = """
import atexit, json, os, select, signal, sys, time
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.streamflix.content_api.plugins.module_utils import progress
"""
Run = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Run:
    """Give a function that runs a module with this body; returns its exit code, result and standard error."""
    name = f"sample_{abs(hash(request.node.name))}"
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(
        body: str, show: Callable[[str], None] | None = None, environment: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any], str]:
        (tmp_path / f"{name}.py").write_text(HEADER + body)
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {"_ansible_tracebacks_for": ["error"]}}).encode()
        job = child.Job(name, arguments, "legacy", environment or {}, str(tmp_path))
        outcome = child.run(job, show)
        return outcome.code, json.loads(outcome.output or b"{}"), outcome.errors.decode()

    return run


def test_result_and_surroundings(run: Run, tmp_path: pathlib.Path) -> None:
    body = """
module = AnsibleModule(argument_spec={})
module.warn("take care")
module.deprecate("goes", version="9.0.0", collection_name="streamflix.content_api")
module.exit_json(
    pid=os.getpid(), cwd=os.getcwd(), region=os.environ["AWS_REGION"], name=__name__, stdin=sys.stdin.read(),
    files=sorted(int(name) for name in os.listdir("/dev/fd") if int(name) > 2),
)
"""
    code, result, errors = run(body, environment={"AWS_REGION": "eu-west-1"})
    assert (code, errors) == (0, "")
    assert result["pid"] != os.getpid()
    assert (result["cwd"], result["region"], result["name"], result["stdin"]) == (
        str(tmp_path),
        "eu-west-1",
        "__main__",
        "",
    )
    # the end of progress, and the directory that is read; none of this process's own
    assert len(result["files"]) == 2
    assert "take care" in str(result["warnings"])
    assert "goes" in str(result["deprecations"])
    assert "AWS_REGION" not in os.environ
    assert _internal.is_controller


def test_exit_handlers_are_the_modules_own(run: Run, tmp_path: pathlib.Path) -> None:
    body = """
atexit.register(lambda: open("left", "w").close())
AnsibleModule(argument_spec={}).exit_json()
"""
    run(body)
    assert (tmp_path / "left").exists()


def test_crash(run: Run) -> None:
    code, result, _errors = run("raise ValueError('lost')")
    assert code == 1
    assert result["failed"]
    assert "lost" in str(result["exception"])


def test_failure(run: Run) -> None:
    code, result, _errors = run("AnsibleModule(argument_spec={}).fail_json(msg='no')")
    assert code == 1
    assert result["msg"] == "no"


def test_a_module_that_does_not_end_itself(run: Run) -> None:
    code, result, _errors = run("pass")
    assert code == 1
    assert "did not handle its own exit" in str(result)


@pytest.mark.parametrize(
    ("ending", "code"),
    [("sys.exit()", 0), ("sys.exit(3)", 3), ("sys.exit('why')", 1), ("os.kill(os.getpid(), signal.SIGTERM)", 143)],
)
def test_exit_code(run: Run, ending: str, code: int) -> None:
    assert run(ending)[0] == code


def test_much_output(run: Run) -> None:
    code, result, errors = run(
        "sys.stderr.write('e' * 10**6)\nAnsibleModule(argument_spec={}).exit_json(x='ü' * 10**6)"
    )
    assert (code, len(errors)) == (0, 10**6)
    assert result["x"] == "ü" * 10**6


def test_progress_is_shown_while_the_module_runs(run: Run, tmp_path: pathlib.Path) -> None:
    shown: list[str] = []
    answer = tmp_path / "answer"
    os.mkfifo(answer)

    def hear(line: str) -> None:
        shown.append(line)
        if len(shown) == 2:
            answer.write_text("heard")

    body = """
answer = os.open("answer", os.O_RDONLY | os.O_NONBLOCK)
progress.Reporter("cluster c").see("creating", 5)
progress.Reporter("cluster c").see("créé", 65)
answered, _, _ = select.select([answer], [], [], 10)
AnsibleModule(argument_spec={}).exit_json(heard=bool(answered) and os.read(answer, 5) == b"heard")
"""
    _code, result, _errors = run(body, hear)
    assert shown == ["cluster c: creating, 5 s", "cluster c: créé, 65 s"]
    assert result["heard"]
    assert "creating" not in str(result)


def test_progress_is_lost_when_nobody_listens(run: Run) -> None:
    code, _result, errors = run("progress.Reporter('c').see('x', 5)\nAnsibleModule(argument_spec={}).exit_json()")
    assert (code, errors) == (0, "")


def test_a_timeout_ends_the_module(run: Run, tmp_path: pathlib.Path) -> None:
    def ring(_number: int, _frame: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(1)
    try:
        with pytest.raises(TimeoutError):
            run("open('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_the_same_directory_of_modules_is_used(run: Run) -> None:
    _code, result, _errors = run("AnsibleModule(argument_spec={}).exit_json(python=sys.executable, path=sys.path)")
    assert (result["python"], result["path"]) == (sys.executable, sys.path)

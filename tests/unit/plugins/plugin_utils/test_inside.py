"""A module inside this process behaves as a program of its own, and leaves no trace."""

from __future__ import annotations

import json
import logging
import os
import pathlib
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from ansible.module_utils import _internal, basic
from ansible.module_utils._internal import _traceback
from ansible.module_utils.common import warnings as messages
from ansible_collections.streamflix.content_api.plugins.module_utils import progress
from ansible_collections.streamflix.content_api.plugins.plugin_utils import inside, warm

HEADER = """
import atexit, json, os, signal, sys
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
        job = inside.Job(name, arguments, "legacy", environment or {}, str(tmp_path))
        outcome = inside.run(job, show)
        return outcome.code, json.loads(outcome.output or "{}"), outcome.errors

    return run


def traces() -> dict[str, Any]:
    """Return what a module may change of this process."""
    return {
        "directory": os.getcwd(),
        "environment": dict(os.environ),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "main": (sys.argv, sys.modules["__main__"]),
        "side": (
            _internal.is_controller,
            _internal.get_controller_serialize_map,
            _internal.import_controller_module,
            _traceback._is_traceback_enabled,
        ),
        "messages": (messages.get_warning_messages(), messages.get_deprecation_messages()),
        "logs": [(list(log.handlers), log.level) for log in (logging.root, logging.getLogger("botocore.endpoint"))],
        "arguments": (basic._ANSIBLE_ARGS, basic._PARSED_MODULE_ARGS),
        "filters": list(warnings.filters),
        "progress": progress.show,
        "sessions": (botocore.session.get_session, botocore.session.create_loader),
    }


def test_result_and_surroundings(run: Run) -> None:
    body = """
import logging, warnings
warnings.simplefilter("ignore")
logging.basicConfig(level=logging.DEBUG, force=True)
logging.getLogger("botocore.endpoint").setLevel(logging.DEBUG)
logging.getLogger("botocore.endpoint").addHandler(logging.StreamHandler())
os.environ["LEFT"] = "here"
os.chdir("/")
module = AnsibleModule(argument_spec={})
module.warn("take care")
module.deprecate("goes", version="9.0.0", collection_name="streamflix.content_api")
module.exit_json(region=os.environ["AWS_REGION"], name=__name__, stdin=sys.stdin.read())
"""
    before = traces()
    code, result, errors = run(body, environment={"AWS_REGION": "eu-west-1"})
    assert traces() == before
    assert (code, errors) == (0, "")
    assert (result["region"], result["name"], result["stdin"]) == ("eu-west-1", "__main__", "")
    assert "take care" in str(result["warnings"])
    assert "goes" in str(result["deprecations"])


def test_the_directory(run: Run, tmp_path: pathlib.Path) -> None:
    _code, result, _errors = run("AnsibleModule(argument_spec={}).exit_json(directory=os.getcwd())")
    assert result["directory"] == str(tmp_path)


def test_warnings_belong_to_one_run(run: Run) -> None:
    run("module = AnsibleModule(argument_spec={})\nmodule.warn('first')\nmodule.exit_json()")
    _code, result, _errors = run("AnsibleModule(argument_spec={}).exit_json()")
    assert "warnings" not in result


def test_clients_of_one_run_share_a_session_that_the_next_run_does_not_get(run: Run) -> None:
    warm.load_service("logs")
    body = """
import boto3, botocore.session
first, second = boto3.session.Session(profile_name=None), boto3.session.Session()
first._session.set_credentials("key", "secret")
key = second.get_credentials().access_key
shared = first._session is second._session
AnsibleModule(argument_spec={}).exit_json(key=key, shared=shared)
"""
    _code, result, _errors = run(body)
    assert (result["key"], result["shared"]) == ("key", True)
    again = """
import boto3
AnsibleModule(argument_spec={}).exit_json(key=boto3.session.Session().get_credentials().access_key)
"""
    others = {"AWS_ACCESS_KEY_ID": "other", "AWS_SECRET_ACCESS_KEY": "secret"}
    _code, result, _errors = run(again, environment=others)
    assert result["key"] == "other"


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
    [("sys.exit()", 0), ("sys.exit(3)", 3), ("sys.exit('why')", 1)],
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
    shown: list[tuple[str, bool]] = []
    body = """
progress.Reporter("cluster c").see("creating", 5)
progress.Reporter("cluster c").see("créé", 65)
open("ended", "w").close()
AnsibleModule(argument_spec={}).exit_json()
"""
    _code, result, _errors = run(body, lambda line: shown.append((line, (tmp_path / "ended").exists())))
    assert shown == [("cluster c: creating, 5 s", False), ("cluster c: créé, 65 s", False)]
    assert "creating" not in str(result)


def test_progress_is_lost_when_nobody_listens(run: Run) -> None:
    code, _result, errors = run("progress.Reporter('c').see('x', 5)\nAnsibleModule(argument_spec={}).exit_json()")
    assert (code, errors) == (0, "")


def test_a_timeout_ends_the_module(run: Run) -> None:
    class Timeout(BaseException):
        """As Ansible's own is."""

    def ring(_number: int, _frame: Any) -> None:
        raise Timeout

    before = signal.signal(signal.SIGALRM, ring)
    trace = traces()
    try:
        with pytest.raises(Timeout):
            run("os.kill(os.getpid(), signal.SIGALRM)")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert traces() == trace


def test_the_same_directory_of_modules_is_used(run: Run) -> None:
    _code, result, _errors = run("AnsibleModule(argument_spec={}).exit_json(python=sys.executable, path=sys.path)")
    assert (result["python"], result["path"]) == (sys.executable, sys.path)

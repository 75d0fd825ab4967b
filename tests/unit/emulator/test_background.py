"""The emulator as a background process: started once, stopped once, and what is said when it does not start."""

from __future__ import annotations

import pathlib
import socket
import subprocess
import sys
from collections.abc import Iterator

import boto3
import pytest

from emulator import background

ROOT = pathlib.Path(__file__).parents[3]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def running(port: int, tmp_path: pathlib.Path) -> Iterator[int]:
    assert background.start(port, tmp_path) == "started"
    yield port
    background.stop(port, tmp_path)


def command(action: str, port: int, directory: pathlib.Path) -> subprocess.CompletedProcess[str]:
    arguments = [
        sys.executable,
        "-m",
        "emulator.background",
        action,
        "--port",
        str(port),
        "--directory",
        str(directory),
    ]
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_starts_once_answers_and_stops_once(running: int, tmp_path: pathlib.Path) -> None:
    pid = int((tmp_path / f"{running}.pid").read_text())
    client = boto3.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{running}",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    assert client.get_caller_identity()["Account"] == "123456789012"

    again = command("start", running, tmp_path)
    assert (again.returncode, again.stdout.strip()) == (0, "already running")
    assert int((tmp_path / f"{running}.pid").read_text()) == pid

    assert background.stop(running, tmp_path) == "stopped"
    assert not background.is_alive(pid)
    assert not background.is_up(running)
    assert background.stop(running, tmp_path) == "not running"


def test_a_process_that_has_ended_by_itself_is_forgotten(port: int, tmp_path: pathlib.Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / f"{port}.pid").write_text(str(ended.pid))
    assert background.stop(port, tmp_path) == "stopped"
    assert not (tmp_path / f"{port}.pid").exists()


def test_a_port_that_somebody_else_uses_is_told_with_the_log(tmp_path: pathlib.Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        failed = command("start", port, tmp_path)
    assert failed.returncode == 1
    assert f"did not start on port {port}" in failed.stderr
    assert "in use" in (tmp_path / f"{port}.log").read_text()
    assert not (tmp_path / f"{port}.pid").exists()

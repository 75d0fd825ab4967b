"""A deployed account for all integration tests: deployed once, by the playbook, on an emulator of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import account
import boto3
import playbook
import pytest

REGION = "eu-west-1"
ENVIRONMENT = "dev"
START_SECONDS = 60
# set by molecule: read the account that a scenario has deployed, instead of deploying one
DEPLOYED_ENDPOINT = "DEPLOYED_ENDPOINT_URL"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that remove the shared stack behind all others."""
    items.sort(key=lambda item: item.get_closest_marker("removes_the_stack") is not None)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def unused_endpoint() -> str:
    """Give the URL of a loopback port on which nothing listens."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Give the URL of an AWS that is empty, or that molecule has filled."""
    if DEPLOYED_ENDPOINT in os.environ:
        yield os.environ[DEPLOYED_ENDPOINT]
        return
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "--port", str(port)],
        cwd=playbook.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline(), "the emulator did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(START_SECONDS)


@pytest.fixture(scope="session")
def connect(endpoint: str) -> account.Client:
    """Give a function that returns plain boto3 clients of the test's AWS, each built once."""
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = boto3.client(
                service,
                region_name=REGION,
                endpoint_url=endpoint,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
        return clients[service]

    return client


@pytest.fixture(scope="session")
def empty(connect: account.Client) -> account.Snapshot:
    """Give what the account held before anything was deployed."""
    return account.snapshot(connect)


@pytest.fixture(scope="session")
def preview(endpoint: str, empty: account.Snapshot) -> playbook.Run:
    """Give the preview that ran on the empty account."""
    return playbook.run("site.yml", "--check", "--diff", endpoint=endpoint)


@pytest.fixture(scope="session")
def after_preview(connect: account.Client, preview: playbook.Run) -> account.Snapshot:
    """Give what the account held after the preview."""
    return account.snapshot(connect)


@pytest.fixture(scope="session")
def deployment(endpoint: str, after_preview: account.Snapshot) -> playbook.Run:
    """Give the run that deployed the stack on the empty account."""
    return playbook.run("site.yml", endpoint=endpoint)


@pytest.fixture(scope="session")
def aws(connect: account.Client, request: pytest.FixtureRequest) -> account.Client:
    """Give plain boto3 clients of the account in which the stack is deployed."""
    if DEPLOYED_ENDPOINT not in os.environ:
        run: playbook.Run = request.getfixturevalue("deployment")
        assert run.code == 0, run.output
    return connect


@pytest.fixture(scope="session")
def environment() -> str:
    """Give the suffix of the deployed environment."""
    return ENVIRONMENT


Play = Callable[..., playbook.Run]


@pytest.fixture
def play(endpoint: str) -> Play:
    """Give a function that runs a playbook against the test's AWS."""
    return lambda name, *arguments, **variables: playbook.run(name, *arguments, endpoint=endpoint, **variables)

"""A deployed account for all integration tests: deployed once, by the playbook, on an emulator of its own.

Workers of pytest-xdist have one each.
"""

from __future__ import annotations

import os
import pathlib
import socket
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from emulator import journal
from emulator.modes import Modes
from tests.support import account, modules, playbook, resources, server

ENVIRONMENT = "dev"
# set by molecule: read the account that a scenario has deployed, instead of deploying one
DEPLOYED_ENDPOINT = "DEPLOYED_ENDPOINT_URL"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that remove the shared stack behind all others."""
    items.sort(key=lambda item: item.get_closest_marker("removes_the_stack") is not None)


@pytest.fixture
def unused_endpoint() -> Iterator[str]:
    """Give the URL of a loopback port on which nothing listens, and which no other test's server gets."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture(scope="session")
def journal_file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give the file to which the test's AWS writes all requests."""
    return tmp_path_factory.mktemp("journal") / "journal.jsonl"


@pytest.fixture(scope="session")
def endpoint(journal_file: pathlib.Path) -> Iterator[str]:
    """Give the URL of an AWS that is empty, or that molecule has filled."""
    if DEPLOYED_ENDPOINT in os.environ:
        yield os.environ[DEPLOYED_ENDPOINT]
        return
    with server.running(Modes(journal=journal_file)) as url:
        yield url


@pytest.fixture(scope="session")
def connect(endpoint: str) -> account.Client:
    """Give a function that returns plain boto3 clients of the test's AWS, each built once."""
    return server.clients(endpoint)


@pytest.fixture(scope="session")
def empty(connect: account.Client) -> account.Snapshot:
    """Give what the account held before anything was deployed."""
    return account.snapshot(connect)


@pytest.fixture(scope="session")
def resources_before(connect: account.Client) -> Counter[resources.Named]:
    """Give the resources that the account held before anything was deployed, by type and name."""
    return resources.in_account(connect)


@pytest.fixture(scope="session")
def results_directory(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give the directory with what the modules of the first preview and of the deployment returned."""
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="session")
def preview(
    endpoint: str,
    empty: account.Snapshot,
    resources_before: Counter[resources.Named],
    results_directory: pathlib.Path,
) -> playbook.Run:
    """Give the preview that ran on the empty account."""
    settings = modules.settings(results_directory / "preview.jsonl")
    return playbook.run("site.yml", "--check", "--diff", endpoint=endpoint, settings=settings)


@pytest.fixture(scope="session")
def after_preview(connect: account.Client, preview: playbook.Run) -> account.Snapshot:
    """Give what the account held after the preview."""
    return account.snapshot(connect)


@pytest.fixture(scope="session")
def outputs_directory(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give the directory of the deployment's outputs; the checkout's own is written by all workers' runs."""
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="session")
def deployment(
    endpoint: str, after_preview: account.Snapshot, results_directory: pathlib.Path, outputs_directory: pathlib.Path
) -> playbook.Run:
    """Give the run that deployed the stack on the empty account."""
    settings = modules.settings(results_directory / "run.jsonl")
    return playbook.run("site.yml", endpoint=endpoint, settings=settings, outputs_directory=str(outputs_directory))


@pytest.fixture(scope="session")
def deployed_resources(
    connect: account.Client, deployment: playbook.Run, resources_before: Counter[resources.Named]
) -> Counter[resources.Named]:
    """Give the resources that the account held after the deployment and not before, by type and name."""
    return resources.in_account(connect) - resources_before


@pytest.fixture(scope="session")
def aws(connect: account.Client, request: pytest.FixtureRequest) -> account.Client:
    """Give plain boto3 clients of the account in which the stack is deployed."""
    if DEPLOYED_ENDPOINT not in os.environ:
        run: playbook.Run = request.getfixturevalue("deployment")
        # before a test changes anything
        request.getfixturevalue("deployed_resources")
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


Requests = Callable[[playbook.Run], journal.Entries]


@pytest.fixture
def requests_of(journal_file: pathlib.Path) -> Requests:
    """Give a function that returns the requests that a run sent."""

    def sent(run: playbook.Run) -> journal.Entries:
        entries = journal.load(journal_file)
        # or it is not the journal of this AWS
        assert len(entries) > 0
        return resources.between(entries, run.started, run.ended)

    return sent


Written = Callable[[playbook.Run], list[str]]


@pytest.fixture
def written(requests_of: Requests) -> Written:
    """Give a function that returns what a run asked AWS to change, and when it was refused too: C(ec2.CreateVpc).

    The lock, which a run takes and gives back, is none of it.
    """

    def asked(run: playbook.Run) -> list[str]:
        sent = resources.of_the_stack(requests_of(run))
        return [f"{entry.service}.{entry.operation}" for entry in sent if entry.writes]

    return asked

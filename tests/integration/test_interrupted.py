"""A run that begins right after another one was killed, when AWS does not list yet what that one has made."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from emulator import eventual, journal
from emulator.modes import Modes
from tests.support import account, playbook, server

TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
NAME, LOG_GROUP = "streamflix-vpc-dev", "/vpc/streamflix-vpc-dev"
# what AWS's lists lag at most, in seconds; so old is a run that waits for what an earlier one may have made
SETTLED = 6.0


@pytest.fixture
def file(tmp_path: pathlib.Path) -> pathlib.Path:
    """Give the journal of the test's AWS."""
    return tmp_path / "journal.jsonl"


@pytest.fixture
def endpoint(file: pathlib.Path) -> Iterator[str]:
    """Give the URL of an empty AWS whose lists lag."""
    with server.running(Modes(eventual=True, journal=file)) as url:
        yield url


@pytest.fixture
def client(endpoint: str) -> account.Client:
    """Give clients of that AWS."""
    return server.clients(endpoint)


def tagged(kind: str, name: str) -> list[dict[str, Any]]:
    pairs = [{"Key": key, "Value": text} for key, text in {**TAGS, "Name": name}.items()]
    return [{"ResourceType": kind, "Tags": pairs}]


def leave_half(client: account.Client) -> None:
    """Make what a deployment has made that was killed in the middle of the network, a moment ago."""
    client("logs").create_log_group(logGroupName=LOG_GROUP, tags=TAGS)
    client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", NAME))
    client("ec2").allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", "streamflix-nat-1-dev"))


def times(file: pathlib.Path, run: playbook.Run) -> dict[str, float]:
    """Return how old the run was at its first request of each operation, in seconds."""
    found: dict[str, float] = {}
    for entry in journal.load(file).since(run.started):
        found.setdefault(entry.operation, entry.time - run.started)
    return found


def test_a_first_deployment_does_not_wait_and_the_next_one_does(
    client: account.Client, endpoint: str, file: Any
) -> None:
    first = playbook.run("site.yml", "--tags", "network", endpoint=endpoint)
    assert first.code == 0, first.output
    asked = times(file, first)
    assert asked["CreateVpc"] - asked["CreateLogGroup"] < SETTLED / 2
    removed = playbook.run("playbooks/destroy.yml", endpoint=endpoint, confirm="dev")
    assert removed.code == 0, removed.output
    client("logs").create_log_group(logGroupName=LOG_GROUP, tags=TAGS)
    again = playbook.run("site.yml", "--tags", "network", endpoint=endpoint)
    assert again.code == 0, again.output
    assert times(file, again)["CreateVpc"] >= SETTLED


def test_the_next_deployment_goes_on_with_what_is_there(client: account.Client, endpoint: str, file: Any) -> None:
    leave_half(client)
    done = playbook.run("site.yml", "--tags", "network", endpoint=endpoint)
    assert done.code == 0, done.output
    sent = journal.load(file).since(done.started)
    assert len(sent.of("ec2", "CreateSubnet").writes()) == 4
    assert [len(sent.of("ec2", operation)) for operation in ("CreateVpc", "AllocateAddress")] == [0, 0]


def test_a_removal_finds_it_too_so_that_the_next_deployment_makes_no_second_one(
    client: account.Client, endpoint: str, file: Any
) -> None:
    before = account.snapshot(client)
    leave_half(client)
    removed = playbook.run("playbooks/destroy.yml", endpoint=endpoint, confirm="dev")
    assert removed.code == 0, removed.output
    sent = journal.load(file).since(removed.started)
    for operation in ("DeleteVpc", "ReleaseAddress", "DeleteLogGroup"):
        assert [entry.status for entry in sent if entry.operation == operation] == [200]
    # EC2 goes on to list the run's lock
    time.sleep(eventual.MOST_SECONDS)
    assert account.snapshot(client) == before

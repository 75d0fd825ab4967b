"""One run at a time changes a stack: others wait, stop, take over what has expired, or break the lock.

Many pairs on an AWS whose lists lag are in C(tests.chaos).
"""

from __future__ import annotations

import pathlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator import journal
from emulator.modes import Modes
from tests.support import playbook, resources, server

NAME = "streamflix-lock-streamflix-dev"
TAG = "streamflix.content_api:lock-"
NETWORK = ("--tags", "network")
BY_NAME = [{"Name": "launch-template-name", "Values": [NAME]}]
VPC = {"Name": "tag:Name", "Values": ["streamflix-vpc-dev"]}
Play = Callable[..., playbook.Run]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give the journal of the test's AWS."""
    return tmp_path_factory.mktemp("journal") / "journal.jsonl"


@pytest.fixture(scope="module")
def endpoint(file: pathlib.Path) -> Iterator[str]:
    """Give the URL of an AWS of its own."""
    with server.running(Modes(journal=file)) as url:
        yield url


@pytest.fixture(scope="module")
def ec2(endpoint: str) -> Any:
    """Give a plain client of that AWS."""
    return server.clients(endpoint)("ec2")


@pytest.fixture(scope="module")
def play(endpoint: str) -> Play:
    """Give a function that runs site.yml, for the network by default."""

    def run(name: str = "site.yml", *arguments: str, **options: Any) -> playbook.Run:
        return playbook.run(name, *(arguments or NETWORK), endpoint=endpoint, **options)

    return run


@pytest.fixture(scope="module")
def network(play: Play) -> tuple[playbook.Run, playbook.Run]:
    """Give two runs that were started one right after the other, on an empty account."""

    def go(after: float) -> playbook.Run:
        time.sleep(after)
        return play(platform_lock_timeout=300)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(go, (0.0, 0.5))
    return first, second


@pytest.fixture
def held(ec2: Any, network: Any) -> Iterator[Callable[[float], str]]:
    """Give a function that lets somebody else hold the lock, which expires after some seconds; returns its id."""
    made = []

    def hold(seconds: float) -> str:
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        told = {"owner": "bob@elsewhere", "what": "site.yml --tags redis", "began": "2026-01-31T12:00:00Z"}
        told |= {"run": "bobs", "looks-every": "1"}
        pairs = [{"Key": TAG + key, "Value": text} for key, text in {**told, "expires": expires}.items()]
        made.append(
            ec2.create_launch_template(
                LaunchTemplateName=NAME,
                LaunchTemplateData={"MetadataOptions": {"HttpTokens": "required"}},
                TagSpecifications=[{"ResourceType": "launch-template", "Tags": pairs}],
            )["LaunchTemplate"]["LaunchTemplateId"]
        )
        return made[-1]

    yield hold
    for template in ids(ec2):
        ec2.delete_launch_template(LaunchTemplateId=template)


def ids(ec2: Any) -> list[str]:
    """Return the locks that there are."""
    return [item["LaunchTemplateId"] for item in ec2.describe_launch_templates(Filters=BY_NAME)["LaunchTemplates"]]


def sent(file: pathlib.Path, run: playbook.Run) -> list[str]:
    """Return the operations with which a run asked AWS to change something."""
    return [entry.operation for entry in resources.between(journal.load(file), run.started, run.ended) if entry.writes]


def words(run: playbook.Run) -> str:
    """Return what a run printed, without its line breaks."""
    return " ".join(run.output.split())


def test_of_two_runs_at_once_one_waits_and_changes_nothing(ec2: Any, network: tuple[playbook.Run, ...]) -> None:
    assert [run.code for run in network] == [0, 0], network[0].output + network[1].output
    assert sorted(run.changed > 0 for run in network) == [False, True]
    assert ids(ec2) == []
    (vpc,) = ec2.describe_vpcs(Filters=[VPC])["Vpcs"]
    of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    # the main table of the VPC, and four of ours
    assert len(ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]) == 5
    assert len(ec2.describe_subnets(Filters=of_vpc)["Subnets"]) == 4


def test_who_is_in_the_way_is_told_and_nothing_is_written(held: Any, ec2: Any, file: Any, play: Play) -> None:
    template = held(600)
    stopped = play(platform_lock_timeout=0)
    assert stopped.code != 0
    for part in ("bob@elsewhere", "site.yml --tags redis", "2026-01-31T12:00:00Z", template, "platform_lock=break"):
        assert part in words(stopped)
    # it was asked for, and refused
    assert sent(file, stopped) == ["CreateLaunchTemplate"]
    preview = play("site.yml", "--check", *NETWORK)
    assert preview.code == 0, preview.output
    assert "bob@elsewhere" in words(preview)
    assert sent(file, preview) == []
    alone = play(platform_lock=False)
    assert alone.code == 0, alone.output
    assert sent(file, alone) == []
    assert ids(ec2) == [template]


def test_a_lock_is_broken_on_demand(held: Any, ec2: Any, play: Play) -> None:
    template = held(600)
    done = play(platform_lock="break", platform_lock_expires_after=20)
    assert done.code == 0, done.output
    assert template in words(done)
    assert ids(ec2) == []


def test_the_lock_of_a_run_that_was_killed_is_taken_over(held: Any, ec2: Any, play: Play, file: Any) -> None:
    held(1)
    # whose modules run in interpreters of their own, and renew the lock all the same
    settings = {"STREAMFLIX_IN_PROCESS": "0"}
    done = play(settings=settings, platform_lock_expires_after=20)
    assert done.code == 0, done.output
    assert "expired without having been given back" in words(done)
    assert "CreateTags" in sent(file, done)
    assert (done.changed, ids(ec2)) == (0, [])


def test_a_run_that_fails_gives_the_lock_back(ec2: Any, play: Play, network: Any, file: Any) -> None:
    (vpc,) = ec2.describe_vpcs(Filters=[VPC])["Vpcs"]
    owner = [{"Key": "ManagedBy", "Value": "streamflix.content_api"}]
    ec2.delete_tags(Resources=[vpc["VpcId"]], Tags=owner)
    failed = play()
    ec2.create_tags(Resources=[vpc["VpcId"]], Tags=owner)
    assert failed.code != 0
    assert "is not ours" in failed.output
    assert [word for word in sent(file, failed) if "LaunchTemplate" in word] == [
        "CreateLaunchTemplate",
        "DeleteLaunchTemplate",
    ]
    assert ids(ec2) == []


def test_a_missing_right_is_one_error_with_a_way_out() -> None:
    with server.running(Modes(deny=("ec2:CreateLaunchTemplate",))) as url:
        stopped = playbook.run("site.yml", *NETWORK, endpoint=url)
        assert stopped.code != 0
        for part in ("ec2:CreateLaunchTemplate, ec2:CreateTags", "-e platform_lock=false"):
            assert part in words(stopped)
        (default,) = server.clients(url)("ec2").describe_vpcs()["Vpcs"]
        assert default["IsDefault"]

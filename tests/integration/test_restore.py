"""A restore beside the live database: killed in the middle and run again, the way back, and what is left at the end."""

from __future__ import annotations

import pathlib
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, playbook, server

LIVE = "streamflix-aurora-dev"
RESTORED, BEFORE, AFTER = f"{LIVE}-restored", f"{LIVE}-before", f"{LIVE}-after"
BOOK, TIERS = "playbooks/restore.yml", ("--tags", "network,aurora")
LONGEST_SECONDS = 120


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give the URL of an AWS that is strict and takes its time, with network and database of a stack."""
    with server.running(Modes(rules=True, validate=True, timescale=600)) as url:
        run = deploy(url)
        assert run.code == 0, run.output
        server.clients(url)("rds").create_db_cluster_snapshot(
            DBClusterIdentifier=LIVE, DBClusterSnapshotIdentifier="good"
        )
        yield url


@pytest.fixture(scope="module")
def aws(endpoint: str) -> account.Client:
    """Give clients of that AWS."""
    return server.clients(endpoint)


def deploy(endpoint: str) -> playbook.Run:
    """Deploy network and database."""
    return playbook.run("site.yml", *TIERS, endpoint=endpoint, inventory="inventories/dev", outputs_directory="")


def restore(endpoint: str, *arguments: str, **variables: Any) -> playbook.Run:
    """Run the playbook."""
    return playbook.run(BOOK, *arguments, endpoint=endpoint, inventory="inventories/dev", **variables)


def clusters(aws: account.Client) -> dict[str, dict[str, Any]]:
    """Return the clusters of the account by name."""
    return {one["DBClusterIdentifier"]: one for one in aws("rds").describe_db_clusters()["DBClusters"]}


def lasting(aws: account.Client) -> dict[str, str]:
    """Return the id of each cluster that no rename changes, by its name."""
    return {name: one["DbClusterResourceId"] for name, one in clusters(aws).items()}


def kill_a_restore(endpoint: str, aws: account.Client, home: pathlib.Path) -> None:
    """Begin a restore, and kill it once the live cluster has left its name."""
    process = subprocess.Popen(
        ["ansible-playbook", BOOK, "-i", "inventories/dev", "-e", "snapshot=good"],
        cwd=playbook.ROOT,
        env=playbook.environment(endpoint, str(home)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + LONGEST_SECONDS
    while LIVE in clusters(aws):
        assert process.poll() is None, "the restore ended without a swap"
        assert time.monotonic() < end, "the restore has swapped nothing"
        time.sleep(0.02)
    playbook.kill(process.pid)
    process.wait()
    # its lock ends by itself half an hour later
    (lock,) = aws("ec2").describe_launch_templates()["LaunchTemplates"]
    aws("ec2").delete_launch_template(LaunchTemplateId=lock["LaunchTemplateId"])


def secret(aws: account.Client) -> str:
    """Return what the clients of the database know of it."""
    return str(aws("secretsmanager").get_secret_value(SecretId="streamflix-db-credentials-dev")["SecretString"])


def test_a_preview_tells_the_names_and_writes_nothing(endpoint: str, aws: account.Client) -> None:
    before = account.snapshot(aws)
    run = restore(endpoint, "--check", to_time="latest")
    assert run.code == 0, run.output
    assert account.snapshot(aws) == before
    assert {one["name"] for one in run.changes} >= {RESTORED, LIVE, BEFORE, f"{LIVE}-writer", f"{BEFORE}-writer"}


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({}, "set one of them"),
        ({"to_time": "latest", "snapshot": "newest"}, "set one of them"),
        ({"to_time": "2020-01-01T00:00:00Z"}, "can be restored to a time from"),
        ({"snapshot": "none"}, "none not found"),
        ({"go_back": True}, f"There is no {BEFORE}"),
        ({"remove_previous": True}, "confirm is"),
    ],
)
def test_what_cannot_be_restored_changes_no_cluster(
    endpoint: str, aws: account.Client, asked: dict[str, Any], text: str
) -> None:
    before = lasting(aws)
    run = restore(endpoint, **asked)
    (failure,) = run.failures
    assert text in failure["message"]
    assert lasting(aws) == before


def test_a_killed_restore_is_completed_and_can_be_taken_back(
    endpoint: str, aws: account.Client, tmp_path: pathlib.Path
) -> None:
    before, known, old = account.snapshot(aws), secret(aws), lasting(aws)[LIVE]
    groups = clusters(aws)[LIVE]["VpcSecurityGroups"]
    kill_a_restore(endpoint, aws, tmp_path)
    run = restore(endpoint, snapshot="good")
    assert run.code == 0, run.output
    names = lasting(aws)
    assert names.keys() == {LIVE, BEFORE}
    assert (names[BEFORE], names[LIVE] != old) == (old, True)
    assert clusters(aws)[LIVE]["VpcSecurityGroups"] == groups
    (fence,) = clusters(aws)[BEFORE]["VpcSecurityGroups"]
    (found,) = aws("ec2").describe_security_groups(GroupIds=[fence["VpcSecurityGroupId"]])["SecurityGroups"]
    assert (found["IpPermissions"], found["IpPermissionsEgress"]) == ([], []), "nobody reaches the replaced one"
    assert secret(aws) == known, "clients reach the new one by what they know"

    again = restore(endpoint, snapshot="good")
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output
    deployed = deploy(endpoint)
    assert (deployed.code, deployed.changed, deployed.changes) == (0, 0, []), deployed.output
    other = restore(endpoint, to_time="latest")
    assert "to go back, -e go_back=true" in other.failures[0]["message"]

    back = restore(endpoint, go_back=True)
    assert back.code == 0, back.output
    assert lasting(aws) == {LIVE: old, AFTER: names[LIVE]}
    assert clusters(aws)[LIVE]["VpcSecurityGroups"] == groups
    deployed = deploy(endpoint)
    assert (deployed.code, deployed.changed, deployed.changes) == (0, 0, []), deployed.output

    end = restore(endpoint, remove_previous=True, confirm="dev")
    assert end.code == 0, end.output
    assert account.snapshot(aws) == before

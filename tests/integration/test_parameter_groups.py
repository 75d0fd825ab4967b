"""The removal of a parameter group waits while AWS counts a cluster as its user, and for nothing else."""

from __future__ import annotations

import pathlib
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.modes import Modes
from tests.support import playbook, server

NAME = "streamflix-aurora-dev-postgresql15"
TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
RETRIED = "FAILED - RETRYING"


def make_group(rds: Any) -> None:
    """Make a parameter group as a stack has it, whose cluster is gone."""
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=NAME,
        DBParameterGroupFamily="aurora-postgresql15",
        Description="Of a stack",
        Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()],
    )


def destroy(endpoint: str) -> playbook.Run:
    """Remove the stack."""
    return playbook.run("playbooks/destroy.yml", endpoint=endpoint, confirm="dev", aurora_parameters=[])


def groups(rds: Any) -> list[str]:
    """Return the parameter groups that are there."""
    return [
        one["DBClusterParameterGroupName"]
        for one in rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]
    ]


def when_asked(journal: pathlib.Path, operation: str, times: int, then: Callable[[], object]) -> threading.Thread:
    """Do something in a while: once a request has been sent as often as that."""

    def watch() -> None:
        end = time.monotonic() + 120
        while journal.read_text(encoding="utf-8").count(f'"{operation}"') < times and time.monotonic() < end:
            time.sleep(0.1)
        then()

    watcher = threading.Thread(target=watch)
    watcher.start()
    return watcher


def test_a_group_that_is_still_used_is_waited_for(tmp_path: pathlib.Path) -> None:
    journal = tmp_path / "journal.jsonl"
    with server.running(Modes(rules=True, journal=journal)) as endpoint:
        rds = server.clients(endpoint)("rds")
        make_group(rds)
        which = {"DBClusterIdentifier": "last-one"}
        rds.create_db_cluster(
            **which,
            Engine="aurora-postgresql",
            EngineVersion="15.17",
            MasterUsername="one",
            MasterUserPassword="password-1",
            DBClusterParameterGroupName=NAME,
        )
        remove = partial(rds.delete_db_cluster, **which, SkipFinalSnapshot=True)
        # a task repeats its request some times by itself
        watcher = when_asked(journal, "DeleteDBClusterParameterGroup", 5, remove)
        removed = destroy(endpoint)
        watcher.join()
        assert removed.code == 0, removed.output
        assert RETRIED in removed.output
        assert groups(rds) == []


def test_what_is_denied_is_told_at_once() -> None:
    with server.running(Modes(rules=True, deny=("rds:DeleteDBClusterParameterGroup",))) as endpoint:
        rds = server.clients(endpoint)("rds")
        make_group(rds)
        refused = destroy(endpoint)
        assert refused.code != 0
        assert "DeleteDBClusterParameterGroup" in refused.output
        assert RETRIED not in refused.output
        assert groups(rds) == [NAME]

"""Parameter groups: what becomes of them in an upgrade, and in a removal, which waits for the last user of one."""

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


def versions(rds: Any) -> dict[str, Any]:
    """Return what the cluster and its instances have, and which groups there are, as plain boto3 reads them."""
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    instances = rds.describe_db_instances()["DBInstances"]
    own = rds.describe_db_parameter_groups()["DBParameterGroups"]
    return {
        "version": cluster["EngineVersion"],
        "cluster": cluster["DBClusterParameterGroup"],
        "instances": {one["DBParameterGroups"][0]["DBParameterGroupName"] for one in instances},
        "cluster groups": groups(rds),
        "instance groups": [
            one["DBParameterGroupName"] for one in own if not one["DBParameterGroupName"].startswith("default.")
        ],
    }


def of(version: str) -> dict[str, Any]:
    """Return what L(versions) finds of a stack with a version and nothing else."""
    name = f"streamflix-aurora-dev-postgresql{version.partition('.')[0]}"
    return {
        "version": version,
        "cluster": name,
        "instances": {name},
        "cluster groups": [name],
        "instance groups": [name],
    }


def test_an_upgrade_swaps_both_groups_and_removes_the_old_ones() -> None:
    parameters = {
        "aurora_parameters": [
            {"parameter_name": "rds.force_ssl", "parameter_value": "1", "apply_method": "pending-reboot"}
        ],
        "aurora_instance_parameters": [{"parameter_name": "statement_timeout", "parameter_value": "60000"}],
    }
    modes = Modes(rules=True, validate=True, timescale=600)
    with server.running(modes) as endpoint:
        rds = server.clients(endpoint)("rds")

        def play(*arguments: str, **variables: Any) -> playbook.Run:
            tags = ("--tags", "network,aurora")
            return playbook.run("site.yml", *tags, *arguments, endpoint=endpoint, **parameters, **variables)

        made = play()
        assert made.code == 0, made.output
        assert versions(rds) == of("15.17")

        newer = {"aurora_engine_version": "16.13", "aurora_allow_major_version_upgrade": True}
        foretold = play("--check", **newer)
        assert versions(rds) == of("15.17")
        upgraded = play(**newer)
        assert upgraded.code == 0, upgraded.output
        assert versions(rds) == of("16.13")
        told = {
            (change["action"], change["type"], change["name"])
            for change in upgraded.changes
            if "Parameter" in change["type"]
        }
        kinds = ("AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup")
        assert told == {
            (action, kind, f"streamflix-aurora-dev-postgresql{major}")
            for kind in kinds
            for action, major in (("create", 16), ("remove", 15))
        }
        assert [(one["action"], one["type"], one["name"]) for one in foretold.changes] == [
            (one["action"], one["type"], one["name"]) for one in upgraded.changes
        ]
        again = play(**newer)
        assert (again.code, again.changed) == (0, 0), again.output


def test_parameters_that_aws_refuses_are_refused_before_anything_is_touched(tmp_path: pathlib.Path) -> None:
    journal = tmp_path / "journal.jsonl"
    wanted = [{"parameter_name": "no_such", "parameter_value": "1", "apply_method": "immediate"}]
    with server.running(Modes(journal=journal)) as endpoint:
        variables = {"aurora_parameters": wanted, "aurora_instance_parameters": wanted}
        refused = playbook.run("site.yml", endpoint=endpoint, **variables)
        assert refused.code != 0
        for option, kind in (("", "DB cluster parameter groups"), ("instance_", "DB parameter groups")):
            text = f"aurora_{option}parameters has 'no_such', which {kind} of aurora-postgresql15 do not have"
            assert text in " ".join(refused.output.split())
        assert '"Create' not in journal.read_text(encoding="utf-8")

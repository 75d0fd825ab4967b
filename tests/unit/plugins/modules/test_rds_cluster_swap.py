"""A cluster that takes the name of another one: names, endpoints and tags read back with plain boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.life import OURS
from tests.unit.plugins.modules.conftest import LOST

LIVE, NEW, OLD = "streamflix", "streamflix-restored", "streamflix-before"
MEMBERS = [f"{LIVE}-writer", "reader"]
RESTORE = {**OURS, "ManagedBy": "restore"}
GROUP = "sg-0123456789abcdef0"
OPTIONS: dict[str, Any] = {
    "cluster_identifier": LIVE,
    "incoming_identifier": NEW,
    "outgoing_identifier": OLD,
    "members": MEMBERS,
    "outgoing_security_group_ids": [GROUP],
    "outgoing_tags": {**RESTORE, "ReplacedBy": "snapshot"},
    "tags": OURS,
    "owner_tags": OURS,
}


def make(rds: Any, name: str, members: list[str], its_tags: dict[str, str]) -> str:
    """Make a cluster with members; return the id that it keeps for ever."""
    pairs = [{"Key": key, "Value": value} for key, value in its_tags.items()]
    made = rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="long-enough",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
        Tags=pairs,
    )
    for member in members:
        rds.create_db_instance(
            DBInstanceIdentifier=member,
            DBClusterIdentifier=name,
            DBInstanceClass="db.serverless",
            Engine="aurora-postgresql",
            Tags=pairs,
        )
    return str(made["DBCluster"]["DbClusterResourceId"])


@pytest.fixture(autouse=True)
def clusters(aws: Any) -> tuple[str, str]:
    """Give the account the live cluster, which is scaled, and a restored one; return their lasting ids."""
    rds = aws("rds")
    live = make(rds, LIVE, [*MEMBERS, "application-autoscaling-1"], OURS)
    return live, make(rds, NEW, [f"{NEW}-writer", f"{NEW}-reader"], {**RESTORE, "RestoredFrom": "snapshot"})


def state(aws: Any) -> dict[str, Any]:
    """Return name: lasting id, sorted members, tags and groups of each cluster."""
    found = {}
    for one in aws("rds").describe_db_clusters()["DBClusters"]:
        its_tags = {tag["Key"]: tag["Value"] for tag in one["TagList"]}
        its_tags.pop("ReplacedAt", None)
        members = sorted(member["DBInstanceIdentifier"] for member in one["DBClusterMembers"])
        groups = [group["VpcSecurityGroupId"] for group in one["VpcSecurityGroups"]]
        found[one["DBClusterIdentifier"]] = (one["DbClusterResourceId"], members, its_tags, groups)
    return found


def member_tags(aws: Any) -> dict[str, dict[str, str]]:
    """Return the tags of each instance."""
    found = aws("rds").describe_db_instances()["DBInstances"]
    return {
        one["DBInstanceIdentifier"]: {t["Key"]: t["Value"] for t in one["TagList"] if t["Key"] != "ReplacedAt"}
        for one in found
    }


def swapped(clusters: tuple[str, str]) -> dict[str, Any]:
    """Return what the account is like after the swap."""
    live, new = clusters
    kept = sorted([f"{OLD}-writer", f"{OLD}-reader", "application-autoscaling-1"])
    return {
        LIVE: (new, sorted(MEMBERS), OURS, []),
        OLD: (live, kept, OPTIONS["outgoing_tags"], [GROUP]),
    }


def test_the_restored_cluster_takes_the_name(run_module: Any, aws: Any, clusters: tuple[str, str]) -> None:
    before = state(aws)
    endpoint = aws("rds").describe_db_clusters(DBClusterIdentifier=LIVE)["DBClusters"][0]["Endpoint"]
    foretold = run_module("rds_cluster_swap", check=True, **OPTIONS)
    assert state(aws) == before
    done = run_module("rds_cluster_swap", **OPTIONS)
    assert done["actions"] == foretold["actions"]
    assert {one["name"] for one in done["changes"]} == {LIVE, OLD, *MEMBERS, f"{OLD}-writer", f"{OLD}-reader"}
    # nobody writes to the old one any more before the new one gets its name
    assert done["actions"][0] == f"modify_db_cluster {LIVE}"
    assert done["actions"].index(f"modify_db_cluster {LIVE} -> {OLD}") < done["actions"].index(
        f"modify_db_cluster {NEW} -> {LIVE}"
    )
    assert state(aws) == swapped(clusters)
    assert member_tags(aws) == {
        **dict.fromkeys(MEMBERS, OURS),
        **dict.fromkeys((f"{OLD}-writer", f"{OLD}-reader"), OPTIONS["outgoing_tags"]),
        "application-autoscaling-1": OURS,
    }
    assert done["cluster"]["endpoint"] == foretold["cluster"]["endpoint"] == endpoint
    again = run_module("rds_cluster_swap", **OPTIONS)
    assert (again["changed"], again["changes"]) == (False, [])
    assert again["cluster"] == done["cluster"]
    assert done["cluster"]["replaced_at"]


@pytest.mark.parametrize("sent", range(1, 20))
def test_it_goes_on_wherever_it_was_interrupted(
    run_module: Any, aws: Any, clusters: tuple[str, str], monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Runner

    original, count = Runner._send, []

    def send(self: Any, step: Any, bindings: Any) -> None:
        if len(count) == sent:
            raise KeyboardInterrupt
        count.append(step)
        original(self, step, bindings)

    monkeypatch.setattr(Runner, "_send", send)
    try:
        run_module("rds_cluster_swap", **OPTIONS)
    except KeyboardInterrupt:
        monkeypatch.setattr(Runner, "_send", original)
        assert run_module("rds_cluster_swap", **OPTIONS)["changed"]
    assert state(aws) == swapped(clusters)
    assert not run_module("rds_cluster_swap", **OPTIONS)["changed"]


def test_the_way_back_is_another_swap(run_module: Any, aws: Any, clusters: tuple[str, str]) -> None:
    run_module("rds_cluster_swap", **OPTIONS)
    back = {**OPTIONS, "incoming_identifier": OLD, "outgoing_identifier": f"{LIVE}-after"}
    assert run_module("rds_cluster_swap", **back)["changed"]
    found = state(aws)
    assert {name: one[0] for name, one in found.items()} == {LIVE: clusters[0], f"{LIVE}-after": clusters[1]}
    assert found[LIVE][1] == sorted([*MEMBERS, "application-autoscaling-1"])
    assert not run_module("rds_cluster_swap", **back)["changed"]


def test_a_lost_reply_swaps_once(run_module: Any, aws: Any, clusters: tuple[str, str], troubled: Any) -> None:
    troubled("ModifyDBCluster", LOST, "InvalidDBClusterStateFault")
    assert run_module("rds_cluster_swap", **OPTIONS)["changed"]
    assert state(aws) == swapped(clusters)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"incoming_identifier": "none"}, "nothing to put in the place"),
        ({"incoming_identifier": LIVE}, "not three different ones"),
        ({"outgoing_identifier": "a b"}, "outgoing_identifier"),
        ({"outgoing_identifier": "a" + "b" * 60}, "members"),
        ({"owner_tags": {"ManagedBy": "others"}}, "is not ours"),
    ],
)
def test_what_is_refused_changes_nothing(run_module: Any, aws: Any, wrong: dict[str, Any], text: str) -> None:
    before = state(aws)
    assert text in json.dumps(run_module("rds_cluster_swap", **{**OPTIONS, **wrong})["msg"])
    assert state(aws) == before


def test_an_earlier_replaced_cluster_is_not_taken_for_this_ones(run_module: Any, aws: Any) -> None:
    make(aws("rds"), OLD, [], RESTORE)
    before = state(aws)
    assert "is of an earlier swap" in run_module("rds_cluster_swap", **OPTIONS)["msg"]
    assert state(aws) == before


def test_a_preview_knows_what_is_made_before_it(run_module: Any, aws: Any) -> None:
    rds = aws("rds")
    for name in (f"{NEW}-writer", f"{NEW}-reader"):
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier=NEW, SkipFinalSnapshot=True)
    foretold = run_module("rds_cluster_swap", check=True, **OPTIONS)
    assert f"modify_db_cluster {NEW} -> {LIVE}" in foretold["actions"]
    assert f"modify_db_instance {NEW}-reader -> reader" in foretold["actions"]
    assert "nothing to put in the place" in run_module("rds_cluster_swap", **OPTIONS)["msg"]

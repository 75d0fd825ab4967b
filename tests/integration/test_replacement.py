"""A replacement that was asked for: the data stores are removed and made anew, and the service follows them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, playbook, server

VARIABLES = {
    "aurora_storage_encrypted": False,
    "aurora_replace": True,
    "aurora_final_snapshot": True,
    "redis_at_rest_encryption": False,
    "redis_replace": True,
    "redis_final_snapshot_identifier": "before-replacement",
}
REPLACED = {
    ("AWS::RDS::DBCluster", "streamflix-aurora-dev"),
    ("AWS::ElastiCache::ReplicationGroup", "streamflix-redis-dev"),
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give the URL of an AWS of its own, with AWS's rules for removals and its states, 100 times as fast."""
    with server.running(Modes(timescale=100, rules=True, validate=True)) as url:
        yield url


def identities(client: account.Client) -> tuple[Any, Any]:
    """Return what is another one once a store has been made anew."""
    cluster, group = stores(client)
    return cluster["DbClusterResourceId"], group["ReplicationGroupCreateTime"]


def stores(client: account.Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the cluster and the replication group."""
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    (group,) = client("elasticache").describe_replication_groups()["ReplicationGroups"]
    return cluster, group


def credentials(client: account.Client) -> Any:
    """Return what the service gets to know about the database."""
    value = client("secretsmanager").get_secret_value(SecretId="streamflix-db-credentials-dev")
    return json.loads(value["SecretString"])


def final_snapshots(client: account.Client) -> set[str]:
    """Return the names of the snapshots that were asked for, without the time at the end."""
    clusters = client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    groups = client("elasticache").describe_snapshots(SnapshotSource="manual")["Snapshots"]
    names = [item["DBClusterSnapshotIdentifier"] for item in clusters] + [item["SnapshotName"] for item in groups]
    return {re.sub(r"-[-\d]+$", "", name) for name in names}


def test_the_stores_are_replaced_and_the_service_follows(endpoint: str) -> None:
    client = server.clients(endpoint)
    assert playbook.run("site.yml", endpoint=endpoint).code == 0
    before = identities(client)
    secret = credentials(client)

    preview = playbook.run("site.yml", "--check", endpoint=endpoint, **VARIABLES)
    assert identities(client) == before
    run = playbook.run("site.yml", endpoint=endpoint, **VARIABLES)
    for one in (preview, run):
        assert one.code == 0, one.output
        assert {(change["type"], change["name"]) for change in one.changes if change["action"] == "replace"} == REPLACED

    assert all(old != new for old, new in zip(before, identities(client), strict=True))
    cluster, group = stores(client)
    assert [cluster["StorageEncrypted"], cluster["Status"], len(cluster["DBClusterMembers"])] == [False, "available", 2]
    assert [group["AtRestEncryptionEnabled"], group["Status"]] == [False, "available"]
    assert final_snapshots(client) == {"streamflix-aurora-dev-final", "before-replacement"}
    assert credentials(client) == {**secret, "host": cluster["Endpoint"]}

    task = client("ecs").describe_task_definition(taskDefinition="streamflix-api-dev")["taskDefinition"]
    variables = {item["name"]: item["value"] for item in task["containerDefinitions"][0]["environment"]}
    assert variables["REDIS_ENDPOINT"] == group["NodeGroups"][0]["PrimaryEndpoint"]["Address"]

    again = playbook.run("site.yml", endpoint=endpoint, **VARIABLES)
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output

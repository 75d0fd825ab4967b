"""The module that reads Aurora Serverless v2 clusters."""

from __future__ import annotations

from typing import Any

import pytest

MODULE = "rds_serverless_v2_info"


@pytest.fixture
def clusters(aws: Any) -> None:
    rds = aws("rds")
    for name, environment in (("b-dev", "dev"), ("a-prod", "prod")):
        rds.create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-postgresql",
            MasterUsername="postgres",
            MasterUserPassword="not-for-you",
            ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
            Tags=[{"Key": "Environment", "Value": environment}, {"Key": "Application", "Value": "streamflix"}],
        )
        rds.create_db_instance(
            DBInstanceIdentifier=f"{name}-writer",
            DBClusterIdentifier=name,
            Engine="aurora-postgresql",
            DBInstanceClass="db.serverless",
        )
    rds.create_db_cluster(
        DBClusterIdentifier="c-not-serverless",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="not-for-you",
    )


@pytest.mark.usefixtures("clusters")
@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["a-prod", "b-dev"]),
        ({"tags": {"Environment": "dev"}}, ["b-dev"]),
        ({"tags": {"Application": "streamflix"}}, ["a-prod", "b-dev"]),
        ({"tags": {"Environment": "other"}}, []),
        ({"cluster_identifier": "b-dev"}, ["b-dev"]),
        ({"cluster_identifier": "b-dev", "tags": {"Environment": "prod"}}, []),
        ({"cluster_identifier": "nowhere"}, []),
    ],
)
def test_finds_by_identifier_and_tag(run_module: Any, options: dict[str, Any], names: list[str]) -> None:
    for check in (True, False):
        found = run_module(MODULE, check=check, **options)
        assert not found["changed"]
        assert [cluster["cluster_identifier"] for cluster in found["clusters"]] == names


@pytest.mark.usefixtures("clusters")
def test_gives_what_the_managing_module_gives(run_module: Any) -> None:
    managed = run_module("rds_serverless_v2", cluster_identifier="b-dev")
    read = run_module(MODULE, cluster_identifier="b-dev")["clusters"][0]
    listed = run_module(MODULE, tags={"Environment": "dev"})["clusters"][0]
    assert read == listed == managed["cluster"]
    assert read["members"][0]["is_writer"]

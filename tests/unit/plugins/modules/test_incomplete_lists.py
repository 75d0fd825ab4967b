"""AWS's lists that lack what another reply shows: it is not known what exists, so nothing is created."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import api
from botocore.client import BaseClient

TAGS = {"Environment": "dev", "ManagedBy": "streamflix.content_api"}
READS = ("Describe", "Get", "List")


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Give a function that takes members out of a list of AWS's; it returns the list of the writes from then on.

    C(times) is how often; for good when it is not given.
    """

    def lack(operation: str, key: str, is_missing: Callable[[Any], bool], times: int = 1000) -> list[str]:
        send, writes, left = BaseClient._make_api_call, [], [times]

        def answer(client: BaseClient, name: str, params: dict[str, Any]) -> Any:
            reply = send(client, name, params)
            if not name.startswith(READS):
                writes.append(name)
            if name == operation and left[0]:
                left[0] -= 1
                reply[key] = [item for item in reply[key] if not is_missing(item)]
            return reply

        monkeypatch.setattr(BaseClient, "_make_api_call", answer)
        return writes

    monkeypatch.setattr(api, "AGREE_SECONDS", 0.2)
    monkeypatch.setattr(api, "AGREE_PAUSE_SECONDS", 0.05)
    return lack


def subnets(aws: Any) -> list[str]:
    return [item["SubnetId"] for item in aws("ec2").describe_subnets()["Subnets"]][:2]


@pytest.fixture
def cluster(aws: Any, run_module: Any) -> dict[str, Any]:
    """Give the options of an Aurora cluster with two members that exists."""
    aws("rds").create_db_subnet_group(DBSubnetGroupName="group", DBSubnetGroupDescription="x", SubnetIds=subnets(aws))
    options = {
        "cluster_identifier": "aurora",
        "engine": "aurora-postgresql",
        "engine_version": "15",
        "master_username": "streamflix",
        "manage_master_user_password": True,
        "db_subnet_group_name": "group",
        "min_capacity": 0.5,
        "max_capacity": 1,
        "members": [{"identifier": "aurora-writer"}, {"identifier": "aurora-reader"}],
        "tags": TAGS,
    }
    assert run_module("rds_serverless_v2", **options)["changed"]
    return options


@pytest.mark.parametrize("check", [True, False])
def test_a_member_that_the_cluster_has_is_not_created_again(
    run_module: Any, cluster: dict[str, Any], lacking: Any, check: bool
) -> None:
    writes = lacking("DescribeDBInstances", "DBInstances", lambda item: item["DBInstanceIdentifier"].endswith("reader"))
    failed = run_module("rds_serverless_v2", check=check, **cluster)
    assert failed["msg"] == (
        "rds:DescribeDBInstances on DB cluster aurora failed: AWS's reply lacks aurora-reader, which the cluster has "
        "as a member. Run again; if it stays away, report it as an error of this collection."
    )
    assert "aurora-reader" in run_module("rds_serverless_v2_info", check=check)["msg"]
    assert writes == []


def test_a_member_that_is_listed_a_moment_later_is_waited_for(
    run_module: Any, cluster: dict[str, Any], lacking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "AGREE_SECONDS", 60)
    lacking("DescribeDBInstances", "DBInstances", lambda item: True, times=2)
    done = run_module("rds_serverless_v2", **cluster)
    assert (done["changed"], len(done["cluster"]["members"])) == (False, 2)


def test_a_cluster_is_missing_only_when_aws_says_so(run_module: Any, cluster: dict[str, Any], lacking: Any) -> None:
    writes = lacking("DescribeDBClusters", "DBClusters", lambda item: True)
    for replace in (True, False):
        failed = run_module("rds_serverless_v2", replace=replace, **cluster)
        assert "failed: AWS's reply lacks DBClusters for aurora. Run again" in failed["msg"]
    assert writes == []


@pytest.mark.parametrize("check", [True, False])
def test_a_gateway_whose_address_is_in_use_is_not_created_again(
    aws: Any, run_module: Any, lacking: Any, check: bool
) -> None:
    subnet = aws("ec2").describe_subnets()["Subnets"][0]
    members = [{"name": "nat", "subnet_id": subnet["SubnetId"]}]
    options = {"vpc_id": subnet["VpcId"], "nat_gateways": members, "tags": TAGS, "identifying_tags": TAGS}
    run_module("ec2_nat_gateways", **options)
    writes = lacking("DescribeNatGateways", "NatGateways", lambda item: True)
    failed = run_module("ec2_nat_gateways", check=check, **options)
    assert "ec2:DescribeNatGateways on NAT gateways of vpc-" in failed["msg"]
    assert "AWS's reply lacks NAT gateway nat, which uses an address" in failed["msg"]
    assert writes == []


def test_a_service_or_cluster_is_missing_only_when_aws_says_so(aws: Any, run_module: Any, lacking: Any) -> None:
    ecs = aws("ecs")
    run_module("ecs_cluster", name="cluster", tags=TAGS)
    assert not run_module("ecs_service_info", cluster="cluster", name="api")["exists"]
    lacking("DescribeServices", "failures", lambda item: True)
    failed = run_module("ecs_service_info", cluster="cluster", name="api")
    assert "AWS's reply lacks services and failures for api" in failed["msg"]
    writes = lacking("DescribeClusters", "clusters", lambda item: True)
    failed = run_module("ecs_cluster", name="cluster", tags=TAGS)
    assert "AWS's reply lacks clusters and failures for cluster" in failed["msg"]
    assert writes == []
    assert len(ecs.list_clusters()["clusterArns"]) == 1


@pytest.mark.parametrize(
    ("operation", "is_missing", "lacks"),
    [
        ("GetDeployments", lambda item: True, ", which dev serves"),
        ("GetResources", lambda item: item["path"] == "/", "the resource above /{proxy+}"),
        ("GetResources", lambda item: True, "the root"),
    ],
)
def test_what_a_stage_serves_or_a_resource_lies_below_is_there(
    aws: Any, run_module: Any, lacking: Any, operation: str, is_missing: Any, lacks: str
) -> None:
    assert aws("apigateway").get_rest_apis()["items"] == []
    options = {"name": "api", "backend_url": "http://backend.example.com", "stage_name": "dev", "tags": TAGS}
    run_module("apigateway_proxy", **options)
    writes = lacking(operation, "items", is_missing)
    failed = run_module("apigateway_proxy", **options)
    assert f"({operation}) on REST API api failed: AWS's reply lacks " in failed["msg"]
    assert lacks in failed["msg"]
    assert writes == []


def test_a_node_that_either_list_has_is_there(aws: Any, run_module: Any, lacking: Any) -> None:
    aws("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName="group", CacheSubnetGroupDescription="x", SubnetIds=subnets(aws)
    )
    options = {
        "replication_group_id": "redis",
        "description": "x",
        "engine": "redis",
        "engine_version": "7.1",
        "cache_node_type": "cache.t4g.micro",
        "num_cache_clusters": 2,
        "cache_subnet_group_name": "group",
        "tags": TAGS,
    }
    run_module("elasticache_replication_group", **options)

    def forget(item: dict[str, Any]) -> bool:
        del item["MemberClusters"][-1]
        return False

    writes = lacking("DescribeReplicationGroups", "ReplicationGroups", forget)
    done = run_module("elasticache_replication_group", **options)
    assert (done["changed"], len(done["replication_group"]["member_clusters"])) == (False, 2)
    assert writes == []

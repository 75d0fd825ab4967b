"""What carries the stack's names but not its tags is not touched; what is released stays, and is not touched either."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import account, playbook, server

OWNER = {"Key": "ManagedBy", "Value": "streamflix.content_api"}
LOG_GROUP, FLOW_LOG_GROUP = "/ecs/streamflix-api-dev", "/vpc/streamflix-vpc-dev"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give the URL of an AWS of its own."""
    with server.running() as url:
        yield url


@pytest.fixture(scope="module")
def client(endpoint: str) -> account.Client:
    """Give clients of that AWS."""
    return server.clients(endpoint)


def vpcs(client: account.Client) -> list[dict[str, Any]]:
    named = [{"Name": "tag:Name", "Values": ["streamflix-vpc-dev"]}]
    return client("ec2").describe_vpcs(Filters=named)["Vpcs"]


def owned(client: account.Client) -> list[str]:
    filters = [{"Key": OWNER["Key"], "Values": [OWNER["Value"]]}]
    found = account.pages(
        client("resourcegroupstaggingapi"), "get_resources", "ResourceTagMappingList", TagFilters=filters
    )
    # what is removed in ECS is listed for some time, task definitions for ever
    return sorted(item["ResourceARN"] for item in found if ":ecs:" not in item["ResourceARN"])


def test_adopt_release_and_destroy(client: account.Client, endpoint: str) -> None:
    def play(name: str, *arguments: str, **variables: Any) -> playbook.Run:
        return playbook.run(name, *arguments, endpoint=endpoint, **variables)

    name = {"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "streamflix-vpc-dev"}]}
    vpc_id = client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[name])["Vpc"]["VpcId"]
    client("logs").create_log_group(logGroupName=LOG_GROUP, tags={"Team": "ops"})
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    client("iam").create_role(RoleName="streamflix-ecs-task-dev-eu-west-1", AssumeRolePolicyDocument=trust)
    by_hand = account.snapshot(client)

    # the log group comes first, as its name says whether there was a run before
    for arguments, made in ((["--check"], {}), ([], {"logs.logGroups": {"added": [FLOW_LOG_GROUP], "removed": []}})):
        stopped = play("site.yml", *arguments)
        assert stopped.code != 0
        assert (
            "AWS::EC2::VPC streamflix-vpc-dev is not ours: it lacks Application=streamflix, Environment=dev, ManagedBy="
            in stopped.output
        )
        assert account.difference(by_hand, account.snapshot(client)) == made
    stopped = play("site.yml", "--check", "--tags", "ecs_service")
    assert f"AWS::Logs::LogGroup {LOG_GROUP} is not ours" in stopped.output, stopped.output

    adopted = play("site.yml", platform_adopt=True)
    assert adopted.code == 0, adopted.output
    assert [vpc["VpcId"] for vpc in vpcs(client)] == [vpc_id]
    assert OWNER in vpcs(client)[0]["Tags"]
    assert client("logs").list_tags_log_group(logGroupName=LOG_GROUP)["tags"][OWNER["Key"]] == OWNER["Value"]
    assert OWNER in client("iam").list_role_tags(RoleName="streamflix-ecs-task-dev-eu-west-1")["Tags"]
    second = play("site.yml")
    assert (second.code, second.changed) == (0, 0), second.output

    given_up = play("playbooks/release.yml", confirm="dev", release=["AWS::ElastiCache::*"])
    assert given_up.code == 0, given_up.output
    destroyed = play("playbooks/destroy.yml", confirm="dev")
    assert destroyed.code != 0
    said = "The network streamflix-vpc-dev stays, as these are not ours and may use it: replication group"
    assert said in " ".join(destroyed.output.split()), destroyed.output
    # all of the other tiers is gone
    assert account.pages(client("rds"), "describe_db_clusters", "DBClusters") == []
    assert account.pages(client("rds"), "describe_db_subnet_groups", "DBSubnetGroups") == []
    log_groups = account.pages(client("logs"), "describe_log_groups", "logGroups")
    assert [item["logGroupName"] for item in log_groups] == [FLOW_LOG_GROUP]
    assert len(account.pages(client("ec2"), "describe_addresses", "Addresses")) == 1
    assert len(client("elasticache").describe_replication_groups()["ReplicationGroups"]) == 1
    assert len(client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]) == 4

    # a flow log that was given up goes on with its role and its log group, which were not
    assert play("playbooks/release.yml", confirm="dev", release=["AWS::EC2::*"]).changed == 1
    destroyed = play("playbooks/destroy.yml", confirm="dev")
    assert destroyed.code != 0
    assert f":log-group:{FLOW_LOG_GROUP}" in destroyed.output, destroyed.output
    assert [item["DeliverLogsStatus"] for item in client("ec2").describe_flow_logs()["FlowLogs"]] == ["SUCCESS"]
    assert client("iam").get_role(RoleName="streamflix-flow-log-dev-eu-west-1")

    preview = play("playbooks/release.yml", "--check")
    assert preview.changed == 1
    assert owned(client)
    released = play("playbooks/release.yml", confirm="dev")
    assert (released.code, released.changed) == (0, 1), released.output
    assert owned(client) == []
    assert play("playbooks/release.yml", confirm="dev").changed == 0

    running = account.snapshot(client)
    left = play("playbooks/destroy.yml", confirm="dev")
    assert (left.code, left.changed) == (0, 0), left.output
    assert account.snapshot(client) == running
    stopped = play("site.yml")
    assert f"AWS::Logs::LogGroup {FLOW_LOG_GROUP} is not ours" in stopped.output
    assert account.snapshot(client) == running

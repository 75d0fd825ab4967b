"""The restore drill: killed in the middle, then run again; what it makes is its own, and gone afterwards."""

from __future__ import annotations

import pathlib
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, playbook, server

TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api"}
CLUSTER, DRILL = "streamflix-aurora-dev", "streamflix-restore-drill-dev"
CACHE, REDIS_DRILL = "streamflix-redis-dev", "streamflix-redis-drill-dev"
BOOK = "playbooks/restore_drill.yml"
LONGEST_SECONDS = 120


def pairs(**more: str) -> list[dict[str, str]]:
    """Return the stack's tags as AWS takes them."""
    return [{"Key": key, "Value": text} for key, text in {**TAGS, **more}.items()]


def leave_a_stack(aws: account.Client) -> None:
    """Make of a stack what a drill needs: the network, and a backup of the database."""
    ec2, rds = aws("ec2"), aws("rds")
    tagged = [{"ResourceType": "vpc", "Tags": pairs(Name="streamflix-vpc-dev")}]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged)["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for number, zone in enumerate("ab")
    ]
    ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    ec2.create_tags(Resources=ids, Tags=pairs())
    group = "streamflix-aurora-subnet-dev"
    rds.create_db_subnet_group(DBSubnetGroupName=group, DBSubnetGroupDescription="x", SubnetIds=ids, Tags=pairs())
    rds.create_db_cluster(
        DBClusterIdentifier=CLUSTER,
        Engine="aurora-postgresql",
        EngineVersion="15.17",
        MasterUsername="postgres",
        MasterUserPassword="the-live-password",
        DBSubnetGroupName=group,
        StorageEncrypted=True,
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
        Tags=pairs(),
    )
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=CLUSTER, WaiterConfig={"Delay": 1})
    rds.create_db_cluster_snapshot(DBClusterIdentifier=CLUSTER, DBClusterSnapshotIdentifier="older")
    leave_a_cache(aws, ids, CACHE, "streamflix-redis-subnet-dev")
    aws("elasticache").create_snapshot(ReplicationGroupId=CACHE, SnapshotName="nightly")


def leave_a_cache(aws: account.Client, subnets: list[str], name: str, subnet_group: str, **more: Any) -> None:
    """Make a replication group with a subnet group, and wait for it."""
    cache, tags = aws("elasticache"), more.pop("Tags", pairs())
    cache.create_cache_subnet_group(
        CacheSubnetGroupName=subnet_group, CacheSubnetGroupDescription="x", SubnetIds=subnets, Tags=tags
    )
    cache.create_replication_group(
        ReplicationGroupId=name,
        ReplicationGroupDescription="x",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=1,
        CacheSubnetGroupName=subnet_group,
        Tags=tags,
        **more,
    )
    cache.get_waiter("replication_group_available").wait(ReplicationGroupId=name, WaiterConfig={"Delay": 1})


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give the URL of an AWS that takes its time and is strict, with what a drill needs of a stack."""
    with server.running(Modes(rules=True, validate=True, timescale=300)) as url:
        leave_a_stack(server.clients(url))
        yield url


@pytest.fixture(scope="module")
def aws(endpoint: str) -> account.Client:
    """Give clients of that AWS."""
    return server.clients(endpoint)


def restored(aws: account.Client) -> list[dict[str, Any]]:
    """Return the clusters beside the live one."""
    clusters = aws("rds").describe_db_clusters()["DBClusters"]
    return [one for one in clusters if one["DBClusterIdentifier"] != CLUSTER]


def kill_a_drill(endpoint: str, aws: account.Client, home: pathlib.Path) -> None:
    """Begin a drill, and kill it as soon as there is a restored cluster."""
    process = subprocess.Popen(
        ["ansible-playbook", BOOK, "-i", "inventories/dev"],
        cwd=playbook.ROOT,
        env=playbook.environment(endpoint, str(home)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + LONGEST_SECONDS
    while not restored(aws):
        assert process.poll() is None, "the drill ended without a restored cluster"
        assert time.monotonic() < end, "the drill has restored nothing"
        time.sleep(0.05)
    playbook.kill(process.pid)
    process.wait()
    # its lock ends by itself half an hour later
    (lock,) = aws("ec2").describe_launch_templates()["LaunchTemplates"]
    aws("ec2").delete_launch_template(LaunchTemplateId=lock["LaunchTemplateId"])


def test_a_killed_drill_is_cleaned_up_by_the_next(endpoint: str, aws: account.Client, tmp_path: pathlib.Path) -> None:
    before = account.snapshot(aws)
    kill_a_drill(endpoint, aws, tmp_path)
    (left,) = restored(aws)
    tags = {tag["Key"]: tag["Value"] for tag in left["TagList"]}
    assert left["DBClusterIdentifier"] == DRILL
    assert tags == {**TAGS, "ManagedBy": "streamflix.content_api restore drill"}, "no run takes it for the stack's"
    assert left["DBSubnetGroup"] == DRILL

    run = playbook.run(BOOK, endpoint=endpoint, inventory="inventories/dev", backup_redis_drill=True)
    assert run.code == 0, run.output
    assert "The snapshot of" in run.output
    assert "Restored in" in run.output
    assert "The snapshot nightly of" in run.output
    assert account.snapshot(aws) == before, "the drill leaves nothing"
    metrics = aws("cloudwatch").list_metrics(Namespace="streamflix-dev")["Metrics"]
    about = {metric["MetricName"]: metric["Dimensions"] for metric in metrics}
    database, cache = (
        [{"Name": name, "Value": value}]
        for name, value in (("DBClusterIdentifier", CLUSTER), ("ReplicationGroupId", CACHE))
    )
    assert about == {
        **dict.fromkeys(("RestoreDrillSucceeded", "RestoreDrillSeconds"), database),
        **dict.fromkeys(("RedisRestoreDrillSucceeded", "RedisRestoreDrillSeconds"), cache),
    }


def test_a_preview_writes_nothing(endpoint: str, aws: account.Client) -> None:
    before = account.snapshot(aws)
    run = playbook.run(BOOK, "--check", endpoint=endpoint, inventory="inventories/dev", backup_redis_drill=True)
    assert run.code == 0, run.output
    assert account.snapshot(aws) == before
    assert {one["name"] for one in run.changes} >= {DRILL, REDIS_DRILL}


def test_a_failed_drill_says_so_and_leaves_nothing(endpoint: str, aws: account.Client) -> None:
    before = account.snapshot(aws)
    run = playbook.run(BOOK, endpoint=endpoint, inventory="inventories/dev", backup_drill_query="SELECT id FROM titles")
    assert run.code != 0
    (failure,) = run.failures
    assert '"rows": []' in failure["message"]
    assert account.snapshot(aws) == before


def test_a_drill_never_takes_the_name_of_the_database(endpoint: str, aws: account.Client) -> None:
    before = account.snapshot(aws)
    run = playbook.run(BOOK, endpoint=endpoint, inventory="inventories/dev", backup_drill_identifier=CLUSTER)
    (failure,) = run.failures
    assert "backup_drill_identifier" in failure["message"]
    assert account.snapshot(aws) == before


def test_a_backup_that_is_too_old_is_not_restored(endpoint: str, aws: account.Client) -> None:
    before = account.snapshot(aws)
    run = playbook.run(BOOK, endpoint=endpoint, inventory="inventories/dev", backup_max_age_hours=-1)
    (failure,) = run.failures
    assert "hours old, more than backup_max_age_hours -1" in failure["message"]
    assert account.snapshot(aws) == before


def leave_a_redis_drill(aws: account.Client) -> None:
    """Leave what a drill of Redis has made when it is killed at its end."""
    ec2, tags = aws("ec2"), pairs(ManagedBy="streamflix.content_api restore drill")
    subnets = [one for one in ec2.describe_subnets()["Subnets"] if one["CidrBlock"].startswith("10.0.")]
    (vpc,) = {one["VpcId"] for one in subnets}
    group = ec2.create_security_group(GroupName=REDIS_DRILL, Description="x", VpcId=vpc)["GroupId"]
    ec2.create_tags(Resources=[group], Tags=tags)
    more = {"SecurityGroupIds": [group], "SnapshotName": "nightly", "Tags": tags}
    leave_a_cache(aws, [one["SubnetId"] for one in subnets], REDIS_DRILL, REDIS_DRILL, **more)


def test_a_removal_takes_what_a_killed_drill_left(endpoint: str, aws: account.Client, tmp_path: pathlib.Path) -> None:
    """The inventory has no role backup, of which a drill needs nothing."""
    kill_a_drill(endpoint, aws, tmp_path)
    leave_a_redis_drill(aws)
    preview = playbook.run("playbooks/destroy.yml", "--check", endpoint=endpoint, inventory="inventories/dev")
    assert preview.code == 0, preview.output
    assert {DRILL, REDIS_DRILL} <= {one["name"] for one in preview.changes}
    run = playbook.run("playbooks/destroy.yml", endpoint=endpoint, inventory="inventories/dev", confirm="dev")
    assert run.code == 0, run.output
    left = account.snapshot(aws)
    kinds = ("rds.DBClusters", "rds.DBSubnetGroups", "secretsmanager.SecretList", "elasticache.ReplicationGroups")
    assert [left[kind] for kind in kinds] == [[]] * len(kinds)
    groups = {group["GroupName"] for group in aws("ec2").describe_security_groups()["SecurityGroups"]}
    assert groups == {"default"}

"""The journal: what it writes, what it hides, and what can be asked of it."""

from __future__ import annotations

import json
import pathlib

import pytest
from botocore.exceptions import ClientError

from emulator import journal
from emulator.modes import Modes
from tests.unit.emulator.conftest import REGION, Start

PASSWORD = "correct-horse-battery"


@pytest.fixture
def file(tmp_path: pathlib.Path) -> pathlib.Path:
    """Where the journal is written; its folder is made."""
    return tmp_path / "deep" / "journal.jsonl"


def test_each_protocol_is_written_down(start: Start, file: pathlib.Path) -> None:
    aws = start(Modes(journal=file))
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    aws.client("ec2").describe_vpcs(VpcIds=[vpc])
    aws.client("elbv2").describe_load_balancers()
    aws.client("ecs").create_cluster(clusterName="one")
    api = aws.client("apigateway").create_rest_api(name="two")["id"]
    aws.client("apigateway").get_resources(restApiId=api)
    entries = journal.load(file)
    assert [(entry.service, entry.operation, entry.writes) for entry in entries] == [
        ("ec2", "CreateVpc", True),
        ("ec2", "DescribeVpcs", False),
        ("elbv2", "DescribeLoadBalancers", False),
        ("ecs", "CreateCluster", True),
        ("apigateway", "CreateRestApi", True),
        ("apigateway", "GetResources", False),
    ]
    assert [entry.parameters for entry in entries] == [
        {"CidrBlock": "10.0.0.0/16"},
        {"VpcIds": [vpc]},
        {},
        {"clusterName": "one"},
        {"name": "two"},
        {"restApiId": api},
    ]
    assert {(entry.succeeded, entry.error, entry.region, entry.caller) for entry in entries} == {
        (True, "", REGION, "testing")
    }


def test_secrets_are_hidden(start: Start, file: pathlib.Path) -> None:
    aws = start(Modes(journal=file))
    aws.client("secretsmanager").create_secret(Name="one", SecretString=PASSWORD)
    aws.client("rds").create_db_cluster(
        DBClusterIdentifier="two", Engine="aurora-postgresql", MasterUsername="postgres", MasterUserPassword=PASSWORD
    )
    aws.client("elasticache").create_replication_group(
        ReplicationGroupId="three",
        ReplicationGroupDescription="three",
        AuthToken=PASSWORD,
        TransitEncryptionEnabled=True,
    )
    aws.client("secretsmanager").get_random_password(PasswordLength=32, ExcludePunctuation=True)
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": [PASSWORD]}}
    with pytest.raises(ClientError):
        aws.client("elbv2").modify_rule(RuleArn="none", Conditions=[header])
    assert PASSWORD not in file.read_text()
    secret, cluster, group, password, rule = journal.load(file)
    assert rule.parameters["Conditions"][0]["HttpHeaderConfig"] == {
        "HttpHeaderName": "X-Origin",
        "Values": journal.MASK,
    }
    assert secret.parameters["SecretString"] == journal.MASK
    assert cluster.parameters["MasterUserPassword"] == journal.MASK
    assert cluster.parameters["MasterUsername"] == "postgres"
    assert group.parameters["AuthToken"] == journal.MASK
    assert password.parameters == {"PasswordLength": 32, "ExcludePunctuation": True}


def test_errors_have_their_code(start: Start, file: pathlib.Path) -> None:
    aws = start(Modes(journal=file))
    refused = [
        lambda: aws.client("ec2").describe_vpcs(VpcIds=["vpc-0"]),
        lambda: aws.client("rds").describe_db_clusters(DBClusterIdentifier="none"),
        lambda: aws.client("ecs").describe_services(cluster="none", services=["none"]),
        lambda: aws.client("apigateway").get_rest_api(restApiId="none"),
    ]
    for request in refused:
        with pytest.raises(ClientError):
            request()
    assert [(entry.error, entry.succeeded) for entry in journal.load(file)] == [
        ("InvalidVpcID.NotFound", False),
        ("DBClusterNotFoundFault", False),
        ("ClusterNotFoundException", False),
        ("NotFoundException", False),
    ]


def line(moment: float, service: str, operation: str, status: int = 200) -> str:
    """Return a line of a journal."""
    writes = not operation.startswith("Describe")
    entry = {"time": moment, "service": service, "operation": operation, "status": status, "writes": writes}
    return (
        json.dumps(entry | {"parameters": {}, "error": "", "fault": "", "region": REGION, "caller": "testing"}) + "\n"
    )


def test_what_can_be_asked(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text(
        line(1.0, "ec2", "DescribeVpcs")
        + line(1.5, "ec2", "CreateVpc")
        + line(3.0, "ec2", "CreateVpc", 400)
        + line(3.25, "ecs", "CreateCluster", journal.NO_REPLY)
        + line(4.0, "ecs", "DeleteCluster")
        + '{"time": 5.0, "serv'
    )
    entries = journal.load(file)
    assert len(entries) == 5
    assert entries.count_by_service() == {"ec2": 3, "ecs": 2}
    assert entries.count_by_operation()["ec2:CreateVpc"] == 2
    assert [entry.time for entry in entries.creates()] == [1.5, 3.25]
    assert [entry.time for entry in entries.writes()] == [1.5, 3.25, 4.0]
    assert [entry.time for entry in entries.failed()] == [3.0, 3.25]
    assert entries.of("ec2").gaps() == [0.5, 1.5]
    assert len(entries.of("ecs", "DeleteCluster").since(3.5)) == 1
    assert len(entries.since(4.5)) == 0


def test_what_came_too_fast_is_told_apart(file: pathlib.Path) -> None:
    codes = [
        "",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "InternalError",
    ]
    line = dict.fromkeys(("service", "operation", "fault", "region", "caller"), "x")
    line |= {"time": 1.0, "parameters": {}, "status": 400, "writes": False}
    file.parent.mkdir()
    file.write_text("".join(json.dumps(line | {"error": code}) + "\n" for code in codes))
    assert [entry.error for entry in journal.load(file).throttled()] == codes[1:5]

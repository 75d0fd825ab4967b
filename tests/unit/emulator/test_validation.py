"""Validation of requests. Each case names the AWS document that it follows; without one, it is the service's model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator import services
from emulator.modes import Modes
from emulator.validation import patterns
from emulator.validation.layer import Validation
from tests.unit.emulator.conftest import REGION, Start
from tests.unit.emulator.strict import TRUST, refused

SERVICES = (
    "apigateway",
    "apigatewayv2",
    "application-autoscaling",
    "ec2",
    "ecs",
    "elasticache",
    "elbv2",
    "iam",
    "kms",
    "logs",
    "rds",
    "resourcegroupstaggingapi",
    "secretsmanager",
    "sts",
    "wafv2",
)
PASSWORD = "correct-horse"
CLUSTER = {
    "DBClusterIdentifier": "one",
    "Engine": "aurora-postgresql",
    "MasterUsername": "postgres",
    "MasterUserPassword": PASSWORD,
}
CAPACITY = "ServerlessV2ScalingConfiguration"
CACHE = {"ReplicationGroupId": "one", "ReplicationGroupDescription": "one", "CacheNodeType": "cache.t4g.micro"}
CONTAINER = {"name": "api", "image": "public.ecr.aws/nginx/nginx:1.29.3"}
TASK = {"family": "api", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}
SIX = ["a", "b", "c", "d", "e", "f"]
RULE: dict[str, Any] = {"ListenerArn": "x", "Priority": 1, "Actions": [{"Type": "forward", "TargetGroupArn": "x"}]}
TARGETS = {"Name": "one", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip"}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
BIG = json.dumps({**POLICY, "Id": "x" * 10240})
Clients = Callable[[str], Any]


@pytest.fixture
def aws(start: Start) -> Clients:
    """Return clients that check nothing themselves, of an emulator that does."""
    emulator = start(Modes(validate=True))

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=emulator.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )

    return client


Case = tuple[str, str, str, dict[str, Any]]
BY_MODEL: list[Case] = [
    # enum
    ("ec2", "create_vpc", "InvalidParameterValue", {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "lonely"}),
    ("elbv2", "create_load_balancer", "ValidationError", {"Name": "one", "Scheme": "hidden"}),
    ("ecs", "create_service", "InvalidParameterException", {"serviceName": "one", "launchType": "MOON"}),
    # range
    ("elbv2", "create_target_group", "ValidationError", {**TARGETS, "HealthCheckIntervalSeconds": 4}),
    ("elbv2", "create_target_group", "ValidationError", {**TARGETS, "UnhealthyThresholdCount": 11}),
    ("elbv2", "create_target_group", "ValidationError", {**TARGETS, "Port": 65536}),
    ("secretsmanager", "get_random_password", "ValidationException", {"PasswordLength": 4097}),
    # length
    ("logs", "create_log_group", "InvalidParameterException", {"logGroupName": "x" * 513}),
    ("secretsmanager", "create_secret", "ValidationException", {"Name": "one", "ClientRequestToken": "short"}),
    ("ecr", "create_repository", "InvalidParameterException", {"repositoryName": "x"}),
    ("iam", "create_role", "ValidationError", {"RoleName": "x" * 65, "AssumeRolePolicyDocument": TRUST}),
    # pattern
    ("iam", "create_role", "ValidationError", {"RoleName": "a role", "AssumeRolePolicyDocument": TRUST}),
    ("logs", "create_log_group", "InvalidParameterException", {"logGroupName": "a group?"}),
    ("ecs", "create_cluster", "InvalidParameterException", {"tags": [{"key": "a?", "value": "b"}]}),
    # required
    ("ec2", "create_subnet", "MissingParameter", {"CidrBlock": "10.0.0.0/24"}),
    ("rds", "create_db_cluster", "MissingParameter", {"Engine": "aurora-postgresql"}),
    ("elasticache", "create_replication_group", "MissingParameter", {"ReplicationGroupId": "one"}),
    ("iam", "create_role", "ValidationError", {"RoleName": "one"}),
    ("secretsmanager", "describe_secret", "ValidationException", {}),
    ("ecs", "register_task_definition", "InvalidParameterException", {"family": "one"}),
]


@pytest.mark.parametrize(("service", "operation", "code", "params"), BY_MODEL)
def test_models_are_obeyed(aws: Clients, service: str, operation: str, code: str, params: dict[str, Any]) -> None:
    refused(code, getattr(aws(service), operation), **params)


def test_the_message_says_where_and_why(aws: Clients) -> None:
    """AWS's words for a request that breaks the model of a service."""
    tags = [{"key": "good", "value": "x"}, {"key": "bad?", "value": "x"}]
    message = refused("InvalidParameterException", aws("ecs").create_cluster, tags=tags)
    assert message == (
        "1 validation error detected: Value 'bad?' at 'tags.2.member.key' failed to satisfy constraint: Member must "
        r"satisfy regular expression pattern: ([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"
    )


def test_secrets_are_not_repeated(aws: Clients) -> None:
    create = aws("secretsmanager").create_secret
    assert PASSWORD not in refused("ValidationException", create, Name="one", SecretString=PASSWORD * 6000)
    create = aws("rds").create_db_cluster
    text = f"{PASSWORD}@"
    assert text not in refused("InvalidParameterValue", create, **{**CLUSTER, "MasterUserPassword": text})


def test_what_an_operation_does_not_have_is_refused(aws: Clients) -> None:
    """Amazon EC2 API Reference, "Error codes for the Amazon EC2 API": UnknownParameter."""

    def add(request: Any, **_unused: Any) -> None:
        data = request.data
        request.data = {**data, "Colour": "red"} if isinstance(data, dict) else data.replace(b"}", b', "colour": 1}', 1)

    for service, operation, code, params in (
        ("ec2", "create_vpc", "UnknownParameter", {"CidrBlock": "10.0.0.0/16"}),
        ("elbv2", "describe_load_balancers", "ValidationError", {}),
        ("ecs", "create_cluster", "InvalidParameterException", {"clusterName": "one"}),
        ("apigateway", "create_rest_api", "BadRequestException", {"name": "one"}),
    ):
        client = aws(service)
        client.meta.events.register("request-created", add)
        assert "olour" in refused(code, getattr(client, operation), **params)


def test_values_have_the_right_type(aws: Clients) -> None:
    def to_text(model: Any, params: dict[str, Any], **_unused: Any) -> None:
        body = params["body"]
        params["body"] = {**body, "MaxResults": "many"} if isinstance(body, dict) else body.replace(b"10", b'"ten"')

    for service, operation, code, params in (
        ("ec2", "describe_vpcs", "InvalidParameterValue", {"MaxResults": 10}),
        ("ecs", "list_clusters", "SerializationException", {"maxResults": 10}),
    ):
        client = aws(service)
        client.meta.events.register("before-call", to_text)
        refused(code, getattr(client, operation), **params)


def container(**changes: Any) -> dict[str, Any]:
    """Return a task definition with a changed container."""
    return {**TASK, "containerDefinitions": [{**CONTAINER, **changes}]}


def permission(description: str) -> dict[str, Any]:
    """Return the parameters that add a rule with a description."""
    ranges = [{"CidrIp": "10.0.0.0/8", "Description": description}]
    return {"GroupId": "sg-1", "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": ranges}]}


def tagged(count: int, key: str = "key", value: str = "x") -> dict[str, Any]:
    """Return the tags of a new VPC."""
    tags = [{"Key": f"{key}{number}", "Value": value} for number in range(count)]
    return {"CidrBlock": "10.0.0.0/16", "TagSpecifications": [{"ResourceType": "vpc", "Tags": tags}]}


RDS, EC2, ECS = "InvalidParameterValue", "InvalidParameterValue", "ClientException"
NETWORK = {"serviceName": "one", "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}
# what each follows stands in limits.py of the folder of its service
BY_DOCUMENT: list[Case] = [
    *(
        ("rds", "create_db_cluster", RDS, {**CLUSTER, **change})
        for change in (
            {"DBClusterIdentifier": "1one"},
            {"DBClusterIdentifier": "one--two"},
            {"DBClusterIdentifier": "one-"},
            {"DBClusterIdentifier": "one_two"},
            {"DBClusterIdentifier": "x" * 64},
            {"MasterUserPassword": "short"},
            {"MasterUserPassword": "x" * 42},
            {"MasterUserPassword": "with/slash"},
            {"MasterUserPassword": 'with"quote'},
            {"MasterUserPassword": "with@at-sign"},
            {"MasterUsername": "1postgres"},
            {"BackupRetentionPeriod": 0},
            {"Port": 1149},
            {"PreferredBackupWindow": "25:00-26:00"},
            {"PreferredBackupWindow": "23:45-00:10"},
            {"PreferredMaintenanceWindow": "someday:03:00-someday:04:00"},
            {"PerformanceInsightsRetentionPeriod": 8},
        )
    ),
    *(
        ("rds", "create_db_cluster", "InvalidParameterCombination", {**CLUSTER, CAPACITY: capacity})
        for capacity in (
            {"MinCapacity": 0.7, "MaxCapacity": 1},
            {"MinCapacity": 2, "MaxCapacity": 1},
            {"MinCapacity": 1, "MaxCapacity": 256.5},
            {"MinCapacity": 1, "MaxCapacity": 2, "SecondsUntilAutoPause": 300},
            {"MinCapacity": 0, "MaxCapacity": 2, "SecondsUntilAutoPause": 299},
        )
    ),
    ("elasticache", "create_replication_group", RDS, {**CACHE, "ReplicationGroupId": "x" * 41}),
    ("elasticache", "create_replication_group", RDS, {**CACHE, "ReplicationGroupId": "one-"}),
    ("elasticache", "create_replication_group", RDS, {**CACHE, "SnapshotRetentionLimit": 36}),
    ("elasticache", "create_replication_group", RDS, {**CACHE, "AuthToken": "fifteen-letters"}),
    ("ec2", "create_security_group", EC2, {"GroupName": "one", "Description": "ünfit"}),
    ("ec2", "create_security_group", EC2, {"GroupName": "one", "Description": "x" * 256}),
    ("ec2", "create_security_group", EC2, {"GroupName": "sg-one", "Description": "one"}),
    ("ec2", "authorize_security_group_ingress", EC2, permission("what?")),
    ("ec2", "create_vpc", "TagLimitExceeded", tagged(51)),
    ("ec2", "create_vpc", EC2, tagged(1, key="aws:")),
    ("ec2", "create_vpc", EC2, tagged(1, key="x" * 128)),
    ("ec2", "create_vpc", EC2, tagged(1, value="x" * 257)),
    ("rds", "create_db_cluster", RDS, {**CLUSTER, "Tags": [{"Key": "cost", "Value": "50%"}]}),
    ("elasticache", "create_replication_group", RDS, {**CACHE, "Tags": [{"Key": "a#", "Value": ""}]}),
    ("apigateway", "create_rest_api", "BadRequestException", {"name": "one", "tags": {"a": "b?"}}),
    (
        "secretsmanager",
        "create_secret",
        "ValidationException",
        {"Name": "a", "SecretString": "x", "Tags": [{"Key": "a", "Value": "b*"}]},
    ),
    ("ec2", "create_nat_gateway", "MissingParameter", {"SubnetId": "subnet-1"}),
    ("elbv2", "create_target_group", "ValidationError", {**TARGETS, "HealthCheckTimeoutSeconds": 30}),
    *(
        ("elbv2", "create_target_group", "ValidationError", {**TARGETS, "ProtocolVersion": version, "Matcher": matcher})
        for version, matcher in (
            ("HTTP1", {"GrpcCode": "12"}),
            ("HTTP2", {"GrpcCode": "12"}),
            ("GRPC", {"HttpCode": "200"}),
            ("GRPC", {"GrpcCode": "0-100"}),
        )
    ),
    (
        "elbv2",
        "create_rule",
        "ValidationError",
        {**RULE, "Conditions": [{"Field": "host-header", "Values": list("abcdef")}]},
    ),
    ("ecs", "create_cluster", "InvalidParameterException", {"clusterName": "one.two"}),
    ("ecs", "create_service", "InvalidParameterException", {**NETWORK, "serviceName": "one two"}),
    ("ecs", "create_service", "InvalidParameterException", {**NETWORK, "desiredCount": -1}),
    (
        "ecs",
        "create_service",
        "InvalidParameterException",
        {**NETWORK, "deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 100}},
    ),
    ("ecs", "register_task_definition", ECS, container(name="an api")),
    ("ecs", "register_task_definition", ECS, container(environment=[{"name": "", "value": "x"}])),
    ("ecs", "register_task_definition", ECS, container(healthCheck={"command": ["CMD", "x"], "interval": 4})),
    ("ecs", "register_task_definition", ECS, {**container(), "family": "x" * 256}),
    ("ecs", "register_task_definition", ECS, {**container(), "cpu": "256", "memory": "4096"}),
    ("iam", "create_policy", "LimitExceeded", {"PolicyName": "one", "PolicyDocument": BIG}),
    ("iam", "create_role", "LimitExceeded", {"RoleName": "one", "AssumeRolePolicyDocument": BIG}),
    ("secretsmanager", "create_secret", "ValidationException", {"Name": "a secret", "SecretString": "x"}),
    ("apigateway", "create_stage", "BadRequestException", {"restApiId": "a", "deploymentId": "b", "stageName": "a.b"}),
    (
        "apigateway",
        "update_stage",
        "BadRequestException",
        {
            "restApiId": "a",
            "stageName": "b",
            "patchOperations": [{"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "5001"}],
        },
    ),
    (
        "elbv2",
        "modify_load_balancer_attributes",
        "InvalidConfigurationRequest",
        {"LoadBalancerArn": "arn", "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "4001"}]},
    ),
    (
        "elbv2",
        "modify_target_group_attributes",
        "InvalidConfigurationRequest",
        {"TargetGroupArn": "arn", "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "-1"}]},
    ),
    ("logs", "put_retention_policy", "InvalidParameterException", {"logGroupName": "one", "retentionInDays": 2}),
    ("kms", "create_key", "ValidationException", {"Tags": [{"TagKey": "aws:one", "TagValue": ""}]}),
]


@pytest.mark.parametrize(("service", "operation", "code", "params"), BY_DOCUMENT)
def test_documents_are_obeyed(aws: Clients, service: str, operation: str, code: str, params: dict[str, Any]) -> None:
    refused(code, getattr(aws(service), operation), **params)


def test_each_limit_names_its_document_and_an_operation_that_exists() -> None:
    session = botocore.session.get_session()
    tables = services.tables("limits")
    assert {"apigateway", "ec2", "ecs", "elasticache", "elbv2", "iam", "rds", "secretsmanager"} == set(tables)
    for service, table in tables.items():
        operations = set(session.get_service_model(service).operation_names)
        assert getattr(table, "COMBINED", {}).keys() <= operations
        for limit in table.LIMITS:
            assert set(limit.operations) <= operations, limit
            assert limit.page


def test_good_requests_pass(aws: Clients) -> None:
    """What the cases above change is good without the change."""
    aws("rds").create_db_cluster(**CLUSTER, Tags=[{"Key": "Équipe 7", "Value": "_.:/=+-@ 部"}])
    aws("elasticache").create_replication_group(**CACHE)
    aws("ec2").create_vpc(**tagged(50))
    aws("ec2").create_vpc(**tagged(1, value="any sign, even #*?%"))
    vpc_id = aws("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    for version, code in (("GRPC", {"GrpcCode": "0,12-99"}), ("HTTP2", {"HttpCode": "200"})):
        group = {**TARGETS, "Name": version, "VpcId": vpc_id, "ProtocolVersion": version, "Matcher": code}
        aws("elbv2").create_target_group(**group)
    aws("ecs").register_task_definition(**container(environment=[{"name": "A", "value": ""}]))
    aws("secretsmanager").create_secret(Name="a/b_c+d=e.f@g-h", SecretString="x")
    aws("iam").create_policy(PolicyName="one", PolicyDocument=json.dumps(POLICY))
    aws("ec2").create_nat_gateway(SubnetId=subnet(aws), ConnectivityType="private")
    aws("kms").create_key(Tags=[{"TagKey": "Environment", "TagValue": "dev"}])


def test_the_lock_tokens_that_waf_gives_are_taken(aws: Clients) -> None:
    waf, scope = aws("wafv2"), {"Name": "one", "Scope": "REGIONAL"}
    made = waf.create_ip_set(**scope, IPAddressVersion="IPV4", Addresses=[])["Summary"]
    kept = {**scope, "Id": made["Id"]}
    token = waf.update_ip_set(**kept, Addresses=["10.0.0.0/8"], LockToken=made["LockToken"])["NextLockToken"]
    waf.delete_ip_set(**kept, LockToken=token)
    assert waf.list_ip_sets(Scope="REGIONAL")["IPSets"] == []


def subnet(aws: Clients) -> str:
    """Return a subnet of the default VPC."""
    return aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]


def test_without_validation_moto_is_kinder(start: Start) -> None:
    client = start(Modes()).client("ec2")
    client.create_security_group(GroupName="one", Description="ünfit", VpcId=client.describe_vpcs()["Vpcs"][0]["VpcId"])


def test_a_refused_request_changes_nothing(aws: Clients) -> None:
    with pytest.raises(ClientError):
        aws("ec2").create_vpc(**tagged(51))
    assert len(aws("ec2").describe_vpcs()["Vpcs"]) == 1


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "Größe 1/2", "a?"),
        (r"[\w-_]*", "a-b_c", "a b"),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a\n\U0001f600", "\x00"),
        (r"[\P{C}]+", "a", "\x07"),
        (r"^(?i)(true|false)$", "TRUE", "truer"),
        (r"\Asnap-[0-9]\z", "snap-1", "snap-1\n"),
        (r"\p{Print}+", "a b", "ä"),
        (r"[a\x{0022}]+", 'a"', "b"),
        (r"^[a-z[]+$", "a[", "]"),
        (r"[A-Za-z](?!.*--)[0-9A-Za-z-]*[^-]|^default(?!.*--)", "one-two", "one--two"),
    ],
)
def test_java_patterns_are_understood(pattern: str, good: str, bad: str) -> None:
    assert patterns.matches(pattern, good)
    assert not patterns.matches(pattern, bad)


def test_no_pattern_of_our_services_is_skipped() -> None:
    session = botocore.session.get_session()
    seen = set()
    for service in SERVICES:
        model = session.get_service_model(service)
        found = {model.shape_for(name).metadata.get("pattern") for name in model.shape_names}
        seen |= found - {None}
    assert len(seen) > 150
    for pattern in seen:
        assert pattern not in patterns.BROKEN
        assert isinstance(patterns.compiled(pattern), re.Pattern)


def test_broken_patterns_are_listed_with_their_reason() -> None:
    for pattern, reason in patterns.BROKEN.items():
        assert reason
        assert patterns.matches(pattern, "anything")
        with pytest.raises(re.error):
            patterns.compiled(pattern)


def test_the_layer_keeps_nothing() -> None:
    Validation().reset()

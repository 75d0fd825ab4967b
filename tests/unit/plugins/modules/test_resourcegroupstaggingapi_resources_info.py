"""The sweep by tag: all pages, what is gone although it is listed, what is kept on purpose."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import existence
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.arns import Target, parse
from ansible_collections.streamflix.content_api.plugins.modules import resourcegroupstaggingapi_resources_info as sweep

MODULE = "resourcegroupstaggingapi_resources_info"
TAGS = {"Application": "streamflix", "Environment": "dev"}
PAIRS = [{"Key": name, "Value": value} for name, value in TAGS.items()]


def arns(found: list[dict[str, Any]]) -> list[str]:
    return [entry["arn"] for entry in found]


@pytest.fixture
def group(aws: Any) -> str:
    logs = aws("logs")
    logs.create_log_group(logGroupName="/ecs/streamflix-api-dev", tags=TAGS)
    return logs.describe_log_groups()["logGroups"][0]["logGroupArn"]


def test_finds_what_has_all_the_tags(aws: Any, run_module: Any, group: str) -> None:
    aws("logs").create_log_group(logGroupName="/ecs/streamflix-api-prod", tags={**TAGS, "Environment": "prod"})
    for check in (True, False):
        found = run_module(MODULE, check=check, tag_filters=TAGS)
        assert not found["changed"]
        assert found["resources"] == [{"arn": group, "tags": TAGS, "verified": True}]
        assert (found["gone"], found["excluded"]) == ([], [])


def test_a_value_may_be_one_of_several_or_any(aws: Any, run_module: Any, group: str) -> None:
    aws("logs").create_log_group(logGroupName="/other", tags={"Environment": "prod"})
    assert len(run_module(MODULE, tag_filters={"Environment": ["dev", "prod"]})["resources"]) == 2
    assert len(run_module(MODULE, tag_filters={"Environment": None})["resources"]) == 2
    assert arns(run_module(MODULE, tag_filters={"Application": None})["resources"]) == [group]


def test_reads_all_pages(aws: Any, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        aws("logs").create_log_group(logGroupName=f"/ecs/{number}", tags=TAGS)
    monkeypatch.setattr(sweep, "RESOURCES_PER_PAGE", 2)
    assert len(run_module(MODULE, tag_filters=TAGS)["resources"]) == 5


def test_what_is_kept_on_purpose_is_told_apart(run_module: Any, group: str) -> None:
    found = run_module(MODULE, tag_filters=TAGS, exclude=["arn:aws:logs:*:log-group:/ecs/*"])
    assert found["resources"] == []
    assert found["excluded"] == [{"arn": group, "tags": TAGS}]


def test_no_tag_at_all_is_refused(aws: Any, run_module: Any) -> None:
    failed = run_module(MODULE, tag_filters={})
    assert failed["failed"]
    assert "everything in the region" in failed["msg"]


def test_what_aws_only_remembers_is_gone(aws: Any, run_module: Any) -> None:
    ecs, ec2, secrets = aws("ecs"), aws("ec2"), aws("secretsmanager")
    task = ecs.register_task_definition(
        family="api",
        containerDefinitions=[{"name": "api", "image": "nginx", "memory": 64}],
        tags=[{"key": name, "value": value} for name, value in TAGS.items()],
    )["taskDefinition"]["taskDefinitionArn"]
    secret = secrets.create_secret(Name="credentials", SecretString="x", Tags=PAIRS)["ARN"]
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": PAIRS}])["Vpc"][
        "VpcId"
    ]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    gateway_id = ec2.create_nat_gateway(
        SubnetId=subnet_id,
        ConnectivityType="private",
        TagSpecifications=[{"ResourceType": "natgateway", "Tags": PAIRS}],
    )["NatGateway"]["NatGatewayId"]
    assert len(run_module(MODULE, tag_filters=TAGS)["resources"]) == 4

    ecs.deregister_task_definition(taskDefinition=task)
    secrets.delete_secret(SecretId=secret)
    ec2.delete_nat_gateway(NatGatewayId=gateway_id)
    found = run_module(MODULE, tag_filters=TAGS)
    assert arns(found["resources"]) == [f"arn:aws:ec2:eu-west-1:123456789012:vpc/{vpc_id}"]
    reasons = {entry["arn"]: entry["reason"] for entry in found["gone"]}
    assert reasons[task] == "INACTIVE"
    assert reasons.get(secret, "DeletedDate").startswith("DeletedDate")
    assert len(run_module(MODULE, tag_filters=TAGS, verify=False)["resources"]) > 1


@pytest.mark.parametrize(
    ("arn", "kind", "name"),
    [
        ("arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1", "ec2:vpc", "vpc-1"),
        ("arn:aws:rds:eu-west-1:123456789012:cluster:streamflix", "rds:cluster", "streamflix"),
        ("arn:aws:ecs:eu-west-1:123456789012:service/cluster/api", "ecs:service", "cluster/api"),
        ("arn:aws:ecs:eu-west-1:123456789012:task-definition/api:3", "ecs:task-definition", "api:3"),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/api", "logs:log-group", "/ecs/api"),
        ("arn:aws:apigateway:eu-west-1::/restapis/abc", "apigateway:restapis", "restapis/abc"),
        ("arn:aws:apigateway:eu-west-1::/restapis/abc/stages/dev", "apigateway:stages", "restapis/abc/stages/dev"),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf", "secretsmanager:secret", "db-AbCdEf"),
        ("arn:aws:sns:eu-west-1:123456789012:alarms", "sns:", "alarms"),
        ("arn:aws:wafv2:eu-west-1:123456789012:regional/ipset/one/0123", "wafv2:regional/ipset", "one/0123"),
    ],
)
def test_arns_are_taken_apart(arn: str, kind: str, name: str) -> None:
    assert parse(arn) == Target(arn, kind, name)


class Service:
    """An AWS that answers every request in the same way."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def call(self, operation: str, service: str = "", subject: str = "", **params: Any) -> Any:
        if isinstance(self.answer, AwsError):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("kind", sorted(existence.CHECKS))
def test_each_check_is_a_request_that_aws_knows(kind: str) -> None:
    import boto3
    from botocore.validate import validate_parameters

    check = existence.CHECKS[kind]
    client = boto3.client(check.service, region_name="eu-west-1")
    operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[check.operation])
    arn = f"arn:aws:{check.service}:eu-west-1:123456789012:one/two"
    validate_parameters(check.params(Target(arn, kind, "one/two/three/four")), operation.input_shape)
    if check.item:
        assert check.item in operation.output_shape.members
    shape = operation.output_shape.members[check.item] if check.item else operation.output_shape
    shape = shape.member if shape.type_name == "list" else shape
    assert not check.state or check.state in shape.members


def test_what_cannot_be_looked_up_counts_as_there() -> None:
    assert existence.look_up(Service({}), parse("arn:aws:states:eu-west-1:123456789012:stateMachine:orders")) is None


@pytest.mark.parametrize(
    "code",
    [
        "InvalidVpcID.NotFound",
        "NatGatewayNotFound",
        "DBClusterNotFoundFault",
        "NoSuchEntity",
        "WAFNonexistentItemException",
    ],
)
def test_what_its_service_does_not_know_is_gone(code: str) -> None:
    target = parse("arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1")
    assert existence.look_up(Service(AwsError("a", "b", code, "no", "")), target) == "not found"
    assert existence.look_up(Service({"Vpcs": []}), target) == "not found"


def test_a_refused_lookup_is_an_error() -> None:
    target = parse("arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1")
    with pytest.raises(AwsError):
        existence.look_up(Service(AwsError("ec2:DescribeVpcs", "b", "UnauthorizedOperation", "no", "")), target)


def test_a_deleted_task_definition_has_an_error_of_its_own() -> None:
    target = parse("arn:aws:ecs:eu-west-1:123456789012:task-definition/api:3")
    failure = AwsError("a", "b", "ClientException", "Unable to describe task definition.", "")
    assert existence.look_up(Service(failure), target) == "not found"

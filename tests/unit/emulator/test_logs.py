"""CloudWatch Logs of the emulator as plain boto3 sees it: retention, keys, tags."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "/ecs/streamflix-api-dev"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"


@pytest.fixture
def logs(aws: Any) -> Any:
    client = aws("logs")
    client.create_log_group(logGroupName=NAME, tags={"Environment": "dev"})
    return client


def group(logs: Any) -> dict[str, Any]:
    (found,) = logs.describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    return found


def test_retention_has_steps(logs: Any) -> None:
    with pytest.raises(ClientError, match="retentionInDays") as error:
        logs.put_retention_policy(logGroupName=NAME, retentionInDays=8)
    assert error.value.response["Error"]["Code"] == "InvalidParameterException"
    logs.put_retention_policy(logGroupName=NAME, retentionInDays=1096)
    assert group(logs)["retentionInDays"] == 1096


def test_a_key_comes_and_goes(logs: Any) -> None:
    logs.associate_kms_key(logGroupName=NAME, kmsKeyId=KEY)
    assert group(logs)["kmsKeyId"] == KEY
    logs.disassociate_kms_key(logGroupName=NAME)
    assert "kmsKeyId" not in group(logs)
    with pytest.raises(ClientError) as error:
        logs.associate_kms_key(logGroupName="/other", kmsKeyId=KEY)
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_tags_end_with_their_log_group(logs: Any) -> None:
    arn = group(logs)["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"Owner": "api"})
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"Environment": "dev", "Owner": "api"}
    logs.delete_log_group(logGroupName=NAME)
    logs.create_log_group(logGroupName=NAME)
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {}


def test_what_is_gone_has_no_tags_to_list(logs: Any) -> None:
    logs.create_log_group(logGroupName="/gone", tags={"a": "b"})
    (found,) = logs.describe_log_groups(logGroupNamePrefix="/gone")["logGroups"]
    arn = found["arn"].removesuffix(":*")
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    logs.delete_log_group(logGroupName="/gone")
    with pytest.raises(ClientError) as refused:
        logs.list_tags_for_resource(resourceArn=arn)
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
EXPORTED = "/aws/rds/cluster/cluster/postgresql"


def export(aws: Any) -> Callable[[], None]:
    """Let a cluster export its log; returns what ends it."""
    rds = aws("rds")
    engine = {"DBClusterIdentifier": "cluster", "Engine": "aurora-postgresql"}
    rds.create_db_cluster(
        **engine,
        MasterUsername="postgres",
        MasterUserPassword="long-enough",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
        EnableCloudwatchLogsExports=["postgresql"],
    )
    rds.create_db_instance(DBInstanceIdentifier="writer", DBInstanceClass="db.serverless", **engine)

    def end() -> None:
        rds.delete_db_instance(DBInstanceIdentifier="writer")
        rds.delete_db_cluster(DBClusterIdentifier="cluster", SkipFinalSnapshot=True)

    return end


def let_log(aws: Any) -> tuple[str, Callable[[], None]]:
    """Let a stage log what it does; returns the name of the log group, and what ends it."""
    client = aws("apigateway")
    role = aws("iam").create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    policy = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    aws("iam").attach_role_policy(RoleName="logs", PolicyArn=policy)
    replace = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    client.update_account(patchOperations=[replace])
    api_id = client.create_rest_api(name="api")["id"]
    root = client.get_resources(restApiId=api_id)["items"][0]["id"]
    client.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=api_id, resourceId=root, httpMethod="GET", type="MOCK")
    client.create_deployment(restApiId=api_id, stageName="dev")
    level = {"op": "replace", "path": "/*/*/logging/loglevel", "value": "ERROR"}
    client.update_stage(restApiId=api_id, stageName="dev", patchOperations=[level])
    return f"API-Gateway-Execution-Logs_{api_id}/dev", lambda: client.delete_rest_api(restApiId=api_id)


def names(aws: Any) -> list[str]:
    return [item["logGroupName"] for item in aws("logs").describe_log_groups()["logGroups"]]


@pytest.mark.usefixtures("managed_policies")
def test_whoever_writes_makes_the_log_group_that_it_lacks(aws: Any) -> None:
    end_of_cluster = export(aws)
    execution, end_of_api = let_log(aws)
    client = aws("logs")
    assert sorted(names(aws)) == sorted([EXPORTED, execution])
    for made in client.describe_log_groups()["logGroups"]:
        assert "retentionInDays" not in made
        assert client.list_tags_for_resource(resourceArn=made["logGroupArn"])["tags"] == {}
        # again and again, until it is gone
        client.delete_log_group(logGroupName=made["logGroupName"])
    assert sorted(names(aws)) == sorted([EXPORTED, execution])
    end_of_cluster()
    end_of_api()
    for name in (EXPORTED, execution):
        client.delete_log_group(logGroupName=name)
    assert names(aws) == []


def test_it_writes_to_the_one_that_is_there(aws: Any) -> None:
    client = aws("logs")
    client.create_log_group(logGroupName=EXPORTED, tags={"Environment": "dev"})
    client.put_retention_policy(logGroupName=EXPORTED, retentionInDays=7)
    export(aws)()
    (made,) = client.describe_log_groups()["logGroups"]
    assert made["retentionInDays"] == 7


def test_what_ends_unseen_leaves_its_log_group(aws: Any) -> None:
    export(aws)()
    assert names(aws) == [EXPORTED]


def test_a_metric_filter_needs_its_log_group(logs: Any) -> None:
    one = {"metricName": "errors", "metricNamespace": "api", "metricValue": "1"}
    with pytest.raises(ClientError) as caught:
        logs.put_metric_filter(
            logGroupName="/missing", filterName="errors", filterPattern="ERROR", metricTransformations=[one]
        )
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    with pytest.raises(ClientError) as caught:
        logs.describe_metric_filters(logGroupName="/missing")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_metric_filters_end_with_their_log_group(logs: Any) -> None:
    one = {"metricName": "errors", "metricNamespace": "api", "metricValue": "1"}
    for name in ("errors", "more"):
        logs.put_metric_filter(logGroupName=NAME, filterName=name, filterPattern="", metricTransformations=[one])
    logs.delete_log_group(logGroupName=NAME)
    assert logs.describe_metric_filters()["metricFilters"] == []
    logs.create_log_group(logGroupName=NAME)
    assert logs.describe_metric_filters(logGroupName=NAME)["metricFilters"] == []


def test_a_metric_filter_takes_the_place_of_the_one_of_its_name(logs: Any) -> None:
    for pattern in ("ERROR", "WARN"):
        logs.put_metric_filter(
            logGroupName=NAME,
            filterName="errors",
            filterPattern=pattern,
            metricTransformations=[{"metricName": "errors", "metricNamespace": "api", "metricValue": "1"}],
        )
    (found,) = logs.describe_metric_filters(logGroupName=NAME)["metricFilters"]
    assert found["filterPattern"] == "WARN"

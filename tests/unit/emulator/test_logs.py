"""CloudWatch Logs of the emulator as plain boto3 sees it: retention, keys, tags."""

from __future__ import annotations

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

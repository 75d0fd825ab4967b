"""Secrets Manager of the emulator, with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "credentials"


@pytest.fixture
def scheduled(aws: Any) -> Any:
    secretsmanager = aws("secretsmanager")
    secretsmanager.create_secret(Name=NAME, SecretString="x")
    secretsmanager.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    return secretsmanager


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("create_secret", {"Name": NAME, "SecretString": "y"}),
        ("get_secret_value", {"SecretId": NAME}),
        ("put_secret_value", {"SecretId": NAME, "SecretString": "y"}),
        ("update_secret", {"SecretId": NAME, "Description": "y"}),
        ("tag_resource", {"SecretId": NAME, "Tags": [{"Key": "a", "Value": "b"}]}),
        ("untag_resource", {"SecretId": NAME, "TagKeys": ["a"]}),
    ],
)
def test_a_secret_scheduled_for_deletion_takes_no_change(scheduled: Any, operation: str, arguments: Any) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(scheduled, operation)(**arguments)
    assert caught.value.response["Error"]["Code"] == "InvalidRequestException"


def test_it_can_be_described_and_restored_with_its_value(scheduled: Any) -> None:
    assert "DeletedDate" in scheduled.describe_secret(SecretId=NAME)
    scheduled.restore_secret(SecretId=NAME)
    assert scheduled.get_secret_value(SecretId=NAME)["SecretString"] == "x"


def test_it_can_be_removed_at_once(scheduled: Any) -> None:
    scheduled.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    scheduled.create_secret(Name=NAME, SecretString="y")
    assert scheduled.get_secret_value(SecretId=NAME)["SecretString"] == "y"

"""SNS of the emulator, with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def topic(aws: Any) -> str:
    return aws("sns").create_topic(Name="alarms", Tags=[{"Key": "Team", "Value": "content"}])["TopicArn"]


def test_a_person_has_to_confirm_and_a_queue_has_not(aws: Any, topic: str) -> None:
    sns = aws("sns")
    queue = "arn:aws:sqs:eu-west-1:123456789012:alarms"
    for protocol, endpoint in (("email", "on-call@example.com"), ("sqs", queue)):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True)
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    arns = {one["Protocol"]: one["SubscriptionArn"] for one in listed}
    assert arns["email"] == "PendingConfirmation"
    assert arns["sqs"].startswith(topic)


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [("email", "nobody"), ("https", "http://example.com"), ("lambda", "arn:aws:sqs:eu-west-1:123456789012:q")],
)
def test_an_endpoint_has_to_fit_its_protocol(aws: Any, topic: str, protocol: str, endpoint: str) -> None:
    with pytest.raises(ClientError) as refused:
        aws("sns").subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"


def test_a_second_creation_has_to_say_the_same(aws: Any, topic: str) -> None:
    tags = [{"Key": "Team", "Value": "content"}]
    assert aws("sns").create_topic(Name="alarms", Tags=tags)["TopicArn"] == topic
    with pytest.raises(ClientError) as refused:
        aws("sns").create_topic(Name="alarms", Tags=[{"Key": "Team", "Value": "other"}])
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"


def test_a_policy_has_to_be_json(aws: Any, topic: str) -> None:
    with pytest.raises(ClientError) as refused:
        aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue="{")
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"

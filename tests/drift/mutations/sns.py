"""Drifts of the topic that alarms tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.drift.mutation import BY_HAND, CREATE, LOST_TAG, OTHER_TAGS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.snapshot import Found
from tests.support.account import Client, pages

ROLES = ("observability",)
TIER, KIND, NAME = "observability", "AWS::SNS::Topic", "streamflix-alarms-dev"
ARN = f"arn:aws:sns:eu-west-1:123456789012:{NAME}"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:{}"
VARIABLES = {
    "observability_topics": [
        {"name": "alarms", "subscriptions": [{"protocol": "sqs", "endpoint": QUEUE.format("on-call")}]}
    ]
}
SHOWN = ("DisplayName", "KmsMasterKeyId")


def read(aws: Client) -> Found:
    """Yield the topic with its policy and its subscriptions."""
    sns = aws("sns")
    if not any(one["TopicArn"] == ARN for one in pages(sns, "list_topics", "Topics")):
        return
    attributes = sns.get_topic_attributes(TopicArn=ARN)["Attributes"]
    listed = pages(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=ARN)
    tags = sns.list_tags_for_resource(ResourceArn=ARN)["Tags"]
    about = {"policy": json.loads(attributes["Policy"]), "told": sorted(one["Endpoint"] for one in listed)}
    yield "topic", NAME, [], {**{name: attributes.get(name, "") for name in SHOWN}, **about, "tags": tags}


def set_attribute(aws: Client, name: str, value: str) -> None:
    """Set one attribute of the topic."""
    aws("sns").set_topic_attributes(TopicArn=ARN, AttributeName=name, AttributeValue=value)


def open_to_all(aws: Client) -> None:
    """Let anybody publish."""
    statement = {"Sid": BY_HAND, "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": ARN}
    set_attribute(aws, "Policy", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def tell_another(aws: Client) -> None:
    """Tell another queue, too."""
    aws("sns").subscribe(TopicArn=ARN, Protocol="sqs", Endpoint=QUEUE.format(BY_HAND))


def tell_nobody(aws: Client) -> None:
    """End the subscriptions."""
    for one in pages(aws("sns"), "list_subscriptions_by_topic", "Subscriptions", TopicArn=ARN):
        aws("sns").unsubscribe(SubscriptionArn=one["SubscriptionArn"])


def retag(aws: Client) -> None:
    """Set, add and remove a tag."""
    aws("sns").tag_resource(ResourceArn=ARN, Tags=tag_list(OTHER_TAGS))
    aws("sns").untag_resource(ResourceArn=ARN, TagKeys=[LOST_TAG])


def drift(name: str, change: Callable[[Client], Any], fields: tuple[str, ...], *repair: str, **more: Any) -> Mutation:
    """Return a drift of the topic."""
    requests = tuple(f"sns:{operation}" for operation in repair)
    return Mutation(f"topic: {name}", change, (Named(KIND, NAME, fields),), TIER, requests, **more)


MUTATIONS = (
    drift(
        "display name",
        partial(set_attribute, name="DisplayName", value=BY_HAND),
        ("display_name",),
        "SetTopicAttributes",
    ),
    drift(
        "key",
        partial(set_attribute, name="KmsMasterKeyId", value="alias/by-hand"),
        ("kms_key_id",),
        "SetTopicAttributes",
    ),
    drift("policy", open_to_all, ("policy",), "SetTopicAttributes"),
    drift("another one is told", tell_another, ("subscriptions",), "Unsubscribe", sample=True),
    drift("nobody is told", tell_nobody, ("subscriptions",), "Subscribe"),
    drift("tags", retag, TAG_FIELDS, "TagResource", "UntagResource"),
    Mutation(
        "topic: removed",
        lambda aws: aws("sns").delete_topic(TopicArn=ARN),
        (Named(KIND, NAME, action=CREATE),),
        TIER,
        ("sns:CreateTopic", "sns:Subscribe"),
    ),
)

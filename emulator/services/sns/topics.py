"""Topics: what another creation says, what a subscription waits for, and which endpoints SNS takes.

Amazon SNS API Reference, CreateTopic, SetTopicAttributes, Subscribe and ListSubscriptionsByTopic.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from emulator.patching import wrap

PENDING = "PendingConfirmation"
# somebody has to confirm these, or their server has to
CONFIRMED_THERE = ("email", "email-json", "http", "https")
ENDPOINTS = {
    "email": r"[^@\s]+@[^@\s]+",
    "email-json": r"[^@\s]+@[^@\s]+",
    "http": r"http://\S+",
    "https": r"https://\S+",
    "lambda": r"arn:aws[a-z-]*:lambda:.+",
    "firehose": r"arn:aws[a-z-]*:firehose:.+",
}


def install() -> None:
    """Put the additions into moto."""
    from moto.sns.exceptions import SNSInvalidParameter
    from moto.sns.models import SNSBackend

    @wrap(SNSBackend, "create_topic")
    def create_topic(original: Any, self: Any, name: str, attributes: Any = None, tags: Any = None) -> Any:
        """Return a topic that is there, unless it has other tags than the request."""
        known = {topic.name: dict(topic._tags) for topic in self.topics.values()}
        topic = original(self, name, attributes, tags)
        if name in known and known[name] != (tags or {}):
            raise SNSInvalidParameter("Invalid parameter: Tags Reason: Topic already exists with different tags")
        return topic

    @wrap(SNSBackend, "set_topic_attribute")
    def set_topic_attribute(original: Any, self: Any, topic_arn: str, name: str, value: Any) -> None:
        """Take a policy only as JSON."""
        try:
            original(self, topic_arn, name, value)
        except json.JSONDecodeError as error:
            raise SNSInvalidParameter("Invalid parameter: Policy Error: null") from error

    wrap(SNSBackend, "subscribe")(_subscribe)
    wrap(SNSBackend, "list_subscriptions_by_topic")(_list_subscriptions_by_topic)


def _subscribe(original: Any, self: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
    """Take only endpoints that fit their protocol; what has to be confirmed waits for that."""
    from moto.sns.exceptions import SNSInvalidParameter

    if not re.fullmatch(ENDPOINTS.get(protocol, ".*"), endpoint):
        raise SNSInvalidParameter(f"Invalid parameter: {protocol} endpoint")
    subscription = original(self, topic_arn, endpoint, protocol)
    if protocol in CONFIRMED_THERE and not subscription.confirmed:
        subscription.attributes["PendingConfirmation"] = True
    return subscription


def _list_subscriptions_by_topic(original: Any, self: Any, topic_arn: str, next_token: Any = None) -> Any:
    """List a word in the place of the ARN of what is not confirmed."""
    listed, following = original(self, topic_arn, next_token=next_token)
    shown = []
    for subscription in listed:
        one = copy.copy(subscription)
        if subscription.attributes.get("PendingConfirmation") is True:
            one.arn = PENDING
        shown.append(one)
    return shown, following

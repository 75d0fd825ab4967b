"""The topic module: a whole life, and who is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting, there
from tests.unit.plugins.modules.conftest import LOST

NAME = "streamflix-alarms-dev"
ARN = f"arn:aws:sns:eu-west-1:123456789012:{NAME}"
KEYS = [f"arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-12345678901{digit}" for digit in (1, 2)]
MAIL = {"protocol": "email", "endpoint": "on-call@example.com"}
QUEUE = {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:123456789012:alarms"}


def policy(service: str) -> dict[str, Any]:
    """Return a policy that lets a service publish."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish", "Resource": ARN}
    return {"Version": "2012-10-17", "Statement": [statement]}


LIFE = Life(
    module="sns_topic",
    named={"name": NAME},
    settings=(
        Setting("display_name", "DisplayName", "StreamFlix", "StreamFlix dev"),
        Setting("kms_key_id", "KmsMasterKeyId", *KEYS),
        Setting("policy", "Policy", policy("cloudwatch.amazonaws.com"), policy("events.amazonaws.com")),
        Setting("subscriptions", "Subscriptions", [QUEUE], [{**QUEUE, "endpoint": f"{QUEUE['endpoint']}-2"}]),
    ),
)


@pytest.fixture
def read(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read_back() -> dict[str, Any] | None:
        sns = aws("sns")
        found = there(lambda: sns.get_topic_attributes(TopicArn=ARN), "NotFound")
        if found is None:
            return None
        listed = sns.list_subscriptions_by_topic(TopicArn=ARN)["Subscriptions"]
        told = [{"protocol": one["Protocol"], "endpoint": one["Endpoint"]} for one in listed]
        tags = {tag["Key"]: tag["Value"] for tag in sns.list_tags_for_resource(ResourceArn=ARN)["Tags"]}
        attributes = found["Attributes"]
        document = json.loads(attributes["Policy"])
        return {**attributes, "Policy": document, "Subscriptions": told, "tags": tags}

    return read_back


def test_a_whole_life(run_module: Any, read: Any) -> None:
    LIFE.live(run_module, read)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_one_option_changes_alone(run_module: Any, read: Any, option: str) -> None:
    LIFE.change(run_module, read, option)


def test_somebody_elses_stays(run_module: Any, read: Any) -> None:
    LIFE.respect(run_module, read)


def test_who_has_not_confirmed_is_named_and_stays(run_module: Any, read: Any) -> None:
    run_module("sns_topic", name=NAME, subscriptions=[MAIL, QUEUE])
    again = run_module("sns_topic", name=NAME, subscriptions=[QUEUE])
    assert not again["changed"]
    assert again["unconfirmed"] == [MAIL["endpoint"]]
    assert len(read()["Subscriptions"]) == 2


def test_others_stay_when_they_are_not_purged(run_module: Any, read: Any) -> None:
    run_module("sns_topic", name=NAME, subscriptions=[QUEUE])
    done = run_module("sns_topic", name=NAME, subscriptions=[MAIL], purge_subscriptions=False)
    assert done["actions"] == [f"subscribe {NAME}/{MAIL['endpoint']}"]
    assert read()["Subscriptions"] == [QUEUE, MAIL]


def test_tokens_in_urls_are_never_shown(aws: Any, run_module: Any, read: Any) -> None:
    hook = {"protocol": "https", "endpoint": "https://hooks.example.com/alarms?token=0123456789abcdef"}
    done = run_module("sns_topic", name=NAME, subscriptions=[hook], account_id="123456789012")
    assert done["actions"][-1] == f"subscribe {NAME}/https://hooks.example.com/alarms"
    assert read()["Subscriptions"] == [hook]
    again = run_module("sns_topic", name=NAME, subscriptions=[], account_id="123456789012")
    assert again["unconfirmed"][0].startswith("https://hooks.example.com/alarms?")
    other = {**hook, "endpoint": f"{hook['endpoint']}-2"}
    changed = run_module("sns_topic", name=NAME, subscriptions=[other], account_id="123456789012")
    assert changed["changed"]
    refused = run_module("sns_topic", name=NAME, subscriptions=[hook, hook])
    assert refused["failed"]
    assert "0123456789abcdef" not in str([done, again, changed, refused])


def test_a_lost_reply_is_no_failure(run_module: Any, read: Any, troubled: Any) -> None:
    troubled("CreateTopic", LOST)
    assert run_module("sns_topic", **LIFE.options)["changed"]
    assert read()["Subscriptions"] == [QUEUE]


@pytest.mark.parametrize(
    ("options", "finding"),
    [
        ({"name": "alarms.fifo"}, "name 'alarms.fifo' is not possible"),
        ({"display_name": "d" * 101}, "display_name"),
        ({"kms_key_id": "alias/aws/sns"}, "kms_key_id 'alias/aws/sns' is AWS's own"),
        ({"subscriptions": [{**MAIL, "endpoint": "nobody"}]}, "subscriptions email endpoint 'nobody' is not possible"),
        (
            {"subscriptions": [{"protocol": "https", "endpoint": "https://user:secret@example.com/alarms"}]},
            "subscriptions https endpoint has a name and a password in its URL",
        ),
        ({"subscriptions": [MAIL, MAIL]}, "subscriptions has email 'on-call@example.com' twice"),
    ],
)
def test_what_aws_refuses_is_refused_first(aws: Any, run_module: Any, options: Any, finding: str) -> None:
    refused = run_module("sns_topic", **{"name": NAME, **options})
    assert refused["failed"]
    assert refused["msg"].startswith(finding)
    assert "user:secret" not in refused["msg"]
    assert aws("sns").list_topics()["Topics"] == []

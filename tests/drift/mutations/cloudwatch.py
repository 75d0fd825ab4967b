"""Drifts of the alarms, of which the stack has those on the memory of Redis' nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.drift.mutation import CREATE, LOST_TAG, OTHER_TAGS, REDIS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.snapshot import Found, tags_of
from tests.support.account import Client, pages

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
VARIABLES = {"redis_alarms": [{"name": "memory"}], "redis_alarm_actions": [TOPIC]}

KIND, NAME = "AWS::CloudWatch::Alarm", "streamflix-redis-dev-memory-001"
PUT = ("cloudwatch:PutMetricAlarm",)
# what PutMetricAlarm takes of what DescribeAlarms gives
SETTINGS = (
    "AlarmName",
    "AlarmDescription",
    "MetricName",
    "Namespace",
    "Statistic",
    "Dimensions",
    "Period",
    "EvaluationPeriods",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "AlarmActions",
    "OKActions",
)


def read(aws: Client) -> Found:
    """Yield the alarms, with their tags, but for those that Application Auto Scaling makes for itself."""
    watch = aws("cloudwatch")
    alarms = pages(watch, "describe_alarms", "MetricAlarms")
    for alarm in (alarm for alarm in alarms if not alarm["AlarmName"].startswith("TargetTracking-")):
        settings = {key: alarm[key] for key in SETTINGS}
        its_tags = tags_of(watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"]))
        yield "alarm", alarm["AlarmName"], [alarm["AlarmArn"]], settings | {"tags": its_tags}


def alarm(aws: Client) -> dict[str, Any]:
    """Return the alarm that is changed."""
    return aws("cloudwatch").describe_alarms(AlarmNames=[NAME])["MetricAlarms"][0]


def set_to(member: str, value: Any) -> Any:
    """Return what sets one member of the alarm."""

    def change(aws: Client) -> None:
        present = alarm(aws)
        aws("cloudwatch").put_metric_alarm(**{key: present[key] for key in SETTINGS} | {member: value})

    return change


def remove(aws: Client) -> None:
    """Remove the alarm."""
    aws("cloudwatch").delete_alarms(AlarmNames=[NAME])


def retag(aws: Client) -> None:
    """Change a tag, add one, remove one."""
    arn = alarm(aws)["AlarmArn"]
    aws("cloudwatch").tag_resource(ResourceARN=arn, Tags=tag_list(OTHER_TAGS))
    aws("cloudwatch").untag_resource(ResourceARN=arn, TagKeys=[LOST_TAG])


def settings() -> Iterator[Mutation]:
    """Yield what can become of each setting."""
    others = {
        "threshold": ("Threshold", 99.0),
        "period": ("Period", 300),
        "evaluation_periods": ("EvaluationPeriods", 1),
        "statistic": ("Statistic", "Average"),
        "comparison": ("ComparisonOperator", "GreaterThanOrEqualToThreshold"),
        "treat_missing_data": ("TreatMissingData", "ignore"),
        "description": ("AlarmDescription", "by hand"),
        "alarm_actions": ("AlarmActions", []),
        "ok_actions": ("OKActions", []),
        "dimensions.CacheClusterId": ("Dimensions", [{"Name": "CacheClusterId", "Value": "by-hand"}]),
    }
    for field, (member, value) in others.items():
        named = (Named(KIND, NAME, (field,)),)
        yield Mutation(f"alarm: {field}", set_to(member, value), named, REDIS, PUT, sample=field == "threshold")


MUTATIONS = (
    *settings(),
    Mutation("alarm: removed", remove, (Named(KIND, NAME, action=CREATE),), REDIS, (*PUT, "cloudwatch:TagResource")),
    Mutation(
        "alarm: tags",
        retag,
        (Named(KIND, NAME, TAG_FIELDS),),
        REDIS,
        ("cloudwatch:TagResource", "cloudwatch:UntagResource"),
    ),
)

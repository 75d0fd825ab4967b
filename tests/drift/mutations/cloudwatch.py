"""Drifts of the alarms, of which the stack has those on the memory of Redis' nodes, and a composite one above them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.drift.mutation import CREATE, LOST_TAG, OTHER_TAGS, REDIS, TAG_FIELDS, Mutation, Named, tag_list
from tests.drift.snapshot import Found, tags_of
from tests.support.account import Client, pages

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
ROLES = ("observability",)
VARIABLES = {
    "redis_alarms": [{"name": "memory"}],
    "redis_alarm_actions": [TOPIC],
    "observability_alarms": [{"name": "redis"}, {"name": "stack"}],
    # of the other node, as CloudWatch removes no alarm that one of them names
    "observability_alarm_names": {"redis": ["streamflix-redis-dev-memory-002"]},
    "observability_alarm_actions": [TOPIC],
}

KIND, NAME = "AWS::CloudWatch::Alarm", "streamflix-redis-dev-memory-001"
PUT = ("cloudwatch:PutMetricAlarm",)
COMPOSITE, ABOVE, ABOVE_ALL = "AWS::CloudWatch::CompositeAlarm", "streamflix-alarms-dev-redis", "streamflix-alarms-dev"
COMPOSE = ("cloudwatch:PutCompositeAlarm",)
COMPOSITE_SETTINGS = (
    "AlarmName",
    "AlarmRule",
    "AlarmDescription",
    "AlarmActions",
    "OKActions",
    "ActionsEnabled",
)
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
    for one in pages(watch, "describe_alarms", "CompositeAlarms", AlarmTypes=["CompositeAlarm"]):
        its_tags = tags_of(watch.list_tags_for_resource(ResourceARN=one["AlarmArn"]))
        shown = {key: one[key] for key in COMPOSITE_SETTINGS}
        yield "composite alarm", one["AlarmName"], [one["AlarmArn"]], shown | {"tags": its_tags}


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


def composite(aws: Client, name: str = ABOVE) -> dict[str, Any]:
    """Return a composite alarm."""
    return aws("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]


def compose(member: str, value: Any) -> Any:
    """Return what sets one member of the composite alarm of Redis."""

    def change(aws: Client) -> None:
        present = composite(aws)
        aws("cloudwatch").put_composite_alarm(**{key: present[key] for key in COMPOSITE_SETTINGS} | {member: value})

    return change


def remove_above(aws: Client) -> None:
    """Remove the composite alarm of the stack."""
    aws("cloudwatch").delete_alarms(AlarmNames=[ABOVE_ALL])


def retag_above(aws: Client) -> None:
    """Change a tag of the composite alarm of Redis, add one, remove one."""
    retag(aws, composite(aws)["AlarmArn"])


def retag(aws: Client, its_arn: str = "") -> None:
    """Change a tag, add one, remove one; of the alarm, unless told otherwise."""
    arn = its_arn or alarm(aws)["AlarmArn"]
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


def composite_settings() -> Iterator[Mutation]:
    """Yield what can become of each setting of a composite alarm."""
    others = {
        "alarm_rule": ("AlarmRule", 'OK("streamflix-redis-dev-memory-002")'),
        "description": ("AlarmDescription", "by hand"),
        "alarm_actions": ("AlarmActions", [TOPIC]),
        "ok_actions": ("OKActions", [TOPIC]),
    }
    for field, (member, value) in others.items():
        named = (Named(COMPOSITE, ABOVE, (field,)),)
        yield Mutation(f"composite alarm: {field}", compose(member, value), named, "observability", COMPOSE)


MUTATIONS = (
    *settings(),
    *composite_settings(),
    Mutation(
        "composite alarm: removed",
        remove_above,
        (Named(COMPOSITE, ABOVE_ALL, action=CREATE),),
        "observability",
        COMPOSE,
    ),
    Mutation(
        "composite alarm: tags",
        retag_above,
        (Named(COMPOSITE, ABOVE, TAG_FIELDS),),
        "observability",
        ("cloudwatch:TagResource", "cloudwatch:UntagResource"),
    ),
    Mutation("alarm: removed", remove, (Named(KIND, NAME, action=CREATE),), REDIS, (*PUT, "cloudwatch:TagResource")),
    Mutation(
        "alarm: tags",
        retag,
        (Named(KIND, NAME, TAG_FIELDS),),
        REDIS,
        ("cloudwatch:TagResource", "cloudwatch:UntagResource"),
    ),
)

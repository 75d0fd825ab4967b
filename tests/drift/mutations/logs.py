"""Drifts of the log groups: of the service's output, of the network's flow log, and of those that AWS makes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    AURORA,
    BY_HAND,
    CREATE,
    LOST_TAG,
    NETWORK,
    OTHER_TAGS,
    REMOVE,
    SERVICE,
    STACK_TAGS,
    TAG_FIELDS,
    VPC,
    Mutation,
    Named,
)
from tests.drift.snapshot import Found
from tests.support.account import Client, pages

KIND, OUTPUT, TRAFFIC = "AWS::Logs::LogGroup", "/ecs/streamflix-api-dev", f"/vpc/{VPC}"
EXPORTED, INSIGHTS = (
    "/aws/rds/cluster/streamflix-aurora-dev/postgresql",
    "/aws/ecs/containerinsights/streamflix-cluster-dev/performance",
)
ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:{}"
METRIC_FILTER, PATTERN = "AWS::Logs::MetricFilter", "ERROR"
FILTER, ADDED = (f"streamflix-api-dev-{name}" for name in ("errors", BY_HAND))
# as AWS keeps it
METRIC: dict[str, Any] = {
    "metricName": "errors",
    "metricNamespace": "streamflix-api-dev",
    "metricValue": "1",
    "defaultValue": 0.0,
    "unit": "Count",
}
VARIABLES = {
    "ecs_service_log_metrics": [{"name": "errors", "pattern": PATTERN, "default_value": 0, "unit": "Count"}],
}


def keep_longer(aws: Client, name: str) -> None:
    """Keep the log for a month."""
    aws("logs").put_retention_policy(logGroupName=name, retentionInDays=30)


def keep_forever(aws: Client, name: str) -> None:
    """Never throw the log away."""
    aws("logs").delete_retention_policy(logGroupName=name)


def remove(aws: Client, name: str) -> None:
    """Remove the log group."""
    aws("logs").delete_log_group(logGroupName=name)


def retag(aws: Client, name: str) -> None:
    """Change a tag, add one, remove one."""
    aws("logs").tag_resource(resourceArn=ARN.format(name), tags=OTHER_TAGS)
    aws("logs").untag_resource(resourceArn=ARN.format(name), tagKeys=[LOST_TAG])


def settings(name: str, tier: str) -> Iterator[Mutation]:
    """Yield what can become of the settings of a log group."""
    retention = (Named(KIND, name, ("retention_in_days",)),)
    yield Mutation(
        f"log group {name}: retention",
        partial(keep_longer, name=name),
        retention,
        tier,
        ("logs:PutRetentionPolicy",),
        sample=name == OUTPUT,
    )
    yield Mutation(
        f"log group {name}: no retention",
        partial(keep_forever, name=name),
        retention,
        tier,
        ("logs:PutRetentionPolicy",),
    )
    yield Mutation(
        f"log group {name}: tags",
        partial(retag, name=name),
        (Named(KIND, name, TAG_FIELDS),),
        tier,
        ("logs:TagResource", "logs:UntagResource"),
    )


def read(aws: Client) -> Found:
    """Yield the metric filters."""
    for one in pages(aws("logs"), "describe_metric_filters", "metricFilters"):
        yield "metric filter", one["filterName"], [], one


def put_filter(aws: Client, pattern: str = PATTERN, **others: Any) -> None:
    """Put the metric filter with other settings in its place."""
    aws("logs").put_metric_filter(
        logGroupName=OUTPUT, filterName=FILTER, filterPattern=pattern, metricTransformations=[{**METRIC, **others}]
    )


def remove_filter(aws: Client, name: str) -> None:
    """Remove the metric filter."""
    aws("logs").delete_metric_filter(logGroupName=OUTPUT, filterName=name)


def add_filter(aws: Client) -> None:
    """Add one that begins as ours do."""
    aws("logs").put_metric_filter(
        logGroupName=OUTPUT, filterName=ADDED, filterPattern="WARN", metricTransformations=[METRIC]
    )


def metric_filters() -> Iterator[Mutation]:
    """Yield what can become of the metric filter of the service's log."""
    others: dict[str, dict[str, Any]] = {
        "filter_pattern": {"pattern": "WARN"},
        "metric_transformation.metric_name": {"metricName": BY_HAND},
        "metric_transformation.metric_namespace": {"metricNamespace": BY_HAND},
        "metric_transformation.metric_value": {"metricValue": "2"},
        "metric_transformation.default_value": {"defaultValue": 1.0},
        "metric_transformation.unit": {"unit": "Bytes"},
    }
    for field, change in others.items():
        yield Mutation(
            f"metric filter: {field}",
            partial(put_filter, **change),
            (Named(METRIC_FILTER, FILTER, (field,)),),
            SERVICE,
            ("logs:PutMetricFilter",),
            sample=field == "filter_pattern",
        )
    yield Mutation(
        "metric filter: removed",
        partial(remove_filter, name=FILTER),
        (Named(METRIC_FILTER, FILTER, action=CREATE),),
        SERVICE,
        ("logs:PutMetricFilter",),
    )
    yield Mutation(
        "metric filter: added",
        add_filter,
        (Named(METRIC_FILTER, ADDED, action=REMOVE),),
        SERVICE,
        ("logs:DeleteMetricFilter",),
    )


def every_log_group() -> Iterator[Mutation]:
    """Yield what can become of each log group that nobody else makes."""
    for name, tier in ((OUTPUT, SERVICE), (TRAFFIC, NETWORK)):
        yield from settings(name, tier)
        yield Mutation(
            f"log group {name}: removed",
            partial(remove, name=name),
            (Named(KIND, name, action=CREATE),),
            tier,
            ("logs:CreateLogGroup", "logs:PutRetentionPolicy"),
        )


def written_by_aws() -> Iterator[Mutation]:
    """Yield what can become of the log groups that AWS makes; one that is removed, AWS makes again."""
    for name, tier in ((EXPORTED, AURORA), (INSIGHTS, SERVICE)):
        yield from settings(name, tier)
        yield Mutation(
            f"log group {name}: removed",
            partial(remove, name=name),
            (Named(KIND, name, ("retention_in_days", *(f"tags.{key}" for key in STACK_TAGS))),),
            tier,
            ("logs:PutRetentionPolicy", "logs:TagResource"),
            sample=name == INSIGHTS,
        )


MUTATIONS = (*every_log_group(), *written_by_aws(), *metric_filters())

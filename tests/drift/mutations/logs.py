"""Drifts of the log groups: of the service's output, of the network's flow log, and of those that AWS makes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.drift.mutation import (
    AURORA,
    CREATE,
    LOST_TAG,
    NETWORK,
    OTHER_TAGS,
    SERVICE,
    STACK_TAGS,
    TAG_FIELDS,
    VPC,
    Mutation,
    Named,
)
from tests.support.account import Client

KIND, OUTPUT, TRAFFIC = "AWS::Logs::LogGroup", "/ecs/streamflix-api-dev", f"/vpc/{VPC}"
EXPORTED, INSIGHTS = (
    "/aws/rds/cluster/streamflix-aurora-dev/postgresql",
    "/aws/ecs/containerinsights/streamflix-cluster-dev/performance",
)
ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:{}"


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


MUTATIONS = (*every_log_group(), *written_by_aws())

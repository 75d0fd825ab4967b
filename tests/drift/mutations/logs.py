"""Drifts of the log groups: of the service's output, and of the network's flow log."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.drift.mutation import CREATE, LOST_TAG, NETWORK, OTHER_TAGS, SERVICE, TAG_FIELDS, VPC, Mutation, Named
from tests.support.account import Client

KIND, OUTPUT, TRAFFIC = "AWS::Logs::LogGroup", "/ecs/streamflix-api-dev", f"/vpc/{VPC}"
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


def every_log_group() -> Iterator[Mutation]:
    """Yield what can become of each log group."""
    for name, tier in ((OUTPUT, SERVICE), (TRAFFIC, NETWORK)):
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
            f"log group {name}: removed",
            partial(remove, name=name),
            (Named(KIND, name, action=CREATE),),
            tier,
            ("logs:CreateLogGroup", "logs:PutRetentionPolicy"),
        )
        yield Mutation(
            f"log group {name}: tags",
            partial(retag, name=name),
            (Named(KIND, name, TAG_FIELDS),),
            tier,
            ("logs:TagResource", "logs:UntagResource"),
        )


MUTATIONS = tuple(every_log_group())

"""Drifts of the service's log group."""

from __future__ import annotations

from tests.drift.mutation import CREATE, LOST_TAG, OTHER_TAGS, SERVICE, TAG_FIELDS, Mutation, Named
from tests.support.account import Client

KIND, NAME = "AWS::Logs::LogGroup", "/ecs/streamflix-api-dev"
ARN = f"arn:aws:logs:eu-west-1:123456789012:log-group:{NAME}"


def keep_longer(aws: Client) -> None:
    """Keep the log for a month."""
    aws("logs").put_retention_policy(logGroupName=NAME, retentionInDays=30)


def keep_forever(aws: Client) -> None:
    """Never throw the log away."""
    aws("logs").delete_retention_policy(logGroupName=NAME)


def remove(aws: Client) -> None:
    """Remove the log group."""
    aws("logs").delete_log_group(logGroupName=NAME)


def retag(aws: Client) -> None:
    """Change a tag, add one, remove one."""
    aws("logs").tag_resource(resourceArn=ARN, tags=OTHER_TAGS)
    aws("logs").untag_resource(resourceArn=ARN, tagKeys=[LOST_TAG])


RETENTION = (Named(KIND, NAME, ("retention_in_days",)),)
MUTATIONS = (
    Mutation("log group: retention", keep_longer, RETENTION, SERVICE, ("logs:PutRetentionPolicy",), sample=True),
    Mutation("log group: no retention", keep_forever, RETENTION, SERVICE, ("logs:PutRetentionPolicy",)),
    Mutation(
        "log group: removed",
        remove,
        (Named(KIND, NAME, action=CREATE),),
        SERVICE,
        ("logs:CreateLogGroup", "logs:PutRetentionPolicy"),
    ),
    Mutation(
        "log group: tags",
        retag,
        (Named(KIND, NAME, TAG_FIELDS),),
        SERVICE,
        ("logs:TagResource", "logs:UntagResource"),
    ),
)

"""Drifts of the roles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    API,
    BY_HAND,
    LOST_TAG,
    OTHER_TAGS,
    SERVICE,
    TAG_FIELDS,
    Mutation,
    Named,
    tag_list,
)
from tests.support.account import Client

KIND = "AWS::IAM::Role"
EXECUTION, TASK = "streamflix-ecs-execution-dev-eu-west-1", "streamflix-ecs-task-dev-eu-west-1"
LOGGING = "streamflix-api-gateway-logs-eu-west-1"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PUSH_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
OWN = "start-tasks"


def document(action: str, **more: Any) -> str:
    """Return a policy that allows an action."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


def trust_others(aws: Client, role: str) -> None:
    """Let another account have the role."""
    policy = document("sts:AssumeRole", Principal={"AWS": "arn:aws:iam::210987654321:root"})
    aws("iam").update_assume_role_policy(RoleName=role, PolicyDocument=policy)


def widen(aws: Client) -> None:
    """Let the execution role read every secret."""
    aws("iam").put_role_policy(
        RoleName=EXECUTION,
        PolicyName=OWN,
        PolicyDocument=document("secretsmanager:GetSecretValue", Resource="*"),
    )


def add_inline(aws: Client, role: str) -> None:
    """Allow more by a further policy."""
    aws("iam").put_role_policy(RoleName=role, PolicyName=BY_HAND, PolicyDocument=document("s3:*", Resource="*"))


def remove_inline(aws: Client) -> None:
    """Remove the policy."""
    aws("iam").delete_role_policy(RoleName=EXECUTION, PolicyName=OWN)


def attach(aws: Client, role: str) -> None:
    """Allow everything."""
    aws("iam").attach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)


def detach(aws: Client) -> None:
    """Take the right to write logs away."""
    aws("iam").detach_role_policy(RoleName=LOGGING, PolicyArn=PUSH_LOGS)


def describe(aws: Client) -> None:
    """Give the logging role another description."""
    aws("iam").update_role(RoleName=LOGGING, Description=BY_HAND)


def retag(aws: Client, role: str) -> None:
    """Change a tag, add one, remove one."""
    aws("iam").tag_role(RoleName=role, Tags=tag_list(OTHER_TAGS))
    aws("iam").untag_role(RoleName=role, TagKeys=[LOST_TAG])


def every_role() -> Iterator[Mutation]:
    """Yield what can become of each role."""
    for role, tier in ((EXECUTION, SERVICE), (TASK, SERVICE), (LOGGING, API)):
        yield Mutation(
            f"{role}: trust policy",
            partial(trust_others, role=role),
            (Named(KIND, role, ("assume_role_policy_document",)),),
            tier,
            ("iam:UpdateAssumeRolePolicy",),
        )
        yield Mutation(
            f"{role}: managed policy attached",
            partial(attach, role=role),
            (Named(KIND, role, ("managed_policies",)),),
            tier,
            ("iam:DetachRolePolicy",),
            sample=role == TASK,
        )
    for role in (EXECUTION, TASK):
        yield Mutation(
            f"{role}: tags",
            partial(retag, role=role),
            (Named(KIND, role, TAG_FIELDS),),
            SERVICE,
            ("iam:TagRole", "iam:UntagRole"),
        )


MUTATIONS = (
    *every_role(),
    Mutation(
        "execution role: inline policy widened",
        widen,
        (Named(KIND, EXECUTION, ("inline_policies",)),),
        SERVICE,
        ("iam:PutRolePolicy",),
    ),
    Mutation(
        "execution role: inline policy removed",
        remove_inline,
        (Named(KIND, EXECUTION, ("inline_policies",)),),
        SERVICE,
        ("iam:PutRolePolicy",),
    ),
    Mutation(
        "execution role: inline policy added",
        partial(add_inline, role=EXECUTION),
        (Named(KIND, EXECUTION, ("inline_policies",)),),
        SERVICE,
        ("iam:DeleteRolePolicy",),
    ),
    Mutation(
        "logging role: managed policy detached",
        detach,
        (Named(KIND, LOGGING, ("managed_policies",)),),
        API,
        ("iam:AttachRolePolicy",),
    ),
    Mutation(
        "logging role: description", describe, (Named(KIND, LOGGING, ("description",)),), API, ("iam:UpdateRole",)
    ),
)

"""Drifts of the roles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    API,
    BY_HAND,
    CREATE,
    LOST_TAG,
    NETWORK,
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
FLOW_LOG, LOGGING = "streamflix-flow-log-dev-eu-west-1", "streamflix-api-gateway-logs-eu-west-1"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PUSH_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
# the policy that a role has of us
OWN = {EXECUTION: "start-tasks", FLOW_LOG: "write-flow-log"}


def document(action: str, **more: Any) -> str:
    """Return a policy that allows an action."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


def trust_others(aws: Client, role: str) -> None:
    """Let another account have the role."""
    policy = document("sts:AssumeRole", Principal={"AWS": "arn:aws:iam::210987654321:root"})
    aws("iam").update_assume_role_policy(RoleName=role, PolicyDocument=policy)


def widen(aws: Client, role: str) -> None:
    """Let the role read every secret."""
    aws("iam").put_role_policy(
        RoleName=role,
        PolicyName=OWN[role],
        PolicyDocument=document("secretsmanager:GetSecretValue", Resource="*"),
    )


def add_inline(aws: Client, role: str) -> None:
    """Allow more by a further policy."""
    aws("iam").put_role_policy(RoleName=role, PolicyName=BY_HAND, PolicyDocument=document("s3:*", Resource="*"))


def remove_inline(aws: Client, role: str) -> None:
    """Remove the policy."""
    aws("iam").delete_role_policy(RoleName=role, PolicyName=OWN[role])


def attach(aws: Client, role: str) -> None:
    """Allow everything."""
    aws("iam").attach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)


def bound_otherwise(aws: Client, role: str) -> None:
    """Let another policy limit the role."""
    aws("iam").put_role_permissions_boundary(RoleName=role, PermissionsBoundary=ADMINISTRATOR)


def unbind(aws: Client, role: str) -> None:
    """Let no policy limit the role."""
    aws("iam").delete_role_permissions_boundary(RoleName=role)


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
    for role, tier in ((EXECUTION, SERVICE), (TASK, SERVICE), (FLOW_LOG, NETWORK), (LOGGING, API)):
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
        for what, change in (("changed", bound_otherwise), ("removed", unbind)):
            yield Mutation(
                f"{role}: permissions boundary {what}",
                partial(change, role=role),
                (Named(KIND, role, ("permissions_boundary",)),),
                tier,
                ("iam:PutRolePermissionsBoundary",),
            )
    for role, tier in ((EXECUTION, SERVICE), (TASK, SERVICE), (FLOW_LOG, NETWORK)):
        yield Mutation(
            f"{role}: tags",
            partial(retag, role=role),
            (Named(KIND, role, TAG_FIELDS),),
            tier,
            ("iam:TagRole", "iam:UntagRole"),
        )


def inline_policies() -> Iterator[Mutation]:
    """Yield what can become of the policies that are a role's own."""
    changes: tuple[tuple[str, Callable[..., None], str], ...] = (
        ("widened", widen, "iam:PutRolePolicy"),
        ("removed", remove_inline, "iam:PutRolePolicy"),
        ("added", add_inline, "iam:DeleteRolePolicy"),
    )
    for role, tier in ((EXECUTION, SERVICE), (FLOW_LOG, NETWORK)):
        for what, change, operation in changes:
            yield Mutation(
                f"{role}: inline policy {what}",
                partial(change, role=role),
                (Named(KIND, role, ("inline_policies",)),),
                tier,
                (operation,),
            )


def remove(aws: Client) -> None:
    """Remove the role of the flow log."""
    remove_inline(aws, FLOW_LOG)
    aws("iam").delete_role(RoleName=FLOW_LOG)


# what the inventory leaves to AWS, so that drifts of it are seen too
VARIABLES = {"platform_role_permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess"}
MUTATIONS = (
    Mutation(
        f"{FLOW_LOG}: removed",
        remove,
        (Named(KIND, FLOW_LOG, action=CREATE),),
        NETWORK,
        ("iam:CreateRole", "iam:PutRolePolicy"),
    ),
    *every_role(),
    *inline_policies(),
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

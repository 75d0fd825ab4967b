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
    REMOVE,
    SERVICE,
    STACK_TAGS,
    TAG_FIELDS,
    Change,
    Mutation,
    Named,
    tag_list,
)
from tests.drift.snapshot import Found
from tests.support.account import Client, pages

KIND, POLICY_KIND = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"
EXECUTION, TASK = "streamflix-ecs-execution-dev-eu-west-1", "streamflix-ecs-task-dev-eu-west-1"
FLOW_LOG, LOGGING = "streamflix-flow-log-dev-eu-west-1", "streamflix-api-gateway-logs-eu-west-1"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PUSH_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
POLICY, SURPLUS = f"{TASK}-read-media", f"{TASK}-{BY_HAND}"
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


def arn_of(aws: Client) -> str:
    """Return the ARN of the policy of the task role."""
    listed = pages(aws("iam"), "list_policies", "Policies", Scope="Local")
    return next(policy["Arn"] for policy in listed if policy["PolicyName"] == POLICY)


def decide_otherwise(aws: Client) -> None:
    """Let another version of the policy be the default, beside ours."""
    policy = document("s3:*", Resource="*")
    aws("iam").create_policy_version(PolicyArn=arn_of(aws), PolicyDocument=policy, SetAsDefault=True)


def use_up_versions(aws: Client) -> None:
    """Make all five versions of the policy others than ours."""
    iam, arn = aws("iam"), arn_of(aws)
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    ours = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    for number in range(5):
        policy = document("s3:*", Resource=f"arn:aws:s3:::{number}/*")
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy, SetAsDefault=True)
        if number == 0:
            iam.delete_policy_version(PolicyArn=arn, VersionId=ours)


def retag_policy(aws: Client) -> None:
    """Change a tag of the policy, add one, remove one."""
    arn = arn_of(aws)
    aws("iam").tag_policy(PolicyArn=arn, Tags=tag_list(OTHER_TAGS))
    aws("iam").untag_policy(PolicyArn=arn, TagKeys=[LOST_TAG])


def detach_policy(aws: Client) -> None:
    """Take the policy away from the task role."""
    aws("iam").detach_role_policy(RoleName=TASK, PolicyArn=arn_of(aws))


def remove_policy(aws: Client) -> None:
    """Remove the policy with all its versions."""
    iam, arn = aws("iam"), arn_of(aws)
    iam.detach_role_policy(RoleName=TASK, PolicyArn=arn)
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=arn)


def add_policy(aws: Client) -> None:
    """Make and attach a further policy that has the name and the tags of one of the stack's."""
    policy = document("s3:*", Resource="*")
    made = aws("iam").create_policy(PolicyName=SURPLUS, PolicyDocument=policy, Tags=tag_list(STACK_TAGS))
    aws("iam").attach_role_policy(RoleName=TASK, PolicyArn=made["Policy"]["Arn"])


def managed_policies() -> Iterator[Mutation]:
    """Yield what can become of the policies of the task role."""
    attached, decides = Named(KIND, TASK, ("managed_policies",)), Named(POLICY_KIND, POLICY, ("policy.Statement",))
    set_default = "iam:SetDefaultPolicyVersion"
    cases: tuple[tuple[str, Change, tuple[Named, ...], tuple[str, ...]], ...] = (
        ("another default version", decide_otherwise, (decides,), (set_default,)),
        (
            "five versions of others",
            use_up_versions,
            (decides,),
            ("iam:CreatePolicyVersion", "iam:DeletePolicyVersion", set_default),
        ),
        ("tags", retag_policy, (Named(POLICY_KIND, POLICY, TAG_FIELDS),), ("iam:TagPolicy", "iam:UntagPolicy")),
        ("detached", detach_policy, (attached,), ("iam:AttachRolePolicy",)),
        (
            "removed",
            remove_policy,
            (Named(POLICY_KIND, POLICY, action=CREATE), attached),
            ("iam:CreatePolicy", "iam:AttachRolePolicy"),
        ),
        (
            "another one added",
            add_policy,
            (Named(POLICY_KIND, SURPLUS, action=REMOVE), attached),
            ("iam:DetachRolePolicy", "iam:DeletePolicy"),
        ),
    )
    for what, change, named, repair in cases:
        yield Mutation(
            f"{POLICY}: {what}", change, named, SERVICE, repair, sample=change in (decide_otherwise, add_policy)
        )


def read(aws: Client) -> Found:
    """Yield the policies of the account: what each of them allows, and its tags."""
    iam = aws("iam")
    for policy in pages(iam, "list_policies", "Policies", Scope="Local"):
        arn, version = policy["Arn"], policy["DefaultVersionId"]
        allowed = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        tags = iam.list_policy_tags(PolicyArn=arn)["Tags"]
        yield "managed policy", policy["PolicyName"], [arn], [policy["Path"], allowed, tags]


def remove(aws: Client) -> None:
    """Remove the role of the flow log."""
    remove_inline(aws, FLOW_LOG)
    aws("iam").delete_role(RoleName=FLOW_LOG)


# what the inventory leaves to AWS, so that drifts of it are seen too
VARIABLES = {
    "platform_role_permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess",
    "ecs_service_task_policies": {"read-media": document("s3:GetObject", Resource="arn:aws:s3:::media/*")},
}
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
    *managed_policies(),
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

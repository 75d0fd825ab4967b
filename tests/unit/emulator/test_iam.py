"""IAM of the emulator as plain boto3 sees it: what is in use stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.usefixtures("managed_policies")

ROLE = "streamflix-ecs-execution-dev"
AWS_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
TRUST = {"Version": "2012-10-17", "Statement": []}


def document(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refused(call: Any, **params: Any) -> None:
    with pytest.raises(ClientError) as error:
        call(**params)
    assert error.value.response["Error"]["Code"] == "DeleteConflict"


@pytest.fixture
def iam(aws: Any) -> Any:
    client = aws("iam")
    client.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
    return client


def test_a_role_with_policies_stays(iam: Any) -> None:
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=AWS_POLICY)
    iam.put_role_policy(RoleName=ROLE, PolicyName="inline", PolicyDocument=document("logs:PutLogEvents"))
    refused(iam.delete_role, RoleName=ROLE)
    iam.detach_role_policy(RoleName=ROLE, PolicyArn=AWS_POLICY)
    refused(iam.delete_role, RoleName=ROLE)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="inline")
    iam.delete_role(RoleName=ROLE)


def test_an_attached_policy_stays(iam: Any) -> None:
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document("logs:PutLogEvents"))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)
    refused(iam.delete_policy, PolicyArn=arn)
    iam.detach_role_policy(RoleName=ROLE, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


def test_a_policy_with_several_versions_stays(iam: Any) -> None:
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document("logs:PutLogEvents"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("logs:*"), SetAsDefault=True)
    refused(iam.delete_policy, PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)


def test_a_boundary_has_to_be_a_policy(iam: Any) -> None:
    missing = "arn:aws:iam::123456789012:policy/missing"
    for call, more in (
        (iam.put_role_permissions_boundary, {"RoleName": ROLE}),
        (iam.create_role, {"RoleName": "other", "AssumeRolePolicyDocument": json.dumps(TRUST)}),
    ):
        with pytest.raises(ClientError, match="does not exist or is not attachable") as error:
            call(PermissionsBoundary=missing, **more)
        assert error.value.response["Error"]["Code"] == "NoSuchEntity"
    iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=AWS_POLICY)
    assert iam.get_role(RoleName=ROLE)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == AWS_POLICY


def test_an_update_of_a_role_leaves_what_it_does_not_name(iam: Any) -> None:
    iam.create_role(
        RoleName="updated", AssumeRolePolicyDocument=json.dumps(TRUST), Description="One", MaxSessionDuration=7200
    )
    iam.update_role(RoleName="updated", MaxSessionDuration=3600)
    role = iam.get_role(RoleName="updated")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("One", 3600)
    iam.update_role(RoleName="updated", Description="Other")
    role = iam.get_role(RoleName="updated")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("Other", 3600)

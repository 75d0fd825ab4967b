"""What the application may do, from the first preview to the removal, read back with plain boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, playbook, server

PATH = "/streaming/dev/"
ROLE = "streamflix-ecs-task-dev-eu-west-1"
READ, WRITE = f"{ROLE}-read-media", f"{ROLE}-write-media"
FOREIGN = f"{ROLE}-foreign"
KIND = "AWS::IAM::ManagedPolicy"
TAGS = {
    "Application": "streamflix",
    "Environment": "dev",
    "ManagedBy": "streamflix.content_api",
}
# the service with what it needs
TIERS = ("--tags", "network,aurora,redis,ecs_service")


def allow(action: str) -> dict[str, Any]:
    """Return a policy that allows an action."""
    statement = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::media/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


class Account:
    """An account with the stack, or without it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.iam = server.clients(endpoint)("iam")

    def run(self, book: str, *arguments: str, **variables: Any) -> playbook.Run:
        """Run a playbook of the stack."""
        return playbook.run(book, *arguments, endpoint=self.endpoint, platform_role_path=PATH, **variables)

    def policies(self) -> dict[str, dict[str, Any]]:
        """Return the policies of the account by name."""
        listed = account.pages(self.iam, "list_policies", "Policies", Scope="Local")
        return {policy["PolicyName"]: policy for policy in listed}

    def allowed(self) -> dict[str, dict[str, Any]]:
        """Return the documents of all policies of the account by name."""
        found = {}
        for name, policy in self.policies().items():
            which = {"PolicyArn": policy["Arn"], "VersionId": policy["DefaultVersionId"]}
            found[name] = self.iam.get_policy_version(**which)["PolicyVersion"]["Document"]
        return found

    def attached(self) -> list[str]:
        """Return the ARNs of what is attached to the task role."""
        listed = self.iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
        return sorted(policy["PolicyArn"] for policy in listed)


@pytest.fixture(scope="module")
def stack() -> Iterator[Account]:
    """Give an account without the stack."""
    with server.running(Modes(rules=True)) as endpoint:
        yield Account(endpoint)


def changes(run: playbook.Run) -> list[tuple[str, str]]:
    """Return what becomes of managed policies, as the recap says it."""
    return [(change["action"], change["name"]) for change in run.changes if change["type"] == KIND]


def test_the_life_of_what_the_application_may_do(stack: Account) -> None:
    chosen = {"read-media": allow("s3:GetObject"), "write-media": allow("s3:PutObject")}
    preview = stack.run("site.yml", "--check", *TIERS, ecs_service_task_policies=chosen)
    assert preview.code == 0, preview.output
    assert stack.policies() == {}
    done = stack.run("site.yml", *TIERS, ecs_service_task_policies=chosen)
    assert done.code == 0, done.output
    assert changes(preview) == changes(done) == [("create", READ), ("create", WRITE)]
    arns = [f"arn:aws:iam::123456789012:policy{PATH}{name}" for name in (READ, WRITE)]
    for run in (preview, done):
        (role,) = (change for change in run.changes if change["name"] == ROLE)
        assert {field["field"]: field["after"] for field in role["fields"]}["managed_policies"] == arns
    assert stack.allowed() == {READ: chosen["read-media"], WRITE: chosen["write-media"]}
    assert stack.attached() == arns
    for arn in arns:
        listed = stack.iam.list_policy_tags(PolicyArn=arn)["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in listed} == TAGS
    again = stack.run("site.yml", *TIERS, ecs_service_task_policies=chosen)
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output

    # of somebody else, whose names begin so too
    others = stack.iam.create_policy(PolicyName=FOREIGN, PolicyDocument=json.dumps(allow("s3:*")))["Policy"]["Arn"]
    wanted = {"read-media": allow("s3:ListBucket")}
    tier = ("--tags", "ecs_service")
    preview = stack.run("site.yml", "--check", *tier, ecs_service_task_policies=wanted)
    assert stack.attached() == arns
    changed = stack.run("site.yml", *tier, ecs_service_task_policies=wanted)
    assert changed.code == 0, changed.output
    assert changed.changes == preview.changes
    assert changes(changed) == [("update", READ), ("remove", WRITE)]
    assert stack.allowed() == {READ: wanted["read-media"], FOREIGN: allow("s3:*")}
    assert stack.attached() == arns[:1]
    versions = stack.iam.list_policy_versions(PolicyArn=arns[0])["Versions"]
    assert {version["VersionId"]: version["IsDefaultVersion"] for version in versions} == {"v1": False, "v2": True}

    refused = stack.run("site.yml", *tier, ecs_service_task_policies={"foreign": allow("s3:GetObject")})
    assert refused.code != 0
    assert f"{FOREIGN} is not ours" in refused.output
    assert stack.allowed()[FOREIGN] == allow("s3:*")
    assert stack.attached() == arns[:1]

    none = stack.run("site.yml", "--check", *tier, ecs_service_task_policies={})
    assert none.code == 0, none.output
    assert changes(none) == [("remove", READ)]
    assert READ in stack.policies()

    given_up = stack.run("playbooks/release.yml", confirm="dev", release=[KIND], ecs_service_task_policies=wanted)
    assert (given_up.code, given_up.changed) == (0, 1), given_up.output
    assert "ManagedBy" not in {tag["Key"] for tag in stack.iam.list_policy_tags(PolicyArn=arns[0])["Tags"]}
    stack.iam.tag_policy(PolicyArn=arns[0], Tags=[{"Key": "ManagedBy", "Value": TAGS["ManagedBy"]}])

    removed = stack.run("playbooks/destroy.yml", confirm="dev", ecs_service_task_policies=wanted)
    assert removed.code == 0, removed.output
    assert changes(removed) == [("remove", READ)]
    assert [policy["Arn"] for policy in stack.policies().values()] == [others]

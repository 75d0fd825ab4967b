"""The role module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import fields, runner
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.modules.iam_role import FIELDS

NAME = "streamflix-ecs-execution-dev"
ARN = f"arn:aws:iam::123456789012:role/{NAME}"


def trust(*services: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def allow(action: Any, resource: Any = "*") -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


@pytest.fixture
def policy(aws: Any) -> Any:
    """Give a function that makes a managed policy and returns its ARN."""

    def make(name: str) -> str:
        document = json.dumps(allow("s3:GetObject"))
        return aws("iam").create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]

    return make


@pytest.fixture
def options(policy: Any) -> dict[str, Any]:
    return {
        "name": NAME,
        "description": "Starts tasks",
        "assume_role_policy_document": trust("ecs-tasks.amazonaws.com"),
        "max_session_duration": 7200,
        "permissions_boundary": policy("boundary"),
        "managed_policies": [policy("one"), policy("two")],
        "inline_policies": {
            "logs": allow(["logs:PutLogEvents", "logs:CreateLogStream"]),
            "secret": json.dumps(allow("secretsmanager:GetSecretValue")),
        },
        "tags": {"Environment": "dev"},
    }


def read_back(aws: Any) -> dict[str, Any]:
    iam = aws("iam")
    role = iam.get_role(RoleName=NAME)["Role"]
    names = iam.list_role_policies(RoleName=NAME)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]
    return {
        **role,
        "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "inline": {name: iam.get_role_policy(RoleName=NAME, PolicyName=name)["PolicyDocument"] for name in names},
        "attached": {item["PolicyArn"] for item in attached},
        "tags": {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])},
    }


def operations(result: dict[str, Any]) -> list[str]:
    return [action.split()[0] for action in result["actions"]]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    preview = run_module("iam_role", check=True, **options)
    assert preview["changed"]
    assert aws("iam").list_roles()["Roles"] == []

    done = run_module("iam_role", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    assert done["role"]["arn"] == ARN
    assert {**done["role"], "arn": "(known after apply)"} == preview["role"]
    role = read_back(aws)
    assert (role["Path"], role["Description"], role["MaxSessionDuration"]) == ("/", "Starts tasks", 7200)
    assert role["AssumeRolePolicyDocument"] == options["assume_role_policy_document"]
    assert role["boundary"] == options["permissions_boundary"]
    assert role["attached"] == set(options["managed_policies"])
    assert role["inline"] == {
        "logs": options["inline_policies"]["logs"],
        "secret": json.loads(options["inline_policies"]["secret"]),
    }
    assert role["tags"] == {"Environment": "dev"}


def test_a_preview_takes_what_is_not_known_yet(aws: Any, run_module: Any) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-(known after apply)"
    preview = run_module(
        "iam_role",
        check=True,
        name=NAME,
        assume_role_policy_document=trust("ecs-tasks.amazonaws.com"),
        managed_policies=["(known after apply)"],
        permissions_boundary="(known after apply)",
        inline_policies={"secret": allow("secretsmanager:GetSecretValue", arn)},
    )
    assert operations(preview) == ["create_role", "attach_role_policy", "put_role_policy"]
    assert preview["role"]["inline_policies"]["secret"]["Statement"][0]["Resource"] == arn
    assert aws("iam").list_roles()["Roles"] == []


def test_second_run_changes_nothing_and_reads_little(run_module: Any, options: dict[str, Any], troubled: Any) -> None:
    run_module("iam_role", **options)
    sent = troubled()
    for check in (True, False):
        sent.clear()
        again = run_module("iam_role", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]
        assert sent == ["GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy", "GetRolePolicy"]


def test_the_same_in_other_words_is_no_change(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("iam_role", **options)
    statement = {
        "Action": ["sts:AssumeRole"],
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Effect": "Allow",
    }
    options["assume_role_policy_document"] = {"Statement": statement, "Version": "2012-10-17"}
    options["inline_policies"]["logs"] = allow(["logs:CreateLogStream", "logs:PutLogEvents"], ["*"])
    options["managed_policies"].reverse()
    assert not run_module("iam_role", **options)["changed"]


def test_update_sends_only_what_differs(aws: Any, run_module: Any, options: dict[str, Any], policy: Any) -> None:
    run_module("iam_role", **options)
    one, two = options["managed_policies"]
    three, boundary = policy("three"), policy("another")
    options |= {
        "description": "",
        "assume_role_policy_document": trust("ecs-tasks.amazonaws.com", "ecs.amazonaws.com"),
        "permissions_boundary": boundary,
        "managed_policies": [one, three],
        "inline_policies": {"logs": allow("logs:*"), "new": allow("s3:ListBucket")},
        "tags": {"Owner": "api"},
    }
    preview = run_module("iam_role", check=True, **options)
    assert read_back(aws)["Description"] == "Starts tasks"

    done = run_module("iam_role", **options)
    assert (
        done["actions"]
        == preview["actions"]
        == [
            f"update_assume_role_policy {NAME}",
            f"update_role {NAME}",
            f"put_role_permissions_boundary {NAME}",
            f"attach_role_policy {NAME}/{three}",
            f"detach_role_policy {NAME}/{two}",
            f"put_role_policy {NAME}/logs",
            f"put_role_policy {NAME}/new",
            f"delete_role_policy {NAME}/secret",
            f"tag_role {NAME}",
            f"untag_role {NAME}",
        ]
    )
    role = read_back(aws)
    assert (role.get("Description", ""), role["MaxSessionDuration"]) == ("", 7200)
    assert role["AssumeRolePolicyDocument"] == options["assume_role_policy_document"]
    assert (role["boundary"], role["attached"], role["tags"]) == (boundary, {one, three}, {"Owner": "api"})
    assert role["inline"] == options["inline_policies"]
    assert not run_module("iam_role", **options)["changed"]


def test_only_the_inline_policy_that_differs_is_written(run_module: Any, options: dict[str, Any]) -> None:
    run_module("iam_role", **options)
    options["inline_policies"]["logs"] = allow("logs:*")
    done = run_module("iam_role", **options)
    assert done["actions"] == [f"put_role_policy {NAME}/logs"]
    assert done["diff"]["before"]["inline_policies"]["logs"] != done["diff"]["after"]["inline_policies"]["logs"]


def test_a_session_that_gets_longer_keeps_the_description(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("iam_role", **options)
    del options["description"]
    options["max_session_duration"] = 3600
    assert operations(run_module("iam_role", **options)) == ["update_role"]
    role = read_back(aws)
    assert (role["Description"], role["MaxSessionDuration"]) == ("Starts tasks", 3600)


def test_a_boundary_is_taken_away(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("iam_role", **options)
    options["permissions_boundary"] = ""
    assert operations(run_module("iam_role", **options)) == ["delete_role_permissions_boundary"]
    assert read_back(aws)["boundary"] is None
    assert not run_module("iam_role", **options)["changed"]


def test_what_is_not_set_stays(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("iam_role", **options)
    before = read_back(aws)
    document = options["assume_role_policy_document"]
    done = run_module("iam_role", name=NAME, assume_role_policy_document=document)
    assert not done["changed"]
    assert done["role"]["inline_policy_names"] == []
    assert read_back(aws) == before


def test_without_purge_policies_and_tags_are_only_added(
    aws: Any, run_module: Any, options: dict[str, Any], policy: Any
) -> None:
    run_module("iam_role", **options)
    before, three = read_back(aws), policy("three")
    options |= {
        "managed_policies": [three],
        "inline_policies": {"new": allow("s3:ListBucket")},
        "tags": {"Owner": "api"},
    }
    kept = {"purge_managed_policies": False, "purge_inline_policies": False, "purge_tags": False}
    preview = run_module("iam_role", check=True, **options, **kept)
    done = run_module("iam_role", **options, **kept)
    assert done["role"] == preview["role"]
    role = read_back(aws)
    assert role["attached"] == {*before["attached"], three}
    assert role["inline"] == before["inline"] | options["inline_policies"]
    assert role["tags"] == {"Environment": "dev", "Owner": "api"}
    assert not run_module("iam_role", **options, **kept)["changed"]


def test_named_inline_policies_go_and_others_stay(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("iam_role", **options)
    name = options["name"]
    for policy in ("theirs", "left"):
        text = json.dumps(allow("s3:GetObject"))
        aws("iam").put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)
    ours = sorted(options["inline_policies"])
    gone = {**options, "purge_inline_policies": False, "absent_inline_policies": ["left", "never there"]}
    preview = run_module("iam_role", check=True, **gone)
    done = run_module("iam_role", **gone)
    assert done["actions"] == preview["actions"] == [f"delete_role_policy {name}/left"]
    assert done["changes"] == preview["changes"]
    assert sorted(aws("iam").list_role_policies(RoleName=name)["PolicyNames"]) == sorted([*ours, "theirs"])
    # without a say in the others
    del gone["inline_policies"]
    gone["absent_inline_policies"] = ["theirs"]
    assert run_module("iam_role", **gone)["actions"] == [f"delete_role_policy {name}/theirs"]
    assert sorted(aws("iam").list_role_policies(RoleName=name)["PolicyNames"]) == ours
    assert not run_module("iam_role", **gone)["changed"]


def test_removes_everything_of_it_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    iam = aws("iam")
    run_module("iam_role", **options)
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName=NAME)
    preview = run_module("iam_role", check=True, name=NAME, state="absent")
    assert read_back(aws)["inline"]

    done = run_module("iam_role", name=NAME, state="absent")
    assert done["actions"] == preview["actions"]
    assert operations(done) == [
        "remove_role_from_instance_profile",
        *["detach_role_policy"] * 2,
        *["delete_role_policy"] * 2,
        "delete_role",
    ]
    assert (done["role"], done["diff"]["after"]) == ({}, {})
    assert iam.list_roles()["Roles"] == []
    assert len(iam.list_policies(Scope="Local")["Policies"]) == 3
    for check in (True, False):
        assert not run_module("iam_role", check=check, name=NAME, state="absent")["changed"]


def test_throttling_passes(aws: Any, run_module: Any, options: dict[str, Any], troubled: Any) -> None:
    sent = troubled("CreateRole", "Throttling", "Throttling")
    done = run_module("iam_role", **options)
    assert done["changed"]
    assert sent.count("CreateRole") == 3
    assert read_back(aws)["attached"] == set(options["managed_policies"])


@pytest.mark.parametrize(
    "operation", ["CreateRole", "AttachRolePolicy", "PutRolePolicy", "DetachRolePolicy", "DeleteRolePolicy"]
)
def test_a_lost_reply_is_no_failure(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any, operation: str
) -> None:
    sent = troubled(operation, "lost reply")
    assert run_module("iam_role", **options)["changed"]
    assert read_back(aws)["tags"] == {"Environment": "dev"}
    assert not run_module("iam_role", **options)["changed"]
    assert run_module("iam_role", name=NAME, state="absent")["changed"]
    assert aws("iam").list_roles()["Roles"] == []
    assert sent.count(operation) > 1


@pytest.mark.usefixtures("no_pauses")
def test_a_policy_that_is_attached_during_the_removal_is_detached_too(
    aws: Any, run_module: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, policy: Any
) -> None:
    run_module("iam_role", **options)
    late = [policy("late")]

    call = Api.call

    def attach_first(self: Api, operation: str, *arguments: Any, **params: Any) -> dict[str, Any]:
        if operation == "delete_role" and late:
            aws("iam").attach_role_policy(RoleName=NAME, PolicyArn=late.pop())
        return call(self, operation, *arguments, **params)

    monkeypatch.setattr(Api, "call", attach_first)
    assert run_module("iam_role", name=NAME, state="absent")["changed"]
    assert aws("iam").list_roles()["Roles"] == []


def test_a_role_that_vanishes_while_it_is_read_is_made(run_module: Any, options: dict[str, Any], troubled: Any) -> None:
    run_module("iam_role", **options)
    troubled("ListRolePolicies", "NoSuchEntity")
    preview = run_module("iam_role", check=True, **options)
    assert operations(preview)[0] == "create_role"


def test_a_missing_policy_is_named(
    run_module: Any, options: dict[str, Any], troubled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubled()
    monkeypatch.setattr(runner, "FRUITLESS_TRIES", 1)
    options["managed_policies"] = ["arn:aws:iam::123456789012:policy/missing"]
    failed = run_module("iam_role", **options)
    assert failed["failed"]
    assert f"iam:AttachRolePolicy on {NAME}/arn:aws:iam::123456789012:policy/missing" in failed["msg"]


def test_another_path_needs_replacement(run_module: Any, options: dict[str, Any]) -> None:
    run_module("iam_role", path="/service/", **options)
    assert not run_module("iam_role", path="/service/", **options)["changed"]
    failed = run_module("iam_role", path="/", **options)
    assert failed["needs_replacement"] == ["path"]
    assert "path ('/service/' -> '/')" in failed["msg"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "a b"}, "name 'a b' may hold only"),
        ({"max_session_duration": 60}, "set 3600 to 43200"),
        ({"inline_policies": {"logs": "nothing"}}, "inline_policies.logs is not a policy document"),
        ({"assume_role_policy_document": {"Version": "2012-10-17"}}, "has no Statement"),
    ],
)
def test_a_wrong_option_touches_nothing(
    aws: Any, run_module: Any, options: dict[str, Any], wrong: dict[str, Any], text: str
) -> None:
    failed = run_module("iam_role", **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]
    assert aws("iam").list_roles()["Roles"] == []


def test_tells_what_becomes_of_the_role(run_module: Any, changes_of: Any, options: Any) -> None:
    kind, logs = "AWS::IAM::Role", options["inline_policies"]["logs"]
    created = {
        "arn": "(known after apply)",
        "path": "/",
        "description": "Starts tasks",
        "assume_role_policy_document": options["assume_role_policy_document"],
        "max_session_duration": 7200,
        "permissions_boundary": options["permissions_boundary"],
        "managed_policies": sorted(options["managed_policies"]),
        "inline_policies": {"logs": logs, "secret": json.loads(options["inline_policies"]["secret"])},
        "tags": {"Environment": "dev"},
    }
    fields = {field: (None, value) for field, value in created.items()}
    assert changes_of("iam_role", **options) == [("create", kind, NAME, fields)]

    detached, less = options["managed_policies"].pop(0), allow("logs:PutLogEvents")
    options["inline_policies"] = {"logs": less}
    options["tags"] = {"Environment": "dev", "Owner": "api"}
    fields = {
        "managed_policies": ([detached], []),
        "inline_policies.logs.Statement": (logs["Statement"], less["Statement"]),
        "inline_policies.secret": ("(not read)", None),
        "tags.Owner": (None, "api"),
    }
    assert changes_of("iam_role", **options) == [("update", kind, NAME, fields)]

    found = run_module("iam_role", **options)["role"]
    removed = {**found, "inline_policies": {"logs": "(not read)"}, "instance_profiles": []}
    fields = {field: (value, None) for field, value in removed.items() if field not in {"name", "inline_policy_names"}}
    assert changes_of("iam_role", name=NAME, state="absent") == [("remove", kind, NAME, fields)]


@pytest.mark.parametrize(
    ("option", "takes", "refuses", "finding"),
    [
        ("description", "x" * 1000, "x" * 1001, "has 1001 characters"),
        ("max_session_duration", 3600, 3599, "max_session_duration 3599 is out of range: set 3600 to 43200."),
        ("max_session_duration", 43200, 43201, "max_session_duration 43201 is out of range: set 3600 to 43200."),
        ("max_session_duration", None, 0, "set 3600 to 43200."),
        ("permissions_boundary", "", "ReadOnlyAccess", "permissions_boundary 'ReadOnlyAccess' is not the ARN"),
    ],
)
def test_a_setting_beyond_its_limit(option: str, takes: Any, refuses: Any, finding: str) -> None:
    row = {option: FIELDS[option]}
    assert fields.refusals(row, {option: takes}) == []
    (found,) = fields.refusals(row, {option: refuses})
    assert option in found
    assert finding in found

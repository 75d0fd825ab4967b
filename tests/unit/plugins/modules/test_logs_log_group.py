"""The log group module: create, update, no change, remove, each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.plugins.modules.conftest import LOST

NAME = "/ecs/streamflix-api-dev"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"


@pytest.fixture
def options() -> dict[str, Any]:
    return {"name": NAME, "retention_in_days": 7, "tags": {"Environment": "dev"}}


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        logs = aws("logs")
        groups = logs.describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
        (group,) = [one for one in groups if one["logGroupName"] == NAME]
        return {**group, "tags": logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"]}

    return read


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: Any, read_back: Any) -> None:
    preview = run_module("logs_log_group", check=True, **options)
    assert preview["changed"]
    assert aws("logs").describe_log_groups()["logGroups"] == []

    done = run_module("logs_log_group", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"]
    assert {**done["log_group"], "arn": "(known after apply)"} == preview["log_group"]
    assert done["log_group"]["arn"] == f"arn:aws:logs:eu-west-1:123456789012:log-group:{NAME}"
    group = read_back()
    assert group["retentionInDays"] == 7
    assert group["tags"] == {"Environment": "dev"}


def test_second_run_changes_nothing(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("logs_log_group", **options)
    before = read_back()
    for check in (True, False):
        again = run_module("logs_log_group", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
    assert not run_module("logs_log_group", name=NAME)["changed"]
    assert read_back() == before


def test_another_group_whose_name_starts_alike_is_left_alone(aws: Any, run_module: Any, options: Any) -> None:
    aws("logs").create_log_group(logGroupName=f"{NAME}-old")
    assert run_module("logs_log_group", **options)["actions"][0] == f"create_log_group {NAME}"
    run_module("logs_log_group", name=NAME, state="absent")
    assert [group["logGroupName"] for group in aws("logs").describe_log_groups()["logGroups"]] == [f"{NAME}-old"]


def test_changes_only_what_differs(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("logs_log_group", **options)
    options["retention_in_days"] = 1096
    options["kms_key_id"] = KEY
    options["tags"] = {"Owner": "api"}
    preview = run_module("logs_log_group", check=True, **options)
    assert read_back()["retentionInDays"] == 7

    done = run_module("logs_log_group", **options)
    assert done["log_group"] == preview["log_group"]
    assert [action.split()[0] for action in done["actions"]] == [
        "put_retention_policy",
        "associate_kms_key",
        "tag_resource",
        "untag_resource",
    ]
    group = read_back()
    assert (group["retentionInDays"], group["kmsKeyId"]) == (1096, KEY)
    assert group["tags"] == {"Owner": "api"}


def test_keeps_logs_for_ever(run_module: Any, options: Any, read_back: Any) -> None:
    run_module("logs_log_group", kms_key_id=KEY, **options)
    options["retention_in_days"] = 0
    done = run_module("logs_log_group", kms_key_id="", **options)
    assert [action.split()[0] for action in done["actions"]] == ["delete_retention_policy", "disassociate_kms_key"]
    assert "retentionInDays" not in read_back()
    assert not run_module("logs_log_group", kms_key_id="", **options)["changed"]


def test_a_new_one_keeps_logs_for_ever_by_itself(run_module: Any, options: Any, read_back: Any) -> None:
    done = run_module("logs_log_group", **{**options, "retention_in_days": 0})
    assert done["actions"] == [f"create_log_group {NAME}"]
    assert "retentionInDays" not in read_back()


def test_removes_and_removes_again(aws: Any, run_module: Any, options: Any, read_back: Any) -> None:
    run_module("logs_log_group", **options)
    assert run_module("logs_log_group", check=True, name=NAME, state="absent")["changed"]
    assert read_back()
    done = run_module("logs_log_group", name=NAME, state="absent")
    assert done["changed"]
    assert done["log_group"] == {}
    assert aws("logs").describe_log_groups()["logGroups"] == []
    assert not run_module("logs_log_group", name=NAME, state="absent")["changed"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [({"name": "a b"}, "rename it"), ({"name": "x" * 513}, "513 characters"), ({"retention_in_days": 8}, "got: 8")],
)
def test_a_wrong_option_touches_nothing(
    run_module: Any, options: Any, read_back: Any, wrong: dict[str, Any], text: str
) -> None:
    run_module("logs_log_group", **options)
    failed = run_module("logs_log_group", **{**options, **wrong})
    assert failed["failed"]
    assert text in failed["msg"]
    assert read_back()["retentionInDays"] == 7


def test_tells_what_becomes_of_the_log_group(aws: Any, run_module: Any, changes_of: Any, options: Any) -> None:
    kind = "AWS::Logs::LogGroup"
    created = {"arn": "(known after apply)", "retention_in_days": 7, "kms_key_id": "", "tags": {"Environment": "dev"}}
    fields = {field: (None, value) for field, value in created.items()}
    assert changes_of("logs_log_group", **options) == [("create", kind, NAME, fields)]
    options["retention_in_days"] = 14
    assert changes_of("logs_log_group", **options) == [("update", kind, NAME, {"retention_in_days": (7, 14)})]
    found = run_module("logs_log_group", **options)["log_group"]
    fields = {field: (value, None) for field, value in found.items() if field != "name"}
    assert changes_of("logs_log_group", name=NAME, state="absent") == [("remove", kind, NAME, fields)]


def test_tells_for_certain_that_it_did_not_exist(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any
) -> None:
    assert run_module("logs_log_group", check=True, **options)["created"] is True
    assert run_module("logs_log_group", **options)["created"] is True
    assert run_module("logs_log_group", **options)["created"] is False
    aws("logs").delete_log_group(logGroupName=NAME)
    # it may as well have been somebody else's request that was carried out
    troubled("CreateLogGroup", LOST)
    done = run_module("logs_log_group", **options)
    assert done["changed"]
    assert done["created"] is False


OWNER = {"ManagedBy": "streamflix.content_api"}


def test_one_that_aws_has_made_is_taken_over(aws: Any, run_module: Any, options: Any, read_back: Any) -> None:
    aws("logs").create_log_group(logGroupName=NAME)
    options |= {"owner_tags": OWNER}
    refused = run_module("logs_log_group", **options)
    assert refused["failed"]
    assert "is not ours" in refused["msg"]
    preview = run_module("logs_log_group", check=True, adopt_untagged=True, **options)
    done = run_module("logs_log_group", adopt_untagged=True, **options)
    assert done["actions"] == preview["actions"] == [f"put_retention_policy {NAME}", f"tag_resource {NAME}"]
    assert not done["created"]
    group = read_back()
    assert (group["retentionInDays"], group["tags"]) == (7, {"Environment": "dev", **OWNER})
    assert not run_module("logs_log_group", adopt_untagged=True, **options)["changed"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_one_with_tags_of_others_stays_theirs(aws: Any, run_module: Any, options: Any, state: str) -> None:
    aws("logs").create_log_group(logGroupName=NAME, tags={"Team": "data"})
    options |= {"owner_tags": OWNER, "adopt_untagged": True, "state": state}
    result = run_module("logs_log_group", **options)
    assert result.get("failed", False) == (state == "present")
    (group,) = aws("logs").describe_log_groups()["logGroups"]
    assert "retentionInDays" not in group
    # an auto-tagger has been at it: whose it is, is not said by that
    assert run_module("logs_log_group", ignored_tags=["Team"], **options)["changed"]


def test_one_that_aws_has_made_is_removed(aws: Any, run_module: Any) -> None:
    aws("logs").create_log_group(logGroupName=NAME)
    gone: dict[str, Any] = {"name": NAME, "state": "absent", "owner_tags": OWNER}
    assert not run_module("logs_log_group", **gone)["changed"]
    assert run_module("logs_log_group", adopt_untagged=True, **gone)["changed"]
    assert aws("logs").describe_log_groups()["logGroups"] == []


def test_a_preview_takes_a_name_that_it_cannot_know(run_module: Any, options: Any) -> None:
    options["name"] = "API-Gateway-Execution-Logs_(known after apply)/dev"
    preview = run_module("logs_log_group", check=True, **options)
    assert preview["actions"][0] == f"create_log_group {options['name']}"


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        ("AssociateKmsKey", "", KEY),
        ("DisassociateKmsKey", KEY, ""),
        ("PutRetentionPolicy", "", ""),
    ],
)
def test_a_request_of_somebody_elses_on_it_is_waited_for(
    aws: Any, run_module: Any, options: dict[str, Any], troubled: Any, operation: str, before: str, after: str
) -> None:
    run_module("logs_log_group", **options, kms_key_id=before)
    sent = troubled(operation, *["OperationAbortedException"] * 9)
    sent.clear()
    assert run_module("logs_log_group", **options | {"retention_in_days": 30}, kms_key_id=after)["changed"]
    assert sent.count(operation) == 10
    (group,) = aws("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    assert (group["retentionInDays"], group.get("kmsKeyId", "")) == (30, after)


@pytest.mark.parametrize(
    ("codes", "times"), [(["ResourceNotFoundException"], 1), (["OperationAbortedException"] * 9, 10)]
)
def test_what_is_gone_or_busy_for_a_while_is_no_failed_removal(
    run_module: Any, options: dict[str, Any], sent_until_removed: Any, codes: list[str], times: int
) -> None:
    run_module("logs_log_group", **options)
    which = {"name": NAME, "wait": times > 1}
    assert sent_until_removed("logs_log_group", "DeleteLogGroup", *codes, **which) == times

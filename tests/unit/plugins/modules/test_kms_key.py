"""The key module: a whole life, a key without its alias, and one that AWS is about to delete."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import TAGS, Life, Setting
from tests.unit.plugins.modules.conftest import LOST

NAME = "alias/streamflix-dev"
ALL = {
    "Sid": "Account",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}
LOGS = {**ALL, "Sid": "Logs", "Principal": {"Service": "logs.eu-west-1.amazonaws.com"}, "Action": "kms:Encrypt*"}
LIFE = Life(
    module="kms_key",
    named={"name": NAME},
    settings=(
        Setting("description", "Description", "What the stack keeps", "What the stack writes"),
        Setting(
            "policy",
            "Policy",
            {"Version": "2012-10-17", "Statement": [ALL]},
            {"Version": "2012-10-17", "Statement": [ALL, LOGS]},
        ),
    ),
)


@pytest.fixture
def read(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read_back() -> dict[str, Any] | None:
        kms = aws("kms")
        if not any(one["AliasName"] == NAME for one in kms.list_aliases()["Aliases"]):
            return None
        key = kms.describe_key(KeyId=NAME)["KeyMetadata"]
        if key["KeyState"] == "PendingDeletion":
            return None
        policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
        listed = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
        return {**key, "Policy": policy, "tags": {one["TagKey"]: one["TagValue"] for one in listed}}

    return read_back


def test_a_whole_life(run_module: Any, read: Any) -> None:
    LIFE.live(run_module, read)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_one_option_changes_alone(run_module: Any, read: Any, option: str) -> None:
    LIFE.change(run_module, read, option)


def test_somebody_elses_stays(run_module: Any, read: Any) -> None:
    LIFE.respect(run_module, read)


def rotation(aws: Any) -> tuple[bool, int | None]:
    found = aws("kms").get_key_rotation_status(KeyId=aws("kms").describe_key(KeyId=NAME)["KeyMetadata"]["KeyId"])
    return found["KeyRotationEnabled"], found.get("RotationPeriodInDays")


def test_rotation_is_set_changed_and_ended(aws: Any, run_module: Any) -> None:
    for wanted, period in ((180, 180), (90, 90), (None, 90)):
        more = {"rotation_period_in_days": wanted} if wanted else {}
        run_module("kms_key", name=NAME, enable_key_rotation=True, **more)
        assert rotation(aws) == (True, period)
        assert not run_module("kms_key", name=NAME, enable_key_rotation=True, **more)["changed"]
    assert run_module("kms_key", name=NAME, enable_key_rotation=False)["changed"]
    assert rotation(aws) == (False, None)


def test_a_key_in_deletion_is_taken_back(aws: Any, run_module: Any, read: Any) -> None:
    first = run_module("kms_key", **LIFE.options)["key"]
    removed = run_module("kms_key", name=NAME, state="absent", pending_window_in_days=7)
    assert removed["actions"] == [f"schedule_key_deletion {NAME}"]
    preview = run_module("kms_key", check=True, **LIFE.options)
    assert read() is None
    done = run_module("kms_key", **LIFE.options)
    assert done["actions"] == preview["actions"] == [f"cancel_key_deletion {NAME}", f"enable_key {NAME}"]
    assert read() is not None
    assert done["key"]["arn"] == first["arn"]
    assert len(aws("kms").list_keys()["Keys"]) == 1


def test_a_disabled_key_is_enabled(aws: Any, run_module: Any) -> None:
    made = run_module("kms_key", name=NAME)["key"]
    aws("kms").disable_key(KeyId=made["id"])
    assert run_module("kms_key", name=NAME)["actions"] == [f"enable_key {NAME}"]
    assert aws("kms").describe_key(KeyId=made["id"])["KeyMetadata"]["KeyState"] == "Enabled"


def test_a_key_that_lacks_its_alias_gets_it(aws: Any, run_module: Any) -> None:
    kms = aws("kms")
    for tags in ({"Environment": "dev"}, TAGS):
        key = kms.create_key(Tags=[{"TagKey": name, "TagValue": text} for name, text in tags.items()])
    done = run_module("kms_key", name=NAME, tags=TAGS)
    assert done["actions"] == [f"create_alias {NAME}"]
    assert kms.describe_key(KeyId=NAME)["KeyMetadata"]["KeyId"] == key["KeyMetadata"]["KeyId"]


def test_a_lost_reply_makes_no_second_key(aws: Any, run_module: Any, troubled: Any) -> None:
    troubled("CreateKey", LOST)
    run_module("kms_key", **LIFE.options)
    assert len(aws("kms").list_keys()["Keys"]) == 1


def test_a_key_that_keeps_us_out_is_not_ours(aws: Any, run_module: Any, troubled: Any) -> None:
    aws("kms").create_key()
    sent = troubled("ListResourceTags", "AccessDeniedException")
    assert run_module("kms_key", **LIFE.options)["actions"][0] == f"create_key {NAME}"
    assert "ListResourceTags" in sent
    assert len(aws("kms").list_keys()["Keys"]) == 2


@pytest.mark.parametrize(
    ("options", "finding"),
    [
        ({"name": "streamflix"}, "name 'streamflix' is not possible: give alias/NAME"),
        ({"name": "alias/aws/rds"}, "name 'alias/aws/rds' is not possible"),
        ({"rotation_period_in_days": 180}, "rotation_period_in_days 180 needs enable_key_rotation=true"),
        ({"enable_key_rotation": True, "rotation_period_in_days": 80}, "rotation_period_in_days 80 is out of range"),
        ({"pending_window_in_days": 6}, "pending_window_in_days 6 is out of range"),
    ],
)
def test_what_aws_refuses_is_refused_first(aws: Any, run_module: Any, options: Any, finding: str) -> None:
    refused = run_module("kms_key", **{"name": NAME, **options})
    assert refused["failed"]
    assert refused["msg"].startswith(finding)
    assert aws("kms").list_keys()["Keys"] == []

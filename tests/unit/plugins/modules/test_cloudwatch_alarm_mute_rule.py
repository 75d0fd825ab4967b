"""The alarm mute rule module: the life of one, read back with plain boto3."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.support.life import OURS, THEIRS, there

NAME = "streamflix-api-dev-rollout"
ONE = {"name": NAME, "alarm_names": ["one", "two"], "minutes": 30, "tags": {"Environment": "dev"}}
FORM = "at(%Y-%m-%dT%H:%M)"


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        cloudwatch = aws("cloudwatch")
        found = there(lambda: cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=NAME), "ResourceNotFoundException")
        if found is None:
            return None
        tags = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmMuteRuleArn"])["Tags"]
        return {**found, "tags": {tag["Key"]: tag["Value"] for tag in tags}}

    return read


def begins(found: Mapping[str, Any]) -> datetime.datetime:
    """Return when a rule begins to mute."""
    return datetime.datetime.strptime(found["Rule"]["Schedule"]["Expression"], FORM)


def test_mutes_from_the_next_minute_on_and_ends_by_itself(run_module: Any, read_back: Any) -> None:
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    foretold = run_module("cloudwatch_alarm_mute_rule", check=True, **ONE)
    assert foretold["changed"]
    assert read_back() is None
    done = run_module("cloudwatch_alarm_mute_rule", **ONE)
    assert done["actions"] == foretold["actions"] == [f"put_alarm_mute_rule {NAME}"]
    found = read_back()
    assert found["MuteTargets"]["AlarmNames"] == ["one", "two"]
    assert found["Rule"]["Schedule"]["Duration"] == "PT30M"
    assert datetime.timedelta() < begins(found) + datetime.timedelta(minutes=1) - now <= datetime.timedelta(minutes=3)
    assert found["tags"] == {"Environment": "dev"}
    # as long as it lasts long enough
    assert not run_module("cloudwatch_alarm_mute_rule", **{**ONE, "minutes": 10})["changed"]


@pytest.mark.parametrize(
    ("schedule", "lasts"),
    [
        ({"Expression": "at(2020-01-01T00:00)", "Duration": "PT30M"}, False),
        ({"Expression": "cron(0 2 * * *)", "Duration": "P1DT2H"}, False),
        ({"Expression": "at(2020-01-01T00:00)", "Duration": "P9999DT1H1M"}, True),
    ],
)
def test_a_rule_that_is_there_mutes_anew_unless_it_lasts(
    run_module: Any, read_back: Any, aws: Any, schedule: dict[str, str], lasts: bool
) -> None:
    aws("cloudwatch").put_alarm_mute_rule(
        Name=NAME,
        Rule={"Schedule": schedule},
        MuteTargets={"AlarmNames": ["one", "two"]},
        Tags=[{"Key": "Environment", "Value": "dev"}],
    )
    assert run_module("cloudwatch_alarm_mute_rule", **ONE)["changed"] is not lasts
    assert (read_back()["Rule"]["Schedule"] == schedule) is lasts


def test_other_alarms_and_tags_are_a_change(run_module: Any, read_back: Any) -> None:
    run_module("cloudwatch_alarm_mute_rule", **ONE)
    other = {**ONE, "alarm_names": ["three"], "description": "Rollout.", "tags": {"Team": "api"}}
    assert run_module("cloudwatch_alarm_mute_rule", **other)["changed"]
    found = read_back()
    assert (found["MuteTargets"]["AlarmNames"], found["Description"]) == (["three"], "Rollout.")
    assert found["tags"] == {"Team": "api"}


def test_removes_its_own_only(run_module: Any, read_back: Any) -> None:
    gone = {"name": NAME, "state": "absent"}
    run_module("cloudwatch_alarm_mute_rule", **{**ONE, "tags": THEIRS})
    assert not run_module("cloudwatch_alarm_mute_rule", **gone, owner_tags=OURS)["changed"]
    assert "is not ours" in run_module("cloudwatch_alarm_mute_rule", **ONE, owner_tags=OURS)["msg"]
    assert run_module("cloudwatch_alarm_mute_rule", **gone)["changed"]
    assert read_back() is None
    assert not run_module("cloudwatch_alarm_mute_rule", **gone)["changed"]


@pytest.mark.parametrize(
    ("option", "value"), [("minutes", 0), ("minutes", 21601), ("alarm_names", []), ("alarm_names", ["a"] * 101)]
)
def test_refuses_what_aws_would(run_module: Any, read_back: Any, option: str, value: Any) -> None:
    refused = run_module("cloudwatch_alarm_mute_rule", **{**ONE, option: value})
    assert refused["failed"]
    assert option in refused["msg"]
    assert read_back() is None

"""The composite alarm module: the life of one, read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting

NAME = "streamflix-composite-alarm-dev"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
LIFE = Life(
    "cloudwatch_composite_alarm",
    {"name": NAME},
    (
        Setting("alarm_rule", "AlarmRule", 'ALARM("one")', 'ALARM("one") OR NOT OK("two")', required=True),
        Setting("description", "AlarmDescription", "One text.", "Another text."),
        Setting("actions_enabled", "ActionsEnabled", True, False),
        Setting("alarm_actions", "AlarmActions", [TOPIC], [f"{TOPIC}-2", f"{TOPIC}-3"]),
        Setting("ok_actions", "OKActions", [TOPIC], []),
        Setting("insufficient_data_actions", "InsufficientDataActions", [TOPIC], [f"{TOPIC}-2"]),
    ),
)
SUPPRESSED = {
    "actions_suppressor": "two",
    "actions_suppressor_wait_period": 60,
    "actions_suppressor_extension_period": 120,
}


@pytest.fixture(autouse=True)
def children(aws: Any) -> None:
    for name in ("one", "two"):
        aws("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/ECS",
            MetricName="CPUUtilization",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=80,
            ComparisonOperator="GreaterThanThreshold",
        )


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        cloudwatch = aws("cloudwatch")
        reply = cloudwatch.describe_alarms(AlarmNames=[NAME], AlarmTypes=["CompositeAlarm"])
        if not reply["CompositeAlarms"]:
            return None
        (found,) = reply["CompositeAlarms"]
        tags = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
        return {**found, "tags": {tag["Key"]: tag["Value"] for tag in tags}}

    return read


def test_lives_a_whole_life(run_module: Any, read_back: Any) -> None:
    LIFE.live(run_module, read_back)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_changes_one_option_alone(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.change(run_module, read_back, option)


def test_leaves_alone_what_is_somebody_elses(run_module: Any, read_back: Any) -> None:
    LIFE.respect(run_module, read_back)


def test_what_suppresses_it_comes_and_goes(run_module: Any, read_back: Any) -> None:
    options = {**LIFE.options, **SUPPRESSED}
    assert run_module(LIFE.module, **options)["changed"]
    found = read_back()
    assert (found["ActionsSuppressor"], found["ActionsSuppressorWaitPeriod"]) == ("two", 60)
    assert not run_module(LIFE.module, **options)["changed"]
    without = {**LIFE.options, "actions_suppressor": ""}
    assert run_module(LIFE.module, **without)["changed"]
    assert "ActionsSuppressor" not in read_back()
    assert not run_module(LIFE.module, **without)["changed"]


def test_space_in_a_rule_is_no_difference(run_module: Any) -> None:
    run_module(LIFE.module, name=NAME, alarm_rule='ALARM("one") OR ALARM("two")')
    assert not run_module(LIFE.module, name=NAME, alarm_rule='ALARM("one")  OR\n ALARM("two")')["changed"]


def test_what_is_not_told_stays(run_module: Any, read_back: Any) -> None:
    run_module(LIFE.module, **LIFE.options)
    run_module(LIFE.module, name=NAME, alarm_rule='ALARM("two")')
    assert read_back()["AlarmActions"] == [TOPIC]
    assert read_back()["AlarmDescription"] == "One text."


def test_an_alarm_that_it_names_has_to_be_there(run_module: Any, read_back: Any) -> None:
    refused = run_module(LIFE.module, name=NAME, alarm_rule='ALARM("three")')
    assert refused["failed"]
    assert "alarms [three] in the alarm rule do not exist" in refused["msg"]
    assert read_back() is None


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("alarm_rule", "", "no rule"),
        ("alarm_rule", "one", "no rule"),
        ("alarm_rule", "(ALARM(one)", "no rule"),
        ("alarm_rule", "ALARM(one) ALARM(two)", "no rule"),
        ("alarm_rule", "ALARM(one) OR", "no rule"),
        ("alarm_rule", "x" * 10241, "10241"),
        ("alarm_rule", " OR ".join(f"ALARM(a{number})" for number in range(101)), "names 101 alarms"),
        ("alarm_rule", " AND ".join(["(TRUE)"] * 167), "501"),
        ("alarm_actions", ["topic"], "topic"),
        ("actions_suppressor", "two", "actions_suppressor_wait_period"),
    ],
)
def test_refuses_what_cloudwatch_would(run_module: Any, read_back: Any, option: str, value: Any, why: str) -> None:
    refused = run_module(LIFE.module, **{**LIFE.options, option: value})
    assert refused["failed"]
    assert why in refused["msg"]
    assert read_back() is None


@pytest.mark.parametrize(
    "rule",
    [
        "TRUE",
        "NOT (ALARM(one) AND OK(two))",
        "(ALARM(one) OR (INSUFFICIENT_DATA(two))) AND NOT FALSE",
        "ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:one)",
    ],
)
def test_takes_what_cloudwatch_does(run_module: Any, read_back: Any, rule: str) -> None:
    assert run_module(LIFE.module, name=NAME, alarm_rule=rule)["changed"]
    assert read_back()["AlarmRule"] == rule

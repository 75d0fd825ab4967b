"""The metric alarm module: the life of one, read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting

NAME = "streamflix-api-dev-error_ratio"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"


def metric(identifier: str, name: str, stat: str = "Sum") -> dict[str, Any]:
    """Return one metric of the load balancer."""
    return {
        "id": identifier,
        "namespace": "AWS/ApplicationELB",
        "metric_name": name,
        "dimensions": {"TargetGroup": "targetgroup/one/1", "LoadBalancer": "app/one/1"},
        "stat": stat,
        "period": 60,
    }


def in_aws(identifier: str, name: str, stat: str = "Sum") -> dict[str, Any]:
    """Return the same as CloudWatch shows it."""
    dimensions = [
        {"Name": "LoadBalancer", "Value": "app/one/1"},
        {"Name": "TargetGroup", "Value": "targetgroup/one/1"},
    ]
    measured = {"Namespace": "AWS/ApplicationELB", "MetricName": name, "Dimensions": dimensions}
    return {"Id": identifier, "MetricStat": {"Metric": measured, "Period": 60, "Stat": stat}, "ReturnData": False}


RATIO = {"id": "ratio", "expression": "100 * e / r", "label": "Errors", "return_data": True}
RATIO_SHOWN = {"Id": "ratio", "Expression": "100 * e / r", "Label": "Errors", "ReturnData": True}
METRICS = [metric("r", "RequestCount"), metric("e", "HTTPCode_Target_5XX_Count"), RATIO]
SHOWN = [in_aws("e", "HTTPCode_Target_5XX_Count"), in_aws("r", "RequestCount"), RATIO_SHOWN]
LARGEST = {"id": "largest", "expression": "MAX(METRICS())", "return_data": True}
LIFE = Life(
    "cloudwatch_metric_alarm",
    {"name": NAME},
    (
        Setting(
            "metrics",
            "Metrics",
            METRICS,
            [metric("a", "UnHealthyHostCount", "Maximum"), LARGEST],
            shown=(
                SHOWN,
                [
                    in_aws("a", "UnHealthyHostCount", "Maximum"),
                    {"Id": "largest", "Expression": "MAX(METRICS())", "ReturnData": True},
                ],
            ),
            required=True,
        ),
        Setting("comparison", "ComparisonOperator", "GreaterThanThreshold", "LessThanThreshold", required=True),
        Setting("threshold", "Threshold", 1.0, 2.5, required=True),
        Setting("evaluation_periods", "EvaluationPeriods", 5, 4, required=True),
        Setting("datapoints_to_alarm", "DatapointsToAlarm", 3, 4),
        Setting("treat_missing_data", "TreatMissingData", "notBreaching", "ignore"),
        Setting("description", "AlarmDescription", "One text.", "Another text."),
        Setting("actions_enabled", "ActionsEnabled", True, False),
        Setting("alarm_actions", "AlarmActions", [TOPIC], [f"{TOPIC}-2", f"{TOPIC}-3"]),
        Setting("ok_actions", "OKActions", [TOPIC], []),
        Setting("insufficient_data_actions", "InsufficientDataActions", [TOPIC], [f"{TOPIC}-2"]),
    ),
)


@pytest.fixture
def read_back(aws: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        cloudwatch = aws("cloudwatch")
        listed = cloudwatch.describe_alarms(AlarmNames=[NAME])["MetricAlarms"]
        if not listed:
            return None
        (found,) = listed
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


def test_the_order_of_metrics_and_of_dimensions_is_no_difference(run_module: Any, read_back: Any) -> None:
    run_module(LIFE.module, **LIFE.options)
    assert [one["Id"] for one in read_back()["Metrics"]] == ["e", "r", "ratio"]
    other = [RATIO, METRICS[1], {**METRICS[0], "dimensions": dict(reversed(METRICS[0]["dimensions"].items()))}]
    assert not run_module(LIFE.module, **{**LIFE.options, "metrics": other})["changed"]


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("metrics", [*METRICS, {**RATIO, "id": "other"}], "needs one entry with return_data"),
        ("metrics", METRICS[:2], "needs one entry with return_data"),
        ("metrics", [*METRICS[:1], RATIO, RATIO], "ratio"),
        ("metrics", [{**RATIO, "id": "Ratio"}], "Ratio"),
        ("metrics", [{**METRICS[0], "stat": None}, RATIO], "set the expression alone"),
        ("metrics", [{**METRICS[0], "period": 45}, RATIO], "period 45"),
        ("metrics", [*(metric(f"m{number}", "RequestCount") for number in range(11)), RATIO], "more than 10 metrics"),
        ("datapoints_to_alarm", 6, "6"),
        ("alarm_actions", ["topic"], "topic"),
    ],
)
def test_refuses_what_cloudwatch_would(run_module: Any, read_back: Any, option: str, value: Any, why: str) -> None:
    refused = run_module(LIFE.module, **{**LIFE.options, option: value})
    assert refused["failed"]
    assert why in refused["msg"]
    assert read_back() is None

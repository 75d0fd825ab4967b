"""CloudWatch of the emulator, with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def put(aws: Any, name: str = "one", **more: Any) -> str:
    """Set an alarm and return its ARN."""
    aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
        **{"Statistic": "Average", "Period": 60, "EvaluationPeriods": 1, **more},
    )
    return aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]


def test_tags_end_with_their_alarm(aws: Any) -> None:
    tags = [{"Key": "Team", "Value": "api"}]
    arn = put(aws, Tags=tags)
    assert aws("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    aws("cloudwatch").delete_alarms(AlarmNames=["one"])
    assert aws("cloudwatch").list_tags_for_resource(ResourceARN=put(aws))["Tags"] == []


def composites(aws: Any, **asked: Any) -> list[Any]:
    """Return the composite alarms."""
    return aws("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"], **asked)["CompositeAlarms"]


def compose(aws: Any, name: str, rule: str, **more: Any) -> None:
    """Set a composite alarm."""
    aws("cloudwatch").put_composite_alarm(AlarmName=name, AlarmRule=rule, **more)


def refusal(call: Any) -> str:
    """Return the error with which a request is refused."""
    with pytest.raises(ClientError) as error:
        call()
    assert error.value.response["Error"]["Code"] == "ValidationError"
    return error.value.response["Error"]["Message"]


def test_a_new_alarm_knows_nothing_and_a_change_leaves_state_and_tags(aws: Any) -> None:
    arn = put(aws, Tags=[{"Key": "Team", "Value": "api"}])
    watch = aws("cloudwatch")
    assert watch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "INSUFFICIENT_DATA"
    watch.set_alarm_state(AlarmName="one", StateValue="ALARM", StateReason="test")
    put(aws, Tags=[{"Key": "Team", "Value": "other"}])
    assert watch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "ALARM"
    assert watch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "Team", "Value": "api"}]


@pytest.mark.parametrize(
    "wrong", [{"Period": 45}, {"EvaluationPeriods": 2, "DatapointsToAlarm": 3}], ids=["period", "datapoints"]
)
def test_refuses_an_alarm_that_cannot_be(aws: Any, wrong: dict[str, Any]) -> None:
    assert refusal(lambda: put(aws, **wrong))


def test_a_composite_alarm_follows_the_alarms_that_it_names(aws: Any) -> None:
    for name in ("one", "two"):
        put(aws, name)
    compose(aws, "both", 'ALARM("one") AND NOT OK(two)', Tags=[{"Key": "Team", "Value": "api"}])
    compose(aws, "above", "ALARM(both)")
    watch = aws("cloudwatch")
    assert watch.describe_alarms()["CompositeAlarms"] == []
    (both,) = composites(aws, AlarmNames=["both"])
    assert (both["StateValue"], both["ActionsEnabled"], both["AlarmActions"]) == ("OK", True, [])
    assert watch.list_tags_for_resource(ResourceARN=both["AlarmArn"])["Tags"] == [{"Key": "Team", "Value": "api"}]
    watch.set_alarm_state(AlarmName="one", StateValue="ALARM", StateReason="test")
    assert [one["StateValue"] for one in composites(aws)] == ["ALARM", "ALARM"]
    watch.disable_alarm_actions(AlarmNames=["both"])
    assert composites(aws, AlarmNames=["both"])[0]["ActionsEnabled"] is False
    listed = aws("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    assert [one["ResourceARN"] for one in listed] == [both["AlarmArn"]]


def test_what_a_composite_alarm_names_stays(aws: Any) -> None:
    put(aws)
    compose(aws, "tier", "ALARM(one)")
    compose(aws, "stack", "ALARM(tier)")
    watch = aws("cloudwatch")
    told = refusal(lambda: watch.delete_alarms(AlarmNames=["one"]))
    assert told == "Cannot delete one as there are composite alarm(s) depending on it."
    refusal(lambda: watch.delete_alarms(AlarmNames=["tier"]))
    refusal(lambda: watch.delete_alarms(AlarmNames=["stack", "tier"]))
    for name in ("stack", "tier", "one"):
        watch.delete_alarms(AlarmNames=[name])
    assert composites(aws) == watch.describe_alarms()["MetricAlarms"] == []


def test_alarms_in_a_cycle_cannot_be_deleted(aws: Any) -> None:
    compose(aws, "a", "TRUE")
    compose(aws, "b", "ALARM(a)")
    compose(aws, "a", "ALARM(b)")
    for name in ("a", "b"):
        assert "depending" in refusal(lambda one=name: aws("cloudwatch").delete_alarms(AlarmNames=[one]))
    compose(aws, "a", "FALSE")
    aws("cloudwatch").delete_alarms(AlarmNames=["b"])


@pytest.mark.parametrize(
    "rule", ["one", "ALARM(one", "ALARM(one) ALARM(one)", "NOT", "(TRUE", " TRUE", "ALARM(two)", "(TRUE) OR" * 100]
)
def test_refuses_a_rule_that_is_none(aws: Any, rule: str) -> None:
    put(aws)
    assert refusal(lambda: compose(aws, "bad", rule))
    assert composites(aws) == []

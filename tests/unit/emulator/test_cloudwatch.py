"""CloudWatch of the emulator, with plain boto3."""

from __future__ import annotations

from typing import Any


def put(aws: Any, **more: Any) -> str:
    """Set an alarm and return its ARN."""
    aws("cloudwatch").put_metric_alarm(
        AlarmName="one",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
        **more,
    )
    return aws("cloudwatch").describe_alarms(AlarmNames=["one"])["MetricAlarms"][0]["AlarmArn"]


def test_tags_end_with_their_alarm(aws: Any) -> None:
    tags = [{"Key": "Team", "Value": "api"}]
    arn = put(aws, Tags=tags)
    assert aws("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    aws("cloudwatch").delete_alarms(AlarmNames=["one"])
    assert aws("cloudwatch").list_tags_for_resource(ResourceARN=put(aws))["Tags"] == []

"""Application Auto Scaling of the emulator as plain boto3 sees it; the module's test has services and readers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

WHICH = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/jobs",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
READS = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
}
TRACKED = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": READS}
NOON = {"ScheduledActionName": "noon", "Schedule": "cron(0 12 * * ? *)", "ScalableTargetAction": {"MinCapacity": 2}}


@pytest.fixture
def scaling(aws: Any) -> Any:
    """Return a client of an account with one scalable target."""
    client = aws("application-autoscaling")
    client.register_scalable_target(**WHICH, MinCapacity=1, MaxCapacity=5, Tags={"Team": "content"})
    return client


def code_of(ask: Any, **params: Any) -> str:
    """Return the code with which a request is refused."""
    with pytest.raises(ClientError) as refused:
        ask(**params)
    return refused.value.response["Error"]["Code"]


def test_tags_come_with_the_scalable_target_and_go_with_it(aws: Any, scaling: Any) -> None:
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert set(target["SuspendedState"].values()) == {False}
    arn = target["ScalableTargetARN"]
    scaling.register_scalable_target(**WHICH, MaxCapacity=6, Tags={"Team": "others"})
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Team": "content"}, "TagResource is for these"
    (listed,) = aws("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    assert listed["ResourceARN"] == arn
    scaling.untag_resource(ResourceARN=arn, TagKeys=["Team"])
    scaling.tag_resource(ResourceARN=arn, Tags={"Owner": "api"})
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Owner": "api"}
    scaling.deregister_scalable_target(**WHICH)
    assert code_of(scaling.list_tags_for_resource, ResourceARN=arn) == "ResourceNotFoundException"


def test_bounds_have_to_leave_room(scaling: Any) -> None:
    assert code_of(scaling.register_scalable_target, **WHICH, MinCapacity=6) == "ValidationException"
    other = {**WHICH, "ResourceId": "table/others"}
    assert code_of(scaling.register_scalable_target, **other, MinCapacity=1) == "ValidationException"


def test_a_removal_takes_policies_alarms_and_actions_with_it(aws: Any, scaling: Any) -> None:
    scaling.put_scaling_policy(**WHICH, PolicyName="reads", **TRACKED)
    scaling.put_scaling_policy(**WHICH, PolicyName="reads", **TRACKED)
    scaling.put_scheduled_action(**WHICH, **NOON)
    assert len(aws("cloudwatch").describe_alarms()["MetricAlarms"]) == 2, "a policy that is put again keeps two"
    scaling.deregister_scalable_target(**WHICH)
    assert scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"] == []
    assert scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"] == []
    assert aws("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_what_is_not_there_is_said_so(scaling: Any) -> None:
    gone = "ObjectNotFoundException"
    assert code_of(scaling.delete_scaling_policy, **WHICH, PolicyName="reads") == gone
    assert code_of(scaling.delete_scheduled_action, **WHICH, ScheduledActionName="noon") == gone
    scaling.deregister_scalable_target(**WHICH)
    assert code_of(scaling.deregister_scalable_target, **WHICH) == gone
    assert code_of(scaling.put_scaling_policy, **WHICH, PolicyName="reads", **TRACKED) == gone
    assert code_of(scaling.put_scheduled_action, **WHICH, **NOON) == gone


@pytest.mark.parametrize(
    "configuration",
    [
        {"TargetValue": 70.0},
        {**READS, "CustomizedMetricSpecification": {"MetricName": "Waiting"}},
        {"TargetValue": 9.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget"}},
        {
            "TargetValue": 9.0,
            "PredefinedMetricSpecification": {**READS["PredefinedMetricSpecification"], "ResourceLabel": "app/x"},
        },
    ],
)
def test_a_metric_has_to_be_told_once(scaling: Any, configuration: dict[str, Any]) -> None:
    policy = {**TRACKED, "TargetTrackingScalingPolicyConfiguration": configuration}
    assert code_of(scaling.put_scaling_policy, **WHICH, PolicyName="reads", **policy) == "ValidationException"


def test_an_action_has_to_set_something(scaling: Any) -> None:
    for bounds in ({}, {"MinCapacity": 3, "MaxCapacity": 2}):
        action = {**NOON, "ScalableTargetAction": bounds}
        assert code_of(scaling.put_scheduled_action, **WHICH, **action) == "ValidationException"

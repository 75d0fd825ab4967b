"""Drifts of what scales Aurora's readers: the scalable target, its policies and its scheduled actions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    AURORA,
    CREATE,
    LOST_TAG,
    OTHER_TAGS,
    REMOVE,
    TAG_FIELDS,
    Change,
    Mutation,
    Named,
)
from tests.drift.snapshot import Found
from tests.support.account import Client

EVENING = {
    "scheduled_action_name": "evening",
    "schedule": "cron(0 18 ? * MON-FRI *)",
    "timezone": "Europe/Dublin",
    "start_time": "2026-01-01T00:00:00Z",
    "end_time": "2096-01-01T00:00:00Z",
    "min_capacity": 1,
    "max_capacity": 3,
}
VARIABLES = {
    "aurora_reader_scaling": {
        "min_capacity": 1,
        "max_capacity": 3,
        "cpu": 60,
        "connections": 500,
        "scale_out_cooldown": 60,
        "scale_in_cooldown": 600,
        "disable_scale_in": False,
        "scheduled_actions": [EVENING],
    }
}
TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
NAME = "cluster:streamflix-aurora-dev"
CPU = "streamflix-aurora-dev-cpu"
WHICH = {"ServiceNamespace": "rds", "ResourceId": NAME, "ScalableDimension": "rds:cluster:ReadReplicaCount"}
REGISTER = "application-autoscaling:RegisterScalableTarget"
PUT, DELETE = "application-autoscaling:PutScalingPolicy", "application-autoscaling:DeleteScalingPolicy"
SCHEDULE, UNSCHEDULE = "application-autoscaling:PutScheduledAction", "application-autoscaling:DeleteScheduledAction"
TAGS = ("application-autoscaling:TagResource", "application-autoscaling:UntagResource")
STEPS = {
    "AdjustmentType": "ChangeInCapacity",
    "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
}


def scaling(aws: Client) -> Any:
    """Return the client of Application Auto Scaling."""
    return aws("application-autoscaling")


def read(aws: Client) -> Found:
    """Yield the scalable targets with their tags, policies and scheduled actions; the alarms are AWS's own."""
    client = scaling(aws)
    for target in client.describe_scalable_targets(ServiceNamespace="rds")["ScalableTargets"]:
        arn = target["ScalableTargetARN"]
        policies = client.describe_scaling_policies(ServiceNamespace="rds")["ScalingPolicies"]
        actions = client.describe_scheduled_actions(ServiceNamespace="rds")["ScheduledActions"]
        inside = {
            "tags": client.list_tags_for_resource(ResourceARN=arn)["Tags"],
            "policies": [
                {key: value for key, value in policy.items() if key not in ("Alarms", "PolicyARN")}
                for policy in policies
            ],
            "actions": actions,
        }
        yield "scalable target", target["ResourceId"], [arn], target | inside


def register(aws: Client, **settings: Any) -> None:
    """Change the scalable target."""
    scaling(aws).register_scalable_target(**WHICH, **settings)


def put(aws: Client, name: str, **settings: Any) -> None:
    """Change the policy on CPU, or add one like it."""
    listed = scaling(aws).describe_scaling_policies(ServiceNamespace="rds", PolicyNames=[CPU])["ScalingPolicies"]
    (present,) = (policy for policy in listed if policy["PolicyName"] == CPU)
    scaling(aws).put_scaling_policy(
        **WHICH,
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=present["TargetTrackingScalingPolicyConfiguration"] | settings,
    )


def retype(aws: Client) -> None:
    """Replace the policy on CPU by one of another type."""
    scaling(aws).delete_scaling_policy(**WHICH, PolicyName=CPU)
    scaling(aws).put_scaling_policy(
        **WHICH, PolicyName=CPU, PolicyType="StepScaling", StepScalingPolicyConfiguration=STEPS
    )


def schedule(aws: Client, name: str = "evening", **settings: Any) -> None:
    """Change the scheduled action, or add one like it."""
    (present,) = scaling(aws).describe_scheduled_actions(ServiceNamespace="rds")["ScheduledActions"]
    kept = {key: present[key] for key in ("Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")}
    scaling(aws).put_scheduled_action(**WHICH, ScheduledActionName=name, **kept | settings)


def retag(aws: Client) -> None:
    """Change a tag, add one, remove one."""
    (target,) = scaling(aws).describe_scalable_targets(ServiceNamespace="rds")["ScalableTargets"]
    which = {"ResourceARN": target["ScalableTargetARN"]}
    scaling(aws).tag_resource(**which, Tags=OTHER_TAGS)
    scaling(aws).untag_resource(**which, TagKeys=[LOST_TAG])


def drift(name: str, change: Change, field: str, *repair: str, kind: str = TARGET, about: str = "") -> Mutation:
    """Return a drift of one field."""
    named = (Named(kind, NAME if kind == TARGET else CPU, (field,)),)
    return Mutation(f"scaling: {name}", change, named, AURORA, repair, (about,) if about else (), sample=name == "most")


def settings() -> Iterator[Mutation]:
    """Yield what can become of each setting."""
    yield drift("fewest", partial(register, MinCapacity=0), "min_capacity", REGISTER)
    yield drift("most", partial(register, MaxCapacity=5), "max_capacity", REGISTER)
    for member, field in (
        ("DynamicScalingInSuspended", "dynamic_scaling_in_suspended"),
        ("DynamicScalingOutSuspended", "dynamic_scaling_out_suspended"),
        ("ScheduledScalingSuspended", "scheduled_scaling_suspended"),
    ):
        change = partial(register, SuspendedState={member: True})
        yield drift(field, change, f"suspended_state.{field}", REGISTER)
    configuration = "target_tracking_configuration"
    for member, value, field in (
        ("TargetValue", 90.0, "target_value"),
        ("ScaleOutCooldown", 1, "scale_out_cooldown"),
        ("ScaleInCooldown", 1, "scale_in_cooldown"),
        ("DisableScaleIn", True, "disable_scale_in"),
        (
            "PredefinedMetricSpecification",
            {"PredefinedMetricType": "RDSReaderAverageDatabaseConnections"},
            "predefined_metric_specification.predefined_metric_type",
        ),
    ):
        change = partial(put, name=CPU, **{member: value})
        yield drift(field, change, f"{configuration}.{field}", PUT, kind=POLICY)
    for member, value, field in (
        ("Schedule", "cron(0 20 ? * MON-FRI *)", "schedule"),
        ("Timezone", "Europe/Rome", "timezone"),
        ("StartTime", "2027-01-01T00:00:00Z", "start_time"),
        ("EndTime", "2095-01-01T00:00:00Z", "end_time"),
        ("ScalableTargetAction", {"MinCapacity": 0, "MaxCapacity": 3}, "min_capacity"),
        ("ScalableTargetAction", {"MinCapacity": 1, "MaxCapacity": 9}, "max_capacity"),
    ):
        change = partial(schedule, **{member: value})
        yield drift(f"scheduled {field}", change, f"scheduled_actions.evening.{field}", SCHEDULE)


MUTATIONS = (
    *settings(),
    Mutation(
        "scaling: policy of another type",
        retype,
        (Named(POLICY, CPU, ("policy_type", "step_scaling_configuration", "target_tracking_configuration")),),
        AURORA,
        (DELETE, PUT),
    ),
    Mutation(
        "scaling: policy removed",
        lambda aws: scaling(aws).delete_scaling_policy(**WHICH, PolicyName=CPU),
        (Named(POLICY, CPU, action=CREATE),),
        AURORA,
        (PUT,),
    ),
    Mutation(
        "scaling: policy added",
        partial(put, name="by-hand"),
        (Named(POLICY, "by-hand", action=REMOVE),),
        AURORA,
        (DELETE,),
    ),
    drift(
        "scheduled action removed",
        lambda aws: scaling(aws).delete_scheduled_action(**WHICH, ScheduledActionName="evening"),
        "scheduled_actions.evening",
        SCHEDULE,
    ),
    drift("scheduled action added", partial(schedule, name="by-hand"), "scheduled_actions.by-hand", UNSCHEDULE),
    Mutation(
        "scaling: removed",
        lambda aws: scaling(aws).deregister_scalable_target(**WHICH),
        (
            Named(TARGET, NAME, action=CREATE),
            Named(POLICY, CPU, action=CREATE),
            Named(POLICY, "streamflix-aurora-dev-connections", action=CREATE),
        ),
        AURORA,
        (REGISTER, PUT, SCHEDULE),
        sample=True,
    ),
    Mutation("scaling: tags", retag, (Named(TARGET, NAME, TAG_FIELDS),), AURORA, TAGS),
)

"""The scalable target module: the life of one that scales a service, its policies and its schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.life import Life, Setting

MODULE = "application_autoscaling_scalable_target"
CLUSTER, SERVICE = "streamflix-cluster-dev", "streamflix-api-dev"
NAME, DIMENSION = f"service/{CLUSTER}/{SERVICE}", "ecs:service:DesiredCount"
READERS = {"resource_id": "cluster:streamflix-aurora-dev", "scalable_dimension": "rds:cluster:ReadReplicaCount"}
LABEL = "app/streamflix-alb-dev/0123456789abcdef/targetgroup/streamflix-tg-dev/fedcba9876543210"


def tracking(name: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    """Return a policy of target tracking."""
    specification = {
        "predefined_metric_type": metric,
        **({"resource_label": more.pop("label")} if "label" in more else {}),
    }
    configuration = {"target_value": value, "predefined_metric_specification": specification, **more}
    return {"policy_name": name, "target_tracking_configuration": configuration}


CPU = tracking("cpu", "ECSServiceAverageCPUUtilization", 60, scale_in_cooldown=300)
MEMORY = tracking("memory", "ECSServiceAverageMemoryUtilization", 75)
REQUESTS = tracking("requests", "ALBRequestCountPerTarget", 1000, label=LABEL)
MORNING = {
    "scheduled_action_name": "morning",
    "schedule": "cron(0 8 ? * MON-FRI *)",
    "timezone": "Europe/Dublin",
    "min_capacity": 4,
}
EVENING = {**MORNING, "scheduled_action_name": "evening", "schedule": "cron(0 18 ? * MON-FRI *)", "min_capacity": 1}
NOTHING, ALL = (
    dict.fromkeys(("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), value)
    for value in (False, True)
)
LIFE = Life(
    MODULE,
    {"resource_id": NAME, "scalable_dimension": DIMENSION},
    (
        Setting("min_capacity", "MinCapacity", 1, 2, required=True),
        Setting("max_capacity", "MaxCapacity", 8, 9, required=True),
        Setting(
            "suspended_state",
            "SuspendedState",
            {"dynamic_scaling_in_suspended": False, "scheduled_scaling_suspended": False},
            {
                "dynamic_scaling_in_suspended": True,
                "dynamic_scaling_out_suspended": True,
                "scheduled_scaling_suspended": True,
            },
            shown=(NOTHING, ALL),
        ),
    ),
)


@pytest.fixture
def service(aws: Any) -> Any:
    """Give the account a service to scale, with one task wanted; returns a function that reads it."""
    ecs = aws("ecs")
    ecs.create_cluster(clusterName=CLUSTER)
    ecs.register_task_definition(
        family="api",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "api", "image": "nginx", "essential": True}],
    )
    vpc = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = aws("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ecs.create_service(
        cluster=CLUSTER,
        serviceName=SERVICE,
        taskDefinition="api",
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    )
    return lambda: ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]


@pytest.fixture
def cluster(aws: Any) -> Callable[[], list[str]]:
    """Give the account a cluster of Aurora with a writer; returns a function that reads the names of its members."""
    rds = aws("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="streamflix-aurora-dev",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="only-for-this-test",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
    )
    rds.create_db_instance(
        DBInstanceIdentifier="writer",
        DBClusterIdentifier="streamflix-aurora-dev",
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
    )
    return lambda: [
        member["DBInstanceIdentifier"]
        for member in rds.describe_db_clusters(DBClusterIdentifier="streamflix-aurora-dev")["DBClusters"][0][
            "DBClusterMembers"
        ]
    ]


@pytest.fixture
def read_back(aws: Any, service: Any) -> Callable[[], dict[str, Any] | None]:
    def read() -> dict[str, Any] | None:
        client = aws("application-autoscaling")
        found = client.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[NAME])["ScalableTargets"]
        if not found:
            return None
        tags = client.list_tags_for_resource(ResourceARN=found[0]["ScalableTargetARN"])["Tags"]
        return {**found[0], "tags": tags}

    return read


@pytest.fixture
def alarms(aws: Any) -> Callable[[], list[str]]:
    """Return a function that lists the alarms of the account."""
    return lambda: [alarm["AlarmName"] for alarm in aws("cloudwatch").describe_alarms()["MetricAlarms"]]


def scaled(run_module: Any, **options: Any) -> Any:
    """Run the module on the service."""
    return run_module(MODULE, **{**LIFE.named, "min_capacity": 1, "max_capacity": 8, **options})


def test_lives_a_whole_life(run_module: Any, read_back: Any) -> None:
    LIFE.live(run_module, read_back)


@pytest.mark.parametrize("option", LIFE.changeable)
def test_changes_one_option_alone(run_module: Any, read_back: Any, option: str) -> None:
    LIFE.change(run_module, read_back, option)


def test_leaves_alone_what_is_somebody_elses(run_module: Any, read_back: Any) -> None:
    LIFE.respect(run_module, read_back)


def test_keeps_exactly_these_policies(aws: Any, run_module: Any, service: Any, alarms: Any) -> None:
    def read() -> dict[str, Any]:
        listed = aws("application-autoscaling").describe_scaling_policies(ServiceNamespace="ecs", ResourceId=NAME)
        return {policy["PolicyName"]: policy for policy in listed["ScalingPolicies"]}

    foretold = scaled(run_module, check=True, scaling_policies=[CPU, MEMORY])
    assert read() == {}
    done = scaled(run_module, scaling_policies=[CPU, MEMORY])
    assert (
        done["actions"]
        == foretold["actions"]
        == [
            f"register_scalable_target {NAME}",
            "put_scaling_policy cpu",
            "put_scaling_policy memory",
        ]
    )
    assert done["changes"] == foretold["changes"]
    assert len(alarms()) == 4
    assert all(name.startswith(f"TargetTracking-{NAME}-Alarm") for name in alarms())
    assert not scaled(run_module, scaling_policies=[MEMORY, CPU])["changed"]
    others = [tracking("cpu", "ECSServiceAverageCPUUtilization", 50), REQUESTS]
    foretold = scaled(run_module, check=True, scaling_policies=others)
    assert sorted(read()) == ["cpu", "memory"]
    done = scaled(run_module, scaling_policies=others)
    assert (
        done["actions"]
        == foretold["actions"]
        == [
            "put_scaling_policy cpu",
            "put_scaling_policy requests",
            "delete_scaling_policy memory",
        ]
    )
    assert {change["name"]: change["action"] for change in done["changes"]} == {
        "cpu": "update",
        "requests": "create",
        "memory": "remove",
    }
    tracked = {name: policy["TargetTrackingScalingPolicyConfiguration"] for name, policy in read().items()}
    assert tracked["cpu"]["TargetValue"] == 50
    assert tracked["cpu"]["ScaleInCooldown"] == 300, "what is not asked for stays"
    assert tracked["requests"]["PredefinedMetricSpecification"]["ResourceLabel"] == LABEL
    assert len(alarms()) == 4, "the alarms of a policy that is gone are gone"
    assert not scaled(run_module)["changed"], "without the option policies are left alone"
    gone = run_module(MODULE, **LIFE.named, state="absent")
    assert gone["actions"][-1] == f"deregister_scalable_target {NAME}"
    assert (read(), alarms()) == ({}, [])


def test_a_metric_of_ones_own_is_sent_as_it_is_given(aws: Any, run_module: Any, service: Any) -> None:
    def read() -> list[dict[str, Any]]:
        found = aws("application-autoscaling").describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
        tracked = [policy["TargetTrackingScalingPolicyConfiguration"] for policy in found]
        return [item["CustomizedMetricSpecification"] for item in tracked]

    queue = {"name": "QueueName", "value": "jobs"}
    plain = {
        "metric_name": "Waiting",
        "namespace": "Jobs",
        "dimensions": [queue],
        "statistic": "Average",
        "unit": "Count",
    }
    waiting = {"metric": {"metric_name": "Waiting", "namespace": "Jobs", "dimensions": [queue]}, "stat": "Sum"}
    calculated = {
        "metrics": [
            {"id": "m1", "metric_stat": {**waiting, "unit": "Count"}, "return_data": False},
            {"id": "each", "expression": "m1 / 2", "label": "Jobs for each task", "return_data": True},
        ]
    }
    in_aws = [{"Name": "QueueName", "Value": "jobs"}]
    for given, shown in (
        (
            plain,
            {
                "MetricName": "Waiting",
                "Namespace": "Jobs",
                "Dimensions": in_aws,
                "Statistic": "Average",
                "Unit": "Count",
            },
        ),
        (
            calculated,
            {
                "Metrics": [
                    {
                        "Id": "m1",
                        "MetricStat": {
                            "Metric": {"MetricName": "Waiting", "Namespace": "Jobs", "Dimensions": in_aws},
                            "Stat": "Sum",
                            "Unit": "Count",
                        },
                        "ReturnData": False,
                    },
                    {"Id": "each", "Expression": "m1 / 2", "Label": "Jobs for each task", "ReturnData": True},
                ]
            },
        ),
    ):
        tracked = {"target_value": 10, "customized_metric_specification": given}
        policy = {"policy_name": "jobs", "target_tracking_configuration": tracked}
        assert scaled(run_module, scaling_policies=[policy])["changed"]
        assert read() == [shown]
        assert not scaled(run_module, scaling_policies=[policy])["changed"]


def test_another_type_replaces_a_policy(aws: Any, run_module: Any, service: Any) -> None:
    steps = {
        "policy_name": "cpu",
        "policy_type": "StepScaling",
        "step_scaling_configuration": {
            "adjustment_type": "PercentChangeInCapacity",
            "step_adjustments": [
                {"metric_interval_lower_bound": 0, "metric_interval_upper_bound": 20, "scaling_adjustment": 50},
                {"metric_interval_lower_bound": 20, "scaling_adjustment": 100},
            ],
            "min_adjustment_magnitude": 2,
            "cooldown": 120,
            "metric_aggregation_type": "Maximum",
        },
    }
    scaled(run_module, scaling_policies=[CPU])
    done = scaled(run_module, scaling_policies=[steps])
    assert done["actions"] == ["delete_scaling_policy cpu", "put_scaling_policy cpu"]
    (found,) = aws("application-autoscaling").describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert found["PolicyType"] == "StepScaling"
    assert found["StepScalingPolicyConfiguration"] == {
        "AdjustmentType": "PercentChangeInCapacity",
        "StepAdjustments": [
            {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 50},
            {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 100},
        ],
        "MinAdjustmentMagnitude": 2,
        "Cooldown": 120,
        "MetricAggregationType": "Maximum",
    }
    assert not scaled(run_module, scaling_policies=[steps])["changed"]


def test_what_a_scheduled_action_sets_is_no_difference(aws: Any, run_module: Any, read_back: Any) -> None:
    client = aws("application-autoscaling")
    both = {"scheduled_actions": [MORNING, EVENING]}
    assert scaled(run_module, **both)["actions"][1:] == ["put_scheduled_action evening", "put_scheduled_action morning"]
    assert not scaled(run_module, **both)["changed"]
    which = {"ServiceNamespace": "ecs", "ResourceId": NAME, "ScalableDimension": DIMENSION}
    client.register_scalable_target(**which, MinCapacity=4)
    assert not scaled(run_module, **both)["changed"], "the morning's number"
    client.register_scalable_target(**which, MinCapacity=3)
    done = scaled(run_module, **both)
    (change,) = done["changes"]
    assert change["fields"] == [{"field": "min_capacity", "before": 3, "after": 1}], "nobody's number"
    later = {**MORNING, "schedule": "cron(0 9 ? * MON-FRI *)", "start_time": "2027-01-01T00:00:00Z"}
    done = scaled(run_module, scheduled_actions=[later])
    assert done["actions"] == ["put_scheduled_action morning", "delete_scheduled_action evening"]
    (found,) = client.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    assert (found["Schedule"], found["Timezone"]) == (later["schedule"], "Europe/Dublin")
    assert found["StartTime"].isoformat() == "2027-01-01T00:00:00+00:00"
    assert not scaled(run_module, scheduled_actions=[later])["changed"]


def test_readers_are_made_by_aws_and_end_with_their_number(run_module: Any, cluster: Any) -> None:
    policy = tracking("cpu", "RDSReaderAverageCPUUtilization", 60)
    done = run_module(MODULE, **READERS, min_capacity=2, max_capacity=3, scaling_policies=[policy])
    assert done["scalable_target"]["service_namespace"] == "rds"
    assert [name.partition("-")[0] for name in sorted(cluster())] == ["application", "application", "writer"]


def test_a_service_that_is_not_there_is_named(run_module: Any, aws: Any) -> None:
    aws("ecs").create_cluster(clusterName=CLUSTER)
    assert f"ECS service doesn't exist: {NAME}" in scaled(run_module)["msg"]


def test_the_service_linked_role_is_explained(
    aws: Any, run_module: Any, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = "arn:aws:iam::1:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRole"
    refused = {"Error": {"Code": "ValidationException", "Message": f"Unable to assume IAM role: {role}"}}
    sent = type(aws("application-autoscaling"))._make_api_call

    def refuse(self: Any, operation: str, params: Any) -> Any:
        if operation == "RegisterScalableTarget":
            raise ClientError({**refused, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation)
        return sent(self, operation, params)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
    failed = scaled(run_module, wait_timeout=0)
    assert "--aws-service-name ecs.application-autoscaling.amazonaws.com" in failed["msg"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"min_capacity": 9}, "min_capacity 9 is above max_capacity 8"),
        ({"min_capacity": -1}, "min_capacity -1 is below 0"),
        ({"scaling_policies": [CPU, CPU]}, "scaling_policies has cpu 2 times"),
        ({"scaling_policies": [{"policy_name": "cpu"}]}, "no target_tracking_configuration"),
        (
            {"scaling_policies": [{**CPU, "target_tracking_configuration": {"target_value": 1}}]},
            "has 0 metrics, AWS needs one",
        ),
        ({"scaling_policies": [tracking("x", "RDSReaderAverageCPUUtilization", 60)]}, "is none of ecs"),
        ({"scaling_policies": [tracking("x", "ALBRequestCountPerTarget", 9)]}, "needs resource_label"),
        ({"scaling_policies": [tracking("x", "ALBRequestCountPerTarget", 9, label="tg")]}, "write it as app/"),
        ({"scaling_policies": [{**CPU, **MEMORY, "policy_type": "StepScaling"}]}, "is for another policy_type"),
        (
            {"scaling_policies": [tracking("x", "ECSServiceAverageCPUUtilization", 60, label=LABEL)]},
            "resource_label has no effect",
        ),
        ({"scaling_policies": [tracking("x", "ECSServiceAverageCPUUtilization", 101)]}, "is no percentage"),
        ({"scaling_policies": [tracking("x", "ALBRequestCountPerTarget", 0, label=LABEL)]}, "is not above 0"),
        ({"scheduled_actions": [{**MORNING, "schedule": "0 8 * * *"}]}, "write cron(...)"),
        ({"scheduled_actions": [{**MORNING, "timezone": "Dublin"}]}, "'Dublin' is no time zone"),
        ({"scheduled_actions": [{**MORNING, "start_time": "tomorrow"}]}, "'tomorrow' is no time"),
        ({"scheduled_actions": [{**MORNING, "min_capacity": None}]}, "sets neither min_capacity nor max_capacity"),
        ({"scheduled_actions": [{**MORNING, "max_capacity": 2}]}, "min_capacity 4 is above"),
        ({"scheduled_actions": [{**MORNING, "scheduled_action_name": "a/b"}]}, "rename it"),
    ],
)
def test_refuses_before_anything_is_sent(run_module: Any, read_back: Any, options: dict[str, Any], said: str) -> None:
    failed = scaled(run_module, **options)
    assert said in failed["msg"]
    assert read_back() is None


def test_refuses_more_readers_than_a_cluster_can_have(run_module: Any, aws: Any) -> None:
    assert "at most 15 readers" in run_module(MODULE, **READERS, min_capacity=0, max_capacity=16)["msg"]

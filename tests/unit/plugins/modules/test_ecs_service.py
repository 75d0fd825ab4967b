"""The ECS service module: create, update, no change, failed deployments, remove, each read back with plain boto3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import runner
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import rollout as following
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import forwarding
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, Watch
from ansible_collections.streamflix.content_api.plugins.modules import ecs_service as module
from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse

from emulator.services.ecs import scheduler

CLUSTER = "streamflix-cluster-dev"
NAME = "streamflix-api-dev"
GOOD_IMAGE = "public.ecr.aws/nginx/nginx:1.29.3"
BAD_IMAGE = "emulator/fails:health-check"


@pytest.fixture
def network(aws: Any) -> dict[str, Any]:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    cidrs = {"10.0.2.0/24": "eu-west-1a", "10.0.3.0/24": "eu-west-1b"}
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for cidr, zone in cidrs.items()
    ]
    groups = [
        ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"] for name in ("ecs", "other")
    ]
    return {"vpc": vpc, "subnets": subnets, "groups": groups}


@pytest.fixture
def target_group(aws: Any, network: dict[str, Any]) -> str:
    elbv2 = aws("elbv2")
    made = elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=network["vpc"], TargetType="ip")
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    balancer = elbv2.create_load_balancer(Name="alb", Subnets=network["subnets"])["LoadBalancers"][0]
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    elbv2.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward)
    return arn


@pytest.fixture
def register(aws: Any) -> Callable[..., str]:
    """Give a function that registers a revision and returns family:revision."""

    def revision(image: str = GOOD_IMAGE, port: int = 80) -> str:
        container = {"name": "ApiContainer", "image": image, "portMappings": [{"containerPort": port}]}
        made = aws("ecs").register_task_definition(
            family=NAME,
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[container],
        )
        return made["taskDefinition"]["taskDefinitionArn"].rpartition("/")[2]

    return revision


@pytest.fixture
def options(aws: Any, network: dict[str, Any], target_group: str, register: Callable[..., str]) -> dict[str, Any]:
    aws("ecs").create_cluster(clusterName=CLUSTER)
    balancer = {"target_group_arn": target_group, "container_name": "ApiContainer", "container_port": 80}
    return {
        "cluster": CLUSTER,
        "name": NAME,
        "task_definition": register(),
        "desired_count": 2,
        "subnets": network["subnets"],
        "security_groups": network["groups"][:1],
        "assign_public_ip": False,
        "load_balancers": [balancer],
        "health_check_grace_period_seconds": 60,
        "deployment": {
            "minimum_healthy_percent": 100,
            "maximum_percent": 200,
            "circuit_breaker": {"enable": True, "rollback": True},
        },
        "enable_ecs_managed_tags": True,
        "propagate_tags": "SERVICE",
        "tags": {"Environment": "dev"},
    }


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], bool]], None]:
    """Give a function that stops the emulator's time for services that a condition holds for."""

    def stop(condition: Callable[[Any], bool]) -> None:
        move_on = scheduler._move_on
        monkeypatch.setattr(
            scheduler, "_move_on", lambda backend, service: condition(service) or move_on(backend, service)
        )

    return stop


def read_back(aws: Any) -> dict[str, Any]:
    return aws("ecs").describe_services(cluster=CLUSTER, services=[NAME], include=["TAGS"])["services"][0]


def network_of(service: dict[str, Any]) -> dict[str, Any]:
    return service["networkConfiguration"]["awsvpcConfiguration"]


def test_creates_what_the_preview_shows(aws: Any, run_module: Any, options: dict[str, Any], target_group: str) -> None:
    preview = run_module("ecs_service", check=True, **options)
    assert preview["changed"]
    assert aws("ecs").list_services(cluster=CLUSTER)["serviceArns"] == []

    done = run_module("ecs_service", **options)
    assert done["changed"]
    assert done["actions"] == preview["actions"] == [f"create_service {NAME}"]
    for key in set(preview["service"]) - {"arn", "cluster_arn", "deployments", "task_definition", "deployment"}:
        assert done["service"][key] == preview["service"][key], key
    assert preview["service"]["deployment"] == done["service"]["deployment"]
    assert preview["service"].keys() == done["service"].keys()
    assert done["service"]["deployments"][0]["rollout_state"] == "COMPLETED"

    service = read_back(aws)
    assert (service["launchType"], service["desiredCount"], service["runningCount"]) == ("FARGATE", 2, 2)
    assert service["taskDefinition"].endswith(f"{NAME}:1")
    assert network_of(service)["assignPublicIp"] == "DISABLED"
    assert set(network_of(service)["subnets"]) == set(options["subnets"])
    assert network_of(service)["securityGroups"] == options["security_groups"]
    assert service["loadBalancers"] == [
        {"targetGroupArn": target_group, "containerName": "ApiContainer", "containerPort": 80}
    ]
    assert service["healthCheckGracePeriodSeconds"] == 60
    configuration = service["deploymentConfiguration"]
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == (100, 200)
    assert configuration["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (service["enableECSManagedTags"], service["propagateTags"]) == (True, "SERVICE")
    assert service["tags"] == [{"key": "Environment", "value": "dev"}]


def test_a_preview_knows_what_aws_fills_in(run_module: Any, options: dict[str, Any]) -> None:
    required = {key: options[key] for key in ("cluster", "name", "task_definition", "desired_count", "subnets")}
    preview = run_module("ecs_service", check=True, **required)["service"]
    done = run_module("ecs_service", **required)["service"]
    assert preview.keys() == done.keys()
    for key in preview.keys() - {"arn", "cluster_arn", "task_definition", "deployments", "security_groups"}:
        assert preview[key] == done[key], key


def test_second_run_changes_nothing(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_service", **options)
    options["subnets"] = options["subnets"][::-1]
    for check in (True, False):
        again = run_module("ecs_service", check=check, **options)
        assert not again["changed"]
        assert again["actions"] == []
        assert again["diff"]["before"] == again["diff"]["after"]
    # a dict without anything in it says nothing
    assert not run_module("ecs_service", check=True, **{**options, "deployment": {}})["changed"]


def changed_options(options: dict[str, Any], network: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "security_groups": {"security_groups": network["groups"]},
        "subnets": {"subnets": network["subnets"][:1]},
        "grace": {"health_check_grace_period_seconds": 90},
        "count": {"desired_count": 3},
        "percent": {"deployment": {"maximum_percent": 150}},
        "breaker": {"deployment": {"circuit_breaker": {"enable": True, "rollback": False}}},
        "exec": {"enable_execute_command": True},
        "propagate": {"propagate_tags": "TASK_DEFINITION"},
        "platform": {"platform_version": "1.4.0"},
        "zones": {"availability_zone_rebalancing": False},
        "balancers": {"load_balancers": [], "health_check_grace_period_seconds": None},
    }


@pytest.mark.parametrize(
    "case",
    [
        "security_groups",
        "subnets",
        "grace",
        "count",
        "percent",
        "breaker",
        "exec",
        "propagate",
        "platform",
        "zones",
        "balancers",
    ],
)
def test_update_sends_only_what_differs(
    aws: Any, run_module: Any, options: dict[str, Any], network: dict[str, Any], case: str
) -> None:
    run_module("ecs_service", **options)
    changed = {**options, **changed_options(options, network)[case]}
    preview = run_module("ecs_service", check=True, **changed)
    done = run_module("ecs_service", **changed)
    assert done["actions"] == preview["actions"] == [f"update_service {NAME}"]
    for key in set(preview["service"]) - {"deployments", "running_count", "pending_count"}:
        assert done["service"][key] == preview["service"][key], key
    assert done["diff"]["before"] != done["diff"]["after"]
    assert read_back(aws)["deploymentConfiguration"]["minimumHealthyPercent"] == 100
    assert not run_module("ecs_service", **changed)["changed"]


def test_without_room_for_another_task_nothing_is_moved_to_other_zones(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module("ecs_service", **options)
    tight = {**options, "deployment": {"minimum_healthy_percent": 50, "maximum_percent": 100}}
    for check in (True, False):
        for wanted in ({}, {"availability_zone_rebalancing": True}):
            refused = run_module("ecs_service", check=check, **tight, **wanted)["msg"]
            assert "but deployment.maximum_percent is 100: raise it, or set availability_zone_rebalancing to" in refused
    assert read_back(aws)["deploymentConfiguration"]["maximumPercent"] == 200
    off = {**tight, "availability_zone_rebalancing": False}
    assert run_module("ecs_service", **off)["changed"]
    found = read_back(aws)
    assert (found["availabilityZoneRebalancing"], found["deploymentConfiguration"]["maximumPercent"]) == (
        "DISABLED",
        100,
    )
    assert not run_module("ecs_service", **off)["changed"]


def test_a_new_service_without_room_is_not_rebalanced(run_module: Any, options: dict[str, Any]) -> None:
    options["deployment"] = {"minimum_healthy_percent": 50, "maximum_percent": 100}
    preview, made = (run_module("ecs_service", check=check, **options)["service"] for check in (True, False))
    assert preview["availability_zone_rebalancing"] is made["availability_zone_rebalancing"] is False
    assert not run_module("ecs_service", **options)["changed"]


def test_deployment_settings_that_are_not_named_stay(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_service", **options)
    run_module("ecs_service", **{**options, "deployment": {"minimum_healthy_percent": 50}})
    configuration = read_back(aws)["deploymentConfiguration"]
    assert configuration["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == (50, 200)


def test_alarms_come_and_go(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options["deployment"]["alarms"] = {"names": ["errors", "latency"]}
    run_module("ecs_service", **options)
    alarms = read_back(aws)["deploymentConfiguration"]["alarms"]
    assert alarms == {"alarmNames": ["errors", "latency"], "enable": True, "rollback": True}
    assert not run_module("ecs_service", **options)["changed"]
    options["deployment"]["alarms"] = {"names": []}
    run_module("ecs_service", **options)
    assert read_back(aws)["deploymentConfiguration"]["alarms"]["enable"] is False
    assert not run_module("ecs_service", **options)["changed"]


def test_the_count_can_be_left_to_autoscaling(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_service", **options)
    aws("ecs").update_service(cluster=CLUSTER, service=NAME, desiredCount=4)
    done = run_module("ecs_service", **{**options, "manage_desired_count": False})
    assert not done["changed"]
    assert done["service"]["running_count"] == 4
    assert run_module("ecs_service", **options)["changed"]
    assert read_back(aws)["runningCount"] == 2


def test_a_new_revision_is_deployed(
    aws: Any, run_module: Any, options: dict[str, Any], register: Callable[..., str]
) -> None:
    run_module("ecs_service", **options)
    options["task_definition"] = register()
    done = run_module("ecs_service", **options)
    assert done["service"]["task_definition"].endswith(f"{NAME}:2")
    assert [item["rollout_state"] for item in done["service"]["deployments"]] == ["COMPLETED"]
    arn = aws("ecs").describe_task_definition(taskDefinition=NAME)["taskDefinition"]["taskDefinitionArn"]
    assert not run_module("ecs_service", **{**options, "task_definition": arn})["changed"]


def test_the_tasks_of_a_new_revision_have_the_new_tags(
    aws: Any, run_module: Any, options: dict[str, Any], register: Callable[..., str], troubled: Any
) -> None:
    run_module("ecs_service", **options)
    sent = troubled()
    run_module("ecs_service", **{**options, "task_definition": register(), "tags": {"Environment": "prod"}})
    # AWS begins to start tasks with the update; the emulator does with the next look at them
    assert sent.index("TagResource") < sent.index("UpdateService")
    running = aws("ecs").list_tasks(cluster=CLUSTER, serviceName=NAME)["taskArns"]
    tasks = aws("ecs").describe_tasks(cluster=CLUSTER, tasks=running, include=["TAGS"])["tasks"]
    assert len(tasks) == 2
    assert all({"key": "Environment", "value": "prod"} in task["tags"] for task in tasks)


def test_a_run_that_ends_between_tags_and_deployment_is_completed_by_the_next(
    aws: Any, run_module: Any, options: dict[str, Any], register: Callable[..., str], troubled: Any
) -> None:
    run_module("ecs_service", **options)
    changed = {**options, "task_definition": register(), "tags": {"Environment": "prod"}}
    troubled("UpdateService", "AccessDeniedException")
    assert "AccessDeniedException" in run_module("ecs_service", **changed)["msg"]
    # no task of the new revision can have started with the old tags
    assert read_back(aws)["tags"] == [{"key": "Environment", "value": "prod"}]
    assert run_module("ecs_service", **changed)["actions"] == [f"update_service {NAME}"]
    assert read_back(aws)["taskDefinition"].endswith(f"{NAME}:2")


def test_a_forced_deployment_replaces_the_tasks(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    first = run_module("ecs_service", **options)["service"]["deployments"][0]["id"]
    done = run_module("ecs_service", **{**options, "force_new_deployment": True})
    assert done["changed"]
    assert done["service"]["deployments"][0]["id"] != first


def test_tags_that_are_not_named_go_only_when_purged(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_service", **options)
    options["tags"] = {"Owner": "api"}
    run_module("ecs_service", purge_tags=False, **options)
    assert {tag["key"] for tag in read_back(aws)["tags"]} == {"Environment", "Owner"}
    run_module("ecs_service", **options)
    assert read_back(aws)["tags"] == [{"key": "Owner", "value": "api"}]


def test_a_rolled_back_deployment_is_a_failure(
    aws: Any, run_module: Any, options: dict[str, Any], register: Callable[..., str]
) -> None:
    run_module("ecs_service", **options)
    options["task_definition"] = register(BAD_IMAGE)
    for _unused in range(2):  # the second run meets the rolled-back service, not the failed deployment
        failed = run_module("ecs_service", **options)
        assert failed["failed"]
        assert "ECS deployment circuit breaker: tasks failed to start" in failed["msg"]
        assert "Task failed ELB health checks" in failed["msg"]
        assert "rolling back to deployment" in failed["msg"]
    assert read_back(aws)["taskDefinition"].endswith(f"{NAME}:1")
    options["task_definition"] = register()
    assert not run_module("ecs_service", **options).get("failed")


def test_a_failed_first_deployment_is_tried_again(
    aws: Any, run_module: Any, options: dict[str, Any], register: Any
) -> None:
    options["task_definition"] = register(BAD_IMAGE)
    assert run_module("ecs_service", **options)["failed"]
    again = run_module("ecs_service", check=True, **options)
    assert again["changed"]
    assert again["actions"] == [f"update_service {NAME}"]
    before = read_back(aws)["deployments"][0]["id"]
    assert run_module("ecs_service", **options)["failed"]
    assert read_back(aws)["deployments"][0]["id"] != before


def test_without_a_circuit_breaker_the_time_runs_out(run_module: Any, options: dict[str, Any], register: Any) -> None:
    options["deployment"]["circuit_breaker"] = {"enable": False}
    options["task_definition"] = register(BAD_IMAGE)
    failed = run_module("ecs_service", **options, wait_timeout=1)
    assert "is not ready after" in failed["msg"]
    assert "IN_PROGRESS, 0 of 2 tasks running, 0 pending, 3 failed" in failed["msg"]
    assert "stopped tasks: Task failed ELB health checks" in failed["msg"]


def test_a_running_deployment_is_waited_for_on_the_next_run(
    run_module: Any, options: dict[str, Any], never: Callable[..., None]
) -> None:
    never(lambda service: True)
    assert not run_module("ecs_service", **options, wait=False).get("failed")
    failed = run_module("ecs_service", **options, wait_timeout=1)
    assert "0 of 2 tasks running" in failed["msg"]


def test_unhealthy_targets_are_waited_for(
    aws: Any, run_module: Any, options: dict[str, Any], target_group: str, register: Callable[..., str]
) -> None:
    run_module("ecs_service", **options)
    found = aws("elbv2").describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
    aws("elbv2").deregister_targets(TargetGroupArn=target_group, Targets=[found[0]["Target"]])
    failed = run_module("ecs_service", **options, wait_timeout=1)
    assert "1 of 2 targets healthy in target group tg" in failed["msg"]


def test_the_reason_of_an_unhealthy_target_is_told() -> None:
    health = {"State": "unhealthy", "Reason": "Target.ResponseCodeMismatch", "Description": "Codes: [404]"}
    target = {"Target": {"Id": "10.0.2.4"}, "TargetHealth": health}
    seen = following.target_health("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg/1", [target], 1)
    assert "0 of 1 targets healthy in target group tg: 10.0.2.4 unhealthy Target.ResponseCodeMismatch" in seen.state


def test_a_health_check_that_is_redirected_is_told() -> None:
    health = {"State": "unhealthy", "Description": "Health checks failed with these codes: [301]"}
    target = {"Target": {"Id": "10.0.2.4"}, "TargetHealth": health}
    seen = following.target_health("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg/1", [target], 1)
    assert "set the path that it leads to" in seen.state


def test_removes_and_removes_again(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_service", **options)
    gone = {"cluster": CLUSTER, "name": NAME, "state": "absent"}
    preview = run_module("ecs_service", check=True, **gone)
    assert preview["changed"]
    assert read_back(aws)["status"] == "ACTIVE"
    done = run_module("ecs_service", **gone)
    assert done["actions"] == preview["actions"] == [f"delete_service {NAME}"]
    assert done["service"] == {}
    assert read_back(aws)["status"] == "INACTIVE"
    assert aws("ecs").list_tasks(cluster=CLUSTER)["taskArns"] == []
    assert not run_module("ecs_service", **gone)["changed"]
    assert run_module("ecs_service", **options)["changed"]
    assert read_back(aws)["runningCount"] == 2


def test_removal_without_a_cluster(run_module: Any, aws: Any) -> None:
    assert not run_module("ecs_service", cluster=CLUSTER, name=NAME, state="absent")["changed"]


def test_a_draining_service_is_waited_for(
    aws: Any, run_module: Any, options: dict[str, Any], never: Callable[..., None]
) -> None:
    run_module("ecs_service", **options)
    left = iter([True] * 3)
    never(lambda service: service.status == "DRAINING" and next(left, False))
    aws("ecs").delete_service(cluster=CLUSTER, service=NAME, force=True)
    done = run_module("ecs_service", **options)
    assert done["actions"] == [f"create_service {NAME}"]
    assert read_back(aws)["status"] == "ACTIVE"


def test_removal_waits_for_a_draining_service(
    aws: Any, run_module: Any, options: dict[str, Any], never: Callable[..., None]
) -> None:
    run_module("ecs_service", **options)
    never(lambda service: service.status == "DRAINING")
    gone = {"cluster": CLUSTER, "name": NAME, "state": "absent", "wait_timeout": 1}
    failed = run_module("ecs_service", **gone)
    assert "is not gone after" in failed["msg"]
    assert "its state is DRAINING" in failed["msg"]
    assert not run_module("ecs_service", **gone, wait=False)["changed"]


def test_removal_waits_for_tasks_that_are_stopping(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    run_module("ecs_service", **options)
    gone = {"cluster": CLUSTER, "name": NAME, "state": "absent"}
    run_module("ecs_service", **gone)
    from moto.ecs.models import ecs_backends

    task = next(iter(ecs_backends["123456789012"]["eu-west-1"].tasks[CLUSTER].values()))
    task.status = "DEPROVISIONING"
    failed = run_module("ecs_service", **gone, wait_timeout=1)
    assert "its state is STOPPING" in failed["msg"]
    task.status = "STOPPED"
    assert not run_module("ecs_service", **gone).get("failed")


def test_ids_known_after_apply_are_taken_in_check_mode(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    options |= {
        "task_definition": "(known after apply)",
        "subnets": ["subnet-(known after apply)"],
        "security_groups": ["sg-(known after apply)"],
    }
    options["load_balancers"][0]["target_group_arn"] = "(known after apply)"
    assert run_module("ecs_service", check=True, **options)["changed"]
    assert run_module("ecs_service", check=True, **{**options, "cluster": "none"})["changed"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task_definition": NAME}, "names no revision"),
        ({"deployment": {"minimum_healthy_percent": 100, "maximum_percent": 100}}, "no task could be replaced"),
        ({"deployment": {"maximum_percent": 300}}, "maximum_percent 300 is out of range"),
        ({"load_balancers": []}, "health_check_grace_period_seconds has no effect"),
        ({"name": "a b"}, "may hold only letters"),
    ],
)
def test_bad_options_are_refused(
    aws: Any, run_module: Any, options: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    failed = run_module("ecs_service", **{**options, **changes})
    assert failed["failed"]
    assert message in failed["msg"]
    assert aws("ecs").list_services(cluster=CLUSTER)["serviceArns"] == []


def test_the_token_is_that_of_the_request() -> None:
    params = {"serviceName": NAME, "desiredCount": 2}
    assert module.token(params, "") == module.token(dict(reversed(params.items())), "")
    assert module.token(params, "") != module.token(params, str(datetime(2026, 1, 1)))
    assert module.token(params, "") != module.token({**params, "desiredCount": 3}, "")
    assert len(module.token(params, "")) <= 36


def deployment(number: str, state: str, revision: int, status: str = "PRIMARY") -> dict[str, Any]:
    return {
        "id": number,
        "status": status,
        "task_definition": f"arn:aws:ecs:eu-west-1:1:task-definition/api:{revision}",
        "rollout_state": state,
        "rollout_state_reason": f"reason of {number}",
        "desired_count": 2,
        "running_count": 2,
        "pending_count": 0,
        "failed_tasks": 0,
    }


def seen(rollout: following.Rollout, *deployments: dict[str, Any]) -> runner.Progress:
    service = {"deployments": list(deployments), "running_count": 2, "desired_count": 2}
    failed, reason = rollout.failure(service, "api:2")
    if failed:
        return runner.Progress(ready=False, state=failed["id"], failure=reason)
    return rollout.progress(service, 2, [])


def test_an_old_answer_of_aws_is_neither_ready_nor_a_failure() -> None:
    rollout = following.Rollout()
    rollout.earlier = frozenset({"one"})
    stale = seen(rollout, deployment("one", "COMPLETED", 1))
    assert (stale.ready, stale.failure) == (False, "")
    assert "has not started" in stale.state
    assert seen(rollout, deployment("two", "COMPLETED", 2)).ready


def test_a_rollback_is_a_failure_whatever_its_deployment_is_called() -> None:
    for number in ("one", "three"):
        rollout = following.Rollout()
        rollout.earlier = frozenset({"one"})
        assert not seen(rollout, deployment("two", "IN_PROGRESS", 2)).failure
        back = seen(rollout, deployment(number, "COMPLETED", 1))
        assert "api:2 was rolled back, the service runs api:1" in back.failure


def test_an_earlier_failure_of_the_same_revision_does_not_count() -> None:
    rollout = following.Rollout()
    rollout.earlier = frozenset({"one", "failed"})
    old = deployment("failed", "FAILED", 2, "ACTIVE")
    assert not seen(rollout, deployment("two", "IN_PROGRESS", 2), old).failure
    assert seen(rollout, deployment("two", "FAILED", 2), old).failure == "reason of two"


def test_tells_what_becomes_of_it(changes_of: Any, options: dict[str, Any], target_group: str) -> None:
    kind = "AWS::ECS::Service"
    ((action, its_type, name, fields),) = changes_of("ecs_service", **options)
    assert (action, its_type, name) == ("create", kind, NAME)
    filled_in = {"strategy": "ROLLING", "bake_time_in_minutes": 0, "lifecycle_hooks": []}
    no_alarms = {"names": [], "enable": False, "rollback": False}
    assert fields == {
        "cluster": (None, CLUSTER),
        "task_definition": (None, f"{NAME}:1"),
        "desired_count": (None, 2),
        "launch_type": (None, "FARGATE"),
        "capacity_provider_strategy": (None, []),
        "platform_version": (None, "LATEST"),
        "subnets": (None, sorted(options["subnets"])),
        "security_groups": (None, options["security_groups"]),
        "assign_public_ip": (None, False),
        "load_balancers": (None, options["load_balancers"]),
        "health_check_grace_period_seconds": (None, 60),
        "deployment": (None, {**options["deployment"], **filled_in, "alarms": no_alarms}),
        "enable_execute_command": (None, False),
        "enable_ecs_managed_tags": (None, True),
        "propagate_tags": (None, "SERVICE"),
        "availability_zone_rebalancing": (None, True),
        "tags": (None, {"Environment": "dev"}),
    }
    options["desired_count"] = 3
    assert changes_of("ecs_service", **options) == [("update", kind, NAME, {"desired_count": (2, 3)})]
    assert changes_of("ecs_service", **options) == []
    forced = {"tasks": ("as they are", "replaced by a new deployment, as asked")}
    assert changes_of("ecs_service", force_new_deployment=True, **options) == [("update", kind, NAME, forced)]
    ((action, its_type, name, fields),) = changes_of("ecs_service", cluster=CLUSTER, name=NAME, state="absent")
    assert (action, its_type, name, fields["desired_count"]) == ("remove", kind, NAME, (3, None))


def test_one_that_is_on_its_way_out_is_created(aws: Any, options: dict[str, Any]) -> None:
    # AWS is not asked
    nobody: Any = None
    resource = module.Service(nobody, options)
    assert resource.parts({"status": "DRAINING"}) == []


LISTENING = (forwarding.LISTENER_TYPE, forwarding.RULE_TYPE)
OWNER = {"ManagedBy": "streamflix.content_api"}


@pytest.fixture
def next_port(aws: Any, network: dict[str, Any], register: Callable[..., str], options: dict[str, Any]) -> Any:
    """Give the options of the service, and of its listener, with the container on another port."""
    elbv2 = aws("elbv2")
    (listener,) = [
        found
        for balancer in elbv2.describe_load_balancers()["LoadBalancers"]
        for found in elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    ]
    made = elbv2.create_target_group(Name="tg-8080", Protocol="HTTP", Port=8080, VpcId=network["vpc"], TargetType="ip")
    new_arn = made["TargetGroups"][0]["TargetGroupArn"]
    balancer = {"target_group_arn": new_arn, "container_name": "ApiContainer", "container_port": 8080}
    of_listener = {
        "load_balancer_arn": listener["LoadBalancerArn"],
        "port": 80,
        "protocol": "HTTP",
        "target_group_arn": new_arn,
        "keep_targets": True,
    }
    of_service = {
        **options,
        "task_definition": register(port=8080),
        "load_balancers": [balancer],
        "listener_arn": listener["ListenerArn"],
        "owner_tags": OWNER,
        "adopt": True,
    }
    return of_listener, of_service


def forwards(aws: Any, listener_arn: str) -> dict[str, int]:
    """Return the names of the target groups that a listener forwards to, with their weights."""
    (listener,) = aws("elbv2").describe_listeners(ListenerArns=[listener_arn])["Listeners"]
    action = listener["DefaultActions"][0]
    groups = action.get("ForwardConfig", {}).get("TargetGroups") or [action]
    return {group["TargetGroupArn"].split("/")[1]: group.get("Weight", 1) for group in groups}


def serving(aws: Any, listener_arn: str) -> int:
    """Return how many healthy targets get the requests of a listener."""
    elbv2 = aws("elbv2")
    groups = elbv2.describe_target_groups()["TargetGroups"]
    arns = {group["TargetGroupName"]: group["TargetGroupArn"] for group in groups}
    seen = [
        sum(target["TargetHealth"]["State"] == "healthy" for target in targets)
        for name, weight in forwards(aws, listener_arn).items()
        if weight
        for targets in [elbv2.describe_target_health(TargetGroupArn=arns[name])["TargetHealthDescriptions"]]
    ]
    return min(seen)


def test_a_new_port_takes_over_without_a_moment_without_targets(
    aws: Any, run_module: Any, options: Any, target_group: str, next_port: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws("elbv2").add_tags(ResourceArns=[target_group], Tags=[{"Key": "ManagedBy", "Value": OWNER["ManagedBy"]}])
    run_module("ecs_service", **options)
    of_listener, of_service = next_port
    listener_arn = of_service["listener_arn"]

    begun = run_module("elbv2_listener", **of_listener)
    assert begun["moving_from"] == [target_group]
    assert forwards(aws, listener_arn) == {"tg": 1, "tg-8080": 0}
    again = run_module("elbv2_listener", **of_listener)
    assert (again["changed"], again["moving_from"]) == (False, [target_group])

    of_service["move_from"] = again["moving_from"]
    preview = run_module("ecs_service", check=True, **of_service)
    assert forwards(aws, listener_arn) == {"tg": 1, "tg-8080": 0}

    lowest, send = [serving(aws, listener_arn)], runner.Runner._send

    def watched(self: Any, step: Any, bindings: Any) -> None:
        send(self, step, bindings)
        read_back(aws)
        lowest.append(serving(aws, listener_arn))

    monkeypatch.setattr(runner.Runner, "_send", watched)
    done = run_module("ecs_service", **of_service)
    assert done["actions"] == preview["actions"]
    assert min(lowest) >= 2, lowest
    assert {"action": "remove", "type": module.TARGET_GROUP_TYPE, "name": "tg", "fields": []} in done["changes"]
    assert preview["changes"] == done["changes"]

    assert forwards(aws, listener_arn) == {"tg-8080": 1}
    groups = aws("elbv2").describe_target_groups()["TargetGroups"]
    assert [group["TargetGroupName"] for group in groups] == ["tg-8080"]
    assert read_back(aws)["loadBalancers"] == [
        {"targetGroupArn": of_listener["target_group_arn"], "containerName": "ApiContainer", "containerPort": 8080}
    ]
    assert read_back(aws)["runningCount"] == 2
    last = run_module("elbv2_listener", **of_listener)
    assert (last["changed"], last["moving_from"]) == (False, [])
    assert not run_module("ecs_service", **{**of_service, "move_from": []})["changed"]


def test_tasks_that_cannot_be_protected_keep_the_service_as_it_is(
    aws: Any, run_module: Any, options: Any, next_port: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module("ecs_service", **options)
    of_listener, of_service = next_port
    of_service["move_from"] = run_module("elbv2_listener", **of_listener)["moving_from"]
    before = read_back(aws)

    def refuse(reason: str) -> None:
        # AWS's own answer to a protection that it does not give: a failure in a reply that is none
        reply = ActionResult({"protectedTasks": [], "failures": [{"arn": "task/cluster/one", "reason": reason}]})
        monkeypatch.setattr(EC2ContainerServiceResponse, "update_task_protection", lambda _self: reply)

    refuse("DEPLOYMENT_BLOCKED")
    failed = run_module("ecs_service", **of_service)
    assert "ecs:UpdateTaskProtection on one failed: DEPLOYMENT_BLOCKED" in failed["msg"]
    assert "The service was not changed" in failed["msg"]
    assert read_back(aws)["loadBalancers"] == before["loadBalancers"]
    # one that has ended needs no protection
    refuse("MISSING")
    assert "failed" not in run_module("ecs_service", **of_service)


def test_what_others_made_to_forward_to_the_old_targets_moves_too(
    aws: Any, run_module: Any, options: Any, target_group: str, next_port: Any
) -> None:
    elbv2, old = aws("elbv2"), [{"Type": "forward", "TargetGroupArn": target_group}]
    elbv2.add_tags(ResourceArns=[target_group], Tags=[{"Key": "ManagedBy", "Value": OWNER["ManagedBy"]}])
    run_module("ecs_service", **options)
    of_listener, of_service = next_port
    listener_arn = of_service["listener_arn"]
    (listener,) = elbv2.describe_listeners(ListenerArns=[listener_arn])["Listeners"]
    balancer = listener["LoadBalancerArn"]
    other = elbv2.create_listener(LoadBalancerArn=balancer, Port=8443, Protocol="HTTP", DefaultActions=old)
    condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/beta/*"]}}
    rule = elbv2.create_rule(ListenerArn=listener_arn, Priority=7, Conditions=[condition], Actions=old)["Rules"][0]
    fixed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]
    elbv2.create_rule(ListenerArn=listener_arn, Priority=8, Conditions=[condition], Actions=fixed)

    of_service["move_from"] = run_module("elbv2_listener", **of_listener)["moving_from"]
    preview = run_module("ecs_service", check=True, **of_service)
    done = run_module("ecs_service", **of_service)
    assert (preview["actions"], preview["changes"]) == (done["actions"], done["changes"])
    moved = {change["name"]: change["fields"] for change in done["changes"] if change["type"] in LISTENING}
    field = {"field": "target_groups", "before": ["tg"], "after": ["tg-8080"]}
    assert moved == {"alb 80 priority 7": [field], "alb 8443": [field]}
    assert forwards(aws, other["Listeners"][0]["ListenerArn"]) == {"tg-8080": 1}
    (found,) = elbv2.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"]
    assert found["Actions"][0]["ForwardConfig"]["TargetGroups"] == [
        {"TargetGroupArn": of_listener["target_group_arn"], "Weight": 1}
    ]
    assert [group["TargetGroupName"] for group in elbv2.describe_target_groups()["TargetGroups"]] == ["tg-8080"]


def test_targets_of_others_keep_the_old_target_group(
    aws: Any, run_module: Any, options: Any, target_group: str, next_port: Any
) -> None:
    elbv2 = aws("elbv2")
    elbv2.add_tags(ResourceArns=[target_group], Tags=[{"Key": "ManagedBy", "Value": OWNER["ManagedBy"]}])
    run_module("ecs_service", **options)
    elbv2.register_targets(TargetGroupArn=target_group, Targets=[{"Id": "10.0.0.250", "Port": 80}])
    of_listener, of_service = next_port
    of_service["move_from"] = run_module("elbv2_listener", **of_listener)["moving_from"]
    preview = run_module("ecs_service", check=True, **of_service)
    done = run_module("ecs_service", **of_service)
    assert preview["changes"] == done["changes"]
    for told in (preview, done):
        assert any("tg stays" in warning and "10.0.0.250" in warning for warning in told["warnings"])
    assert forwards(aws, of_service["listener_arn"]) == {"tg-8080": 1}
    groups = elbv2.describe_target_groups()["TargetGroups"]
    assert sorted(group["TargetGroupName"] for group in groups) == ["tg", "tg-8080"]


def test_a_share_of_the_old_targets_and_what_comes_before_it_is_kept() -> None:
    oidc = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"ClientId": "one"}}
    shares = [{"TargetGroupArn": "old", "Weight": 3}, {"TargetGroupArn": "beta", "Weight": 1}]
    sticky = {"Enabled": True, "DurationSeconds": 60}
    forward = {
        "Type": "forward",
        "Order": 2,
        "ForwardConfig": {"TargetGroups": shares, "TargetGroupStickinessConfig": sticky},
    }
    found = forwarding.Forwarding("arn", "lb 80 priority 1", True, [oidc, forward])
    first, second = found.moved(["old"], "new").params["Actions"]
    # AWS never gives the client's secret back
    assert first["AuthenticateOidcConfig"] == {"ClientId": "one", "UseExistingClientSecret": True}
    assert second["ForwardConfig"] == {
        "TargetGroups": [{"TargetGroupArn": "new", "Weight": 3}, {"TargetGroupArn": "beta", "Weight": 1}],
        "TargetGroupStickinessConfig": sticky,
    }


@pytest.mark.parametrize("requests", range(1, 6))
def test_a_move_that_ended_on_the_way_is_gone_on_with(
    aws: Any, run_module: Any, options: Any, target_group: str, next_port: Any, requests: int, monkeypatch: Any
) -> None:
    aws("elbv2").add_tags(ResourceArns=[target_group], Tags=[{"Key": "ManagedBy", "Value": OWNER["ManagedBy"]}])
    run_module("ecs_service", **options)
    of_listener, of_service = next_port
    listener_arn = of_service["listener_arn"]
    of_service["move_from"] = run_module("elbv2_listener", **of_listener)["moving_from"]
    send, sent = runner.Runner._send, []

    def cut(self: Any, step: Any, bindings: Any) -> None:
        if len(sent) == requests:
            raise runner.WaitError("cut off here")
        sent.append(step.operation)
        send(self, step, bindings)

    monkeypatch.setattr(runner.Runner, "_send", cut)
    assert run_module("ecs_service", **of_service)["msg"] == "cut off here"
    monkeypatch.setattr(runner.Runner, "_send", send)
    read_back(aws)
    assert serving(aws, listener_arn) >= 2, sent

    of_service["move_from"] = run_module("elbv2_listener", **of_listener)["moving_from"]
    run_module("ecs_service", **of_service)
    assert forwards(aws, listener_arn) == {"tg-8080": 1}
    assert serving(aws, listener_arn) == 2


def test_a_new_port_whose_tasks_fail_leaves_the_old_ones_serving(
    aws: Any, run_module: Any, options: Any, register: Any, next_port: Any
) -> None:
    run_module("ecs_service", **options)
    of_listener, of_service = next_port
    of_service["move_from"] = run_module("elbv2_listener", **of_listener)["moving_from"]
    failed = run_module("ecs_service", **{**of_service, "task_definition": register(BAD_IMAGE, 8080)})
    assert "The listener forwards to the old tasks as before" in failed["msg"]
    # those of the rollback, and the protected ones
    assert serving(aws, of_service["listener_arn"]) >= 2


def test_a_move_needs_room_for_new_tasks(run_module: Any, options: Any, next_port: Any) -> None:
    run_module("ecs_service", **options)
    of_listener, of_service = next_port
    of_service["move_from"] = run_module("elbv2_listener", **of_listener)["moving_from"]
    of_service["deployment"] = {"minimum_healthy_percent": 50, "maximum_percent": 100}
    failed = run_module("ecs_service", check=True, **of_service)
    assert "with maximum_percent 100 no task starts before one has stopped" in failed["msg"]


def test_rebalancing_over_zones_is_asked_for_at_the_creation(aws: Any, run_module: Any, options: Any) -> None:
    options["deployment"] = {"minimum_healthy_percent": 100, "maximum_percent": 200}
    for wanted, sent in ((True, "ENABLED"), (False, "DISABLED")):
        run_module("ecs_service", **options, availability_zone_rebalancing=wanted)
        assert read_back(aws)["availabilityZoneRebalancing"] == sent
        run_module("ecs_service", cluster=CLUSTER, name=NAME, state="absent")


def planned_move(*steps: Call) -> Plan:
    """Return the plan of a move of which the service itself needs some steps."""
    new, old = (f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{name}/0" for name in ("new", "old"))
    service = {"desired_count": 2, "deployment": {"maximum_percent": 200}}
    options = {
        "name": NAME,
        "cluster": CLUSTER,
        "load_balancers": [{"target_group_arn": new}],
        "listener_arn": "listener",
        "move_from": [old],
    }
    move = module.Move(("task-1", "task-2"), (old,), Watch("describe_services", {}, lambda reply: ""))
    return module.plan_move(Plan(steps, service, service), options, move)


def test_the_present_tasks_are_kept_before_the_service_moves_and_let_go_after_the_listener() -> None:
    steps = planned_move(
        Call("tag_resource", {}, NAME), Call("update_service", {"loadBalancers": [{"containerPort": 8080}]}, NAME)
    ).steps
    assert [step.operation for step in steps] == [
        "update_task_protection",
        "tag_resource",
        "update_service",
        "describe_target_health",
        "modify_listener",
        "update_task_protection",
        "describe_target_health",
        "modify_listener",
        "delete_target_group",
    ]
    assert [steps[place].params["protectionEnabled"] for place in (0, 5)] == [True, False]
    targets = [
        [(group["TargetGroupArn"].split("/")[1], group["Weight"]) for group in groups]
        for groups in (steps[place].params["DefaultActions"][0]["ForwardConfig"]["TargetGroups"] for place in (4, 7))
    ]
    assert targets == [[("new", 1), ("old", 0)], [("new", 1)]]


@pytest.mark.parametrize("steps", [[], [Call("tag_resource", {}, NAME)]], ids=["nothing", "tags"])
def test_a_service_that_has_moved_already_gets_no_new_protection(steps: list[Call]) -> None:
    told = [step.params.get("protectionEnabled") for step in planned_move(*steps).steps]
    assert (True in told, False in told) == (False, True)


def test_the_old_target_group_may_be_removed_by_somebody_else_meanwhile() -> None:
    *_before, emptied, _forward, deletion = planned_move().steps
    gone = {"TargetGroupNotFound"}
    assert (emptied.gone_if, deletion.done_if) == (gone, gone)
    # that AWS lists it as used for a moment is no failure
    assert runner.is_one_of(AwsError("elasticloadbalancing:Delete", "old", "ResourceInUse", "", ""), deletion.retry_if)
    states = [emptied.state({"TargetHealthDescriptions": targets}) for targets in ([{}, {}], [])]
    assert states[0] == "2 targets left"
    assert [state in emptied.until for state in states] == [False, True]


SHARED = [
    {"capacity_provider": "FARGATE_SPOT", "weight": 3},
    {"capacity_provider": "FARGATE", "base": 1, "weight": 1},
]
IN_AWS = [
    {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
    {"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 0},
]


def strategy_of(service: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(service.get("capacityProviderStrategy", []), key=lambda item: item["capacityProvider"])


def offer_spot(aws: Any) -> None:
    providers = ["FARGATE", "FARGATE_SPOT"]
    aws("ecs").put_cluster_capacity_providers(
        cluster=CLUSTER, capacityProviders=providers, defaultCapacityProviderStrategy=[]
    )


def test_a_service_is_made_on_spot(aws: Any, run_module: Any, options: dict[str, Any]) -> None:
    offer_spot(aws)
    options |= {"capacity_provider_strategy": SHARED, "desired_count": 4}
    preview = run_module("ecs_service", check=True, **options)
    done = run_module("ecs_service", **options)
    assert done["changes"] == preview["changes"]
    found = read_back(aws)
    assert strategy_of(found) == IN_AWS
    assert "launchType" not in found
    arns = aws("ecs").list_tasks(cluster=CLUSTER, serviceName=NAME)["taskArns"]
    tasks = aws("ecs").describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
    assert sorted(task["capacityProviderName"] for task in tasks) == ["FARGATE", *["FARGATE_SPOT"] * 3]
    assert not run_module("ecs_service", **options)["changed"]


def test_a_service_moves_to_spot_and_back_with_new_deployments(
    aws: Any, run_module: Any, options: dict[str, Any]
) -> None:
    run_module("ecs_service", **options)
    offer_spot(aws)
    launched = ("FARGATE", [])
    for strategy, shown in ((SHARED, (None, IN_AWS)), (SHARED[1:], (None, IN_AWS[:1])), ([], launched)):
        changed = {**options, "capacity_provider_strategy": strategy}
        before = read_back(aws)["deployments"][0]["id"]
        preview = run_module("ecs_service", check=True, **changed)
        done = run_module("ecs_service", **changed)
        assert done["actions"] == preview["actions"] == [f"update_service {NAME}"]
        assert done["changes"] == preview["changes"]
        told = {field["field"]: field["after"] for field in done["changes"][0]["fields"]}
        assert told["tasks"] == "replaced by a new deployment, as the capacity providers change"
        found = read_back(aws)
        assert (found.get("launchType"), strategy_of(found)) == shown
        assert found["deployments"][0]["id"] != before
        assert not run_module("ecs_service", **changed)["changed"]
    # what is not said stays
    run_module("ecs_service", **options, capacity_provider_strategy=SHARED)
    assert not run_module("ecs_service", **options)["changed"]


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        ([{"capacity_provider": "my-group"}], "names my-group: a Fargate service has FARGATE and FARGATE_SPOT"),
        ([{"capacity_provider": "FARGATE", "weight": 0}], "has only weights of 0"),
        ([{"capacity_provider": "FARGATE", "weight": 1001}], "weight of FARGATE 1001 is out of range: set 0 to 1000"),
        ([{"capacity_provider": "FARGATE", "base": 100_001}], "base of FARGATE 100001 is out of range"),
        ([{"capacity_provider": "FARGATE"}] * 2, "has FARGATE more than once"),
        (
            [{"capacity_provider": "FARGATE", "base": 1}, {"capacity_provider": "FARGATE_SPOT", "base": 1}],
            "has several bases",
        ),
    ],
)
def test_a_strategy_that_aws_refuses(
    aws: Any, run_module: Any, options: dict[str, Any], strategy: list[dict[str, Any]], message: str
) -> None:
    refused = run_module("ecs_service", **options, capacity_provider_strategy=strategy)
    assert message in refused["msg"]
    assert aws("ecs").list_services(cluster=CLUSTER)["serviceArns"] == []

"""ECS of the emulator as plain boto3 sees it: services deploy, fail, roll back, drain; revisions and clusters end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

CLUSTER = "streamflix-cluster-dev"
SERVICE = "streamflix-api-dev"
TRUST = '{"Version": "2012-10-17", "Statement": []}'
GOOD_IMAGE = "public.ecr.aws/nginx/nginx:1.29.3"
BAD_IMAGE = "emulator/fails:health-check"
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


class World:
    """A cluster, a network, a target group behind a load balancer, and shortcuts."""

    def __init__(self, aws: Callable[[str], Any]) -> None:
        self.ecs, self.elbv2, self.ec2 = aws("ecs"), aws("elbv2"), aws("ec2")
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"][
                "SubnetId"
            ]
            for number, zone in enumerate(["eu-west-1a", "eu-west-1b"])
        ]
        self.group = self.ec2.create_security_group(VpcId=vpc, GroupName="ecs", Description="tasks")["GroupId"]
        self.role = aws("iam").create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        self.ecs.create_cluster(clusterName=CLUSTER)
        made = self.elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
        self.target_group = made["TargetGroups"][0]["TargetGroupArn"]
        balancer = self.elbv2.create_load_balancer(Name="alb", Subnets=self.subnets)["LoadBalancers"][0]
        self.listen = {
            "LoadBalancerArn": balancer["LoadBalancerArn"],
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": self.target_group}],
        }
        self.elbv2.create_listener(**self.listen)

    def register(self, image: str = GOOD_IMAGE, **changes: Any) -> str:
        container = {"name": "ApiContainer", "image": image, "portMappings": [{"containerPort": 80}]}
        params = {
            "family": SERVICE,
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": self.role,
            "containerDefinitions": [container],
            **changes,
        }
        return self.ecs.register_task_definition(**params)["taskDefinition"]["taskDefinitionArn"]

    def create(self, definition: str, **changes: Any) -> dict[str, Any]:
        balancer = {"targetGroupArn": self.target_group, "containerName": "ApiContainer", "containerPort": 80}
        params: dict[str, Any] = {
            "cluster": CLUSTER,
            "serviceName": SERVICE,
            "taskDefinition": definition,
            "desiredCount": 2,
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": self.subnets, "securityGroups": [self.group]}},
            "loadBalancers": [balancer],
            **changes,
        }
        return self.ecs.create_service(**params)["service"]

    def update(self, **changes: Any) -> dict[str, Any]:
        return self.ecs.update_service(cluster=CLUSTER, service=SERVICE, **changes)["service"]

    def service(self) -> dict[str, Any]:
        return self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE], include=["TAGS"])["services"][0]

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=CLUSTER, serviceName=SERVICE, desiredStatus=status)["taskArns"]
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []

    def targets(self) -> set[tuple[str, str]]:
        found = self.elbv2.describe_target_health(TargetGroupArn=self.target_group)["TargetHealthDescriptions"]
        return {(item["Target"]["Id"], item["TargetHealth"]["State"]) for item in found}


@pytest.fixture
def world(aws: Callable[[str], Any]) -> World:
    return World(aws)


def addresses(tasks: list[dict[str, Any]]) -> set[str]:
    details = [detail for task in tasks for detail in task["attachments"][0]["details"]]
    return {detail["value"] for detail in details if detail["name"] == "privateIPv4Address"}


def refusal(call: Callable[..., Any], **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


@pytest.mark.parametrize(
    "changes",
    [
        {"deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 100}},
        {
            "deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 50},
            "availabilityZoneRebalancing": "ENABLED",
        },
    ],
)
def test_a_service_without_room_for_what_it_is_to_do_is_refused(world: World, changes: dict[str, Any]) -> None:
    definition = world.register()
    with pytest.raises(ClientError, match="InvalidParameterException"):
        world.create(definition, **changes)
    assert world.create(definition)["availabilityZoneRebalancing"] == "ENABLED"
    with pytest.raises(ClientError, match="InvalidParameterException"):
        world.update(**changes)
    # AWS takes it, although nothing can move with a single task
    narrow = {"maximumPercent": 150, "minimumHealthyPercent": 100}
    assert world.update(desiredCount=1, deploymentConfiguration=narrow)["desiredCount"] == 1


def test_a_service_deploys_and_registers_its_tasks(world: World) -> None:
    created = world.create(world.register())
    assert created["deployments"][0]["rolloutState"] == "IN_PROGRESS"

    service = world.service()
    assert (service["status"], service["runningCount"], service["pendingCount"]) == ("ACTIVE", 2, 0)
    assert [deployment["rolloutState"] for deployment in service["deployments"]] == ["COMPLETED"]
    assert "steady state" in service["events"][0]["message"]
    tasks = world.tasks()
    assert {task["lastStatus"] for task in tasks} == {"RUNNING"}
    assert {task["availabilityZone"] for task in tasks} == {"eu-west-1a", "eu-west-1b"}
    assert {address.rsplit(".", 1)[0] for address in addresses(tasks)} == {"10.0.0", "10.0.1"}
    assert world.targets() == {(address, "healthy") for address in addresses(tasks)}
    assert {task["lastStatus"] for task in world.tasks()} == {"RUNNING"}
    world.ecs.get_waiter("services_stable").wait(
        cluster=CLUSTER, services=[SERVICE], WaiterConfig={"Delay": 0, "MaxAttempts": 1}
    )


def test_nothing_of_the_request_is_lost(world: World) -> None:
    world.create(
        world.register(),
        deploymentConfiguration={**BREAKER, "maximumPercent": 150, "minimumHealthyPercent": 50},
        healthCheckGracePeriodSeconds=60,
        enableExecuteCommand=True,
        enableECSManagedTags=True,
        propagateTags="SERVICE",
        tags=[{"key": "Environment", "value": "dev"}],
    )
    service = world.service()
    configuration = service["deploymentConfiguration"]
    assert (configuration["maximumPercent"], configuration["minimumHealthyPercent"]) == (150, 50)
    assert configuration["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert service["healthCheckGracePeriodSeconds"] == 60
    assert (service["enableExecuteCommand"], service["enableECSManagedTags"]) == (True, True)
    assert service["propagateTags"] == "SERVICE"
    assert service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] == [world.group]
    assert service["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"
    assert service["tags"] == [{"key": "Environment", "value": "dev"}]

    arn = world.tasks()[0]["taskArn"]
    task = world.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn], include=["TAGS"])["tasks"][0]
    assert {"key": "Environment", "value": "dev"} in task["tags"]
    assert {"key": "aws:ecs:serviceName", "value": SERVICE} in task["tags"]


def test_security_groups_are_optional(world: World) -> None:
    world.create(world.register(), networkConfiguration={"awsvpcConfiguration": {"subnets": world.subnets}})
    assert world.service()["runningCount"] == 2


def test_a_new_revision_replaces_the_tasks(world: World) -> None:
    world.create(world.register())
    before = addresses(world.tasks())
    second = world.register()
    updated = world.update(taskDefinition=second)
    assert [deployment["status"] for deployment in updated["deployments"]] == ["PRIMARY", "ACTIVE"]

    service = world.service()
    assert [deployment["taskDefinition"] for deployment in service["deployments"]] == [second]
    after = addresses(world.tasks())
    assert len(after) == 2
    assert {task["taskDefinitionArn"] for task in world.tasks()} == {second}
    assert world.targets() == {(address, "healthy") for address in after}
    assert {task["stopCode"] for task in world.tasks("STOPPED")} == {"ServiceSchedulerInitiated"}
    interfaces = world.ec2.describe_network_interfaces(Filters=[{"Name": "subnet-id", "Values": world.subnets}])
    held = {item["PrivateIpAddress"] for item in interfaces["NetworkInterfaces"]}
    assert after <= held
    assert not (before - after) & held


def test_a_service_without_alarms_says_so(world: World) -> None:
    world.create(world.register())
    none = {"alarmNames": [], "enable": False, "rollback": False}
    assert world.service()["deploymentConfiguration"]["alarms"] == none


def test_an_alarm_ends_a_rolling_deployment(world: World, aws: Callable[[str], Any]) -> None:
    watch, first = aws("cloudwatch"), world.register()
    watch.put_metric_alarm(
        AlarmName="errors",
        Namespace="Api",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    world.create(first, deploymentConfiguration={"alarms": alarms})
    watch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    second = world.register()
    world.update(taskDefinition=second)
    assert world.service()["taskDefinition"] == first
    assert {task["taskDefinitionArn"] for task in world.tasks()} == {first}
    listed = world.ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE)["serviceDeployments"]
    newest = max(listed, key=lambda one: one["createdAt"])
    assert newest["status"] == "ROLLBACK_SUCCESSFUL"
    assert "alarm errors is in the state ALARM" in newest["statusReason"]
    watch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="test")
    world.update(taskDefinition=second)
    assert world.service()["taskDefinition"] == second


def test_counts_and_settings_change_without_a_new_deployment(world: World) -> None:
    world.create(world.register())
    first = world.service()["deployments"][0]["id"]
    world.update(desiredCount=3, deploymentConfiguration={"maximumPercent": 150})
    service = world.service()
    assert (service["runningCount"], len(world.targets())) == (3, 3)
    assert service["deploymentConfiguration"]["minimumHealthyPercent"] == 100
    assert [deployment["id"] for deployment in service["deployments"]] == [first]
    world.update(forceNewDeployment=True)
    assert world.service()["deployments"][0]["id"] != first


def test_tasks_whose_log_group_is_missing_do_not_start(world: World, aws: Callable[[str], Any]) -> None:
    options = {"awslogs-group": "/ecs/api", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "api"}

    def logging(**more: str) -> str:
        log = {"logDriver": "awslogs", "options": {**options, **more}}
        container = {"name": "ApiContainer", "image": GOOD_IMAGE, "portMappings": [{"containerPort": 80}]}
        return world.register(containerDefinitions=[{**container, "logConfiguration": log}])

    first = world.register()
    world.create(first, deploymentConfiguration=BREAKER)
    world.service()
    world.update(taskDefinition=logging())
    failed = world.service()["deployments"][1]
    assert (failed["rolloutState"], failed["failedTasks"]) == ("FAILED", 3)
    stopped = [task for task in world.tasks("STOPPED") if task["taskDefinitionArn"] != first]
    assert {task["stopCode"] for task in stopped} == {"TaskFailedToStart"}
    assert "The specified log group does not exist. (/ecs/api)" in stopped[0]["stoppedReason"]
    world.update(taskDefinition=logging(**{"awslogs-create-group": "true"}))
    assert world.service()["deployments"][0]["rolloutState"] == "COMPLETED"
    aws("logs").create_log_group(logGroupName="/ecs/api")
    world.update(taskDefinition=logging())
    assert world.service()["deployments"][0]["rolloutState"] == "COMPLETED"
    # what runs goes on without it
    aws("logs").delete_log_group(logGroupName="/ecs/api")
    assert world.service()["runningCount"] == 2


def test_a_failed_deployment_rolls_back(world: World) -> None:
    good = world.register()
    world.create(good, deploymentConfiguration=BREAKER)
    world.service()
    bad = world.register(BAD_IMAGE)
    world.update(taskDefinition=bad)

    primary, failed, *_unused = world.service()["deployments"]
    assert (failed["taskDefinition"], failed["rolloutState"], failed["failedTasks"]) == (bad, "FAILED", 3)
    assert failed["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."
    assert primary["taskDefinition"] == good
    assert "rolling back to deploymentId" in primary["rolloutStateReason"]
    reasons = [task["stoppedReason"] for task in world.tasks("STOPPED") if task["taskDefinitionArn"] == bad]
    assert reasons
    assert "failed ELB health checks" in reasons[0]

    service = world.service()
    assert [(item["taskDefinition"], item["rolloutState"]) for item in service["deployments"]] == [(good, "COMPLETED")]
    assert (service["taskDefinition"], service["runningCount"], len(world.targets())) == (good, 2, 2)


def test_the_history_of_a_service(world: World) -> None:
    def history(**only: Any) -> list[tuple[str, str]]:
        """Return the status and the task definition of each service deployment, the newest first."""
        listed = world.ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, **only)["serviceDeployments"]
        arns = [item["targetServiceRevisionArn"] for item in listed]
        found = world.ecs.describe_service_revisions(serviceRevisionArns=arns)["serviceRevisions"]
        definitions = {item["serviceRevisionArn"]: item["taskDefinition"] for item in found}
        return [(item["status"], definitions[item["targetServiceRevisionArn"]]) for item in listed]

    good, bad = world.register(), world.register(BAD_IMAGE)
    world.create(good, deploymentConfiguration=BREAKER)
    world.service()
    world.update(taskDefinition=bad)
    world.service()
    assert history() == [("ROLLBACK_SUCCESSFUL", bad), ("SUCCESSFUL", good)]
    assert history(status=["SUCCESSFUL"]) == [("SUCCESSFUL", good)]
    page = world.ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, maxResults=1)
    rest = world.ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, nextToken=page["nextToken"])
    arns = [item["serviceDeploymentArn"] for item in page["serviceDeployments"] + rest["serviceDeployments"]]
    assert "nextToken" not in rest
    failed, first = world.ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]
    assert [item["arn"] for item in failed["sourceServiceRevisions"]] == [first["targetServiceRevision"]["arn"]]
    assert failed["rollback"]["serviceRevisionArn"] == first["targetServiceRevision"]["arn"]
    assert failed["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    missing = world.ecs.describe_service_deployments(serviceDeploymentArns=[f"{arns[0]}x"])
    assert missing["failures"] == [{"arn": f"{arns[0]}x", "reason": "MISSING"}]


def test_only_a_deployment_under_way_can_be_stopped(world: World) -> None:
    good = world.register()
    world.create(good)
    world.service()
    world.update(taskDefinition=world.register(BAD_IMAGE))
    newest, oldest = (
        item["serviceDeploymentArn"]
        for item in world.ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE)["serviceDeployments"]
    )
    said = refusal(world.ecs.stop_service_deployment, serviceDeploymentArn=oldest, stopType="ROLLBACK")
    assert "SUCCESSFUL and cannot be stopped" in said
    assert "not supported" in refusal(world.ecs.stop_service_deployment, serviceDeploymentArn=newest, stopType="ABORT")
    assert "not exist" in refusal(world.ecs.stop_service_deployment, serviceDeploymentArn=f"{newest}x")
    assert world.ecs.stop_service_deployment(serviceDeploymentArn=newest)["serviceDeploymentArn"] == newest
    service = world.service()
    assert (service["taskDefinition"], service["runningCount"]) == (good, 2)
    (stopped,) = world.ecs.describe_service_deployments(serviceDeploymentArns=[newest])["serviceDeployments"]
    assert (stopped["status"], stopped["statusReason"]) == (
        "ROLLBACK_SUCCESSFUL",
        "Service deployment rollback was requested.",
    )


@pytest.mark.parametrize(
    ("image", "code", "reason", "container"),
    [
        ("emulator/fails:pull", "TaskFailedToStart", "CannotPullContainerError", (None, "CannotPullContainerError")),
        ("emulator/fails:exit", "EssentialContainerExited", "Essential container in task exited", (1, "")),
    ],
)
def test_how_tasks_fail(world: World, image: str, code: str, reason: str, container: tuple[int | None, str]) -> None:
    world.create(world.register(image), deploymentConfiguration=BREAKER)
    world.service()
    task = world.tasks("STOPPED")[0]
    assert (task["stopCode"], task["stoppedReason"][: len(reason)]) == (code, reason)
    (shown,) = task["containers"]
    assert shown.get("exitCode") == container[0]
    assert shown.get("reason", "").startswith(container[1])


def test_a_first_deployment_that_fails_has_nothing_to_roll_back_to(world: World) -> None:
    world.create(world.register(BAD_IMAGE), deploymentConfiguration=BREAKER)
    service = world.service()
    assert [deployment["rolloutState"] for deployment in service["deployments"]] == ["FAILED"]
    assert (service["runningCount"], world.targets()) == (0, set())


def test_without_a_circuit_breaker_it_goes_on_trying(world: World) -> None:
    good = world.register()
    world.create(good)
    world.service()
    world.update(taskDefinition=world.register(BAD_IMAGE))
    primary, old = world.service()["deployments"]
    assert (primary["rolloutState"], primary["failedTasks"], old["runningCount"]) == ("IN_PROGRESS", 3, 2)


def test_a_client_token_makes_creation_repeatable(world: World) -> None:
    definition = world.register()
    first = world.create(definition, clientToken="same")
    assert world.create(definition, clientToken="same")["createdAt"] == first["createdAt"]
    assert "not idempotent" in refusal(world.create, definition=definition, clientToken="other")


def test_what_create_service_refuses(world: World) -> None:
    definition = world.register()
    wrong_port = {"targetGroupArn": world.target_group, "containerName": "ApiContainer", "containerPort": 8080}
    assert "did not have a container port 8080" in refusal(
        world.create, definition=definition, loadBalancers=[wrong_port]
    )
    assert "only valid for services configured to use load balancers" in refusal(
        world.create, definition=definition, loadBalancers=[], healthCheckGracePeriodSeconds=60
    )
    for listener in world.elbv2.describe_listeners(LoadBalancerArn=world.listen["LoadBalancerArn"])["Listeners"]:
        world.elbv2.delete_listener(ListenerArn=listener["ListenerArn"])
    world.elbv2.delete_load_balancer(LoadBalancerArn=world.listen["LoadBalancerArn"])
    assert "does not have an associated load balancer" in refusal(world.create, definition=definition)


def test_a_deleted_service_drains_and_stays_as_inactive(world: World) -> None:
    definition = world.register()
    world.create(definition)
    world.service()
    assert "scaled above 0" in refusal(world.ecs.delete_service, cluster=CLUSTER, service=SERVICE)
    assert world.ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)["service"]["status"] == "DRAINING"
    service = world.service()
    assert (service["status"], service["runningCount"], service["deployments"]) == ("INACTIVE", 0, [])
    assert world.ecs.list_services(cluster=CLUSTER)["serviceArns"] == []
    assert world.targets() == set()
    assert "ServiceNotFoundException" in refusal(world.ecs.delete_service, cluster=CLUSTER, service=SERVICE)
    assert "ServiceNotActiveException" in refusal(world.update, desiredCount=1)
    world.create(definition)
    assert world.service()["runningCount"] == 2


def test_a_stopped_task_is_replaced(world: World) -> None:
    world.create(world.register())
    first = world.tasks()[0]["taskArn"]
    world.ecs.stop_task(cluster=CLUSTER, task=first, reason="test")
    assert world.service()["runningCount"] == 2
    assert first not in [task["taskArn"] for task in world.tasks()]
    assert len(world.targets()) == 2


def test_a_cluster_goes_only_when_it_is_empty(world: World) -> None:
    world.create(world.register())
    cluster = world.ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]
    assert (cluster["activeServicesCount"], cluster["runningTasksCount"]) == (1, 2)
    assert "ClusterContainsServicesException" in refusal(world.ecs.delete_cluster, cluster=CLUSTER)
    world.ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    world.ecs.delete_cluster(cluster=CLUSTER)
    assert world.ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]["status"] == "INACTIVE"
    assert world.ecs.list_clusters()["clusterArns"] == []
    assert "ClusterNotFoundException" in refusal(world.ecs.list_services, cluster=CLUSTER)
    assert world.ecs.create_cluster(clusterName=CLUSTER)["cluster"]["status"] == "ACTIVE"


def exec_with(logging: str, **log: str) -> dict[str, Any]:
    configuration = {"logging": logging} | ({"logConfiguration": log} if log else {})
    return {"configuration": {"executeCommandConfiguration": configuration}}


def test_ecs_exec_has_a_log_configuration_only_where_it_overrides(world: World) -> None:
    """Amazon ECS API Reference, ExecuteCommandConfiguration."""
    own = exec_with("OVERRIDE", cloudWatchLogGroupName="/exec")
    for wrong in (exec_with("DEFAULT", cloudWatchLogGroupName="/exec"), exec_with("OVERRIDE")):
        assert "InvalidParameterException" in refusal(world.ecs.create_cluster, clusterName="exec", **wrong)
    world.ecs.create_cluster(clusterName="exec", **own)
    for wrong in (exec_with("NONE", cloudWatchLogGroupName="/exec"), exec_with("OVERRIDE")):
        assert "InvalidParameterException" in refusal(world.ecs.update_cluster, cluster="exec", **wrong)
    world.ecs.update_cluster(cluster="exec", **exec_with("DEFAULT"))
    (cluster,) = world.ecs.describe_clusters(clusters=["exec"], include=["CONFIGURATIONS"])["clusters"]
    assert cluster["configuration"]["executeCommandConfiguration"] == {"logging": "DEFAULT"}


def test_revisions_are_numbered_on_after_deletion(world: World) -> None:
    arns = [world.register() for _unused in range(3)]
    listed = world.ecs.list_task_definitions(familyPrefix=SERVICE, sort="DESC")["taskDefinitionArns"]
    assert listed == arns[::-1]
    for arn in arns:
        world.ecs.deregister_task_definition(taskDefinition=arn)
    assert "Unable to describe" in refusal(world.ecs.describe_task_definition, taskDefinition=SERVICE)
    assert world.ecs.delete_task_definitions(taskDefinitions=arns)["failures"] == []
    assert world.register().endswith(":4")


def test_aws_defaults_come_back_with_a_definition(world: World) -> None:
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/x"}}
    container = {
        "name": "ApiContainer",
        "image": GOOD_IMAGE,
        "portMappings": [{"containerPort": 80}],
        "healthCheck": {"command": ["CMD-SHELL", "true"]},
        "logConfiguration": logs,
    }
    arn = world.register(containerDefinitions=[container])
    found = world.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"][0]
    assert found["portMappings"] == [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]
    assert (found["cpu"], found["essential"], found["mountPoints"], found["systemControls"]) == (0, True, [], [])
    assert found["healthCheck"]["interval"] == 30


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"memory": "768"}, "No Fargate configuration exists"),
        ({"executionRoleArn": "arn:aws:iam::123456789012:role/none"}, "Role is not valid"),
        ({"networkMode": "bridge"}, "awsvpc"),
    ],
)
def test_what_register_refuses(world: World, changes: dict[str, Any], message: str) -> None:
    assert message in refusal(world.register, **changes)

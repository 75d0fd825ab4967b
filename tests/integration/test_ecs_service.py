"""The ECS service tier of a deployed stack, read with plain boto3: every property that the platform asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]

REGION = "eu-west-1"
CONTAINER = "ApiContainer"


@pytest.fixture(scope="module")
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


@pytest.fixture(scope="module")
def cluster(aws: Client, environment: str) -> dict[str, Any]:
    name = f"streamflix-cluster-{environment}"
    found = aws("ecs").describe_clusters(clusters=[name], include=["SETTINGS", "TAGS"])
    return found["clusters"][0]


@pytest.fixture(scope="module")
def service(aws: Client, cluster: dict[str, Any], environment: str) -> dict[str, Any]:
    name = f"streamflix-api-{environment}"
    found = aws("ecs").describe_services(cluster=cluster["clusterArn"], services=[name], include=["TAGS"])
    assert found["failures"] == []
    return found["services"][0]


@pytest.fixture(scope="module")
def task_definition(aws: Client, service: dict[str, Any]) -> dict[str, Any]:
    """Give the revision that the service runs."""
    return aws("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]


@pytest.fixture(scope="module")
def container(task_definition: dict[str, Any]) -> dict[str, Any]:
    """Give the only container."""
    assert len(task_definition["containerDefinitions"]) == 1
    return task_definition["containerDefinitions"][0]


@pytest.fixture(scope="module")
def tasks(aws: Client, cluster: dict[str, Any], service: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the tasks that the service runs."""
    ecs = aws("ecs")
    arns = ecs.list_tasks(cluster=cluster["clusterArn"], serviceName=service["serviceName"])["taskArns"]
    return ecs.describe_tasks(cluster=cluster["clusterArn"], tasks=arns, include=["TAGS"])["tasks"]


@pytest.fixture(scope="module")
def load_balancer(aws: Client, environment: str) -> dict[str, Any]:
    return aws("elbv2").describe_load_balancers(Names=[f"streamflix-alb-{environment}"])["LoadBalancers"][0]


@pytest.fixture(scope="module")
def target_group(aws: Client, environment: str) -> dict[str, Any]:
    return aws("elbv2").describe_target_groups(Names=[f"streamflix-tg-{environment}"])["TargetGroups"][0]


@pytest.fixture(scope="module")
def vpc_id(aws: Client, environment: str) -> str:
    found = aws("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [f"streamflix-vpc-{environment}"]}])
    return found["Vpcs"][0]["VpcId"]


@pytest.fixture(scope="module")
def subnets(aws: Client, vpc_id: str) -> dict[bool, set[str]]:
    """Give the ids of the public (true) and the private (false) subnets."""
    found = aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]
    return {
        public: {subnet["SubnetId"] for subnet in found if subnet["MapPublicIpOnLaunch"] is public}
        for public in (True, False)
    }


def as_dict(pairs: list[dict[str, str]], key: str = "key", value: str = "value") -> dict[str, str]:
    return {pair[key]: pair[value] for pair in pairs}


def group_names(aws: Client, ids: list[str]) -> list[str]:
    return [group["GroupName"] for group in aws("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]]


def role_of(aws: Client, arn: str) -> dict[str, Any]:
    role = aws("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
    assert role["Arn"] == arn
    return role


def policies_of(aws: Client, role: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the documents of a role's inline policies by name; it has no other policies."""
    iam, name = aws("iam"), role["RoleName"]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"] for one in inline}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_cluster(cluster: dict[str, Any], environment: str, tags: dict[str, str]) -> None:
    assert cluster["clusterName"] == f"streamflix-cluster-{environment}"
    assert cluster["status"] == "ACTIVE"
    assert {"name": "containerInsights", "value": "enabled"} in cluster["settings"]
    assert as_dict(cluster["tags"]) == tags


def test_log_group(aws: Client, environment: str, tags: dict[str, str]) -> None:
    name = f"/ecs/streamflix-api-{environment}"
    found = aws("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert [(group["logGroupName"], group["retentionInDays"]) for group in found] == [(name, 7)]
    assert aws("logs").list_tags_log_group(logGroupName=name)["tags"] == tags


def test_task_definition(task_definition: dict[str, Any], environment: str) -> None:
    assert task_definition["status"] == "ACTIVE"
    # improved: a family with a name that can be foreseen
    assert task_definition["family"] == f"streamflix-api-{environment}"
    assert (task_definition["cpu"], task_definition["memory"]) == ("256", "512")
    assert task_definition["networkMode"] == "awsvpc"
    assert task_definition["requiresCompatibilities"] == ["FARGATE"]
    assert task_definition["runtimePlatform"] == {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}
    assert task_definition.get("volumes", []) == []
    assert "ephemeralStorage" not in task_definition


def test_the_newest_revision_runs(aws: Client, task_definition: dict[str, Any], tags: dict[str, str]) -> None:
    newest = aws("ecs").describe_task_definition(taskDefinition=task_definition["family"], include=["TAGS"])
    assert newest["taskDefinition"]["taskDefinitionArn"] == task_definition["taskDefinitionArn"]
    assert as_dict(newest["tags"]) == tags


def test_container(container: dict[str, Any]) -> None:
    assert container["name"] == CONTAINER
    assert container["essential"] is True
    # improved: a pinned public image in place of nginx:latest
    assert re.fullmatch(r"public\.ecr\.aws/nginx/nginx(:\d[\w.-]*|@sha256:[0-9a-f]{64})", container["image"])
    mapping = container["portMappings"]
    assert [(item["containerPort"], item["protocol"]) for item in mapping] == [(80, "tcp")]
    assert "healthCheck" not in container


def test_container_log(container: dict[str, Any], environment: str) -> None:
    log = container["logConfiguration"]
    assert log["logDriver"] == "awslogs"
    assert log["options"] == {
        "awslogs-group": f"/ecs/streamflix-api-{environment}",
        "awslogs-stream-prefix": "streamflix-api",
        "awslogs-region": REGION,
    }


def test_container_environment(container: dict[str, Any], environment: str) -> None:
    variables = as_dict(container["environment"], "name")
    # improved: the container is told that Redis takes only TLS
    assert set(variables) == {"REDIS_ENDPOINT", "REDIS_PORT", "REDIS_TLS", "ENVIRONMENT"}
    assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", variables["REDIS_ENDPOINT"])
    assert (variables["REDIS_PORT"], variables["REDIS_TLS"]) == ("6379", "true")
    assert variables["ENVIRONMENT"] == environment


def test_container_secrets(container: dict[str, Any]) -> None:
    secrets = as_dict(container["secrets"], "name", "valueFrom")
    # improved: port and name of the database come from the secret too
    keys = {"DB_HOST": "host", "DB_USERNAME": "username", "DB_PASSWORD": "password"}
    keys |= {"DB_PORT": "port", "DB_NAME": "dbname"}
    arns = {value.removesuffix(f":{keys[name]}::") for name, value in secrets.items()}
    assert set(secrets) == set(keys)
    assert len(arns) == 1
    assert re.fullmatch(rf"arn:aws:secretsmanager:{REGION}:\d{{12}}:secret:[\w/+=.@-]+-\w{{6}}", arns.pop())


def test_execution_role(
    aws: Client, task_definition: dict[str, Any], container: dict[str, Any], environment: str, tags: dict[str, str]
) -> None:
    role = role_of(aws, task_definition["executionRoleArn"])
    trust = role["AssumeRolePolicyDocument"]["Statement"]
    assert [(item["Effect"], item["Action"], item["Principal"]) for item in trust] == [
        ("Allow", "sts:AssumeRole", {"Service": "ecs-tasks.amazonaws.com"})
    ]
    account = task_definition["taskDefinitionArn"].split(":")[4]
    # improved: for no other account's tasks, as AWS recommends against confused deputies
    assert trust[0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{REGION}:{account}:*"},
    }
    assert as_dict(role["Tags"], "Key", "Value") == tags

    statements = [item for document in policies_of(aws, role).values() for item in document["Statement"]]
    assert {item["Effect"] for item in statements} == {"Allow"}
    allowed = {action: as_list(item["Resource"]) for item in statements for action in as_list(item["Action"])}
    # improved: this secret and this log group, and not AWS's policy for all log groups and images
    secret = container["secrets"][0]["valueFrom"].rsplit(":", 3)[0]
    log = f"arn:aws:logs:{REGION}:{account}:log-group:/ecs/streamflix-api-{environment}:*"
    assert allowed == {
        "secretsmanager:GetSecretValue": [secret],
        "secretsmanager:DescribeSecret": [secret],
        "logs:CreateLogStream": [log],
        "logs:PutLogEvents": [log],
    }


def test_task_role(aws: Client, task_definition: dict[str, Any], tags: dict[str, str]) -> None:
    role = role_of(aws, task_definition["taskRoleArn"])
    assert role["Arn"] != task_definition["executionRoleArn"]
    principals = [item["Principal"] for item in role["AssumeRolePolicyDocument"]["Statement"]]
    assert principals == [{"Service": "ecs-tasks.amazonaws.com"}]
    assert policies_of(aws, role) == {}
    assert as_dict(role["Tags"], "Key", "Value") == tags


def test_load_balancer(
    aws: Client, load_balancer: dict[str, Any], subnets: dict[bool, set[str]], environment: str, tags: dict[str, str]
) -> None:
    assert (load_balancer["Type"], load_balancer["Scheme"]) == ("application", "internet-facing")
    assert load_balancer["State"]["Code"] == "active"
    assert {zone["SubnetId"] for zone in load_balancer["AvailabilityZones"]} == subnets[True]
    assert group_names(aws, load_balancer["SecurityGroups"]) == [f"streamflix-alb-{environment}"]
    arn = load_balancer["LoadBalancerArn"]
    attributes = aws("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert as_dict(attributes, "Key", "Value")["deletion_protection.enabled"] == "false"
    described = aws("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    assert as_dict(described, "Key", "Value") == tags


def test_listener(
    aws: Client, load_balancer: dict[str, Any], target_group: dict[str, Any], tags: dict[str, str]
) -> None:
    elbv2 = aws("elbv2")
    listeners = elbv2.describe_listeners(LoadBalancerArn=load_balancer["LoadBalancerArn"])["Listeners"]
    assert [(item["Port"], item["Protocol"]) for item in listeners] == [(80, "HTTP")]
    actions = listeners[0]["DefaultActions"]
    assert [(item["Type"], item["TargetGroupArn"]) for item in actions] == [("forward", target_group["TargetGroupArn"])]
    arn = listeners[0]["ListenerArn"]
    assert [rule["IsDefault"] for rule in elbv2.describe_rules(ListenerArn=arn)["Rules"]] == [True]
    described = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    assert as_dict(described, "Key", "Value") == tags


def test_target_group(
    aws: Client, target_group: dict[str, Any], load_balancer: dict[str, Any], vpc_id: str, tags: dict[str, str]
) -> None:
    assert (target_group["Protocol"], target_group["Port"], target_group["TargetType"]) == ("HTTP", 80, "ip")
    assert target_group["VpcId"] == vpc_id
    assert target_group["LoadBalancerArns"] == [load_balancer["LoadBalancerArn"]]
    assert (target_group["HealthCheckEnabled"], target_group["HealthCheckPath"]) == (True, "/")
    assert (target_group["HealthCheckProtocol"], target_group["Matcher"]) == ("HTTP", {"HttpCode": "200"})
    assert (target_group["HealthCheckIntervalSeconds"], target_group["HealthCheckTimeoutSeconds"]) == (30, 5)
    assert (target_group["HealthyThresholdCount"], target_group["UnhealthyThresholdCount"]) == (2, 3)
    arn = target_group["TargetGroupArn"]
    attributes = aws("elbv2").describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    found = as_dict(attributes, "Key", "Value")
    assert found["deregistration_delay.timeout_seconds"] == "30"
    assert found["stickiness.enabled"] == "false"
    described = aws("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    assert as_dict(described, "Key", "Value") == tags


def test_service(service: dict[str, Any], cluster: dict[str, Any], tags: dict[str, str]) -> None:
    assert (service["status"], service["launchType"]) == ("ACTIVE", "FARGATE")
    assert service["clusterArn"] == cluster["clusterArn"]
    assert service["desiredCount"] == 2
    assert service["schedulingStrategy"] == "REPLICA"
    assert service["platformVersion"] == "LATEST"
    assert service["enableECSManagedTags"] is False
    assert service["enableExecuteCommand"] is False
    # improved: tasks carry the tags too
    assert service["propagateTags"] == "SERVICE"
    assert as_dict(service["tags"]) == tags


def test_service_deployment_settings(service: dict[str, Any]) -> None:
    settings = service["deploymentConfiguration"]
    # improved: no task less during a deployment, and a bad one is rolled back
    assert (settings["minimumHealthyPercent"], settings["maximumPercent"]) == (100, 200)
    breaker = settings["deploymentCircuitBreaker"]
    assert (breaker["enable"], breaker["rollback"]) == (True, True)
    assert not settings.get("alarms", {}).get("enable")


def test_service_behind_the_load_balancer(service: dict[str, Any], target_group: dict[str, Any]) -> None:
    assert service["healthCheckGracePeriodSeconds"] == 60
    assert service["loadBalancers"] == [
        {"targetGroupArn": target_group["TargetGroupArn"], "containerName": CONTAINER, "containerPort": 80}
    ]


def test_service_network(aws: Client, service: dict[str, Any], subnets: dict[bool, set[str]], environment: str) -> None:
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert network["assignPublicIp"] == "DISABLED"
    assert set(network["subnets"]) == subnets[False]
    assert group_names(aws, network["securityGroups"]) == [f"streamflix-ecs-{environment}"]


def test_the_deployment_is_completed(service: dict[str, Any]) -> None:
    assert (service["runningCount"], service["pendingCount"]) == (2, 0)
    deployments = service["deployments"]
    assert [(item["status"], item["rolloutState"]) for item in deployments] == [("PRIMARY", "COMPLETED")]
    assert deployments[0]["taskDefinition"] == service["taskDefinition"]


def test_tasks_run(tasks: list[dict[str, Any]], service: dict[str, Any], tags: dict[str, str]) -> None:
    assert [task["lastStatus"] for task in tasks] == ["RUNNING", "RUNNING"]
    assert {task["taskDefinitionArn"] for task in tasks} == {service["taskDefinition"]}
    assert {task["launchType"] for task in tasks} == {"FARGATE"}
    assert len({task["availabilityZone"] for task in tasks}) == 2
    for task in tasks:
        assert [container["lastStatus"] for container in task["containers"]] == ["RUNNING"]
        assert tags.items() <= as_dict(task["tags"]).items()


def test_targets_are_the_tasks_and_healthy(
    aws: Client, tasks: list[dict[str, Any]], target_group: dict[str, Any]
) -> None:
    details = [detail for task in tasks for item in task["attachments"] for detail in item["details"]]
    addresses = {detail["value"] for detail in details if detail["name"] == "privateIPv4Address"}
    arn = target_group["TargetGroupArn"]
    found = aws("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    healthy = {item["Target"]["Id"] for item in found if item["TargetHealth"]["State"] == "healthy"}
    assert healthy == addresses
    assert {item["Target"]["Port"] for item in found if item["Target"]["Id"] in healthy} == {80}

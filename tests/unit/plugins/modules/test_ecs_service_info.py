"""The module that reads an ECS service: deployments, events, tasks."""

from __future__ import annotations

from typing import Any

import pytest

CLUSTER = "streamflix-cluster-dev"
NAME = "streamflix-api-dev"


@pytest.fixture
def service(aws: Any) -> str:
    ec2, ecs = aws("ec2"), aws("ecs")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.2.0/24")["Subnet"]["SubnetId"]
    ecs.create_cluster(clusterName=CLUSTER)
    definition = ecs.register_task_definition(
        family=NAME,
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "ApiContainer", "image": "public.ecr.aws/nginx/nginx:1.29.3"}],
    )["taskDefinition"]["taskDefinitionArn"]
    made = ecs.create_service(
        cluster=CLUSTER,
        serviceName=NAME,
        taskDefinition=definition,
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
        tags=[{"key": "Environment", "value": "dev"}],
    )
    return made["service"]["serviceArn"]


def test_reads_the_service_and_its_tasks(aws: Any, run_module: Any, service: str) -> None:
    first = aws("ecs").list_tasks(cluster=CLUSTER, serviceName=NAME)["taskArns"][0]
    aws("ecs").stop_task(cluster=CLUSTER, task=first, reason="try")
    for check in (True, False):
        found = run_module("ecs_service_info", check=check, cluster=CLUSTER, name=NAME)
        assert not found["changed"]
        assert found["exists"]
        assert found["service"]["arn"] == service
        assert found["service"]["deployments"][0]["rollout_state"] == "COMPLETED"
        assert found["service"]["tags"] == {"Environment": "dev"}
        assert "steady state" in found["events"][0]["message"]
        assert [task["last_status"] for task in found["tasks"]] == ["RUNNING", "RUNNING"]
        assert all(task["private_ip"].startswith("10.0.2.") for task in found["tasks"])
        assert [(task["arn"], task["stopped_reason"]) for task in found["stopped_tasks"]] == [(first, "try")]


def test_the_sample_shows_what_the_service_has(run_module: Any, sample_of: Any, service: str) -> None:
    found = run_module("ecs_service_info", cluster=CLUSTER, name=NAME)["service"]
    managed = run_module(
        "ecs_service",
        check=True,
        cluster=CLUSTER,
        name=NAME,
        task_definition=found["task_definition"],
        desired_count=2,
        subnets=found["subnets"],
    )
    assert found == managed["service"]
    assert found.keys() == sample_of("ecs_service_info", "service").keys()


def test_reads_no_more_than_asked_for(run_module: Any, service: str) -> None:
    found = run_module("ecs_service_info", cluster=CLUSTER, name=NAME, events=1, tasks=False)
    assert len(found["events"]) == 1
    assert found["tasks"] == found["stopped_tasks"] == []


def test_a_missing_service(aws: Any, run_module: Any, service: str) -> None:
    assert not run_module("ecs_service_info", cluster="none", name=NAME)["exists"]
    assert not run_module("ecs_service_info", cluster=CLUSTER, name="none")["exists"]
    aws("ecs").delete_service(cluster=CLUSTER, service=NAME, force=True)
    found = run_module("ecs_service_info", cluster=CLUSTER, name=NAME)
    assert (found["exists"], found["service"], found["tasks"]) == (False, {}, [])

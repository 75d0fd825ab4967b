"""Drifts of the cluster, the task definition and the service."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    BY_HAND,
    CREATE,
    LOST_TAG,
    OTHER_TAGS,
    SERVICE,
    TAG_FIELDS,
    Change,
    Mutation,
    Named,
    tag_list,
)
from tests.drift.mutations import ec2
from tests.support.account import Client

CLUSTER, DEFINITION, RUNNING = (f"AWS::ECS::{kind}" for kind in ("Cluster", "TaskDefinition", "Service"))
PLACE, NAME = "streamflix-cluster-dev", "streamflix-api-dev"
REGISTERED = (
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "volumes",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "runtimePlatform",
    "ephemeralStorage",
    "enableFaultInjection",
)
VARIABLES = {"ecs_service_capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1}]}
Edit = Callable[[dict[str, Any]], Any]


def service(aws: Client) -> dict[str, Any]:
    """Return the service."""
    return aws("ecs").describe_services(cluster=PLACE, services=[NAME])["services"][0]


def update(aws: Client, **changed: Any) -> None:
    """Change the service, and wait until it is as asked."""
    aws("ecs").update_service(cluster=PLACE, service=NAME, **changed)
    aws("ecs").get_waiter("services_stable").wait(
        cluster=PLACE, services=[NAME], WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )


def deploy_otherwise(aws: Client, **changed: Any) -> None:
    """Change the deployment configuration."""
    present = service(aws)["deploymentConfiguration"]
    update(aws, deploymentConfiguration={**present, **changed})


def reach(aws: Client, **changed: Any) -> None:
    """Change the service's network."""
    present = service(aws)["networkConfiguration"]["awsvpcConfiguration"]
    update(aws, networkConfiguration={"awsvpcConfiguration": {**present, **changed}})


def open_to(aws: Client) -> None:
    """Give the tasks another security group."""
    reach(aws, securityGroups=[ec2.group(aws, "default")["GroupId"]])


def move(aws: Client) -> None:
    """Run the tasks in one public subnet."""
    reach(aws, subnets=[ec2.subnet(aws, "streamflix-public-1-dev")["SubnetId"]])


def register(aws: Client, edit: Edit) -> str:
    """Register another revision of the task definition."""
    reply = aws("ecs").describe_task_definition(taskDefinition=NAME, include=["TAGS"])
    definition = copy.deepcopy({key: reply["taskDefinition"].get(key) for key in REGISTERED})
    definition = {key: value for key, value in definition.items() if value is not None}
    edit(definition)
    made = aws("ecs").register_task_definition(**definition, tags=reply["tags"])
    return made["taskDefinition"]["taskDefinitionArn"]


def deploy_revision(aws: Client, edit: Edit) -> None:
    """Register another revision and deploy it."""
    update(aws, taskDefinition=register(aws, edit))


def push(aws: Client) -> None:
    """Register a revision with another image and without tags, as pipelines do, and deploy it."""
    arn = register(aws, set_container("image", "public.ecr.aws/nginx/nginx:latest"))
    names = [tag["key"] for tag in aws("ecs").list_tags_for_resource(resourceArn=arn)["tags"]]
    aws("ecs").untag_resource(resourceArn=arn, tagKeys=names)
    update(aws, taskDefinition=arn)


def tidy(aws: Client) -> None:
    """Leave only the newest revision: of too many, a repair would remove the oldest as well."""
    arns = aws("ecs").list_task_definitions(familyPrefix=NAME, status="ACTIVE", sort="DESC")["taskDefinitionArns"]
    for arn in arns[1:]:
        aws("ecs").deregister_task_definition(taskDefinition=arn)


def deregister(aws: Client) -> None:
    """Deregister the revision that the service runs."""
    aws("ecs").deregister_task_definition(taskDefinition=service(aws)["taskDefinition"])


def watch(aws: Client, value: str) -> None:
    """Change the cluster's Container Insights."""
    aws("ecs").update_cluster(cluster=PLACE, settings=[{"name": "containerInsights", "value": value}])


def cluster_arn(aws: Client) -> str:
    """Return the cluster's ARN."""
    return aws("ecs").describe_clusters(clusters=[PLACE])["clusters"][0]["clusterArn"]


def service_arn(aws: Client) -> str:
    """Return the service's ARN."""
    return service(aws)["serviceArn"]


def definition_arn(aws: Client) -> str:
    """Return the ARN of the newest revision."""
    return aws("ecs").describe_task_definition(taskDefinition=NAME)["taskDefinition"]["taskDefinitionArn"]


def retag(aws: Client, arn: Change) -> None:
    """Change a tag, add one, remove one."""
    found = arn(aws)
    aws("ecs").tag_resource(resourceArn=found, tags=tag_list(OTHER_TAGS, "key", "value"))
    aws("ecs").untag_resource(resourceArn=found, tagKeys=[LOST_TAG])


def remove_service(aws: Client) -> None:
    """Remove the service."""
    aws("ecs").delete_service(cluster=PLACE, service=NAME, force=True)


def services() -> Iterator[Mutation]:
    """Yield changes of the service."""
    breaker = {"enable": True, "rollback": True}
    changes: dict[str, tuple[Change, str]] = {
        "more tasks": (partial(update, desiredCount=4), "desired_count"),
        "no tasks": (partial(update, desiredCount=0), "desired_count"),
        "minimum healthy percent": (
            partial(deploy_otherwise, minimumHealthyPercent=50),
            "deployment.minimum_healthy_percent",
        ),
        "maximum percent": (partial(deploy_otherwise, maximumPercent=150), "deployment.maximum_percent"),
        "no circuit breaker": (
            partial(deploy_otherwise, deploymentCircuitBreaker={"enable": False, "rollback": False}),
            "deployment.circuit_breaker",
        ),
        "no rollback": (
            partial(deploy_otherwise, deploymentCircuitBreaker={**breaker, "rollback": False}),
            "deployment.circuit_breaker.rollback",
        ),
        "ECS Exec": (partial(update, enableExecuteCommand=True), "enable_execute_command"),
        "grace period": (partial(update, healthCheckGracePeriodSeconds=600), "health_check_grace_period_seconds"),
        "managed tags": (partial(update, enableECSManagedTags=True), "enable_ecs_managed_tags"),
        "tags of the task definition": (partial(update, propagateTags="TASK_DEFINITION"), "propagate_tags"),
        "on Spot": (
            partial(
                update,
                capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
                forceNewDeployment=True,
            ),
            "capacity_provider_strategy tasks",
        ),
        "platform version": (partial(update, platformVersion="1.4.0"), "platform_version"),
        "security group": (open_to, "security_groups"),
        "subnets": (move, "subnets"),
        "no load balancer": (partial(update, loadBalancers=[]), "load_balancers"),
        "public addresses": (partial(reach, assignPublicIp="ENABLED"), "assign_public_ip"),
    }
    for name, (change, field) in changes.items():
        yield Mutation(
            f"service: {name}",
            change,
            (Named(RUNNING, NAME, tuple(field.split())),),
            SERVICE,
            ("ecs:UpdateService",),
            sample=name == "more tasks",
        )
    yield Mutation(
        "service: removed", remove_service, (Named(RUNNING, NAME, action=CREATE),), SERVICE, ("ecs:CreateService",)
    )


def set_container(key: str, value: Any) -> Edit:
    """Return an edit of the only container."""
    return lambda definition: definition["containerDefinitions"][0].update({key: value})


def definitions() -> Iterator[Mutation]:
    """Yield revisions that somebody deployed by hand."""
    edits: dict[str, tuple[Edit, str]] = {
        "image": (set_container("image", "public.ecr.aws/nginx/nginx:latest"), "containers"),
        "environment": (set_container("environment", [{"name": "ENVIRONMENT", "value": BY_HAND}]), "containers"),
        "secrets": (set_container("secrets", []), "containers"),
        "size": (lambda definition: definition.update(cpu="512", memory="1024"), "cpu memory"),
        "user and faults": (
            lambda definition: (set_container("user", "0")(definition), definition.update(enableFaultInjection=True)),
            "containers enable_fault_injection",
        ),
        "task role": (
            lambda definition: definition.update(taskRoleArn=definition["executionRoleArn"]),
            "task_role_arn",
        ),
        "architecture": (
            lambda definition: definition.update(
                runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
            ),
            "runtime_platform",
        ),
    }
    for name, (edit, fields) in edits.items():
        yield Mutation(
            f"task definition: revision with another {name} deployed",
            partial(deploy_revision, edit=edit),
            (
                Named(DEFINITION, NAME, tuple(fields.split())),
                Named(RUNNING, NAME, ("task_definition",)),
            ),
            SERVICE,
            ("ecs:RegisterTaskDefinition", "ecs:UpdateService"),
            undo=tidy,
        )
    yield Mutation(
        "task definition: a pipeline's revision deployed",
        push,
        (
            Named(DEFINITION, NAME, ("containers", "tags")),
            Named(RUNNING, NAME, ("task_definition",)),
        ),
        SERVICE,
        ("ecs:RegisterTaskDefinition", "ecs:UpdateService"),
        undo=tidy,
    )
    yield Mutation(
        "task definition: the only revision deregistered",
        deregister,
        (Named(DEFINITION, NAME, action=CREATE), Named(RUNNING, NAME, ("task_definition",))),
        SERVICE,
        ("ecs:RegisterTaskDefinition", "ecs:UpdateService"),
    )


MUTATIONS = (
    *(
        Mutation(
            f"cluster: Container Insights {value}",
            partial(watch, value=value),
            (Named(CLUSTER, PLACE, ("container_insights",)),),
            SERVICE,
            ("ecs:UpdateCluster",),
        )
        for value in ("disabled", "enhanced")
    ),
    *services(),
    *(
        Mutation(
            f"{what}: tags",
            partial(retag, arn=arn),
            (Named(kind, name, TAG_FIELDS),),
            SERVICE,
            ("ecs:TagResource", "ecs:UntagResource"),
        )
        for what, kind, name, arn in (
            ("cluster", CLUSTER, PLACE, cluster_arn),
            ("service", RUNNING, NAME, service_arn),
            ("task definition", DEFINITION, NAME, definition_arn),
        )
    ),
    *definitions(),
)

"""Limits of ECS's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.validation.checks import number, text
from emulator.validation.limit import Combined, Limit
from emulator.validation.shapes import Kind, Problem

ECS_NAME = text(r"[A-Za-z0-9_-]+", "may contain only letters, digits, underscores, and hyphens", 255)
TASKS = ("RegisterTaskDefinition",)
SERVICES = ("CreateService", "UpdateService")
CONTAINER = "Amazon ECS API Reference, ContainerDefinition"
RESTART = "Amazon ECS API Reference, ContainerRestartPolicy"
HEALTH = "Amazon ECS API Reference, HealthCheck"

LIMITS: tuple[Limit, ...] = (
    Limit(("CreateCluster",), "clusterName", ECS_NAME, "Amazon ECS API Reference, CreateCluster"),
    Limit(("CreateService",), "serviceName", ECS_NAME, "Amazon ECS API Reference, CreateService"),
    Limit(TASKS, "family", ECS_NAME, "Amazon ECS API Reference, RegisterTaskDefinition", "ClientException"),
    Limit(TASKS, "containerDefinitions[].name", ECS_NAME, CONTAINER, "ClientException"),
    Limit(
        TASKS,
        "containerDefinitions[].portMappings[].containerPort",
        number(1, 65535),
        CONTAINER,
        "ClientException",
    ),
    Limit(
        TASKS,
        "containerDefinitions[].environment[].name",
        text(r"[^=\0]+", "may not be empty or contain an equals sign", 65536),
        "Amazon ECS API Reference, KeyValuePair",
        "ClientException",
    ),
    Limit(TASKS, "containerDefinitions[].stopTimeout", number(2, 120), CONTAINER, "ClientException"),
    Limit(TASKS, "containerDefinitions[].startTimeout", number(2, 120), CONTAINER, "ClientException"),
    Limit(
        TASKS,
        "containerDefinitions[].environmentFiles",
        lambda value: "" if len(value) <= 10 else "must be at most ten files",
        CONTAINER,
        "ClientException",
    ),
    Limit(
        TASKS,
        "containerDefinitions[].environmentFiles[].value",
        text(r"arn:[a-z-]+:s3:::[^/]+/.+\.env", "must be the ARN of an object whose name ends in .env", 2048),
        "Amazon ECS API Reference, EnvironmentFile",
        "ClientException",
    ),
    Limit(
        TASKS, "containerDefinitions[].restartPolicy.restartAttemptPeriod", number(60, 1800), RESTART, "ClientException"
    ),
    Limit(
        TASKS,
        "containerDefinitions[].restartPolicy.ignoredExitCodes",
        lambda value: "" if len(value) <= 50 else "must be at most 50 exit codes",
        RESTART,
        "ClientException",
    ),
    Limit(TASKS, "containerDefinitions[].healthCheck.interval", number(5, 300), HEALTH, "ClientException"),
    Limit(TASKS, "containerDefinitions[].healthCheck.timeout", number(2, 60), HEALTH, "ClientException"),
    Limit(TASKS, "containerDefinitions[].healthCheck.retries", number(1, 10), HEALTH, "ClientException"),
    Limit(TASKS, "containerDefinitions[].healthCheck.startPeriod", number(0, 300), HEALTH, "ClientException"),
    Limit(
        TASKS,
        "ephemeralStorage.sizeInGiB",
        number(21, 200),
        "Amazon ECS API Reference, EphemeralStorage",
        "ClientException",
    ),
    Limit(SERVICES, "desiredCount", number(0, 5000), "Amazon ECS service quotas, Tasks per service"),
    Limit(
        SERVICES,
        "loadBalancers",
        lambda value: "" if len(value) <= 5 else "must be at most five",
        "Amazon ECS Developer Guide, Registering multiple target groups with a service",
    ),
    Limit(
        SERVICES,
        "networkConfiguration.awsvpcConfiguration.subnets",
        lambda value: "" if 1 <= len(value) <= 16 else "must be 1 to 16 subnets",
        "Amazon ECS API Reference, AwsVpcConfiguration",
    ),
    Limit(
        SERVICES,
        "networkConfiguration.awsvpcConfiguration.securityGroups",
        lambda value: "" if len(value) <= 5 else "must be at most five security groups",
        "Amazon ECS API Reference, AwsVpcConfiguration",
    ),
    Limit(
        SERVICES,
        "healthCheckGracePeriodSeconds",
        number(0, 2147483647),
        "Amazon ECS API Reference, CreateService",
    ),
)


def _deployment(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the percentages of a service's deployments: Amazon ECS API Reference, DeploymentConfiguration."""
    wanted = parameters.get("deploymentConfiguration", {})
    most, least = wanted.get("maximumPercent", 200), wanted.get("minimumHealthyPercent", 100)
    if not 0 <= least <= 100 <= most <= 200 or most == least:
        text = f"Both maximumPercent {most} and minimumHealthyPercent {least} leave no room for a deployment"
        yield Problem(Kind.VALUE, "deploymentConfiguration", text)


COMBINED: dict[str, Combined] = {"CreateService": _deployment, "UpdateService": _deployment}

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ECS services, their deployments and tasks, in this collection's shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

DESCRIBED_AT_ONCE = 100  # DescribeTasks


def revision(task_definition: str) -> str:
    """Return family and revision of a task definition's ARN, such as C(streamflix-api-dev:7)."""
    return task_definition.rpartition("/")[2]


def family(task_definition: str) -> str:
    """Return the family of a task definition's ARN."""
    return revision(task_definition).partition(":")[0]


def deployment_from_aws(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deployment as DescribeServices gives it, in this collection's shape."""
    return {
        "id": deployment["id"],
        "status": deployment.get("status", ""),
        "task_definition": deployment.get("taskDefinition", ""),
        "rollout_state": deployment.get("rolloutState", ""),
        "rollout_state_reason": deployment.get("rolloutStateReason", ""),
        "desired_count": deployment.get("desiredCount", 0),
        "running_count": deployment.get("runningCount", 0),
        "pending_count": deployment.get("pendingCount", 0),
        "failed_tasks": deployment.get("failedTasks", 0),
    }


def deployment_settings_from_aws(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deployment configuration in this collection's shape."""
    breaker = configuration.get("deploymentCircuitBreaker") or {}
    alarms = configuration.get("alarms") or {}
    return {
        "minimum_healthy_percent": configuration.get("minimumHealthyPercent"),
        "maximum_percent": configuration.get("maximumPercent"),
        "circuit_breaker": {"enable": breaker.get("enable", False), "rollback": breaker.get("rollback", False)},
        "alarms": {
            "names": sorted(alarms.get("alarmNames") or []),
            "enable": alarms.get("enable", False),
            "rollback": alarms.get("rollback", False),
        },
    }


def load_balancer_from_aws(balancer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service's load balancer in this collection's shape."""
    return {
        "target_group_arn": balancer.get("targetGroupArn"),
        "container_name": balancer.get("containerName"),
        "container_port": balancer.get("containerPort"),
    }


def service_from_aws(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service as DescribeServices gives it, in this collection's shape; lists that are sets are sorted."""
    network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    balancers = [load_balancer_from_aws(balancer) for balancer in service.get("loadBalancers", [])]
    return {
        "arn": service["serviceArn"],
        "name": service["serviceName"],
        "cluster_arn": service["clusterArn"],
        "status": service["status"],
        "task_definition": service.get("taskDefinition", ""),
        "desired_count": service.get("desiredCount", 0),
        "running_count": service.get("runningCount", 0),
        "pending_count": service.get("pendingCount", 0),
        "launch_type": service.get("launchType"),
        "platform_version": service.get("platformVersion"),
        "subnets": sorted(network.get("subnets", [])),
        "security_groups": sorted(network.get("securityGroups", [])),
        "assign_public_ip": network.get("assignPublicIp") == "ENABLED",
        "load_balancers": sorted(balancers, key=str),
        "health_check_grace_period_seconds": service.get("healthCheckGracePeriodSeconds"),
        "deployment": deployment_settings_from_aws(service.get("deploymentConfiguration") or {}),
        "enable_execute_command": service.get("enableExecuteCommand", False),
        "enable_ecs_managed_tags": service.get("enableECSManagedTags", False),
        "propagate_tags": service.get("propagateTags") or "NONE",
        "availability_zone_rebalancing": service.get("availabilityZoneRebalancing") == "ENABLED",
        "deployments": [deployment_from_aws(deployment) for deployment in service.get("deployments", [])],
        "tags": tags.from_list(service.get("tags"), "key", "value"),
    }


def events_from_aws(service: Mapping[str, Any], most: int) -> list[dict[str, str]]:
    """Return a service's last events, the newest first."""
    return [
        {"created_at": event["createdAt"].isoformat(), "message": event.get("message", "")}
        for event in service.get("events", [])[:most]
    ]


def address_of(task: Mapping[str, Any]) -> str:
    """Return the private IPv4 address of a task; empty while it has none."""
    for attachment in task.get("attachments", []):
        for detail in attachment.get("details", []):
            if detail.get("name") == "privateIPv4Address":
                return detail.get("value", "")
    return ""


def task_from_aws(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task as DescribeTasks gives it, in this collection's shape."""
    return {
        "arn": task["taskArn"],
        "task_definition": task.get("taskDefinitionArn", ""),
        "deployment_id": task.get("startedBy", ""),
        "desired_status": task.get("desiredStatus", ""),
        "last_status": task.get("lastStatus", ""),
        "health_status": task.get("healthStatus", ""),
        "availability_zone": task.get("availabilityZone", ""),
        "private_ip": address_of(task),
        "stop_code": task.get("stopCode", ""),
        "stopped_reason": task.get("stoppedReason", ""),
        "containers": [
            {
                "name": container.get("name", ""),
                "image": container.get("image", ""),
                "last_status": container.get("lastStatus", ""),
                "health_status": container.get("healthStatus", ""),
                "exit_code": container.get("exitCode"),
                "reason": container.get("reason", ""),
            }
            for container in task.get("containers", [])
        ],
    }


def only(
    api: Api, operation: str, key: str, name: str, missing: Iterable[str] = (), **params: Any
) -> dict[str, Any] | None:
    """Return the one item that a request names, or None when AWS says that there is none of the name.

    :param key: the reply's list: C(services) or C(clusters).
    :param missing: AWS error codes that say so too.
    :raises AwsError: AWS neither describes it nor says that it is missing.
    """
    reply = api.get(operation, missing, **params)
    if reply is None:
        return None
    if reply[key]:
        return reply[key][0]
    if not reply["failures"]:
        raise api.incomplete(operation, "ecs", f"{key} and failures for {name}")
    return None


def find_service(api: Api, cluster: str, name: str) -> dict[str, Any] | None:
    """Return one service as DescribeServices gives it, with its tags; None when it does not exist.

    :raises AwsError: as L(only).
    """
    params = {"cluster": cluster, "services": [name], "include": ["TAGS"]}
    return only(api, "describe_services", "services", name, ("ClusterNotFoundException",), **params)


def chunks(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Cut a list into pieces of at most C(size)."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def tasks_of(api: Api, cluster: str, service: str, definition: str, desired_status: str) -> list[dict[str, Any]]:
    """Return the tasks of a service, whatever state the service is in.

    They are found by the family of its task definition: ListTasks refuses the name of a service that is inactive.

    :param definition: ARN of the service's task definition.
    :param desired_status: C(RUNNING), or C(STOPPED) for those that are stopping or have stopped within the last hour.
    """
    params = {"cluster": cluster, "family": family(definition), "desiredStatus": desired_status}
    arns = api.pages("list_tasks", "taskArns", **params)
    found = []
    for some in chunks(arns, DESCRIBED_AT_ONCE):
        found += api.call("describe_tasks", cluster=cluster, tasks=list(some))["tasks"]
    return [task_from_aws(task) for task in found if task.get("group") == f"service:{service}"]


def why_stopped(task: Mapping[str, Any]) -> str:
    """Return in words why a task ended: AWS's reason, and of each container its exit code and reason."""
    said = [task["stopped_reason"] or "no reason given"]
    for container in task["containers"]:
        parts = [f"exit code {container['exit_code']}"] if container["exit_code"] is not None else []
        parts += [container["reason"]] if container["reason"] else []
        if parts:
            said.append(f"container {container['name']}: {', '.join(parts)}")
    return "; ".join(said)

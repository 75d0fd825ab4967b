# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ECS services, their deployments and tasks, in this collection's shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.containers import is_on, on_or_off
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    MOST_SECURITY_GROUPS,
    MOST_SUBNETS,
    MOST_TASKS,
    ecs_name,
    fargate_strategy,
    platform_version,
    task_revision,
    wrong_number,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows, sorted_texts
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different

DESCRIBED_AT_ONCE = 100  # DescribeTasks
ADVANCED = "advanced_configuration"


def revision(task_definition: str) -> str:
    """Return family and revision of a task definition's ARN, such as C(streamflix-api-dev:7)."""
    return task_definition.rpartition("/")[2]


def family(task_definition: str) -> str:
    """Return the family of a task definition's ARN."""
    return revision(task_definition).partition(":")[0]


def balancers(service: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the load balancers of a service."""
    return by_target([fields.described(BALANCER, balancer) for balancer in service.get("loadBalancers", [])])


def by_target(balancers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return load balancers sorted, as their order means nothing to AWS, each without what is not set of it."""
    found = [{key: value for key, value in item.items() if key != ADVANCED or set_of(value)} for item in balancers]
    return sorted(found, key=lambda balancer: str([balancer.get(key) for key in BALANCER]))


def set_of(value: Any) -> Any:
    """Return what is set of a dict, at every depth; of other values, the value."""
    if isinstance(value, list):
        return [set_of(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {key: inner for key, item in value.items() if (inner := set_of(item)) not in (None, {})}


def next_deployment(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return deployment settings as they will be: what is not set stays, unless it does not go with the strategy."""
    found: dict[str, Any] = merged(present, wanted)
    return {
        name: value for name, value in found.items() if OF_STRATEGY.get(name, found["strategy"]) == found["strategy"]
    }


def merged(present: Any, wanted: Any) -> Any:
    """Return a value as it will be: what is not set in a wanted dict stays, at every depth."""
    if wanted is None or not isinstance(present, Mapping) or not isinstance(wanted, Mapping):
        return present if wanted is None else wanted
    return {key: merged(present.get(key), wanted.get(key)) for key in {**present, **wanted}}


def by_provider(strategy: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a capacity provider strategy sorted, as its order means nothing to AWS."""
    return sorted(strategy, key=itemgetter("capacity_provider"))


def strategy_of(member: str) -> Callable[[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return a reader of a capacity provider strategy.

    :param member: where the description of a cluster or a service has it.
    """
    return lambda found: by_provider([fields.described(STRATEGY, item) for item in found.get(member) or []])


def without_idle_alarms(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Return deployment settings as AWS keeps them: where no alarms are named, none can be enabled."""
    asked = set_of(deployment)
    alarms = asked.get("alarms")
    if not alarms:
        return asked
    switches = {key: alarms[key] and bool(alarms["names"]) for key in SWITCHES}
    return {**asked, "alarms": {"names": sorted(alarms["names"]), **switches}}


DEPLOYMENT: Rows = {
    "id": Field(aws="id", always=True),
    "status": Field(aws="status", unset=""),
    "task_definition": Field(aws="taskDefinition", unset=""),
    "rollout_state": Field(aws="rolloutState", unset=""),
    "rollout_state_reason": Field(aws="rolloutStateReason", unset=""),
    "desired_count": Field("int", "desiredCount", unset=0),
    "running_count": Field("int", "runningCount", unset=0),
    "pending_count": Field("int", "pendingCount", unset=0),
    "failed_tasks": Field("int", "failedTasks", unset=0),
}
BALANCER: Rows = {
    "target_group_arn": Field(aws="targetGroupArn", required=True),
    "container_name": Field(aws="containerName", required=True),
    "container_port": Field("int", "containerPort", required=True),
    "advanced_configuration": Field(
        "dict",
        "advancedConfiguration",
        rows={
            "alternate_target_group_arn": Field(aws="alternateTargetGroupArn", required=True),
            "production_listener_rule": Field(aws="productionListenerRule", required=True),
            "test_listener_rule": Field(aws="testListenerRule"),
            "role_arn": Field(aws="roleArn", required=True),
        },
    ),
}
SWITCHES: Rows = {
    "enable": Field("bool", "enable", default=True, unset=False),
    "rollback": Field("bool", "rollback", default=True, unset=False),
}
OFF = dict.fromkeys(SWITCHES, False)
ALARMS: Rows = {"names": Field("list", "alarmNames", read=sorted_texts("alarmNames"), default=[]), **SWITCHES}
BREAKER: Rows = {
    **SWITCHES,
    "reset_on_healthy_task": Field("bool", "resetOnHealthyTask"),
    "threshold": Field(
        "dict",
        "thresholdConfiguration",
        rows={
            "type": Field(aws="type", choices=("COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"), required=True),
            "value": Field("int", "value", required=True, limits=(1, 2**31 - 1)),
        },
    ),
}
HOOK: Rows = {
    "target_type": Field(
        aws="targetType", choices=("AWS_LAMBDA", "PAUSE"), default="AWS_LAMBDA", unset="AWS_LAMBDA", new="AWS_LAMBDA"
    ),
    "hook_target_arn": Field(aws="hookTargetArn"),
    "role_arn": Field(aws="roleArn"),
    "lifecycle_stages": Field("list", "lifecycleStages", required=True),
    "hook_details": Field("dict", "hookDetails"),
    "timeout": Field(
        "dict",
        "timeoutConfiguration",
        rows={
            "timeout_in_minutes": Field("int", "timeoutInMinutes", required=True),
            "action": Field(aws="action", choices=("ROLLBACK", "CONTINUE"), default="ROLLBACK", unset="ROLLBACK"),
        },
    ),
}
ROLLING = "ROLLING"
# what goes with one strategy only
OF_STRATEGY = {"linear": "LINEAR", "canary": "CANARY", "early_success": ROLLING}
MOST_MINUTES = 1440  # of each bake time
DEPLOYMENT_SETTINGS: Rows = {
    "strategy": Field(aws="strategy", choices=(ROLLING, "BLUE_GREEN", "LINEAR", "CANARY"), unset=ROLLING, new=ROLLING),
    "bake_time_in_minutes": Field("int", "bakeTimeInMinutes", limits=(0, MOST_MINUTES), unset=0, new=0),
    "linear": Field(
        "dict",
        "linearConfiguration",
        rows={
            "step_percent": Field("float", "stepPercent", default=10.0, limits=(3, 100)),
            "step_bake_time_in_minutes": Field("int", "stepBakeTimeInMinutes", default=6, limits=(0, MOST_MINUTES)),
        },
    ),
    "canary": Field(
        "dict",
        "canaryConfiguration",
        rows={
            "canary_percent": Field("float", "canaryPercent", default=5.0, limits=(0.1, 100)),
            "canary_bake_time_in_minutes": Field(
                "int", "canaryBakeTimeInMinutes", default=10, limits=(0, MOST_MINUTES)
            ),
        },
    ),
    "lifecycle_hooks": Field("list", "lifecycleHooks", rows=HOOK, unset=[], new=[]),
    "early_success": Field(
        "dict",
        "earlySuccessCriteria",
        rows={
            "enable": Field("bool", "enable", default=True, unset=False),
            "healthy_percent": Field("int", "healthyPercent", limits=(0, 100)),
            "source_service_revision_cleanup": Field(
                aws="sourceServiceRevisionCleanup", choices=("BLOCKING", "DEFERRED")
            ),
        },
    ),
    "minimum_healthy_percent": Field("int", "minimumHealthyPercent", new=100),
    "maximum_percent": Field("int", "maximumPercent", new=200),
    "circuit_breaker": Field("dict", "deploymentCircuitBreaker", rows=BREAKER, unset={}, new=OFF),
    "alarms": Field("dict", "alarms", rows=ALARMS, unset={}, new={"names": [], **OFF}),
}
STRATEGY: Rows = {
    "capacity_provider": Field(aws="capacityProvider", required=True, always=True),
    "weight": Field("int", "weight", unset=0, default=1),
    "base": Field("int", "base", unset=0, default=0),
}


def deployment_settings(service: Mapping[str, Any]) -> dict[str, Any]:
    """Read how tasks are replaced, without what is not set."""
    found: dict[str, Any] = set_of(fields.described(DEPLOYMENT_SETTINGS, service.get("deploymentConfiguration") or {}))
    return found


VPC = "networkConfiguration.awsvpcConfiguration"
SERVICE: Rows = {
    "cluster": Field(required=True),
    "arn": Field(read="serviceArn", assigned=True, shown_only=True, always=True, new=CHOSEN),
    "name": Field(aws="serviceName", required=True, always=True, rule=ecs_name),
    "cluster_arn": Field(read="clusterArn", assigned=True, shown_only=True, always=True, new=CHOSEN),
    "status": Field(read="status", assigned=True, shown_only=True, always=True, new="ACTIVE"),
    "task_definition": Field(aws="taskDefinition", unset="", rule=task_revision),
    "desired_count": Field("int", "desiredCount", unset=0, limits=(0, MOST_TASKS)),
    "manage_desired_count": Field("bool", default=True),
    "running_count": Field("int", read="runningCount", assigned=True, shown_only=True, unset=0),
    "pending_count": Field("int", read="pendingCount", assigned=True, shown_only=True, unset=0, new=0),
    "launch_type": Field(read="launchType", assigned=True, new="FARGATE"),
    "capacity_provider_strategy": Field(
        "list",
        "capacityProviderStrategy",
        read=strategy_of("capacityProviderStrategy"),
        normal=by_provider,
        rows=STRATEGY,
        new=[],
        rule=fargate_strategy,
    ),
    "platform_version": Field(aws="platformVersion", new="LATEST", rule=platform_version),
    "subnets": Field(
        "list",
        f"{VPC}.subnets",
        read=sorted_texts(f"{VPC}.subnets"),
        normal=different,
        rule=partial(wrong_number, fewest=1, most=MOST_SUBNETS),
    ),
    "security_groups": Field(
        "list",
        f"{VPC}.securityGroups",
        read=sorted_texts(f"{VPC}.securityGroups"),
        normal=different,
        new=[],
        rule=partial(wrong_number, fewest=0, most=MOST_SECURITY_GROUPS),
        exposes=True,
    ),
    "assign_public_ip": Field(
        "bool", f"{VPC}.assignPublicIp", read=is_on(f"{VPC}.assignPublicIp"), write=on_or_off, new=False, exposes=True
    ),
    "load_balancers": Field("list", "loadBalancers", read=balancers, normal=by_target, rows=BALANCER, new=[]),
    "health_check_grace_period_seconds": Field("int", "healthCheckGracePeriodSeconds", limits=(0, 2**31 - 1)),
    "deployment": Field(
        "dict",
        "deploymentConfiguration",
        read=deployment_settings,
        rows=DEPLOYMENT_SETTINGS,
        normal=without_idle_alarms,
        unset={},
        merge=True,
        whole=True,
    ),
    "enable_execute_command": Field("bool", "enableExecuteCommand", unset=False, new=False, exposes=True),
    "enable_ecs_managed_tags": Field("bool", "enableECSManagedTags", unset=False, new=False),
    "propagate_tags": Field(
        aws="propagateTags", choices=("NONE", "SERVICE", "TASK_DEFINITION"), unset="NONE", new="NONE"
    ),
    "availability_zone_rebalancing": Field(
        "bool", "availabilityZoneRebalancing", read=is_on("availabilityZoneRebalancing"), write=on_or_off
    ),
    "deployments": Field("list", read="deployments", assigned=True, shown_only=True, rows=DEPLOYMENT, unset=[], new=[]),
    "force_new_deployment": Field("bool", default=False),
    "listener_arn": Field(),
    "move_from": Field("list"),
}


def service_from_aws(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service as DescribeServices gives it, in this collection's shape; lists that are sets are sorted."""
    return {**fields.described(SERVICE, service), "tags": tags.ECS.listed(service)}


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


TASK: Rows = {
    "arn": Field(aws="taskArn", always=True),
    "task_definition": Field(aws="taskDefinitionArn", unset=""),
    "deployment_id": Field(aws="startedBy", unset=""),
    "desired_status": Field(aws="desiredStatus", unset=""),
    "last_status": Field(aws="lastStatus", unset=""),
    "health_status": Field(aws="healthStatus", unset=""),
    "availability_zone": Field(aws="availabilityZone", unset=""),
    "private_ip": Field(read=address_of),
    "stop_code": Field(aws="stopCode", unset=""),
    "stopped_reason": Field(aws="stoppedReason", unset=""),
    "containers": Field(
        "list",
        "containers",
        rows={
            "name": Field(aws="name", unset=""),
            "image": Field(aws="image", unset=""),
            "last_status": Field(aws="lastStatus", unset=""),
            "health_status": Field(aws="healthStatus", unset=""),
            "exit_code": Field("int", "exitCode"),
            "reason": Field(aws="reason", unset=""),
        },
        unset=[],
    ),
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
    return [fields.described(TASK, task) for task in found if task.get("group") == f"service:{service}"]


def why_stopped(task: Mapping[str, Any]) -> str:
    """Return in words why a task ended: AWS's reason, and the exit code and reason of each container."""
    said = [task["stopped_reason"] or "no reason given"]
    for container in task["containers"]:
        parts = [f"exit code {container['exit_code']}"] if container["exit_code"] is not None else []
        parts += [container["reason"]] if container["reason"] else []
        if parts:
            said.append(f"container {container['name']}: {', '.join(parts)}")
    return "; ".join(said)

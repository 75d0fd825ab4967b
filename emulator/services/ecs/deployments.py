"""ECS service deployments and service revisions: what replaces what in a service, and what has become of it.

Amazon ECS Developer Guide, "View service history using Amazon ECS service deployments" and "Amazon ECS service
revisions". A rollback is no deployment of its own: it belongs to the one that is rolled back. The deployments of
DescribeServices, which have other ids, are the scheduler's.
"""

from __future__ import annotations

import hashlib
from typing import Any

from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from emulator.services.ecs import strategies
from emulator.services.ecs.tasks import now

UNDER_WAY = ("PENDING", "IN_PROGRESS")
ROLLING_BACK = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")


def _arn(service: Any, kind: str, number: str) -> str:
    partition = get_partition(service.region_name)
    where = f"arn:{partition}:ecs:{service.region_name}:{service._account_id}"
    return f"{where}:{kind}/{service.cluster_name}/{service.name}/{number}"


def _revision(backend: Any, service: Any) -> dict[str, Any]:
    """Keep what a service is now as a service revision, and return it."""
    arn = _arn(service, "service-revision", str(mock_random.randint(10**18, 10**19 - 1)))
    definition = backend.describe_task_definition(service.task_definition)
    images = [
        {
            "containerName": container["name"],
            "image": container["image"],
            "imageDigest": f"sha256:{hashlib.sha256(container['image'].encode()).hexdigest()}",
        }
        for container in definition.container_definitions
    ]
    revision = {
        "serviceRevisionArn": arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "taskDefinition": service.task_definition,
        "launchType": service.launch_type,
        "capacityProviderStrategy": service.capacity_provider_strategy or None,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "loadBalancers": service.load_balancers,
        "networkConfiguration": service.network_configuration or None,
        "containerImages": images,
        "guardDutyEnabled": False,
        "createdAt": now(),
    }
    service.revisions[arn] = revision
    return revision


def begin(backend: Any, service: Any, deployment: dict[str, Any]) -> None:
    """Note a new deployment of a service as it is now; one that it supersedes has stopped.

    :param deployment: as DescribeServices shows it.
    """
    # those that have tasks, of which one that is superseded is the newest
    sources = [present["revision"] for present in service.deployments] if service.last_completed else []
    for record in service.history:
        if record["status"] in UNDER_WAY:
            end(record, "STOPPED", "The deployment was superseded by a newer one.")
    strategies.assign(service, deployment)
    deployment["revision"] = _revision(backend, service)["serviceRevisionArn"]
    number = "".join(mock_random.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _unused in range(21))
    record = {
        "serviceDeploymentArn": _arn(service, "service-deployment", number),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "createdAt": now(),
        "startedAt": now(),
        "updatedAt": now(),
        "status": "IN_PROGRESS",
        "sourceServiceRevisions": [{"arn": arn} for arn in sources],
        "targetServiceRevision": {"arn": deployment["revision"]},
        "deploymentConfiguration": dict(service.deployment_configuration),
    }
    service.history.insert(0, record)
    service.current_service_deployment = record["serviceDeploymentArn"]
    deployment["record"] = record["serviceDeploymentArn"]


def of(service: Any, deployment: dict[str, Any]) -> dict[str, Any]:
    """Return the service deployment that a deployment of DescribeServices belongs to."""
    return next(record for record in service.history if record["serviceDeploymentArn"] == deployment["record"])


def end(record: dict[str, Any], status: str, reason: str = "") -> None:
    """Note how a service deployment has ended."""
    record["status"], record["updatedAt"] = status, now()
    record["stoppedAt" if status == "STOPPED" else "finishedAt"] = now()
    if reason:
        record["statusReason"] = reason


def complete(service: Any, deployment: dict[str, Any]) -> None:
    """Note that a deployment has completed: of a rollback, that it was successful."""
    record = of(service, deployment)
    if record["status"] in ROLLING_BACK:
        end(record, "ROLLBACK_SUCCESSFUL")
    elif record["status"] in UNDER_WAY:
        end(record, "SUCCESSFUL")


def roll_back(service: Any, failed: dict[str, Any], new: dict[str, Any], last: dict[str, Any], reason: str) -> None:
    """Note that a deployment is rolled back.

    :param new: what takes its place.
    :param last: the one whose service revision that is.
    """
    record = of(service, failed)
    record["status"], record["statusReason"], record["updatedAt"] = "ROLLBACK_IN_PROGRESS", reason, now()
    record["rollback"] = {"reason": reason, "startedAt": now(), "serviceRevisionArn": last["revision"]}
    new["revision"], new["record"] = last["revision"], record["serviceDeploymentArn"]


def described(service: Any, record: dict[str, Any], threshold: int, failures: int) -> dict[str, Any]:
    """Return a service deployment as DescribeServiceDeployments shows it.

    :param threshold: how many failed tasks its circuit breaker takes.
    :param failures: how many there were.
    """
    counts = {
        deployment["revision"]: {
            "requestedTaskCount": deployment["desiredCount"],
            "runningTaskCount": deployment["runningCount"],
            "pendingTaskCount": deployment["pendingCount"],
        }
        for deployment in service.deployments
    }
    breaker = record["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    state = "DISABLED"
    if breaker.get("enable"):
        watched = "MONITORING" if record["status"] in UNDER_WAY else "MONITORING_COMPLETE"
        state = "TRIGGERED" if "circuit breaker" in record.get("statusReason", "") else watched
    return {
        **record,
        "sourceServiceRevisions": [{**one, **counts.get(one["arn"], {})} for one in record["sourceServiceRevisions"]],
        "targetServiceRevision": {
            **record["targetServiceRevision"],
            **counts.get(record["targetServiceRevision"]["arn"], {}),
        },
        "deploymentCircuitBreaker": {"status": state, "failureCount": failures, "threshold": threshold},
    }

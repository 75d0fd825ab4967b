"""ECS requests about service deployments and service revisions, and the one that rolls a deployment back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse

from emulator.patching import add
from emulator.services.ecs import deployments
from emulator.services.ecs.scheduler import LOCK, advance, look_after, most_failures, roll_back

LISTED_AT_ONCE = 20
STOPPING = ("STOP_REQUESTED", *deployments.ROLLING_BACK)


def _services(backend: Any) -> Iterator[Any]:
    """Yield the services with a history: AWS deletes it with the service."""
    for service in backend.services.values():
        if hasattr(service, "history") and service.status != "INACTIVE":
            yield service


def _find(backend: Any, arn: str) -> tuple[Any, dict[str, Any]] | None:
    for service in _services(backend):
        for record in service.history:
            if record["serviceDeploymentArn"] == arn:
                return service, record
    return None


def _missing(arn: str) -> dict[str, str]:
    return {"arn": arn, "reason": "MISSING"}


def list_service_deployments(self: Any) -> Any:
    """List the deployments of a service, the newest first, 20 a page unless the request says otherwise."""
    backend, given = self.ecs_backend, self._get_params()
    advance(backend)
    service = backend._get_service(given.get("cluster", "default"), given["service"].split("/")[-1])
    if service.status == "INACTIVE":
        raise ServiceNotFoundException
    wanted = given.get("status") or []
    found = [record for record in service.history if not wanted or record["status"] in wanted]
    start, size = int(given.get("nextToken") or 0), int(given.get("maxResults") or LISTED_AT_ONCE)
    page = [
        {**record, "targetServiceRevisionArn": record["targetServiceRevision"]["arn"]}
        for record in found[start : start + size]
    ]
    more = {"nextToken": str(start + size)} if start + size < len(found) else {}
    return ActionResult({"serviceDeployments": page, **more})


def describe_service_deployments(self: Any) -> Any:
    """Describe service deployments; those that there are not are failures beside them."""
    backend, asked = self.ecs_backend, self._get_param("serviceDeploymentArns") or []
    advance(backend)
    found, failures = [], []
    for arn in asked:
        known = _find(backend, arn)
        if known is None:
            failures.append(_missing(arn))
            continue
        service, record = known
        mine = [one for one in service.deployments if one["revision"] == record["targetServiceRevision"]["arn"]]
        limit = most_failures(mine[0]) if mine else 0
        found.append(deployments.described(service, record, limit, mine[0]["failedTasks"] if mine else 0))
    return ActionResult({"serviceDeployments": found, "failures": failures})


def describe_service_revisions(self: Any) -> Any:
    """Describe service revisions; those that there are not are failures beside them."""
    backend, asked = self.ecs_backend, self._get_param("serviceRevisionArns") or []
    known = {arn: revision for service in _services(backend) for arn, revision in service.revisions.items()}
    return ActionResult(
        {
            "serviceRevisions": [known[arn] for arn in asked if arn in known],
            "failures": [_missing(arn) for arn in asked if arn not in known],
        }
    )


def stop_service_deployment(self: Any) -> Any:
    """Roll a deployment back that is under way, whether or not its circuit breaker would.

    Amazon ECS Developer Guide, "Stopping Amazon ECS service deployments"; API Reference, StopServiceDeployment:
    ROLLBACK is the only type.
    """
    backend, arn = self.ecs_backend, self._get_param("serviceDeploymentArn")
    advance(backend)
    known = _find(backend, arn)
    if known is None:
        raise ECSException("ServiceDeploymentNotFoundException", f"The service deployment {arn} does not exist.")
    if self._get_param("stopType") not in (None, "ROLLBACK"):
        raise ECSException("InvalidParameterException", "The stop type ABORT is not supported.")
    service, record = known
    if record["status"] in STOPPING:
        return ActionResult({"serviceDeploymentArn": arn})
    if record["status"] not in deployments.UNDER_WAY or service.last_completed is None:
        text = f"The service deployment is in the state {record['status']} and cannot be stopped."
        raise ECSException("ConflictException", text)
    with LOCK:
        roll_back(service, service.deployments[0], "Service deployment rollback was requested.")
        look_after(backend, service)
    return ActionResult({"serviceDeploymentArn": arn})


def continue_service_deployment(self: Any) -> Any:
    """Let a deployment go on that a hook has paused, or roll it back (API Reference, ContinueServiceDeployment)."""
    backend, arn = self.ecs_backend, self._get_param("serviceDeploymentArn")
    advance(backend)
    known = _find(backend, arn)
    if known is None:
        raise ECSException("ServiceDeploymentNotFoundException", f"The service deployment {arn} does not exist.")
    service, record = known
    waiting = [
        hook
        for hook in record.get("lifecycleHookDetails", [])
        if hook["hookId"] == self._get_param("hookId") and hook["status"] == "AWAITING_ACTION"
    ]
    if not waiting:
        raise ECSException("InvalidParameterException", "The hook does not wait for an action.")
    with LOCK:
        if self._get_param("action") == "ROLLBACK":
            waiting[0]["status"] = "FAILED"
        else:
            waiting[0]["status"] = "SUCCEEDED"
        look_after(backend, service)
    return ActionResult({"serviceDeploymentArn": arn})


def install() -> None:
    """Put the additions into moto."""
    for operation in (
        list_service_deployments,
        describe_service_deployments,
        describe_service_revisions,
        stop_service_deployment,
        continue_service_deployment,
    ):
        add(EC2ContainerServiceResponse, operation.__name__, operation)

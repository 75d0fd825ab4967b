"""The ECS service scheduler: deployments that start tasks, replace older ones, fail, and are rolled back.

Without a timescale a deployment takes effect at the first read after the request, as if AWS were instantly done. With
one, tasks start, get healthy and stop in AWS's time, and the service scheduler looks after its service until it is
steady. A task definition with an image C(emulator/fails:<anything>) never gets healthy: its deployments fail as on
AWS, so that circuit breakers can be tried. C(emulator/fails:pull) cannot be pulled, C(emulator/fails:exit) ends at
once, and of any other one the health checks of the load balancer fail.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any

from moto.logs import logs_backends
from moto.moto_api._internal import mock_random

from emulator.clock import clock
from emulator.services.ecs import deployments, durations, strategies
from emulator.services.ecs.tasks import ServiceTask, now

FAILING_IMAGE = "emulator/fails:"
LEAST_FAILURES, MOST_FAILURES = 3, 200  # the circuit breaker's threshold, of half the desired count
KEPT_EVENTS = 100
NO_LOG_GROUP = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to "
    "create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. ({})"
)
NO_IMAGE = (
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {}: not found"
)
EXIT_CODE = 1
EXCEEDED = "the circuit breaker threshold was exceeded"
# a deployment is moved on by whichever request reads it, and the server answers several at a time
LOCK = threading.RLock()


@dataclass(frozen=True)
class Stopped:
    """Why a task ends.

    :ivar reason: of the task, with AWS's code.
    :ivar image: that of the container that is to blame; empty for none.
    :ivar container_reason: that container's own reason.
    :ivar exit_code: likewise; None when it never started.
    """

    reason: str
    code: str = "ServiceSchedulerInitiated"
    image: str = ""
    container_reason: str | None = None
    exit_code: int | None = None

    def ended(self, image: str) -> tuple[int | None, str | None]:
        """Return the exit code and the reason of the container with an image."""
        if image == self.image:
            return self.exit_code, self.container_reason
        return (None if self.code == "TaskFailedToStart" else 0), None


def new_deployment(service: Any, reason: str = "") -> dict[str, Any]:
    """Return a deployment of a service as it is now, which has not started yet."""
    number = f"ecs-svc/{mock_random.randint(10**18, 10**19 - 1)}"
    return {
        "id": number,
        "status": "PRIMARY",
        "taskDefinition": service.task_definition,
        "desiredCount": service.desired_count,
        "pendingCount": 0,
        "runningCount": 0,
        "failedTasks": 0,
        "createdAt": now(),
        "updatedAt": now(),
        "launchType": service.launch_type,
        "capacityProviderStrategy": service.capacity_provider_strategy or None,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": service.network_configuration or None,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": reason or f"ECS deployment {number} in progress.",
    }


def say(service: Any, message: str) -> None:
    """Add an event to those of a service, of which AWS keeps the last ones."""
    event = {"id": str(mock_random.uuid4()), "createdAt": now(), "message": f"(service {service.name}) {message}"}
    service.events.insert(0, event)
    del service.events[KEPT_EVENTS:]


def _present_tasks(backend: Any, service: Any, deployment: dict[str, Any] | None = None) -> list[ServiceTask]:
    """Return the tasks of a service, or of one of its deployments, that have not stopped."""
    return [
        task
        for task in backend.tasks.get(service.cluster_name, {}).values()
        if isinstance(task, ServiceTask)
        and task.group == f"service:{service.name}"
        and task.status != "STOPPED"
        and (deployment is None or task.started_by == deployment["id"])
    ]


def _tasks(backend: Any, service: Any, deployment: dict[str, Any] | None = None) -> list[ServiceTask]:
    """Return those tasks that run, or will."""
    return [task for task in _present_tasks(backend, service, deployment) if task.desired_status == "RUNNING"]


def _start_task(backend: Any, service: Any, deployment: dict[str, Any], number: int) -> ServiceTask:
    subnets = service.network_configuration["awsvpcConfiguration"]["subnets"]
    task = ServiceTask(backend, service, deployment, subnets[number % len(subnets)])
    backend.tasks.setdefault(service.cluster_name, {})[task.task_arn] = task
    return task


def _scaled_up(backend: Any, service: Any, deployment: dict[str, Any]) -> bool:
    """Start what a deployment lacks of its desired count, and tell whether its tasks are healthy."""
    running = _tasks(backend, service, deployment)
    for number in range(len(running), deployment["desiredCount"]):
        _start_task(backend, service, deployment, number).start(strategies.balancers(service, deployment))
    keep = _tasks(backend, service, deployment)[: deployment["desiredCount"]]
    return all(task.is_healthy for task in keep)


def _may_replace(backend: Any, service: Any, deployment: dict[str, Any]) -> bool:
    """Tell whether the tasks of a deployment may take the place of all others by now."""

    def scale_up() -> bool:
        return _scaled_up(backend, service, deployment)

    record = deployments.of(service, deployment)
    if service.last_completed is None or record["status"] not in deployments.UNDER_WAY:
        return scale_up()
    if not _reconciled(backend, service, deployment, record):
        return False
    try:
        if strategies.of(service) == strategies.ROLLING:
            # one that takes the place of another is not ended in its turn
            if not deployment.get("rolls_back"):
                strategies.check_alarms(service)
            return scale_up()
        return strategies.move_on(service, deployment, record, scale_up)
    except strategies.HookFailedError as failure:
        roll_back(service, deployment, f"Service deployment rolled back because of {failure}.")
        return False


def _reconciled(backend: Any, service: Any, deployment: dict[str, Any], record: dict[str, Any]) -> bool:
    """Tell whether nothing is left of deployments that this one has superseded; requests go to what completed last.

    Amazon ECS API Reference, ServiceDeployment: the stage RECONCILE_SERVICE "only happens when you start a new service
    deployment with more than 1 service revision in an ACTIVE state".
    """
    superseded = [one for one in service.deployments if one is not deployment and one is not service.last_completed]
    if superseded and "lifecycleStage" not in record:
        record["lifecycleStage"] = strategies.RECONCILE
        strategies.point_back(service, service.last_completed)
    if record.get("lifecycleStage") != strategies.RECONCILE:
        return True
    for task in [task for one in superseded for task in _tasks(backend, service, one)]:
        task.stop(f"Scaling activity initiated by (deployment {deployment['id']})")
    if any(_present_tasks(backend, service, one) for one in superseded):
        return False
    record["lifecycleStage"] = strategies.STAGES[0]
    return True


def _complete(backend: Any, service: Any, deployment: dict[str, Any]) -> None:
    """Bring a deployment to its desired count; end the older ones when its tasks are healthy."""
    if not _may_replace(backend, service, deployment):
        return
    keep = _tasks(backend, service, deployment)[: deployment["desiredCount"]]
    for task in _tasks(backend, service):
        if task not in keep and not task.is_protected:
            task.stop(f"Scaling activity initiated by (deployment {deployment['id']})")
    older = service.deployments[1:]
    service.deployments = [deployment, *(entry for entry in older if _present_tasks(backend, service, entry))]
    if len(service.deployments) > 1:
        return
    if deployment["rolloutState"] != "COMPLETED":
        deployment["rolloutState"] = "COMPLETED"
        deployment.pop("rolls_back", None)
        deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} completed."
        deployment["updatedAt"] = now()
        service.last_completed, service.last_balancers = deployment, service.load_balancers
        strategies.point_back(service, deployment)
        deployments.complete(service, deployment)
        say(service, f"(deployment {deployment['id']}) deployment completed.")
        say(service, "has reached a steady state.")


def _fail(backend: Any, service: Any, deployment: dict[str, Any]) -> None:
    """Let a deployment's tasks stop again and again, and its circuit breaker, if any, end it."""
    while deployment["failedTasks"] < most_failures(deployment):
        if _tasks(backend, service, deployment):
            return
        task = _start_task(backend, service, deployment, deployment["failedTasks"])
        task.start([])
        seconds = durations.TASK_PROVISIONING.seconds + durations.TASK_PENDING.seconds + durations.TASK_FAILURE.seconds
        clock.later(seconds, partial(_fail_task, service, deployment, task, _stopped_by(backend, service, deployment)))
    if deployment["rolloutState"] != "FAILED":
        _give_up(service, deployment)


def most_failures(deployment: dict[str, Any]) -> int:
    """Return how many failed tasks the circuit breaker takes: half of the desired ones, 3 to 200."""
    return min(max(math.ceil(deployment["desiredCount"] / 2), LEAST_FAILURES), MOST_FAILURES)


def _fail_task(service: Any, deployment: dict[str, Any], task: ServiceTask, why: Stopped) -> None:
    if task.desired_status == "STOPPED":
        return
    task.stop(why.reason, why.code, why.ended)
    say(service, f"(task {task.id}) failed: {task.stopped_reason}")
    deployment["failedTasks"] += 1
    deployment["updatedAt"] = now()


def _stopped_by(backend: Any, service: Any, deployment: dict[str, Any]) -> Stopped:
    """Return what stops the tasks of a deployment that fails (ECS Developer Guide, "stopped tasks error messages")."""
    log_group = _missing_log_group(backend, deployment)
    if log_group:
        # the container never starts
        return Stopped(NO_LOG_GROUP.format(log_group), "TaskFailedToStart")
    definition = backend.describe_task_definition(deployment["taskDefinition"])
    images = [container["image"] for container in definition.container_definitions]
    image = next(image for image in images if image.startswith(FAILING_IMAGE))
    how = image.removeprefix(FAILING_IMAGE)
    if how == "pull":
        text = NO_IMAGE.format(image)
        return Stopped(text, "TaskFailedToStart", image, text)
    if how == "exit" or not service.load_balancers:
        return Stopped("Essential container in task exited", "EssentialContainerExited", image, exit_code=EXIT_CODE)
    arn = service.load_balancers[0]["targetGroupArn"]
    return Stopped(f"Task failed ELB health checks in (target-group {arn})", image=image, exit_code=0)


def _give_up(service: Any, deployment: dict[str, Any]) -> None:
    """Let the circuit breaker, if any, end a deployment, and return to the last one that was completed."""
    breaker = service.deployment_configuration.get("deploymentCircuitBreaker", {})
    if not breaker.get("enable"):
        return
    deployment["rolloutState"] = "FAILED"
    deployment["rolloutStateReason"] = "ECS deployment circuit breaker: tasks failed to start."
    say(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")
    if breaker.get("rollback") and service.last_completed is not None:
        roll_back(
            service, deployment, "Service deployment rolled back because the circuit breaker threshold was exceeded."
        )
    else:
        record = deployments.of(service, deployment)
        deployments.end(record, "STOPPED", f"Service deployment stopped because {EXCEEDED}.")


def roll_back(service: Any, failed: dict[str, Any], reason: str) -> None:
    """Let the last completed deployment take the place of one that failed, or that somebody has stopped.

    :param reason: the service deployment's.
    """
    last = service.last_completed
    failed["status"], failed["desiredCount"] = "ACTIVE", 0
    service.task_definition = last["taskDefinition"]
    service.network_configuration = last["networkConfiguration"]
    # a rollback goes back to the whole service revision
    service.load_balancers = service.last_balancers
    by = "ECS deployment circuit breaker: " if "circuit breaker" in reason else ""
    words = f"{by}rolling back to deploymentId {last['id']}."
    if last in service.deployments:
        # the tasks that were to be replaced are still there, and it goes on under its own id
        service.deployments.remove(last)
        last["status"], last["rolloutState"], last["rolloutStateReason"] = "PRIMARY", "IN_PROGRESS", words
        last["desiredCount"] = service.desired_count
        new = last
        if strategies.of(service) != strategies.ROLLING:
            strategies.point_back(service, last)
    else:
        new = new_deployment(service, words)
        new["group"] = last.get("group")
    new["rolls_back"] = True
    deployments.roll_back(service, failed, new, last, reason)
    service.deployments.insert(0, new)
    say(service, f"rolling back to deployment {last['id']}.")


def _drained(backend: Any, service: Any) -> None:
    for task in _tasks(backend, service):
        task.stop(f"Scaling activity initiated by (deployment {task.started_by})")
    if not _present_tasks(backend, service):
        service.status, service.deployments = "INACTIVE", []


def _fails(backend: Any, deployment: dict[str, Any]) -> bool:
    definition = backend.describe_task_definition(deployment["taskDefinition"])
    if any(container["image"].startswith(FAILING_IMAGE) for container in definition.container_definitions):
        return True
    # tasks that run go on without their log group
    return deployment["rolloutState"] == "IN_PROGRESS" and bool(_missing_log_group(backend, deployment))


def _missing_log_group(backend: Any, deployment: dict[str, Any]) -> str:
    """Return a log group that a task is to write to and that there is not; empty when there is none.

    AWS takes such a task definition. Its tasks stop before their containers start (ECS Developer Guide, "Amazon ECS
    stopped tasks error messages", ResourceInitializationError: failed to validate logger args).
    """
    definition = backend.describe_task_definition(deployment["taskDefinition"])
    for container in definition.container_definitions:
        log = container.get("logConfiguration") or {}
        options = log.get("options") or {}
        groups = logs_backends[backend.account_id][options.get("awslogs-region") or backend.region_name].groups
        name = options.get("awslogs-group", "")
        made = options.get("awslogs-create-group") == "true"
        if log.get("logDriver") == "awslogs" and not made and name not in groups:
            return str(name)
    return ""


def _move_on(backend: Any, service: Any) -> None:
    if service.status == "DRAINING":
        _drained(backend, service)
    elif service.status == "ACTIVE" and service.deployments:
        primary = service.deployments[0]
        (_fail if _fails(backend, primary) else _complete)(backend, service, primary)
    for deployment in service.deployments:
        deployment["runningCount"], deployment["pendingCount"] = _counts(_tasks(backend, service, deployment))
    service.running_count, service.pending_count = _counts(_tasks(backend, service))


def _counts(tasks: list[ServiceTask]) -> tuple[int, int]:
    running = len([task for task in tasks if task.status == "RUNNING"])
    return running, len(tasks) - running


def _is_steady(service: Any) -> bool:
    """Tell whether nothing is under way; a deployment that failed for good stays as it is."""
    if service.status != "ACTIVE":
        return bool(service.status == "INACTIVE")
    primary = service.deployments[0]
    completed = len(service.deployments) == 1 and primary["rolloutState"] == "COMPLETED"
    return completed or primary["failedTasks"] >= most_failures(primary)


def look_after(backend: Any, service: Any) -> None:
    """Be the service scheduler: move a service on every few of AWS's seconds, until it is steady."""
    if not clock.runs or service.emulator_watched:
        return
    service.emulator_watched = True

    def look() -> None:
        with LOCK:
            _move_on(backend, service)
        if _is_steady(service):
            service.emulator_watched = False
        else:
            clock.later(durations.SERVICE_LOOK.seconds, look)

    clock.later(durations.SERVICE_LOOK.seconds, look)


def advance(backend: Any) -> None:
    """Bring all Fargate services of a region to where they are by now, and count on their clusters."""
    with LOCK:
        for service in backend.services.values():
            if hasattr(service, "last_completed"):
                _move_on(backend, service)
        for cluster in backend.clusters.values():
            _count(backend, cluster)


def _count(backend: Any, cluster: Any) -> None:
    services = [service for service in backend.services.values() if service.cluster_name == cluster.name]
    tasks = backend.tasks.get(cluster.name, {}).values()
    cluster.active_services_count = len([service for service in services if service.status == "ACTIVE"])
    cluster.running_tasks_count = len([task for task in tasks if task._status == "RUNNING"])
    cluster.pending_tasks_count = len([task for task in tasks if task._status in ("PROVISIONING", "PENDING")])

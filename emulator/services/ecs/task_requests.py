"""ECS requests about tasks: listing and describing them, stopping one, and protecting them from deployments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs import models
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse

from emulator.patching import add, wrap
from emulator.services.ecs.scheduler import advance, look_after
from emulator.services.ecs.tasks import ServiceTask, now

# UpdateTaskProtection: where none is given, and at most
PROTECTED_MINUTES = 120
MOST_PROTECTED_MINUTES = 2880
MOST_PROTECTED_AT_ONCE = 10


def install() -> None:
    """Put the additions into moto."""
    backend = models.EC2ContainerServiceBackend
    add(EC2ContainerServiceResponse, "update_task_protection", _set_task_protection)

    @wrap(backend, "list_tasks")
    def list_tasks(
        original: Any,
        self: Any,
        cluster_str: str | None = None,
        container_instance: str | None = None,
        family: str | None = None,
        started_by: str | None = None,
        service_name: str | None = None,
        desired_status: str | None = None,
    ) -> list[Any]:
        """Select by service; without a status, only tasks that are to run."""
        advance(self)
        wanted = desired_status or ("RUNNING" if cluster_str else None)
        tasks = original(self, cluster_str, container_instance, None, started_by, None, wanted)
        if service_name:
            name = service_name.split("/")[-1]
            self._get_service(cluster_str, name)
            tasks = [task for task in tasks if task.group == f"service:{name}"]
        if family:
            tasks = [task for task in tasks if f":task-definition/{family}:" in task.task_definition_arn]
        return tasks

    @wrap(backend, "describe_tasks")
    def describe_tasks(original: Any, self: Any, cluster_str: str, tasks: list[str]) -> list[Any]:
        """Show tasks as they are by now."""
        advance(self)
        return original(self, cluster_str, tasks)

    @wrap(backend, "stop_task")
    def stop_task(original: Any, self: Any, cluster_str: str, task_str: str, reason: str) -> Any:
        """Take a service's task that somebody stops out of the target group; the service starts another."""
        name = self._get_cluster(cluster_str).name
        for arn, task in self.tasks.get(name, {}).items():
            if isinstance(task, ServiceTask) and arn.endswith(task_str.split("/")[-1]):
                task.stop(reason or "Task stopped by user", "UserInitiated")
                look_after(self, self._get_service(name, task.group.removeprefix("service:")))
                return task
        return original(self, cluster_str, task_str, reason)


def _set_task_protection(self: Any) -> Any:
    """Keep a service's running tasks from deployments; what is no such task is a failure beside the others."""
    backend, enabled = self.ecs_backend, self._get_bool_param("protectionEnabled", False)
    minutes, asked = self._get_param("expiresInMinutes") or PROTECTED_MINUTES, self._get_param("tasks") or []
    if not 1 <= int(minutes) <= MOST_PROTECTED_MINUTES:
        raise InvalidParameterException("expiresInMinutes must be between 1 and 2880.")
    if len(asked) > MOST_PROTECTED_AT_ONCE:
        raise InvalidParameterException("Too many tasks. Specify up to 10 tasks.")
    cluster = backend._get_cluster(self._get_param("cluster", "default"))
    tasks = {task.id: task for task in backend.tasks.get(cluster.name, {}).values()}
    shown, failures = [], []
    for arn in asked:
        task = tasks.get(arn.split("/")[-1])
        if task is None or task.desired_status == "STOPPED":
            failures.append({"arn": arn, "reason": "TASK_NOT_VALID" if task else "MISSING"})
            continue
        task.protected_until = now() + timedelta(minutes=int(minutes)) if enabled else None
        expiry = {"expirationDate": task.protected_until} if enabled else {}
        shown.append({"taskArn": arn, "protectionEnabled": enabled, **expiry})
    advance(backend)
    return ActionResult({"protectedTasks": shown, "failures": failures})

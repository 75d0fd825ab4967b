"""ECS clusters: names that are used again, the counts of services and tasks, and what keeps a cluster."""

from __future__ import annotations

from typing import Any

from moto.ecs import models
from moto.ecs.exceptions import ClusterNotFoundException, ECSException, InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse

from emulator.patching import wrap
from emulator.services.ecs.scheduler import advance
from emulator.services.ecs.tasks import ServiceTask


def _install_exec_checks() -> None:
    def check(original: Any, self: Any) -> Any:
        """Refuse a log configuration of ECS Exec that nothing would use, and one that is missing.

        Amazon ECS API Reference, ExecuteCommandConfiguration: logConfiguration goes with the logging OVERRIDE.
        """
        given = (self._get_param("configuration") or {}).get("executeCommandConfiguration") or {}
        if (given.get("logging") == "OVERRIDE") != bool(given.get("logConfiguration")):
            raise InvalidParameterException("logConfiguration must be specified if, and only if, logging is OVERRIDE.")
        return original(self)

    for name in ("create_cluster", "update_cluster"):
        wrap(EC2ContainerServiceResponse, name)(check)


def _install_clusters() -> None:
    backend = models.EC2ContainerServiceBackend

    @wrap(backend, "_get_cluster")
    def get_cluster(original: Any, self: Any, name: str) -> Any:
        """Refuse everything but a description of a deleted cluster."""
        cluster = original(self, name)
        if cluster.status != "ACTIVE":
            raise ClusterNotFoundException
        return cluster

    @wrap(backend, "create_cluster")
    def create_cluster(original: Any, self: Any, cluster_name: str, *args: Any, **kwargs: Any) -> Any:
        """Return a cluster that exists as it is."""
        existing = self.clusters.get(cluster_name)
        if existing is not None and existing.status == "ACTIVE":
            return existing
        return original(self, cluster_name, *args, **kwargs)

    @wrap(backend, "list_clusters")
    def list_clusters(original: Any, self: Any) -> list[str]:
        """Leave deleted clusters out."""
        return [cluster.arn for cluster in self.clusters.values() if cluster.status == "ACTIVE"]

    @wrap(backend, "describe_clusters")
    def describe_clusters(original: Any, self: Any, cluster_names: list[str]) -> Any:
        """Show the counts of tasks and services as they are by now."""
        advance(self)
        return original(self, cluster_names)

    @wrap(backend, "delete_cluster")
    def delete_cluster(original: Any, self: Any, cluster_str: str) -> Any:
        """Refuse to delete a cluster with services, or with tasks that still run."""
        advance(self)
        cluster = self._get_cluster(cluster_str)
        if cluster.active_services_count:
            text = "The Cluster cannot be deleted while Services are active."
            raise ECSException("ClusterContainsServicesException", text)
        tasks = [task for task in self.tasks.get(cluster.name, {}).values() if isinstance(task, ServiceTask)]
        if cluster.running_tasks_count or any(task.status != "STOPPED" for task in tasks):
            raise ECSException("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
        return original(self, cluster_str)


def install() -> None:
    """Put the additions into moto."""
    _install_exec_checks()
    _install_clusters()

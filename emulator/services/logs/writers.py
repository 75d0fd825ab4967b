"""What writes a log by itself makes the log group that it lacks, with no tags and no retention.

Aurora User Guide, "Publishing database logs to Amazon CloudWatch Logs"; CloudWatch User Guide, "Container Insights
performance log events for Amazon ECS"; API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.backends import backend_of


def written_by_aurora(region: str) -> Iterator[str]:
    """Yield the log groups that clusters export to, once an instance runs."""
    for cluster in backend_of("rds", region).clusters.values():
        if any(member.status == "available" for member in cluster._members):
            for kind in cluster.enabled_cloudwatch_logs_exports:
                yield f"/aws/rds/cluster/{cluster.db_cluster_identifier}/{kind}"


def written_by_ecs(region: str) -> Iterator[str]:
    """Yield the log groups of Container Insights, once a task runs."""
    backend = backend_of("ecs", region)
    for cluster in backend.clusters.values():
        tasks = backend.tasks.get(cluster.name, {}).values()
        insights = any(item["name"] == "containerInsights" and item["value"] != "disabled" for item in cluster.settings)
        if insights and any(task._status == "RUNNING" for task in tasks):
            yield f"/aws/ecs/containerinsights/{cluster.name}/performance"


def written_by_apis(region: str) -> Iterator[str]:
    """Yield the log groups of the stages that log what they do."""
    for api in backend_of("apigateway", region).apis.values():
        for stage in api.stages.values():
            if any(setting.get("loggingLevel", "OFF") != "OFF" for setting in stage.method_settings.values()):
                yield f"API-Gateway-Execution-Logs_{api.id}/{stage.name}"


def write(region: str) -> None:
    """Let everything that writes a log write it, which creates missing log groups."""
    backend = backend_of("logs", region)
    for writer in (written_by_aurora, written_by_ecs, written_by_apis):
        for name in writer(region):
            if name not in backend.groups:
                _make(backend, name)


def _make(backend: Any, name: str) -> None:
    from moto.logs import models

    make: Any = models.LogGroup  # abstract for mypy
    backend.groups[name] = make(backend.account_id, backend.region_name, name)

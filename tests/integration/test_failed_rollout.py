"""A rollout that fails, or does not end in time, is a failed run that says why; the next run repairs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import account

CLUSTER, SERVICE = "streamflix-cluster-dev", "streamflix-api-dev"
# the emulator's tasks with this image never get healthy
FAILING_IMAGE = "emulator/fails:1"


def serves(aws: account.Client) -> tuple[str, int]:
    """Return the image that the service's running tasks have, and how many run."""
    (service,) = aws("ecs").describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
    definition = aws("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    return definition["containerDefinitions"][0]["image"], service["runningCount"]


@pytest.fixture(scope="module")
def good(aws: account.Client) -> tuple[str, int]:
    """Give what serves before anything goes wrong."""
    return serves(aws)


@pytest.fixture
def repaired(good: tuple[str, int], play: Any) -> Iterator[None]:
    """Bring the inventory's image back after the test."""
    yield
    again = play("site.yml", "--tags", "ecs_service")
    assert again.code == 0, again.output


@pytest.mark.usefixtures("repaired")
def test_a_rollout_that_is_rolled_back_is_a_failed_run(aws: account.Client, good: tuple[str, int], play: Any) -> None:
    failed = play("site.yml", "--tags", "ecs_service", ecs_service_image=FAILING_IMAGE)
    message = " ".join(failed.output.split())
    assert failed.code != 0
    assert f"service {SERVICE} failed after" in message
    assert "rolled back" in message.lower() or "rolling back" in message.lower()
    # why the tasks ended, and what ECS has to say about it
    assert "Task failed" in message
    assert f"(service {SERVICE})" in message
    assert serves(aws) == good


def test_the_next_run_has_repaired_it(aws: account.Client, good: tuple[str, int], play: Any) -> None:
    again = play("site.yml", "--tags", "ecs_service")
    assert (again.code, again.changed) == (0, 0), again.output
    assert serves(aws) == good


@pytest.mark.usefixtures("repaired")
def test_a_rollout_that_does_not_end_is_told_at_the_run_s_own_timeout(play: Any) -> None:
    unlimited = {"ecs_service_circuit_breaker": False, "ecs_service_image": FAILING_IMAGE}
    late = play("site.yml", "--tags", "ecs_service", ecs_service_rollout_timeout=3, **unlimited)
    message = " ".join(late.output.split())
    assert late.code != 0
    assert f"service {SERVICE} is not ready after 3 s (wait_timeout 3 s), its state is" in message
    assert " IN_PROGRESS, " in message
    assert " tasks running, " in message
    assert "Nothing is lost: run again to go on" in message

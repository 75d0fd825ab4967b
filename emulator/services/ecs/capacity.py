"""Capacity providers of ECS services: what Fargate and Fargate Spot get of a service's tasks, and what AWS refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from moto.ecs.exceptions import InvalidParameterException

FARGATE = ("FARGATE", "FARGATE_SPOT")
MOST_PROVIDERS = 20
# Amazon ECS API Reference, CapacityProviderStrategyItem
MOST_WEIGHT, MOST_BASE = 1000, 100_000


def check(cluster: Any, strategy: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a strategy that AWS does not take (Amazon ECS API Reference, CreateService, capacityProviderStrategy).

    :raises InvalidParameterException: AWS would refuse it.
    """
    if len(strategy) > MOST_PROVIDERS:
        raise InvalidParameterException("A capacity provider strategy can contain a maximum of 20 capacity providers.")
    for item in strategy:
        name = item["capacityProvider"]
        if name not in (cluster.capacity_providers or []):
            text = f"The specified capacity provider {name} is not associated with the cluster."
            raise InvalidParameterException(text)
        if not 0 <= item.get("weight", 0) <= MOST_WEIGHT or not 0 <= item.get("base", 0) <= MOST_BASE:
            raise InvalidParameterException("Invalid weight or base in the capacity provider strategy.")
    if sum(bool(item.get("base")) for item in strategy) > 1:
        raise InvalidParameterException("Only one capacity provider in a strategy can have a base defined.")
    if strategy and not any(item.get("weight") for item in strategy):
        text = "At least one of the capacity providers must have a weight value greater than zero."
        raise InvalidParameterException(text)


def check_creation(cluster: Any, given: Mapping[str, Any]) -> None:
    """Refuse a launch type together with a strategy, which AWS says in these words."""
    strategy = given.get("capacityProviderStrategy") or []
    if strategy and given.get("launchType"):
        text = (
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
        raise InvalidParameterException(text)
    check(cluster, strategy)


def update(cluster: Any, service: Any, given: Mapping[str, Any]) -> None:
    """Set a service's strategy, an empty one for the launch type; in the words that users report, not without force."""
    strategy = given.get("capacityProviderStrategy")
    if strategy is None:
        return
    check(cluster, strategy)
    if strategy != service.capacity_provider_strategy and not given.get("forceNewDeployment"):
        raise InvalidParameterException(
            "When switching from launch type to capacity provider strategy on an existing service, or making a change "
            "to a capacity provider strategy on a service that is already using one, you must force a new deployment."
        )
    keep(service, strategy)


def keep(service: Any, strategy: Sequence[Mapping[str, Any]]) -> None:
    """Note a service's strategy; AWS shows weights and bases that were left out, and no launch type beside one."""
    service.capacity_provider_strategy = [{"weight": 0, "base": 0, **item} for item in strategy]
    service.launch_type = None if strategy else "FARGATE"


def provider_of(strategy: Sequence[Mapping[str, Any]], running: Sequence[str | None]) -> str | None:
    """Return the provider of a service's next task: first the base, then who is furthest below its weight.

    :param running: the providers of the tasks that run.
    """
    counts = Counter(running)
    for item in strategy:
        if counts[item["capacityProvider"]] < item["base"]:
            return item["capacityProvider"]
    weighted = [item for item in strategy if item["weight"]]
    if not weighted:
        return None

    def share(item: Mapping[str, Any]) -> tuple[float, int]:
        beyond = counts[item["capacityProvider"]] - item["base"]
        return (max(beyond, 0) + 1) / item["weight"], -item["weight"]

    return min(weighted, key=share)["capacityProvider"]

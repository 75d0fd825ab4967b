"""Scalable targets: what AWS refuses and fills in, their tags, and what becomes of what is scaled.

Application Auto Scaling API Reference, RegisterScalableTarget and DeregisterScalableTarget. That new bounds take effect
at once is how its activities explain themselves: "minimum capacity was set to 2".
"""

from __future__ import annotations

import uuid
from typing import Any

from emulator import kept
from emulator.backends import backend_of
from emulator.patching import wrap

CLIENT = "application-autoscaling"
KIND = "application-autoscaling:scalable-target"
TAGGING = kept.Tagging(key="", value="")
NOTHING_SUSPENDED = dict.fromkeys(
    ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), False
)
# Application Auto Scaling User Guide, "Service-linked roles", by namespace
ROLES = {"ecs": "ECSService", "rds": "RDSCluster"}
OWN_READER, LAST_TIER = "application-autoscaling-", 15


def refuse(text: str, code: str = "ValidationException") -> None:
    """Refuse a request."""
    raise kept.RefusedError(code, text)


def must_exist(backend: Any, namespace: str, resource_id: str, dimension: str) -> Any:
    """Return a scalable target.

    :raises RefusedError: there is none.
    """
    found = backend.targets.get(dimension, {}).get(resource_id)
    if found is None:
        which = f"service namespace: {namespace}, resource ID: {resource_id}, scalable dimension: {dimension}"
        refuse(f"No scalable target found for {which}", "ObjectNotFoundException")
    return found


def _service(backend: Any, resource_id: str) -> Any:
    """Return the service that a resource id names; None when it does not run."""
    _unused, cluster, name = resource_id.split("/")
    found = backend_of("ecs", backend.region_name).services.get(f"{cluster}:{name}")
    return found if found is not None and found.status == "ACTIVE" else None


def _cluster(backend: Any, resource_id: str) -> Any:
    """Return the cluster of Aurora that a resource id names; None when there is none."""
    return backend_of("rds", backend.region_name).clusters.get(resource_id.removeprefix("cluster:"))


def _check_resource(backend: Any, namespace: str, resource_id: str) -> None:
    if namespace == "ecs" and _service(backend, resource_id) is None:
        refuse(f"ECS service doesn't exist: {resource_id}")
    if namespace == "rds" and _cluster(backend, resource_id) is None:
        refuse(f"RDS cluster doesn't exist: {resource_id}")


def _check_bounds(known: Any, smallest: int | None, largest: int | None) -> None:
    if known is None and None in (smallest, largest):
        refuse("Min capacity and max capacity are required to register a scalable target")
    smallest = known.min_capacity if smallest is None else smallest
    largest = known.max_capacity if largest is None else largest
    if smallest < 0 or largest < 0:
        refuse("Min capacity and max capacity must be 0 or more")
    if smallest > largest:
        refuse("Maximum capacity cannot be less than minimum capacity")


def _bring_within(backend: Any, target: Any) -> None:
    """Scale what is outside of the bounds, as AWS does."""
    if target.service_namespace == "ecs":
        service = _service(backend, target.resource_id)
        wanted = min(max(service.desired_count, target.min_capacity), target.max_capacity)
        if wanted != service.desired_count:
            _scale_service(backend, service, wanted)
    elif target.service_namespace == "rds":
        _scale_readers(backend, _cluster(backend, target.resource_id), target)


def _scale_service(backend: Any, service: Any, count: int) -> None:
    from emulator.services.ecs import scheduler

    with scheduler.LOCK:
        service.desired_count = count
        if service.deployments:
            service.deployments[0]["desiredCount"] = count
        scheduler.say(service, f"Message: Successfully set desired count to {count}.")
        scheduler.look_after(backend_of("ecs", backend.region_name), service)


def _scale_readers(backend: Any, cluster: Any, target: Any) -> None:
    """Add readers up to the smallest number, or take own ones away down to the largest.

    Aurora User Guide, "Amazon Aurora Auto Scaling with Aurora Replicas": a new one has the writer's class and the last
    promotion tier, and only those that it has made are taken away.
    """
    rds = backend_of("rds", backend.region_name)
    members = [member for member in cluster._members if member.status != "deleting"]
    readers = members[1:]
    for _unused in range(target.min_capacity - len(readers)):
        rds.create_db_instance(
            {
                "db_instance_identifier": f"{OWN_READER}{uuid.uuid4()}",
                "db_cluster_identifier": cluster.db_cluster_identifier,
                "db_instance_class": members[0].db_instance_class,
                "engine": cluster.engine,
                "promotion_tier": LAST_TIER,
            }
        )
    own = [reader.db_instance_identifier for reader in readers if reader.db_instance_identifier.startswith(OWN_READER)]
    for name in own[: max(len(readers) - target.max_capacity, 0)]:
        rds.delete_db_instance(name)


def _fill_in(backend: Any, target: Any) -> None:
    root = f"arn:{backend_of('ecs', backend.region_name).partition}:iam::{backend.account_id}:role/aws-service-role"
    of = ROLES.get(target.service_namespace, "CustomResource")
    service = f"{target.service_namespace}.application-autoscaling.amazonaws.com"
    target.role_arn = f"{root}/{service}/AWSServiceRoleForApplicationAutoScaling_{of}"
    target.suspended_state = {**NOTHING_SUSPENDED, **(target.suspended_state or {})}


def install() -> None:
    """Put the additions into moto."""
    from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

    @wrap(ApplicationAutoscalingBackend, "register_scalable_target")
    def register_scalable_target(
        original: Any, self: Any, namespace: str, r_id: str, dimension: str, **settings: Any
    ) -> Any:
        """Check the bounds and the resource, and fill in what AWS does."""
        _check_resource(self, namespace, r_id)
        known = self.targets.get(dimension, {}).get(r_id)
        _check_bounds(known, settings["min_capacity"], settings["max_capacity"])
        if known is not None and settings["suspended_state"] is not None:
            settings["suspended_state"] = {**known.suspended_state, **settings["suspended_state"]}
        target = original(self, namespace, r_id, dimension, **settings)
        _fill_in(self, target)
        _bring_within(self, target)
        return target

    @wrap(ApplicationAutoScalingResponse, "register_scalable_target")
    def answer_register(original: Any, self: Any) -> Any:
        """Keep the tags of a new scalable target; those of one that exists are for TagResource."""
        backend = self.applicationautoscaling_backend
        which = self._get_param("ScalableDimension"), self._get_param("ResourceId")
        is_new = which[1] not in backend.targets.get(which[0], {})
        reply = original(self)
        if is_new:
            arn = backend.targets[which[0]][which[1]].arn
            kept.kept(backend)[KIND, arn] = kept.Item(KIND, arn, {}, dict(self._get_param("Tags") or {}))
        return reply

    @wrap(ApplicationAutoscalingBackend, "deregister_scalable_target")
    def deregister_scalable_target(original: Any, self: Any, namespace: str, r_id: str, dimension: str) -> None:
        """Remove its policies, with their alarms, and its scheduled actions with it."""
        target = must_exist(self, namespace, r_id, dimension)
        for key, policy in list(self.policies.items()):
            if (policy.resource_id, policy.scalable_dimension) == (r_id, dimension):
                policy.delete_alarms(self.account_id, self.region_name)
                del self.policies[key]
        self.scheduled_actions = [
            action
            for action in self.scheduled_actions
            if (action.resource_id, action.scalable_dimension) != (r_id, dimension)
        ]
        kept.kept(self).pop((KIND, target.arn), None)
        original(self, namespace, r_id, dimension)

    kept.install_tagging(CLIENT, TAGGING)

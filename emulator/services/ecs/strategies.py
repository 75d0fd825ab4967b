"""Deployments of the strategies BLUE_GREEN, LINEAR and CANARY: stages, weights of listener rules, hooks, bake times.

Amazon ECS Developer Guide, "Blue/green service deployments workflow", "Amazon ECS linear deployments", "canary
deployments", "Lifecycle hooks for Amazon ECS service deployments". The new tasks start in the target group in which the
present ones are not. A Lambda function with C(fails) in its ARN fails as a hook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.cloudwatch import cloudwatch_backends
from moto.elbv2 import elbv2_backends
from moto.moto_api._internal import mock_random

from emulator.clock import clock
from emulator.services.ecs.tasks import now

ROLLING = "ROLLING"
RECONCILE = "RECONCILE_SERVICE"
STAGES = (
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
)
# hooks of this one run before each step of the shift of production traffic
BEFORE_SHIFT = "PRE_PRODUCTION_TRAFFIC_SHIFT"
SHIFT = "PRODUCTION_TRAFFIC_SHIFT"
WHOLE = 100.0
SECONDS = 60
PAUSE = "PAUSE"
# of a hook without a timeout: as long as a deployment may be paused
LONGEST_PAUSE_MINUTES = 14 * 24 * 60


class HookFailedError(Exception):
    """A hook has failed, or waited in vain: the deployment is rolled back."""


def of(service: Any) -> str:
    """Return the strategy of a service."""
    return service.deployment_configuration.get("strategy") or ROLLING


def advanced(service: Any) -> dict[str, Any]:
    """Return what a service says of its two target groups; empty when it has one."""
    found = [one.get("advancedConfiguration") for one in service.load_balancers]
    return next((one for one in found if one), {})


def groups(service: Any) -> tuple[str, str]:
    """Return the ARNs of the two target groups of a service."""
    return service.load_balancers[0]["targetGroupArn"], advanced(service)["alternateTargetGroupArn"]


def balancers(service: Any, deployment: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the load balancers of a service with the target group that the tasks of a deployment belong to."""
    group = deployment.get("group")
    return [{**one, "targetGroupArn": group} if group else one for one in service.load_balancers]


def assign(service: Any, deployment: dict[str, Any]) -> None:
    """Choose the target group of a new deployment: the one that the present tasks are not in."""
    if not advanced(service):
        return
    first, second = groups(service)
    present = (service.last_completed or {}).get("group") or (first if service.last_completed else second)
    shifts = of(service) != ROLLING
    deployment["group"] = (second if present == first else first) if shifts else present


def shift(service: Any, rule: str, to: str, percent: float) -> None:
    """Let a listener rule forward a part of the requests to one of the target groups, and the rest to the other."""
    arn = advanced(service).get(rule)
    backend = elbv2_backends[service._account_id][service.region_name]
    if not arn or not backend.describe_rules(None, [arn]):
        return
    weights = {group: percent if group == to else WHOLE - percent for group in groups(service)}
    # a weight is a whole number
    shares = [{"TargetGroupArn": group, "Weight": round(weight)} for group, weight in weights.items()]
    backend.modify_rule(arn, [], [{"Type": "forward", "ForwardConfig": {"TargetGroups": shares}, "Order": 1}])


def point_back(service: Any, deployment: dict[str, Any]) -> None:
    """Let both rules forward to the tasks of a deployment alone, as after a rollback."""
    if advanced(service) and deployment.get("group"):
        shift(service, "productionListenerRule", deployment["group"], WHOLE)
        shift(service, "testListenerRule", deployment["group"], WHOLE)


def _steps(configuration: dict[str, Any]) -> list[tuple[float, float]]:
    """Return the steps of the shift of production traffic: the percentage, and the minutes to wait after it."""
    if configuration["strategy"] == "CANARY":
        canary = configuration.get("canaryConfiguration") or {}
        return [(canary.get("canaryPercent", 5.0), canary.get("canaryBakeTimeInMinutes", 10)), (WHOLE, 0)]
    if configuration["strategy"] == "LINEAR":
        linear = configuration.get("linearConfiguration") or {}
        size, minutes = linear.get("stepPercent", 10.0), linear.get("stepBakeTimeInMinutes", 6)
        count = int(-(-WHOLE // size))
        return [(min(size * number, WHOLE), minutes if number < count else 0) for number in range(1, count + 1)]
    return [(WHOLE, 0)]


def _elapsed(record: dict[str, Any], what: str, minutes: float) -> bool:
    """Tell whether a time of a deployment is over; at once without a timescale."""
    began = record["begun"].setdefault(what, clock.now())
    return not clock.runs or clock.now() >= began + minutes * SECONDS


def alarmed(service: Any) -> str:
    """Return an alarm of a service's deployments that has gone off; empty for none."""
    alarms = service.deployment_configuration.get("alarms") or {}
    known = cloudwatch_backends[service._account_id][service.region_name].alarms
    names = alarms.get("alarmNames", []) if alarms.get("enable") else []
    return next((name for name in names if name in known and known[name].state_value == "ALARM"), "")


def check_alarms(service: Any) -> None:
    """Stop a deployment when one of its alarms has gone off.

    :raises HookFailedError: one has, and the deployment is to be rolled back.
    """
    alarm = alarmed(service)
    if alarm:
        raise HookFailedError(f"alarm {alarm} is in the state ALARM")


def _hooks(record: dict[str, Any], stage: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the hooks of a stage, each with a name of its own in the deployment."""
    for number, hook in enumerate(record["deploymentConfiguration"].get("lifecycleHooks") or []):
        if stage in hook["lifecycleStages"]:
            yield f"{stage}/{number}", hook


def _passes(record: dict[str, Any], stage: str, round_: str = "") -> bool:
    """Run the hooks of a stage, and tell whether all have let the deployment go on.

    :raises HookFailedError: one has not.
    """
    return all(_passes_one(record, f"{name}{round_}", hook) for name, hook in _hooks(record, stage))


def _passes_one(record: dict[str, Any], name: str, hook: dict[str, Any]) -> bool:
    details: list[dict[str, Any]] = record.setdefault("lifecycleHookDetails", [])
    known = next((one for one in details if one["name"] == name), None)
    kind = hook.get("targetType", "AWS_LAMBDA")
    if known is None:
        known = {"name": name, "hookId": str(mock_random.uuid4()), "targetType": kind, "status": "AWAITING_ACTION"}
        details.append(known)
        if kind != PAUSE:
            known["targetArn"] = hook["hookTargetArn"]
            known["status"] = "FAILED" if "fails" in hook["hookTargetArn"] else "SUCCEEDED"
    timeout = hook.get("timeoutConfiguration") or {}
    waits = kind == PAUSE and known["status"] == "AWAITING_ACTION" and clock.runs
    if waits and _elapsed(record, name, timeout.get("timeoutInMinutes", LONGEST_PAUSE_MINUTES)):
        known["status"] = "SUCCEEDED" if timeout.get("action") == "CONTINUE" else "TIMED_OUT"
    if known["status"] in ("FAILED", "TIMED_OUT"):
        raise HookFailedError(f"hook {known['hookId']} at {name.partition('/')[0]}: {known['status']}")
    return bool(known["status"] == "SUCCEEDED")


def _shifted(service: Any, deployment: dict[str, Any], record: dict[str, Any]) -> bool:
    """Shift production traffic step by step, and tell whether all of it is shifted."""
    for number, (percent, minutes) in enumerate(_steps(record["deploymentConfiguration"])):
        if record["step"] > number:
            continue
        if not _passes(record, BEFORE_SHIFT, f"/{number}"):
            return False
        shift(service, "productionListenerRule", deployment["group"], percent)
        record["targetServiceRevision"]["requestedProductionTrafficWeight"] = percent
        if not _elapsed(record, f"step {number}", minutes):
            return False
        record["step"] = number + 1
    return True


def move_on(service: Any, deployment: dict[str, Any], record: dict[str, Any], scale_up: Callable[[], bool]) -> bool:
    """Move a deployment on as far as it goes now, and tell whether the old tasks may end.

    :param record: its service deployment.
    :param scale_up: starts its tasks, and tells whether all are healthy.
    :raises HookFailedError: it is to be rolled back.
    """
    record.setdefault("begun", {})
    record.setdefault("step", 0)
    record.setdefault("lifecycleStage", STAGES[0])
    check_alarms(service)

    def work(stage: str) -> bool:
        if stage == "SCALE_UP":
            return scale_up()
        if stage == "TEST_TRAFFIC_SHIFT":
            shift(service, "testListenerRule", deployment["group"], WHOLE)
        if stage == SHIFT:
            return _shifted(service, deployment, record)
        if stage == "BAKE_TIME":
            return _elapsed(record, stage, record["deploymentConfiguration"].get("bakeTimeInMinutes") or 0)
        return True

    while record["lifecycleStage"] != STAGES[-1]:
        stage = record["lifecycleStage"]
        if not work(stage) or not _passes(record, stage):
            return False
        record["lifecycleStage"], record["updatedAt"] = STAGES[STAGES.index(stage) + 1], now()
    return True

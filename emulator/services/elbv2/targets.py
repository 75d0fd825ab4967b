"""Targets: they are checked when they are new, and drain when they leave."""

from __future__ import annotations

from typing import Any

from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.elbv2 import durations


def _install_target_health() -> None:
    from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

    def state(seen: Any, status: str, reason: str, text: str) -> Any:
        return FakeHealthStatus(seen.instance_id, seen.port, seen.health_check_port, status, reason, text)

    @wrap(FakeTargetGroup, "health_for")
    def health_for(original: Any, self: Any, target: dict[str, Any], ec2_backend: Any) -> Any:
        """Check no target of a group that no load balancer uses; a new one is healthy after some checks."""
        seen = original(self, target, ec2_backend)
        if seen.status != "healthy":
            leaves = clock.runs and clock.now() < self.emulator_drains.get(target["Id"], 0)
            text = "Target deregistration is in progress"
            return state(seen, "draining", "Target.DeregistrationInProgress", text) if leaves else seen
        if not self.load_balancer_arns:
            text = "Target group is not configured to receive traffic from the load balancer"
            return state(seen, "unused", "Target.NotInUse", text)
        if clock.runs and clock.now() < healthy_at(self, target["Id"]):
            return state(seen, "initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
        return seen


def _install_targets() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeTargetGroup

    @wrap(FakeTargetGroup, "register")
    def register(original: Any, self: Any, targets: list[dict[str, Any]]) -> None:
        """Note since when: a new target is checked first."""
        known = set(self.targets)
        original(self, targets)
        for target in targets:
            if target["Id"] not in known:
                self.emulator_registered[target["Id"]] = clock.now()

    @wrap(FakeTargetGroup, "deregister")
    def deregister(original: Any, self: Any, targets: list[dict[str, Any]]) -> None:
        """Note until when the targets drain."""
        original(self, targets)
        end = clock.now() + drain_seconds(self)
        self.emulator_drains.update({target["Id"]: end for target in targets})

    @wrap(ELBv2Backend, "describe_target_health")
    def describe_target_health(
        original: Any, self: Any, target_group_arn: str, targets: list[dict[str, Any]]
    ) -> list[Any]:
        """List those that drain, too."""
        shown = original(self, target_group_arn, targets)
        group = self.target_groups[target_group_arn]
        if targets or not clock.runs:
            return shown
        drain = [
            target
            for name, target in group.deregistered_targets.items()
            if clock.now() < group.emulator_drains.get(name, 0)
        ]
        return shown + [group.health_for(target, self.ec2_backend) for target in drain]


def drain_seconds(group: Any) -> float:
    """Return the seconds that a target drains after its deregistration."""
    return float(group.attributes.get("deregistration_delay.timeout_seconds", 300))


def healthy_at(group: Any, target: str) -> float:
    """Return AWS's second in which a target of a target group has passed the first health checks."""
    from moto.elbv2 import elbv2_backends

    balancers = elbv2_backends[group.account_id][group.region_name].load_balancers
    starts = [getattr(balancers.get(arn), "emulator_active_at", 0.0) for arn in group.load_balancer_arns]
    start = max([group.emulator_registered.get(target, 0.0) + durations.TARGET_REGISTRATION.seconds, *starts])
    return start + int(group.healthy_threshold_count) * int(group.health_check_interval_seconds)


def install() -> None:
    """Put the additions into moto."""
    _install_target_health()
    _install_targets()

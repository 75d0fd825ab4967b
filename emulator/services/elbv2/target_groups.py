"""Target groups: names that stay unique, defaults of the health check, and which load balancers use them."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap
from emulator.services.elbv2.attributes import HTTP
from emulator.services.elbv2.errors import refusal

GRPC_HEALTH_CHECK = {"healthcheck_path": "/AWS.ALB/healthcheck", "matcher": {"GrpcCode": "12"}}


def install() -> None:
    """Put the additions into moto."""
    from moto.elbv2.models import ELBv2Backend
    from moto.elbv2.responses import ELBV2Response

    @wrap(ELBv2Backend, "create_target_group")
    def create_target_group(original: Any, self: Any, name: str, **settings: Any) -> Any:
        """Return the same target group to the same request.

        The health check goes over HTTP unless the request says otherwise, for HTTPS too; the version is HTTP1, and gRPC
        has a path and a code of its own (CreateTargetGroup: HealthCheckProtocol, ProtocolVersion, HealthCheckPath;
        Matcher).
        """
        if settings.get("protocol") in HTTP:
            settings["protocol_version"] = settings.get("protocol_version") or "HTTP1"
            own = GRPC_HEALTH_CHECK if settings["protocol_version"] == "GRPC" else {}
            for key, value in ({"healthcheck_protocol": "HTTP"} | own).items():
                settings[key] = settings.get(key) or value
        existing = next((group for group in self.target_groups.values() if group.name == name), None)
        if existing is None:
            return original(self, name, **settings)
        if not _same_target_group(existing, settings):
            text = f"A target group with the same name '{name}' exists, but with different settings"
            raise refusal("DuplicateTargetGroupName", text)
        return existing

    @wrap(ELBV2Response, "modify_target_group")
    def modify_target_group(original: Any, self: Any) -> Any:
        """Take the codes of gRPC too."""
        result = original(self)
        code = self._get_param("Matcher.GrpcCode")
        if code:
            self.elbv2_backend.target_groups[self._get_param("TargetGroupArn")].matcher = {"GrpcCode": code}
        return result


def _same_target_group(existing: Any, settings: dict[str, Any]) -> bool:
    """Tell whether a target group has all that a request asks for; its tags are not compared."""
    asked = {name.replace("healthcheck", "health_check"): value for name, value in settings.items() if name != "tags"}
    return all(
        str(getattr(existing, name)).lower() == str(value).lower() for name, value in asked.items() if value is not None
    )


def note_users(backend: Any) -> None:
    """Write into each target group which load balancers forward to it now; moto only ever adds."""
    for group in backend.target_groups.values():
        group.load_balancer_arns = [
            balancer.arn for balancer in backend.load_balancers.values() if _forwards(backend, balancer, group.arn)
        ]


def _forwards(backend: Any, balancer: Any, group_arn: str) -> bool:
    return any(
        group_arn in backend._get_target_group_arns_from(action_data=action.data)
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
    )

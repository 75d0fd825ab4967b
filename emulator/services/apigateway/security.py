"""Security policies and endpoint access modes of REST APIs and domain names.

Amazon API Gateway Developer Guide, "Supported security policies" and "How to change a security policy".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from moto.apigateway.exceptions import BadRequestException

from emulator.clock import clock
from emulator.services.apigateway import durations

PATHS = {"/securityPolicy": "securityPolicy", "/endpointAccessMode": "endpointAccessMode"}
ENHANCED, EDGE = "SecurityPolicy_", "_EDGE"
MODES = ("BASIC", "STRICT")


def check(kind: str, policy: str | None, mode: str | None) -> None:
    """Refuse a policy of another endpoint type, and one that does not go with the mode.

    :param kind: C(EDGE), C(REGIONAL) or C(PRIVATE).
    """
    enhanced = (policy or "").startswith(ENHANCED)
    if enhanced and (policy or "").endswith(EDGE) != (kind == "EDGE"):
        raise BadRequestException(f"Security policy {policy} is not supported for endpoint type {kind}")
    if enhanced and mode not in MODES:
        raise BadRequestException(f"EndpointAccessMode must be specified for security policy {policy}")
    if mode and not enhanced:
        raise BadRequestException("EndpointAccessMode is only supported for enhanced security policies")


def set_up(resource: Any, policy: str | None, mode: str | None) -> None:
    """Keep the settings of a new API or domain name."""
    resource.emulator_security = {"securityPolicy": policy, "endpointAccessMode": mode or None}


def patch(resource: Any, kind: str, operations: Iterable[Mapping[str, Any]]) -> None:
    """Change the settings, which takes a while to come into effect."""
    known = dict(getattr(resource, "emulator_security", {}))
    wanted = known | {PATHS[one["path"]]: one.get("value") or None for one in operations if one["path"] in PATHS}
    if wanted == known:
        return
    if status(resource) == "UPDATING":
        raise BadRequestException("Unable to change the security policy while another change is in progress.")
    check(kind, wanted.get("securityPolicy"), wanted.get("endpointAccessMode"))
    resource.emulator_security = wanted
    resource.emulator_state = "UPDATING" if clock.runs else "AVAILABLE"
    clock.later(durations.SECURITY_POLICY_CHANGE.seconds, partial(setattr, resource, "emulator_state", "AVAILABLE"))


def status(resource: Any) -> str:
    """Return whether a change is still coming into effect."""
    return getattr(resource, "emulator_state", "AVAILABLE")


def shown(resource: Any, default: str) -> dict[str, Any]:
    """Return the settings as AWS shows them."""
    found = getattr(resource, "emulator_security", {})
    return {
        "securityPolicy": found.get("securityPolicy") or default,
        "endpointAccessMode": found.get("endpointAccessMode"),
    }

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of load balancers and target groups; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    not_matching,
    out_of_range,
    too_long,
)

# an HTTP code that a health check may take for success
CODE = r"[2-4]\d\d"


def elbv2_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a load balancer or target group."""
    found = too_long(option, value, 32)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", value):
        found.append(f"{option} {value!r} may hold only letters, digits and hyphens between them: rename it.")
    return found


def load_balancer_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a load balancer."""
    found = elbv2_name(option, value)
    if value.startswith("internal-"):
        found.append(f"{option} {value!r} starts with internal-, which AWS keeps for itself: rename it.")
    return found


def deregistration_delay(attributes: Mapping[str, Any]) -> list[str]:
    """Find seconds that a target group does not wait before it lets go of a target.

    :param attributes: of the target group, by AWS's names.
    """
    key = "deregistration_delay.timeout_seconds"
    value = attributes.get(key)
    if value is None or not str(value).isdecimal():
        return not_matching(f"attributes.{key}", None if value is None else str(value), r"\d+", "set 0 to 3600")
    return out_of_range(f"attributes.{key}", int(value), 0, 3600)


def health_check_reply_problems(port: str | None, matcher: str | None) -> list[str]:
    """Find what AWS refuses in where a health check goes and in the codes that it takes for success."""
    found = []
    if port is not None and port != "traffic-port" and not (port.isdecimal() and 1 <= int(port) <= 65535):
        found.append(f"health_check.port {port!r} is no port: set 1 to 65535, or traffic-port.")
    if matcher is not None and not re.fullmatch(rf"{CODE}(-{CODE})?(,{CODE}(-{CODE})?)*", matcher):
        found.append(
            f"health_check.matcher {matcher!r} is not made of codes: set 200 to 499, such as 200-299 or 200,302."
        )
    return found


def code_problems(protocol_version: str | None, health_check: Mapping[str, Any]) -> list[str]:
    """Find codes of a health check that do not go with the protocol's version, or are none of gRPC.

    :param protocol_version: C(HTTP1), C(HTTP2), C(GRPC), or None.
    :param health_check: C(matcher), C(grpc_code).
    """
    grpc, code = protocol_version == "GRPC", health_check.get("grpc_code")
    found = []
    if grpc and health_check.get("matcher") is not None:
        found.append(
            "health_check.matcher has codes of HTTP, and protocol_version is GRPC: set health_check.grpc_code."
        )
    if code is not None and not grpc:
        found.append(
            f"health_check.grpc_code {code!r} is for protocol_version GRPC: set that, or health_check.matcher."
        )
    if code is not None and not re.fullmatch(r"\d{1,2}([,-]\d{1,2})*", code):
        found.append(f"health_check.grpc_code {code!r} is not made of codes: set 0 to 99, such as 12, 0,1 or 0-5.")
    return found


def health_check_problems(health_check: Mapping[str, Any]) -> list[str]:
    """Find what AWS refuses in the health check of a target group for HTTP.

    :param health_check: C(port), C(matcher), C(path), C(interval), C(timeout), C(healthy_threshold),
        C(unhealthy_threshold); seconds.
    """
    limits = {"interval": (5, 300), "timeout": (2, 120), "healthy_threshold": (2, 10), "unhealthy_threshold": (2, 10)}
    found = []
    for key, (lowest, highest) in limits.items():
        found += out_of_range(f"health_check.{key}", health_check.get(key), lowest, highest)
    interval, timeout = health_check.get("interval"), health_check.get("timeout")
    if interval and timeout and timeout >= interval:
        found.append(f"health_check.timeout {timeout} is not less than the interval of {interval}: lower it.")
    found += health_check_reply_problems(health_check.get("port"), health_check.get("matcher"))
    path = health_check.get("path")
    if path is not None and not path.startswith("/"):
        found.append(f"health_check.path {path!r} does not start with a slash: add one.")
    return found

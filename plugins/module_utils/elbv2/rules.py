# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of load balancers and target groups; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    HIGHEST_PORT,
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


def deregistration_delay(option: str, attributes: Mapping[str, Any]) -> list[str]:
    """Find a number of seconds that a target group cannot wait before it removes a target.

    :param attributes: of the target group, by AWS's names.
    """
    key = "deregistration_delay.timeout_seconds"
    value = attributes.get(key)
    if value is None or not str(value).isdecimal():
        return not_matching(f"{option}.{key}", None if value is None else str(value), r"\d+", "set 0 to 3600")
    return out_of_range(f"{option}.{key}", int(value), 0, 3600)


def health_check_port(option: str, value: str) -> list[str]:
    """Find a port that a health check cannot go to."""
    if value == "traffic-port" or (value.isdecimal() and 1 <= int(value) <= HIGHEST_PORT):
        return []
    return [f"{option} {value!r} is no port: set 1 to {HIGHEST_PORT}, or traffic-port."]


def health_check_path(option: str, value: str) -> list[str]:
    """Find a path that a health check cannot ask for."""
    return [] if value.startswith("/") else [f"{option} {value!r} does not start with a slash: add one."]


def http_codes(option: str, value: str) -> list[str]:
    """Find codes of HTTP that a health check does not take for success."""
    if re.fullmatch(rf"{CODE}(-{CODE})?(,{CODE}(-{CODE})?)*", value):
        return []
    return [f"{option} {value!r} is not made of codes: set 200 to 499, such as 200-299 or 200,302."]


def grpc_codes(option: str, value: str) -> list[str]:
    """Find codes of gRPC that a health check does not take for success."""
    if re.fullmatch(r"\d{1,2}([,-]\d{1,2})*", value):
        return []
    return [f"{option} {value!r} is not made of codes: set 0 to 99, such as 12, 0,1 or 0-5."]


def health_check_times(option: str, health_check: Mapping[str, Any]) -> list[str]:
    """Find a health check that waits for a reply as long as until the next check, or longer.

    :param health_check: C(interval) and C(timeout), in seconds.
    """
    interval, timeout = health_check.get("interval"), health_check.get("timeout")
    if interval and timeout and timeout >= interval:
        return [f"{option}.timeout {timeout} is not less than the interval of {interval}: lower it."]
    return []


def code_problems(protocol_version: str | None, health_check: Mapping[str, Any]) -> list[str]:
    """Find codes of a health check that do not fit the protocol's version.

    :param protocol_version: C(HTTP1), C(HTTP2), C(GRPC), or None.
    :param health_check: C(matcher), C(grpc_code).
    """
    grpc, code = protocol_version == "GRPC", health_check.get("grpc_code")
    if grpc and health_check.get("matcher") is not None:
        return ["health_check.matcher has codes of HTTP, and protocol_version is GRPC: set health_check.grpc_code."]
    if code is not None and not grpc:
        return [f"health_check.grpc_code {code!r} is for protocol_version GRPC: set that, or health_check.matcher."]
    return []

"""Limits of Elastic Load Balancing's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.validation.checks import Check, number, one_of
from emulator.validation.limit import Combined, Limit
from emulator.validation.shapes import Kind, Problem

ODD_ATTRIBUTE = "InvalidConfigurationRequest"
MOST_CONDITION_VALUES = 5
SECONDS_OF_A_WEEK = 7 * 24 * 3600
SWITCH = one_of("true", "false")
# Elastic Load Balancing API Reference: LoadBalancerAttribute, TargetGroupAttribute
BALANCER_ATTRIBUTES: dict[str, Check] = {
    "deletion_protection.enabled": SWITCH,
    "idle_timeout.timeout_seconds": number(1, 4000),
    "client_keep_alive.seconds": number(60, 604800),
    "routing.http.desync_mitigation_mode": one_of("monitor", "defensive", "strictest"),
    "routing.http.drop_invalid_header_fields.enabled": SWITCH,
    "routing.http.xff_header_processing.mode": one_of("append", "preserve", "remove"),
    "routing.http2.enabled": SWITCH,
}
TARGET_GROUP_ATTRIBUTES: dict[str, Check] = {
    "deregistration_delay.timeout_seconds": number(0, 3600),
    "stickiness.enabled": SWITCH,
    "stickiness.type": one_of("lb_cookie", "app_cookie"),
    "stickiness.lb_cookie.duration_seconds": number(1, SECONDS_OF_A_WEEK),
    "stickiness.app_cookie.duration_seconds": number(1, SECONDS_OF_A_WEEK),
    "load_balancing.algorithm.type": one_of("round_robin", "least_outstanding_requests", "weighted_random"),
}

LIMITS: tuple[Limit, ...] = ()


def _attributes(checks: Mapping[str, Check]) -> Combined:
    """Return a check of attributes, which are pairs of C(Key) and C(Value)."""

    def check(parameters: Mapping[str, Any]) -> Iterator[Problem]:
        for pair in parameters.get("Attributes", []):
            wrong = checks[pair["Key"]](pair.get("Value", "")) if pair.get("Key") in checks else ""
            if wrong:
                yield Problem(Kind.VALUE, pair["Key"], f"The value of '{pair['Key']}' {wrong}", ODD_ATTRIBUTE)

    return check


def _health_check(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Check CreateTargetGroup: what is left out has the values that AWS fills in for HTTP."""
    interval = parameters.get("HealthCheckIntervalSeconds", 30)
    timeout = parameters.get("HealthCheckTimeoutSeconds", 5)
    if timeout >= interval:
        text = f"Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
        yield Problem(Kind.VALUE, "HealthCheckTimeoutSeconds", text)
    matcher = parameters.get("Matcher")
    if matcher is not None:
        yield from _matcher(matcher, parameters.get("ProtocolVersion") == "GRPC")


def _matcher(matcher: Mapping[str, Any], grpc: bool) -> Iterator[Problem]:
    """Check the codes of a target group's health check, which is made by the protocol version: API Reference, Matcher.

    The words are AWS's own.
    """
    name, key = ("GRPC", "GrpcCode") if grpc else ("HTTP", "HttpCode")
    if not matcher.get(key):
        yield Problem(Kind.VALUE, "Matcher", f"Health check matcher {name} code cannot be empty")
    elif grpc and any(not re.fullmatch(r"\d{1,2}", code) for code in re.split("[,-]", matcher[key])):
        text = f"Health check matcher GRPC code '{matcher[key]}' must be within '0-99' inclusive"
        yield Problem(Kind.VALUE, "Matcher", text)


def _conditions(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the conditions of a rule: User Guide for Application Load Balancers, quotas, Condition values per rule."""
    conditions = parameters.get("Conditions", [])
    values = [
        value
        for condition in conditions
        for config in (condition, *(config for key, config in condition.items() if key.endswith("Config")))
        for value in config.get("Values", [])
    ]
    if len(values) > MOST_CONDITION_VALUES:
        text = f"The rule has {len(values)} condition values; the limit is '{MOST_CONDITION_VALUES}'"
        yield Problem(Kind.VALUE, "Conditions", text)


COMBINED: dict[str, Combined] = {
    "CreateRule": _conditions,
    "ModifyRule": _conditions,
    "ModifyLoadBalancerAttributes": _attributes(BALANCER_ATTRIBUTES),
    "ModifyTargetGroupAttributes": _attributes(TARGET_GROUP_ATTRIBUTES),
    "CreateTargetGroup": _health_check,
}

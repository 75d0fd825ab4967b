"""Limits of API Gateway's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.validation.checks import Check, number, one_of, text
from emulator.validation.limit import Combined, Limit
from emulator.validation.shapes import Kind, Problem

SWITCH = one_of("true", "false")
# Amazon API Gateway API Reference, MethodSetting; "Amazon API Gateway quotas": the account's own throttle
METHOD_SETTINGS: dict[str, Check] = {
    "throttling/burstLimit": number(0, 5000),
    "throttling/rateLimit": number(0, 10000),
    "logging/loglevel": one_of("OFF", "ERROR", "INFO"),
    "metrics/enabled": SWITCH,
    "logging/dataTrace": SWITCH,
}

LIMITS: tuple[Limit, ...] = (
    *(
        Limit(
            (operation,),
            "stageName",
            text(r"[A-Za-z0-9_-]+", "Stage name only allows a-zA-Z0-9_-", 128),
            f"Amazon API Gateway API Reference, {operation}",
        )
        for operation in ("CreateStage", "CreateDeployment")
    ),
)
# the service's model lacks the pattern of tags that others have
TAGS_WITHOUT_PATTERN = True


def _patches(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the method settings of UpdateStage."""
    for patch in parameters.get("patchOperations", []):
        for ending, check in METHOD_SETTINGS.items():
            if str(patch.get("path", "")).endswith(f"/{ending}") and patch.get("op") != "remove":
                wrong = check(patch.get("value"))
                if wrong:
                    yield Problem(Kind.VALUE, patch["path"], f"{patch['path']} {wrong}")


COMBINED: dict[str, Combined] = {"UpdateStage": _patches}

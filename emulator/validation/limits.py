"""A request's parameters against the documented limits, and against each other."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator.journal import NOT_SECRET, SECRET
from emulator.validation import documented
from emulator.validation.checks import Check
from emulator.validation.documented import Limit
from emulator.validation.shapes import Kind, Problem
from emulator.wire import AwsRequest

MOST_TAGS, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
TOO_MANY_TAGS = {"ec2": "TagLimitExceeded", "elbv2": "TooManyTags", "logs": "TooManyTagsException"}
TAG_MEMBERS = ("Tags", "tags")
RESERVED = "aws:"
# services whose models lack the pattern of tags that others have; EC2's tags hold anything
UNTOLD = frozenset({"apigateway", "elasticache", "rds", "secretsmanager"})
# besides letters, separators and numbers of any script
TAG_SIGNS = "_.:/=+-@"
ODD_ATTRIBUTE = "InvalidConfigurationRequest"


def limit_problems(request: AwsRequest) -> Iterator[Problem]:
    """Find what AWS's documents forbid and its models do not."""
    for limit in _limits(request.service, request.operation):
        for value in values_at(request.parameters, limit.path):
            wrong = limit.check(value)
            if wrong:
                yield Problem(Kind.VALUE, limit.path, _said(limit.path, value, wrong), limit.code, limit.status)
    for tags in _tag_lists(request.parameters):
        yield from _tag_problems(request, tags)
    combined = COMBINED.get((request.service, request.operation))
    if combined is not None:
        yield from combined(request.parameters)


@functools.cache
def _limits(service: str, operation: str) -> tuple[Limit, ...]:
    return tuple(item for item in documented.LIMITS if item.service == service and operation in item.operations)


def _said(path: str, value: Any, wrong: str) -> str:
    if wrong.startswith(("Cannot", "Invalid", "Stage")):
        return wrong
    name = path.rpartition(".")[2]
    shown = "" if SECRET.search(name) and not NOT_SECRET.match(name) else f" {value}"
    return f"The parameter {name}{shown} {wrong}"


def values_at(value: Any, path: str) -> Iterator[Any]:
    """Yield the values at a path such as C(Tags[].Key); what is not there yields nothing."""
    name, _unused, rest = path.partition(".")
    found = value.get(name.removesuffix("[]")) if isinstance(value, Mapping) else None
    if found is None:
        return
    for item in found if name.endswith("[]") else (found,):
        if rest:
            yield from values_at(item, rest)
        else:
            yield item


def _tag_lists(value: Any) -> Iterator[list[tuple[str, str]]]:
    """Yield the tags of each resource that a request tags, as pairs."""
    if isinstance(value, list):
        for item in value:
            yield from _tag_lists(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name in TAG_MEMBERS:
                yield _pairs(item)
            else:
                yield from _tag_lists(item)


def _pairs(tags: Any) -> list[tuple[str, str]]:
    if isinstance(tags, Mapping):
        return [(str(key), str(value)) for key, value in tags.items()]
    # KMS alone calls them TagKey and TagValue
    lowered = [
        {name.lower().removeprefix("tag"): value for name, value in tag.items()}
        for tag in tags
        if isinstance(tag, Mapping)
    ]
    return [(str(tag.get("key", "")), str(tag.get("value") or "")) for tag in lowered]


def _tag_problems(request: AwsRequest, tags: list[tuple[str, str]]) -> Iterator[Problem]:
    """Find what is wrong with tags: AWS General Reference, "Tagging your AWS resources": naming limits."""
    if len(tags) > MOST_TAGS:
        text = f"A resource has at most {MOST_TAGS} tags, not {len(tags)}"
        yield Problem(Kind.VALUE, "tags", text, TOO_MANY_TAGS.get(request.service, ""))
    for key, value in tags:
        if key.lower().startswith(RESERVED):
            yield Problem(Kind.VALUE, "tags", f"Tag keys starting with 'aws:' are reserved for internal use: {key}")
        if not 0 < len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            text = f"Tag key {key} must have 1 to {LONGEST_KEY} characters, its value at most {LONGEST_VALUE}"
            yield Problem(Kind.VALUE, "tags", text)
        odd = _odd_signs(key + value) if request.service in UNTOLD else []
        if odd:
            yield Problem(Kind.VALUE, "tags", f"Tag {key} has characters that are not allowed: {' '.join(odd)}")
    if len({key for key, _value in tags}) < len(tags):
        yield Problem(Kind.VALUE, "tags", "Tag keys must be unique")


def _odd_signs(text: str) -> list[str]:
    """Return the characters of a tag that AWS's services refuse: AWS General Reference, "Tag naming limits"."""
    return [sign for sign in text if sign not in TAG_SIGNS and unicodedata.category(sign)[0] not in "LZN"]


def _attributes(checks: Mapping[str, Check]) -> Callable[[Mapping[str, Any]], Iterator[Problem]]:
    def check(parameters: Mapping[str, Any]) -> Iterator[Problem]:
        for pair in parameters.get("Attributes", []):
            wrong = checks[pair["Key"]](pair.get("Value", "")) if pair.get("Key") in checks else ""
            if wrong:
                yield Problem(Kind.VALUE, pair["Key"], f"The value of '{pair['Key']}' {wrong}", ODD_ATTRIBUTE)

    return check


def _patches(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the method settings of UpdateStage."""
    for patch in parameters.get("patchOperations", []):
        for ending, check in documented.METHOD_SETTINGS.items():
            if str(patch.get("path", "")).endswith(f"/{ending}") and patch.get("op") != "remove":
                wrong = check(patch.get("value"))
                if wrong:
                    yield Problem(Kind.VALUE, patch["path"], f"{patch['path']} {wrong}")


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


def _deployment(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Check the percentages of a service's deployments: Amazon ECS API Reference, DeploymentConfiguration."""
    wanted = parameters.get("deploymentConfiguration", {})
    most, least = wanted.get("maximumPercent", 200), wanted.get("minimumHealthyPercent", 100)
    if not 0 <= least <= 100 <= most <= 200 or most == least:
        text = f"Both maximumPercent {most} and minimumHealthyPercent {least} leave no room for a deployment"
        yield Problem(Kind.VALUE, "deploymentConfiguration", text)


def _nat_gateway(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Want an address for a public NAT gateway: Amazon EC2 API Reference, CreateNatGateway."""
    if parameters.get("ConnectivityType", "public") == "public" and not parameters.get("AllocationId"):
        yield Problem(Kind.MISSING, "AllocationId", "")


COMBINED: dict[tuple[str, str], Callable[[Mapping[str, Any]], Iterator[Problem]]] = {
    ("elbv2", "ModifyLoadBalancerAttributes"): _attributes(documented.BALANCER_ATTRIBUTES),
    ("elbv2", "ModifyTargetGroupAttributes"): _attributes(documented.TARGET_GROUP_ATTRIBUTES),
    ("elbv2", "CreateTargetGroup"): _health_check,
    ("apigateway", "UpdateStage"): _patches,
    ("ecs", "CreateService"): _deployment,
    ("ecs", "UpdateService"): _deployment,
    ("ec2", "CreateNatGateway"): _nat_gateway,
}

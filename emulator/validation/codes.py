"""The codes and words of each service for what is wrong with a request.

Each service's API reference, "Common Errors", and Amazon EC2 API Reference, "Error codes for the Amazon EC2 API".
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.validation.shapes import Kind, Problem
from emulator.wire import AwsRequest, RefusalError

USUAL = {
    "apigateway": "BadRequestException",
    "apigatewayv2": "BadRequestException",
    "ec2": "InvalidParameterValue",
    "ecr": "InvalidParameterException",
    "ecs": "InvalidParameterException",
    "elasticache": "InvalidParameterValue",
    "logs": "InvalidParameterException",
    "rds": "InvalidParameterValue",
    "resourcegroupstaggingapi": "InvalidParameterException",
}
BY_PROTOCOL = {"ec2": "InvalidParameterValue", "query": "ValidationError"}
ELSE = "ValidationException"
# these say what is missing with a code of its own, and give no list of all that is wrong
TERSE = ("ec2", "rds", "elasticache")
UNREADABLE = "SerializationException"


def code_for(request: AwsRequest, kind: Kind = Kind.VALUE) -> str:
    """Return a service's code for what is wrong."""
    usual = USUAL.get(request.service, BY_PROTOCOL.get(request.protocol, ELSE))
    if kind is Kind.TYPE and request.protocol in ("json", "rest-json"):
        return UNREADABLE
    if kind is Kind.UNKNOWN and request.service == "ec2":
        return "UnknownParameter"
    if kind is Kind.MISSING and request.service in TERSE:
        return "MissingParameter"
    return usual


def _text(request: AwsRequest, found: Sequence[Problem]) -> str:
    first = found[0]
    if first.kind is Kind.MISSING and request.service in TERSE:
        name = first.name[:1].upper() + first.name[1:]
        return f"The request must contain the parameter {name}"
    if request.service in TERSE or first.kind in (Kind.UNKNOWN, Kind.TYPE) or first.code:
        return first.text
    listed = [problem.text for problem in found if not problem.code]
    return f"{len(listed)} validation error{'s' * (len(listed) > 1)} detected: {'; '.join(listed)}"


def refusal(request: AwsRequest, found: Sequence[Problem]) -> RefusalError:
    """Return what AWS answers when this is wrong with a request."""
    first = found[0]
    return RefusalError(first.code or code_for(request, first.kind), _text(request, found), first.status)

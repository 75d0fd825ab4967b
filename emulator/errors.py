"""The error codes and messages of a service: C(errors.py) in its folder, else those of its protocol."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from emulator import services
from emulator.wire import AwsRequest


@dataclass(frozen=True)
class Failure:
    """An error that AWS replies with.

    :ivar code: AWS's error code.
    :ivar status: the HTTP status.
    """

    code: str
    status: int
    message: str


@dataclass(frozen=True)
class Errors:
    """How one service says what is wrong.

    :ivar throttling: there are too many requests.
    :ivar server_error: something inside of AWS failed.
    :ivar unavailable: the service cannot answer at the moment.
    :ivar source: the AWS document that has these three codes.
    :ivar invalid: the code for a parameter that AWS does not take.
    :ivar too_many_tags: the code for too many tags; empty: the one for a parameter.
    :ivar terse: whether a missing parameter has a code of its own, and the message names only the first problem.
    """

    throttling: Failure
    server_error: Failure
    unavailable: Failure
    source: str
    invalid: str
    too_many_tags: str = ""
    terse: bool = False


BUSY = "Rate exceeded"
BROKEN = "The request processing has failed because of an unknown error, exception or failure."
AWAY = "The request has failed due to a temporary failure of the server."

QUERY = Errors(
    Failure("Throttling", 400, BUSY),
    Failure("InternalFailure", 500, BROKEN),
    Failure("ServiceUnavailable", 503, AWAY),
    "Common Errors of the API references of RDS, ElastiCache and STS; "
    "for the code Throttling: AWS re:Post, Status Code 400 with ElastiCache",
    "ValidationError",
)
JSON = Errors(
    Failure("ThrottlingException", 400, BUSY),
    Failure("InternalFailure", 500, BROKEN),
    Failure("ServiceUnavailable", 503, AWAY),
    "Common Error Types of the services' API references",
    "ValidationException",
)


@functools.cache
def errors_of_services() -> dict[str, Errors]:
    """Return the errors of the services that have codes of their own, by the boto3 client's name."""
    return {service: module.ERRORS for service, module in services.tables("errors").items()}


def errors_of(request: AwsRequest) -> Errors:
    """Return the errors of the request's service."""
    return errors_of_services().get(request.service, QUERY if request.protocol == "query" else JSON)


@functools.cache
def throttling_codes() -> frozenset[str]:
    """Return the codes of all services for a request that came too fast."""
    return frozenset(errors.throttling.code for errors in (QUERY, JSON, *errors_of_services().values()))

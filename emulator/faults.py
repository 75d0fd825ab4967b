"""Faults: now and then AWS is busy or broken, or the connection breaks, before a request or after it.

A request can meet these, each as likely as the others:

- C(throttling): refused with the service's own code for too many requests;
- C(server_error): refused with the service's own code for an error of AWS's;
- C(unavailable): refused because the service is out of order for a moment;
- C(reset): the connection breaks before anything is done;
- C(lost_response): a write is carried out, and then the connection breaks, so that the client cannot know.

The seed decides: the same seed gives the same fault to the n-th request of an operation, so that a run can be
repeated as far as its order is the same. AWS's faults pass: after L(MOST_IN_A_ROW) of them the same request gets
through. Clients count on that: botocore gives up after 5 tries in its legacy mode, and this collection after 10.
"""

from __future__ import annotations

import collections
import json
import random
import threading
from dataclasses import dataclass, replace

from emulator import wire
from emulator.modes import FaultRate
from emulator.wire import AwsRequest, HangupError, Proceed, RefusalError, Reply

MOST_IN_A_ROW = 4
RESET = "reset"
LOST_RESPONSE = "lost_response"


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
class Failures:
    """How one service says that it cannot at the moment. The fields are named as the kinds of faults.

    :ivar source: the AWS document that has the codes.
    """

    throttling: Failure
    server_error: Failure
    unavailable: Failure
    source: str


BUSY = "Rate exceeded"
BROKEN = "The request processing has failed because of an unknown error, exception or failure."
AWAY = "The request has failed due to a temporary failure of the server."

QUERY = Failures(
    Failure("Throttling", 400, BUSY),
    Failure("InternalFailure", 500, BROKEN),
    Failure("ServiceUnavailable", 503, AWAY),
    "Common Errors of the API references of RDS, ElastiCache and STS; "
    "for the code Throttling: AWS re:Post, Status Code 400 with ElastiCache",
)
JSON = Failures(
    Failure("ThrottlingException", 400, BUSY),
    Failure("InternalFailure", 500, BROKEN),
    Failure("ServiceUnavailable", 503, AWAY),
    "Common Error Types of the services' API references",
)
FAILURES = {
    "ec2": Failures(
        Failure("RequestLimitExceeded", 503, "Request limit exceeded."),
        Failure("InternalError", 500, "An internal error has occurred"),
        Failure("Unavailable", 503, "The server is overloaded and can't handle the request."),
        "Amazon EC2 Developer Guide, Error codes for the Amazon EC2 API: server error codes",
    ),
    "elbv2": replace(
        QUERY,
        throttling=Failure("ThrottlingException", 400, BUSY),
        source="Elastic Load Balancing API, Request throttling; ELBv2 API Reference, Common Errors",
    ),
    "iam": replace(
        QUERY,
        server_error=Failure("ServiceFailure", 500, BROKEN),
        source="IAM API Reference, Errors of each action (ServiceFailure) and Common Errors",
    ),
    "cloudwatch": replace(
        QUERY,
        server_error=Failure("InternalServiceError", 500, BROKEN),
        source="CloudWatch API Reference, Errors of PutMetricAlarm (InternalServiceFault) and Common Errors",
    ),
    "ecs": replace(
        JSON,
        server_error=Failure("ServerException", 500, "These errors are usually caused by a server issue."),
        source="Amazon ECS API Reference, Errors of each action (ServerException); Developer Guide, Request throttling",
    ),
    "logs": replace(
        JSON,
        unavailable=Failure("ServiceUnavailableException", 500, "The service cannot complete the request."),
        source="CloudWatch Logs API Reference, Errors of CreateLogGroup (ServiceUnavailableException has status 500)",
    ),
    "secretsmanager": replace(
        JSON,
        server_error=Failure("InternalServiceError", 500, "An error occurred on the server side."),
        source="Secrets Manager API Reference, Errors of CreateSecret (InternalServiceError) and Common Errors",
    ),
    "resourcegroupstaggingapi": replace(
        JSON,
        throttling=Failure("ThrottledException", 400, BUSY),
        server_error=Failure("InternalServiceException", 500, BROKEN),
        source="Resource Groups Tagging API Reference, Errors of GetResources",
    ),
    "application-autoscaling": replace(
        JSON,
        server_error=Failure("InternalServiceException", 500, BROKEN),
        source="Application Auto Scaling API Reference, Errors of RegisterScalableTarget and Common Errors",
    ),
    "kms": replace(
        JSON,
        server_error=Failure("KMSInternalException", 500, BROKEN),
        source="AWS KMS API Reference, Errors of DescribeKey (KMSInternalException) and Common Errors",
    ),
    "apigateway": replace(
        JSON,
        throttling=Failure("TooManyRequestsException", 429, "Too Many Requests"),
        unavailable=Failure("ServiceUnavailableException", 503, "Service Unavailable"),
        source="API Gateway REST API Reference, Errors of CreateDeployment",
    ),
}
REFUSALS = ("throttling", "server_error", "unavailable")
# what says that a request came too fast, of any service
THROTTLING = frozenset(failures.throttling.code for failures in (QUERY, JSON, *FAILURES.values()))


def failures_of(request: AwsRequest) -> Failures:
    """Return the codes of the request's service."""
    return FAILURES.get(request.service, QUERY if request.protocol == "query" else JSON)


class Faults:
    """The layer that lets requests fail. It holds no lock while a request is carried out."""

    def __init__(self, wanted: FaultRate) -> None:
        """Begin with the first request of each operation."""
        self._wanted = wanted
        self._lock = threading.Lock()
        self._times: collections.Counter[str] = collections.Counter()
        self._in_a_row: dict[str, int] = {}

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Let the request fail, or go on."""
        kind = self._choose(request)
        if kind in REFUSALS:
            failure: Failure = getattr(failures_of(request), kind)
            refusal = RefusalError(failure.code, failure.message, failure.status)
            return replace(wire.error_reply(request.protocol, refusal), fault=kind)
        if kind == LOST_RESPONSE:
            proceed()
        if kind:
            raise HangupError(kind)
        return proceed()

    def _choose(self, request: AwsRequest) -> str:
        """Return the kind of the fault that the request meets; empty for none."""
        operation = f"{request.service}/{request.operation}"
        same = f"{operation}/{request.region}/{json.dumps(request.parameters, sort_keys=True, default=str)}"
        with self._lock:
            self._times[operation] += 1
            chance = random.Random(f"{self._wanted.seed}/{operation}/{self._times[operation]}")
            row = self._in_a_row.pop(same, 0)
            if chance.random() >= self._wanted.rate or row == MOST_IN_A_ROW:
                return ""
            self._in_a_row[same] = row + 1
        return chance.choice((*REFUSALS, RESET, *([LOST_RESPONSE] if request.writes else [])))

    def reset(self) -> None:
        """Begin anew with the first request of each operation."""
        with self._lock:
            self._times.clear()
            self._in_a_row.clear()

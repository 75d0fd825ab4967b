"""API Gateway's pace: some of its operations may be called once in some seconds only.

Amazon API Gateway Developer Guide, "Amazon API Gateway quotas": quotas for creating, deploying and managing an API.
They cannot be raised. The seconds are those of L(emulator.clock); without a timescale there is no pace.
"""

from __future__ import annotations

import math

from emulator.clock import clock
from emulator.wire import AwsRequest, RefusalError

# AWS's seconds between two requests of an account
SECONDS = {
    ("apigateway", "CreateRestApi"): 3.0,
    ("apigateway", "CreateDeployment"): 5.0,
    ("apigateway", "DeleteRestApi"): 30.0,
    ("apigateway", "UpdateAccount"): 20.0,
    ("apigatewayv2", "CreateVpcLink"): 15.0,
    ("apigatewayv2", "DeleteVpcLink"): 30.0,
}
# CreateRestApi of an API for the edge, which is the type that it makes unless told otherwise
EDGE_SECONDS = 30.0


class TooFastError(RefusalError):
    """A request came too early.

    :ivar seconds: AWS's seconds until the next one may come.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("TooManyRequestsException", "Too Many Requests", 429)
        self.seconds = math.ceil(seconds)


def seconds_for(request: AwsRequest) -> float | None:
    """Return how long the next request of this kind has to wait; None: there is no pace for it."""
    seconds = SECONDS.get((request.service, request.operation))
    if request.operation == "CreateRestApi":
        types = request.parameters.get("endpointConfiguration", {}).get("types") or ["EDGE"]
        return EDGE_SECONDS if "EDGE" in types else seconds
    return seconds


class Pace:
    """When each operation may be called again."""

    def __init__(self) -> None:
        """Start with no former requests."""
        self._next: dict[tuple[str, str, str], float] = {}

    def check(self, request: AwsRequest) -> None:
        """Note a request.

        :raises TooFastError: it comes too early, and is not noted.
        """
        seconds = seconds_for(request)
        if seconds is None or not clock.runs:
            return
        key = (request.region, request.service, request.operation)
        wait = self._next.get(key, 0.0) - clock.now()
        if wait > 0:
            raise TooFastError(wait)
        self._next[key] = clock.now() + seconds

    def clear(self) -> None:
        """Forget all former requests."""
        self._next.clear()

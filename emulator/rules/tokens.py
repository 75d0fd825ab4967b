"""Client tokens: a request that is sent twice is carried out once.

Amazon EC2 API Reference, "Ensuring idempotency in Amazon EC2 API requests"; Amazon ECS API Reference, CreateService and
RunTask. The tokens of Secrets Manager are moto's business: they are the identifiers of a secret's versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.rules.registry import refuse_if
from emulator.wire import AwsRequest, Reply

# the parameter, and what AWS answers to the same token with other parameters
MISMATCH = "IdempotentParameterMismatch"
TOKENS: Mapping[str, tuple[str, str, str]] = {
    "ec2": (
        "ClientToken",
        MISMATCH,
        "The client token you have provided is associated with a resource that was created with other parameters.",
    ),
    "ecs": ("clientToken", "InvalidParameterException", "Creation of service was not idempotent."),
}
# these look for what the token made by themselves
SELF_ANSWERING = ("ecs",)


class Tokens:
    """The successful requests with a token, and their replies."""

    def __init__(self) -> None:
        """Start with no former requests."""
        self._seen: dict[tuple[str, str, str, str], tuple[dict[str, Any], Reply]] = {}

    def answer(self, request: AwsRequest, proceed: Callable[[], Reply]) -> Reply:
        """Answer a repeated request as the first one, and carry out all others.

        :raises RefusalError: it has the token of a request with other parameters.
        """
        name, code, message = TOKENS.get(request.service, ("", "", ""))
        token = request.parameters.get(name)
        if not token:
            return proceed()
        key = (request.region, request.service, request.operation, token)
        parameters = dict(request.parameters)
        if key in self._seen:
            before, reply = self._seen[key]
            refuse_if(before != parameters, code, message)
            if request.service not in SELF_ANSWERING:
                return reply
        reply = proceed()
        if reply.status < 300:
            self._seen[key] = (parameters, reply)
        return reply

    def clear(self) -> None:
        """Forget all former requests."""
        self._seen.clear()

"""Client tokens: a request that is sent twice is carried out once.

Which services take a token stands in C(tokens.py) of their folders. The tokens of Secrets Manager are moto's business:
they are the identifiers of a secret's versions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator import services
from emulator.rules.registry import refuse_if
from emulator.wire import AwsRequest, Reply


@dataclass(frozen=True)
class Token:
    """How a service takes client tokens.

    :ivar parameter: the parameter with the token.
    :ivar code: what AWS answers to the same token with other parameters.
    :ivar message: the text of that.
    :ivar finds_itself: the service looks by itself for what the token made.
    """

    parameter: str
    code: str
    message: str
    finds_itself: bool = False


class Tokens:
    """The successful requests with a token, and their replies."""

    def __init__(self) -> None:
        """Start with no former requests."""
        self._tokens: dict[str, Token] = {name: module.TOKEN for name, module in services.tables("tokens").items()}
        self._seen: dict[tuple[str, str, str, str], tuple[dict[str, Any], Reply]] = {}

    def answer(self, request: AwsRequest, proceed: Callable[[], Reply]) -> Reply:
        """Answer a repeated request as the first one, and carry out all others.

        :raises RefusalError: it has the token of a request with other parameters.
        """
        taken = self._tokens.get(request.service)
        token = request.parameters.get(taken.parameter) if taken else None
        if taken is None or not token:
            return proceed()
        key = (request.region, request.service, request.operation, token)
        parameters = dict(request.parameters)
        if key in self._seen:
            before, reply = self._seen[key]
            refuse_if(before != parameters, taken.code, taken.message)
            if not taken.finds_itself:
                return reply
        reply = proceed()
        if reply.status < 300:
            self._seen[key] = (parameters, reply)
        return reply

    def clear(self) -> None:
        """Forget all former requests."""
        self._seen.clear()

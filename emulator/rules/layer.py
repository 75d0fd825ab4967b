"""The layer of C(--rules): paces, tokens and rules, in this order."""

from __future__ import annotations

from dataclasses import replace

from emulator import services, wire
from emulator.rules.pace import Pace, TooFastError
from emulator.rules.registry import account_of, rules_of
from emulator.rules.tokens import Tokens
from emulator.wire import AwsRequest, Proceed, Reply


class Rules:
    """Refuse what AWS refuses, answer a repeated request as the first one."""

    def __init__(self) -> None:
        """Load the rules of all services, and start with no history."""
        services.tables("rules")
        self._pace = Pace()
        self._tokens = Tokens()

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Let a request pass if nothing speaks against it."""
        try:
            self._pace.check(request)
        except TooFastError as refusal:
            reply = wire.error_reply(request.protocol, refusal)
            return replace(reply, headers=[*reply.headers, ("Retry-After", str(refusal.seconds))])
        return self._tokens.answer(request, lambda: self._obey(request, proceed))

    def _obey(self, request: AwsRequest, proceed: Proceed) -> Reply:
        account = account_of(request)
        for rule in rules_of(request):
            rule(request, account)
        return proceed()

    def reset(self) -> None:
        """Forget all former requests."""
        self._pace.clear()
        self._tokens.clear()

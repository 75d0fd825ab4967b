"""The layer of C(--validate)."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.validation.codes import refusal
from emulator.validation.limits import limit_problems
from emulator.validation.shapes import Problem, problems
from emulator.validation.written import written_problems
from emulator.wire import AwsRequest, Proceed, Reply


def _problems(request: AwsRequest) -> Iterator[Problem]:
    shape = request.model.input_shape
    if shape is not None:
        yield from problems(shape, "", request.parameters)
        yield from limit_problems(request)


class Validation:
    """Refuse requests that AWS's own models and documents forbid."""

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Let a request pass if nothing is wrong with it."""
        found = list(written_problems(request)) or list(_problems(request))
        if found:
            raise refusal(request, found)
        return proceed()

    def reset(self) -> None:
        """Have nothing to forget."""

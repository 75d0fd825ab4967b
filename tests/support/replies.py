"""AWS's replies to a module, recorded once and played to it again with one key or list member left out."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from tests.support import modules

# what botocore adds to a reply, and what only says that there are further pages
NOT_OF_THE_RESOURCE = frozenset({"ResponseMetadata", "NextToken", "nextToken", "Marker", "IsTruncated", "position"})

AWS_MODULE = "ansible_collections.amazon.aws.plugins.module_utils.modules.AnsibleAWSModule"

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Request:
    """One request, as it is distinguished from others.

    :ivar operation: AWS's name of it.
    :ivar params: its parameters as JSON.
    """

    service: str
    operation: str
    params: str


@dataclass(frozen=True)
class Gap:
    """What is left out of the reply to one request.

    :ivar path: the keys and list indices that lead to it; the last one is left out.
    """

    request: Request
    path: Path

    @property
    def key(self) -> str:
        """The key that is missing; for a list member the key of its list."""
        return next(str(part) for part in reversed(self.path) if isinstance(part, str))

    @property
    def is_item(self) -> bool:
        """Whether a member of the reply's own list is left out."""
        return len(self.path) == 2 and isinstance(self.path[1], int)

    def __str__(self) -> str:
        """Return the operation and the path, such as C(DescribeVpcs Vpcs.0.CidrBlock)."""
        return f"{self.request.operation} {'.'.join(map(str, self.path))}"


def gaps_of(request: Request, value: Any, path: Path = ()) -> Iterator[Gap]:
    """Yield everything that can be left out of a reply, at every depth; of a list only in its first and last member."""
    if isinstance(value, dict):
        for key in value.keys() - NOT_OF_THE_RESOURCE:
            yield Gap(request, (*path, key))
            yield from gaps_of(request, value[key], (*path, key))
    elif isinstance(value, list):
        for index in sorted({0, len(value) - 1} if value else ()):
            yield Gap(request, (*path, index))
            yield from gaps_of(request, value[index], (*path, index))


def without(reply: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a reply without what a path leads to."""
    left = copy.deepcopy(reply)
    holder: Any = left
    for part in path[:-1]:
        holder = holder[part]
    del holder[path[-1]]
    return left


class Tape:
    """Records the replies to the requests of modules, and plays them again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, region: str) -> None:
        """Stand between all boto3 clients and AWS, and give modules those of a region."""
        self.replies: dict[Request, dict[str, Any]] = {}
        self._gap: Gap | None = None
        send = BaseClient._make_api_call

        def answer(client: Any, operation: str, params: dict[str, Any]) -> Any:
            request = Request(client.meta.service_model.service_name, operation, json.dumps(params, sort_keys=True))
            if request not in self.replies:
                # errors, such as that something does not exist, are AWS's to tell each time
                self.replies[request] = send(client, operation, params)
            reply = self.replies[request]
            if self._gap and self._gap.request == request:
                return without(reply, self._gap.path)
            return copy.deepcopy(reply)

        monkeypatch.setattr(BaseClient, "_make_api_call", answer)
        # to build a client takes longer than all else that a module does
        build = functools.cache(lambda service: boto3.client(service, region_name=region))
        monkeypatch.setattr(f"{AWS_MODULE}.client", lambda _module, service, **_unused: build(service))

    @contextlib.contextmanager
    def lacking(self, gap: Gap) -> Iterator[None]:
        """Leave something out of the reply to one request."""
        self._gap = gap
        try:
            yield
        finally:
            self._gap = None


def previewed(process: modules.Process, invocation: modules.Invocation) -> dict[str, Any]:
    """Return what a module's preview printed; of one that ended with a traceback, C(traceback)."""
    try:
        return process.preview(invocation)
    except Exception as error:
        where = [
            f"{step.filename.rpartition('/')[2]}:{step.lineno}" for step in traceback.extract_tb(error.__traceback__)
        ]
        return {"traceback": f"{type(error).__name__}: {error} at {', '.join(where[-4:])}"}

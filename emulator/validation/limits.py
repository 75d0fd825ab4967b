"""A request's parameters against the documented limits, and against each other."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from emulator import services
from emulator.errors import errors_of
from emulator.journal import NOT_SECRET, SECRET
from emulator.validation.limit import Limit
from emulator.validation.shapes import Kind, Problem
from emulator.wire import AwsRequest

MOST_TAGS, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
TAG_MEMBERS = ("Tags", "tags")
RESERVED = "aws:"
# besides letters, separators and numbers of any script
TAG_SIGNS = "_.:/=+-@"


def limit_problems(request: AwsRequest) -> Iterator[Problem]:
    """Find what AWS's documents forbid and its models do not."""
    for limit in _limits(request.service, request.operation):
        for value in values_at(request.parameters, limit.path):
            wrong = limit.check(value)
            if wrong:
                yield Problem(Kind.VALUE, limit.path, _said(limit.path, value, wrong), limit.code, limit.status)
    for tags in _tag_lists(request.parameters):
        yield from _tag_problems(request, tags)
    combined = getattr(_tables().get(request.service), "COMBINED", {}).get(request.operation)
    if combined is not None:
        yield from combined(request.parameters)


@functools.cache
def _tables() -> dict[str, ModuleType]:
    return services.tables("limits")


@functools.cache
def _limits(service: str, operation: str) -> tuple[Limit, ...]:
    known: tuple[Limit, ...] = getattr(_tables().get(service), "LIMITS", ())
    return tuple(item for item in known if operation in item.operations)


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
        yield Problem(Kind.VALUE, "tags", text, errors_of(request).too_many_tags)
    # EC2's tags hold anything, and the models of most services have a pattern
    unpatterned = hasattr(_tables().get(request.service), "TAGS_WITHOUT_PATTERN")
    for key, value in tags:
        if key.lower().startswith(RESERVED):
            yield Problem(Kind.VALUE, "tags", f"Tag keys starting with 'aws:' are reserved for internal use: {key}")
        if not 0 < len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            text = f"Tag key {key} must have 1 to {LONGEST_KEY} characters, its value at most {LONGEST_VALUE}"
            yield Problem(Kind.VALUE, "tags", text)
        odd = _odd_signs(key + value) if unpatterned else []
        if odd:
            yield Problem(Kind.VALUE, "tags", f"Tag {key} has characters that are not allowed: {' '.join(odd)}")
    if len({key for key, _value in tags}) < len(tags):
        yield Problem(Kind.VALUE, "tags", "Tag keys must be unique")


def _odd_signs(text: str) -> list[str]:
    """Return the characters of a tag that AWS's services refuse: AWS General Reference, "Tag naming limits"."""
    return [sign for sign in text if sign not in TAG_SIGNS and unicodedata.category(sign)[0] not in "LZN"]

"""A request's parameters against botocore's model of its operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from botocore.model import Shape

from emulator.journal import NOT_SECRET, SECRET
from emulator.validation.patterns import matches


class Kind(Enum):
    """What is wrong; services have codes of their own for each."""

    VALUE = "value"
    MISSING = "missing"
    UNKNOWN = "unknown"
    TYPE = "type"


@dataclass(frozen=True)
class Problem:
    """Something that AWS refuses.

    :ivar kind: what is wrong.
    :ivar name: where, such as C(tags.1.member.key).
    :ivar text: what AWS says about it.
    :ivar code: AWS's code; empty: the service's usual one.
    :ivar status: the HTTP status.
    """

    kind: Kind
    name: str
    text: str
    code: str = ""
    status: int = 400


def first_lower(name: str) -> str:
    """Return a member's name as AWS has it in messages."""
    return name[:1].lower() + name[1:]


def inside(place: str, name: str) -> str:
    """Return where a member is."""
    return f"{place}.{first_lower(name)}" if place else first_lower(name)


def _shown(shape: Shape, name: str, value: Any) -> str:
    secret = SECRET.search(name) and not NOT_SECRET.match(name)
    return "" if secret or shape.metadata.get("sensitive") else f" '{value}'"


def _failed(shape: Shape, name: str, value: Any, constraint: str) -> Problem:
    text = f"Value{_shown(shape, name, value)} at '{name}' failed to satisfy constraint: Member must {constraint}"
    return Problem(Kind.VALUE, name, text)


def _length(shape: Shape, size: int) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield f"have length greater than or equal to {least}"
    if most is not None and size > most:
        yield f"have length less than or equal to {most}"


def _string(shape: Shape, name: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        return
    for constraint in _length(shape, len(value)):
        yield _failed(shape, name, value, constraint)
    allowed, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if allowed and value not in allowed:
        yield _failed(shape, name, value, f"satisfy enum value set: [{', '.join(allowed)}]")
    if pattern and not matches(pattern, value):
        yield _failed(shape, name, value, f"satisfy regular expression pattern: {pattern}")


def _number(shape: Shape, name: str, value: Any) -> Iterator[Problem]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield _failed(shape, name, value, f"have value greater than or equal to {least}")
    if most is not None and value > most:
        yield _failed(shape, name, value, f"have value less than or equal to {most}")


def _list(shape: Any, name: str, value: Any) -> Iterator[Problem]:
    for constraint in _length(shape, len(value)):
        yield _failed(shape, name, value, constraint)
    for number, item in enumerate(value, start=1):
        yield from problems(shape.member, f"{name}.{number}.member", item)


def _map(shape: Any, name: str, value: Mapping[str, Any]) -> Iterator[Problem]:
    for constraint in _length(shape, len(value)):
        yield _failed(shape, name, value, constraint)
    for key, item in value.items():
        yield from problems(shape.key, f"{name}.key", key)
        yield from problems(shape.value, f"{name}.{key}.member", item)


def _structure(shape: Any, name: str, value: Mapping[str, Any]) -> Iterator[Problem]:
    for member in shape.required_members:
        if value.get(member) is None and not shape.members[member].metadata.get("idempotencyToken"):
            place = inside(name, member)
            text = f"Value null at '{place}' failed to satisfy constraint: Member must not be null"
            yield Problem(Kind.MISSING, place, text)
    for member, item in value.items():
        if item is not None:
            yield from problems(shape.members[member], inside(name, member), item)


_CHECKS: dict[str, Callable[[Any, str, Any], Iterator[Problem]]] = {
    "string": _string,
    "integer": _number,
    "long": _number,
    "float": _number,
    "double": _number,
    "list": _list,
    "map": _map,
    "structure": _structure,
}


def problems(shape: Shape, name: str, value: Any) -> Iterator[Problem]:
    """Find what a value breaks of its shape, and of the shapes of its parts.

    :param name: where it is, in AWS's words; empty for all of a request.
    """
    if getattr(shape, "is_document_type", False):
        return
    check = _CHECKS.get(shape.type_name)
    if check is not None:
        yield from check(shape, name, value)

"""Finds parameters that an operation does not have, and values of a wrong type, in a request as it was sent.

boto3 refuses both itself, unless that is turned off. EC2 answers UnknownParameter (Amazon EC2 API Reference, "Error
codes for the Amazon EC2 API"). Other services pass over what they do not know; here it is refused all the same,
because it has no effect, and then the request is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.parse import PROTOCOL_PARSERS

from emulator.validation.shapes import Kind, Problem, inside
from emulator.wire import AwsRequest

# not of an operation, but of the protocol
COMMON = frozenset({"Action", "Version"})
JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


class _Noting(dict[str, str]):
    """The fields of a form, which notes those that are read."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(fields)
        self.read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """Return a field and note it."""
        self.read.add(key)
        return super().get(key, default)


def _unknown(name: str) -> Problem:
    return Problem(Kind.UNKNOWN, name, f"The parameter {name} is not recognized")


def _form(request: AwsRequest) -> Iterator[Problem]:
    fields = _Noting(request.sent)
    form: Any = {"values": fields}
    PROTOCOL_PARSERS[request.protocol](request.model).parse(form)
    yield from (_unknown(name) for name in request.sent if name not in fields.read | COMMON)


def _is_of_type(shape: Any, value: Any) -> bool:
    wanted = JSON_TYPES.get(shape.type_name)
    if wanted is None or value is None:
        return True
    return isinstance(value, wanted) and (wanted == (bool,) or not isinstance(value, bool))


def _parts(shape: Any, place: str, value: Any) -> Iterator[Problem]:
    if shape.type_name == "list":
        for number, item in enumerate(value, start=1):
            yield from _json(shape.member, f"{place}.{number}.member", item)
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _json(shape.value, f"{place}.{key}.member", item)
    elif shape.type_name == "structure":
        yield from _members(shape, place, value)


def _members(shape: Any, place: str, value: Mapping[str, Any]) -> Iterator[Problem]:
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    for key, item in value.items():
        if key in names:
            yield from _json(shape.members[names[key]], inside(place, key), item)
        else:
            yield _unknown(inside(place, key))


def _json(shape: Any, place: str, value: Any) -> Iterator[Problem]:
    if value is None or getattr(shape, "is_document_type", False):
        return
    if _is_of_type(shape, value):
        yield from _parts(shape, place, value)
    else:
        yield Problem(Kind.TYPE, place, f"{place}: {type(value).__name__} can not be converted to {shape.type_name}")


def written_problems(request: AwsRequest) -> Iterator[Problem]:
    """Find values that cannot be read, and parameters that the operation does not have."""
    if not request.readable:
        yield Problem(Kind.TYPE, "", "The request has a value of a wrong type")
        return
    shape: Any = request.model.input_shape
    if shape is None or "payload" in shape.serialization:
        return
    if request.protocol in ("ec2", "query"):
        yield from _form(request)
    else:
        yield from _json(shape, "", dict(request.sent))

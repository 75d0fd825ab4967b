"""A limit that AWS's documents name and its service models lack: C(limits.py) in the folder of a service has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.validation.checks import Check
from emulator.validation.shapes import Problem

# a check of several parameters of a request against each other
Combined = Callable[[Mapping[str, Any]], Iterator[Problem]]


@dataclass(frozen=True)
class Limit:
    """A limit of one parameter.

    :ivar operations: AWS's names.
    :ivar path: where the value is: C(Tags[].Key) is the key of each tag, C(a.b) the b in a.
    :ivar check: says what is wrong with a value.
    :ivar page: the AWS document that says so.
    :ivar code: AWS's code; empty: the service's usual one.
    :ivar status: the HTTP status.
    """

    operations: tuple[str, ...]
    path: str
    check: Check
    page: str
    code: str = ""
    status: int = 400

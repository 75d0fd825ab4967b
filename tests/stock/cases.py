"""What is known of each stock module: its arguments, how to read its resource back, and where it falls short."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Any

import yaml

FILE = pathlib.Path(__file__).with_name("cases.yml")


@dataclass(frozen=True)
class Call:
    """A request of plain boto3.

    :ivar path: JMESPath of what counts in its reply.
    """

    client: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    path: str = "@"


@dataclass(frozen=True)
class Case:
    """One stock module with one set of arguments.

    :ivar name: the module's, and what is special about the arguments.
    :ivar module: its full name.
    :ivar given: what has to be there before; each reply is known to the arguments by a name.
    :ivar arguments: those of a resource that is to exist.
    :ivar absent: those of its removal; C(state) is added.
    :ivar others: for each argument that can be changed, another value.
    :ivar meddled: requests of somebody else that change what the module has no option for.
    :ivar untaggable: whether AWS knows no tags of this kind.
    :ivar read: reads it back. The first call gives the list of all such resources, by what tells one from another;
        those that follow give the properties of the first one, which is C($it).
    :ivar count: lists all of the kind that an account has, where the first call of C(read) cannot see a second one.
    :ivar known: where it falls short of the contract, by step, and why.
    :ivar use: which role uses it, or why none does.
    """

    name: str
    module: str
    arguments: Mapping[str, Any]
    absent: Mapping[str, Any]
    read: Sequence[Call]
    use: str
    given: Mapping[str, Call] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)
    meddled: Mapping[str, Call] = field(default_factory=dict)
    untaggable: bool = False
    count: Call | None = None
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def collection(self) -> str:
        """The name of its collection."""
        return self.module.rpartition(".")[0]


def load(part: str = "") -> list[Case]:
    """Return the cases with a text in their names; all without one."""
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [case(name, entry) for name, entry in entries.items() if part in name]


def case(name: str, entry: Mapping[str, Any]) -> Case:
    """Return a case as the file has it."""
    calls = {"read": [Call(**call) for call in entry["read"]]}
    named = {key: {name: Call(**call) for name, call in entry.get(key, {}).items()} for key in ("given", "meddled")}
    count = Call(**entry["count"]) if "count" in entry else None
    return Case(name=name, **{**entry, **calls, **named, "count": count})


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """Return arguments with C($name) replaced by what is known under that name."""
    if isinstance(value, str):
        return Template(value).safe_substitute(names)
    if isinstance(value, Mapping):
        return {key: filled(item, names) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [filled(item, names) for item in value]
    return value

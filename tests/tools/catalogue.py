"""Makes plugins/module_utils/catalogue.py, the kinds of AWS resources, out of the classes of all modules."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tests.tools.programs import Program, programs

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field
    from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource

WIDTH = 120
FILE = pathlib.Path("plugins/module_utils/catalogue.py")
HEAD = '''# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of AWS resources that the modules manage. C(make docs) writes this file from the modules' classes."""

from __future__ import annotations
'''


def exposing(rows: Mapping[str, Field], place: str = "") -> list[str]:
    """Return the rows that decide who may do or reach what, those inside of others too: C(vpc_config.subnets)."""
    found = []
    for name, row in rows.items():
        found += [place + name] if row.exposes else []
        found += exposing(row.rows or {}, f"{place}{name}.")
    return found


def table(name: str, kind: str, says: str, entries: Iterable[tuple[str, str]]) -> str:
    """Return a dict as a program has it.

    :param kind: the type of its values.
    :param says: the comment above it.
    :param entries: its keys and values, as the program has them.
    """
    lines = [line(key, value) for key, value in sorted(set(entries))]
    return "\n".join([f"\n# {says}", f"{name}: dict[str, {kind}] = {{", *lines, "}\n"] if lines else [])


def line(key: str, value: str) -> str:
    """Return an entry of a dict as a program has it, formatted as ruff does; the members of a long tuple have lines."""
    found = f"    {key}: {value},"
    if len(found) <= WIDTH:
        return found
    inside = "".join(f"        {member},\n" for member in value.strip("(),").split(", "))
    return f"    {key}: (\n{inside}    ),"


def first(entries: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Return one entry for each key; where several kinds have the same ARNs, the first of them by its value."""
    return dict(sorted(entries, reverse=True)).items()


def quoted(text: str) -> str:
    """Return a text as a program has it."""
    return f'"{text}"'


def members(texts: Iterable[str]) -> str:
    """Return a tuple of texts as a program has it, formatted as ruff does."""
    listed = [quoted(text) for text in texts]
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"


def rows_of(fields: Mapping[str, Field], inside: str) -> Mapping[str, Field]:
    """Return the rows of one of a module's kinds."""
    place = fields.get(inside)
    return (place.rows or {}) if place else {} if inside else fields


def listing(resource: type[Resource]) -> list[tuple[str, str]]:
    """Return the entry of a kind whose tags are listed by its ARN; nothing for others."""
    how = resource.tagging
    if not (how and how.listing and how.of({"arn": "arn", "name": "name", "id": "id"}) == "arn"):
        return []
    return [(quoted(resource.arn_kind), f"({', '.join(map(quoted, (resource.service, how.listing, how.which)))})")]


def of_stock() -> list[type[Resource]]:
    """Return the resources that modules of other collections manage."""
    from ansible_collections.streamflix.content_api.plugins.module_utils.stock import RESOURCES

    return list(RESOURCES.values())


def catalogue(found: Iterable[Program]) -> str:
    """Return the text of the catalogue.

    :raises ValueError: a kind with tags does not say what its ARN is like.
    """
    types, places, exposed, listings = [], [], [], []
    for program in found:
        resource = program.resource
        if resource.tagging and not resource.arn_kind:
            raise ValueError(f"{program.name}: {resource.aws_type} has tags, and no arn_kind")
        listings += listing(resource)
        for kind in resource.kinds():
            names = exposing(rows_of(resource.fields, kind.inside))
            # not one that only removes what others make
            if "state" not in resource.fields:
                places.append((quoted(kind.type), f"({quoted(program.name)}, {quoted(kind.inside)})"))
            types += [(quoted(kind.arn), quoted(kind.type))] if kind.arn else []
            exposed += [(quoted(kind.type), members(names))] if names else []
    for resource in of_stock():
        names = exposing(resource.fields)
        listings += listing(resource) if resource.arn_kind else []
        exposed += [(quoted(resource.aws_type), members(names))] if names else []
    return (
        HEAD
        + table("TYPES", "str", "CloudFormation's name of each kind, by service and type in its ARN.", first(types))
        + table(
            "TAG_LISTINGS",
            "tuple[str, str, str]",
            "Where the tags of a kind are a request of their own: the client, its method, the parameter with the ARN.",
            listings,
        )
        + table(
            "MODULES", "tuple[str, str]", "The module of each kind, and the option with its settings.", first(places)
        )
        + table(
            "EXPOSING", "tuple[str, ...]", "The settings of each kind that decide who may do or reach what.", exposed
        )
    )


def wanted(_tree: pathlib.Path) -> Iterator[tuple[pathlib.Path, str]]:
    """Yield the file with its text."""
    yield FILE, catalogue(programs())

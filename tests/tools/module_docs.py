"""Makes what a module's documentation says it returns of its resource, out of the rows of its table.

Keys, types and what is inside of what come from the rows; sentences and examples stay as they are written. What is new
is described by the first sentence of the option's documentation, and has its default or first choice for an example.
Keys beside the resource stay as they are.
"""

from __future__ import annotations

import json
import pathlib
import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from tests.tools.programs import Program, block, programs

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field

WIDTH = 120
TAGS = {"description": "Its tags.", "type": "dict", "sample": {"Environment": "dev"}}
READY = "Whether there is nothing left to wait for"
WITH_WAIT = ", so that a further run with O(wait=true) is not needed"
ACTIONS = "The AWS requests that change something, in order; in check mode those that the real run would send."
CHANGES = (
    "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type), "
    "C(name), and C(fields) with the values before and after."
)
ALWAYS_PRESENT = "Always V(present)."
STATE = "V(present) or V(absent), as it is now, or in check mode as it would be."


def common(program: Program, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all modules of resources return.

    :param written: what the module documents now.
    """
    change = {"field": "tags.Environment", "before": "test", "after": "dev"}
    update = {"action": "update", "type": program.resource.aws_type, "name": "example", "fields": [change]}
    lists = {"returned": "always", "type": "list"}
    ready = f"{READY}{WITH_WAIT if 'wait' in program.options() else ''}."
    state = STATE if "state" in program.resource.common else ALWAYS_PRESENT
    found: dict[str, dict[str, Any]] = {
        "ready": {"description": ready, "returned": "always", "type": "bool", "sample": True},
        "actions": {"description": ACTIONS, **lists, "elements": "str", "sample": []},
        "changes": {"description": CHANGES, **lists, "elements": "dict", "sample": [update]},
        "state": {"description": state, "returned": "always", "type": "str", "sample": "present"},
    }
    # examples stay as they are written
    return {key: {**told, "sample": written.get(key, told)["sample"]} for key, told in found.items()}


def first_sentence(description: str | list[str]) -> str:
    """Return the first sentence of an option's description."""
    text = description if isinstance(description, str) else description[0]
    return text.partition(". ")[0].rstrip(".") + "."


def example(row: Field) -> Any:
    """Return an example of what is returned of a new row."""
    by_type = {"list": [], "dict": {}, "bool": True, "int": 1, "float": 1.0}
    return row.default or next(iter(row.choices), None) or by_type.get(row.type, "example")


def entry(row: Field, option: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is returned of one row.

    :param option: its documentation as an option; empty when it is none.
    :param written: what the module documents now.
    """
    told = written.get("description") or first_sentence(option.get("description", "What AWS assigns"))
    # what a function reads may have another type than the option
    its_type = written.get("type", row.type) if callable(row.read) else row.type
    found: dict[str, Any] = {"description": told, "type": its_type}
    if its_type == "list":
        found["elements"] = "dict" if row.rows else written.get("elements", "str")
    if "sample" in written or not row.rows:
        found["sample"] = written.get("sample", example(row))
    else:
        found["contains"] = contains(row.rows, option.get("suboptions", {}), written.get("contains", {}))
    return found


def contains(
    rows: Mapping[str, Field], options: Mapping[str, Any], written: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return what is returned of the rows that AWS shows; those of a list are all shown."""
    return {
        name: entry(row, options.get(name, {}), written.get(name, {}))
        for name, row in rows.items()
        if row.described or row.aws
    }


def returned(program: Program) -> dict[str, Any]:
    """Return the whole RETURN of a module."""
    written, options = program.document("RETURN"), program.options()
    resource = program.resource
    rows, key = resource.fields, resource.result_key
    if resource.inside:
        rows, options = rows[resource.inside].rows or {}, options[resource.inside]["suboptions"]
    found = {**written, **common(program, written)}
    told = written[key].get("contains", {})
    if rows and isinstance(written[key].get("contains"), dict):
        of_it = contains(rows, options, told)
        if resource.tagging:
            of_it["tags"] = told.get("tags", TAGS)
        # what no row has, such as what a module works out by itself
        found[key] = {**written[key], "contains": of_it | {name: told[name] for name in told if name not in of_it}}
    return found


class Indented(yaml.SafeDumper):
    """Writes lists inside of dicts with an indent, as yamllint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Go one level deeper."""
        return super().increase_indent(flow, False)


def flow(value: Any) -> str:
    """Return a value in YAML on one line."""
    if isinstance(value, str):
        plain = f"key: {value}"
        try:
            same = yaml.safe_load(plain) == {"key": value}
        except yaml.YAMLError:
            same = False
        return value if same and value else json.dumps(value, ensure_ascii=False)
    return yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).removesuffix("\n...\n").strip()


def description(texts: list[str], indent: str) -> list[str]:
    """Return a description in YAML: on its key's line, or as a list of wrapped texts."""
    short = f"{indent}description: {flow(texts[0])}"
    if len(texts) == 1 and len(short) <= WIDTH:
        return [short]
    found = [f"{indent}description:"]
    for text in texts:
        lines = textwrap.wrap(flow(text), WIDTH - len(indent) - 4, break_long_words=False, break_on_hyphens=False)
        found += [f"{indent}  - {lines[0]}", *(f"{indent}    {line}" for line in lines[1:])]
    return found


def sample(value: Any, indent: str) -> list[str]:
    """Return an example in YAML: on its key's line, or in as many lines as it takes."""
    short = f"{indent}sample: {flow(value)}"
    nested = isinstance(value, list) and any(isinstance(item, dict) for item in value)
    if not isinstance(value, (dict, list)) or (len(short) <= WIDTH and not nested):
        return [short]

    def lines(in_lines: bool | None) -> list[str]:
        text = yaml.dump(value, Dumper=Indented, default_flow_style=in_lines, width=WIDTH, sort_keys=False)
        return [f"{indent}  {line}" for line in text.splitlines()]

    short_dicts = lines(None)
    return [f"{indent}sample:", *(short_dicts if max(map(len, short_dicts)) <= WIDTH else lines(in_lines=False))]


def lines_of(entries: Mapping[str, Any], indent: str = "") -> list[str]:
    """Return entries of RETURN as lines of YAML."""
    found: list[str] = []
    inner = indent + "  "
    for name, told in entries.items():
        found.append(f"{indent}{name}:")
        for key, value in told.items():
            if key == "description":
                found += description([value] if isinstance(value, str) else value, inner)
            elif key == "contains":
                found += [f"{inner}contains:", *lines_of(value, inner + "  ")]
            elif key == "sample":
                found += sample(value, inner)
            else:
                found.append(f"{inner}{key}: {flow(value)}")
    return found


def generated(program: Program) -> str:
    """Return a program's text with the RETURN that follows from its table."""
    text = program.file.read_text(encoding="utf-8")
    place = block(text, "RETURN")
    return text[: place.start(1)] + "\n".join(lines_of(returned(program))) + "\n" + text[place.end(1) :]


def wanted(tree: pathlib.Path) -> Iterator[tuple[pathlib.Path, str]]:
    """Yield each module of a resource that has a table, with its text."""
    for program in programs():
        if program.resource.fields:
            yield program.file.relative_to(tree), generated(program)

"""The texts of a new module's files, and the lines that go into files which all modules share."""

from __future__ import annotations

import json
import pathlib
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
import yaml

from tests.tools.module_docs import Indented
from tests.tools.new_module.blueprint import EMPTY, NUMBERS, Blueprint, NoModuleError, Row, Tags

TEMPLATES = pathlib.Path(__file__).parent / "templates"
MODULE = "plugins/modules/{name}.py"
TEST = "tests/unit/plugins/modules/test_{name}.py"
TAGGING = "plugins/module_utils/tags.py"
# CloudFormation's name of a service, where its types do not have the one of the boto3 client
SERVICES = {"elbv2": "ElasticLoadBalancingV2"}
EXAMPLES: dict[str, tuple[Any, Any]] = {"str": ("first", "second"), "bool": (True, False), "int": (1, 2)}


def article(words: str) -> str:
    """Return words with their article: C(an alarm)."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def source(value: Any) -> str:
    """Return a value as a program has it; ruff breaks its lines."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{source(key)}: {source(item)}' for key, item in value.items())}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(source, value))}{',' if len(value) == 1 else ''})"
    return f"[{', '.join(map(source, value))}]" if isinstance(value, list) else repr(value)


def call(name: str, *values: str, **named: str) -> str:
    """Return a call as a program has it, without what is empty."""
    given = [value for value in values if value]
    return f"{name}({', '.join([*given, *(f'{key}={value}' for key, value in named.items() if value)])})"


def rule_of(row: Row) -> str:
    """Return the rule of a text that must not be too long; nothing for others."""
    return f"partial(too_long, longest={row.longest})" if row.longest and not row.choices else ""


def field_of(row: Row, overwrites: bool, inside: str = "") -> str:
    """Return a row as the table has it.

    :param overwrites: whether the request that changes it sets back what it leaves out.
    :param inside: the type of the option that it is inside of; empty when of none.
    """
    nested = ", ".join(f"{source(one.name)}: {field_of(one, overwrites, row.type)}" for one in row.rows)
    merged = bool(row.rows) and row.type == "dict"
    # what is inside of a list is compared as a whole
    alone = not (row.required or merged or inside == "list")
    named = {
        "read": source(row.shown) if row.shown != row.member else "",
        "required": row.required and bool(inside),
        "new": "CHOSEN" if alone else "",
        "unset": source(EMPTY[row.type]) if alone and row.type in EMPTY else "",
        "fixed": row.fixed,
        "merge": merged,
        "whole": merged and overwrites,
        "same": "same_json" if row.json else "",
        "rule": rule_of(row),
        "choices": source(row.choices) if row.choices else "",
        "limits": source(row.limits) if row.limits else "",
        "rows": f"{{{nested}}}" if nested else "",
    }
    texts = {name: "True" if value is True else value for name, value in named.items() if value}
    return call("Field", source(row.type), source(row.member), **texts)


def option_of(row: Row, inner: bool = False) -> dict[str, Any]:
    """Return the documentation of an option."""
    limits = f", V({row.limits[0]}) to V({row.limits[1]})" if row.limits else ""
    limits += f", at most {row.longest} characters" if rule_of(row) else ""
    told: dict[str, Any] = {"description": f"{row.source}{limits}.", "type": row.type}
    if inner:
        told["description"] = f"C({row.member}) of it{limits}."
    if row.type == "list":
        told["elements"] = "dict" if row.rows else "str"
    if inner and row.required:
        told["required"] = True
    if row.choices:
        told["choices"] = list(row.choices)
    if row.rows:
        told["suboptions"] = {one.name: option_of(one, True) for one in row.rows}
    return told


def block(value: Mapping[str, Any], indent: int) -> str:
    """Return lines of YAML."""
    text = yaml.dump(dict(value), Dumper=Indented, sort_keys=False, width=110 - indent, allow_unicode=True)
    return textwrap.indent(text.rstrip("\n"), " " * indent)


def examples(row: Row) -> tuple[Any, Any]:
    """Return two values of an option, for examples and the test."""
    if row.rows:
        pairs = {one.name: examples(one) for one in row.rows}
        both = tuple({name: pair[index] for name, pair in pairs.items()} for index in (0, 1))
        return ([both[0]], [both[1]]) if row.type == "list" else (both[0], both[1])
    if row.choices:
        return row.choices[0], row.choices[-1]
    if row.limits:
        lowest = int(row.limits[0])
        return lowest, lowest + 1
    if row.json:
        return "{}", '{"start": "-PT3H"}'
    if row.type == "list":
        return ["first"], ["second"]
    if row.type == "dict":
        return {"First": "1"}, {"Second": "2"}
    if "arn" in row.name.split("_"):
        arn = "arn:aws:sns:eu-west-1:123456789012:{}"
        return arn.format("first"), arn.format("second")
    return EXAMPLES["int"] if row.type in NUMBERS else EXAMPLES[row.type]


def in_aws(row: Row, value: Any) -> Any:
    """Return a value of an option as AWS shows it."""
    if not row.rows:
        return value
    if row.type == "list":
        return [{one.member: in_aws(one, item[one.name]) for one in row.rows} for item in value]
    return {one.member: in_aws(one, value[one.name]) for one in row.rows}


def setting(row: Row) -> str:
    """Return what the test tries an option with."""
    first, second = examples(row)
    shown = source((in_aws(row, first), in_aws(row, second))) if row.rows else ""
    marks = {name: "True" for name in ("required", "fixed") if getattr(row, name)}
    return call("S", source(row.name), source(row.shown), source(first), source(second), shown=shown, **marks)[2:-1]


def tagging_of(tags: Tags, by: str) -> str:
    """Return the L(tags.Tagging) of a resource."""
    pairs = {"key": source(tags.key), "value": source(tags.value)} if (tags.key, tags.value) != ("Key", "Value") else {}
    both = ", ".join(f"{name}={text}" for name, text in pairs.items())
    reply = f"found.get({source(tags.reply)}, {{}})"
    listed = f"from_list(reply[{source(tags.reply)}]{', ' + both if both else ''})" if tags.key else f"not_aws({reply})"
    shape = "dict" if not tags.key else call("partial", "to_list", **pairs) if pairs else ""
    by_arn = re.search("arn|resource", tags.which, re.IGNORECASE)
    which = 'found["arn"]' if by_arn else f"found[{source(by)}]"
    of = (
        ""
        if by_arn and not tags.several
        else f"lambda found: [{which}]"
        if tags.several
        else f"itemgetter({source(by)})"
    )
    operations = "*RESOURCE" if (tags.tag, tags.untag) == ("tag_resource", "untag_resource") else ""
    return call(
        "Tagging",
        operations or f"{source(tags.tag)}, {source(tags.untag)}",
        source(tags.which),
        of=of,
        tags=source(tags.tags) if tags.tags != "Tags" else "",
        keys=source(tags.keys) if tags.keys != "TagKeys" else "",
        shape=shape,
        listing=source(tags.listing) if tags.listing else "",
        listed=f"lambda reply: {listed.replace('found', 'reply')}",
    )


@dataclass(frozen=True)
class Texts:
    """Makes the texts of a module's files.

    :ivar tree: the checkout.
    :ivar aws_type: CloudFormation's name of the resource.
    :ivar arn_kind: service and type in its ARN.
    """

    tree: pathlib.Path
    plan: Blueprint
    aws_type: str
    arn_kind: str

    @property
    def name(self) -> str:
        """What the resource is called in examples and the test."""
        return f"streamflix-{self.plan.thing.replace('_', '-')}-dev"

    def files(self) -> dict[str, str]:
        """Return the texts by path: files that are new, and those that get lines more."""
        tagging, tags = self.tagging()
        return {
            MODULE.format(name=self.plan.name): self.module(tagging),
            TEST.format(name=self.plan.name): self.test(),
            TAGGING: tags,
        }

    def render(self, template: str, **more: Any) -> str:
        """Return a template with what it asks for."""
        loader = jinja2.FileSystemLoader(TEMPLATES)
        environment = jinja2.Environment(
            loader=loader,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=jinja2.StrictUndefined,
        )
        words = {"plan": self.plan, "name": self.name, "a_thing": article(self.plan.words)}
        return environment.get_template(template).render(**words, **more)

    def module(self, tagging: str) -> str:
        """Return the module.

        :param tagging: the name of its L(tags.Tagging).
        """
        plan = self.plan
        rows = (plan.by, *plan.rows)
        options = {row.name: option_of(row) for row in rows}
        options[plan.by.name] = {"description": f"Name of the {plan.words}.", "type": "str", "required": True}
        example = {plan.by.name: self.name, **{row.name: examples(row)[0] for row in plan.rows if row.required}}
        required = tuple(row.name for row in plan.rows if row.required)
        which = {method: f"{{{source(how.parameter)}: {source(how.row)}}}" for method, how in plan.which.items()}
        alike = which.get(plan.change) == which[plan.remove]
        done_if = "GONE" if plan.gone else ""
        return self.render(
            "module.py.j2",
            aws_type=self.aws_type,
            arn_kind=self.arn_kind,
            options=block(options, 2),
            example=block({**example, "tags": {"Environment": "dev"}}, 4),
            gone=f"{{{', '.join(map(source, plan.gone))}}}" if plan.gone else "()",
            fields=self.fields(),
            table=" ".join(row for _name, row in self.fields()),
            required=source(required) if required else "",
            tagging=tagging,
            read=self.read(),
            change=self.change("WHICH" if alike else which.get(plan.change, "")),
            remove=self.write(plan.remove, "WHICH" if alike else which[plan.remove], done_if=done_if),
            which_change=which.get(plan.change, ""),
            which_remove=which[plan.remove],
        )

    def fields(self) -> list[tuple[str, str]]:
        """Return the names and the rows of the table."""
        plan = self.plan
        if not plan.arn:
            raise NoModuleError(f"{plan.read} shows no ARN, which tags are set by: write its Tagging by hand.")
        arn = f"Field(read={source(plan.arn)}, assigned=True, always=True, new=CHOSEN)"
        shown = f", read={source(plan.by.shown)}" if plan.by.shown != plan.by.member else ""
        rule = f", rule={rule_of(plan.by)}" if rule_of(plan.by) else ""
        by = f"Field(aws={source(plan.by.member)}{shown}, required=True, always=True{rule})"
        return [("arn", arn), (plan.by.name, by), *((row.name, field_of(row, plan.overwrites)) for row in plan.rows)]

    def read(self) -> str:
        """Return what L(plain.Read) gets."""
        plan = self.plan
        marks = {"several": plan.which[plan.read].several, "alone": plan.alone, "gone": bool(plan.gone)}
        named = {name: "GONE" if name == "gone" else "True" for name, mark in marks.items() if mark}
        key, which = source(plan.key), source(plan.which[plan.read].parameter)
        match = source(plan.match) if plan.match else ""
        return call("R", source(plan.read), key, which, **named, match=match)[2:-1]

    def change(self, which: str) -> str:
        """Return what L(plain.Write) gets of the request that changes it; nothing where none does."""
        plan = self.plan
        sends = tuple(row.name for row in plan.rows if not row.fixed)
        if not plan.change or not sends:
            return ""
        whole = "True" if plan.overwrites else ""
        return self.write(plan.change, which, source(sends), whole=whole)

    def write(self, method: str, *values: str, **named: str) -> str:
        """Return what L(plain.Write) gets."""
        several = "True" if self.plan.which[method].several else ""
        return call("W", source(method), *values, several=several, **named)[2:-1]

    def test(self) -> str:
        """Return the test."""
        plan = self.plan
        which = plan.which[plan.read]
        asked = "[NAME]" if which.several else "NAME"
        named = f"found[{source(plan.arn)}]" if re.search("arn|resource", plan.tags.which, re.IGNORECASE) else "NAME"
        return self.render(
            "test.py.j2",
            settings=[setting(row) for row in plan.rows],
            fixed=any(row.fixed for row in plan.rows),
            which_read=f"{which.parameter}={asked}",
            which_tags=f"[{named}]" if plan.tags.several else named,
            codes=", ".join(map(source, plan.gone)),
        )

    def tagging(self) -> tuple[str, str]:
        """Return the name of the L(tags.Tagging), and the text of the file with it."""
        file = self.tree / TAGGING
        text = file.read_text(encoding="utf-8")
        wanted = tagging_of(self.plan.tags, self.plan.by.name)
        service = re.sub(r"\W", "", self.plan.client).upper()
        known = present_tagging(service)
        if known is not None and same_tagging(known, self.plan.tags):
            return service, text
        name = service if known is None else f"{service}_{self.plan.thing.upper()}"
        end = text.index("\n\n\ndef steps(")
        return name, f"{text[:end]}\n{name} = {wanted}{text[end:]}"


def present_tagging(name: str) -> Any:
    """Return the L(tags.Tagging) of a name; None when there is none."""
    from ansible_collections.streamflix.content_api.plugins.module_utils import tags

    return getattr(tags, name, None)


def same_tagging(known: Any, tags: Tags) -> bool:
    """Tell whether a L(tags.Tagging) sends the requests that a resource needs."""
    wanted: Sequence[str] = (tags.tag, tags.untag, tags.which, tags.tags, tags.keys, tags.listing)
    return (known.tag, known.untag, known.which, known.tags, known.keys, known.listing) == tuple(wanted)

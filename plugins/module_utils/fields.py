# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of a module: one row for each option, and for each thing that AWS shows of its resource.

Each row says all that a module needs to know about it. The argument spec, the description, the comparison, the
parameters of requests, what AWS cannot change in place, and limits follow from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, TypeAlias

from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown, unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range

# in place of a parameter's name: the value is written as several parameters
SEVERAL = "*"


@dataclass(frozen=True)
class Chosen:
    """Stands for a value that AWS chooses or assigns when it creates a resource.

    :ivar prefix: what the value begins with, as for L(plan.unknown).
    """

    prefix: str = ""


CHOSEN = Chosen()


def as_it_is(value: Any) -> Any:
    """Return a value that is written, or compared, as it is."""
    return value


def same_json(one: Any, other: Any) -> bool:
    """Tell whether two texts say the same in JSON; a text that is no JSON says what it says."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return bool(one == other)


@dataclass(frozen=True)
class Field:
    """One option of a module, or one thing that AWS assigns; or both an option and what AWS shows of it.

    :ivar type: Ansible's name of its type; a C(list) is one of C(elements) unless C(rows) says what is in it.
    :ivar elements: Ansible's name of the type of what is in a list.
    :ivar aws: the parameter of the requests that set it, and the member of the description that shows it; with dots for
        what is inside of others, such as C(Matcher.HttpCode). Empty for an option that only says how the module works.
        L(SEVERAL) when C(write) returns several parameters, or C(rows) have them.
    :ivar read: the member of the description, where it has another name than the parameter, or a function that reads
        the value out of the description.
    :ivar write: makes the parameter out of the value.
    :ivar normal: makes the option's value comparable with what is described; never called with None.
    :ivar new: the value in a new resource when the option is left out; L(CHOSEN) for what AWS chooses.
    :ivar unset: the value when the description leaves the member out; with C(rows), as AWS would have it.
    :ivar always: whether AWS always shows it, so that a description without it is an error.
    :ivar assigned: whether AWS assigns it, so that it is no option.
    :ivar made: makes the value out of the module's options; then it is no option itself.
    :ivar shown_only: whether it is no setting, such as a state or an address, so that previews do not compare it.
    :ivar fixed: whether AWS cannot change it in place.
    :ivar deferred: whether AWS keeps a change for the maintenance window, unless the request says to make it at once.
    :ivar pending: what C(PendingModifiedValues) calls it, or a function that reads the value out of them.
    :ivar exposes: whether it decides who may do what in the account, or who may reach what over the network.
    :ivar later: whether the request that creates the resource does not take it, so that another sets it afterwards.
    :ivar merge: whether what the user leaves out of a dict stays as it is; in a new resource it is as C(rows) say.
    :ivar same: tells whether the value and what is wanted say the same, where that is more than to be equal.
    :ivar whole: whether a change of a dict sends all of it, because AWS sets what is left out back.
    :ivar rule: finds what AWS refuses, by the option's name and value, as sentences; never called with None.
    :ivar limits: the smallest and the largest value.
    :ivar rows: the options inside of it, of a dict or of each dict of a list. Where they have C(aws), they say how the
        dict is described and written, too, unless C(read) is a function, or C(write) is given.
    :ivar required, default, choices, no_log, aliases: as in an argument spec.
    """

    type: str = "str"
    aws: str = ""
    _by_name: KW_ONLY
    elements: str = "str"
    read: str | Callable[[Mapping[str, Any]], Any] = ""
    write: Callable[[Any], Any] = as_it_is
    normal: Callable[[Any], Any] = as_it_is
    new: Any = None
    unset: Any = None
    always: bool = False
    assigned: bool = False
    made: Callable[[Mapping[str, Any]], Any] | None = None
    shown_only: bool = False
    fixed: bool = False
    deferred: bool = False
    pending: str | Callable[[Mapping[str, Any]], Any] = ""
    exposes: bool = False
    later: bool = False
    merge: bool = False
    same: Callable[[Any, Any], bool] | None = None
    whole: bool = False
    rule: Callable[[str, Any], list[str]] | None = None
    limits: tuple[float, float] | None = None
    rows: Mapping[str, Field] | None = None
    required: bool = False
    default: Any = None
    choices: Collection[Any] = ()
    no_log: bool | None = None
    aliases: Collection[str] = field(default=())

    @property
    def described(self) -> bool:
        """Whether descriptions show it."""
        return bool(self.read or (self.aws and (self.aws != SEVERAL or self.nested)))

    @property
    def nested(self) -> bool:
        """Whether C(rows) say how AWS describes what is inside of it."""
        return any(row.aws for row in (self.rows or {}).values())

    @property
    def is_option(self) -> bool:
        """Whether the user can set it."""
        return not self.assigned and self.made is None

    @property
    def sent(self) -> bool:
        """Whether requests set it."""
        return bool(self.aws) and not self.assigned

    def of(self, item: Mapping[str, Any]) -> Any:
        """Return its value in a description by AWS.

        :raises AwsError: AWS always shows it, and this description lacks it.
        """
        if callable(self.read):
            return self.read(item)
        member = self.read or self.aws
        if member == SEVERAL:
            return self.inside(described, item)
        found: Any = item
        for key in member.split("."):
            found = found[key] if self.always else found.get(key)
            if found is None:
                break
        return self.inside(described, self.unset if found is None else found)

    def parameter(self, value: Any) -> Any:
        """Return the parameter for its value."""
        return self.inside(all_params, value) if self.write is as_it_is else self.write(value)

    def inside(self, change: Callable[[Rows, Mapping[str, Any]], dict[str, Any]], value: Any) -> Any:
        """Return a value with what a function makes of its dicts by C(rows); as it is where those have no C(aws)."""
        rows = self.rows
        if value is None or rows is None or not self.nested:
            return value
        return [change(rows, item) for item in value] if self.type == "list" else change(rows, value)

    def spec(self) -> dict[str, Any]:
        """Return its entry in the argument spec."""
        entry: dict[str, Any] = {"type": self.type}
        if self.type == "list":
            entry["elements"] = "dict" if self.rows else self.elements
        if self.rows is not None:
            entry["options"] = argument_spec(self.rows)
        if self.choices:
            entry["choices"] = list(self.choices)
        if self.aliases:
            entry["aliases"] = list(self.aliases)
        if self.required:
            entry["required"] = True
        if self.default is not None:
            entry["default"] = self.default
        if self.no_log is not None:
            entry["no_log"] = self.no_log
        return entry


Rows: TypeAlias = Mapping[str, Field]


def sorted_texts(member: str) -> Callable[[Mapping[str, Any]], list[str]]:
    """Return a reader of a list of texts whose order means nothing to AWS.

    :param member: where the description has it, as L(Field.aws).
    """
    row = Field(aws=member, unset=[])
    return lambda item: sorted(row.of(item))


def argument_spec(rows: Rows) -> dict[str, Any]:
    """Return the argument spec of those rows that are options."""
    return {name: row.spec() for name, row in rows.items() if row.is_option}


def only(rows: Rows, *names: str) -> Rows:
    """Return the rows of these names."""
    return {name: rows[name] for name in names}


def options_of(rows: Rows) -> Rows:
    """Return the options among the rows of something beside the resource, whose description does not show them."""
    return {
        name: replace(row, aws="", read="", rows=options_of(row.rows) if row.rows else None)
        for name, row in rows.items()
        if row.is_option
    }


def described(rows: Rows, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what AWS shows of a resource, in the module's shape.

    :param item: the resource as AWS describes it.
    :raises AwsError: the description lacks what AWS always shows.
    """
    return {name: row.of(item) for name, row in rows.items() if row.described}


def wanted(rows: Rows, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the user asks of a resource, in the shape of L(described); None for what is not set."""

    def value(name: str, row: Field) -> Any:
        asked = row.made(options) if row.made else options[name]
        if asked is None:
            return None
        return row.normal(given(asked) if row.merge else asked)

    return {name: value(name, row) for name, row in rows.items() if row.described and not row.assigned}


def given(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dict without what the user left out of it."""
    return {key: item for key, item in value.items() if item is not None}


def created(rows: Rows, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource as it will be once it is created.

    :param values: what is asked for, as L(wanted).
    """

    def value(name: str, row: Field) -> Any:
        asked = values.get(name)
        if row.merge and row.new is None and row.rows and row.nested:
            return created(row.rows, asked or {})
        if asked is None:
            return unknown(row.new.prefix) if isinstance(row.new, Chosen) else row.new
        return {**(row.new or {}), **asked} if row.merge else asked

    return {name: value(name, row) for name, row in rows.items() if row.described}


def params(rows: Rows, values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return parameters of a request.

    :param values: in the shape of L(described).
    :param names: whose values the request sends, as far as they are set.
    """
    found: dict[str, Any] = {}
    for name in (name for name in names if values.get(name) is not None):
        row, sent = rows[name], rows[name].parameter(values[name])
        if row.aws == SEVERAL:
            found.update(sent)
            continue
        *outer, member = row.aws.split(".")
        place = found
        for key in outer:
            place = place.setdefault(key, {})
        place[member] = sent
    return found


def all_params(rows: Rows, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return L(params) of all that is set."""
    return params(rows, values, [name for name, row in rows.items() if row.sent])


def fixed(rows: Rows) -> list[str]:
    """Return what AWS cannot change in place."""
    return [name for name, row in rows.items() if row.fixed]


def no_settings(rows: Rows) -> list[str]:
    """Return what previews do not compare."""
    return [name for name, row in rows.items() if row.shown_only]


def refusals(rows: Rows, options: Mapping[str, Any], removal: bool = False, inside: str = "") -> list[str]:
    """Return what AWS would refuse in the options, by the limits and rules of their rows.

    :param removal: whether the resource is to be removed, for which its settings do not matter.
    :param inside: what the names of the options begin with, such as C(health_check.).
    """
    found: list[str] = []
    for name, row in rows.items():
        no_matter = not row.is_option or (removal and (row.sent or row.described) and not row.required)
        value = None if no_matter else options[name]
        # of what a preview knows only in part, such as the name of a log group with an id in it, nothing can be told
        if value is None or (isinstance(value, str) and is_unknown(value)):
            continue
        if row.limits:
            found += out_of_range(inside + name, value, *row.limits)
        if row.rule:
            found += row.rule(inside + name, value)
        if row.type == "dict":
            found += refusals(row.rows or {}, value, inside=f"{inside}{name}.")
    return found

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resources of which tables say all: one request creates, one removes, and the changes are a request each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    Plan,
    Reader,
    differences,
    is_unknown,
    refuse_replacement,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource


@dataclass(frozen=True)
class Read:
    """The request that describes a resource.

    :ivar operation: the boto3 method.
    :ivar key: where its reply has the list of what was found; empty when the reply itself is the description.
    :ivar alone: whether C(key) has the description itself, and no list.
    :ivar which: its parameter that says which resource: by its name, or a list of names.
    :ivar several: whether C(which) takes a list.
    :ivar gone: the error codes for: it does not exist.
    :ivar match: the member that has to be the name, where AWS finds what begins with it; empty otherwise.
    :ivar more: further parameters.
    """

    operation: str
    key: str
    which: str
    alone: bool = False
    several: bool = False
    gone: frozenset[str] = frozenset()
    match: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Write:
    """A request that creates, changes or removes a resource.

    :ivar operation: the boto3 method.
    :ivar which: its parameters that say which resource, each with the name of the row that has the value.
    :ivar several: whether these take a list.
    :ivar sends: the rows whose values it sends; of a creation it is all that are not L(Field.later).
    :ivar whole: whether it sends all of them when one differs, because AWS sets what is left out back.
    :ivar clear: the boto3 method that takes the place of it for an empty value.
    :ivar called: the parameters of rows that have another name here, each with that name.
    :ivar binds: what L(Call.binds) has for what the later requests of a creation need.
    :ivar done_if: as L(Call.done_if); where there is C(clear), of that alone.
    :ivar retry_if: as L(Call.retry_if).
    :ivar once: of a creation, as L(Call.once).
    """

    operation: str
    which: Mapping[str, str] = field(default_factory=dict)
    sends: tuple[str, ...] = ()
    whole: bool = False
    several: bool = False
    clear: str = ""
    called: Mapping[str, str] = field(default_factory=dict)
    binds: Mapping[str, Reader] = field(default_factory=dict)
    done_if: frozenset[str] = frozenset()
    retry_if: frozenset[str] = frozenset()
    once: bool = False

    def resource(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters that say which resource.

        :param values: those of its rows.
        """
        return {parameter: [values[name]] if self.several else values[name] for parameter, name in self.which.items()}


def set_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those that are not set, or empty."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def changed_part(row: fields.Field, now: Any, then: Any) -> Any:
    """Return of a dict only what differs, unless AWS wants all of it; anything else as it will be."""
    if row.whole or not (isinstance(now, Mapping) and isinstance(then, Mapping)):
        return then
    return differences(now, then)


class PlainResource(Resource):
    """A resource that is told by tables.

    :cvar read: how it is described.
    :cvar create: the request that creates it, with its tags.
    :cvar changes: the requests that change it, in order.
    :cvar remove: the request that removes it.
    :cvar remedy: what the user can do where AWS cannot make a change in place.
    """

    read: ClassVar[Read]
    create: ClassVar[Write]
    changes: ClassVar[tuple[Write, ...]] = ()
    remove: ClassVar[Write]
    remedy: ClassVar[str] = ""
    tagging: ClassVar[tags.Tagging]

    def describe(self) -> dict[str, Any] | None:
        if is_unknown(self.name):
            return None
        item = self.find()
        if item is None:
            return None
        # one that is being removed may vanish between two requests
        its_tags = self.tags_of(item)
        return None if its_tags is None else {**fields.described(self.fields, item), "tags": its_tags}

    def find(self) -> dict[str, Any] | None:
        """Return the resource as AWS describes it; None when it does not exist.

        :raises AwsError: as L(Api.call).
        """
        how, api = self.read, self.api
        asked = {how.which: [self.name] if how.several else self.name, **how.more}
        if how.alone or not how.key:
            reply = api.get(how.operation, how.gone, **asked)
            return reply[how.key] if reply is not None and how.alone else reply
        if not how.match:
            return api.find(how.operation, how.key, how.gone, **asked)
        found = api.pages(how.operation, how.key, **asked)
        return next((item for item in found if item[how.match] == self.name), None)

    def tags_of(self, item: dict[str, Any]) -> dict[str, str] | None:
        """Return its tags; None when it is gone before the request that tells them.

        :raises AwsError: as L(Api.call).
        """
        how = self.tagging
        if not how.listing:
            return how.listed(item)
        which = how.resource(fields.described(self.fields, item))
        reply = self.api.get(how.listing, self.read.gone, **which)
        return None if reply is None else how.listed(reply)

    def wanted(self) -> dict[str, Any]:
        """Return what the user asks for, as L(fields.wanted)."""
        return fields.wanted(self.fields, self.options)

    def created(self) -> dict[str, Any]:
        """Return it as it will be once it is created, but for its tags, as L(fields.created)."""
        return fields.created(self.fields, self.wanted())

    def plan_create(self) -> Plan:
        rows, options, how = self.fields, self.options, self.create
        wanted = set_values(self.wanted())
        at_once = [name for name, row in rows.items() if row.sent and not row.later]
        params = fields.params(rows, wanted, at_once) | self.creation_tags(options["tags"] or {})
        first = Call(how.operation, params, self.name, binds=how.binds, done_if=how.done_if, retry_if=how.retry_if)
        steps = [replace(first, once=how.once)]
        after = {**self.created(), "tags": dict(options["tags"] or {})}
        # what a new one has anyway needs no request
        set_later = {name for name, row in rows.items() if row.later and name in wanted and wanted[name] != row.new}
        bound = after | {name: Later(name) for name in how.binds}
        return Plan([*steps, *self.change_steps(set_later, {}, bound)], None, after)

    def creation_tags(self, its_tags: Mapping[str, str]) -> dict[str, Any]:
        """Return the parameters of the creation that hold the tags."""
        return {self.tagging.tags: self.tagging.shape(its_tags)} if its_tags else {}

    def plan_update(self, current: dict[str, Any]) -> Plan:
        rows, options = self.fields, self.options
        wanted = self.merged(current)
        refuse_replacement(current, wanted, fields.fixed(rows), self.remedy)
        changed = differences(current, wanted)
        tagging = tags.steps(self.tagging, self.to_be_tagged(current), current["tags"], options, self.name)
        its_tags = tags.after(current["tags"], options["tags"], options["purge_tags"])
        after = {**current, **changed, "tags": its_tags}
        return Plan([*self.change_steps(changed, current, after), *tagging], current, after)

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        """Return L(wanted) with what a dict keeps of what it has, and with the present words for what says the same."""
        wanted = self.wanted()
        for name, row in self.fields.items():
            if wanted.get(name) is None:
                continue
            if row.merge:
                wanted[name] = {**current[name], **wanted[name]}
            if row.same and row.same(current[name], wanted[name]):
                wanted[name] = current[name]
        return wanted

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the requests that set what differs.

        :param changed: the names of the rows.
        :param before: the resource as it is; empty when it has just been created.
        :param after: the resource as it will be; what an earlier request assigns is L(Later).
        """
        steps = []
        for how in self.changes:
            differ = [name for name in how.sends if name in changed]
            if not differ:
                continue
            which = how.resource(after)
            names = how.sends if how.whole else differ
            if how.clear and not any(after[name] for name in differ):
                steps.append(Call(how.clear, which, self.name, done_if=how.done_if, retry_if=how.retry_if))
                continue
            values = {name: changed_part(self.fields[name], before.get(name), after[name]) for name in names}
            if how.operation == self.create.operation:
                # it overwrites: what is left out is as in a new one
                values = set_values(values)
            sent = {how.called.get(key, key): to for key, to in fields.params(self.fields, values, names).items()}
            done_if = frozenset() if how.clear else how.done_if
            steps.append(Call(how.operation, {**which, **sent}, self.name, done_if=done_if, retry_if=how.retry_if))
        return steps

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        how = self.remove
        which = how.resource(current)
        return Plan([Call(how.operation, which, self.name, done_if=how.done_if, retry_if=how.retry_if)], current, None)

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a plan does to each AWS resource: created, updated or removed, and which fields change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CREATE, UPDATE, REMOVE, REPLACE = "create", "update", "remove", "replace"


@dataclass(frozen=True)
class Part:
    """One AWS resource of what a module manages.

    :ivar type: CloudFormation's name for its kind, such as C(AWS::EC2::Subnet).
    :ivar name: what users call it; it distinguishes the resource from others of its kind.
    :ivar properties: what the module compares of it, as it describes it.
    :ivar key: distinguishes it from others where names may change or occur twice; empty where the name is enough.
    """

    type: str
    name: str
    properties: Mapping[str, Any]
    key: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What identifies the resource before and after the change."""
        return self.type, self.key or self.name


def compare(before: Iterable[Part], after: Iterable[Part]) -> list[dict[str, Any]]:
    """Return what happens to each resource; one that does not change is left out.

    :returns: for each C(action), C(type), C(name) and C(fields), sorted by type and name.
    """
    have = {part.identity: part for part in before}
    want = {part.identity: part for part in after}
    found = []
    for identity in sorted(have.keys() | want.keys()):
        old, new = have.get(identity), want.get(identity)
        fields = list(differing("", old.properties if old else {}, new.properties if new else {}))
        action = CREATE if old is None else REMOVE if new is None else UPDATE
        if fields or action != UPDATE:
            part = (have | want)[identity]
            found.append({"action": action, "type": part.type, "name": part.name, "fields": fields})
    return sorted(found, key=lambda change: (change["type"], change["name"]))


def settings(found: Mapping[str, Any], *others: str) -> dict[str, Any]:
    """Return the settings of a resource that was described.

    :param others: keys that are no settings: ids, states, addresses, and what other parts show.
    """
    return {key: value for key, value in found.items() if key not in others}


def properties(found: Mapping[str, Any], *others: str) -> dict[str, Any]:
    """Return a resource as it is described, without its name, which the change has, and AWS's word for its state.

    :param others: what else to leave out, as in L(settings).
    """
    return settings(found, "name", "status", *others)


def replaced(part: Part, fields: Mapping[str, tuple[Any, Any]], reason: str) -> dict[str, Any]:
    """Return the change of a resource that AWS cannot change in place.

    :param fields: what differs, each with its present and its wanted value.
    :param reason: why, and what the user can do.
    """
    listed = [field(name, old, new) for name, (old, new) in fields.items()]
    return {"action": REPLACE, "type": part.type, "name": part.name, "fields": listed, "reason": reason}


def made_anew(
    before: Sequence[Part], after: Sequence[Part], fields: Mapping[str, tuple[Any, Any]], reason: str
) -> list[dict[str, Any]]:
    """Return what happens to a resource, the first part of both sides, that is removed and created anew.

    Parts that are made anew under the same name, such as the instances of a cluster, are not listed by themselves.

    :param fields: what can't be changed in place; whatever else differs is added.
    :param reason: why it is replaced.
    """
    whole = after[0]
    others = [
        change
        for change in compare(before, after)
        if change["action"] != UPDATE and (change["type"], change["name"]) != (whole.type, whole.name)
    ]
    also = {
        item["field"]: (item["before"], item["after"])
        for item in differing("", before[0].properties if before else {}, whole.properties)
    }
    return [replaced(whole, {**fields, **also}, reason), *others]


def differing(name: str, old: Any, new: Any) -> Iterator[dict[str, Any]]:
    """Yield the fields that differ between two values.

    :param name: the field that both are the values of, such as C(health_check.path); empty for the whole.
    :returns: for each C(field), C(before) and C(after). Of lists, only the items that the other list lacks.
    """
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            yield from differing(f"{name}.{key}" if name else str(key), old.get(key), new.get(key))
    elif is_list(old) and is_list(new):
        gone, come = without(old, new), without(new, old)
        # the same items in another order
        yield field(name, gone, come) if gone or come else field(name, list(old), list(new))
    else:
        yield field(name, old, new)


def field(name: str, old: Any, new: Any) -> dict[str, Any]:
    """Return one changed field."""
    return {"field": name, "before": old, "after": new}


def is_list(value: Any) -> bool:
    """Tell whether a value is a list or a tuple."""
    return isinstance(value, (list, tuple))


def without(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return the items that are not among the others; an item that occurs more often, as often as it exceeds."""
    left = list(others)
    found = []
    for item in items:
        if item in left:
            left.remove(item)
        else:
            found.append(item)
    return found

"""The life that tests of modules go through finds what a module does wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.life import Life, Setting

LIFE = Life(
    "thing",
    {"name": "one"},
    (Setting("size", "Size", 1, 2), Setting("zone", "Zone", "a", "b", required=True, fixed=True)),
)
MEMBERS = {"size": "Size", "zone": "Zone"}


class Module:
    """A module in memory, with one fault.

    :ivar thing: what AWS has of it.
    """

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.thing: dict[str, Any] | None = None

    def read(self) -> dict[str, Any] | None:
        """Return what AWS shows."""
        return None if self.thing is None else {**self.thing, "tags": dict(self.thing["tags"])}

    def run(self, _module: str, *, check: bool = False, state: str = "present", **options: Any) -> dict[str, Any]:
        """Do what a module does, but for the fault."""
        owner, adopt = options.pop("owner_tags", {}), options.pop("adopt", False)
        foreign = self.thing is not None and any(self.thing["tags"].get(key) != text for key, text in owner.items())
        if foreign and not adopt and self.fault != "takes what is not ours":
            return self._result({}) if state == "absent" else {"failed": True, "msg": "thing one is not ours"}
        if state == "absent":
            return self._remove(check)
        return self._set(check, options, owner)

    def _result(self, changed: dict[str, Any], action: str = "update") -> dict[str, Any]:
        fields = [{"field": name} for name in changed]
        told = [{"action": action, "fields": fields}] if changed else []
        return {"changed": bool(changed), "changes": told, "actions": [f"{action} one"] if changed else []}

    def _remove(self, check: bool) -> dict[str, Any]:
        there = self.thing is not None
        if not check and self.fault != "removes nothing":
            self.thing = None
        return self._result({"name": 1} if there else {}, "remove")

    def _set(self, check: bool, options: dict[str, Any], owner: dict[str, str]) -> dict[str, Any]:
        now = self.thing or {"tags": {}}
        wanted = {MEMBERS[name]: value for name, value in options.items() if name in MEMBERS}
        if "tags" in options and self.fault != "forgets tags":
            wanted["tags"] = {**options["tags"], **owner}
        if self.thing and wanted["Zone"] != now["Zone"] and self.fault != "changes what is fixed":
            return {"failed": True, "msg": "cannot be changed", "needs_replacement": ["zone"]}
        changed = {name.lower(): value for name, value in wanted.items() if now.get(name) != value}
        if self.fault == "never settles":
            changed = {"size": 1}
        if self.fault == "names too much" and changed:
            changed |= {"zone": "a"}
        if (not check or self.fault == "writes in a preview") and self.fault != "changes nothing":
            self.thing = {**now, **wanted}
        return self._result(changed)


STEPS: dict[str, Callable[[Module], None]] = {
    "live": lambda module: LIFE.live(module.run, module.read),
    "change": lambda module: LIFE.change(module.run, module.read, "size"),
    "refuse": lambda module: LIFE.refuse(module.run, module.read, "zone"),
    "respect": lambda module: LIFE.respect(module.run, module.read),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_good_module_lives(step: str) -> None:
    STEPS[step](Module())


@pytest.mark.parametrize(
    ("step", "fault", "says"),
    [
        ("live", "writes in a preview", "a preview writes nothing"),
        ("live", "changes nothing", "it exists"),
        ("live", "forgets tags", "AWS shows the tags"),
        ("live", "never settles", "a second run changes nothing"),
        ("live", "removes nothing", "it is gone"),
        ("change", "names too much", "names size, and nothing else"),
        ("refuse", "changes what is fixed", "zone cannot be changed"),
        ("respect", "takes what is not ours", "somebody else's is refused"),
    ],
)
def test_a_fault_is_found(step: str, fault: str, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        STEPS[step](Module(fault))

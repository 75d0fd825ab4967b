# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a whole run does to each AWS resource, collected from the results of its tasks.

A task returns under C(changes) what happens to the resources that it manages. Two tasks may report the same resource,
such as the request and the wait for it; here each resource is one entry.
"""

from __future__ import annotations

import json
import pathlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, ClassVar, TypeAlias

from ansible_collections.streamflix.content_api.plugins.module_utils import files
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import (
    CREATE,
    REMOVE,
    REPLACE,
    UPDATE,
    is_list,
    without,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.preflight import DRIFT_IGNORE_PATTERNS
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost import difference

ACTIONS = (CREATE, UPDATE, REPLACE, REMOVE)
ANEW = "It was removed and created anew."
BEGAN_LATE = (
    "The run began at the task {!r} (--start-at-task): what comes before it was neither checked nor found. "
    "Run all of it; --tags runs a part."
)

Change: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str, int]
Field: TypeAlias = Mapping[str, Any]


def reported(result: Mapping[str, Any]) -> list[list[Change]] | None:
    """Return the lists of changes of a task's result and of its loop's items; None when there is no such list.

    Results that Ansible censors have no such key. Other modules may use the key for other things; these are left out.
    """
    found = [each["changes"] for each in (result, *items_of(result)) if is_list(each.get("changes"))]
    lists = [changes for changes in found if all(map(is_change, changes))]
    return [list(map(dict, changes)) for changes in lists] if lists else None


def items_of(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the results of a task's loop, item by item; empty without a loop."""
    items = result.get("results")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, (list, tuple)) else []


def is_change(value: Any) -> bool:
    """Tell whether a value is a change of one AWS resource."""
    return isinstance(value, Mapping) and value.get("action") in ACTIONS and {"type", "name"} <= value.keys()


def message_of(result: Mapping[str, Any]) -> str:
    """Return the message of a task that failed."""
    return str(result.get("msg") or result.get("censored") or "no message")


def merge(first: Change, then: Change, check_mode: bool) -> Change | None:
    """Return the change of a resource that two tasks report; None when it does not change.

    :param check_mode: nothing happened between the two, so both report the same state before.
    """
    actions = (first["action"], then["action"])
    if actions[0] == REPLACE or actions in {(CREATE, CREATE), (CREATE, UPDATE)}:
        # an update after a creation adds to it, also in a preview
        later = actions != (CREATE, UPDATE)
        return {**first, "fields": merge_fields(first["fields"], then["fields"], check_mode=later)}
    if actions == (CREATE, REMOVE) and not check_mode:
        return None
    if actions == (REMOVE, CREATE):
        return {**then, "action": REPLACE, "tier": first["tier"], "fields": [], "reason": ANEW}
    if actions == (UPDATE, UPDATE):
        fields = merge_fields(first["fields"], then["fields"], check_mode)
        return {**first, "fields": fields} if fields else None
    return {**then, "tier": first["tier"]}


def merge_fields(first: Iterable[Field], then: Iterable[Field], check_mode: bool) -> list[dict[str, Any]]:
    """Return the fields that two changes of one resource change, each once.

    :param check_mode: both report the same state before, so the later one is right.
    """
    merged = {entry["field"]: dict(entry) for entry in first}
    for entry in then:
        name = entry["field"]
        if name in merged and not check_mode:
            merged[name] = merge_field(merged[name], entry)
        else:
            merged[name] = dict(entry)
    return [entry for entry in merged.values() if entry["before"] != entry["after"]]


def merge_field(first: Field, then: Field) -> dict[str, Any]:
    """Return the change of a field that was changed twice; of lists, changes only have the items that went and came."""
    gone, come, gone_then, come_then = (first["before"], first["after"], then["before"], then["after"])
    if not all(is_list(side) for side in (gone or [], come, gone_then, come_then)):
        return {"field": first["field"], "before": gone, "after": come_then}
    return {
        "field": first["field"],
        "before": None if gone is None else without(gone, come_then) + without(gone_then, come),
        "after": without(come, gone_then) + without(come_then, gone or []),
    }


def ignored_by(rules: Iterable[Mapping[str, str]], change: Change, name: str) -> str:
    """Return the reason of the first entry of C(drift_ignore) that a changed field falls under; empty for none."""
    values = {"type": change["type"], "name": change["name"], "field": name}
    for rule in rules:
        if all(fnmatchcase(str(values[key]), str(rule.get(key, "*"))) for key in DRIFT_IGNORE_PATTERNS):
            return str(rule["reason"])
    return ""


def split_ignored(rules: Iterable[Mapping[str, str]], change: Change) -> Iterator[Change]:
    """Yield a change's fields that count and, for each reason, those that do not, as changes of their own.

    Only fields of updates are ever ignored: a resource that is missing or too many always counts. The ignored ones have
    C(reason_ignored).
    """
    rules = list(rules)
    if change["action"] != UPDATE or not rules:
        yield change
        return
    by_reason: dict[str, list[Field]] = {}
    for entry in change["fields"]:
        by_reason.setdefault(ignored_by(rules, change, entry["field"]), []).append(entry)
    for reason, fields in by_reason.items():
        yield {**change, "fields": fields} | ({"reason_ignored": reason} if reason else {})


@dataclass
class Host:
    """What is known of one host.

    :ivar changes: by type, name, and which of several of that name in one report it is, in the order of the tasks.
    :ivar tiers: those that a comparison is about; empty in other runs.
    :ivar compared: the tiers of which a task has said what becomes of their resources, in the order of the run.
    :ivar hidden: how many tasks had their results hidden.
    :ivar rules: the inventory's C(drift_ignore), for comparisons: what a run has changed, it says.
    :ivar failed: tier, task and message of each task that failed.
    :ivar cost_basis: what L(difference.report) needs of it; empty where nobody asked for costs.
    """

    changes: dict[Key, Change] = field(default_factory=dict)
    tiers: list[str] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    hidden: int = 0
    rules: list[Mapping[str, str]] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    cost_basis: dict[str, Any] = field(default_factory=dict)


class Recap:
    """Gathers a run's changes, host by host.

    :cvar current: what the callback has collected of this run. In a task's worker it is as it was at the fork; None
        when the callback is not enabled.
    """

    current: ClassVar[Recap | None] = None

    def __init__(self, check_mode: bool, began_at: str = "") -> None:
        """Begin a run.

        :param check_mode: whether it only says what a run would do.
        :param began_at: the task that it begins at, when it leaves out those before (C(--start-at-task)).
        """
        # whether a task has said anything of changes, and whether the run looks for drift
        self.check_mode = check_mode
        self.began_at = began_at
        self.heard = False
        self.about_drift = False
        self._hosts: dict[str, Host] = {}

    def _host(self, name: str) -> Host:
        return self._hosts.setdefault(name, Host())

    def see(self, host: str, tier: str, result: Mapping[str, Any], compares: bool = True) -> None:
        """Take note of what a task returned.

        :param compares: whether the task compares the tier with the inventory, and does not only look something up.
        """
        if is_list(result.get("drift_tiers")):
            self.about_drift = True
            self._host(host).tiers = list(result["drift_tiers"])
        if self.check_mode and is_list(result.get("drift_ignore")):
            self._host(host).rules = list(result["drift_ignore"])
        if isinstance(result.get("cost_basis"), Mapping):
            self._host(host).cost_basis = dict(result["cost_basis"])
        lists = reported(result)
        if lists is None:
            return
        self.heard = True
        seen = self._host(host)
        if compares:
            seen.compared = list(dict.fromkeys([*seen.compared, tier]))
        for changes in lists:
            # what one list has twice are two resources of one name
            counts: Counter[tuple[str, str]] = Counter()
            for change in changes:
                named = (change["type"], change["name"])
                whole = {"tier": tier, **change, "fields": list(change.get("fields") or ())}
                self._add(seen.changes, (*named, counts[named]), whole)
                counts[named] += 1

    def _add(self, known: dict[Key, Change], key: Key, change: Change) -> None:
        merged = merge(known[key], change, self.check_mode) if key in known else change
        if merged is None:
            del known[key]
        else:
            known[key] = merged

    def hide(self, host: str) -> None:
        """Take note of a task whose result C(no_log) has hidden, so that its changes are not known."""
        self._host(host).hidden += 1

    def fail(self, host: str, tier: str, task: str, results: Iterable[Mapping[str, Any]]) -> None:
        """Take note of a task that failed; not of the one that fails because there is drift.

        :param results: what the task returned, or of a loop, each of its items that failed.
        """
        note = f" {BEGAN_LATE.format(self.began_at)}" if self.began_at else ""
        failed = [
            {"tier": tier, "task": task, "message": f"{message_of(each)}{note}"}
            for each in results
            if "drift" not in each
        ]
        if failed:
            self._host(host).failed += failed

    @property
    def failed(self) -> bool:
        """Whether a task failed on any host."""
        return any(host.failed for host in self._hosts.values())

    @property
    def hidden(self) -> bool:
        """Whether a result was hidden on any host."""
        return any(host.hidden for host in self._hosts.values())

    def report(self) -> dict[str, Any]:
        """Return all that is known, as the files have it."""
        return {"check_mode": self.check_mode, "hosts": {name: report(host) for name, host in self._hosts.items()}}


def report(host: Host) -> dict[str, Any]:
    """Return what is known of a host, as the files have it."""
    entries = [entry for change in host.changes.values() for entry in split_ignored(host.rules, change)]
    cost = {"cost": difference.report(host.cost_basis, host.changes.values())} if host.cost_basis else {}
    return {
        **cost,
        "changes": [entry for entry in entries if "reason_ignored" not in entry],
        "ignored": [entry for entry in entries if "reason_ignored" in entry],
        "failed": host.failed,
        "hidden": host.hidden,
        "compared": host.compared,
        "not_compared": [tier for tier in host.tiers if tier not in host.compared],
    }


def write(path: pathlib.Path, text: str) -> None:
    """Write a file so that readers see it whole or not at all, and make its directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, text)


def as_json(found: Mapping[str, Any]) -> str:
    """Return a report as JSON."""
    return json.dumps(found, indent=2, default=str, ensure_ascii=False) + "\n"

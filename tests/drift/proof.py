"""One emulator with one stack: changed behind the stack's back, previewed, repaired, and looked at again."""

from __future__ import annotations

import collections
import contextlib
import json
import pathlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.journal import Entries, Entry
from emulator.modes import Modes
from tests.drift import catalogue, snapshot
from tests.drift.mutation import STACK_TAGS, Mutation, Named
from tests.support import playbook, resources, server
from tests.support.account import Client

INVENTORY = "inventories/dev"
# of all services; each has more
VARIABLES = {"platform_tags": STACK_TAGS}
COMPARED = ("update", "replace")  # of a resource that comes or goes, all fields do


@dataclass
class Outcome:
    """What came of one mutation.

    :ivar found: the preview said that something would change, and wrote nothing.
    :ivar named: it named exactly what had changed.
    :ivar repaired: the run brought back the state before, with requests about this only. Where AWS can't repair in
        place: it wrote nothing and said so.
    :ivar problems: why not, in words.
    """

    name: str
    found: bool = False
    named: bool = False
    repaired: bool = False
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether all of it went as it should."""
        return self.found and self.named and self.repaired


class JournalReader:
    """The end of a journal: what was added since the last look."""

    def __init__(self, file: pathlib.Path) -> None:
        """Begin at the beginning."""
        self._file = file
        self._read = 0

    def new(self) -> Entries:
        """Return the requests since the last call."""
        with self._file.open("rb") as source:
            source.seek(self._read)
            whole, newline, _partial = source.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        return Entries(Entry(**json.loads(line)) for line in whole.splitlines())


class Proof:
    """A stack on an emulator of its own."""

    def __init__(self, endpoint: str, directory: pathlib.Path) -> None:
        """Deploy the stack.

        :param directory: gets the emulator's journal and the outputs.
        :raises RuntimeError: the deployment failed.
        """
        self._endpoint = endpoint
        self._directory = directory
        self._aws: Client = server.clients(endpoint)
        self._journal = JournalReader(directory / "journal.jsonl")
        for prepare in catalogue.PREPARATIONS:
            prepare(self._aws)
        deployed = self._run()
        if deployed.code != 0:
            raise RuntimeError(f"the deployment failed:\n{deployed.output}")
        self._before = snapshot.take(self._aws, catalogue.READERS)

    def _run(self, *arguments: str) -> playbook.Run:
        return playbook.run(
            "site.yml",
            *arguments,
            endpoint=self._endpoint,
            inventory=INVENTORY,
            outputs_directory=str(self._directory),
            **VARIABLES | catalogue.VARIABLES,
        )

    def prove(self, mutation: Mutation, whole: bool) -> Outcome:
        """Let a mutation happen, preview and repair it.

        :param whole: preview and repair all tiers, not only the one that has it.
        """
        outcome = Outcome(mutation.name)
        start = time.monotonic()
        tags = () if whole or mutation.whole else ("--tags", mutation.tier)
        try:
            mutation.change(self._aws)
            changed = snapshot.take(self._aws, catalogue.READERS)
            if not snapshot.difference(self._before, changed):
                outcome.problems.append("the mutation: the snapshot shows no change by it")
                return outcome
            self._preview(mutation, outcome, tags)
            self._repair(mutation, outcome, tags, changed)
        except Exception as error:  # one that can't be tried must not hide the others
            outcome.problems.append(f"{type(error).__name__}: {error}")
        finally:
            outcome.seconds = time.monotonic() - start
        return outcome

    def is_as_before(self) -> bool:
        """Tell whether the account is again as it was deployed."""
        return not snapshot.difference(self._before, snapshot.take(self._aws, catalogue.READERS))

    def _preview(self, mutation: Mutation, outcome: Outcome, tags: tuple[str, ...]) -> None:
        self._journal.new()
        run = self._run("--check", *tags)
        wrote = self._journal.new().writes()
        if not run.changes:
            outcome.problems.append("found: the preview says that nothing would change")
        if wrote:
            outcome.problems.append(f"found: the preview wrote {', '.join(entry.operation for entry in wrote)}")
        if (run.code != 0) != mutation.needs_replacement:
            outcome.problems.append(f"found: the preview ended with {run.code}: {messages(run)}")
        outcome.found = not outcome.problems
        wrong = naming_problems(mutation.named, run.changes)
        outcome.problems += [f"named: {text}" for text in wrong]
        outcome.named = outcome.found and not wrong

    def _repair(self, mutation: Mutation, outcome: Outcome, tags: tuple[str, ...], changed: snapshot.Snapshot) -> None:
        self._journal.new()
        run = self._run(*tags)
        wrote = resources.of_the_stack(self._journal.new()).writes()
        wrong = []
        if (run.code != 0) != mutation.needs_replacement:
            wrong.append(f"the run ended with {run.code}: {messages(run)}")
        if mutation.undo:
            mutation.undo(self._aws)
        repaired = snapshot.take(self._aws, catalogue.READERS)
        wrong += writing_problems(mutation, list(wrote), changed.names | repaired.names)
        left = snapshot.difference(changed if mutation.lasts else self._before, repaired)
        if left:
            wrong.append(f"left: {snapshot.lines(left)}")
        outcome.problems += [f"repaired: {text}" for text in wrong]
        outcome.repaired = not wrong

    def recover(self) -> bool:
        """Bring back what a repair has left, by whole runs.

        :returns: whether the stack is as it was.
        """
        self._run()
        return self.is_as_before()


def messages(run: playbook.Run) -> str:
    """Return the messages of the tasks that failed."""
    return "; ".join(item["message"] for item in run.failures) or "no task failed"


def naming_problems(expected: tuple[Named, ...], said: list[dict[str, Any]]) -> list[str]:
    """Return what the preview left out, and what it named besides."""
    wanted = {(item.action, item.type, item.name): item for item in expected}
    got: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for change in said:
        got.setdefault((change["action"], change["type"], change["name"]), []).append(change)
    found = [f"does not say: {' '.join(key)}" for key in wanted if key not in got]
    found += [f"says besides: {' '.join(key)} {fields_of(got[key])}" for key in got if key not in wanted]
    for key, item in wanted.items():
        if key in got and item.action in COMPARED:
            found += field_problems(item, fields_of(got[key]))
            found += reason_problems(item, got[key])
    return found


def fields_of(changes: list[dict[str, Any]]) -> list[str]:
    """Return the names of the fields of changes of one resource, each once."""
    return sorted({entry["field"] for change in changes for entry in change["fields"]})


def field_problems(item: Named, fields: list[str]) -> list[str]:
    """Return the fields that the preview left out, and those that it named besides."""
    missing = [wanted for wanted in item.fields if not any(is_meant(name, wanted) for name in fields)]
    besides = [name for name in fields if not any(is_meant(name, wanted) for wanted in item.fields)]
    found = [f"of {item.name} it does not say {', '.join(missing)}"] if missing else []
    return found + ([f"of {item.name} it says besides {', '.join(besides)}"] if besides else [])


def is_meant(name: str, wanted: str) -> bool:
    """Tell whether a field is the wanted one, or inside of it."""
    return name == wanted or name.startswith(f"{wanted.rstrip('.')}.")


def reason_problems(item: Named, changes: list[dict[str, Any]]) -> list[str]:
    """Return what is missing of the reason why AWS can't repair in place."""
    reasons = [str(change.get("reason", "")) for change in changes]
    if any(item.reason in reason for reason in reasons):
        return []
    return [f"of {item.name} the reason is {reasons}, without {item.reason!r}"]


def writing_problems(mutation: Mutation, wrote: list[Entry], names: Mapping[str, str]) -> list[str]:
    """Return the requests of a repair that it should not have sent, and those that it should have."""
    used = collections.Counter(f"{entry.service}:{entry.operation}" for entry in wrote)
    found = [f"it used {operation}" for operation in sorted(used) if operation not in mutation.repair]
    found += [f"it did not use {operation}" for operation in mutation.repair if operation not in used]
    for entry in wrote:
        text = in_names(json.dumps(entry.parameters), names)
        if not any(name in text for name in mutation.names):
            found.append(f"{entry.operation} is not about {' or '.join(mutation.names)}: {text}")
    return found


def in_names(text: str, names: Mapping[str, str]) -> str:
    """Return a request's parameters with the names of what it names by identifiers."""
    for identifier in sorted(names, key=len, reverse=True):
        text = text.replace(identifier, names[identifier])
    return text


@contextlib.contextmanager
def deployed(directory: pathlib.Path) -> Iterator[Proof]:
    """Run an emulator with a stack on it.

    :param directory: gets its files.
    """
    directory.mkdir(parents=True, exist_ok=True)
    modes = Modes(rules=True, validate=True, journal=directory / "journal.jsonl")
    with server.running(modes) as endpoint:
        yield Proof(endpoint, directory)

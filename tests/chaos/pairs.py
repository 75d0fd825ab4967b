"""Two runs of one stack at the same time, at random offsets, some of them killed, and then one more to its end.

Two runs must never change the stack at once: afterwards nothing exists twice, and no later run is stuck.
"""

from __future__ import annotations

import pathlib
import random
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from emulator import eventual
from emulator.modes import Modes
from tests.chaos import expected
from tests.chaos.story import HOST, INVENTORY, TIMESCALE
from tests.support import account, playbook, server

LONGEST_OFFSET_SECONDS = 8.0
FIRST_KILL_SECONDS, LAST_KILL_SECONDS = 4.0, 15.0
# how often one of the two is killed, and the one after them breaks the lock instead of waiting until it expires
KILLED, BROKEN = 0.4, 0.5
# so short that a test can wait for it; and how long a run may wait for the one before it
EXPIRES_AFTER, PATIENCE = 60, 400
WAITS = (0, PATIENCE)
REFUSED = "Another run is at work on this stack"
DEPLOY, DESTROY = "site.yml", "playbooks/destroy.yml"


@dataclass(frozen=True)
class Part:
    """One of the two runs.

    :ivar begins: seconds after the beginning.
    :ivar killed_after: seconds after which it is killed; None: never.
    :ivar patience: for how many seconds it waits for another run.
    """

    name: str
    begins: float
    killed_after: float | None
    patience: int

    def __str__(self) -> str:
        end = f", killed after {self.killed_after:.0f} s" if self.killed_after else ""
        return f"{self.name} at {self.begins:.1f} s{end}"


@dataclass
class Pair:
    """The outcome of two runs and the one after them.

    :ivar codes: the exit codes of the two.
    :ivar problem: what went wrong; empty when all went well.
    :ivar output: what the run printed that went wrong.
    """

    seed: int
    parts: tuple[Part, ...] = ()
    codes: tuple[int, ...] = ()
    broken: bool = False
    seconds: float = 0.0
    problem: str = ""
    output: str = ""


def drawn(seed: int, names: tuple[str, ...]) -> Pair:
    """Return what a pair is to be, from its seed.

    :param names: the playbooks that the second may run.
    """
    chance = random.Random(seed)
    kill = chance.randrange(2) if chance.random() < KILLED else None
    parts = tuple(
        Part(
            name=DEPLOY if place == 0 else chance.choice(names),
            begins=0.0 if place == 0 else chance.uniform(0, LONGEST_OFFSET_SECONDS),
            killed_after=chance.uniform(FIRST_KILL_SECONDS, LAST_KILL_SECONDS) if place == kill else None,
            patience=chance.choice(WAITS),
        )
        for place in range(2)
    )
    return Pair(seed, parts, broken=kill is not None and chance.random() < BROKEN)


class Account:
    """One emulator with one stack, and the runs on it."""

    def __init__(self, endpoint: str, arguments: tuple[str, ...], outputs: pathlib.Path) -> None:
        """Keep what the account holds before.

        :param arguments: of all runs, such as tags.
        :param outputs: where the runs write their outputs.
        """
        self._endpoint = endpoint
        self._arguments = arguments
        self._outputs = str(outputs)
        self._aws = server.clients(endpoint)
        self._empty = account.snapshot(self._aws)

    def run(self, name: str, killed_after: float | None = None, **variables: Any) -> playbook.Run:
        """Run a playbook; a removal is one of the whole stack."""
        own = {"outputs_directory": self._outputs, "platform_lock_expires_after": EXPIRES_AFTER}
        if name == DESTROY:
            own["confirm"] = HOST
        arguments = () if name == DESTROY else self._arguments
        ways: dict[str, Any] = {"endpoint": self._endpoint, "inventory": INVENTORY, "kill_after": killed_after}
        return playbook.run(name, *arguments, **ways, **own, **variables)

    def wrong(self, counts: Mapping[str, int]) -> list[str]:
        """Return what exists twice, or is missing, when no list lags any more."""
        time.sleep(eventual.MOST_SECONDS)
        return expected.wrong(self._empty, account.snapshot(self._aws), True, counts)


def side_by_side(stack: Account, parts: tuple[Part, ...]) -> list[playbook.Run]:
    """Start runs at their moments and return their outcomes."""

    def go(part: Part) -> playbook.Run:
        time.sleep(part.begins)
        return stack.run(part.name, part.killed_after, platform_lock_timeout=part.patience)

    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(go, parts))


def is_as_it_should(part: Part, run: playbook.Run) -> bool:
    """Tell whether a run ended well, was killed as it was to be, or stopped at the other one's lock."""
    if run.code == 0 or (run.code < 0 and part.killed_after is not None):
        return True
    return REFUSED in " ".join(run.output.split())


def go(pair: Pair, stack: Account, counts: Mapping[str, int]) -> None:
    """Make a pair's runs and the one after them, and note what went wrong."""
    runs = side_by_side(stack, pair.parts)
    pair.codes = tuple(run.code for run in runs)
    for part, run in zip(pair.parts, runs, strict=True):
        if not is_as_it_should(part, run):
            pair.problem, pair.output = f"{part} ended with {run.code}", run.output
            return
    ways: dict[str, Any] = {"platform_lock": "break"} if pair.broken else {}
    for what, changed in (("the run after them", None), ("the one after that", 0)):
        last = stack.run(DEPLOY, platform_lock_timeout=PATIENCE, **ways)
        if last.code != 0 or (changed is not None and last.changed != changed):
            pair.problem, pair.output = f"{what} ended with {last.code}, changed={last.changed}", last.output
            return
    pair.problem = ", ".join(stack.wrong(counts))


def live(seed: int, network: bool, directory: pathlib.Path) -> Pair:
    """Make one pair from its seed.

    :param network: whether all runs are for the network only, without removals.
    :param directory: where the journal stays, and the output of a run that went wrong.
    """
    pair = drawn(seed, (DEPLOY,) if network else (DEPLOY, DEPLOY, DESTROY))
    arguments, counts = (("--tags", "network"), expected.NETWORK) if network else ((), expected.COUNTS)
    began = time.monotonic()
    modes = Modes(TIMESCALE, rules=True, eventual=True, validate=True, journal=directory / f"pair-{seed}.jsonl")
    with server.running(modes) as endpoint:
        go(pair, Account(endpoint, arguments, directory.resolve() / f"outputs-pair-{seed}"), counts)
    if pair.output:
        (directory / f"pair-{seed}.log").write_text(pair.output)
    pair.seconds = time.monotonic() - began
    return pair


def line(pair: Pair) -> str:
    """Return the table's line of one pair."""
    result = f"FAILED: {pair.problem}" if pair.problem else "clean"
    after = ", then the lock was broken" if pair.broken else ""
    parts = "; ".join(f"{part} -> {code}" for part, code in zip(pair.parts, pair.codes, strict=True))
    return f"{pair.seed:>5}  {pair.seconds:>4.0f} s  {result} ({parts}{after})"

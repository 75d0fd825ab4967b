"""One life of the platform: deployed, looked at, changed, removed, deployed and removed again, with kills between."""

from __future__ import annotations

import collections
import contextlib
import pathlib
import random
import time
from dataclasses import dataclass, field
from typing import Any

from emulator import eventual, journal
from emulator.modes import FaultRate, Modes
from tests.chaos import expected
from tests.support import account, playbook, server

INVENTORY = "inventories/dev"
LOCK = "streamflix-lock-streamflix-dev"
HOST = "dev"
TIMESCALE = 60.0
FAULT_RATE = 0.1
KILLS = 2
FIRST_KILL_SECONDS, LAST_KILL_SECONDS = 2.0, 25.0
CHANGE: dict[str, Any] = {
    "aurora_max_capacity": 4,
    "redis_node_type": "cache.t4g.small",
    "ecs_service_cpu": 512,
    "ecs_service_memory": 1024,
    "apigw_throttling_rate_limit": 1000,
}


class StoryError(Exception):
    """Something went wrong; says what, in which chapter, and what the run printed."""


@dataclass
class Outcome:
    """The outcome of one life.

    :ivar faults: how many requests failed on purpose, by kind.
    :ivar kills: how many runs were killed.
    :ivar runs: how many runs there were, those killed too.
    :ivar seconds: how long it took.
    :ivar problem: what went wrong; empty when all went well.
    :ivar output: what the run printed that went wrong.
    """

    seed: int
    faults: collections.Counter[str] = field(default_factory=collections.Counter)
    kills: int = 0
    runs: int = 0
    seconds: float = 0.0
    problem: str = ""
    output: str = ""


class Life:
    """One emulator with one stack."""

    def __init__(self, endpoint: str, outcome: Outcome, directory: pathlib.Path) -> None:
        """Keep what the account holds before the first deployment.

        :param directory: where the runs write their outputs: lives that run side by side must not share them.
        """
        self._endpoint = endpoint
        self._outputs = str(directory / f"outputs-{outcome.seed}")
        self._outcome = outcome
        self._random = random.Random(outcome.seed)
        self._aws = server.clients(endpoint)
        self._empty = account.snapshot(self._aws)

    def go(self, chapter: str, name: str, changed: bool | None = None, kills: int = 0, **variables: Any) -> None:
        """Run a playbook: killed at random moments, then to its end, which must be a good one.

        :param kills: how many runs are killed before it.
        :param changed: whether the last run must change something; None: it may.
        :raises StoryError: it failed.
        """
        for _unused in range(kills):
            moment = self._random.uniform(FIRST_KILL_SECONDS, LAST_KILL_SECONDS)
            killed = self._run(name, kill_after=moment, **variables)
            self._outcome.kills += killed.code < 0
            self._unlock()
            if killed.code > 0:
                raise self._failed(f"{chapter}, to be killed after {moment:.0f} s: it failed before", killed)
        run = self._run(name, **variables)
        if run.code != 0:
            raise self._failed(f"{chapter}: exit code {run.code}", run)
        if changed is not None and bool(run.changed) != changed:
            raise self._failed(f"{chapter}: changed={run.changed}", run)

    def _unlock(self) -> None:
        """Remove the lock of a run that was killed, as a user does who knows that it is dead."""
        client = self._aws("ec2")
        with contextlib.suppress(client.exceptions.ClientError):
            client.delete_launch_template(LaunchTemplateName=LOCK)

    def _run(self, name: str, **options: Any) -> playbook.Run:
        self._outcome.runs += 1
        options |= {"outputs_directory": self._outputs}
        return playbook.run(name, endpoint=self._endpoint, inventory=INVENTORY, **options)

    def _failed(self, what: str, run: playbook.Run) -> StoryError:
        self._outcome.output = run.output
        return StoryError(what)

    def check(self, chapter: str, deployed: bool) -> None:
        """Compare the account with what should be there, by plain boto3.

        :raises StoryError: something is there twice, is missing, or is left.
        """
        # what was made twice by mistake only shows when no list lags any more
        time.sleep(eventual.MOST_SECONDS)
        wrong = expected.wrong(self._empty, account.snapshot(self._aws), deployed)
        if wrong:
            raise StoryError(f"{chapter}: {', '.join(wrong)}")


def short(life: Life) -> None:
    """Deploy with kills, look, destroy with kills."""
    life.go("deploy", "site.yml", kills=KILLS)
    life.check("deployed", deployed=True)
    life.go("second run", "site.yml", changed=False)
    life.go("destroy", "playbooks/destroy.yml", kills=1, confirm=HOST)
    life.check("destroyed", deployed=False)


def whole(life: Life) -> None:
    """Deploy, look, change, look, destroy, each with kills; then deploy and destroy once more without."""
    life.go("deploy", "site.yml", kills=KILLS)
    life.check("deployed", deployed=True)
    life.go("second run", "site.yml", changed=False)
    life.go("change", "site.yml", kills=1, **CHANGE)
    life.check("changed", deployed=True)
    life.go("second run after the change", "site.yml", changed=False, **CHANGE)
    life.go("destroy", "playbooks/destroy.yml", kills=KILLS, confirm=HOST)
    life.check("destroyed", deployed=False)
    life.go("new deployment", "site.yml", changed=True)
    life.check("deployed again", deployed=True)
    life.go("last destroy", "playbooks/destroy.yml", changed=True, confirm=HOST)
    life.check("destroyed again", deployed=False)


STORIES = {"short": short, "whole": whole}


def modes_of(seed: int, file: pathlib.Path) -> Modes:
    """Return the modes of a life: all of them."""
    return Modes(TIMESCALE, rules=True, eventual=True, faults=FaultRate(seed, FAULT_RATE), validate=True, journal=file)


def live(seed: int, story: str, directory: pathlib.Path) -> Outcome:
    """Live one life from its seed.

    :param story: one of C(STORIES).
    :param directory: where the journal stays, and the output of a run that went wrong.
    """
    outcome = Outcome(seed)
    file = directory / f"{seed}.jsonl"
    start = time.monotonic()
    with server.running(modes_of(seed, file)) as endpoint:
        try:
            STORIES[story](Life(endpoint, outcome, directory.resolve()))
        except StoryError as error:
            outcome.problem = str(error)
            (directory / f"{seed}.log").write_text(outcome.output)
    outcome.seconds = time.monotonic() - start
    outcome.faults.update(entry.fault for entry in journal.load(file) if entry.fault)
    return outcome

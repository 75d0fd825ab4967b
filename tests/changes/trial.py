"""One change, tried on a strict emulator of its own, while a thread keeps checking whether anything is cut off."""

from __future__ import annotations

import pathlib
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from emulator import journal
from emulator.modes import Modes
from tests.changes.catalogue import Change, Variables
from tests.support import playbook, resources, server
from tests.support.account import Client, tag_name
from tests.support.watch import Look, healthy_targets, watched, ways_out

LEAST_TARGETS = 2
VPC = [{"Name": "tag:Name", "Values": ["streamflix-vpc-dev"]}]


@dataclass
class Outcome:
    """The outcome of a change.

    :ivar looks: how often it was checked whether anything is cut off.
    :ivar gaps: what was cut off.
    :ivar leftovers: resources that a new deployment with the same variables would not have, and that no run names.
    :ivar named: those that the runs name as no longer of use.
    :ivar writes: how many requests a refused change wrote, in its preview and its run.
    :ivar problems: what else went wrong, in words.
    """

    name: str
    looks: int = 0
    gaps: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    writes: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was cut off or left behind, and nothing else went wrong."""
        return not (self.gaps or self.leftovers or self.writes or self.problems)


class Trial:
    """A stack on a strict emulator, to which one change is made."""

    def __init__(self, endpoint: str, journal_file: pathlib.Path) -> None:
        """Keep where the stack is.

        :param journal_file: where the emulator writes all requests.
        """
        self.endpoint = endpoint
        self.aws: Client = server.clients(endpoint)
        self._journal = journal_file
        # the output of the two last runs of a change
        self.said = ""

    def run(self, variables: Variables, *arguments: str) -> playbook.Run:
        """Run site.yml, with outputs of its own: trials run side by side."""
        own = {"outputs_directory": str(self._journal.parent)}
        return playbook.run("site.yml", *arguments, endpoint=self.endpoint, **own, **variables)

    def looks(self) -> tuple[Look, Look]:
        """Return what is watched all the time."""
        (vpc,) = self.aws("ec2").describe_vpcs(Filters=VPC)["Vpcs"]
        return healthy_targets(self.aws, LEAST_TARGETS), ways_out(self.aws, vpc["VpcId"])

    def written(self, run: playbook.Run) -> int:
        """Return how many requests of a run ask AWS to change something of the stack."""
        entries = resources.of_the_stack(resources.between(journal.load(self._journal), run.started, run.ended))
        return sum(entry.writes for entry in entries)

    def make(self, step: Variables, outcome: Outcome) -> None:
        """Preview and make one step of a change, and run again."""
        preview = self.run(step, "--check")
        run = self.run(step)
        again = self.run(step)
        outcome.writes += self.written(preview)
        for one, what in ((preview, "preview"), (run, "run"), (again, "second run")):
            if one.code != 0:
                outcome.problems.append(f"the {what} ended with {one.code}: {why(one)}")
        if again.changed:
            outcome.problems.append(f"the second run changed {again.changed} tasks")
        told, done = becoming(preview), becoming(run)
        outcome.problems += [f"the preview told what did not come: {' '.join(item)}" for item in sorted(told - done)]
        outcome.problems += [f"the preview did not tell: {' '.join(item)}" for item in sorted(done - told)]
        self.said = f"{run.output} {again.output}"

    def refuse(self, step: Variables, words: str, outcome: Outcome) -> None:
        """Preview and try a step that has to be refused."""
        for arguments in (("--check",), ()):
            run = self.run(step, *arguments)
            outcome.writes += self.written(run)
            if run.code == 0 or words not in why(run):
                outcome.problems.append(f"{words!r} was not said, it ended with {run.code}: {why(run)}")


def becoming(run: playbook.Run) -> set[tuple[str, str, str]]:
    """Return what a run does, or a preview would do, to each resource: action, type and name."""
    return {(change["action"], change["type"], change["name"]) for change in run.changes}


def why(run: playbook.Run) -> str:
    """Return what the tasks that failed say."""
    return " ".join(" ".join(failure["message"].split()) for failure in run.failures)


def living(aws: Client) -> set[resources.Named]:
    """Return what an account has, without NAT gateways that AWS still lists as deleted; revisions count as one."""
    gateways = aws("ec2").describe_nat_gateways()["NatGateways"]
    names = {
        state: {tag_name(item) for item in gateways if item["State"] == state} for state in ("deleted", "available")
    }
    gone = {("AWS::EC2::NatGateway", name) for name in names["deleted"] - names["available"]}
    return {without_stages(item) for item in resources.in_account(aws)} - gone


def without_stages(item: resources.Named) -> resources.Named:
    """Return the name of one of the stages that serve a deployment of an API, which stands for the deployment."""
    kind, name = item
    return (kind, name.rpartition(" ")[2]) if kind == "AWS::ApiGateway::Deployment" else item


def fresh(variables: Variables) -> set[resources.Named]:
    """Return what a new deployment with these variables has."""
    with tempfile.TemporaryDirectory() as directory, server.running() as endpoint:
        trial = Trial(endpoint, pathlib.Path(directory, "journal.jsonl"))
        run = trial.run(variables)
        if run.code != 0:
            raise RuntimeError(f"a new deployment ended with {run.code}: {why(run)}")
        return living(trial.aws)


def watch_steps(trial: Trial, change: Change, outcome: Outcome) -> None:
    """Make the steps of a change while it is watched, and keep what was seen."""
    steps = change.steps[:-1] if change.refused else change.steps
    with watched(*trial.looks()) as watch:
        for step in steps:
            trial.make(step, outcome)
        before = living(trial.aws)
        if change.refused:
            trial.refuse(change.steps[-1], change.refused, outcome)
    outcome.looks, outcome.gaps = watch.looks, sorted(set(watch.gaps))
    left = living(trial.aws) - (before if change.refused else fresh(steps[-1]))
    for kind, name in sorted(left):
        # a stage is also listed without its API, whose name has spaces
        told = (
            rf"{kind} {re.escape(word)} [^.]*, and no variable names it" for word in (name, name.rpartition(" ")[2])
        )
        named = any(re.search(words, " ".join(trial.said.split())) for words in told)
        (outcome.named if named else outcome.leftovers).append(f"{kind} {name}")


def try_out(changes: Sequence[Change]) -> list[Outcome]:
    """Deploy a stack, make changes to it one after the other, and return the outcome of each.

    :param changes: those that share a stack: all but the first leave it as it was deployed.
    :raises RuntimeError: the stack could not be deployed.
    """
    outcomes = []
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory, "journal.jsonl")
        with server.running(Modes(rules=True, validate=True, journal=file)) as endpoint:
            trial, began = Trial(endpoint, file), time.monotonic()
            deployed = trial.run({})
            if deployed.code != 0:
                raise RuntimeError(f"the deployment ended with {deployed.code}: {why(deployed)}")
            for change in changes:
                outcome = Outcome(change.name)
                watch_steps(trial, change, outcome)
                outcome.seconds, began = time.monotonic() - began, time.monotonic()
                outcomes.append(outcome)
    return outcomes

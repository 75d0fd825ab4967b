"""What is measured: the runs of one stack's life, or of several stacks side by side."""

from __future__ import annotations

import pathlib
import shutil
from dataclasses import asdict, dataclass
from typing import Any

import yaml

from emulator import journal
from emulator.modes import Modes
from tests.benchmarks.usage import Usage, measured
from tests.support import account, certificates, playbook, server

INVENTORIES = playbook.ROOT / "inventories"
# what a removal has to be told where something is protected
PROTECTED = {"aurora_remove_deletion_protection": True, "ecs_service_load_balancer_remove_protected": True}
# name, playbook, arguments, variables
PHASES: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("deploy", "site.yml", (), {}),
    ("no-op", "site.yml", (), {}),
    ("preview", "site.yml", ("--check", "--diff"), {}),
    ("change", "site.yml", (), {"aurora_max_capacity": 8}),
    ("destroy", "playbooks/destroy.yml", (), PROTECTED),
)


@dataclass(frozen=True)
class Measure:
    """One run of a playbook.

    :ivar usage: what it needed.
    :ivar tasks: how many tasks it ran, over all hosts.
    :ivar requests: how many requests it sent to AWS.
    :ivar throttled: how many of them came too fast.
    """

    usage: Usage
    tasks: int
    requests: int
    throttled: int

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, in one level."""
        return {
            **asdict(self.usage),
            "tasks": self.tasks,
            "requests": self.requests,
            "throttled": self.throttled,
        }


def stacks(environment: str, count: int, directory: pathlib.Path) -> tuple[pathlib.Path, list[str]]:
    """Return an inventory of so many stacks that differ in their names, and the stacks; one is the inventory's own."""
    if count == 1:
        return INVENTORIES / environment, [environment]
    names = [f"s{number:02}" for number in range(1, count + 1)]
    shutil.copytree(INVENTORIES / environment, directory, dirs_exist_ok=True)
    hosts = {name: {"environment_suffix": name} for name in names}
    (directory / "hosts.yml").write_text(yaml.safe_dump({"stacks": {"hosts": hosts}}))
    return directory, names


def requests_in(file: pathlib.Path) -> tuple[int, int]:
    """Return how many requests a journal has, and how many of them were throttled."""
    if not file.exists():
        return 0, 0
    entries = journal.load(file)
    return len(entries), len(entries.throttled())


def live(
    directory: pathlib.Path,
    environment: str = "dev",
    count: int = 1,
    timescale: float | None = None,
    rates: bool = False,
) -> dict[str, Measure]:
    """Measure one life of so many stacks on an emulator of their own.

    :param directory: for the journal, the inventory and the outputs.
    :param environment: the inventory's name.
    :param timescale: let AWS's provisioning times pass this many times faster; None: everything is ready at once.
    :param rates: throttle what exceeds AWS's request rates.
    :returns: the measures by the names of C(PHASES).
    :raises RuntimeError: a run failed.
    """
    inventory, names = stacks(environment, count, directory / "inventory")
    file = directory / "journal.jsonl"
    file.unlink(missing_ok=True)
    found = {}
    with server.running(Modes(timescale, rates=rates, journal=file)) as endpoint:
        # moto loads a service at its first request, which AWS does not
        aws = server.clients(endpoint)
        account.snapshot(aws)
        certificates.own_domain(aws)
        for name, book, arguments, variables in PHASES:
            given = {"outputs_directory": str(directory / "outputs"), "confirm": ",".join(names), **variables}
            sent, throttled = requests_in(file)
            run, usage = measured(
                lambda book=book, arguments=arguments, given=given: playbook.run(
                    book, *arguments, endpoint=endpoint, inventory=str(inventory), **given
                )
            )
            if run.code:
                raise RuntimeError(f"{name} failed:\n{run.output}")
            tasks = sum(counts["ok"] for counts in run.stats.values())
            all_sent, all_throttled = requests_in(file)
            found[name] = Measure(usage, tasks, all_sent - sent, all_throttled - throttled)
    return found

"""Running the collection's playbooks as a user does."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

ROOT = pathlib.Path(__file__).parents[2]
TIMEOUT_SECONDS = 600
RECAP_DIRECTORY = "STREAMFLIX_RECAP_DIRECTORY"
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
COLOUR = re.compile(r"\033\[[\d;]*m")


@dataclass(frozen=True)
class Run:
    """One finished run of ansible-playbook.

    :ivar code: its exit code; negative when it was killed.
    :ivar output: what it printed.
    :ivar stats: the recap's counts by host.
    :ivar changes: what became of each AWS resource, over all hosts, as the collection's recap has it.
    :ivar failures: the tasks that failed, likewise.
    :ivar started: when, in seconds since the epoch.
    :ivar ended: likewise.
    """

    code: int
    output: str
    stats: dict[str, dict[str, int]]
    changes: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    started: float = 0.0
    ended: float = 0.0

    @property
    def changed(self) -> int:
        """How many tasks changed something, over all hosts."""
        return sum(counts["changed"] for counts in self.stats.values())


def environment(endpoint: str, home: str) -> dict[str, str]:
    """Return the environment of a run against an emulator: nothing of the caller's AWS settings, no colours.

    :param home: the run's home, in which no AWS credentials lie; its recap too, unless the caller has a place for it.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "ANSIBLE_"))}
    own = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "ANSIBLE_NOCOLOR": "true",
        "HOME": home,
    }
    return {RECAP_DIRECTORY: home} | kept | own


def run(
    playbook: str,
    *arguments: str,
    endpoint: str,
    inventory: str = "inventories/dev",
    without: tuple[str, ...] = (),
    settings: Mapping[str, str] = NO_SETTINGS,
    kill_after: float | None = None,
    **variables: Any,
) -> Run:
    """Run a playbook of the checkout to its end.

    :param arguments: further arguments, such as C(--check).
    :param without: environment variables that the run does not get.
    :param settings: environment variables that the run gets besides.
    :param kill_after: seconds after which the run and all its processes are killed, unless it has ended.
    :param variables: extra variables.
    """
    command = [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), playbook, "-i", inventory, *arguments]
    if variables:
        command += ["-e", json.dumps(variables)]
    started = time.time()
    with tempfile.TemporaryDirectory() as home:
        own = {key: value for key, value in environment(endpoint, home).items() if key not in without} | dict(settings)
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            output, _unused = process.communicate(timeout=kill_after or TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            kill(process.pid)
            output, _unused = process.communicate()
            if kill_after is None:
                raise
        told = changes_and_failures(pathlib.Path(own[RECAP_DIRECTORY], "recap.json"))
    return Run(process.returncode, output, recap(output), *told, started, time.time())


def changes_and_failures(file: pathlib.Path) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Read what a run's recap says of resources and of tasks that failed; there is none when nothing was to be said."""
    if not file.exists():
        return [], []
    hosts = json.loads(file.read_text(encoding="utf-8"))["hosts"].values()
    return [change for host in hosts for change in host["changes"]], [item for host in hosts for item in host["failed"]]


def kill(pid: int) -> None:
    """End a process and all that it started at once, so that none of them can tidy up: Ansible's workers too."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    doomed = [pid]
    for parent in doomed:
        doomed += [child for child, its_parent in parents if its_parent == parent]
    for process in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def recap(output: str) -> dict[str, dict[str, int]]:
    """Read the counts by host out of ansible-playbook's PLAY RECAP."""
    counts: dict[str, dict[str, int]] = {}
    # an empty line ends it
    lines = COLOUR.sub("", output).partition("PLAY RECAP")[2].partition("\n\n")[0].splitlines()[1:]
    for line in lines:
        host, colon, rest = line.partition(" : ")
        if colon:
            counts[host.strip()] = {key: int(value) for key, value in (word.split("=") for word in rest.split())}
    return counts

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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROOT = pathlib.Path(__file__).parents[2]
TIMEOUT_SECONDS = 600
COLOUR = re.compile(r"\033\[[\d;]*m")


@dataclass(frozen=True)
class Run:
    """One finished run of ansible-playbook.

    :ivar code: its exit code; negative when it was killed.
    :ivar output: what it printed.
    :ivar stats: the recap's counts by host.
    """

    code: int
    output: str
    stats: dict[str, dict[str, int]]

    @property
    def changed(self) -> int:
        """How many tasks changed something, over all hosts."""
        return sum(counts["changed"] for counts in self.stats.values())


def environment(endpoint: str, home: str) -> dict[str, str]:
    """Return the environment of a run against an emulator: nothing of the caller's AWS settings, no colours.

    :param home: the run's home, in which no AWS credentials lie.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "ANSIBLE_"))}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "ANSIBLE_NOCOLOR": "true",
        "HOME": home,
    }


def run(
    playbook: str,
    *arguments: str,
    endpoint: str,
    inventory: str = "inventories/dev",
    without: tuple[str, ...] = (),
    kill_after: float | None = None,
    settings: Mapping[str, str] | None = None,
    **variables: Any,
) -> Run:
    """Run a playbook of the checkout to its end.

    :param arguments: further arguments, such as C(--check).
    :param without: environment variables that the run does not get.
    :param kill_after: seconds after which the run and all its processes are killed, unless it has ended.
    :param settings: further environment variables.
    :param variables: extra variables.
    """
    command = [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), playbook, "-i", inventory, *arguments]
    if variables:
        command += ["-e", json.dumps(variables)]
    with tempfile.TemporaryDirectory() as home:
        whole = environment(endpoint, home) | dict(settings or {})
        kept = {key: value for key, value in whole.items() if key not in without}
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=kept,
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
    return Run(process.returncode, output, recap(output))


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

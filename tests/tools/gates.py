"""Run gates in lanes side by side, each lane's gates in order: C(python -m tests.tools.gates "lint sanity" "unit").

A gate is a target of the Makefile. What it prints is shown as a whole when it ends, so that gates do not mix. When one
has failed, no lane begins another.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

MAKE = ("make", "--no-print-directory")


@dataclass(frozen=True)
class Outcome:
    """A gate that has ended.

    :ivar code: its exit code.
    """

    gate: str
    code: int
    seconds: float

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.gate}: {'passed' if self.code == 0 else 'FAILED'}, {self.seconds:.0f} s"


class Gates:
    """The gates of all lanes.

    :ivar outcomes: those that have ended, in this order.
    """

    def __init__(self, command: Sequence[str] = MAKE) -> None:
        """Begin none yet.

        :param command: runs a gate, whose name is added to it.
        """
        self._command = command
        self._printing = threading.Lock()
        self.outcomes: list[Outcome] = []

    @property
    def passed(self) -> bool:
        """Whether none has failed so far."""
        return all(outcome.code == 0 for outcome in self.outcomes)

    def run(self, lanes: Sequence[Sequence[str]]) -> None:
        """Run all gates of all lanes, until one fails."""
        with ThreadPoolExecutor(len(lanes)) as pool:
            for lane in [pool.submit(self._run_lane, lane) for lane in lanes]:
                lane.result()

    def _run_lane(self, lane: Sequence[str]) -> None:
        for gate in lane:
            if not self.passed:
                return
            self._say(f"{gate} begins")
            self._run_gate(gate)

    def _run_gate(self, gate: str) -> None:
        start = time.monotonic()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            ended = subprocess.run(
                [*self._command, gate],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            outcome = Outcome(gate, ended.returncode, time.monotonic() - start)
            self.outcomes.append(outcome)
            self._say(f"\n--- {gate}\n{output.read()}--- {outcome}\n")

    def _say(self, text: str) -> None:
        with self._printing:
            print(text, flush=True)


def main() -> int:
    """Read the arguments, run the gates, and print what became of each.

    :returns: 1 when one failed.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.tools.gates", description=__doc__)
    parser.add_argument("lanes", nargs="+", metavar="LANE", help="names of gates, separated by spaces")
    start = time.monotonic()
    gates = Gates()
    gates.run([lane.split() for lane in parser.parse_args().lanes])
    for outcome in gates.outcomes:
        print(outcome)
    print(f"all gates together: {time.monotonic() - start:.0f} s")
    return 0 if gates.passed else 1


if __name__ == "__main__":
    sys.exit(main())

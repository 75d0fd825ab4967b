"""What a command and all processes that it starts need: time, processor and memory."""

from __future__ import annotations

import contextlib
import os
import pathlib
import resource
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

SAMPLE_SECONDS = 0.25
KIB_PER_MIB = 1024

Result = TypeVar("Result")


@dataclass(frozen=True)
class Usage:
    """What a call needed.

    :ivar seconds: from its start to its end.
    :ivar cpu_seconds: of all processes that it started and that have ended.
    :ivar memory_mib: the most that the processes of the tree held at one time; pages that they share count once.
    """

    seconds: float
    cpu_seconds: float
    memory_mib: float


def children(pid: int) -> Iterator[int]:
    """Yield a process's descendants."""
    with contextlib.suppress(OSError):
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from children(child)


def memory_kib(pid: int) -> int:
    """Return a process's proportional share of memory, see proc(5), C(smaps_rollup); 0 when it has ended."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


class Sampler:
    """Measures the memory of this process's new descendants again and again."""

    def __init__(self) -> None:
        """Begin to look."""
        self.most_kib = 0
        self._before = set(children(os.getpid()))
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(SAMPLE_SECONDS):
            new = set(children(os.getpid())) - self._before
            self.most_kib = max(self.most_kib, sum(memory_kib(pid) for pid in new))


def cpu_seconds() -> float:
    """Return the processor time of all children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def measured(call: Callable[[], Result]) -> tuple[Result, Usage]:
    """Call a function that runs commands to their end; returns its result, and what the commands needed."""
    sampler, cpu, began = Sampler(), cpu_seconds(), time.monotonic()
    try:
        result = call()
        seconds = time.monotonic() - began
    finally:
        sampler.stop()
    return result, Usage(seconds, cpu_seconds() - cpu, sampler.most_kib / KIB_PER_MIB)

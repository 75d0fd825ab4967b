# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long this run of Ansible has been going on. AWS may not list yet what an earlier run created some seconds ago."""

from __future__ import annotations

import os
import pathlib
import time

# ansible-playbook's own process leaves it to the modules
VARIABLE = "STREAMFLIX_RUN_STARTED"
_LOADED = time.time()


def mark() -> None:
    """Note when this process began, for all modules that the run calls."""
    os.environ[VARIABLE] = str(time.time() - process_age())


def process_age() -> float:
    """Return for how many seconds this process has been running; 0 where the system does not tell as Linux does.

    See proc(5): the 22nd field of C(/proc/self/stat) is the start in clock ticks after the boot.
    """
    try:
        fields = pathlib.Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (AttributeError, OSError, ValueError):
        return 0.0
    return max(age, 0.0)


def seconds_ago() -> float:
    """Return for how many seconds the run has been going on; for the module alone, if that is not known."""
    try:
        started = float(os.environ[VARIABLE])
    except (KeyError, ValueError):
        started = _LOADED
    return max(time.time() - started, 0.0)

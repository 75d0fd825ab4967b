# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tells the user during a long wait how far AWS is. It says nothing when a module runs in an interpreter of its own."""

from __future__ import annotations

from collections.abc import Callable

# A shorter wait is not worth a line. A longer one reports at least this often that it goes on.
FIRST_SECONDS = 5.0
REPEAT_SECONDS = 30.0


def silent(line: str) -> None:
    """Show nothing: the module runs in an interpreter of its own, which cannot reach the user before it ends."""


# Shows a line to the user at once. The code that runs a module in process sets it for that time.
show: Callable[[str], None] = silent


class Reporter:
    """Reports one wait: each new state, and every C(REPEAT_SECONDS) that it still goes on."""

    def __init__(self, subject: str) -> None:
        """Begin a wait.

        :param subject: what is waited for.
        """
        self._subject = subject
        self._state = ""
        self._due = FIRST_SECONDS

    def see(self, state: str, waited: float) -> None:
        """Take note of a state, and show it if it is new or it is time to.

        :param state: AWS's own word for where it is.
        :param waited: seconds since the wait began.
        """
        changed = state != self._state and waited >= FIRST_SECONDS
        if not changed and waited < self._due:
            return
        self._state, self._due = state, waited + REPEAT_SECONDS
        show(f"{self._subject}: {' '.join(state.split()) or 'waiting'}, {waited:.0f} s")

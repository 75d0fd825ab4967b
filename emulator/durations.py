"""How long AWS takes, in its seconds: the emulator's clock lets them pass as fast as C(--timescale) says.

AWS documents few of these times. "Measured by users" is what public logs of C(terraform apply) and C(destroy) show,
rounded; "assumed" is a plausible value for what nobody publishes. The times are those of each service: C(durations.py)
in its folder.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Duration:
    """A time, and where it is from."""

    seconds: float
    source: str


AT_ONCE = Duration(0, "the reply comes when it is done")

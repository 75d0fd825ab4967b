"""How much later than all services the Resource Groups Tagging API knows of a change."""

from __future__ import annotations

from emulator.eventual import Lag

LAGS: tuple[Lag, ...] = ()
# the seconds of its index
INDEX = 60.0

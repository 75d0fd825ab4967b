"""Methods of moto are replaced once, by one function."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.patching import wrap


class Thing:
    """Stands for a class of moto."""

    def number(self) -> int:
        """Return one."""
        return 1


def test_a_second_replacement_is_refused_instead_of_lost() -> None:
    def more(original: Any, self: Any) -> int:
        return original(self) + 1

    def other(original: Any, self: Any) -> int:
        return original(self) + 10

    wrap(Thing, "number")(more)
    # as a second installation does
    wrap(Thing, "number")(more)
    assert Thing().number() == 2
    with pytest.raises(ValueError, match="number is replaced by"):
        wrap(Thing, "number")(other)

"""Gates run side by side, each lane in order, until one fails; what each prints stays together."""

from __future__ import annotations

import sys

import pytest

from tests.tools.gates import Gates

# a gate prints its name twice, and the one named bad fails
GATE = """
import sys, time
name = sys.argv[1]
print(name, "first", flush=True)
time.sleep(0.3)
print(name, "last", file=sys.stderr)
sys.exit(name == "bad")
"""


@pytest.fixture
def gates() -> Gates:
    """Give gates that need no Makefile."""
    return Gates([sys.executable, "-c", GATE])


def test_lanes_run_side_by_side_and_each_in_order(gates: Gates, capfd: pytest.CaptureFixture[str]) -> None:
    gates.run([["a", "b"], ["c"]])
    ended = [outcome.gate for outcome in gates.outcomes]
    assert sorted(ended) == ["a", "b", "c"]
    assert ended.index("a") < ended.index("b")
    assert gates.passed
    printed = capfd.readouterr().out
    assert printed.index("c begins") < printed.index("a: passed")
    for name in ended:
        assert f"--- {name}\n{name} first\n{name} last\n--- {name}: passed, " in printed


def test_when_one_has_failed_no_lane_begins_another(gates: Gates, capfd: pytest.CaptureFixture[str]) -> None:
    gates.run([["a", "bad", "never"]])
    gates.run([["never"], ["never"]])
    assert {outcome.gate: outcome.code for outcome in gates.outcomes} == {"a": 0, "bad": 1}
    assert not gates.passed
    printed = capfd.readouterr().out
    assert "bad: FAILED, " in printed
    assert "never" not in printed

"""What the benchmarks measure, and how they tell that a run does more than it did."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.benchmarks import __main__ as bench
from tests.benchmarks import chain, story
from tests.benchmarks.usage import Usage, measured


def life(seconds: float, requests: int) -> dict[str, story.Measure]:
    return {"deploy": story.Measure(Usage(seconds, 2.0, 100.0), 50, requests, 1)}


def test_the_median_of_each_value() -> None:
    found = bench.medians([life(3.0, 10), life(1.0, 10), life(2.0, 12)])
    assert found["deploy"]["seconds"] == 2.0
    assert bench.counts(found) == {"deploy": {"tasks": 50, "requests": 10}}


@pytest.mark.parametrize(("requests", "code"), [(9, 0), (10, 0), (11, 1)])
def test_more_requests_than_are_kept_fail(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, requests: int, code: int
) -> None:
    kept = tmp_path / "counts.json"
    kept.write_text(json.dumps({"deploy": {"tasks": 50, "requests": 10}}))
    monkeypatch.setattr(bench, "COUNTS", kept)
    monkeypatch.setattr(bench, "MORE_LOOKS", {"tasks": 0, "requests": 0})
    assert bench.check(bench.medians([life(1.0, requests)])) == code
    assert ("deploy: 11 requests, were 10" in capsys.readouterr().err) == bool(code)


def test_the_kept_counts_are_of_all_runs() -> None:
    kept = json.loads(bench.COUNTS.read_text())
    assert list(kept) == [name for name, *_rest in story.PHASES]
    # two of them are the stack's lock
    assert kept["no-op"]["requests"] <= 63


def test_the_longest_chains_are_those_of_the_databases() -> None:
    assert chain.DEPLOY["dev"] == chain.DEPLOY["prod"] == 540 + 5 + 15 + 20 + 10 + 60 + 5
    assert chain.DESTROY == 600 + 10 + 63


def test_counts_are_kept_of_dev_only(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--environment", "prod", "--check"])
    with pytest.raises(SystemExit):
        bench.main()
    assert "counts are kept of one stack of dev" in capsys.readouterr().err


def test_stacks_side_by_side_differ_in_their_names(tmp_path: pathlib.Path) -> None:
    directory, names = story.stacks("dev", 3, tmp_path / "inventory")
    hosts = yaml.safe_load((directory / "hosts.yml").read_text())["stacks"]["hosts"]
    assert names == ["s01", "s02", "s03"] == [host["environment_suffix"] for host in hosts.values()]
    assert (directory / "group_vars" / "all" / "platform.yml").exists()


def test_what_a_command_needs_is_measured() -> None:
    code = "import time\nheld = bytearray(50 << 20)\nwhile time.process_time() < 0.5: pass"
    _unused, usage = measured(lambda: subprocess.run([sys.executable, "-c", code], check=True))
    assert usage.seconds >= 0.4
    assert 0.4 <= usage.cpu_seconds < 30
    assert 50 < usage.memory_mib < 500

"""How long a run has been going on."""

from __future__ import annotations

import os
import subprocess
import time

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import start


def test_a_process_knows_its_age() -> None:
    age = start.process_age()
    told = subprocess.run(["ps", "-o", "etimes=", "-p", str(os.getpid())], capture_output=True, check=True).stdout
    # ps tells whole seconds
    assert float(told) == pytest.approx(age, abs=1.5)
    assert age > 0


def test_a_run_is_as_old_as_the_process_that_marked_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(start.VARIABLE, "")
    start.mark()
    assert start.seconds_ago() == pytest.approx(start.process_age(), abs=0.5)


def test_an_unmarked_run_is_as_old_as_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(start.VARIABLE, raising=False)
    monkeypatch.setattr(start, "_LOADED", time.time() - 3)
    assert start.seconds_ago() == pytest.approx(3, abs=0.5)

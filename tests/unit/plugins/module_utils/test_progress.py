"""Long waits say how far they are, short ones say nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import progress, runner

Lines = list[str]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Give what is shown to the user."""
    shown: Lines = []
    monkeypatch.setattr(progress, "show", shown.append)
    return shown


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[tuple[float, str]]], None]:
    """Give a function that waits through states, each beginning at a second, until the last of them."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def run(states: list[tuple[float, str]]) -> None:
        def look() -> runner.Progress:
            state = [state for begin, state in states if begin <= now[0]][-1]
            return runner.Progress(ready=state == states[-1][1], state=state)

        runner.poll("cluster c", "ready", 3600, look)

    monkeypatch.setattr(runner.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(runner.time, "sleep", sleep)
    return run


def test_a_short_wait_says_nothing(wait: Callable[..., None], lines: Lines) -> None:
    wait([(0, "creating"), (4, "available")])
    assert lines == []


def test_a_long_wait_says_each_state_and_that_it_goes_on(wait: Callable[..., None], lines: Lines) -> None:
    wait([(0, "creating"), (60, "backing-up"), (70, "modifying"), (150, "available")])
    subjects, states, seconds = zip(*(line.replace(": ", ", ").split(", ") for line in lines), strict=True)
    assert set(subjects) == {"cluster c"}
    assert list(dict.fromkeys(states)) == ["creating", "backing-up", "modifying"]
    waited = [float(text.removesuffix(" s")) for text in seconds]
    assert 5 <= waited[0] < 10
    pauses = [later - earlier for earlier, later in itertools.pairwise(waited)]
    assert max(pauses) < progress.REPEAT_SECONDS + runner.LONGEST_DELAY_SECONDS
    assert len(lines) < 10


def test_a_state_of_several_lines_becomes_one(lines: Lines) -> None:
    progress.Reporter("listener l").see("AuthFailure:\n  no", 10)
    progress.Reporter("listener l").see("", 10)
    assert lines == ["listener l: AuthFailure: no, 10 s", "listener l: waiting, 10 s"]


def test_nothing_is_shown_when_nobody_listens(capsys: pytest.CaptureFixture[str]) -> None:
    progress.Reporter("listener l").see("creating", 10)
    assert capsys.readouterr() == ("", "")

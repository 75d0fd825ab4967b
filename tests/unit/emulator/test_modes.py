"""The modes on the command line."""

from __future__ import annotations

import argparse
import pathlib

import pytest

from emulator.modes import FaultRate, Modes, add_arguments, from_arguments, to_arguments


def parse(words: list[str]) -> Modes:
    """Read a command line."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return from_arguments(parser.parse_args(words))


def test_all_are_off_by_default() -> None:
    assert parse([]) == Modes()
    assert to_arguments(Modes()) == []


def test_what_is_written_is_read_again() -> None:
    journal = pathlib.Path("/nowhere/journal.jsonl")
    modes = Modes(
        timescale=60.0,
        rules=True,
        eventual=True,
        faults=FaultRate(7, 0.05),
        rates=True,
        validate=True,
        journal=journal,
        deny=("ec2:Describe*", "tag:GetResources"),
    )
    assert parse(to_arguments(modes)) == modes


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--timescale", "0"], "'0' is no number above 0"),
        (["--timescale", "fast"], "'fast' is no number above 0"),
        (["--faults", "7"], "'7' is not SEED:RATE"),
        (["--faults", "7:1.5"], "'7:1.5' is not SEED:RATE"),
        (["--deny", "DescribeVpcs"], "'DescribeVpcs' names no IAM action"),
        (["--deny", "ec2:DescribeVpcs,"], "'' names no IAM action"),
        (["--faults", "x:0.1"], "'x:0.1' is not SEED:RATE"),
    ],
)
def test_a_wrong_value_is_named(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(words)
    assert message in capsys.readouterr().err

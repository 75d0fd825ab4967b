"""How strict the emulator is: the modes, as command line options and as data."""

from __future__ import annotations

import argparse
import pathlib
import re
from dataclasses import dataclass

# a service's prefix and an action of it, both with wildcards
ACTION = re.compile(r"[a-z0-9*?-]+:[A-Za-z0-9*?]+")


@dataclass(frozen=True)
class FaultRate:
    """How often a request fails.

    :ivar seed: the same seed gives the same faults to the same requests.
    :ivar rate: the part of all requests that fail, 0 to 1.
    """

    seed: int
    rate: float


@dataclass(frozen=True)
class Modes:
    """The modes of one emulator; each is off by default, and all can be combined.

    :ivar timescale: AWS's provisioning times pass this many times faster; None: everything is ready at once.
    :ivar rules: refuse deletions and duplicates that AWS refuses.
    :ivar eventual: reads lag behind writes.
    :ivar faults: requests fail now and then.
    :ivar rates: requests beyond AWS's documented rates are throttled.
    :ivar validate: check requests against AWS's service models and documented limits.
    :ivar journal: a file that gets one line of JSON a request.
    :ivar deny: patterns of IAM actions, such as C(ec2:Describe*); what needs one of them is refused.
    """

    timescale: float | None = None
    rules: bool = False
    eventual: bool = False
    faults: FaultRate | None = None
    rates: bool = False
    validate: bool = False
    journal: pathlib.Path | None = None
    deny: tuple[str, ...] = ()


def factor(text: str) -> float:
    """Read the value of C(--timescale).

    :raises argparse.ArgumentTypeError: it is no number above 0.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0: 60 makes a minute of AWS's last a second")
    return value


def fault_rate(text: str) -> FaultRate:
    """Read the value of C(--faults), such as C(7:0.05).

    :raises argparse.ArgumentTypeError: it is not a whole number, a colon, and a rate from 0 to 1.
    """
    seed, _unused, rate = text.partition(":")
    try:
        value = FaultRate(int(seed), float(rate))
    except ValueError:
        value = FaultRate(0, -1)
    if not 0 <= value.rate <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not SEED:RATE: 7:0.05 lets 5 of 100 requests fail")
    return value


def actions(text: str) -> tuple[str, ...]:
    """Read the value of C(--deny), such as C(rds:DescribeDBClusters,ec2:Describe*).

    :raises argparse.ArgumentTypeError: a part of it cannot name an action.
    """
    patterns = tuple(part.strip() for part in text.split(","))
    for pattern in patterns:
        if not ACTION.fullmatch(pattern):
            raise argparse.ArgumentTypeError(f"{pattern!r} names no IAM action: ec2:Describe* refuses EC2's reads")
    return patterns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a command the options of all modes."""
    group = parser.add_argument_group("modes", "each makes the emulator more like AWS; all can be combined")
    group.add_argument("--timescale", type=factor, metavar="F", help="provisioning times, F times faster than AWS")
    group.add_argument("--rules", action="store_true", help="AWS's rules for deletions and for what must be unique")
    group.add_argument("--eventual", action="store_true", help="reads lag behind writes")
    group.add_argument("--faults", type=fault_rate, metavar="SEED:RATE", help="requests fail now and then")
    group.add_argument("--rates", action="store_true", help="throttle what exceeds AWS's documented request rates")
    group.add_argument("--validate", action="store_true", help="requests are checked against AWS's models and limits")
    group.add_argument("--journal", type=pathlib.Path, metavar="FILE", help="write one line of JSON a request")
    group.add_argument("--deny", type=actions, metavar="ACTION[,ACTION]", default=(), help="refuse these IAM actions")


def from_arguments(arguments: argparse.Namespace) -> Modes:
    """Return the modes that the options of L(add_arguments) name."""
    return Modes(
        timescale=arguments.timescale,
        rules=arguments.rules,
        eventual=arguments.eventual,
        faults=arguments.faults,
        rates=arguments.rates,
        validate=arguments.validate,
        journal=arguments.journal,
        deny=arguments.deny,
    )


def to_arguments(modes: Modes) -> list[str]:
    """Return the options that name the modes, for a command line."""
    words = [f"--{name}" for name in ("rules", "eventual", "rates", "validate") if getattr(modes, name)]
    if modes.timescale is not None:
        words += ["--timescale", str(modes.timescale)]
    if modes.faults is not None:
        words += ["--faults", f"{modes.faults.seed}:{modes.faults.rate}"]
    if modes.journal is not None:
        words += ["--journal", str(modes.journal.resolve())]
    if modes.deny:
        words += ["--deny", ",".join(modes.deny)]
    return words

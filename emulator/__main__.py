"""Start the emulator: C(python -m emulator --port N)."""

from __future__ import annotations

import argparse
import signal
import sys

from emulator import modes
from emulator.server import serve


def main() -> int:
    """Read the arguments and serve until SIGTERM or SIGINT.

    :returns: the process's exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A local AWS on the loopback interface.")
    parser.add_argument("--port", type=int, default=5000, help="TCP port on 127.0.0.1 (default 5000, 0: a free one)")
    modes.add_arguments(parser)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(arguments.port, modes.from_arguments(arguments))
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())

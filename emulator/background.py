"""Start and stop the emulator as a background process: C(python -m emulator.background start|stop --port N).

Both may be called again. The process's id and its log lie in a directory that the caller names.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import pathlib
import signal
import subprocess
import sys
import time

from emulator.modes import Modes, add_arguments, from_arguments, to_arguments

NO_MODES = Modes()
START_SECONDS = 60
STOP_SECONDS = 15
POLL_SECONDS = 0.1


def is_up(port: int) -> bool:
    """Tell whether an emulator answers on the loopback port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/moto-api/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_alive(pid: int) -> bool:
    """Tell whether the process runs; a finished child of ours is collected first."""
    with contextlib.suppress(ChildProcessError):  # it is not a child of this process
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def start(port: int, directory: pathlib.Path, modes: Modes = NO_MODES) -> str:
    """Start an emulator unless one answers already, and wait until it answers.

    :param modes: of one that is started; one that answers already keeps its own.
    :returns: C(started) or C(already running).
    :raises RuntimeError: it ended or did not answer in time; says where its log is.
    """
    if is_up(port):
        return "already running"
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", str(port), *to_arguments(modes)],
            cwd=pathlib.Path(__file__).parents[1],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if is_up(port):
            (directory / f"{port}.pid").write_text(str(process.pid))
            return "started"
        time.sleep(POLL_SECONDS)
    process.kill()
    raise RuntimeError(f"The emulator did not start on port {port}, its log is {log}.")


def stop(port: int, directory: pathlib.Path) -> str:
    """End the emulator that L(start) started with the same arguments, and wait until it has ended.

    :returns: C(stopped) or C(not running).
    :raises RuntimeError: it does not end.
    """
    pid_file = directory / f"{port}.pid"
    if not pid_file.exists():
        return "not running"
    pid = int(pid_file.read_text())
    if is_up(port) and is_alive(pid):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while is_alive(pid):
            if time.monotonic() > deadline:
                raise RuntimeError(f"The emulator with process id {pid} does not end.")
            time.sleep(POLL_SECONDS)
    pid_file.unlink()
    return "stopped"


def main() -> int:
    """Read the arguments and do what they say.

    :returns: the process's exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m emulator.background", description=__doc__)
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("--port", type=int, default=5000, help="TCP port on 127.0.0.1 (default 5000)")
    parser.add_argument("--directory", type=pathlib.Path, default=pathlib.Path(".cache/emulator"))
    add_arguments(parser)
    arguments = parser.parse_args()
    try:
        if arguments.action == "start":
            print(start(arguments.port, arguments.directory, from_arguments(arguments)))
        else:
            print(stop(arguments.port, arguments.directory))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module in a forked child, which has all that is loaded, as if it had started as a program of its own."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import logging
import os
import selectors
import signal
import sys
import syslog
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from ansible_collections.streamflix.content_api.plugins.module_utils import progress
from ansible_collections.streamflix.content_api.plugins.plugin_utils import warm

CHUNK = 65536
INPUT, OUTPUT, ERRORS, PROGRESS = range(4)


@dataclass(frozen=True)
class Job:
    """One run of one module.

    :ivar module: its full Python name.
    :ivar arguments: what Ansible passes to it, encoded.
    :ivar profile: how the arguments and the result are encoded.
    :ivar environment: variables that it gets besides those of this process.
    :ivar directory: where it runs.
    """

    module: str
    arguments: bytes
    profile: str
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: str = "."


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    :ivar code: the exit code, as a shell would tell it.
    """

    code: int
    output: bytes
    errors: bytes


class Lines:
    """Cuts what arrives in pieces into lines."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Show each line that is complete."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._show(line.decode(errors="replace"))


def run(job: Job, show: Callable[[str], None] | None = None) -> Outcome:
    """Run a module in a child and wait for its end; when something ends the wait, such as a timeout, so ends the child.

    :param show: is called at once with each line of progress; None: the module does not report any.
    """
    pipes = {target: os.pipe() for target in (OUTPUT, ERRORS, PROGRESS)}
    with warnings.catch_warnings():
        # of the threads of this process none is needed in the child
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _child(job, {target: write for target, (_unused, write) in pipes.items()}, show is not None)
    for _unused, write in pipes.values():
        os.close(write)
    reads = {target: read for target, (read, _unused) in pipes.items()}
    try:
        output, errors = _read(reads, Lines(show or progress.silent))
        status = os.waitpid(pid, 0)[1]
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    finally:
        for read in reads.values():
            os.close(read)
    code = os.waitstatus_to_exitcode(status)
    return Outcome(code if code >= 0 else 128 - code, output, errors)


def _read(pipes: Mapping[int, int], lines: Lines) -> tuple[bytes, bytes]:
    """Read everything that the child writes, until it has closed all pipes."""
    read = {OUTPUT: bytearray(), ERRORS: bytearray()}
    with selectors.DefaultSelector() as selector:
        for target, end in pipes.items():
            selector.register(end, selectors.EVENT_READ, target)
        while selector.get_map():
            for key, _unused in selector.select():
                data = os.read(key.fd, CHUNK)
                if not data:
                    selector.unregister(key.fd)
                elif key.data == PROGRESS:
                    lines.take(data)
                else:
                    read[key.data] += data
    return bytes(read[OUTPUT]), bytes(read[ERRORS])


def _child(job: Job, pipes: Mapping[int, int], reports: bool) -> NoReturn:
    """Be the module: nothing of the worker that this process was may go on, whatever happens."""
    code = 1
    try:
        _forget_the_worker()
        _take_over(pipes)
        if reports:
            progress.listen(_write_line)
        os.environ.update(job.environment)
        os.chdir(job.directory)
        code = _run_module(job)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _forget_the_worker() -> None:
    """Undo what makes a process one of Ansible's own: signal and exit handlers, logs, and the kind of its messages."""
    from ansible.module_utils import _internal
    from ansible.module_utils._internal import _traceback
    from ansible.module_utils.common import warnings as messages

    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    atexit._clear()
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    syslog.closelog()
    # as module_utils are in a module: warnings and deprecations belong to its result
    _internal.is_controller = False
    _internal.get_controller_serialize_map = dict
    _internal.import_controller_module = lambda _name: None
    _traceback._is_traceback_enabled = _traceback._is_module_traceback_enabled
    messages._global_warnings.clear()
    messages._global_deprecations.clear()


def _take_over(pipes: Mapping[int, int]) -> None:
    """Connect the standard streams with the pipes and close everything else that was open."""
    # out of the way of the numbers that they shall have
    high = {target: fcntl.fcntl(end, fcntl.F_DUPFD, PROGRESS + 1) for target, end in pipes.items()}
    os.dup2(os.open(os.devnull, os.O_RDONLY), INPUT)
    for target, end in high.items():
        os.dup2(end, target, inheritable=target != PROGRESS)
    for name in os.listdir("/dev/fd"):
        if int(name) > PROGRESS:
            with contextlib.suppress(OSError):
                os.close(int(name))
    sys.stdin = os.fdopen(INPUT, encoding="utf-8")
    sys.stdout = os.fdopen(OUTPUT, "w", encoding="utf-8")
    sys.stderr = os.fdopen(ERRORS, "w", encoding="utf-8", errors="backslashreplace")


def _write_line(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(PROGRESS, line.encode() + b"\n")


def _run_module(job: Job) -> int:
    """Run the module as Ansible's own wrapper does.

    :returns: the exit code.
    """
    from ansible.module_utils import basic
    from ansible.module_utils._internal._ansiballz import _loader

    warm.share()
    # it is imported already, and that is the point
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
    library = os.path.dirname(os.path.dirname(os.path.dirname(basic.__file__)))
    sys.argv = [""]
    try:
        _loader.run_module(
            json_params=job.arguments, profile=job.profile, module_fqn=job.module, modlib_path=library, extensions={}
        )
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0

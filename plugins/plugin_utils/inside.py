# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module inside this process, where everything is loaded, as if it had started as a program of its own.

What a module changes in its process is put back, because a loop's next item and Ansible's own code run after it. The
process is the worker of one task, so that nothing outlives the task.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import progress
from ansible_collections.streamflix.content_api.plugins.plugin_utils import warm


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

    :ivar code: the exit code, as a shell would see it.
    """

    code: int
    output: str
    errors: str


def run(job: Job, show: Callable[[str], None] | None = None) -> Outcome:
    """Run a module to its end.

    :param show: is called at once with each line of progress; None: the module does not report any.
    :raises BaseException: what ends Ansible's own actions too, such as a task's timeout.
    """
    output, errors = stream(), stream()
    with contextlib.ExitStack() as put_back:
        for change in (
            replaced(sys, stdin=stream(), stdout=output, stderr=errors, argv=[""]),
            as_module(),
            own_logs(),
            warnings.catch_warnings(),
            replaced(progress, show=show or progress.silent),
            surroundings(job.environment, job.directory),
            warm.shared(),
        ):
            put_back.enter_context(change)
        # this process must not run the exit handlers that it inherited
        atexit._clear()
        code = run_module(job)
        atexit._run_exitfuncs()
    return Outcome(code, written(output), written(errors))


def stream() -> io.TextIOWrapper:
    """Return what stands for a standard stream."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")


def written(to: io.TextIOWrapper) -> str:
    """Return what was written to a stream."""
    to.flush()
    to.seek(0)
    return to.read()


@contextlib.contextmanager
def replaced(owner: Any, **values: Any) -> Iterator[None]:
    """Give attributes of a module other values for a time."""
    before = {name: getattr(owner, name) for name in values}
    try:
        for name, value in values.items():
            setattr(owner, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


@contextlib.contextmanager
def as_module() -> Iterator[None]:
    """Let Ansible's code treat this process as a module's: warnings and deprecations become part of its result."""
    from ansible.module_utils import _internal, basic
    from ansible.module_utils._internal import _traceback
    from ansible.module_utils.common import warnings as messages

    with (
        replaced(
            _internal,
            is_controller=False,
            get_controller_serialize_map=dict,
            import_controller_module=lambda _name: None,
        ),
        replaced(
            _traceback,
            _is_traceback_enabled=_traceback._is_module_traceback_enabled,
            _module_tracebacks_enabled_events=None,
        ),
        replaced(messages, _global_warnings={}, _global_deprecations={}),
        replaced(basic, _ANSIBLE_ARGS=None, _ANSIBLE_PROFILE=None, _PARSED_MODULE_ARGS=None),
    ):
        yield


@contextlib.contextmanager
def own_logs() -> Iterator[None]:
    """Keep the module's libraries out of Ansible's own log, and what the module logs out of other modules' results."""
    # the second is what debug_botocore_endpoint_logs listens to
    with own_log(logging.root, logging.WARNING), own_log(logging.getLogger("botocore.endpoint"), logging.NOTSET):
        yield


@contextlib.contextmanager
def own_log(logger: logging.Logger, level: int) -> Iterator[None]:
    """Give a logger a level and no handlers for a time."""
    before = logger.level
    with replaced(logger, handlers=[]):
        logger.setLevel(level)
        try:
            yield
        finally:
            logger.setLevel(before)


@contextlib.contextmanager
def surroundings(environment: Mapping[str, str], directory: str) -> Iterator[None]:
    """Add to the environment and go to a directory for a time."""
    before, home = dict(os.environ), os.getcwd()
    try:
        os.environ.update(environment)
        os.chdir(directory)
        yield
    finally:
        os.chdir(home)
        os.environ.clear()
        os.environ.update(before)


def run_module(job: Job) -> int:
    """Run a module as Ansible's own wrapper does.

    :returns: the exit code.
    """
    from ansible.module_utils import basic
    from ansible.module_utils._internal._ansiballz import _loader

    # it is imported already, and that is the point
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
    library = os.path.dirname(os.path.dirname(os.path.dirname(basic.__file__)))
    try:
        _loader.run_module(
            json_params=job.arguments, profile=job.profile, module_fqn=job.module, modlib_path=library, extensions={}
        )
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Actions that run a module of this collection without starting an interpreter for it.

Ansible packs a module with all its imports, starts an interpreter, and lets it import and parse everything anew. In a
task that changes nothing this takes most of the time. If the result is the same, these actions run the module inside
the task's worker instead. In all other cases Ansible runs it as usual. C(STREAMFLIX_IN_PROCESS=0) in the environment of
ansible-playbook turns this off.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.executor.module_common import _BuiltModule
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.playbook.task import Task
from ansible.plugins.loader import action_loader
from ansible.release import __version__ as core_version
from ansible.utils.display import Display
from ansible_collections.streamflix.content_api.plugins.module_utils import holding, start
from ansible_collections.streamflix.content_api.plugins.plugin_utils import inside, order, warm

if TYPE_CHECKING:
    from ansible.plugins.action.normal import ActionModule as NormalAction
else:
    # Ansible's own. By its Python name it may be the plugin that takes its place, and were imported instead of that.
    NormalAction = action_loader.get("ansible.builtin.normal", class_only=True)

SWITCH = "STREAMFLIX_IN_PROCESS"
COLLECTION = "streamflix.content_api"
# The methods overridden below are not Ansible's public interface, so this is done only on releases that were tested.
TESTED_CORES = ("2.19", "2.20", "2.21")
# Variables that have an effect in a running interpreter, because boto3 reads them when it makes a client. Others may
# only be read at the start of an interpreter, or were read already.
HEEDED = re.compile(r"AWS_\w+|(https?|no|all)_proxy|REQUESTS_CA_BUNDLE", re.IGNORECASE)
# With it, a result tells the arguments that the module got, as C(invocation); since ansible-core 2.21 not by itself.
TELL_ARGUMENTS = {"ansible_inject_invocation": True}
# in the place of the program that Ansible's own code would send to an interpreter
MARKER = b"runs in process"

display = Display()
# loaded in the process of ansible-playbook, before any worker is forked
start.mark()


@dataclass(frozen=True)
class Situation:
    """Everything that decides whether a task's module runs in process.

    :ivar enabled: whether the user wants it.
    :ivar core: Ansible's version.
    :ivar platform: Python's name of the operating system.
    :ivar transport: the connection plugin's name.
    :ivar become: whether the module runs as another user.
    :ivar asynchronous: whether it goes on in the background.
    :ivar keeps_files: whether Ansible is to keep the program that it makes from the module.
    :ivar limits_files: whether Ansible sets how many files the module may open.
    :ivar interpreter: the Python that the inventory names; empty when Ansible has to look for one.
    :ivar environment: variables of the task, the play and the shell plugin.
    """

    enabled: bool
    core: str
    platform: str
    transport: str
    become: bool
    asynchronous: bool
    keeps_files: bool
    limits_files: bool
    interpreter: str
    environment: Mapping[str, str]


def setting(name: str, variables: Mapping[str, Any]) -> Any:
    """Return a setting of Ansible, for a host or task with these variables."""
    return constants.config.get_config_value(name, variables=variables)


def enabled() -> bool:
    """Tell whether the user has left it turned on."""
    return boolean(os.environ.get(SWITCH, "1"), strict=False)


def is_tested(core: str) -> bool:
    """Tell whether modules have been shown to run in process with a release of ansible-core."""
    return ".".join(core.split(".")[:2]) in TESTED_CORES


def module_of(task: Task) -> str:
    """Return the name of the module that a task runs, as L(warm.expect) takes it; empty when none is run from here.

    That is a module of this collection, or one of C(warm.STOCK) in a role of this collection.
    """
    resolved: str = task.resolved_action or ""
    collection, _unused, name = resolved.rpartition(".")
    if collection == COLLECTION:
        return name
    ours = task._role is not None and task._role._role_collection == COLLECTION
    return resolved if ours and resolved in warm.STOCK else ""


def is_ours(interpreter: str) -> bool:
    """Tell whether an interpreter is the one that runs this code; one of another virtual environment is not."""
    ours = sys.executable
    return bool(interpreter) and all(
        os.path.realpath(part(interpreter)) == os.path.realpath(part(ours)) for part in (str, os.path.dirname)
    )


def obstacle(situation: Situation) -> str:
    """Return why a module cannot run in process with the same result; empty when it can."""
    unheeded = sorted(name for name in situation.environment if not HEEDED.fullmatch(name))
    obstacles = {
        f"{SWITCH} is off": not situation.enabled,
        f"ansible-core {situation.core} is not tested": not is_tested(situation.core),
        f"{situation.platform} does not fork safely": situation.platform != "linux",
        f"the connection is {situation.transport}": situation.transport != "local",
        "become is set": situation.become,
        "async is set": situation.asynchronous,
        "remote files are kept": situation.keeps_files,
        "the number of open files is limited": situation.limits_files,
        f"the interpreter is {situation.interpreter or 'not set'}": not is_ours(situation.interpreter),
        f"environment has {', '.join(unheeded)}": bool(unheeded),
    }
    return next((text for text, hinders in obstacles.items() if hinders), "")


def lock_file(host: str) -> pathlib.Path:
    """Return the file in which a run keeps its lock of a host; it exists while the run holds the lock.

    All workers of this run share it, and no other run.
    """
    digest = hashlib.sha256(host.encode()).hexdigest()
    return pathlib.Path(vars(constants)["DEFAULT_LOCAL_TMP"], f"lock-{digest}")


class InProcessAction(NormalAction):
    """Runs the module of the same name, in process if that makes no difference but in time.

    :cvar COMES_FIRST: whether it is the preflight itself, or may run before it.
    """

    COMES_FIRST = False
    _in_process = False
    _encoded = b""
    _module = ""
    _host = ""
    _environment: Mapping[str, str] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if enabled() and cls.__module__.startswith(warm.ACTIONS):
            warm.warm(cls.__module__.rpartition(".")[2])

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, for one item of a loop, unless the play's preflight was left out."""
        return self._begin(task_vars or {}) or super().run(tmp, task_vars)

    def _begin(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Find out how modules are to run.

        :returns: a result instead of theirs where the play's preflight was left out; empty otherwise.
        """
        reason = "" if self.COMES_FIRST else order.left_out(task_vars)
        if reason:
            return {"failed": True, "msg": reason}
        situation = self._situation(task_vars)
        reason = obstacle(situation)
        self._environment = situation.environment
        self._in_process = not reason
        self._host = task_vars.get("inventory_hostname", "")
        held = lock_file(self._host)
        if held.exists():
            # a module finds the file when it runs in process, and in an interpreter of its own on this machine
            os.environ[holding.VARIABLE] = str(held)
        display.vvv(f"Starts an interpreter: {reason}" if reason else "Runs in process", host=self._host)
        return {}

    def _situation(self, task_vars: Mapping[str, Any]) -> Situation:
        delegate = self._task.delegate_to
        host_vars = task_vars["ansible_delegated_vars"][delegate] if delegate else task_vars
        variables: dict[str, Any] = {}
        self._compute_environment_string(variables)
        environment = {**self._connection._shell.env, **variables}
        return Situation(
            enabled=enabled(),
            core=core_version,
            platform=sys.platform,
            transport=self._connection.transport,
            become=bool(self._play_context.become or self._connection.become),
            asynchronous=bool(self._task.async_val),
            keeps_files=bool(setting("DEFAULT_KEEP_REMOTE_FILES", task_vars)),
            limits_files=bool(setting("PYTHON_MODULE_RLIMIT_NOFILE", task_vars)),
            interpreter=self._interpreter(host_vars),
            environment={name: str(value) for name, value in environment.items()},
        )

    def _interpreter(self, host_vars: Mapping[str, Any]) -> str:
        try:
            return str(self._templar.template(setting("INTERPRETER_PYTHON", host_vars)) or "")
        except AnsibleError:
            # for example an argument that is omitted: Ansible's own code handles it
            return ""

    def _is_pipelining_enabled(self, module_style: str, wrap_async: bool = False) -> bool:
        return self._in_process or super()._is_pipelining_enabled(module_style, wrap_async)

    def _configure_module(self, module_name: str, module_args: Any, task_vars: Any) -> tuple[_BuiltModule, str]:
        found = self._shared_loader_obj.module_loader.find_plugin_with_context(
            module_name, collection_list=self._task.collections
        )
        runs_here = found.plugin_resolved_collection == COLLECTION or found.resolved_fqcn in warm.STOCK
        if not self._in_process or not runs_here:
            self._in_process = False
            return super()._configure_module(module_name, module_args, task_vars)
        encoder = get_module_encoder(warm.PROFILE, Direction.CONTROLLER_TO_MODULE)
        try:
            self._encoded = json.dumps({"ANSIBLE_MODULE_ARGS": module_args}, cls=encoder).encode()
        except TypeError as error:
            raise AnsibleError(f"Failed to serialize arguments for the {module_name!r} module.") from error
        self._module = found.plugin_resolved_name
        built = _BuiltModule(
            b_module_data=MARKER, module_style="new", shebang=f"#!{sys.executable}", serialization_profile=warm.PROFILE
        )
        return built, found.plugin_resolved_path

    def _low_level_execute_command(self, cmd: str, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("in_data") != MARKER:
            return super()._low_level_execute_command(cmd, *args, **kwargs)
        job = inside.Job(self._module, self._encoded, warm.PROFILE, self._environment, self._loader.get_basedir())
        outcome = inside.run(job, None if self._task.no_log else self._show)
        return {
            "rc": outcome.code,
            "stdout": outcome.output,
            "stdout_lines": outcome.output.splitlines(),
            "stderr": outcome.errors,
            "stderr_lines": outcome.errors.splitlines(),
        }

    def _show(self, line: str) -> None:
        # to standard error, as a callback may write a document to standard output
        display.display(f"[{self._host}] {line}", color=setting("COLOR_VERBOSE", {}), stderr=True)

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: recap
type: aggregate
short_description: Say at the end of a run what becomes of each AWS resource
version_added: 0.2.0
author: StreamFlix platform team (@streamflix)
description:
  - Gathers what the modules of this collection return under C(changes), merges what several tasks report of the same
    resource, and prints it after the play recap, host by host and tier by tier. What changes who may do or reach what
    is listed once more in a section of its own.
  - In check mode it is a preview of the run.
  - Prints nothing when no task returned C(changes). Never shows what is hidden by C(no_log), but says that it is.
  - Beside a callback whose standard output is a document, such as P(ansible.posix.json#callback), it writes to standard
    error.
requirements:
  - enabled in C(callbacks_enabled)
options:
  directory:
    description:
      - Where to write C(recap.json), for programs, and C(recap.md), for pull requests. Nothing is written without it.
    type: path
    env:
      - name: STREAMFLIX_RECAP_DIRECTORY
    ini:
      - section: callback_recap
        key: directory
"""

import pathlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ansible import constants, context
from ansible.executor.task_result import CallbackTaskResult
from ansible.inventory.host import Host
from ansible.playbook import Playbook
from ansible.playbook.play import Play
from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import action_loader
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import CREATE, REMOVE, REPLACE, UPDATE
from ansible_collections.streamflix.content_api.plugins.plugin_utils import in_process, recap, recap_text, warm

# callbacks whose standard output is one document, or one document in each line
DOCUMENTS = ("json", "jsonl")
# the folder with what takes the place of Ansible's own action for modules without one
OVERRIDES = pathlib.Path(__file__).resolve().parents[2] / "playbooks" / "action_plugins"
# the file of a role with tasks that only find what exists
LOOK_UPS = "discover.yml"
# modules that return no changes
SILENT = re.compile(r"_info$|^stack_|^drift_")
# what Ansible's settings call the colour of each kind of line
COLOURS = {
    CREATE: "COLOR_DIFF_ADD",
    UPDATE: "COLOR_CHANGED",
    REPLACE: "COLOR_ERROR",
    REMOVE: "COLOR_DIFF_REMOVE",
    recap_text.GOOD: "COLOR_OK",
    recap_text.BAD: "COLOR_ERROR",
}


def colour_of(kind: str) -> str | None:
    """Return the colour of a kind of line; None for one that has none."""
    return str(constants.config.get_config_value(COLOURS[kind])) if kind in COLOURS else None


def is_document(callback: str) -> bool:
    """Tell whether the standard output of a callback is a document, to which no line may be added."""
    return callback.rpartition(".")[2] in DOCUMENTS


def tells(task: Task) -> bool:
    """Tell whether a task runs a module that returns changes of resources."""
    name = in_process.module_of(task)
    return bool(name) and not SILENT.search(name)


def is_look_up(path: str) -> bool:
    """Tell whether a task finds what another tier needs, which compares nothing.

    :param path: its file, a colon, and its line.
    """
    return pathlib.PurePath(path.rpartition(":")[0]).name == LOOK_UPS


def key_of(result: CallbackTaskResult) -> tuple[str, str]:
    """Return the key of the results of a task on a host."""
    return result.host.get_name(), result.task._uuid


def modules_of(tasks: Iterable[Any]) -> Iterator[str]:
    """Yield the names of the modules that tasks run from here, those inside of blocks too."""
    for entry in tasks:
        if isinstance(entry, Task):
            if name := in_process.module_of(entry):
                yield name
        else:
            yield from modules_of(entry if isinstance(entry, list) else [*entry.block, *entry.rescue, *entry.always])


class CallbackModule(CallbackBase):
    """Gathers the changes of a run and shows them at its end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "streamflix.content_api.recap"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._recap = recap.Recap(check_mode=False)
        self._play = ""
        # by host and task: the items of loops that failed, which the result of the whole loop lacks
        self._failed_items: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        """Begin, and let tasks see that this callback is there."""
        began_at = context.CLIARGS.get("start_at_task") or ""
        self._recap = recap.Recap(bool(context.CLIARGS.get("check")), began_at)
        recap.Recap.current = self._recap
        # so roles in other people's playbooks have it, too; whatever these have themselves comes first
        action_loader.add_directory(str(OVERRIDES))

    def v2_playbook_on_play_start(self, play: Play) -> None:
        """Remember the play's name and the tier of tasks without a role, and begin to load what its tasks need."""
        self._play = play.get_name().strip()
        if in_process.enabled():
            roles = [role.get_task_blocks() for role in play.get_roles()]
            warm.expect(modules_of([*roles, *play.get_tasks()]))

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        """Load what a module of another collection needs, as Ansible loads the actions of ours: before it forks."""
        name = in_process.module_of(task)
        if name in warm.STOCK and in_process.enabled():
            warm.warm(name)

    def v2_runner_on_start(self, host: Host, task: Task) -> None:
        """Stop loading: right after this, Ansible forks the task's worker, and holds its display."""
        warm.pause()

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """Take note of what a task returned."""
        host = result.host.get_name()
        if "censored" in result.result and tells(result.task):
            self._recap.hide(host)
        self._recap.see(host, self._tier(result.task), result.result, not is_look_up(result.task.get_path() or ""))

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        """Take note of an item; whether its failure counts shows when the loop is over."""
        self._failed_items.setdefault(key_of(result), []).append(dict(result.result))

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """Take note of a failure, and of the changes in its result."""
        self.v2_runner_on_ok(result)
        items = self._failed_items.pop(key_of(result), [])
        if not ignore_errors:
            self._fail(result, *items)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """Take note of a host that cannot be reached."""
        self._fail(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Show everything, and write the files."""
        found = self._recap.report()
        gathered, failed = self._recap.heard or self._recap.hidden, self._recap.failed
        # failures of other tasks are not repeated here
        if gathered or (failed and (self._recap.about_drift or self._recap.began_at)):
            self._show(found)
        directory = self.get_option("directory")
        if directory and (gathered or failed):
            recap.write(pathlib.Path(directory, "recap.json"), recap.as_json(found))
            recap.write(pathlib.Path(directory, "recap.md"), recap_text.markdown(found, self._recap.about_drift))

    def _show(self, found: dict[str, Any]) -> None:
        title = recap_text.title(found["check_mode"]).upper()
        aside = is_document(constants.config.get_config_value("DEFAULT_STDOUT_CALLBACK"))
        if aside:
            self._display.display(title, stderr=True)
        else:
            self._display.banner(title, cows=False)
        for line in recap_text.text_lines(found, self._recap.about_drift):
            self._display.display(line.text, color=colour_of(line.kind), stderr=aside)
        # as Ansible ends its own recap
        self._display.display("", stderr=aside)

    def _fail(self, result: CallbackTaskResult, *items: dict[str, Any]) -> None:
        task = result.task
        self._recap.fail(result.host.get_name(), self._tier(task), task.get_name(), items or [result.result])

    def _tier(self, task: Task) -> str:
        role = task._role
        return role.get_name().rpartition(".")[2] if role else self._play

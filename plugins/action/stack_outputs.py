# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows a stack's outputs and writes them to a file, in one task and without a module."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.streamflix.content_api.plugins.module_utils import files
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN
from ansible_collections.streamflix.content_api.plugins.plugin_utils.outputs import REMEDY

# what workflows get: a dict by stack, so that the outputs of several stacks do not mix
STATISTIC = "stack_outputs"


def read(file: pathlib.Path) -> str:
    """Return a file's text; empty when there is no such file."""
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def update(path: str, text: str, check_mode: bool) -> dict[str, Any]:
    """Write a file, unless it has this text or in check mode.

    :returns: the keys of the task's result about it.
    :raises AnsibleActionFail: it cannot be read or written.
    """
    file = pathlib.Path(path)
    try:
        before = read(file)
        if text != before and not check_mode:
            file.parent.mkdir(parents=True, exist_ok=True)
            files.write(file, text)
    except OSError as error:
        raise AnsibleActionFail(f"outputs_directory: {path}: {error.strerror}. {REMEDY}") from error
    return {"written": text != before, "path": path}


def statistics(name: str, outputs: dict[str, Any]) -> dict[str, Any]:
    """Return a stack's outputs as ansible.builtin.set_stats returns what it sets.

    :param name: the stack's name in the inventory.
    """
    return {"data": {STATISTIC: {name: outputs}}, "per_host": False, "aggregate": True}


class ActionModule(ActionBase):
    """The action C(stack_outputs); its options and results are documented in the module of that name."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Compare the file with the outputs, and write it unless they are the same."""
        result = super().run(tmp, task_vars)
        _unused, options = self.validate_argument_spec(
            {"path": {"type": "path"}, "outputs": {"type": "dict", "required": True}}
        )
        outputs = options["outputs"]
        text = json.dumps(outputs, indent=4, sort_keys=True) + "\n"
        written = update(options["path"], text, self._task.check_mode) if options["path"] else {"written": False}
        # a preview of a new stack has no outputs yet
        known = (
            {} if UNKNOWN in text else {"ansible_stats": statistics((task_vars or {})["inventory_hostname"], outputs)}
        )
        # shown like the message of ansible.builtin.debug
        shown = {"outputs": outputs, "_ansible_verbose_always": True}
        # a fresh checkout lacks the file, which is no change of the stack
        return {**result, **written, **known, **shown, "changed": False}

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows a stack's outputs and writes them to a file, in one task and without a module."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

FILE_MODE, DIRECTORY_MODE = 0o644, 0o755


def read(file: pathlib.Path) -> str:
    """Return a file's text; empty when there is no such file."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def write(file: pathlib.Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    file.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with open(handle, "w", encoding="utf-8") as output:
        output.write(text)
    os.chmod(name, FILE_MODE)
    os.replace(name, file)


class ActionModule(ActionBase):
    """The action C(stack_outputs); its options and results are documented in the module of that name."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Compare the file with the outputs, and write it unless they are the same."""
        result = super().run(tmp, task_vars)
        _unused, options = self.validate_argument_spec(
            {"path": {"type": "path", "required": True}, "outputs": {"type": "dict", "required": True}}
        )
        file = pathlib.Path(options["path"])
        text = json.dumps(options["outputs"], indent=4, sort_keys=True) + "\n"
        try:
            before = read(file)
            if text != before and not self._task.check_mode:
                write(file, text)
        except OSError as error:
            raise AnsibleActionFail(f"path {options['path']}: {error.strerror}. Set outputs_directory.") from error
        header = str(file)
        diff = {"before_header": header, "after_header": header, "before": before, "after": text}
        # shown like the message of ansible.builtin.debug
        return {
            **result,
            "changed": text != before,
            "path": header,
            "outputs": options["outputs"],
            "diff": diff,
            "_ansible_verbose_always": True,
        }

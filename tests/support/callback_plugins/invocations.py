"""Write each run of one of the collection's modules into a file: its name, its arguments and its result."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

from ansible.plugins.callback import CallbackBase

FILE_VARIABLE = "TEST_INVOCATIONS"
COLLECTION = "streamflix.content_api."


class CallbackModule(CallbackBase):
    """The callback; a directory of such plugins is named by C(ANSIBLE_CALLBACK_PLUGINS)."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "invocations"

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write a line of JSON for a module that ended well."""
        action = result.task.resolved_action or result.task.action
        invocation = result.result.get("invocation")
        if action.startswith(COLLECTION) and invocation:
            line = {
                "module": action.removeprefix(COLLECTION),
                "arguments": invocation["module_args"],
                "result": {key: value for key, value in result.result.items() if key != "invocation"},
            }
            with pathlib.Path(os.environ[FILE_VARIABLE]).open("a", encoding="utf-8") as output:
                output.write(json.dumps(line) + "\n")

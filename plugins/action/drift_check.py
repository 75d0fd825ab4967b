# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.streamflix.content_api.plugins.plugin_utils import recap, recap_text

NO_CHECK_MODE = (
    "This only compares, and the tasks that follow would change what differs: run it with --check (in AWX, a job "
    "template of job type Check)."
)
NO_CALLBACK = (
    "The callback streamflix.content_api.recap, which gathers what differs, is not enabled: name it in "
    "callbacks_enabled of ansible.cfg, or in ANSIBLE_CALLBACKS_ENABLED."
)
NOTHING = "Nothing of {} was compared: the tags choose no tier. Run it without --tags, or with the name of a tier."


class ActionModule(ActionBase):
    """Begins a comparison, and ends it with what the callback has collected."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail if the run cannot find drift, or at the end, if there is drift."""
        super().run(tmp, task_vars)
        _unused, options = self.validate_argument_spec(
            argument_spec={
                "stage": {"type": "str", "choices": ["begin", "end"], "required": True},
                "tiers": {"type": "list", "elements": "str", "default": []},
            }
        )
        if not self._task.check_mode:
            raise AnsibleActionFail(NO_CHECK_MODE)
        gathered = recap.Recap.current
        if gathered is None:
            raise AnsibleActionFail(NO_CALLBACK)
        if options["stage"] == "begin":
            return {"changed": False, "drift_tiers": options["tiers"]}
        return self._end((task_vars or {})["inventory_hostname"], gathered)

    def _end(self, name: str, gathered: recap.Recap) -> dict[str, Any]:
        host = gathered.report()["hosts"].get(name)
        if host is None or not (host["compared"] or host["hidden"]):
            raise AnsibleActionFail(NOTHING.format(name))
        if host["hidden"]:
            raise AnsibleActionFail(recap_text.hidden(name, host["hidden"]))
        result = {
            "changed": False,
            "drift": [f"{change['type']} {change['name']}" for change in host["changes"]],
            "not_compared": host["not_compared"],
        }
        left_out = [recap_text.not_compared(host["not_compared"])] if host["not_compared"] else []
        if host["changes"]:
            return {**result, "failed": True, "msg": "\n".join([recap_text.drift(name, host["changes"]), *left_out])}
        return {**result, "msg": " ".join([f"{name} has not drifted.", *left_out])}

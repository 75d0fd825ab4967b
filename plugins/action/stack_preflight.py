# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import all_regions
from ansible_collections.streamflix.content_api.plugins.module_utils.preflight import (
    check_account_id,
    check_drift_ignore,
)
from ansible_collections.streamflix.content_api.plugins.modules.stack_preflight import check_region
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal, stack_variables
from ansible_collections.streamflix.content_api.plugins.plugin_utils.in_process import InProcessAction, enabled

if enabled():
    rehearsal.prepare()


class ActionModule(InProcessAction):
    """Checks the variables of the roles before the module asks AWS for anything."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail with all that is wrong with the variables; without findings, run the module with their values."""
        args = self._task.args
        if not args.get("roles"):
            return super().run(tmp, task_vars)
        given = args.get("variables") or {}
        region = str(args.get("region") or "")
        found = stack_variables.check(self._loader, {**(task_vars or {}), **given}, args["roles"], region)
        findings = [*check_account_id(args.get("account_id")), *check_drift_ignore(given), *found.findings]
        if findings:
            findings += check_region(region, all_regions()) if region else []
            return {"failed": True, "msg": "\n".join(findings)}
        lengths = {**stack_variables.lengths(found.variables), **(args.get("lengths") or {})}
        variables = {**stack_variables.plain(found.variables), **given}
        self._task.args = {**args, "variables": variables, "lengths": lengths}
        return super().run(tmp, task_vars)

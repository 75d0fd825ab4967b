# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the modules of other collections that this collection's roles call as it runs its own.

They run in the task's worker, say what becomes of each resource, and go on when a reply of AWS is lost. Ansible lets a
plugin named C(normal) take the place of its own action for modules without one: playbooks/action_plugins has it. It
leaves everything else as it is: other modules, and tasks of other people's roles and playbooks.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ansible.release import __version__ as core_version
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.streamflix.content_api.plugins.module_utils.api import OUTDATED, THROTTLED
from ansible_collections.streamflix.content_api.plugins.plugin_utils import in_process, inside, warm

TELLER = f"{in_process.COLLECTION}.stock_changes_info"
# after a reply that was lost, before the module looks again; the last for lists that lag
PAUSES_SECONDS = (0.2, 2.0, 6.0)
# botocore's words for a request without a reply
LOST = re.compile(r"endpoint URL|HTTP Client|Unable to parse response")


def connection(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return those arguments of a module that say how it reaches AWS."""
    spec = aws_argument_spec()
    names = {name for option, entry in spec.items() for name in (option, *entry.get("aliases", ()))}
    return {name: value for name, value in arguments.items() if name in names}


def may_be_done(result: Mapping[str, Any]) -> bool:
    """Tell whether a module that failed may have done its work, or does it when it looks again.

    Its reply was lost, or AWS failed at the request, or the resource is not as the module found it before.
    """
    if not result.get("failed"):
        return False
    code = (result.get("error") or {}).get("code", "")
    status = (result.get("response_metadata") or {}).get("http_status_code", 0)
    if code:
        return bool(OUTDATED.search(code)) or (status >= HTTPStatus.INTERNAL_SERVER_ERROR and code not in THROTTLED)
    return "boto3_version" in result and bool(LOST.search(str(result.get("msg"))))


class StockAction(in_process.InProcessAction):
    """Runs any module: one of the table as this collection's own, others as Ansible does."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, for one item of a loop."""
        name, variables = in_process.module_of(self._task), {**(task_vars or {}), **in_process.TELL_ARGUMENTS}
        if name not in warm.STOCK or self._task.async_val or not in_process.is_tested(core_version):
            return in_process.NormalAction.run(self, tmp, task_vars)
        refused = self._begin(variables)
        return refused or self._managed(name, variables)

    def _managed(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Run the module in check mode, and where that says that it changes something, see what, and let it."""
        with inside.replaced(self._task, check_mode=True):
            preview = self._once(variables)
        if preview.get("failed") or preview.get("skipped"):
            return preview
        if not preview.get("changed"):
            return {**preview, "changes": []}
        told = self._execute_module(
            module_name=TELLER,
            module_args={
                **connection(self._task.args),
                "module": name,
                "arguments": preview["invocation"]["module_args"],
            },
            task_vars=variables,
        )
        if told.get("failed"):
            return told
        result = preview if self._task.check_mode else self._for_real(variables)
        if not result.get("changed"):
            return result if result.get("failed") else {**result, "changes": []}
        return {**difference(told), **result, "changes": told["changes"]}

    def _once(self, variables: dict[str, Any]) -> dict[str, Any]:
        return in_process.NormalAction.run(self, None, variables)

    def _for_real(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Run the module, and again where it may have been done without the module's knowledge."""
        result = self._once(variables)
        for pause in PAUSES_SECONDS:
            if not may_be_done(result):
                return result
            time.sleep(pause)
            again = self._once(variables)
            # what it finds done now was not so before
            result = again if again.get("failed") else {**again, "changed": True}
        return result


def difference(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what C(--diff) shows of a change."""
    header = " ".join(f"{change['type']} {change['name']}" for change in told["changes"])
    sides = {"before": told["before"], "after": told["after"]}
    return {"diff": {**sides, "before_header": header, "after_header": header}}

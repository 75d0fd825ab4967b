# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
import pathlib
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.validation import check_type_path
from ansible.utils.display import Display
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.streamflix.content_api.plugins.module_utils.api import all_regions, region_of_profile
from ansible_collections.streamflix.content_api.plugins.module_utils.partitions import UnknownRegionError
from ansible_collections.streamflix.content_api.plugins.module_utils.preflight import (
    check_account_id,
    check_drift_ignore,
    check_required,
)
from ansible_collections.streamflix.content_api.plugins.modules.stack_preflight import check_region
from ansible_collections.streamflix.content_api.plugins.plugin_utils import (
    inside,
    order,
    outputs,
    rehearsal,
    stack_variables,
    twins,
)
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost import difference
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import TABLE, Prices, PriceTableError
from ansible_collections.streamflix.content_api.plugins.plugin_utils.in_process import InProcessAction, enabled

display = Display()

if enabled():
    rehearsal.prepare()


def region_of(connection: Mapping[str, Any]) -> str:
    """Return the region that a module with these options uses, which the environment or a profile may name.

    :returns: empty when nothing names one.
    """
    options = ArgumentSpecValidator(aws_argument_spec()).validate(connection).validated_parameters
    return str(options.get("region") or region_of_profile(options.get("profile")) or "")


def cost_findings(asked: Mapping[str, Any]) -> list[str]:
    """Find what is wrong with the table of prices, and with what is assumed of a month."""
    found = stack_variables.assumptions(asked.get("assumptions") or {})
    try:
        Prices.load(pathlib.Path(asked.get("prices") or TABLE))
    except PriceTableError as error:
        found.append(str(error))
    return found


class ActionModule(InProcessAction):
    """Checks the variables of the roles before the module asks AWS for anything."""

    COMES_FIRST = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail with all that is wrong with the variables; without findings, run the module with their values."""
        variables, args = task_vars or {}, self._task.args
        # all other findings would only follow from variables that are not set
        wrong = self._wrong_tags(variables) or check_required(args.get("required") or {})
        wrong = wrong or twins.check(self._loader, self._task.get_variable_manager(), variables)
        if wrong:
            return {"failed": True, "msg": "\n".join(wrong)}
        if not args.get("roles"):
            return self._ask(tmp, variables)
        with inside.surroundings(self._situation(variables).environment, os.getcwd()):
            region = region_of(args)
        given = args.get("variables") or {}
        found = self._check({**variables, **given}, region)
        if found.findings:
            return {"failed": True, "msg": "\n".join(found.findings)}
        lengths = {**stack_variables.lengths(found.variables), **(args.get("lengths") or {})}
        checked = {**stack_variables.plain(found.variables), **given}
        resources = {**found.resources, **(args.get("resources") or {})}
        self._task.args = {**args, "variables": checked, "lengths": lengths, "resources": resources}
        result = self._ask(tmp, variables)
        return result if result.get("failed") else {**result, **self._cost(found, region)}

    def _cost(self, found: rehearsal.Outcome, region: str) -> dict[str, Any]:
        """Return what the recap needs to tell the cost of the run; nothing unless it was asked for."""
        asked = self._task.args.get("cost")
        if not asked:
            return {}
        types = [aws_type for aws_type, _name in found.made]
        table = str(asked.get("prices") or TABLE)
        return {"cost_basis": difference.basis(types, found.variables, asked["assumptions"], region, table)}

    def _ask(self, tmp: str | None, variables: dict[str, Any]) -> dict[str, Any]:
        """Run the module, and set the fact that shows later tasks that nothing was wrong."""
        result = super().run(tmp, variables)
        return result if result.get("failed") else {**result, "ansible_facts": order.passed()}

    def _wrong_tags(self, variables: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with C(--tags) and C(--skip-tags); warn when they leave out all tiers."""
        asked, skipped = variables.get("ansible_run_tags") or ["all"], variables.get("ansible_skip_tags") or []
        roles = list(self._task.args.get("roles") or ())
        # the tasks that publish have a tag, too
        known = [*roles, "outputs"] if roles else []
        special = [*known, *order.SPECIAL]
        wrong = [*order.misspelt("--tags", asked, special), *order.misspelt("--skip-tags", skipped, special)]
        if wrong or not order.chooses_nothing(asked, skipped, self._task.tags, known):
            return wrong
        left_out = f" without --skip-tags {','.join(skipped)}" if skipped else ""
        text = f"--tags {','.join(asked)}{left_out} chooses nothing of this playbook"
        if roles:
            display.warning(f"{text}: no tier is looked at. Its tags are {', '.join(known)}.")
            return []
        return [f"{text}, which has no tags of its own: run it without --tags."]

    def _check(self, variables: Mapping[str, Any], region: str) -> rehearsal.Outcome:
        """Return all that is wrong with the variables, and the values of those that are right."""
        args = self._task.args
        findings = [*check_account_id(args.get("account_id")), *check_drift_ignore(args.get("variables") or {})]
        findings += outputs.check(check_type_path(args.get("outputs_path") or ""))
        findings += cost_findings(args.get("cost") or {})
        try:
            found = stack_variables.check(self._loader, variables, args["roles"], region)
        except UnknownRegionError:
            found = rehearsal.Outcome(check_region(region, all_regions()))
        found.findings = [*findings, *found.findings]
        if found.findings:
            # the module would find a wrong region by itself; here it is reported together with the rest
            found.add(check_region(region, all_regions()))
        return found

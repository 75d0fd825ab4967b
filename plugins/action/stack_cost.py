# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Estimates what a stack costs in a month, by its variables alone: nothing is asked of AWS."""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.streamflix.content_api.plugins.module_utils.partitions import UnknownRegionError
from ansible_collections.streamflix.content_api.plugins.plugin_utils import rehearsal, stack_variables
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost import estimate
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.needs import Stack
from ansible_collections.streamflix.content_api.plugins.plugin_utils.cost.prices import TABLE, Prices, PriceTableError

SPEC: dict[str, Any] = {
    "roles": {"type": "list", "elements": "str", "required": True},
    "region": {"type": "str", "required": True},
    "prices": {"type": "path", "default": str(TABLE)},
    "assumptions": {"type": "dict", "default": {}},
}


def with_roles(variables: Mapping[str, Any], roles: Iterable[str]) -> dict[str, Any]:
    """Return a host's variables as they are in a play that runs the roles: with their defaults, and with their own."""
    defaults: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for role in [*roles, stack_variables.PREFLIGHT]:
        defaults.update(rehearsal.defaults_of(role))
        file = rehearsal.ROLES / role / "vars" / "main.yml"
        own.update(rehearsal.read(file) if file.exists() else {})
    return {**defaults, **variables, **own}


class ActionModule(ActionBase):
    """The action C(stack_cost); its options and results are documented in the module of that name."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Check the variables as a deployment does, and put a price to what it would make."""
        result = super().run(tmp, task_vars)
        _unused, options = self.validate_argument_spec(SPEC)
        variables, region = task_vars or {}, options["region"]
        if wrong := stack_variables.assumptions(options["assumptions"]):
            raise AnsibleActionFail("\n".join(wrong))
        stack = self._stack(with_roles(variables, options["roles"]), options)
        try:
            prices = Prices.load(pathlib.Path(options["prices"]))
        except PriceTableError as error:
            raise AnsibleActionFail(str(error)) from error
        found = estimate.estimate(stack, region, prices)
        saved = estimate.savings(stack, found, prices)
        told = estimate.text(str(variables["inventory_hostname"]), found, saved)
        return {
            **result,
            "changed": False,
            "estimate": estimate.as_data(found),
            "savings_usd": {title: None if usd is None else str(estimate.cents(usd)) for title, usd in saved.items()},
            "text": told,
        }

    def _stack(self, variables: Mapping[str, Any], options: Mapping[str, Any]) -> Stack:
        """Return what the stack is to have.

        :raises AnsibleActionFail: variables are wrong.
        """
        try:
            outcome = stack_variables.check(self._loader, variables, options["roles"], options["region"])
        except UnknownRegionError as error:
            raise AnsibleActionFail(f"There is no region {options['region']!r}.") from error
        if outcome.findings:
            raise AnsibleActionFail("\n".join(outcome.findings))
        resources = Counter(aws_type for aws_type, _name in outcome.made)
        return Stack(resources, outcome.variables, options["assumptions"])

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All checks of a stack's variables that are possible without AWS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible_collections.streamflix.content_api.plugins.module_utils import preflight
from ansible_collections.streamflix.content_api.plugins.plugin_utils import naming
from ansible_collections.streamflix.content_api.plugins.plugin_utils.rehearsal import ROLES, Outcome, Rehearsal, read

PREFLIGHT = "preflight"
# variables of roles and playbooks that do not begin with a role's name
PLATFORM = "platform"
# lists of dicts that hold no secrets, and are compared with what AWS has
SHOWN = ("ecs_service_dns_records",)


def specs_of(role: str) -> dict[str, Any]:
    """Return the argument specs of a role's variables, of all its entry points."""
    points = read(ROLES / role / "meta" / "argument_specs.yml")["argument_specs"]
    return {name: spec for point in points.values() for name, spec in point["options"].items()}


def kept_by(role: str) -> set[str]:
    """Return the names of the variables that a role sets for itself."""
    file = ROLES / role / "vars" / "main.yml"
    return set(read(file)) if file.exists() else set()


def check(loader: DataLoader, variables: Mapping[str, Any], roles: Iterable[str], region: str) -> Outcome:
    """Return all findings about the variables of a host, and their values.

    :param variables: all of the host's variables, before they are templated.
    :param roles: the roles in the order in which they run.
    :param region: the region that requests would go to.
    """
    specs = {role: specs_of(role) for role in roles}
    own = specs_of(PREFLIGHT)
    known = {name for options in [*specs.values(), own] for name in options}
    known |= {name for role in (*specs, PREFLIGHT) for name in kept_by(role)}
    misspelt = naming.misspelt(variables, [*specs, PREFLIGHT, PLATFORM], known)
    outcome = Rehearsal(loader, variables, region).run(specs)
    rules = (
        preflight.check_network,
        preflight.check_listener,
        preflight.check_alarms,
        preflight.check_log_metrics,
        preflight.check_task_policies,
        preflight.check_parameters,
        preflight.check_published,
        preflight.check_dns_records,
    )
    together = [finding for rule in rules for finding in rule(outcome.variables)]
    outcome.findings = list(dict.fromkeys([*misspelt, *together, *outcome.findings]))
    return outcome


def plain(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return those variables that may be shown: tags and L(SHOWN); other dicts may hold an application's secrets."""
    return {
        name: value
        for name, value in variables.items()
        if name.endswith("_tags")
        or name in SHOWN
        or (
            not isinstance(value, dict)
            and not (isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value))
        )
    }


def lengths(variables: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of entries of those lists that are not shown."""
    shown = plain(variables)
    return {name: len(value) for name, value in variables.items() if isinstance(value, list) and name not in shown}

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All checks of a stack's variables that are possible without AWS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible_collections.streamflix.content_api.plugins.module_utils import preflight
from ansible_collections.streamflix.content_api.plugins.module_utils.backup import choices as backup
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import UNKNOWN
from ansible_collections.streamflix.content_api.plugins.module_utils.wafv2 import choices
from ansible_collections.streamflix.content_api.plugins.plugin_utils import naming
from ansible_collections.streamflix.content_api.plugins.plugin_utils.rehearsal import (
    ROLES,
    Outcome,
    Rehearsal,
    defaults_of,
    read,
)

PREFLIGHT = "preflight"
# variables of roles and playbooks that do not begin with a role's name
PLATFORM = "platform"
OPTIONAL = "platform_optional_roles"
ASSUMPTIONS = "platform_cost_assumptions"
# dicts, and lists of them, that hold no secrets, and are compared with what AWS has
SHOWN = (
    "aurora_instance_parameters",
    "aurora_parameters",
    "ecs_service_dns_records",
    "ecs_service_scaling",
    "redis_parameters",
    "waf_managed_rule_groups",
)


def specs_of(role: str) -> dict[str, Any]:
    """Return the argument specs of a role's variables, of all its entry points."""
    points = read(ROLES / role / "meta" / "argument_specs.yml")["argument_specs"]
    return {name: spec for point in points.values() for name, spec in point["options"].items()}


def kept_by(role: str) -> set[str]:
    """Return the names of the variables that a role sets for itself."""
    file = ROLES / role / "vars" / "main.yml"
    return set(read(file)) if file.exists() else set()


def optional_roles(variables: Mapping[str, Any]) -> list[str]:
    """Find names of optional roles that are none, and variables that no role of the run has, as theirs is left out.

    :param variables: as L(check) takes them; C(platform_optional_roles) with its value.
    """
    known, asked = specs_of(PREFLIGHT)[OPTIONAL]["choices"], variables.get(OPTIONAL) or []
    found = [f"{OPTIONAL} has {name!r}: its roles are {', '.join(known)}." for name in asked if name not in known]
    for role in known:
        defaults = defaults_of(role)
        found += [
            f"{name} is set, but {role} is not among {OPTIONAL}: add it there, or remove the variable."
            for name in specs_of(role)
            if role not in asked and name in variables and variables[name] != defaults.get(name)
        ]
    return found


def assumptions(given: Mapping[str, Any]) -> list[str]:
    """Find what is wrong with C(platform_cost_assumptions): names that are none, and what is no number from 0 on."""
    known = specs_of(PREFLIGHT)[ASSUMPTIONS]["options"]
    wrong = [f"{name!r}: its names are {', '.join(known)}." for name in given if name not in known]
    spec = {name: option for name, option in known.items() if name in given}
    values = ArgumentSpecValidator(spec).validate(given).validated_parameters
    wrong += [
        f"{name}: {given[name]!r}, which has to be a number from 0 on."
        for name in spec
        if not (isinstance(values[name], float) and 0 <= values[name] < inf)
    ]
    return [f"{ASSUMPTIONS} has {text}" for text in wrong]


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
        preflight.check_private_way,
        preflight.check_origin,
        preflight.check_domain,
        preflight.check_https,
        preflight.check_alarms,
        preflight.check_rollback_alarms,
        preflight.check_log_metrics,
        preflight.check_task_policies,
        preflight.check_parameters,
        preflight.check_published,
        preflight.check_dns_records,
        preflight.check_vpc_endpoints,
        preflight.check_api_request,
        preflight.check_protocol_version,
        preflight.check_service_scaling,
        preflight.check_reader_scaling,
        choices.check,
        backup.check,
    )
    # texts that are made of what roles publish
    later = {name for options in specs.values() for name, spec in options.items() if spec.get("type", "str") == "str"}
    known_later = dict.fromkeys((later & variables.keys()) - outcome.variables.keys(), UNKNOWN)
    together = [finding for rule in rules for finding in rule({**known_later, **outcome.variables})]
    outcome.findings = list(dict.fromkeys([*misspelt, *optional_roles(variables), *together, *outcome.findings]))
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

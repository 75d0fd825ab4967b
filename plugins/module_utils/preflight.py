# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack's variables must fulfil that no single module knows, checked before anything is read from AWS.

What a module knows to be wrong, it finds itself: see its C(problems()).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import cidr
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_few

Variables = Mapping[str, Any]

# What an entry of drift_ignore is matched by, as patterns.
DRIFT_IGNORE_PATTERNS = ("type", "name", "field")
DRIFT_IGNORE_FORM = "give entries with type, name, field (patterns, one at least) and reason."


def check_network(variables: Variables) -> list[str]:
    """Find address ranges and zones that do not fit together."""
    if "network_vpc_cidr" not in variables:
        return []
    subnets = {
        variable: variables.get(variable) or []
        for variable in ("network_public_subnet_cidrs", "network_private_subnet_cidrs")
    }
    findings = cidr.check_subnets("network_vpc_cidr", str(variables["network_vpc_cidr"]), subnets)
    zones = variables.get("network_availability_zones") or []
    findings += too_few("network_availability_zones", zones, 2, "Aurora and the load balancer need two zones")
    findings += [
        f"{variable} {list(blocks)!r} has {len(blocks)} blocks, network_availability_zones has {len(zones)} zones: "
        "give each zone one block."
        for variable, blocks in subnets.items()
        if len(blocks) != len(zones)
    ]
    return findings


def check_account_id(value: Any) -> list[str]:
    """Find what is no id of an AWS account: a number may have lost the zeros that it began with."""
    if isinstance(value, str) and re.fullmatch(r"\d{12}", value):
        return []
    return [f"aws_account_id {value!r} is not the id of an AWS account as a text: write it as 12 digits, in quotes."]


def check_drift_ignore(variables: Variables) -> list[str]:
    """Find entries of the list of ignored differences that do not say what they ignore, or why."""
    entries = variables.get("drift_ignore") or []
    if not isinstance(entries, (list, tuple)):
        return [f"drift_ignore {entries!r} is not a list: {DRIFT_IGNORE_FORM}"]
    return [
        f"drift_ignore[{place}] {entry!r} {finding}"
        for place, entry in enumerate(entries)
        for finding in check_ignored(entry)
    ]


def check_ignored(entry: Any) -> list[str]:
    """Find what is wrong with one entry of the list of ignored differences."""
    if not isinstance(entry, Mapping) or not all(isinstance(value, str) for value in entry.values()):
        return [f"is not a dict of texts: {DRIFT_IGNORE_FORM}"]
    unknown = sorted(entry.keys() - {*DRIFT_IGNORE_PATTERNS, "reason"})
    findings = [f"has the unknown key {key}: {DRIFT_IGNORE_FORM}" for key in unknown]
    if not entry.get("reason", "").strip():
        findings.append("has no reason: say why it is no drift.")
    if not entry.keys() & set(DRIFT_IGNORE_PATTERNS):
        findings.append("would ignore everything: give it a type, a name or a field.")
    return findings


def check_variables(variables: Variables) -> list[str]:
    """Return all findings about a stack's variables; what is not given is not checked.

    :param variables: the roles' variables by their own names.
    """
    return [*check_network(variables), *check_drift_ignore(variables)]

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds hosts of one inventory that would have the same names in AWS, before either of them touches anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import identity, listed
from ansible_collections.streamflix.content_api.plugins.plugin_utils import inside, naming, rehearsal

# all hosts of this group are stacks, also those that are not in the run
GROUP = "stacks"
ROLES = ("network", "aurora", "redis", "ecs_service", "apigw", "preflight")
# variables of names that are unique in an account and region, or by which this platform finds resources
IN_REGION = (
    "apigw_name",
    "apigw_vpc_link_name",
    "aurora_cluster_identifier",
    "aurora_secret_name",
    "aurora_subnet_group_name",
    "ecs_service_alternate_target_group_name",
    "ecs_service_cluster_name",
    "ecs_service_family",
    "ecs_service_load_balancer_name",
    "ecs_service_log_group_name",
    "ecs_service_origin_secret_name",
    "ecs_service_target_group_name",
    "network_flow_log_group_name",
    "network_vpc_name",
    "redis_replication_group_id",
    "redis_subnet_group_name",
)
# IAM's names are unique in an account
IN_ACCOUNT = (
    "aurora_monitoring_role_name",
    "ecs_service_execution_role_name",
    "ecs_service_infrastructure_role_name",
    "ecs_service_task_role_name",
    "network_flow_log_role_name",
)
# likewise, of what not every stack has, each with the optional role that has it
OF_SOME = {
    "apigw_domain_name": "",
    "backup_drill_identifier": "backup",
    "backup_plan_name": "backup",
    "backup_redis_drill_id": "backup",
    "backup_vault_name": "backup",
    "ecr_repository_name": "ecr",
    "kms_alias": "kms",
    "waf_log_group_name": "waf",
    "waf_name": "waf",
}
OF_SOME_IN_ACCOUNT = {"backup_role_name": "backup"}
# the variable with the optional roles of a stack
ASKED_FOR = "platform_optional_roles"
TAGS = "network_tags"
# a variable in a template, if the text alone shows it
PLAIN = re.compile(r"\{\{ (\w+) \}\}")
# the variables from which all these names are made by default
SOURCES = ("app_name", "environment_suffix")
REMEDY = (
    "Of several inventories in one run, the last one's group_vars hold for all hosts: run them one after the other."
)


@dataclass(frozen=True)
class Claim:
    """What a host would have in AWS.

    :ivar account: the account, with the endpoint that stands for AWS; empty if it cannot be determined.
    :ivar names: the values of those variables that can be determined; the tags as a text.
    """

    account: str
    region: str
    names: Mapping[str, str]

    def shared(self, other: Claim) -> dict[str, str]:
        """Return the variables with which both would have the same resource in the same place, with their values."""
        if not self.account or self.account != other.account:
            return {}
        everywhere = (*IN_ACCOUNT, *OF_SOME_IN_ACCOUNT)
        near = (*IN_REGION, TAGS, *OF_SOME, *everywhere) if self.region == other.region else everywhere
        return {
            name: self.names[name] for name in near if name in self.names and self.names[name] == other.names.get(name)
        }


class Values:
    """The values of a host's variables. Each is templated once only, as Ansible takes a millisecond for a template."""

    def __init__(self, loader: DataLoader, variables: Mapping[str, Any]) -> None:
        """Keep all variables of a host, before they are templated."""
        self._variables = dict(variables)
        self._templar = Templar(loader, self._variables)
        self._of_text: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """Return the value of a variable; None if it cannot be determined."""
        raw = self._variables.get(name)
        value = self._made_out(raw) if isinstance(raw, str) and "{" in raw else self._template(raw)
        if value is not None:
            self._variables[name] = value
        return value

    def _made_out(self, text: str) -> Any:
        if text not in self._of_text:
            # a variable that refers to itself has no value
            self._of_text[text] = None
            for name in naming.WORD.findall(text):
                if isinstance(self._variables.get(name), str):
                    self.get(name)
            plain = PLAIN.sub(lambda found: str(self._variables.get(found[1], found[0])), text)
            self._of_text[text] = self._template(text) if "{" in plain else plain
        return self._of_text[text]

    def _template(self, raw: Any) -> Any:
        try:
            return self._templar.template(raw)
        except AnsibleError:
            return None


def optional_roles(loader: DataLoader, variables: Mapping[str, Any]) -> list[str]:
    """Return the optional roles that a host asks for, as far as its variables show.

    :param variables: all of the host's, before they are templated.
    """
    asked = Values(loader, variables).get(ASKED_FOR)
    return [str(role) for role in asked] if isinstance(asked, list) else []


def claim_of(loader: DataLoader, variables: Mapping[str, Any]) -> Claim:
    """Return what a host would have in AWS, as far as its variables show.

    :param variables: all of the host's, before they are templated; those that it does not set have the roles' defaults.
    """
    asked = optional_roles(loader, variables)
    every: dict[str, Any] = {}
    for role in (*ROLES, *asked):
        every |= rehearsal.defaults_of(role)
    values = Values(loader, every | dict(variables))
    theirs = [name for name, role in {**OF_SOME, **OF_SOME_IN_ACCOUNT}.items() if not role or role in asked]
    connection, account = values.get("preflight_connection") or {}, values.get("preflight_account_id")
    chosen = (*IN_REGION, *IN_ACCOUNT, *theirs, *SOURCES)
    names = {name: str(found) for name in chosen if (found := values.get(name))}
    tags = values.get(TAGS)
    if isinstance(tags, Mapping) and tags:
        names[TAGS] = listed(identity(tags))
    place = f"{account} {connection.get('endpoint_url') or ''}".strip() if account else ""
    return Claim(place, str(connection.get("region") or ""), names)


def told(own: Claim, claim: Claim) -> str:
    """Return in words what two hosts would both have in AWS; empty when there is nothing."""
    shared = own.shared(claim)
    if not shared:
        return ""
    sources = {name: own.names[name] for name in SOURCES if own.names.get(name, "") == claim.names.get(name) != ""}
    # the variables from which all names of a stack are made
    whole = "environment_suffix" in sources and shared.keys() >= {*IN_REGION, TAGS}
    values = ", ".join(
        f"{'platform_tags' if name == TAGS else name} {text!r}" for name, text in (sources if whole else shared).items()
    )
    made = ", which all names and tags are made of" if whole else ""
    region = f", region {own.region}" if own.region == claim.region else ""
    return f"account {own.account}{region}: {values}{made}"


def check(loader: DataLoader, manager: Any, variables: Mapping[str, Any]) -> list[str]:
    """Find the hosts of the inventory that would have the same resources in AWS as this one.

    Hosts that are not in the run count as they are in the inventory, without the command line's extra variables.

    :param manager: Ansible's variable manager.
    :param variables: all of this host's, before they are templated.
    """
    host, in_run = str(variables.get("inventory_hostname")), set(variables.get("ansible_play_hosts_all") or ())
    others = sorted((in_run | set((variables.get("groups") or {}).get(GROUP) or ())) - {host})
    found: dict[str, list[str]] = {}
    own = claim_of(loader, variables) if others else Claim("", "", {})
    for other in others:
        raw = raw_of(manager, variables["hostvars"], other, other in in_run)
        found.setdefault(told(own, claim_of(loader, raw)), []).append(other)
    return [
        f"Hosts {', '.join([host, *hosts])} of the inventory would have the same in {text}. Nothing was touched. Give "
        f"each host values of its own. {REMEDY}"
        for text, hosts in found.items()
        if text
    ]


def raw_of(manager: Any, hostvars: Any, host: str, in_run: bool) -> Mapping[str, Any]:
    """Return the variables of a host before they are templated."""
    if in_run:
        return hostvars.raw_get(host)
    with inside.replaced(manager, _extra_vars={}):
        return hostvars.raw_get(host)

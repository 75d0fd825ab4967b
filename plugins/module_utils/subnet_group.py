# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subnet groups, which RDS and ElastiCache have alike, each under names of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    different,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import subnet_group_name, too_few
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, argument_spec


@dataclass(frozen=True)
class Words:
    """What a service calls its subnet groups.

    :ivar operation: as part of boto3's methods, such as C(db_subnet_group).
    :ivar key: as the start of its parameters, such as C(DBSubnetGroup).
    :ivar arn: its ARN in a reply.
    :ivar gone: the error code for: it does not exist.
    :ivar in_use: the error codes for: something still uses it.
    :ivar fewest: how many subnets a group has at least.
    :ivar advice: what the subnets have to fulfil.
    """

    operation: str
    key: str
    arn: str
    gone: str
    in_use: frozenset[str]
    fewest: int
    advice: str

    @property
    def name(self) -> str:
        """The parameter with the group's name."""
        return f"{self.key}Name"

    @property
    def description(self) -> str:
        """The parameter with the group's description."""
        return f"{self.key}Description"


def from_aws(group: Mapping[str, Any], group_tags: Mapping[str, str], words: Words) -> dict[str, Any]:
    """Return a subnet group as the service describes it, in the modules' shape."""
    return {
        "arn": group[words.arn],
        "name": group[words.name],
        "description": group.get(words.description, ""),
        "subnet_ids": sorted(subnet["SubnetIdentifier"] for subnet in group["Subnets"]),
        "vpc_id": group.get("VpcId", ""),
        "tags": dict(group_tags),
    }


def plan_create(options: Mapping[str, Any], words: Words) -> Plan:
    """Return the plan for a group that does not exist."""
    name, subnet_ids = options["name"], different(options["subnet_ids"])
    params = {words.name: name, words.description: options["description"], "SubnetIds": subnet_ids}
    if options["tags"]:
        params["Tags"] = tags.to_list(options["tags"])
    after = {
        "arn": unknown(),
        "name": name,
        "description": options["description"],
        "subnet_ids": subnet_ids,
        "vpc_id": unknown("vpc"),
        "tags": dict(options["tags"] or {}),
    }
    return Plan([Call(f"create_{words.operation}", params, name)], None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any], words: Words) -> Plan:
    """Return the plan for a group that exists."""
    name = options["name"]
    wanted = {"description": options["description"], "subnet_ids": different(options["subnet_ids"])}
    changed = differences(current, wanted)
    steps = []
    if changed:
        # RDS wants the subnets with every change
        params = {words.name: name, words.description: wanted["description"], "SubnetIds": wanted["subnet_ids"]}
        steps.append(Call(f"modify_{words.operation}", params, name))
    # ElastiCache has the same requests for it
    steps += tags.steps(tags.RDS, {"ResourceName": current["arn"]}, current["tags"], options, name)
    after = {**current, **changed, "tags": tags.after(current["tags"], options["tags"], options["purge_tags"])}
    return Plan(steps, current, after)


def plan_remove(current: Mapping[str, Any], words: Words) -> Plan:
    """Return the plan that removes a group; AWS counts a cluster as its user for some minutes after it is gone."""
    name = current["name"]
    gone = frozenset({words.gone})
    return Plan(
        [Call(f"delete_{words.operation}", {words.name: name}, name, done_if=gone, retry_if=words.in_use)],
        current,
        None,
    )


def subnet_group_spec() -> dict[str, Any]:
    """Return the argument spec of the modules."""
    return argument_spec(
        name={"type": "str", "required": True},
        description={"type": "str"},
        subnet_ids={"type": "list", "elements": "str"},
    )


class SubnetGroup(Resource):
    """A subnet group of the service that C(words) and C(service) name."""

    result_key = "subnet_group"
    # ElastiCache has the same requests for it
    tagging = tags.RDS
    words: ClassVar[Words]

    @property
    def name(self) -> str:
        return self.options["name"]

    def problems(self) -> list[str]:
        found = subnet_group_name("name", self.name)
        if self.options["state"] == "present":
            found += too_few("subnet_ids", self.options["subnet_ids"], self.words.fewest, self.words.advice)
        return found

    def describe(self) -> dict[str, Any] | None:
        words = self.words
        which = {words.name: self.name}
        group = self.api.find(f"describe_{words.operation}s", f"{words.key}s", (words.gone,), **which)
        if group is None:
            return None
        # one that is being removed may vanish between two requests
        listed = self.api.get("list_tags_for_resource", (words.gone,), ResourceName=group[words.arn])
        return None if listed is None else from_aws(group, tags.from_list(listed["TagList"]), words)

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.options["state"] == "absent":
            return plan_remove(current, self.words) if current else unchanged(None)
        return plan_update(current, self.options, self.words) if current else plan_create(self.options, self.words)

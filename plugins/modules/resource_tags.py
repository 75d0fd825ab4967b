#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_tags
short_description: Say whose resources are that modules of other collections manage
version_added: 0.1.0
description:
  - Modules of other collections change whatever has the name that they are given, and some set no tags, such as
    M(amazon.aws.cloudwatch_metric_alarm). This module runs before one of them and fails where a resource is somebody
    else's, sets the tags of those that exist, and finds those of ours that are no longer wanted.
  - It creates and removes nothing but tags.
author: StreamFlix platform team (@streamflix)
options:
  type:
    description: CloudFormation's name for the kind of the resources.
    type: str
    choices:
      - "AWS::CloudWatch::Alarm"
      - "AWS::IAM::ManagedPolicy"
      - "AWS::RDS::DBClusterParameterGroup"
      - "AWS::RDS::DBParameterGroup"
      - "AWS::SSM::Parameter"
    required: true
  names:
    description:
      - The names of the resources that are wanted.
      - One that exists without O(owner_tags) is somebody else's, and fails the task unless O(adopt).
      - An alarm without any tags counts as ours and gets them, since the module that makes alarms sets none, and a run
        may have ended before it could.
    type: list
    elements: str
    required: true
  name_prefix:
    description:
      - What all of these names begin with. Every other resource whose name begins so and that carries O(owner_tags) is
        returned as RV(surplus).
    type: str
    required: true
  created:
    description:
      - Whether all O(names) exist, since a task right before this one has made them. Those that AWS does not list yet
        are waited for, and in check mode, in which that task made nothing, what is missing is to get its tags.
    type: bool
    default: false
  tags:
    description: The tags of each of O(names).
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that are not in O(tags) are removed. AWS's own tags (C(aws:)) never are.
    type: bool
    default: true
  ignored_tags:
    description:
      - Names of tags that somebody else sets, as patterns such as V(auto:*). They are not removed, and are no
        difference.
    type: list
    elements: str
    default: []
  owner_tags:
    description: The tags that say whose a resource is. O(names) carry them, in addition to O(tags).
    type: dict
  adopt:
    description: Whether to take over what exists without O(owner_tags).
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Computes what would change and writes nothing.
    support: full
  diff_mode:
    description: Shows the tags of each resource before and after.
    support: full
"""

EXAMPLES = r"""
- name: Stop at alarms that are somebody else's
  streamflix.content_api.resource_tags:
    type: AWS::CloudWatch::Alarm
    name_prefix: streamflix-api-dev-
    names: [streamflix-api-dev-cpu]
    tags: "{{ platform_tags }}"
    owner_tags: "{{ platform_tags }}"
  register: alarms

- name: Remove those that are no longer wanted
  amazon.aws.cloudwatch_metric_alarm:
    name: "{{ item }}"
    state: absent
  loop: "{{ alarms.surplus }}"
"""

RETURN = r"""
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: [tag_resource streamflix-api-dev-cpu]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::CloudWatch::Alarm
      name: streamflix-api-dev-cpu
      fields:
        - {field: tags.Environment, before: null, after: dev}
missing:
  description: Those of O(names) that did not exist when the task began.
  returned: always
  type: list
  elements: str
  sample: [streamflix-api-dev-cpu]
resources:
  description: The tags of what exists, by name.
  returned: always
  type: dict
  sample: {streamflix-api-dev-cpu: {Environment: dev}}
surplus:
  description: The names of resources of ours that begin with O(name_prefix) and are not in O(names), sorted.
  returned: always
  type: list
  elements: str
  sample: [streamflix-api-dev-memory]
ready:
  description: Whether there is nothing left to wait for.
  returned: always
  type: bool
  sample: true
state:
  description: Always V(present).
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    APPEAR_SECONDS,
    Kind,
    Progress,
    Resource,
    manage,
    poll,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.stock import (
    OWNED,
    RESOURCES,
    StockResource,
)

# of alarms and of parameter groups
LONGEST_NAME = 255


def names_too_long(option: str, names: Sequence[str]) -> list[str]:
    """Find names with more characters than AWS takes."""
    return [text for name in names for text in too_long(option, name, LONGEST_NAME)]


FIELDS: Rows = {
    "type": Field(required=True, choices=sorted(OWNED)),
    "names": Field("list", required=True, rule=names_too_long),
    "name_prefix": Field(required=True),
    "created": Field("bool", default=False),
    "tags": Field("dict", aliases=("resource_tags",)),
    "purge_tags": Field("bool", default=True),
    "ignored_tags": Field("list", default=[]),
    "owner_tags": Field("dict"),
    "adopt": Field("bool", default=False),
}
Found = Mapping[str, Mapping[str, Any]]


def plan_tags(found: Found, options: Mapping[str, Any], missing: Sequence[str], kind: type[StockResource]) -> Plan:
    """Return the plan that sets the tags of the wanted resources.

    :param found: by name, the C(name), the C(arn) and the C(tags) of what exists.
    :param missing: the wanted ones that do not exist yet, and will when the plan is carried out.
    """
    there = {**found, **{name: {"name": name, "arn": unknown(), "tags": {}} for name in missing}}
    steps: list[Call] = []
    after = {name: dict(one) for name, one in there.items()}
    for name in options["names"]:
        if name in there:
            one, tagging = there[name], kind.tagging
            steps += tags.steps(tagging, tagging.resource(one), one["tags"], options, name, service=kind.service)
            after[name]["tags"] = tags.after(there[name]["tags"], options["tags"], options["purge_tags"])
    # the task before has told that it creates what is missing
    return Plan(steps, there, after)


class ResourceTags(Resource):
    """Resources of one kind, as far as their names and tags go."""

    service = "cloudwatch"
    kind = "tags"
    aws_type = "AWS::Tag"
    result_key = "resources"
    fields = FIELDS
    common: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        # not those that have a module of our own
        stock = RESOURCES.values()
        return tuple(Kind(aws_type, kind.arn_kind) for aws_type, kind in OWNED.items() if kind in stock)

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._kind = OWNED[options["type"]]
        self._found: Found = {}

    @property
    def name(self) -> str:
        return f"{self.options['type']} {self.options['name_prefix']}*"

    def problems(self) -> list[str]:
        prefix = self.options["name_prefix"]
        return super().problems() + [
            f"names has {name!r}, which does not begin with {prefix!r}: give name_prefix what all names begin with."
            for name in self.options["names"]
            if not name.startswith(prefix)
        ]

    def describe(self) -> dict[str, Any] | None:
        if not self.options["created"] or self.api.check_mode:
            return self._look()
        seen: dict[str, Any] = {}

        def look() -> Progress:
            seen.update(self._look())
            return Progress(ready=not self._missing(seen), state="not listed yet")

        poll(f"{self.options['type']} {', '.join(self.options['names'])}", "listed", APPEAR_SECONDS, look)
        return seen

    def _look(self) -> dict[str, Any]:
        """Return what exists: by name, the C(name), the C(arn) and the C(tags)."""
        kind, prefix = self._kind, self.options["name_prefix"]
        found = {}
        for item in self.api.pages(kind.read.operation, kind.read.key, kind.service, **kind.beginning(prefix)):
            one = kind.identity(item)
            if not one["name"].startswith(prefix):
                continue
            # one that is being removed may vanish between two requests
            how = kind.tagging
            reply = self.api.get(how.listing, kind.read.gone, kind.service, **how.resource(one))
            if reply is not None:
                found[one["name"]] = {**one, "tags": how.listed(reply)}
        self._found = found
        return found

    def _missing(self, found: Found) -> list[str]:
        return [name for name in self.options["names"] if name not in found]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        found = current or {}
        missing = self._missing(found) if self.options["created"] and self.api.check_mode else []
        return plan_tags(found, self.options, missing, self._kind)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.options["type"], name, {"tags": one["tags"]}) for name, one in found.items()]

    def tagged(self, found: Mapping[str, Any]) -> list[Part]:
        wanted = [part for part in self.parts(found) if part.name in self.options["names"]]
        return [part for part in wanted if not self._is_unfinished(part)]

    def _is_unfinished(self, part: Part) -> bool:
        """Tell whether a resource may be one that a run of ours made and could not give its tags any more."""
        ignored = self.options["purge_tags"].ignored
        without_any = all(tags.is_ignored(name, ignored) for name in part.properties["tags"])
        return without_any and (not self._kind.has_tags or self.options["created"])

    def details(self) -> dict[str, Any]:
        owner = ownership.owner_of(self.options)
        wanted = self.options["names"]
        ours = (name for name, one in self._found.items() if ownership.is_ours(one["tags"], owner))
        surplus = sorted(name for name in ours if name not in wanted)
        return {"missing": self._missing(self._found), "surplus": surplus}

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        return {name: one["tags"] for name, one in (found or {}).items()}


def main() -> None:
    """Entry point of the module."""
    manage(ResourceTags)


if __name__ == "__main__":
    main()

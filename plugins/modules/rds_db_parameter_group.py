#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_db_parameter_group
short_description: Manage a DB parameter group, the parameters of instances
version_added: 0.1.0
description:
  - Creates, changes and removes a DB parameter group, found by its name.
  - Parameters that AWS does not know, that nobody can change, and values that it does not take are refused before
    anything is sent.
  - Unlike M(amazon.aws.rds_instance_param_group) it previews changes of parameters, and a group may have static and
    dynamic ones.
  - Nothing here restarts an instance. M(streamflix.content_api.rds_serverless_v2) tells which instances wait for that.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the group, which AWS keeps in lower case.
    type: str
    required: true
  db_parameter_group_family:
    description: The family of engine versions that it is for, such as V(aurora-postgresql15). AWS cannot change it.
    type: str
  description:
    description: What it is for. AWS cannot change it.
    type: str
  parameters:
    description:
      - Parameters that differ from those of the engine.
      - One that is not listed any more keeps its value; list it with the engine's to set it back.
    type: list
    elements: dict
    suboptions:
      parameter_name:
        description: Its name, such as V(statement_timeout).
        type: str
        required: true
      parameter_value:
        description: Its value.
        type: str
        required: true
      apply_method:
        description:
          - V(immediate) is for dynamic parameters only. V(pending-reboot) waits until somebody restarts the instances.
          - Unless set it is V(immediate) for dynamic parameters, and V(pending-reboot) for static ones.
        type: str
        choices: [immediate, pending-reboot]
seealso:
  - module: amazon.aws.rds_instance_param_group
  - module: streamflix.content_api.rds_serverless_v2
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Statements that take a minute are ended
  streamflix.content_api.rds_db_parameter_group:
    name: streamflix-aurora-dev-postgresql15
    db_parameter_group_family: aurora-postgresql15
    description: Parameters of the instances
    parameters:
      - parameter_name: statement_timeout
        parameter_value: "60000"
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.rds_db_parameter_group:
    name: streamflix-aurora-dev-postgresql15
    state: absent
"""

RETURN = r"""
db_parameter_group:
  description: The group as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:rds:eu-west-1:123456789012:pg:streamflix-aurora-dev-postgresql15
    name:
      description: Its name.
      type: str
      sample: streamflix-aurora-dev-postgresql15
    db_parameter_group_family:
      description: The family of engine versions that it is for.
      type: str
      sample: aurora-postgresql15
    description:
      description: What it is for.
      type: str
      sample: Parameters of the instances
    parameters:
      description: What those parameters have that the option lists, by their names.
      type: dict
      sample: {statement_timeout: '60000'}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
ready:
  description: Whether there is nothing left to wait for, so that a further run with O(wait=true) is not needed.
  returned: always
  type: bool
  sample: true
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: []
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::RDS::DBParameterGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, InvalidOptionError, Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.rds import parameters as rds
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.rules import named_twice
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = rds.GONE
WHICH = {"DBParameterGroupName": "name"}
# AWS may count an instance as a user for some minutes after it is gone, or has another group
PASSING = frozenset({"InvalidDBParameterGroupState"})
LONGEST_NAME = 255
REMEDY = "Make a group with another name, put it in the place of this one, and remove this one."


def group_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a parameter group, or changes in it (capital letters)."""
    advice = "begin with a letter and use lower-case letters, digits, and single hyphens between them"
    # dots are in the names of AWS's own only
    return not_matching(option, value, r"[a-z][a-z0-9]*(-[a-z0-9]+)*", advice) + too_long(option, value, LONGEST_NAME)


def values_of(parameters: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the wanted value of each parameter."""
    return {one["parameter_name"]: one["parameter_value"] for one in parameters}


PARAMETER: Rows = {
    "parameter_name": Field(required=True),
    "parameter_value": Field(required=True),
    "apply_method": Field(choices=(rds.IMMEDIATE, rds.AT_REBOOT)),
}
FIELDS: Rows = {
    "arn": Field(read="DBParameterGroupArn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="DBParameterGroupName", required=True, always=True, rule=group_name),
    "db_parameter_group_family": Field("str", "DBParameterGroupFamily", fixed=True),
    "description": Field("str", "Description", fixed=True),
    "parameters": Field(
        "list",
        "Parameters",
        read=lambda group: {name: one.get("ParameterValue") for name, one in group["Parameters"].items()},
        normal=values_of,
        later=True,
        rows=PARAMETER,
        rule=named_twice,
    ),
}


class DbParameterGroup(PlainResource):
    """A parameter group of instances."""

    service = "rds"
    kind = "DB parameter group"
    aws_type = "AWS::RDS::DBParameterGroup"
    arn_kind = "rds:pg"
    result_key = "db_parameter_group"
    tagging = tags.RDS
    fields = FIELDS
    required_if = (("state", "present", ("db_parameter_group_family", "description")),)
    remedy = REMEDY
    read = Read("describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName", gone=GONE)
    create = Write("create_db_parameter_group")
    remove = Write("delete_db_parameter_group", WHICH, done_if=GONE, retry_if=PASSING)

    # what AWS lists of the wanted parameters, by the last description; None while it is not known
    _known: rds.Known | None = None

    @property
    def _parameters(self) -> Sequence[Mapping[str, Any]]:
        return () if self.absent else self.options["parameters"] or ()

    def find(self) -> dict[str, Any] | None:
        group, names = super().find(), list(values_of(self._parameters))
        if not names:
            return group and {**group, "Parameters": {}}
        known = rds.INSTANCE.read(self.api, self.name, names) if group is not None else None
        self._known = (
            known
            if known is not None
            else rds.INSTANCE.offered(self.api, self.options["db_parameter_group_family"], names)
        )
        return group and {**group, "Parameters": self._known}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        self._refuse()
        return super().plan(current)

    def _refuse(self) -> None:
        """Refuse what AWS would, once it is known what it has.

        :raises InvalidOptionError: says what.
        """
        family = self.options["db_parameter_group_family"]
        found = rds.problems("parameters", self._parameters, self._known or {}, rds.INSTANCE, family)
        if found and self._known is not None:
            raise InvalidOptionError("\n".join(found))

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the requests that set the parameters that differ, as many at once as AWS takes."""
        if "parameters" not in changed:
            return []
        had = before.get("parameters") or {}
        differ = [one for one in self._parameters if had.get(one["parameter_name"]) != one["parameter_value"]]
        sent = [
            {
                "ParameterName": one["parameter_name"],
                "ParameterValue": one["parameter_value"],
                "ApplyMethod": one["apply_method"] or self._method(one["parameter_name"]),
            }
            for one in differ
        ]
        return [
            Call(
                "modify_db_parameter_group",
                {"DBParameterGroupName": self.name, "Parameters": sent[first : first + rds.MOST_AT_ONCE]},
                self.name,
            )
            for first in range(0, len(sent), rds.MOST_AT_ONCE)
        ]

    def _method(self, name: str) -> str:
        is_static = (self._known or {}).get(name, {}).get("ApplyType") == rds.STATIC
        return rds.AT_REBOOT if is_static else rds.IMMEDIATE


def main() -> None:
    """Entry point of the module."""
    manage(DbParameterGroup)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_parameter_group
short_description: Manage a parameter group of Amazon ElastiCache
version_added: 0.1.0
description:
  - Creates, changes and removes a parameter group of Amazon ElastiCache, found by its name.
  - Before anything is written, O(parameters) are compared with what AWS says of the family. What it does not have, what
    nobody can modify, and values that are not allowed are refused.
  - AWS never changes the family of a group. Make another group for another family.
  - Some parameters take effect only when a node is rebooted. This module reboots nothing.
    M(streamflix.content_api.elasticache_replication_group) warns of nodes that wait for it.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the parameter group, 1 to 255 letters, digits and single hyphens. AWS stores it in lower case.
    type: str
    required: true
  cache_parameter_group_family:
    description: Family of the engine versions that it is for, such as V(redis7), V(redis6.x) or V(valkey8).
    type: str
  description:
    description: What it is for. AWS cannot change it.
    type: str
  parameters:
    description:
      - Values of parameters, by name. V(true) and V(false) are AWS's V(yes) and V(no).
      - Without this option, parameters are left alone.
    type: dict
  purge_parameters:
    description: Whether parameters that O(parameters) does not name are set back to the engine's values.
    type: bool
    default: true
  name_prefix:
    description:
      - What the names of further groups begin with. Those are returned as RV(surplus), at no further request.
      - So the group of an older engine version can be removed when nothing uses it any more.
    type: str
seealso:
  - module: streamflix.content_api.elasticache_parameter_group_info
  - module: streamflix.content_api.elasticache_replication_group
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Throw out what was not used for the longest time, and end connections that are idle for five minutes
  streamflix.content_api.elasticache_parameter_group:
    name: streamflix-redis-dev-redis7
    cache_parameter_group_family: redis7
    description: Parameters of streamflix-redis-dev
    parameters:
      maxmemory-policy: allkeys-lru
      timeout: 300
    tags:
      Environment: dev

- name: Remove it
  streamflix.content_api.elasticache_parameter_group:
    name: streamflix-redis-dev-redis7
    state: absent
"""

RETURN = r"""
parameter_group:
  description: The parameter group as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: What AWS assigns.
      type: str
      sample: example
    name:
      description: Name of the parameter group.
      type: str
      sample: example
    cache_parameter_group_family:
      description: C(CacheParameterGroupFamily) of CreateCacheParameterGroup.
      type: str
      sample: example
    description:
      description: C(Description) of CreateCacheParameterGroup.
      type: str
      sample: example
    parameters:
      description: Values of parameters, by name.
      type: dict
      sample: {}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
surplus:
  description: Names of the other groups that begin with O(name_prefix), sorted; empty without it.
  returned: always
  type: list
  elements: str
  sample: [streamflix-redis-dev-redis6-x]
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
      type: AWS::ElastiCache::ParameterGroup
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache import parameters
from ansible_collections.streamflix.content_api.plugins.module_utils.elasticache.reading import PARAMETER_GROUP_MISSING
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, InvalidOptionError, Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset(PARAMETER_GROUP_MISSING)
# by a replication group that is gone, or uses another one, for some minutes
STILL_USED = frozenset({"InvalidCacheParameterGroupState"})
WHICH = {"CacheParameterGroupName": "name"}

FIELDS: Rows = {
    **parameters.ROWS,
    "purge_parameters": Field("bool", default=True),
    "name_prefix": Field(),
}


def in_parts(pairs: Sequence[Mapping[str, str]]) -> Iterator[list[Mapping[str, str]]]:
    """Yield parameters in as many parts as AWS wants them in."""
    for begin in range(0, len(pairs), parameters.MOST_AT_ONCE):
        yield list(pairs[begin : begin + parameters.MOST_AT_ONCE])


class ParameterGroup(PlainResource):
    """A parameter group of Amazon ElastiCache."""

    service = "elasticache"
    kind = "cache parameter group"
    aws_type = "AWS::ElastiCache::ParameterGroup"
    arn_kind = "elasticache:parametergroup"
    result_key = "parameter_group"
    tagging = tags.ELASTICACHE
    fields = FIELDS
    required_if = (("state", "present", ("cache_parameter_group_family", "description")),)
    read = Read("describe_cache_parameter_groups", "CacheParameterGroups", "CacheParameterGroupName", gone=GONE)
    create = Write("create_cache_parameter_group")
    remove = Write("delete_cache_parameter_group", WHICH, done_if=GONE, retry_if=STILL_USED)
    remedy = "Make a group with another name beside it, and let the replication group use that one."

    # by the last description: what AWS says of O(parameters), and the names of the other groups
    _refused: Sequence[str] = ()
    _surplus: Sequence[str] = ()

    @property
    def name(self) -> str:
        return super().name.lower()

    def find(self) -> dict[str, Any] | None:
        item = self._listed() if self.options["name_prefix"] else super().find()
        family = item["CacheParameterGroupFamily"] if item else self.options["cache_parameter_group_family"]
        if item is None and (self.absent or not self.options["parameters"]):
            return None
        usual = parameters.defaults(self.api, family)
        listed = usual if item is None else parameters.of_group(self.api, self.name)
        if listed is None:
            return None
        named = parameters.texts(self.options["parameters"] or {})
        self._refused = parameters.refused("parameters", named, listed, family, conditional=item is None)
        return item and {**item, "parameters": parameters.differing(listed, usual, named)}

    def _listed(self) -> dict[str, Any] | None:
        """Return the group as AWS describes it, and note which others there are."""
        every = self.api.pages(self.read.operation, self.read.key)
        names = [item["CacheParameterGroupName"] for item in every]
        prefix = self.options["name_prefix"].lower()
        self._surplus = sorted(name for name in names if name.startswith(prefix) and name != self.name)
        return next((item for item in every if item["CacheParameterGroupName"] == self.name), None)

    def details(self) -> dict[str, Any]:
        return {"surplus": list(self._surplus)}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self._refused and not self.absent:
            raise InvalidOptionError("\n".join(self._refused))
        return super().plan(current)

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        wanted = super().merged(current)
        if wanted["parameters"] is not None and not self.options["purge_parameters"]:
            wanted["parameters"] = dict(sorted({**current["parameters"], **wanted["parameters"]}.items()))
        return wanted

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the requests that set parameters, and those that set others back."""
        if "parameters" not in set(changed):
            return []
        had, has = before.get("parameters", {}), after["parameters"]
        new = [
            {"ParameterName": name, "ParameterValue": value} for name, value in has.items() if had.get(name) != value
        ]
        gone = [{"ParameterName": name} for name in had if name not in has]
        which = self.remove.resource(after)
        return [
            Call(operation, {**which, "ParameterNameValues": part}, self.name)
            for operation, pairs in (("modify_cache_parameter_group", new), ("reset_cache_parameter_group", gone))
            for part in in_parts(pairs)
        ]


def main() -> None:
    """Entry point of the module."""
    manage(ParameterGroup)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: resourcegroupstaggingapi_release
short_description: Give resources up without removing them
version_added: 0.1.0
description:
  - Removes the tags that say whose resources are, for resources of all services. Nothing else about them changes.
  - The other modules then no longer touch them, see O(streamflix.content_api.ec2_vpc#module:owner_tags).
  - Twenty resources are one request to the Resource Groups Tagging API. IAM roles, which it does not cover, are one
    request each.
author: StreamFlix platform team (@streamflix)
options:
  tags:
    description: The tags to take away. A resource that has another value there keeps it.
    type: dict
    required: true
  resources:
    description:
      - The ARNs of the resources, as M(streamflix.content_api.resourcegroupstaggingapi_resources_info) finds them.
    type: list
    elements: str
    default: []
  roles:
    description: The names of IAM roles. One that does not exist is no error.
    type: list
    elements: str
    default: []
  policies:
    description: The ARNs of IAM's customer managed policies. One that does not exist is no error.
    type: list
    elements: str
    default: []
  only:
    description:
      - Which of O(resources), O(roles) and O(policies) to give up, by ARN or by CloudFormation's name for the kind,
        such as C(AWS::RDS::DBCluster), with C(*) for any text.
      - Without this option, all.
    type: list
    elements: str
    default: []
notes:
  - AWS's list of tags lags behind by up to some minutes, so that a run right after this may find the tags again.
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
- name: Find the stack
  streamflix.content_api.resourcegroupstaggingapi_resources_info:
    tag_filters:
      Environment: dev
      ManagedBy: streamflix.content_api
  register: found

- name: Give its cache up
  streamflix.content_api.resourcegroupstaggingapi_release:
    resources: "{{ found.resources | map(attribute='arn') }}"
    tags:
      ManagedBy: streamflix.content_api
    only: ["AWS::ElastiCache::*"]
"""

RETURN = r"""
actions:
  description: The AWS requests that change something, in order; in check mode those that the real run would send.
  returned: always
  type: list
  elements: str
  sample: [untag_resources 12 resources]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::EC2::VPC
      name: vpc-0123456789abcdef0
      fields:
        - {field: tags.ManagedBy, before: streamflix.content_api, after: null}
released:
  description: The ARNs of the resources that this run gives up.
  returned: always
  type: list
  elements: str
  sample: ['arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0123456789abcdef0']
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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import arns, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Kind, Resource, manage

LISTED_AT_ONCE = 100  # GetResources
UNTAGGED_AT_ONCE = 20  # UntagResources
IN_IAM_GONE = frozenset({"NoSuchEntity"})


@dataclass(frozen=True)
class InIam:
    """A kind of IAM, which the tagging API knows in one region only: its tags are read and taken away one by one.

    :ivar option: which names or ARNs there are.
    :ivar read: the boto3 method that describes one.
    :ivar key: where its reply has the description.
    :ivar untag: the one that takes tags away.
    :ivar which: the parameter of both that says of which.
    :ivar by_name: whether that takes the name, and not the ARN.
    """

    option: str
    read: str
    key: str
    untag: str
    which: str
    by_name: bool = False


# by service and type in the ARN
IN_IAM = {
    "iam:role": InIam("roles", "get_role", "Role", "untag_role", "RoleName", by_name=True),
    "iam:policy": InIam("policies", "get_policy", "Policy", "untag_policy", "PolicyArn"),
}


def named(option: str, its_tags: Mapping[str, Any]) -> list[str]:
    """Find that no tag is named."""
    return [] if its_tags else [f"{option} is empty, so that nothing would be released: name a tag."]


FIELDS: Rows = {
    "tags": Field("dict", required=True, rule=named),
    "resources": Field("list", default=[]),
    "roles": Field("list", default=[]),
    "policies": Field("list", default=[]),
    "only": Field("list", default=[]),
}


def batches(items: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yield the items in lists of at most some size."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def chosen(arn: str, only: Sequence[str]) -> bool:
    """Tell whether a resource is among those to give up."""
    return not only or arns.matches(arn, only) or arns.matches(arns.parse(arn).type, only)


def without(its_tags: Mapping[str, str], unwanted: Mapping[str, str]) -> dict[str, str]:
    """Return tags but for those that are to be taken away."""
    return {name: text for name, text in its_tags.items() if unwanted.get(name) != text}


def none_failed(reply: Mapping[str, Any]) -> bool:
    """Read the reply of UntagResources, which reports refusals as if it had worked.

    :raises AwsError: a resource keeps its tags.
    """
    for arn, failure in sorted(reply.get("FailedResourcesMap", {}).items()):
        remedy = "The others were released. Allow the service's own untagging too, or run again."
        code, message = failure.get("ErrorCode", ""), failure.get("ErrorMessage", "")
        raise AwsError("tag:UntagResources", arn, code, message, remedy)
    return True


def untag(held: Iterable[str], keys: Sequence[str]) -> list[Call]:
    """Return the requests that take the same tags away from resources, those of IAM one by one."""
    targets = [arns.parse(arn) for arn in held]
    steps = []
    for batch in batches([target.arn for target in targets if target.kind not in IN_IAM], UNTAGGED_AT_ONCE):
        together = {"ResourceARNList": batch, "TagKeys": list(keys)}
        steps.append(Call("untag_resources", together, f"{len(batch)} resources", binds={"released": none_failed}))
    for target in targets:
        how, name = IN_IAM.get(target.kind), target.name.rpartition("/")[2]
        if how:
            params = {how.which: name if how.by_name else target.arn, "TagKeys": list(keys)}
            steps.append(Call(how.untag, params, name, service="iam", done_if=IN_IAM_GONE))
    return steps


def plan_release(current: Mapping[str, Mapping[str, str]], options: Mapping[str, Any]) -> Plan:
    """Return the plan that takes tags away.

    :param current: the tags of each resource, by ARN.
    """
    after = {
        arn: without(its_tags, options["tags"]) if chosen(arn, options["only"]) else dict(its_tags)
        for arn, its_tags in current.items()
    }
    by_keys: dict[tuple[str, ...], list[str]] = {}
    for arn, its_tags in sorted(current.items()):
        keys = tuple(sorted(its_tags.keys() - after[arn].keys()))
        if keys:
            by_keys.setdefault(keys, []).append(arn)
    steps = [step for keys, held in sorted(by_keys.items()) for step in untag(held, keys)]
    return Plan(steps, current, after)


class Release(Resource):
    """Resources of any service, as far as their tags go."""

    service = "resourcegroupstaggingapi"
    kind = "tags"
    aws_type = "AWS::Tag"
    result_key = "released"
    fields = FIELDS
    common: ClassVar[Mapping[str, Any]] = {}
    _released: Sequence[str] = ()

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        # the tags of all kinds, no kind of its own
        return ()

    @property
    def name(self) -> str:
        return ", ".join(sorted(self.options["tags"]))

    def describe(self) -> dict[str, Any] | None:
        found: dict[str, dict[str, str]] = {}
        for batch in batches(self.options["resources"], LISTED_AT_ONCE):
            for item in self.api.pages("get_resources", "ResourceTagMappingList", ResourceARNList=batch):
                found[item["ResourceARN"]] = tags.from_list(item["Tags"])
        for how in IN_IAM.values():
            for named_so in self.options[how.option]:
                reply = self.api.get(how.read, IN_IAM_GONE, "iam", **{how.which: named_so})
                if reply:
                    found[reply[how.key]["Arn"]] = tags.from_list(reply[how.key].get("Tags"))
        return found

    def plan(self, current: dict[str, Any] | None) -> Plan:
        plan = plan_release(current or {}, self.options)
        before, after = plan.before or {}, plan.after or {}
        self._released = self._released or [arn for arn in sorted(before) if before[arn] != after[arn]]
        return plan

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        targets = {arns.parse(arn): its_tags for arn, its_tags in found.items()}
        return [Part(target.type, target.name, {"tags": its_tags}) for target, its_tags in targets.items()]

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        # AWS's list lags behind, so it does not tell
        return list(self._released)


def main() -> None:
    """Entry point of the module."""
    manage(Release)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_role
short_description: Manage an IAM role with its policies
version_added: 0.1.0
description:
  - Creates, changes and removes a role with the policies that are attached to it and those that it holds itself.
  - Unlike M(amazon.aws.iam_role) it manages inline policies too, and goes on when a reply of AWS is lost.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the role, at most 64 characters. It is unique in the account, over all regions.
    type: str
    required: true
  path:
    description: Path of the role, part of its ARN. AWS puts new roles into V(/) by default and cannot change it.
    type: str
  description:
    description: What the role is for. V("") removes it.
    type: str
  assume_role_policy_document:
    description:
      - Who may assume the role, a policy document.
      - Documents are compared by what they say, so the order of keys, or one value in place of a list, is no change.
    type: dict
  max_session_duration:
    description: How long a session in this role may last, in seconds, 3600 to 43200. AWS's default is 3600.
    type: int
  permissions_boundary:
    description: ARN of the managed policy that limits what the role may do. V("") removes it.
    type: str
  managed_policies:
    description: ARNs of the managed policies that are attached to the role.
    type: list
    elements: str
  purge_managed_policies:
    description: Whether managed policies that are not in O(managed_policies) are detached, if that is set.
    type: bool
    default: true
  inline_policies:
    description: The policies that the role holds itself, a policy document each, as a dict or as JSON text, by name.
    type: dict
  purge_inline_policies:
    description: Whether inline policies that are not in O(inline_policies) are deleted, if that is set.
    type: bool
    default: true
  absent_inline_policies:
    description:
      - Names of inline policies that are deleted, whatever O(purge_inline_policies) says. Others stay, if
        O(inline_policies) is not set.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Role with which ECS starts tasks
  streamflix.content_api.iam_role:
    name: streamflix-ecs-execution-dev
    assume_role_policy_document:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: {Service: ecs-tasks.amazonaws.com}
          Action: sts:AssumeRole
    managed_policies: []
    inline_policies:
      write-logs:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: [logs:CreateLogStream, logs:PutLogEvents]
            Resource: arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/streamflix-api-dev:*
    tags:
      Environment: dev

- name: Remove it with its inline policies
  streamflix.content_api.iam_role:
    name: streamflix-ecs-execution-dev
    state: absent
"""

RETURN = r"""
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
  sample: [create_role streamflix-ecs-execution-dev, put_role_policy streamflix-ecs-execution-dev/write-logs]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::IAM::Role
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
role:
  description: The role as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:iam::123456789012:role/streamflix-ecs-execution-dev
    name:
      description: Its name.
      type: str
      sample: streamflix-ecs-execution-dev
    path:
      description: Its path.
      type: str
      sample: /
    description:
      description: What it is for; empty when it has no description.
      type: str
      sample: ""
    assume_role_policy_document:
      description: Who may assume it.
      type: dict
      sample:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: ecs-tasks.amazonaws.com}
            Action: sts:AssumeRole
    max_session_duration:
      description: How long a session in it may last, in seconds.
      type: int
      sample: 3600
    permissions_boundary:
      description: ARN of the policy that limits what it may do; empty when there is none.
      type: str
      sample: ""
    managed_policies:
      description: ARNs of the managed policies that are attached to it, sorted.
      type: list
      elements: str
      sample: []
    inline_policy_names:
      description: Names of all its inline policies, sorted. Not read, thus empty, where O(inline_policies) is not set.
      type: list
      elements: str
      sample: [write-logs]
    inline_policies:
      description: The documents of those inline policies that O(inline_policies) names.
      type: dict
      sample:
        write-logs:
          Version: '2012-10-17'
          Statement:
            - {Effect: Allow, Action: 'logs:PutLogEvents', Resource: '*'}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
    instance_profiles:
      description: Names of the instance profiles that it is in, as these hold up a removal.
      returned: when O(state=absent)
      type: list
      elements: str
      sample: []
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import document_of, same, text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rows import policy_row
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import (
    LONGEST_DESCRIPTION,
    SESSION_SECONDS,
    boundary,
    iam_name,
    inline_policies,
    policy_arns,
    role_path,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, different
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"NoSuchEntity"})
WHICH = {"RoleName": "name"}
# in the place of the document of an inline policy that is not compared
NOT_READ = "(not read)"


def documents(policies: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return inline policies as data."""
    return {name: document_of(policy) for name, policy in policies.items()}


FIELDS: Rows = {
    "arn": Field(read="Arn", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="RoleName", required=True, always=True, rule=iam_name),
    "path": Field(aws="Path", always=True, fixed=True, new="/", rule=role_path),
    "description": Field(aws="Description", new="", unset="", rule=partial(too_long, longest=LONGEST_DESCRIPTION)),
    "assume_role_policy_document": policy_row("AssumeRolePolicyDocument"),
    "max_session_duration": Field("int", "MaxSessionDuration", new=3600, limits=SESSION_SECONDS),
    "permissions_boundary": Field(
        aws="PermissionsBoundary",
        read="PermissionsBoundary.PermissionsBoundaryArn",
        new="",
        unset="",
        exposes=True,
        rule=boundary,
    ),
    "managed_policies": Field(
        "list", read="managed_policies", normal=different, new=[], exposes=True, rule=policy_arns
    ),
    "purge_managed_policies": Field("bool", default=True),
    "inline_policy_names": Field("list", read="inline_policy_names", assigned=True, shown_only=True),
    "inline_policies": Field(
        "dict", read="inline_policies", normal=documents, new={}, exposes=True, rule=inline_policies
    ),
    "purge_inline_policies": Field("bool", default=True),
    "absent_inline_policies": Field("list", default=[]),
}


def attach(role: str, arns: Iterable[str]) -> list[Call]:
    """Return the requests that attach managed policies; attaching one again changes nothing."""
    return [Call("attach_role_policy", {"RoleName": role, "PolicyArn": arn}, f"{role}/{arn}") for arn in arns]


def detach(role: str, arns: Iterable[str]) -> list[Call]:
    """Return the requests that detach managed policies."""
    return [
        Call("detach_role_policy", {"RoleName": role, "PolicyArn": arn}, f"{role}/{arn}", done_if=GONE) for arn in arns
    ]


def put(role: str, policies: Mapping[str, Mapping[str, Any]]) -> list[Call]:
    """Return the requests that write inline policies."""
    return [
        Call(
            "put_role_policy",
            {"RoleName": role, "PolicyName": name, "PolicyDocument": text_of(policy)},
            f"{role}/{name}",
        )
        for name, policy in sorted(policies.items())
    ]


def delete(role: str, names: Iterable[str]) -> list[Call]:
    """Return the requests that delete inline policies."""
    return [
        Call("delete_role_policy", {"RoleName": role, "PolicyName": name}, f"{role}/{name}", done_if=GONE)
        for name in names
    ]


class Role(PlainResource):
    """A role of IAM."""

    service = "iam"
    kind = "role"
    aws_type = "AWS::IAM::Role"
    arn_kind = "iam:role"
    result_key = "role"
    tagging = tags.IAM
    fields = FIELDS
    required_if = (("state", "present", ("assume_role_policy_document",)),)
    read = Read("get_role", "Role", "RoleName", alone=True, gone=GONE)
    create = Write("create_role")
    changes = (
        Write(
            "update_assume_role_policy",
            WHICH,
            ("assume_role_policy_document",),
            called={"AssumeRolePolicyDocument": "PolicyDocument"},
        ),
        # both: AWS sets what is left out back to its default
        Write("update_role", WHICH, ("description", "max_session_duration"), whole=True),
        Write(
            "put_role_permissions_boundary",
            WHICH,
            ("permissions_boundary",),
            clear="delete_role_permissions_boundary",
            done_if=GONE,
        ),
    )
    remove = Write("delete_role", WHICH, done_if=GONE)
    remedy = (
        "Give the role another name, so that the new one is created beside the old one, and remove the old one once "
        "nothing uses it."
    )

    def describe(self) -> dict[str, Any] | None:
        try:
            role = super().describe()
            return None if role is None else {**role, **self._profiles()}
        except AwsError as failure:
            # one that is being removed may vanish between two requests
            if failure.code in GONE:
                return None
            raise

    def find(self) -> dict[str, Any] | None:
        role = super().find()
        if role is not None:
            role.update(self._policies())
        return role

    def _policies(self) -> dict[str, Any]:
        """Read the policies; the inline ones only for who has a say in them, the documents only of those compared."""
        attached = self.api.pages("list_attached_role_policies", "AttachedPolicies", RoleName=self.name)
        asked = self.options["inline_policies"] is not None or self.options["absent_inline_policies"]
        concerned = self.absent or asked
        names = self.api.pages("list_role_policies", "PolicyNames", RoleName=self.name) if concerned else []
        wanted = [] if self.absent else [name for name in names if name in (self.options["inline_policies"] or {})]
        replies = {name: self.api.get("get_role_policy", GONE, RoleName=self.name, PolicyName=name) for name in wanted}
        return {
            "managed_policies": sorted(policy["PolicyArn"] for policy in attached),
            "inline_policy_names": sorted(names),
            "inline_policies": {name: document_of(reply["PolicyDocument"]) for name, reply in replies.items() if reply},
        }

    def _profiles(self) -> dict[str, Any]:
        """Read the instance profiles, of which only a removal needs to know."""
        if not self.absent:
            return {}
        found = self.api.pages("list_instance_profiles_for_role", "InstanceProfiles", RoleName=self.name)
        return {"instance_profiles": sorted(profile["InstanceProfileName"] for profile in found)}

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        """Return the role with its inline policies by name, those too of which the document was not read."""
        (role,) = super().parts(found)
        policies = {name: found["inline_policies"].get(name, NOT_READ) for name in found["inline_policy_names"]}
        return [replace(role, properties={**role.properties, "inline_policies": policies})]

    def created(self) -> dict[str, Any]:
        after = super().created()
        return {**after, "inline_policy_names": sorted(after["inline_policies"])}

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        wanted, options = super().merged(current), self.options
        managed, inline = wanted["managed_policies"], wanted["inline_policies"]
        if managed is not None and not options["purge_managed_policies"]:
            wanted["managed_policies"] = different([*current["managed_policies"], *managed])
        unwanted = options["absent_inline_policies"]
        if inline is not None or unwanted:
            found, given = current["inline_policies"], inline or {}
            kept = {name: found[name] for name in found if name not in given or same(found[name], given[name])}
            purges = options["purge_inline_policies"] and inline is not None
            names = {*given, *(() if purges else current["inline_policy_names"])}
            wanted |= {"inline_policies": {**given, **kept}, "inline_policy_names": sorted(names.difference(unwanted))}
        return wanted

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the requests that set what differs of the role, and those for each policy.

        They first attach, so that the role never may do less than before and after.
        """
        had, has = before.get("managed_policies", []), after["managed_policies"]
        held, names = before.get("inline_policies", {}), before.get("inline_policy_names", [])
        written = {name: policy for name, policy in after["inline_policies"].items() if held.get(name) != policy}
        return [
            *super().change_steps(changed, before, after),
            *attach(self.name, [arn for arn in has if arn not in had]),
            *detach(self.name, [arn for arn in had if arn not in has]),
            *put(self.name, written),
            *delete(self.name, [name for name in names if name not in after["inline_policy_names"]]),
        ]

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        """Return the plan that removes a role: AWS wants it to be without policies and in no instance profile."""
        name = self.name
        profiles = [
            Call(
                "remove_role_from_instance_profile",
                {"InstanceProfileName": profile, "RoleName": name},
                f"{name}/{profile}",
                done_if=GONE,
            )
            for profile in current["instance_profiles"]
        ]
        policies = detach(name, current["managed_policies"]) + delete(name, current["inline_policy_names"])
        return Plan([*profiles, *policies, *super().plan_remove(current).steps], current, None)


def main() -> None:
    """Entry point of the module."""
    manage(Role)


if __name__ == "__main__":
    main()

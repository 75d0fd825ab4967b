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
    description: Name of the role, at most 64 characters. It is unique in the account, whatever the region.
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
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: "sts:AssumeRole"}
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
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "logs:PutLogEvents", Resource: "*"}
    instance_profiles:
      description: Names of the instance profiles that it is in, as these hold up a removal.
      returned: when O(state=absent)
      type: list
      elements: str
      sample: []
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import document_of, same, text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rules import (
    iam_name,
    inline_policies,
    policy_arns,
    policy_document,
    role_path,
    role_settings,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    different,
    refuse_replacement,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Resource, argument_spec, run

GONE = frozenset({"NoSuchEntity"})
# in the place of the document of an inline policy that is not compared
NOT_READ = "(not read)"
DEFAULT_PATH = "/"
DEFAULT_SESSION_SECONDS = 3600
REPLACEMENT = (
    "Give the role another name, so that the new one is created beside the old one, and remove the old one once "
    "nothing uses it."
)


def from_aws(role: Mapping[str, Any]) -> dict[str, Any]:
    """Return a role as GetRole gives it, in this module's shape."""
    return {
        "arn": role["Arn"],
        "name": role["RoleName"],
        "path": role["Path"],
        "description": role.get("Description", ""),
        "assume_role_policy_document": document_of(role["AssumeRolePolicyDocument"]),
        "max_session_duration": role.get("MaxSessionDuration"),
        "permissions_boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "tags": tags.from_list(role.get("Tags")),
    }


def documents(policies: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return inline policies as data; none when the user did not set them."""
    return {name: document_of(policy) for name, policy in (policies or {}).items()}


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


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a role that does not exist."""
    name = options["name"]
    trust = document_of(options["assume_role_policy_document"])
    settings = {
        "Path": options["path"],
        "Description": options["description"],
        "MaxSessionDuration": options["max_session_duration"],
        "PermissionsBoundary": options["permissions_boundary"],
        "Tags": tags.to_list(options["tags"]),
    }
    given = {key: value for key, value in settings.items() if value}
    attached = different(options["managed_policies"] or ())
    inline = documents(options["inline_policies"])
    create = Call("create_role", {"RoleName": name, "AssumeRolePolicyDocument": text_of(trust), **given}, name)
    after = {
        "arn": unknown(),
        "name": name,
        "path": options["path"] or DEFAULT_PATH,
        "description": options["description"] or "",
        "assume_role_policy_document": trust,
        "max_session_duration": options["max_session_duration"] or DEFAULT_SESSION_SECONDS,
        "permissions_boundary": options["permissions_boundary"] or "",
        "managed_policies": attached,
        "inline_policy_names": sorted(inline),
        "inline_policies": inline,
        "tags": dict(options["tags"] or {}),
    }
    return Plan([create, *attach(name, attached), *put(name, inline)], None, after)


def plan_settings(current: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[list[Call], dict[str, Any]]:
    """Return the requests that change the role itself, and its settings that they change."""
    name = options["name"]
    keys = ("description", "max_session_duration", "permissions_boundary")
    changed = differences(current, {key: options[key] for key in keys})
    steps = []
    trust = document_of(options["assume_role_policy_document"])
    if not same(current["assume_role_policy_document"], trust):
        changed["assume_role_policy_document"] = trust
        steps.append(Call("update_assume_role_policy", {"RoleName": name, "PolicyDocument": text_of(trust)}, name))
    if "description" in changed or "max_session_duration" in changed:
        merged = {**current, **changed}
        # both: AWS sets what is left out back to its default
        both = {"Description": merged["description"], "MaxSessionDuration": merged["max_session_duration"]}
        steps.append(Call("update_role", {"RoleName": name, **both}, name))
    if changed.get("permissions_boundary"):
        boundary = {"RoleName": name, "PermissionsBoundary": changed["permissions_boundary"]}
        steps.append(Call("put_role_permissions_boundary", boundary, name))
    elif "permissions_boundary" in changed:
        steps.append(Call("delete_role_permissions_boundary", {"RoleName": name}, name, done_if=GONE))
    return steps, changed


def plan_managed(current: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[list[Call], dict[str, Any]]:
    """Return the requests that attach and detach managed policies, and those that are attached then."""
    if options["managed_policies"] is None:
        return [], {}
    name, found, wanted = options["name"], current["managed_policies"], different(options["managed_policies"])
    extra = [arn for arn in found if arn not in wanted] if options["purge_managed_policies"] else []
    # first attach, so that the role never may do less than before and after
    steps = attach(name, [arn for arn in wanted if arn not in found]) + detach(name, extra)
    kept = [arn for arn in found if arn not in extra and arn not in wanted]
    return steps, {"managed_policies": sorted([*kept, *wanted])}


def plan_inline(current: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[list[Call], dict[str, Any]]:
    """Return the requests that write and delete inline policies, and what the role holds then."""
    if options["inline_policies"] is None:
        return [], {}
    name, found, wanted = options["name"], current["inline_policies"], documents(options["inline_policies"])
    changed = {key: policy for key, policy in wanted.items() if key not in found or not same(found[key], policy)}
    names = current["inline_policy_names"]
    extra = [key for key in names if key not in wanted] if options["purge_inline_policies"] else []
    after = {
        "inline_policies": {**found, **changed},
        "inline_policy_names": sorted({*names, *wanted} - set(extra)),
    }
    return put(name, changed) + delete(name, extra), after


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a role that exists.

    :raises NeedsReplacementError: the path differs.
    """
    refuse_replacement(current, options, ("path",), REPLACEMENT)
    steps: list[Call] = []
    after = {**current, "tags": tags.after(current["tags"], options["tags"], options["purge_tags"])}
    for part in (plan_settings, plan_managed, plan_inline):
        its_steps, changed = part(current, options)
        steps += its_steps
        after |= changed
    name = options["name"]
    steps += tags.steps(tags.IAM, {"RoleName": name}, current["tags"], options, name)
    return Plan(steps, current, after)


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that removes a role: AWS wants it to be without policies and in no instance profile."""
    name = current["name"]
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
    last = Call("delete_role", {"RoleName": name}, name, done_if=GONE)
    return Plan([*profiles, *policies, last], current, None)


class Role(Resource):
    """A role of IAM."""

    service = "iam"
    kind = "role"
    aws_type = "AWS::IAM::Role"
    arn_kind = "iam:role"
    result_key = "role"
    tagging = tags.IAM

    @property
    def name(self) -> str:
        return self.options["name"]

    @property
    def absent(self) -> bool:
        """Whether the role is to be removed."""
        return self.options["state"] == "absent"

    def problems(self) -> list[str]:
        if self.absent:
            return iam_name("name", self.name)
        options = self.options
        boundary = options["permissions_boundary"]
        return [
            *iam_name("name", self.name),
            *role_path("path", options["path"]),
            *role_settings(options["description"], options["max_session_duration"]),
            *policy_document("assume_role_policy_document", options["assume_role_policy_document"]),
            *policy_arns("permissions_boundary", [boundary] if boundary else []),
            *policy_arns("managed_policies", options["managed_policies"] or []),
            *inline_policies("inline_policies", options["inline_policies"] or {}),
        ]

    def describe(self) -> dict[str, Any] | None:
        reply = self.api.get("get_role", GONE, RoleName=self.name)
        if reply is None:
            return None
        try:
            return {**from_aws(reply["Role"]), **self._policies(), **self._profiles()}
        except AwsError as failure:
            # one that is being removed may vanish between two requests
            if failure.code in GONE:
                return None
            raise

    def _policies(self) -> dict[str, Any]:
        """Read the policies; the inline ones only for who has a say in them, the documents only of those compared."""
        attached = self.api.pages("list_attached_role_policies", "AttachedPolicies", RoleName=self.name)
        concerned = self.absent or self.options["inline_policies"] is not None
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
        role = properties(found)
        names, policies = role.pop("inline_policy_names"), found["inline_policies"]
        role["inline_policies"] = {name: policies.get(name, NOT_READ) for name in names}
        return [Part(self.aws_type, self.name, role)]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.absent:
            return plan_remove(current) if current else unchanged(None)
        return plan_update(current, self.options) if current else plan_create(self.options)


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            name={"type": "str", "required": True},
            path={"type": "str"},
            description={"type": "str"},
            assume_role_policy_document={"type": "dict"},
            max_session_duration={"type": "int"},
            permissions_boundary={"type": "str"},
            managed_policies={"type": "list", "elements": "str"},
            purge_managed_policies={"type": "bool", "default": True},
            inline_policies={"type": "dict"},
            purge_inline_policies={"type": "bool", "default": True},
        ),
        required_if=[("state", "present", ("assume_role_policy_document",))],
        supports_check_mode=True,
    )
    run(module, Role)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: kms_key
short_description: Manage a KMS key, found by its alias
version_added: 0.1.0
description:
  - Creates a symmetric key with an alias, changes it, and has AWS delete it after a waiting period.
  - With V(present), one that AWS is about to delete is taken back, and one that is disabled is enabled.
  - Unlike M(amazon.aws.kms_key) it makes no second key when the reply to the creation was lost. A key with all of
    O(tags) and O(owner_tags) that no alias leads to, as a run ended before that, gets the alias.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: The alias, C(alias/) with letters, digits and characters of C(_-/). Those of C(alias/aws/) are AWS's.
    type: str
    required: true
  description:
    description: What the key is for.
    type: str
  policy:
    description:
      - Who may do what with the key, as a policy document. A new key without it has AWS's own, which leaves all to the
        account's IAM policies.
      - AWS refuses one that would keep the caller from changing it again.
    type: dict
  enable_key_rotation:
    description: Whether AWS makes new key material from time to time. What older material has encrypted stays readable.
    type: bool
  rotation_period_in_days:
    description: How often, 90 to 2560 days. Needs O(enable_key_rotation=true). A new key without it has 365.
    type: int
  pending_window_in_days:
    description: With O(state=absent), for how many days AWS keeps the key, so that it can be taken back, 7 to 30.
    type: int
    default: 30
seealso:
  - module: amazon.aws.kms_key
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A key that rotates twice a year
  streamflix.content_api.kms_key:
    name: alias/streamflix-dev
    description: What the stack keeps
    enable_key_rotation: true
    rotation_period_in_days: 180
    tags:
      Environment: dev

- name: Have AWS delete it in a week
  streamflix.content_api.kms_key:
    name: alias/streamflix-dev
    pending_window_in_days: 7
    state: absent
"""

RETURN = r"""
key:
  description: The key as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555
    id:
      description: Its id.
      type: str
      sample: 11111111-2222-3333-4444-555555555555
    named:
      description: Whether the alias leads to it.
      type: bool
      sample: true
    key_state:
      description: C(Enabled), or what keeps it from being used, such as C(Disabled) or C(PendingDeletion).
      type: str
      sample: Enabled
    description:
      description: What the key is for.
      type: str
      sample: example
    policy:
      description: Who may do what with the key, as a policy document.
      type: dict
      sample: {}
    enable_key_rotation:
      description: Whether AWS makes new key material from time to time.
      type: bool
      sample: true
    rotation_period_in_days:
      description: How often, 90 to 2560 days.
      type: int
      sample: 1
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
      type: AWS::KMS::Key
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.policies import text_of
from ansible_collections.streamflix.content_api.plugins.module_utils.iam.rows import policy_row
from ansible_collections.streamflix.content_api.plugins.module_utils.kms.rules import alias
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, path
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"NotFoundException"})
DENIED = frozenset({"AccessDeniedException"})
WHICH = {"KeyId": "id"}
ENABLED = "Enabled"
IN_DELETION = "PendingDeletion"
# the default policy of every key has this name
POLICY = "default"

FIELDS: Rows = {
    "arn": Field(aws="Arn", assigned=True, always=True, new=CHOSEN),
    "id": Field(aws="KeyId", assigned=True, always=True, new=CHOSEN),
    "name": Field(required=True, rule=alias),
    "named": Field("bool", read="named", made=lambda _options: True, later=True),
    "key_state": Field(read="KeyState", made=lambda _options: ENABLED, new=ENABLED),
    "description": Field(aws="Description", new="", unset=""),
    "policy": policy_row("Policy", new=CHOSEN),
    "enable_key_rotation": Field("bool", read="KeyRotationEnabled", new=False, later=True),
    # shown only while there is a rotation
    "rotation_period_in_days": Field("int", read="RotationPeriodInDays", later=True, limits=(90, 2560)),
    "pending_window_in_days": Field("int", default=30, limits=(7, 30)),
}


class Key(PlainResource):
    """A key of KMS, and the alias by which it is found."""

    service = "kms"
    kind = "key"
    aws_type = "AWS::KMS::Key"
    arn_kind = "kms:key"
    result_key = "key"
    tagging = tags.KMS
    fields = FIELDS
    read = Read("describe_key", "KeyMetadata", "KeyId", alone=True, gone=GONE)
    create = Write("create_key", binds={"id": path("KeyMetadata.KeyId")}, once=True)
    # a new key is not known everywhere at once
    changes = (Write("update_key_description", WHICH, ("description",), retry_if=GONE),)
    remove = Write("schedule_key_deletion", WHICH, done_if=frozenset({"KMSInvalidStateException"}))

    def find(self) -> dict[str, Any] | None:
        key = super().find()
        found = {**key, "named": True} if key else next(self._nameless(), None)
        if found is None or (self.absent and found["KeyState"] == IN_DELETION):
            return None
        which = {"KeyId": found["KeyId"]}
        rotation = self.api.call("get_key_rotation_status", **which)
        policy = self.api.call("get_key_policy", PolicyName=POLICY, **which)["Policy"]
        return {**found, **rotation, "Policy": policy}

    def _nameless(self) -> Iterator[dict[str, Any]]:
        """Yield our keys that no alias leads to, as a run ended, or lost its reply, between the two requests."""
        wanted = {**(self.options["tags"] or {}), **ownership.owner_of(self.options)}
        if not wanted:
            return
        led_to = {one.get("TargetKeyId") for one in self.api.pages("list_aliases", "Aliases")}
        for one in self.api.pages("list_keys", "Keys"):
            if one["KeyId"] in led_to:
                continue
            # a key whose policy keeps us out is not ours: our own leaves all to IAM
            reply = self.api.get(self.tagging.listing, GONE | DENIED, KeyId=one["KeyId"])
            if reply and wanted.items() <= self.tagging.listed(reply).items():
                yield {**self.api.call("describe_key", KeyId=one["KeyId"])["KeyMetadata"], "named": False}

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        """Return the requests that set what differs; first those that make the key usable again."""
        which, differ = {"KeyId": after["id"]}, set(changed)

        def request(operation: str, **more: Any) -> Call:
            return Call(operation, {**which, **more}, self.name, retry_if=GONE)

        steps = []
        if "key_state" in differ and before.get("key_state") == IN_DELETION:
            steps.append(request("cancel_key_deletion"))
        if "key_state" in differ:
            steps.append(request("enable_key"))
        steps += super().change_steps(differ, before, after)
        if "policy" in differ:
            steps.append(request("put_key_policy", PolicyName=POLICY, Policy=text_of(after["policy"])))
        if differ & {"enable_key_rotation", "rotation_period_in_days"}:
            period = after["rotation_period_in_days"]
            more = {"RotationPeriodInDays": period} if period else {}
            on = after["enable_key_rotation"]
            steps.append(request("enable_key_rotation", **more) if on else request("disable_key_rotation"))
        if "named" in differ:
            leads = {"AliasName": self.name, "TargetKeyId": after["id"]}
            steps.append(Call("create_alias", leads, self.name, retry_if=GONE))
        return steps

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        """Return the plan that has AWS delete the key, and then its alias, when the time is over."""
        (step,) = super().plan_remove(current).steps
        window = {"PendingWindowInDays": self.options["pending_window_in_days"]}
        return Plan([replace(step, params={**step.params, **window})], current, None)

    def problems(self) -> list[str]:
        options, found = self.options, super().problems()
        if options["rotation_period_in_days"] and not options["enable_key_rotation"]:
            found.append(
                f"rotation_period_in_days {options['rotation_period_in_days']} needs enable_key_rotation=true: set "
                "that too, or leave the period out."
            )
        return found


def main() -> None:
    """Entry point of the module."""
    manage(Key)


if __name__ == "__main__":
    main()

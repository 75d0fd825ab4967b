#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: secretsmanager_generated_secret
short_description: Manage a secret whose password AWS generates
version_added: 0.1.0
description:
  - Creates a JSON secret in AWS Secrets Manager with fixed fields and a password that Secrets Manager generates.
  - The password is generated once. Later runs add and change the other fields and leave the password as it is.
  - The password is never in the result, the diff, an error, or a process argument.
  - A secret that is scheduled for deletion is restored, with the password that it had.
  - Fields of the secret that neither O(template), O(fields) nor O(usage) names are kept and never shown.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the secret, at most 512 letters, digits and C(/_+=.@-).
    type: str
    required: true
  description:
    description: What the secret is for.
    type: str
  template:
    description: Fields that the secret has from the start, such as the user's name. None of them is secret.
    type: dict
  fields:
    description:
      - Fields that are known later, such as host and port. They win over O(template). None of them is secret.
      - Call the module again with them once they are known. One without a value is returned as it is.
    type: dict
  usage:
    description:
      - Fields that say where the password has been set, such as the identifier of a database. None of them is secret.
      - They are written only with O(in_use), and removed in the same request whenever a password is generated. So the
        secret itself tells whether its password still has to be set there, even after an interrupted run.
    type: dict
  in_use:
    description:
      - Whether the password has been set where O(usage) says, so that these fields are added.
      - V(false) leaves them as they are. So does V(true) while the module has to generate the password first.
    type: bool
    default: false
  generate_key:
    description: Name of the field that holds the generated password.
    type: str
    default: password
  password_length:
    description: How many characters the password has, 8 to 4096. Used at creation only.
    type: int
    default: 32
  exclude_punctuation:
    description: Whether the password has only letters and digits. Used at creation only.
    type: bool
    default: true
  exclude_characters:
    description: Characters that the password must not have, because a database refuses them. Used at creation only.
    type: str
  kms_key_id:
    description:
      - Key that encrypts the secret, as AWS is to keep it. ARN, id or alias.
      - Without this option a new secret is encrypted with AWS's own key.
    type: str
  recovery_window_in_days:
    description:
      - For how many days a removed secret can be restored, 7 to 30.
      - V(0) removes it at once and for good.
    type: int
    default: 30
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Credentials of a database that does not exist yet
  streamflix.content_api.secretsmanager_generated_secret:
    name: streamflix-db-credentials-dev
    template:
      username: postgres
    tags:
      Environment: dev

- name: Add where the database is, once it is known and has the password
  streamflix.content_api.secretsmanager_generated_secret:
    name: streamflix-db-credentials-dev
    usage:
      dbClusterIdentifier: streamflix-aurora-dev
    in_use: true
    fields:
      host: streamflix-aurora-dev.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com
      port: 5432
      engine: postgres
      dbname: streamflix

- name: Remove it at once
  streamflix.content_api.secretsmanager_generated_secret:
    name: streamflix-db-credentials-dev
    state: absent
    recovery_window_in_days: 0
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
  sample: [create_secret streamflix-db-credentials-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::SecretsManager::Secret
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
secret:
  description: The secret as it is now, or in check mode as it would be, without its password. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:secretsmanager:eu-west-1:123456789012:secret:streamflix-db-credentials-dev-a1b2c3
    name:
      description: Its name.
      type: str
      sample: streamflix-db-credentials-dev
    description:
      description: What it is for.
      type: str
      sample: Credentials of the Aurora cluster
    fields:
      description: Those of its fields that O(template), O(fields) and O(usage) name. The password is never one of them.
      type: dict
      sample: {username: postgres, port: 5432}
    in_use:
      description:
        - Whether the secret says, by all fields of O(usage), that its password has been set there.
        - V(false) when this run has generated a password, and without O(usage).
      type: bool
      sample: true
    kms_key_id:
      description: The key that encrypts it; empty for AWS's own.
      type: str
      sample: ""
    scheduled_for_deletion:
      description: Whether it is within its recovery window.
      type: bool
      sample: false
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    Reader,
    Step,
    differences,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import kms_key, too_long
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

# CreateSecret
LONGEST_NAME = 512
LONGEST_DESCRIPTION = 2048
MISSING = frozenset({"ResourceNotFoundException"})
# what is shown in the place of the password; a secret whose value is not read counts as having one
KEPT = "(not shown)"
NONE = "(none)"
GENERATED = "(generated, not shown)"
# AWS frees a name some seconds after a removal for good
NAME_NOT_FREE_YET = frozenset({"InvalidRequestException"})


def secret_name(option: str, value: str) -> list[str]:
    """Find what Secrets Manager refuses in the name of a secret."""
    found = too_long(option, value, LONGEST_NAME)
    if not re.fullmatch(r"[\w/+=.@-]+", value, re.ASCII):
        found.append(f"{option} {value!r} may hold only letters, digits and /_+=.@-: rename it.")
    return found


def recovery_window(option: str, value: int) -> list[str]:
    """Find a number of days for which Secrets Manager keeps no removed secret."""
    if not value or 7 <= value <= 30:
        return []
    return [f"{option} {value} is out of range: set 7 to 30, or 0 to remove at once."]


# C(fields) and C(in_use) are read out of the secret's value, which is described apart
FIELDS: Rows = {
    "arn": Field(read="ARN", assigned=True, always=True, new=CHOSEN),
    "name": Field(aws="Name", required=True, always=True, rule=secret_name),
    "description": Field(aws="Description", new="", unset="", rule=partial(too_long, longest=LONGEST_DESCRIPTION)),
    "template": Field("dict"),
    "fields": Field("dict", read="fields", new={}, unset={}),
    "usage": Field("dict"),
    "in_use": Field("bool", read="in_use", shown_only=True, default=False, new=False, unset=False),
    "generate_key": Field(default="password", no_log=False),
    "password_length": Field("int", default=32, limits=(8, 4096), no_log=False),
    "exclude_punctuation": Field("bool", default=True),
    "exclude_characters": Field(),
    "kms_key_id": Field(aws="KmsKeyId", new="", unset="", rule=kms_key),
    "scheduled_for_deletion": Field(
        "bool", read=lambda secret: bool(secret.get("DeletedDate")), assigned=True, new=False
    ),
    "recovery_window_in_days": Field("int", default=30, rule=recovery_window),
}


def named_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the secret is to have, without the password and those that are only looked up."""
    fields = {**(options["template"] or {}), **(options["fields"] or {})}
    return {field: value for field, value in fields.items() if value is not None}


def wanted_fields(options: Mapping[str, Any], has_password: bool) -> dict[str, Any]:
    """Return the fields that an existing secret is to have; a password that is only now generated is used nowhere."""
    usage = options["usage"] if options["in_use"] and has_password else None
    return {**named_fields(options), **(usage or {})}


def still_true(fields: Mapping[str, Any], options: Mapping[str, Any], has_password: bool) -> dict[str, Any]:
    """Return fields without those that say where a password is in use that is now replaced by a generated one."""
    outdated = {} if has_password else options["usage"] or {}
    return {field: value for field, value in fields.items() if field not in outdated}


def is_used(options: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Tell whether fields of the secret say that its password is in use where the options say."""
    usage = options["usage"] or {}
    return bool(usage) and not differences(fields, usage)


def parse(text: str, name: str) -> dict[str, Any]:
    """Return a secret's value as a dict.

    :raises InvalidOptionError: it is no JSON object; the value itself is not in the error.
    """
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise InvalidOptionError(f"secret {name!r} does not hold a JSON object, so fields can't be set: rename it.")
    return value


def generate(options: Mapping[str, Any], **binds: Reader) -> Call:
    """Return the request for a password.

    :param binds: as L(Call.binds).
    """
    arguments = {"PasswordLength": options["password_length"], "ExcludePunctuation": options["exclude_punctuation"]}
    if options["exclude_characters"]:
        arguments["ExcludeCharacters"] = options["exclude_characters"]
    return Call("get_random_password", arguments, options["name"], binds=binds, silent=True)


def token(version: str, changes: Mapping[str, Any]) -> str:
    """Return the request token of a change: the same change of the same version is carried out once only.

    AWS makes it the id of the new version (32 to 64 characters).
    """
    text = json.dumps([version, changes], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def value_steps(arn: str, options: Mapping[str, Any], changes: Mapping[str, Any], has_password: bool) -> list[Step]:
    """Return the steps that merge changes into the secret's value, which is read only when they are carried out."""
    name, key = options["name"], options["generate_key"]
    steps: list[Step] = []
    known: dict[str, str] = {}

    def password(reply: Mapping[str, Any]) -> str:
        known[key] = reply["RandomPassword"]
        return ""

    def value(reply: Mapping[str, Any]) -> str:
        merged = {**parse(reply["SecretString"], name), **known, **changes}
        return json.dumps(still_true(merged, options, has_password))

    if not has_password:
        steps.append(generate(options, password=password))
    read = {"value": value, "token": lambda reply: token(reply["VersionId"], changes)}
    put = {"SecretId": arn, "SecretString": Later("value"), "ClientRequestToken": Later("token")}
    return [
        *steps,
        Call("get_secret_value", {"SecretId": arn}, name, binds=read, silent=True),
        Call("put_secret_value", put, name),
    ]


def without_password(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a secret as it was found, without what is shown in the place of its password."""
    return {key: value for key, value in found.items() if key != "password"}


class GeneratedSecret(PlainResource):
    """A secret of AWS Secrets Manager with a generated password."""

    service = "secretsmanager"
    kind = "secret"
    aws_type = "AWS::SecretsManager::Secret"
    arn_kind = "secretsmanager:secret"
    result_key = "secret"
    tagging = tags.SECRETSMANAGER
    fields = FIELDS
    read = Read("describe_secret", "", "SecretId", gone=MISSING)
    create = Write("create_secret", retry_if=NAME_NOT_FREE_YET)
    changes = (Write("update_secret", {"SecretId": "arn"}, ("description", "kms_key_id")),)

    # whether this run generates a password
    _generates = False

    def problems(self) -> list[str]:
        options, key = self.options, self.options["generate_key"]
        found, usage = super().problems(), options["usage"] or {}
        if key in {*named_fields(options), *usage}:
            found.append(
                f"generate_key {key!r} is also in template, fields or usage: leave the generated field out there."
            )
        twice = sorted(usage.keys() & named_fields(options).keys())
        if twice:
            found.append(f"usage {twice!r} is also in template or fields: leave it out there.")
        if options["in_use"] and not usage:
            found.append("in_use is true without usage: set usage to where the password is in use.")
        return found

    def describe(self) -> dict[str, Any] | None:
        current = super().describe()
        if current is None:
            return None
        scheduled = current["scheduled_for_deletion"]
        if self.absent and scheduled and self.options["recovery_window_in_days"]:
            return None  # as removed as it is to be
        value = {} if self.absent or scheduled else self._read_value(current["arn"])
        return {**current, "password": KEPT, **value}

    def _read_value(self, arn: str) -> dict[str, Any]:
        """Return the fields that the options name, and what they tell; everything else in the secret is dropped here.

        Without such options the value is not read.
        """
        wanted = [field for option in ("template", "fields", "usage") for field in self.options[option] or {}]
        if not wanted:
            return {}
        reply = self.api.call("get_secret_value", subject=self.name, SecretId=arn)
        value = parse(reply.get("SecretString", ""), self.name)
        fields = {key: value[key] for key in wanted if key in value}
        password = KEPT if value.get(self.options["generate_key"]) else NONE
        return {"fields": fields, "password": password, "in_use": is_used(self.options, fields)}

    def wanted(self) -> dict[str, Any]:
        # what its value is to hold is planned apart
        return {**super().wanted(), "fields": None, "in_use": None}

    def plan_create(self) -> Plan:
        options, made = self.options, super().plan_create()
        after = {**(made.after or {}), "password": GENERATED}
        if options["in_use"] and self.api.check_mode:
            # a password can only be in use when an earlier task, previewed too, has created the secret
            return self.plan_update(after)
        fields, creation = named_fields(options), made.steps[0]

        def value(reply: Mapping[str, Any]) -> str:
            return json.dumps({**fields, options["generate_key"]: reply["RandomPassword"]})

        steps = [
            generate(options, value=value),
            replace(creation, params={**creation.params, "SecretString": Later("value")}),
        ]
        return Plan(steps, None, {**after, "fields": fields})

    def plan_update(self, current: dict[str, Any]) -> Plan:
        options, arn, has_password = self.options, current["arn"], current["password"] != NONE
        self._generates = not has_password
        # it comes back with its own value
        restored = current["scheduled_for_deletion"]
        steps: list[Step] = [Call("restore_secret", {"SecretId": arn}, self.name)] if restored else []
        settings = differences(current, self.wanted())
        steps += self.change_steps(settings, current, {**current, **settings})
        # the value of a secret scheduled for deletion can't be read, so all fields count as different
        fields = differences(current["fields"], wanted_fields(options, has_password))
        if fields or not has_password:
            steps += value_steps(arn, options, fields, has_password)
        steps += tags.steps(self.tagging, self.to_be_tagged(current), current["tags"], options, self.name)
        after_fields = still_true({**current["fields"], **fields}, options, has_password)
        after = {
            **current,
            **settings,
            "scheduled_for_deletion": False,
            "fields": after_fields,
            "password": current["password"] if has_password else GENERATED,
            "in_use": bool(restored and options["usage"]) or is_used(options, after_fields),
            "tags": tags.after(current["tags"], options["tags"], options["purge_tags"]),
        }
        return Plan(steps, current, after)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        days = self.options["recovery_window_in_days"]
        window = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        params = {"SecretId": current["arn"], **window}
        return Plan([Call("delete_secret", params, self.name, done_if=MISSING)], current, None)

    def unfinished(self, current: dict[str, Any]) -> Plan:
        # use is noted by the run after the one that generates, and the old value may be read for a moment
        return unchanged(current)

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        if not found:
            return {}
        # Secrets Manager may give back the old value for a moment
        return {**without_password(found), "in_use": found["in_use"] and not self._generates}

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        """Return the secret with its password among its fields, in words."""
        fields = {**found["fields"], self.options["generate_key"]: found["password"]}
        return super().parts({**without_password(found), "fields": fields})


def main() -> None:
    """Entry point of the module."""
    manage(GeneratedSecret)


if __name__ == "__main__":
    main()

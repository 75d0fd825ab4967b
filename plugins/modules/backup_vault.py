#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_vault
short_description: Manage a vault of AWS Backup
version_added: 0.1.0
description:
  - Creates, changes and removes a backup vault with its lock, found by its name.
  - Unlike M(amazon.aws.backup_vault) it sets the lock, leaves a vault in which recovery points are, and never takes a
    permission that is missing for a vault that is not there.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the vault, 2 to 50 letters, digits, hyphens and underscores.
    type: str
    required: true
  encryption_key_arn:
    description:
      - ARN of the KMS key that encrypts the recovery points of kinds that AWS Backup fully manages. An Aurora recovery
        point keeps the key of its cluster.
      - AWS's own key for Backup unless set. AWS cannot change it.
    type: str
  lock:
    description:
      - The vault lock, which keeps recovery points from being deleted before their time. One without any number of days
        is none, so that V({}) removes it.
    type: dict
    suboptions:
      mode:
        description:
          - V(governance) can be removed again by whoever may (C(backup:DeleteBackupVaultLockConfiguration)).
          - V(compliance) is for ever once O(lock.changeable_for_days) have passed. Nobody, AWS included, can then
            shorten it, or remove the vault or a recovery point before its time.
        type: str
        choices: [governance, compliance]
        default: governance
      min_retention_days:
        description: The shortest time for which a backup job may ask to keep a recovery point.
        type: int
      max_retention_days:
        description: The longest time.
        type: int
      changeable_for_days:
        description: For how many days a V(compliance) lock can still be removed, at least 3.
        type: int
  confirm_compliance_lock:
    description: O(name) once more, to agree to a V(compliance) lock.
    type: str
  remove_recovery_points:
    description:
      - What O(state=absent) does with a vault in which recovery points are. AWS deletes only an empty one.
      - V(false) leaves it with them, which is no change. V(true) deletes them for good first, and a V(governance) lock
        before that.
    type: bool
    default: false
seealso:
  - module: streamflix.content_api.backup_plan
  - module: amazon.aws.backup_vault
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A vault whose recovery points are kept for a week at least
  streamflix.content_api.backup_vault:
    name: streamflix-dev
    lock:
      mode: governance
      min_retention_days: 7
    tags:
      Environment: dev

- name: Remove it, unless something is in it
  streamflix.content_api.backup_vault:
    name: streamflix-dev
    state: absent
"""

RETURN = r"""
vault:
  description: The vault as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:backup:eu-west-1:123456789012:backup-vault:streamflix-dev
    name:
      description: Its name.
      type: str
      sample: streamflix-dev
    encryption_key_arn:
      description: ARN of its KMS key.
      type: str
      sample: arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012
    lock:
      description: Its lock, empty without one.
      type: dict
      sample: {mode: governance, min_retention_days: 7, max_retention_days: null}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
recovery_points:
  description: With O(state=absent), the ARNs of what was in it when the module began, sorted; otherwise empty.
  returned: always
  type: list
  elements: str
  sample: ['arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:awsbackup:job-0c6c4bd5-4cbb-4bbf-8aa6-6f8b7d1a3f2e']
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
      type: AWS::Backup::BackupVault
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.backup.rules import (
    COMPLIANCE,
    GOVERNANCE,
    is_lock,
    key_arn,
    vault_lock,
    vault_name,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, SEVERAL, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Plan,
    Wait,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import manage

GONE = frozenset({"ResourceNotFoundException"})
WHICH = {"BackupVaultName": "name"}
# option, and what AWS calls it
DAYS = {"min_retention_days": "MinRetentionDays", "max_retention_days": "MaxRetentionDays"}


def lock_of(vault: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lock of a vault as AWS describes it; empty without one."""
    if not vault.get("Locked"):
        return {}
    mode = COMPLIANCE if vault.get("LockDate") else GOVERNANCE
    return {"mode": mode, **{key: vault.get(member) for key, member in DAYS.items()}}


def lock_parameters(lock: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that set the days of a lock."""
    return {member: lock[key] for key, member in DAYS.items() if lock[key] is not None}


def lock_settings(lock: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lock as it is described; one that says nothing is none.

    AWS shows the end of the time in which a compliance lock can change, not how long that was.
    """
    return {key: lock.get(key) for key in ("mode", *DAYS)} if is_lock(lock) else {}


FIELDS: Rows = {
    "arn": Field(aws="BackupVaultArn", assigned=True, new=CHOSEN),
    "name": Field(aws="BackupVaultName", required=True, always=True, rule=vault_name),
    "encryption_key_arn": Field(aws="EncryptionKeyArn", new=CHOSEN, fixed=True, rule=key_arn, no_log=False),
    "lock": Field(
        "dict",
        SEVERAL,
        read=lock_of,
        write=lock_parameters,
        normal=lock_settings,
        new={},
        later=True,
        whole=True,
        rule=vault_lock,
        rows={
            "mode": Field(choices=(GOVERNANCE, COMPLIANCE), default=GOVERNANCE),
            "min_retention_days": Field("int"),
            "max_retention_days": Field("int"),
            "changeable_for_days": Field("int"),
        },
    ),
    "confirm_compliance_lock": Field(),
    "remove_recovery_points": Field("bool", default=False),
}


class Vault(PlainResource):
    """A vault of AWS Backup."""

    service = "backup"
    kind = "backup vault"
    aws_type = "AWS::Backup::BackupVault"
    arn_kind = "backup:backup-vault"
    result_key = "vault"
    tagging = tags.BACKUP
    fields = FIELDS
    # DescribeBackupVault refuses one that is not there as it refuses who may not read it
    read = Read("list_backup_vaults", "BackupVaultList", "", gone=GONE, match="BackupVaultName")
    create = Write("create_backup_vault")
    changes = (
        Write(
            "put_backup_vault_lock_configuration",
            WHICH,
            ("lock",),
            clear="delete_backup_vault_lock_configuration",
        ),
    )
    remove = Write("delete_backup_vault", WHICH, done_if=GONE)
    remedy = "Use another name, or remove the vault first."

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.points: list[str] = []

    def problems(self) -> list[str]:
        options, found = self.options, super().problems()
        lock = options["lock"] or {}
        if lock.get("mode") == COMPLIANCE and not self.absent and options["confirm_compliance_lock"] != self.name:
            found.append(
                f"lock.mode compliance of {self.name!r} is for ever: nobody, AWS included, can remove the vault or a "
                "recovery point before its time. To do so, set confirm_compliance_lock to the vault's name, which is "
                f"{options['confirm_compliance_lock']!r}; or set governance."
            )
        return found

    def find(self) -> dict[str, Any] | None:
        every = self.api.pages(self.read.operation, self.read.key)
        found = next((item for item in every if item[self.read.match] == self.name), None)
        if found is not None and self.absent:
            listed = self.api.pages("list_recovery_points_by_backup_vault", "RecoveryPoints", BackupVaultName=self.name)
            self.points = sorted(point["RecoveryPointArn"] for point in listed)
        return found

    def creation_tags(self, its_tags: Mapping[str, str]) -> dict[str, Any]:
        return {"BackupVaultTags": dict(its_tags)} if its_tags else {}

    def change_steps(self, changed: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Call]:
        grace = (self.options["lock"] or {}).get("changeable_for_days")
        more = {"ChangeableForDays": grace} if grace else {}
        return [
            replace(step, params={**step.params, **more}) if step.operation.startswith("put_") else step
            for step in super().change_steps(changed, before, after)
        ]

    def details(self) -> dict[str, Any]:
        return {"recovery_points": self.points}

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        if not self.points:
            return super().plan_remove(current)
        if not self.options["remove_recovery_points"]:
            return unchanged(current)
        if current["lock"].get("mode") == COMPLIANCE:
            raise InvalidOptionError(
                f"backup vault {self.name} has a compliance lock, so AWS keeps its {len(self.points)} recovery points "
                "until their time is over: set remove_recovery_points to false."
            )
        which = {"BackupVaultName": self.name}
        unlock = [Call("delete_backup_vault_lock_configuration", which, self.name)] if current["lock"] else []
        removals = [
            Call("delete_recovery_point", {**which, "RecoveryPointArn": arn}, arn, done_if=GONE) for arn in self.points
        ]
        empty = Wait(
            f"backup vault {self.name} to be empty",
            "list_recovery_points_by_backup_vault",
            which,
            lambda reply: f"{len(reply['RecoveryPoints'])} recovery points",
            until=frozenset({"0 recovery points"}),
            gone_if=GONE,
        )
        return Plan([*unlock, *removals, empty, *super().plan_remove(current).steps], current, None)


def main() -> None:
    """Entry point of the module."""
    manage(Vault)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_plan
short_description: Manage a plan of AWS Backup with its selections
version_added: 0.1.0
description:
  - Creates, changes and removes a backup plan and what it selects, found by the plan's name. Of several plans of that
    name it is the one with O(owner_tags).
  - Unlike M(amazon.aws.backup_plan) and M(amazon.aws.backup_selection) it previews what a run does, also for a
    selection of a plan that is not there yet, and goes on when a reply of AWS is lost.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the plan, at most 50 letters, digits, dots, hyphens and underscores.
    type: str
    required: true
  rules:
    description: When the plan backs up, and how long it keeps that. Needed with O(state=present).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the rule.
        type: str
        required: true
      target_backup_vault_name:
        description: Name of the vault that holds the recovery points. It has to exist.
        type: str
        required: true
      schedule_expression:
        description: When, as C(cron(0 3 * * ? *)) or C(rate(1 day)).
        type: str
        default: cron(0 5 ? * * *)
      schedule_expression_timezone:
        description: The time zone of the schedule.
        type: str
        default: Etc/UTC
      start_window_minutes:
        description: Within how many minutes the backup has to begin, at least 60.
        type: int
        default: 480
      completion_window_minutes:
        description:
          - Within how many minutes it has to be complete, at least 60 more than O(rules[].start_window_minutes).
        type: int
        default: 10080
      enable_continuous_backup:
        description:
          - Whether the recovery point reaches back to any moment (point in time), for at most 35 days, which
            O(rules[].lifecycle) has to say.
        type: bool
        default: false
      lifecycle:
        description: How long a recovery point is kept. For ever without it.
        type: dict
        suboptions:
          move_to_cold_storage_after_days:
            description: After how many days it moves to cold storage, for kinds of which AWS has one. Aurora has none.
            type: int
          delete_after_days:
            description: After how many days it is deleted, at least 90 more than when it moves to cold storage.
            type: int
      recovery_point_tags:
        description: Tags of the recovery points, in addition to those of what is backed up.
        type: dict
        default: {}
      copy_actions:
        description: Vaults that get a copy, as in another region.
        type: list
        elements: dict
        default: []
        suboptions:
          destination_backup_vault_arn:
            description: ARN of the vault.
            type: str
            required: true
          lifecycle:
            description: How long the copy is kept, as O(rules[].lifecycle).
            type: dict
            suboptions:
              move_to_cold_storage_after_days:
                description: After how many days it moves to cold storage.
                type: int
              delete_after_days:
                description: After how many days it is deleted.
                type: int
  selections:
    description:
      - What the plan backs up. Others of the plan are removed. AWS changes none in place, so that one that differs is
        made anew.
      - Left as they are without this option.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the selection.
        type: str
        required: true
      iam_role_arn:
        description: ARN of the role with which AWS Backup does it. It has to trust C(backup.amazonaws.com).
        type: str
        required: true
      resources:
        description: ARNs of what is backed up, also with C(*). Without any, all that has O(selections[].resource_tags).
        type: list
        elements: str
        default: []
      resource_tags:
        description: Tags that it has to carry, all of them.
        type: dict
        default: {}
  resource_types:
    description:
      - What the selections select, such as V(Aurora), as AWS Backup calls it in the settings of a region. Where the
        account has not turned such a type on, the plan runs and saves nothing, so that V(present) fails.
    type: list
    elements: str
    default: []
seealso:
  - module: streamflix.content_api.backup_vault
  - module: amazon.aws.backup_plan
  - module: amazon.aws.backup_selection
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A cluster of Aurora every night, kept for 35 days
  streamflix.content_api.backup_plan:
    name: streamflix-dev
    rules:
      - name: daily
        target_backup_vault_name: streamflix-dev
        schedule_expression: cron(0 3 * * ? *)
        lifecycle:
          delete_after_days: 35
    selections:
      - name: aurora
        iam_role_arn: arn:aws:iam::123456789012:role/streamflix-backup-dev
        resources: ["arn:aws:rds:eu-west-1:123456789012:cluster:streamflix-aurora-dev"]
    resource_types: [Aurora]
    tags:
      Environment: dev

- name: Remove it with its selections; recovery points stay
  streamflix.content_api.backup_plan:
    name: streamflix-dev
    state: absent
"""

RETURN = r"""
plan:
  description: The plan as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: 0c6c4bd5-4cbb-4bbf-8aa6-6f8b7d1a3f2e
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:backup:eu-west-1:123456789012:backup-plan:0c6c4bd5-4cbb-4bbf-8aa6-6f8b7d1a3f2e
    name:
      description: Its name.
      type: str
      sample: streamflix-dev
    rules:
      description: Its rules, in the shape of the option.
      type: list
      elements: dict
      sample: []
    selections:
      description: Its selections, in the shape of the option, each with its id.
      type: list
      elements: dict
      sample: []
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
      type: AWS::Backup::BackupPlan
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
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.backup import choices, rules
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows, all_params
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import described as described_by
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    Plan,
    path,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Kind, manage

GONE = frozenset({"ResourceNotFoundException"})
# a role that was made just before
NEW_ROLE = frozenset({"InvalidParameterValueException: cannot be assumed by AWS Backup"})
SELECTION_TYPE = "AWS::Backup::BackupSelection"
# how a condition names the tag of a resource
TAG_KEY = "aws:ResourceTag/"


LIFECYCLE: Rows = {
    "move_to_cold_storage_after_days": Field("int", "MoveToColdStorageAfterDays"),
    "delete_after_days": Field("int", "DeleteAfterDays"),
}
NO_LIFECYCLE: Mapping[str, Any] = dict.fromkeys(LIFECYCLE)
COPY: Rows = {
    "destination_backup_vault_arn": Field(aws="DestinationBackupVaultArn", required=True),
    "lifecycle": Field("dict", "Lifecycle", unset={}, rows=LIFECYCLE),
}
RULE: Rows = {
    "name": Field(aws="RuleName", required=True),
    "target_backup_vault_name": Field(aws="TargetBackupVaultName", required=True),
    "schedule_expression": Field(aws="ScheduleExpression", default="cron(0 5 ? * * *)"),
    "schedule_expression_timezone": Field(aws="ScheduleExpressionTimezone", default="Etc/UTC", unset="Etc/UTC"),
    "start_window_minutes": Field("int", "StartWindowMinutes", default=rules.START_WINDOW, unset=rules.START_WINDOW),
    "completion_window_minutes": Field(
        "int", "CompletionWindowMinutes", default=rules.COMPLETION_WINDOW, unset=rules.COMPLETION_WINDOW
    ),
    "enable_continuous_backup": Field("bool", "EnableContinuousBackup", default=False, unset=False),
    "lifecycle": Field("dict", "Lifecycle", unset={}, rows=LIFECYCLE),
    "recovery_point_tags": Field("dict", "RecoveryPointTags", default={}, unset={}),
    "copy_actions": Field("list", "CopyActions", default=[], unset=[], rows=COPY),
}
SELECTION: Rows = {
    "name": Field(aws="SelectionName", required=True),
    "iam_role_arn": Field(aws="IamRoleArn", required=True),
    "resources": Field("list", "Resources", default=[], unset=[]),
    "resource_tags": Field("dict", default={}),
}


def whole_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule as it is described: with each part of its lifecycles, set or not."""
    copies = [{**copy, "lifecycle": {**NO_LIFECYCLE, **(copy["lifecycle"] or {})}} for copy in rule["copy_actions"]]
    texts = tags.texts(rule["recovery_point_tags"])
    lifecycle = {**NO_LIFECYCLE, **(rule["lifecycle"] or {})}
    return {**rule, "lifecycle": lifecycle, "recovery_point_tags": texts, "copy_actions": copies}


def whole_rules(wanted: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules of a plan as they are described, in the order of their names."""
    return sorted((whole_rule(rule) for rule in wanted), key=lambda rule: rule["name"])


def described_rules(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rules of a plan as AWS describes it."""
    return whole_rules(described_by(RULE, rule) for rule in plan["Rules"])


def rule_parameters(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule as requests have it: AWS takes no lifecycle that is empty."""
    copies = [given({"lifecycle": copy["lifecycle"], **copy}) for copy in rule["copy_actions"]]
    return all_params(RULE, given({**rule, "copy_actions": copies}))


def given(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule, or a copy of it, without a lifecycle that says nothing, and without empty tags and lists."""
    lifecycle = {key: days for key, days in (value["lifecycle"] or {}).items() if days is not None}
    return {key: item for key, item in {**value, "lifecycle": lifecycle}.items() if item not in ({}, [])}


def described_selection(selection: Mapping[str, Any]) -> dict[str, Any]:
    """Return a selection as AWS describes it, in the shape of the option."""
    equals = (selection.get("Conditions") or {}).get("StringEquals") or []
    wanted = {pair["ConditionKey"].removeprefix(TAG_KEY): pair["ConditionValue"] for pair in equals}
    # what somebody else has set beside it is no part of the option, and goes
    others = {key: selection[key] for key in ("NotResources", "ListOfTags") if selection.get(key)}
    return sorted_selection({**described_by(SELECTION, selection), "resource_tags": wanted, **others})


def sorted_selection(selection: Mapping[str, Any]) -> dict[str, Any]:
    """Return a selection with its resources in an order of their own; AWS wants some, beside tags as well."""
    texts = tags.texts(selection["resource_tags"])
    return {**selection, "resources": sorted(selection["resources"]) or ["*"], "resource_tags": texts}


def sorted_selections(wanted: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return selections in the order of their names."""
    return sorted((sorted_selection(one) for one in wanted), key=lambda one: one["name"])


def selection_parameters(selection: Mapping[str, Any]) -> dict[str, Any]:
    """Return a selection as requests have it."""
    found = all_params(SELECTION, selection)
    conditions = [
        {"ConditionKey": f"{TAG_KEY}{key}", "ConditionValue": value}
        for key, value in sorted(selection["resource_tags"].items())
    ]
    return found | ({"Conditions": {"StringEquals": conditions}} if conditions else {})


FIELDS: Rows = {
    "id": Field(aws="BackupPlanId", assigned=True, new=CHOSEN),
    "arn": Field(aws="BackupPlanArn", assigned=True, new=CHOSEN),
    "name": Field(aws="BackupPlanName", required=True, always=True, rule=rules.name),
    "rules": Field("list", "Rules", read=described_rules, normal=whole_rules, rule=rules.plan_rules, rows=RULE),
    "selections": Field(
        "list",
        read=lambda plan: plan["Selections"],
        normal=sorted_selections,
        new=[],
        rule=rules.selections,
        rows=SELECTION,
    ),
    "resource_types": Field("list", default=[]),
}


class BackupPlan(PlainResource):
    """A plan of AWS Backup with its selections, which have neither tags nor a life without it."""

    service = "backup"
    kind = "backup plan"
    aws_type = "AWS::Backup::BackupPlan"
    arn_kind = "backup:backup-plan"
    also = (Kind(SELECTION_TYPE, "", "selections"),)
    result_key = "plan"
    required_if = (("state", "present", ("rules",)),)
    tagging = tags.BACKUP
    fields = FIELDS
    read = Read("list_backup_plans", "BackupPlansList", "", gone=GONE, match="BackupPlanName")
    create = Write("create_backup_plan")
    remove = Write("delete_backup_plan", {"BackupPlanId": "id"}, done_if=GONE)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.off = ""

    def describe(self) -> dict[str, Any] | None:
        types = self.options["resource_types"]
        if types and not self.absent:
            self.off = choices.turned_off("resource_types", self.api, types)
        return super().describe()

    def find(self) -> dict[str, Any] | None:
        how = self.read
        named = [item for item in self.api.pages(how.operation, how.key) if item[how.match] == self.name]
        found = self.own(named) if len(named) > 1 else next(iter(named), None)
        return None if found is None else self.whole(found)

    def own(self, named: list[dict[str, Any]]) -> dict[str, Any]:
        """Return that one of several plans of a name which carries the owner's tags; the first one if none does."""
        owner = ownership.owner_of(self.options)
        listed = [(plan, self.api.get("list_tags", GONE, ResourceArn=plan["BackupPlanArn"])) for plan in named]
        ours = [plan for plan, reply in listed if reply and ownership.is_ours(self.tagging.listed(reply), owner)]
        return next(iter(ours), named[0])

    def whole(self, plan: dict[str, Any]) -> dict[str, Any] | None:
        """Return a plan of the list with its rules and selections; None when it is gone by now."""
        which = {"BackupPlanId": plan["BackupPlanId"]}
        document = self.api.get("get_backup_plan", GONE, **which)
        if document is None:
            return None
        listed = self.api.pages("list_backup_selections", "BackupSelectionsList", **which)
        read = [self.api.get("get_backup_selection", GONE, **which, SelectionId=one["SelectionId"]) for one in listed]
        found = [{**described_selection(one["BackupSelection"]), "id": one["SelectionId"]} for one in read if one]
        selections = sorted(found, key=lambda one: one["name"])
        return {**plan, "Rules": document["BackupPlan"]["Rules"], "Selections": selections}

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        (plan,) = super().parts({key: value for key, value in found.items() if key != "selections"})
        selections = [
            Part(SELECTION_TYPE, one["name"], {key: value for key, value in one.items() if key not in ("id", "name")})
            for one in found["selections"]
        ]
        return [plan, *selections]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.off:
            raise InvalidOptionError(self.off)
        return super().plan(current)

    def document(self, wanted: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the plan as requests have it."""
        return {"BackupPlanName": self.name, "Rules": [rule_parameters(rule) for rule in wanted]}

    def select(self, selection: Mapping[str, Any], plan_id: Any) -> Call:
        """Return the request that makes a selection."""
        params = {"BackupPlanId": plan_id, "BackupSelection": selection_parameters(selection)}
        return Call("create_backup_selection", params, f"{self.name} {selection['name']}", retry_if=NEW_ROLE)

    def deselect(self, selection: Mapping[str, Any], plan_id: str) -> Call:
        """Return the request that removes a selection."""
        params = {"BackupPlanId": plan_id, "SelectionId": selection["id"]}
        return Call("delete_backup_selection", params, f"{self.name} {selection['name']}", done_if=GONE)

    def plan_create(self) -> Plan:
        wanted, its_tags = self.wanted(), dict(self.options["tags"] or {})
        params = {"BackupPlan": self.document(wanted["rules"])} | ({"BackupPlanTags": its_tags} if its_tags else {})
        steps = [Call("create_backup_plan", params, self.name, binds={"id": path("BackupPlanId")})]
        steps += [self.select(one, Later("id")) for one in wanted["selections"] or []]
        return Plan(steps, None, {**self.created(), "tags": its_tags})

    def plan_update(self, current: dict[str, Any]) -> Plan:
        wanted, plan_id = self.wanted(), current["id"]
        steps: list[Call] = []
        if wanted["rules"] != current["rules"]:
            params = {"BackupPlanId": plan_id, "BackupPlan": self.document(wanted["rules"])}
            steps.append(Call("update_backup_plan", params, self.name))
        after = {**current, "rules": wanted["rules"]}
        if wanted["selections"] is not None:
            steps += self.selection_steps(current["selections"], wanted["selections"], plan_id)
            after["selections"] = wanted["selections"]
        options = self.options
        steps += tags.steps(self.tagging, self.to_be_tagged(current), current["tags"], options, self.name)
        after["tags"] = tags.after(current["tags"], options["tags"], options["purge_tags"])
        return Plan(steps, current, after)

    def selection_steps(
        self, present: Iterable[Mapping[str, Any]], wanted: Iterable[Mapping[str, Any]], plan_id: str
    ) -> list[Call]:
        """Return the requests after which a plan has the wanted selections, and no others."""
        named = {one["name"]: one for one in wanted}
        stays = {one["name"] for one in present if {**named.get(one["name"], {}), "id": one["id"]} == one}
        surplus = [self.deselect(one, plan_id) for one in present if one["name"] not in stays]
        return surplus + [self.select(one, plan_id) for name, one in named.items() if name not in stays]

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        steps = [self.deselect(one, current["id"]) for one in current["selections"]]
        return Plan([*steps, *super().plan_remove(current).steps], current, None)


def main() -> None:
    """Entry point of the module."""
    manage(BackupPlan)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_jobs_info
short_description: Find backups of AWS Backup that have failed or are overdue
version_added: 0.1.0
description:
  - Looks at the backup jobs of a vault, which AWS lists for 30 days, and tells for each resource which backup was the
    last.
  - A backup that did not begin within its window (C(EXPIRED)), was stopped (C(ABORTED)), failed, or is partial is a
    problem until one completes after it. No completed one within O(max_age_hours) is one, too, once the plan is older
    than that.
author: StreamFlix platform team (@streamflix)
options:
  backup_vault_name:
    description: Name of the vault. One that does not exist has no jobs.
    type: str
    required: true
  backup_plan_name:
    description: Name of the plan that makes the backups. Without it they are made by others.
    type: str
    required: true
  resources:
    description: ARNs of what is backed up, with C(*) for any text.
    type: list
    elements: str
    required: true
  max_age_hours:
    description: How old the last complete backup may be, 1 to 720.
    type: int
    default: 36
extends_documentation_fragment:
  - streamflix.content_api.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Look at the backups of the database
  streamflix.content_api.backup_jobs_info:
    backup_vault_name: streamflix-prod
    backup_plan_name: streamflix-prod
    resources: ["arn:aws:rds:eu-west-1:123456789012:cluster:streamflix-aurora-prod"]
  register: backups

- name: Stop if one is missing
  ansible.builtin.assert:
    that: backups.problems | length == 0
    fail_msg: "{{ backups.problems | join(' ') }}"
"""

RETURN = r"""
resources:
  description: What was asked for, in the order of O(resources).
  returned: always
  type: list
  elements: dict
  contains:
    resource:
      description: Its ARN, as in O(resources).
      type: str
      sample: arn:aws:rds:eu-west-1:123456789012:cluster:streamflix-aurora-prod
    last_completed:
      description: When the last backup that has completed began, in UTC; empty when none has.
      type: str
      sample: "2026-11-29T04:12:00+00:00"
    state:
      description: The state of the last backup that has ended; empty when none has.
      type: str
      sample: COMPLETED
problems:
  description: What is wrong, a sentence each.
  returned: always
  type: list
  elements: str
  sample: []
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.arns import matches
from ansible_collections.streamflix.content_api.plugins.module_utils.backup.choices import MOST_HOURS
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import InvalidOptionError
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import run_info

COMPLETED = "COMPLETED"
# the other states in which a job ends: AWS Backup Developer Guide, ListBackupJobs
FAILED = ("ABORTED", "EXPIRED", "FAILED", "PARTIAL")


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def newest(jobs: Iterable[Mapping[str, Any]], states: Sequence[str]) -> Mapping[str, Any]:
    """Return the job that began last of those in some states; empty when there is none."""
    return max((job for job in jobs if job["State"] in states), key=lambda job: job["CreationDate"], default={})


def judged(resource: str, jobs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one resource in the shape of the result.

    :param jobs: those of the resource, as ListBackupJobs has them.
    """
    completed, ended = newest(jobs, (COMPLETED,)), newest(jobs, (COMPLETED, *FAILED))
    last = completed["CreationDate"].isoformat() if completed else ""
    return {"resource": resource, "last_completed": last, "state": ended.get("State", "")}


def wrong(resource: str, jobs: Sequence[Mapping[str, Any]], due: datetime, excused: bool) -> list[str]:
    """Return what is wrong with the backups of a resource.

    :param due: the last complete backup has to be younger.
    :param excused: whether none can be there yet.
    """
    completed, ended = newest(jobs, (COMPLETED,)), newest(jobs, (COMPLETED, *FAILED))
    found = []
    if ended.get("State") in FAILED:
        why = f": {ended['StatusMessage']}" if ended.get("StatusMessage") else ""
        began = f"{ended['CreationDate']:%Y-%m-%d %H:%M} UTC"
        found.append(f"The last backup of {resource} (job {ended['BackupJobId']}, {began}) is {ended['State']}{why}.")
    if not excused and (not completed or completed["CreationDate"] < due):
        last = f"the last one is of {completed['CreationDate']:%Y-%m-%d %H:%M} UTC" if completed else "there is none"
        found.append(f"No backup of {resource} has completed since {due:%Y-%m-%d %H:%M} UTC: {last}.")
    return found


def read(api: Api, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module's result.

    :raises InvalidOptionError: no such time can be looked back.
    """
    problems = out_of_range("max_age_hours", options["max_age_hours"], 1, MOST_HOURS)
    if problems:
        raise InvalidOptionError(*problems)
    name, due = options["backup_plan_name"], now() - timedelta(hours=options["max_age_hours"])
    plans = [one for one in api.pages("list_backup_plans", "BackupPlansList") if one["BackupPlanName"] == name]
    if not plans:
        problems.append(f"There is no backup plan {name}: run site.yml.")
    # none can be there yet
    excused = not plans or min(plan["CreationDate"] for plan in plans) > due
    every = api.pages("list_backup_jobs", "BackupJobs", ByBackupVaultName=options["backup_vault_name"])
    jobs = {one: [job for job in every if matches(job["ResourceArn"], [one])] for one in options["resources"]}
    problems += [text for one, its_jobs in jobs.items() for text in wrong(one, its_jobs, due, excused)]
    return {"resources": [judged(one, its_jobs) for one, its_jobs in jobs.items()], "problems": problems}


def main() -> None:
    """Entry point of the module."""
    module = AnsibleAWSModule(
        argument_spec={
            "backup_vault_name": {"type": "str", "required": True},
            "backup_plan_name": {"type": "str", "required": True},
            "resources": {"type": "list", "elements": "str", "required": True},
            "max_age_hours": {"type": "int", "default": 36},
        },
        supports_check_mode=True,
    )
    run_info(module, "backup", read, "backup_vault_name")


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_cluster
short_description: Manage an ECS cluster
version_added: 0.1.0
description:
  - Creates, changes and removes an ECS cluster, found by its name. A cluster that AWS lists as inactive counts as
    missing.
  - Unlike M(community.aws.ecs_cluster) it manages Container Insights, the logs of ECS Exec, and tags.
author: StreamFlix platform team (@streamflix)
options:
  name:
    description: Name of the cluster, at most 255 letters, digits, underscores and hyphens.
    type: str
    required: true
  container_insights:
    description:
      - Container Insights; V(enhanced) also measures each task and container.
      - Without this option, a new cluster follows the account's setting.
    type: str
    choices: [enabled, enhanced, disabled]
  capacity_providers:
    description:
      - Names of the capacity providers that services may use, such as V(FARGATE) and V(FARGATE_SPOT).
      - Services with launch type FARGATE need none.
    type: list
    elements: str
  default_capacity_provider_strategy:
    description: Where tasks run whose service names no launch type and no strategy.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of the capacity provider, one of the cluster's.
        type: str
        required: true
      weight:
        description: Its share of the tasks beyond all bases, relative to the other weights.
        type: int
        default: 1
      base:
        description: How many tasks it gets first. Only one capacity provider may have a base.
        type: int
        default: 0
  execute_command:
    description: What ECS Exec does with the sessions of its users. What is omitted is left as it is.
    type: dict
    suboptions:
      logging:
        description:
          - V(NONE) logs no session, V(DEFAULT) uses the log configuration of the task.
          - V(OVERRIDE) uses the log group or bucket that is given here.
        type: str
        choices: [NONE, DEFAULT, OVERRIDE]
      kms_key_id:
        description: Id or ARN of the KMS key that encrypts the data between client and container.
        type: str
      log_group_name:
        description: CloudWatch log group for V(OVERRIDE); it must exist.
        type: str
      log_group_encrypted:
        description: Whether the log group's own encryption is required.
        type: bool
      bucket_name:
        description: S3 bucket for V(OVERRIDE); it must exist.
        type: str
      bucket_encrypted:
        description: Whether the bucket's own encryption is required.
        type: bool
      bucket_key_prefix:
        description: Folder in the bucket.
        type: str
seealso:
  - module: streamflix.content_api.ecs_service
  - module: community.aws.ecs_cluster
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Cluster of a Fargate service
  streamflix.content_api.ecs_cluster:
    name: streamflix-cluster-dev
    container_insights: enabled
    tags:
      Environment: dev

- name: Cluster that prefers spare capacity, the first task and then one in four on demand
  streamflix.content_api.ecs_cluster:
    name: streamflix-cluster-dev
    capacity_providers: [FARGATE, FARGATE_SPOT]
    default_capacity_provider_strategy:
      - capacity_provider: FARGATE
        base: 1
        weight: 1
      - capacity_provider: FARGATE_SPOT
        weight: 3

- name: Remove it
  streamflix.content_api.ecs_cluster:
    name: streamflix-cluster-dev
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
  sample: [create_cluster streamflix-cluster-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ECS::Cluster
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
cluster:
  description: The cluster as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:cluster/streamflix-cluster-dev
    name:
      description: Its name.
      type: str
      sample: streamflix-cluster-dev
    status:
      description: AWS's state of it, such as C(ACTIVE).
      type: str
      sample: ACTIVE
    attachments_status:
      description: AWS's state of its capacity providers; empty when it has none that need resources.
      type: str
      sample: ""
    container_insights:
      description: C(enabled), C(enhanced) or C(disabled).
      type: str
      sample: enabled
    capacity_providers:
      description: Names of its capacity providers, sorted.
      type: list
      elements: str
      sample: [FARGATE]
    default_capacity_provider_strategy:
      description: The strategy, with the keys of O(default_capacity_provider_strategy), sorted by capacity provider.
      type: list
      elements: dict
      sample:
        - {capacity_provider: FARGATE, weight: 1, base: 0}
    execute_command:
      description: What ECS Exec does with sessions, with the keys of O(execute_command) that are set.
      type: dict
      sample: {logging: OVERRIDE, log_group_name: /ecs/streamflix-exec-dev}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    ecs_name,
    execute_command_logging,
    strategy_outside_providers,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Plan, different
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, manage

LEAVING = "DEPROVISIONING"
MOVING = frozenset({"PROVISIONING", LEAVING})
UPDATING = "UPDATE_IN_PROGRESS"
BROKEN = frozenset({"FAILED", "UPDATE_FAILED"})
GONE = frozenset({"ClusterNotFoundException"})
# AWS makes its role for ECS together with the first cluster of an account, and may not find it for a moment
NO_ROLE_YET = frozenset({"InvalidParameterException: service linked role"})
NOT_IDLE = frozenset({"UpdateInProgressException"})
# a service or its last tasks may be draining
NOT_EMPTY = frozenset({"ClusterContainsServicesException", "ClusterContainsTasksException"})
WHICH = {"cluster": "name"}

SESSIONS: Rows = {
    "logging": Field(aws="logging", choices=("NONE", "DEFAULT", "OVERRIDE")),
    "kms_key_id": Field(aws="kmsKeyId"),
}
# where OVERRIDE logs to
LOG: Rows = {
    "log_group_name": Field(aws="cloudWatchLogGroupName"),
    "log_group_encrypted": Field("bool", "cloudWatchEncryptionEnabled"),
    "bucket_name": Field(aws="s3BucketName"),
    "bucket_encrypted": Field("bool", "s3EncryptionEnabled"),
    "bucket_key_prefix": Field(aws="s3KeyPrefix", no_log=False),
}


def container_insights(cluster: Mapping[str, Any]) -> str:
    """Read whether Container Insights is on out of a cluster's settings."""
    settings = {setting["name"]: setting["value"] for setting in cluster.get("settings", [])}
    return settings.get("containerInsights", "disabled")


def execute_command(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Read what concerns ECS Exec out of a cluster's configuration, only what is set."""
    found = (cluster.get("configuration") or {}).get("executeCommandConfiguration") or {}
    log = found.get("logConfiguration") or {}
    return fields.given(fields.described(SESSIONS, found) | fields.described(LOG, log))


def configuration(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration that CreateCluster and UpdateCluster take for what concerns ECS Exec."""
    log = fields.all_params(LOG, wanted)
    sent = fields.all_params(SESSIONS, wanted) | ({"logConfiguration": log} if log else {})
    return {"executeCommandConfiguration": sent}


FIELDS: Rows = {
    "arn": Field(read="clusterArn", assigned=True, shown_only=True, always=True, new=CHOSEN),
    "name": Field(aws="clusterName", required=True, always=True, rule=ecs_name),
    "status": Field(read="status", assigned=True, shown_only=True, always=True, new="ACTIVE"),
    "attachments_status": Field(read="attachmentsStatus", assigned=True, shown_only=True, unset="", new=""),
    "container_insights": Field(
        aws="settings",
        read=container_insights,
        write=lambda value: [{"name": "containerInsights", "value": value}],
        choices=("enabled", "enhanced", "disabled"),
        new=CHOSEN,
    ),
    "capacity_providers": Field(
        "list", "capacityProviders", read=fields.sorted_texts("capacityProviders"), normal=different, new=[]
    ),
    "default_capacity_provider_strategy": Field(
        "list",
        "defaultCapacityProviderStrategy",
        read=ecs.strategy_of("defaultCapacityProviderStrategy"),
        normal=ecs.by_provider,
        rows=ecs.STRATEGY,
        new=[],
    ),
    "execute_command": Field(
        "dict",
        "configuration",
        read=execute_command,
        write=configuration,
        rows={**SESSIONS, **LOG},
        rule=lambda _option, value: execute_command_logging(value),
        merge=True,
        whole=True,
        new={},
    ),
}


class Cluster(PlainResource):
    """A cluster of the Elastic Container Service."""

    service = "ecs"
    kind = "ECS cluster"
    aws_type = "AWS::ECS::Cluster"
    arn_kind = "ecs:cluster"
    result_key = "cluster"
    tagging = tags.ECS
    fields = FIELDS
    create = Write("create_cluster", retry_if=NO_ROLE_YET)
    changes = (
        Write("update_cluster", WHICH, ("container_insights", "execute_command")),
        Write(
            "put_cluster_capacity_providers",
            WHICH,
            ("capacity_providers", "default_capacity_provider_strategy"),
            whole=True,
            retry_if=NOT_IDLE | NO_ROLE_YET,
        ),
    )
    remove = Write("delete_cluster", WHICH, done_if=GONE, retry_if=NOT_EMPTY | NOT_IDLE)

    def problems(self) -> list[str]:
        found, options = super().problems(), self.options
        if self.absent:
            return found
        wanted = options["default_capacity_provider_strategy"], options["capacity_providers"]
        return found + strategy_outside_providers(*wanted)

    def find(self) -> dict[str, Any] | None:
        include = ["CONFIGURATIONS", "SETTINGS", "TAGS"]
        found = ecs.only(self.api, "describe_clusters", "clusters", self.name, clusters=[self.name], include=include)
        # AWS goes on listing a removed cluster for a while
        return None if found is None or found["status"] == "INACTIVE" else found

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        wanted = super().merged(current)
        sessions = wanted["execute_command"]
        if sessions and sessions.get("logging") != "OVERRIDE":
            # only OVERRIDE may have a log target
            wanted["execute_command"] = {key: value for key, value in sessions.items() if key not in LOG}
        return wanted

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if current is None or current["status"] != LEAVING:
            return super().plan(current)
        # one that is being removed will be gone when this plan is carried out
        return Plan((), current, None) if self.absent else self.plan_create()

    def busy(self, current: dict[str, Any]) -> str:
        if current["status"] in MOVING:
            return current["status"]
        return UPDATING if current["attachments_status"] == UPDATING else ""

    def progress(self, current: dict[str, Any]) -> Progress:
        for status in (current["status"], current["attachments_status"]):
            if status in BROKEN:
                return Progress(False, status, "resources of a capacity provider could not be set up")
        status = self.busy(current) or current["status"]
        return Progress(ready=status == "ACTIVE", state=status)


def main() -> None:
    """Entry point of the module."""
    manage(Cluster)


if __name__ == "__main__":
    main()

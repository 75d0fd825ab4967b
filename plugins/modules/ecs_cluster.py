#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_cluster
short_description: Manage an ECS cluster
version_added: 0.1.0
description:
  - Creates, changes and removes an ECS cluster, found by its name. A cluster that AWS lists as inactive is gone.
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
      sample: [{capacity_provider: FARGATE, weight: 1, base: 0}]
    execute_command:
      description: What ECS Exec does with sessions, with the keys of O(execute_command) that are set.
      type: dict
      sample: {logging: OVERRIDE, log_group_name: /ecs/streamflix-exec-dev}
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    ecs_name,
    execute_command_logging,
    strategy_outside_providers,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Plan,
    differences,
    unchanged,
    unknown,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    Progress,
    Resource,
    argument_spec,
    run,
)

EXECUTE_COMMAND = {"logging": "logging", "kms_key_id": "kmsKeyId"}
EXECUTE_COMMAND_LOG = {
    "log_group_name": "cloudWatchLogGroupName",
    "log_group_encrypted": "cloudWatchEncryptionEnabled",
    "bucket_name": "s3BucketName",
    "bucket_encrypted": "s3EncryptionEnabled",
    "bucket_key_prefix": "s3KeyPrefix",
}
MOVING = frozenset({"PROVISIONING", "DEPROVISIONING"})
UPDATING = "UPDATE_IN_PROGRESS"
BROKEN = frozenset({"FAILED", "UPDATE_FAILED"})
# AWS makes its role for ECS together with the first cluster of an account, and may not find it for a moment
NO_ROLE_YET = frozenset({"InvalidParameterException: service linked role"})
NOT_IDLE = frozenset({"UpdateInProgressException"})
# a service or its last tasks may be draining
NOT_EMPTY = frozenset({"ClusterContainsServicesException", "ClusterContainsTasksException"})


def strategy_from_aws(strategy: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a capacity provider strategy in this module's shape; its order means nothing to AWS."""
    items = [
        {"capacity_provider": item["capacityProvider"], "weight": item.get("weight", 0), "base": item.get("base", 0)}
        for item in strategy
    ]
    return sorted(items, key=lambda item: item["capacity_provider"])


def strategy_to_aws(strategy: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a capacity provider strategy as CreateCluster takes it."""
    return [
        {"capacityProvider": item["capacity_provider"], "weight": item["weight"], "base": item["base"]}
        for item in strategy
    ]


def execute_command_from_aws(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a cluster's configuration that concerns ECS Exec, only with what is set."""
    given = configuration.get("executeCommandConfiguration") or {}
    log = given.get("logConfiguration") or {}
    ours = {key: given.get(aws) for key, aws in EXECUTE_COMMAND.items()}
    ours |= {key: log.get(aws) for key, aws in EXECUTE_COMMAND_LOG.items()}
    return {key: value for key, value in ours.items() if value is not None}


def execute_command_to_aws(execute_command: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration that CreateCluster and UpdateCluster take; UpdateCluster replaces all of it."""
    given = {aws: execute_command[key] for key, aws in EXECUTE_COMMAND.items() if key in execute_command}
    log = {aws: execute_command[key] for key, aws in EXECUTE_COMMAND_LOG.items() if key in execute_command}
    return {"executeCommandConfiguration": given | ({"logConfiguration": log} if log else {})}


def from_aws(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cluster as DescribeClusters gives it, in this module's shape."""
    settings = {setting["name"]: setting["value"] for setting in cluster.get("settings", [])}
    return {
        "arn": cluster["clusterArn"],
        "name": cluster["clusterName"],
        "status": cluster["status"],
        "attachments_status": cluster.get("attachmentsStatus", ""),
        "container_insights": settings.get("containerInsights", "disabled"),
        "capacity_providers": sorted(cluster.get("capacityProviders") or []),
        "default_capacity_provider_strategy": strategy_from_aws(cluster.get("defaultCapacityProviderStrategy") or []),
        "execute_command": execute_command_from_aws(cluster.get("configuration") or {}),
        "tags": tags.from_list(cluster.get("tags"), "key", "value"),
    }


def wanted(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as a described cluster has them; what the user did not set is None."""
    providers = options["capacity_providers"]
    strategy = options["default_capacity_provider_strategy"]
    return {
        "container_insights": options["container_insights"],
        "capacity_providers": None if providers is None else sorted(set(providers)),
        "default_capacity_provider_strategy": (
            None if strategy is None else sorted(strategy, key=lambda item: item["capacity_provider"])
        ),
    }


def execute_command_after(current: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ECS Exec will do: what is not given stays, but for a log target that only C(OVERRIDE) may have."""
    after = {**current, **given}
    if after.get("logging") == "OVERRIDE":
        return after
    return {key: value for key, value in after.items() if key not in EXECUTE_COMMAND_LOG}


def execute_command_set(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ECS Exec options that the user set."""
    return {key: value for key, value in (options["execute_command"] or {}).items() if value is not None}


def settings_to_aws(container_insights: str) -> list[dict[str, str]]:
    """Return the settings that CreateCluster and UpdateCluster take."""
    return [{"name": "containerInsights", "value": container_insights}]


def plan_create(options: Mapping[str, Any]) -> Plan:
    """Return the plan for a cluster that does not exist."""
    name = options["name"]
    desired = wanted(options)
    execute_command = execute_command_set(options)
    params: dict[str, Any] = {"clusterName": name}
    if desired["container_insights"]:
        params["settings"] = settings_to_aws(desired["container_insights"])
    if desired["capacity_providers"]:
        params["capacityProviders"] = desired["capacity_providers"]
    if desired["default_capacity_provider_strategy"]:
        params["defaultCapacityProviderStrategy"] = strategy_to_aws(desired["default_capacity_provider_strategy"])
    if execute_command:
        params["configuration"] = execute_command_to_aws(execute_command)
    if options["tags"]:
        params["tags"] = tags.to_list(options["tags"], "key", "value")
    after = {
        "arn": unknown(),
        "name": name,
        "status": "ACTIVE",
        "attachments_status": "",
        "container_insights": desired["container_insights"] or unknown(),
        "capacity_providers": desired["capacity_providers"] or [],
        "default_capacity_provider_strategy": desired["default_capacity_provider_strategy"] or [],
        "execute_command": execute_command,
        "tags": dict(options["tags"] or {}),
    }
    return Plan([Call("create_cluster", params, name, retry_if=NO_ROLE_YET)], None, after)


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a cluster that exists."""
    name = options["name"]
    changed = differences(current, wanted(options))
    execute_command = execute_command_after(current["execute_command"], execute_command_set(options))
    after = {
        **current,
        **changed,
        "execute_command": execute_command,
        "tags": tags.after(current["tags"], options["tags"], options["purge_tags"]),
    }
    update: dict[str, Any] = {}
    if "container_insights" in changed:
        update["settings"] = settings_to_aws(changed["container_insights"])
    if execute_command != current["execute_command"]:
        update["configuration"] = execute_command_to_aws(execute_command)
    steps = []
    if update:
        steps.append(Call("update_cluster", {"cluster": name, **update}, name))
    if "capacity_providers" in changed or "default_capacity_provider_strategy" in changed:
        # one request replaces both
        providers = {
            "cluster": name,
            "capacityProviders": after["capacity_providers"],
            "defaultCapacityProviderStrategy": strategy_to_aws(after["default_capacity_provider_strategy"]),
        }
        steps.append(Call("put_cluster_capacity_providers", providers, name, retry_if=NOT_IDLE | NO_ROLE_YET))
    steps += tags.steps(tags.ECS, {"resourceArn": current["arn"]}, current["tags"], options, name)
    return Plan(steps, current, after)


def plan_remove(current: Mapping[str, Any]) -> Plan:
    """Return the plan that removes a cluster; AWS refuses while it holds services or tasks."""
    if current["status"] == "DEPROVISIONING":
        return Plan((), current, None)
    gone = frozenset({"ClusterNotFoundException"})
    params = {"cluster": current["name"]}
    step = Call("delete_cluster", params, current["name"], done_if=gone, retry_if=NOT_EMPTY | NOT_IDLE)
    return Plan([step], current, None)


class Cluster(Resource):
    """A cluster of the Elastic Container Service."""

    service = "ecs"
    kind = "ECS cluster"
    aws_type = "AWS::ECS::Cluster"
    arn_kind = "ecs:cluster"
    result_key = "cluster"
    tagging = tags.ECS

    @property
    def name(self) -> str:
        return self.options["name"]

    def problems(self) -> list[str]:
        found = ecs_name("name", self.name)
        if self.options["state"] == "present":
            found += execute_command_logging(execute_command_set(self.options))
            found += strategy_outside_providers(
                self.options["default_capacity_provider_strategy"], self.options["capacity_providers"]
            )
        return found

    def describe(self) -> dict[str, Any] | None:
        include = ["CONFIGURATIONS", "SETTINGS", "TAGS"]
        found = ecs.only(self.api, "describe_clusters", "clusters", self.name, clusters=[self.name], include=include)
        # AWS goes on listing a removed cluster for a while
        return None if found is None or found["status"] == "INACTIVE" else from_aws(found)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        return [Part(self.aws_type, self.name, settings(found, "arn", "name", "status", "attachments_status"))]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.options["state"] == "absent":
            return plan_remove(current) if current else unchanged(None)
        # one that is being removed will be gone when this plan is carried out
        if current is None or current["status"] == "DEPROVISIONING":
            return plan_create(self.options)
        return plan_update(current, self.options)

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
    strategy = {
        "capacity_provider": {"type": "str", "required": True},
        "weight": {"type": "int", "default": 1},
        "base": {"type": "int", "default": 0},
    }
    execute_command = {
        "logging": {"type": "str", "choices": ["NONE", "DEFAULT", "OVERRIDE"]},
        "kms_key_id": {"type": "str"},
        "log_group_name": {"type": "str"},
        "log_group_encrypted": {"type": "bool"},
        "bucket_name": {"type": "str"},
        "bucket_encrypted": {"type": "bool"},
        "bucket_key_prefix": {"type": "str", "no_log": False},
    }
    module = AnsibleAWSModule(
        argument_spec=argument_spec(
            name={"type": "str", "required": True},
            container_insights={"type": "str", "choices": ["enabled", "enhanced", "disabled"]},
            capacity_providers={"type": "list", "elements": "str"},
            default_capacity_provider_strategy={"type": "list", "elements": "dict", "options": strategy},
            execute_command={"type": "dict", "options": execute_command},
        ),
        supports_check_mode=True,
    )
    run(module, Cluster)


if __name__ == "__main__":
    main()

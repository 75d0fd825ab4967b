#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: application_autoscaling_scalable_target
short_description: Manage what Application Auto Scaling scales, with its policies and schedule
version_added: 0.1.0
description:
  - Creates, changes and removes a scalable target of Application Auto Scaling, with its scaling policies and its
    scheduled actions. One task does all of it, with one request for each kind that it reads.
  - A scalable target is found by its resource and its dimension. Its policies and scheduled actions have no tags of
    their own, so that whose they are says the scalable target.
  - Unlike M(community.aws.application_autoscaling_policy) it writes nothing in check mode.
  - For target tracking, AWS makes CloudWatch alarms of its own, whose names begin with C(TargetTracking-). They have no
    tags, and end with their policy.
author: StreamFlix platform team (@streamflix)
options:
  resource_id:
    description:
      - What is scaled, as Application Auto Scaling names it, such as V(service/CLUSTER/SERVICE) of ECS or
        V(cluster:IDENTIFIER) of Aurora. It has to exist.
    type: str
    required: true
  scalable_dimension:
    description:
      - What of it is scaled. V(ecs:service:DesiredCount) is the number of a service's tasks,
        V(rds:cluster:ReadReplicaCount) the number of readers in a cluster of Aurora.
    type: str
    required: true
    choices:
      - ecs:service:DesiredCount
      - ec2:spot-fleet-request:TargetCapacity
      - elasticmapreduce:instancegroup:InstanceCount
      - appstream:fleet:DesiredCapacity
      - dynamodb:table:ReadCapacityUnits
      - dynamodb:table:WriteCapacityUnits
      - dynamodb:index:ReadCapacityUnits
      - dynamodb:index:WriteCapacityUnits
      - rds:cluster:ReadReplicaCount
      - sagemaker:variant:DesiredInstanceCount
      - custom-resource:ResourceType:Property
      - comprehend:document-classifier-endpoint:DesiredInferenceUnits
      - comprehend:entity-recognizer-endpoint:DesiredInferenceUnits
      - lambda:function:ProvisionedConcurrency
      - cassandra:table:ReadCapacityUnits
      - cassandra:table:WriteCapacityUnits
      - kafka:broker-storage:VolumeSize
      - elasticache:cache-cluster:Nodes
      - elasticache:replication-group:NodeGroups
      - elasticache:replication-group:Replicas
      - neptune:cluster:ReadReplicaCount
      - sagemaker:variant:DesiredProvisionedConcurrency
      - sagemaker:inference-component:DesiredCopyCount
      - workspaces:workspacespool:DesiredUserSessions
  min_capacity:
    description:
      - The fewest that scaling leaves. Required with O(state=present).
      - A value that one of O(scheduled_actions) sets is no difference, as that action may have set it.
    type: int
  max_capacity:
    description:
      - The most that scaling makes. Required with O(state=present).
      - A value that one of O(scheduled_actions) sets is no difference, as that action may have set it.
    type: int
  suspended_state:
    description: Which scaling rests for a while. What is omitted is left as it is; nothing rests in a new one.
    type: dict
    suboptions:
      dynamic_scaling_in_suspended:
        description: Whether policies take nothing away.
        type: bool
      dynamic_scaling_out_suspended:
        description: Whether policies add nothing.
        type: bool
      scheduled_scaling_suspended:
        description: Whether scheduled actions do nothing.
        type: bool
  scaling_policies:
    description:
      - All scaling policies of the scalable target; others of it are removed. Without this option they are left alone.
      - Of several, the one that asks for the most counts, and only when all agree, something is taken away.
    type: list
    elements: dict
    suboptions:
      policy_name:
        description: Name of the policy, unique in the scalable target.
        type: str
        required: true
      policy_type:
        description:
          - V(TargetTrackingScaling) keeps a metric at a value, V(StepScaling) acts when a CloudWatch alarm of yours
            calls it. Another type replaces the policy.
        type: str
        choices: [TargetTrackingScaling, StepScaling]
        default: TargetTrackingScaling
      target_tracking_configuration:
        description: The metric and its value. Required with V(TargetTrackingScaling).
        type: dict
        suboptions:
          target_value:
            description: The value to keep the metric at.
            type: float
            required: true
          predefined_metric_specification:
            description: A metric that AWS knows by a word. Either this or O(ignore:customized_metric_specification).
            type: dict
            suboptions:
              predefined_metric_type:
                description: Which one, such as V(ECSServiceAverageCPUUtilization).
                type: str
                required: true
              resource_label:
                description:
                  - The target group whose requests V(ALBRequestCountPerTarget) counts, as
                    V(app/BALANCER/ID/targetgroup/GROUP/ID).
                type: str
          customized_metric_specification:
            description: Any other metric of CloudWatch, or a calculation with several in C(metrics).
            type: dict
            suboptions:
              metric_name:
                description: Its name.
                type: str
              namespace:
                description: Its namespace.
                type: str
              dimensions:
                description: Its dimensions.
                type: list
                elements: dict
                suboptions: &dimension
                  name:
                    description: The dimension's name.
                    type: str
                    required: true
                  value:
                    description: The dimension's value.
                    type: str
                    required: true
              statistic:
                description: What is made of the values of a minute.
                type: str
                choices: [Average, Minimum, Maximum, SampleCount, Sum]
              unit:
                description: Its unit.
                type: str
              metrics:
                description: Metrics and calculations, of which one returns the value.
                type: list
                elements: dict
                suboptions:
                  id:
                    description: What calculations call it, beginning with a small letter.
                    type: str
                    required: true
                  expression:
                    description: The calculation.
                    type: str
                  label:
                    description: A name for people.
                    type: str
                  metric_stat:
                    description: The metric, where it is no calculation.
                    type: dict
                    suboptions:
                      metric:
                        description: Which metric.
                        type: dict
                        required: true
                        suboptions:
                          metric_name:
                            description: Its name.
                            type: str
                          namespace:
                            description: Its namespace.
                            type: str
                          dimensions:
                            description: Its dimensions.
                            type: list
                            elements: dict
                            suboptions: *dimension
                      stat:
                        description: What is made of the values, such as V(Sum).
                        type: str
                        required: true
                      unit:
                        description: Its unit.
                        type: str
                  return_data:
                    description: Whether it is the value that counts.
                    type: bool
          scale_out_cooldown:
            description: Seconds after adding something until more is added. AWS has 300 for services and clusters.
            type: int
          scale_in_cooldown:
            description: Seconds after taking something away until more is. AWS has 300 for services and clusters.
            type: int
          disable_scale_in:
            description: Whether the policy only adds.
            type: bool
      step_scaling_configuration:
        description: How much to add or take away. Required with V(StepScaling).
        type: dict
        suboptions:
          adjustment_type:
            description: What the numbers of C(step_adjustments) mean.
            type: str
            required: true
            choices: [ChangeInCapacity, PercentChangeInCapacity, ExactCapacity]
          step_adjustments:
            description: What to do, by how far the metric is from the alarm's threshold.
            type: list
            elements: dict
            required: true
            suboptions:
              metric_interval_lower_bound:
                description: From which distance on.
                type: float
              metric_interval_upper_bound:
                description: Up to which distance.
                type: float
              scaling_adjustment:
                description: How many, or how much in percent; a negative number takes away.
                type: int
                required: true
          min_adjustment_magnitude:
            description: The fewest to add or take away, with V(PercentChangeInCapacity).
            type: int
          cooldown:
            description: Seconds until the policy acts again.
            type: int
          metric_aggregation_type:
            description: What is made of several values.
            type: str
            choices: [Average, Minimum, Maximum]
  scheduled_actions:
    description:
      - All scheduled actions of the scalable target; others of it are removed. Without this option they are left alone.
    type: list
    elements: dict
    suboptions:
      scheduled_action_name:
        description: Name of the action, unique in the scalable target.
        type: str
        required: true
      schedule:
        description: When, such as V(cron(0 8 ? * MON-FRI *)), V(rate(1 hour)) or V(at(2026-12-31T20:00:00)).
        type: str
        required: true
      timezone:
        description: Time zone of the schedule, such as V(Europe/Dublin). Without it, UTC.
        type: str
      start_time:
        description: From when on it counts, in ISO 8601, in UTC unless it says otherwise.
        type: str
      end_time:
        description: Until when it counts, in ISO 8601, in UTC unless it says otherwise.
        type: str
      min_capacity:
        description: What O(min_capacity) becomes then.
        type: int
      max_capacity:
        description: What O(max_capacity) becomes then.
        type: int
notes:
  - O(state=absent) removes its policies and scheduled actions with it. What is scaled keeps the size that it has.
  - Application Auto Scaling acts by a service-linked role, which AWS makes with the account's first scalable target of
    a service. For that the identity that runs this needs C(iam:CreateServiceLinkedRole).
seealso:
  - module: streamflix.content_api.ecs_service
  - module: streamflix.content_api.rds_serverless_v2
  - module: community.aws.application_autoscaling_policy
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Two to ten tasks, by their CPU, and four at least in working hours
  streamflix.content_api.application_autoscaling_scalable_target:
    resource_id: service/streamflix-cluster-dev/streamflix-api-dev
    scalable_dimension: ecs:service:DesiredCount
    min_capacity: 2
    max_capacity: 10
    scaling_policies:
      - policy_name: cpu
        target_tracking_configuration:
          target_value: 60
          predefined_metric_specification:
            predefined_metric_type: ECSServiceAverageCPUUtilization
    scheduled_actions:
      - {scheduled_action_name: morning, schedule: "cron(0 8 ? * MON-FRI *)", timezone: Europe/Dublin, min_capacity: 4}
      - {scheduled_action_name: evening, schedule: "cron(0 18 ? * MON-FRI *)", timezone: Europe/Dublin, min_capacity: 2}
    tags:
      Environment: dev

- name: Let nothing be scaled for now
  streamflix.content_api.application_autoscaling_scalable_target:
    resource_id: service/streamflix-cluster-dev/streamflix-api-dev
    scalable_dimension: ecs:service:DesiredCount
    min_capacity: 2
    max_capacity: 10
    suspended_state:
      dynamic_scaling_in_suspended: true
      dynamic_scaling_out_suspended: true
      scheduled_scaling_suspended: true

- name: Scale it no longer
  streamflix.content_api.application_autoscaling_scalable_target:
    resource_id: service/streamflix-cluster-dev/streamflix-api-dev
    scalable_dimension: ecs:service:DesiredCount
    state: absent
"""

RETURN = r"""
scalable_target:
  description: The scalable target as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/0ec5abcd56ab
    resource_id:
      description: What is scaled.
      type: str
      sample: service/streamflix-cluster-dev/streamflix-api-dev
    service_namespace:
      description: The service that it belongs to.
      type: str
      sample: ecs
    scalable_dimension:
      description: What of it is scaled.
      type: str
      sample: ecs:service:DesiredCount
    min_capacity:
      description: The fewest that scaling leaves.
      type: int
      sample: 2
    max_capacity:
      description: The most that scaling makes.
      type: int
      sample: 10
    suspended_state:
      description: Which scaling rests.
      type: dict
      contains:
        dynamic_scaling_in_suspended:
          description: Whether policies take nothing away.
          type: bool
          sample: false
        dynamic_scaling_out_suspended:
          description: Whether policies add nothing.
          type: bool
          sample: false
        scheduled_scaling_suspended:
          description: Whether scheduled actions do nothing.
          type: bool
          sample: false
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
    scaling_policies:
      description:
        - Its scaling policies, with the keys of O(scaling_policies) that are set, and C(alarms), the names of the
          CloudWatch alarms that call them. Only where O(scaling_policies) is given.
      type: list
      elements: dict
      sample:
        - policy_name: cpu
          policy_type: TargetTrackingScaling
          target_tracking_configuration:
            target_value: 60.0
            predefined_metric_specification: {predefined_metric_type: ECSServiceAverageCPUUtilization}
          alarms: []
    scheduled_actions:
      description:
        - Its scheduled actions, with the keys of O(scheduled_actions) that are set. Only where O(scheduled_actions) is
          given.
      type: list
      elements: dict
      sample:
        - scheduled_action_name: morning
          schedule: cron(0 8 ? * MON-FRI *)
          timezone: Europe/Dublin
          min_capacity: 4
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
      type: AWS::ApplicationAutoScaling::ScalableTarget
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.application_autoscaling import reading, rules
from ansible_collections.streamflix.content_api.plugins.module_utils.application_autoscaling.reading import (
    METRICS,
    POLICY,
    SCHEDULED,
    STEPS,
    TRACKING,
    bare,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plain import PlainResource, Read, Write
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import Call, Plan, unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Kind, manage

GONE = frozenset({"ObjectNotFoundException", "ResourceNotFoundException"})
# somebody else's request is not finished, or AWS's role of the account is a moment old
PASSING = frozenset({"ConcurrentUpdateException", "ValidationException: Unable to assume IAM role"})
WHICH = {
    "ServiceNamespace": "service_namespace",
    "ResourceId": "resource_id",
    "ScalableDimension": "scalable_dimension",
}
POLICY_TYPE = "AWS::ApplicationAutoScaling::ScalingPolicy"
POLICIES = "scaling_policies"
ACTIONS = "scheduled_actions"
BOUNDS = ("min_capacity", "max_capacity")

FIELDS: Rows = {
    "arn": Field(read="ScalableTargetARN", assigned=True, always=True, new=CHOSEN),
    "resource_id": Field(aws="ResourceId", required=True, always=True),
    "service_namespace": Field(
        aws="ServiceNamespace", always=True, made=lambda options: options["scalable_dimension"].partition(":")[0]
    ),
    "scalable_dimension": Field(
        aws="ScalableDimension",
        required=True,
        always=True,
        choices=(
            "ecs:service:DesiredCount",
            "ec2:spot-fleet-request:TargetCapacity",
            "elasticmapreduce:instancegroup:InstanceCount",
            "appstream:fleet:DesiredCapacity",
            "dynamodb:table:ReadCapacityUnits",
            "dynamodb:table:WriteCapacityUnits",
            "dynamodb:index:ReadCapacityUnits",
            "dynamodb:index:WriteCapacityUnits",
            "rds:cluster:ReadReplicaCount",
            "sagemaker:variant:DesiredInstanceCount",
            "custom-resource:ResourceType:Property",
            "comprehend:document-classifier-endpoint:DesiredInferenceUnits",
            "comprehend:entity-recognizer-endpoint:DesiredInferenceUnits",
            "lambda:function:ProvisionedConcurrency",
            "cassandra:table:ReadCapacityUnits",
            "cassandra:table:WriteCapacityUnits",
            "kafka:broker-storage:VolumeSize",
            "elasticache:cache-cluster:Nodes",
            "elasticache:replication-group:NodeGroups",
            "elasticache:replication-group:Replicas",
            "neptune:cluster:ReadReplicaCount",
            "sagemaker:variant:DesiredProvisionedConcurrency",
            "sagemaker:inference-component:DesiredCopyCount",
            "workspaces:workspacespool:DesiredUserSessions",
        ),
    ),
    "min_capacity": Field("int", "MinCapacity", always=True),
    "max_capacity": Field("int", "MaxCapacity", always=True),
    "suspended_state": Field(
        "dict",
        "SuspendedState",
        merge=True,
        whole=True,
        unset={},
        rows={
            "dynamic_scaling_in_suspended": Field("bool", "DynamicScalingInSuspended", new=False, unset=False),
            "dynamic_scaling_out_suspended": Field("bool", "DynamicScalingOutSuspended", new=False, unset=False),
            "scheduled_scaling_suspended": Field("bool", "ScheduledScalingSuspended", new=False, unset=False),
        },
    ),
    POLICIES: Field("list", rows=POLICY),
    ACTIONS: Field("list", rows=SCHEDULED),
}


def policy_after(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scaling policy as it will be; of a configuration, what is not asked for stays, but for its metric.

    :param now: as L(reading.policies_from_aws) has it; empty for a new one.
    :param wanted: as the option has it, without what is not set.
    """
    kept = now if now.get("policy_type") == wanted["policy_type"] else {}
    after = {**kept, **wanted}
    for kind in (TRACKING, STEPS):
        if kind in wanted:
            after[kind] = {**settings(kept.get(kind, {}), *METRICS), **wanted[kind]}
    if after == now:
        return after
    return {**after, "alarms": [unknown()] if TRACKING in wanted else []}


class ScalableTarget(PlainResource):
    """A scalable target with its scaling policies and scheduled actions."""

    service = "application-autoscaling"
    kind = "scalable target"
    aws_type = "AWS::ApplicationAutoScaling::ScalableTarget"
    arn_kind = "application-autoscaling:scalable-target"
    also = (Kind(POLICY_TYPE, "", POLICIES),)
    result_key = "scalable_target"
    named_by = "resource_id"
    tagging = tags.APPLICATION_AUTOSCALING
    fields = FIELDS
    required_if = (("state", "present", BOUNDS),)
    read = Read("describe_scalable_targets", "ScalableTargets", "ResourceIds")
    create = Write("register_scalable_target", retry_if=PASSING)
    changes = (Write("register_scalable_target", WHICH, (*BOUNDS, "suspended_state"), retry_if=PASSING),)
    remove = Write("deregister_scalable_target", WHICH, done_if=GONE, retry_if=PASSING)

    @property
    def which(self) -> dict[str, str]:
        """The parameters that say which scalable target."""
        dimension = self.options["scalable_dimension"]
        return {
            "ServiceNamespace": dimension.partition(":")[0],
            "ResourceId": self.name,
            "ScalableDimension": dimension,
        }

    def problems(self) -> list[str]:
        found, options = super().problems(), self.options
        if self.absent:
            return found
        found += rules.capacity("", options["min_capacity"], options["max_capacity"])
        found += rules.readers(options["scalable_dimension"], options["max_capacity"])
        return found + rules.lists(self.which["ServiceNamespace"], options[POLICIES], options[ACTIONS])

    def find(self) -> dict[str, Any] | None:
        which = self.which
        asked = {**settings(which, "ResourceId"), "ResourceIds": [self.name]}
        found = self.api.pages("describe_scalable_targets", "ScalableTargets", **asked)
        return found[0] if found else None

    def describe(self) -> dict[str, Any] | None:
        found = super().describe()
        if found is None:
            return None
        options, which = self.options, self.which
        if self.absent or options[POLICIES] is not None:
            listed = self.api.pages("describe_scaling_policies", "ScalingPolicies", **which)
            found[POLICIES] = reading.policies_from_aws(listed)
        if self.absent or options[ACTIONS] is not None:
            listed = self.api.pages("describe_scheduled_actions", "ScheduledActions", **which)
            found[ACTIONS] = reading.actions_from_aws(listed)
        return found

    def merged(self, current: Mapping[str, Any]) -> dict[str, Any]:
        wanted = super().merged(current)
        scheduled = {
            bound: {action.get(bound) for action in self.options[ACTIONS] or ()} | {wanted[bound]} for bound in BOUNDS
        }
        kept = {bound: current[bound] if current[bound] in scheduled[bound] else wanted[bound] for bound in BOUNDS}
        return {**wanted, **kept} if kept["min_capacity"] <= kept["max_capacity"] else wanted

    def plan_create(self) -> Plan:
        return self._with_lists(super().plan_create(), {})

    def plan_update(self, current: dict[str, Any]) -> Plan:
        return self._with_lists(super().plan_update(current), current)

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        # the alarms of a policy end with it
        steps = [self._delete_policy(policy["policy_name"]) for policy in current[POLICIES]]
        return Plan([*steps, *super().plan_remove(current).steps], current, None)

    def _with_lists(self, plan: Plan, current: Mapping[str, Any]) -> Plan:
        """Return a plan with the requests for the policies and the scheduled actions, as far as they are given."""
        steps, after = list(plan.steps), dict(plan.after or {})
        for key, change in ((POLICIES, self._policies), (ACTIONS, self._actions)):
            if self.options[key] is not None:
                more, after[key] = change(current.get(key, []))
                steps += more
        return Plan(steps, plan.before, after)

    def _policies(self, current: list[dict[str, Any]]) -> tuple[list[Call], list[dict[str, Any]]]:
        """Return the requests for the policies, and the policies as they will be."""
        there = {policy["policy_name"]: policy for policy in current}
        steps: list[Call] = []
        after: dict[str, dict[str, Any]] = {}
        for wanted in bare(self.options[POLICIES]):
            name = wanted["policy_name"]
            now, after[name] = there.get(name, {}), policy_after(there.get(name, {}), wanted)
            if now and now["policy_type"] != wanted["policy_type"]:
                steps.append(self._delete_policy(name))
            if after[name] != now:
                params = {**self.which, **fields.all_params(POLICY, settings(after[name], "alarms"))}
                steps.append(Call("put_scaling_policy", params, name, retry_if=PASSING))
        steps += [self._delete_policy(name) for name in there if name not in after]
        return steps, [after[name] for name in sorted(after)]

    def _delete_policy(self, name: str) -> Call:
        params = {**self.which, "PolicyName": name}
        return Call("delete_scaling_policy", params, name, done_if=GONE, retry_if=PASSING)

    def _actions(self, current: list[dict[str, Any]]) -> tuple[list[Call], list[dict[str, Any]]]:
        """Return the requests for the scheduled actions, and the scheduled actions as they will be."""
        there = {action["scheduled_action_name"]: action for action in current}
        after = reading.wanted_actions(self.options[ACTIONS])
        steps = [
            Call(
                "put_scheduled_action",
                {**self.which, **fields.all_params(SCHEDULED, action)},
                action["scheduled_action_name"],
                retry_if=PASSING,
            )
            for action in after
            if there.get(action["scheduled_action_name"]) != action
        ]
        named = {action["scheduled_action_name"] for action in after}
        for name in there.keys() - named:
            params = {**self.which, "ScheduledActionName": name}
            steps.append(Call("delete_scheduled_action", params, name, done_if=GONE, retry_if=PASSING))
        return steps, after

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        own = settings(found, POLICIES, ACTIONS)
        if ACTIONS in found:
            own[ACTIONS] = {
                action["scheduled_action_name"]: settings(action, "scheduled_action_name") for action in found[ACTIONS]
            }
        policies = [
            Part(
                POLICY_TYPE,
                policy["policy_name"],
                settings(policy, "policy_name", "alarms"),
                key=f"{self.name} {policy['policy_name']}",
            )
            for policy in found.get(POLICIES, [])
        ]
        return [Part(self.aws_type, self.name, own), *policies]


def main() -> None:
    """Entry point of the module."""
    manage(ScalableTarget)


if __name__ == "__main__":
    main()

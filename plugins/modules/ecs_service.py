#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service
short_description: Manage a Fargate service of Amazon ECS
version_added: 0.1.0
description:
  - Creates, changes and removes a service that runs tasks on Fargate with rolling deployments.
  - It is ready when its newest deployment is completed and runs the wanted task definition, the wanted number of tasks
    runs, and as many targets are healthy in each target group. A deployment that AWS rolled back looks stable too, but
    is a failure here.
  - Unlike M(community.aws.ecs_service) it compares the network and the deployment settings, and can leave the number of
    tasks to autoscaling.
author: StreamFlix platform team (@streamflix)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  name:
    description: Name of the service, at most 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  task_definition:
    description: The revision to run, as an ARN or as V(family:revision). Required with O(state=present).
    type: str
  desired_count:
    description: How many tasks to run. Required with O(state=present).
    type: int
  manage_desired_count:
    description:
      - Whether a present service is changed to O(desired_count) tasks.
      - With V(false), O(desired_count) counts only when the service is created; then something else scales it.
    type: bool
    default: true
  subnets:
    description: IDs of the subnets that tasks run in. Required with O(state=present).
    type: list
    elements: str
  security_groups:
    description: IDs of the security groups of the tasks. A new service without them gets the VPC's default group.
    type: list
    elements: str
  assign_public_ip:
    description: Whether tasks get a public address. Those of a new service do not without this option.
    type: bool
  load_balancers:
    description:
      - The target groups that tasks are registered with.
      - Each has to belong to a load balancer already.
    type: list
    elements: dict
    suboptions:
      target_group_arn:
        description: ARN of the target group.
        type: str
        required: true
      container_name:
        description: Name of the container that receives the requests.
        type: str
        required: true
      container_port:
        description: The port of that container.
        type: int
        required: true
      advanced_configuration:
        description: With what traffic is shifted. Needed by all of O(deployment.strategy) but V(ROLLING).
        type: dict
        suboptions:
          alternate_target_group_arn:
            description: ARN of the second target group. The tasks of a deployment start in the one in which the present
              ones are not.
            type: str
            required: true
          production_listener_rule:
            description: ARN of the listener's rule for the requests of users. It forwards to both target groups.
            type: str
            required: true
          test_listener_rule:
            description: ARN of a rule for requests that test the new tasks, before users reach them.
            type: str
          role_arn:
            description: ARN of the role with which ECS changes the rules and the targets.
            type: str
            required: true
  health_check_grace_period_seconds:
    description: Seconds after the start of a task in which its load balancer's health checks do not count.
    type: int
  availability_zone_rebalancing:
    description:
      - Whether ECS moves tasks to other zones when they are not spread evenly over them any more.
      - AWS refuses it with O(deployment.maximum_percent=100), as a new task starts before the old one stops. A new
        service without this option has it in all other cases.
    type: bool
  deployment:
    description: How tasks are replaced. What is omitted is left as it is.
    type: dict
    suboptions:
      strategy:
        description:
          - How new tasks take the place of the old ones. V(ROLLING) replaces one after the other. The others start all
            of them beside the old ones, and shift traffic at once (V(BLUE_GREEN)), in equal steps (V(LINEAR)), or first
            a small part (V(CANARY)).
          - A deployed service that shifts traffic becomes V(ROLLING) only while its tasks are in the first of its two
            target groups.
        type: str
        choices: [ROLLING, BLUE_GREEN, LINEAR, CANARY]
      bake_time_in_minutes:
        description: Minutes that the old tasks stay after all traffic has been shifted, 0 to 1440.
        type: int
      linear:
        description: The steps of V(LINEAR).
        type: dict
        suboptions:
          step_percent:
            description: Percentage of the traffic that is shifted in each step, 3 to 100.
            type: float
            default: 10.0
          step_bake_time_in_minutes:
            description: Minutes between two steps, 0 to 1440.
            type: int
            default: 6
      canary:
        description: The first part of V(CANARY).
        type: dict
        suboptions:
          canary_percent:
            description: Percentage of the traffic that is shifted first, 0.1 to 100.
            type: float
            default: 5.0
          canary_bake_time_in_minutes:
            description: Minutes before all of it is shifted, 0 to 1440.
            type: int
            default: 10
      lifecycle_hooks:
        description: What decides at stages of a deployment whether it goes on.
        type: list
        elements: dict
        suboptions:
          target_type:
            description: V(AWS_LAMBDA) calls a function, V(PAUSE) waits for ContinueServiceDeployment.
            type: str
            choices: [AWS_LAMBDA, PAUSE]
            default: AWS_LAMBDA
          hook_target_arn:
            description: ARN of the function.
            type: str
          role_arn:
            description: ARN of the role with which ECS calls it.
            type: str
          lifecycle_stages:
            description: The stages, such as V(POST_TEST_TRAFFIC_SHIFT).
            type: list
            elements: str
            required: true
          hook_details:
            description: What the function gets besides.
            type: dict
          timeout:
            description: How long ECS waits for it.
            type: dict
            suboptions:
              timeout_in_minutes:
                description: Minutes.
                type: int
                required: true
              action:
                description: What happens then.
                type: str
                choices: [ROLLBACK, CONTINUE]
                default: ROLLBACK
      early_success:
        description: When a deployment of V(ROLLING) is completed before all of its tasks are healthy.
        type: dict
        suboptions:
          enable:
            description: Whether it may be.
            type: bool
            default: true
          healthy_percent:
            description: Percentage of the desired tasks that have to be healthy, O(deployment.minimum_healthy_percent)
              to 100.
            type: int
          source_service_revision_cleanup:
            description: Whether the old tasks end before the deployment is completed (V(BLOCKING)) or after it.
            type: str
            choices: [BLOCKING, DEFERRED]
      minimum_healthy_percent:
        description: How many of the desired tasks stay healthy, in percent, 0 to 100.
        type: int
      maximum_percent:
        description: How many tasks run at most, in percent of the desired ones, 100 to 200.
        type: int
      circuit_breaker:
        description: What happens when tasks of a deployment do not get healthy.
        type: dict
        suboptions:
          enable:
            description: Whether such a deployment is ended.
            type: bool
            default: true
          rollback:
            description: Whether the last completed deployment then takes its place.
            type: bool
            default: true
          reset_on_healthy_task:
            description: Whether a task that gets healthy sets the count of failed tasks back to 0.
            type: bool
          threshold:
            description: How many tasks may fail. AWS takes half of the desired ones, 3 to 200, unless it is set.
            type: dict
            suboptions:
              type:
                description: What O(deployment.circuit_breaker.threshold.value) is, a number of tasks or a percentage
                  of the desired ones; V(BOUNDED_PERCENT) is at least 3 and at most 200 tasks.
                type: str
                choices: [COUNT, BOUNDED_PERCENT, UNBOUNDED_PERCENT]
                required: true
              value:
                description: The number.
                type: int
                required: true
      alarms:
        description: CloudWatch alarms that end a deployment.
        type: dict
        suboptions:
          names:
            description: Names of the alarms.
            type: list
            elements: str
            default: []
          enable:
            description: Whether they end a deployment.
            type: bool
            default: true
          rollback:
            description: Whether the last completed deployment then takes its place.
            type: bool
            default: true
  enable_execute_command:
    description: Whether commands can be run in its containers. New tasks only.
    type: bool
  enable_ecs_managed_tags:
    description: Whether tasks are tagged with the names of the cluster and the service.
    type: bool
  propagate_tags:
    description: What tasks get their tags from.
    type: str
    choices: [NONE, SERVICE, TASK_DEFINITION]
  capacity_provider_strategy:
    description:
      - Which share of the tasks runs on which of Fargate's capacity providers, V(FARGATE) and V(FARGATE_SPOT). The
        cluster has to have them. V([]) is the launch type, so all tasks on V(FARGATE).
      - AWS takes another strategy together with a new deployment only, so all tasks are replaced then.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of the provider.
        type: str
        required: true
      weight:
        description: Its share of the tasks beyond all bases, relative to the others', V(0) to V(1000).
        type: int
        default: 1
      base:
        description: How many tasks run on it at least. Only one provider has a base.
        type: int
        default: 0
  platform_version:
    description: Version of the Fargate platform, such as V(LATEST) or V(1.4.0).
    type: str
  force_new_deployment:
    description:
      - Whether tasks are replaced although nothing differs, such as to read rotated secrets.
      - Each run with V(true) replaces them.
    type: bool
    default: false
  move_from:
    description:
      - ARNs of target groups that O(listener_arn) forwards to, and that the one of O(load_balancers) takes the place
        of. M(streamflix.content_api.elbv2_listener) with O(streamflix.content_api.elbv2_listener#module:keep_targets)
        returns them.
      - The new tasks are started beside the old ones, which are protected from the deployment. When the new ones are
        healthy, O(listener_arn) forwards to them, and so do rules and other listeners of its load balancer that forward
        to the old ones, whoever made them. Only then the old ones end, and the old target groups are removed if
        they carry O(owner_tags). Clients notice nothing, also when the container's port is another one.
      - A run that ends on the way leaves a listener that forwards to healthy targets, and the next one goes on. The
        protection ends by itself after 48 hours.
      - This needs room for new tasks beside the old ones in O(deployment.maximum_percent).
    type: list
    elements: str
  listener_arn:
    description: ARN of the listener that forwards to the service. Required with O(move_from).
    type: str
notes:
  - A service whose newest deployment has failed starts no tasks any more. A run that finds it so deploys again.
  - O(state=absent) stops the tasks and, with O(wait=true), waits until they have ended.
seealso:
  - module: streamflix.content_api.ecs_service_info
  - module: streamflix.content_api.ecs_cluster
  - module: streamflix.content_api.ecs_task_definition
  - module: streamflix.content_api.elbv2_target_group
  - module: community.aws.ecs_service
extends_documentation_fragment:
  - streamflix.content_api.resource
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Service of the content API
  streamflix.content_api.ecs_service:
    cluster: streamflix-cluster-dev
    name: streamflix-api-dev
    task_definition: streamflix-api-dev:7
    desired_count: 2
    subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    security_groups: [sg-0123456789abcdef0]
    load_balancers:
      - target_group_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/tg-dev/73e2d6bc24d8a067
        container_name: ApiContainer
        container_port: 80
    health_check_grace_period_seconds: 60
    deployment:
      minimum_healthy_percent: 100
      maximum_percent: 200
      circuit_breaker:
        enable: true
        rollback: true
    tags:
      Environment: dev

- name: Let new tasks read the rotated secret
  streamflix.content_api.ecs_service:
    cluster: streamflix-cluster-dev
    name: streamflix-api-dev
    task_definition: streamflix-api-dev:7
    desired_count: 2
    manage_desired_count: false
    subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    force_new_deployment: true

- name: Remove it
  streamflix.content_api.ecs_service:
    cluster: streamflix-cluster-dev
    name: streamflix-api-dev
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
  sample: [update_service streamflix-api-dev]
changes:
  description:
    - "What becomes of each AWS resource, in check mode too: C(action) (C(create), C(update), C(remove)), C(type),
      C(name), and C(fields) with the values before and after."
  returned: always
  type: list
  elements: dict
  sample:
    - action: update
      type: AWS::ECS::Service
      name: example
      fields:
        - {field: tags.Environment, before: test, after: dev}
state:
  description: V(present) or V(absent), as it is now, or in check mode as it would be.
  returned: always
  type: str
  sample: present
service:
  description: The service as it is now, or in check mode as it would be. Empty once removed.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:service/streamflix-cluster-dev/streamflix-api-dev
    name:
      description: Its name.
      type: str
      sample: streamflix-api-dev
    cluster_arn:
      description: ARN of its cluster.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:cluster/streamflix-cluster-dev
    status:
      description: AWS's word for its state.
      type: str
      sample: ACTIVE
    task_definition:
      description: ARN of the revision that it runs.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:7
    desired_count:
      description: How many tasks are wanted.
      type: int
      sample: 2
    running_count:
      description: How many tasks run.
      type: int
      sample: 2
    pending_count:
      description: How many tasks are being started.
      type: int
      sample: 0
    launch_type:
      description: What tasks run on.
      type: str
      sample: FARGATE
    capacity_provider_strategy:
      description: Which share of the tasks runs on which capacity provider; empty for the launch type.
      type: list
      elements: dict
      sample:
        - {capacity_provider: FARGATE, weight: 1, base: 1}
        - {capacity_provider: FARGATE_SPOT, weight: 3, base: 0}
    platform_version:
      description: Version of the Fargate platform.
      type: str
      sample: LATEST
    subnets:
      description: The subnets that tasks run in.
      type: list
      elements: str
      sample: [subnet-0123456789abcdef0]
    security_groups:
      description: The security groups of the tasks.
      type: list
      elements: str
      sample: [sg-0123456789abcdef0]
    assign_public_ip:
      description: Whether tasks get a public address.
      type: bool
      sample: false
    load_balancers:
      description: The target groups that tasks are registered with.
      type: list
      elements: dict
      sample:
        - target_group_arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/tg-dev/73e2d6bc24d8a067
          container_name: ApiContainer
          container_port: 80
    health_check_grace_period_seconds:
      description: Seconds after the start of a task in which health checks do not count; null without a load balancer.
      type: int
      sample: 60
    deployment:
      description: How tasks are replaced, with the keys of O(deployment).
      type: dict
      sample:
        minimum_healthy_percent: 100
        maximum_percent: 200
        circuit_breaker: {enable: true, rollback: true}
        alarms:
          names: []
          enable: false
          rollback: false
    enable_execute_command:
      description: Whether commands can be run in its containers.
      type: bool
      sample: false
    enable_ecs_managed_tags:
      description: Whether tasks are tagged with the names of the cluster and the service.
      type: bool
      sample: false
    propagate_tags:
      description: What tasks get their tags from.
      type: str
      sample: SERVICE
    availability_zone_rebalancing:
      description: Whether ECS moves tasks to other zones when they are not spread evenly any more.
      type: bool
      sample: true
    deployments:
      description: The deployments, the newest first.
      type: list
      elements: dict
      sample:
        - id: ecs-svc/1234567890123456789
          status: PRIMARY
          task_definition: arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:7
          rollout_state: COMPLETED
          rollout_state_reason: ECS deployment ecs-svc/1234567890123456789 completed.
          desired_count: 2
          running_count: 2
          pending_count: 0
          failed_tasks: 0
    tags:
      description: Its tags.
      type: dict
      sample: {Environment: dev}
"""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, ownership, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part, properties, settings
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rollout import Following, primary, shifts
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import (
    baking_seconds,
    deployment_strategy,
    lifecycle_hooks,
    service_deployment,
    zone_rebalancing,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import forwarding
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import reading as elbv2
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Plan,
    Reader,
    Step,
    Wait,
    Watch,
    differences,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import Progress, Resource, manage

FARGATE = "FARGATE"
CAPACITY = "capacity_provider_strategy"
NETWORK = ("subnets", "security_groups", "assign_public_ip")
# the maximum in percent at which no task can be moved to another zone
NO_ROOM = 100
# changes of these start a new deployment; the others take effect in place
REDEPLOYING = frozenset({"taskDefinition", "networkConfiguration", "loadBalancers", "platformVersion"})
# AWS's role for ECS is made with an account's first cluster; a listener may be a moment old; a namesake may be ending
PASSING = frozenset(
    {
        "InvalidParameterException: service linked role",
        "InvalidParameterException: does not have an associated load balancer",
        "InvalidParameterException: still Draining",
    }
)
ENDED = frozenset({"ServiceNotFoundException", "ServiceNotActiveException"})
ENDING = frozenset({"DRAINING", "STOPPING"})
# until when the tasks of the old target group are kept if a run that moves the service ends on the way: AWS's longest
PROTECTED_MINUTES = 2880
TARGET_GROUP_TYPE = "AWS::ElasticLoadBalancingV2::TargetGroup"
PROTECTED_AT_ONCE = 10  # UpdateTaskProtection
# its failures of tasks that have ended since they were listed
ENDED_TASK = frozenset({"MISSING", "TASK_NOT_VALID"})
DONE = "done"
LEFT = "left_target_groups"
OTHERS = "others_forwarding"
TOKENS = uuid.UUID("b0a0c1e2-6c57-4b5e-9f0e-2f1d3c7a9e55")


@dataclass(frozen=True)
class Move:
    """What a move to another target group has found.

    :ivar tasks: ARNs of the service's present tasks.
    :ivar removed: ARNs of the target groups that nothing needs after it and that are ours.
    :ivar watch: what tells that the new tasks will never be healthy.
    :ivar others: what forwards to the target groups besides the listener.
    """

    tasks: tuple[str, ...]
    removed: tuple[str, ...]
    watch: Watch
    others: tuple[forwarding.Forwarding, ...] = ()


def request(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return the parameters of CreateService or UpdateService that set what these rows say, the network as a whole.

    :param values: a service as it will be.
    """
    whole = {*names, *NETWORK} if any(name in names for name in NETWORK) else names
    filled = {**values, "security_groups": values["security_groups"] or None}
    return fields.params(ecs.SERVICE, filled, [name for name, row in ecs.SERVICE.items() if name in whole and row.sent])


def token(params: Mapping[str, Any], predecessor: str) -> str:
    """Return the client token of a creation: the same for the same request, another after a removal.

    :param predecessor: what tells a removed namesake, which AWS still knows, from this service.
    """
    text = json.dumps([params, predecessor], sort_keys=True, default=str)
    return str(uuid.uuid5(TOKENS, text))


def plan_create(options: Mapping[str, Any], current: Mapping[str, Any] | None, predecessor: str) -> Plan:
    """Return the plan for a service that does not exist, or is on its way out.

    :param current: the service that is draining, if any.
    """
    name = options["name"]
    # what is empty is as AWS has it by default
    asked = {key: value for key, value in fields.wanted(ecs.SERVICE, options).items() if value not in (None, [], {})}
    filled_in = {
        "running_count": asked["desired_count"],
        "availability_zone_rebalancing": asked.get("deployment", {}).get("maximum_percent") != NO_ROOM,
        "health_check_grace_period_seconds": 0 if "load_balancers" in asked else None,
    }
    made = fields.created(ecs.SERVICE, {**filled_in, **asked})
    after = {**made, "deployment": ecs.set_of(made["deployment"]), "tags": dict(options["tags"] or {})}
    after["launch_type"] = launch_type(after)
    params = {
        "cluster": options["cluster"],
        **({} if "capacity_provider_strategy" in asked else {"launchType": FARGATE}),
        "schedulingStrategy": "REPLICA",
        **request({**after, **asked}, asked),
    }
    if options["tags"]:
        params["tags"] = tags.ECS.shape(options["tags"])
    params["clientToken"] = token(params, predecessor)
    return Plan([Call("create_service", params, name, retry_if=PASSING)], current, after)


def update_params(current: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Compare a service with the options.

    :returns: what UpdateService is to change, in AWS's shape; and the changed entries, in this module's.
    """
    desired = fields.wanted(ecs.SERVICE, options)
    if not options["manage_desired_count"]:
        desired["desired_count"] = None
    if ecs.revision(current["task_definition"]) == ecs.revision(desired["task_definition"]):
        desired["task_definition"] = None
    if desired["deployment"] is not None:
        desired["deployment"] = ecs.next_deployment(current["deployment"], desired["deployment"])
    changed = differences(current, desired)
    return request({**current, **changed}, changed), changed


def launch_type(service: Mapping[str, Any]) -> str | None:
    """Return the launch type that AWS shows of a service: none beside a capacity provider strategy."""
    return None if service[CAPACITY] else FARGATE


def why_redeployed(current: Mapping[str, Any], changed: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Return why a new deployment is to be forced; empty where none is.

    AWS moves no task to another capacity provider by itself, and takes the change together with a deployment only.
    """
    if options["force_new_deployment"]:
        return "as asked"
    if CAPACITY in changed:
        return "as the capacity providers change"
    return "as the last one failed" if primary(current).get("rollout_state") == "FAILED" else ""


def plan_update(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan for a service that exists."""
    name = options["name"]
    params, changed = update_params(current, options)
    after = {**current, **changed}
    if CAPACITY in changed:
        after["launch_type"] = launch_type(after)
    unseen: dict[str, tuple[Any, Any]] = {}
    why = why_redeployed(current, changed, options)
    if why:
        params["forceNewDeployment"] = True
        unseen["tasks"] = ("as they are", f"replaced by a new deployment, {why}")
    # tags first: a new deployment's tasks take them over
    steps = tags.steps(tags.ECS, {"resourceArn": current["arn"]}, current["tags"], options, name)
    if params:
        steps.append(Call("update_service", {"cluster": options["cluster"], "service": name, **params}, name))
    after["tags"] = tags.after(current["tags"], options["tags"], options["purge_tags"])
    return Plan(steps, current, after, unseen)


def plan_remove(current: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Return the plan that removes a service; one that is on its way out is only waited for."""
    if current["status"] in ENDING:
        return Plan((), current, None)
    params = {"cluster": options["cluster"], "service": options["name"], "force": True}
    return Plan([Call("delete_service", params, options["name"], done_if=ENDED)], current, None)


def all_protected(reply: Mapping[str, Any]) -> bool:
    """Read the reply of UpdateTaskProtection, which reports refusals as if it had worked.

    :raises AwsError: a task that runs is not protected, so that a deployment could end it.
    """
    for failure in reply.get("failures", []):
        if failure.get("reason") not in ENDED_TASK:
            task, reason = failure.get("arn", "").rpartition("/")[2], failure.get("reason", "")
            remedy = "The service was not changed. Run again when its tasks run and no deployment is under way."
            raise AwsError("ecs:UpdateTaskProtection", task, reason, failure.get("detail") or "not protected", remedy)
    return True


def protection(options: Mapping[str, Any], tasks: Sequence[str], protect: bool) -> list[Call]:
    """Return the steps that keep a deployment from ending tasks, or let it end them again.

    :param tasks: their ARNs.
    """
    how: dict[str, Any] = {"protectionEnabled": protect}
    binds: Mapping[str, Reader] = {}
    if protect:
        how["expiresInMinutes"] = PROTECTED_MINUTES
        binds = {"protected": all_protected}
    where = {"cluster": options["cluster"]}
    return [
        Call("update_task_protection", {**where, "tasks": list(some), **how}, options["name"], binds=binds)
        for some in ecs.chunks(tasks, PROTECTED_AT_ONCE)
    ]


def spare_tasks(desired_count: int, maximum_percent: int, name: str) -> int:
    """Return how many new tasks a deployment may start while all the old ones run.

    :raises InvalidOptionError: none may.
    """
    spare = min(desired_count * maximum_percent // 100 - desired_count, desired_count)
    if desired_count and spare < 1:
        raise InvalidOptionError(
            f"ECS service {name} can't move to another target group without an interruption: with maximum_percent "
            f"{maximum_percent} no task starts before one has stopped. Set deployment.maximum_percent "
            "(ecs_service_maximum_percent of the role) to 200 for this run."
        )
    return spare


def plan_move(plan: Plan, options: Mapping[str, Any], move: Move) -> Plan:
    """Return a plan that moves the requests from target groups to the service's, without a moment without targets.

    The present tasks go on until the listener forwards to the new ones. The listener's weights say how far a run has
    come: one that ends on the way leaves what the next one goes on from.

    :param plan: what the service itself needs.
    :raises InvalidOptionError: there is no room for new tasks beside the old ones.
    """
    name, after = options["name"], plan.after or {}
    wanted_arn = options["load_balancers"][0]["target_group_arn"]
    enough = spare_tasks(after["desired_count"], after["deployment"].get("maximum_percent") or 200, name)

    def healthy(reply: Mapping[str, Any]) -> str:
        found = elbv2.count_healthy(reply)
        return DONE if found >= enough else f"{found} of {enough} new targets healthy"

    def forward(groups: Mapping[str, int]) -> Call:
        action = {"Type": "forward", "ForwardConfig": elbv2.forward_config(groups)}
        params = {"ListenerArn": options["listener_arn"], "DefaultActions": [action]}
        return Call("modify_listener", params, name, service="elbv2")

    def left(reply: Mapping[str, Any]) -> str:
        found = len(reply["TargetHealthDescriptions"])
        return f"{found} targets left" if found else DONE

    new_group = elbv2.target_group_name(wanted_arn)
    redeployed = any(isinstance(step, Call) and "loadBalancers" in step.params for step in plan.steps)
    steps: list[Step] = [
        *(protection(options, move.tasks, True) if redeployed else []),
        *plan.steps,
        Wait(
            f"{enough} healthy targets in target group {new_group}",
            "describe_target_health",
            {"TargetGroupArn": wanted_arn},
            healthy,
            frozenset({DONE}),
            service="elbv2",
            watch=move.watch,
        ),
        forward({wanted_arn: 1, **dict.fromkeys(options["move_from"], 0)}),
        *(other.moved(options["move_from"], wanted_arn) for other in move.others),
        *protection(options, move.tasks, False),
        *(
            Wait(
                f"target group {elbv2.target_group_name(arn)} without targets",
                "describe_target_health",
                {"TargetGroupArn": arn},
                left,
                frozenset({DONE}),
                elbv2.TARGET_GROUP_GONE,
                "elbv2",
            )
            for arn in move.removed
        ),
        forward({wanted_arn: 1}),
        *(
            Call(
                "delete_target_group",
                {"TargetGroupArn": arn},
                elbv2.target_group_name(arn),
                service="elbv2",
                done_if=elbv2.TARGET_GROUP_GONE,
                retry_if=frozenset({"ResourceInUse"}),
            )
            for arn in move.removed
        ),
    ]
    before = {**(plan.before or {}), LEFT: list(move.removed), OTHERS: [other.shown({}) for other in move.others]}
    moved = dict.fromkeys(options["move_from"], wanted_arn)
    return replace(
        plan, steps=steps, before=before, after={**after, OTHERS: [other.shown(moved) for other in move.others]}
    )


def refuse_rebalancing(plan: Plan) -> None:
    """Refuse to go on to rebalance a service over zones that gets no room for it.

    :raises InvalidOptionError: AWS would refuse the change.
    """
    after = plan.after or {}
    refused = zone_rebalancing(after["availability_zone_rebalancing"], after["deployment"].get("maximum_percent"))
    if plan.steps and refused:
        raise InvalidOptionError(refused[0])


def redeploys(plan: Plan) -> bool:
    """Tell whether a plan starts a new deployment of a service that has one."""
    for step in plan.steps:
        if isinstance(step, Call) and step.operation == "update_service":
            return "forceNewDeployment" in step.params or bool(REDEPLOYING & set(step.params))
    return False


class Service(Resource):
    """A Fargate service."""

    service = "ecs"
    kind = "ECS service"
    aws_type = "AWS::ECS::Service"
    arn_kind = "ecs:service"
    result_key = "service"
    tagging = tags.ECS
    fields = ecs.SERVICE
    required_if = (("state", "present", ("task_definition", "desired_count", "subnets")),)
    required_by: ClassVar = {"move_from": ("listener_arn", "load_balancers")}

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._following = Following(api, options)
        self._predecessor = ""
        self._took_over = False
        self._move: Move | None = None
        # target groups that stay for targets of others, with these
        self._kept: dict[str, list[str]] = {}

    def problems(self) -> list[str]:
        found, options = super().problems(), self.options
        if self.absent:
            return found
        deployment = options["deployment"] or {}
        counted = options["desired_count"] if options["manage_desired_count"] else None
        found += service_deployment(
            deployment.get("minimum_healthy_percent"), deployment.get("maximum_percent"), counted
        )
        found += zone_rebalancing(options["availability_zone_rebalancing"], deployment.get("maximum_percent"))
        if deployment.get("strategy") is not None:
            found += deployment_strategy(deployment, options["load_balancers"])
            found += lifecycle_hooks(deployment.get("lifecycle_hooks") or [])
            if options["move_from"] and deployment["strategy"] != ecs.ROLLING:
                found.append(
                    f"A service can't move to another target group while deployment.strategy is "
                    f"{deployment['strategy']}: set it to {ecs.ROLLING} first, and back afterwards."
                )
        seconds = baking_seconds(deployment)
        if options["wait"] and options["wait_timeout"] <= seconds:
            found.append(
                f"A deployment takes longer than its bake times of {seconds} s, and wait_timeout is "
                f"{options['wait_timeout']} s: raise it (ecs_service_rollout_timeout of the role)."
            )
        if options["health_check_grace_period_seconds"] is not None and options["load_balancers"] == []:
            found.append("health_check_grace_period_seconds has no effect without load_balancers: leave it out.")
        return found

    def describe(self) -> dict[str, Any] | None:
        found = ecs.find_service(self.api, self.options["cluster"], self.name)
        if found is None:
            return None
        self._following.see(found)
        service = ecs.service_from_aws(found)
        if service["status"] != "INACTIVE":
            self._move = self._find_move(service)
            self._refuse_to_leave_tasks(service)
            return service
        self._predecessor = str(found.get("createdAt", ""))
        if self.absent and self.options["wait"] and self._still_stopping(service):
            return {**service, "status": "STOPPING"}
        return None

    def _refuse_to_leave_tasks(self, service: Mapping[str, Any]) -> None:
        """Refuse that a service becomes rolling whose tasks are in the second of its target groups.

        :raises InvalidOptionError: new tasks would be in the other group, to which no request goes.
        """
        wanted = (self.options["deployment"] or {}).get("strategy")
        if self.absent or wanted != ecs.ROLLING or not shifts(service):
            return
        for balancer in service["load_balancers"]:
            rule = balancer.get(ecs.ADVANCED, {}).get("production_listener_rule")
            reply = self.api.get("describe_rules", ("RuleNotFound",), "elbv2", RuleArns=[rule]) if rule else None
            actions = [action for found in (reply or {}).get("Rules", []) for action in found["Actions"]]
            weights = forwarding.target_groups(actions)
            if actions and any(share for arn, share in weights.items() if arn != balancer["target_group_arn"]):
                group = elbv2.target_group_name(balancer["target_group_arn"])
                raise InvalidOptionError(
                    f"ECS service {self.name} can't become {ecs.ROLLING} now: requests go to its second target "
                    f"group, and new tasks would start in {group}. Wait for a deployment that "
                    "is under way. If the tasks are in the second target group after it, deploy once more as it is "
                    "(-e ecs_service_force_new_deployment=true), which moves them there, and then change it."
                )

    def _find_move(self, service: Mapping[str, Any]) -> Move | None:
        """Read what a move to another target group needs to know; None when there is none."""
        groups = self.options["move_from"] or []
        if not groups or self.absent or service["status"] in ENDING:
            return None
        where = {"cluster": self.options["cluster"]}
        tasks = self.api.pages("list_tasks", "taskArns", **where, serviceName=self.name)
        watch = Watch("describe_services", {**where, "services": [self.name]}, self._hopeless)
        others = forwarding.read(self.api, self.options["listener_arn"], groups)
        ours = [arn for arn in groups if self._is_ours(arn)]
        self._kept = {arn: found for arn in ours if (found := self._others_targets(arn, service))}
        return Move(tuple(sorted(tasks)), tuple(arn for arn in ours if arn not in self._kept), watch, tuple(others))

    def _others_targets(self, target_group: str, service: Mapping[str, Any]) -> list[str]:
        """Return the addresses of a target group that are not those of the service's tasks."""
        reply = self.api.get("describe_target_health", elbv2.TARGET_GROUP_GONE, "elbv2", TargetGroupArn=target_group)
        targets = (reply or {}).get("TargetHealthDescriptions", [])
        addresses = {one["Target"]["Id"] for one in targets if one["TargetHealth"]["State"] != "draining"}
        # one that has just stopped may be a target for a moment
        for status in ("RUNNING", "STOPPED"):
            if addresses:
                found = ecs.tasks_of(self.api, self.options["cluster"], self.name, service["task_definition"], status)
                addresses -= {task["private_ip"] for task in found}
        return sorted(addresses)

    def _is_ours(self, target_group: str) -> bool:
        """Tell whether a target group has the owner's tags."""
        owner = ownership.owner_of(self.options)
        gone = elbv2.TARGET_GROUP_GONE
        described = self.api.find("describe_tags", "TagDescriptions", gone, "elbv2", ResourceArns=[target_group])
        found = tags.from_list(described["Tags"]) if described else {}
        return bool(owner) and owner.items() <= found.items()

    def _hopeless(self, reply: Mapping[str, Any]) -> str:
        service = ecs.service_from_aws(reply["services"][0])
        deployment, reason = self._following.rollout.failure(service, self.options["task_definition"])
        stopped = self._following.stopped(service, self.options["task_definition"]) if deployment else ""
        kept = "The listener forwards to the old tasks as before."
        return f"{reason} {stopped}. {kept} Correct the cause and run again." if deployment else ""

    def _still_stopping(self, service: Mapping[str, Any]) -> bool:
        """Tell whether tasks of an inactive service have not ended: they still hold network interfaces."""
        try:
            tasks = self._following.stopped_tasks(service)
        except AwsError as failure:
            if failure.code == "ClusterNotFoundException":
                return False
            raise
        return any(task["last_status"] != "STOPPED" for task in tasks)

    def busy(self, current: dict[str, Any]) -> str:
        draining = not self.absent and current["status"] in ENDING
        return current["status"] if draining else ""

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        if found["status"] in ENDING:
            return []
        shown = {"cluster": self.options["cluster"], "task_definition": ecs.revision(found["task_definition"])}
        left = [Part(TARGET_GROUP_TYPE, elbv2.target_group_name(arn), {}) for arn in found.get(LEFT, [])]
        own = {**properties(found, *fields.no_settings(ecs.SERVICE), LEFT, OTHERS), **shown}
        others = [Part(one["type"], one["name"], settings(one, "type", "name")) for one in found.get(OTHERS, [])]
        return [Part(self.aws_type, self.name, own), *left, *others]

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        return settings(found or {}, OTHERS)

    def details(self) -> dict[str, Any]:
        for arn, addresses in self._kept.items():
            self.api.warn(
                f"{TARGET_GROUP_TYPE} {elbv2.target_group_name(arn)} stays, as it has targets that are no tasks of the "
                f"service: {', '.join(addresses)}. Nothing forwards to it any more: remove it by hand ({arn})."
            )
        return {}

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.absent:
            return plan_remove(current, self.options) if current else unchanged(None)
        if current is None or current["status"] in ENDING:
            return plan_create(self.options, current, self._predecessor)
        plan = plan_update(current, self.options)
        if self._move:
            plan = plan_move(plan, self.options, self._move)
        refuse_rebalancing(plan)
        if redeploys(plan):
            self._following.rollout.replaces(current)
            self._tell_takeover(current)
        return plan

    def _tell_takeover(self, current: Mapping[str, Any]) -> None:
        """Say that the service is deployed although a deployment is under way, which is lost."""
        newest = primary(current)
        if newest.get("rollout_state") == "IN_PROGRESS" and len(current["deployments"]) > 1 and not self._took_over:
            self._took_over = True
            self.api.warn(
                f"A deployment of {ecs.revision(newest['task_definition'])} to ECS service {self.name} is under way. "
                "This run's takes its place, and AWS goes back to what completed last if it fails."
            )

    def unfinished(self, current: dict[str, Any]) -> Plan:
        # which deployments are earlier ones was told by the plan that was carried out
        return plan_update(current, self.options)

    def progress(self, current: dict[str, Any]) -> Progress:
        counted = self.options["desired_count"] if self.options["manage_desired_count"] else None
        return self._following.progress(current, self.options["task_definition"], counted)


def main() -> None:
    """Entry point of the module."""
    manage(Service)


if __name__ == "__main__":
    main()

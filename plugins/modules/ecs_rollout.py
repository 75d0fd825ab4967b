#!/usr/bin/python
# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_rollout
short_description: Roll out another image of an ECS service, or go back to an earlier revision
version_added: 0.1.0
description:
  - Changes what a deployed service runs and nothing else. It follows the deployment, and tells what comes of it line by
    line.
  - With O(image), a revision of the task definition is registered that differs from the one that runs in that image
    only, with the same tags. Then the service is updated.
  - With O(revision), the service goes back to an earlier revision. With O(renewed_since), its tasks are replaced by new
    ones of the same revision.
  - When tasks with the image do not get healthy, the service is rolled back. Its circuit breaker does that, or where it
    has none, or one without rollback, this module. Then the module fails and says why, and who has rolled back. The
    revision is deregistered, so that nothing else deploys it.
author: StreamFlix platform team (@streamflix)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  name:
    description: Name of the service.
    type: str
    required: true
  image:
    description:
      - The image to roll out, with a tag or a digest.
      - One in Amazon ECR has to be there, also for the processor of the tasks if it is a list of images. It is
        registered by its digest, so that a tag that is moved later changes nothing. Images of other registries, and of
        other regions, are taken as they are.
    type: str
  container:
    description: The container that gets the image. Required where a task has several.
    type: str
  revision:
    description:
      - What to go back to, V(previous) or the number of a revision.
      - V(previous) is the revision whose deployment was the last one to complete before the one that runs. A deployment
        that is under way is stopped and rolled back to the revision that it replaces. A service that runs an older
        revision than the last completed one has been rolled back already, so that nothing is changed.
    type: str
  renewed_since:
    description:
      - Replaces the tasks by new ones of the same revision, unless their deployment began after this time, which is in
        UTC such as V(2026-11-29T20:00:00Z). So they read secrets and resolve names anew.
    type: str
  continue_paused:
    description:
      - Whether a deployment of O(image) goes on that a hook has paused. Without it, the module fails where a deployment
        is paused, and says how to go on; nothing is rolled back.
    type: bool
    default: false
  configured_images:
    description:
      - What else deploys the service would have for the images of the containers, by the name of the container.
      - Where the service is to run another one, a tag of the revision notes this image.
        M(streamflix.content_api.ecs_task_definition) then keeps what runs until its own option has another image.
    type: dict
    default: {}
  keep_revisions:
    description:
      - How many active revisions are left, 1 to 1000, as with
        O(streamflix.content_api.ecs_task_definition#module:keep_revisions).
      - The revision that ran before is always left.
    type: int
    default: 5
  go_on_with:
    description: The command with which to try again, for the message of a rollout that fails.
    type: str
    default: ""
  owner_tags:
    description:
      - The tags that say whose the service is. One that exists without them, or with other values, is somebody else's.
        Unless O(adopt), the module fails rather than touch it.
    type: dict
  adopt:
    description: Whether to change a service that exists without O(owner_tags), which it does not get.
    type: bool
    default: false
  ignored_tags:
    description: Taken as all modules of resources take it; this one changes no tags of the service.
    type: list
    elements: str
    default: []
  wait:
    description: Whether to follow the deployment to its end. Without, nothing is rolled back by the module.
    type: bool
    default: true
  wait_timeout:
    description: How long to follow it, and then its rollback, in seconds.
    type: int
    default: 1800
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Computes what would change and writes nothing.
    support: full
  diff_mode:
    description: Shows revision and images before and after.
    support: full
seealso:
  - module: streamflix.content_api.ecs_service
  - module: streamflix.content_api.ecs_task_definition
"""

EXAMPLES = r"""
- name: Roll out an image
  streamflix.content_api.ecs_rollout:
    cluster: streamflix-cluster-dev
    name: streamflix-api-dev
    image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/content-api:1.4.2

- name: Go back to what ran before
  streamflix.content_api.ecs_rollout:
    cluster: streamflix-cluster-dev
    name: streamflix-api-dev
    revision: previous
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
  sample: [register_task_definition streamflix-api-dev, update_service streamflix-api-dev]
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
      name: streamflix-api-dev
      fields:
        - {field: task_definition, before: 'streamflix-api-dev:7', after: 'streamflix-api-dev:8'}
state:
  description: Always V(present).
  returned: always
  type: str
  sample: present
service:
  description: What the service runs now, or in check mode would run.
  returned: always
  type: dict
  contains:
    images:
      description: The image of each container.
      type: dict
      sample: {ApiContainer: 'public.ecr.aws/nginx/nginx:1.29.3'}
    task_definition:
      description: ARN of the revision that it runs.
      type: str
      sample: arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:8
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
    deployments:
      description: The deployments, the newest first, each as in RV(streamflix.content_api.ecs_service#module:service).
      type: list
      elements: dict
      sample:
        - id: ecs-svc/1234567890123456789
          status: PRIMARY
          task_definition: arn:aws:ecs:eu-west-1:123456789012:task-definition/streamflix-api-dev:8
          rollout_state: COMPLETED
          rollout_state_reason: ECS deployment ecs-svc/1234567890123456789 completed.
          desired_count: 2
          running_count: 2
          pending_count: 0
          failed_tasks: 0
"""

import math
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, progress, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import history, kept_images, registry
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rollout import (
    Following,
    groups_of,
    in_words,
    primary,
    shifts,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs.rules import container_image
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2 import reading as elbv2
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    UNKNOWN,
    Call,
    InvalidOptionError,
    Later,
    Plan,
    Step,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    COMMON,
    Kind,
    Progress,
    Resource,
    WaitError,
    manage,
    poll,
)

# ECS Developer Guide: the threshold of the circuit breaker
FEWEST_FAILURES = 3
MOST_FAILURES = 200
PREVIOUS = "previous"
INACTIVE = "INACTIVE"
# what a described revision has that a new one is registered with
REGISTERED = frozenset(
    {
        "family",
        "taskRoleArn",
        "executionRoleArn",
        "networkMode",
        "containerDefinitions",
        "volumes",
        "placementConstraints",
        "requiresCompatibilities",
        "cpu",
        "memory",
        "pidMode",
        "ipcMode",
        "proxyConfiguration",
        "inferenceAccelerators",
        "ephemeralStorage",
        "runtimePlatform",
        "enableFaultInjection",
        "trustedExecutionConfiguration",
    }
)
# in a description: what is no part of the service, for changes and for this module
IMAGES = "images"
OLD = "old_revisions"
# StopServiceDeployment: it has ended meanwhile
OVER = frozenset({"ConflictException"})


def number(option: str, value: str) -> list[str]:
    """Find what is no revision."""
    return not_matching(option, value, rf"{PREVIOUS}|[1-9]\d*", "set previous, or the number of a revision")


def instant(option: str, value: str) -> list[str]:
    """Find what is no time."""
    return not_matching(option, value, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "write it as 2026-11-29T20:00:00Z")


def shown(*names: str) -> Rows:
    """Return the rows of what the module shows of a service and does not set."""
    return {name: replace(ecs.SERVICE[name], assigned=True, shown_only=True, rule=None) for name in names}


FIELDS: Rows = {
    **fields.only(ecs.SERVICE, "cluster"),
    "name": replace(ecs.SERVICE["name"], aws=""),
    "image": Field(rule=container_image),
    "container": Field(),
    "revision": Field(rule=number),
    "renewed_since": Field(rule=instant),
    "continue_paused": Field("bool", default=False),
    "configured_images": Field("dict", default={}),
    "keep_revisions": Field("int", default=5, limits=(1, 1000)),
    "go_on_with": Field(default=""),
    "images": Field("dict", read="images", assigned=True),
    **shown("task_definition", "desired_count", "running_count", "pending_count", "deployments"),
}


def images_of(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return the image of each container of a revision as DescribeTaskDefinition gives it."""
    return {item["name"]: item["image"] for item in definition["containerDefinitions"] if item.get("image")}


def with_image(definition: Mapping[str, Any], container: str, image: str) -> dict[str, Any]:
    """Return the parameters that register a revision again, with another image in one container."""
    params = {name: value for name, value in definition.items() if name in REGISTERED}
    params["containerDefinitions"] = [
        {**item, "image": image} if item["name"] == container else dict(item)
        for item in definition["containerDefinitions"]
    ]
    return params


def chosen_container(images: Mapping[str, str], container: str | None) -> str:
    """Return the container that gets the image.

    :param images: the image of each container.
    :raises InvalidOptionError: there is none of that name, or several and none is named.
    """
    names = ", ".join(images)
    if container is None and len(images) == 1:
        return next(iter(images))
    if container is None:
        raise InvalidOptionError(
            f"A task has the containers {names}: say which one gets the image (-e container=NAME)."
        )
    if container not in images:
        raise InvalidOptionError(f"A task has no container {container!r}, but {names}: name one of these.")
    return container


def most_failures(desired_count: int) -> int:
    """Return how many failed tasks are enough to give a deployment up, as the circuit breaker has it."""
    return min(max(math.ceil(desired_count / 2), FEWEST_FAILURES), MOST_FAILURES)


def surplus(active: Sequence[str], used: Collection[str], keep: int) -> list[str]:
    """Return the active revisions beyond those that are kept once there is a new one.

    :param active: ARNs, the newest first.
    :param used: ARNs of those that stay in any case: what runs, and what AWS goes back to.
    """
    others = [arn for arn in active if arn not in used]
    return others[max(keep - 1 - (len(active) - len(others)), 0) :]


def revision_number(arn: str) -> int:
    """Return the number of a revision by its ARN."""
    return int(arn.rpartition(":")[2])


def breaks(service: Mapping[str, Any]) -> bool:
    """Tell whether the circuit breaker of a service ends deployments that fail."""
    return bool(service["deployment"].get("circuit_breaker", {}).get("enable"))


def tagged(arn: str, note: str) -> Call:
    """Return the request that sets the note of a revision; without a note it is taken away."""
    label = ecs.revision(arn)
    if not note:
        return Call(tags.ECS.untag, {tags.ECS.which: arn, tags.ECS.keys: [kept_images.TAG]}, label)
    return Call(tags.ECS.tag, {tags.ECS.which: arn, tags.ECS.tags: tags.ECS.shape({kept_images.TAG: note})}, label)


def update(options: Mapping[str, Any], definition: Any, sent: Any, force: bool = False) -> Call:
    """Return the request that lets the service run a revision.

    :param definition: its ARN; may be L(Later).
    :param sent: is called with AWS's reply.
    :param force: whether tasks are replaced although the revision is the same.
    """
    params = {"cluster": options["cluster"], "service": options["name"], "taskDefinition": definition}
    more = {"forceNewDeployment": True} if force else {}
    return Call("update_service", {**params, **more}, options["name"], binds={"sent": sent})


class Rollout(Resource):
    """What a deployed service runs."""

    service = "ecs"
    kind = "rollout of ECS service"
    aws_type = "AWS::ECS::Service"
    result_key = "service"
    fields = FIELDS
    common: ClassVar[Mapping[str, Any]] = {
        **{name: COMMON[name] for name in ("ignored_tags", "owner_tags", "adopt", "wait")},
        "wait_timeout": {"type": "int", "default": 1800},
    }
    mutually_exclusive = (("image", "revision", "renewed_since"),)

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        super().__init__(api, options)
        self._following = Following(api, options)
        # ARN: the revision, and its tags
        self._definitions: dict[str, tuple[Mapping[str, Any], dict[str, str]]] = {}
        self._active: list[str] = []
        self._container = self._image = ""
        # the service deployment that a hook has paused, and the hook
        self._waiting = ("", "")
        self._history: history.History | None = None
        self._target = ""
        # what ran before, what is to run, and whether AWS has been asked for it
        self._source = self._asked = ""
        self._registered = self._sent = self._took_over = False
        self._told: set[str] | None = None
        self._began: datetime | None = None

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        # its module is ecs_service
        return ()

    def problems(self) -> list[str]:
        found = super().problems()
        if not any(self.options[name] for name in ("image", "revision", "renewed_since")):
            found.append("Neither image nor revision is set, so nothing is to be rolled out: set one of them.")
        return found

    @property
    def _images(self) -> Mapping[str, str]:
        return self.options["configured_images"]

    def describe(self) -> dict[str, Any] | None:
        found = ecs.find_service(self.api, self.options["cluster"], self.name)
        if found is None or found["status"] == INACTIVE:
            return None
        self._following.see(found)
        self._tell_events(found)
        service = ecs.service_from_aws(found)
        self._began = primary(found).get("createdAt")
        if not self._sent and not self.options["renewed_since"]:
            self._look(service)
        definition, _tags = self._definition(service["task_definition"])
        return {**service, IMAGES: images_of(definition)}

    def _tell_events(self, found: Mapping[str, Any]) -> None:
        """Show the events that have come since the last look, in order; the first look shows none."""
        events = {event["id"]: event["message"] for event in reversed(found.get("events", []))}
        for number, message in events.items():
            if self._told is not None and number not in self._told:
                progress.show(f"service {self.name}: {message.removeprefix(f'(service {self.name}) ')}")
        self._told = {*(self._told or ()), *events}

    def _definition(self, arn: str) -> tuple[Mapping[str, Any], dict[str, str]]:
        """Return a revision as AWS gives it, and its tags; it never changes, and its tags only by this run."""
        if arn not in self._definitions:
            reply = self.api.call(
                "describe_task_definition", subject=ecs.revision(arn), taskDefinition=arn, include=["TAGS"]
            )
            self._definitions[arn] = reply["taskDefinition"], tags.from_list(reply.get("tags"), "key", "value")
        return self._definitions[arn]

    def _look(self, service: Mapping[str, Any]) -> None:
        """Read what a plan needs to know besides the service."""
        running = service["task_definition"]
        family = ecs.family(running)
        arns = self.api.pages(
            "list_task_definitions", "taskDefinitionArns", familyPrefix=family, status="ACTIVE", sort="DESC"
        )
        self._active = [arn for arn in arns if ecs.family(arn) == family]
        for arn in self._active[:1]:
            self._definition(arn)
        definition, _tags = self._definition(running)
        if self.options["image"]:
            self._container = chosen_container(images_of(definition), self.options["container"])
            self._image = self._image or self._resolved(self.options["image"], definition)
            if primary(service).get("rollout_state") != "COMPLETED":
                self._history = self._history or history.read(self.api, self.options["cluster"], self.name)
            if self.options["continue_paused"] and shifts(service):
                record = history.newest(self.api, self.options["cluster"], self.name)
                self._waiting = record.get("serviceDeploymentArn", ""), history.paused_by(record)
            return
        self._history = self._history or history.read(self.api, self.options["cluster"], self.name)
        self._target = self._target or self._chosen_revision(running, self._history)
        self._check_revision(self._target)

    def _resolved(self, image: str, definition: Mapping[str, Any]) -> str:
        architecture = (definition.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64")
        return registry.resolve(self.api, image, architecture)

    def _chosen_revision(self, running: str, past: history.History) -> str:
        """Return the ARN of the revision to go back to.

        :raises InvalidOptionError: there is none.
        """
        asked = self.options["revision"]
        if asked != PREVIOUS:
            return f"{running.rpartition(':')[0]}:{asked}"
        if past.under_way:
            if past.under_way.source:
                return past.under_way.source
            raise InvalidOptionError(f"{self._nothing_before} Its first deployment is under way.")
        if past.rolled_back or self._later(running, past.completed):
            runs = ecs.revision(running)
            self.api.warn(
                f"ECS service {self.name} has been rolled back to {runs} already, so nothing was changed. To go "
                "further back, name the revision (-e revision=NUMBER)."
            )
            return running
        earlier = [arn for arn in past.completed if arn != running]
        if not earlier:
            raise InvalidOptionError(
                f"{self._nothing_before} No other revision has completed a deployment within 90 days. {self._offer}"
            )
        return earlier[0]

    @staticmethod
    def _later(running: str, completed: Iterable[str]) -> bool:
        """Tell whether a later revision of the family that runs has completed a deployment."""
        same_family = [arn for arn in completed if ecs.family(arn) == ecs.family(running)]
        return any(revision_number(arn) > revision_number(running) for arn in same_family)

    @property
    def _nothing_before(self) -> str:
        return f"ECS service {self.name} has nothing to go back to."

    @property
    def _offer(self) -> str:
        return f"Active revisions: {', '.join(map(ecs.revision, self._active))}. Name one with -e revision=NUMBER."

    def _check_revision(self, arn: str) -> None:
        """Refuse a revision that AWS starts no tasks of, or whose image is gone.

        :raises InvalidOptionError: it is.
        """
        label = ecs.revision(arn)
        try:
            definition, _tags = self._definition(arn)
        except AwsError as failure:
            if failure.code != "ClientException":
                raise
            raise InvalidOptionError(f"There is no revision {label}. {self._offer}") from None
        images = images_of(definition)
        if definition["status"] != "ACTIVE":
            pairs = ", ".join(f"{name}: {image}" for name, image in images.items())
            raise InvalidOptionError(
                f"Revision {label} is deregistered, so AWS starts no tasks of it. Roll its image out again "
                f"(-e image=..., {pairs}), or take another. {self._offer}"
            )
        for image in images.values():
            self._resolved(image, definition)

    def plan_create(self) -> Plan:
        raise InvalidOptionError(
            f"There is no ECS service {self.name} in cluster {self.options['cluster']}, so nothing can be rolled out: "
            "deploy it first (site.yml)."
        )

    def plan_update(self, current: dict[str, Any]) -> Plan:
        self._source = self._returns_to(current)
        if self.options["renewed_since"]:
            plan = self._plan_renewal(current)
        else:
            plan = self._plan_image(current) if self.options["image"] else self._plan_revision(current)
        operations = {step.operation for step in plan.steps if isinstance(step, Call)}
        if operations & set(self._begins(current)):
            self._following.rollout.replaces(current, newest_only="stop_service_deployment" in operations)
        return plan

    def _returns_to(self, current: Mapping[str, Any]) -> str:
        """Return what the service goes back to when the rollout fails: not what is being deployed just now."""
        under_way = self._history.under_way if self._history else None
        return (under_way.source if under_way else "") or current["task_definition"]

    def _tell_takeover(self, current: Mapping[str, Any]) -> None:
        """Say that the rollout takes the place of a deployment that is under way."""
        under_way = self._history.under_way if self._history else None
        if under_way and under_way.status in history.BEGUN and not self._took_over:
            self._took_over = True
            back = (
                f"the service goes back to {ecs.revision(under_way.source)}"
                if under_way.source
                else "there is nothing to go back to"
            )
            self.api.warn(
                f"A deployment of {ecs.revision(current['task_definition'])} is under way. This rollout takes its "
                f"place, and keeps what else it brings. If it fails, {back}."
            )

    def _begins(self, service: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the requests after which another deployment is the newest one.

        Where there are two target groups, one that is rolled back ends, and the tasks before it go on as they were.
        """
        return ("update_service",) if shifts(service) else ("update_service", "stop_service_deployment")

    def unfinished(self, current: dict[str, Any]) -> Plan:
        # it is only asked for once the service runs what it is to run
        return unchanged(current)

    def _plan_image(self, current: Mapping[str, Any]) -> Plan:
        running = self._asked = current["task_definition"]
        if current[IMAGES][self._container] == self._image:
            if self._waiting[1]:
                return self._plan_to_continue(current)
            return (
                self._plan_again(current) if primary(current).get("rollout_state") == "FAILED" else unchanged(current)
            )
        definition, its_tags = self._definition(running)
        params = with_image(definition, self._container, self._image)
        its_tags = self._noted(current[IMAGES], its_tags)
        known = self._active[0] if self._active and self._is_so(self._active[0], params, its_tags) else ""
        steps: list[Step] = []
        if not known:
            more = {tags.ECS.tags: tags.ECS.shape(its_tags)} if its_tags else {}
            binds = {"revision": self._note_registered}
            register = Call(
                "register_task_definition", {**params, **more}, definition["family"], binds=binds, once=True
            )
            steps.append(register)
        self._asked = known
        steps.append(update(self.options, known or Later("revision"), self._note_sent))
        self._tell_takeover(current)
        used = {running, self._source, *(item["task_definition"] for item in current["deployments"])}
        old = surplus([one for one in self._active if one != known], used, self.options["keep_revisions"])
        steps += [Call("deregister_task_definition", {"taskDefinition": one}, ecs.revision(one)) for one in old]
        runs = known or f"{running.rpartition(':')[0]}:{UNKNOWN}"
        after = {**current, "task_definition": runs, IMAGES: {**current[IMAGES], self._container: self._image}}
        unseen: dict[str, tuple[Any, Any]] = {OLD: (list(map(ecs.revision, old)), [])} if old else {}
        return Plan(steps, current, after, unseen)

    def _plan_to_continue(self, current: Mapping[str, Any]) -> Plan:
        """Return the plan that lets a deployment go on that a hook has paused."""
        arn, hook = self._waiting
        params = {"serviceDeploymentArn": arn, "hookId": hook, "action": "CONTINUE"}
        step = Call("continue_service_deployment", params, self.name, binds={"sent": self._note_continued})
        return Plan([step], current, current, {"tasks": ("paused by a hook", "go on")})

    def _note_continued(self, _reply: Mapping[str, Any]) -> bool:
        self._following.continued.add(self._waiting[1])
        self._sent = True
        return True

    def _plan_again(self, current: Mapping[str, Any]) -> Plan:
        """Return the plan that lets the service try the same revision once more, as AWS has given it up."""
        again = update(self.options, current["task_definition"], self._note_sent, force=True)
        replaced = ("as they are", "replaced by a new deployment, as the last one failed")
        return Plan([again], current, current, {"tasks": replaced})

    def _plan_renewal(self, current: Mapping[str, Any]) -> Plan:
        """Return the plan that replaces tasks which are older than they may be."""
        self._asked = current["task_definition"]
        since = datetime.fromisoformat(self.options["renewed_since"].replace("Z", "+00:00"))
        if self._began and self._began >= since:
            return unchanged(current)
        again = update(self.options, self._asked, self._note_sent, force=True)
        return Plan([again], current, current, {"tasks": ("as they are", "replaced by new ones")})

    def _noted(self, images: Mapping[str, str], its_tags: Mapping[str, str]) -> dict[str, str]:
        """Return the tags of the revision that is to run, with a note of the images that the configuration has."""
        others = set(kept_images.kept(its_tags.get(kept_images.TAG, ""), images, self._images)) - {self._container}
        if self._images.get(self._container, self._image) != self._image:
            others.add(self._container)
        note = kept_images.value(others, self._images)
        rest = {name: text for name, text in its_tags.items() if name != kept_images.TAG}
        return {**rest, kept_images.TAG: note} if note else rest

    def _is_so(self, arn: str, params: Mapping[str, Any], its_tags: Mapping[str, str]) -> bool:
        """Tell whether a revision, such as one of a run that was interrupted, is what would be registered."""
        definition, has = self._definition(arn)
        return has == its_tags and {name: value for name, value in definition.items() if name in REGISTERED} == params

    def _note_registered(self, reply: Mapping[str, Any]) -> str:
        self._asked, self._registered = reply["taskDefinition"]["taskDefinitionArn"], True
        return self._asked

    def _note_sent(self, _reply: Mapping[str, Any]) -> bool:
        self._sent = True
        return True

    def _plan_revision(self, current: Mapping[str, Any]) -> Plan:
        running, target, past = current["task_definition"], self._target, self._history
        self._asked = target
        under_way = past.under_way if past else None
        steps: list[Step] = []
        if under_way and target == under_way.source:
            if under_way.status in history.BEGUN:
                stop = {"serviceDeploymentArn": under_way.arn, "stopType": "ROLLBACK"}
                sent = {"sent": self._note_sent}
                steps.append(Call("stop_service_deployment", stop, self.name, binds=sent, done_if=OVER))
        elif target != running:
            steps.append(update(self.options, target, self._note_sent))
        if not steps:
            return unchanged(current)
        definition, _tags = self._definition(target)
        images = images_of(definition)
        notes = list(self._notes(target, images))
        after = {**current, "task_definition": target, IMAGES: images}
        return Plan([*notes, *steps], current, after)

    def _notes(self, target: str, images: Mapping[str, str]) -> Iterator[Call]:
        """Yield the requests that keep the next deployment from undoing a rollback."""
        if not self._images:
            return
        its_tags = self._definition(target)[1]
        note = kept_images.value(kept_images.others(images, self._images), self._images)
        if note != its_tags.get(kept_images.TAG, ""):
            yield tagged(target, note)
        for newest in self._active[:1]:
            if newest != target and kept_images.TAG not in self._definition(newest)[1]:
                yield tagged(newest, kept_images.SUPERSEDED)

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        runs = {"task_definition": ecs.revision(found["task_definition"]), IMAGES: found[IMAGES]}
        more = {name: found[name] for name in (OLD, "tasks") if name in found}
        return [Part(self.aws_type, self.name, {**runs, **more, "tags": found["tags"]})]

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        return {name: row for name, row in (found or {}).items() if name in FIELDS and FIELDS[name].described}

    def progress(self, current: dict[str, Any]) -> Progress:
        seen = self._following.progress(current, self._asked, None)
        if seen.ready or seen.failure:
            return seen
        newest = primary(current)
        failed = newest.get("failed_tasks", 0)
        if self.options["image"] and not breaks(current) and failed >= most_failures(current["desired_count"]):
            stopped = self._following.stopped(current, self._asked)
            said = f"{failed} tasks of {ecs.revision(self._asked)} failed; {stopped}."
            return Progress(ready=False, state=in_words(newest, []), failure=said)
        healthy = "; ".join(self._healthy(current))
        return replace(seen, state=f"{seen.state}; {healthy}" if healthy else seen.state)

    def _healthy(self, service: Mapping[str, Any]) -> Iterator[str]:
        """Yield for each target group how many of its targets are healthy."""
        for balancer in service["load_balancers"]:
            for arn in groups_of(balancer):
                reply = self.api.call("describe_target_health", "elbv2", TargetGroupArn=arn)
                targets = len(reply["TargetHealthDescriptions"])
                yield f"{elbv2.count_healthy(reply)} of {targets} targets healthy in {elbv2.target_group_name(arn)}"

    def gave_up(self, found: dict[str, Any] | None) -> str:
        """Roll a failed rollout back, unless AWS does that, and follow it."""
        if self._following.paused[1]:
            return ""
        if found is None or not self.options["wait"] or not self.options["image"] or self._source == self._asked:
            return self._how_to_go_on
        try:
            return f"{self._rolled_back(found)}{self._how_to_go_on}"
        except (AwsError, WaitError) as failure:
            return f" It could not be rolled back: {failure}{self._how_to_go_on}"

    @property
    def _how_to_go_on(self) -> str:
        command = self.options["go_on_with"]
        return f" To go on, correct the cause and run: {command}" if command else ""

    def _rolled_back(self, found: Mapping[str, Any]) -> str:
        """Roll back what has failed, and return in words who did that and what runs.

        :raises AwsError: AWS refused it.
        :raises WaitError: it has not ended, or has failed too.
        """
        newest, source = primary(found), ecs.revision(self._source)
        by = "Amazon ECS"
        following = Following(self.api, self.options)
        if ecs.revision(newest.get("task_definition", "")) == ecs.revision(self._asked):
            past = history.read(self.api, self.options["cluster"], self.name)
            begun = past.under_way is not None and past.under_way.status in history.BEGUN
            if begun and (breaks(found) or shifts(found)) and newest["rollout_state"] != "FAILED":
                return " The deployment goes on, and AWS ends it if tasks fail. Nothing was rolled back."
            if not past.rolled_back and (begun or past.under_way is None):
                following.rollout.replaces(found, newest_only=True)
                self._go_back(past)
                by = "this run, as the service has no circuit breaker that does it"
        began = time.monotonic()

        def look() -> Progress:
            current = self.describe()
            if current is None:
                return Progress(ready=False, state="gone", failure="The service was removed.")
            return following.progress(current, self._source, None)

        poll(f"rollback of ECS service {self.name} to {source}", "completed", float(self.options["wait_timeout"]), look)
        seconds = time.monotonic() - began
        return f" Rolled back by {by}: the service runs {source} again, {seconds:.0f} s later.{self._dropped()}"

    def _go_back(self, past: history.History) -> None:
        """Roll the deployment back that this run has begun; one that has ended already is replaced."""
        if past.under_way and past.under_way.status in history.BEGUN and past.under_way.source == self._source:
            self.api.call("stop_service_deployment", serviceDeploymentArn=past.under_way.arn, stopType="ROLLBACK")
            return
        again = update(self.options, self._source, self._note_sent)
        self.api.call(again.operation, **again.params)

    def _dropped(self) -> str:
        """Deregister the revision that failed, if this run has registered it; it goes on being shown by AWS."""
        if not self._registered:
            return ""
        self.api.call("deregister_task_definition", taskDefinition=self._asked)
        return f" {ecs.revision(self._asked)} was deregistered."


def main() -> None:
    """Entry point of the module."""
    manage(Rollout)


if __name__ == "__main__":
    main()

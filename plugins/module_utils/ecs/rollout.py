# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a deployment of an ECS service is, why it failed, and what to tell of it meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import history
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import READY, Progress

SHOWN_EVENTS = 5
PAUSED = "The deployment waits at {stage}, where a hook pauses it. Nothing was rolled back."
GO_ON = "Run playbooks/rollout.yml with the same image and -e go_on=true to go on, or playbooks/rollback.yml."
SHOWN_REASONS = 3


def primary(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service's newest deployment; empty when it has none yet."""
    found = [deployment for deployment in service["deployments"] if deployment["status"] == "PRIMARY"]
    return found[0] if found else {}


REDIRECTED = re.compile(r"\[30[1-8]\]")
LEADS_ELSEWHERE = "the path of the health check leads elsewhere, so set the path that it leads to"


def target_health(arn: str, targets: Sequence[Mapping[str, Any]], enough: int) -> Progress:
    """Tell whether enough targets of a target group are healthy; if not, which are not and why."""
    unhealthy = []
    for target in targets:
        health = target["TargetHealth"]
        if health["State"] not in ("healthy", "draining"):
            said = [health["State"], health.get("Reason", ""), health.get("Description", "")]
            unhealthy.append(f"{target['Target']['Id']} {' '.join(filter(None, said))}")
    healthy = sum(target["TargetHealth"]["State"] == "healthy" for target in targets)
    if healthy >= enough:
        return READY
    # a check follows no redirect
    if any(REDIRECTED.search(text) for text in unhealthy):
        unhealthy.append(LEADS_ELSEWHERE)
    name = arn.split("/")[1]
    state = f"{healthy} of {enough} targets healthy in target group {name}: {'; '.join(unhealthy) or 'no other target'}"
    return Progress(ready=False, state=state)


def in_words(deployment: Mapping[str, Any], events: list[dict[str, str]]) -> str:
    """Return how far a deployment is, for messages."""
    runs = ecs.revision(deployment["task_definition"])
    said = (
        f"deployment {deployment['id']} of {runs} {deployment['rollout_state']}, "
        f"{deployment['running_count']} of {deployment['desired_count']} tasks running, "
        f"{deployment['pending_count']} pending, {deployment['failed_tasks']} failed"
    )
    return f"{said}; last event: {events[0]['message']}" if events else said


class Rollout:
    """What one run of the module has seen of a service's deployments.

    :ivar earlier: ids of the deployments that this run replaces; AWS may still show one as the newest for a moment.
    :ivar superseded: whether a newer one has been seen.
    """

    def __init__(self) -> None:
        self.earlier: frozenset[str] = frozenset()
        self.superseded = False

    def replaces(self, service: Mapping[str, Any], newest_only: bool = False) -> None:
        """Note the deployments of a service that this run is about to replace.

        :param newest_only: whether AWS may go back to an earlier one of them under its own id, as it does when one is
            stopped.
        """
        replaced = [primary(service)] if newest_only else service["deployments"]
        self.earlier = frozenset(deployment["id"] for deployment in replaced if deployment)

    def stale(self, deployment: Mapping[str, Any]) -> bool:
        """Tell whether a deployment is one that this run has replaced, while AWS does not show another one yet."""
        return deployment["id"] in self.earlier and not self.superseded

    def failure(self, service: Mapping[str, Any], task_definition: str) -> tuple[dict[str, Any], str]:
        """Return the deployment that failed and why; two empty values while none has."""
        asked = ecs.revision(task_definition)
        for deployment in service["deployments"]:
            mine = deployment["id"] not in self.earlier and ecs.revision(deployment["task_definition"]) == asked
            if mine and deployment["rollout_state"] == "FAILED":
                return deployment, deployment["rollout_state_reason"]
        newest = primary(service)
        if newest and not self.stale(newest) and ecs.revision(newest["task_definition"]) != asked:
            runs = ecs.revision(newest["task_definition"])
            return newest, f"{asked} was rolled back, the service runs {runs}. {newest['rollout_state_reason']}"
        return {}, ""

    def progress(self, service: Mapping[str, Any], desired_count: int | None, events: list[dict[str, str]]) -> Progress:
        """Tell how far the newest deployment is, when none has failed.

        :param desired_count: how many tasks are to run; None for as many as AWS wants to.
        """
        newest = primary(service)
        if not newest:
            return Progress(ready=False, state="no deployment has started")
        if self.stale(newest):
            return Progress(ready=False, state=f"the deployment that replaces {newest['id']} has not started")
        self.superseded = True
        counted = service["desired_count"] if desired_count is None else desired_count
        enough = service["running_count"] == service["desired_count"] == counted
        if newest["rollout_state"] == "COMPLETED" and enough:
            return READY
        return Progress(ready=False, state=in_words(newest, events))


def shifts(service: Mapping[str, Any]) -> bool:
    """Tell whether deployments of a service shift traffic between two target groups."""
    return service["deployment"].get("strategy", ecs.ROLLING) != ecs.ROLLING


def groups_of(balancer: Mapping[str, Any]) -> list[str]:
    """Return the ARNs of the target groups in which the tasks of a service may be."""
    both = balancer["target_group_arn"], balancer.get(ecs.ADVANCED, {}).get("alternate_target_group_arn")
    return [arn for arn in both if arn]


class Following:
    """Follows the deployments of one service, as one run of a module sees them.

    :ivar rollout: what has been seen of them.
    :ivar events: the service's last events, the newest first.
    :ivar paused: the ARN of the service deployment that waits for somebody to continue it, and the id of the hook.
    :ivar continued: the ids of the hooks at which this run has continued it.
    """

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        """Begin to follow.

        :param options: a module's, with the C(cluster) and the C(name) of the service.
        """
        self.rollout = Rollout()
        self.events: list[dict[str, str]] = []
        self.paused = ("", "")
        # the newest service deployment at the first look, where there are two target groups
        self._before: str | None = None
        self.continued: set[str] = set()
        self._api, self._options = api, options
        # why tasks have stopped, and the counts of failed tasks that this was asked for
        self._reasons = self._reasons_of = ""

    def see(self, found: Mapping[str, Any]) -> None:
        """Take note of the service as DescribeServices gives it."""
        self.events = ecs.events_from_aws(found, SHOWN_EVENTS)
        strategy = (found.get("deploymentConfiguration") or {}).get("strategy", ecs.ROLLING)
        if self._before is None and strategy != ecs.ROLLING and found["status"] == "ACTIVE":
            self._before = self._newest().get("serviceDeploymentArn", "")
        self._before = self._before or ""

    def _newest(self) -> dict[str, Any]:
        return history.newest(self._api, self._options["cluster"], self._options["name"])

    def progress(self, service: Mapping[str, Any], task_definition: str, desired_count: int | None) -> Progress:
        """Tell how far the service is: it runs the revision with enough tasks, and their targets are healthy.

        :param task_definition: the revision that it is to run.
        :param desired_count: as L(Rollout.progress).
        """
        shifting = self._shifting(service, task_definition) if shifts(service) else None
        if shifting:
            return shifting
        deployment, reason = self.rollout.failure(service, task_definition)
        if deployment:
            stopped = self.stopped(service, task_definition)
            said = f"{reason} {stopped}. {self._last_events()} Correct the cause and run again."
            return Progress(ready=False, state=in_words(deployment, []), failure=said)
        seen = self.rollout.progress(service, desired_count, self.events)
        if seen.ready:
            return self.targets(service)
        if primary(service).get("failed_tasks"):
            return Progress(ready=False, state=f"{seen.state}; {self.stopped(service, task_definition)}")
        return seen

    def _shifting(self, service: Mapping[str, Any], task_definition: str) -> Progress | None:
        """Tell how far a service is that shifts traffic between two target groups; None when that is over."""
        record = self._newest()
        if self.rollout.earlier and record.get("serviceDeploymentArn") == self._before:
            return Progress(ready=False, state="the deployment has not started")
        status = record.get("status", history.COMPLETED)
        words = history.in_words(record) if record else ""
        hook = history.paused_by(record)
        if hook and hook not in self.continued:
            self.paused = (record["serviceDeploymentArn"], hook)
            said = f"{PAUSED.format(stage=record.get('lifecycleStage', 'a stage'))} {GO_ON}"
            return Progress(ready=False, state=words, failure=said)
        if status in history.BEGUN:
            failed = primary(service).get("failed_tasks")
            stopped = f"; {self.stopped(service, task_definition)}" if failed else ""
            return Progress(ready=False, state=f"{words}{stopped}")
        # what came of a deployment that this run has not begun is no failure of this run
        if status in history.ENDING and not self.rollout.earlier:
            return Progress(ready=False, state=words)
        if status == history.COMPLETED or not self.rollout.earlier:
            return None
        stopped = self.stopped(service, task_definition)
        reason = f"{ecs.revision(task_definition)}: {record.get('statusReason') or status}"
        said = f"{reason} {stopped}. {self._last_events()} Correct the cause and run again."
        return Progress(ready=False, state=words, failure=said)

    def targets(self, service: Mapping[str, Any]) -> Progress:
        """Tell whether the load balancers find enough tasks healthy: in the grace period ECS does not ask them."""
        for balancer in service["load_balancers"]:
            arns = groups_of(balancer)
            replies = [self._api.call("describe_target_health", "elbv2", TargetGroupArn=arn) for arn in arns]
            found = [target for reply in replies for target in reply["TargetHealthDescriptions"]]
            seen = target_health(arns[0], found, service["desired_count"]) if arns else READY
            if not seen.ready:
                return seen
        return READY

    def _last_events(self) -> str:
        events = [event["message"] for event in self.events]
        return f"Last events: {' | '.join(events) or 'none'}."

    def stopped_tasks(self, service: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the tasks of the service that are stopping, or have stopped within the last hour."""
        cluster, name = self._options["cluster"], self._options["name"]
        return ecs.tasks_of(self._api, cluster, name, service["task_definition"], "STOPPED")

    def stopped(self, service: Mapping[str, Any], task_definition: str) -> str:
        """Return why the tasks of a revision have stopped; asks AWS only when more of them failed."""
        failed = json.dumps([[item["id"], item["failed_tasks"]] for item in service["deployments"]])
        if failed != self._reasons_of:
            asked = ecs.revision(task_definition)
            tasks = self.stopped_tasks(service)
            mine = [task for task in tasks if ecs.revision(task["task_definition"]) == asked]
            reasons = list(dict.fromkeys(map(ecs.why_stopped, mine)))[:SHOWN_REASONS]
            self._reasons_of, self._reasons = failed, " | ".join(reasons) or "none"
        return f"stopped tasks: {self._reasons}"

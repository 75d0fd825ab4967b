# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service deployments of an ECS service: what is under way, and which revisions have completed one.

AWS keeps them for 90 days. A rollback is no deployment of its own, but the end of the one that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.ecs import reading as ecs

LISTED_AT_ONCE = 100  # ListServiceDeployments
REVISIONS_AT_ONCE = 20  # DescribeServiceRevisions
BEGUN = frozenset({"PENDING", "IN_PROGRESS"})
ENDING = frozenset({"STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
COMPLETED, ROLLED_BACK = "SUCCESSFUL", "ROLLBACK_SUCCESSFUL"


@dataclass(frozen=True)
class UnderWay:
    """A deployment that has not ended.

    :ivar arn: the ARN of the service deployment.
    :ivar status: AWS's word for how far it is.
    :ivar source: the task definition that it replaces; empty for a service's first deployment.
    """

    arn: str
    status: str
    source: str


@dataclass(frozen=True)
class History:
    """The deployments of a service.

    :ivar under_way: the one that has not ended; None when all have.
    :ivar rolled_back: whether the last one was rolled back.
    :ivar completed: the task definitions whose deployments have completed, the last one first, each once.
    """

    under_way: UnderWay | None
    rolled_back: bool
    completed: tuple[str, ...]


def listed(api: Api, cluster: str, service: str) -> list[dict[str, Any]]:
    """Return the service deployments, the newest first; boto3 has no paginator for them."""
    params: dict[str, Any] = {"cluster": cluster, "service": service, "maxResults": LISTED_AT_ONCE}
    found: list[dict[str, Any]] = []
    while True:
        reply = api.call("list_service_deployments", **params)
        found += reply["serviceDeployments"]
        if not reply.get("nextToken"):
            return sorted(found, key=lambda item: item["createdAt"], reverse=True)
        params["nextToken"] = reply["nextToken"]


def definitions(api: Api, revisions: Iterable[str]) -> dict[str, str]:
    """Return the task definition of each service revision, by the ARNs of both; AWS may not have all any more."""
    found: dict[str, str] = {}
    for some in ecs.chunks(list(dict.fromkeys(revisions)), REVISIONS_AT_ONCE):
        reply = api.call("describe_service_revisions", serviceRevisionArns=list(some))
        found |= {item["serviceRevisionArn"]: item["taskDefinition"] for item in reply["serviceRevisions"]}
    return found


def under_way(api: Api, record: dict[str, Any], completed: Sequence[str] = ()) -> UnderWay | None:
    """Return a service deployment of a list if it has not ended.

    One that takes the place of another one under way has several sources. AWS goes back to what has completed last.

    :param completed: ARNs of the service revisions whose deployments have completed, the last one first.
    """
    if record["status"] not in BEGUN | ENDING:
        return None
    arn = record["serviceDeploymentArn"]
    (whole,) = api.call("describe_service_deployments", serviceDeploymentArns=[arn])["serviceDeployments"]
    listed_sources = [item["arn"] for item in whole.get("sourceServiceRevisions", [])]
    sources = [one for one in completed if one in listed_sources] or listed_sources
    known = definitions(api, sources)
    return UnderWay(arn, whole["status"], next((known[one] for one in sources if one in known), ""))


def newest(api: Api, cluster: str, service: str) -> dict[str, Any]:
    """Return the newest service deployment as DescribeServiceDeployments gives it; empty when there is none."""
    records = listed(api, cluster, service)
    if not records:
        return {}
    arn = records[0]["serviceDeploymentArn"]
    (whole,) = api.call("describe_service_deployments", serviceDeploymentArns=[arn])["serviceDeployments"]
    return dict(whole)


def paused_by(record: Mapping[str, Any]) -> str:
    """Return the id of the hook that a service deployment waits at for somebody to continue it; empty for none."""
    hooks = record.get("lifecycleHookDetails") or []
    waiting = [hook["hookId"] for hook in hooks if hook.get("status") == "AWAITING_ACTION"]
    return waiting[0] if record.get("status") in BEGUN and waiting else ""


def in_words(record: Mapping[str, Any]) -> str:
    """Return how far a service deployment is, for messages."""
    target = record.get("targetServiceRevision") or {}
    said = [record["status"], record.get("lifecycleStage", "")]
    if target.get("requestedProductionTrafficWeight") is not None:
        said.append(f"{target['requestedProductionTrafficWeight']:g} % of the traffic shifted")
    said.append(f"{target.get('runningTaskCount', 0)} of {target.get('requestedTaskCount', 0)} new tasks running")
    return f"service deployment {', '.join(filter(None, said))}"


def read(api: Api, cluster: str, service: str) -> History:
    """Read the deployments of a service.

    :raises AwsError: as L(Api.call).
    """
    records = listed(api, cluster, service)
    arns = [item["targetServiceRevisionArn"] for item in records if item["status"] == COMPLETED]
    known = definitions(api, arns)
    completed = dict.fromkeys(known[arn] for arn in arns if arn in known)
    begun = under_way(api, records[0], arns) if records else None
    return History(begun, bool(records) and records[0]["status"] == ROLLED_BACK, tuple(completed))

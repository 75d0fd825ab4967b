# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How target groups are read and forwarded to, for the modules that manage, use or show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown

TARGET_GROUP_GONE = frozenset({"TargetGroupNotFound"})
HEALTHY = "healthy"


def tags_of(api: Api, arn: str, gone: frozenset[str]) -> dict[str, str] | None:
    """Return the tags of a resource of Elastic Load Balancing (DescribeTags); None when it has gone meanwhile.

    :param gone: the error codes that say so.
    :raises AwsError: AWS refused, was not reached, or left the resource out of its reply.
    """
    described = api.find("describe_tags", "TagDescriptions", gone, ResourceArns=[arn])
    return None if described is None else tags.from_list(described["Tags"])


def forward_config(weights: Mapping[str, int]) -> dict[str, Any]:
    """Return the C(ForwardConfig) of a listener's action that forwards to several target groups.

    :param weights: their ARNs, each with its share of the requests, 0 to 999.
    """
    return {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]}


def count_healthy(reply: Mapping[str, Any]) -> int:
    """Return how many targets are healthy in a reply of DescribeTargetHealth."""
    return sum(target["TargetHealth"]["State"] == HEALTHY for target in reply.get("TargetHealthDescriptions", []))


def target_states(api: Api, target_group: str) -> list[str]:
    """Return the states of the targets of a target group; none of one that is gone or still to come.

    :raises AwsError: as L(Api.get).
    """
    if is_unknown(target_group):
        return []
    reply = api.get("describe_target_health", TARGET_GROUP_GONE, "elbv2", TargetGroupArn=target_group) or {}
    return [target["TargetHealth"]["State"] for target in reply.get("TargetHealthDescriptions", [])]


def healthy_targets(api: Api, target_group: str) -> int:
    """Return how many targets of a target group are healthy, as L(target_states)."""
    return target_states(api, target_group).count(HEALTHY)


def is_empty(states: Sequence[str]) -> bool:
    """Tell whether a target group has no targets but such as are on their way out."""
    return all(state == "draining" for state in states)


def target_group_name(arn: str) -> str:
    """Return the name in a target group's ARN."""
    return arn.split("/")[1] if "/" in arn else arn

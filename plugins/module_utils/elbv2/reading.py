# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How target groups are read and forwarded to, for the modules that manage, use or show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TARGET_GROUP_GONE = frozenset({"TargetGroupNotFound"})
HEALTH_CHECK = {
    "protocol": "HealthCheckProtocol",
    "port": "HealthCheckPort",
    "path": "HealthCheckPath",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthy_threshold": "HealthyThresholdCount",
    "unhealthy_threshold": "UnhealthyThresholdCount",
}


def code_option(protocol_version: str | None) -> str:
    """Return the option with the codes that a health check takes for success."""
    return "grpc_code" if protocol_version == "GRPC" else "matcher"


def target_group_from_aws(group: Mapping[str, Any], group_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a target group as DescribeTargetGroups and DescribeTags give it, in the modules' shape."""
    health_check = {ours: group.get(theirs) for ours, theirs in HEALTH_CHECK.items()}
    health_check[code_option(group.get("ProtocolVersion"))] = next(iter(group.get("Matcher", {}).values()), None)
    return {
        "arn": group["TargetGroupArn"],
        "name": group["TargetGroupName"],
        "protocol": group.get("Protocol"),
        "protocol_version": group.get("ProtocolVersion"),
        "port": group.get("Port"),
        "vpc_id": group.get("VpcId"),
        "target_type": group.get("TargetType"),
        "health_check": health_check,
        "load_balancer_arns": list(group.get("LoadBalancerArns", [])),
        "tags": dict(group_tags),
    }


def forward_config(weights: Mapping[str, int]) -> dict[str, Any]:
    """Return the C(ForwardConfig) of a listener's action that forwards to several target groups.

    :param weights: their ARNs, each with its share of the requests, 0 to 999.
    """
    return {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]}


def count_healthy(reply: Mapping[str, Any]) -> int:
    """Return how many targets are healthy in a reply of DescribeTargetHealth."""
    return sum(target["TargetHealth"]["State"] == "healthy" for target in reply.get("TargetHealthDescriptions", []))


def target_group_name(arn: str) -> str:
    """Return the name in a target group's ARN."""
    return arn.split("/")[1] if "/" in arn else arn

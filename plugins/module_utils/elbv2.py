# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How target groups are read, for the module that manages them and the one that shows their targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TARGET_GROUP_GONE = frozenset({"TargetGroupNotFound"})
HEALTH_CHECK = {
    "path": "HealthCheckPath",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthy_threshold": "HealthyThresholdCount",
    "unhealthy_threshold": "UnhealthyThresholdCount",
}


def target_group_from_aws(group: Mapping[str, Any], group_tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a target group as DescribeTargetGroups and DescribeTags give it, in the modules' shape."""
    health_check = {ours: group.get(theirs) for ours, theirs in HEALTH_CHECK.items()}
    health_check["matcher"] = group.get("Matcher", {}).get("HttpCode")
    return {
        "arn": group["TargetGroupArn"],
        "name": group["TargetGroupName"],
        "protocol": group.get("Protocol"),
        "port": group.get("Port"),
        "vpc_id": group.get("VpcId"),
        "target_type": group.get("TargetType"),
        "health_check": health_check,
        "load_balancer_arns": list(group.get("LoadBalancerArns", [])),
        "tags": dict(group_tags),
    }

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A target group as AWS shows it, for the modules that manage and read one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import (
    elbv2_name,
    grpc_codes,
    health_check_path,
    health_check_port,
    health_check_times,
    http_codes,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, SEVERAL, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import HIGHEST_PORT

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/streamflix-tg-dev/73e2d6bc24d8a067"


# what CreateTargetGroup fills in for HTTP and HTTPS
HEALTH_CHECK: Rows = {
    "protocol": Field(aws="HealthCheckProtocol", choices=("HTTP", "HTTPS"), new="HTTP"),
    "port": Field(aws="HealthCheckPort", new="traffic-port", rule=health_check_port),
    "path": Field(aws="HealthCheckPath", new="/", rule=health_check_path),
    "interval": Field("int", "HealthCheckIntervalSeconds", new=30, limits=(5, 300)),
    "timeout": Field("int", "HealthCheckTimeoutSeconds", new=5, limits=(2, 120)),
    "healthy_threshold": Field("int", "HealthyThresholdCount", new=5, limits=(2, 10)),
    "unhealthy_threshold": Field("int", "UnhealthyThresholdCount", new=2, limits=(2, 10)),
    "matcher": Field(
        aws="Matcher", new="200", read="Matcher.HttpCode", write=lambda codes: {"HttpCode": codes}, rule=http_codes
    ),
    "grpc_code": Field(
        aws="Matcher", read="Matcher.GrpcCode", write=lambda codes: {"GrpcCode": codes}, rule=grpc_codes
    ),
}


def with_its_codes(health_check: Mapping[str, Any], protocol_version: str | None) -> dict[str, Any]:
    """Return a health check with only the one of its options for codes that goes with the protocol's version."""
    other = "matcher" if protocol_version == "GRPC" else "grpc_code"
    return {key: value for key, value in health_check.items() if key != other}


TARGET_GROUP: Rows = {
    "arn": Field(read="TargetGroupArn", assigned=True, always=True, shown_only=True, new=CHOSEN),
    "name": Field(aws="Name", read="TargetGroupName", required=True, always=True, rule=elbv2_name),
    "protocol": Field(aws="Protocol", fixed=True, choices=("HTTP", "HTTPS")),
    "protocol_version": Field(aws="ProtocolVersion", fixed=True, choices=("HTTP1", "HTTP2", "GRPC"), new="HTTP1"),
    "port": Field("int", "Port", fixed=True, limits=(1, HIGHEST_PORT)),
    "vpc_id": Field(aws="VpcId", fixed=True),
    "target_type": Field(aws="TargetType", fixed=True, choices=("instance", "ip"), default="ip"),
    "health_check": Field(
        "dict",
        SEVERAL,
        read=lambda group: with_its_codes(fields.described(HEALTH_CHECK, group), group.get("ProtocolVersion")),
        rows=HEALTH_CHECK,
        merge=True,
        rule=health_check_times,
    ),
    "load_balancer_arns": Field("list", read="LoadBalancerArns", assigned=True, shown_only=True, unset=[], new=[]),
}

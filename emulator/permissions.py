"""Missing permissions: requests whose IAM action is denied are refused as AWS refuses them.

An action is named as IAM policies name it, which is not always the boto3 client and the operation: API Gateway's are
HTTP methods, and Elastic Load Balancing and the Resource Groups Tagging API have prefixes of their own. Only the
operation's own action is checked, not the further ones that AWS asks for, such as C(iam:PassRole) or C(ec2:CreateTags).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.wire import AwsRequest, Proceed, RefusalError, Reply

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/denied"
# Service Authorization Reference, "service prefix" of the actions of each service, where it is not the client's name
PREFIXES = {
    "apigatewayv2": "apigateway",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
}
# Service Authorization Reference, Amazon API Gateway Management: the actions are HTTP methods
BY_METHOD = ("apigateway", "apigatewayv2")
# STS API Reference, GetCallerIdentity: no permission is needed, and a policy that denies it has no effect
ALWAYS_ALLOWED = frozenset({"sts:GetCallerIdentity"})
LABEL = re.compile(r"\{(\w+)\+?\}")


def action_of(request: AwsRequest) -> str:
    """Return the IAM action that a request needs, such as C(elasticloadbalancing:DescribeLoadBalancers)."""
    prefix = PREFIXES.get(request.service, request.service)
    return f"{prefix}:{request.model.http['method'] if request.service in BY_METHOD else request.operation}"


def is_named(action: str, patterns: Sequence[str]) -> bool:
    """Tell whether an IAM action fits one of the patterns; as in policies, the case does not matter."""
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def resource_of(request: AwsRequest) -> str:
    """Return the resource that AWS names in its refusal: an ARN from the parameters, or C(*)."""
    if request.service in BY_METHOD:
        path = filled(request.model.http["requestUri"], members(request))
        return f"arn:aws:apigateway:{request.region}::{path}"
    texts = (value for value in request.parameters.values() if isinstance(value, str))
    return next((text for text in texts if text.startswith("arn:")), "*")


def members(request: AwsRequest) -> Mapping[str, Any]:
    """Return the parameters of a request by their names in the URL."""
    shapes = request.model.input_shape.members if request.model.input_shape else {}
    return {shapes[name].serialization.get("name", name): value for name, value in request.parameters.items()}


def filled(template: str, values: Mapping[str, Any]) -> str:
    """Put values into the labels of a URL's path."""
    return LABEL.sub(lambda label: str(values.get(label[1], "*")), template.partition("?")[0])


def refusal(request: AwsRequest, action: str) -> RefusalError:
    """Return the error with which a service says that the caller lacks a permission.

    Sources: Amazon EC2 Developer Guide, Error codes (UnauthorizedOperation); Common Errors of the API references of
    RDS, ElastiCache, ELBv2 and IAM (AccessDenied, 403), ECS, CloudWatch Logs, Secrets Manager and tagging
    (AccessDeniedException, 400); IAM User Guide, Troubleshoot access denied error messages, for the message.
    """
    reason = f"because no identity-based policy allows the {action} action"
    if request.protocol == "ec2":
        words = f"You are not authorized to perform this operation. User: {USER} is not authorized to perform: {action}"
        return RefusalError("UnauthorizedOperation", f"{words} {reason}", 403)
    words = f"User: {USER} is not authorized to perform: {action} on resource: {resource_of(request)} {reason}"
    if request.protocol == "query":
        return RefusalError("AccessDenied", words, 403)
    return RefusalError("AccessDeniedException", words, 403 if request.protocol == "rest-json" else 400)


class Permissions:
    """The layer that refuses what the caller may not do."""

    def __init__(self, denied: Sequence[str]) -> None:
        """Keep the patterns of the denied actions."""
        self._denied = denied

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Refuse the request, or go on."""
        action = action_of(request)
        if action not in ALWAYS_ALLOWED and is_named(action, self._denied):
            raise refusal(request, action)
        return proceed()

    def reset(self) -> None:
        """Nothing is remembered."""

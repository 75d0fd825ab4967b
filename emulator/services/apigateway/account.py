"""The settings of an account: the role with which API Gateway writes logs."""

from __future__ import annotations

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend
from moto.iam import iam_backends

from emulator.patching import wrap

LOGGING_SERVICE = "apigateway.amazonaws.com"
LOG_ROLE_POOR = (
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and "
    "add the required role policy."
)


def install() -> None:
    """Put the additions into moto."""

    @wrap(APIGatewayBackend, "update_account")
    def update_account(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> Any:
        """Refuse a logging role that does not exist, trust API Gateway or have a policy."""
        for patch in patch_operations:
            arn = patch.get("value") or ""
            if patch["path"] == "/cloudwatchRoleArn" and arn and not _may_log(self.account_id, self.partition, arn):
                raise BadRequestException(LOG_ROLE_POOR)
        return original(self, patch_operations)


def _may_log(account_id: str, partition: str, arn: str) -> bool:
    roles = iam_backends[account_id][partition].roles.values()
    role = next((item for item in roles if item.arn == arn), None)
    if role is None:
        return False
    trust = role.assume_role_policy_document
    trusted = LOGGING_SERVICE in (trust if isinstance(trust, str) else json.dumps(trust))
    return trusted and bool(role.managed_policies or role.policies)

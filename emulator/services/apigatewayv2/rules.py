"""API Gateway version 2: a VPC link stays for as long as an API uses it.

The text is that of AWS Knowledge Center, "Delete an Amazon VPC link for an API Gateway REST API", on links of version
1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.rules.registry import Account, refuse_if, rule
from emulator.wire import AwsRequest


def _users(account: Account, link_id: str) -> Iterator[str]:
    for api in account.of("apigateway").apis.values():
        for resource in api.resources.values():
            for verb, method in resource.resource_methods.items():
                integration: Any = method.method_integration
                if integration is not None and getattr(integration, "connectionId", None) == link_id:
                    yield f"{verb}:{resource.id}"


@rule("apigatewayv2", "DeleteVpcLink")
def link_is_not_used(request: AwsRequest, account: Account) -> None:
    """Refuse while a method of a REST API leads through it."""
    users = sorted(_users(account, request.parameters["VpcLinkId"]))
    text = f"Cannot delete VPC link. It is referenced in [{', '.join(users)}] in format of [Method:Resource]."
    refuse_if(users, "BadRequestException", text)

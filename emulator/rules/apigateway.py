"""API Gateway: a REST API that a custom domain serves stays. Its pace is in L(emulator.rules.pace).

Amazon API Gateway API Reference, DeleteRestApi.
"""

from __future__ import annotations

from emulator.rules.registry import Account, refuse_if, rule
from emulator.wire import AwsRequest


@rule("apigateway", "DeleteRestApi")
def api_is_not_mapped(request: AwsRequest, account: Account) -> None:
    """Refuse while a base path of a domain leads to it."""
    api_id = request.parameters.get("restApiId")
    mappings = account.of("apigateway").base_path_mappings.values()
    mapped = any(mapping.rest_api_id == api_id for of_domain in mappings for mapping in of_domain.values())
    text = "Please remove all base path mappings related to the API in your account before deleting the API."
    refuse_if(mapped, "BadRequestException", text)

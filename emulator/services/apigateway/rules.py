"""API Gateway: a REST API that a custom domain serves stays, and quotas. Its pace is in L(emulator.rules.pace).

Amazon API Gateway API Reference, DeleteRestApi.
"""

from __future__ import annotations

from typing import Any

from emulator.quotas import limit
from emulator.rules.registry import Account, refuse_if, rule
from emulator.services.apigateway import quotas
from emulator.wire import AwsRequest


@rule("apigateway", "DeleteRestApi")
def api_is_not_mapped(request: AwsRequest, account: Account) -> None:
    """Refuse while a base path of a domain leads to it."""
    api_id = request.parameters.get("restApiId")
    mappings = account.of("apigateway").base_path_mappings.values()
    mapped = any(mapping.rest_api_id == api_id for of_domain in mappings for mapping in of_domain.values())
    text = "Please remove all base path mappings related to the API in your account before deleting the API."
    refuse_if(mapped, "BadRequestException", text)


APIS = {
    "REGIONAL": quotas.REGIONAL_APIS,
    "EDGE": quotas.EDGE_APIS,
    "PRIVATE": quotas.PRIVATE_APIS,
}


def _type(configuration: Any) -> str:
    return str(((configuration or {}).get("types") or ["EDGE"])[0])


@rule("apigateway", "CreateRestApi")
def api_quota(request: AwsRequest, account: Account) -> None:
    """Refuse more APIs of a type than the quota."""
    wanted = _type(request.parameters.get("endpointConfiguration"))
    apis = account.of("apigateway").apis.values()
    there = [api for api in apis if _type(api.endpoint_configuration) == wanted]
    full = len(there) >= limit(APIS[wanted], account.region)
    refuse_if(full, "LimitExceededException", "Maximum number of APIs for this account has been reached.", 429)

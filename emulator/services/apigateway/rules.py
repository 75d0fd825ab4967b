"""API Gateway: a REST API that a custom domain serves stays, private integrations need what they lead to, and quotas.

Amazon API Gateway API Reference, DeleteRestApi; Developer Guide, "Set up a private integration". Its pace is in
L(emulator.rules.pace).
"""

from __future__ import annotations

from collections.abc import Mapping
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


@rule("apigateway", "DeleteStage")
def stage_is_not_mapped(request: AwsRequest, account: Account) -> None:
    """Refuse while a base path of a domain leads to it. AWS's words for that are not documented."""
    wanted = (request.parameters.get("restApiId"), request.parameters.get("stageName"))
    mappings = account.of("apigateway").base_path_mappings.values()
    mapped = any((mapping.rest_api_id, mapping.stage) == wanted for of in mappings for mapping in of.values())
    refuse_if(
        mapped, "BadRequestException", "Please remove all base path mappings related to the stage before deleting it."
    )


def _truststore(parameters: Mapping[str, Any]) -> str:
    """Return where a request on a domain name has the certificates of the authorities; empty where it does not say."""
    given = (parameters.get("mutualTlsAuthentication") or {}).get("truststoreUri") or ""
    patches = parameters.get("patchOperations") or ()
    return next((one.get("value") or "" for one in patches if one["path"].endswith("/truststoreUri")), given)


@rule("apigateway", "CreateDomainName", "UpdateDomainName")
def truststore_is_there(request: AwsRequest, account: Account) -> None:
    """Refuse mutual TLS with an object that S3 does not have. AWS's words for that are not documented.

    Developer Guide, "Configure mutual TLS authentication for a REST API": API Gateway reads it at once.
    """
    uri = _truststore(request.parameters)
    if uri:
        name, _slash, key = uri.removeprefix("s3://").partition("/")
        bucket = account.of("s3").buckets.get(name)
        missing = bucket is None or key not in bucket.keys
        refuse_if(missing, "BadRequestException", f"The truststore {uri} could not be read from Amazon S3.")


@rule("apigateway", "PutIntegration")
def private_integration(request: AwsRequest, account: Account) -> None:
    """Refuse a VPC link that is not there or not usable yet, and one of version 2 without a load balancer.

    That AWS wants a target is its own text, as users report it (hashicorp/terraform-provider-aws issue 45230).
    """
    given, code = request.parameters, "BadRequestException"
    link_id = given.get("connectionId", "")
    if given.get("connectionType") != "VPC_LINK" or link_id in account.of("apigateway").vpc_links:
        return
    link = account.of("apigatewayv2").vpc_links.get(link_id)
    refuse_if(link is None, code, f"VPC link {link_id} does not exist.")
    pending = getattr(link, "emulator_status", "AVAILABLE") not in ("AVAILABLE", "INACTIVE")
    refuse_if(pending, code, f"VPC link {link_id} is not available.")
    target = given.get("integrationTarget")
    refuse_if(not target, code, f"IntegrationTarget is required for VpcLinkV2 {link_id}")
    refuse_if(target not in account.of("elbv2").load_balancers, code, f"Invalid integration target: {target}")


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

"""REST APIs: resource policies, domain names that lead to an API, and its removal."""

from __future__ import annotations

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException, RestAPINotFound
from moto.apigateway.models import APIGatewayBackend, RestAPI
from moto.apigateway.responses import APIGatewayResponse
from moto.utilities.utils import get_partition

from emulator.patching import wrap
from emulator.services.apigateway import security
from emulator.services.logs import writers

POLICY_INVALID = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."


def _install_rest_apis() -> None:
    @wrap(APIGatewayBackend, "delete_rest_api")
    def delete_rest_api(original: Any, self: Any, function_id: str) -> Any:
        """Answer NotFoundException to an unknown id; keep an API that a domain name leads to."""
        if function_id not in self.apis:
            raise RestAPINotFound
        _check_mappings_to(self, function_id)
        writers.write(self.region_name)
        return original(self, function_id)

    @wrap(APIGatewayResponse, "create_rest_api")
    def create_rest_api(original: Any, self: Any) -> Any:
        """Give the security policy back, and the status."""
        _check_policy(self._get_param("policy"))
        kind = ((self._get_param("endpointConfiguration") or {}).get("types") or ["EDGE"])[0]
        security.check(kind, self._get_param("securityPolicy"), self._get_param("endpointAccessMode"))
        status, headers, body = original(self)
        made = json.loads(body)
        rest_api = self.backend.apis.get(made.get("id"))
        if rest_api is not None:
            security.set_up(rest_api, self._get_param("securityPolicy"), self._get_param("endpointAccessMode"))
            body = json.dumps(rest_api.to_dict())
        return status, headers, body


def _install_settings() -> None:
    @wrap(RestAPI, "apply_patch_operations")
    def apply_patch_operations(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> None:
        """Refuse what is no resource policy; take what moto leaves out, and words for what is true or not."""
        for patch in patch_operations:
            if patch["path"] == "/policy":
                _check_policy(patch.get("value"))
        kind = (self.endpoint_configuration.get("types") or ["EDGE"])[0]
        security.patch(self, kind, patch_operations)
        original(self, [patch for patch in patch_operations if patch["path"] not in security.PATHS])
        for patch in patch_operations:
            if patch["path"] == "/disableExecuteApiEndpoint":
                self.disableExecuteApiEndpoint = patch["value"] == "true"

    @wrap(RestAPI, "to_dict")
    def to_dict(original: Any, self: Any) -> dict[str, Any]:
        found = original(self)
        found["apiStatus"] = security.status(self)
        found |= security.shown(self, "TLS_1_0")
        found["policy"] = _policy_as_aws_gives_it(self)
        return found


def _policy_as_aws_gives_it(rest_api: Any) -> str | None:
    """Return an API's resource policy with escaped quotes, and its own ARN in place of C(execute-api:/).

    Both as users report it (hashicorp/terraform-provider-aws pull request 4211), the ARN also as the developer guide's
    page on C(x-amazon-apigateway-policy) says.
    """
    if not rest_api.policy:
        return None
    arn = f"arn:{get_partition(rest_api.region_name)}:execute-api:{rest_api.region_name}:{rest_api.account_id}:"
    whole = rest_api.policy.replace('"execute-api:/', f'"{arn}{rest_api.id}/')
    return json.dumps(whole)[1:-1]


def _check_policy(policy: str | None) -> None:
    """Refuse a resource policy that is no document whose statements name who they are for."""
    if not policy:
        return
    try:
        found = json.loads(policy)["Statement"]
        statements = found if isinstance(found, list) else [found]
        valid = all("Principal" in item or "NotPrincipal" in item for item in statements)
    except (ValueError, KeyError, TypeError):
        valid = False
    if not valid:
        raise BadRequestException(POLICY_INVALID)


def _check_mappings_to(backend: Any, api_id: str) -> None:
    """Refuse to delete an API that a domain name leads to; code and text are those that users report."""
    mappings = [(domain, item) for domain, items in backend.base_path_mappings.items() for item in items.values()]
    domains = sorted({domain for domain, item in mappings if item.rest_api_id == api_id})
    if domains:
        raise BadRequestException(
            f"Deleting RestApi {api_id} failed. Please remove all base path mappings related to the RestApi "
            f"in your domains: {', '.join(domains)}"
        )


def _install_domain_names() -> None:
    @wrap(APIGatewayBackend, "get_base_path_mappings")
    def get_base_path_mappings(original: Any, self: Any, domain_name: str) -> list[Any]:
        """Answer with none for a domain name that leads nowhere yet."""
        if domain_name in self.domain_names:
            self.base_path_mappings.setdefault(domain_name, {})
        return list(original(self, domain_name))


def install() -> None:
    """Put the additions into moto."""
    _install_rest_apis()
    _install_settings()
    _install_domain_names()

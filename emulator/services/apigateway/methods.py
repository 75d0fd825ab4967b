"""The methods of a REST API and their integrations."""

from __future__ import annotations

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException, ConflictException, NoIntegrationDefined
from moto.apigateway.models import Integration
from moto.apigateway.responses import APIGatewayResponse

from emulator.patching import add, wrap
from emulator.quotas import limit
from emulator.services.apigateway import quotas

SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 50, 29000
INTEGRATION_MEMBERS = ("connectionId", "integrationTarget", "responseTransferMode")
INTEGRATION_PATCHES = {
    "/uri": "uri",
    "/httpMethod": "http_method",
    "/timeoutInMillis": "timeout_in_millis",
    "/connectionType": "connection_type",
    "/connectionId": "connectionId",
    "/integrationTarget": "integrationTarget",
    "/credentials": "credentials",
    "/passthroughBehavior": "passthrough_behaviour",
}


def _install_methods() -> None:
    @wrap(APIGatewayResponse, "put_method")
    def put_method(original: Any, self: Any) -> Any:
        """Put a method once; changes go through UpdateMethod."""
        parts = self.path.split("/")
        if parts[6] in self.backend.get_resource(parts[2], parts[4]).resource_methods:
            raise ConflictException("Method already exists for this resource")
        return original(self)

    add(APIGatewayResponse, "update_method", _update_method)


def _update_method(self: Any) -> str:
    """UpdateMethod, which moto lacks."""
    parts = self.path.split("/")
    method = self.backend.get_method(parts[2], parts[4], parts[6])
    for patch in self._get_param("patchOperations"):
        _patch_method(method, patch)
    return json.dumps(method.to_json())


def _patch_method(method: Any, patch: dict[str, str]) -> None:
    value = patch.get("value", "")
    if patch["path"] == "/authorizationType":
        method.authorization_type = value
    elif patch["path"] == "/authorizerId":
        method.authorizer_id = value
    elif patch["path"] == "/apiKeyRequired":
        method.api_key_required = value == "true"
    elif patch["path"].startswith("/requestParameters/"):
        name = patch["path"].removeprefix("/requestParameters/")
        parameters = dict(method.request_parameters or {})
        if patch["op"] == "remove":
            parameters.pop(name, None)
        else:
            parameters[name] = value == "true"
        method.request_parameters = parameters
    else:
        raise BadRequestException(f"Invalid patch path {patch['path']}")


def _install_integrations() -> None:
    @wrap(Integration, "to_json")
    def to_json(original: Any, self: Any) -> dict[str, Any]:
        """Give back AWS's defaults for what was not given, and the VPC link and its target as given."""
        found = original(self)
        found["timeoutInMillis"] = int(found["timeoutInMillis"] or LONGEST_TIMEOUT)
        found["passthroughBehavior"] = found["passthroughBehavior"] or "WHEN_NO_MATCH"
        if found["type"] in ("HTTP", "HTTP_PROXY"):
            found["connectionType"] = found["connectionType"] or "INTERNET"
        found.update({name: getattr(self, name, None) for name in INTEGRATION_MEMBERS})
        return found

    @wrap(APIGatewayResponse, "put_integration")
    def put_integration(original: Any, self: Any) -> Any:
        """Timeouts and parameter mappings are validated."""
        parts = self.path.split("/")
        method = self.backend.get_method(parts[2], parts[4], parts[6])
        _check_timeout(self.backend, parts[2], self._get_param("timeoutInMillis"))
        _check_mappings(method, self._get_param("requestParameters") or {})
        status, headers, _body = original(self)
        integration = method.method_integration
        for name in INTEGRATION_MEMBERS:
            setattr(integration, name, self._get_param(name))
        _check_link(integration)
        return status, headers, json.dumps(integration.to_json())

    add(APIGatewayResponse, "update_integration", _update_integration)


def _update_integration(self: Any) -> str:
    """UpdateIntegration, which moto lacks."""
    parts = self.path.split("/")
    method = self.backend.get_method(parts[2], parts[4], parts[6])
    integration = method.method_integration
    if integration is None:
        raise NoIntegrationDefined
    for patch in self._get_param("patchOperations"):
        if patch["path"] == "/timeoutInMillis":
            _check_timeout(self.backend, parts[2], patch.get("value"))
        _patch_integration(method, integration, patch)
    return json.dumps(integration.to_json())


def _check_timeout(backend: Any, api_id: str, timeout: Any) -> None:
    """Refuse a timeout beyond the account's quota, which counts for regional and private APIs only."""
    types = (backend.get_rest_api(api_id).endpoint_configuration or {}).get("types") or ["EDGE"]
    longest = LONGEST_TIMEOUT
    if "EDGE" not in types:
        longest = limit(quotas.INTEGRATION_TIMEOUT, backend.region_name)
    if timeout is not None and not SHORTEST_TIMEOUT <= int(timeout) <= longest:
        raise BadRequestException(f"Timeout should be between {SHORTEST_TIMEOUT} ms and {longest} ms")


def _check_mappings(method: Any, mappings: dict[str, str]) -> None:
    """Refuse a mapping from a request parameter that the method does not declare."""
    for source in mappings.values():
        if source.startswith("method.request.") and source not in (method.request_parameters or {}):
            raise BadRequestException(
                "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping "
                f"expression parameter specified: {source}]"
            )


def _check_link(integration: Any) -> None:
    if integration.connection_type == "VPC_LINK" and not getattr(integration, "connectionId", None):
        raise BadRequestException("connectionId must be set for connectionType VPC_LINK")


def _patch_integration(method: Any, integration: Any, patch: dict[str, str]) -> None:
    path, value = patch["path"], patch.get("value")
    if path.startswith("/requestParameters/"):
        name = path.removeprefix("/requestParameters/")
        parameters = dict(integration.request_parameters or {})
        if patch["op"] == "remove":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
        _check_mappings(method, parameters)
        integration.request_parameters = parameters
        return
    if path not in INTEGRATION_PATCHES:
        raise BadRequestException(f"Invalid patch path {path}")
    setattr(integration, INTEGRATION_PATCHES[path], value if patch["op"] != "remove" else None)


def install() -> None:
    """Put the additions into moto."""
    _install_methods()
    _install_integrations()

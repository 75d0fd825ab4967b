"""API Gateway, REST APIs: what AWS refuses, what it gives back, and the operations that moto lacks."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.apigateway import urls
from moto.apigateway.exceptions import (
    BadRequestException,
    ConflictException,
    DeploymentNotFoundException,
    NoIntegrationDefined,
    ResourceIdNotFoundException,
    RestAPINotFound,
    StageStillActive,
)
from moto.apigateway.models import APIGatewayBackend, Deployment, Integration, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse
from moto.iam import iam_backends
from moto.utilities.utils import get_partition

from emulator.patching import wrap
from emulator.services import logs, servicequotas

SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 50, 29000
ACCOUNT_BURST, ACCOUNT_RATE = 5000, 10000.0
LOGGING_SERVICE = "apigateway.amazonaws.com"
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
POLICY_INVALID = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
LOG_ROLE_MISSING = "CloudWatch Logs role ARN must be set in account settings to enable logging"
LOG_ROLE_POOR = (
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and "
    "add the required role policy."
)


def install() -> None:
    """Put the additions into moto."""
    _rest_apis()
    _resources()
    _lists()
    _domain_names()
    _methods()
    _integrations()
    _deployments()
    _deployments_to_stages()
    _stages()
    _method_settings()
    _tags()
    _account()


def _add(owner: Any, function: Callable[..., Any]) -> None:
    """Give a moto class a method that it lacks."""
    if not hasattr(owner, function.__name__):
        setattr(owner, function.__name__, function)


def _rest_apis() -> None:

    @wrap(APIGatewayBackend, "delete_rest_api")
    def delete_rest_api(original: Any, self: Any, function_id: str) -> Any:
        """Answer NotFoundException to an unknown id; keep an API that a domain name leads to."""
        if function_id not in self.apis:
            raise RestAPINotFound
        _check_mappings_to(self, function_id)
        logs.write(self.region_name)
        return original(self, function_id)

    @wrap(APIGatewayResponse, "create_rest_api")
    def create_rest_api(original: Any, self: Any) -> Any:
        """Give the security policy back, and the status."""
        _check_policy(self._get_param("policy"))
        status, headers, body = original(self)
        made = json.loads(body)
        rest_api = self.backend.apis.get(made.get("id"))
        if rest_api is not None:
            rest_api.security_policy = self._get_param("securityPolicy")
            body = json.dumps(rest_api.to_dict())
        return status, headers, body

    @wrap(RestAPI, "apply_patch_operations")
    def apply_patch_operations(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> None:
        """Refuse what is no resource policy."""
        for patch in patch_operations:
            if patch["path"] == "/policy":
                _check_policy(patch.get("value"))
        original(self, patch_operations)

    @wrap(RestAPI, "to_dict")
    def to_dict(original: Any, self: Any) -> dict[str, Any]:
        found = original(self)
        found["apiStatus"] = "AVAILABLE"
        found["securityPolicy"] = getattr(self, "security_policy", None)
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


def _children(backend: Any, api_id: str, parent_id: str) -> list[Any]:
    return [item for item in backend.get_rest_api(api_id).resources.values() if item.parent_id == parent_id]


def _resources() -> None:

    @wrap(APIGatewayBackend, "create_resource")
    def create_resource(original: Any, self: Any, function_id: str, parent_resource_id: str, path_part: str) -> Any:
        """Take a path once, and at most one child that is a variable."""
        siblings = [item.path_part for item in _children(self, function_id, parent_resource_id)]
        if path_part in siblings:
            raise ConflictException(f"Another resource with the same parent already has this name: {path_part}")
        variable = next((item for item in siblings if item.startswith("{")), None)
        if variable and (path_part or "").startswith("{"):
            raise BadRequestException(
                f"A sibling ({variable}) of this resource already has a variable path part -- only one is allowed"
            )
        return original(self, function_id, parent_resource_id, path_part)

    @wrap(APIGatewayBackend, "delete_resource")
    def delete_resource(original: Any, self: Any, function_id: str, resource_id: str) -> Any:
        """Remove all below it too, but never the root."""
        api = self.get_rest_api(function_id)
        if resource_id not in api.resources:
            raise ResourceIdNotFoundException
        if api.resources[resource_id].parent_id is None:
            raise BadRequestException("Root resource cannot be deleted")
        for child in _children(self, function_id, resource_id):
            self.delete_resource(function_id, child.id)
        return original(self, function_id, resource_id)


def _check_mappings_to(backend: Any, api_id: str) -> None:
    """Refuse to delete an API that a domain name leads to; code and text are those that users report."""
    mappings = [(domain, item) for domain, items in backend.base_path_mappings.items() for item in items.values()]
    domains = sorted({domain for domain, item in mappings if item.rest_api_id == api_id})
    if domains:
        raise BadRequestException(
            f"Deleting RestApi {api_id} failed. Please remove all base path mappings related to the RestApi "
            f"in your domains: {', '.join(domains)}"
        )


def _domain_names() -> None:
    @wrap(APIGatewayBackend, "get_base_path_mappings")
    def get_base_path_mappings(original: Any, self: Any, domain_name: str) -> list[Any]:
        """Answer with none for a domain name that leads nowhere yet."""
        if domain_name in self.domain_names:
            self.base_path_mappings.setdefault(domain_name, {})
        return list(original(self, domain_name))


def _lists() -> None:
    @wrap(APIGatewayResponse, "get_resources")
    def get_resources(original: Any, self: Any) -> str:
        """Methods come in full only with C(embed=methods), else as empty objects."""
        found = json.loads(original(self))
        if "methods" not in self.querystring.get("embed", []):
            for item in found["item"]:
                if "resourceMethods" in item:
                    item["resourceMethods"] = {name: {} for name in item["resourceMethods"]}
        return json.dumps(found)


def _methods() -> None:

    @wrap(APIGatewayResponse, "put_method")
    def put_method(original: Any, self: Any) -> Any:
        """Put a method once; changes go through UpdateMethod."""
        parts = self.path.split("/")
        if parts[6] in self.backend.get_resource(parts[2], parts[4]).resource_methods:
            raise ConflictException("Method already exists for this resource")
        return original(self)

    def update_method(self: Any) -> str:
        """UpdateMethod, which moto lacks."""
        parts = self.path.split("/")
        method = self.backend.get_method(parts[2], parts[4], parts[6])
        for patch in self._get_param("patchOperations"):
            _patch_method(method, patch)
        return json.dumps(method.to_json())

    _add(APIGatewayResponse, update_method)


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


def _integrations() -> None:

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

    def update_integration(self: Any) -> str:
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

    _add(APIGatewayResponse, update_integration)


def _check_timeout(backend: Any, api_id: str, timeout: Any) -> None:
    """Refuse a timeout beyond the account's quota, which counts for regional and private APIs only."""
    types = (backend.get_rest_api(api_id).endpoint_configuration or {}).get("types") or ["EDGE"]
    longest = LONGEST_TIMEOUT
    if "EDGE" not in types:
        longest = servicequotas.limit(servicequotas.INTEGRATION_TIMEOUT, backend.region_name)
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


def _deployments() -> None:

    @wrap(APIGatewayBackend, "create_deployment")
    def create_deployment(original: Any, self: Any, function_id: str, *args: Any, **kwargs: Any) -> Any:
        """Each method needs an integration, not just one of them."""
        for resource in self.get_resources(function_id):
            if any(method.method_integration is None for method in resource.resource_methods.values()):
                raise BadRequestException("No integration defined for method")
        return original(self, function_id, *args, **kwargs)

    @wrap(RestAPI, "get_deployment")
    def get_deployment(original: Any, self: Any, deployment_id: str) -> Any:
        """Answer NotFoundException to an unknown id."""
        if deployment_id not in self.deployments:
            raise DeploymentNotFoundException
        return original(self, deployment_id)

    @wrap(RestAPI, "delete_deployment")
    def delete_deployment(_original: Any, self: Any, deployment_id: str) -> Any:
        """Look at what the stages serve now, not at the stage it was once made for."""
        if deployment_id not in self.deployments:
            raise DeploymentNotFoundException
        if any(stage.deployment_id == deployment_id for stage in self.stages.values()):
            raise StageStillActive
        return self.deployments.pop(deployment_id)

    @wrap(Deployment, "__init__")
    def init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Keep the time finer than a second, so that deployments can be put in order."""
        original(self, *args, **kwargs)
        self.created_date = time.time()


def _deployments_to_stages() -> None:

    @wrap(RestAPI, "create_deployment")
    def deploy(original: Any, self: Any, name: str, description: str, stage_variables: Any = None) -> Any:
        """Point a stage that is there to the new deployment; its settings stay."""
        stage = self.stages.get(name)
        deployment = original(self, name, description, stage_variables)
        if stage is not None:
            stage.deployment_id = deployment.id
            stage.variables = {**stage.variables, **(stage_variables or {})}
            self.stages[name] = stage
        return deployment


def _stages() -> None:

    @wrap(APIGatewayBackend, "create_stage")
    def create_stage(original: Any, self: Any, function_id: str, stage_name: str, *args: Any, **kwargs: Any) -> Any:
        """Refuse a deployment that does not exist."""
        deployment = kwargs.get("deploymentId") or (args[0] if args else "")
        self.get_rest_api(function_id).get_deployment(deployment)
        return original(self, function_id, stage_name, *args, **kwargs)

    @wrap(APIGatewayBackend, "update_stage")
    def update_stage(original: Any, self: Any, function_id: str, stage_name: str, patch_operations: Any) -> Any:
        """Refuse a deployment that does not exist, and logging without the account's role."""
        for patch in patch_operations:
            if patch["path"] == "/deploymentId":
                self.get_rest_api(function_id).get_deployment(patch["value"])
            _check_logging(self, patch)
        stage = original(self, function_id, stage_name, patch_operations)
        stage.last_updated = time.time()
        return stage

    @wrap(Stage, "__init__")
    def init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.created = self.last_updated = time.time()

    @wrap(Stage, "to_json")
    def to_json(original: Any, self: Any) -> dict[str, Any]:
        """Tracing is always said, and when the stage was made and changed."""
        found = original(self)
        found["tracingEnabled"] = bool(found.get("tracingEnabled"))
        found["createdDate"], found["lastUpdatedDate"] = self.created, self.last_updated
        return found


def _check_logging(backend: Any, patch: dict[str, str]) -> None:

    level = patch["path"].endswith("/logging/loglevel") and patch.get("value") != "OFF"
    access_log = patch["path"].startswith("/accessLogSettings/") and patch.get("op") != "remove"
    if (level or access_log) and not backend.account.cloudwatch_role_arn:
        raise BadRequestException(LOG_ROLE_MISSING)


def _method_settings() -> None:

    @wrap(Stage, "apply_operations")
    def apply_operations(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> Any:
        """Remove method settings, which moto skips."""
        rest = []
        for patch in patch_operations:
            key = re.fullmatch(r"/([^/]+/[^/]+)", patch["path"])
            if patch["op"] == "remove" and key and key.group(1) in self.method_settings:
                del self.method_settings[key.group(1)]
            else:
                rest.append(patch)
        return original(self, rest)

    @wrap(Stage, "_get_default_method_settings")
    def _get_default_method_settings(original: Any, self: Any) -> dict[str, Any]:
        """Throttling starts at the account's own limits, logging is off."""
        found = original(self)
        found |= {"throttlingBurstLimit": ACCOUNT_BURST, "throttlingRateLimit": ACCOUNT_RATE, "loggingLevel": "OFF"}
        return found


def _tags() -> None:

    # in one process, the client's encoded ARN arrives decoded
    urls.url_paths.setdefault(
        "{0}/tags/arn:(?P<partition>[^/]+):apigateway:(?P<region_name>[^/]+)::/restapis/(?P<function_id>[^/]+)$",
        APIGatewayResponse.dispatch,
    )

    @wrap(APIGatewayResponse, "get_tags")
    def get_tags(_original: Any, self: Any) -> str:
        return json.dumps({"tags": _tagged(self).tags or {}})

    @wrap(APIGatewayResponse, "tag_resource")
    def tag_resource(_original: Any, self: Any) -> Any:
        """REST APIs carry tags too, not only stages."""
        item = _tagged(self)
        item.tags = {**(item.tags or {}), **(self._get_param("tags") or {})}
        return 204, {"status": 204}, ""

    @wrap(APIGatewayResponse, "untag_resource")
    def untag_resource(_original: Any, self: Any) -> Any:
        item = _tagged(self)
        names = self.querystring.get("tagKeys") or []
        item.tags = {name: value for name, value in (item.tags or {}).items() if name not in names}
        return 204, {"status": 204}, ""


def _tagged(response: Any) -> Any:
    """Return the REST API or stage that the ARN in the request's path names."""
    arn = unquote(response.path.split("/tags/")[1])
    found = re.fullmatch(r"arn:[^:]+:apigateway:[^:]*::/restapis/([^/]+)(?:/stages/([^/]+))?", arn)
    if found is None:
        raise BadRequestException(f"Invalid ARN {arn}")
    api_id, stage_name = found.groups()
    return response.backend.get_stage(api_id, stage_name) if stage_name else response.backend.get_rest_api(api_id)


def _account() -> None:

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

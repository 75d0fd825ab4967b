"""The deployments of a REST API, and the stages that serve them."""

from __future__ import annotations

import re
import time
from typing import Any

from moto.apigateway.exceptions import BadRequestException, DeploymentNotFoundException, StageStillActive
from moto.apigateway.models import APIGatewayBackend, Deployment, RestAPI, Stage

from emulator.patching import wrap

ACCOUNT_BURST, ACCOUNT_RATE = 5000, 10000.0
LOG_ROLE_MISSING = "CloudWatch Logs role ARN must be set in account settings to enable logging"


def _install_deployments() -> None:
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


def _install_deployments_to_stages() -> None:
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


def _install_stages() -> None:
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


def _install_method_settings() -> None:
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


def install() -> None:
    """Put the additions into moto."""
    _install_deployments()
    _install_deployments_to_stages()
    _install_stages()
    _install_method_settings()

"""The resources of a REST API, and how they are listed."""

from __future__ import annotations

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException, ConflictException, ResourceIdNotFoundException
from moto.apigateway.models import APIGatewayBackend
from moto.apigateway.responses import APIGatewayResponse

from emulator.patching import wrap


def _children(backend: Any, api_id: str, parent_id: str) -> list[Any]:
    return [item for item in backend.get_rest_api(api_id).resources.values() if item.parent_id == parent_id]


def _install_resources() -> None:
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


def _install_lists() -> None:
    @wrap(APIGatewayResponse, "get_resources")
    def get_resources(original: Any, self: Any) -> str:
        """Methods come in full only with C(embed=methods), else as empty objects."""
        found = json.loads(original(self))
        if "methods" not in self.querystring.get("embed", []):
            for item in found["item"]:
                if "resourceMethods" in item:
                    item["resourceMethods"] = {name: {} for name in item["resourceMethods"]}
        return json.dumps(found)


def install() -> None:
    """Put the additions into moto."""
    _install_resources()
    _install_lists()

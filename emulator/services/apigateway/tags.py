"""The tags of REST APIs, stages and domain names."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from moto.apigateway import urls
from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.responses import APIGatewayResponse

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto."""
    # in one process, the client's encoded ARN arrives decoded
    for kind in ("restapis/(?P<function_id>[^/]+)", "domainnames/(?P<domain_name>[^/]+)"):
        urls.url_paths.setdefault(
            f"{{0}}/tags/arn:(?P<partition>[^/]+):apigateway:(?P<region_name>[^/]+)::/{kind}$",
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
    """Return the REST API, stage or domain name that the ARN in the request's path names."""
    arn = unquote(response.path.split("/tags/")[1])
    domain = re.fullmatch(r"arn:[^:]+:apigateway:[^:]*::/domainnames/([^/]+)", arn)
    if domain:
        return response.backend.get_domain_name(domain.group(1))
    found = re.fullmatch(r"arn:[^:]+:apigateway:[^:]*::/restapis/([^/]+)(?:/stages/([^/]+))?", arn)
    if found is None:
        raise BadRequestException(f"Invalid ARN {arn}")
    api_id, stage_name = found.groups()
    return response.backend.get_stage(api_id, stage_name) if stage_name else response.backend.get_rest_api(api_id)

"""Custom domain names: what AWS refuses of them, their settings, and their tags.

Amazon API Gateway API Reference, CreateDomainName and UpdateDomainName; Developer Guide, "Set up a Regional custom
domain name": the certificate is in the same region, issued, and for the name.
"""

from __future__ import annotations

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend, DomainName
from moto.apigateway.responses import APIGatewayResponse

from emulator.backends import backend_of
from emulator.patching import add, wrap
from emulator.services.apigateway import security

CERTIFICATE, TRUSTSTORE = "/regionalCertificateArn", "/mutualTlsAuthentication/"


def _install_creation() -> None:
    @wrap(APIGatewayResponse, "create_domain_name")
    def create_domain_name(original: Any, self: Any) -> Any:
        """Take a name once, with a certificate for it and a policy that goes with the access mode."""
        name, policy, mode = (self._get_param(key) for key in ("domainName", "securityPolicy", "endpointAccessMode"))
        if name in self.backend.domain_names:
            raise BadRequestException("The domain name you provided already exists.")
        kind = ((self._get_param("endpointConfiguration") or {}).get("types") or ["EDGE"])[0]
        security.check(kind, policy, mode)
        if kind == "REGIONAL":
            _check_certificate(self.backend.region_name, name, self._get_param("regionalCertificateArn"))
        original(self)
        made = self.backend.domain_names[name]
        made.emulator_mutual_tls = self._get_param("mutualTlsAuthentication") or {}
        security.set_up(made, policy, mode)
        return 201, {"status": 201}, json.dumps(made.to_json())

    @wrap(DomainName, "to_json")
    def to_json(original: Any, self: Any) -> dict[str, Any]:
        """Give tags, mutual TLS and how TLS is spoken."""
        found = original(self)
        found["tags"] = self.tags or {}
        found["domainNameStatus"] = security.status(self)
        if getattr(self, "emulator_mutual_tls", None):
            found["mutualTlsAuthentication"] = self.emulator_mutual_tls
        return {**found, **security.shown(self, "TLS_1_2")}

    @wrap(APIGatewayBackend, "delete_domain_name")
    def delete_domain_name(original: Any, self: Any, domain_name: str) -> None:
        """Remove its mappings with it."""
        original(self, domain_name)
        self.base_path_mappings.pop(domain_name, None)


def _check_certificate(region: str, name: str, arn: str | None) -> None:
    """Refuse a certificate that is not there, not issued, or not for the name."""
    found = backend_of("acm", region)._certificates.get(arn)
    if found is None or found.status != "ISSUED":
        raise BadRequestException(f"Invalid certificate ARN: {arn}. Certificate must be issued and in '{region}'.")
    wildcard = f"*.{name.partition('.')[2]}"
    if not {name, wildcard} & {found.common_name, *found.sans}:
        raise BadRequestException(f"The domain name {name} does not match the certificate provided.")


def _update_domain_name(self: Any) -> str:
    """UpdateDomainName, which moto lacks."""
    found = self.backend.get_domain_name(self.path.split("/")[2])
    operations = self._get_param("patchOperations")
    known = {CERTIFICATE, *security.PATHS}
    for patch in operations:
        if patch["path"] not in known and not patch["path"].startswith(TRUSTSTORE):
            raise BadRequestException(f"Invalid patch path {patch['path']}")
        if patch["path"] == CERTIFICATE:
            _check_certificate(self.backend.region_name, found.domain_name, patch["value"])
    security.patch(found, "REGIONAL", operations)
    for patch in operations:
        value = patch.get("value") or ""
        if patch["path"] == CERTIFICATE:
            found.regional_certificate_arn = value
        elif patch["path"].startswith(TRUSTSTORE):
            held = {**found.emulator_mutual_tls, patch["path"].removeprefix(TRUSTSTORE): value}
            found.emulator_mutual_tls = held if held.get("truststoreUri") else {}
    return json.dumps(found.to_json())


def install() -> None:
    """Put the additions into moto."""
    _install_creation()
    add(APIGatewayResponse, "update_domain_name", _update_domain_name)

# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A custom domain name of API Gateway and the base path that leads from it to an API: how they are read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields
from ansible_collections.streamflix.content_api.plugins.module_utils.apigateway.rules import (
    ACCESS_MODES,
    LEGACY_POLICIES,
    REGIONAL_POLICIES,
    base_path,
    domain_name,
    security,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import differences
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching

DEFAULT_POLICY = "TLS_1_2"
# what AWS calls the mapping without a base path
NO_PATH = "(none)"
TRUSTSTORE = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+"
CERTIFICATE = r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+"


def truststore(found: Mapping[str, Any]) -> dict[str, str]:
    """Return where the certificates of clients are signed by whom; empty without mutual TLS."""
    held = found.get("mutualTlsAuthentication") or {}
    return told({"truststore_uri": held.get("truststoreUri"), "truststore_version": held.get("truststoreVersion")})


def told(mutual_tls: Mapping[str, Any]) -> dict[str, str]:
    """Return a truststore in one form: both parts as texts, empty for none at all."""
    uri = mutual_tls.get("truststore_uri") or ""
    return {"truststore_uri": uri, "truststore_version": mutual_tls.get("truststore_version") or ""} if uri else {}


def to_aws(mutual_tls: Mapping[str, str]) -> dict[str, str] | None:
    """Return the parameter for a truststore; None for none."""
    parts = {
        "truststoreUri": mutual_tls.get("truststore_uri"),
        "truststoreVersion": mutual_tls.get("truststore_version"),
    }
    return {key: value for key, value in parts.items() if value} or None


DOMAIN: Rows = {
    "name": Field(aws="domainName", required=True, always=True, rule=domain_name),
    "certificate_arn": Field(
        aws="regionalCertificateArn",
        rule=partial(not_matching, form=CERTIFICATE, advice="give the ARN of a certificate of Certificate Manager"),
    ),
    "security_policy": Field(
        aws="securityPolicy",
        unset=DEFAULT_POLICY,
        new=DEFAULT_POLICY,
        choices=(*LEGACY_POLICIES, *REGIONAL_POLICIES),
        exposes=True,
    ),
    "endpoint_access_mode": Field(aws="endpointAccessMode", unset="", new="", choices=ACCESS_MODES, exposes=True),
    "mutual_tls": Field(
        "dict",
        "mutualTlsAuthentication",
        read=truststore,
        write=to_aws,
        normal=told,
        new={},
        exposes=True,
        rows={
            "truststore_uri": Field(
                rule=lambda option, uri: not_matching(
                    option, uri or None, TRUSTSTORE, "give the address of an object of S3, as s3://bucket/key"
                )
            ),
            "truststore_version": Field(),
        },
    ),
    "status": Field(read="domainNameStatus", assigned=True, unset="AVAILABLE", new="AVAILABLE"),
    "status_message": Field(read="domainNameStatusMessage", assigned=True, shown_only=True, unset="", new=""),
    "regional_domain_name": Field(read="regionalDomainName", assigned=True, shown_only=True, new=CHOSEN),
    "regional_hosted_zone_id": Field(read="regionalHostedZoneId", assigned=True, shown_only=True, new=CHOSEN),
}
# to what the domain leads: empty for nothing
MAPPING: Rows = {
    "rest_api_id": Field(),
    "stage_name": Field(),
    "base_path": Field(default="", rule=base_path),
}


# which variable of the role has each option
VARIABLES = {
    "name": "apigw_domain_name",
    "certificate_arn": "apigw_certificate_arn",
    "security_policy": "apigw_domain_security_policy",
    "endpoint_access_mode": "apigw_domain_endpoint_access_mode",
    "mutual_tls": "apigw_domain_mutual_tls",
}


def of_variables(variables: Mapping[str, Any]) -> list[str]:
    """Find what AWS would refuse in the domain name of a stack, before there is an API that it could lead to.

    :param variables: those of the roles.
    """
    asked = {option: variables.get(variable) for option, variable in VARIABLES.items()}
    for option in ("security_policy", "endpoint_access_mode"):
        asked[option] = asked[option] or variables.get(f"apigw_{option}")
    trust = {"truststore_uri": None, "truststore_version": None, **(asked["mutual_tls"] or {})}
    options = {**asked, "certificate_arn": asked["certificate_arn"] or None, "mutual_tls": trust}
    found = fields.refusals(DOMAIN, options)
    known = DOMAIN["security_policy"].choices
    if options["security_policy"] not in (None, *known):
        found.append(f"security_policy {options['security_policy']!r} is none of {', '.join(known)}: choose one.")
    else:
        found += security("REGIONAL", options)
    return [re.sub(r"^\w+", lambda option: VARIABLES[option[0]], finding) for finding in found]


def mapping_in(items: Iterable[Mapping[str, Any]], path: str) -> dict[str, str]:
    """Return where a base path leads, as GetBasePathMappings lists it; empty when it leads nowhere."""
    wanted = path or NO_PATH
    for item in items:
        if (item.get("basePath") or NO_PATH) == wanted:
            return {"rest_api_id": item["restApiId"], "stage_name": item.get("stage") or ""}
    return {}


def patches(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the patch operations of UpdateDomainName that lead from one domain name to the other, in our shape."""
    changed = differences(current, {key: wanted[key] for key in fields.only(DOMAIN, *SETTINGS)})
    found = [replace(f"/{DOMAIN[key].aws}", changed[key]) for key in SETTINGS if key in changed and key != "mutual_tls"]
    if "mutual_tls" not in changed:
        return found
    # without an address, the version goes with it
    now, then = (told(item["mutual_tls"]) for item in (current, wanted))
    parts = {"truststoreUri": "truststore_uri", "truststoreVersion": "truststore_version"}
    for member, key in parts.items():
        if now.get(key, "") != then.get(key, "") and (then or key == "truststore_uri"):
            found.append(replace(f"/mutualTlsAuthentication/{member}", then.get(key, "")))
    return found


SETTINGS = ("certificate_arn", "security_policy", "endpoint_access_mode", "mutual_tls")


def replace(path: str, value: str) -> dict[str, str]:
    """Return the patch operation that sets a value."""
    return {"op": "replace", "path": path, "value": value}

"""Service Quotas: those that the emulator enforces, and requests for higher ones, which are granted at once.

Amazon VPC User Guide, "Amazon VPC quotas"; Amazon EC2 User Guide, "Elastic IP addresses"; Amazon API Gateway Developer
Guide, "Quotas for configuring and running a REST API".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import JsonRESTError

from emulator.backends import backend_of
from emulator.patching import add, wrap


@dataclass(frozen=True)
class Quota:
    """A quota of an account in a region.

    :ivar default: what a new account has.
    :ivar adjustable: whether AWS raises it.
    """

    service: str
    code: str
    name: str
    default: float
    adjustable: bool = True


ADDRESSES = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5)
VPCS = Quota("vpc", "L-F678F1CE", "VPCs per Region", 5)
NAT_GATEWAYS_A_ZONE = Quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5)
INTERFACES = Quota("vpc", "L-DF5E4CA3", "Network interfaces per Region", 5000)
RULES_A_GROUP = Quota("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60)
REGIONAL_APIS = Quota("apigateway", "L-AA0FF27B", "Regional APIs", 600, adjustable=False)
EDGE_APIS = Quota("apigateway", "L-B97207D0", "Edge-optimized APIs", 120, adjustable=False)
PRIVATE_APIS = Quota("apigateway", "L-A966AB5C", "Private APIs", 600, adjustable=False)
INTEGRATION_TIMEOUT = Quota("apigateway", "L-E5AE38E3", "Maximum integration timeout in milliseconds", 29000)
KNOWN = {
    (quota.service, quota.code): quota
    for quota in (
        ADDRESSES,
        VPCS,
        NAT_GATEWAYS_A_ZONE,
        INTERFACES,
        RULES_A_GROUP,
        REGIONAL_APIS,
        EDGE_APIS,
        PRIVATE_APIS,
        INTEGRATION_TIMEOUT,
    )
}


def _applied(backend: Any) -> dict[tuple[str, str], float]:
    """Return the quotas that were raised, as moto's records of the region keep them."""
    if not hasattr(backend, "applied_quotas"):
        backend.applied_quotas = {}
    found: dict[tuple[str, str], float] = backend.applied_quotas
    return found


def limit(quota: Quota, region: str) -> int:
    """Return the value of a quota that is in force in a region."""
    applied = _applied(backend_of("service-quotas", region))
    return int(applied.get((quota.service, quota.code), quota.default))


def shown(quota: Quota, value: float) -> dict[str, Any]:
    """Return a quota as Service Quotas shows it."""
    return {
        "ServiceCode": quota.service,
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": quota.adjustable,
        "GlobalQuota": False,
    }


def _asked_for(self: Any) -> Quota:
    from moto.servicequotas.exceptions import NoSuchResource

    try:
        return KNOWN[self._get_param("ServiceCode"), self._get_param("QuotaCode")]
    except KeyError:
        raise NoSuchResource from None


def _in_force(self: Any, quota: Quota) -> dict[str, Any]:
    return shown(quota, limit(quota, self.region))


def _get_aws_default_service_quota(self: Any) -> str:
    """Return what a new account has."""
    quota = _asked_for(self)
    return json.dumps({"Quota": shown(quota, quota.default)})


def _list_service_quotas(self: Any) -> str:
    """Return the quotas of a service that are known here."""
    wanted = self._get_param("ServiceCode")
    return json.dumps({"Quotas": [_in_force(self, quota) for quota in KNOWN.values() if quota.service == wanted]})


def _request_service_quota_increase(self: Any) -> str:
    """Raise a quota at once. API reference, RequestServiceQuotaIncrease: a value below the one in force is refused."""
    quota, wanted = _asked_for(self), float(self._get_param("DesiredValue"))
    if not quota.adjustable:
        raise JsonRESTError("IllegalArgumentException", f"Quota {quota.code} is not adjustable.")
    if wanted <= limit(quota, self.region):
        raise JsonRESTError("IllegalArgumentException", "The desired value must be above the present one.")
    _applied(self.backend)[quota.service, quota.code] = wanted
    asked = {**_in_force(self, quota), "DesiredValue": wanted, "Status": "APPROVED"}
    del asked["Value"]
    return json.dumps({"RequestedQuota": asked})


def install() -> None:
    """Put the additions into moto."""
    from moto.ec2.exceptions import RulesPerSecurityGroupLimitExceededError
    from moto.ec2.models.security_groups import SecurityGroupBackend
    from moto.servicequotas.responses import ServiceQuotasResponse

    @wrap(ServiceQuotasResponse, "get_service_quota")
    def get_service_quota(original: Any, self: Any) -> str:
        """Return what is in force of the quotas that are known here; moto knows defaults of VPCs only."""
        found = KNOWN.get((self._get_param("ServiceCode"), self._get_param("QuotaCode")))
        return json.dumps({"Quota": _in_force(self, found)}) if found else str(original(self))

    @wrap(SecurityGroupBackend, "_verify_group_will_respect_rule_count_limit")
    def verify_rules(
        _original: Any,
        self: Any,
        _group: Any,
        present: int,
        ip_ranges: list[str],
        source_groups: list[dict[str, str]] | None = None,
        **_unused: Any,
    ) -> None:
        """Refuse more rules of one direction than the quota in force; moto's is a number."""
        if present + len(ip_ranges or ()) + len(source_groups or ()) > limit(RULES_A_GROUP, self.region_name):
            raise RulesPerSecurityGroupLimitExceededError

    add(ServiceQuotasResponse, "get_aws_default_service_quota", _get_aws_default_service_quota)
    add(ServiceQuotasResponse, "list_service_quotas", _list_service_quotas)
    add(ServiceQuotasResponse, "request_service_quota_increase", _request_service_quota_increase)

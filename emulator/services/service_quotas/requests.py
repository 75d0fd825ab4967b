"""Service Quotas: the quotas that the emulator enforces, and requests for higher ones, which are granted at once."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError

from emulator import services
from emulator.patching import add, wrap
from emulator.quotas import Quota, applied_quotas, limit
from emulator.services.ec2.quotas import RULES_A_GROUP

KNOWN: dict[tuple[str, str], Quota] = {
    (quota.service, quota.code): quota for module in services.tables("quotas").values() for quota in module.QUOTAS
}


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
    applied_quotas(self.backend)[quota.service, quota.code] = wanted
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

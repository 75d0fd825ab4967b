"""Enhanced Monitoring of instances.

Amazon RDS API Reference, CreateDBInstance and ModifyDBInstance: MonitoringInterval and MonitoringRoleArn; Aurora User
Guide, "Setting up and enabling Enhanced Monitoring".
"""

from __future__ import annotations

from typing import Any

from moto.rds import exceptions

from emulator.backends import backend_of
from emulator.services.rds.lags import REFUSAL

INTERVALS = (0, 1, 5, 10, 15, 30, 60)
PRINCIPAL = "monitoring.rds.amazonaws.com"


def check(backend: Any, member: Any, wanted: dict[str, Any]) -> None:
    """Refuse an interval that there is none of, or that has no role, and a role that RDS cannot assume.

    :param member: the instance that is changed; None for a new one.
    :raises RDSClientError: C(InvalidParameterValue) or C(InvalidParameterCombination).
    """
    if wanted.get("monitoring_interval") is None and not wanted.get("monitoring_role_arn"):
        return
    interval = wanted.get("monitoring_interval")
    interval = getattr(member, "monitoring_interval", 0) if interval is None else interval
    role = wanted.get("monitoring_role_arn") or getattr(member, "monitoring_role_arn", None)
    if interval not in INTERVALS:
        raise exceptions.InvalidParameterValue(f"Invalid MonitoringInterval: {interval}")
    if interval and not role:
        raise exceptions.InvalidParameterCombination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."
        )
    if not interval and wanted.get("monitoring_role_arn"):
        raise exceptions.InvalidParameterCombination(
            "You must specify a MonitoringInterval value other than 0 when you specify a MonitoringRoleARN value."
        )
    roles = backend_of("iam", backend.region_name).roles.values()
    if interval and not any(one.arn == role and PRINCIPAL in one.assume_role_policy_document for one in roles):
        raise exceptions.RDSClientError(*REFUSAL)
    if not interval and member is not None:
        member.monitoring_role_arn = None

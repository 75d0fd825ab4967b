"""AWS Backup: a vault keeps its recovery points, a plan its selections.

AWS Backup Developer Guide, DeleteBackupVault and DeleteBackupPlan.
"""

from __future__ import annotations

from emulator.rules.registry import Account, refuse_if, rule
from emulator.services.backup.state import held, points_in
from emulator.wire import AwsRequest


@rule("backup", "DeleteBackupVault")
def vault_is_empty(request: AwsRequest, account: Account) -> None:
    """Refuse while recovery points are in it."""
    name = request.parameters.get("BackupVaultName", "")
    text = "Backup vault cannot be deleted because it contains recovery points."
    refuse_if(points_in(account.of("backup"), name), "InvalidRequestException", text)


@rule("backup", "DeleteBackupPlan")
def plan_has_no_selections(request: AwsRequest, account: Account) -> None:
    """Refuse while it has selections."""
    plan_id = request.parameters.get("BackupPlanId", "")
    has = any(one.plan_id == plan_id for one in held(account.of("backup")).selections.values())
    text = "Related backup plan selections must be deleted prior to backup plan deletion."
    refuse_if(has, "InvalidRequestException", text)

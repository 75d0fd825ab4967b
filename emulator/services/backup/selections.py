"""Selections: what a plan backs up, and the role that it does so with.

AWS Backup Developer Guide, CreateBackupSelection; that a role cannot be assumed is refused so, as users report.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from emulator.backends import backend_of
from emulator.services.backup.plans import plan_of
from emulator.services.backup.requests import answer, named, reply, said
from emulator.services.backup.state import Selection, held

NO_CONDITIONS: dict[str, Any] = {"StringEquals": [], "StringNotEquals": [], "StringLike": [], "StringNotLike": []}


def install() -> None:
    """Put the additions into moto."""
    answer("create_backup_selection", create_backup_selection)
    answer("get_backup_selection", get_backup_selection)
    answer("list_backup_selections", list_backup_selections)
    answer("delete_backup_selection", delete_backup_selection)


def selections_of(backend: Any, plan_id: str) -> list[Selection]:
    """Return the selections of a plan."""
    return [selection for selection in held(backend).selections.values() if selection.plan_id == plan_id]


def check_role(response: Any, arn: str) -> None:
    """Refuse a role that AWS Backup cannot assume.

    :raises InvalidParameterValueException: it does not exist, or does not trust the service.
    """
    from moto.backup.exceptions import InvalidParameterValueException

    roles = backend_of("iam", response.region).roles.values()
    trusts = any(role.arn == arn and "backup.amazonaws.com" in role.assume_role_policy_document for role in roles)
    if not trusts:
        raise InvalidParameterValueException(f"IAM Role {arn} cannot be assumed by AWS Backup")


def create_backup_selection(response: Any) -> str:
    """Make a selection; a plan has one of a name."""
    from moto.backup.exceptions import AlreadyExistsException

    backend, params = response.backup_backend, said(response)
    plan, wanted = plan_of(backend, named(response, "backupPlanId")), params["BackupSelection"]
    request_id = params.get("CreatorRequestId")
    check_role(response, wanted["IamRoleArn"])
    for known in selections_of(backend, plan.backup_plan_id):
        if request_id and known.request_id == request_id:
            return reply(told(known))
        if known.shown["SelectionName"] == wanted["SelectionName"]:
            raise AlreadyExistsException(f"Backup selection {wanted['SelectionName']} already exists")
    shown = {"Resources": [], "ListOfTags": [], "NotResources": [], "Conditions": NO_CONDITIONS, **wanted}
    made = Selection(str(uuid.uuid4()), plan.backup_plan_id, time.time(), shown, request_id)
    held(backend).selections[made.id] = made
    return reply(told(made))


def told(selection: Selection) -> dict[str, Any]:
    """Return what every reply says of a selection."""
    asked = {"CreatorRequestId": selection.request_id} if selection.request_id else {}
    return {"SelectionId": selection.id, "BackupPlanId": selection.plan_id, "CreationDate": selection.created, **asked}


def selection_of(response: Any) -> Selection:
    """Return the selection that a request names.

    :raises ResourceNotFoundException: there is none.
    """
    from moto.backup.exceptions import ResourceNotFoundException

    plan = plan_of(response.backup_backend, named(response, "backupPlanId"))
    found = held(response.backup_backend).selections.get(named(response, "selectionId"))
    if found is None or found.plan_id != plan.backup_plan_id:
        raise ResourceNotFoundException("Backup selection does not exist")
    return found


def get_backup_selection(response: Any) -> str:
    """Show a selection."""
    found = selection_of(response)
    return reply({**told(found), "BackupSelection": found.shown})


def list_backup_selections(response: Any) -> str:
    """List the selections of a plan."""
    plan = plan_of(response.backup_backend, named(response, "backupPlanId"))
    found = selections_of(response.backup_backend, plan.backup_plan_id)
    shown = [{**told(one), **{key: one.shown[key] for key in ("SelectionName", "IamRoleArn")}} for one in found]
    return reply({"BackupSelectionsList": shown})


def delete_backup_selection(response: Any) -> str:
    """Delete a selection."""
    del held(response.backup_backend).selections[selection_of(response).id]
    return reply({})

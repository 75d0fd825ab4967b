"""Key Management Service: names of keys, the period of their rotation, and what a key in deletion refuses.

AWS KMS API Reference, and "Key states of AWS KMS keys" in its Developer Guide.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.patching import wrap

# the days between two rotations, unless EnableKeyRotation says otherwise
ROTATION_DAYS = 365
# what a key refuses while AWS waits to delete it
REFUSED_IN_DELETION = (
    "disable_key",
    "disable_key_rotation",
    "enable_key",
    "enable_key_rotation",
    "schedule_key_deletion",
    "update_key_description",
)


def install() -> None:
    """Put the additions into moto."""
    from moto.kms.models import Key, KmsBackend
    from moto.kms.responses import KmsResponse

    wrap(Key, "__init__")(_with_what_aws_fills_in)
    wrap(KmsBackend, "cancel_key_deletion")(_by_any_name)
    for operation in REFUSED_IN_DELETION:
        wrap(KmsBackend, operation)(_unless_in_deletion)
    wrap(KmsResponse, "enable_key_rotation")(_enable_key_rotation)
    wrap(KmsResponse, "get_key_rotation_status")(_get_key_rotation_status)


def _with_what_aws_fills_in(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.key_usage = self.key_usage or "ENCRYPT_DECRYPT"
    self.multi_region = bool(self.multi_region)


def _by_any_name(original: Any, self: Any, key_id: str, *args: Any) -> Any:
    return original(self, self.any_id_to_key_id(key_id), *args)


def _unless_in_deletion(original: Any, self: Any, key_id: str, *args: Any) -> Any:
    from moto.core.exceptions import JsonRESTError

    key = self.keys[self.any_id_to_key_id(key_id)]
    if key.key_state == "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    return original(self, key.id, *args)


def _enable_key_rotation(original: Any, self: Any) -> str:
    reply = original(self)
    key = self.kms_backend.describe_key(self._get_param("KeyId"))
    key.rotation_period = self._get_param("RotationPeriodInDays") or getattr(key, "rotation_period", ROTATION_DAYS)
    return reply


def _get_key_rotation_status(original: Any, self: Any) -> str:
    reply = json.loads(original(self))
    key = self.kms_backend.describe_key(self._get_param("KeyId"))
    # it comes back when the deletion is cancelled
    reply["KeyRotationEnabled"] &= key.key_state != "PendingDeletion"
    if reply["KeyRotationEnabled"]:
        reply["RotationPeriodInDays"] = getattr(key, "rotation_period", ROTATION_DAYS)
    return json.dumps({**reply, "KeyId": key.arn})

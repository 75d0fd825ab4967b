"""Key Management Service: a key is named by its ARN as well as by its id."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto."""
    from moto.kms.models import KmsBackend

    for operation in ("schedule_key_deletion", "cancel_key_deletion", "enable_key", "disable_key"):
        wrap(KmsBackend, operation)(_by_any_name)


def _by_any_name(original: Any, self: Any, key_id: str, *args: Any) -> Any:
    return original(self, self.any_id_to_key_id(key_id), *args)

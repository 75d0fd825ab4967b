"""Secrets Manager: what may be done with a secret that is scheduled for deletion."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Patch moto's Secrets Manager."""
    from moto.secretsmanager.exceptions import InvalidRequestException
    from moto.secretsmanager.models import SecretsManagerBackend

    def is_scheduled(backend: SecretsManagerBackend, secret_id: str) -> bool:
        return secret_id in backend.secrets and backend.secrets[secret_id].is_deleted()

    @wrap(SecretsManagerBackend, "create_secret")
    def create_secret(original: Any, self: SecretsManagerBackend, name: str, *args: Any, **kwargs: Any) -> Any:
        """AWS keeps the name for the whole recovery window, and says so with an error of its own."""
        if is_scheduled(self, name):
            raise InvalidRequestException(
                "You can't create this secret because a secret with this name is already scheduled for deletion."
            )
        return original(self, name, *args, **kwargs)

    def refuse_while_scheduled(operation: str) -> None:
        """AWS changes nothing on a secret that is scheduled for deletion; moto does in these operations."""

        @wrap(SecretsManagerBackend, operation)
        def refusing(original: Any, self: SecretsManagerBackend, secret_id: str, *args: Any, **kwargs: Any) -> Any:
            if is_scheduled(self, secret_id):
                raise InvalidRequestException(
                    "You can't perform this operation on the secret because it was marked for deletion."
                )
            return original(self, secret_id, *args, **kwargs)

    for operation in ("put_secret_value", "update_secret", "tag_resource", "untag_resource"):
        refuse_while_scheduled(operation)

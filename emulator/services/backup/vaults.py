"""Vaults: the key of one that names none, and how many recovery points are in it.

AWS Backup Developer Guide, CreateBackupVault, DescribeBackupVault and DeleteBackupVault.
"""

from __future__ import annotations

import uuid
from typing import Any

from emulator.patching import wrap
from emulator.services.backup.state import points_in


def install() -> None:
    """Put the additions into moto."""
    from moto.backup.exceptions import ResourceNotFoundException
    from moto.backup.models import BackupBackend, Vault
    from moto.core.exceptions import JsonRESTError

    class AbsentError(JsonRESTError):
        """A vault that does not exist, or that the caller may not read."""

        code = 403

    def points(vault: Any) -> int:
        return len(points_in(vault.backend, vault.backup_vault_name)) if hasattr(vault, "backend") else 0

    vault_class: Any = Vault
    vault_class.num_of_recovery_points = property(points, lambda _vault, _count: None)
    vault_class.number_of_recovery_points = property(points)

    @wrap(BackupBackend, "create_backup_vault")
    def create_backup_vault(
        original: Any,
        self: Any,
        backup_vault_name: str,
        backup_vault_tags: dict[str, str],
        encryption_key_arn: str | None,
        creator_request_id: str,
    ) -> Any:
        """Encrypt with the key that AWS keeps for Backup, unless the request names one."""
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"aws/backup {self.account_id} {self.region_name}")
        own = f"arn:{self.partition}:kms:{self.region_name}:{self.account_id}:key/{key}"
        vault = original(self, backup_vault_name, backup_vault_tags, encryption_key_arn or own, creator_request_id)
        vault.backend = self
        return vault

    @wrap(BackupBackend, "describe_backup_vault")
    def describe_backup_vault(original: Any, self: Any, backup_vault_name: str) -> Any:
        """Refuse what does not exist as AWS does: as if the caller lacked the permission."""
        if backup_vault_name not in self.vaults:
            raise AbsentError("AccessDeniedException", "Insufficient privileges to perform this action.")
        return original(self, backup_vault_name)

    @wrap(BackupBackend, "delete_backup_vault")
    def delete_backup_vault(original: Any, self: Any, backup_vault_name: str) -> None:
        """Refuse to delete what does not exist, and take the tags away with it."""
        vault = self.vaults.get(backup_vault_name)
        if vault is None:
            raise ResourceNotFoundException(f"Backup vault {backup_vault_name} not found")
        original(self, backup_vault_name)
        self.tagger.delete_all_tags_for_resource(vault.backup_vault_arn)

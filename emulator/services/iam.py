"""IAM: a managed policy that is in use, or has further versions, is not removed."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto."""
    from moto.iam.exceptions import DeleteConflictException
    from moto.iam.models import IAMBackend

    @wrap(IAMBackend, "delete_policy")
    def delete_policy(original: Any, self: Any, policy_arn: str) -> None:
        """Refuse with DeleteConflict: AWS wants it detached and with its default version only."""
        policy = self.get_policy(policy_arn)
        if policy.attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            text = "This policy has more than one version. Before you delete a policy, you must delete the policy's "
            raise DeleteConflictException(f"{text}versions. The default version is deleted with it.")
        original(self, policy_arn)

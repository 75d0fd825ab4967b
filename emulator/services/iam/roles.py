"""IAM: what is in use, or has further versions, is not removed; what limits a role has to exist; updates of a part."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto."""
    from moto.iam.exceptions import DeleteConflictException, NotFoundException
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

    def check_boundary(backend: Any, arn: str | None) -> None:
        """Refuse a permissions boundary that is no policy of the account or of AWS; the text is what users report."""
        if arn and arn not in backend.managed_policies:
            raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")

    @wrap(IAMBackend, "create_role")
    def create_role(
        original: Any,
        self: Any,
        role_name: str,
        assume_role_policy_document: str,
        path: str,
        permissions_boundary: str | None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        check_boundary(self, permissions_boundary)
        return original(self, role_name, assume_role_policy_document, path, permissions_boundary, *args, **kwargs)

    @wrap(IAMBackend, "update_role")
    def update_role(
        original: Any, self: Any, role_name: str, role_description: str | None, max_session_duration: str | None
    ) -> Any:
        """Leave as it is what the request does not name."""
        role = self.get_role(role_name)
        description = role.description if role_description is None else role_description
        return original(self, role_name, description, max_session_duration or role.max_session_duration)

    @wrap(IAMBackend, "put_role_permissions_boundary")
    def put_role_permissions_boundary(original: Any, self: Any, role_name: str, permissions_boundary: str) -> None:
        check_boundary(self, permissions_boundary)
        original(self, role_name, permissions_boundary)

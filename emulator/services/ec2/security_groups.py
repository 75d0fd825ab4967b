"""Security groups: a VPC's default group, and rules that are compared by all but their description."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def _install_default_security_group() -> None:
    from moto.ec2.models.security_groups import SecurityGroupBackend

    @wrap(SecurityGroupBackend, "create_security_group")
    def create_security_group(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        """Let the members of a new VPC's default group reach each other."""
        group = original(self, *args, **kwargs)
        if group.is_default:
            self.authorize_security_group_ingress(
                group.id, "-1", None, None, [], source_groups=[{"GroupId": group.id}], vpc_id=group.vpc_id
            )
        return group


def _identity(rule: Any) -> tuple[Any, ...]:
    return (
        rule.ip_protocol,
        rule.from_port,
        rule.to_port,
        rule.ip_range.get("CidrIp"),
        rule.ip_range.get("CidrIpv6"),
        rule.source_group.get("GroupId"),
        rule.prefix_list_id,
    )


def _install_security_group_rules() -> None:
    from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule

    @wrap(SecurityGroupRule, "__eq__")
    def equal(original: Any, self: Any, other: Any) -> bool:
        """Compare two rules by all but their description."""
        return isinstance(other, SecurityGroupRule) and _identity(self) == _identity(other)

    @wrap(SecurityGroupBackend, "_sg_update_description")
    def update_description(original: Any, self: Any, security_rule: Any, rule: Any) -> None:
        """Set the description of the rule that matches; without one in the request, take it away."""
        for source in ("ip_range", "source_group"):
            wanted, present = getattr(security_rule, source), getattr(rule, source)
            if not present:
                continue
            present.pop("Description", None)
            if wanted.get("Description"):
                present["Description"] = wanted["Description"]

    owner: Any = SecurityGroupRule
    owner.description = property(_description)


def _description(rule: Any) -> str | None:
    """Return the description of a rule, whether it is for a range of addresses or for a group."""
    return rule.ip_range.get("Description") or rule.source_group.get("Description")


def install() -> None:
    """Put the additions into moto."""
    _install_default_security_group()
    _install_security_group_rules()

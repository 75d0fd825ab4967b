"""Application Load Balancers: names that stay unique, subnets, network interfaces, states and protection."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from emulator import interfaces
from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.elbv2 import durations
from emulator.services.elbv2.attributes import LOAD_BALANCER_ATTRIBUTES
from emulator.services.elbv2.errors import refusal
from emulator.services.elbv2.target_groups import note_users

LEAST_ZONES = 2


def _install_load_balancers() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

    @wrap(FakeLoadBalancer, "__init__")
    def initialise(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Give an Application Load Balancer all its attributes; an internal one also has an internal DNS name."""
        original(self, *args, **kwargs)
        if self.type == "application":
            self.attrs = dict(LOAD_BALANCER_ATTRIBUTES)
        if self.scheme == "internal":
            self.dns_name = f"internal-{self.dns_name}"

    @wrap(ELBv2Backend, "create_load_balancer")
    def create_load_balancer(original: Any, self: Any, name: str, security_groups: list[str], **kwargs: Any) -> Any:
        """Create one once: the same request again returns the same one, other settings are refused."""
        kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"
        kwargs["loadbalancer_type"] = kwargs.get("loadbalancer_type") or "application"
        if kwargs["loadbalancer_type"] != "application":
            return original(self, name=name, security_groups=security_groups, **kwargs)
        _check_name(name)
        vpc_id = _check_subnets(self, kwargs)
        # AWS gives the VPC's default group to one that is created with none
        groups = security_groups or [_default_security_group(self, vpc_id)]
        _check_security_groups(self, groups)
        for existing in self.load_balancers.values():
            if existing.name == name:
                return _same_load_balancer(existing, groups, kwargs)
        return _provision(self, original(self, name=name, security_groups=groups, **kwargs))


def _install_load_balancer_life() -> None:
    from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

    @wrap(FakeLoadBalancer, "activate")
    def activate(original: Any, self: Any) -> None:
        """Become active when it is time, not when it is read."""
        if not clock.runs:
            original(self)

    @wrap(ELBv2Backend, "delete_load_balancer")
    def delete_load_balancer(original: Any, self: Any, arn: str) -> None:
        """Keep one that is protected; one that does not exist is no error."""
        balancer = self.load_balancers.get(arn)
        if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
            text = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise refusal("OperationNotPermitted", text)
        original(self, arn)
        note_users(self)
        for key in interfaces.keys(self.ec2_backend, f"{arn}/"):
            remove = partial(interfaces.remove, self.ec2_backend, key)
            clock.later(durations.LOAD_BALANCER_INTERFACES.seconds, remove)

    @wrap(ELBv2Backend, "set_security_groups")
    def set_security_groups(original: Any, self: Any, arn: str, sec_groups: list[str]) -> None:
        """Give the interfaces the groups too."""
        original(self, arn, sec_groups)
        _put_interfaces(self, self.load_balancers[arn])

    @wrap(ELBv2Backend, "set_subnets")
    def set_subnets(original: Any, self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
        """Leave the interfaces of other subnets behind, and make those of new ones."""
        zones = original(self, arn, *args, **kwargs)
        kept = {f"{arn}/{subnet.id}" for subnet in self.load_balancers[arn].subnets}
        for key in set(interfaces.keys(self.ec2_backend, f"{arn}/")) - kept:
            interfaces.remove(self.ec2_backend, key)
        _put_interfaces(self, self.load_balancers[arn])
        return zones


def _provision(backend: Any, balancer: Any) -> Any:
    """Make a new load balancer active in AWS's time, with a network interface in each subnet."""
    _put_interfaces(backend, balancer)
    if not clock.runs:
        return balancer
    balancer.emulator_active_at = clock.now() + durations.LOAD_BALANCER_CREATION.seconds

    def finish() -> None:
        balancer.state = "active"

    clock.later(durations.LOAD_BALANCER_CREATION.seconds, finish)
    return balancer


def _put_interfaces(backend: Any, balancer: Any) -> None:
    said = f"ELB {balancer.arn.partition(':loadbalancer/')[2]}"
    for subnet in balancer.subnets:
        key = f"{balancer.arn}/{subnet.id}"
        interfaces.put(backend.ec2_backend, key, subnet.id, list(balancer.security_groups), said)


def _check_name(name: str) -> None:
    """Refuse the names that AWS refuses."""
    if len(name) > 32:
        raise refusal("ValidationError", f"The load balancer name '{name}' cannot be longer than '32' characters")
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        text = "can only contain characters that are alphanumeric characters and hyphens(-)"
        raise refusal("ValidationError", f"The load balancer name '{name}' {text}")
    if name.startswith("-") or name.endswith("-"):
        raise refusal("ValidationError", f"The load balancer name '{name}' cannot begin or end with a hyphen(-)")
    if name.startswith("internal-"):
        raise refusal("ValidationError", f"The load balancer name '{name}' cannot begin with 'internal-'")


def _check_subnets(backend: Any, settings: dict[str, Any]) -> str:
    """Refuse subnets that lie in one zone, share a zone, or lie in several VPCs; returns the VPC."""
    from moto.elbv2.exceptions import SubnetNotFoundError

    ids = _subnet_ids(settings)
    if not ids:
        raise SubnetNotFoundError()
    try:
        subnets = [backend.ec2_backend.get_subnet(subnet_id) for subnet_id in ids]
    except Exception as error:
        text = f"The subnet ID '{', '.join(ids)}' is not valid"
        raise refusal("SubnetNotFound", text) from error
    zones = {subnet.availability_zone for subnet in subnets}
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        raise refusal("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
    if len(zones) < len(subnets):
        text = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        raise refusal("InvalidConfigurationRequest", text)
    if len(zones) < LEAST_ZONES:
        text = "At least two subnets in two different Availability Zones must be specified"
        raise refusal("ValidationError", text)
    return subnets[0].vpc_id


def _subnet_ids(settings: dict[str, Any]) -> list[str]:
    mapped = [mapping["SubnetId"] for mapping in settings.get("subnet_mappings") or []]
    return [*(settings.get("subnet_ids") or []), *mapped]


def _default_security_group(backend: Any, vpc_id: str) -> str:
    return backend.ec2_backend.get_default_security_group(vpc_id).id


def _check_security_groups(backend: Any, groups: list[str]) -> None:
    for group_id in groups:
        if backend.ec2_backend.get_security_group_from_id(group_id) is None:
            raise refusal("InvalidSecurityGroup", f"The security group '{group_id}' does not exist")


def _same_load_balancer(existing: Any, groups: list[str], settings: dict[str, Any]) -> Any:
    """Return the existing load balancer if it was asked for with the same settings."""
    same = (
        existing.scheme == settings["scheme"]
        and existing.type == settings["loadbalancer_type"]
        and existing.ip_address_type == settings.get("ip_address_type", "ipv4")
        and {subnet.id for subnet in existing.subnets} == set(_subnet_ids(settings))
        and set(existing.security_groups) == set(groups)
    )
    if same:
        return existing
    text = f"A load balancer with the same name '{existing.name}' exists, but with different settings"
    raise refusal("DuplicateLoadBalancerName", text)


def install() -> None:
    """Put the additions into moto."""
    _install_load_balancers()
    _install_load_balancer_life()

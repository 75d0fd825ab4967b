"""The network interfaces that AWS puts into a VPC for a load balancer, a database instance or a cache node.

EC2 User Guide, "Requester-managed network interfaces": AWS makes them, describes them by their owner, and takes them
away with it. They are kept on moto's EC2, so that a reset forgets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def _kept(ec2: Any) -> dict[str, Any]:
    if not hasattr(ec2, "emulator_interfaces"):
        ec2.emulator_interfaces = {}
    kept: dict[str, Any] = ec2.emulator_interfaces
    return kept


def _subnet(ec2: Any, subnet_id: str) -> Any:
    return next((subnets[subnet_id] for subnets in ec2.subnets.values() if subnet_id in subnets), None)


def first_subnet(ec2: Any, subnet_ids: Iterable[str], zone: str | None) -> str:
    """Return the first subnet that lies in a zone, which is where AWS puts things of a subnet group; empty for none."""
    found = [subnet_id for subnet_id in subnet_ids if zone and subnet_id in ec2.subnets.get(zone, {})]
    return found[0] if found else ""


def put(ec2: Any, key: str, subnet_id: str, groups: Sequence[str], description: str, kind: str = "interface") -> None:
    """Make an interface, or give the present one other security groups; do nothing in a subnet that does not exist.

    :param key: a key that no other interface has.
    :param groups: ids of security groups; without any, AWS takes the VPC's default group.
    :param kind: EC2's InterfaceType.
    """
    subnet = _subnet(ec2, subnet_id)
    if subnet is None:
        return
    present = _kept(ec2).get(key)
    known = [ec2.get_security_group_from_id(group_id) for group_id in groups]
    wanted = [group for group in known if group is not None] or [ec2.get_default_security_group(subnet.vpc_id)]
    if present is None:
        made = ec2.create_network_interface(
            subnet=subnet, private_ip_address=None, group_ids=[group.id for group in wanted], description=description
        )
        made.status, made.requester_managed, made.interface_type = "in-use", True, kind
        _kept(ec2)[key] = made
    else:
        present._group_set = wanted


def remove(ec2: Any, key: str) -> None:
    """Take an interface away, if there is one."""
    gone = _kept(ec2).pop(key, None)
    if gone is not None:
        ec2.enis.pop(gone.id, None)


def rename(ec2: Any, key: str, new: str) -> None:
    """Give an interface the key of its owner's new name."""
    found = _kept(ec2).pop(key, None)
    if found is not None:
        _kept(ec2)[new] = found


def keys(ec2: Any, beginning: str) -> list[str]:
    """Return the keys that begin with a text."""
    return [key for key in _kept(ec2) if key.startswith(beginning)]

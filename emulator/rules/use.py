"""Who uses a subnet or a security group: AWS keeps both for as long as something of another service is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.rules.registry import Account

GONE = ("deleted", "failed")


def nat_gateways(account: Account) -> list[Any]:
    """Return the NAT gateways that still hold a network interface."""
    return [item for item in account.of("ec2").nat_gateways.values() if item.state not in GONE]


def endpoints(account: Account) -> list[Any]:
    """Return the VPC endpoints that still hold network interfaces."""
    return [item for item in account.of("ec2").vpc_end_points.values() if item.state not in GONE]


def _zone(account: Account, subnet_id: str) -> str:
    for zone, subnets in account.of("ec2").subnets.items():
        if subnet_id in subnets:
            return str(zone)
    return ""


def _is_first(account: Account, subnet_id: str, subnet_ids: Iterable[str]) -> bool:
    """Tell whether a subnet is the first one of its zone in a subnet group, which is where AWS puts things there."""
    zone = _zone(account, subnet_id)
    return subnet_id == next((item for item in subnet_ids if _zone(account, item) == zone), "")


def _subnet_users(account: Account, subnet_id: str) -> Iterator[Any]:
    ec2 = account.of("ec2")
    yield from (item for item in ec2.enis.values() if item.subnet.id == subnet_id)
    yield from (item for item in nat_gateways(account) if item.subnet_id == subnet_id)
    yield from (item for item in endpoints(account) if subnet_id in (item.subnet_ids or []))
    for balancer in account.of("elbv2").load_balancers.values():
        yield from (item for item in balancer.subnets if item.id == subnet_id)
    yield from (item for item in account.of("apigatewayv2").vpc_links.values() if subnet_id in item.subnet_ids)
    yield from database_instances(account, subnet_id)
    yield from cache_nodes(account, subnet_id)


def database_instances(account: Account, subnet_id: str, group_name: str = "") -> Iterator[Any]:
    """Return the database instances in a subnet: each has its interface in its group's first subnet of its zone.

    :param group_name: only those of this subnet group.
    """
    rds, zone = account.of("rds"), _zone(account, subnet_id)
    for instance in rds.databases.values():
        group = rds.subnet_groups.get(instance._db_subnet_group_name or "")
        if group is None or group_name not in ("", group.name):
            continue
        if (
            _is_first(account, subnet_id, [subnet.id for subnet in group._subnets])
            and instance.availability_zone == zone
        ):
            yield instance


def cache_nodes(account: Account, subnet_id: str, group_name: str = "") -> Iterator[Any]:
    """Return the nodes of replication groups in a subnet, each with its interface in the first subnet of its zone.

    :param group_name: only those of this subnet group.
    """
    cache, zone = account.of("elasticache"), _zone(account, subnet_id)
    for replication_group in cache.replication_groups.values():
        name = replication_group.cache_subnet_group_name
        group = cache.cache_subnet_groups.get(name)
        if group is None or group_name not in ("", name) or not _is_first(account, subnet_id, group.subnet_ids):
            continue
        for node_group in replication_group.emulator_node_groups:
            members = node_group["node_group_members"]
            yield from (node for node in members if node.get("preferred_availability_zone") == zone)


def of_subnet(account: Account, subnet_id: str) -> Any:
    """Return something that is in a subnet, or None."""
    return next(_subnet_users(account, subnet_id), None)


def _naming_groups(account: Account, group_id: str) -> Iterator[Any]:
    for groups in account.of("ec2").groups.values():
        for group in groups.values():
            rules = [*group.ingress_rules, *group.egress_rules]
            if group.id != group_id and any(item.source_group.get("GroupId") == group_id for item in rules):
                yield group


def _security_group_users(account: Account, group_id: str) -> Iterator[Any]:
    ec2, rds, cache = account.of("ec2"), account.of("rds"), account.of("elasticache")
    yield from _naming_groups(account, group_id)
    for interface in ec2.enis.values():
        yield from (item for item in interface.group_set if item.id == group_id)
    yield from (item for item in endpoints(account) if group_id in item.security_group_ids)
    balancers = account.of("elbv2").load_balancers.values()
    yield from (item for item in balancers if group_id in (item.security_groups or []))
    yield from (item for item in rds.clusters.values() if group_id in item.vpc_security_group_ids)
    yield from (item for item in rds.databases.values() if group_id in item.vpc_security_group_ids)
    yield from (item for item in cache.replication_groups.values() if group_id in (item.security_group_ids or []))
    yield from (item for item in account.of("apigatewayv2").vpc_links.values() if group_id in item.sg_ids)
    yield from (item for item in account.of("ecs").services.values() if _service_has(item, group_id))


def _service_has(service: Any, group_id: str) -> bool:
    network = (service.network_configuration or {}).get("awsvpcConfiguration", {})
    return service.status != "INACTIVE" and group_id in network.get("securityGroups", [])


def of_security_group(account: Account, group_id: str) -> Any:
    """Return something that is in a security group or names it in a rule of its own, or None."""
    return next(_security_group_users(account, group_id), None)

"""Elastic Load Balancing: what a load balancer wants of its VPC.

Elastic Load Balancing API Reference, CreateLoadBalancer and SetSecurityGroups: InvalidSubnet and
InvalidConfigurationRequest; User Guide for Application Load Balancers, "Subnets for your load balancer". What is in use
or protected is guarded by L(emulator.services.elbv2) and moto.
"""

from __future__ import annotations

from typing import Any

from emulator.rules.registry import Account, refuse_if, rule
from emulator.wire import AwsRequest

# a /27 has the eight free addresses that a load balancer needs in each subnet
LONGEST_PREFIX = 27


def _subnets(account: Account, request: AwsRequest) -> list[Any]:
    mapped = [mapping.get("SubnetId") for mapping in request.parameters.get("SubnetMappings") or []]
    wanted = [*(request.parameters.get("Subnets") or []), *mapped]
    return [zone[subnet_id] for zone in account.of("ec2").subnets.values() for subnet_id in wanted if subnet_id in zone]


def _vpc(account: Account, request: AwsRequest) -> str:
    balancer = account.of("elbv2").load_balancers.get(request.parameters.get("LoadBalancerArn", ""))
    if balancer is not None:
        return str(balancer.vpc_id)
    return next((subnet.vpc_id for subnet in _subnets(account, request)), "")


@rule("elbv2", "CreateLoadBalancer", "SetSecurityGroups")
def groups_of_the_vpc(request: AwsRequest, account: Account) -> None:
    """Refuse security groups of another VPC."""
    vpc_id, find = _vpc(account, request), account.of("ec2").get_security_group_from_id
    found = [find(item) for item in request.parameters.get("SecurityGroups") or []]
    apart = [group.id for group in found if group is not None and vpc_id and group.vpc_id != vpc_id]
    text = f"One or more security groups are invalid: {', '.join(apart)} are not in {vpc_id}"
    refuse_if(apart, "InvalidConfigurationRequest", text)


@rule("elbv2", "CreateLoadBalancer")
def vpc_reaches_the_internet(request: AwsRequest, account: Account) -> None:
    """Refuse one that faces the internet in a VPC without an internet gateway."""
    vpc_id, gateways = _vpc(account, request), account.of("ec2").internet_gateways.values()
    attached = any(item.vpc is not None and item.vpc.id == vpc_id for item in gateways)
    public = request.parameters.get("Scheme", "internet-facing") == "internet-facing"
    default = vpc_id in account.of("ec2").vpcs and account.of("ec2").vpcs[vpc_id].is_default
    refuse_if(
        vpc_id and public and not attached and not default, "InvalidSubnet", f"VPC {vpc_id} has no internet gateway"
    )


@rule("elbv2", "CreateLoadBalancer", "SetSubnets")
def subnets_have_room(request: AwsRequest, account: Account) -> None:
    """Refuse subnets with too few addresses."""
    small = [item.id for item in _subnets(account, request) if item.cidr.prefixlen > LONGEST_PREFIX]
    text = f"Not enough IP space available in {', '.join(small)}. ELB requires at least 8 free IP addresses"
    refuse_if(small, "InvalidSubnet", f"{text} in each subnet.")

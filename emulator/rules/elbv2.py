"""Elastic Load Balancing: security groups lie in the load balancer's VPC.

Elastic Load Balancing API Reference, CreateLoadBalancer and SetSecurityGroups: InvalidConfigurationRequest. What is in
use or protected is guarded by L(emulator.services.elbv2) and moto.
"""

from __future__ import annotations

from typing import Any

from emulator.rules.registry import Account, refuse_if, rule
from emulator.wire import AwsRequest


def _vpc(account: Account, request: AwsRequest) -> str:
    balancer = account.of("elbv2").load_balancers.get(request.parameters.get("LoadBalancerArn", ""))
    if balancer is not None:
        return str(balancer.vpc_id)
    wanted = request.parameters.get("Subnets") or []
    subnets: dict[str, Any] = {}
    for zone in account.of("ec2").subnets.values():
        subnets.update(zone)
    return next((subnets[subnet_id].vpc_id for subnet_id in wanted if subnet_id in subnets), "")


@rule("elbv2", "CreateLoadBalancer", "SetSecurityGroups")
def groups_of_the_vpc(request: AwsRequest, account: Account) -> None:
    """Refuse security groups of another VPC."""
    vpc_id = _vpc(account, request)
    found = [
        account.of("ec2").get_security_group_from_id(item) for item in request.parameters.get("SecurityGroups", [])
    ]
    apart = [group.id for group in found if group is not None and vpc_id and group.vpc_id != vpc_id]
    text = f"One or more security groups are invalid: {', '.join(apart)} are not in {vpc_id}"
    refuse_if(apart, "InvalidConfigurationRequest", text)

"""VPC links: their states, their network interfaces, and what AWS refuses."""

from __future__ import annotations

from functools import partial
from typing import Any

from moto.apigatewayv2.models import ApiGatewayV2Backend, VpcLink
from moto.core.exceptions import JsonRESTError

from emulator import interfaces
from emulator.backends import backend_of
from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.apigatewayv2 import durations

# EC2 API Reference, NetworkInterface: InterfaceType
INTERFACE_TYPE = "api_gateway_managed"


class RefusedError(JsonRESTError):
    """A link that AWS does not make."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("BadRequestException", message)


def _install_states() -> None:
    @wrap(VpcLink, "to_json")
    def to_json(original: Any, self: Any) -> dict[str, Any]:
        """Give the state, and empty lists and tags as such."""
        found = original(self)
        found["vpcLinkStatus"] = getattr(self, "emulator_status", "AVAILABLE")
        found["vpcLinkStatusMessage"] = getattr(self, "emulator_message", "")
        found["securityGroupIds"] = self.sg_ids or []
        return found

    @wrap(ApiGatewayV2Backend, "create_vpc_link")
    def create_vpc_link(
        original: Any, self: Any, name: str, sg_ids: list[str] | None, subnet_ids: list[str], tags: Any
    ) -> Any:
        """Refuse subnets and groups that are not there or not of one VPC; provision the link in AWS's time."""
        ec2 = backend_of("ec2", self.region_name)
        groups = sg_ids or []
        _check_place(ec2, subnet_ids, groups)
        link = original(self, name, groups, subnet_ids, tags)
        link.emulator_status = "PENDING" if clock.runs else "AVAILABLE"
        for subnet_id in subnet_ids:
            said = f"AWS managed interface of VPC link {link.id}"
            interfaces.put(ec2, f"vpclink/{link.id}/{subnet_id}", subnet_id, groups, said, INTERFACE_TYPE)
        clock.later(durations.VPC_LINK_CREATION.seconds, partial(_becomes, link, "PENDING", "AVAILABLE"))
        return link


def _install_removal() -> None:
    @wrap(ApiGatewayV2Backend, "delete_vpc_link")
    def delete_vpc_link(_original: Any, self: Any, vpc_link_id: str) -> None:
        """Refuse an unknown id; take the interfaces away in AWS's time."""
        link = self.get_vpc_link(vpc_link_id)
        if getattr(link, "emulator_status", "") == "DELETING":
            return
        link.emulator_status = "DELETING"
        clock.later(durations.VPC_LINK_DELETION.seconds, partial(_goes, self, vpc_link_id))


def _becomes(link: Any, before: str, after: str) -> None:
    if link.emulator_status == before:
        link.emulator_status = after


def _goes(backend: Any, link_id: str) -> None:
    ec2 = backend_of("ec2", backend.region_name)
    for key in interfaces.keys(ec2, f"vpclink/{link_id}/"):
        interfaces.remove(ec2, key)
    backend.vpc_links.pop(link_id, None)


def _check_place(ec2: Any, subnet_ids: list[str], group_ids: list[str]) -> None:
    """Refuse what is not there, and what lies in several VPCs."""
    known = {subnet_id: subnet for zone in ec2.subnets.values() for subnet_id, subnet in zone.items()}
    missing = [subnet_id for subnet_id in subnet_ids if subnet_id not in known]
    if missing:
        raise RefusedError(f"Invalid subnet id(s): {', '.join(missing)}")
    groups = {group_id: ec2.get_security_group_from_id(group_id) for group_id in group_ids}
    unknown = [group_id for group_id, group in groups.items() if group is None]
    if unknown:
        raise RefusedError(f"Invalid security group id(s): {', '.join(unknown)}")
    networks = {known[subnet_id].vpc_id for subnet_id in subnet_ids} | {group.vpc_id for group in groups.values()}
    if len(networks) > 1:
        raise RefusedError("Subnets and security groups must belong to the same VPC")


def install() -> None:
    """Put the additions into moto."""
    _install_states()
    _install_removal()

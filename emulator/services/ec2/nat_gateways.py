"""NAT gateways: their states, their addresses, and their network interfaces."""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.ec2 import durations


def _install_nat_gateways() -> None:
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
    from moto.ec2.utils import generic_filter, is_tag_filter

    def must_exist(backend: Any, nat_gateway_id: str) -> None:
        if nat_gateway_id not in backend.nat_gateways:
            raise EC2ClientError("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")

    @wrap(NatGateway, "__init__")
    def init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        """Call a gateway public unless the request says private, and name it in its interface."""
        original(self, *args, **kwargs)
        self.connectivity_type = self.connectivity_type or "public"
        self._eni.description = f"Interface for NAT Gateway {self.id}"
        self._eni.status, self._eni.requester_managed = "in-use", True
        if clock.runs:
            self.state = "pending"
            clock.later(durations.NAT_GATEWAY_CREATION.seconds, partial(_nat_gateway_is_ready, self))

    @wrap(NatGatewayBackend, "describe_nat_gateways")
    def describe_nat_gateways(original: Any, self: Any, filters: Any, nat_gateway_ids: Any) -> Any:
        """Obey the filters on tags; refuse ids that do not exist."""
        for nat_gateway_id in nat_gateway_ids or []:
            must_exist(self, nat_gateway_id)
        on_tags = {key: value for key, value in (filters or {}).items() if is_tag_filter(key)}
        return generic_filter(on_tags, original(self, filters, nat_gateway_ids))

    @wrap(NatGatewayBackend, "delete_nat_gateway")
    def delete_nat_gateway(original: Any, self: Any, nat_gateway_id: str) -> Any:
        """Free the address and take the network interface away; the gateway stays listed as deleted."""
        must_exist(self, nat_gateway_id)
        if self.nat_gateways[nat_gateway_id].state in ("deleting", "deleted"):
            return self.nat_gateways[nat_gateway_id]
        gateway = original(self, nat_gateway_id)
        if clock.runs:
            gateway.state = "deleting"
        clock.later(durations.NAT_GATEWAY_DELETION.seconds, partial(_nat_gateway_is_gone, self, gateway))
        return gateway

    owner: Any = NatGateway
    owner.nat_gateway_addresses = property(_nat_gateway_addresses)


def _nat_gateway_is_ready(gateway: Any) -> None:
    if gateway.state == "pending":
        gateway.state = "available"


def _nat_gateway_is_gone(backend: Any, gateway: Any) -> None:
    gateway.state = "deleted"
    for address in backend.addresses:
        if address.eni is gateway._eni:
            address.eni = address.association_id = None
    backend.enis.pop(gateway._eni.id, None)
    if clock.runs:
        clock.later(durations.NAT_GATEWAY_LISTED.seconds, partial(backend.nat_gateways.pop, gateway.id, None))


def _nat_gateway_addresses(gateway: Any) -> list[dict[str, Any]]:
    """Return the addresses of a gateway; while it is pending, AWS knows only the allocations."""
    if gateway.state != "pending":
        return list(gateway.address_set)
    return [{"allocationId": entry["allocationId"]} for entry in gateway.address_set if "allocationId" in entry]


def _install_addresses() -> None:
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend

    @wrap(ElasticAddressBackend, "release_address")
    def release_address(original: Any, self: Any, address: str | None = None, allocation_id: str | None = None) -> None:
        """Keep the address of a NAT gateway until that is deleted."""
        used = {id(gateway._eni) for gateway in self.nat_gateways.values() if gateway.state != "deleted"}
        for entry in self.addresses if clock.runs else ():
            if allocation_id and entry.allocation_id == allocation_id and id(entry.eni) in used:
                text = f"The address with allocation id [{allocation_id}] cannot be released because it is in use"
                raise EC2ClientError("InvalidIPAddress.InUse", text)
        original(self, address, allocation_id)


def install() -> None:
    """Put the additions into moto."""
    _install_nat_gateways()
    _install_addresses()

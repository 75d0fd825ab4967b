"""NAT gateways: their states, their addresses, their network interfaces, and those that are regional.

Amazon VPC User Guide, "Regional NAT gateways for automatic multi-AZ expansion": a regional one has no subnet, AWS gives
it a route table and in each zone of the VPC's subnets an address, which go with it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.ec2 import durations

REGIONAL = "regional"


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

    _install_regional_gateways()
    owner: Any = NatGateway
    owner.nat_gateway_addresses = property(_nat_gateway_addresses)


def _install_regional_gateways() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.nat_gateways import NatGateway
    from moto.ec2.models.route_tables import RouteBackend
    from moto.ec2.responses.nat_gateways import NatGateways
    from moto.ec2.utils import add_tag_specification, random_nat_gateway_id

    kind: Any = NatGateway

    def begin(backend: Any, vpc_id: str, tags: dict[str, str]) -> Any:
        """Begin to create one; it has its addresses as soon as it is available."""
        gateway = object.__new__(kind)
        gateway.id, gateway.vpc_id, gateway.subnet_id = random_nat_gateway_id(), vpc_id, None
        gateway.connectivity_type, gateway.availability_mode = "public", REGIONAL
        gateway.auto_scaling_ips = gateway.auto_provision_zones = "enabled"
        gateway.state, gateway.address_set = "pending", []
        gateway.ec2_backend, gateway._eni, gateway._created_at = backend, None, utcnow()
        gateway.route_table_id = backend.create_route_table(vpc_id).id
        gateway.add_tags(tags)
        return gateway

    @wrap(NatGateways, "create_nat_gateway")
    def create_nat_gateway(original: Any, self: Any) -> Any:
        """Create a regional one, of which moto knows nothing."""
        if self._get_param("AvailabilityMode") != REGIONAL:
            return original(self)
        backend, vpc_id = self.ec2_backend, self._get_param("VpcId")
        for name in ("SubnetId", "AllocationId"):
            if self._get_param(name):
                text = f"The parameter {name} cannot be used with a regional NAT gateway"
                raise EC2ClientError("InvalidParameterCombination", text)
        backend.get_vpc(vpc_id)
        token = self._get_param("ClientToken")
        known = [one for one in backend.nat_gateways.values() if token and getattr(one, "token", None) == token]
        if known:
            return ActionResult({"NatGateway": known[0]})
        tags = add_tag_specification(self._get_param("TagSpecifications", []))
        gateway = begin(backend, vpc_id, tags)
        gateway.token = token
        backend.nat_gateways[gateway.id] = gateway
        clock.later(durations.NAT_GATEWAY_CREATION.seconds, partial(_nat_gateway_is_ready, gateway))
        return ActionResult({"NatGateway": gateway})

    @wrap(RouteBackend, "delete_route_table")
    def delete_route_table(original: Any, self: Any, route_table_id: str) -> Any:
        """Keep the table of a regional gateway."""
        used = {getattr(one, "route_table_id", None) for one in self.nat_gateways.values() if one.state != "deleted"}
        if route_table_id in used:
            text = f"The routeTable '{route_table_id}' has dependencies and cannot be deleted."
            raise EC2ClientError("DependencyViolation", text)
        return original(self, route_table_id)


def _give_addresses(gateway: Any) -> None:
    """Give a regional gateway an address in each zone in which its VPC has subnets."""
    backend = gateway.ec2_backend
    zones = {
        subnet.availability_zone
        for by_id in backend.subnets.values()
        for subnet in by_id.values()
        if subnet.vpc_id == gateway.vpc_id
    }
    for zone in sorted(zones):
        address = backend.allocate_address("vpc")
        address.service_managed, address.association_id = "rnat", f"eipassoc-{mock_random.get_random_hex(17)}"
        gateway.address_set.append(
            {
                "allocationId": address.allocation_id,
                "publicIp": address.public_ip,
                "associationId": address.association_id,
                "availabilityZone": zone,
                "status": "succeeded",
            }
        )


def _nat_gateway_is_ready(gateway: Any) -> None:
    if gateway.state == "pending":
        gateway.state = "available"
        if getattr(gateway, "availability_mode", "") == REGIONAL:
            _give_addresses(gateway)


def _nat_gateway_is_gone(backend: Any, gateway: Any) -> None:
    gateway.state = "deleted"
    if gateway._eni is None:
        given = {entry["allocationId"] for entry in gateway.address_set}
        backend.addresses[:] = [address for address in backend.addresses if address.allocation_id not in given]
        backend.route_tables.pop(gateway.route_table_id, None)
    else:
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
        for entry in self.addresses:
            if allocation_id and entry.allocation_id == allocation_id and getattr(entry, "service_managed", None):
                raise EC2ClientError("OperationNotPermitted", "The address is managed by a service of AWS.")
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

"""EC2: the network of a VPC as AWS describes and guards it."""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator import durations
from emulator.clock import clock
from emulator.patching import wrap

# What AWS calls these two in DescribeTags; moto has names of its own.
RESOURCE_TYPES = {"nat-gateway": "natgateway", "vpc-elastic-ip": "elastic-ip"}


def install() -> None:
    """Put the additions into moto's EC2."""
    _zones()
    _tags()
    _subnets()
    _nat_gateways()
    _endpoints()
    _addresses()
    _routes()
    _default_security_group()
    _security_group_rules()


def _zones() -> None:
    """Give the regions of the AWS European Sovereign Cloud, which moto has none of, three zones each."""
    from boto3 import Session
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone

    for region in Session().get_available_regions("ec2", partition_name="aws-eusc"):
        places = [("a", "az1"), ("b", "az2"), ("c", "az3")]
        zones = [Zone(f"{region}{letter}", region, f"{region.replace('-', '')}-{number}") for letter, number in places]
        RegionsAndZonesBackend.zones.setdefault(region, zones)


def _tags() -> None:
    from moto.ec2.models.tags import TagBackend

    @wrap(TagBackend, "describe_tags")
    def describe_tags(original: Any, self: Any, filters: Any = None) -> Any:
        """Name the resource types of NAT gateways and Elastic IP addresses as the service model does."""
        wanted = (filters or {}).get("resource-type")
        rest = {key: value for key, value in (filters or {}).items() if key != "resource-type"}
        found = [
            {**tag, "resource_type": RESOURCE_TYPES.get(tag["resource_type"], tag["resource_type"])}
            for tag in original(self, rest or None)
        ]
        return found if wanted is None else [tag for tag in found if tag["resource_type"] in wanted]


def _subnets() -> None:
    from moto.ec2.models.subnets import SubnetBackend

    @wrap(SubnetBackend, "create_subnet")
    def create_subnet(original: Any, self: Any, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
        """Make no default subnet, which gives public addresses, outside the default VPC."""
        subnet = original(self, vpc_id, *args, **kwargs)
        if not self.get_vpc(vpc_id).is_default:
            subnet.default_for_az = False
            subnet.map_public_ip_on_launch = False
        return subnet


def _nat_gateways() -> None:
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


def _endpoints() -> None:
    from moto.ec2.models.vpcs import VPCBackend

    @wrap(VPCBackend, "delete_vpc_endpoints")
    def delete_vpc_endpoints(original: Any, self: Any, vpce_ids: list[str] | None = None) -> None:
        """Keep an endpoint and its network interfaces for as long as it is being deleted."""
        for name in vpce_ids or []:
            endpoint = self.vpc_end_points.get(name)
            if clock.runs and endpoint is not None and endpoint.state not in ("deleting", "deleted"):
                endpoint.state = "deleting"
            clock.later(durations.ENDPOINT_DELETION.seconds, partial(original, self, [name]))


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


def _addresses() -> None:
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


def _routes() -> None:
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.route_tables import Route, RouteBackend

    def check_nat_gateway(backend: Any, nat_gateway_id: str | None) -> None:
        gateway = backend.nat_gateways.get(nat_gateway_id)
        if nat_gateway_id and (gateway is None or gateway.state != "available"):
            raise EC2ClientError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat_gateway_id}' does not exist")

    @wrap(RouteBackend, "create_route")
    def create_route(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse a route to a NAT gateway that does not exist, or not yet."""
        check_nat_gateway(self, kwargs.get("nat_gateway_id"))
        return original(self, *args, **kwargs)

    @wrap(RouteBackend, "replace_route")
    def replace_route(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse a route to a NAT gateway that does not exist, or not yet."""
        check_nat_gateway(self, args[4] if len(args) > 4 else kwargs.get("nat_gateway_id"))
        return original(self, *args, **kwargs)

    @wrap(RouteBackend, "associate_route_table")
    def associate_route_table(
        original: Any, self: Any, route_table_id: str, gateway_id: str | None = None, subnet_id: str | None = None
    ) -> Any:
        """Refuse a second table for a subnet: the association has to be replaced."""
        for table in self.route_tables.values():
            for association_id, target in table._associations.items():
                if subnet_id and target == subnet_id and table.id != route_table_id:
                    raise EC2ClientError(
                        "Resource.AlreadyAssociated",
                        f"the specified association for route table {route_table_id} conflicts with an existing "
                        f"association {association_id}",
                    )
        return original(self, route_table_id, gateway_id, subnet_id)

    owner: Any = Route
    owner.state = property(_route_state)


def _route_state(route: Any) -> str:
    """Return C(blackhole) for a route whose NAT gateway was deleted: AWS keeps such routes."""
    return "blackhole" if route.nat_gateway is not None and route.nat_gateway.state == "deleted" else "active"


def _default_security_group() -> None:
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


def _security_group_rules() -> None:
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

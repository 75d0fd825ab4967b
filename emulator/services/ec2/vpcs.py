"""VPCs: zones, subnets, endpoints, and the tags of all of EC2."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from emulator.clock import clock
from emulator.patching import wrap
from emulator.services.ec2 import durations

# What AWS calls these two in DescribeTags; moto has names of its own.
RESOURCE_TYPES = {"nat-gateway": "natgateway", "vpc-elastic-ip": "elastic-ip"}


def _install_zones() -> None:
    """Give the regions of the AWS European Sovereign Cloud, which moto has none of, three zones each."""
    from boto3 import Session
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone

    for region in Session().get_available_regions("ec2", partition_name="aws-eusc"):
        places = [("a", "az1"), ("b", "az2"), ("c", "az3")]
        zones = [Zone(f"{region}{letter}", region, f"{region.replace('-', '')}-{number}") for letter, number in places]
        RegionsAndZonesBackend.zones.setdefault(region, zones)


def _install_tags() -> None:
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


def _install_subnets() -> None:
    from moto.ec2.models.subnets import SubnetBackend

    @wrap(SubnetBackend, "create_subnet")
    def create_subnet(original: Any, self: Any, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
        """Make no default subnet, which gives public addresses, outside the default VPC."""
        subnet = original(self, vpc_id, *args, **kwargs)
        if not self.get_vpc(vpc_id).is_default:
            subnet.default_for_az = False
            subnet.map_public_ip_on_launch = False
        return subnet


def _refuse_route(backend: Any, service_name: str, route_table_ids: list[str]) -> None:
    """Refuse a gateway endpoint for a route table that another one of the same service has put its route into.

    Amazon EC2 API, error codes: RouteAlreadyExists.
    """
    from moto.ec2.exceptions import EC2ClientError

    for endpoint in backend.vpc_end_points.values():
        taken = sorted(set(endpoint.route_table_ids or ()) & set(route_table_ids))
        if endpoint.service_name == service_name and taken and endpoint.state not in ("deleting", "deleted"):
            text = f"route table {taken[0]} already has a route with destination-prefix-list-id of {service_name}"
            raise EC2ClientError("RouteAlreadyExists", text)


def _refuse_endpoint(backend: Any, service_name: str, kwargs: dict[str, Any]) -> None:
    """Refuse a service that there is not, two subnets of a zone, and a second private name in a VPC.

    Amazon EC2 API Reference, CreateVpcEndpoint, and error codes: InvalidServiceName, DuplicateSubnetsInSameZone.
    """
    from moto.ec2.exceptions import EC2ClientError

    parts = service_name.split(".")
    if len(parts) < 4 or backend.region_name not in parts:
        raise EC2ClientError("InvalidServiceName", f"The Vpc Endpoint Service '{service_name}' does not exist")
    zones = [backend.get_subnet(subnet).availability_zone for subnet in kwargs.get("subnet_ids") or ()]
    if len(set(zones)) < len(zones):
        raise EC2ClientError("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone")


def _modify(self: Any) -> None:
    """Change private DNS and set the policy back, which moto leaves out, and put routes where route tables changed."""
    given = self._get_param
    endpoint = self.ec2_backend.vpc_end_points.get(given("VpcEndpointId"))
    if endpoint is None:
        return
    if given("PrivateDnsEnabled") is not None:
        endpoint.private_dns_enabled = str(given("PrivateDnsEnabled")).lower() == "true"
    if str(given("ResetPolicy")).lower() == "true":
        endpoint.policy_document = json.dumps(endpoint.DEFAULT_POLICY)
    prefix_list = endpoint.destination_prefix_list_id
    for table in given("AddRouteTableIds") or () if prefix_list else ():
        where = {"gateway_id": endpoint.id, "destination_prefix_list_id": prefix_list}
        self.ec2_backend.create_route(table, None, **where)
    for table in given("RemoveRouteTableIds") or () if prefix_list else ():
        self.ec2_backend.delete_route(table, prefix_list)


def _install_endpoints() -> None:
    from moto.ec2.models.vpcs import VPCBackend
    from moto.ec2.responses.vpcs import VPCs

    @wrap(VPCs, "modify_vpc_endpoint")
    def modify_vpc_endpoint(original: Any, self: Any) -> Any:
        """Carry out all of it."""
        reply = original(self)
        _modify(self)
        return reply

    @wrap(VPCBackend, "create_vpc_endpoint")
    def create_vpc_endpoint(original: Any, self: Any, vpc_id: str, service_name: str, **kwargs: Any) -> Any:
        """Let each route table have one route to a service; a gateway endpoint has no private name."""
        _refuse_endpoint(self, service_name, kwargs)
        _refuse_route(self, service_name, kwargs.get("route_table_ids") or [])
        made = original(self, vpc_id=vpc_id, service_name=service_name, **kwargs)
        if str(made.vpc_endpoint_type or "Gateway").lower() == "gateway":
            made.vpc_endpoint_type, made.private_dns_enabled = "Gateway", False
        for interface in made.network_interface_ids:
            self.enis[interface].interface_type = "vpc_endpoint"
            self.enis[interface].description = f"VPC Endpoint Interface {made.id}"
        return made

    @wrap(VPCBackend, "delete_vpc_endpoints")
    def delete_vpc_endpoints(original: Any, self: Any, vpce_ids: list[str] | None = None) -> None:
        """Keep an endpoint and its network interfaces for as long as it is being deleted."""
        for name in vpce_ids or []:
            endpoint = self.vpc_end_points.get(name)
            if clock.runs and endpoint is not None and endpoint.state not in ("deleting", "deleted"):
                endpoint.state = "deleting"
            clock.later(durations.ENDPOINT_DELETION.seconds, partial(original, self, [name]))


def install() -> None:
    """Put the additions into moto."""
    _install_zones()
    _install_tags()
    _install_subnets()
    _install_endpoints()

"""Route tables: routes to NAT gateways, and one table for each subnet."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto."""
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

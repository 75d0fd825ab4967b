"""EC2's rules: Amazon EC2 API Reference, "Error codes for the Amazon EC2 API"; Amazon VPC User Guide, "quotas"."""

from __future__ import annotations

import json
from functools import partial

import pytest

from emulator.modes import Modes
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.strict import Network, refused

IN_USE = "DependencyViolation"


@pytest.fixture
def network(start: Start) -> Network:
    """Return a network in an emulator with rules."""
    return Network(start(Modes(rules=True)))


def rules_of(group_id: str) -> dict[str, object]:
    """Return the parameters that let a group's members in."""
    pairs = [{"GroupId": group_id}]
    return {"IpPermissions": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": pairs}]}


def test_a_subnet_lies_in_a_zone_of_its_region(network: Network) -> None:
    """CreateSubnet: the Availability Zone is one of the request's region."""
    wanted = {"VpcId": network.vpc_id, "CidrBlock": "10.0.9.0/24"}
    for zone in ({"AvailabilityZone": "us-east-1a"}, {"AvailabilityZoneId": "use1-az1"}):
        assert "eu" in refused("InvalidParameterValue", network.ec2.create_subnet, **wanted, **zone)
    assert network.ec2.create_subnet(**wanted, AvailabilityZone="eu-west-1c")["Subnet"]["SubnetId"]


@pytest.mark.parametrize("user", ["nat_gateway", "balancer", "database", "cache", "service", "link", "endpoint"])
def test_a_subnet_with_something_in_it_stays(network: Network, user: str) -> None:
    getattr(network, user)()
    message = refused(IN_USE, network.ec2.delete_subnet, SubnetId=network.subnets[0])
    assert message == f"The subnet '{network.subnets[0]}' has dependencies and cannot be deleted."


@pytest.mark.parametrize("user", ["nat_gateway", "database", "cache", "service", "endpoint"])
def test_a_subnet_with_nothing_in_it_goes(network: Network, user: str) -> None:
    getattr(network, user)()
    network.ec2.delete_subnet(SubnetId=network.subnets[1])
    assert len(network.ec2.describe_subnets(SubnetIds=network.subnets[:1])["Subnets"]) == 1


def test_a_subnet_goes_after_its_nat_gateway(network: Network) -> None:
    network.ec2.delete_nat_gateway(NatGatewayId=network.nat_gateway())
    network.ec2.delete_subnet(SubnetId=network.subnets[0])


@pytest.mark.parametrize("user", ["balancer", "database", "cache", "service", "link", "endpoint"])
def test_a_security_group_with_something_in_it_stays(network: Network, user: str) -> None:
    getattr(network, user)()
    message = refused(IN_USE, network.ec2.delete_security_group, GroupId=network.group_id)
    assert message == f"resource {network.group_id} has a dependent object"


def test_a_security_group_stays_while_another_names_it(network: Network) -> None:
    other = network.group("other")
    network.ec2.authorize_security_group_ingress(GroupId=other, **rules_of(network.group_id))
    refused(IN_USE, network.ec2.delete_security_group, GroupId=network.group_id)
    network.ec2.revoke_security_group_ingress(GroupId=other, **rules_of(network.group_id))
    network.ec2.authorize_security_group_ingress(GroupId=network.group_id, **rules_of(network.group_id))
    network.ec2.delete_security_group(GroupId=network.group_id)


def test_the_default_security_group_stays(network: Network) -> None:
    filters = [{"Name": "vpc-id", "Values": [network.vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = network.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    refused("CannotDelete", network.ec2.delete_security_group, GroupId=group["GroupId"])


@pytest.mark.parametrize("user", ["nat_gateway", "balancer"])
def test_an_internet_gateway_stays_attached_for_public_addresses(network: Network, user: str) -> None:
    getattr(network, user)()
    ids = {"InternetGatewayId": network.gateway_id, "VpcId": network.vpc_id}
    assert "mapped public address" in refused(IN_USE, network.ec2.detach_internet_gateway, **ids)


def test_an_internet_gateway_goes_in_two_steps(network: Network) -> None:
    network.balancer(Scheme="internal")
    refused(IN_USE, network.ec2.delete_internet_gateway, InternetGatewayId=network.gateway_id)
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway_id, VpcId=network.vpc_id)
    network.ec2.delete_internet_gateway(InternetGatewayId=network.gateway_id)


def test_a_vpc_has_one_internet_gateway(network: Network) -> None:
    second = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    attach = network.ec2.attach_internet_gateway
    refused("InvalidParameterValue", attach, InternetGatewayId=second, VpcId=network.vpc_id)


def test_a_vpc_goes_last(network: Network) -> None:
    def still() -> None:
        refused(IN_USE, network.ec2.delete_vpc, VpcId=network.vpc_id)

    still()
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway_id, VpcId=network.vpc_id)
    still()
    for subnet_id in network.subnets:
        network.ec2.delete_subnet(SubnetId=subnet_id)
    still()
    network.ec2.delete_security_group(GroupId=network.group_id)
    network.ec2.delete_vpc(VpcId=network.vpc_id)
    refused("InvalidVpcID.NotFound", network.ec2.describe_vpcs, VpcIds=[network.vpc_id])


def test_a_main_route_table_stays(network: Network) -> None:
    filters = [{"Name": "vpc-id", "Values": [network.vpc_id]}]
    (table,) = network.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    refused(IN_USE, network.ec2.delete_route_table, RouteTableId=table["RouteTableId"])
    association = table["Associations"][0]["RouteTableAssociationId"]
    refused("InvalidParameterValue", network.ec2.disassociate_route_table, AssociationId=association)


def test_a_route_table_with_subnets_stays(network: Network) -> None:
    table = network.ec2.create_route_table(VpcId=network.vpc_id)["RouteTable"]["RouteTableId"]
    made = network.ec2.associate_route_table(RouteTableId=table, SubnetId=network.subnets[0])
    refused(IN_USE, network.ec2.delete_route_table, RouteTableId=table)
    network.ec2.disassociate_route_table(AssociationId=made["AssociationId"])
    network.ec2.delete_route_table(RouteTableId=table)


def test_a_route_leads_to_a_gateway_of_its_vpc(network: Network) -> None:
    table = network.ec2.create_route_table(VpcId=network.vpc_id)["RouteTable"]["RouteTableId"]
    foreign = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
    refused("InvalidParameterValue", network.ec2.create_route, GatewayId=foreign, **route)
    network.ec2.create_route(GatewayId=network.gateway_id, **route)


def test_an_address_in_use_is_not_released(network: Network) -> None:
    address = network.address()
    gateway = network.nat_gateway(AllocationId=address)
    (described,) = network.ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    refused("InvalidIPAddress.InUse", network.ec2.release_address, AllocationId=address)
    refused("AuthFailure", network.ec2.disassociate_address, AssociationId=described["AssociationId"])
    refused(
        "InvalidParameterValue",
        network.ec2.delete_network_interface,
        NetworkInterfaceId=described["NetworkInterfaceId"],
    )
    network.ec2.delete_nat_gateway(NatGatewayId=gateway)
    network.ec2.release_address(AllocationId=address)


def test_five_addresses(network: Network) -> None:
    for _unused in range(5):
        network.address()
    refused("AddressLimitExceeded", network.ec2.allocate_address, Domain="vpc")


def test_five_vpcs_with_the_default_one(network: Network) -> None:
    for number in range(3):
        network.ec2.create_vpc(CidrBlock=f"10.{number + 1}.0.0/16")
    refused("VpcLimitExceeded", network.ec2.create_vpc, CidrBlock="10.9.0.0/16")


def test_five_nat_gateways_in_a_zone(network: Network) -> None:
    for _unused in range(5):
        network.nat_gateway(ConnectivityType="private", AllocationId="")
    create = network.ec2.create_nat_gateway
    refused("NatGatewayLimitExceeded", create, SubnetId=network.subnets[0], ConnectivityType="private")
    create(SubnetId=network.subnets[1], ConnectivityType="private")


def test_without_rules_moto_is_kinder(start: Start) -> None:
    network = Network(start(Modes()))
    network.nat_gateway()
    network.ec2.delete_subnet(SubnetId=network.subnets[0])


@pytest.mark.parametrize("service", ["", "ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"])
def test_a_flow_log_needs_a_role_that_it_may_assume(network: Network, service: str) -> None:
    """VPC User Guide, IAM role for publishing flow logs to CloudWatch Logs."""
    arn = "arn:aws:iam::123456789012:role/flow"
    if service:
        trust = json.dumps({"Statement": [{"Principal": {"Service": service}}]})
        arn = network.aws.client("iam").create_role(RoleName="flow", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    wanted = {"ResourceType": "VPC", "ResourceIds": [network.vpc_id], "TrafficType": "ALL", "LogGroupName": "/vpc"}
    create = partial(network.ec2.create_flow_logs, DeliverLogsPermissionArn=arn, **wanted)
    if service.startswith("vpc"):
        assert len(create()["FlowLogIds"]) == 1
    else:
        assert refused("InvalidParameter", create) == "Unable to assume given IAM role"

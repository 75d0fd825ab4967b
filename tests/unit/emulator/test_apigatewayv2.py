"""VPC links of the emulator, as AWS documents them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.modes import Modes
from emulator.services.apigatewayv2 import durations


class Place:
    """A VPC with a subnet and a load balancer, and a link into it."""

    def __init__(self, emulator: Any) -> None:
        self.emulator = emulator
        self.client, self.ec2, self.api = (emulator.client(name) for name in ("apigatewayv2", "ec2", "apigateway"))
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        zones = enumerate("ab")
        self.subnets = [self.subnet(f"10.0.{place}.0/24", f"eu-west-1{zone}") for place, zone in zones]
        made = emulator.client("elbv2").create_load_balancer(Name="alb", Subnets=self.subnets, Scheme="internal")
        self.balancer = made["LoadBalancers"][0]["LoadBalancerArn"]

    def subnet(self, block: str, zone: str) -> str:
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=block, AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])

    def link(self) -> str:
        return str(self.client.create_vpc_link(Name="link", SubnetIds=self.subnets)["VpcLinkId"])

    def interfaces(self) -> list[Any]:
        found = self.ec2.describe_network_interfaces()["NetworkInterfaces"]
        return [item for item in found if item["InterfaceType"] == "api_gateway_managed"]

    def lead(self, link_id: str, **more: Any) -> str:
        """Lead a method of a new API through a link; returns the API."""
        made = self.api.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]})
        which = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "ANY"}
        self.api.put_method(**which, authorizationType="NONE")
        through = {"connectionType": "VPC_LINK", "connectionId": link_id, "uri": "http://alb/"}
        self.api.put_integration(**which, type="HTTP_PROXY", integrationHttpMethod="ANY", **through, **more)
        return str(made["id"])


@pytest.fixture
def place(start: Any) -> Place:
    return Place(start(Modes(rules=True)))


@pytest.fixture
def slow(start: Any) -> Place:
    return Place(start(Modes(timescale=1.0)))


def test_a_link_is_provisioned_and_removed_in_aws_time(slow: Place) -> None:
    link = slow.link()

    def status() -> str:
        return str(slow.client.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"])

    assert status() == "PENDING"
    slow.emulator.pass_time(durations.VPC_LINK_CREATION.seconds)
    assert (status(), len(slow.interfaces())) == ("AVAILABLE", 2)
    slow.client.delete_vpc_link(VpcLinkId=link)
    assert (status(), len(slow.interfaces())) == ("DELETING", 2)
    slow.emulator.pass_time(durations.VPC_LINK_DELETION.seconds)
    assert slow.interfaces() == []
    with pytest.raises(ClientError, match="NotFoundException"):
        status()


def test_a_link_needs_subnets_and_groups_of_one_vpc(place: Place) -> None:
    other = place.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    group = place.ec2.create_security_group(GroupName="other", Description="other", VpcId=other)["GroupId"]
    for more in ({"SubnetIds": ["subnet-0"]}, {"SecurityGroupIds": ["sg-0"]}, {"SecurityGroupIds": [group]}):
        with pytest.raises(ClientError, match="BadRequestException"):
            place.client.create_vpc_link(**{"Name": "link", "SubnetIds": place.subnets, **more})


def test_a_private_integration_needs_a_link_and_a_load_balancer(place: Place) -> None:
    link = place.link()
    with pytest.raises(ClientError, match=f"IntegrationTarget is required for VpcLinkV2 {link}"):
        place.lead(link)
    with pytest.raises(ClientError, match="Invalid integration target"):
        place.lead(link, integrationTarget=place.balancer.replace("alb", "nlb"))
    with pytest.raises(ClientError, match="VPC link absent does not exist"):
        place.lead("absent", integrationTarget=place.balancer)


def test_a_link_that_an_api_uses_stays(place: Place) -> None:
    link = place.link()
    api = place.lead(link, integrationTarget=place.balancer)
    with pytest.raises(ClientError, match="referenced in"):
        place.client.delete_vpc_link(VpcLinkId=link)
    place.api.delete_rest_api(restApiId=api)
    place.client.delete_vpc_link(VpcLinkId=link)
    assert place.client.get_vpc_links()["Items"] == []


def test_the_tagging_api_lists_links(place: Place) -> None:
    made = place.client.create_vpc_link(Name="link", SubnetIds=place.subnets, Tags={"Team": "content"})
    tagging = place.emulator.client("resourcegroupstaggingapi")
    arn = f"arn:aws:apigateway:eu-west-1::/vpclinks/{made['VpcLinkId']}"
    listed = tagging.get_resources(ResourceTypeFilters=["apigateway"])["ResourceTagMappingList"]
    assert [item["ResourceARN"] for item in listed] == [arn]
    tagging.untag_resources(ResourceARNList=[arn], TagKeys=["Team"])
    assert place.client.get_vpc_link(VpcLinkId=made["VpcLinkId"])["Tags"] == {}

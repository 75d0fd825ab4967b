"""What GuardDuty has put into a VPC is removed, and nothing else; read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest

MARK = [{"Key": "GuardDutyManaged", "Value": "true"}]
GROUP = "GuardDutyManagedSecurityGroup-vpc-1"


class Network:
    """A VPC with what GuardDuty and others have put into it."""

    def __init__(self, aws: Any) -> None:
        self.ec2 = aws("ec2")
        self.vpc_id = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet_id = self.ec2.create_subnet(VpcId=self.vpc_id, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        self.group = self.ec2.create_security_group(GroupName=GROUP, Description="x", VpcId=self.vpc_id)["GroupId"]
        self.ec2.create_tags(Resources=[self.group], Tags=MARK)
        self.endpoint = self.make("com.amazonaws.eu-west-1.guardduty-data", MARK)
        self.other = self.make("com.amazonaws.eu-west-1.ssm", [{"Key": "GuardDutyManaged", "Value": "false"}])

    def make(self, service: str, tags: list[dict[str, str]]) -> str:
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc_id,
            ServiceName=service,
            VpcEndpointType="Interface",
            SubnetIds=[self.subnet_id],
            SecurityGroupIds=[self.group],
            TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}],
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def endpoints(self) -> list[str]:
        listed = self.ec2.describe_vpc_endpoints()["VpcEndpoints"]
        return [item["VpcEndpointId"] for item in listed if item["State"] != "deleted"]

    def groups(self) -> list[str]:
        listed = self.ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [self.vpc_id]}])
        return [item["GroupName"] for item in listed["SecurityGroups"]]


@pytest.fixture
def network(aws: Any) -> Network:
    """Give a VPC with an endpoint of GuardDuty's, and one of somebody else's."""
    return Network(aws)


def test_removes_the_endpoint_and_then_its_group(network: Network, changes_of: Any, run_module: Any) -> None:
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[network.other])
    preview = run_module("ec2_guardduty_endpoint", check=True, vpc_id=network.vpc_id)
    assert preview["actions"] == [f"delete_vpc_endpoints {network.endpoint}", f"delete_security_group {GROUP}"]
    assert (network.endpoints(), sorted(network.groups())) == ([network.endpoint], [GROUP, "default"])

    owner = {"ManagedBy": "streamflix.content_api"}
    removed = changes_of("ec2_guardduty_endpoint", vpc_id=network.vpc_id, owner_tags=owner)
    assert [change[:3] for change in removed] == [
        ("remove", "AWS::EC2::SecurityGroup", GROUP),
        ("remove", "AWS::EC2::VPCEndpoint", network.endpoint),
    ]
    assert (network.endpoints(), network.groups()) == ([], ["default"])
    assert not run_module("ec2_guardduty_endpoint", vpc_id=network.vpc_id)["changed"]


def test_leaves_what_is_not_guarddutys(network: Network, run_module: Any) -> None:
    other = network.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    assert not run_module("ec2_guardduty_endpoint", vpc_id=other)["changed"]
    assert run_module("ec2_guardduty_endpoint", check=True, vpc_id=network.vpc_id)["actions"][0].endswith(
        network.endpoint
    )
    assert sorted(network.endpoints()) == sorted([network.endpoint, network.other])


def test_goes_on_where_an_earlier_run_has_ended(network: Network, run_module: Any) -> None:
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[network.endpoint, network.other])
    done = run_module("ec2_guardduty_endpoint", vpc_id=network.vpc_id)
    assert done["actions"] == [f"delete_security_group {GROUP}"]
    assert network.groups() == ["default"]


@pytest.mark.parametrize(("codes", "times"), [(["InvalidGroup.NotFound"], 1), (["DependencyViolation"] * 9, 10)])
def test_a_group_that_is_gone_or_in_use_for_a_while_is_no_failed_removal(
    network: Network, sent_until_removed: Any, codes: list[str], times: int
) -> None:
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[network.other])
    which = {"vpc_id": network.vpc_id, "wait": times > 1}
    assert sent_until_removed("ec2_guardduty_endpoint", "DeleteSecurityGroup", *codes, **which) == times

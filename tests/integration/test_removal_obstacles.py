"""What keeps AWS from removing the stack stops destroy, and its preview, before anything is removed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import account

GUARDDUTY = [{"Key": "GuardDutyManaged", "Value": "true"}]


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["run", "preview"])
def test_destroy_names_what_is_in_the_way(aws: account.Client, play: Any, written: Any, arguments: Any) -> None:
    ec2 = aws("ec2")
    named = [{"Name": "tag:Name", "Values": ["streamflix-vpc-dev"]}]
    vpc_id = ec2.describe_vpcs(Filters=named)["Vpcs"][0]["VpcId"]
    inside = [{"Name": "vpc-id", "Values": [vpc_id]}]
    subnet_id = ec2.describe_subnets(Filters=inside)["Subnets"][0]["SubnetId"]
    groups = {
        item["GroupName"]: item["GroupId"] for item in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
    }
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc_id,
        ServiceName="com.amazonaws.eu-west-1.guardduty-data",
        VpcEndpointType="Interface",
        SubnetIds=[subnet_id],
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": GUARDDUTY}],
    )["VpcEndpoint"]["VpcEndpointId"]
    made = ec2.create_network_interface(SubnetId=subnet_id, Description="somebody's appliance")
    interface = made["NetworkInterface"]["NetworkInterfaceId"]
    group = ec2.create_security_group(GroupName="theirs", Description="x", VpcId=vpc_id)["GroupId"]
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": groups["streamflix-ecs-dev"]}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    aws("logs").put_log_group_deletion_protection(
        logGroupIdentifier="/ecs/streamflix-api-dev", deletionProtectionEnabled=True
    )
    try:
        stopped = play("playbooks/destroy.yml", *arguments, confirm="dev")
    finally:
        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        ec2.delete_network_interface(NetworkInterfaceId=interface)
        ec2.delete_security_group(GroupId=group)
        aws("logs").put_log_group_deletion_protection(
            logGroupIdentifier="/ecs/streamflix-api-dev", deletionProtectionEnabled=False
        )
    assert stopped.code != 0
    (failure,) = stopped.failures
    for part in (endpoint, interface, "somebody's appliance", group, "its rules name streamflix-ecs-dev"):
        assert part in failure["message"], stopped.output
    # and nothing of the stack's own
    assert len(failure["message"].splitlines()) == 5, stopped.output
    assert written(stopped) == []

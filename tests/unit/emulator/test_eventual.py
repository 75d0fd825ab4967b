"""Reads that lag behind writes; each test names the AWS document that says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator import eventual, services
from emulator.modes import Modes
from emulator.services.ec2 import lags as ec2_lags
from emulator.services.iam.lags import ROLE_USE
from emulator.services.resourcegroupstaggingapi.lags import INDEX
from tests.unit.emulator.conftest import Emulator, Start

TAG = {"Key": "Application", "Value": "streamflix"}
BY_TAG = [{"Name": "tag:Application", "Values": ["streamflix"]}]
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ALLOWED = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [ALLOWED]})


@pytest.fixture
def aws(start: Start) -> Emulator:
    """Start an emulator whose reads lag, and whose time the test lets pass."""
    return start(Modes(timescale=1.0, eventual=True))


def code(request: Any, **params: Any) -> str:
    """Send a request; return its error code, empty when it succeeds."""
    try:
        request(**params)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


def vpc_specification() -> list[dict[str, Any]]:
    return [{"ResourceType": "vpc", "Tags": [TAG]}]


def test_a_new_ec2_resource_is_not_found_at_first(aws: Emulator) -> None:
    """EC2 Developer Guide, Eventual consistency: describing what was just made may answer that it does not exist."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=vpc_specification())["Vpc"]["VpcId"]
    assert code(ec2.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"
    assert ec2.describe_vpcs(Filters=BY_TAG)["Vpcs"] == []
    assert ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"] == []
    aws.pass_time(ec2_lags.READS)
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["VpcId"] == vpc
    assert len(ec2.describe_vpcs(Filters=BY_TAG)["Vpcs"]) == 1
    assert len(ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]) == 1


def test_a_write_that_names_a_new_ec2_resource_is_refused_for_a_shorter_time(aws: Emulator) -> None:
    """EC2 Developer Guide, Eventual consistency: modifying what was just made may fail with its NotFound error."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = {"VpcId": vpc, "CidrBlock": "10.0.0.0/24"}
    assert code(ec2.create_subnet, **subnet) == "InvalidVpcID.NotFound"
    assert code(ec2.create_tags, Resources=[vpc], Tags=[TAG]) == "InvalidVpcID.NotFound"
    aws.pass_time(ec2_lags.WRITES)
    made = ec2.create_subnet(**subnet)["Subnet"]["SubnetId"]
    assert code(ec2.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"
    # what is hidden from reads still takes its addresses
    assert code(ec2.create_subnet, **subnet) == "InvalidSubnet.Conflict"
    assert code(ec2.delete_subnet, SubnetId=made) == "InvalidSubnetID.NotFound"


def test_each_kind_of_ec2_resource_is_refused_with_its_own_error(aws: Emulator) -> None:
    """EC2 Developer Guide, Error codes: each kind has a NotFound code."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    aws.pass_time(ec2_lags.READS)
    group = ec2.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    assert code(ec2.delete_security_group, GroupId=group) == "InvalidGroup.NotFound"
    assert code(ec2.describe_security_groups, GroupIds=[group]) == "InvalidGroup.NotFound"
    assert code(ec2.delete_route_table, RouteTableId=table) == "InvalidRouteTableID.NotFound"
    attach = {"InternetGatewayId": gateway, "VpcId": vpc}
    assert code(ec2.attach_internet_gateway, **attach) == "InvalidInternetGatewayID.NotFound"
    assert code(ec2.release_address, AllocationId=address) == "InvalidAllocationID.NotFound"
    assert ec2.describe_addresses()["Addresses"] == []
    aws.pass_time(ec2_lags.READS)
    assert [item["AllocationId"] for item in ec2.describe_addresses()["Addresses"]] == [address]
    ec2.attach_internet_gateway(**attach)
    ec2.delete_security_group(GroupId=group)


def test_new_tags_of_ec2_resources_are_missing_at_first(aws: Emulator) -> None:
    """EC2 Developer Guide, Eventual consistency: a command's result is not at once seen by all others."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    aws.pass_time(ec2_lags.READS)

    def tags() -> list[dict[str, str]]:
        return ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0].get("Tags", [])

    ec2.create_tags(Resources=[vpc], Tags=[TAG])
    assert tags() == []
    assert ec2.describe_vpcs(Filters=BY_TAG)["Vpcs"] == []
    aws.pass_time(ec2_lags.TAGS)
    assert tags() == [TAG]
    ec2.delete_tags(Resources=[vpc], Tags=[TAG])
    assert tags() == [TAG]
    aws.pass_time(ec2_lags.TAGS)
    assert tags() == []


def test_a_launch_template_is_listed_for_a_while_after_its_removal_and_its_name_is_free_at_once(aws: Emulator) -> None:
    """EC2 Developer Guide, Eventual consistency: reads lag, while what a write decides is decided once."""
    ec2 = aws.client("ec2")
    wanted: dict[str, Any] = {"LaunchTemplateName": "lock", "LaunchTemplateData": {"ImageId": "ami-12345678"}}
    tagged = [{"ResourceType": "launch-template", "Tags": [TAG]}]

    def listed() -> list[tuple[str, Any]]:
        found = ec2.describe_launch_templates(Filters=[{"Name": "launch-template-name", "Values": ["lock"]}])
        return [(item["LaunchTemplateId"], item.get("Tags")) for item in found["LaunchTemplates"]]

    first = ec2.create_launch_template(**wanted, TagSpecifications=tagged)["LaunchTemplate"]["LaunchTemplateId"]
    assert listed() == []
    assert code(ec2.create_launch_template, **wanted) == "InvalidLaunchTemplateName.AlreadyExistsException"
    assert code(ec2.delete_launch_template, LaunchTemplateId=first) == "InvalidLaunchTemplateId.NotFound"
    aws.pass_time(ec2_lags.READS)
    assert listed() == [(first, [TAG])]
    ec2.delete_launch_template(LaunchTemplateId=first)
    assert code(ec2.delete_launch_template, LaunchTemplateId=first) == "InvalidLaunchTemplateId.NotFound"
    second = ec2.create_launch_template(**wanted)["LaunchTemplate"]["LaunchTemplateId"]
    assert listed() == [(first, [TAG])]
    aws.pass_time(ec2_lags.READS)
    assert [name for name, _unused in listed()] == [second]
    assert second != first


def test_resources_keep_their_order(aws: Emulator) -> None:
    """What is hidden comes back in its place: lists must not depend on who looked."""
    ec2 = aws.client("ec2")
    made = [ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in range(2)]
    aws.pass_time(ec2_lags.READS)
    made.append(ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"])
    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]][1:] == made[:2]
    made.append(ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"])
    aws.pass_time(ec2_lags.READS)
    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]][1:] == made


def test_a_new_role_is_not_found_and_cannot_be_used_at_first(aws: Emulator) -> None:
    """IAM User Guide, Troubleshoot IAM: changes are not always immediately visible."""
    iam, ecs = aws.client("iam"), aws.client("ecs")
    role = iam.create_role(RoleName="task", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    assert code(iam.get_role, RoleName="task") == "NoSuchEntity"
    assert iam.list_roles()["Roles"] == []
    assert code(iam.create_role, RoleName="task", AssumeRolePolicyDocument=TRUST) == "EntityAlreadyExists"
    iam.put_role_policy(RoleName="task", PolicyName="one", PolicyDocument=POLICY)
    definition: dict[str, Any] = {
        "family": "one",
        "taskRoleArn": role,
        "containerDefinitions": [{"name": "one", "image": "nginx", "memory": 128}],
    }
    aws.pass_time(4.5)
    assert iam.get_role(RoleName="task")["Role"]["Arn"] == role
    assert code(ecs.register_task_definition, **definition) == "ClientException"
    aws.pass_time(ROLE_USE)
    assert ecs.register_task_definition(**definition)["taskDefinition"]["taskRoleArn"] == role


def test_api_gateway_cannot_use_a_new_role_at_first(aws: Emulator) -> None:
    """IAM User Guide, Troubleshoot IAM; the text is UpdateAccount's for a role that it cannot assume."""
    iam, apigateway = aws.client("iam"), aws.client("apigateway")
    trust = json.dumps({"Statement": [{"Principal": {"Service": "apigateway.amazonaws.com"}}]})
    role = iam.create_role(RoleName="logs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="logs", PolicyName="one", PolicyDocument=POLICY)
    patch = {"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]}
    assert code(apigateway.update_account, **patch) == "BadRequestException"
    aws.pass_time(ROLE_USE)
    assert apigateway.update_account(**patch)["cloudwatchRoleArn"] == role


def test_a_flow_log_cannot_use_a_new_role_at_first(aws: Emulator) -> None:
    """IAM User Guide, Troubleshoot IAM; the text is what users report of CreateFlowLogs."""
    iam, ec2 = aws.client("iam"), aws.client("ec2")
    trust = json.dumps({"Statement": [{"Principal": {"Service": "vpc-flow-logs.amazonaws.com"}}]})
    role = iam.create_role(RoleName="flow", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    aws.pass_time(4.5)
    wanted = {
        "ResourceType": "VPC",
        "ResourceIds": [vpc],
        "TrafficType": "ALL",
        "LogGroupName": "/vpc",
        "DeliverLogsPermissionArn": role,
    }
    assert code(ec2.create_flow_logs, **wanted) == "InvalidParameter"
    aws.pass_time(ROLE_USE)
    (made,) = ec2.create_flow_logs(**wanted)["FlowLogIds"]
    assert ec2.describe_flow_logs()["FlowLogs"] == []
    aws.pass_time(5)
    assert [item["FlowLogId"] for item in ec2.describe_flow_logs()["FlowLogs"]] == [made]


def test_a_new_ecs_cluster_is_not_found_at_first(aws: Emulator) -> None:
    """ECS API Reference, RunTask: results of a command are not at once visible to all others."""
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="one")
    assert ecs.describe_clusters(clusters=["one"])["clusters"] == []
    assert ecs.list_clusters()["clusterArns"] == []
    service = {"cluster": "one", "serviceName": "two", "taskDefinition": "three"}
    assert code(ecs.create_service, **service) == "ClusterNotFoundException"
    aws.pass_time(3)
    assert ecs.describe_clusters(clusters=["one"])["clusters"][0]["status"] == "ACTIVE"
    assert code(ecs.create_service, **service) != "ClusterNotFoundException"


def test_a_new_ecs_service_is_missing_at_first(aws: Emulator) -> None:
    """ECS API Reference, RunTask: results of a command are not at once visible to all others."""
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="one")
    ecs.register_task_definition(
        family="three", containerDefinitions=[{"name": "one", "image": "nginx", "memory": 128}]
    )
    aws.pass_time(3)
    ecs.create_service(cluster="one", serviceName="two", taskDefinition="three", desiredCount=0)
    assert ecs.describe_services(cluster="one", services=["two"])["failures"][0]["reason"] == "MISSING"
    assert ecs.list_services(cluster="one")["serviceArns"] == []
    aws.pass_time(3)
    assert ecs.describe_services(cluster="one", services=["two"])["services"][0]["serviceName"] == "two"


def test_a_list_of_secrets_lags_and_a_secret_does_not(aws: Emulator) -> None:
    """Secrets Manager API Reference, ListSecrets: DescribeSecret has what the list does not have yet."""
    client = aws.client("secretsmanager")
    client.create_secret(Name="one", SecretString="two")
    assert client.list_secrets()["SecretList"] == []
    assert client.describe_secret(SecretId="one")["Name"] == "one"
    assert code(client.create_secret, Name="one") == "ResourceExistsException"
    aws.pass_time(60)
    assert [secret["Name"] for secret in client.list_secrets()["SecretList"]] == ["one"]


def test_the_tagging_api_lags_for_new_changed_and_deleted_resources(aws: Emulator) -> None:
    """Resource Groups Tagging API: it lists what the services tell it, some time after they have done it."""
    tagging, elbv2 = aws.client("resourcegroupstaggingapi"), aws.client("elbv2")

    def listed() -> list[dict[str, str]]:
        found = tagging.get_resources(TagFilters=[{"Key": "Application"}])["ResourceTagMappingList"]
        return [tag for item in found for tag in item["Tags"]]

    vpc = aws.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    group = elbv2.create_target_group(Name="one", TargetType="ip", Protocol="HTTP", Port=80, VpcId=vpc, Tags=[TAG])
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    assert listed() == []
    aws.pass_time(INDEX)
    assert listed() == [TAG]
    changed = {**TAG, "Value": "other"}
    elbv2.add_tags(ResourceArns=[arn], Tags=[changed])
    assert listed() == [TAG]
    aws.pass_time(INDEX)
    assert listed() == [changed]
    assert tagging.get_resources(ResourceTypeFilters=["ecs"])["ResourceTagMappingList"] == []
    elbv2.delete_target_group(TargetGroupArn=arn)
    assert listed() == [changed]
    aws.pass_time(INDEX)
    assert listed() == []


def test_no_lag_is_longer_than_the_longest(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventual, "MOST_SECONDS", 3)
    aws = start(Modes(eventual=True))
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    aws.pass_time(2)
    assert code(ec2.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"
    aws.pass_time(1)
    assert code(ec2.describe_vpcs, VpcIds=[vpc]) == ""


def test_every_lag_has_a_source_and_ends_no_earlier_for_reads() -> None:
    lags = [lag for module in services.tables("lags").values() for lag in module.LAGS]
    assert {"ec2", "iam", "ecs"} <= {lag.service for lag in lags}
    for lag in lags:
        assert lag.source
        # or reads have what is new at once, and only what names it is refused
        assert lag.reads >= lag.writes or not lag.reads
        assert bool(lag.writes) == bool(lag.refusal[0])

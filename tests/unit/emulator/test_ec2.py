"""EC2 in the emulator answers as AWS does where moto does not, seen with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.emulator.strict import refused


@pytest.fixture
def ec2(aws: Any) -> Any:
    return aws("ec2")


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnet_id(ec2: Any, vpc_id: str) -> str:
    return ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24", AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]


def tag(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


@pytest.fixture
def nat(ec2: Any, subnet_id: str) -> dict[str, Any]:
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tag("elastic-ip", "nat-1"))
    return ec2.create_nat_gateway(
        SubnetId=subnet_id, AllocationId=address["AllocationId"], TagSpecifications=tag("natgateway", "nat-1")
    )["NatGateway"]


def code(refused: Any) -> str:
    return refused.value.response["Error"]["Code"]


def test_tags_name_resource_types_as_aws_does(ec2: Any, nat: dict[str, Any]) -> None:
    for kind, resource_id in {
        "natgateway": nat["NatGatewayId"],
        "elastic-ip": nat["NatGatewayAddresses"][0]["AllocationId"],
    }.items():
        found = ec2.describe_tags(Filters=[{"Name": "resource-type", "Values": [kind]}])["Tags"]
        assert [(item["ResourceId"], item["ResourceType"]) for item in found] == [(resource_id, kind)]
    by_id = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [nat["NatGatewayId"]]}])["Tags"]
    assert by_id[0]["ResourceType"] == "natgateway"


def test_a_subnet_outside_the_default_vpc_is_no_default_subnet(ec2: Any, vpc_id: str) -> None:
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    made = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24", AvailabilityZone="eu-west-1a")["Subnet"]
    assert not made["MapPublicIpOnLaunch"]
    assert not made["DefaultForAz"]


def test_a_nat_gateway_is_public_and_found_by_tag(ec2: Any, nat: dict[str, Any]) -> None:
    assert ec2.describe_nat_gateways()["NatGateways"][0]["ConnectivityType"] == "public"
    by_name = {
        name: ec2.describe_nat_gateways(Filter=[{"Name": "tag:Name", "Values": [name]}])["NatGateways"]
        for name in ("nat-1", "nat-2")
    }
    assert by_name["nat-1"][0]["NatGatewayId"] == nat["NatGatewayId"]
    assert by_name["nat-2"] == []


def test_a_regional_nat_gateway_has_addresses_and_a_route_table_of_aws(ec2: Any, vpc_id: str) -> None:
    """Amazon VPC User Guide, "Regional NAT gateways for automatic multi-AZ expansion"."""
    ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.7.0/24", AvailabilityZone="eu-west-1b")
    asked = {"AvailabilityMode": "regional", "VpcId": vpc_id, "ClientToken": "once"}
    made = ec2.create_nat_gateway(**asked)["NatGateway"]
    assert ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"] == made["NatGatewayId"]
    (gateway,) = ec2.describe_nat_gateways(NatGatewayIds=[made["NatGatewayId"]])["NatGateways"]
    assert (gateway["AutoProvisionZones"], gateway.get("SubnetId")) == ("enabled", None)
    given = {item["AllocationId"]: item for item in ec2.describe_addresses()["Addresses"]}
    assert [item["AllocationId"] for item in gateway["NatGatewayAddresses"]] == list(given)
    for request, code, words in (
        (lambda: ec2.release_address(AllocationId=next(iter(given))), "OperationNotPermitted", "managed"),
        (lambda: ec2.delete_route_table(RouteTableId=gateway["RouteTableId"]), "DependencyViolation", "dependencies"),
        (
            lambda: ec2.create_nat_gateway(**asked, AllocationId="eipalloc-1"),
            "InvalidParameterCombination",
            "cannot be used with a regional",
        ),
    ):
        with pytest.raises(ClientError, match=words) as caught:
            request()
        assert caught.value.response["Error"]["Code"] == code
    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    assert ec2.describe_addresses()["Addresses"] == []
    tables = ec2.describe_route_tables()["RouteTables"]
    assert gateway["RouteTableId"] not in [table["RouteTableId"] for table in tables]


def test_a_deleted_nat_gateway_frees_its_address(ec2: Any, nat: dict[str, Any]) -> None:
    assert ec2.describe_addresses()["Addresses"][0]["AssociationId"]
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    assert ec2.describe_nat_gateways()["NatGateways"][0]["State"] == "deleted"
    address = ec2.describe_addresses()["Addresses"][0]
    assert "AssociationId" not in address
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    ec2.release_address(AllocationId=address["AllocationId"])
    assert ec2.describe_addresses()["Addresses"] == []


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("describe_nat_gateways", {"NatGatewayIds": ["nat-0123456789abcdef0"]}),
        ("delete_nat_gateway", {"NatGatewayId": "nat-0123456789abcdef0"}),
    ],
)
def test_an_unknown_nat_gateway_is_refused(ec2: Any, operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(ec2, operation)(**params)
    assert code(refused) == "NatGatewayNotFound"


def test_a_route_needs_a_nat_gateway_that_exists(ec2: Any, vpc_id: str, nat: dict[str, Any]) -> None:
    table = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
    with pytest.raises(ClientError) as refused:
        ec2.create_route(**route, NatGatewayId="nat-0123456789abcdef0")
    assert code(refused) == "InvalidNatGatewayID.NotFound"
    ec2.create_route(**route, NatGatewayId=nat["NatGatewayId"])
    with pytest.raises(ClientError) as refused:
        ec2.replace_route(**route, NatGatewayId="nat-0123456789abcdef0")
    assert code(refused) == "InvalidNatGatewayID.NotFound"

    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert {item["DestinationCidrBlock"]: item["State"] for item in routes} == {
        "10.0.0.0/16": "active",
        "0.0.0.0/0": "blackhole",
    }


def test_a_subnet_has_one_route_table(ec2: Any, vpc_id: str, subnet_id: str) -> None:
    first, second = (ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"] for _unused in range(2))
    association = ec2.associate_route_table(RouteTableId=first, SubnetId=subnet_id)["AssociationId"]
    assert ec2.associate_route_table(RouteTableId=first, SubnetId=subnet_id)["AssociationId"] == association
    with pytest.raises(ClientError) as refused:
        ec2.associate_route_table(RouteTableId=second, SubnetId=subnet_id)
    assert code(refused) == "Resource.AlreadyAssociated"
    ec2.replace_route_table_association(AssociationId=association, RouteTableId=second)


def groups(ec2: Any, vpc_id: str) -> dict[str, dict[str, Any]]:
    found = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["SecurityGroups"]
    return {group["GroupName"]: group for group in found}


def test_the_default_group_lets_its_members_in_and_everything_out(ec2: Any, vpc_id: str) -> None:
    group = groups(ec2, vpc_id)["default"]
    assert [rule["IpProtocol"] for rule in group["IpPermissions"]] == ["-1"]
    assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == group["GroupId"]
    assert group["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]


@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_rules_are_the_same_whatever_their_description(ec2: Any, vpc_id: str, way: str) -> None:
    source, group_id = (
        ec2.create_security_group(GroupName=name, Description="x", VpcId=vpc_id)["GroupId"] for name in ("a", "b")
    )

    def permissions(text: str | None) -> dict[str, Any]:
        described = {"Description": text} if text else {}
        ports = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
        return {
            "GroupId": group_id,
            "IpPermissions": [
                {**ports, "UserIdGroupPairs": [{"GroupId": source, **described}]},
                {**ports, "IpRanges": [{"CidrIp": "10.0.0.0/16", **described}]},
            ],
        }

    def texts() -> list[str | None]:
        found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
        return [rule.get("Description") for rule in found["SecurityGroupRules"] if rule["FromPort"] == 80]

    getattr(ec2, f"authorize_security_group_{way}")(**permissions("one"))
    with pytest.raises(ClientError) as refused:
        getattr(ec2, f"authorize_security_group_{way}")(**permissions("two"))
    assert code(refused) == "InvalidPermission.Duplicate"
    update = getattr(ec2, f"update_security_group_rule_descriptions_{way}")
    update(**permissions("two"))
    assert texts() == ["two", "two"]
    update(**permissions(None))
    assert texts() == [None, None]
    getattr(ec2, f"revoke_security_group_{way}")(**permissions(None))
    assert texts() == []


def launch_template(name: str, **params: Any) -> dict[str, Any]:
    data = {"MetadataOptions": {"HttpTokens": "required"}}
    return {"LaunchTemplateName": name, "LaunchTemplateData": data, **params}


def test_the_name_of_a_launch_template_is_given_once(ec2: Any) -> None:
    made = ec2.create_launch_template(**launch_template("lock"))["LaunchTemplate"]
    with pytest.raises(ClientError) as refused:
        ec2.create_launch_template(**launch_template("lock"))
    assert code(refused) == "InvalidLaunchTemplateName.AlreadyExistsException"
    ec2.delete_launch_template(LaunchTemplateId=made["LaunchTemplateId"])
    again = ec2.create_launch_template(**launch_template("lock"))["LaunchTemplate"]
    assert again["LaunchTemplateId"] != made["LaunchTemplateId"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"LaunchTemplateName": "a b c"}, "InvalidLaunchTemplateName.MalformedException"),
        ({"LaunchTemplateName": "ab"}, "InvalidLaunchTemplateName.MalformedException"),
        ({"LaunchTemplateData": {}}, "MissingParameter"),
    ],
)
def test_a_launch_template_needs_a_name_and_content(ec2: Any, params: dict[str, Any], expected: str) -> None:
    with pytest.raises(ClientError) as refused:
        ec2.create_launch_template(**{**launch_template("lock"), **params})
    assert code(refused) == expected
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []


def test_a_launch_template_that_is_gone_is_not_found_by_its_id(ec2: Any) -> None:
    made = ec2.create_launch_template(**launch_template("lock"))["LaunchTemplate"]["LaunchTemplateId"]
    ec2.delete_launch_template(LaunchTemplateId=made)
    tags = [{"Key": "a", "Value": "b"}]
    for call in (
        lambda: ec2.delete_launch_template(LaunchTemplateId=made),
        lambda: ec2.describe_launch_templates(LaunchTemplateIds=[made]),
        lambda: ec2.create_tags(Resources=[made], Tags=tags),
    ):
        with pytest.raises(ClientError) as refused:
            call()
        assert code(refused) == "InvalidLaunchTemplateId.NotFound"
    with pytest.raises(ClientError) as refused:
        ec2.delete_launch_template(LaunchTemplateName="lock")
    assert code(refused) == "InvalidLaunchTemplateName.NotFoundException"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "MissingParameter"),
        ({"LaunchTemplateId": "lt-1", "LaunchTemplateName": "lock"}, "InvalidParameterCombination"),
    ],
)
def test_a_removal_names_one_launch_template(ec2: Any, params: dict[str, str], expected: str) -> None:
    with pytest.raises(ClientError) as refused:
        ec2.delete_launch_template(**params)
    assert code(refused) == expected


def test_tags_of_a_launch_template_are_those_of_now(ec2: Any, aws: Any) -> None:
    first = [{"Key": "a", "Value": "1"}]
    tagged = [{"ResourceType": "launch-template", "Tags": first}]
    made = ec2.create_launch_template(**launch_template("lock", TagSpecifications=tagged))["LaunchTemplate"]
    assert made["Tags"] == first
    name = made["LaunchTemplateId"]
    ec2.create_tags(Resources=[name], Tags=[{"Key": "a", "Value": "2"}])
    (found,) = ec2.describe_launch_templates(LaunchTemplateIds=[name])["LaunchTemplates"]
    assert found["Tags"] == [{"Key": "a", "Value": "2"}]
    listed = aws("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "a"}])["ResourceTagMappingList"]
    assert [item["ResourceARN"].rpartition("/")[2] for item in listed] == [name]
    ec2.delete_launch_template(LaunchTemplateId=name)
    assert ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [name]}])["Tags"] == []


def test_a_route_table_has_one_route_to_a_service(ec2: Any, vpc_id: str) -> None:
    tables = [ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"] for _unused in range(2)]
    s3, dynamodb = "com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.dynamodb"

    def make(service: str, table: str) -> str:
        made = ec2.create_vpc_endpoint(
            VpcId=vpc_id, ServiceName=service, VpcEndpointType="Gateway", RouteTableIds=[table]
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    first = make(s3, tables[0])
    with pytest.raises(ClientError) as refused:
        make(s3, tables[0])
    assert code(refused) == "RouteAlreadyExists"
    make(s3, tables[1])
    make(dynamodb, tables[0])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[first])
    make(s3, tables[0])


def test_flow_logs_go_to_a_bucket_and_say_that_it_is_gone(aws: Any) -> None:
    """Amazon EC2 API Reference, CreateFlowLogs, DestinationOptionsRequest, and FlowLog: DeliverLogsStatus."""
    where = {"LocationConstraint": "eu-west-1"}
    aws("s3").create_bucket(Bucket="flow-logs", CreateBucketConfiguration=where)
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    base = {"ResourceType": "VPC", "ResourceIds": [vpc], "TrafficType": "ALL", "LogDestinationType": "s3"}
    options = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": False}
    given = {**base, "LogDestination": "arn:aws:s3:::flow-logs/dev/", "DestinationOptions": options}
    ec2.create_flow_logs(**given)
    # the same once more is refused, another interval is another flow log
    refused("FlowLogAlreadyExists", ec2.create_flow_logs, **given)
    ec2.create_flow_logs(**given, MaxAggregationInterval=60)
    first, _second = ec2.describe_flow_logs()["FlowLogs"]
    assert (first["LogDestination"], first["DestinationOptions"]) == (given["LogDestination"], options)
    assert first["DeliverLogsStatus"] == "SUCCESS"
    aws("s3").delete_bucket(Bucket="flow-logs")
    gone = ec2.describe_flow_logs()["FlowLogs"][0]
    assert (gone["FlowLogStatus"], gone["DeliverLogsStatus"]) == ("ACTIVE", "FAILED")
    assert gone["DeliverLogsErrorMessage"] == "Access error"

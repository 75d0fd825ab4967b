"""The network of a deployed stack, read with plain boto3: every property that the platform promises.

The facts stand here and nowhere else. They are those of the dev environment; where an environment may differ (the
number of NAT gateways), the test says so.
"""

from __future__ import annotations

from typing import Any

import pytest

ZONES = ["eu-west-1a", "eu-west-1b"]
PUBLIC = {"eu-west-1a": "10.0.0.0/24", "eu-west-1b": "10.0.1.0/24"}
PRIVATE = {"eu-west-1a": "10.0.2.0/24", "eu-west-1b": "10.0.3.0/24"}
ANYWHERE = "0.0.0.0/0"
ALL_OUT = [("-1", None, None, ANYWHERE, "Allow all outbound traffic by default")]


def tags_of(item: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}


@pytest.fixture
def tags(environment: str) -> dict[str, str]:
    return {"Application": "streamflix", "Environment": environment, "ManagedBy": "streamflix.content_api"}


@pytest.fixture
def ec2(aws: Any) -> Any:
    return aws("ec2")


@pytest.fixture
def vpc(ec2: Any, environment: str) -> dict[str, Any]:
    (found,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [f"streamflix-vpc-{environment}"]}])["Vpcs"]
    return found


@pytest.fixture
def in_vpc(vpc: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]


@pytest.fixture
def subnets(ec2: Any, in_vpc: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {subnet["CidrBlock"]: subnet for subnet in ec2.describe_subnets(Filters=in_vpc)["Subnets"]}


@pytest.fixture
def internet_gateway(ec2: Any, vpc: dict[str, Any]) -> dict[str, Any]:
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
    (found,) = ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]
    return found


@pytest.fixture
def nat_gateways(ec2: Any, in_vpc: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    living = [*in_vpc, {"Name": "state", "Values": ["pending", "available"]}]
    return {tags_of(item)["Name"]: item for item in ec2.describe_nat_gateways(Filter=living)["NatGateways"]}


@pytest.fixture
def tables(ec2: Any, in_vpc: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give the route tables by the subnet that uses them."""
    return {
        item["SubnetId"]: table
        for table in ec2.describe_route_tables(Filters=in_vpc)["RouteTables"]
        for item in table["Associations"]
        if "SubnetId" in item
    }


@pytest.fixture
def groups(ec2: Any, in_vpc: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {group["GroupName"]: group for group in ec2.describe_security_groups(Filters=in_vpc)["SecurityGroups"]}


def rules_of(group: dict[str, Any], way: str) -> list[tuple[Any, ...]]:
    """Return a group's rules as protocol, first port, last port, other side, description; sorted."""
    found: list[tuple[Any, ...]] = []
    for permission in group[{"in": "IpPermissions", "out": "IpPermissionsEgress"}[way]]:
        base = (permission["IpProtocol"], permission.get("FromPort"), permission.get("ToPort"))
        for key, side in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"), ("PrefixListIds", "PrefixListId")):
            found += [(*base, item[side], item.get("Description")) for item in permission.get(key, [])]
        found += [(*base, item["GroupId"], item.get("Description")) for item in permission.get("UserIdGroupPairs", [])]
    return sorted(found, key=str)


def test_vpc(ec2: Any, vpc: dict[str, Any], tags: dict[str, str], environment: str) -> None:
    assert vpc["State"] == "available"
    assert vpc["CidrBlock"] == "10.0.0.0/16"
    assert [item["CidrBlock"] for item in vpc["CidrBlockAssociationSet"]] == ["10.0.0.0/16"]
    assert vpc["InstanceTenancy"] == "default"
    assert not vpc["IsDefault"]
    assert tags_of(vpc) == {**tags, "Name": f"streamflix-vpc-{environment}"}
    for attribute, key in (("enableDnsHostnames", "EnableDnsHostnames"), ("enableDnsSupport", "EnableDnsSupport")):
        assert ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)[key]["Value"] is True


def test_internet_gateway(
    internet_gateway: dict[str, Any], vpc: dict[str, Any], tags: dict[str, str], environment: str
) -> None:
    (attachment,) = internet_gateway["Attachments"]
    assert attachment["VpcId"] == vpc["VpcId"]
    assert attachment["State"] in {"attached", "available"}
    assert tags_of(internet_gateway) == {**tags, "Name": f"streamflix-vpc-{environment}"}


def test_there_are_four_subnets(subnets: dict[str, dict[str, Any]]) -> None:
    assert sorted(subnets) == sorted([*PUBLIC.values(), *PRIVATE.values()])


@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize("number", [1, 2])
def test_subnet(
    subnets: dict[str, dict[str, Any]], tags: dict[str, str], environment: str, kind: str, number: int
) -> None:
    zone = ZONES[number - 1]
    subnet = subnets[{"public": PUBLIC, "private": PRIVATE}[kind][zone]]
    assert subnet["AvailabilityZone"] == zone
    assert subnet["MapPublicIpOnLaunch"] is (kind == "public")
    assert not subnet["AssignIpv6AddressOnCreation"]
    assert tags_of(subnet) == {**tags, "Name": f"streamflix-{kind}-{number}-{environment}"}


def test_nat_gateways_stand_in_public_subnets_with_an_address_each(
    ec2: Any,
    nat_gateways: dict[str, dict[str, Any]],
    subnets: dict[str, dict[str, Any]],
    tags: dict[str, str],
    environment: str,
) -> None:
    count = 1 if environment == "dev" else 2
    assert sorted(nat_gateways) == [f"streamflix-nat-{number}-{environment}" for number in range(1, count + 1)]
    for zone, (name, gateway) in zip(ZONES, sorted(nat_gateways.items()), strict=False):
        assert gateway["State"] == "available"
        assert gateway["ConnectivityType"] == "public"
        assert gateway["SubnetId"] == subnets[PUBLIC[zone]]["SubnetId"]
        assert tags_of(gateway) == {**tags, "Name": name}
        (used,) = gateway["NatGatewayAddresses"]
        (address,) = ec2.describe_addresses(AllocationIds=[used["AllocationId"]])["Addresses"]
        assert address["Domain"] == "vpc"
        assert address["PublicIp"] == used["PublicIp"]
        assert tags_of(address) == {**tags, "Name": name}


def test_no_address_is_left_without_a_gateway(
    ec2: Any, nat_gateways: dict[str, dict[str, Any]], tags: dict[str, str]
) -> None:
    ours = ec2.describe_addresses(Filters=[{"Name": f"tag:{key}", "Values": [text]} for key, text in tags.items()])
    used = {gateway["NatGatewayAddresses"][0]["AllocationId"] for gateway in nat_gateways.values()}
    assert {address["AllocationId"] for address in ours["Addresses"]} == used


def test_every_subnet_has_a_route_table_of_its_own(
    tables: dict[str, dict[str, Any]],
    subnets: dict[str, dict[str, Any]],
    tags: dict[str, str],
) -> None:
    assert set(tables) == {subnet["SubnetId"] for subnet in subnets.values()}
    assert len({table["RouteTableId"] for table in tables.values()}) == 4
    for subnet in subnets.values():
        table = tables[subnet["SubnetId"]]
        assert tags_of(table) == {**tags, "Name": tags_of(subnet)["Name"]}
        assert not any(item["Main"] for item in table["Associations"])


def routes_of(table: dict[str, Any]) -> dict[str, tuple[str | None, str]]:
    return {
        route["DestinationCidrBlock"]: (route.get("GatewayId") or route.get("NatGatewayId"), route["State"])
        for route in table["Routes"]
    }


@pytest.mark.parametrize("zone", ZONES)
def test_public_subnets_reach_the_internet_directly(
    tables: dict[str, dict[str, Any]],
    subnets: dict[str, dict[str, Any]],
    internet_gateway: dict[str, Any],
    zone: str,
) -> None:
    assert routes_of(tables[subnets[PUBLIC[zone]]["SubnetId"]]) == {
        "10.0.0.0/16": ("local", "active"),
        ANYWHERE: (internet_gateway["InternetGatewayId"], "active"),
    }


@pytest.mark.parametrize("zone", ZONES)
def test_private_subnets_reach_the_internet_through_nat(
    tables: dict[str, dict[str, Any]],
    subnets: dict[str, dict[str, Any]],
    nat_gateways: dict[str, dict[str, Any]],
    zone: str,
) -> None:
    ids = [gateway["NatGatewayId"] for _unused, gateway in sorted(nat_gateways.items())]
    nat = ids[min(ZONES.index(zone), len(ids) - 1)]
    assert routes_of(tables[subnets[PRIVATE[zone]]["SubnetId"]]) == {
        "10.0.0.0/16": ("local", "active"),
        ANYWHERE: (nat, "active"),
    }


@pytest.mark.parametrize(
    ("part", "description"),
    [
        ("alb", "Security group for Application Load Balancer"),
        ("ecs", "Security group for ECS Fargate tasks"),
        ("database", "Security group for RDS PostgreSQL"),
        ("cache", "Security group for ElastiCache Redis"),
    ],
)
def test_security_group(
    groups: dict[str, dict[str, Any]], tags: dict[str, str], environment: str, part: str, description: str
) -> None:
    name = f"streamflix-{part}-{environment}"
    assert groups[name]["Description"] == description
    assert tags_of(groups[name]) == {**tags, "Name": name}


def test_anyone_reaches_the_load_balancer_by_http_and_https(
    groups: dict[str, dict[str, Any]], environment: str
) -> None:
    group = groups[f"streamflix-alb-{environment}"]
    assert rules_of(group, "in") == [
        ("tcp", 443, 443, ANYWHERE, "Allow HTTPS traffic from anywhere"),
        ("tcp", 80, 80, ANYWHERE, "Allow HTTP traffic from anywhere"),
    ]
    assert rules_of(group, "out") == ALL_OUT


def test_only_the_load_balancer_reaches_the_tasks(groups: dict[str, dict[str, Any]], environment: str) -> None:
    source = groups[f"streamflix-alb-{environment}"]["GroupId"]
    group = groups[f"streamflix-ecs-{environment}"]
    assert rules_of(group, "in") == [("tcp", 80, 80, source, "Allow traffic from ALB")]
    assert rules_of(group, "out") == ALL_OUT


@pytest.mark.parametrize(
    ("part", "port", "description"),
    [
        ("database", 5432, "Allow PostgreSQL access from ECS"),
        ("cache", 6379, "Allow Redis access from ECS"),
    ],
)
def test_only_the_tasks_reach_a_store_which_calls_nobody(
    groups: dict[str, dict[str, Any]], environment: str, part: str, port: int, description: str
) -> None:
    source = groups[f"streamflix-ecs-{environment}"]["GroupId"]
    group = groups[f"streamflix-{part}-{environment}"]
    assert rules_of(group, "in") == [("tcp", port, port, source, description)]
    assert rules_of(group, "out") == []


def test_the_default_group_is_closed(groups: dict[str, dict[str, Any]]) -> None:
    assert rules_of(groups["default"], "in") == []
    assert rules_of(groups["default"], "out") == []


def test_flow_log(aws: Any, ec2: Any, vpc: dict[str, Any], environment: str, tags: dict[str, str]) -> None:
    wanted = [{"Name": "resource-id", "Values": [vpc["VpcId"]]}]
    (found,) = ec2.describe_flow_logs(Filter=wanted)["FlowLogs"]
    group, role = f"/vpc/streamflix-vpc-{environment}", f"streamflix-flow-log-{environment}-eu-west-1"
    assert (found["LogDestinationType"], found["LogGroupName"]) == ("cloud-watch-logs", group)
    assert (found["TrafficType"], found["MaxAggregationInterval"]) == ("REJECT", 600)
    assert (found["FlowLogStatus"], found["DeliverLogsStatus"]) == ("ACTIVE", "SUCCESS")
    assert found["DeliverLogsPermissionArn"].endswith(f":role/{role}")
    assert tags_of(found) == {**tags, "Name": f"streamflix-vpc-{environment}"}

    (log_group,) = aws("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert log_group["retentionInDays"] == 7
    assert aws("logs").list_tags_log_group(logGroupName=group)["tags"] == tags


def test_the_flow_logs_role_can_only_write_its_own_log_group(
    aws: Any, vpc: dict[str, Any], environment: str, tags: dict[str, str]
) -> None:
    iam, name, account = aws("iam"), f"streamflix-flow-log-{environment}-eu-west-1", vpc["OwnerId"]
    role = iam.get_role(RoleName=name)["Role"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert (trust["Effect"], trust["Principal"]) == ("Allow", {"Service": "vpc-flow-logs.amazonaws.com"})
    # VPC User Guide, IAM role for publishing flow logs: against the confused deputy
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:eu-west-1:{account}:vpc-flow-log/*"},
    }
    assert tags_of(role) == tags
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    write, look = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]
    group = f"arn:aws:logs:eu-west-1:{account}:log-group:/vpc/streamflix-vpc-{environment}"
    assert (write["Effect"], write["Resource"]) == ("Allow", [group, f"{group}:*"])
    # without CreateLogGroup, late records cannot bring back what was removed
    assert set(write["Action"]) == {"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}
    assert (look["Effect"], look["Action"], look["Resource"]) == ("Allow", "logs:DescribeLogGroups", "*")

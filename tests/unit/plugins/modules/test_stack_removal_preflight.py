"""What keeps AWS from removing a stack is found before anything is removed, and nothing of the stack's own is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TAGS = {"Environment": "dev", "ManagedBy": "streamflix.content_api"}
PAIRS = [{"Key": key, "Value": value} for key, value in TAGS.items()]
VPC = "streamflix-vpc-dev"
GUARDDUTY = [{"Key": "GuardDutyManaged", "Value": "true"}]
GUARDDUTY_SERVICE = "com.amazonaws.eu-west-1.guardduty-data"


def specification(kind: str, tags: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": tags}]


class Network:
    """A network of the stack, made with plain boto3."""

    def __init__(self, aws: Any) -> None:
        self.ec2 = aws("ec2")
        named = specification("vpc", [*PAIRS, {"Key": "Name", "Value": VPC}])
        self.vpc_id = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=named)["Vpc"]["VpcId"]
        self.subnet_id = self.subnet("10.0.0.0/24", PAIRS)
        self.group_id = self.group("streamflix-ecs-dev", PAIRS)

    def subnet(self, block: str, tags: list[dict[str, str]]) -> str:
        # moto would choose any; a load balancer wants two of them
        zone = "eu-west-1b" if block == "10.0.1.0/24" else "eu-west-1a"
        made = self.ec2.create_subnet(VpcId=self.vpc_id, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        return self.tagged(made, tags)

    def group(self, name: str, tags: list[dict[str, str]]) -> str:
        made = self.ec2.create_security_group(GroupName=name, Description="x", VpcId=self.vpc_id)["GroupId"]
        return self.tagged(made, tags)

    def tagged(self, resource: str, tags: list[dict[str, str]]) -> str:
        if tags:
            self.ec2.create_tags(Resources=[resource], Tags=tags)
        return resource

    def interface(self, description: str) -> str:
        made = self.ec2.create_network_interface(SubnetId=self.subnet_id, Description=description)
        return made["NetworkInterface"]["NetworkInterfaceId"]

    def endpoint(self, service: str, tags: list[dict[str, str]]) -> str:
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc_id, ServiceName=service, VpcEndpointType="Interface", SubnetIds=[self.subnet_id]
        )
        return self.tagged(made["VpcEndpoint"]["VpcEndpointId"], tags)


@pytest.fixture
def network(aws: Any) -> Network:
    """Give a network of the stack."""
    return Network(aws)


@pytest.fixture
def look(run_module: Any) -> Callable[..., list[tuple[str, str]]]:
    """Give a function that returns type and id of each obstacle, the same in check mode."""

    def found(**options: Any) -> list[tuple[str, str]]:
        given = {"vpc_name": VPC, "vpc_tags": TAGS} | options
        result = run_module("stack_removal_preflight", **given)
        assert run_module("stack_removal_preflight", check=True, **given) == result
        assert bool(result.get("failed")) == bool(result["obstacles"])
        for item in result["obstacles"]:
            assert all(item[key] in result["msg"] for key in ("type", "id", "owner", "description", "remedy"))
        return [(item["type"], item["id"]) for item in result["obstacles"]]

    return found


def test_what_is_the_stacks_own_is_not_in_the_way(aws: Any, network: Network, look: Any) -> None:
    ec2 = network.ec2
    nat = ec2.create_nat_gateway(SubnetId=network.subnet_id, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    network.tagged(nat, PAIRS)
    table = ec2.create_route_table(VpcId=network.vpc_id)["RouteTable"]["RouteTableId"]
    network.tagged(table, PAIRS)
    network.endpoint("com.amazonaws.eu-west-1.logs", PAIRS)
    network.interface("ELB app/streamflix-alb-dev/0123456789abcdef")
    network.interface("ElastiCache streamflix-redis-dev-001")
    network.interface("RDSNetworkInterface")
    own = {"load_balancer_name": "streamflix-alb-dev", "replication_group_id": "streamflix-redis-dev"}
    assert look(**own, db_cluster_identifier="streamflix-aurora-dev") == []


def test_names_what_others_have_in_the_vpc(network: Network, look: Any) -> None:
    interface = network.interface("ELB app/streamflix-alb-dev-2/0123456789abcdef")
    other_cache = network.interface("ElastiCache streamflix-redis-dev2-001")
    subnet = network.subnet("10.0.9.0/24", [])
    table = network.ec2.create_route_table(VpcId=network.vpc_id)["RouteTable"]["RouteTableId"]
    gateway = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    network.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc_id)
    endpoint = network.endpoint("com.amazonaws.eu-west-1.ssm", [])
    own = {"load_balancer_name": "streamflix-alb-dev", "replication_group_id": "streamflix-redis-dev"}
    assert sorted(look(**own)) == sorted(
        [
            ("AWS::EC2::NetworkInterface", interface),
            ("AWS::EC2::NetworkInterface", other_cache),
            ("AWS::EC2::Subnet", subnet),
            ("AWS::EC2::RouteTable", table),
            ("AWS::EC2::InternetGateway", gateway),
            ("AWS::EC2::VPCEndpoint", endpoint),
        ]
    )


def test_vpc_links_of_others_are_in_the_way(aws: Any, network: Network, look: Any, run_module: Any) -> None:
    def link(name: str, tags: dict[str, str], subnet: str = network.subnet_id) -> str:
        made = aws("apigatewayv2").create_vpc_link(Name=name, SubnetIds=[subnet], Tags=tags)
        return str(made["VpcLinkId"])

    elsewhere = aws("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    far = aws("ec2").create_subnet(VpcId=elsewhere, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    ours = link("streamflix-link-dev", TAGS)
    link("far", {}, far)
    assert look(vpc_link_name="streamflix-link-dev") == []
    found = run_module("stack_removal_preflight", vpc_name=VPC, vpc_tags=TAGS, vpc_link_name="streamflix-link-dev")
    assert found["vpc_links"] == [ours]
    theirs = [link("streamflix-link-dev", {}), link("another", TAGS)]
    kind = "AWS::ApiGatewayV2::VpcLink"
    assert sorted(look(vpc_link_name="streamflix-link-dev")) == sorted((kind, one) for one in theirs)
    # a removal that knows of no link leaves all of them
    assert sorted(look()) == sorted((kind, one) for one in [ours, *theirs])


def test_a_group_that_refers_to_ours_is_told_with_what_it_names(network: Network, run_module: Any) -> None:
    other = network.group("monitoring", [])
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": network.group_id}]}
    network.ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    result = run_module("stack_removal_preflight", vpc_name=VPC, vpc_tags=TAGS)
    (found,) = result["obstacles"]
    assert (found["id"], found["description"]) == (other, "monitoring, its rules name streamflix-ecs-dev")


def test_a_peering_is_told_and_so_are_the_groups_behind_it(network: Network, look: Any) -> None:
    ec2 = network.ec2
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_vpc_peering_connection(VpcId=other, PeerVpcId=network.vpc_id)["VpcPeeringConnection"]
    peering = made["VpcPeeringConnectionId"]
    group = ec2.create_security_group(GroupName="far", Description="x", VpcId=other)["GroupId"]
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": network.group_id}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    assert look() == [("AWS::EC2::VPCPeeringConnection", peering), ("AWS::EC2::SecurityGroup", group)]
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert look() == []


def test_what_guardduty_has_made_is_told(network: Network, look: Any) -> None:
    endpoint = network.endpoint(GUARDDUTY_SERVICE, GUARDDUTY)
    group = network.group("GuardDutyManagedSecurityGroup-vpc-1", GUARDDUTY)
    assert look() == [("AWS::EC2::VPCEndpoint", endpoint), ("AWS::EC2::SecurityGroup", group)]
    other = network.endpoint("com.amazonaws.eu-west-1.ssm", [])
    assert look(remove_guardduty_endpoint=True) == [("AWS::EC2::VPCEndpoint", other)]


def test_a_database_of_others_is_told(aws: Any, network: Network, look: Any, run_module: Any) -> None:
    subnets = [network.subnet_id, network.subnet("10.0.1.0/24", PAIRS)]
    rds = aws("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="theirs", DBSubnetGroupDescription="x", SubnetIds=subnets)
    rds.create_db_instance(
        DBInstanceIdentifier="theirs",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        DBSubnetGroupName="theirs",
        MasterUsername="postgres",
        MasterUserPassword="0123456789",
        AllocatedStorage=20,
    )
    network.interface("RDSNetworkInterface")
    assert ("AWS::RDS::DBInstance", "theirs") in look(db_cluster_identifier="streamflix-aurora-dev")
    arn = rds.describe_db_instances(DBInstanceIdentifier="theirs")["DBInstances"][0]["DBInstanceArn"]
    kept = [*PAIRS, {"Key": "ManagedBy", "Value": "streamflix.content_api restore"}]
    rds.add_tags_to_resource(ResourceName=arn, Tags=kept)
    group = network.ec2.create_security_group(GroupName="fence", Description="x", VpcId=network.vpc_id)["GroupId"]
    network.tagged(group, kept)
    told = run_module("stack_removal_preflight", vpc_name=VPC, vpc_tags=TAGS)["obstacles"]
    remedies = {item["id"]: item["remedy"] for item in told}
    assert "playbooks/restore.yml -e remove_previous=true" in remedies["theirs"]
    assert remedies[group] == remedies["theirs"]


def test_protection_and_replicas_of_what_is_ours_are_told(aws: Any, look: Any) -> None:
    rds = aws("rds")
    cluster = {"Engine": "aurora-postgresql", "MasterUsername": "postgres", "MasterUserPassword": "0123456789"}
    rds.create_db_cluster(DBClusterIdentifier="db", DeletionProtection=True, Tags=PAIRS, **cluster)
    aws("secretsmanager").create_secret(
        Name="secret", SecretString="x", Tags=PAIRS, AddReplicaRegions=[{"Region": "eu-central-1"}]
    )
    options = {"db_cluster_identifier": "db", "secret_name": "secret"}
    ours = {"ManagedBy": TAGS["ManagedBy"]}
    assert look(**options, ownership_tags=ours) == [
        ("AWS::RDS::DBCluster", "db"),
        ("AWS::SecretsManager::Secret", "secret"),
    ]
    assert look(**options, ownership_tags={"ManagedBy": "others"}) == []
    assert look(db_cluster_identifier="db", remove_deletion_protection=True) == []


def test_a_protected_load_balancer_is_told(aws: Any, network: Network, look: Any) -> None:
    more = network.subnet("10.0.1.0/24", PAIRS)
    made = aws("elbv2").create_load_balancer(Name="alb", Subnets=[network.subnet_id, more], Tags=PAIRS)
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    assert look(load_balancer_name="alb") == []
    protected = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    aws("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protected)
    assert look(load_balancer_name="alb") == [("AWS::ElasticLoadBalancingV2::LoadBalancer", "alb")]
    assert look(load_balancer_name="alb", remove_protected_load_balancer=True) == []
    # one of another name is not the stack's, and in the way by its interfaces
    assert [kind for kind, _unused in look(load_balancer_name="none")] == ["AWS::EC2::NetworkInterface"] * 2


def test_what_leads_to_the_api_is_told(aws: Any, look: Any) -> None:
    client = aws("apigateway")
    api_id = client.create_rest_api(name="api", tags=TAGS)["id"]
    client.create_domain_name(domainName="api.example.com")
    client.create_domain_name(domainName="other.example.com")
    client.create_base_path_mapping(domainName="api.example.com", restApiId=api_id, basePath="v1")
    assert look(rest_api_name="api", rest_api_tags=TAGS) == [("AWS::ApiGateway::BasePathMapping", "api.example.com/v1")]
    # the stack's own goes before the API, unless it is not ours
    own = {"rest_api_name": "api", "rest_api_tags": TAGS, "domain_name": "api.example.com"}
    assert look(**own) == []
    assert len(look(**own, ownership_tags=TAGS)) == 1
    client.tag_resource(resourceArn="arn:aws:apigateway:eu-west-1::/domainnames/api.example.com", tags=TAGS)
    assert look(**own, ownership_tags=TAGS) == []
    client.delete_base_path_mapping(domainName="api.example.com", basePath="v1")
    assert look(rest_api_name="api", rest_api_tags=TAGS) == []


def test_a_usage_plan_with_a_stage_of_the_api_is_told(aws: Any, look: Any, run_module: Any) -> None:
    api = aws("apigateway")
    ids = {}
    for name in ("streamflix-api-dev", "other"):
        ids[name] = api.create_rest_api(name=name, tags=TAGS)["id"]
        root = api.get_resources(restApiId=ids[name])["items"][0]["id"]
        method = {"restApiId": ids[name], "resourceId": root, "httpMethod": "GET"}
        api.put_method(**method, authorizationType="NONE")
        api.put_integration(**method, type="MOCK")
        for stage in ("dev", "beta"):
            api.create_deployment(restApiId=ids[name], stageName=stage)
    stages = [{"apiId": ids["streamflix-api-dev"], "stage": stage} for stage in ("dev", "beta")]
    others = {"apiId": ids["other"], "stage": "dev"}
    plan = api.create_usage_plan(name="partners", apiStages=[*stages, others])["id"]
    api.create_usage_plan(name="of the other", apiStages=[others])
    api.create_usage_plan(name="empty")
    options = {"rest_api_name": "streamflix-api-dev", "rest_api_tags": TAGS}
    assert look(**options) == [("AWS::ApiGateway::UsagePlan", plan)]
    (obstacle,) = run_module("stack_removal_preflight", vpc_name=VPC, vpc_tags=TAGS, **options)["obstacles"]
    assert obstacle["description"] == "partners, with stage dev, with stage beta"
    assert (obstacle["owner"], obstacle["remedy"]) == ("", "Take the stage out of it.")


def test_a_protected_log_group_is_told(aws: Any, look: Any) -> None:
    logs = aws("logs")
    logs.create_log_group(logGroupName="/ecs/api", tags=TAGS)
    logs.create_log_group(logGroupName="/ecs/api-2", tags=TAGS)
    logs.put_log_group_deletion_protection(logGroupIdentifier="/ecs/api-2", deletionProtectionEnabled=True)
    assert look(log_group_names=["/ecs/api", "/ecs/none"]) == []
    logs.put_log_group_deletion_protection(logGroupIdentifier="/ecs/api", deletionProtectionEnabled=True)
    assert look(log_group_names=["/ecs/api"]) == [("AWS::Logs::LogGroup", "/ecs/api")]


def test_what_is_not_there_is_not_in_the_way(aws: Any, look: Any) -> None:
    named = {"load_balancer_name": "x", "ecs_cluster_name": "x", "ecs_service_name": "x", "secret_name": "x"}
    assert look(**named, db_cluster_identifier="x", rest_api_name="x", log_group_names=["x"]) == []


AURORA, INSIGHTS = "/aws/rds/cluster/db/postgresql", "/aws/ecs/containerinsights/ecs/performance"
WRITERS = {"db_cluster_identifier": "db", "ecs_cluster_name": "ecs", "ecs_service_name": "api"}


def make_writers(aws: Any, tags: dict[str, str]) -> str:
    """Make what writes logs; returns the name of the API's log group."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    aws("rds").create_db_cluster(
        DBClusterIdentifier="db",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="0123456789",
        Tags=pairs,
    )
    aws("ecs").create_cluster(clusterName="ecs", tags=[{"key": key, "value": value} for key, value in tags.items()])
    return f"API-Gateway-Execution-Logs_{aws('apigateway').create_rest_api(name='api', tags=tags)['id']}/dev"


def test_the_log_groups_that_aws_has_made_go_with_the_stack(aws: Any, run_module: Any) -> None:
    execution = make_writers(aws, TAGS)
    for name in (AURORA, INSIGHTS, execution, "/aws/rds/cluster/db2/postgresql"):
        aws("logs").create_log_group(logGroupName=name)
    aws("logs").create_log_group(logGroupName="/aws/rds/cluster/db/audit", tags={"Team": "data"})
    options = {**WRITERS, "rest_api_name": "api", "rest_api_tags": TAGS, "ownership_tags": TAGS}
    found = run_module("stack_removal_preflight", **options)
    assert found["log_groups"] == [INSIGHTS, AURORA, execution]
    aws("logs").put_log_group_deletion_protection(logGroupIdentifier=AURORA, deletionProtectionEnabled=True)
    (protected,) = run_module("stack_removal_preflight", **options)["obstacles"]
    assert (protected["type"], protected["id"]) == ("AWS::Logs::LogGroup", AURORA)


def test_the_log_groups_of_what_is_not_ours_stay(aws: Any, run_module: Any) -> None:
    execution = make_writers(aws, {"Environment": "dev", "ManagedBy": "others"})
    for name in (AURORA, INSIGHTS, execution):
        aws("logs").create_log_group(logGroupName=name)
    options = {**WRITERS, "rest_api_name": "api", "ownership_tags": {"ManagedBy": TAGS["ManagedBy"]}}
    assert run_module("stack_removal_preflight", **options)["log_groups"] == []


def test_the_log_groups_of_what_is_gone_are_found_by_their_tags(aws: Any, run_module: Any) -> None:
    for name in ("API-Gateway-Execution-Logs_abc/dev", INSIGHTS, "/mine"):
        aws("logs").create_log_group(logGroupName=name, tags=TAGS)
    aws("logs").create_log_group(logGroupName="API-Gateway-Execution-Logs_def/dev", tags={"Environment": "dev"})
    # nothing shows any more whose it is
    aws("logs").create_log_group(logGroupName=AURORA)
    found = run_module("stack_removal_preflight", **WRITERS, stack_tags=TAGS, ownership_tags=TAGS)
    assert found["log_groups"] == [INSIGHTS, "API-Gateway-Execution-Logs_abc/dev"]


def test_what_a_killed_drill_has_left_is_told_and_not_in_the_way(aws: Any, network: Network, run_module: Any) -> None:
    """Its cluster's instances, and interfaces of whatever is in its group; those of others stay in the way."""
    drill = {**TAGS, "ManagedBy": "streamflix.content_api restore drill"}
    pairs = [{"Key": key, "Value": value} for key, value in drill.items()]
    group = network.group("streamflix-restore-drill-dev", pairs)
    ids = [network.subnet_id, network.subnet("10.0.1.0/24", PAIRS)]
    rds = aws("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="drill", DBSubnetGroupDescription="drill", SubnetIds=ids)
    for name, its_tags in (("drill", pairs), ("other", PAIRS)):
        rds.create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-postgresql",
            MasterUsername="postgres",
            MasterUserPassword="long-enough",
            DBSubnetGroupName="drill",
            VpcSecurityGroupIds=[group if name == "drill" else network.group_id],
            ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
        )
        rds.create_db_instance(
            DBInstanceIdentifier=f"{name}-1",
            DBClusterIdentifier=name,
            DBInstanceClass="db.serverless",
            Engine="aurora-postgresql",
            Tags=its_tags,
        )
    network.ec2.create_network_interface(
        SubnetId=network.subnet_id, Description="ElastiCache drill-001", Groups=[group]
    )
    own = {"vpc_name": VPC, "vpc_tags": TAGS, "db_cluster_identifier": "streamflix-aurora-dev"}
    unknown = {item["id"] for item in run_module("stack_removal_preflight", **own)["obstacles"]}
    assert unknown > {group, "drill-1", "other-1"}
    known = run_module("stack_removal_preflight", drill_tags=drill, **own)
    assert [item["id"] for item in known["obstacles"]] == ["other-1"]
    rds.delete_db_instance(DBInstanceIdentifier="other-1", SkipFinalSnapshot=True)
    left = run_module("stack_removal_preflight", drill_tags=drill, **own)
    assert left["restore_drills"] == ["streamflix-restore-drill-dev"]

"""The rules of the other services, and of those that moto and the services' own additions refuse at all times.

Each test names the reference that it follows.
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.modes import Modes
from tests.unit.emulator.conftest import REGION, Start
from tests.unit.emulator.strict import TRUST, Network, refused


@pytest.fixture
def network(start: Start) -> Network:
    """Return a network in an emulator with rules."""
    return Network(start(Modes(rules=True)))


def test_a_subnet_group_covers_two_zones(network: Network) -> None:
    """Amazon RDS API Reference, CreateDBSubnetGroup."""
    create = network.aws.client("rds").create_db_subnet_group
    group = {"DBSubnetGroupName": "db", "DBSubnetGroupDescription": "of the cluster"}
    refused("DBSubnetGroupDoesNotCoverEnoughAZs", create, SubnetIds=network.subnets[:1], **group)


def test_a_subnet_of_an_instance_stays_in_its_group(network: Network) -> None:
    """Amazon RDS API Reference, ModifyDBSubnetGroup."""
    network.database()
    third = network.subnet(2, "c")
    modify = network.aws.client("rds").modify_db_subnet_group
    refused("SubnetAlreadyInUse", modify, DBSubnetGroupName="db", SubnetIds=[network.subnets[1], third])
    modify(DBSubnetGroupName="db", SubnetIds=[network.subnets[0], third])


def test_a_subnet_that_was_added_to_a_group_goes_again(network: Network) -> None:
    """Amazon RDS API Reference, ModifyDBSubnetGroup: nothing is in it, though an instance is in its zone."""
    network.database()
    modify = network.aws.client("rds").modify_db_subnet_group
    modify(DBSubnetGroupName="db", SubnetIds=[*network.subnets, network.subnet(2, "a")])
    modify(DBSubnetGroupName="db", SubnetIds=network.subnets)


def test_a_cluster_goes_before_its_subnet_group_and_after_its_members(network: Network) -> None:
    """Amazon RDS API Reference, DeleteDBSubnetGroup, DeleteDBCluster, CreateDBCluster."""
    network.database()
    rds = network.aws.client("rds")
    cluster = {"DBClusterIdentifier": "cluster"}
    refused("InvalidDBSubnetGroupStateFault", rds.delete_db_subnet_group, DBSubnetGroupName="db")
    refused("InvalidDBClusterStateFault", rds.delete_db_cluster, SkipFinalSnapshot=True, **cluster)
    rds.delete_db_instance(DBInstanceIdentifier="member")
    rds.modify_db_cluster(DeletionProtection=True, **cluster)
    refused("InvalidParameterCombination", rds.delete_db_cluster, SkipFinalSnapshot=True, **cluster)
    rds.modify_db_cluster(DeletionProtection=False, **cluster)
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="last", **cluster)
    taken = {"FinalDBSnapshotIdentifier": "last", **cluster}
    refused("DBClusterSnapshotAlreadyExistsFault", rds.delete_db_cluster, **taken)
    rds.delete_db_cluster(SkipFinalSnapshot=True, **cluster)
    rds.delete_db_subnet_group(DBSubnetGroupName="db")


def test_a_subnet_of_a_node_stays_in_its_group(network: Network) -> None:
    """Amazon ElastiCache API Reference, ModifyCacheSubnetGroup and DeleteCacheSubnetGroup."""
    network.cache()
    cache = network.aws.client("elasticache")
    name = {"CacheSubnetGroupName": "cache"}
    refused("SubnetInUse", cache.modify_cache_subnet_group, SubnetIds=network.subnets[1:], **name)
    cache.modify_cache_subnet_group(SubnetIds=network.subnets[:1], **name)
    refused("CacheSubnetGroupInUse", cache.delete_cache_subnet_group, **name)


def test_a_subnet_that_was_added_to_the_nodes_group_goes_again(network: Network) -> None:
    """Amazon ElastiCache API Reference, ModifyCacheSubnetGroup: nothing is in it, though a node is in its zone."""
    network.cache()
    modify = network.aws.client("elasticache").modify_cache_subnet_group
    modify(CacheSubnetGroupName="cache", SubnetIds=[*network.subnets, network.subnet(2, "a")])
    modify(CacheSubnetGroupName="cache", SubnetIds=network.subnets)


def test_security_groups_lie_in_the_load_balancers_vpc(network: Network) -> None:
    """Elastic Load Balancing API Reference, CreateLoadBalancer and SetSecurityGroups."""
    other = network.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    group = network.ec2.create_security_group(VpcId=other, GroupName="two", Description="two")["GroupId"]
    refused("InvalidConfigurationRequest", network.balancer, SecurityGroups=[group])
    arn = network.balancer()
    change = network.aws.client("elbv2").set_security_groups
    refused("InvalidConfigurationRequest", change, LoadBalancerArn=arn, SecurityGroups=[group])


def test_a_load_balancer_for_the_internet_needs_a_gateway(network: Network) -> None:
    """Elastic Load Balancing API Reference, CreateLoadBalancer: InvalidSubnet."""
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway_id, VpcId=network.vpc_id)
    assert network.vpc_id in refused("InvalidSubnet", network.balancer)
    network.balancer(Scheme="internal")


def test_a_load_balancer_needs_room(network: Network) -> None:
    """User Guide for Application Load Balancers, "Subnets for your load balancer": a /27 or larger."""
    small = {"VpcId": network.vpc_id, "CidrBlock": "10.0.2.0/28", "AvailabilityZone": f"{REGION}c"}
    subnet_id = network.ec2.create_subnet(**small)["Subnet"]["SubnetId"]
    assert subnet_id in refused("InvalidSubnet", network.balancer, Subnets=[network.subnets[0], subnet_id])


def test_a_target_group_stays_while_a_listener_forwards_to_it(network: Network) -> None:
    """Elastic Load Balancing API Reference, DeleteTargetGroup."""
    elbv2 = network.aws.client("elbv2")
    made = elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=network.vpc_id, TargetType="ip")
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    actions = [{"Type": "forward", "TargetGroupArn": arn}]
    elbv2.create_listener(LoadBalancerArn=network.balancer(), Port=80, Protocol="HTTP", DefaultActions=actions)
    refused("ResourceInUse", elbv2.delete_target_group, TargetGroupArn=arn)


def test_a_service_ends_in_steps(network: Network) -> None:
    """Amazon ECS API Reference, DeleteService, CreateService and DeleteCluster."""
    network.service()
    ecs = network.aws.client("ecs")
    service = {"cluster": "cluster", "service": "api"}
    refused("ClusterContainsServicesException", ecs.delete_cluster, cluster="cluster")
    refused("InvalidParameterException", ecs.delete_service, **service)
    ecs.update_service(desiredCount=0, **service)
    ecs.delete_service(**service)


def test_a_web_acl_that_guards_something_stays(network: Network) -> None:
    """AWS WAF API Reference, DeleteWebACL."""
    waf = network.aws.client("wafv2")
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "acl"}
    named = {"Name": "acl", "Scope": "REGIONAL"}
    made = waf.create_web_acl(DefaultAction={"Allow": {}}, VisibilityConfig=seen, **named)["Summary"]
    arn = network.balancer()
    waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=arn)
    ids = {"Id": made["Id"], "LockToken": made["LockToken"], **named}
    refused("WAFAssociatedItemException", waf.delete_web_acl, **ids)
    waf.disassociate_web_acl(ResourceArn=arn)
    waf.delete_web_acl(**ids)


def test_an_api_that_a_domain_serves_stays(network: Network) -> None:
    """Amazon API Gateway API Reference, DeleteRestApi."""
    api = network.aws.client("apigateway")
    made = api.create_rest_api(name="one")["id"]
    api.create_domain_name(domainName="api.example.com")
    api.create_base_path_mapping(domainName="api.example.com", restApiId=made)
    refused("BadRequestException", api.delete_rest_api, restApiId=made)
    api.delete_base_path_mapping(domainName="api.example.com", basePath="(none)")
    api.delete_rest_api(restApiId=made)


def test_a_deployment_that_a_stage_serves_stays(network: Network) -> None:
    """Amazon API Gateway API Reference, DeleteDeployment."""
    api = network.aws.client("apigateway")
    ids = {"restApiId": api.create_rest_api(name="one")["id"]}
    root = api.get_resources(**ids)["items"][0]["id"]
    api.put_method(resourceId=root, httpMethod="GET", authorizationType="NONE", **ids)
    api.put_integration(resourceId=root, httpMethod="GET", type="MOCK", **ids)
    deployment = api.create_deployment(stageName="dev", **ids)["id"]
    message = refused("BadRequestException", api.delete_deployment, deploymentId=deployment, **ids)
    assert message == "Active stages pointing to this deployment must be moved or deleted"


def test_a_role_goes_after_its_policies_and_profiles(network: Network) -> None:
    """AWS Identity and Access Management API Reference, DeleteRole: DeleteConflict."""
    iam = network.aws.client("iam")
    role = {"RoleName": "one"}
    iam.create_role(AssumeRolePolicyDocument=TRUST, **role)
    arn = iam.create_policy(PolicyName="two", PolicyDocument=POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(PolicyArn=arn, **role)
    refused("DeleteConflict", iam.delete_role, **role)
    iam.detach_role_policy(PolicyArn=arn, **role)
    iam.put_role_policy(PolicyName="inline", PolicyDocument=POLICY, **role)
    refused("DeleteConflict", iam.delete_role, **role)
    iam.delete_role_policy(PolicyName="inline", **role)
    iam.create_instance_profile(InstanceProfileName="three")
    iam.add_role_to_instance_profile(InstanceProfileName="three", **role)
    refused("DeleteConflict", iam.delete_role, **role)
    iam.remove_role_from_instance_profile(InstanceProfileName="three", **role)
    iam.delete_role(**role)


POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}'
HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
TWICE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("iam", "create_role", "EntityAlreadyExists", {"RoleName": "one", "AssumeRolePolicyDocument": TRUST}),
    ("iam", "create_policy", "EntityAlreadyExists", {"PolicyName": "one", "PolicyDocument": POLICY}),
    ("logs", "create_log_group", "ResourceAlreadyExistsException", {"logGroupName": "/one"}),
    ("secretsmanager", "create_secret", "ResourceExistsException", {"Name": "one", "SecretString": "two"}),
    (
        "rds",
        "create_db_cluster",
        "DBClusterAlreadyExistsFault",
        {
            "DBClusterIdentifier": "one",
            "Engine": "aurora-postgresql",
            "MasterUsername": "postgres",
            "MasterUserPassword": "correct-horse",
        },
    ),
    (
        "elasticache",
        "create_replication_group",
        "ReplicationGroupAlreadyExists",
        {"ReplicationGroupId": "one", "ReplicationGroupDescription": "one", "CacheNodeType": "cache.t4g.micro"},
    ),
    ("ec2", "create_security_group", "InvalidGroup.Duplicate", {"GroupName": "one", "Description": "one"}),
]


@pytest.mark.parametrize(("service", "operation", "code", "params"), TWICE)
def test_nothing_is_made_twice(
    network: Network, service: str, operation: str, code: str, params: dict[str, Any]
) -> None:
    """The error lists of the operations in each service's API reference."""
    create = getattr(network.aws.client(service), operation)
    if service == "ec2":
        params = {"VpcId": network.vpc_id, **params}
        refused(code, create, **params)
        return
    create(**params)
    refused(code, create, **params)


def test_a_rule_is_made_once(network: Network) -> None:
    """Amazon EC2 API Reference: InvalidPermission.Duplicate."""
    allow = network.ec2.authorize_security_group_ingress
    allow(GroupId=network.group_id, IpPermissions=[HTTP])
    refused("InvalidPermission.Duplicate", allow, GroupId=network.group_id, IpPermissions=[HTTP])


def test_subnets_do_not_overlap(network: Network) -> None:
    """Amazon EC2 API Reference: InvalidSubnet.Conflict."""
    create = network.ec2.create_subnet
    params = {"VpcId": network.vpc_id, "CidrBlock": "10.0.0.128/25", "AvailabilityZone": f"{REGION}a"}
    refused("InvalidSubnet.Conflict", create, **params)


def test_a_secrets_name_is_kept_for_its_recovery_window(network: Network) -> None:
    """AWS Secrets Manager API Reference, DeleteSecret and CreateSecret."""
    secrets = network.aws.client("secretsmanager")
    secrets.create_secret(Name="one", SecretString="two")
    secrets.delete_secret(SecretId="one", RecoveryWindowInDays=7)
    create = secrets.create_secret
    assert "scheduled for deletion" in refused("InvalidRequestException", create, Name="one", SecretString="two")


@pytest.mark.parametrize("modes", [Modes(), Modes(timescale=1.0)])
def test_what_lies_in_a_subnet_has_an_interface_in_its_groups_until_it_goes(start: Start, modes: Modes) -> None:
    network = Network(start(modes))
    other, ec2 = network.group("two"), network.ec2

    def held() -> dict[str, tuple[str, list[str]]]:
        found = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [network.vpc_id]}])
        listed = [item for item in found["NetworkInterfaces"] if item["RequesterManaged"]]
        assert {item["Status"] for item in listed} <= {"in-use"}
        return {
            item["Description"]: (item["SubnetId"], [group["GroupId"] for group in item["Groups"]]) for item in listed
        }

    arn = network.balancer()
    network.database()
    network.cache()
    said = f"ELB {arn.partition(':loadbalancer/')[2]}"
    first, second = network.subnets
    mine = [network.group_id]
    place = {"RDSNetworkInterface": (first, mine), "ElastiCache cache-001": (first, mine)}
    assert held() == {said: (second, mine), **place}
    elbv2, rds, cache = (network.aws.client(name) for name in ("elbv2", "rds", "elasticache"))
    network.aws.pass_time(3600)
    elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[other])
    rds.modify_db_cluster(DBClusterIdentifier="cluster", VpcSecurityGroupIds=[other], ApplyImmediately=True)
    cache.modify_replication_group(ReplicationGroupId="cache", SecurityGroupIds=[other], ApplyImmediately=True)
    assert {tuple(groups) for _subnet, groups in held().values()} == {(other,)}
    network.aws.pass_time(3600)
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    rds.delete_db_instance(DBInstanceIdentifier="member")
    cache.delete_replication_group(ReplicationGroupId="cache")
    assert bool(held()) == (modes.timescale is not None)
    network.aws.pass_time(3600)
    assert held() == {}


def test_a_stage_that_a_domain_name_leads_to_stays(network: Network) -> None:
    """Amazon API Gateway API Reference, DeleteStage."""
    client = network.aws.client("apigateway")
    made = client.create_rest_api(name="led to")
    which = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "ANY"}
    client.put_method(**which, authorizationType="NONE")
    client.put_integration(**which, type="MOCK")
    client.create_deployment(restApiId=made["id"], stageName="dev")
    client.create_domain_name(domainName="api.example.com")
    client.create_base_path_mapping(domainName="api.example.com", basePath="v1", restApiId=made["id"], stage="dev")
    stage = {"restApiId": made["id"], "stageName": "dev"}
    assert "base path mappings" in refused("BadRequestException", client.delete_stage, **stage)
    client.delete_base_path_mapping(domainName="api.example.com", basePath="v1")
    client.delete_stage(**stage)


def test_mutual_tls_needs_what_s3_has(network: Network) -> None:
    """API Gateway Developer Guide, "Configure mutual TLS authentication for a REST API"."""
    client, s3 = network.aws.client("apigateway"), network.aws.client("s3")
    trust = {"mutualTlsAuthentication": {"truststoreUri": "s3://trusted/authorities.pem"}}
    named = {"domainName": "api.example.com", **trust}
    assert "s3://trusted/authorities.pem" in refused("BadRequestException", client.create_domain_name, **named)
    s3.create_bucket(Bucket="trusted", CreateBucketConfiguration={"LocationConstraint": REGION})
    refused("BadRequestException", client.create_domain_name, **named)
    s3.put_object(Bucket="trusted", Key="authorities.pem", Body=b"-----BEGIN CERTIFICATE-----")
    client.create_domain_name(**named)
    other = [{"op": "replace", "path": "/mutualTlsAuthentication/truststoreUri", "value": "s3://trusted/other.pem"}]
    moved = {"domainName": "api.example.com", "patchOperations": other}
    assert "s3://trusted/other.pem" in refused("BadRequestException", client.update_domain_name, **moved)

"""AWS's states and times with C(--timescale), as plain boto3 sees them; boto3's own waiters pass the time."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.modes import Modes
from tests.support import certificates

CLUSTER = "streamflix-aurora-dev"
MEMBER = "streamflix-aurora-dev-1"
GROUP = "streamflix-redis-dev"
SERVICE = "streamflix-api-dev"
TRUST = '{"Version": "2012-10-17", "Statement": []}'
ZONES = ("eu-west-1a", "eu-west-1b")
HEALTHY_SECONDS = 5 * 30  # of a target group with AWS's defaults
DRAIN_SECONDS = 300


class World:
    """An emulator whose time passes only by L(pass_time) and by waiting, with a network in it."""

    def __init__(self, emulator: Any) -> None:
        self.client, self.pass_time = emulator.client, emulator.pass_time
        self.ec2, self.rds, self.elasticache = (self.client(name) for name in ("ec2", "rds", "elasticache"))
        self.elbv2, self.ecs = self.client("elbv2"), self.client("ecs")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"][
                "SubnetId"
            ]
            for number, zone in enumerate(ZONES)
        ]

    def wait(self, service: str, waiter: str, **about: Any) -> None:
        self.client(service).get_waiter(waiter).wait(**about)

    # --- RDS

    def create_cluster(self) -> dict[str, Any]:
        self.rds.create_db_subnet_group(
            DBSubnetGroupName="subnets", DBSubnetGroupDescription="x", SubnetIds=self.subnets
        )
        return self.rds.create_db_cluster(
            DBClusterIdentifier=CLUSTER,
            Engine="aurora-postgresql",
            EngineVersion="16.11",
            MasterUsername="postgres",
            MasterUserPassword="long-enough",
            DBSubnetGroupName="subnets",
            ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
        )["DBCluster"]

    def add_member(self) -> dict[str, Any]:
        return self.rds.create_db_instance(
            DBInstanceIdentifier=MEMBER,
            DBClusterIdentifier=CLUSTER,
            Engine="aurora-postgresql",
            DBInstanceClass="db.serverless",
        )["DBInstance"]

    def cluster(self) -> dict[str, Any]:
        return self.rds.describe_db_clusters(DBClusterIdentifier=CLUSTER)["DBClusters"][0]

    def member(self) -> dict[str, Any]:
        return self.rds.describe_db_instances(DBInstanceIdentifier=MEMBER)["DBInstances"][0]

    def available_database(self) -> None:
        self.create_cluster()
        self.add_member()
        self.wait("rds", "db_instance_available", DBInstanceIdentifier=MEMBER)

    # --- ElastiCache

    def create_redis(self) -> dict[str, Any]:
        return self.elasticache.create_replication_group(
            ReplicationGroupId=GROUP,
            ReplicationGroupDescription="x",
            Engine="redis",
            EngineVersion="7.0",
            CacheNodeType="cache.t4g.micro",
            NumCacheClusters=2,
            AutomaticFailoverEnabled=True,
        )["ReplicationGroup"]

    def redis(self) -> dict[str, Any]:
        return self.elasticache.describe_replication_groups(ReplicationGroupId=GROUP)["ReplicationGroups"][0]

    def redis_nodes(self) -> set[str]:
        return {node["CacheClusterStatus"] for node in self.elasticache.describe_cache_clusters()["CacheClusters"]}

    def available_redis(self) -> str:
        arn = self.create_redis()["ARN"]
        self.wait("elasticache", "replication_group_available", ReplicationGroupId=GROUP)
        return str(arn)

    # --- EC2

    def create_gateway(self) -> tuple[str, str]:
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = self.ec2.create_nat_gateway(SubnetId=self.subnets[0], AllocationId=address)["NatGateway"]
        return made["NatGatewayId"], address

    def gateway(self, name: str) -> dict[str, Any]:
        return self.ec2.describe_nat_gateways(NatGatewayIds=[name])["NatGateways"][0]

    # --- Elastic Load Balancing and ECS

    def create_balancer(self) -> str:
        made = self.elbv2.create_load_balancer(Name="alb", Subnets=self.subnets)["LoadBalancers"][0]
        assert made["State"]["Code"] == "provisioning"
        return str(made["LoadBalancerArn"])

    def create_target_group(self, balancer: str) -> str:
        made = self.elbv2.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=self.vpc, TargetType="ip")
        group = str(made["TargetGroups"][0]["TargetGroupArn"])
        action = {"Type": "forward", "TargetGroupArn": group}
        self.elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action])
        return group

    def health(self, group: str) -> list[str]:
        seen = self.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return sorted(target["TargetHealth"]["State"] for target in seen)

    def register(self, image: str) -> str:
        roles = self.client("iam")
        names = [role["RoleName"] for role in roles.list_roles()["Roles"]]
        if "execution" not in names:
            roles.create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)
        made = self.ecs.register_task_definition(
            family=SERVICE,
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            executionRoleArn=roles.get_role(RoleName="execution")["Role"]["Arn"],
            containerDefinitions=[{"name": "api", "image": image, "portMappings": [{"containerPort": 80}]}],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def create_service(self, group: str) -> dict[str, Any]:
        self.ecs.create_cluster(clusterName="default")
        return self.ecs.create_service(
            serviceName=SERVICE,
            taskDefinition=self.register("public.ecr.aws/nginx/nginx:1.29.3"),
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": self.subnets}},
            loadBalancers=[{"targetGroupArn": group, "containerName": "api", "containerPort": 80}],
            deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
        )["service"]

    def service(self) -> dict[str, Any]:
        return self.ecs.describe_services(services=[SERVICE])["services"][0]

    def rollout(self) -> str:
        return str(self.service()["deployments"][0]["rolloutState"])

    def task_states(self, desired: str = "RUNNING") -> set[str]:
        arns = self.ecs.list_tasks(serviceName=SERVICE, desiredStatus=desired)["taskArns"]
        return {task["lastStatus"] for task in self.ecs.describe_tasks(tasks=arns)["tasks"]} if arns else set()

    def steady_service(self) -> str:
        balancer = self.create_balancer()
        group = self.create_target_group(balancer)
        self.wait("elbv2", "load_balancer_available", LoadBalancerArns=[balancer])
        self.create_service(group)
        self.pass_time(300)
        assert self.rollout() == "COMPLETED"
        return group


@pytest.fixture
def world(start: Callable[[Modes], Any], monkeypatch: pytest.MonkeyPatch) -> World:
    emulator = start(Modes(timescale=1.0))
    monkeypatch.setattr("botocore.waiter.time", SimpleNamespace(sleep=emulator.pass_time))
    return World(emulator)


def refused(request: Callable[..., Any], **params: Any) -> str:
    """Return the code that AWS refuses a request with."""
    with pytest.raises(ClientError) as caught:
        request(**params)
    return str(caught.value.response["Error"]["Code"])


# --- RDS: Aurora User Guide, "Viewing DB cluster status" and "Viewing DB instance status"; the errors are those of the
# API reference at each operation


def test_a_cluster_and_its_members_are_created_in_time(world: World) -> None:
    assert world.create_cluster()["Status"] == "creating"
    # CreateDBCluster: it creates an empty cluster; members may be asked for at once
    assert world.add_member()["DBInstanceStatus"] == "creating"
    assert [world.cluster()["Status"] for _unused in range(2)] == ["creating", "creating"]
    # DBInstance: the endpoint might not be shown for instances with the status of creating
    assert "Endpoint" not in world.member()
    world.wait("rds", "db_cluster_available", DBClusterIdentifier=CLUSTER)
    assert world.member()["DBInstanceStatus"] == "creating"
    world.wait("rds", "db_instance_available", DBInstanceIdentifier=MEMBER)
    assert world.member()["Endpoint"]["Port"] == 5432


def test_a_database_that_is_not_available_is_not_changed_but_tagged(world: World) -> None:
    arn = world.create_cluster()["DBClusterArn"]
    world.add_member()
    change = {"DBClusterIdentifier": CLUSTER, "BackupRetentionPeriod": 3, "ApplyImmediately": True}
    assert refused(world.rds.modify_db_cluster, **change) == "InvalidDBClusterStateFault"
    promote = {"DBInstanceIdentifier": MEMBER, "PromotionTier": 0}
    assert refused(world.rds.modify_db_instance, **promote) == "InvalidDBInstanceState"
    world.rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert world.rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "a", "Value": "b"}]


def test_a_change_shows_a_moment_after_the_request(world: World) -> None:
    world.available_database()
    change = {"DBClusterIdentifier": CLUSTER, "BackupRetentionPeriod": 3, "ApplyImmediately": True}
    assert world.rds.modify_db_cluster(**change)["DBCluster"]["Status"] == "available"
    world.rds.modify_db_instance(DBInstanceIdentifier=MEMBER, PromotionTier=0, ApplyImmediately=True)
    assert (world.cluster()["Status"], world.member()["DBInstanceStatus"]) == ("available", "available")
    world.pass_time(15)
    assert (world.cluster()["Status"], world.member()["DBInstanceStatus"]) == ("modifying", "modifying")
    assert refused(world.rds.modify_db_cluster, **change) == "InvalidDBClusterStateFault"
    world.wait("rds", "db_cluster_available", DBClusterIdentifier=CLUSTER)
    world.wait("rds", "db_instance_available", DBInstanceIdentifier=MEMBER)


def test_an_upgrade_is_pending_until_it_is_done(world: World) -> None:
    world.available_database()
    world.rds.modify_db_cluster(DBClusterIdentifier=CLUSTER, EngineVersion="16.13", ApplyImmediately=True)
    world.pass_time(15)
    seen = world.cluster()
    assert (seen["Status"], seen["EngineVersion"]) == ("upgrading", "16.11")
    assert seen["PendingModifiedValues"] == {"EngineVersion": "16.13"}
    assert world.member()["DBInstanceStatus"] == "upgrading"
    world.wait("rds", "db_cluster_available", DBClusterIdentifier=CLUSTER)
    seen = world.cluster()
    assert (seen["EngineVersion"], seen.get("PendingModifiedValues", {})) == ("16.13", {})
    assert world.member()["DBInstanceStatus"] == "available"


def test_a_cluster_goes_after_its_members(world: World) -> None:
    world.available_database()
    removal = {"DBClusterIdentifier": CLUSTER, "SkipFinalSnapshot": True}
    # DeleteDBCluster: "it still contains DB instances in non-deleting state"
    assert refused(world.rds.delete_db_cluster, **removal) == "InvalidDBClusterStateFault"
    gone = world.rds.delete_db_instance(DBInstanceIdentifier=MEMBER)["DBInstance"]
    assert gone["DBInstanceStatus"] == "deleting"
    assert refused(world.rds.delete_db_instance, DBInstanceIdentifier=MEMBER) == "InvalidDBInstanceState"
    assert world.rds.delete_db_cluster(**removal)["DBCluster"]["Status"] == "deleting"
    assert refused(world.rds.delete_db_cluster, **removal) == "InvalidDBClusterStateFault"
    assert len(world.cluster()["DBClusterMembers"]) == 1
    world.wait("rds", "db_instance_deleted", DBInstanceIdentifier=MEMBER)
    assert world.cluster()["Status"] == "deleting"
    in_use = refused(world.rds.delete_db_subnet_group, DBSubnetGroupName="subnets")
    assert in_use == "InvalidDBSubnetGroupStateFault"
    world.wait("rds", "db_cluster_deleted", DBClusterIdentifier=CLUSTER)
    world.rds.delete_db_subnet_group(DBSubnetGroupName="subnets")


def test_a_final_snapshot_needs_an_available_cluster(world: World) -> None:
    world.create_cluster()
    removal = {"DBClusterIdentifier": CLUSTER, "FinalDBSnapshotIdentifier": "last"}
    assert refused(world.rds.delete_db_cluster, **removal) == "InvalidDBClusterStateFault"
    world.wait("rds", "db_cluster_available", DBClusterIdentifier=CLUSTER)
    world.rds.delete_db_cluster(**removal)


# --- ElastiCache: API reference, CreateReplicationGroup and the following; "Replication group status"


def test_a_replication_group_has_endpoints_when_it_is_available(world: World) -> None:
    made = world.create_redis()
    assert (made["Status"], made["AutomaticFailover"]) == ("creating", "enabling")
    # the CLI reference's output of create-replication-group names the members, and no node groups
    assert len(made["MemberClusters"]) == 2
    assert not made.get("NodeGroups")
    assert world.redis_nodes() == {"creating"}
    world.wait("elasticache", "replication_group_available", ReplicationGroupId=GROUP)
    seen = world.redis()
    assert seen["AutomaticFailover"] == "enabled"
    assert seen["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6379
    assert world.redis_nodes() == {"available"}


def test_a_group_that_is_not_available_refuses_all(world: World) -> None:
    arn = world.create_redis()["ARN"]
    api = world.elasticache
    for request, params in (
        (api.modify_replication_group, {"ReplicationGroupId": GROUP, "ApplyImmediately": True}),
        (api.increase_replica_count, {"ReplicationGroupId": GROUP, "NewReplicaCount": 2, "ApplyImmediately": True}),
        (api.delete_replication_group, {"ReplicationGroupId": GROUP}),
        # "Cluster not in available state to perform tagging operations"
        (api.add_tags_to_resource, {"ResourceName": arn, "Tags": [{"Key": "a", "Value": "b"}]}),
        (api.list_tags_for_resource, {"ResourceName": arn}),
    ):
        assert refused(request, **params) == "InvalidReplicationGroupState", params


def test_a_new_node_type_is_pending_until_it_is_done(world: World) -> None:
    world.available_redis()
    change = {"ReplicationGroupId": GROUP, "CacheNodeType": "cache.t4g.small", "ApplyImmediately": True}
    world.elasticache.modify_replication_group(**change)
    assert world.redis()["Status"] == "available"
    world.pass_time(10)
    assert (world.redis()["Status"], world.redis()["CacheNodeType"]) == ("modifying", "cache.t4g.micro")
    assert refused(world.elasticache.modify_replication_group, **change) == "InvalidReplicationGroupState"
    world.wait("elasticache", "replication_group_available", ReplicationGroupId=GROUP)
    assert world.redis()["CacheNodeType"] == "cache.t4g.small"


def test_a_replica_that_leaves_stays_listed_for_a_while(world: World) -> None:
    def listed() -> dict[str, str]:
        nodes = world.elasticache.describe_cache_clusters()["CacheClusters"]
        return {node["CacheClusterId"][-3:]: node["CacheClusterStatus"] for node in nodes}

    world.available_redis()
    more = {"ReplicationGroupId": GROUP, "ApplyImmediately": True}
    world.elasticache.increase_replica_count(**more, NewReplicaCount=2)
    world.wait("elasticache", "replication_group_available", ReplicationGroupId=GROUP)
    world.elasticache.decrease_replica_count(**more, NewReplicaCount=1)
    assert listed() == {"001": "modifying", "002": "modifying", "003": "deleting"}
    world.wait("elasticache", "replication_group_available", ReplicationGroupId=GROUP)
    assert [name[-3:] for name in world.redis()["MemberClusters"]] == ["001", "002"]
    assert listed() == {"001": "available", "002": "available", "003": "deleting"}
    world.pass_time(60)
    assert listed() == {"001": "available", "002": "available"}


def test_a_new_replica_is_created_in_time(world: World) -> None:
    world.available_redis()
    world.elasticache.increase_replica_count(ReplicationGroupId=GROUP, NewReplicaCount=2, ApplyImmediately=True)
    assert (world.redis()["Status"], world.redis_nodes()) == ("modifying", {"modifying", "creating"})
    world.wait("elasticache", "replication_group_available", ReplicationGroupId=GROUP)
    assert world.redis_nodes() == {"available"}


def test_a_group_is_busy_for_a_while_with_its_tags(world: World) -> None:
    arn = world.available_redis()
    world.elasticache.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "b"}])
    world.pass_time(10)
    assert world.redis()["Status"] == "modifying"
    world.pass_time(30)
    assert world.redis()["Status"] == "available"


def test_a_deleted_group_keeps_its_subnet_group_until_it_is_gone(world: World) -> None:
    world.elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="default", CacheSubnetGroupDescription="x", SubnetIds=world.subnets
    )
    world.available_redis()
    gone = world.elasticache.delete_replication_group(ReplicationGroupId=GROUP)["ReplicationGroup"]
    assert (gone["Status"], world.redis_nodes()) == ("deleting", {"deleting"})
    again = refused(world.elasticache.delete_replication_group, ReplicationGroupId=GROUP)
    assert again == "InvalidReplicationGroupState"
    used = refused(world.elasticache.delete_cache_subnet_group, CacheSubnetGroupName="default")
    assert used == "CacheSubnetGroupInUse"
    world.wait("elasticache", "replication_group_deleted", ReplicationGroupId=GROUP)
    world.elasticache.delete_cache_subnet_group(CacheSubnetGroupName="default")


# --- EC2: VPC User Guide, "Work with NAT gateways"


def test_a_pending_gateway_takes_no_route(world: World) -> None:
    name, address = world.create_gateway()
    seen = world.gateway(name)
    assert (seen["State"], seen["NatGatewayAddresses"]) == ("pending", [{"AllocationId": address}])
    table = world.ec2.create_route_table(VpcId=world.vpc)["RouteTable"]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": name}
    assert refused(world.ec2.create_route, **route) == "InvalidNatGatewayID.NotFound"
    world.wait("ec2", "nat_gateway_available", NatGatewayIds=[name])
    assert world.gateway(name)["NatGatewayAddresses"][0]["PublicIp"]
    world.ec2.create_route(**route)


def test_the_address_is_free_when_the_gateway_is_deleted(world: World) -> None:
    name, address = world.create_gateway()
    world.wait("ec2", "nat_gateway_available", NatGatewayIds=[name])
    world.ec2.delete_nat_gateway(NatGatewayId=name)
    assert world.gateway(name)["State"] == "deleting"
    assert "AssociationId" in world.ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]
    assert refused(world.ec2.release_address, AllocationId=address) == "InvalidIPAddress.InUse"
    world.wait("ec2", "nat_gateway_deleted", NatGatewayIds=[name])
    world.ec2.release_address(AllocationId=address)
    # "Delete a NAT gateway": it stays listed for about an hour
    world.pass_time(3000)
    assert world.gateway(name)["State"] == "deleted"
    world.pass_time(600)
    assert refused(world.gateway, name=name) == "NatGatewayNotFound"


# --- Elastic Load Balancing: User Guide for Application Load Balancers, "Load balancer state", "Target health status"


def test_a_load_balancer_leaves_its_interfaces_for_a_while(world: World) -> None:
    arn = world.create_balancer()
    assert world.elbv2.describe_load_balancers()["LoadBalancers"][0]["State"]["Code"] == "provisioning"
    world.wait("elbv2", "load_balancer_available", LoadBalancerArns=[arn])

    def interfaces() -> int:
        return len(world.ec2.describe_network_interfaces()["NetworkInterfaces"])

    world.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert world.elbv2.describe_load_balancers()["LoadBalancers"] == []
    assert interfaces() == len(ZONES)
    world.pass_time(300)
    assert interfaces() == 0


def test_a_target_is_healthy_after_its_checks_and_drains(world: World) -> None:
    balancer = world.create_balancer()
    group = world.create_target_group(balancer)
    target = {"TargetGroupArn": group, "Targets": [{"Id": "10.0.0.10", "Port": 80}]}
    world.elbv2.register_targets(**target)
    world.pass_time(HEALTHY_SECONDS + 20)
    # nothing checks it before the load balancer is active
    assert world.health(group) == ["initial"]
    world.wait("elbv2", "target_in_service", **target)
    world.elbv2.deregister_targets(**target)
    assert world.health(group) == ["draining"]
    world.pass_time(DRAIN_SECONDS)
    assert world.health(group) == []


# --- ECS: Developer Guide, "Amazon ECS task lifecycle", "Rolling update", "Deployment circuit breaker"


def test_a_service_rolls_out_in_time(world: World) -> None:
    balancer = world.create_balancer()
    group = world.create_target_group(balancer)
    world.wait("elbv2", "load_balancer_available", LoadBalancerArns=[balancer])
    assert world.create_service(group)["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert (world.task_states(), world.service()["pendingCount"]) == ({"PROVISIONING"}, 2)
    world.pass_time(20)
    assert world.task_states() == {"PENDING"}
    world.pass_time(20)
    assert (world.task_states(), world.health(group)) == ({"RUNNING"}, ["initial", "initial"])
    assert (world.service()["runningCount"], world.rollout()) == (2, "IN_PROGRESS")
    # the waiter looks at counts and deployments, not at the health of targets
    world.wait("ecs", "services_stable", services=[SERVICE])
    world.pass_time(HEALTHY_SECONDS + 20)
    assert (world.health(group), world.rollout()) == (["healthy", "healthy"], "COMPLETED")


def test_old_tasks_stop_when_the_new_ones_are_healthy(world: World) -> None:
    group = world.steady_service()
    world.ecs.update_service(service=SERVICE, taskDefinition=world.register("public.ecr.aws/nginx/nginx:1.29.4"))
    world.pass_time(60)
    assert len(world.service()["deployments"]) == 2
    assert world.health(group) == ["healthy", "healthy", "initial", "initial"]
    world.pass_time(HEALTHY_SECONDS)
    assert world.health(group) == ["draining", "draining", "healthy", "healthy"]
    assert (world.task_states("STOPPED"), world.rollout()) == ({"DEACTIVATING"}, "IN_PROGRESS")
    world.wait("ecs", "services_stable", services=[SERVICE])
    assert (world.rollout(), world.task_states("STOPPED")) == ("COMPLETED", {"STOPPED"})


def test_a_failing_image_is_rolled_back_after_its_retries(world: World) -> None:
    group = world.steady_service()
    (deployment,) = world.service()["deployments"]
    good = deployment["taskDefinition"]
    bad = world.register("emulator/fails:health-check")
    world.ecs.update_service(service=SERVICE, taskDefinition=bad)
    world.pass_time(110)
    seen = world.service()["deployments"][0]
    assert (seen["rolloutState"], seen["failedTasks"], seen["taskDefinition"]) == ("IN_PROGRESS", 1, bad)
    world.pass_time(190)
    rolled_back, failed = world.service()["deployments"]
    assert (rolled_back["taskDefinition"], rolled_back["rolloutState"]) == (good, "IN_PROGRESS")
    assert rolled_back["id"] == deployment["id"]
    assert (failed["taskDefinition"], failed["rolloutState"], failed["failedTasks"]) == (bad, "FAILED", 3)
    assert world.health(group).count("healthy") == 2
    world.wait("ecs", "services_stable", services=[SERVICE])
    assert (world.service()["taskDefinition"], world.rollout()) == (good, "COMPLETED")


def test_a_deleted_service_drains(world: World) -> None:
    world.steady_service()
    assert world.ecs.delete_service(service=SERVICE, force=True)["service"]["status"] == "DRAINING"
    assert refused(world.ecs.delete_cluster, cluster="default") == "ClusterContainsTasksException"
    world.pass_time(DRAIN_SECONDS - 20)
    assert world.service()["status"] == "DRAINING"
    world.wait("ecs", "services_inactive", services=[SERVICE])
    world.ecs.delete_cluster(cluster="default")


# --- Certificate Manager


def test_a_certificate_is_issued_some_time_after_its_record_is_there(world: World) -> None:
    acm = world.client("acm")
    arn = certificates.requested(world.client, "example.com")
    (option,) = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    assert "ResourceRecord" not in option
    world.pass_time(5)
    (option,) = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    record, zone_id = option["ResourceRecord"], certificates.zone(world.client, "example.com")
    certificates.change(world.client, zone_id, "CREATE", record["Name"], "CNAME", record["Value"])
    states = []
    for seconds in (0, 119, 1):
        world.pass_time(seconds)
        states.append(acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"])
    assert states == ["PENDING_VALIDATION", "PENDING_VALIDATION", "ISSUED"]

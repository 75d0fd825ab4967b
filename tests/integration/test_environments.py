"""Staging and prod, deployed on AWS's strict side: what their inventories ask for is what AWS then has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.modes import Modes
from tests.support import account, certificates, playbook, server

ENVIRONMENTS = ("staging", "prod")
AURORA = {
    "staging": {
        "BackupRetentionPeriod": 14,
        "PreferredBackupWindow": "02:00-03:00",
        "PreferredMaintenanceWindow": "sun:03:30-sun:04:30",
        "DeletionProtection": False,
        "StorageEncrypted": True,
        "CopyTagsToSnapshot": True,
        "IAMDatabaseAuthenticationEnabled": True,
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "DatabaseInsightsMode": "standard",
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsRetentionPeriod": 7,
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4.0},
    },
    "prod": {
        "BackupRetentionPeriod": 35,
        "PreferredBackupWindow": "02:00-03:00",
        "PreferredMaintenanceWindow": "sun:03:30-sun:04:30",
        "DeletionProtection": True,
        "StorageEncrypted": True,
        "CopyTagsToSnapshot": True,
        "IAMDatabaseAuthenticationEnabled": True,
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "DatabaseInsightsMode": "advanced",
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsRetentionPeriod": 465,
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 2.0, "MaxCapacity": 16.0},
    },
}
PARAMETERS = {
    "staging": {"log_min_duration_statement": "500", "rds.force_ssl": "1"},
    "prod": {"log_min_duration_statement": "1000", "rds.force_ssl": "1"},
}
INSTANCE_PARAMETERS = {
    "idle_in_transaction_session_timeout": "60000",
    "idle_session_timeout": "900000",
    "statement_timeout": "60000",
}
MEMBERS = {"staging": ["reader", "writer"], "prod": ["reader", "reader-2", "writer"]}
CACHE_PARAMETERS = {
    "staging": {
        "maxmemory-policy": "allkeys-lru",
        "reserved-memory-percent": "30",
        "tcp-keepalive": "60",
        "timeout": "3600",
    },
    "prod": {"maxmemory-policy": "allkeys-lru", "tcp-keepalive": "60", "timeout": "3600"},
}
CACHE_LOG_DAYS = {"staging": 30, "prod": 365}
REDIS = {
    "staging": {"SnapshotRetentionLimit": 3, "SnapshotWindow": "02:00-03:00", "CacheNodeType": "cache.t4g.small"},
    "prod": {"SnapshotRetentionLimit": 14, "SnapshotWindow": "02:00-03:00", "CacheNodeType": "cache.r7g.large"},
}
NODES = {"staging": 2, "prod": 3}
SERVICE = {"staging": ("256", "512"), "prod": ("1024", "2048")}
# those that AWS makes for Aurora's exports, Container Insights and the API too
LOGS = {
    "staging": {
        "/aws/ecs": 7,
        "/aws/rds": 30,
        "/aws/vendedlogs/elasticache/streamflix-redis-staging/engine-log": 30,
        "/aws/vendedlogs/elasticache/streamflix-redis-staging/slow-log": 30,
        "/ecs": 30,
        "/vpc": 30,
        "aws-waf-logs-streamflix-staging": 30,
    },
    "prod": {
        "/aws/ecs": 7,
        "/aws/rds": 365,
        "/aws/vendedlogs/elasticache/streamflix-redis-prod/engine-log": 365,
        "/aws/vendedlogs/elasticache/streamflix-redis-prod/slow-log": 365,
        "/ecs": 365,
        "/vpc": 365,
        "API-Gateway-Execution-Logs": 365,
        "aws-waf-logs-streamflix-prod": 365,
    },
}
BALANCER = {
    "staging": {"deletion_protection.enabled": "false", "routing.http.drop_invalid_header_fields.enabled": "true"},
    "prod": {"deletion_protection.enabled": "true", "routing.http.drop_invalid_header_fields.enabled": "true"},
}
# days by rule, and the lock of the vault with its fewest days
BACKUPS = {"staging": {"daily": 35}, "prod": {"daily": 35, "monthly": 365}}
LOCK = {"staging": (False, None), "prod": (True, 7)}
THROTTLING = {"staging": (1000, 500.0), "prod": (5000, 8000.0)}
# thresholds by alarm; those of prod follow 16 ACU, four tasks and 8000 requests a second
ALARMS = {
    "staging": {
        "streamflix-staging-backup-failed_jobs": 0,
        "streamflix-staging-backup-restore_drill": 1,
        "streamflix-staging-backup-redis_restore_drill": 1,
        "streamflix-vpc-staging-nat_port_allocation-1": 0,
        "streamflix-vpc-staging-nat_port_allocation-2": 0,
        "streamflix-vpc-staging-flow_log": 1,
        "streamflix-aurora-staging-acu_utilization": 90,
        "streamflix-aurora-staging-connections": 656,
        "streamflix-redis-staging-memory-001": 80,
        "streamflix-redis-staging-memory-002": 80,
        "streamflix-api-staging-memory": 85,
        "streamflix-api-staging-running_tasks": 2,
        "streamflix-api-staging-target_5xx": 10,
        "streamflix-api-staging-error_ratio": 1,
        "StreamFlix Content API staging-5xx": 0.05,
    },
    "prod": {
        "streamflix-prod-backup-failed_jobs": 0,
        "streamflix-prod-backup-restore_drill": 1,
        "streamflix-prod-backup-redis_restore_drill": 1,
        "streamflix-vpc-prod-nat_port_allocation-1": 0,
        "streamflix-vpc-prod-nat_port_allocation-2": 0,
        "streamflix-vpc-prod-nat_dropped_packets-1": 0,
        "streamflix-vpc-prod-nat_dropped_packets-2": 0,
        "streamflix-vpc-prod-flow_log": 1,
        "streamflix-aurora-prod-acu_utilization": 90,
        "streamflix-aurora-prod-cpu": 90,
        "streamflix-aurora-prod-connections": 2624,
        "streamflix-aurora-prod-free_local_storage": 2 * 1024**3,
        "streamflix-aurora-prod-replica_lag": 1000,
        "streamflix-aurora-prod-transaction_ids": 1000000000,
        **{f"streamflix-redis-prod-engine_cpu-00{node}": 80 for node in (1, 2, 3)},
        **{f"streamflix-redis-prod-memory-00{node}": 80 for node in (1, 2, 3)},
        **{f"streamflix-redis-prod-evictions-00{node}": 0 for node in (1, 2, 3)},
        **{f"streamflix-redis-prod-replication_lag-00{node}": 10 for node in (1, 2, 3)},
        **{f"streamflix-redis-prod-connections-00{node}": 52000 for node in (1, 2, 3)},
        "streamflix-api-prod-cpu": 80,
        "streamflix-api-prod-memory": 85,
        "streamflix-api-prod-running_tasks": 4,
        "streamflix-api-prod-unhealthy_targets": 0,
        "streamflix-api-prod-target_5xx": 20,
        "streamflix-api-prod-load_balancer_5xx": 5,
        "streamflix-api-prod-response_time": 2,
        "streamflix-api-prod-error_ratio": 1,
        "streamflix-api-prod-deployment": 1,
        "StreamFlix Content API prod-5xx": 0.01,
        "StreamFlix Content API prod-4xx": 0.2,
        "StreamFlix Content API prod-latency": 3000,
        "StreamFlix Content API prod-requests": 384000,
    },
}
SCALED_BY_AWS = "TargetTracking-"
# the fewest and the most, and AWS's words for what they are scaled by, with the value
TASKS = {
    "staging": (2, 4, {"ECSServiceAverageCPUUtilization": 60}),
    "prod": (
        4,
        6,
        {
            "ECSServiceAverageCPUUtilization": 60,
            "ECSServiceAverageMemoryUtilization": 75,
            "ALBRequestCountPerTarget": 1000,
        },
    ),
}
READERS = {
    "staging": (1, 2, {"RDSReaderAverageCPUUtilization": 60}),
    "prod": (2, 4, {"RDSReaderAverageCPUUtilization": 60}),
}
REMOVAL = {
    "staging": {},
    "prod": {"aurora_remove_deletion_protection": True, "ecs_service_load_balancer_remove_protected": True},
}


@dataclass(frozen=True)
class Deployed:
    """An environment on an emulator of its own."""

    name: str
    endpoint: str
    outputs: str
    aws: account.Client
    empty: account.Snapshot

    def play(self, book: str, **variables: Any) -> playbook.Run:
        """Run a playbook with the environment's inventory."""
        return playbook.run(
            book,
            endpoint=self.endpoint,
            inventory=f"inventories/{self.name}",
            outputs_directory=self.outputs,
            **variables,
        )


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    name, outputs = request.param, str(tmp_path_factory.mktemp("outputs"))
    with server.running(Modes(rules=True, validate=True)) as endpoint:
        aws = server.clients(endpoint)
        certificates.own_domain(aws)
        environment = Deployed(name, endpoint, outputs, aws, account.snapshot(aws))
        run = environment.play("site.yml")
        assert run.code == 0, run.output
        yield environment


def scale(aws: account.Client, name: str) -> None:
    """Do what Application Auto Scaling does when there is a lot to do."""
    which = {"cluster": f"streamflix-cluster-{name}", "service": f"streamflix-api-{name}"}
    aws("ecs").update_service(**which, desiredCount=TASKS[name][1])
    aws("rds").create_db_instance(
        DBInstanceIdentifier="application-autoscaling-1b2c3d4e",
        DBClusterIdentifier=f"streamflix-aurora-{name}",
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
        PromotionTier=15,
    )


def test_the_second_run_changes_nothing_once_it_is_scaled(deployed: Deployed) -> None:
    scale(deployed.aws, deployed.name)
    again = deployed.play("site.yml")
    assert (again.code, again.changed, again.changes) == (0, 0, []), again.output
    verified = deployed.play("playbooks/verify.yml")
    assert verified.code == 0, verified.output


def test_aurora_is_as_the_inventory_says(deployed: Deployed) -> None:
    rds, wanted = deployed.aws("rds"), AURORA[deployed.name]
    cluster = rds.describe_db_clusters(DBClusterIdentifier=f"streamflix-aurora-{deployed.name}")["DBClusters"][0]
    assert {key: cluster[key] for key in wanted} == wanted
    prefix = f"streamflix-aurora-{deployed.name}-"
    names = sorted(member["DBInstanceIdentifier"] for member in cluster["DBClusterMembers"])
    assert [name for name in names if name.startswith(prefix)] == [prefix + name for name in MEMBERS[deployed.name]]


def test_one_key_encrypts_database_password_and_cache(deployed: Deployed) -> None:
    kms, name = deployed.aws("kms"), deployed.name
    key = kms.describe_key(KeyId=f"alias/streamflix-{name}")["KeyMetadata"]
    assert key["KeyState"] == "Enabled"
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    (cluster,) = deployed.aws("rds").describe_db_clusters()["DBClusters"]
    (group,) = deployed.aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    (secret,) = deployed.aws("secretsmanager").list_secrets()["SecretList"]
    assert [cluster["KmsKeyId"], group["KmsKeyId"], secret["KmsKeyId"]] == [key["Arn"]] * 3


def test_backups_are_as_the_inventory_says(deployed: Deployed) -> None:
    backup, name = deployed.aws("backup"), f"streamflix-{deployed.name}"
    (vault,) = backup.list_backup_vaults()["BackupVaultList"]
    key = deployed.aws("kms").describe_key(KeyId=f"alias/{name}")["KeyMetadata"]["Arn"]
    lock = (vault["Locked"], vault.get("MinRetentionDays"))
    assert (vault["BackupVaultName"], vault["EncryptionKeyArn"], lock) == (name, key, LOCK[deployed.name])
    (plan,) = backup.list_backup_plans()["BackupPlansList"]
    which = {"BackupPlanId": plan["BackupPlanId"]}
    rules = backup.get_backup_plan(**which)["BackupPlan"]["Rules"]
    assert {rule["RuleName"]: rule["Lifecycle"]["DeleteAfterDays"] for rule in rules} == BACKUPS[deployed.name]
    assert {rule["TargetBackupVaultName"] for rule in rules} == {name}
    (listed,) = backup.list_backup_selections(**which)["BackupSelectionsList"]
    selection = backup.get_backup_selection(**which, SelectionId=listed["SelectionId"])["BackupSelection"]
    (cluster,) = deployed.aws("rds").describe_db_clusters()["DBClusters"]
    assert selection["Resources"] == [cluster["DBClusterArn"]]
    role = deployed.aws("iam").get_role(RoleName=f"streamflix-backup-{deployed.name}-eu-west-1")["Role"]
    assert selection["IamRoleArn"] == role["Arn"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_images_come_from_s3_without_a_nat_gateway(deployed: Deployed) -> None:
    ec2 = deployed.aws("ec2")
    (endpoint,) = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert (endpoint["ServiceName"], endpoint["VpcEndpointType"]) == ("com.amazonaws.eu-west-1.s3", "Gateway")
    tables = ec2.describe_route_tables()["RouteTables"]
    private = {table["RouteTableId"] for table in tables if any(route.get("NatGatewayId") for route in table["Routes"])}
    assert set(endpoint["RouteTableIds"]) == private


def test_aws_waf_guards_the_api(deployed: Deployed) -> None:
    waf, name, scope = deployed.aws("wafv2"), deployed.name, {"Scope": "REGIONAL"}
    (api,) = deployed.aws("apigateway").get_rest_apis()["items"]
    stage = f"arn:aws:apigateway:eu-west-1::/restapis/{api['id']}/stages/{name}"
    acl = waf.get_web_acl_for_resource(ResourceArn=stage)["WebACL"]
    assert (acl["Name"], acl["DefaultAction"]) == (f"streamflix-waf-{name}", {"Allow": {}})
    does = {rule["Name"]: next(iter(rule.get("Action") or rule["OverrideAction"])) for rule in acl["Rules"]}
    groups = ("AmazonIpReputationList", "CommonRuleSet", "KnownBadInputsRuleSet")
    own, managed = {"staging": ("Count", "Count"), "prod": ("Block", "None")}[name]
    assert does == {
        **dict.fromkeys(("rate-limit", "body-size"), own),
        **{f"AWSManagedRules{group}": managed for group in groups},
    }
    assert acl["Capacity"] < 1500
    log = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    assert log["LogDestinationConfigs"][0].endswith(f":log-group:aws-waf-logs-streamflix-{name}")
    redacted = [field["SingleHeader"]["Name"] for field in log["RedactedFields"]]
    assert redacted == ["authorization", "cookie"]
    # the load balancer has one of its own where it can be reached from the Internet
    (balancer,) = deployed.aws("elbv2").describe_load_balancers()["LoadBalancers"]
    names = {acl["Name"] for acl in waf.list_web_acls(**scope)["WebACLs"]}
    public = balancer["Scheme"] == "internet-facing"
    assert names == {acl["Name"], *([f"streamflix-waf-{name}-alb"] if public else [])}
    if public:
        its_own = waf.get_web_acl_for_resource(ResourceArn=balancer["LoadBalancerArn"])["WebACL"]
        assert its_own["Name"] == f"streamflix-waf-{name}-alb"


def test_parameters_are_as_the_inventory_says(deployed: Deployed) -> None:
    rds, name = deployed.aws("rds"), f"streamflix-aurora-{deployed.name}"
    (group,) = rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]
    assert group["DBClusterParameterGroupName"] == f"{name}-postgresql15"
    (cluster,) = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    assert cluster["DBClusterParameterGroup"] == f"{name}-postgresql15"
    which = {"DBClusterParameterGroupName": group["DBClusterParameterGroupName"], "Source": "user"}
    listed = rds.describe_db_cluster_parameters(**which)["Parameters"]
    assert {one["ParameterName"]: one["ParameterValue"] for one in listed} == PARAMETERS[deployed.name]
    tags = rds.list_tags_for_resource(ResourceName=group["DBClusterParameterGroupArn"])["TagList"]
    assert {tag["Key"]: tag["Value"] for tag in tags}["ManagedBy"] == "streamflix.content_api"
    listed = rds.describe_db_parameters(DBParameterGroupName=f"{name}-postgresql15", Source="user")["Parameters"]
    assert {one["ParameterName"]: one["ParameterValue"] for one in listed} == INSTANCE_PARAMETERS
    for member in MEMBERS[deployed.name]:
        (instance,) = rds.describe_db_instances(DBInstanceIdentifier=f"{name}-{member}")["DBInstances"]
        (its_own,) = instance["DBParameterGroups"]
        assert its_own == {"DBParameterGroupName": f"{name}-postgresql15", "ParameterApplyStatus": "in-sync"}


def test_instances_are_monitored_with_a_role_for_that_alone(deployed: Deployed) -> None:
    rds, iam = deployed.aws("rds"), deployed.aws("iam")
    name = f"streamflix-aurora-monitoring-{deployed.name}-eu-west-1"
    role = iam.get_role(RoleName=name)["Role"]
    for member in MEMBERS[deployed.name]:
        (instance,) = rds.describe_db_instances(DBInstanceIdentifier=f"streamflix-aurora-{deployed.name}-{member}")[
            "DBInstances"
        ]
        assert (instance["MonitoringInterval"], instance["MonitoringRoleArn"]) == (60, role["Arn"])
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "StringLike": {"aws:SourceArn": "arn:aws:rds:eu-west-1:123456789012:db:*"},
    }
    (policy,) = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert policy["PolicyArn"] == "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


def test_outputs_are_published(deployed: Deployed) -> None:
    ssm, root = deployed.aws("ssm"), f"/streamflix/{deployed.name}"
    listed = account.pages(ssm, "get_parameters_by_path", "Parameters", Path=root, Recursive=True)
    found = {one["Name"]: one["Value"] for one in listed}
    (cluster,) = deployed.aws("rds").describe_db_clusters()["DBClusters"]
    (group,) = deployed.aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    (node,) = group["NodeGroups"]
    assert found == {
        f"{root}/aurora/endpoint": cluster["Endpoint"],
        f"{root}/aurora/reader_endpoint": cluster["ReaderEndpoint"],
        f"{root}/aurora/port": "5432",
        f"{root}/redis/primary_endpoint": node["PrimaryEndpoint"]["Address"],
        f"{root}/redis/reader_endpoint": node["ReaderEndpoint"]["Address"],
        f"{root}/redis/port": "6379",
    }
    for name in found:
        listed = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        assert {tag["Key"]: tag["Value"] for tag in listed}["ManagedBy"] == "streamflix.content_api"


def test_redis_is_as_the_inventory_says(deployed: Deployed) -> None:
    cache, wanted = deployed.aws("elasticache"), REDIS[deployed.name]
    name = f"streamflix-redis-{deployed.name}"
    group = cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]
    assert {key: group[key] for key in wanted} == wanted
    assert len(group["MemberClusters"]) == NODES[deployed.name]
    nodes = [cache.describe_cache_clusters(CacheClusterId=node)["CacheClusters"][0] for node in group["MemberClusters"]]
    assert {node["PreferredMaintenanceWindow"] for node in nodes} == {"sun:03:30-sun:04:30"}
    assert {node["CacheParameterGroup"]["CacheParameterGroupName"] for node in nodes} == {f"{name}-redis7"}


def test_redis_has_its_parameters_and_writes_its_logs(deployed: Deployed) -> None:
    cache, name = deployed.aws("elasticache"), f"streamflix-redis-{deployed.name}"

    def values(group: str) -> dict[str, str]:
        listed = cache.describe_cache_parameters(CacheParameterGroupName=group)["Parameters"]
        return {one["ParameterName"]: one["ParameterValue"] for one in listed if "ParameterValue" in one}

    usual = values("default.redis7")
    set_here = {key: value for key, value in values(f"{name}-redis7").items() if value != usual[key]}
    assert set_here == CACHE_PARAMETERS[deployed.name]
    (group,) = cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
    found = {one["LogType"]: one for one in group["LogDeliveryConfigurations"]}
    assert set(found) == {"slow-log", "engine-log"}
    logs = deployed.aws("logs")
    for kind, delivery in found.items():
        where = delivery["DestinationDetails"]["CloudWatchLogsDetails"]["LogGroup"]
        assert (where, delivery["LogFormat"]) == (f"/aws/vendedlogs/elasticache/{name}/{kind}", "json")
        (log_group,) = logs.describe_log_groups(logGroupNamePrefix=where)["logGroups"]
        assert log_group["retentionInDays"] == CACHE_LOG_DAYS[deployed.name]


def test_the_service_is_as_the_inventory_says(deployed: Deployed) -> None:
    name, ecs, elb = deployed.name, deployed.aws("ecs"), deployed.aws("elbv2")
    cluster = f"streamflix-cluster-{name}"
    service = ecs.describe_services(cluster=cluster, services=[f"streamflix-api-{name}"])["services"][0]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert (definition["cpu"], definition["memory"]) == SERVICE[name]
    check = definition["containerDefinitions"][0]["healthCheck"]
    assert (check["command"][0], check["startPeriod"], check["retries"]) == ("CMD-SHELL", 30, 3)
    # those of the deployment, or what the scaler has made of them
    assert service["desiredCount"] in TASKS[name][:2]
    balancer = elb.describe_load_balancers(Names=[f"streamflix-alb-{name}"])["LoadBalancers"][0]["LoadBalancerArn"]
    pairs = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)["Attributes"]
    attributes = {pair["Key"]: pair["Value"] for pair in pairs}
    assert {key: attributes[key] for key in BALANCER[name]} == BALANCER[name]


def test_only_api_gateway_reaches_the_load_balancer(deployed: Deployed) -> None:
    name, ec2 = deployed.name, deployed.aws("ec2")
    (balancer,) = deployed.aws("elbv2").describe_load_balancers()["LoadBalancers"]
    (link,) = deployed.aws("apigatewayv2").get_vpc_links()["Items"]
    assert (balancer["Scheme"], link["VpcLinkStatus"]) == ("internal", "AVAILABLE")
    groups = {item["GroupName"]: item for item in ec2.describe_security_groups()["SecurityGroups"]}
    ours, behind = groups[f"streamflix-link-{name}"], groups[f"streamflix-alb-{name}"]
    assert (link["SecurityGroupIds"], balancer["SecurityGroups"]) == ([ours["GroupId"]], [behind["GroupId"]])
    # the ports of HTTP and HTTPS, and nobody else
    assert ways(behind["IpPermissions"]) == {(80, ours["GroupId"]), (443, ours["GroupId"])}
    assert ways(ours["IpPermissionsEgress"]) == {(80, behind["GroupId"]), (443, behind["GroupId"])}
    assert ways(ours["IpPermissions"]) == set()
    zones = {zone["SubnetId"]: zone["ZoneName"] for zone in balancer["AvailabilityZones"]}
    private = ec2.describe_subnets(SubnetIds=link["SubnetIds"])["Subnets"]
    assert {item["SubnetId"]: item["AvailabilityZone"] for item in private} == zones
    assert not any(item["MapPublicIpOnLaunch"] for item in private)

    gateway = deployed.aws("apigateway")
    api = gateway.get_rest_apis()["items"][0]["id"]
    # a name of the certificate, which need not lead anywhere behind a link
    root = f"https://origin.{name}.streamflix.example"
    found = {item["path"]: item for item in gateway.get_resources(restApiId=api, embed=["methods"])["items"]}
    through = {"connectionType": "VPC_LINK", "connectionId": link["VpcLinkId"]}
    for path, uri in {"/": f"{root}/", "/{proxy+}": f"{root}/{{proxy}}"}.items():
        integration = found[path]["resourceMethods"]["ANY"]["methodIntegration"]
        wanted = {**through, "uri": uri, "integrationTarget": balancer["LoadBalancerArn"]}
        assert {key: integration[key] for key in wanted} == wanted
    # the backups are looked at last, and those of this plan are not made
    verified = deployed.play("playbooks/verify.yml", backup_plan_name="another")
    (failure,) = verified.failures
    assert "There is no backup plan another" in failure["message"]


def ways(permissions: list[dict[str, Any]]) -> set[tuple[int, str]]:
    """Return port and other side of rules of a security group; an address block is a side of its own."""
    found = set()
    for rule in permissions:
        sides = [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] + [one["CidrIp"] for one in rule["IpRanges"]]
        found |= {(rule["FromPort"], side) for side in sides}
    return found


def test_the_api_has_a_name_of_its_own_and_no_other(deployed: Deployed) -> None:
    gateway, name = deployed.aws("apigateway"), f"api.{deployed.name}.streamflix.example"
    (api,) = gateway.get_rest_apis()["items"]
    domain = gateway.get_domain_name(domainName=name)
    policy = "SecurityPolicy_TLS13_1_2_2021_06"
    assert (api["disableExecuteApiEndpoint"], api["securityPolicy"], domain["securityPolicy"]) == (True, policy, policy)
    (certificate,) = deployed.aws("acm").list_certificates()["CertificateSummaryList"]
    assert domain["regionalCertificateArn"] == certificate["CertificateArn"]
    (mapping,) = gateway.get_base_path_mappings(domainName=name)["items"]
    assert (mapping["restApiId"], mapping["stage"]) == (api["id"], deployed.name)
    zone_id = certificates.own_domain(deployed.aws)
    records = deployed.aws("route53").list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
    aliases = {record["Name"]: record["AliasTarget"]["DNSName"] for record in records if "AliasTarget" in record}
    assert aliases == {f"{name}.": f"{domain['regionalDomainName']}."}


def test_the_load_balancer_takes_https(deployed: Deployed) -> None:
    name, elb = deployed.name, deployed.aws("elbv2")
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    found = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    secure, plain = sorted(found, key=lambda one: -one["Port"])
    assert (secure["Port"], secure["SslPolicy"]) == (443, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
    arn = secure["Certificates"][0]["CertificateArn"]
    certificate = deployed.aws("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    names = {f"{name}.streamflix.example", f"*.{name}.streamflix.example"}
    assert (certificate["Status"], set(certificate["SubjectAlternativeNames"])) == ("ISSUED", names)
    pairs = elb.describe_listener_attributes(ListenerArn=secure["ListenerArn"])["Attributes"]
    attributes = {pair["Key"]: pair["Value"] for pair in pairs}
    hsts = attributes["routing.http.response.strict_transport_security.header_value"]
    assert hsts == "max-age=63072000; includeSubDomains"
    (action,) = plain["DefaultActions"]
    assert (plain["Port"], action["Type"], action["RedirectConfig"]["Port"]) == (80, "redirect", "443")


def test_logs_and_throttling_are_as_the_inventory_says(deployed: Deployed) -> None:
    groups = deployed.aws("logs").describe_log_groups()["logGroups"]
    assert len(groups) == len(LOGS[deployed.name])
    for prefix, days in LOGS[deployed.name].items():
        assert [group["retentionInDays"] for group in groups if group["logGroupName"].startswith(prefix)] == [days]
    gateway = deployed.aws("apigateway")
    api = gateway.get_rest_apis()["items"][0]["id"]
    settings = gateway.get_stage(restApiId=api, stageName=deployed.name)["methodSettings"]["*/*"]
    assert (settings["throttlingBurstLimit"], settings["throttlingRateLimit"]) == THROTTLING[deployed.name]


def test_scaling_is_as_the_inventory_says(deployed: Deployed) -> None:
    scaling, name = deployed.aws("application-autoscaling"), deployed.name
    for namespace, wanted, resource in (
        ("ecs", TASKS[name], f"service/streamflix-cluster-{name}/streamflix-api-{name}"),
        ("rds", READERS[name], f"cluster:streamflix-aurora-{name}"),
    ):
        (target,) = scaling.describe_scalable_targets(ServiceNamespace=namespace)["ScalableTargets"]
        assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) == (resource, *wanted[:2])
        tags = scaling.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])["Tags"]
        assert tags["ManagedBy"] == "streamflix.content_api"
        policies = account.pages(
            scaling, "describe_scaling_policies", "ScalingPolicies", ServiceNamespace=namespace, ResourceId=resource
        )
        tracked = [policy["TargetTrackingScalingPolicyConfiguration"] for policy in policies]
        metrics = [one["PredefinedMetricSpecification"] for one in tracked]
        values = [one["TargetValue"] for one in tracked]
        assert dict(zip([one["PredefinedMetricType"] for one in metrics], values, strict=True)) == wanted[2]
        labels = {one["ResourceLabel"] for one in metrics if "ResourceLabel" in one}
        assert labels <= {label_of(deployed.aws)}


def label_of(aws: account.Client) -> str:
    """Return how Application Auto Scaling names the only target group."""
    (balancer,) = aws("elbv2").describe_load_balancers()["LoadBalancers"]
    (group,) = aws("elbv2").describe_target_groups()["TargetGroups"]
    ends = balancer["LoadBalancerArn"].partition(":loadbalancer/")[2], group["TargetGroupArn"].rpartition(":")[2]
    return "/".join(ends)


def test_alarms_are_as_the_inventory_says(deployed: Deployed) -> None:
    watch = deployed.aws("cloudwatch")
    alarms = account.pages(watch, "describe_alarms", "MetricAlarms")
    scalers = [alarm for alarm in alarms if alarm["AlarmName"].startswith(SCALED_BY_AWS)]
    assert len(scalers) == 2 * (len(TASKS[deployed.name][2]) + len(READERS[deployed.name][2]))
    found = {alarm["AlarmName"]: alarm for alarm in alarms if alarm not in scalers}
    assert {name: alarm["Threshold"] for name, alarm in found.items()} == ALARMS[deployed.name]
    tags = {"Application": "streamflix", "Environment": deployed.name, "ManagedBy": "streamflix.content_api"}
    topic = f"arn:aws:sns:eu-west-1:123456789012:streamflix-alarms-{deployed.name}"
    attributes = deployed.aws("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    key = deployed.aws("kms").describe_key(KeyId=f"alias/streamflix-{deployed.name}")["KeyMetadata"]["Arn"]
    assert attributes["KmsMasterKeyId"] == key
    for alarm in found.values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
        listed = watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in listed} == tags


def test_composite_alarms_name_what_there_is(deployed: Deployed) -> None:
    watch, prefix = deployed.aws("cloudwatch"), f"streamflix-alarms-{deployed.name}"
    listed = account.pages(watch, "describe_alarms", "CompositeAlarms", AlarmTypes=["CompositeAlarm"])
    found = {alarm["AlarmName"]: alarm for alarm in listed}
    parts = [f"{prefix}-{part}" for part in ("network", "aurora", "redis", "ecs_service", "apigw", "backup")]
    assert found.keys() == {prefix, *parts}
    named = {name: re.findall(r'ALARM\("([^"]+)"\)', alarm["AlarmRule"]) for name, alarm in found.items()}
    assert named[prefix] == parts
    assert sorted(name for part in parts for name in named[part]) == sorted(ALARMS[deployed.name])
    topic = f"arn:aws:sns:eu-west-1:123456789012:{prefix}"
    assert {name: alarm["AlarmActions"] for name, alarm in found.items() if alarm["AlarmActions"]} == {prefix: [topic]}
    assert all(alarm["ActionsEnabled"] for alarm in listed)
    # one alarm of a tier reaches the stack's
    first = named[parts[2]][0]
    watch.set_alarm_state(AlarmName=first, StateValue="ALARM", StateReason="test")
    ringing = watch.describe_alarms(AlarmTypes=["CompositeAlarm"], StateValue="ALARM")["CompositeAlarms"]
    assert [alarm["AlarmName"] for alarm in ringing] == [prefix, parts[2]]
    watch.set_alarm_state(AlarmName=first, StateValue="OK", StateReason="test")


def test_alarms_roll_a_deployment_back(deployed: Deployed) -> None:
    prefix = f"streamflix-api-{deployed.name}"
    (service,) = deployed.aws("ecs").describe_services(
        cluster=f"streamflix-cluster-{deployed.name}", services=[prefix]
    )["services"]
    alarms = service["deploymentConfiguration"]["alarms"]
    assert (alarms["enable"], alarms["rollback"]) == (True, True)
    names = {"staging": ["target_5xx"], "prod": ["response_time", "target_5xx"]}[deployed.name]
    assert sorted(alarms["alarmNames"]) == [f"{prefix}-{name}" for name in names]
    # they watched its first deployment
    found = deployed.aws("cloudwatch").describe_alarms(AlarmNames=alarms["alarmNames"])["MetricAlarms"]
    assert all(alarm["AlarmConfigurationUpdatedTimestamp"] < service["createdAt"] for alarm in found)


def test_metrics_of_the_log_are_as_the_inventory_says(deployed: Deployed) -> None:
    found = deployed.aws("logs").describe_metric_filters()["metricFilters"]
    group, name = f"/ecs/streamflix-api-{deployed.name}", f"streamflix-api-{deployed.name}-errors"
    wanted = [(group, name, "ERROR")] if deployed.name == "prod" else []
    assert [(one["logGroupName"], one["filterName"], one["filterPattern"]) for one in found] == wanted
    metric = {"metricName": "errors", "metricNamespace": "streamflix-api-prod", "metricValue": "1"}
    for one in found:
        assert one["metricTransformations"] == [{**metric, "defaultValue": 0.0, "unit": "Count"}]


def watched(aws: account.Client) -> set[str]:
    """Return the values of the dimensions of all alarms, and of the metrics of which some are computed."""
    alarms = account.pages(aws("cloudwatch"), "describe_alarms", "MetricAlarms")
    metrics = [one["MetricStat"]["Metric"] for alarm in alarms for one in alarm["Metrics"] if "MetricStat" in one]
    return {dimension["Value"] for one in [*alarms, *metrics] for dimension in one["Dimensions"]}


def test_alarms_watch_what_there_is(deployed: Deployed) -> None:
    name, aws = deployed.name, deployed.aws
    gateways = {item["NatGatewayId"] for item in aws("ec2").describe_nat_gateways()["NatGateways"]}
    nodes = {item["CacheClusterId"] for item in aws("elasticache").describe_cache_clusters()["CacheClusters"]}
    balancer = aws("elbv2").describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    group = aws("elbv2").describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    assert watched(aws) == {
        *gateways,
        *nodes,
        balancer.partition(":loadbalancer/")[2],
        group.rpartition(":")[2],
        f"streamflix-aurora-{name}",
        f"streamflix-redis-{name}",
        f"streamflix-cluster-{name}",
        f"streamflix-api-{name}",
        f"StreamFlix Content API {name}",
        f"streamflix-{name}",
        f"/vpc/streamflix-vpc-{name}",
        name,
    }


def watch_by_guardduty(aws: account.Client, name: str) -> str:
    """Put into the network what GuardDuty's Runtime Monitoring does; returns the endpoint."""
    ec2 = aws("ec2")
    named = [{"Name": "tag:Name", "Values": [f"streamflix-vpc-{name}"]}]
    vpc_id = ec2.describe_vpcs(Filters=named)["Vpcs"][0]["VpcId"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]
    mark = [{"Key": "GuardDutyManaged", "Value": "true"}]
    group = ec2.create_security_group(
        GroupName=f"GuardDutyManagedSecurityGroup-{vpc_id}",
        Description="Associated with VPC-vpc and tagged as GuardDutyManaged",
        VpcId=vpc_id,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": mark}],
    )["GroupId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc_id,
        ServiceName="com.amazonaws.eu-west-1.guardduty-data",
        VpcEndpointType="Interface",
        SubnetIds=[subnet["SubnetId"] for subnet in subnets if not subnet["MapPublicIpOnLaunch"]],
        SecurityGroupIds=[group],
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": mark}],
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def back_up(aws: account.Client, name: str) -> str:
    """Let AWS Backup make a recovery point of the cluster; returns its ARN."""
    vault = f"streamflix-{name}"
    started = aws("backup").start_backup_job(
        BackupVaultName=vault,
        ResourceArn=aws("rds").describe_db_clusters()["DBClusters"][0]["DBClusterArn"],
        IamRoleArn=aws("iam").get_role(RoleName=f"streamflix-backup-{name}-eu-west-1")["Role"]["Arn"],
    )
    return aws("backup").describe_backup_job(BackupJobId=started["BackupJobId"])["RecoveryPointArn"]


def test_a_removal_leaves_the_final_snapshots(deployed: Deployed) -> None:
    name, aws = deployed.name, deployed.aws
    endpoint = watch_by_guardduty(aws, name)
    before = account.snapshot(aws)
    stopped = deployed.play("playbooks/destroy.yml", confirm=name, **REMOVAL[name])
    (failure,) = stopped.failures
    assert endpoint in failure["message"]
    assert "network_remove_guardduty_endpoint" in failure["message"]
    assert account.snapshot(aws) == before

    point = back_up(aws, name)
    gone = deployed.play("playbooks/destroy.yml", confirm=name, network_remove_guardduty_endpoint=True, **REMOVAL[name])
    assert gone.code == 0, gone.output
    left = account.difference(deployed.empty, account.snapshot(aws))
    # without the key nobody could read the snapshots
    kept = {"rds.DBClusterSnapshots", "kms.Keys", "iam.Roles", "apigateway.account", "backup.BackupVaultList"}
    assert left.keys() == kept, left
    assert left["kms.Keys"]["added"][0] in gone.output
    # the logging role is the account's; AWS Backup needs the other one as long as there are recovery points
    assert left["iam.Roles"]["added"] == [
        "streamflix-api-gateway-logs-eu-west-1",
        f"streamflix-backup-{name}-eu-west-1",
    ]
    assert point in gone.output
    assert aws("rds").describe_db_clusters()["DBClusters"] == []
    # the hosted zone is not the stack's; its records were
    zone_id = certificates.own_domain(aws)
    records = aws("route53").list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
    assert {record["Type"] for record in records} == {"NS", "SOA"}
    assert aws("elasticache").describe_replication_groups()["ReplicationGroups"] == []
    assert aws("logs").describe_log_groups()["logGroups"] == []
    clusters = aws("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    assert [item["DBClusterSnapshotIdentifier"].rpartition("-final-")[0] for item in clusters] == [
        f"streamflix-aurora-{name}"
    ]
    nodes = aws("elasticache").describe_snapshots()["Snapshots"]
    assert [item["SnapshotName"].rpartition("-final")[0] for item in nodes] == [f"streamflix-redis-{name}"]

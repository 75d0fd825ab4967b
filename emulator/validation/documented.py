"""Limits that AWS's documents name and its service models lack, as data."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.validation.checks import (
    Check,
    daily_window,
    document,
    identifier,
    number,
    one_of,
    text,
    weekly_window,
)


@dataclass(frozen=True)
class Limit:
    """A limit of one parameter.

    :ivar service: the boto3 client's name.
    :ivar operations: AWS's names.
    :ivar path: where the value is: C(Tags[].Key) is the key of each tag, C(a.b) the b in a.
    :ivar check: says what is wrong with a value.
    :ivar page: the AWS document that says so.
    :ivar code: AWS's code; empty: the service's usual one.
    :ivar status: the HTTP status.
    """

    service: str
    operations: tuple[str, ...]
    path: str
    check: Check
    page: str
    code: str = ""
    status: int = 400


DESCRIPTION = text(
    r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]*",
    "may contain only a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*",
    255,
    least=0,
)
ECS_NAME = text(r"[A-Za-z0-9_-]+", "may contain only letters, digits, underscores, and hyphens", 255)
PASSWORD = text(
    r"[!#-.0-?A-~]+",
    "is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
    41,
    least=8,
)
CLUSTER_WRITES = ("CreateDBCluster", "ModifyDBCluster")
INSTANCE_WRITES = ("CreateDBInstance", "ModifyDBInstance")
CACHE_WRITES = ("CreateReplicationGroup", "ModifyReplicationGroup")
EC2_ERRORS = "Amazon EC2 API Reference"
RULE_WRITES = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
)
RULE_SOURCES = ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds")
TASKS = ("RegisterTaskDefinition",)
SERVICES = ("CreateService", "UpdateService")
CONTAINER = "Amazon ECS API Reference, ContainerDefinition"
HEALTH = "Amazon ECS API Reference, HealthCheck"
# months of 31 days, but a week and two years
INSIGHTS_DAYS = (7, *range(31, 24 * 31, 31), 731)

LIMITS: tuple[Limit, ...] = (
    # EC2
    Limit("ec2", ("CreateSecurityGroup",), "Description", DESCRIPTION, f"{EC2_ERRORS}, CreateSecurityGroup"),
    Limit(
        "ec2",
        ("CreateSecurityGroup",),
        "GroupName",
        text(r"(?!sg-)[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]+", "may not start with sg-", 255),
        f"{EC2_ERRORS}, CreateSecurityGroup",
    ),
    *(
        Limit("ec2", RULE_WRITES, f"IpPermissions[].{source}[].Description", DESCRIPTION, f"{EC2_ERRORS}, IpRange")
        for source in RULE_SOURCES
    ),
    # RDS
    Limit(
        "rds", ("CreateDBCluster",), "DBClusterIdentifier", identifier(63), "Amazon RDS API Reference, CreateDBCluster"
    ),
    Limit(
        "rds",
        ("ModifyDBCluster",),
        "NewDBClusterIdentifier",
        identifier(63),
        "Amazon RDS API Reference, ModifyDBCluster",
    ),
    Limit(
        "rds",
        ("CreateDBInstance",),
        "DBInstanceIdentifier",
        identifier(63),
        "Amazon RDS API Reference, CreateDBInstance",
    ),
    Limit(
        "rds",
        ("CreateDBClusterSnapshot",),
        "DBClusterSnapshotIdentifier",
        identifier(63),
        "Amazon RDS API Reference, CreateDBClusterSnapshot",
    ),
    Limit(
        "rds",
        ("DeleteDBCluster",),
        "FinalDBSnapshotIdentifier",
        identifier(255),
        "Amazon RDS API Reference, DeleteDBCluster",
    ),
    Limit(
        "rds",
        ("CreateDBSubnetGroup",),
        "DBSubnetGroupName",
        text(
            r"(?!default$)[A-Za-z0-9._ -]+", "may contain only letters, digits, spaces and ._-, and not be default", 255
        ),
        "Amazon RDS API Reference, CreateDBSubnetGroup",
    ),
    Limit(
        "rds",
        ("CreateDBCluster",),
        "MasterUsername",
        text(r"[A-Za-z][A-Za-z0-9_]*", "must begin with a letter and contain only letters and digits", 63),
        "Amazon Aurora User Guide, Creating an Amazon Aurora DB cluster",
    ),
    Limit("rds", CLUSTER_WRITES, "MasterUserPassword", PASSWORD, "Amazon RDS API Reference, CreateDBCluster"),
    Limit("rds", CLUSTER_WRITES, "BackupRetentionPeriod", number(1, 35), "Amazon RDS API Reference, CreateDBCluster"),
    Limit("rds", CLUSTER_WRITES, "Port", number(1150, 65535), "Amazon RDS API Reference, CreateDBCluster"),
    Limit("rds", CLUSTER_WRITES, "PreferredBackupWindow", daily_window(), "Amazon RDS API Reference, CreateDBCluster"),
    Limit(
        "rds",
        (*CLUSTER_WRITES, *INSTANCE_WRITES),
        "PreferredMaintenanceWindow",
        weekly_window(),
        "Amazon RDS API Reference, CreateDBCluster",
    ),
    Limit(
        "rds",
        (*CLUSTER_WRITES, *INSTANCE_WRITES),
        "PerformanceInsightsRetentionPeriod",
        one_of(*INSIGHTS_DAYS),
        "Amazon RDS API Reference, CreateDBCluster",
    ),
    Limit(
        "rds",
        (*CLUSTER_WRITES, *INSTANCE_WRITES),
        "MonitoringInterval",
        one_of(0, 1, 5, 10, 15, 30, 60),
        "Amazon RDS API Reference, CreateDBInstance",
    ),
    Limit("rds", INSTANCE_WRITES, "PromotionTier", number(0, 15), "Amazon RDS API Reference, CreateDBInstance"),
    # ElastiCache
    Limit(
        "elasticache",
        ("CreateReplicationGroup",),
        "ReplicationGroupId",
        identifier(40),
        "Amazon ElastiCache API Reference, CreateReplicationGroup",
    ),
    Limit(
        "elasticache",
        ("CreateCacheSubnetGroup",),
        "CacheSubnetGroupName",
        text(r"[A-Za-z0-9-]+", "may contain only letters, digits, and hyphens", 255),
        "Amazon ElastiCache API Reference, CreateCacheSubnetGroup",
    ),
    Limit(
        "elasticache",
        ("DeleteReplicationGroup",),
        "FinalSnapshotIdentifier",
        identifier(255),
        "Amazon ElastiCache API Reference, DeleteReplicationGroup",
    ),
    Limit(
        "elasticache",
        CACHE_WRITES,
        "SnapshotRetentionLimit",
        number(0, 35),
        "Amazon ElastiCache User Guide, Scheduling automatic backups",
    ),
    Limit(
        "elasticache",
        CACHE_WRITES,
        "AuthToken",
        text(r"[!&#$^<>A-Za-z0-9-]+", "may contain only letters, digits and !&#$^<>-", 128, least=16),
        "Amazon ElastiCache User Guide, Authenticating with the AUTH command",
    ),
    Limit(
        "elasticache",
        CACHE_WRITES,
        "PreferredMaintenanceWindow",
        weekly_window(),
        "Amazon ElastiCache API Reference, CreateReplicationGroup",
    ),
    Limit(
        "elasticache",
        CACHE_WRITES,
        "SnapshotWindow",
        daily_window(),
        "Amazon ElastiCache API Reference, CreateReplicationGroup",
    ),
    # ECS
    Limit("ecs", ("CreateCluster",), "clusterName", ECS_NAME, "Amazon ECS API Reference, CreateCluster"),
    Limit("ecs", ("CreateService",), "serviceName", ECS_NAME, "Amazon ECS API Reference, CreateService"),
    Limit("ecs", TASKS, "family", ECS_NAME, "Amazon ECS API Reference, RegisterTaskDefinition", "ClientException"),
    Limit("ecs", TASKS, "containerDefinitions[].name", ECS_NAME, CONTAINER, "ClientException"),
    Limit(
        "ecs",
        TASKS,
        "containerDefinitions[].portMappings[].containerPort",
        number(1, 65535),
        CONTAINER,
        "ClientException",
    ),
    Limit(
        "ecs",
        TASKS,
        "containerDefinitions[].environment[].name",
        text(r"[^=\0]+", "may not be empty or contain an equals sign", 65536),
        "Amazon ECS API Reference, KeyValuePair",
        "ClientException",
    ),
    Limit("ecs", TASKS, "containerDefinitions[].stopTimeout", number(0, 120), CONTAINER, "ClientException"),
    Limit("ecs", TASKS, "containerDefinitions[].healthCheck.interval", number(5, 300), HEALTH, "ClientException"),
    Limit("ecs", TASKS, "containerDefinitions[].healthCheck.timeout", number(2, 60), HEALTH, "ClientException"),
    Limit("ecs", TASKS, "containerDefinitions[].healthCheck.retries", number(1, 10), HEALTH, "ClientException"),
    Limit("ecs", TASKS, "containerDefinitions[].healthCheck.startPeriod", number(0, 300), HEALTH, "ClientException"),
    Limit(
        "ecs",
        TASKS,
        "ephemeralStorage.sizeInGiB",
        number(21, 200),
        "Amazon ECS API Reference, EphemeralStorage",
        "ClientException",
    ),
    Limit("ecs", SERVICES, "desiredCount", number(0, 5000), "Amazon ECS service quotas, Tasks per service"),
    Limit(
        "ecs",
        SERVICES,
        "loadBalancers",
        lambda value: "" if len(value) <= 5 else "must be at most five",
        "Amazon ECS Developer Guide, Registering multiple target groups with a service",
    ),
    Limit(
        "ecs",
        SERVICES,
        "networkConfiguration.awsvpcConfiguration.subnets",
        lambda value: "" if 1 <= len(value) <= 16 else "must be 1 to 16 subnets",
        "Amazon ECS API Reference, AwsVpcConfiguration",
    ),
    Limit(
        "ecs",
        SERVICES,
        "networkConfiguration.awsvpcConfiguration.securityGroups",
        lambda value: "" if len(value) <= 5 else "must be at most five security groups",
        "Amazon ECS API Reference, AwsVpcConfiguration",
    ),
    Limit(
        "ecs",
        SERVICES,
        "healthCheckGracePeriodSeconds",
        number(0, 2147483647),
        "Amazon ECS API Reference, CreateService",
    ),
    # API Gateway
    *(
        Limit(
            "apigateway",
            (operation,),
            "stageName",
            text(r"[A-Za-z0-9_-]+", "Stage name only allows a-zA-Z0-9_-", 128),
            f"Amazon API Gateway API Reference, {operation}",
        )
        for operation in ("CreateStage", "CreateDeployment")
    ),
    # IAM
    Limit(
        "iam",
        ("CreatePolicy", "CreatePolicyVersion"),
        "PolicyDocument",
        document(6144),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
    Limit(
        "iam",
        ("PutRolePolicy",),
        "PolicyDocument",
        document(10240),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
    Limit(
        "iam",
        ("CreateRole",),
        "AssumeRolePolicyDocument",
        document(2048),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
    Limit(
        "iam",
        ("UpdateAssumeRolePolicy",),
        "PolicyDocument",
        document(2048),
        "IAM User Guide, IAM and AWS STS quotas",
        "LimitExceeded",
        409,
    ),
    # Secrets Manager
    Limit(
        "secretsmanager",
        ("CreateSecret",),
        "Name",
        text(
            r"[A-Za-z0-9/_+=.@!-]+",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
            512,
        ),
        "AWS Secrets Manager API Reference, CreateSecret",
    ),
)

SECONDS_OF_A_WEEK = 7 * 24 * 3600
SWITCH = one_of("true", "false")
# Elastic Load Balancing API Reference: LoadBalancerAttribute, TargetGroupAttribute
BALANCER_ATTRIBUTES: dict[str, Check] = {
    "deletion_protection.enabled": SWITCH,
    "idle_timeout.timeout_seconds": number(1, 4000),
    "client_keep_alive.seconds": number(60, 604800),
    "routing.http.desync_mitigation_mode": one_of("monitor", "defensive", "strictest"),
    "routing.http.drop_invalid_header_fields.enabled": SWITCH,
    "routing.http.xff_header_processing.mode": one_of("append", "preserve", "remove"),
    "routing.http2.enabled": SWITCH,
}
TARGET_GROUP_ATTRIBUTES: dict[str, Check] = {
    "deregistration_delay.timeout_seconds": number(0, 3600),
    "stickiness.enabled": SWITCH,
    "stickiness.type": one_of("lb_cookie", "app_cookie"),
    "stickiness.lb_cookie.duration_seconds": number(1, SECONDS_OF_A_WEEK),
    "stickiness.app_cookie.duration_seconds": number(1, SECONDS_OF_A_WEEK),
    "load_balancing.algorithm.type": one_of("round_robin", "least_outstanding_requests", "weighted_random"),
}
# Amazon API Gateway API Reference, MethodSetting; "Amazon API Gateway quotas": the account's own throttle
METHOD_SETTINGS: dict[str, Check] = {
    "throttling/burstLimit": number(0, 5000),
    "throttling/rateLimit": number(0, 10000),
    "logging/loglevel": one_of("OFF", "ERROR", "INFO"),
    "metrics/enabled": SWITCH,
    "logging/dataTrace": SWITCH,
}

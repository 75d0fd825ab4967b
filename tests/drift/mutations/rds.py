"""Drifts of Aurora."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    AURORA,
    BY_HAND,
    CREATE,
    LOST_TAG,
    OTHER_TAGS,
    REMOVE,
    STACK_TAGS,
    TAG_FIELDS,
    Mutation,
    Named,
    tag_list,
)
from tests.drift.mutations import ec2
from tests.drift.snapshot import Found, tags_of
from tests.support.account import Client

INSTANCE_PARAMETERS = "AWS::RDS::DBParameterGroup"
CLUSTER, INSTANCE, SUBNETS = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::RDS::DBSubnetGroup"
NAME, GROUP = "streamflix-aurora-dev", "streamflix-aurora-subnet-dev"
PARAMETERS = f"{NAME}-postgresql15"
WRITER, READER = f"{NAME}-writer", f"{NAME}-reader"


def modify(aws: Client, **changed: Any) -> None:
    """Change the cluster."""
    aws("rds").modify_db_cluster(DBClusterIdentifier=NAME, ApplyImmediately=True, **changed)


def modify_member(aws: Client, name: str, **changed: Any) -> None:
    """Change an instance."""
    aws("rds").modify_db_instance(DBInstanceIdentifier=name, ApplyImmediately=True, **changed)


def scale(aws: Client, smallest: float, largest: float) -> None:
    """Change the capacity."""
    modify(aws, ServerlessV2ScalingConfiguration={"MinCapacity": smallest, "MaxCapacity": largest})


def watch_closely(aws: Client) -> None:
    """Turn the advanced mode of Database Insights on, with what it needs."""
    modify(
        aws,
        DatabaseInsightsMode="advanced",
        EnablePerformanceInsights=True,
        PerformanceInsightsRetentionPeriod=465,
    )


def run_sql(aws: Client) -> None:
    """Turn the Data API on."""
    rds = aws("rds")
    (cluster,) = rds.describe_db_clusters(DBClusterIdentifier=NAME)["DBClusters"]
    rds.enable_http_endpoint(ResourceArn=cluster["DBClusterArn"])


def use_other_parameters(aws: Client) -> None:
    """Give the cluster a parameter group of somebody's own."""
    aws("rds").create_db_cluster_parameter_group(
        DBClusterParameterGroupName=BY_HAND, DBParameterGroupFamily="aurora-postgresql15", Description=BY_HAND
    )
    modify(aws, DBClusterParameterGroupName=BY_HAND)


def log_other_statements(aws: Client) -> None:
    """Set a parameter to another value."""
    aws("rds").modify_db_cluster_parameter_group(
        DBClusterParameterGroupName=PARAMETERS,
        Parameters=[{"ParameterName": "log_min_duration_statement", "ParameterValue": "9", "ApplyMethod": "immediate"}],
    )


def retag_parameters(aws: Client) -> None:
    """Change a tag of the parameter group, add one, remove one."""
    rds = aws("rds")
    groups = rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=PARAMETERS)
    arn = groups["DBClusterParameterGroups"][0]["DBClusterParameterGroupArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=tag_list(OTHER_TAGS))
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=[LOST_TAG])


def remove_other_parameters(aws: Client) -> None:
    """Remove that parameter group, which nothing uses any more."""
    aws("rds").delete_db_cluster_parameter_group(DBClusterParameterGroupName=BY_HAND)


def end_other_statements(aws: Client) -> None:
    """Set a parameter of the instances to another value."""
    aws("rds").modify_db_parameter_group(
        DBParameterGroupName=PARAMETERS,
        Parameters=[{"ParameterName": "statement_timeout", "ParameterValue": "9", "ApplyMethod": "immediate"}],
    )


def use_other_instance_parameters(aws: Client) -> None:
    """Give the writer a parameter group of somebody's own."""
    aws("rds").create_db_parameter_group(
        DBParameterGroupName=BY_HAND, DBParameterGroupFamily="aurora-postgresql15", Description=BY_HAND
    )
    modify_member(aws, WRITER, DBParameterGroupName=BY_HAND)


def remove_other_instance_parameters(aws: Client) -> None:
    """Remove that parameter group, which nothing uses any more."""
    aws("rds").delete_db_parameter_group(DBParameterGroupName=BY_HAND)


def watch_hardly(aws: Client) -> None:
    """Turn the writer's Enhanced Monitoring off."""
    modify_member(aws, WRITER, MonitoringInterval=0)


def watch_with_another_role(aws: Client) -> None:
    """Let the writer's Enhanced Monitoring use a role of somebody's own."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "monitoring.rds.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = aws("iam").create_role(RoleName=BY_HAND, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    modify_member(aws, WRITER, MonitoringInterval=60, MonitoringRoleArn=role["Arn"])


def remove_another_role(aws: Client) -> None:
    """Remove that role."""
    aws("iam").delete_role(RoleName=BY_HAND)


def open_to(aws: Client, group: str) -> None:
    """Give the cluster another security group."""
    modify(aws, VpcSecurityGroupIds=[ec2.group(aws, group)["GroupId"]])


def remove_member(aws: Client) -> None:
    """Remove the reader."""
    aws("rds").delete_db_instance(DBInstanceIdentifier=READER, SkipFinalSnapshot=True)


def add_member(aws: Client) -> None:
    """Add a second reader of ours; with one that is somebody else's, the run stops."""
    aws("rds").create_db_instance(
        DBInstanceIdentifier=f"{NAME}-{BY_HAND}",
        DBClusterIdentifier=NAME,
        Engine="aurora-postgresql",
        DBInstanceClass="db.serverless",
        Tags=tag_list(STACK_TAGS),
    )


def change_subnets(aws: Client) -> None:
    """Put the database into public subnets, where AWS lets one: one that no instance uses."""
    names = ("private-1", "private-2", "public-1")
    subnets = [ec2.subnet(aws, f"streamflix-{name}-dev")["SubnetId"] for name in names]
    aws("rds").modify_db_subnet_group(DBSubnetGroupName=GROUP, SubnetIds=subnets)


def describe_subnets(aws: Client) -> None:
    """Give the subnet group another description."""
    subnets = [ec2.subnet(aws, f"streamflix-private-{number}-dev")["SubnetId"] for number in (1, 2)]
    aws("rds").modify_db_subnet_group(DBSubnetGroupName=GROUP, DBSubnetGroupDescription=BY_HAND, SubnetIds=subnets)


def retag(aws: Client, kind: str, name: str) -> None:
    """Change a tag, add one, remove one."""
    arn = f"arn:aws:rds:eu-west-1:123456789012:{kind}:{name}"
    aws("rds").add_tags_to_resource(ResourceName=arn, Tags=tag_list(OTHER_TAGS))
    aws("rds").remove_tags_from_resource(ResourceName=arn, TagKeys=[LOST_TAG])


def cluster() -> Iterator[Mutation]:
    """Yield changes of the cluster's settings."""
    logs = {"DisableLogTypes": ["postgresql"]}
    changes: dict[str, tuple[Any, tuple[str, ...]]] = {
        "smallest capacity": (partial(scale, smallest=1, largest=2), ("min_capacity",)),
        "largest capacity": (partial(scale, smallest=0.5, largest=16), ("max_capacity",)),
        "pauses": (partial(scale, smallest=0, largest=2), ("min_capacity", "seconds_until_auto_pause")),
        "backup retention": (partial(modify, BackupRetentionPeriod=1), ("backup_retention_period",)),
        "backup window": (partial(modify, PreferredBackupWindow="05:00-06:00"), ("preferred_backup_window",)),
        "maintenance window": (
            partial(modify, PreferredMaintenanceWindow="mon:05:00-mon:06:00"),
            ("preferred_maintenance_window",),
        ),
        "longer Performance Insights": (
            partial(modify, EnablePerformanceInsights=True, PerformanceInsightsRetentionPeriod=31),
            ("performance_insights_retention_period",),
        ),
        "no Performance Insights": (
            partial(modify, EnablePerformanceInsights=False),
            ("performance_insights", "performance_insights_retention_period"),
        ),
        "deletion protection": (partial(modify, DeletionProtection=True), ("deletion_protection",)),
        "log exports": (
            partial(modify, CloudwatchLogsExportConfiguration=logs),
            ("enabled_cloudwatch_logs_exports",),
        ),
        "snapshots without tags": (partial(modify, CopyTagsToSnapshot=False), ("copy_tags_to_snapshot",)),
        "IAM authentication": (
            partial(modify, EnableIAMDatabaseAuthentication=True),
            ("iam_database_authentication",),
        ),
        "I/O-Optimized storage": (partial(modify, StorageType="aurora-iopt1"), ("storage_type",)),
        "Extended Support": (
            partial(modify, EngineLifecycleSupport="open-source-rds-extended-support"),
            ("engine_lifecycle_support",),
        ),
        "security group": (partial(open_to, group="default"), ("vpc_security_group_ids",)),
    }
    for name, (change, fields) in changes.items():
        yield Mutation(
            f"Aurora: {name}",
            change,
            (Named(CLUSTER, NAME, fields),),
            AURORA,
            ("rds:ModifyDBCluster",),
            sample=name == "largest capacity",
        )
    yield Mutation(
        "Aurora: advanced Database Insights",
        watch_closely,
        (Named(CLUSTER, NAME, ("database_insights_mode", "performance_insights_retention_period")),),
        AURORA,
        ("rds:ModifyDBCluster",),
    )
    yield Mutation(
        "Aurora: Data API",
        run_sql,
        (Named(CLUSTER, NAME, ("http_endpoint",)),),
        AURORA,
        ("rds:DisableHttpEndpoint",),
    )
    group = "AWS::RDS::DBClusterParameterGroup"
    yield Mutation(
        "Aurora: parameter",
        log_other_statements,
        (Named(group, PARAMETERS, ("parameters.log_min_duration_statement.value",)),),
        AURORA,
        ("rds:ModifyDBClusterParameterGroup",),
    )
    yield Mutation(
        "Aurora: tags of the parameter group",
        retag_parameters,
        (Named(group, PARAMETERS, TAG_FIELDS),),
        AURORA,
        ("rds:AddTagsToResource", "rds:RemoveTagsFromResource"),
    )
    yield Mutation(
        "Aurora: parameter group",
        use_other_parameters,
        (Named(CLUSTER, NAME, ("db_cluster_parameter_group_name",)),),
        AURORA,
        ("rds:ModifyDBCluster",),
        undo=remove_other_parameters,
    )


def instance_parameters() -> Iterator[Mutation]:
    """Yield changes of the parameters of the instances."""
    yield Mutation(
        "Aurora: parameter of the instances",
        end_other_statements,
        (Named(INSTANCE_PARAMETERS, PARAMETERS, ("parameters.statement_timeout",)),),
        AURORA,
        ("rds:ModifyDBParameterGroup",),
    )
    yield Mutation(
        "Aurora: tags of the parameter group of the instances",
        partial(retag, kind="pg", name=PARAMETERS),
        (Named(INSTANCE_PARAMETERS, PARAMETERS, TAG_FIELDS),),
        AURORA,
        ("rds:AddTagsToResource", "rds:RemoveTagsFromResource"),
    )
    yield Mutation(
        "Aurora: parameter group of an instance",
        use_other_instance_parameters,
        (Named(INSTANCE, WRITER, ("db_parameter_group_name",)),),
        AURORA,
        ("rds:ModifyDBInstance",),
        undo=remove_other_instance_parameters,
    )


def members() -> Iterator[Mutation]:
    """Yield changes of the instances."""
    yield Mutation(
        f"{WRITER}: no Enhanced Monitoring",
        watch_hardly,
        (Named(INSTANCE, WRITER, ("monitoring_interval", "monitoring_role_arn")),),
        AURORA,
        ("rds:ModifyDBInstance",),
    )
    yield Mutation(
        f"{WRITER}: another role for Enhanced Monitoring",
        watch_with_another_role,
        (Named(INSTANCE, WRITER, ("monitoring_role_arn",)),),
        AURORA,
        ("rds:ModifyDBInstance",),
        undo=remove_another_role,
    )
    for name, tier in ((WRITER, 5), (READER, 15)):
        yield Mutation(
            f"{name}: promotion tier",
            partial(modify_member, name=name, PromotionTier=tier),
            (Named(INSTANCE, name, ("promotion_tier",)),),
            AURORA,
            ("rds:ModifyDBInstance",),
        )
        yield Mutation(
            f"{name}: no minor upgrades",
            partial(modify_member, name=name, AutoMinorVersionUpgrade=False),
            (Named(INSTANCE, name, ("auto_minor_version_upgrade",)),),
            AURORA,
            ("rds:ModifyDBInstance",),
        )
        yield Mutation(
            f"{name}: authority of the certificate",
            partial(modify_member, name=name, CACertificateIdentifier="rds-ca-ecc384-g1"),
            (Named(INSTANCE, name, ("ca_certificate_identifier",)),),
            AURORA,
            ("rds:ModifyDBInstance",),
        )
        yield Mutation(
            f"{name}: instance class",
            partial(modify_member, name=name, DBInstanceClass="db.t4g.medium"),
            (Named(INSTANCE, name, ("instance_class",)),),
            AURORA,
            ("rds:ModifyDBInstance",),
        )
        yield Mutation(
            f"{name}: publicly accessible",
            partial(modify_member, name=name, PubliclyAccessible=True),
            (Named(INSTANCE, name, ("publicly_accessible",)),),
            AURORA,
            ("rds:ModifyDBInstance",),
        )
    yield Mutation(
        f"{READER}: removed",
        remove_member,
        (Named(INSTANCE, READER, action=CREATE),),
        AURORA,
        ("rds:CreateDBInstance",),
    )
    yield Mutation(
        "Aurora: member added",
        add_member,
        (Named(INSTANCE, f"{NAME}-{BY_HAND}", action=REMOVE),),
        AURORA,
        ("rds:DeleteDBInstance",),
    )


def rest() -> Iterator[Mutation]:
    """Yield changes of the subnet group, and of tags."""
    for name, change, fields in (
        ("subnets", change_subnets, ("subnet_ids",)),
        ("description", describe_subnets, ("description",)),
    ):
        yield Mutation(
            f"Aurora subnet group: {name}",
            change,
            (Named(SUBNETS, GROUP, fields),),
            AURORA,
            ("rds:ModifyDBSubnetGroup",),
        )
    for cloudformation, kind, name in (
        (CLUSTER, "cluster", NAME),
        (INSTANCE, "db", WRITER),
        (INSTANCE, "db", READER),
        (SUBNETS, "subgrp", GROUP),
    ):
        yield Mutation(
            f"{name}: tags",
            partial(retag, kind=kind, name=name),
            (Named(cloudformation, name, TAG_FIELDS),),
            AURORA,
            ("rds:AddTagsToResource", "rds:RemoveTagsFromResource"),
        )


def read(aws: Client) -> Found:
    """Yield the parameter groups, with what is set in them and their tags."""
    rds = aws("rds")
    for group in rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]:
        name, arn = group["DBClusterParameterGroupName"], group["DBClusterParameterGroupArn"]
        listed = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=name, Source="user")["Parameters"]
        own = {one["ParameterName"]: (one["ParameterValue"], one["ApplyMethod"]) for one in listed}
        its_tags = tags_of(rds.list_tags_for_resource(ResourceName=arn))
        yield "cluster parameter group", name, [arn], {"parameters": own, "tags": its_tags}
    for group in rds.describe_db_parameter_groups()["DBParameterGroups"]:
        name, arn = group["DBParameterGroupName"], group["DBParameterGroupArn"]
        listed = rds.describe_db_parameters(DBParameterGroupName=name, Source="user")["Parameters"]
        own = {one["ParameterName"]: (one["ParameterValue"], one["ApplyMethod"]) for one in listed}
        its_tags = tags_of(rds.list_tags_for_resource(ResourceName=arn))
        yield "parameter group", name, [arn], {"parameters": own, "tags": its_tags}


# what the inventory leaves to AWS, so that drifts of it are seen too
VARIABLES = {
    "aurora_backup_window": "02:00-03:00",
    "aurora_instance_parameters": [{"parameter_name": "statement_timeout", "parameter_value": "60000"}],
    "aurora_log_exports": ["postgresql"],
    "aurora_maintenance_window": "sun:03:30-sun:04:30",
    "aurora_members": [
        {
            "identifier": name,
            "promotion_tier": tier,
            "auto_minor_version_upgrade": True,
            "ca_certificate_identifier": "rds-ca-rsa2048-g1",
        }
        for tier, name in enumerate((WRITER, READER))
    ],
    "aurora_monitoring_interval": 60,
    "aurora_parameters": [
        {"parameter_name": "log_min_duration_statement", "parameter_value": "500", "apply_method": "immediate"}
    ],
    "aurora_performance_insights": True,
    "aurora_performance_insights_retention_period": 7,
}
MUTATIONS = (*cluster(), *instance_parameters(), *members(), *rest())

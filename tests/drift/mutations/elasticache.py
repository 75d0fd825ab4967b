"""Drifts of Redis."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.drift.mutation import (
    BY_HAND,
    CREATE,
    LOST_TAG,
    OTHER_TAGS,
    REDIS,
    REPLACE,
    TAG_FIELDS,
    Change,
    Mutation,
    Named,
    tag_list,
)
from tests.drift.mutations import ec2
from tests.support.account import Client

KIND, SUBNETS = "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::SubnetGroup"
NAME, GROUP = "streamflix-redis-dev", "streamflix-redis-subnet-dev"
PARAMETER_GROUP, PARAMETERS = "AWS::ElastiCache::ParameterGroup", f"{NAME}-redis7"
LOG_GROUP, LOGS = "AWS::Logs::LogGroup", f"/aws/vendedlogs/elasticache/{NAME}"


def modify(aws: Client, **changed: Any) -> None:
    """Change the replication group."""
    aws("elasticache").modify_replication_group(ReplicationGroupId=NAME, ApplyImmediately=True, **changed)


def open_to(aws: Client, group: str) -> None:
    """Give the nodes another security group."""
    modify(aws, SecurityGroupIds=[ec2.group(aws, group)["GroupId"]])


def use_other_parameters(aws: Client) -> None:
    """Give the nodes a parameter group of somebody's own."""
    aws("elasticache").create_cache_parameter_group(
        CacheParameterGroupName=BY_HAND, CacheParameterGroupFamily="redis7", Description=BY_HAND
    )
    modify(aws, CacheParameterGroupName=BY_HAND)


def set_parameter(aws: Client, name: str, value: str) -> None:
    """Set a parameter of the stack's group to another value."""
    aws("elasticache").modify_cache_parameter_group(
        CacheParameterGroupName=PARAMETERS, ParameterNameValues=[{"ParameterName": name, "ParameterValue": value}]
    )


def lose_parameters(aws: Client) -> None:
    """Give the nodes AWS's own parameters, and remove the stack's group."""
    modify(aws, CacheParameterGroupName="default.redis7")
    aws("elasticache").delete_cache_parameter_group(CacheParameterGroupName=PARAMETERS)


def stop_log(aws: Client, log_type: str) -> None:
    """Turn a log off."""
    modify(aws, LogDeliveryConfigurations=[{"LogType": log_type, "Enabled": False}])


def log_as_text(aws: Client) -> None:
    """Let the slow log be written in another form."""
    details = {"CloudWatchLogsDetails": {"LogGroup": f"{LOGS}/slow-log"}}
    entry = {"LogType": "slow-log", "DestinationType": "cloudwatch-logs", "DestinationDetails": details}
    modify(aws, LogDeliveryConfigurations=[{**entry, "LogFormat": "text", "Enabled": True}])


def keep_log(aws: Client, days: int) -> None:
    """Keep the slow log for another time."""
    aws("logs").put_retention_policy(logGroupName=f"{LOGS}/slow-log", retentionInDays=days)


def remove_other_parameters(aws: Client) -> None:
    """Remove that parameter group, which nothing uses any more."""
    aws("elasticache").delete_cache_parameter_group(CacheParameterGroupName=BY_HAND)


def add_node(aws: Client) -> None:
    """Add a replica."""
    aws("elasticache").increase_replica_count(ReplicationGroupId=NAME, NewReplicaCount=2, ApplyImmediately=True)


def remove_node(aws: Client) -> None:
    """Remove the replica; AWS wants failover off before."""
    modify(aws, MultiAZEnabled=False, AutomaticFailoverEnabled=False)
    aws("elasticache").decrease_replica_count(ReplicationGroupId=NAME, NewReplicaCount=0, ApplyImmediately=True)


def without_encryption(aws: Client) -> None:
    """Let clients connect without TLS; AWS goes there by way of C(preferred)."""
    modify(aws, TransitEncryptionEnabled=True, TransitEncryptionMode="preferred")
    modify(aws, TransitEncryptionEnabled=False)


def change_subnets(aws: Client) -> None:
    """Add a public subnet."""
    names = ("private-1", "private-2", "public-1")
    subnets = [ec2.subnet(aws, f"streamflix-{name}-dev")["SubnetId"] for name in names]
    aws("elasticache").modify_cache_subnet_group(CacheSubnetGroupName=GROUP, SubnetIds=subnets)


def describe_subnets(aws: Client) -> None:
    """Give the subnet group another description."""
    aws("elasticache").modify_cache_subnet_group(CacheSubnetGroupName=GROUP, CacheSubnetGroupDescription=BY_HAND)


def retag(aws: Client, kind: str, name: str) -> None:
    """Change a tag, add one, remove one."""
    arn = f"arn:aws:elasticache:eu-west-1:123456789012:{kind}:{name}"
    aws("elasticache").add_tags_to_resource(ResourceName=arn, Tags=tag_list(OTHER_TAGS))
    aws("elasticache").remove_tags_from_resource(ResourceName=arn, TagKeys=[LOST_TAG])


def group() -> Iterator[Mutation]:
    """Yield changes of the replication group."""
    changes: dict[str, tuple[Change, tuple[str, ...]]] = {
        "node type": (partial(modify, CacheNodeType="cache.t4g.small"), ("cache_node_type",)),
        "no Multi-AZ": (partial(modify, MultiAZEnabled=False), ("multi_az",)),
        "no failover": (
            partial(modify, AutomaticFailoverEnabled=False, MultiAZEnabled=False),
            ("automatic_failover", "multi_az"),
        ),
        "snapshot retention": (partial(modify, SnapshotRetentionLimit=5), ("snapshot_retention_limit",)),
        "snapshot window": (partial(modify, SnapshotWindow="05:00-06:00"), ("snapshot_window",)),
        "maintenance window": (
            partial(modify, PreferredMaintenanceWindow="mon:05:00-mon:06:00"),
            ("preferred_maintenance_window",),
        ),
        "description": (partial(modify, ReplicationGroupDescription=BY_HAND), ("description",)),
        "security group": (partial(open_to, group="default"), ("security_group_ids",)),
        "no minor upgrades": (partial(modify, AutoMinorVersionUpgrade=False), ("auto_minor_version_upgrade",)),
        "TLS preferred": (
            partial(modify, TransitEncryptionEnabled=True, TransitEncryptionMode="preferred"),
            ("transit_encryption_mode",),
        ),
        "TLS off": (without_encryption, ("transit_encryption", "transit_encryption_mode")),
    }
    for name, (change, fields) in changes.items():
        yield Mutation(
            f"Redis: {name}",
            change,
            (Named(KIND, NAME, fields),),
            REDIS,
            ("elasticache:ModifyReplicationGroup",),
            sample=name == "node type",
        )


# what the inventory leaves to AWS, so that drifts of it are seen too
VARIABLES = {
    "redis_maintenance_window": "sun:03:30-sun:04:30",
    "redis_parameters": {"maxmemory-policy": "allkeys-lru", "timeout": 300},
    "redis_logs": ["slow-log", "engine-log"],
    "redis_snapshot_window": "02:00-03:00",
}
MUTATIONS = (
    *group(),
    Mutation(
        "Redis: parameter group",
        use_other_parameters,
        (Named(KIND, NAME, ("cache_parameter_group_name",)),),
        REDIS,
        ("elasticache:ModifyReplicationGroup",),
        undo=remove_other_parameters,
    ),
    Mutation(
        "Redis parameters: value",
        partial(set_parameter, name="timeout", value="60"),
        (Named(PARAMETER_GROUP, PARAMETERS, ("parameters.timeout",)),),
        REDIS,
        ("elasticache:ModifyCacheParameterGroup",),
    ),
    Mutation(
        "Redis parameters: another one",
        partial(set_parameter, name="tcp-keepalive", value="60"),
        (Named(PARAMETER_GROUP, PARAMETERS, ("parameters.tcp-keepalive",)),),
        REDIS,
        ("elasticache:ResetCacheParameterGroup",),
    ),
    Mutation(
        "Redis parameters: gone",
        lose_parameters,
        (Named(PARAMETER_GROUP, PARAMETERS, action=CREATE), Named(KIND, NAME, ("cache_parameter_group_name",))),
        REDIS,
        (
            "elasticache:CreateCacheParameterGroup",
            "elasticache:ModifyCacheParameterGroup",
            "elasticache:ModifyReplicationGroup",
        ),
    ),
    *(
        Mutation(
            f"Redis: {name}",
            change,
            (Named(KIND, NAME, ("log_delivery_configurations",)),),
            REDIS,
            ("elasticache:ModifyReplicationGroup",),
        )
        for name, change in (
            ("slow log off", partial(stop_log, log_type="slow-log")),
            ("engine log off", partial(stop_log, log_type="engine-log")),
            ("slow log as text", log_as_text),
        )
    ),
    Mutation(
        "Redis slow log: retention",
        partial(keep_log, days=1),
        (Named(LOG_GROUP, f"{LOGS}/slow-log", ("retention_in_days",)),),
        REDIS,
        ("logs:PutRetentionPolicy",),
    ),
    Mutation(
        "Redis: node added",
        add_node,
        (Named(KIND, NAME, ("num_cache_clusters",)),),
        REDIS,
        ("elasticache:DecreaseReplicaCount",),
    ),
    Mutation(
        "Redis: node removed",
        remove_node,
        (Named(KIND, NAME, ("num_cache_clusters", "automatic_failover", "multi_az")),),
        REDIS,
        ("elasticache:IncreaseReplicaCount", "elasticache:ModifyReplicationGroup"),
    ),
    Mutation(
        "Redis subnet group: subnets",
        change_subnets,
        (Named(SUBNETS, GROUP, ("subnet_ids",)),),
        REDIS,
        ("elasticache:ModifyCacheSubnetGroup",),
    ),
    Mutation(
        "Redis subnet group: description",
        describe_subnets,
        (Named(SUBNETS, GROUP, ("description",)),),
        REDIS,
        ("elasticache:ModifyCacheSubnetGroup",),
    ),
    *(
        Mutation(
            f"{name}: tags",
            partial(retag, kind=kind, name=name),
            (Named(cloudformation, name, TAG_FIELDS),),
            REDIS,
            ("elasticache:AddTagsToResource", "elasticache:RemoveTagsFromResource"),
        )
        for cloudformation, kind, name in (
            (KIND, "replicationgroup", NAME),
            (SUBNETS, "subnetgroup", GROUP),
            (PARAMETER_GROUP, "parametergroup", PARAMETERS),
        )
    ),
    # nothing leads back but a new group
    Mutation(
        "Redis: engine Valkey",
        partial(modify, Engine="valkey", EngineVersion="8.0"),
        (Named(KIND, NAME, ("engine",), REPLACE, "restore the new group from a snapshot"),),
        REDIS,
        (),
    ),
)

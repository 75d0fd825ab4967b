# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Aurora Serverless v2 clusters with their members: the tables of both, how AWS gives them, the versions it offers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.streamflix.content_api.plugins.module_utils import fields, pending, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import CHOSEN, Field, Rows
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import different, unknown
from ansible_collections.streamflix.content_api.plugins.module_utils.rds.rules import postgresql_name, rds_identifier
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import kms_key

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

CLUSTER_MISSING = ("DBClusterNotFoundFault",)
INSTANCE_CLASS = "db.serverless"
LOGS = "enabled_cloudwatch_logs_exports"
PASSWORD = "master_user_password"
PARAMETERS = "db_cluster_parameter_group_name"
PENDING_REBOOT = "pending-reboot"
NO_EXTENDED_SUPPORT = "open-source-rds-extended-support-disabled"
STANDARD = "aurora"
IO_OPTIMIZED = "aurora-iopt1"
HTTP_ENDPOINT = "http_endpoint"


def next_io_optimized(cluster: Mapping[str, Any]) -> str | None:
    """Return when a cluster may change to I/O-Optimized storage again, in ISO 8601; None when it never had it.

    AWS takes that change once in 30 days.
    """
    found = cluster.get("IOOptimizedNextAllowedModificationTime")
    return found.isoformat() if found else None


# Enhanced Monitoring; the options of the cluster say it, as Database Insights wants the same of all members
MONITORING: Rows = {
    "monitoring_interval": Field(
        "int", "MonitoringInterval", made=lambda _options: None, new=0, unset=0, choices=(0, 1, 5, 10, 15, 30, 60)
    ),
    "monitoring_role_arn": Field("str", "MonitoringRoleArn", made=lambda _options: None),
}


def member_group(instance: Mapping[str, Any]) -> str | None:
    """Return the DB parameter group of an instance; None when AWS shows none."""
    return next((one["DBParameterGroupName"] for one in instance.get("DBParameterGroups", ())), None)


MEMBER: Rows = {
    "identifier": Field(aws="DBInstanceIdentifier", always=True, required=True, shown_only=True),
    "arn": Field(read="DBInstanceArn", assigned=True, shown_only=True, new=CHOSEN),
    "status": Field(read="DBInstanceStatus", assigned=True, shown_only=True, new="creating"),
    "instance_class": Field(aws="DBInstanceClass", default=INSTANCE_CLASS, deferred=True, pending="DBInstanceClass"),
    "promotion_tier": Field("int", "PromotionTier", default=1),
    "auto_minor_version_upgrade": Field("bool", "AutoMinorVersionUpgrade", new=True),
    "publicly_accessible": Field("bool", "PubliclyAccessible", default=False, exposes=True),
    "availability_zone": Field(aws="AvailabilityZone", fixed=True, new=CHOSEN),
    "ca_certificate_identifier": Field(
        aws="CACertificateIdentifier",
        choices=("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"),
        new=CHOSEN,
        deferred=True,
        pending="CACertificateIdentifier",
    ),
    # the option of the cluster says it, for all of them
    "db_parameter_group_name": Field(
        aws="DBParameterGroupName", read=member_group, made=lambda _options: None, new=CHOSEN
    ),
    **MONITORING,
    # the cluster tells these
    "is_writer": Field("bool", read="is_writer", assigned=True, shown_only=True),
    "pending_reboot": Field("bool", read="pending_reboot", assigned=True, shown_only=True, new=False),
    "pending": Field("dict", read="pending", assigned=True, new={}),
}
CAPACITY: Rows = {
    "min_capacity": Field("float", "ServerlessV2ScalingConfiguration.MinCapacity"),
    "max_capacity": Field("float", "ServerlessV2ScalingConfiguration.MaxCapacity"),
    "seconds_until_auto_pause": Field("int", "ServerlessV2ScalingConfiguration.SecondsUntilAutoPause"),
}
INSIGHTS: Rows = {
    "database_insights_mode": Field(aws="DatabaseInsightsMode", choices=("standard", "advanced"), new="standard"),
    "performance_insights": Field("bool", "EnablePerformanceInsights", read="PerformanceInsightsEnabled", new=False),
    "performance_insights_retention_period": Field("int", "PerformanceInsightsRetentionPeriod"),
}
FIELDS: Rows = {
    "arn": Field(read="DBClusterArn", assigned=True, shown_only=True, new=CHOSEN),
    "cluster_identifier": Field(aws="DBClusterIdentifier", required=True, shown_only=True, rule=rds_identifier),
    "status": Field(read="Status", assigned=True, shown_only=True, new="creating"),
    "endpoint": Field(read="Endpoint", assigned=True, shown_only=True, new=CHOSEN),
    "reader_endpoint": Field(read="ReaderEndpoint", assigned=True, shown_only=True, new=CHOSEN),
    "engine": Field(
        aws="Engine", fixed=True, choices=("aurora-postgresql", "aurora-mysql"), default="aurora-postgresql"
    ),
    "engine_version": Field(aws="EngineVersion", always=True, new=CHOSEN, deferred=True, pending="EngineVersion"),
    "allow_major_version_upgrade": Field("bool", default=False),
    "database_name": Field(aws="DatabaseName", fixed=True, rule=postgresql_name),
    "port": Field("int", "Port", limits=(1150, 65535)),
    "allow_port_change": Field("bool", default=False),
    "master_username": Field(aws="MasterUsername", fixed=True, new=CHOSEN, rule=postgresql_name),
    # the option is the user's secret; what AWS shows, RDS's own
    "master_user_secret_arn": Field(read="MasterUserSecret.SecretArn", shown_only=True, no_log=False),
    "set_master_password": Field("bool", default=False, no_log=False),
    "manage_master_user_password": Field(
        "bool",
        "ManageMasterUserPassword",
        read=lambda cluster: bool(cluster.get("MasterUserSecret")),
        new=False,
        no_log=False,
    ),
    **CAPACITY,
    "db_subnet_group_name": Field(aws="DBSubnetGroupName", read="DBSubnetGroup", fixed=True, new=CHOSEN),
    "vpc_security_group_ids": Field(
        "list",
        "VpcSecurityGroupIds",
        read=lambda cluster: sorted(item["VpcSecurityGroupId"] for item in cluster.get("VpcSecurityGroups", [])),
        normal=different,
        new=[unknown("sg")],
        exposes=True,
    ),
    "storage_encrypted": Field("bool", "StorageEncrypted", fixed=True, new=CHOSEN),
    "kms_key_id": Field(aws="KmsKeyId", fixed=True, rule=kms_key),
    # AWS leaves it out of the description of a cluster with the standard one
    "storage_type": Field(
        aws="StorageType",
        choices=(STANDARD, IO_OPTIMIZED),
        new=STANDARD,
        unset=STANDARD,
        deferred=True,
        pending="StorageType",
    ),
    "io_optimized_next_allowed_modification_time": Field(read=next_io_optimized, assigned=True, shown_only=True),
    HTTP_ENDPOINT: Field(
        "bool", "EnableHttpEndpoint", read="HttpEndpointEnabled", new=False, unset=False, exposes=True
    ),
    "backup_retention_period": Field(
        "int", "BackupRetentionPeriod", limits=(1, 35), new=1, pending="BackupRetentionPeriod"
    ),
    "preferred_backup_window": Field(aws="PreferredBackupWindow", new=CHOSEN),
    "preferred_maintenance_window": Field(aws="PreferredMaintenanceWindow", normal=str.lower, new=CHOSEN),
    "copy_tags_to_snapshot": Field("bool", "CopyTagsToSnapshot", new=False),
    "deletion_protection": Field("bool", "DeletionProtection", new=False),
    "iam_database_authentication": Field(
        "bool",
        "EnableIAMDatabaseAuthentication",
        read="IAMDatabaseAuthenticationEnabled",
        new=False,
        deferred=True,
        pending="IAMDatabaseAuthenticationEnabled",
        exposes=True,
    ),
    PARAMETERS: Field(aws="DBClusterParameterGroupName", read="DBClusterParameterGroup", new=CHOSEN),
    # what the members show
    "db_instance_parameter_group_name": Field(),
    **fields.options_of({name: replace(row, made=None, new=None, unset=None) for name, row in MONITORING.items()}),
    LOGS: Field(
        "list",
        "EnableCloudwatchLogsExports",
        read=lambda cluster: sorted(cluster.get("EnabledCloudwatchLogsExports", [])),
        normal=different,
        new=[],
    ),
    **INSIGHTS,
    "engine_lifecycle_support": Field(
        aws="EngineLifecycleSupport",
        choices=("open-source-rds-extended-support", NO_EXTENDED_SUPPORT),
        new=NO_EXTENDED_SUPPORT,
    ),
    "apply_immediately": Field("bool", default=True),
    "members": Field("list", read="members", rows=MEMBER, shown_only=True),
    "purge_members": Field("bool", default=True),
    "skip_final_snapshot": Field("bool", default=False),
    "final_snapshot_identifier": Field(),
    "replace": Field("bool", default=False),
    # of a password AWS tells only that it waits
    PASSWORD: Field("bool", assigned=True, pending=lambda values: True if "MasterUserPassword" in values else None),
    "pending": Field("dict", read="pending", assigned=True, new={}),
}


def cluster_pending(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is pending for a cluster: new values of settings, and whether the password changes, without it."""
    values = cluster.get("PendingModifiedValues") or {}
    found = pending.listed(FIELDS, values)
    logs = values.get("PendingCloudwatchLogsExports")
    if logs:
        enabled = {*cluster.get("EnabledCloudwatchLogsExports", []), *logs.get("LogTypesToEnable", [])}
        found[LOGS] = sorted(enabled - set(logs.get("LogTypesToDisable", [])))
    return found


def waits_for_reboot(instance: Mapping[str, Any], of_cluster: str | None) -> bool:
    """Tell whether an instance has parameters that take effect when somebody restarts it.

    :param of_cluster: AWS's word for its state with the parameter group of the cluster.
    """
    own = {one.get("ParameterApplyStatus") for one in instance.get("DBParameterGroups", ())}
    return PENDING_REBOOT in {*own, of_cluster}


def member_from_aws(instance: Mapping[str, Any], listed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return a member as DescribeDBInstances gives it, in the modules' shape.

    :param listed: what the cluster lists of its members, by their identifiers.
    """
    found = fields.described(MEMBER, instance)
    told = listed.get(found["identifier"], {})
    return {
        **found,
        "is_writer": bool(told.get("IsClusterWriter")),
        "pending_reboot": waits_for_reboot(instance, told.get("DBClusterParameterGroupStatus")),
        "pending": pending.listed(MEMBER, instance.get("PendingModifiedValues") or {}),
        "tags": tags.from_list(instance.get("TagList")),
    }


def cluster_from_aws(cluster: Mapping[str, Any], instances: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a cluster as DescribeDBClusters and DescribeDBInstances give it, in the modules' shape.

    :returns: the keys that the modules document, with sets sorted, and C(pending), here and in each member, with what
        waits for the maintenance window.
    """
    listed = {item["DBInstanceIdentifier"]: item for item in cluster.get("DBClusterMembers", [])}
    return {
        **fields.described(FIELDS, cluster),
        "members": sorted((member_from_aws(item, listed) for item in instances), key=lambda item: item["identifier"]),
        "pending": cluster_pending(cluster),
        "tags": tags.from_list(cluster.get("TagList")),
    }


def find_cluster(api: Api, identifier: str) -> dict[str, Any] | None:
    """Return one cluster as DescribeDBClusters gives it, without its members; None when it does not exist.

    :raises AwsError: AWS refuses or is not reached.
    """
    return api.find("describe_db_clusters", "DBClusters", CLUSTER_MISSING, "rds", DBClusterIdentifier=identifier)


def read_cluster(api: Api, identifier: str) -> dict[str, Any] | None:
    """Read one cluster with its members from AWS; None when it does not exist.

    :raises AwsError: AWS refuses or is not reached.
    """
    only_its_own = [{"Name": "db-cluster-id", "Values": [identifier]}]

    def read() -> tuple[dict[str, Any] | None, str]:
        cluster = find_cluster(api, identifier)
        if cluster is None:
            return None, ""
        instances = api.pages("describe_db_instances", "DBInstances", "rds", Filters=only_its_own)
        return cluster_from_aws(cluster, instances), unlisted(cluster, instances)

    return api.agreed("describe_db_instances", "rds", read)


def unlisted(cluster: Mapping[str, Any], instances: Iterable[Mapping[str, Any]]) -> str:
    """Return in words which members of a cluster are not among the instances that AWS lists; empty when all are.

    :param cluster: as DescribeDBClusters gives it.
    """
    members = {item["DBInstanceIdentifier"] for item in cluster.get("DBClusterMembers", [])}
    missing = sorted(members - {item["DBInstanceIdentifier"] for item in instances})
    return f"{', '.join(missing)}, which the cluster has as a member" if missing else ""


def read_clusters(api: Api, wanted_tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read all Serverless v2 clusters of the region that have all the given tags, sorted by identifier.

    :raises AwsError: AWS refuses or is not reached.
    """

    def read() -> tuple[list[dict[str, Any]], str]:
        members: dict[str, list[Mapping[str, Any]]] = {}
        for instance in api.pages("describe_db_instances", "DBInstances"):
            members.setdefault(instance.get("DBClusterIdentifier", ""), []).append(instance)
        found, lacks = [], ""
        for cluster in api.pages("describe_db_clusters", "DBClusters"):
            its_tags = tags.from_list(cluster.get("TagList"))
            if cluster.get("ServerlessV2ScalingConfiguration") and wanted_tags.items() <= its_tags.items():
                its_own = members.get(cluster["DBClusterIdentifier"], [])
                found.append(cluster_from_aws(cluster, its_own))
                lacks = lacks or unlisted(cluster, its_own)
        return sorted(found, key=lambda item: item["cluster_identifier"]), lacks

    return api.agreed("describe_db_instances", "rds", read)


def numbers(version: str) -> tuple[int, ...]:
    """Return a version in a form that sorts: 15.9 before 15.10."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def major(engine: str, version: str) -> tuple[int, ...]:
    """Return the major version, a change of which AWS makes only with AllowMajorVersionUpgrade.

    It is 15 of Aurora PostgreSQL 15.17, and 8.0 or 8.4 of Aurora MySQL: 8.0.mysql_aurora.3.08.0, 8.4.7.
    """
    return numbers(version)[: 2 if engine == "aurora-mysql" else 1]


def is_version(version: str, wanted: str) -> bool:
    """Tell whether a full version is the wanted one, which may be only its beginning: 15.17 is 15, 15.1 is not."""
    return version == wanted or version.startswith(f"{wanted}.")


@dataclass(frozen=True)
class Offer:
    """An engine version that AWS offers in the region.

    :ivar version: in full, such as C(15.17).
    :ivar min_capacity: the smallest capacity of Serverless v2 in it; 0 means that it can pause.
    :ivar max_capacity: the largest.
    :ivar targets: the versions that it can be upgraded to in place.
    """

    version: str
    min_capacity: float
    max_capacity: float
    targets: frozenset[str] = field(default_factory=frozenset)


def offers_from_aws(versions: Iterable[Mapping[str, Any]]) -> list[Offer]:
    """Return those entries of DescribeDBEngineVersions in which Serverless v2 runs, oldest first."""
    found = []
    for entry in versions:
        support = entry.get("ServerlessV2FeaturesSupport")
        if not support or entry.get("Status", "available") != "available":
            continue
        targets = frozenset(item["EngineVersion"] for item in entry.get("ValidUpgradeTarget", []))
        found.append(Offer(entry["EngineVersion"], support["MinCapacity"], support["MaxCapacity"], targets))
    return sorted(found, key=lambda offer: numbers(offer.version))


def newest(offers: Sequence[Offer], wanted: str) -> Offer | None:
    """Return the newest offer that is the wanted version or starts with it; None when there is none.

    Variants such as C(16.6-limitless) are only found by their full name.
    """
    matching = [
        offer for offer in offers if is_version(offer.version, wanted) and ("-" not in offer.version or "-" in wanted)
    ]
    return matching[-1] if matching else None

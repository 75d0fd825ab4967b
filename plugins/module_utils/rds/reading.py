# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Aurora Serverless v2 clusters with their members: how AWS gives them, and the versions it offers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.streamflix.content_api.plugins.module_utils import tags

if TYPE_CHECKING:
    from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api

CLUSTER_MISSING = ("DBClusterNotFoundFault",)
INSTANCE_CLASS = "db.serverless"

# our names of the settings that are one value in AWS's reply too
CLUSTER_FIELDS = {
    "arn": "DBClusterArn",
    "cluster_identifier": "DBClusterIdentifier",
    "status": "Status",
    "endpoint": "Endpoint",
    "reader_endpoint": "ReaderEndpoint",
    "port": "Port",
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "database_name": "DatabaseName",
    "master_username": "MasterUsername",
    "db_subnet_group_name": "DBSubnetGroup",
    "storage_encrypted": "StorageEncrypted",
    "kms_key_id": "KmsKeyId",
    "backup_retention_period": "BackupRetentionPeriod",
    "preferred_backup_window": "PreferredBackupWindow",
    "preferred_maintenance_window": "PreferredMaintenanceWindow",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "deletion_protection": "DeletionProtection",
    "iam_database_authentication": "IAMDatabaseAuthenticationEnabled",
    "db_cluster_parameter_group_name": "DBClusterParameterGroup",
    "database_insights_mode": "DatabaseInsightsMode",
    "performance_insights": "PerformanceInsightsEnabled",
    "performance_insights_retention_period": "PerformanceInsightsRetentionPeriod",
    "engine_lifecycle_support": "EngineLifecycleSupport",
}
CAPACITY_FIELDS = {
    "min_capacity": "MinCapacity",
    "max_capacity": "MaxCapacity",
    "seconds_until_auto_pause": "SecondsUntilAutoPause",
}
MEMBER_FIELDS = {
    "identifier": "DBInstanceIdentifier",
    "arn": "DBInstanceArn",
    "status": "DBInstanceStatus",
    "instance_class": "DBInstanceClass",
    "promotion_tier": "PromotionTier",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "publicly_accessible": "PubliclyAccessible",
    "availability_zone": "AvailabilityZone",
}
LOGS = "enabled_cloudwatch_logs_exports"
PASSWORD = "master_user_password"
# what AWS lists as pending, until the maintenance window or for a moment, under our names
PENDING_FIELDS = {
    "engine_version": "EngineVersion",
    "backup_retention_period": "BackupRetentionPeriod",
    "iam_database_authentication": "IAMDatabaseAuthenticationEnabled",
}
MEMBER_PENDING_FIELDS = {"instance_class": "DBInstanceClass"}


def pending_from_aws(resource: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return those of PendingModifiedValues of a cluster or an instance that have a name of ours."""
    pending = resource.get("PendingModifiedValues") or {}
    return {ours: pending[theirs] for ours, theirs in names.items() if theirs in pending}


def cluster_pending_from_aws(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is pending for a cluster: what each setting becomes, and that a password is, without it."""
    pending = cluster.get("PendingModifiedValues") or {}
    found = pending_from_aws(cluster, PENDING_FIELDS)
    if "MasterUserPassword" in pending:
        found[PASSWORD] = True
    logs = pending.get("PendingCloudwatchLogsExports")
    if logs:
        enabled = {*cluster.get("EnabledCloudwatchLogsExports", []), *logs.get("LogTypesToEnable", [])}
        found[LOGS] = sorted(enabled - set(logs.get("LogTypesToDisable", [])))
    return found


def member_from_aws(instance: Mapping[str, Any], writers: Iterable[str]) -> dict[str, Any]:
    """Return a member as DescribeDBInstances gives it, in the modules' shape.

    :param writers: the identifiers that the cluster lists as its writer.
    """
    found = {ours: instance.get(theirs) for ours, theirs in MEMBER_FIELDS.items()}
    found["identifier"] = instance["DBInstanceIdentifier"]
    found["is_writer"] = found["identifier"] in set(writers)
    found["pending"] = pending_from_aws(instance, MEMBER_PENDING_FIELDS)
    found["tags"] = tags.from_list(instance.get("TagList"))
    return found


def cluster_from_aws(cluster: Mapping[str, Any], instances: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a cluster as DescribeDBClusters and DescribeDBInstances give it, in the modules' shape.

    :returns: the keys that the modules document, with sets sorted, and C(pending), here and in each member, with what
        waits for the maintenance window.
    """
    writers = [item["DBInstanceIdentifier"] for item in cluster.get("DBClusterMembers", []) if item["IsClusterWriter"]]
    scaling = cluster.get("ServerlessV2ScalingConfiguration") or {}
    return {
        **{ours: cluster.get(theirs) for ours, theirs in CLUSTER_FIELDS.items()},
        "engine_version": cluster["EngineVersion"],
        **{ours: scaling.get(theirs) for ours, theirs in CAPACITY_FIELDS.items()},
        "master_user_secret_arn": (cluster.get("MasterUserSecret") or {}).get("SecretArn"),
        "manage_master_user_password": bool(cluster.get("MasterUserSecret")),
        "vpc_security_group_ids": sorted(item["VpcSecurityGroupId"] for item in cluster.get("VpcSecurityGroups", [])),
        LOGS: sorted(cluster.get("EnabledCloudwatchLogsExports", [])),
        "members": sorted((member_from_aws(item, writers) for item in instances), key=lambda item: item["identifier"]),
        "pending": cluster_pending_from_aws(cluster),
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

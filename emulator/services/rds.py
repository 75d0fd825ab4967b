"""RDS: Aurora Serverless v2 as AWS gives it back, and what AWS refuses about it."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import ec2_backends
from moto.rds import exceptions
from moto.rds.models import DBCluster, DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

from emulator import durations, interfaces
from emulator.clock import clock
from emulator.patching import add, wrap
from emulator.services import logs
from emulator.transitions import becomes_available, disappears, passes_through

POSTGRESQL, MYSQL = "aurora-postgresql", "aurora-mysql"
SERVERLESS_CLASS = "db.serverless"
# What DescribeDBEngineVersions lists, and the smallest and largest capacity of Serverless v2 in each (Aurora User
# Guide, "Aurora Serverless v2 capacity"). AWS drops minor versions about a year after they appear, so the list of the
# day is longer and other.
OFFERED: dict[str, dict[str, tuple[float, float]]] = {
    POSTGRESQL: {
        "14.20": (0.0, 256.0),
        "14.22": (0.0, 256.0),
        "15.15": (0.0, 256.0),
        "15.17": (0.0, 256.0),
        "16.6": (0.0, 256.0),
        "16.11": (0.0, 256.0),
        "16.13": (0.0, 256.0),
        "17.7": (0.0, 256.0),
        "17.9": (0.0, 256.0),
    },
    MYSQL: {
        "8.0.mysql_aurora.3.04.4": (0.5, 128.0),
        "8.0.mysql_aurora.3.08.2": (0.0, 256.0),
        "8.0.mysql_aurora.3.10.1": (0.0, 256.0),
    },
}
DEFAULT_VERSIONS = {POSTGRESQL: "16.11", MYSQL: "8.0.mysql_aurora.3.08.2"}
DESCRIPTIONS = {
    POSTGRESQL: ("Aurora (PostgreSQL)", "Aurora PostgreSQL (compatible with PostgreSQL {})"),
    MYSQL: ("Aurora MySQL", "Aurora MySQL ({})"),
}
LOG_TYPES = {
    POSTGRESQL: ["iam-db-auth-error", "instance", "postgresql"],
    MYSQL: ["audit", "error", "general", "iam-db-auth-error", "instance", "slowquery"],
}
# Aurora User Guide, "Using SSL/TLS to encrypt a connection": the authority of new instances, and the end of its root
CERTIFICATE, CERTIFICATE_END = "rds-ca-rsa2048-g1", datetime(2061, 5, 25, 22, 34, 57, tzinfo=UTC)
EXTENDED_SUPPORT = "open-source-rds-extended-support"
DEFAULT_AUTO_PAUSE_SECONDS = 300
BUILT_IN_SUBNET_GROUP = "default"
DEFERRABLE = {
    "engine_version": ("engine_version", "EngineVersion"),
    "enable_iam_database_authentication": ("iam_auth", "IAMDatabaseAuthenticationEnabled"),
}
MEMBER_DEFERRABLE = {"db_instance_class": ("db_instance_class", "DBInstanceClass")}


def numbers(version: str) -> tuple[int, ...]:
    """Return a version in a form that sorts: 15.9 before 15.10."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def major_of(engine: str, version: str) -> str:
    """Return the major version: C(15) of Aurora PostgreSQL 15.17, C(8.0) of Aurora MySQL 8.0.mysql_aurora.3.08.2."""
    return ".".join(version.split(".")[: 2 if engine == MYSQL else 1])


def family_of(engine: str, version: str) -> str:
    """Return the family of the parameter groups that a version takes, such as C(aurora-postgresql15)."""
    return engine + major_of(engine, version)


def engine_version(engine: str, version: str) -> dict[str, Any]:
    """Return one entry of DescribeDBEngineVersions."""
    major = major_of(engine, version)
    smallest, largest = OFFERED[engine][version]
    targets = [other for other in OFFERED[engine] if numbers(other) > numbers(version)]
    product, words = DESCRIPTIONS[engine]
    return {
        "Engine": engine,
        "MajorEngineVersion": major,
        "EngineVersion": version,
        "DBParameterGroupFamily": family_of(engine, version),
        "DBEngineDescription": product,
        "DBEngineVersionDescription": words.format(version),
        "SupportedEngineModes": ["provisioned"],
        "ExportableLogTypes": LOG_TYPES[engine],
        "SupportsLogExportsToCloudwatchLogs": True,
        "Status": "available",
        "ServerlessV2FeaturesSupport": {"MinCapacity": smallest, "MaxCapacity": largest},
        "ValidUpgradeTarget": [
            {
                "Engine": engine,
                "EngineVersion": other,
                "AutoUpgrade": False,
                "IsMajorVersionUpgrade": major_of(engine, other) != major,
            }
            for other in targets
        ],
    }


def capacity_problem(scaling: dict[str, Any]) -> str:
    """Return what AWS refuses in a ServerlessV2ScalingConfiguration, by its words; empty when nothing."""
    smallest, largest = scaling.get("min_capacity"), scaling.get("max_capacity")
    if smallest is None or largest is None:
        return "MinCapacity and MaxCapacity must both be specified."
    if any(value * 2 != int(value * 2) for value in (smallest, largest)):
        return "Aurora Serverless v2 capacity must be specified in half-step increments."
    if not (0 <= smallest <= largest and 1 <= largest <= 256):
        return f"Aurora Serverless v2 capacity {smallest} to {largest} is out of range."
    pause = scaling.get("seconds_until_auto_pause")
    if pause is not None and smallest > 0:
        return "SecondsUntilAutoPause can only be specified with a minimum capacity of 0."
    if pause is not None and not 300 <= pause <= 86400:
        return "SecondsUntilAutoPause must be between 300 and 86400."
    return ""


def insights_problem(wanted: dict[str, Any]) -> str:
    """Return what AWS refuses in the Database Insights settings; empty when nothing."""
    if wanted.get("database_insights_mode") != "advanced":
        return ""
    if not wanted.get("enable_performance_insights") or wanted.get("performance_insights_retention_period", 0) < 465:
        return "Advanced Database Insights needs Performance Insights with a retention period of 465 days or more."
    return ""


def note_settings(cluster: Any, wanted: dict[str, Any]) -> None:
    """Keep those settings that moto takes and does not give back, where it reads its replies from."""
    for asked, shown in {
        "database_insights_mode": "database_insights_mode",
        "engine_lifecycle_support": "engine_lifecycle_support",
        "enable_performance_insights": "performance_insights_enabled",
        "performance_insights_retention_period": "performance_insights_retention_period",
        "enable_iam_database_authentication": "iam_auth",
    }.items():
        if wanted.get(asked) is not None:
            setattr(cluster, shown, wanted[asked])
    if not getattr(cluster, "performance_insights_enabled", False):
        cluster.performance_insights_retention_period = None
    scaling = cluster.serverless_v2_scaling_configuration
    if scaling and scaling.get("min_capacity") == 0:
        scaling.setdefault("seconds_until_auto_pause", DEFAULT_AUTO_PAUSE_SECONDS)


def follow_insights(cluster: Any) -> None:
    """Let the members of a cluster have its Performance Insights, as AWS does; where off, they say so."""
    for member in cluster._members:
        member.performance_insights_enabled = cluster.performance_insights_enabled
        member.performance_insights_retention_period = cluster.performance_insights_retention_period


def put_interfaces(backend: Any, cluster: Any) -> None:
    """Give each member of a cluster its network interface, in the cluster's security groups."""
    group = backend.subnet_groups.get(cluster.db_subnet_group_name)
    subnets = [subnet.id for subnet in group._subnets] if group is not None else []
    for member in cluster._members:
        subnet = interfaces.first_subnet(network_of(backend), subnets, member.availability_zone)
        groups = cluster.vpc_security_group_ids or []
        interfaces.put(network_of(backend), member.arn, subnet, groups, "RDSNetworkInterface")


def network_of(backend: Any) -> Any:
    """Return the EC2 of a backend's account and region."""
    return ec2_backends[backend.account_id][backend.region_name]


def default_key(backend: Any) -> str:
    """Return the ARN of the key that AWS encrypts with when none is named (C(aws/rds))."""
    return f"arn:{backend.partition}:kms:{backend.region_name}:{backend.account_id}:key/aws-rds-default"


def emptiest_zone(backend: Any, cluster: Any) -> str | None:
    """Return the availability zone for a new member: AWS spreads them over those of the subnet group."""
    group = backend.subnet_groups.get(cluster.db_subnet_group_name)
    if group is None:
        return None
    taken = Counter(member.availability_zone for member in cluster._members)
    zones = [subnet["SubnetAvailabilityZone"]["Name"] for subnet in group.subnets]
    return min(zones, key=lambda zone: taken[zone])


def check_creation(backend: Any, wanted: dict[str, Any]) -> None:
    """Refuse what CreateDBCluster refuses.

    :raises RDSClientError: the name is taken, or the version, subnet group or settings are not possible.
    """
    name, version = wanted["db_cluster_identifier"], wanted.get("engine_version")
    if name in backend.clusters:
        raise exceptions.RDSClientError("DBClusterAlreadyExistsFault", f"DB Cluster {name} already exists")
    engine = wanted["engine"]
    if engine in OFFERED and version and version not in OFFERED[engine]:
        raise exceptions.InvalidParameterCombination(f"Cannot find version {version} for {engine}")
    if engine in OFFERED:
        named = wanted.get("db_cluster_parameter_group_name")
        check_parameter_group(backend, named, engine, version or DEFAULT_VERSIONS[engine])
    group = wanted.get("db_subnet_group_name")
    if group and group != BUILT_IN_SUBNET_GROUP and group not in backend.subnet_groups:
        raise exceptions.RDSClientError("DBSubnetGroupNotFoundFault", f"DB subnet group '{group}' does not exist.")
    if wanted.get("manage_master_user_password") and wanted.get("master_user_password"):
        raise exceptions.InvalidParameterCombination(
            "You can't specify MasterUserPassword for a cluster that manages it in Secrets Manager."
        )
    check_password(wanted)
    check_settings(wanted)


def check_password(wanted: dict[str, Any]) -> None:
    """Refuse a master user's password that AWS refuses.

    :raises InvalidParameterValue: it has the wrong length or characters; without the password.
    """
    password = wanted.get("master_user_password")
    if password is None:
        return
    if not 8 <= len(password) <= 41:
        raise exceptions.InvalidParameterValue("The parameter MasterUserPassword must have 8 to 41 characters.")
    if not re.fullmatch(r"[!-~]+", password) or set(password) & set('/@"'):
        raise exceptions.InvalidParameterValue(
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides "
            "'/', '@', '\"', ' ' may be used."
        )


def check_parameter_group(backend: Any, name: str | None, engine: str, version: str) -> None:
    """Refuse a cluster parameter group that does not exist, or is of another family than a version takes.

    :raises RDSClientError: C(DBClusterParameterGroupNotFound) or C(InvalidParameterCombination).
    """
    if not name:
        return
    wanted = family_of(engine, version)
    own = {f"default.{family_of(kind, item)}": family_of(kind, item) for kind in OFFERED for item in OFFERED[kind]}
    made = {key: group.db_parameter_group_family for key, group in backend.db_cluster_parameter_groups.items()}
    family = {**made, **own}.get(name.lower())
    if family is None:
        raise exceptions.RDSClientError("DBClusterParameterGroupNotFound", f"DBClusterParameterGroup not found: {name}")
    if family != wanted:
        raise exceptions.InvalidParameterCombination(
            f"The Parameter Group {name} with DBParameterGroupFamily {family} can't be used for this instance. "
            f"Please use a Parameter Group with DBParameterGroupFamily {wanted}"
        )


def check_settings(wanted: dict[str, Any]) -> None:
    """Refuse capacities and Database Insights settings that AWS refuses.

    :raises InvalidParameterCombination: says which.
    """
    scaling = wanted.get("serverless_v2_scaling_configuration")
    problem = (capacity_problem(scaling) if scaling else "") or insights_problem(wanted)
    if problem:
        raise exceptions.InvalidParameterCombination(problem)


def check_upgrade(cluster: Any, wanted: dict[str, Any]) -> None:
    """Refuse a version that AWS does not go to from the present one.

    :raises InvalidParameterCombination: says why.
    """
    version = wanted.get("engine_version") or cluster.engine_version
    engine = cluster.engine
    if engine not in OFFERED or version == cluster.engine_version:
        return
    if version not in OFFERED[engine] or numbers(version) < numbers(cluster.engine_version):
        raise exceptions.InvalidParameterCombination(
            f"Cannot upgrade {engine} from {cluster.engine_version} to {version}"
        )
    is_major = major_of(engine, version) != major_of(engine, cluster.engine_version)
    if is_major and not wanted.get("allow_major_version_upgrade"):
        raise exceptions.InvalidParameterCombination(
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        )


def check_parameters(backend: Any, cluster: Any, wanted: dict[str, Any]) -> None:
    """Refuse a parameter group that the cluster's version, or the one that it goes to, does not take."""
    if cluster.engine not in OFFERED:
        return
    version = wanted.get("engine_version") or cluster.engine_version
    moves = family_of(cluster.engine, version) != family_of(cluster.engine, cluster.engine_version)
    present = cluster.parameter_group
    # a group of the default parameters follows its version; one of others has to be told which
    kept = present if moves and not present.startswith("default.") else None
    named = wanted.get("db_cluster_parameter_group_name") or kept
    check_parameter_group(backend, named, cluster.engine, version)


def check_member(cluster: Any, wanted: dict[str, Any]) -> None:
    """Refuse what CreateDBInstance refuses for a member of a cluster.

    :raises RDSClientError: its tier is out of range, or its cluster has no Serverless v2 capacity.
    """
    if not 0 <= wanted.get("promotion_tier", 1) <= 15:
        raise exceptions.InvalidParameterValue("PromotionTier must be between 0 and 15.")
    if wanted["db_instance_class"] == SERVERLESS_CLASS and not cluster.serverless_v2_scaling_configuration:
        raise exceptions.InvalidParameterCombination(
            "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a "
            "Serverless v2 DB instance."
        )


def fill_defaults(backend: Any, wanted: dict[str, Any]) -> None:
    """Put AWS's own values in the place of what a new cluster leaves open."""
    engine = wanted["engine"]
    if engine in OFFERED:
        wanted.setdefault("engine_version", DEFAULT_VERSIONS[engine])
        wanted.setdefault("db_cluster_parameter_group_name", f"default.{family_of(engine, wanted['engine_version'])}")
        wanted.setdefault("storage_type", "aurora")
        wanted.setdefault("allocated_storage", 1)
    if wanted.get("storage_encrypted"):
        wanted.setdefault("kms_key_id", default_key(backend))


def defer(resource: Any, wanted: dict[str, Any], deferrable: dict[str, tuple[str, str]]) -> None:
    """Keep some settings for the maintenance window, listed as pending, unless they are to be applied at once.

    What is sent again is no longer pending: it is applied now, or taken back when it is the present value.

    :param deferrable: parameters, each with the attribute that has the present value, and AWS's name of it.
    """
    pending = dict(getattr(resource, "pending_modified_values", None) or {})
    for parameter, (attribute, shown) in deferrable.items():
        if wanted.get(parameter) is None:
            continue
        pending.pop(shown, None)
        if not wanted.get("apply_immediately") and wanted[parameter] != getattr(resource, attribute, None):
            pending[shown] = wanted.pop(parameter)
    resource.pending_modified_values = pending or None


def follow_version(cluster: Any, wanted: dict[str, Any]) -> None:
    """Change a default parameter group with the major version."""
    version = wanted.get("engine_version")
    is_default = cluster.parameter_group.startswith(f"default.{cluster.engine}")
    if version and is_default and "db_cluster_parameter_group_name" not in wanted:
        cluster.parameter_group = f"default.{family_of(cluster.engine, version)}"


def describe_db_engine_versions(self: RDSResponse) -> ActionResult:
    """Answer DescribeDBEngineVersions, which moto lacks."""
    engine, version = self.params.get("Engine"), self.params.get("EngineVersion")
    found = [(kind, item) for kind in OFFERED for item in OFFERED[kind] if engine in (None, kind)]
    if version:
        found = [pair for pair in found if pair[1] == version or pair[1].startswith(f"{version}.")]
    if self.params.get("DefaultOnly"):
        found = [pair for pair in found if pair[1] == DEFAULT_VERSIONS[pair[0]]]
    return ActionResult({"DBEngineVersions": [engine_version(*pair) for pair in found]})


def cluster_status(cluster: Any) -> str:
    """Return a cluster's status: with a timescale it is C(creating) until its time has come, not until it is read."""
    present: str = cluster._status
    if present == "creating" and not clock.runs:
        cluster._status = "available"
    return present


def instance_endpoint(instance: Any) -> dict[str, Any] | None:
    """Return an instance's endpoint, which AWS does not show while it creates the instance."""
    return None if instance.status == "creating" else {"Address": instance.address, "Port": instance.port}


def check_cluster_idle(cluster: Any) -> None:
    """Refuse to change a cluster that is not available.

    :raises InvalidDBClusterStateFault: says its status.
    """
    if clock.runs and cluster.status != "available":
        raise exceptions.InvalidDBClusterStateFault(
            f"DB cluster is not available for modification with status {cluster.status}"
        )


def check_cluster_grows(cluster: Any) -> None:
    """Refuse a new member while the cluster is upgraded or removed; one that is being created takes it.

    :raises InvalidDBClusterStateFault: says the status.
    """
    if clock.runs and cluster.status in ("deleting", "upgrading"):
        raise exceptions.InvalidDBClusterStateFault(
            f"DbCluster {cluster.db_cluster_identifier} is in {cluster.status} state"
        )


def check_cluster_deletable(cluster: Any, snapshot_name: str | None) -> None:
    """Refuse to delete a cluster that is deleting, keeps a member, or can't be backed up before.

    :raises InvalidDBClusterStateFault: says why.
    """
    name = cluster.db_cluster_identifier
    if cluster.status == "deleting":
        raise exceptions.InvalidDBClusterStateFault(f"DbCluster {name} is already being deleted.")
    if snapshot_name and cluster.status != "available":
        raise exceptions.InvalidDBClusterStateFault(
            f"Can't create a snapshot because the database cluster {name} isn't currently in the available state."
        )
    if any(member.status != "deleting" for member in cluster._members):
        raise exceptions.DBClusterToBeDeletedHasActiveMembers


def check_instance(instance: Any, deletion: bool) -> None:
    """Refuse to change an instance that is not available, and to delete one twice.

    :raises RDSClientError: C(InvalidDBInstanceState).
    """
    if not clock.runs:
        return
    name = instance.db_instance_identifier
    if deletion and instance.status == "deleting":
        raise exceptions.RDSClientError("InvalidDBInstanceState", f"Instance {name} is already being deleted.")
    if not deletion and instance.status != "available":
        raise exceptions.RDSClientError("InvalidDBInstanceState", "Database instance is not in available state.")


def upgrade_later(cluster: Any, wanted: dict[str, Any]) -> bool:
    """Take a new version out of a request, and put it in force when AWS is done with the upgrade.

    :returns: whether there is one; without a timescale never.
    """
    version = wanted.get("engine_version")
    if not clock.runs or version in (None, cluster.engine_version):
        return False
    del wanted["engine_version"]
    cluster.pending_modified_values = {**(cluster.pending_modified_values or {}), "EngineVersion": version}

    def finish() -> None:
        cluster.engine_version = version
        follow_version(cluster, {"engine_version": version})
        pending = {key: value for key, value in cluster.pending_modified_values.items() if key != "EngineVersion"}
        cluster.pending_modified_values = pending or None

    clock.later(durations.DATABASE_CHANGE_SEEN.seconds + durations.CLUSTER_UPGRADE.seconds, finish)
    return True


def show_change(cluster: Any, upgrades: bool) -> None:
    """Let a cluster be C(modifying), or with its members C(upgrading), for some time."""
    seen = durations.DATABASE_CHANGE_SEEN
    if not upgrades:
        passes_through(cluster, "modifying", seen, durations.CLUSTER_CHANGE)
        return
    for record in (cluster, *cluster._members):
        passes_through(record, "upgrading", seen, durations.CLUSTER_UPGRADE)


@contextlib.contextmanager
def leaving_out_members(backend: Any, cluster: Any) -> Iterator[None]:
    """Hide the members of a cluster that are being deleted: AWS deletes a cluster beside them, moto only after them."""
    hidden = {member.db_instance_identifier: member for member in cluster._members} if clock.runs and cluster else {}
    for name in hidden:
        del backend.databases[name]
    try:
        yield
    finally:
        backend.databases.update(hidden)


def end_with_members(backend: Any, cluster: Any) -> None:
    """Take a deleting cluster away some time after its last member."""
    if cluster._members:
        clock.later(durations.CLUSTER_DELETION_LOOK.seconds, partial(end_with_members, backend, cluster))
    else:
        disappears(backend.clusters, cluster.db_cluster_identifier, durations.CLUSTER_DELETION)


def install() -> None:
    """Patch moto's RDS."""
    add(RDSResponse, "describe_db_engine_versions", describe_db_engine_versions)
    cluster_class: Any = DBCluster
    cluster_class.status = property(cluster_status, cluster_class.status.fset)
    instance_class: Any = DBInstance
    instance_class.endpoint = property(instance_endpoint)
    install_create()
    install_modify()
    install_delete()
    install_instance_delete()
    install_subnet_groups()


def install_create() -> None:
    """Patch the creation of a cluster and of its members."""

    @wrap(RDSBackend, "create_db_cluster")
    def create_db_cluster(original: Any, self: Any, kwargs: dict[str, Any]) -> Any:
        """Refuse what AWS refuses, and give back every setting, defaults included."""
        check_creation(self, kwargs)
        fill_defaults(self, kwargs)
        cluster = original(self, kwargs)
        if not cluster.storage_encrypted:
            cluster.kms_key_id = None
        cluster.preferred_maintenance_window = cluster.preferred_maintenance_window.lower()
        cluster.database_insights_mode = "standard"
        cluster.engine_lifecycle_support = EXTENDED_SUPPORT
        cluster.performance_insights_enabled = False
        note_settings(cluster, kwargs)
        if clock.runs:
            becomes_available(cluster, durations.CLUSTER_CREATION)
        return cluster

    @wrap(RDSBackend, "create_db_instance")
    def create_db_instance(original: Any, self: Any, db_kwargs: dict[str, Any]) -> Any:
        """Give a member its cluster's subnet group and port, and spread members over the zones, as AWS does."""
        cluster = self.clusters.get(db_kwargs.get("db_cluster_identifier") or "")
        if cluster is None:
            return original(self, db_kwargs)
        check_member(cluster, db_kwargs)
        check_cluster_grows(cluster)
        zone = emptiest_zone(self, cluster)
        if zone:
            db_kwargs.setdefault("availability_zone", zone)
        db_kwargs.setdefault("publicly_accessible", False)
        member = original(self, db_kwargs)
        if cluster.db_subnet_group_name in self.subnet_groups:
            member.db_subnet_group_name = cluster.db_subnet_group_name
        member.port = cluster.port
        member.ca_certificate_identifier = CERTIFICATE
        member.certificate_details = {"ca_identifier": CERTIFICATE, "valid_till": CERTIFICATE_END}
        follow_insights(cluster)
        put_interfaces(self, cluster)
        member.dbi_resource_id = f"db-{hashlib.sha256(member.arn.encode()).hexdigest()[:26].upper()}"
        if clock.runs:
            member.status = "creating"
            becomes_available(member, durations.INSTANCE_CREATION)
        return member


def install_modify() -> None:
    """Patch ModifyDBCluster and ModifyDBInstance."""

    @wrap(RDSBackend, "modify_db_instance")
    def modify_db_instance(original: Any, self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
        """Keep a new class for the maintenance window; a change at once takes what is pending with it, as on AWS."""
        member = self.databases.get(db_instance_identifier)
        pending = getattr(member, "pending_modified_values", None) or {}
        if db_kwargs.get("apply_immediately") and "DBInstanceClass" in pending:
            db_kwargs.setdefault("db_instance_class", pending["DBInstanceClass"])
        if member is not None:
            check_instance(member, deletion=False)
            defer(member, db_kwargs, MEMBER_DEFERRABLE)
        instance = original(self, db_instance_identifier, db_kwargs)
        passes_through(instance, "modifying", durations.DATABASE_CHANGE_SEEN, durations.INSTANCE_CHANGE)
        return instance

    @wrap(RDSBackend, "modify_db_cluster")
    def modify_db_cluster(original: Any, self: Any, kwargs: dict[str, Any]) -> Any:
        """Name an unknown cluster in an error, check the new settings, and give all of them back."""
        cluster = self.clusters.get(kwargs["db_cluster_identifier"])
        if cluster is None:
            raise exceptions.DBClusterNotFoundError(kwargs["db_cluster_identifier"])
        check_cluster_idle(cluster)
        check_settings(kwargs)
        check_upgrade(cluster, kwargs)
        check_parameters(self, cluster, kwargs)
        check_password(kwargs)
        defer(cluster, kwargs, DEFERRABLE)
        upgrades = upgrade_later(cluster, kwargs)
        # moto looks for the creation's parameter name here
        exports = kwargs.pop("cloudwatch_logs_export_configuration", None) or {}
        result = original(self, kwargs)
        exported = {*cluster.enabled_cloudwatch_logs_exports, *exports.get("EnableLogTypes", [])}
        cluster.enabled_cloudwatch_logs_exports = sorted(exported - set(exports.get("DisableLogTypes", [])))
        follow_version(cluster, kwargs)
        cluster.preferred_maintenance_window = cluster.preferred_maintenance_window.lower()
        note_settings(cluster, kwargs)
        follow_insights(cluster)
        put_interfaces(self, cluster)
        show_change(cluster, upgrades)
        return result


def install_delete() -> None:
    """Patch DeleteDBCluster."""

    @wrap(RDSResponse, "delete_db_cluster")
    def delete_db_cluster_request(original: Any, self: Any) -> Any:
        """Want either a final snapshot's name or the word to do without, as AWS does."""
        skip, name = self.params.get("SkipFinalSnapshot"), self.params.get("FinalDBSnapshotIdentifier")
        if bool(skip) == bool(name):
            raise exceptions.InvalidParameterCombination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified, and excludes it."
            )
        return original(self)

    @wrap(RDSBackend, "delete_db_cluster")
    def delete_db_cluster(original: Any, self: Any, cluster_identifier: str, snapshot_name: str | None = None) -> Any:
        """Remove the automated snapshots too, and give the final one the cluster's tags, if it copies them."""
        present = self.clusters.get(cluster_identifier)
        if clock.runs and present is not None:
            check_cluster_deletable(present, snapshot_name)
        with leaving_out_members(self, present):
            cluster = original(self, cluster_identifier, snapshot_name)
        automated = [
            name
            for name, snapshot in self.cluster_snapshots.items()
            if snapshot.snapshot_type == "automated"
            and snapshot.cluster.db_cluster_identifier == cluster.db_cluster_identifier
        ]
        for name in automated:
            self.cluster_snapshots.pop(name)
        if snapshot_name and cluster.copy_tags_to_snapshot:
            self.cluster_snapshots[snapshot_name].add_tags(cluster.tags)
        if clock.runs:
            cluster.status = "deleting"
            self.clusters[cluster_identifier] = cluster
            end_with_members(self, cluster)
        return cluster


def install_instance_delete() -> None:
    """Patch DeleteDBInstance."""

    @wrap(RDSBackend, "delete_db_instance")
    def delete_db_instance(original: Any, self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
        """Keep the instance as C(deleting) until its time has come."""
        present = self.databases.get(db_instance_identifier)
        if present is not None:
            check_instance(present, deletion=True)
        logs.write(self.region_name)
        instance = original(self, db_instance_identifier, *args, **kwargs)
        leave = partial(interfaces.remove, network_of(self), instance.arn)
        if clock.runs:
            self.databases[db_instance_identifier] = instance
            disappears(self.databases, db_instance_identifier, durations.INSTANCE_DELETION, leave)
        else:
            leave()
        return instance


def install_subnet_groups() -> None:
    """Patch the creation and the removal of subnet groups."""

    @wrap(RDSBackend, "create_subnet_group")
    def create_subnet_group(original: Any, self: Any, subnet_name: str, *args: Any) -> Any:
        """Refuse a name that is taken, as AWS does."""
        if subnet_name in self.subnet_groups:
            raise exceptions.RDSClientError(
                "DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists."
            )
        return original(self, subnet_name, *args)

    @wrap(RDSBackend, "modify_db_subnet_group")
    def modify_db_subnet_group(original: Any, self: Any, subnet_name: str, *args: Any) -> Any:
        """Keep the group, which moto forgets once it is modified, and name an unknown one in an error."""
        if subnet_name not in self.subnet_groups:
            raise exceptions.DBSubnetGroupNotFoundError(subnet_name)
        group = original(self, subnet_name, *args)
        self.subnet_groups[subnet_name] = group
        return group

    @wrap(RDSBackend, "delete_subnet_group")
    def delete_subnet_group(original: Any, self: Any, subnet_name: str) -> Any:
        """Refuse while a cluster is in it, as AWS does."""
        users = [cluster for cluster in self.clusters.values() if cluster.db_subnet_group_name == subnet_name]
        if users:
            raise exceptions.RDSClientError(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{subnet_name}' because at least one database instance or cluster "
                f"is still using it: {users[0].db_cluster_identifier}.",
            )
        return original(self, subnet_name)

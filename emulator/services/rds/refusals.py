"""Aurora Serverless v2: what RDS refuses in the settings of clusters and their members."""

from __future__ import annotations

import re
from typing import Any

from moto.rds import exceptions

from emulator.services.rds.versions import DEFAULT_VERSIONS, OFFERED, family_of, major_of, numbers

SERVERLESS_CLASS = "db.serverless"
BUILT_IN_SUBNET_GROUP = "default"


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
    """Refuse parameter groups that do not fit the cluster's version, or the version that it is upgraded to.

    AWS's own groups follow the version. In the place of any other one, the request must name the new one.
    """
    if cluster.engine not in OFFERED:
        return
    version = wanted.get("engine_version") or cluster.engine_version
    moves = family_of(cluster.engine, version) != family_of(cluster.engine, cluster.engine_version)
    named, for_members = wanted.get("db_cluster_parameter_group_name"), wanted.get("db_instance_parameter_group_name")
    if for_members and not (moves and wanted.get("allow_major_version_upgrade")):
        raise exceptions.InvalidParameterCombination(
            "DBInstanceParameterGroupName can be specified for a major version upgrade only."
        )
    if moves:
        groups = {member.db_parameter_group_name for member in cluster._members}
        refuse_custom("DB cluster", {cluster.parameter_group}, named)
        refuse_custom("DB instance", groups, for_members)
    check_parameter_group(backend, named, cluster.engine, version)
    check_family(backend, for_members, cluster.engine, version)


def refuse_custom(what: str, groups: set[str | None], named: str | None) -> None:
    """Refuse a major upgrade of what has a parameter group of somebody's own, and no new one is named.

    :raises InvalidParameterCombination: says which.
    """
    for group in groups:
        if group and not group.startswith("default.") and not named:
            raise exceptions.InvalidParameterCombination(
                f"The current {what} parameter group {group} is custom. You must explicitly specify a new {what} "
                "parameter group, either default or custom, for the engine version upgrade."
            )


def check_instance_group(backend: Any, cluster: Any, name: str | None) -> None:
    """Refuse a parameter group that a member of a cluster cannot have."""
    if cluster.engine in OFFERED:
        check_family(backend, name, cluster.engine, cluster.engine_version)


def check_family(backend: Any, name: str | None, engine: str, version: str) -> None:
    """Refuse a parameter group of instances that does not exist, or is of another family than a version takes.

    :raises RDSClientError: C(DBParameterGroupNotFound) or C(InvalidParameterCombination).
    """
    wanted = family_of(engine, version)
    if not name or name == f"default.{wanted}":
        return
    group = backend.db_parameter_groups.get(name.lower())
    if group is None:
        raise exceptions.DBParameterGroupNotFoundError(name)
    if group.family != wanted:
        raise exceptions.InvalidParameterCombination(
            f"The parameter group {name} with DBParameterGroupFamily {group.family} can't be used for this instance. "
            f"Please use a Parameter Group with DBParameterGroupFamily {wanted}"
        )


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

"""What ElastiCache refuses about replication groups: names, versions, availability, and a change beside another."""

from __future__ import annotations

import re
from typing import Any

from emulator.services.elasticache import parameters, users
from emulator.services.elasticache.parameters import check_group
from emulator.services.elasticache.versions import NEWEST, full_version, offered

GROUP_ID = re.compile(r"[a-z]([a-z0-9]|-(?!-))*")
LONGEST_GROUP_ID = 40


def require_idle(group: Any) -> None:
    """Refuse a change while another one is under way."""
    from moto.elasticache.exceptions import ElastiCacheException

    if group.status == "available":
        return
    error = ElastiCacheException(f"Replication group {group.replication_group_id} is not in available state.")
    error.code = "InvalidReplicationGroupState"
    raise error


def check_availability(failover: bool, multi_az: bool, nodes: int) -> None:
    """Refuse what has no replica to fail over to."""
    from moto.elasticache.exceptions import InvalidParameterCombinationException

    if failover and nodes < 2:
        raise InvalidParameterCombinationException("Automatic failover needs at least one read replica.")
    if multi_az and not failover:
        raise InvalidParameterCombinationException("Multi-AZ needs automatic failover.")


def check_new(backend: Any, wanted: dict[str, Any]) -> None:
    """Refuse a new group as AWS does."""
    from moto.elasticache.exceptions import (
        CacheSubnetGroupNotFound,
        InvalidParameterCombinationException,
        InvalidParameterValueException,
    )

    group_id, subnet_group = wanted["replication_group_id"], wanted["cache_subnet_group_name"]
    if len(group_id) > LONGEST_GROUP_ID or not GROUP_ID.fullmatch(group_id) or group_id.endswith("-"):
        raise InvalidParameterValueException(f"The parameter ReplicationGroupIdentifier {group_id} is not valid.")
    if subnet_group and subnet_group not in backend.cache_subnet_groups:
        raise CacheSubnetGroupNotFound(subnet_group)
    if wanted["transit_encryption_mode"] and not wanted["transit_encryption_enabled"]:
        raise InvalidParameterCombinationException("Transit encryption mode needs transit encryption.")
    engine = wanted["engine"] or "redis"
    version = offered(engine, wanted["engine_version"] or NEWEST[engine])
    check_group(backend, wanted["cache_parameter_group_name"], engine, version)
    users.check_groups(backend, wanted["user_group_ids"] or [], wanted["transit_encryption_enabled"])
    nodes = wanted["num_cache_clusters"] or (wanted["replicas_per_node_group"] or 0) + 1
    check_availability(wanted["automatic_failover_enabled"], wanted["multi_az_enabled"], nodes)


def check_engine(group: Any, wanted: dict[str, Any]) -> None:
    """Refuse to go back to an older version."""
    from moto.elasticache.exceptions import InvalidParameterValueException

    engine = wanted.get("Engine", group.engine)
    version = full_version(wanted.get("EngineVersion", group.engine_version))
    old = [int(part) for part in group.engine_version.split(".") if part.isdigit()]
    new = [int(part) for part in version.split(".") if part.isdigit()]
    if engine == group.engine and new < old:
        raise InvalidParameterValueException("The engine version cannot be downgraded.")


def check_parameters(backend: Any, group: Any, wanted: dict[str, Any]) -> None:
    """Refuse a version that there is not, and a parameter group that it, or the present one, does not take."""
    engine = wanted.get("Engine", group.engine)
    version = offered(engine, wanted["EngineVersion"]) if "EngineVersion" in wanted else group.engine_version
    moves = parameters.family_of(engine, version) != parameters.family_of(group.engine, group.engine_version)
    present = group.cache_parameter_group_name
    # a group of the default parameters follows its version; one of others has to name new ones
    kept = present if moves and not present.startswith(parameters.DEFAULT) else None
    check_group(backend, wanted.get("CacheParameterGroupName", kept), engine, version)

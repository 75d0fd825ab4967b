"""ElastiCache: parameter groups, which moto lacks, and what AWS refuses about them.

Amazon ElastiCache API Reference, CreateCacheParameterGroup, and CreateReplicationGroup's CacheParameterGroupNotFound;
User Guide, "Parameter management": each family has a default group, and a cluster takes a group of its own family only.
"""

from __future__ import annotations

import re
from typing import Any

from emulator.patching import add

# User Guide, "Engine specific parameters"
FAMILIES = (
    "memcached1.4",
    "memcached1.5",
    "memcached1.6",
    "redis2.6",
    "redis2.8",
    "redis3.2",
    "redis4.0",
    "redis5.0",
    "redis6.x",
    "redis7",
    "valkey7",
    "valkey8",
    "valkey9",
)
DEFAULT = "default."
SHARDED = ".cluster.on"
GROUP_NAME = re.compile(r"[a-z]([a-z0-9]|-(?!-|$))*")


def family_of(engine: str, version: str) -> str:
    """Return the family of parameter groups that a version takes, such as C(redis6.x)."""
    major, _dot, rest = version.partition(".")
    if engine != "redis" or int(major) >= 7:
        return f"{engine}{major}"
    return "redis6.x" if major == "6" else f"redis{major}.{rest.partition('.')[0] or '0'}"


def default_group(engine: str, version: str) -> str:
    """Return the name of the default parameter group, such as C(default.redis7)."""
    return DEFAULT + family_of(engine, version)


def refusal(code: str, text: str) -> Exception:
    """Return an error with one of AWS's codes, which moto has no class for."""
    from moto.elasticache.exceptions import ElastiCacheException

    error = ElastiCacheException(text)
    error.code = code
    return error


def _groups(backend: Any) -> dict[str, dict[str, Any]]:
    """Return the parameter groups of an account: those that AWS has made, and its own."""
    if not hasattr(backend, "emulator_parameter_groups"):
        named = [(DEFAULT + family, family) for family in FAMILIES]
        named += [(name + SHARDED, family) for name, family in named if not family.startswith("memcached")]
        backend.emulator_parameter_groups = {
            name: _record(backend, name, family, f"Default parameter group for {family}") for name, family in named
        }
    groups: dict[str, dict[str, Any]] = backend.emulator_parameter_groups
    return groups


def own_groups(backend: Any) -> list[dict[str, Any]]:
    """Return the parameter groups that are somebody's own."""
    return [group for name, group in _groups(backend).items() if not name.startswith(DEFAULT)]


def _record(backend: Any, name: str, family: str, description: str) -> dict[str, Any]:
    return {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": family,
        "Description": description,
        "IsGlobal": False,
        "ARN": f"arn:{backend.partition}:elasticache:{backend.region_name}:{backend.account_id}:parametergroup:{name}",
    }


def found_group(backend: Any, name: str) -> dict[str, Any]:
    """Return a parameter group.

    :raises ElastiCacheException: C(CacheParameterGroupNotFound).
    """
    if name not in _groups(backend):
        raise refusal("CacheParameterGroupNotFound", f"CacheParameterGroup {name} not found.")
    return _groups(backend)[name]


def check_group(backend: Any, name: str | None, engine: str, version: str) -> None:
    """Refuse a parameter group that does not exist, or is of another family than a version takes.

    :raises ElastiCacheException: C(CacheParameterGroupNotFound) or C(InvalidParameterCombination).
    """
    if not name:
        return
    family, wanted = found_group(backend, name)["CacheParameterGroupFamily"], family_of(engine, version)
    if family != wanted:
        text = f"Expected a parameter group of family {wanted} but found one of family {family}"
        raise refusal("InvalidParameterCombination", text)


def _create(self: Any) -> Any:
    """Answer CreateCacheParameterGroup."""
    from moto.core.responses import ActionResult

    wanted, backend = self._get_params(), self.elasticache_backend
    name, family = wanted["CacheParameterGroupName"].lower(), wanted["CacheParameterGroupFamily"]
    if family not in FAMILIES:
        raise refusal("InvalidParameterValue", f"CacheParameterGroupFamily {family} is not a valid parameter value.")
    if not GROUP_NAME.fullmatch(name):
        raise refusal("InvalidParameterValue", f"The parameter CacheParameterGroupName {name} is not valid.")
    if name in _groups(backend):
        raise refusal("CacheParameterGroupAlreadyExists", f"Cache parameter group {name} already exists.")
    _groups(backend)[name] = _record(backend, name, family, wanted["Description"])
    backend.tagging_service.tag_resource(_groups(backend)[name]["ARN"], wanted.get("Tags", []))
    return ActionResult({"CacheParameterGroup": _groups(backend)[name]})


def _describe(self: Any) -> Any:
    """Answer DescribeCacheParameterGroups."""
    from moto.core.responses import ActionResult

    backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
    found = [found_group(backend, name)] if name else list(_groups(backend).values())
    return ActionResult({"CacheParameterGroups": found})


def _delete(self: Any) -> Any:
    """Answer DeleteCacheParameterGroup: AWS keeps its own, and those that a group uses."""
    from moto.core.responses import EmptyResult

    backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
    group = found_group(backend, name)
    users = [user for user in backend.replication_groups.values() if user.cache_parameter_group_name == name]
    if users or name.startswith(DEFAULT):
        raise refusal("InvalidCacheParameterGroupState", f"Cache parameter group {name} cannot be deleted.")
    backend.tagging_service.delete_all_tags_for_resource(group["ARN"])
    del _groups(backend)[name]
    return EmptyResult()


def install() -> None:
    """Put the operations into moto's ElastiCache."""
    from moto.elasticache.responses import ElastiCacheResponse

    for name, function in (
        ("create_cache_parameter_group", _create),
        ("describe_cache_parameter_groups", _describe),
        ("delete_cache_parameter_group", _delete),
    ):
        add(ElastiCacheResponse, name, function)

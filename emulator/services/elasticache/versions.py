"""ElastiCache: the engine versions that AWS offers, which moto does not know.

Amazon ElastiCache API Reference, DescribeCacheEngineVersions and CreateReplicationGroup; User Guide, "Supported engines
and versions". The versions are those of cfn-lint 1.58.0 (schema of C(AWS::ElastiCache::CacheCluster)), and Valkey's
newer ones of the User Guide. The text of the refusal is the one that users report
(github.com/ministryofjustice/cloud-platform-environments/pull/5753).
"""

from __future__ import annotations

from typing import Any

from emulator.patching import add
from emulator.services.elasticache.parameters import family_of, refusal

# oldest first
OFFERED = {
    "memcached": ("1.4.34", "1.5.16", "1.6.6", "1.6.12", "1.6.17", "1.6.22"),
    "redis": ("4.0.10", "5.0.6", "6.0", "6.2", "7.0", "7.1"),
    "valkey": ("7.2", "8.0", "8.1", "8.2", "9.0"),
}
# what a new group gets that names none
NEWEST = {"redis": "7.1", "valkey": "8.1"}
DESCRIPTIONS = {"memcached": "memcached", "redis": "Redis", "valkey": "Valkey"}


def full_version(version: str) -> str:
    """Return the version as AWS shows it: C(7.1) is stored and shown as C(7.1.0)."""
    return version if version.count(".") >= 2 or version.endswith(".x") else f"{version}.0"


def _begins(version: str, with_parts: str) -> bool:
    parts = [part for part in with_parts.split(".") if part != "x"]
    return version.split(".")[: len(parts)] == parts


def offered(engine: str, version: str) -> str:
    """Return the version that a request gets: the newest that begins so, or one as AWS shows it, such as C(7.1.0).

    :raises ElastiCacheException: C(InvalidParameterCombination), as there is none.
    """
    known = OFFERED.get(engine, ())
    for item in reversed(known):
        if _begins(item, version):
            return item
    if any(_begins(version, item) for item in known):
        return version
    raise refusal("InvalidParameterCombination", f"Cannot find version {version} for {engine}")


def _entry(engine: str, version: str) -> dict[str, Any]:
    family = f"memcached{version.rpartition('.')[0]}" if engine == "memcached" else family_of(engine, version)
    words = DESCRIPTIONS[engine]
    return {
        "Engine": engine,
        "EngineVersion": version,
        "CacheParameterGroupFamily": family,
        "CacheEngineDescription": words,
        "CacheEngineVersionDescription": f"{words} version {version}",
    }


def _describe(self: Any) -> Any:
    """Answer DescribeCacheEngineVersions."""
    from moto.core.responses import ActionResult

    asked = {name: self._get_param(name) for name in ("Engine", "EngineVersion", "CacheParameterGroupFamily")}
    entries = [_entry(engine, version) for engine, versions in OFFERED.items() for version in versions]
    found = [entry for entry in entries if all(value in (None, entry[name]) for name, value in asked.items())]
    if self._get_bool_param("DefaultOnly", False):
        found = [entry for entry in found if NEWEST.get(entry["Engine"]) == entry["EngineVersion"]]
    return ActionResult({"CacheEngineVersions": found})


def install() -> None:
    """Put the operation into moto's ElastiCache."""
    from moto.elasticache.responses import ElastiCacheResponse

    add(ElastiCacheResponse, "describe_cache_engine_versions", _describe)

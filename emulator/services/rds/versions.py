"""Aurora: the engine versions that RDS offers, and the parameter group families that they take."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse

from emulator.patching import add

POSTGRESQL, MYSQL = "aurora-postgresql", "aurora-mysql"
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


def describe_db_engine_versions(self: RDSResponse) -> ActionResult:
    """Answer DescribeDBEngineVersions, which moto lacks."""
    engine, version = self.params.get("Engine"), self.params.get("EngineVersion")
    found = [(kind, item) for kind in OFFERED for item in OFFERED[kind] if engine in (None, kind)]
    if version:
        found = [pair for pair in found if pair[1] == version or pair[1].startswith(f"{version}.")]
    if self.params.get("DefaultOnly"):
        found = [pair for pair in found if pair[1] == DEFAULT_VERSIONS[pair[0]]]
    return ActionResult({"DBEngineVersions": [engine_version(*pair) for pair in found]})


def install() -> None:
    """Put the additions into moto."""
    add(RDSResponse, "describe_db_engine_versions", describe_db_engine_versions)

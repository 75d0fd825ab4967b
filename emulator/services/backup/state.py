"""What AWS Backup holds and moto lacks; kept on moto's backend, so that a reset clears it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# the resource types that an account has turned on before it changes anything, as DescribeRegionSettings lists them
OPTED_IN = ("Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3", "Storage Gateway")
MANAGED = ("DynamoDB", "EFS")


@dataclass
class Selection:
    """What a plan backs up.

    :ivar shown: as the request had it.
    """

    id: str
    plan_id: str
    created: float
    shown: dict[str, Any]
    request_id: str | None = None


@dataclass
class Point:
    """A recovery point: of an Aurora cluster, a cluster snapshot that only AWS Backup removes.

    :ivar shown: as lists describe it.
    """

    arn: str
    vault: str
    shown: dict[str, Any]


@dataclass
class Held:
    """All of it.

    :ivar jobs: as DescribeBackupJob shows them, by id.
    :ivar tokens: the id of the job that each idempotency token has started.
    """

    selections: dict[str, Selection] = field(default_factory=dict)
    points: dict[str, Point] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    opted_in: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(OPTED_IN, True))
    managed: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(MANAGED, False))


def held(backend: Any) -> Held:
    """Return what a backend of moto holds."""
    if not hasattr(backend, "held_by_backup"):
        backend.held_by_backup = Held()
    found: Held = backend.held_by_backup
    return found


def points_in(backend: Any, vault: str) -> list[Point]:
    """Return the recovery points of a vault, oldest first."""
    return [point for point in held(backend).points.values() if point.vault == vault]

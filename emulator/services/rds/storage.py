"""How the storage of an Aurora cluster is charged: with each I/O (C(aurora)), or without (C(aurora-iopt1)).

Amazon RDS API Reference, CreateDBCluster, ModifyDBCluster and DBCluster; Aurora User Guide, "Storage configurations for
Amazon Aurora DB clusters": a cluster changes to the second once in 30 days, and back at any time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.rds import exceptions

from emulator.services.rds.versions import OFFERED

STANDARD = "aurora"
IO_OPTIMIZED = "aurora-iopt1"
BETWEEN_CHANGES = timedelta(days=30)


def check(cluster: Any | None, wanted: dict[str, Any]) -> None:
    """Refuse a kind that there is not, and a change that comes too early.

    :param cluster: None for a new one.
    :raises InvalidParameterCombination: says which.
    """
    kind, engine = wanted.get("storage_type"), wanted.get("engine") or getattr(cluster, "engine", "")
    if kind is None or engine not in OFFERED:
        return
    if kind not in (STANDARD, IO_OPTIMIZED):
        raise exceptions.InvalidParameterCombination(f"Invalid storage type for DB engine: {kind}")
    allowed = getattr(cluster, "io_optimized_next_allowed_modification_time", None)
    changes = kind == IO_OPTIMIZED != getattr(cluster, "storage_kind", None)
    if changes and allowed and datetime.now(UTC) < allowed:
        raise exceptions.InvalidParameterCombination(f"You can't change the storage type to {kind} before {allowed}.")


def note(cluster: Any, wanted: dict[str, Any]) -> None:
    """Keep the kind, which AWS shows only where it is not the standard one."""
    before = getattr(cluster, "storage_kind", STANDARD)
    cluster.storage_kind = wanted.get("storage_type") or before
    if cluster.storage_kind == IO_OPTIMIZED != before:
        cluster.io_optimized_next_allowed_modification_time = datetime.now(UTC) + BETWEEN_CHANGES
    cluster.storage_type = IO_OPTIMIZED if cluster.storage_kind == IO_OPTIMIZED else None

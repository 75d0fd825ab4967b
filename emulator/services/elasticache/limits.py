"""Limits of ElastiCache's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

from emulator.validation.checks import daily_window, identifier, number, text, weekly_window
from emulator.validation.limit import Limit

CACHE_WRITES = ("CreateReplicationGroup", "ModifyReplicationGroup")

LIMITS: tuple[Limit, ...] = (
    Limit(
        ("CreateReplicationGroup",),
        "ReplicationGroupId",
        identifier(40),
        "Amazon ElastiCache API Reference, CreateReplicationGroup",
    ),
    Limit(
        ("CreateCacheSubnetGroup",),
        "CacheSubnetGroupName",
        text(r"[A-Za-z0-9-]+", "may contain only letters, digits, and hyphens", 255),
        "Amazon ElastiCache API Reference, CreateCacheSubnetGroup",
    ),
    Limit(
        ("DeleteReplicationGroup",),
        "FinalSnapshotIdentifier",
        identifier(255),
        "Amazon ElastiCache API Reference, DeleteReplicationGroup",
    ),
    Limit(
        CACHE_WRITES,
        "SnapshotRetentionLimit",
        number(0, 35),
        "Amazon ElastiCache User Guide, Scheduling automatic backups",
    ),
    Limit(
        CACHE_WRITES,
        "AuthToken",
        text(r"[!&#$^<>A-Za-z0-9-]+", "may contain only letters, digits and !&#$^<>-", 128, least=16),
        "Amazon ElastiCache User Guide, Authenticating with the AUTH command",
    ),
    Limit(
        CACHE_WRITES,
        "PreferredMaintenanceWindow",
        weekly_window(),
        "Amazon ElastiCache API Reference, CreateReplicationGroup",
    ),
    Limit(
        CACHE_WRITES,
        "SnapshotWindow",
        daily_window(),
        "Amazon ElastiCache API Reference, CreateReplicationGroup",
    ),
)
# the service's model lacks the pattern of tags that others have
TAGS_WITHOUT_PATTERN = True

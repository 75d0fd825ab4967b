"""Limits of RDS's parameters that AWS's documents name and its service model lacks."""

from __future__ import annotations

from emulator.validation.checks import daily_window, identifier, number, one_of, text, weekly_window
from emulator.validation.limit import Limit

PASSWORD = text(
    r"[!#-.0-?A-~]+",
    "is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
    41,
    least=8,
)
CLUSTER_WRITES = ("CreateDBCluster", "ModifyDBCluster")
INSTANCE_WRITES = ("CreateDBInstance", "ModifyDBInstance")
# months of 31 days, but a week and two years
INSIGHTS_DAYS = (7, *range(31, 24 * 31, 31), 731)

LIMITS: tuple[Limit, ...] = (
    Limit(("CreateDBCluster",), "DBClusterIdentifier", identifier(63), "Amazon RDS API Reference, CreateDBCluster"),
    Limit(
        ("ModifyDBCluster",),
        "NewDBClusterIdentifier",
        identifier(63),
        "Amazon RDS API Reference, ModifyDBCluster",
    ),
    Limit(
        ("CreateDBInstance",),
        "DBInstanceIdentifier",
        identifier(63),
        "Amazon RDS API Reference, CreateDBInstance",
    ),
    Limit(
        ("CreateDBClusterSnapshot",),
        "DBClusterSnapshotIdentifier",
        identifier(63),
        "Amazon RDS API Reference, CreateDBClusterSnapshot",
    ),
    Limit(
        ("DeleteDBCluster",),
        "FinalDBSnapshotIdentifier",
        identifier(255),
        "Amazon RDS API Reference, DeleteDBCluster",
    ),
    Limit(
        ("CreateDBSubnetGroup",),
        "DBSubnetGroupName",
        text(
            r"(?!default$)[A-Za-z0-9._ -]+", "may contain only letters, digits, spaces and ._-, and not be default", 255
        ),
        "Amazon RDS API Reference, CreateDBSubnetGroup",
    ),
    Limit(
        ("CreateDBCluster",),
        "MasterUsername",
        text(r"[A-Za-z][A-Za-z0-9]*", "must begin with a letter and contain only letters and digits", 16),
        "Amazon RDS API Reference, CreateDBCluster",
    ),
    Limit(CLUSTER_WRITES, "MasterUserPassword", PASSWORD, "Amazon RDS API Reference, CreateDBCluster"),
    Limit(CLUSTER_WRITES, "BackupRetentionPeriod", number(1, 35), "Amazon RDS API Reference, CreateDBCluster"),
    Limit(CLUSTER_WRITES, "Port", number(1150, 65535), "Amazon RDS API Reference, CreateDBCluster"),
    Limit(CLUSTER_WRITES, "PreferredBackupWindow", daily_window(), "Amazon RDS API Reference, CreateDBCluster"),
    Limit(
        (*CLUSTER_WRITES, *INSTANCE_WRITES),
        "PreferredMaintenanceWindow",
        weekly_window(),
        "Amazon RDS API Reference, CreateDBCluster",
    ),
    Limit(
        (*CLUSTER_WRITES, *INSTANCE_WRITES),
        "PerformanceInsightsRetentionPeriod",
        one_of(*INSIGHTS_DAYS),
        "Amazon RDS API Reference, CreateDBCluster",
    ),
    Limit(
        (*CLUSTER_WRITES, *INSTANCE_WRITES),
        "MonitoringInterval",
        one_of(0, 1, 5, 10, 15, 30, 60),
        "Amazon RDS API Reference, CreateDBInstance",
    ),
    Limit(INSTANCE_WRITES, "PromotionTier", number(0, 15), "Amazon RDS API Reference, CreateDBInstance"),
)
# the service's model lacks the pattern of tags that others have
TAGS_WITHOUT_PATTERN = True

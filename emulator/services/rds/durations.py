"""How long RDS takes, in AWS's seconds; see L(emulator.durations)."""

from __future__ import annotations

from emulator.durations import Duration

CLUSTER_CREATION = Duration(
    90, "measured by users: 64 s (github.com/hashicorp/terraform-provider-aws/issues/28546) to 2 minutes"
)
CLUSTER_CHANGE = Duration(60, "assumed, for capacity and backup settings")
CLUSTER_UPGRADE = Duration(
    900, "assumed; Aurora User Guide, Upgrading PostgreSQL DB clusters: an upgrade takes from minutes to hours"
)
CLUSTER_DELETION = Duration(
    63, "measured by users: 1m3s after the last instance (github.com/tungbq/aws-lab-with-terraform/issues/100)"
)
CLUSTER_DELETION_LOOK = Duration(10, "assumed: how soon a deleting cluster notices that its last instance is gone")
CLUSTER_RENAME = Duration(
    120, "RDS User Guide, Renaming a Multi-AZ DB cluster: the new DNS name becomes effective in about two minutes"
)
INSTANCE_RENAME = Duration(
    180, "assumed, for a reboot; RDS User Guide, Renaming a DB instance: the new DNS name takes about 10 minutes"
)
INSTANCE_CREATION = Duration(
    480, "measured by users: a public log of terraform apply shows 6m21s, others up to 10 minutes"
)
INSTANCE_CHANGE = Duration(60, "assumed, for settings that need no restart")
INSTANCE_DELETION = Duration(
    600,
    "measured by users: nearly 10 minutes (github.com/terraform-aws-modules/terraform-aws-rds-aurora/pull/506), "
    "11m47s (github.com/tungbq/aws-lab-with-terraform/issues/100)",
)
DATABASE_CHANGE_SEEN = Duration(
    10, "measured by users: the status is still available for some seconds (github.com/ansible/ansible/issues/19751)"
)

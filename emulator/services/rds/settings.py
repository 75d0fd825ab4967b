"""The settings of Aurora clusters and their members as AWS keeps and shows them."""

from __future__ import annotations

from typing import Any

from emulator.services.rds.versions import DEFAULT_VERSIONS, OFFERED, family_of

DEFAULT_AUTO_PAUSE_SECONDS = 300


def note_settings(cluster: Any, wanted: dict[str, Any]) -> None:
    """Keep those settings that moto takes and does not give back, where it reads its replies from."""
    for asked, shown in {
        "database_insights_mode": "database_insights_mode",
        "engine_lifecycle_support": "engine_lifecycle_support",
        "enable_performance_insights": "performance_insights_enabled",
        "performance_insights_retention_period": "performance_insights_retention_period",
        "enable_iam_database_authentication": "iam_auth",
    }.items():
        if wanted.get(asked) is not None:
            setattr(cluster, shown, wanted[asked])
    if not getattr(cluster, "performance_insights_enabled", False):
        cluster.performance_insights_retention_period = None
    scaling = cluster.serverless_v2_scaling_configuration
    if scaling and scaling.get("min_capacity") == 0:
        scaling.setdefault("seconds_until_auto_pause", DEFAULT_AUTO_PAUSE_SECONDS)


def follow_insights(cluster: Any) -> None:
    """Let the members of a cluster have its Performance Insights, as AWS does; where off, they say so."""
    for member in cluster._members:
        member.performance_insights_enabled = cluster.performance_insights_enabled
        member.performance_insights_retention_period = cluster.performance_insights_retention_period


def default_key(backend: Any) -> str:
    """Return the ARN of the key that AWS encrypts with when none is named (C(aws/rds))."""
    return f"arn:{backend.partition}:kms:{backend.region_name}:{backend.account_id}:key/aws-rds-default"


def fill_defaults(backend: Any, wanted: dict[str, Any]) -> None:
    """Put AWS's own values in the place of what a new cluster leaves open."""
    engine = wanted["engine"]
    if engine in OFFERED:
        wanted.setdefault("engine_version", DEFAULT_VERSIONS[engine])
        wanted.setdefault("db_cluster_parameter_group_name", f"default.{family_of(engine, wanted['engine_version'])}")
        wanted.setdefault("storage_type", "aurora")
        wanted.setdefault("allocated_storage", 1)
    if wanted.get("storage_encrypted"):
        wanted.setdefault("kms_key_id", default_key(backend))


def defer(resource: Any, wanted: dict[str, Any], deferrable: dict[str, tuple[str, str]]) -> None:
    """Keep some settings for the maintenance window, listed as pending, unless they are to be applied at once.

    What is sent again is no longer pending: it is applied now, or taken back when it is the present value.

    :param deferrable: parameters, each with the attribute that has the present value, and AWS's name of it.
    """
    pending = dict(getattr(resource, "pending_modified_values", None) or {})
    for parameter, (attribute, shown) in deferrable.items():
        if wanted.get(parameter) is None:
            continue
        pending.pop(shown, None)
        if not wanted.get("apply_immediately") and wanted[parameter] != getattr(resource, attribute, None):
            pending[shown] = wanted.pop(parameter)
    resource.pending_modified_values = pending or None

"""Log groups: retention in AWS's steps, KMS keys, protection, and tags that end with their log group."""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import LogsClientError

from emulator.patching import add, wrap
from emulator.services.logs.writers import write

# PutRetentionPolicy refuses all others
RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


def install() -> None:
    """Put the additions into moto."""
    from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
    from moto.logs.models import LogGroup, LogsBackend
    from moto.logs.responses import LogsResponse

    @wrap(LogsBackend, "put_retention_policy")
    def put_retention_policy(original: Any, self: Any, log_group_name: str, retention_in_days: int) -> None:
        """Take only AWS's steps."""
        if int(retention_in_days) not in RETENTION_DAYS:
            steps = ", ".join(str(days) for days in sorted(RETENTION_DAYS))
            raise InvalidParameterException(
                constraint=f"Member must satisfy enum value set: [{steps}]",
                parameter="retentionInDays",
                value=retention_in_days,
            )
        original(self, log_group_name, retention_in_days)

    # who asks for log groups, or for one's name, finds what was written up to then
    for operation in ("create_log_group", "describe_log_groups"):
        wrap(LogsBackend, operation)(_after_writing)

    @wrap(LogsBackend, "delete_log_group")
    def delete_log_group(original: Any, self: Any, log_group_name: str) -> None:
        """Refuse one that is protected; forget tags and metric filters, so that a new one of its name has none.

        DeleteLogGroup and PutLogGroupDeletionProtection in the API reference; it does not say with which of its codes.
        """
        group = self.groups.get(log_group_name)
        if getattr(group, "deletion_protection_enabled", False):
            raise ProtectedError(log_group_name)
        original(self, log_group_name)
        for one in self.filters.get_matching_filters(log_group_name=log_group_name):
            self.filters.delete_filter(one["filterName"], log_group_name)
        self.tagger.delete_all_tags_for_resource(group.arn)
        self.tagger.delete_all_tags_for_resource(group.arn.removesuffix(":*"))

    @wrap(LogsBackend, "list_tags_for_resource")
    def list_tags_for_resource(original: Any, self: Any, resource_arn: str) -> Any:
        """Know only log groups that are there. See ListTagsForResource in the API reference."""
        known = {group.arn.removesuffix(":*") for group in self.groups.values()}
        if ":log-group:" in resource_arn and resource_arn.removesuffix(":*") not in known:
            raise ResourceNotFoundException()
        return original(self, resource_arn)

    _install_metric_filters()

    # moto has neither request; a second installation sets them to the same again
    add(LogsResponse, "associate_kms_key", _associate_kms_key)
    add(LogsResponse, "disassociate_kms_key", _disassociate_kms_key)
    add(LogsResponse, "put_log_group_deletion_protection", _put_log_group_deletion_protection)

    @wrap(LogGroup, "to_describe_dict")
    def to_describe_dict(original: Any, self: Any) -> dict[str, Any]:
        """Tell whether it is protected."""
        protected = getattr(self, "deletion_protection_enabled", False)
        return {**original(self), "deletionProtectionEnabled": protected}


def _install_metric_filters() -> None:
    from moto.logs.exceptions import ResourceNotFoundException
    from moto.logs.metric_filters import MetricFilters
    from moto.logs.models import LogsBackend

    @wrap(LogsBackend, "describe_metric_filters")
    def describe_metric_filters(
        original: Any, self: Any, prefix: str | None = None, log_group_name: str | None = None, *args: Any
    ) -> Any:
        """Know only log groups that are there. See DescribeMetricFilters in the API reference."""
        if log_group_name and log_group_name not in self.groups:
            raise ResourceNotFoundException()
        return original(self, prefix, log_group_name, *args)

    @wrap(LogsBackend, "put_metric_filter")
    def put_metric_filter(
        original: Any, self: Any, filter_name: str, filter_pattern: str, log_group_name: str, transformations: Any
    ) -> None:
        """Put it into a log group that is there. See PutMetricFilter in the API reference."""
        if log_group_name not in self.groups:
            raise ResourceNotFoundException()
        original(self, filter_name, filter_pattern, log_group_name, transformations)

    @wrap(MetricFilters, "add_filter")
    def add_filter(original: Any, self: Any, filter_name: str, pattern: str, group: str, transformations: Any) -> None:
        """Put it in the place of the one of its name. See PutMetricFilter in the API reference."""
        self.delete_filter(filter_name, group)
        original(self, filter_name, pattern, group, transformations)


def _after_writing(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    write(self.region_name)
    return original(self, *args, **kwargs)


class ProtectedError(LogsClientError):
    """A log group with deletion protection is not deleted."""

    def __init__(self, name: str) -> None:
        """Say so of the log group."""
        super().__init__("ValidationException", f"Log group {name} has deletion protection enabled.")


def _put_log_group_deletion_protection(self: Any) -> str:
    """Protect a log group against deletion, or no longer."""
    name = self._get_param("logGroupIdentifier").partition(":log-group:")[2] or self._get_param("logGroupIdentifier")
    group = self.logs_backend._find_log_group(log_group_name=name.removesuffix(":*"))
    group.deletion_protection_enabled = self._get_param("deletionProtectionEnabled")
    return ""


def _associate_kms_key(self: Any) -> str:
    """Encrypt what a log group takes from now on with a key."""
    group = self.logs_backend._find_log_group(log_group_name=self._get_param("logGroupName"))
    group.kms_key_id = self._get_param("kmsKeyId")
    return ""


def _disassociate_kms_key(self: Any) -> str:
    """Go back to AWS's own encryption."""
    group = self.logs_backend._find_log_group(log_group_name=self._get_param("logGroupName"))
    group.kms_key_id = None
    return ""

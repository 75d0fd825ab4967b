"""Metric alarms: what a new one is in, what a change leaves as it is, and what CloudWatch refuses.

CloudWatch API Reference, PutMetricAlarm and TagResource.
"""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap

SHORT_PERIODS = (10, 20, 30)


def install() -> None:
    """Patch alarms and their removal."""
    from moto.cloudwatch.models import CloudWatchBackend

    @wrap(CloudWatchBackend, "put_metric_alarm")
    def put_metric_alarm(original: Any, self: Any, **asked: Any) -> Any:
        """Leave state and tags of an alarm as they are; a new one knows nothing yet."""
        _refuse(asked)
        known = self.alarms.get(asked["name"])
        alarm = original(self, **{**asked, "tags": None if known else asked.get("tags")})
        alarm.state_value = known.state_value if known else "INSUFFICIENT_DATA"
        return alarm

    @wrap(CloudWatchBackend, "delete_alarms")
    def delete_alarms(original: Any, self: Any, alarm_names: list[str]) -> None:
        """Forget the tags too, so that a new alarm of the same name starts without them."""
        for name in alarm_names:
            if name in self.alarms:
                self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
        original(self, alarm_names)


def _refuse(asked: dict[str, Any]) -> None:
    """Refuse settings that do not go together."""
    from moto.cloudwatch.exceptions import InvalidParameterCombination, ValidationError

    if asked.get("statistic") and asked.get("extended_statistic"):
        raise InvalidParameterCombination("Statistic and ExtendedStatistic must not both be specified.")
    if (asked.get("datapoints_to_alarm") or 0) > (asked.get("evaluation_periods") or 0):
        raise ValidationError("DatapointsToAlarm must be at most EvaluationPeriods.")
    queries = [query.metric_stat.period for query in asked.get("metric_data_queries") or () if query.metric_stat]
    for period in (asked.get("period"), *queries):
        if period and period not in SHORT_PERIODS and period % 60:
            raise ValidationError(f"Period {period} must be 10, 20, 30 or a multiple of 60.")

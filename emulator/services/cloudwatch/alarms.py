"""Alarms: their tags begin and end with them (CloudWatch API Reference, PutMetricAlarm and TagResource)."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Patch the removal of alarms."""
    from moto.cloudwatch.models import CloudWatchBackend

    @wrap(CloudWatchBackend, "delete_alarms")
    def delete_alarms(original: Any, self: Any, alarm_names: list[str]) -> None:
        """Forget the tags too, so that a new alarm of the same name starts without them."""
        for name in alarm_names:
            if name in self.alarms:
                self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
        original(self, alarm_names)

"""EC2: flow logs to a bucket with its options, several to one destination, and what becomes of their delivery.

Amazon EC2 API Reference, CreateFlowLogs, DestinationOptionsRequest and FlowLog; the text of FlowLogAlreadyExists is the
one that users report, "There is an existing Flow Log with the same configuration and log destination".
"""

from __future__ import annotations

from typing import Any

from emulator.backends import backend_of
from emulator.patching import wrap

PLAIN = {"FileFormat": "plain-text", "HiveCompatiblePartitions": False, "PerHourPartition": False}
SETTINGS = ("resource_id", "traffic_type", "log_destination", "log_group_name", "max_aggregation_interval")


def install() -> None:
    """Put the additions into moto."""
    from moto.ec2.models.flow_logs import FlowLogsBackend
    from moto.ec2.responses.flow_logs import FlowLogs as FlowLogsResponse

    @wrap(FlowLogsResponse, "create_flow_logs")
    def create_flow_logs(original: Any, self: Any) -> Any:
        """Let the records know how their files are."""
        given = self._get_param("DestinationOptions") or {}
        self.ec2_backend.emulator_destination_options = {**PLAIN, **given}
        return original(self)

    wrap(FlowLogsBackend, "create_flow_logs")(_create)
    wrap(FlowLogsBackend, "describe_flow_logs")(_describe)


def _create(original: Any, self: Any, **given: Any) -> Any:
    """Take a folder behind the bucket; refuse what is the same in all settings, and nothing else."""
    from moto.ec2.exceptions import FlowLogAlreadyExists

    destination = given["log_destination"]
    bucket = destination.partition("/")[0] if given["log_destination_type"] == "s3" else destination
    # moto refuses a second one to a destination, whatever its settings
    known, self.flow_logs = self.flow_logs, {}
    try:
        made, refused = original(self, **{**given, "log_destination": bucket})
    finally:
        known_now, self.flow_logs = self.flow_logs, known
    for flow_log in made:
        flow_log.log_destination = destination
        if flow_log.log_destination_type == "s3":
            flow_log.destination_options = dict(getattr(self, "emulator_destination_options", PLAIN))
        if any(_settings(flow_log) == _settings(other) for other in known.values()):
            raise FlowLogAlreadyExists
    known.update(known_now)
    return made, refused


def _settings(flow_log: Any) -> tuple[Any, ...]:
    options = getattr(flow_log, "destination_options", None)
    return (*(getattr(flow_log, name) for name in SETTINGS), flow_log.log_format, str(options))


def _describe(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Say that nothing can be delivered to a log group or a bucket that is gone."""
    found = original(self, *args, **kwargs)
    for flow_log in found:
        there = _is_there(self, flow_log)
        flow_log.deliver_logs_status = "SUCCESS" if there else "FAILED"
        flow_log.deliver_logs_error_message = None if there else "Access error"
    return found


def _is_there(backend: Any, flow_log: Any) -> bool:
    if flow_log.log_destination_type == "s3":
        name = flow_log.log_destination.rpartition(":::")[2].partition("/")[0]
        from moto.s3.models import s3_backends

        return name in s3_backends[backend.account_id][backend.partition].buckets
    return flow_log.log_group_name in backend_of("logs", backend.region_name).groups

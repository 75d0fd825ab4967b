# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What CloudWatch refuses in alarms (CloudWatch API Reference, PutMetricAlarm)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, out_of_range

SHORT_PERIODS = (10, 20, 30)
MINUTE, HOUR, DAY = 60, 3600, 86400
MOST_ACTIONS = 5
ARN = r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:\S+"


def alarm_periods(option: str, settings: Mapping[str, Any]) -> list[str]:
    """Find what CloudWatch refuses in how an alarm looks back.

    :param option: what the alarm is called in the finding.
    :param settings: C(period) in seconds, C(evaluation_periods) and C(datapoints_to_alarm); what is None is not set.
    """
    period, periods, beyond = (settings.get(key) for key in ("period", "evaluation_periods", "datapoints_to_alarm"))
    found = []
    if period is not None and not (period in SHORT_PERIODS or (period >= MINUTE and period % MINUTE == 0)):
        found.append(f"{option} period {period} is not possible: set 10, 20, 30 or a multiple of 60 seconds.")
    found += out_of_range(f"{option} evaluation_periods", periods, 1, DAY // SHORT_PERIODS[0])
    if beyond is not None and periods is None:
        found.append(f"{option} datapoints_to_alarm {beyond} is one of how many? Set evaluation_periods too.")
    found += out_of_range(f"{option} datapoints_to_alarm", beyond, 1, periods or beyond or 1)
    longest = 7 * DAY if (period or MINUTE) >= HOUR else DAY
    if not found and (period or MINUTE) * (periods or 1) > longest:
        found.append(
            f"{option} looks back {(period or MINUTE) * (periods or 1)} seconds, CloudWatch at most {longest}: lower "
            "period or evaluation_periods."
        )
    return found


def alarm_actions(option: str, arns: Sequence[str]) -> list[str]:
    """Find what CloudWatch refuses in the list of what an alarm tells."""
    found = [
        text for arn in arns for text in not_matching(option, arn, ARN, "give an ARN, such as that of an SNS topic")
    ]
    if len(arns) > MOST_ACTIONS:
        found.append(f"{option} has {len(arns)} entries, CloudWatch takes {MOST_ACTIONS}: remove some.")
    return found

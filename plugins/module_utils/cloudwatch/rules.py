# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What CloudWatch refuses in alarms (CloudWatch API Reference, PutMetricAlarm and PutCompositeAlarm)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import (
    not_matching,
    out_of_range,
    repeated,
    too_long,
)

SHORT_PERIODS = (10, 20, 30)
MINUTE, HOUR, DAY = 60, 3600, 86400
MOST_ACTIONS = 5
LONGEST_RULE = 10240
MOST_CHILDREN = 100
MOST_ELEMENTS = 500
MOST_METRICS = 10
METRIC_ID = r"[a-z][A-Za-z0-9_]{0,254}"
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


def alarm_metrics(option: str, metrics: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find what CloudWatch refuses in the metrics and expressions of an alarm.

    :param metrics: each with C(id), C(return_data), and either C(expression) or C(metric_name), C(stat) and C(period).
    """
    advice = "begin with a small letter, and use letters, digits and _"
    found = [text for one in metrics for text in not_matching(f"{option}[].id", one["id"], METRIC_ID, advice)]
    found += repeated(f"{option}[].id", [one["id"] for one in metrics])
    for one in metrics:
        told = [name for name in ("namespace", "metric_name", "stat", "period") if one[name]]
        if bool(one["expression"]) == bool(told) or len(told) not in (0, 4):
            given = ", ".join(told) or "no metric"
            found.append(
                f"{option} {one['id']!r} has {given} and expression {one['expression']!r}: set the expression alone, "
                "or namespace, metric_name, stat and period."
            )
    if len([one for one in metrics if one["return_data"]]) != 1:
        found.append(f"{option} needs one entry with return_data, which the threshold is for.")
    if len([one for one in metrics if one["metric_name"]]) > MOST_METRICS:
        found.append(f"{option} has more than {MOST_METRICS} metrics: leave some out.")
    return found


def alarm_actions(option: str, arns: Sequence[str]) -> list[str]:
    """Find what CloudWatch refuses in the list of what an alarm tells."""
    found = [
        text for arn in arns for text in not_matching(option, arn, ARN, "give an ARN, such as that of an SNS topic")
    ]
    if len(arns) > MOST_ACTIONS:
        found.append(f"{option} has {len(arns)} entries, CloudWatch takes {MOST_ACTIONS}: remove some.")
    return found


# a condition about one alarm, whose name or ARN may be in quotes
CONDITION = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"([^\"]+)\"|([^\s()\"]+))\s*\)")
# what a rule gets shorter by until one condition is left: in brackets, turned round, or two that are joined
SHORTER = re.compile(r"\( C \)|NOT C|C (?:AND|OR) C")
# what this collection does not know, CloudWatch may
UNKNOWN_FUNCTION = "AT_LEAST"


def alarm_rule(option: str, text: str) -> list[str]:
    """Find what CloudWatch refuses in the rule of a composite alarm."""
    found = too_long(option, text, LONGEST_RULE)
    if UNKNOWN_FUNCTION in text:
        return found
    children = {"".join(names) for names in CONDITION.findall(text)}
    if len(children) > MOST_CHILDREN:
        found.append(f"{option} names {len(children)} alarms, CloudWatch takes {MOST_CHILDREN}: use several rules.")
    words = " ".join(re.findall(r"\w+|\S", CONDITION.sub(" C ", text)))
    words = re.sub(r"\b(?:TRUE|FALSE)\b", "C", words)
    elements = len(re.findall(r"C\b|[()]", words))
    if elements > MOST_ELEMENTS:
        found.append(f"{option} has {elements} alarms, constants and brackets, CloudWatch takes {MOST_ELEMENTS}.")
    return found + ([] if is_condition(words) else [no_rule(option, text)])


def is_condition(words: str) -> bool:
    """Tell whether words say one condition.

    :param words: with one space in between; C(C) stands for a condition about one alarm.
    """
    before = ""
    while words != before:
        before, words = words, SHORTER.sub("C", words)
    return words == "C"


def no_rule(option: str, text: str) -> str:
    """Return what is wrong with a rule that says no condition."""
    return f"{option} {text!r} is no rule: join conditions such as ALARM(NAME) by AND, OR, NOT and closed brackets."

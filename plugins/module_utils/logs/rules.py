# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS's limits of log groups and metric filters; each rule returns its findings as sentences, as in L(common)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, too_long

# PutRetentionPolicy takes only these
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
# PutMetricFilter in the API reference of CloudWatch Logs; it takes 512 characters, of which a service's name has 255
LONGEST_PATTERN, LONGEST_VALUE, MOST_DIMENSIONS = 1024, 100, 3
FILTER_NAME, METRIC_NAME = r"[^:*]{1,256}", r"[^:*$]{1,255}"


def log_group_name(option: str, value: str) -> list[str]:
    """Find what AWS refuses in the name of a log group."""
    found = too_long(option, value, 512)
    if not re.fullmatch(r"[A-Za-z0-9_/.#-]+", value):
        found.append(f"{option} {value!r} may hold only letters, digits and the characters _ / . # -: rename it.")
    return found


def filter_names(option: str, names: Sequence[str]) -> list[str]:
    """Find names of metric filters that amazon.aws's module cannot tell apart, as it looks for what begins with one."""
    return [
        f"{option} has {name!r} and {other!r}, which begins with it, so that amazon.aws's module mistakes one for the "
        "other: rename one."
        for place, name in enumerate(names)
        for other_place, other in enumerate(names)
        if place != other_place and other.startswith(name) and (name != other or place < other_place)
    ]


def log_metric(option: str, metric: Mapping[str, Any]) -> list[str]:
    """Find what CloudWatch Logs refuses in a metric filter.

    :param option: what the metric is called in the finding.
    :param metric: C(name), C(pattern), C(metric_name), C(metric_namespace), C(metric_value), C(default_value) and
        C(dimensions); what is None, or not there, is not set.
    """
    found = not_matching(f"{option} name", metric["name"], FILTER_NAME, "give 1 to 256 characters without : and *")
    found += too_long(f"{option} pattern", metric["pattern"], LONGEST_PATTERN)
    named = {
        "metric_name": metric.get("metric_name") or metric["name"],
        "metric_namespace": metric.get("metric_namespace"),
    }
    for key, value in named.items():
        found += not_matching(f"{option} {key}", value, METRIC_NAME, "give 1 to 255 characters without :, * and $")
    found += too_long(f"{option} metric_value", str(metric.get("metric_value") or ""), LONGEST_VALUE)
    return found + metric_dimensions(option, metric)


def metric_dimensions(option: str, metric: Mapping[str, Any]) -> list[str]:
    """Find what CloudWatch Logs refuses in the dimensions of a metric, and what amazon.aws's module never settles."""
    dimensions = metric.get("dimensions") or {}
    found = []
    if dimensions and metric.get("default_value") is not None:
        found.append(f"{option} has dimensions and default_value {metric['default_value']}: remove one of them.")
    if len(dimensions) > MOST_DIMENSIONS:
        found.append(f"{option} has {len(dimensions)} dimensions, AWS takes {MOST_DIMENSIONS}: remove some.")
    found += [
        f"{option} dimensions {name!r} has capital letters, which amazon.aws's module would find changed in every run: "
        "write small ones."
        for name in dimensions
        if camel_dict_to_snake_dict({name: ""}).keys() != {name}
    ]
    return found

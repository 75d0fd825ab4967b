"""The info module lists the metric filters of one log group."""

from __future__ import annotations

from typing import Any

import pytest

MODULE = "logs_metric_filters_info"


def put(aws: Any, group: str, name: str) -> None:
    metric = {"metricName": name, "metricNamespace": "api", "metricValue": "1"}
    aws("logs").put_metric_filter(
        logGroupName=group, filterName=name, filterPattern="ERROR", metricTransformations=[metric]
    )


def test_those_of_a_log_group_by_the_beginning_of_their_names(aws: Any, run_module: Any) -> None:
    for group in ("/api", "/other"):
        aws("logs").create_log_group(logGroupName=group)
    for name in ("api-slow", "api-errors", "by-hand"):
        put(aws, "/api", name)
    put(aws, "/other", "api-other")
    for check in (True, False):
        found = run_module(MODULE, check=check, log_group_name="/api", name_prefix="api-")
        assert (found["names"], found["changed"]) == (["api-errors", "api-slow"], False)
    assert run_module(MODULE, log_group_name="/api")["names"] == ["api-errors", "api-slow", "by-hand"]


@pytest.mark.usefixtures("aws")
def test_a_log_group_that_is_missing_has_none(run_module: Any) -> None:
    assert run_module(MODULE, log_group_name="/missing", name_prefix="api-")["names"] == []


@pytest.mark.usefixtures("aws")
def test_what_aws_refuses_is_an_error(run_module: Any) -> None:
    failed = run_module(MODULE, log_group_name="not a name")
    assert failed["failed"]
    assert "InvalidParameterException" in failed["msg"]

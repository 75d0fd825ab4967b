"""The metric filters of a service's log, out of an inventory."""

from __future__ import annotations

from typing import Any

from ansible_collections.streamflix.content_api.plugins.filter.metric_filters import FilterModule

GROUP, SERVICE = "/ecs/api-dev", "api-dev"


def made(**metric: Any) -> dict[str, Any]:
    (found,) = FilterModule().filters()["metric_filters"]([metric], GROUP, SERVICE)
    return found


def test_what_is_usual() -> None:
    assert made(name="errors", pattern="ERROR", metric_value=None, dimensions=None) == {
        "log_group_name": GROUP,
        "filter_name": "api-dev-errors",
        "filter_pattern": "ERROR",
        "metric_transformation": {
            "metric_name": "errors",
            "metric_namespace": SERVICE,
            "metric_value": "1",
            "unit": "None",
        },
        "state": "present",
    }


def test_what_an_inventory_says_is_of_the_types_that_the_module_takes() -> None:
    given = {"metric_name": "slow", "metric_namespace": "app", "metric_value": 2, "default_value": 0, "unit": "Count"}
    found = made(name="errors", pattern="ERROR", dimensions={"path": "$.path"}, **given)["metric_transformation"]
    assert found == {**given, "metric_value": "2", "default_value": 0.0, "dimensions": {"path": "$.path"}}
    assert isinstance(found["default_value"], float)

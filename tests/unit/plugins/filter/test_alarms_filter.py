"""The alarms of a tier, out of a catalogue and an inventory."""

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.filter.alarms import RUNBOOKS, FilterModule

alarms = FilterModule().filters()["alarms"]

CATALOGUE = {
    "memory": {"metric_name": "Memory", "threshold": 80, "dimensions": {"Tier": "cache"}, "description": "Full."},
    "lag": {"metric_name": "Lag", "threshold": 1, "period": 300, "treat_missing_data": "notBreaching"},
}


def test_an_alarm_has_what_the_catalogue_says_and_the_inventory_changes() -> None:
    (alarm,) = alarms([{"name": "memory", "threshold": 90, "period": None}], CATALOGUE, "cache-dev-", "redis")
    assert alarm == {
        "name": "cache-dev-memory",
        "metric_name": "Memory",
        "threshold": 90,
        "period": 60,
        "evaluation_periods": 5,
        "treat_missing_data": "missing",
        "dimensions": {"Tier": "cache"},
        "description": f"Full. Runbook: {RUNBOOKS}/redis.md#memory",
    }


def test_what_the_catalogue_says_goes_before_what_all_have() -> None:
    (alarm,) = alarms([{"name": "lag"}], CATALOGUE, "x-", "redis", dimensions={"Id": "1"})
    assert (alarm["period"], alarm["treat_missing_data"], alarm["dimensions"]) == (300, "notBreaching", {"Id": "1"})


def test_there_is_one_for_each_value_of_a_dimension() -> None:
    nodes = {"Node": {"001": "n-001", "002": "n-002"}, "Group": "g"}
    made = alarms([{"name": "memory"}, {"name": "lag"}], CATALOGUE, "n-", "redis", dimensions=nodes)
    assert [(alarm["name"], alarm["dimensions"]) for alarm in made] == [
        ("n-memory-001", {"Group": "g", "Node": "n-001", "Tier": "cache"}),
        ("n-memory-002", {"Group": "g", "Node": "n-002", "Tier": "cache"}),
        ("n-lag-001", {"Group": "g", "Node": "n-001"}),
        ("n-lag-002", {"Group": "g", "Node": "n-002"}),
    ]
    # as CloudWatch compares them
    assert [list(alarm["dimensions"]) for alarm in made] == [["Group", "Node", "Tier"]] * 2 + [["Group", "Node"]] * 2


def test_one_alone_is_about_its_own_dimensions() -> None:
    catalogue = {**CATALOGUE, "log": {"metric_name": "Bytes", "dimensions": {"Log": "l"}, "alone": True}}
    (alarm,) = alarms(
        [{"name": "log"}], catalogue, "n-", "redis", dimensions={"Node": {"001": "n-001", "002": "n-002"}}
    )
    assert (alarm["name"], alarm["dimensions"]) == ("n-log", {"Log": "l"})


def test_an_expression_is_computed_of_metrics() -> None:
    one = {"metric_name": "Errors", "statistic": "Sum", "dimensions": {"Balancer": "b"}}
    entry = {"namespace": "AWS/X", "metrics": {"errors": one}, "expression": "100 * errors"}
    (alarm,) = alarms([{"name": "ratio", "period": 300}], {"ratio": entry}, "n-", "redis")
    assert alarm["metrics"] == [
        {
            "id": "errors",
            "namespace": "AWS/X",
            "metric_name": "Errors",
            "dimensions": {"Balancer": "b"},
            "stat": "Sum",
            "period": 300,
        },
        {"id": "value", "expression": "100 * errors", "return_data": True},
    ]


def test_nothing_is_watched_or_chosen() -> None:
    assert alarms([{"name": "lag"}], CATALOGUE, "n-", "redis", dimensions={"Node": {}}) == []
    assert alarms([], CATALOGUE, "n-", "redis", dimensions={"Node": "1"}) == []


def test_the_runbooks_may_be_elsewhere_or_nowhere() -> None:
    (own,) = alarms([{"name": "memory"}], CATALOGUE, "n-", "redis", "https://wiki.example.com/alarms/")
    assert own["description"] == "Full. Runbook: https://wiki.example.com/alarms/redis.md#memory"
    (none,) = alarms([{"name": "memory"}], CATALOGUE, "n-", "redis", "")
    assert none["description"] == "Full."

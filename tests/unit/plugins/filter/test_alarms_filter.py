"""The alarms of a tier, out of a catalogue and an inventory."""

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.filter.alarms import FilterModule

alarms = FilterModule().filters()["alarms"]

CATALOGUE = {
    "memory": {"metric_name": "Memory", "threshold": 80, "dimensions": {"Tier": "cache"}},
    "lag": {"metric_name": "Lag", "threshold": 1, "period": 300, "treat_missing_data": "notBreaching"},
}


def test_an_alarm_has_what_the_catalogue_says_and_the_inventory_changes() -> None:
    (alarm,) = alarms([{"name": "memory", "threshold": 90, "period": None}], CATALOGUE, "cache-dev-")
    assert alarm == {
        "name": "cache-dev-memory",
        "metric_name": "Memory",
        "threshold": 90,
        "period": 60,
        "evaluation_periods": 5,
        "treat_missing_data": "missing",
        "dimensions": {"Tier": "cache"},
    }


def test_what_the_catalogue_says_goes_before_what_all_have() -> None:
    (alarm,) = alarms([{"name": "lag"}], CATALOGUE, "x-", {"Id": "1"})
    assert (alarm["period"], alarm["treat_missing_data"], alarm["dimensions"]) == (300, "notBreaching", {"Id": "1"})


def test_there_is_one_for_each_value_of_a_dimension() -> None:
    nodes = {"Node": {"001": "n-001", "002": "n-002"}, "Group": "g"}
    made = alarms([{"name": "memory"}, {"name": "lag"}], CATALOGUE, "n-", nodes)
    assert [(alarm["name"], alarm["dimensions"]) for alarm in made] == [
        ("n-memory-001", {"Group": "g", "Node": "n-001", "Tier": "cache"}),
        ("n-memory-002", {"Group": "g", "Node": "n-002", "Tier": "cache"}),
        ("n-lag-001", {"Group": "g", "Node": "n-001"}),
        ("n-lag-002", {"Group": "g", "Node": "n-002"}),
    ]
    # as CloudWatch compares them
    assert [list(alarm["dimensions"]) for alarm in made] == [["Group", "Node", "Tier"]] * 2 + [["Group", "Node"]] * 2


def test_nothing_is_watched_or_chosen() -> None:
    assert alarms([{"name": "lag"}], CATALOGUE, "n-", {"Node": {}}) == []
    assert alarms([], CATALOGUE, "n-", {"Node": "1"}) == []

"""The composite alarms of a stack: what their rules name, and in which order they are made."""

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.filter.composite_alarms import (
    RUNBOOKS,
    FilterModule,
    composite_alarms,
)

SAYS = "Something of {} needs looking after. The alarms below this one say what."
PARTS = {"redis": ["memory-001", "memory-002"], "apigw": ["5xx"], "backup": []}


def test_the_stack_comes_last_and_names_the_parts() -> None:
    chosen = [{"name": "stack"}, {"name": "redis"}]
    assert composite_alarms(chosen, PARTS, "alarms-dev", ["topic"]) == [
        {
            "name": "alarms-dev-redis",
            "description": f"{SAYS.format('redis')} Runbook: {RUNBOOKS}/redis.md",
            "alarm_rule": 'ALARM("memory-001") OR ALARM("memory-002")',
            "alarm_actions": [],
        },
        {
            "name": "alarms-dev",
            "description": f"{SAYS.format('the stack')} Runbook: {RUNBOOKS}/README.md#stack",
            "alarm_rule": 'ALARM("alarms-dev-redis") OR ALARM("5xx")',
            "alarm_actions": ["topic"],
        },
    ]


def test_there_is_none_without_alarms() -> None:
    assert composite_alarms([{"name": "backup"}, {"name": "stack"}], {"backup": []}, "alarms-dev") == []


def test_each_may_tell_somebody_of_its_own() -> None:
    chosen = [{"name": "apigw", "alarm_actions": ["one"]}, {"name": "stack", "alarm_actions": []}]
    found = composite_alarms(chosen, PARTS, "alarms-dev", ["topic"])
    assert [one["alarm_actions"] for one in found] == [["one"], []]


def test_the_runbooks_may_be_nowhere() -> None:
    (one,) = composite_alarms([{"name": "stack"}], PARTS, "alarms-dev", runbooks="")
    assert one["description"] == SAYS.format("the stack")


def test_the_filter_has_its_name() -> None:
    assert FilterModule().filters() == {"composite_alarms": composite_alarms}

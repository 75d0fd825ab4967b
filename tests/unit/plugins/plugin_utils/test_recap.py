"""What the tasks of a run report becomes one entry for each AWS resource."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils import recap

VPC = "AWS::EC2::VPC"


def field(name: str, before: Any, after: Any) -> dict[str, Any]:
    """Return a changed field."""
    return {"field": name, "before": before, "after": after}


def change(action: str, *fields: dict[str, Any], kind: str = VPC, name: str = "main", **more: Any) -> dict[str, Any]:
    """Return a change of a resource."""
    return {"action": action, "type": kind, "name": name, "fields": list(fields), **more}


def gathered(*results: dict[str, Any], check_mode: bool = True) -> dict[str, Any]:
    """Return what is known of a host of which tasks returned these results, one after the other."""
    run = recap.Recap(check_mode)
    for result in results:
        run.see("dev", "network", result)
    return run.report()["hosts"].get("dev", {})


def merged(*changes: dict[str, Any], check_mode: bool = True) -> list[dict[str, Any]]:
    """Return the changes that are left of changes that tasks report one after the other."""
    found = gathered(*({"changes": [each]} for each in changes), check_mode=check_mode)
    return [{key: value for key, value in each.items() if key != "tier"} for each in found["changes"]]


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"changes": "five"},
        {"changes": ["five"]},
        {"changes": [{"action": "paint", "type": VPC, "name": "main"}]},
        {"changes": [{"action": "create", "name": "no type"}]},
        {"censored": "hidden", "changed": True},
        {"results": {"changes": []}},
    ],
)
def test_what_says_nothing_of_changes(result: dict[str, Any]) -> None:
    assert recap.reported(result) is None
    run = recap.Recap(check_mode=True)
    run.see("dev", "network", result)
    assert not run.heard
    assert run.report()["hosts"] == {}


def test_no_change_is_known_of_a_host_that_reports_none() -> None:
    assert gathered({"changes": []}) == {
        "changes": [],
        "ignored": [],
        "failed": [],
        "hidden": 0,
        "compared": ["network"],
        "not_compared": [],
    }


def test_tiers_of_which_no_task_said_anything_were_not_compared() -> None:
    found = gathered({"drift_tiers": ["aurora", "network", "redis"]}, {"changes": []}, {"changes": []})
    assert found["compared"] == ["network"]
    assert found["not_compared"] == ["aurora", "redis"]


def test_a_look_up_for_another_tier_compares_nothing() -> None:
    run = recap.Recap(check_mode=True)
    run.see("dev", "aurora", {"changes": []}, compares=False)
    assert run.report()["hosts"]["dev"]["compared"] == []


def test_hidden_results_are_counted() -> None:
    run = recap.Recap(check_mode=True)
    assert not run.hidden
    run.hide("dev")
    run.hide("dev")
    assert run.hidden
    assert run.report()["hosts"]["dev"]["hidden"] == 2


def test_a_failure_of_a_run_that_began_in_its_middle_says_so() -> None:
    run = recap.Recap(check_mode=False, began_at="Wait for Redis")
    run.fail("dev", "redis", "Wait", [{"msg": "'x' is undefined"}])
    message = run.report()["hosts"]["dev"]["failed"][0]["message"]
    assert message.startswith("'x' is undefined The run began at the task 'Wait for Redis' (--start-at-task)")


def test_items_of_a_loop_count_and_censored_ones_do_not() -> None:
    result = {"results": [{"changes": [change("create")]}, {"censored": "hidden"}, {"changes": []}]}
    (found,) = gathered(result)["changes"]
    assert found == {"tier": "network", **change("create")}


def test_a_change_has_fields_even_when_the_task_names_none() -> None:
    assert gathered({"changes": [{"action": "remove", "type": VPC, "name": "main"}]})["changes"][0]["fields"] == []


def test_a_creation_counts_once_with_what_the_later_task_knows_better() -> None:
    first = change("create", field("cidr", None, "10.0.0.0/16"), field("id", None, "(known after apply)"))
    then = change("create", field("id", None, "vpc-1"), field("tags", None, {}))
    (found,) = merged(first, then)
    assert found["action"] == "create"
    assert [(each["field"], each["after"]) for each in found["fields"]] == [
        ("cidr", "10.0.0.0/16"),
        ("id", "vpc-1"),
        ("tags", {}),
    ]


def test_a_creation_that_is_updated_stays_a_creation() -> None:
    (found,) = merged(change("create"), change("update", field("host", "", "db")), check_mode=False)
    assert found == change("create", field("host", "", "db"))


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_an_update_adds_to_a_list_is_created_too(check_mode: bool) -> None:
    first = change("create", field("routes", None, ["a"]), field("ids", None, []))
    then = change("update", field("routes", [], ["b"]), field("ids", [], ["c"]))
    (found,) = merged(first, then, check_mode=check_mode)
    assert found == change("create", field("routes", None, ["a", "b"]), field("ids", None, ["c"]))


def test_what_one_report_has_twice_are_two_resources() -> None:
    both = {"changes": [change("create"), change("remove", field("cidr", "a", None))]}
    for check_mode in (True, False):
        found = gathered(both, check_mode=check_mode)["changes"]
        assert [each["action"] for each in found] == ["create", "remove"]
    # a later report of both is about the same two
    again = gathered(both, {"changes": [change("update", field("cidr", "b", "c")), change("remove")]})["changes"]
    assert [each["action"] for each in again] == ["create", "remove"]


def test_resources_of_another_type_name_or_host_are_others() -> None:
    run = recap.Recap(check_mode=True)
    run.see("dev", "network", {"changes": [change("create"), change("create", name="other")]})
    run.see("dev", "network", {"changes": [change("create", kind="AWS::EC2::Subnet")]})
    run.see("prod", "network", {"changes": [change("create")]})
    hosts = run.report()["hosts"]
    assert (len(hosts["dev"]["changes"]), len(hosts["prod"]["changes"])) == (3, 1)


def test_in_check_mode_two_updates_start_from_the_same_state() -> None:
    rules = field("ingress", ["a"], ["b"])
    first = change("update", rules, field("dns", False, True))
    then = change("update", rules, field("tags.Name", "x", "y"))
    assert merged(first, then) == [change("update", rules, field("dns", False, True), field("tags.Name", "x", "y"))]


def test_in_a_run_two_updates_follow_each_other() -> None:
    first = change("update", field("count", 1, 2), field("ingress", ["a"], ["b", "c"]))
    then = change("update", field("count", 2, 3), field("ingress", ["b"], ["d"]))
    assert merged(first, then, check_mode=False) == [
        change("update", field("count", 1, 3), field("ingress", ["a"], ["c", "d"]))
    ]


def test_in_a_run_an_update_that_is_undone_is_none() -> None:
    first = change("update", field("count", 1, 2), field("ingress", ["a"], ["b"]))
    then = change("update", field("count", 2, 1), field("ingress", ["b"], ["a"]))
    assert merged(first, then, check_mode=False) == []


def test_in_a_run_what_is_made_and_removed_is_none() -> None:
    assert merged(change("create"), change("remove"), check_mode=False) == []


def test_what_is_removed_and_made_again_is_replaced() -> None:
    (found,) = merged(change("remove", field("cidr", "a", None)), change("create", field("cidr", None, "b")))
    assert found == change("replace", reason=recap.ANEW)


@pytest.mark.parametrize(("first", "then"), [("update", "remove"), ("remove", "remove"), ("update", "replace")])
def test_otherwise_the_later_report_counts(first: str, then: str) -> None:
    assert merged(change(first, field("a", 1, 2)), change(then)) == [change(then)]


def test_a_replacement_stays_one() -> None:
    needed = change("replace", field("cidr", "a", "b"), reason="Destroy it first.")
    assert merged(needed, change("update", field("dns", False, True))) == [
        change("replace", field("cidr", "a", "b"), field("dns", False, True), reason="Destroy it first.")
    ]


RULES = [
    {"type": "AWS::ECS::*", "name": "api-*", "field": "desired_count", "reason": "load tests"},
    {"field": "tags.*", "reason": "the billing team's"},
]


def test_ignored_fields_are_listed_apart_with_their_reason() -> None:
    service = change(
        "update",
        field("desired_count", 3, 2),
        field("tags.Cost", "1", None),
        field("tags.Team", "b", "a"),
        field("cpu", 1, 2),
        kind="AWS::ECS::Service",
        name="api-dev",
    )
    found = gathered({"drift_ignore": RULES}, {"changes": [service]})
    (counted,) = found["changes"]
    assert counted["fields"] == [field("cpu", 1, 2)]
    assert [(each["reason_ignored"], [entry["field"] for entry in each["fields"]]) for each in found["ignored"]] == [
        ("load tests", ["desired_count"]),
        ("the billing team's", ["tags.Cost", "tags.Team"]),
    ]


@pytest.mark.parametrize(
    "other",
    [
        change("update", field("desired_count", 3, 2), kind="AWS::ECS::Service", name="worker"),
        change("update", field("desired_count", 3, 2), kind="AWS::EC2::Fleet", name="api-dev"),
        change("create", field("desired_count", None, 2), kind="AWS::ECS::Service", name="api-dev"),
        change("remove", field("tags.Cost", "1", None)),
        change("replace", field("tags.Cost", "1", None), reason="no"),
    ],
)
def test_what_is_not_ignored(other: dict[str, Any]) -> None:
    found = gathered({"drift_ignore": RULES}, {"changes": [other]})
    assert (len(found["changes"]), found["ignored"]) == (1, [])


def test_a_run_says_what_it_changed_though_it_is_no_drift() -> None:
    done = change("update", field("tags.Cost", "1", None))
    found = gathered({"drift_ignore": RULES}, {"changes": [done]}, check_mode=False)
    assert (len(found["changes"]), found["ignored"]) == (1, [])


def test_failures_of_a_task_and_of_the_items_of_a_loop() -> None:
    run = recap.Recap(check_mode=True)
    run.fail("dev", "aurora", "Create", [{"msg": "AccessDenied"}])
    run.fail("dev", "aurora", "Loop", [{"msg": "a"}, {"msg": "b"}])
    run.fail("dev", "aurora", "Secret", [{"censored": "hidden"}])
    assert [(each["task"], each["message"]) for each in run.report()["hosts"]["dev"]["failed"]] == [
        ("Create", "AccessDenied"),
        ("Loop", "a"),
        ("Loop", "b"),
        ("Secret", "hidden"),
    ]
    assert run.failed


def test_drift_itself_is_no_failure() -> None:
    run = recap.Recap(check_mode=True)
    run.fail("dev", "end", "Fail if there is drift", [{"drift": ["AWS::EC2::VPC main"], "msg": "drift"}])
    assert not run.failed
    assert run.report()["hosts"] == {}


def test_files_are_whole_and_readable_json(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "reports" / "recap.json"
    for text in ("old", recap.as_json({"check_mode": True, "hosts": {"dév": {}}})):
        recap.write(path, text)
    assert json.loads(path.read_text(encoding="utf-8")) == {"check_mode": True, "hosts": {"dév": {}}}
    assert [entry.name for entry in path.parent.iterdir()] == ["recap.json"]
    assert path.stat().st_mode & 0o777 == 0o644

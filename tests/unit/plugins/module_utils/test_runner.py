"""The way of every module: describe, plan, stop in check mode, apply, wait, describe again."""

from __future__ import annotations

import itertools
import time
import types
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from ansible_collections.streamflix.content_api.plugins.doc_fragments.resource import ModuleDocFragment
from ansible_collections.streamflix.content_api.plugins.module_utils import runner, start, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import NotOursError
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    UNKNOWN,
    Call,
    InvalidOptionError,
    Later,
    NeedsReplacementError,
    NotToldError,
    Plan,
    Wait,
    Watch,
    path,
    refuse_replacement,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import (
    Progress,
    Resource,
    Runner,
    Standstill,
    WaitError,
    declared,
    describe_step,
    differing,
    poll,
    resolve,
)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.delays: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.delays.append(seconds)
        self.now += seconds
        assert len(self.delays) < 10_000, "waits without an end"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    monkeypatch.setattr(runner, "time", types.SimpleNamespace(monotonic=fake.monotonic, sleep=fake.sleep))
    monkeypatch.setenv(start.VARIABLE, "0")
    return fake


def failure(code: str) -> AwsError:
    return AwsError("x:Do", "thing", code, "no", "")


class FakeApi:
    """An AWS whose replies to an operation are given beforehand; the last one stays."""

    def __init__(self, **replies: list[Any]) -> None:
        self.replies = replies
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.about_what: list[tuple[str, str, str]] = []

    def call(self, operation: str, service: str = "", /, subject: str = "", **params: Any) -> Any:
        self.sent.append((operation, params))
        self.about_what.append((operation, service, subject))
        replies = self.replies.get(operation, [{}])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    def call_once(self, operation: str, service: str = "", /, subject: str = "", **params: Any) -> Any:
        return self.call(f"{operation} once", service, subject, **params)

    def get(self, operation: str, missing: Any, service: str = "", /, **params: Any) -> Any:
        try:
            return self.call(operation, service, **params)
        except AwsError as error:
            if error.code in missing:
                return None
            raise

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _unused in self.sent]


class Thing(Resource):
    """A resource whose descriptions are given beforehand; the last one stays."""

    service = "x"
    kind = "thing"
    aws_type = "Test::Thing"
    result_key = "thing"

    def __init__(self, api: Any, found: list[Any], steps: list[Any] | None = None, **options: Any) -> None:
        super().__init__(api, {"state": "present", "wait": True, "wait_timeout": 100, **options})
        self.found = found
        self.steps = [Call("modify_thing", {}, "t")] if steps is None else steps
        self.described = 0
        self.bad: list[str] = []

    @property
    def name(self) -> str:
        return "t"

    def describe(self) -> dict[str, Any] | None:
        self.described += 1
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.options["state"] == "absent":
            return Plan([Call("delete_thing", {}, "t")], current, None) if current else unchanged(None)
        if current is None:
            return Plan([Call("create_thing", {}, "t")], None, {"size": 2})
        if current.get("size") == 2:
            return unchanged(current)
        return Plan(self.steps, current, {**current, "size": 2})

    def problems(self) -> list[str]:
        return self.bad

    def busy(self, current: dict[str, Any]) -> str:
        return current["status"] if current.get("status") in ("modifying", "deleting") else ""

    def progress(self, current: dict[str, Any]) -> Progress:
        status = current.get("status", "available")
        return Progress(status == "available", status, "it broke." if status == "failed" else "")


def run(thing: Thing, check: bool = False) -> dict[str, Any]:
    return Runner(thing.api, thing, check).run()


def test_creates_and_returns_what_is_there_then() -> None:
    api = FakeApi()
    result = run(Thing(api, [None, {"size": 2, "id": "real"}]))
    assert api.operations == ["create_thing"]
    assert result == {
        "changed": True,
        "state": "present",
        "actions": ["create_thing t"],
        "changes": [
            {
                "action": "create",
                "type": "Test::Thing",
                "name": "t",
                "fields": [{"field": "size", "before": None, "after": 2}],
            }
        ],
        "ready": True,
        "thing": {"size": 2, "id": "real"},
        "diff": {"before_header": "thing t", "after_header": "thing t", "before": {}, "after": {"size": 2}},
    }


def test_check_mode_predicts_and_writes_nothing() -> None:
    api = FakeApi()
    thing = Thing(api, [None])
    preview = run(thing, check=True)
    assert api.sent == []
    assert thing.described == 1
    assert (preview["changed"], preview["actions"], preview["thing"]) == (True, ["create_thing t"], {"size": 2})


def test_check_mode_does_not_wait_for_a_busy_resource(clock: Clock) -> None:
    assert run(Thing(FakeApi(), [{"size": 1, "status": "modifying"}]), check=True)["changed"]
    assert clock.delays == []


def test_no_difference_is_no_change_and_one_look() -> None:
    api = FakeApi()
    thing = Thing(api, [{"size": 2}])
    result = run(thing)
    assert (result["changed"], result["actions"], api.sent, thing.described) == (False, [], [], 1)
    assert result["diff"]["before"] == result["diff"]["after"] == {"size": 2}


def test_an_unchanged_resource_that_is_not_ready_is_waited_for(clock: Clock) -> None:
    creating = {"size": 2, "status": "creating"}
    found = [creating, creating, {"size": 2, "status": "available"}]
    result = run(Thing(FakeApi(), found))
    assert (result["changed"], result["thing"]["status"]) == (False, "available")
    assert clock.delays
    assert run(Thing(FakeApi(), [creating], wait=False))["thing"] == creating


def test_bad_options_end_before_anything_is_read() -> None:
    thing = Thing(FakeApi(), [None])
    thing.bad = ["size 0 is too small: set 1.", "name is empty: set one."]
    with pytest.raises(InvalidOptionError, match=r"size 0 .* name is empty"):
        run(thing)
    assert thing.described == 0


def test_a_busy_resource_is_waited_for_and_planned_again() -> None:
    modifying = {"size": 1, "status": "modifying"}
    api = FakeApi()
    # the change that was under way is the one that is wanted
    result = run(Thing(api, [modifying, modifying, {"size": 2, "status": "available"}]))
    assert (result["changed"], api.sent) == (False, [])

    api = FakeApi()
    idle = {"size": 1, "status": "available"}
    result = run(Thing(api, [modifying, idle, {"size": 2, "status": "available"}]))
    assert (result["changed"], api.operations) == (True, ["modify_thing"])


def test_a_resource_that_goes_while_it_is_waited_for_is_created() -> None:
    api = FakeApi()
    result = run(Thing(api, [{"size": 1, "status": "deleting"}, None, {"size": 2}]))
    assert api.operations == ["create_thing"]
    assert result["diff"]["before"] == {}


def test_a_resource_that_stays_busy_is_told_with_state_and_seconds(clock: Clock) -> None:
    with pytest.raises(WaitError) as error:
        run(Thing(FakeApi(), [{"size": 1, "status": "modifying"}], wait_timeout=30))
    assert "thing t is not idle" in str(error.value)
    assert "after 30 s (wait_timeout 30 s), its state is modifying" in str(error.value)
    assert clock.now == pytest.approx(30)


def test_a_new_resource_may_appear_late_even_without_waiting(clock: Clock) -> None:
    thing = Thing(FakeApi(), [None, None, None, {"size": 2, "status": "creating"}], wait=False)
    assert run(thing)["thing"] == {"size": 2, "status": "creating"}
    assert len(clock.delays) == 2


def test_a_new_resource_that_never_appears_is_an_error(clock: Clock) -> None:
    with pytest.raises(WaitError, match=r"^thing t is not ready after .* its state is not listed yet\."):
        run(Thing(FakeApi(), [None], wait=False))
    assert clock.now == pytest.approx(runner.APPEAR_SECONDS)


def test_a_wait_names_what_differs_though_aws_is_done(clock: Clock) -> None:
    api = FakeApi()
    with pytest.raises(WaitError) as error:
        run(Thing(api, [{"size": 1}], wait_timeout=900))
    assert "state done as AWS says, but it differs in size: wanted 2, seen 1: AWS took the request" in str(error.value)
    assert runner.APPEAR_SECONDS <= clock.now < 1.2 * runner.APPEAR_SECONDS
    assert api.operations == ["modify_thing"]


class Tagged(Thing):
    """A thing with tags, of which those that are not wanted are removed."""

    tagging = tags.RDS

    def plan(self, current: dict[str, Any] | None) -> Plan:
        plan = super().plan(current)
        if current is None or plan.after is None or not current["tags"]:
            return plan
        return Plan([*plan.steps, Call("untag_thing", {}, "t")], current, {**plan.after, "tags": {}})


def remembered(api: FakeApi, found: dict[str, Any]) -> dict[str, str]:
    """Let a run fail at something found, and return the tags that it set."""
    with pytest.raises(WaitError, match="so nothing was sent a second time"):
        run(Tagged(api, [{**found, "arn": "a", "tags": {}}]))
    (set_,) = [params for operation, params in api.sent if operation == "add_tags_to_resource"]
    assert set_["ResourceName"] == "a"
    return tags.from_list(set_["Tags"])


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("wait", [True, False])
def test_what_had_no_effect_is_not_sent_again(check: bool, wait: bool) -> None:
    first, second = FakeApi(), FakeApi()
    its_tags = remembered(first, {"size": 1})
    with pytest.raises(WaitError, match=r"An earlier run asked AWS for size: wanted 2, seen 1\..* remove the tag"):
        run(Tagged(second, [{"size": 1, "arn": "a", "tags": its_tags}], wait=wait), check=check)
    assert second.sent == []


def test_what_differs_otherwise_than_what_had_no_effect_is_sent() -> None:
    its_tags = remembered(FakeApi(), {"size": 1})
    api = FakeApi()
    run(Tagged(api, [{"size": 3, "arn": "a", "tags": its_tags}, {"size": 2, "arn": "a", "tags": {}}]))
    assert api.operations == ["modify_thing", "untag_thing"]


def test_what_had_no_effect_is_forgotten_when_aws_shows_it() -> None:
    its_tags = remembered(FakeApi(), {"size": 1})
    api = FakeApi()
    run(Tagged(api, [{"size": 2, "arn": "a", "tags": its_tags}, {"size": 2, "arn": "a", "tags": {}}]))
    assert api.operations == ["untag_thing"]


def test_what_had_no_effect_can_be_removed() -> None:
    api = FakeApi()
    its_tags = remembered(FakeApi(), {"size": 1})
    run(Tagged(api, [{"size": 1, "arn": "a", "tags": its_tags}, None], state="absent"))
    assert api.operations == ["delete_thing"]


def test_a_replacement_without_an_effect_is_not_made_again() -> None:
    refused = NeedsReplacementError({"size": (1, 2)}, "Make another.")
    found, first, second = {"size": 1, "arn": "a", "tags": {}}, FakeApi(), FakeApi()
    thing = Tagged(first, [None, found])
    thing.unfinished = raising(refused)
    with pytest.raises(WaitError, match="size: wanted 2, seen 1"):
        run(thing)
    its_tags = tags.from_list(first.sent[-1][1]["Tags"])
    thing = Tagged(second, [{**found, "tags": its_tags}], replace=True)
    thing.plan = raising(refused)
    with pytest.raises(WaitError, match="An earlier run asked AWS for size: wanted 2, seen 1"):
        run(thing)
    assert second.sent == []


def test_what_cannot_be_remembered_is_told_with_the_reason() -> None:
    api = FakeApi(add_tags_to_resource=[failure("Denied")])
    with pytest.raises(WaitError, match=r"seen 1: AWS took .* will ask once more, .*: x:Do on thing failed: Denied"):
        run(Tagged(api, [{"size": 1, "arn": "a", "tags": {}}]))


def test_a_short_wait_remembers_nothing() -> None:
    api = FakeApi()
    with pytest.raises(WaitError, match=r"differs in size.*run again to go on, or raise wait_timeout\.$"):
        run(Tagged(api, [{"size": 1, "arn": "a", "tags": {}}], wait_timeout=5))
    assert api.operations == ["modify_thing"]


def test_the_time_for_a_difference_begins_when_aws_is_done(clock: Clock) -> None:
    busy, old = [{"size": 1, "status": "creating"}] * 20, [{"size": 1}] * 30
    done = run(Thing(FakeApi(), [None, *old, *busy, *old[:5], {"size": 2}], wait_timeout=9000))
    assert done["thing"] == {"size": 2}
    assert clock.now > 2 * runner.APPEAR_SECONDS


def test_a_wait_that_is_shorter_names_what_differs_too() -> None:
    with pytest.raises(WaitError, match=r"its state is done as AWS says, but it differs in size: wanted 2, seen 1"):
        run(Thing(FakeApi(), [{"size": 1}], wait_timeout=5))


def test_what_cannot_be_changed_and_differs_after_its_creation_is_named() -> None:
    thing = Thing(FakeApi(), [None, {"size": 1}], wait_timeout=900)
    refused = NeedsReplacementError({"size": (1, 2)}, "Make another.")
    thing.unfinished = raising(refused)
    with pytest.raises(WaitError, match="differs in size: wanted 2, seen 1"):
        run(thing)


def test_a_listed_member_is_not_told_to_be_missing() -> None:
    thing = Thing(FakeApi(), [{"size": 1}], wait_timeout=5)
    thing.listed = lambda current: current["size"] == 2
    with pytest.raises(WaitError) as error:
        run(thing)
    assert "size: wanted 2, seen 1" in str(error.value)
    assert "not listed" not in str(error.value)


def test_what_is_known_later_or_made_whole_does_not_differ() -> None:
    def parts(found: Mapping[str, Any]) -> list[Part]:
        return [Part("T", name, settings) for name, settings in found.items()]

    before = {"a": {"x": 1, "y": 1, "z": 1}, "gone": {"x": 1}}
    after = {"a": {"x": 2, "y": UNKNOWN, "z": 1}, "new": {"x": 1}}
    call = Call("modify_thing", {}, "t")
    assert differing(Plan([call], before, after), parts) == {"a x": (1, 2)}
    assert differing(Plan([], before, after), parts) == {}
    assert differing(Plan([call], None, after), parts) == {}


def raising(error: Exception) -> Any:
    def refuse(current: Any) -> Any:
        raise error

    return refuse


def test_a_set_is_waited_for_until_all_its_members_are_listed() -> None:
    thing = Thing(FakeApi(), [None, {"size": 2, "members": 1}, {"size": 2, "members": 2}], wait=False)
    thing.listed = lambda current: current["members"] == 2
    assert run(thing)["thing"]["members"] == 2


def test_a_failed_resource_ends_the_wait_at_once(clock: Clock) -> None:
    with pytest.raises(WaitError) as error:
        run(Thing(FakeApi(), [None, {"size": 2, "status": "failed"}]))
    assert "state failed: it broke." in str(error.value)
    assert clock.delays == []


def test_a_removal_waits_until_it_is_gone() -> None:
    deleting = {"size": 2, "status": "deleting"}
    api = FakeApi()
    result = run(Thing(api, [{"size": 2}, deleting, deleting, None], state="absent"))
    assert (result["changed"], result["state"], result["thing"]) == (True, "absent", {})
    assert result["diff"]["before"] == {"size": 2}
    assert result["diff"]["after"] == {}
    assert api.operations == ["delete_thing"]


def test_a_removal_that_does_not_wait_returns_what_is_left() -> None:
    deleting = {"size": 2, "status": "deleting"}
    assert run(Thing(FakeApi(), [{"size": 2}, deleting], state="absent", wait=False))["thing"] == deleting


def test_a_removal_that_takes_too_long_tells_the_state() -> None:
    with pytest.raises(WaitError, match=r"not gone after 10 s .* its state is deleting"):
        run(Thing(FakeApi(), [{"size": 2}, {"size": 2, "status": "deleting"}], state="absent", wait_timeout=10))


def test_what_does_not_exist_is_not_removed() -> None:
    api = FakeApi()
    result = run(Thing(api, [None], state="absent"))
    assert (result["changed"], result["state"], api.sent) == (False, "absent", [])


def test_later_steps_use_what_earlier_ones_return() -> None:
    api = FakeApi(create_part=[{"Part": {"Id": "p-1"}}])
    steps = [
        Call("create_part", {}, "part", binds={"id": path("Part.Id")}),
        Call("attach", {"Parts": [{"Id": Later("id")}], "Name": Later("id", "of {}")}, "part"),
    ]
    run(Thing(api, [{"size": 1}, {"size": 2}], steps))
    assert api.sent[1] == ("attach", {"Parts": [{"Id": "p-1"}], "Name": "of p-1"})


def test_silent_steps_are_sent_but_not_listed() -> None:
    api = FakeApi()
    steps = [Call("read_thing", {}, "t", silent=True), Call("modify_thing", {}, "t")]
    assert run(Thing(api, [{"size": 1}, {"size": 2}], steps))["actions"] == ["modify_thing t"]
    assert api.operations == ["read_thing", "modify_thing"]


def test_an_effect_that_is_already_there_is_no_error() -> None:
    api = FakeApi(modify_thing=[failure("AlreadyDone")])
    steps = [Call("modify_thing", {}, "t", done_if=frozenset({"AlreadyDone"}))]
    assert run(Thing(api, [{"size": 1}, {"size": 2}], steps))["changed"]


def test_errors_that_pass_are_tried_again(clock: Clock) -> None:
    api = FakeApi(modify_thing=[failure("NotYet"), failure("NotYet"), {}])
    steps = [Call("modify_thing", {}, "t", retry_if=frozenset({"NotYet"}))]
    run(Thing(api, [{"size": 1}, {"size": 2}], steps))
    assert api.operations == ["modify_thing"] * 3
    assert len(clock.delays) == 2


def test_errors_that_do_not_pass_in_time_are_told() -> None:
    api = FakeApi(modify_thing=[failure("NotYet")])
    steps = [Call("modify_thing", {}, "t", retry_if=frozenset({"NotYet"}))]
    with pytest.raises(WaitError, match=r"accepted by AWS after 20 s .*x:Do on thing failed: NotYet: no"):
        run(Thing(api, [{"size": 1}], steps, wait_timeout=20))


def test_what_keeps_aws_from_a_request_is_looked_for_now_and_then_and_told(clock: Clock) -> None:
    looks: list[tuple[float, dict[str, Any]]] = []

    class Crowded(Thing):
        def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
            looks.append((clock.now, dict(params)))
            return [f"interface {len(looks)}", "a peering"]

    api = FakeApi(modify_thing=[failure("NotYet")])
    steps = [Call("modify_thing", {"Id": Later("id")}, "t", retry_if=frozenset({"NotYet"}))]
    bind = Call("create_part", {}, "part", binds={"id": path("Id")})
    api.replies["create_part"] = [{"Id": "p-1"}]
    with pytest.raises(WaitError, match=r"NotYet: no\. In the way: interface 3; a peering\. Nothing is lost"):
        run(Crowded(api, [{"size": 1}], [bind, *steps], wait_timeout=100))
    assert [params for _moment, params in looks] == [{"Id": "p-1"}] * 3
    moments = [moment for moment, _params in looks]
    between = [later - earlier for earlier, later in itertools.pairwise([0.0, *moments])]
    # every half minute, at the first refusal after it
    assert all(30 <= seconds < 35 for seconds in between)


def test_what_passes_soon_is_not_looked_for(clock: Clock) -> None:
    class Crowded(Thing):
        def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
            raise AssertionError

    api = FakeApi(modify_thing=[failure("NotYet")] * 10 + [{}])
    steps = [Call("modify_thing", {}, "t", retry_if=frozenset({"NotYet"}))]
    assert run(Crowded(api, [{"size": 1}, {"size": 2}], steps))["changed"]
    assert 0 < clock.now < 30


def lost(code: str = "") -> AwsError:
    return AwsError("x:Do", "thing", code, "no reply", "", uncertain=True)


CREATE_ONCE = Call("create_thing", {"size": 2}, "t", once=True)


class Unique(Thing):
    """A thing that would be made twice by two requests."""

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if current is None:
            return Plan([CREATE_ONCE, Call("finish_thing", {}, "t")], None, {"size": 2})
        return unchanged(current) if current["done"] else Plan([Call("finish_thing", {}, "t")], current, current)


def test_a_request_whose_reply_was_lost_is_not_sent_again_when_aws_carried_it_out() -> None:
    api = FakeApi(**{"create_thing once": [lost()]})
    half = {"size": 2, "done": False}
    result = run(Unique(api, [None, half, {**half, "done": True}]))
    assert api.operations == ["create_thing once", "finish_thing"]
    assert result["changed"]
    assert result["actions"] == ["create_thing t", "finish_thing t"]
    assert result["diff"]["before"] == {}


def test_what_this_run_made_is_not_made_again_while_aws_lists_only_a_part_of_it(clock: Clock) -> None:
    class Several(Thing):
        """Two things, each of which AWS would make twice; lists show one of them earlier."""

        def describe(self) -> dict[str, Any] | None:
            listed = {0: 0, 1: 1}.get(int(clock.now // 3), 2) if self.described else 0
            self.described += 1
            return {"listed": listed} if listed else None

        def plan(self, current: dict[str, Any] | None) -> Plan:
            made = (current or {"listed": 0})["listed"]
            steps: list[Any] = [Call("create_thing", {"number": number}, "t", once=True) for number in range(made, 2)]
            done = [] if clock.now > 8 else [Call("finish_thing", {}, "t")]
            return Plan([*steps, *done], current, {"listed": 2})

    api = FakeApi(finish_thing=[failure("FinishedAlready"), {}])
    run(Several(api, []))
    assert api.operations == ["create_thing once"] * 2 + ["finish_thing"] * 2
    # when both were listed, with a small pause between two looks
    assert 6 <= clock.now < 7


def test_what_a_slow_request_made_has_its_time_to_be_listed_after_it(clock: Clock) -> None:
    class Slow(FakeApi):
        """AWS carries the second creation out, and fails after a long time."""

        def call_once(self, operation: str, service: str = "", /, subject: str = "", **params: Any) -> Any:
            clock.now += 20
            return super().call_once(f"{operation} {subject}", service, subject, **params)

    class Two(Thing):
        """Two things by name; the lists show each some seconds after it was made."""

        def describe(self) -> dict[str, Any] | None:
            found = {name: True for name, moment in (("a", 20), ("b", 40)) if clock.now > moment + 3}
            return found or None

        def plan(self, current: dict[str, Any] | None) -> Plan:
            missing = [name for name in ("a", "b") if name not in (current or {})]
            return Plan([Call("create_thing", {}, name, once=True) for name in missing], current, {"a": 1, "b": 1})

    api = Slow(**{"create_thing b once": [lost("InternalError")]})
    run(Two(api, []))
    assert api.operations == ["create_thing a once", "create_thing b once"]


@pytest.mark.parametrize("only_listed", [True, False])
def test_what_is_to_be_removed_may_not_be_listed_yet(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, only_listed: bool
) -> None:
    monkeypatch.setenv(start.VARIABLE, str(time.time() - 2))
    monkeypatch.setattr(Thing, "only_listed", only_listed)
    api = FakeApi()
    result = run(Thing(api, [None, {"size": 2}, None], state="absent"))
    assert result["changed"] is only_listed
    assert bool(api.operations) is only_listed
    assert (3 < clock.now <= runner.SETTLE_SECONDS - 2) is only_listed
    assert run(Thing(api, [None], state="absent"), check=True)["changed"] is False


def test_what_this_run_made_is_listed_and_it_goes_on_at_once(clock: Clock) -> None:
    api = FakeApi(finish_thing=[failure("FinishedAlready"), {}])
    run(Unique(api, [None, {"size": 2, "done": False}, {"size": 2, "done": True}]))
    assert api.operations == ["create_thing once", "finish_thing", "finish_thing"]
    assert clock.now < 1


def test_a_request_whose_reply_was_lost_is_sent_again_when_nothing_came_of_it(clock: Clock) -> None:
    api = FakeApi(**{"create_thing once": [lost(), lost("InternalError"), {}]})
    thing = Unique(api, [None] * 60 + [{"size": 2, "done": True}])
    run(thing)
    assert api.operations == ["create_thing once"] * 3 + ["finish_thing"]
    # each time AWS's lists had the seconds in which they may lag
    assert clock.now >= 2 * runner.SETTLE_SECONDS


@pytest.mark.parametrize(
    ("found", "options", "check", "ready"),
    [
        ([{"size": 2}], {}, False, True),
        ([{"size": 2}], {"wait": False}, False, True),
        ([{"size": 2, "status": "modifying"}], {"wait": False}, False, False),
        ([{"size": 2, "status": "modifying"}], {"wait": False}, True, True),
        # AWS may show that it is available before it has begun with the change
        ([{"size": 1}, {"size": 2}], {"wait": False}, False, False),
        ([None, {"size": 2}], {"wait": False}, False, True),
        ([None, {"size": 2, "status": "creating"}], {"wait": False}, False, False),
        ([None], {"wait": False, "state": "absent"}, False, True),
        ([{"size": 2}, {"size": 2, "status": "deleting"}], {"wait": False, "state": "absent"}, False, False),
    ],
)
def test_tells_whether_there_is_something_to_wait_for(
    found: list[Any], options: dict[str, Any], check: bool, ready: bool
) -> None:
    assert run(Thing(FakeApi(), found, **options), check)["ready"] is ready


@pytest.mark.parametrize("ago", [2, 5.2])
def test_what_an_interrupted_run_made_just_before_is_not_made_again(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, ago: float
) -> None:
    monkeypatch.setattr(start, "seconds_ago", lambda: ago)
    api = FakeApi()
    assert not run(Unique(api, [None, {"size": 2, "done": True}]))["changed"]
    assert api.operations == []
    assert clock.now == pytest.approx(runner.SETTLE_SECONDS - ago)


def test_where_no_earlier_run_can_have_made_it_nothing_is_waited_for(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(start.VARIABLE, str(time.time()))
    api = FakeApi()
    run(Unique(api, [None, {"size": 2, "done": True}], first_run=True))
    assert api.operations == ["create_thing once", "finish_thing"]
    assert clock.now == 0


def test_what_aws_makes_only_once_waits_for_no_earlier_run(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(start.VARIABLE, str(time.time()))
    run(Thing(FakeApi(), [None, {"size": 2}]))
    assert clock.now == 0


def test_after_a_lost_reply_nothing_is_waited_for_that_was_not_asked_for(clock: Clock) -> None:
    api = FakeApi(modify_thing=[lost()])
    thing = Thing(api, [{"size": 1}, {"size": 2, "status": "modifying"}], wait=False)
    assert run(thing)["changed"]
    assert api.operations == ["modify_thing"]
    assert clock.now == 0


def test_a_request_that_only_throttling_holds_up_is_sent_again_without_a_look() -> None:
    api = FakeApi(**{"create_thing once": [failure("RequestLimitExceeded"), {}]})
    thing = Unique(api, [None, {"size": 2, "done": True}])
    run(thing)
    assert api.operations == ["create_thing once"] * 2 + ["finish_thing"]
    assert thing.described == 2


def test_what_exists_by_now_is_not_made_again() -> None:
    api = FakeApi(create_thing=[failure("EntityAlreadyExists")])
    result = run(Thing(api, [None, {"size": 1}, {"size": 2}]))
    assert api.operations == ["create_thing", "modify_thing"]
    assert result["actions"] == ["create_thing t"]


def test_what_is_gone_by_now_is_no_failed_removal() -> None:
    api = FakeApi(delete_thing=[failure("ThingNotFoundFault")])
    result = run(Thing(api, [{"size": 2}, None], state="absent"))
    assert result["changed"]
    assert result["state"] == "absent"


def test_a_conflict_that_stays_is_told_in_the_end(clock: Clock) -> None:
    api = FakeApi(modify_thing=[failure("ConflictException")])
    with pytest.raises(AwsError, match="ConflictException"):
        run(Thing(api, [{"size": 1}]))
    assert api.operations == ["modify_thing"] * (1 + runner.FRUITLESS_TRIES)
    assert 5 < clock.now < 60


def test_between_two_plans_that_conflict_there_is_more_and_more_time(clock: Clock) -> None:
    moments: list[float] = []

    class Timed(FakeApi):
        def call(self, operation: str, service: str = "", /, subject: str = "", **params: Any) -> Any:
            moments.append(clock.now)
            return super().call(operation, service, subject, **params)

    with pytest.raises(AwsError, match="ConflictException"):
        run(Thing(Timed(modify_thing=[failure("ConflictException")]), [{"size": 1}]))
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert [0.2 * 2**number <= pause < 0.2 * 2**number + 1 for number, pause in enumerate(pauses)] == [True] * 6


def test_after_progress_a_conflict_is_met_with_as_much_patience_as_the_first(clock: Clock) -> None:
    class Growing(Thing):
        """What others have made of it shows late, so that each plan conflicts several times."""

        def plan(self, current: dict[str, Any] | None) -> Plan:
            size = (current or {})["size"]
            return unchanged(current) if size == 2 else Plan([Call("modify_thing", {"From": size}, "t")], current, {})

    conflicts = [failure("ConflictException")]
    sizes = [9] * 40 + [8] * 40 + [7] * 40 + [2]
    api = FakeApi(modify_thing=conflicts)
    result = run(Growing(api, [{"size": size} for size in sizes]))
    assert result["changed"]
    assert {params["From"] for _operation, params in api.sent} == {9, 8, 7}


def test_a_resource_that_somebody_else_keeps_changing_ends_the_run() -> None:
    sizes = iter(range(3, 1000))

    class Restless(Thing):
        def describe(self) -> dict[str, Any] | None:
            return {"size": next(sizes)}

        def plan(self, current: dict[str, Any] | None) -> Plan:
            return Plan([Call("modify_thing", dict(current or {}), "t")], current, {"size": 2})

    with pytest.raises(WaitError, match="changes all the time"):
        run(Restless(FakeApi(modify_thing=[failure("ConflictException")]), [{}]))


def test_other_errors_end_the_run() -> None:
    api = FakeApi(modify_thing=[failure("Denied")])
    steps = [Call("modify_thing", {}, "t", retry_if=frozenset({"NotYet"})), Call("never", {}, "t")]
    with pytest.raises(AwsError, match="Denied"):
        run(Thing(api, [{"size": 1}], steps))
    assert api.operations == ["modify_thing"]


def pause(**changes: Any) -> Wait:
    return Wait("part of t to go", "describe_part", {"Id": Later("id")}, path("State"), **changes)


BIND = Call("create_part", {}, "part", binds={"id": path("Id")})
NEXT = Call("next_step", {}, "t")


def test_a_pause_holds_the_next_step_until_the_state_is_reached() -> None:
    api = FakeApi(create_part=[{"Id": "p-1"}], describe_part=[{"State": "working"}, {"State": "done"}])
    run(Thing(api, [{"size": 1}, {"size": 2}], [BIND, pause(until=frozenset({"done"})), NEXT]))
    assert api.operations == ["create_part", "describe_part", "describe_part", "next_step"]
    assert api.sent[1][1] == {"Id": "p-1"}


def test_a_pause_ends_when_the_part_is_gone() -> None:
    api = FakeApi(create_part=[{"Id": "p-1"}], describe_part=[{"State": "deleting"}, failure("NotFound")])
    run(Thing(api, [{"size": 1}, {"size": 2}], [BIND, pause(gone_if=frozenset({"NotFound"})), NEXT]))
    assert api.operations[-1] == "next_step"


@pytest.mark.parametrize(
    ("how", "wanted"),
    [({"until": frozenset({"done", "ended"})}, "done or ended"), ({}, "gone")],
    ids=["states", "gone"],
)
def test_a_pause_says_which_states_end_it(how: dict[str, Any], wanted: str) -> None:
    api = FakeApi(create_part=[{"Id": "p-1"}], describe_part=[{"State": "working"}])
    with pytest.raises(WaitError, match=f"^part of t to go is not {wanted} after 5 s"):
        run(Thing(api, [{"size": 1}], [BIND, pause(**how), NEXT], wait_timeout=5))


def test_a_pause_ends_as_soon_as_what_it_watches_says_that_there_is_no_hope(clock: Clock) -> None:
    watch = Watch("describe_events", {"Of": "t"}, path("Failure"))
    api = FakeApi(
        create_part=[{"Id": "p-1"}],
        describe_part=[{"State": "working"}],
        describe_events=[{"Failure": ""}, {"Failure": ""}, {"Failure": "no room."}],
    )
    waits = pause(until=frozenset({"done"}), watch=watch)
    with pytest.raises(WaitError, match=r"^part of t to go failed after 0 s, state working: no room\.$"):
        run(Thing(api, [{"size": 1}], [BIND, waits, NEXT]))
    assert api.operations == ["create_part", *["describe_part", "describe_events"] * 3]
    assert api.sent[2] == ("describe_events", {"Of": "t"})
    assert len(clock.delays) == 2


def test_what_a_pause_watches_is_not_asked_once_the_state_is_reached() -> None:
    watch = Watch("describe_events", {}, path("Failure"))
    api = FakeApi(create_part=[{"Id": "p-1"}], describe_part=[{"State": "done"}])
    run(Thing(api, [{"size": 1}, {"size": 2}], [BIND, pause(until=frozenset({"done"}), watch=watch), NEXT]))
    assert api.operations == ["create_part", "describe_part", "next_step"]


def test_steps_may_be_of_another_service() -> None:
    api = FakeApi(describe_part=[{"State": "done"}])
    steps = [
        Call("create_role", {}, "role", service="iam"),
        Wait("x", "describe_part", {}, path("State"), frozenset({"done"}), service="logs"),
        NEXT,
    ]
    run(Thing(api, [{"size": 1}, {"size": 2}], steps))
    assert api.about_what == [("create_role", "iam", "role"), ("describe_part", "logs", ""), ("next_step", "", "t")]


@pytest.mark.parametrize(("found", "state"), [({"status": "deleting"}, "deleting"), ({"size": 1}, "there")])
def test_a_removal_that_does_not_end_says_the_state(found: dict[str, Any], state: str) -> None:
    with pytest.raises(WaitError, match=rf"^thing t is not gone after 100 s .* its state is {state}\."):
        run(Thing(FakeApi(), [{"size": 1}, found], state="absent"))


def test_a_removal_that_is_under_way_changes_nothing() -> None:
    class Leaving(Thing):
        """A thing that somebody else has begun to remove."""

        def plan(self, current: dict[str, Any] | None) -> Plan:
            return Plan((), current, None)

    leaving = {"size": 1, "status": "deleting"}
    result = run(Leaving(FakeApi(), [leaving, leaving, None], state="absent"))
    assert (result["changed"], result["state"], result["thing"]) == (False, "absent", {})
    assert result["diff"]["before"] == result["diff"]["after"] == leaving


def test_what_differs_has_its_time_from_the_moment_on_from_which_it_is_the_same(clock: Clock) -> None:
    standstill = Standstill()
    seen = []
    for now, fields in ((0, {"a": (1, 2)}), (50, {"a": (1, 2)}), (59, {"b": (1, 2)}), (118, {"b": (1, 2)})):
        clock.now = now
        seen.append(standstill.judge(fields))
    assert not any(item.ready or item.failure for item in seen)
    assert standstill.final == {}
    clock.now = 119
    assert standstill.judge({"b": (1, 2)}).failure == runner.STANDSTILL
    assert standstill.final == {"b": (1, 2)}
    assert standstill.judge({}).ready


def test_differing_fields_are_told_one_after_the_other() -> None:
    assert runner.in_words({"a": (1, 2), "b": ("x", None)}) == "a: wanted 2, seen 1; b: wanted None, seen 'x'"


def test_what_could_not_be_had_is_remembered_where_it_was_last_seen() -> None:
    api = FakeApi()
    with pytest.raises(WaitError, match=r"report it as an error of this collection\.$"):
        run(Tagged(api, [{"size": 1, "arn": "old", "tags": {}}] * 2 + [{"size": 1, "arn": "new", "tags": {}}]))
    assert api.sent[-1][1]["ResourceName"] == "new"
    assert api.about_what[-1] == ("add_tags_to_resource", "", "thing t")


@pytest.mark.parametrize(("tagged_after", "fails"), [(4, False), (1000, True)])
def test_what_was_made_a_moment_ago_may_be_described_before_its_tags_are(
    clock: Clock, tagged_after: float, fails: bool
) -> None:
    class Untagged(Unique):
        """A thing whose tags AWS shows some seconds after it."""

        def describe(self) -> dict[str, Any] | None:
            return {"size": 2, "done": clock.now > 0} if api.sent else None

        def foreign(self, found: Mapping[str, Any]) -> list[str]:
            return [] if clock.now > tagged_after else ["It is not ours."]

    api = FakeApi(**{"create_thing once": [lost()]})
    if fails:
        with pytest.raises(NotOursError):
            run(Untagged(api, []))
        assert runner.SETTLE_SECONDS <= clock.now < 1.2 * runner.SETTLE_SECONDS
    else:
        assert run(Untagged(api, []))["changed"]
        assert tagged_after < clock.now < 1.2 * tagged_after
    assert api.operations == ["create_thing once"]


def test_a_pause_that_lasts_too_long_names_what_it_waits_for() -> None:
    api = FakeApi(create_part=[{"Id": "p-1"}], describe_part=[{"State": "working"}])
    with pytest.raises(WaitError, match=r"part of t to go is not done after 5 s .* its state is working"):
        run(Thing(api, [{"size": 1}], [BIND, pause(until=frozenset({"done"})), NEXT], wait_timeout=5))


def test_polling_slows_down_and_looks_a_last_time_at_the_end(clock: Clock) -> None:
    looks = []

    def look() -> Progress:
        looks.append(clock.now)
        return Progress(clock.now >= 120, "working")

    poll("thing t", "ready", 120, look)
    assert looks[-1] == pytest.approx(120)
    assert clock.delays[0] == runner.FIRST_DELAY_SECONDS
    assert max(clock.delays) <= runner.LONGEST_DELAY_SECONDS
    assert clock.delays[:-1] == sorted(clock.delays[:-1])


def test_polling_without_time_looks_once(clock: Clock) -> None:
    with pytest.raises(WaitError, match="its state is unknown"):
        poll("thing t", "ready", 0, lambda: Progress(False))
    assert clock.delays == []


def test_later_values_are_resolved_at_any_depth() -> None:
    value: Mapping[str, Any] = {"a": [Later("x"), ("b", {"c": Later("x", "<{}>")})], "d": 1}
    assert resolve(value, {"x": 5}) == {"a": [5, ["b", {"c": "<5>"}]], "d": 1}


def test_an_action_never_shows_parameters() -> None:
    assert describe_step(Call("create_thing", {"Password": "secret"}, "t")) == "create_thing t"


class FakeModule:
    """A module whose end is an exception."""

    def __init__(self, **params: Any) -> None:
        self.params = {"wait": True, **params}
        self.check_mode = False
        self.ended: dict[str, Any] = {}
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def exit_json(self, **result: Any) -> None:
        self.ended = result
        raise SystemExit(0)

    def fail_json(self, **result: Any) -> None:
        self.ended = {"failed": True, **result}
        raise SystemExit(1)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (failure("Denied"), {"failed": True, "msg": "x:Do on thing failed: Denied: no."}),
        (InvalidOptionError("size is bad"), {"failed": True, "msg": "size is bad"}),
        (
            NotToldError({"size": (None, 2)}),
            {"failed": True, "msg": f"thing t: {NotToldError({'size': (None, 2)})}"},
        ),
        (
            NeedsReplacementError({"size": (1, 2), "age": (3, 4)}, "Rename it.", "one", "Test::Part"),
            {
                "failed": True,
                "msg": "thing t: one needs replacement, AWS cannot change in place: size (1 -> 2), age (3 -> 4). "
                "Rename it.",
                "needs_replacement": ["age", "size"],
                "changes": [
                    {
                        "action": "replace",
                        "type": "Test::Part",
                        "name": "one",
                        "fields": [
                            {"field": "size", "before": 1, "after": 2},
                            {"field": "age", "before": 3, "after": 4},
                        ],
                        "reason": "Rename it.",
                    }
                ],
            },
        ),
        (
            NeedsReplacementError({"size": (1, 2)}, "Rename it."),
            {
                "failed": True,
                "msg": "thing t needs replacement, AWS cannot change in place: size (1 -> 2). Rename it.",
                "needs_replacement": ["size"],
                "changes": [
                    {
                        "action": "replace",
                        "type": "Test::Thing",
                        "name": "t",
                        "fields": [{"field": "size", "before": 1, "after": 2}],
                        "reason": "Rename it.",
                    }
                ],
            },
        ),
    ],
)
def test_errors_end_the_module_with_one_message(error: Exception, expected: dict[str, Any]) -> None:
    class Failing(Thing):
        def __init__(self, api: Any, options: Any) -> None:
            super().__init__(api, [None])

        def plan(self, current: dict[str, Any] | None) -> Plan:
            raise error

    module = FakeModule()
    with pytest.raises(SystemExit):
        runner.run(module, Failing)
    assert module.ended == expected


def test_options_have_tags_as_aws_stores_them_and_those_of_the_owner() -> None:
    module = FakeModule(
        state="present",
        tags={"CostCenter": 1234},
        purge_tags=True,
        ignored_tags=["auto:*"],
        owner_tags={"Stack": "dev"},
    )
    assert runner.options_of(module) == {
        **module.params,
        "tags": {"CostCenter": "1234", "Stack": "dev"},
        "purge_tags": tags.Purge(True, ("auto:*",)),
    }
    assert module.params["tags"] == {"CostCenter": 1234}
    assert runner.options_of(FakeModule(name="one")) == {"wait": True, "name": "one"}
    assert runner.options_of(FakeModule(tags={"a": 1})) == {"wait": True, "tags": {"a": "1"}}


class Known(Thing):
    """A thing whose tags are known."""

    def __init__(self, api: Any, options: dict[str, Any]) -> None:
        super().__init__(api, [{"size": 1, "tags": {"Stack": "prod"}}], **options)


@pytest.mark.parametrize("check", [True, False])
def test_a_module_ends_with_the_result_and_warns_of_what_it_has_left_alone(
    monkeypatch: pytest.MonkeyPatch, check: bool
) -> None:
    api = FakeApi()
    made: list[Any] = []

    def access(*given: Any) -> FakeApi:
        made.extend(given)
        return api

    monkeypatch.setattr(runner, "Api", access)
    module = FakeModule(state="absent", tags=None, owner_tags={"Stack": "dev"})
    module.check_mode = check
    with pytest.raises(SystemExit):
        runner.run(module, Known)
    assert made == [module, "x"]
    assert api.about == "thing t"
    assert (module.ended["changed"], module.ended["state"]) == (False, "present")
    assert module.warnings == ["Test::Thing t is not ours: it lacks Stack=dev, and has Stack=prod. It stays as it is."]


def test_a_module_sends_what_its_resource_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    class Growing(Known):
        """One that is ours, and of the right size after one change."""

        def describe(self) -> dict[str, Any] | None:
            assert self.api is api
            return {"size": 1 + len(api.sent)}

    api = FakeApi()
    monkeypatch.setattr(runner, "Api", lambda *given: api)
    module = FakeModule()
    with pytest.raises(SystemExit):
        runner.run(module, Growing)
    assert (module.ended["changed"], api.operations) == (True, ["modify_thing"])


def test_check_mode_of_a_module_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Smaller(Known):
        """One that is ours, and too small."""

        def foreign(self, found: Mapping[str, Any]) -> list[str]:
            return []

    api = FakeApi()
    monkeypatch.setattr(runner, "Api", lambda *given: api)
    module = FakeModule(wait=False)
    module.check_mode = True
    with pytest.raises(SystemExit):
        runner.run(module, Smaller)
    assert module.ended["changed"]
    assert api.sent == []


def read_things(api: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"things": [api.service, api.about, options["name"], options["tags"]]}


@pytest.mark.parametrize(("named_by", "about"), [("name", "one"), ("other", ""), ("", "")])
def test_a_reading_module_ends_with_its_keys(monkeypatch: pytest.MonkeyPatch, named_by: str, about: str) -> None:
    def access(module: Any, service: str) -> types.SimpleNamespace:
        assert isinstance(module, FakeModule)
        return types.SimpleNamespace(service=service)

    monkeypatch.setattr(runner, "Api", access)
    module = FakeModule(name="one", tags={"CostCenter": 1234})
    with pytest.raises(SystemExit):
        runner.run_info(module, "x", read_things, **({"named_by": named_by} if named_by else {}))
    assert module.ended == {"changed": False, "things": ["x", about, "one", {"CostCenter": "1234"}]}


@pytest.mark.parametrize(
    ("error", "message"),
    [(failure("Denied"), "x:Do on thing failed: Denied: no."), (InvalidOptionError("size is bad"), "size is bad")],
)
def test_a_reading_module_ends_with_the_error(error: Exception, message: str) -> None:
    def refuse(api: Any, options: Any) -> dict[str, Any]:
        raise error

    module = FakeModule()
    with pytest.raises(SystemExit):
        runner.run_info(module, "x", refuse)
    assert module.ended == {"failed": True, "msg": message}


class Plain(Resource):
    """A resource that says nothing of itself but what every one has to."""

    service, kind, aws_type, result_key = "x", "plain", "Test::Plain", "plain"

    @property
    def name(self) -> str:
        return "p"

    def describe(self) -> dict[str, Any] | None:
        return None

    def plan(self, current: dict[str, Any] | None) -> Plan:
        return Plan([Call("create_plain", {}, "p")], current, {"size": 2})


def test_what_every_resource_says_of_itself() -> None:
    plain = Plain(FakeApi(), {"owner_tags": {"Stack": "dev"}})
    found = {"name": "p", "status": "there", "size": 1, "tags": {"Stack": "dev"}}
    assert plain.busy(found) == ""
    assert plain.progress(found).ready
    assert plain.listed(found)
    assert plain.details() == {}
    assert plain.to_be_tagged(found) == {}
    assert plain.first_plan().before is None
    assert plain.unfinished(found).before == found
    assert plain.parts(found) == [Part("Test::Plain", "p", {"size": 1, "tags": {"Stack": "dev"}})]
    assert plain.tagged(found) == plain.parts(found)
    assert plain.tagged({"size": 1}) == []
    assert (plain.shown(found), plain.shown(None)) == (found, {})


def test_what_is_somebody_elses_is_not_removed() -> None:
    plain = Plain(FakeApi(), {"owner_tags": {"Stack": "dev"}})
    ours, foreign = {"tags": {"Stack": "dev"}}, {"tags": {"Stack": "prod"}}
    assert (plain.foreign(ours), plain.ours(ours)) == ([], ours)
    assert plain.foreign(foreign) == ["Test::Plain p is not ours: it lacks Stack=dev, and has Stack=prod."]
    assert plain.ours(foreign) is None


@pytest.mark.parametrize("check", [True, False])
def test_what_is_somebody_elses_is_changed_only_when_adopted(check: bool) -> None:
    def take(api: FakeApi, **options: Any) -> dict[str, Any]:
        found = [{"size": size, "tags": {"Stack": "prod"}} for size in (1, 2)]
        return run(Thing(api, found, owner_tags={"Stack": "dev"}, **options), check=check)

    api = FakeApi()
    for refused in ({}, {"adopt": False}):
        with pytest.raises(NotOursError, match="it lacks Stack=dev, and has Stack=prod"):
            take(api, **refused)
    assert api.sent == []
    assert take(api, adopt=True)["changed"]
    assert api.operations == ([] if check else ["modify_thing"])


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({}, []),
        ({"wait_timeout": 0, "tags": {"a": "b"}}, []),
        ({"wait_timeout": 604800}, []),
        ({"wait_timeout": 604801}, ["wait_timeout 604801 is out of range: set 0 to 604800."]),
        ({"wait_timeout": -1}, ["wait_timeout -1 is out of range: set 0 to 604800."]),
        ({"tags": {"a": "#"}, "state": "present"}, ["tags.a '#' holds #, which AWS refuses in tags"]),
        ({"tags": {"a": "#"}, "state": "absent"}, []),
    ],
)
def test_what_is_refused_of_every_resource(options: dict[str, Any], refused: list[str]) -> None:
    found = Plain(FakeApi(), options).refusals()
    assert [text for text, expected in zip(found, refused, strict=True) if not text.startswith(expected)] == []


def test_ec2_takes_any_sign_in_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plain, "service", "ec2")
    assert Plain(FakeApi(), {"tags": {"a": "#"}}).refusals() == []


READ_SECRET = Call("read_secret", {}, "s", silent=True)


class Fixed(Thing):
    """A thing whose size AWS cannot change, made with a secret; C(api.found) is what AWS describes."""

    protected = False

    def __init__(self, api: Any, options: dict[str, Any]) -> None:
        super().__init__(api, api.found, **options)

    def describe(self) -> dict[str, Any] | None:
        found = super().describe()
        self.api.sent.append((f"saw {found.get('status', 'it') if found else 'nothing'}", {}))
        return found

    def plan(self, current: dict[str, Any] | None) -> Plan:
        if self.options["state"] == "absent":
            if self.protected:
                raise InvalidOptionError("It is protected.")
            return super().plan(current)
        if current is None:
            return Plan([READ_SECRET, Call("create_thing", {"size": 2}, "t")], None, {"size": 2})
        refuse_replacement(current, {"size": 2}, ("size",), "Rename it.", self.options.get("member", ""))
        return unchanged(current)


def replace_thing(api: FakeApi, *found: dict[str, Any] | None, check: bool = False, **options: Any) -> dict[str, Any]:
    """Run with a thing that has to be replaced."""
    api.found = list(found)
    return Runner(api, Fixed(api, {"replace": True, **options}), check).run()


@pytest.mark.parametrize("wait", [True, False])
def test_a_replacement_removes_the_old_waits_until_it_is_gone_and_creates_the_new(wait: bool) -> None:
    api = FakeApi()
    old, new = {"size": 1, "id": "old"}, {"size": 2, "id": "new"}
    result = replace_thing(api, old, old, {**old, "status": "deleting"}, None, new, wait=wait)
    assert api.operations == [
        *("saw it", "saw it", "read_secret", "delete_thing", "saw deleting", "saw nothing"),
        *("read_secret", "create_thing", "saw it"),
    ]
    assert (result["changed"], result["state"], result["thing"]) == (True, "present", new)
    assert result["actions"] == ["delete_thing t", "create_thing t"]
    assert result["changes"] == [
        {
            "action": "replace",
            "type": "Test::Thing",
            "name": "t",
            "fields": [
                {"field": "size", "before": 1, "after": 2},
                {"field": "id", "before": "old", "after": None},
            ],
            "reason": runner.ON_DEMAND,
        }
    ]
    assert (result["diff"]["before"], result["diff"]["after"]) == (old, {"size": 2})


def test_the_preview_of_a_replacement_tells_the_same_and_writes_nothing(clock: Clock) -> None:
    api, busy = FakeApi(), FakeApi()
    preview = replace_thing(api, {"size": 1}, check=True)
    assert preview == replace_thing(FakeApi(), {"size": 1}, {"size": 1}, None, {"size": 2})
    assert api.operations == ["saw it", "saw it"]
    assert replace_thing(busy, {"size": 1, "status": "modifying"}, check=True)["changed"]
    assert busy.operations == ["saw modifying", "saw modifying"]
    assert clock.delays == []


def test_a_replacement_waits_for_what_an_earlier_run_has_begun_to_remove(monkeypatch: pytest.MonkeyPatch) -> None:
    def removal(thing: Thing, current: dict[str, Any] | None) -> Plan:
        return Plan((), current, None) if thing.options["state"] == "absent" else plan(thing, current)

    plan = Fixed.plan
    monkeypatch.setattr(Fixed, "plan", removal)
    api = FakeApi()
    leaving = {"size": 1, "status": "deleting"}
    assert replace_thing(api, leaving, leaving, leaving, None, {"size": 2})["thing"] == {"size": 2}
    assert api.operations[-5:] == ["saw deleting", "saw nothing", "read_secret", "create_thing", "saw it"]


def test_what_a_new_resource_needs_is_looked_for_before_the_old_one_goes() -> None:
    api = FakeApi(read_secret=[failure("ResourceNotFoundException")])
    with pytest.raises(AwsError, match="ResourceNotFoundException"):
        replace_thing(api, {"size": 1})
    assert api.operations[2:] == ["read_secret"]


@pytest.mark.parametrize("options", [{"replace": False}, {"replace": None}, {"member": "one"}])
def test_nothing_is_replaced_that_the_user_did_not_give_up(options: dict[str, Any]) -> None:
    api = FakeApi()
    with pytest.raises(NeedsReplacementError):
        replace_thing(api, {"size": 1}, **options)
    assert set(api.operations) == {"saw it"}


@pytest.mark.parametrize("check", [True, False])
def test_what_is_protected_is_not_replaced(monkeypatch: pytest.MonkeyPatch, check: bool) -> None:
    monkeypatch.setattr(Fixed, "protected", True)
    api = FakeApi()
    with pytest.raises(InvalidOptionError, match="protected"):
        replace_thing(api, {"size": 1}, check=check)
    assert set(api.operations) == {"saw it"}


def test_the_common_options_are_those_of_the_documentation() -> None:
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    for entry in documented.values():
        del entry["description"]
    assert declared(Plain)["argument_spec"] == documented


def test_a_resource_may_have_common_options_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"type": "int", "default": 60}
    monkeypatch.setattr(Plain, "common", {"wait_timeout": own})
    monkeypatch.setattr(Plain, "fields", {"name": Field(required=True)})
    assert declared(Plain)["argument_spec"] == {"wait_timeout": own, "name": {"type": "str", "required": True}}

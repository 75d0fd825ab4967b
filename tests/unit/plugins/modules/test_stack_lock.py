"""The lock of a stack: taken by one, waited for, taken over, broken, given back, and renewed by all modules."""

from __future__ import annotations

import json
import pathlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import holding, lock

from tests.unit.plugins.modules.conftest import LOST

TAGS = {"Application": "streamflix", "Environment": "dev", "ManagedBy": "streamflix.content_api", "CostCenter": "1"}
NAME = "streamflix-lock-streamflix-dev"
RunModule = Callable[..., dict[str, Any]]


@pytest.fixture
def take(aws: Any, run_module: RunModule) -> RunModule:
    """Give a function that takes the lock as alice does, without waiting for anybody."""
    return lambda **options: run_module(
        "stack_lock", **{"stack_tags": TAGS, "owner": "alice@desk", "what": "site.yml", "wait_timeout": 0, **options}
    )


@pytest.fixture
def there(aws: Any) -> Callable[[], list[dict[str, Any]]]:
    """Give a function that returns the launch templates of the account, by plain boto3."""
    return lambda: aws("ec2").describe_launch_templates()["LaunchTemplates"]


@pytest.fixture(autouse=True)
def pauses(aws: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let pauses end at once; give how long they would have been."""
    taken: list[float] = []
    passed = [0.0]

    def sleep(seconds: float) -> None:
        taken.append(seconds)
        passed[0] += seconds

    began = time.monotonic()
    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: began + passed[0])
    return taken


def tags_of(template: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in template["Tags"]}


def set_tag(aws: Any, template: dict[str, Any], key: str, text: str) -> None:
    aws("ec2").create_tags(Resources=[template["LaunchTemplateId"]], Tags=[{"Key": key, "Value": text}])


def test_one_takes_it_and_gives_it_back(take: RunModule, there: Any, run_module: RunModule) -> None:
    done = take()
    assert not done["changed"]
    (template,) = there()
    assert (template["LaunchTemplateId"], template["LaunchTemplateName"]) == (done["id"], NAME)
    tags = tags_of(template)
    assert {key: tags.pop(key) for key in ("Application", "Environment", "ManagedBy")} == {
        key: text for key, text in TAGS.items() if key != "CostCenter"
    }
    assert (tags[lock.OWNER], tags[lock.WHAT]) == ("alice@desk", "site.yml")
    began, expires = (time.strptime(tags[key], holding.TIME_FORMAT) for key in (lock.BEGAN, holding.EXPIRES))
    assert time.mktime(expires) - time.mktime(began) == 1800
    given = run_module("stack_lock", state="absent", id=done["id"])
    assert (given["changed"], given["given_back"], there()) == (False, True, [])


def test_its_content_asks_for_tokens_and_nothing_else(aws: Any, take: RunModule) -> None:
    take()
    (version,) = aws("ec2").describe_launch_template_versions(LaunchTemplateName=NAME)["LaunchTemplateVersions"]
    content = {key: value for key, value in version["LaunchTemplateData"].items() if key != "TagSpecifications"}
    assert content == {"MetadataOptions": {"HttpTokens": "required"}}


def test_a_second_run_is_told_who_holds_it(take: RunModule, there: Any, pauses: list[float]) -> None:
    first = take()
    failed = take(owner="bob@ci")
    for part in ("alice@desk", "site.yml", first["id"], "Application=streamflix", "platform_lock=break"):
        assert part in failed["msg"]
    assert [item["LaunchTemplateId"] for item in there()] == [first["id"]]
    assert pauses == []


def test_a_second_run_waits(aws: Any, take: RunModule, monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    first = take()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            aws("ec2").delete_launch_template(LaunchTemplateId=first["id"])

    monkeypatch.setattr(time, "sleep", sleep)
    done = take(owner="bob@ci", wait_timeout=60)
    assert done["id"] != first["id"]
    assert done["removed"] == []
    assert len(pauses) == 3


def test_it_waits_for_as_long_as_it_is_told(take: RunModule, pauses: list[float]) -> None:
    take()
    failed = take(wait_timeout=60)
    assert "which has waited for 60 s" in failed["msg"]
    assert sum(pauses) == pytest.approx(60)


def test_an_expired_one_is_taken_over(aws: Any, take: RunModule, there: Any) -> None:
    first = take()
    set_tag(aws, there()[0], holding.EXPIRES, holding.at(time.time() - 1))
    done = take(owner="bob@ci")
    (template,) = there()
    assert template["LaunchTemplateId"] == done["id"] != first["id"]
    assert tags_of(template)[lock.OWNER] == "bob@ci"
    assert "expired" in done["removed"][0]
    assert "alice@desk" in done["removed"][0]


def test_one_that_does_not_say_when_it_expires_stays(aws: Any, take: RunModule, there: Any) -> None:
    take()
    set_tag(aws, there()[0], holding.EXPIRES, "soon")
    assert take()["failed"]


def test_of_two_that_take_an_expired_one_over_one_wins(
    aws: Any, take: RunModule, there: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take()
    set_tag(aws, there()[0], holding.EXPIRES, holding.at(time.time() - 1))
    read, stale = lock.find, []

    def find(api: Any, name: str) -> Any:
        # bob and carol both have read alice's
        found = read(api, name)
        if not stale:
            stale.append(found)
            assert "failed" not in take(owner="carol@ci")
        return found

    monkeypatch.setattr(lock, "find", find)
    failed = take(owner="bob@ci")
    assert "carol@ci" in failed["msg"]
    assert [tags_of(item)[lock.OWNER] for item in there()] == ["carol@ci"]


def test_a_held_one_can_be_broken_and_the_other_run_has_time_to_notice(
    take: RunModule, there: Any, pauses: list[float]
) -> None:
    first = take()
    done = take(owner="bob@ci", mode="break")
    assert [item["LaunchTemplateId"] for item in there()] == [done["id"]]
    assert done["id"] != first["id"]
    assert "broken" in done["removed"][0]
    assert sum(pauses) == holding.CHECK_SECONDS + lock.UNSEEN_SECONDS


def test_whoever_breaks_one_waits_for_as_long_as_the_other_run_needs_to_notice(
    aws: Any, take: RunModule, there: Any, pauses: list[float]
) -> None:
    take(expires_after=40)
    assert "failed" not in take(owner="bob@ci", mode="break", expires_after=1800)
    assert sum(pauses) == 10 + lock.UNSEEN_SECONDS


def test_a_break_ends_when_the_other_run_has_given_its_lock_back(
    aws: Any, take: RunModule, there: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            aws("ec2").delete_launch_template(LaunchTemplateId=first["id"])

    monkeypatch.setattr(time, "sleep", sleep)
    done = take(owner="bob@ci", mode="break")
    assert slept == [lock.LONGEST_PAUSE_SECONDS] * 2
    assert done["removed"] == []
    assert [item["LaunchTemplateId"] for item in there()] == [done["id"]]


def test_nobody_else_gets_one_that_is_being_broken(
    take: RunModule, there: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take()
    seen = []

    def sleep(_seconds: float) -> None:
        monkeypatch.setattr(time, "sleep", lambda _short: None)
        marked = [item["LaunchTemplateId"] for item in there() if holding.BROKEN in tags_of(item)]
        seen.append((marked, take(owner="carol@ci", wait_timeout=0)))

    monkeypatch.setattr(time, "sleep", sleep)
    done = take(owner="bob@ci", mode="break")
    ((marked, carols),) = seen
    assert marked == [first["id"]]
    assert "alice@desk" in carols["msg"]
    assert [item["LaunchTemplateId"] for item in there()] == [done["id"]]


def test_what_is_no_lock_is_not_touched(aws: Any, take: RunModule, there: Any) -> None:
    aws("ec2").create_launch_template(LaunchTemplateName=lock.name_of(TAGS), LaunchTemplateData=lock.CONTENT)
    for mode in ("take", "break"):
        failed = take(mode=mode)
        assert "has a launch template that is no lock" in failed["msg"]
    assert len(there()) == 1


def test_only_one_lock_is_broken(take: RunModule, monkeypatch: pytest.MonkeyPatch) -> None:
    take()
    # while bob waits after breaking alice's, carol comes
    monkeypatch.setattr(time, "sleep", lambda _seconds: take(owner="carol@ci", wait_timeout=0))
    failed = take(owner="bob@ci", mode="break")
    assert "carol@ci" in failed["msg"]


def test_one_that_no_list_shows_yet_is_waited_for(
    take: RunModule, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    take()
    monkeypatch.setattr(lock, "find", lambda _api, _name: None)
    failed = take()
    assert "EC2 does not show yet who holds it" in failed["msg"]
    assert sum(pauses) == pytest.approx(lock.UNSEEN_SECONDS)


def test_one_that_lists_show_after_its_removal_is_in_nobodys_way(
    aws: Any, take: RunModule, there: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take()
    set_tag(aws, there()[0], holding.EXPIRES, holding.at(time.time() - 1))
    shown = lock.from_aws(there()[0])
    monkeypatch.setattr(lock, "find", lambda _api, _name: shown)
    aws("ec2").delete_launch_template(LaunchTemplateId=first["id"])
    assert take()["removed"] == []


def test_a_lost_reply_is_no_other_run(take: RunModule, there: Any, troubled: Any) -> None:
    troubled("CreateLaunchTemplate", LOST)
    done = take()
    assert [item["LaunchTemplateId"] for item in there()] == [done["id"]]


def test_another_stack_has_another_lock(take: RunModule, there: Any) -> None:
    take()
    assert "failed" not in take(stack_tags={**TAGS, "Environment": "staging"})
    assert len(there()) == 2


@pytest.mark.parametrize("options", [{"check": True}, {"mode": "none"}])
def test_nothing_is_done_in_check_mode_and_without_a_lock(run_module: RunModule, there: Any, options: Any) -> None:
    check = options.pop("check", False)
    done = run_module("stack_lock", check=check, stack_tags=TAGS, **options)
    assert (done["changed"], done["id"], there()) == (False, "", [])


def test_a_missing_right_is_one_clear_error(aws: Any, take: RunModule, troubled: Any) -> None:
    troubled("CreateLaunchTemplate", "UnauthorizedOperation")
    failed = take()
    assert holding.ACTIONS in failed["msg"]
    assert "-e platform_lock=false" in failed["msg"]


def test_bad_options_are_refused(aws: Any, run_module: RunModule, there: Any) -> None:
    failed = run_module("stack_lock", stack_tags={"Application": "a"}, expires_after=5, wait_timeout=-1)
    for part in ("stack_tags lacks Environment", "expires_after 5", "wait_timeout -1"):
        assert part in failed["msg"]
    assert there() == []


def test_one_that_is_gone_at_the_end_is_told(aws: Any, take: RunModule, run_module: RunModule) -> None:
    first = take()
    aws("ec2").delete_launch_template(LaunchTemplateId=first["id"])
    done = run_module("stack_lock", state="absent", id=first["id"])
    assert done["failed"]
    assert "was gone before the end of this run" in done["msg"]


def test_a_removal_that_ec2_does_not_know_of_yet_is_tried_again(
    take: RunModule, run_module: RunModule, hold: Any, there: Any, troubled: Any
) -> None:
    first = take()
    hold(first, age=0)
    troubled("DeleteLaunchTemplate", "InvalidLaunchTemplateId.NotFound")
    assert run_module("stack_lock", state="absent", id=first["id"])["given_back"]
    assert there() == []


@pytest.mark.parametrize(("code", "fails"), [("UnauthorizedOperation", True), ("InternalError", False)])
def test_a_lock_that_cannot_be_given_back(
    take: RunModule, run_module: RunModule, troubled: Any, code: str, fails: bool
) -> None:
    first = take()
    troubled("DeleteLaunchTemplate", *[code] * 20)
    done = run_module("stack_lock", state="absent", id=first["id"])
    assert done.get("failed", False) == fails
    assert code in str(done)


@pytest.fixture
def hold(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pathlib.Path]:
    """Give a function that lets the modules that follow know of a lock that was taken some seconds ago."""

    def write(taken: dict[str, Any], age: float) -> pathlib.Path:
        file, then = tmp_path / "lock", time.time() - age
        holding.write(file, holding.Holding(taken["id"], taken["name"], 1800, taken=then, renewed=then))
        monkeypatch.setenv(holding.VARIABLE, str(file))
        return file

    return write


def log_group(run_module: RunModule) -> dict[str, Any]:
    """Run a module that writes, of another service."""
    return run_module("logs_log_group", name="/streamflix/test")


@pytest.mark.parametrize(("age", "renews"), [(0, False), (60, True), (1000, True)])
def test_a_module_renews_it_before_it_writes(
    take: RunModule, run_module: RunModule, hold: Any, there: Any, troubled: Any, age: float, renews: bool
) -> None:
    file = hold(take(), age)
    sent = troubled()
    assert log_group(run_module)["changed"]
    assert sent.count("CreateTags") == renews
    if renews:
        assert sent.index("CreateTags") < sent.index("CreateLogGroup")
        left = lock.from_aws(there()[0]).expires - time.time()
        assert left == pytest.approx(1800, abs=5)
        assert json.loads(file.read_text())["renewed"] == pytest.approx(time.time(), abs=5)


def test_a_module_that_reads_renews_it_less_often(
    take: RunModule, run_module: RunModule, hold: Any, troubled: Any
) -> None:
    taken = take()
    sent = troubled()
    for age, renewals in ((60, 0), (400, 1)):
        hold(taken, age)
        run_module("ec2_network_info", name="none")
        assert sent.count("CreateTags") == renewals


def test_a_module_writes_nothing_once_it_is_lost(
    aws: Any, take: RunModule, run_module: RunModule, hold: Any, troubled: Any
) -> None:
    taken = take()
    hold(taken, age=60)
    aws("ec2").delete_launch_template(LaunchTemplateId=taken["id"])
    sent = troubled()
    failed = log_group(run_module)
    assert "lost the lock" in failed["msg"]
    assert taken["id"] in failed["msg"]
    assert "CreateLogGroup" not in sent


def test_a_module_writes_nothing_once_it_is_being_broken(
    aws: Any, take: RunModule, run_module: RunModule, hold: Any, there: Any, troubled: Any
) -> None:
    hold(take(), age=60)
    set_tag(aws, there()[0], holding.BROKEN, "now")
    sent = troubled()
    assert "another run has broken it" in log_group(run_module)["msg"]
    assert "CreateLogGroup" not in sent
    # the one that marked it
    assert sent.count("CreateTags") == 1


def test_a_right_to_renew_that_is_missing_says_which(
    take: RunModule, run_module: RunModule, hold: Any, troubled: Any
) -> None:
    hold(take(), age=60)
    troubled("CreateTags", "UnauthorizedOperation")
    assert holding.WITHOUT in log_group(run_module)["msg"]


def test_a_run_that_was_stopped_for_too_long_does_not_go_on(
    take: RunModule, run_module: RunModule, hold: Any, troubled: Any
) -> None:
    hold(take(), age=1600)
    sent = troubled()
    failed = log_group(run_module)
    assert "which is too long ago" in failed["msg"]
    assert sent == ["CreateLaunchTemplate"]

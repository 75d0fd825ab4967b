"""Plans as data: unknown values, readers, later values, differences."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    Later,
    NeedsReplacementError,
    NotToldError,
    Plan,
    Wait,
    differences,
    different,
    is_unknown,
    path,
    refuse_replacement,
    unchanged,
    unknown,
)


def test_unknown_values_have_the_prefix_of_the_real_ones() -> None:
    assert unknown() == "(known after apply)"
    assert unknown("vpc") == "vpc-(known after apply)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (unknown(), True),
        (f"rediss://{unknown()}:6379", True),
        (["subnet-1", unknown("subnet")], True),
        ({"a": {"b": (unknown("sg"),)}}, True),
        ({unknown("sg")}, True),
        ("vpc-0123", False),
        ([], False),
        ({"a": "b"}, False),
        (None, False),
        (3, False),
    ],
)
def test_unknown_values_are_found_at_any_depth(value: Any, expected: bool) -> None:
    assert is_unknown(value) is expected


def test_sets_are_sorted_and_each_unknown_member_counts() -> None:
    assert different(["b", "a", "b"]) == ["a", "b"]
    assert different([unknown("subnet"), "a", unknown("subnet")]) == ["a", unknown("subnet"), unknown("subnet")]


def test_a_path_reads_keys_and_indices() -> None:
    reply = {"TargetGroups": [{"TargetGroupArn": "one"}, {"TargetGroupArn": "two"}]}
    assert path("TargetGroups.1.TargetGroupArn")(reply) == "two"
    with pytest.raises(KeyError):
        path("Nothing.0")(reply)


def test_later_values_keep_their_type_unless_put_into_text() -> None:
    assert Later("count").resolve({"count": 3}) == 3
    assert Later("name", "arn:{}:x").resolve({"name": "vpc"}) == "arn:vpc:x"
    with pytest.raises(KeyError):
        Later("missing").resolve({})


def test_a_plan_changes_something_when_a_call_is_not_silent() -> None:
    read = Call("describe_x", {}, "x", silent=True)
    pause = Wait("x", "describe_x", {}, path("State"))
    assert not Plan((), None, None).changed
    assert not Plan((read, pause), None, None).changed
    assert Plan((read, pause, Call("create_x", {}, "x")), None, {}).changed


def test_an_unchanged_plan_ends_as_it_began() -> None:
    plan = unchanged({"port": 80})
    assert (plan.before, plan.after, plan.changed) == ({"port": 80}, {"port": 80}, False)


def test_what_is_not_set_is_no_difference() -> None:
    current = {"port": 80, "name": "x", "tags": {}}
    assert differences(current, {"port": None, "name": "x", "tags": {}}) == {}
    assert differences(current, {"port": 0, "name": "", "tags": None}) == {"port": 0, "name": ""}
    assert differences(current, {"new": False}) == {"new": False}


def test_a_change_that_aws_cannot_make_names_both_values_and_the_remedy() -> None:
    refuse_replacement({"port": 80}, {"port": 80}, ("port", "vpc_id"), "Rename it.")
    with pytest.raises(NeedsReplacementError) as failure:
        refuse_replacement({"port": 80, "name": "x"}, {"port": 81, "name": "y"}, ("port",), "Rename it.")
    assert failure.value.fields == {"port": (80, 81)}
    assert failure.value.remedy == "Rename it."
    assert "port (80 -> 81)" in str(failure.value)
    assert str(failure.value).endswith("Rename it.")


def test_a_replacement_says_which_of_several_resources_it_is_of() -> None:
    current, desired = {"port": 80, "vpc": "a"}, {"port": 81, "vpc": "b"}
    with pytest.raises(NeedsReplacementError) as failure:
        refuse_replacement(current, desired, ("port", "vpc"), "Rename it.", "one", "AWS::One")
    assert (failure.value.name, failure.value.aws_type) == ("one", "AWS::One")
    assert str(failure.value) == (
        "needs replacement, AWS cannot change in place: port (80 -> 81), vpc ('a' -> 'b'). Rename it."
    )
    with pytest.raises(NeedsReplacementError) as failure:
        refuse_replacement(current, desired, ("port",), "Rename it.")
    assert (failure.value.name, failure.value.aws_type) == ("", "")
    alone = NeedsReplacementError({"port": (80, 81)}, "Rename it.")
    assert (alone.name, alone.aws_type) == ("", "")


def test_what_aws_does_not_tell_is_said_with_what_is_wanted_and_what_to_do() -> None:
    with pytest.raises(NotToldError) as failure:
        refuse_replacement({}, {"port": 81, "vpc": "b"}, ("port", "vpc"), "Rename it.")
    assert str(failure.value) == (
        "AWS does not tell port (wanted 81), vpc (wanted 'b'), and never changes it in place, so nothing was changed. "
        "Run again; if AWS goes on to tell nothing, leave the option out."
    )
    assert str(NotToldError(failure.value.fields)) == str(failure.value)


def test_what_aws_does_not_tell_is_no_reason_to_replace_anything() -> None:
    with pytest.raises(NotToldError, match=r"^AWS does not tell port \(wanted 81\) of one, ") as failure:
        refuse_replacement({"port": None}, {"port": 81}, ("port",), "Rename it.", "one")
    assert failure.value.fields == {"port": (None, 81)}
    refuse_replacement({"port": None}, {"port": None}, ("port",), "Rename it.")


def test_of_several_fields_one_that_aws_tells_is_enough_for_a_replacement() -> None:
    with pytest.raises(NeedsReplacementError) as failure:
        refuse_replacement({"port": None, "vpc": "a"}, {"port": 81, "vpc": "b"}, ("port", "vpc"), "Rename it.")
    assert failure.value.fields == {"port": (None, 81), "vpc": ("a", "b")}


def test_none_may_be_what_aws_tells() -> None:
    with pytest.raises(NeedsReplacementError, match="key"):
        refuse_replacement({"key": None}, {"key": "k"}, ("key",), "Rename it.", none_is_known=("key",))


def test_what_no_description_shows_is_added_in_words() -> None:
    plan = Plan((), {"size": 1}, {"size": 1}, {"password": ("as it is", "set anew")})
    assert plan.sides == ({"size": 1, "password": "as it is"}, {"size": 1, "password": "set anew"})
    assert Plan((), None, None, plan.unseen).sides == (None, None)

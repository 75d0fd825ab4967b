"""A recap as people read it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.plugin_utils import recap_text


def entry(tier: str, action: str, kind: str, name: str, **fields: tuple[Any, Any]) -> dict[str, Any]:
    """Return a change; fields are given with their values before and after."""
    listed = [{"field": key.replace("__", "."), "before": old, "after": new} for key, (old, new) in fields.items()]
    return {"tier": tier, "action": action, "type": kind, "name": name, "fields": listed}


SUBNET = entry("network", "create", "AWS::EC2::Subnet", "public-a", cidr=(None, "10.0.0.0/24"))
VPC = entry("network", "update", "AWS::EC2::VPC", "main", dns=(False, True), tags__Team=("a", None))
GROUP = entry("network", "update", "AWS::EC2::SecurityGroup", "alb", ingress=([{"port": 80}], [{"port": 443}]))
LOGS = entry("ecs_service", "remove", "AWS::Logs::LogGroup", "/ecs/api", retention=(7, None))
MOVED = entry("aurora", "replace", "AWS::RDS::DBCluster", "db", port=(5432, 5433)) | {"reason": "Destroy it first."}
FAILED = {"tier": "aurora", "task": "Create", "message": "AccessDenied:\n  not allowed"}


def host(
    *changes: dict[str, Any],
    ignored: tuple[dict[str, Any], ...] = (),
    failed: tuple[dict[str, str], ...] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return what is known of a host."""
    lists = {"changes": list(changes), "ignored": list(ignored), "failed": list(failed)}
    return {**lists, "hidden": 0, "compared": [], "not_compared": [], **more}


def report(**hosts: dict[str, Any]) -> dict[str, Any]:
    """Return a report of a preview."""
    return {"check_mode": True, "hosts": hosts}


def text(found: dict[str, Any], about_drift: bool = False) -> str:
    """Return a recap without colours."""
    return "\n".join(line.text for line in recap_text.text_lines(found, about_drift))


def test_the_whole_recap() -> None:
    assert text(report(dev=host(SUBNET, VPC, GROUP, LOGS))) == "\n".join(
        [
            "dev  + create 1  ~ update 2  - remove 1",
            "  network",
            "    + AWS::EC2::Subnet public-a",
            "    ~ AWS::EC2::VPC main",
            "        dns: false -> true",
            "        tags.Team: a -> (none)",
            "    ~ AWS::EC2::SecurityGroup alb",
            "        ingress",
            "          - port: 80",
            "          + port: 443",
            "  ecs_service",
            "    - AWS::Logs::LogGroup /ecs/api",
            "  IAM and network exposure",
            "    ~ AWS::EC2::SecurityGroup alb",
            "        ingress",
            "          - port: 80",
            "          + port: 443",
        ]
    )


def test_replacements_are_counted_when_there_are_any_and_say_why() -> None:
    shown = text(report(dev=host(MOVED)))
    assert shown.startswith("dev  + create 0  ~ update 0  ! replace 1  - remove 0\n")
    assert "    ! AWS::RDS::DBCluster db\n        port: 5432 -> 5433\n        reason: Destroy it first." in shown


def test_no_changes() -> None:
    assert text(report(dev=host(), prod=host())) == "dev  no changes\nprod  no changes"


def test_ignored_differences_have_their_reason() -> None:
    shown = text(report(dev=host(ignored=({**VPC, "reason_ignored": "load tests"},))))
    assert shown.startswith("dev  no changes  ignored 1\n")
    assert "a run changes it all the same\n    ~ AWS::EC2::VPC main\n        dns: false -> true" in shown
    assert "        reason: load tests" in shown


def test_what_exposes_something_is_listed_even_when_it_is_ignored() -> None:
    assert recap_text.EXPOSURE in text(report(dev=host(ignored=({**GROUP, "reason_ignored": "by hand"},))))


def test_a_failure_is_one_line_and_says_that_the_recap_is_not_complete() -> None:
    shown = text(report(dev=host(SUBNET, failed=(FAILED,))))
    assert "    aurora: Create: AccessDenied: not allowed\n" in shown
    assert shown.endswith("dev failed before its end: what is listed is not complete.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [((SUBNET,), "This is an error, not drift."), ((MOVED,), "What needs replacement is drift that no run repairs.")],
)
def test_a_search_for_drift_that_fails_says_what_it_is(changes: tuple[dict[str, Any], ...], said: str) -> None:
    assert text(report(dev=host(*changes, failed=(FAILED,))), about_drift=True).endswith(said)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(none)"),
        ("", '""'),
        (True, "true"),
        (7, "7"),
        ("two\n  lines", "two lines"),
        (["b", 1], '["b", 1]'),
        ({"to": 80, "cidr": "::/0", "group": None, "description": ""}, "cidr: ::/0, to: 80"),
        ({"Principal": {"Service": "ecs"}, "Effect": "Allow"}, "Effect: Allow, Principal: {Service: ecs}"),
        ("x" * 200, "x" * 97 + "..."),
    ],
)
def test_values_are_one_line(value: Any, shown: str) -> None:
    assert recap_text.shown(value) == shown


def test_what_exposes_something_is_never_cut() -> None:
    statement = {"Action": ["s3:Get" + "x" * 200], "Resource": "*"}
    role = entry("ecs_service", "update", "AWS::IAM::Role", "r", inline_policies__p__Statement=([], [statement]))
    tier, exposure = text(report(dev=host(role))).split(recap_text.EXPOSURE)
    assert "Resource: *" not in tier
    assert "Resource: *" in exposure


def test_markdown_has_counts_folded_tiers_and_the_exposure_in_full_view() -> None:
    shown = recap_text.markdown(report(dev=host(SUBNET, VPC, GROUP, failed=(FAILED,))), about_drift=False)
    assert shown.startswith("# What a run would change\n\n## dev\n\n| create | update |")
    assert "| 1 | 2 | 0 | 0 | 0 | 1 |" in shown
    assert (
        "<details><summary>network</summary>\n\n```diff\n+ AWS::EC2::Subnet public-a\n~ AWS::EC2::VPC main\n" in shown
    )
    assert "### IAM and network exposure\n\n```diff\n~ AWS::EC2::SecurityGroup alb\n" in shown
    assert "**dev failed before its end: what is listed is not complete.**" in shown


def test_a_run_says_what_it_did() -> None:
    assert recap_text.markdown(report(dev=host()) | {"check_mode": False}, False).startswith(
        "# What this run changed\n"
    )


def test_the_message_of_drift_names_resources_and_fields() -> None:
    assert recap_text.drift("dev", [VPC, LOGS]).splitlines() == [
        "dev has drifted: 2 resources are not as the inventory says.",
        "~ AWS::EC2::VPC main",
        "    dns: false -> true",
        "    tags.Team: a -> (none)",
        "- AWS::Logs::LogGroup /ecs/api",
        "Run site.yml to repair it, change the inventory to keep it, or name it in drift_ignore.",
    ]
    assert "1 resource is not as" in recap_text.drift("dev", [VPC])


def test_hidden_results_are_no_absence_of_changes() -> None:
    lines = text(report(dev=host(hidden=3))).splitlines()
    assert lines[0] == "dev  hidden 3"
    assert lines[1].startswith("  Of dev, the results of 3 tasks are hidden by no_log (ANSIBLE_NO_LOG hides all)")
    assert "no changes" not in "".join(lines)
    assert "| 3 |" in recap_text.markdown(report(dev=host(hidden=3)), about_drift=False)


def test_a_comparison_says_what_it_left_out() -> None:
    found = report(dev=host(not_compared=["aurora", "redis"]))
    assert text(found).endswith("\n  Not compared, as tags left it out: aurora, redis.")
    assert "**Not compared, as tags left it out: aurora, redis.**" in recap_text.markdown(found, about_drift=True)


def test_what_a_failure_kept_from_being_compared_was_not_left_out_by_tags() -> None:
    assert "Not compared" not in text(report(dev=host(failed=(FAILED,), not_compared=["redis"])))

"""The plan of AWS Backup with its selections, read back with plain boto3."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.support.life import OURS, THEIRS, Life, Setting
from tests.unit.plugins.modules.conftest import LOST

NAME, VAULT = "streamflix-dev", "vault"
CLUSTER = "arn:aws:rds:eu-west-1:123456789012:cluster:streamflix-aurora-dev"
OTHER = "arn:aws:backup:eu-central-1:123456789012:backup-vault:other"
ROLES = [f"arn:aws:iam::123456789012:role/{name}" for name in ("one", "two")]
DAILY: dict[str, Any] = {
    "name": "daily",
    "target_backup_vault_name": VAULT,
    "schedule_expression": "cron(0 3 * * ? *)",
    "lifecycle": {"delete_after_days": 35},
    "recovery_point_tags": {"Team": "content"},
    "copy_actions": [{"destination_backup_vault_arn": OTHER, "lifecycle": {"delete_after_days": 7}}],
}
MONTHLY: dict[str, Any] = {
    "name": "monthly",
    "target_backup_vault_name": VAULT,
    "start_window_minutes": 60,
    "completion_window_minutes": 120,
    "schedule_expression_timezone": "Europe/Dublin",
}
# as AWS has them
DAILY_SHOWN = {
    "RuleName": "daily",
    "TargetBackupVaultName": VAULT,
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "ScheduleExpressionTimezone": "Etc/UTC",
    "StartWindowMinutes": 480,
    "CompletionWindowMinutes": 10080,
    "EnableContinuousBackup": False,
    "Lifecycle": {"DeleteAfterDays": 35},
    "RecoveryPointTags": {"Team": "content"},
    "CopyActions": [{"DestinationBackupVaultArn": OTHER, "Lifecycle": {"DeleteAfterDays": 7}}],
}
MONTHLY_SHOWN = {
    "RuleName": "monthly",
    "TargetBackupVaultName": VAULT,
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "ScheduleExpressionTimezone": "Europe/Dublin",
    "StartWindowMinutes": 60,
    "CompletionWindowMinutes": 120,
    "EnableContinuousBackup": False,
}
AURORA = {"name": "aurora", "iam_role_arn": ROLES[0], "resources": [CLUSTER]}
TAGGED = {"name": "tagged", "iam_role_arn": ROLES[1], "resource_tags": {"Environment": "dev"}}
LIFE = Life(
    "backup_plan",
    {"name": NAME},
    (
        Setting("rules", "rules", [DAILY], [MONTHLY, DAILY], ([DAILY_SHOWN], [DAILY_SHOWN, MONTHLY_SHOWN]), True),
        Setting(
            "selections",
            "selections",
            [AURORA],
            [TAGGED, {**AURORA, "iam_role_arn": ROLES[1]}],
            (
                {"aurora": (ROLES[0], [CLUSTER], [])},
                {
                    "aurora": (ROLES[1], [CLUSTER], []),
                    "tagged": (
                        ROLES[1],
                        ["*"],
                        [{"ConditionKey": "aws:ResourceTag/Environment", "ConditionValue": "dev"}],
                    ),
                },
            ),
        ),
    ),
)


@pytest.fixture(autouse=True)
def surroundings(aws: Any) -> None:
    """Give the account the vault and the roles."""
    aws("backup").create_backup_vault(BackupVaultName=VAULT)
    trust = json.dumps({"Statement": [{"Principal": {"Service": "backup.amazonaws.com"}}]})
    for arn in ROLES:
        aws("iam").create_role(RoleName=arn.rpartition("/")[2], AssumeRolePolicyDocument=trust)


def plans(aws: Any) -> list[dict[str, Any]]:
    """Return the plans of the account, in AWS's list."""
    return aws("backup").list_backup_plans()["BackupPlansList"]


@pytest.fixture
def read(aws: Any) -> Callable[[], Mapping[str, Any] | None]:
    def read_back() -> Mapping[str, Any] | None:
        backup = aws("backup")
        found = plans(aws)
        if not found:
            return None
        (plan,) = found
        which = {"BackupPlanId": plan["BackupPlanId"]}
        rules = backup.get_backup_plan(**which)["BackupPlan"]["Rules"]
        shown = [{key: value for key, value in rule.items() if key != "RuleId"} for rule in rules]
        selections = {}
        for one in backup.list_backup_selections(**which)["BackupSelectionsList"]:
            reply = backup.get_backup_selection(**which, SelectionId=one["SelectionId"])
            selection = reply["BackupSelection"]
            equals = selection["Conditions"]["StringEquals"]
            selections[one["SelectionName"]] = (selection["IamRoleArn"], selection["Resources"], equals)
        tags = backup.list_tags(ResourceArn=plan["BackupPlanArn"])["Tags"]
        return {"rules": shown, "selections": selections, "tags": tags}

    return read_back


def test_the_life_of_a_plan(run_module: Any, read: Any) -> None:
    LIFE.live(run_module, read)


def test_the_rules_change(run_module: Any, read: Any) -> None:
    LIFE.change(run_module, read, "rules")


def test_somebody_elses_stays(run_module: Any, read: Any) -> None:
    LIFE.respect(run_module, read)


def test_a_selection_that_differs_is_made_anew(run_module: Any, read: Any) -> None:
    run_module("backup_plan", **LIFE.options)
    options = {"name": NAME, "rules": [DAILY], "selections": [{**AURORA, "resources": ["*"]}]}
    done = run_module("backup_plan", **options)
    assert done["actions"] == [f"{verb}_backup_selection {NAME} aurora" for verb in ("delete", "create")]
    (change,) = done["changes"]
    assert (change["type"], change["name"], change["action"]) == ("AWS::Backup::BackupSelection", "aurora", "update")
    assert change["fields"] == [{"field": "resources", "before": [CLUSTER], "after": ["*"]}]
    assert read()["selections"] == {"aurora": (ROLES[0], ["*"], [])}


def test_what_somebody_has_added_to_a_selection_goes(run_module: Any, aws: Any, read: Any) -> None:
    run_module("backup_plan", **LIFE.options)
    backup, which = aws("backup"), {"BackupPlanId": plans(aws)[0]["BackupPlanId"]}
    (one,) = backup.list_backup_selections(**which)["BackupSelectionsList"]
    backup.delete_backup_selection(**which, SelectionId=one["SelectionId"])
    selection = {"SelectionName": "aurora", "IamRoleArn": ROLES[0], "Resources": [CLUSTER], "NotResources": [CLUSTER]}
    backup.create_backup_selection(**which, BackupSelection=selection)
    (change,) = run_module("backup_plan", **LIFE.options)["changes"]
    assert [field["field"] for field in change["fields"]] == ["NotResources"]
    assert not run_module("backup_plan", **LIFE.options)["changed"]
    assert read()["selections"] == {"aurora": (ROLES[0], [CLUSTER], [])}


def test_of_several_plans_of_a_name_it_is_ours(run_module: Any, aws: Any) -> None:
    create = aws("backup").create_backup_plan
    rule = {"RuleName": "x", "TargetBackupVaultName": VAULT}
    theirs = create(BackupPlan={"BackupPlanName": NAME, "Rules": [rule]}, BackupPlanTags=THEIRS)["BackupPlanId"]
    ours = create(BackupPlan={"BackupPlanName": NAME, "Rules": [{**rule, "RuleName": "y"}]}, BackupPlanTags=OURS)
    done = run_module("backup_plan", name=NAME, rules=[DAILY], owner_tags=OURS)
    assert done["plan"]["id"] == ours["BackupPlanId"]
    run_module("backup_plan", name=NAME, state="absent", owner_tags=OURS)
    assert [plan["BackupPlanId"] for plan in plans(aws)] == [theirs]


def test_a_type_that_is_not_turned_on_is_refused(run_module: Any, aws: Any) -> None:
    aws("backup").update_region_settings(ResourceTypeOptInPreference={"Aurora": False})
    for check in (True, False):
        refused = run_module("backup_plan", check=check, **LIFE.options, resource_types=["Aurora", "RDS"])
        assert "--resource-type-opt-in-preference Aurora=true" in refused["msg"]
    assert plans(aws) == []
    aws("backup").update_region_settings(ResourceTypeOptInPreference={"Aurora": True})
    assert run_module("backup_plan", **LIFE.options, resource_types=["Aurora", "RDS"])["changed"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": "a b"}, "1 to 50"),
        ({"rules": []}, "at least one rule"),
        ({"rules": [DAILY, DAILY]}, "twice"),
        ({"rules": [{**DAILY, "name": "a b"}]}, "1 to 50"),
        ({"rules": [{**DAILY, "target_backup_vault_name": "v"}]}, "2 to 50"),
        ({"rules": [{**DAILY, "schedule_expression": "daily"}]}, "cron(...)"),
        ({"rules": [{**DAILY, "schedule_expression_timezone": "5 am"}]}, "Europe/Dublin"),
        ({"rules": [{**DAILY, "start_window_minutes": 59}]}, "59 is too short"),
        ({"rules": [{**DAILY, "completion_window_minutes": 500}]}, "set 540 or more"),
        (
            {"rules": [{**DAILY, "lifecycle": {"move_to_cold_storage_after_days": 30, "delete_after_days": 119}}]},
            "set 120 or more",
        ),
        ({"rules": [{**DAILY, "lifecycle": {"delete_after_days": 0}}]}, "0 is out of range"),
        (
            {"rules": [{**DAILY, "enable_continuous_backup": True, "lifecycle": {"delete_after_days": 36}}]},
            "35 days at most",
        ),
        ({"rules": [{**DAILY, "enable_continuous_backup": True, "lifecycle": {}}]}, "35 days at most"),
        (
            {
                "rules": [
                    {
                        **DAILY,
                        "enable_continuous_backup": True,
                        "lifecycle": {"delete_after_days": 35, "move_to_cold_storage_after_days": 1},
                    }
                ]
            },
            "has none",
        ),
        ({"rules": [{**DAILY, "recovery_point_tags": {"aws:x": "y"}}]}, "aws:"),
        ({"rules": [{**DAILY, "copy_actions": [{"destination_backup_vault_arn": "x"}]}]}, "ARN of a vault"),
        ({"selections": [{**AURORA, "iam_role_arn": "role"}]}, "role's ARN"),
        ({"selections": [{**AURORA, "resources": []}]}, "selects nothing"),
        ({"selections": [AURORA, AURORA]}, "twice"),
        ({"selections": [{**AURORA, "name": "a b"}]}, "1 to 50"),
    ],
)
def test_what_aws_refuses_touches_nothing(run_module: Any, aws: Any, wrong: dict[str, Any], text: str) -> None:
    refused = run_module("backup_plan", **{**LIFE.options, **wrong})
    assert text in refused["msg"]
    assert plans(aws) == []


@pytest.mark.parametrize("operation", ["CreateBackupPlan", "CreateBackupSelection"])
def test_a_lost_reply_makes_nothing_twice(run_module: Any, read: Any, troubled: Any, operation: str) -> None:
    troubled(operation, LOST)
    assert run_module("backup_plan", **LIFE.options)["changed"]
    LIFE.compare(read(), 0, LIFE.options["tags"])


def test_a_new_role_is_waited_for(run_module: Any, read: Any, aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = aws("iam").get_role(RoleName="one")["Role"]["AssumeRolePolicyDocument"]
    aws("iam").delete_role(RoleName="one")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        """Let the role appear while the module waits."""
        pauses.append(seconds)
        if len(pauses) == 3:
            aws("iam").create_role(RoleName="one", AssumeRolePolicyDocument=json.dumps(trust))

    monkeypatch.setattr("time.sleep", pause)
    assert run_module("backup_plan", **LIFE.options)["changed"]
    assert len(pauses) == 3
    LIFE.compare(read(), 0, LIFE.options["tags"])

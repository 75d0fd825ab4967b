"""Amazon CloudWatch: alarm mute rules, which moto lacks. They are kept as requests set them."""

from __future__ import annotations

from emulator.kept import Kept

ALARM_MUTE_RULES = Kept(
    "cloudwatch",
    "cloudwatch:alarm-mute-rule",
    name="Name",
    arn="AlarmMuteRuleArn",
    create="put_alarm_mute_rule",
    change="put_alarm_mute_rule",
    read="get_alarm_mute_rule",
    remove="delete_alarm_mute_rule",
    which={
        "get_alarm_mute_rule": "AlarmMuteRuleName",
        "delete_alarm_mute_rule": "AlarmMuteRuleName",
        "put_alarm_mute_rule": "Name",
    },
    gone="ResourceNotFoundException",
    separator=":",
)


def install() -> None:
    """Give moto what it lacks."""
    ALARM_MUTE_RULES.install()

"""Composite alarms: their rules, the alarms that these name, and what follows from those for their states.

CloudWatch API Reference, PutCompositeAlarm, DescribeAlarms and DeleteAlarms. That DeleteAlarms refuses an alarm that a
composite alarm names, and how it says so, is in reports of its users: cloud-custodian 7763, aws-nuke 462.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator import caching
from emulator.kept import Item, Tagging, install_tagging, kept, parameters, responses_of, result
from emulator.patching import add, wrap
from emulator.services.cloudwatch.alarm_rules import Rule, RuleError, parsed

KIND = "cloudwatch:alarm"
OK, ALARM, UNKNOWN = "OK", "ALARM", "INSUFFICIENT_DATA"
MOST_CHILDREN = 100
MOST_ELEMENTS = 500
SUPPRESSION = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")


def install() -> None:
    """Put the additions into moto."""
    from moto.cloudwatch.models import CloudWatchBackend

    responses = responses_of("cloudwatch")
    add(responses, "put_composite_alarm", put_composite_alarm)
    # moto may know the operations of this class from an earlier request
    caching.forget()
    install_tagging("cloudwatch", Tagging())
    wrap(responses, "describe_alarms")(_describe_alarms)
    wrap(responses, "delete_alarms")(_delete_alarms)
    for name, enabled in (("enable_alarm_actions", True), ("disable_alarm_actions", False)):
        wrap(CloudWatchBackend, name)(_switching(enabled))


def composites(backend: Any) -> dict[str, Item]:
    """Return the composite alarms of an account in a region, by name."""
    return {name: item for (kind, name), item in kept(backend).items() if kind == KIND}


def _invalid(text: str) -> Exception:
    from moto.cloudwatch.exceptions import ValidationError

    return ValidationError(text)


def put_composite_alarm(self: Any) -> Any:
    """Create a composite alarm, or set all of one that exists; its tags and its state stay."""
    backend, params = self.cloudwatch_backend, parameters("cloudwatch", self)
    name, tags = params["AlarmName"], params.pop("Tags", None)
    if name in backend.alarms:
        raise _invalid(f"{name} is a metric alarm.")
    rule = _rule(params["AlarmRule"])
    suppressor = [params["ActionsSuppressor"]] if params.get("ActionsSuppressor") else []
    missing = [one for one in sorted({*rule.alarms, *suppressor}) if not _exists(backend, one, name)]
    if missing:
        raise _invalid(
            f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist"
        )
    if bool(suppressor) != all(key in params for key in SUPPRESSION):
        raise _invalid(
            "ActionsSuppressor, ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod go together."
        )
    known = composites(backend).get(name)
    arn = f"arn:{backend.partition}:cloudwatch:{backend.region_name}:{backend.account_id}:alarm:{name}"
    shown = {
        "ActionsEnabled": True,
        **{key: [] for key in ("AlarmActions", "OKActions", "InsufficientDataActions")},
        **params,
        "AlarmArn": arn,
        "StateValue": known.shown["StateValue"] if known else UNKNOWN,
        "StateReason": f"{arn} was created" if not known else known.shown["StateReason"],
        "StateUpdatedTimestamp": datetime.datetime.now(datetime.UTC),
    }
    kept(backend)[KIND, name] = Item(KIND, arn, shown, known.tags if known else Tagging().to_dict(tags))
    return result({})


def _rule(text: str) -> Rule:
    """Return what a rule says.

    :raises CloudWatchException: CloudWatch would not take it.
    """
    try:
        rule = parsed(text)
    except RuleError as error:
        raise _invalid(
            f"AlarmRule must not contain leading or trailing whitespace or be null or invalid: {error}"
        ) from error
    if len(rule.alarms) > MOST_CHILDREN or rule.elements > MOST_ELEMENTS:
        raise _invalid(f"AlarmRule has more than {MOST_CHILDREN} alarms or {MOST_ELEMENTS} elements.")
    return rule


def _name_in(reference: str) -> str:
    """Return the name of an alarm that a rule names, which may be its ARN."""
    return reference.split(":alarm:", 1)[1] if reference.startswith("arn:") else reference


def _exists(backend: Any, reference: str, own: str) -> bool:
    name = _name_in(reference)
    return name in backend.alarms or (name in composites(backend) and name != own)


def state(backend: Any, name: str, asked_by: tuple[str, ...] = ()) -> str:
    """Return the state of an alarm; that of a composite one follows from its rule, unless it is in a cycle."""
    if name in backend.alarms:
        return str(backend.alarms[name].state_value)
    item = composites(backend).get(name)
    if item is None or name in asked_by:
        return UNKNOWN
    rule = parsed(item.shown["AlarmRule"])
    holds = rule.holds(lambda alarm: state(backend, _name_in(alarm), (*asked_by, name)))
    return ALARM if holds else OK


def _shown(backend: Any, name: str) -> dict[str, Any]:
    shown = composites(backend)[name].shown
    shown["StateValue"] = state(backend, name)
    return shown


def _describe_alarms(original: Any, self: Any) -> Any:
    """Show the types that are asked for; without any, metric alarms only."""
    backend, params = self.cloudwatch_backend, parameters("cloudwatch", self)
    types = params.get("AlarmTypes") or ["MetricAlarm"]
    found = original(self).result if "MetricAlarm" in types else {"MetricAlarms": []}
    names, prefix = params.get("AlarmNames"), params.get("AlarmNamePrefix", "")
    wanted = [name for name in composites(backend) if name.startswith(prefix) and (not names or name in names)]
    shown = [_shown(backend, name) for name in sorted(wanted)] if "CompositeAlarm" in types else []
    asked = params.get("StateValue")
    return result({**found, "CompositeAlarms": [one for one in shown if not asked or one["StateValue"] == asked]})


def _delete_alarms(original: Any, self: Any) -> Any:
    """Refuse what a composite alarm names that stays, and two composite alarms at once."""
    backend, names = self.cloudwatch_backend, parameters("cloudwatch", self)["AlarmNames"]
    there = composites(backend)
    if len([name for name in names if name in there]) > 1:
        raise _invalid("At most one composite alarm can be deleted at once.")
    used = sorted({child for one in there.values() for child in _children(one)} & set(names))
    if used:
        depending = "it" if len(used) == 1 else "them"
        raise _invalid(f"Cannot delete {','.join(used)} as there are composite alarm(s) depending on {depending}.")
    for name in names:
        kept(backend).pop((KIND, name), None)
    return original(self)


def _children(item: Item) -> Iterable[str]:
    named: Mapping[str, Any] = item.shown
    suppressor = [named["ActionsSuppressor"]] if named.get("ActionsSuppressor") else []
    return [_name_in(one) for one in (*parsed(named["AlarmRule"]).alarms, *suppressor)]


def _switching(enabled: bool) -> Callable[..., None]:
    def switch(original: Any, self: Any, alarm_names: list[str]) -> None:
        """Switch the actions of composite alarms, too."""
        original(self, alarm_names)
        for name in alarm_names:
            if name in composites(self):
                composites(self)[name].shown["ActionsEnabled"] = enabled

    switch.__qualname__ = f"switch_{enabled}"
    return switch

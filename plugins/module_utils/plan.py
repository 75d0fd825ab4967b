# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a module is going to do, as plain data.

A plan is computed from what AWS has and what the user wants, without any AWS call. Check mode reports it, the
real run carries it out: both see the same object, so the preview cannot differ from the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

UNKNOWN = "(known after apply)"

Reader = Callable[[Mapping[str, Any]], Any]


def unknown(prefix: str = "") -> str:
    """Return the stand-in for a value that AWS assigns, such as C(vpc-(known after apply)).

    :param prefix: what the real value starts with, without the dash; empty for a value without a prefix.
    """
    return f"{prefix}-{UNKNOWN}" if prefix else UNKNOWN


def is_unknown(value: Any) -> bool:
    """Tell whether a value, or any value inside a list or dict, is only known after the real run."""
    if isinstance(value, str):
        return UNKNOWN in value
    if isinstance(value, Mapping):
        return any(is_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(is_unknown(item) for item in value)
    return False


def different(values: Iterable[str]) -> list[str]:
    """Return the values sorted and without repetition; values that are only known after the real run are all kept."""
    known, later = set(), []
    for value in values:
        if is_unknown(value):
            later.append(value)
        else:
            known.add(value)
    return sorted([*known, *later])


def path(dotted: str) -> Reader:
    """Return a reader of one value in an AWS reply, for C(Call.binds).

    :param dotted: keys and list indices, such as C(TargetGroups.0.TargetGroupArn).
    """

    def read(reply: Mapping[str, Any]) -> Any:
        value: Any = reply
        for key in dotted.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value

    return read


@dataclass(frozen=True)
class Later:
    """A parameter out of the reply to an earlier step of the same plan, put into C(template) at C({})."""

    name: str
    template: str = "{}"

    def resolve(self, bindings: Mapping[str, Any]) -> Any:
        """Return the value from the reply: unchanged when the template is only C({}), else formatted into the text."""
        value = bindings[self.name]
        return value if self.template == "{}" else self.template.format(value)


@dataclass(frozen=True)
class Call:
    """One AWS request.

    :ivar operation: the boto3 client's method, such as C(create_target_group).
    :ivar params: its arguments in AWS's own shape; values may be L(Later).
    :ivar subject: which resource it concerns, for the list of actions and for errors.
    :ivar service: the boto3 client's name, when it is not the module's first.
    :ivar binds: names for what later steps need, each with a function that reads it out of this request's reply.
    :ivar done_if: AWS errors that mean that nothing is left to do, written as in C(retry_if).
    :ivar retry_if: AWS error codes that pass after a while, such as C(InvalidParameterException) for a new role.
        C(code: part of the message) where the code alone says too little.
    :ivar silent: it only reads what later steps need, so it is not listed as an action.
    :ivar once: AWS would carry it out twice if it were sent twice, because it has neither a unique name nor a token. If
        the reply is lost, it is only sent again after a new description has shown that it was not carried out.
    """

    operation: str
    params: Mapping[str, Any]
    subject: str
    service: str = ""
    binds: Mapping[str, Reader] = field(default_factory=dict)
    done_if: frozenset[str] = frozenset()
    retry_if: frozenset[str] = frozenset()
    silent: bool = False
    once: bool = False


@dataclass(frozen=True)
class Watch:
    """A request that shows during a L(Wait) that waiting is in vain.

    :ivar operation: a boto3 method that reads, of the module's first service.
    :ivar params: its arguments.
    :ivar failure: reads out of the reply, in words, why waiting is in vain; empty as long as it is not.
    """

    operation: str
    params: Mapping[str, Any]
    failure: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Wait:
    """A pause until a condition holds that the next steps need.

    :ivar subject: what is waited for, in words: C(instance x to be deleted).
    :ivar operation: a boto3 method that reads.
    :ivar params: its arguments.
    :ivar state: reads the state, in words, out of the reply.
    :ivar until: the states that end the pause.
    :ivar gone_if: AWS error codes that end it too, because the resource is no longer there.
    :ivar service: the boto3 client's name, when it is not the module's first.
    :ivar watch: ends the pause with an error as soon as waiting is in vain; None for no such request.
    """

    subject: str
    operation: str
    params: Mapping[str, Any]
    state: Reader
    until: frozenset[str] = frozenset()
    gone_if: frozenset[str] = frozenset()
    service: str = ""
    watch: Watch | None = None


Step: TypeAlias = "Call | Wait"


@dataclass(frozen=True)
class Plan:
    """The steps from the present state to the wanted state.

    :ivar steps: in order; empty when nothing is to be done.
    :ivar before: the resource as AWS has it, snake_case; None when it does not exist.
    :ivar after: the resource as it will be; None when it will not exist.
    :ivar unseen: changes of an existing resource that no description shows, such as a new password: for each name the
        words for before and after.
    """

    steps: Sequence[Step]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    unseen: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any step writes."""
        return any(isinstance(step, Call) and not step.silent for step in self.steps)

    @property
    def sides(self) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
        """Return before and after for people: changes that no description shows are added in words."""
        return self._told(self.before, 0), self._told(self.after, 1)

    def _told(self, found: Mapping[str, Any] | None, side: int) -> Mapping[str, Any] | None:
        return None if found is None else {**found, **{key: words[side] for key, words in self.unseen.items()}}

    def same_requests(self, other: Plan) -> bool:
        """Tell whether another plan sends the same requests."""

        def requests(plan: Plan) -> list[tuple[str, Mapping[str, Any]]]:
            return [(step.operation, step.params) for step in plan.steps]

        return requests(self) == requests(other)


class NeedsReplacementError(Exception):
    """AWS cannot make this change in place.

    :ivar fields: the options that differ, each with its present and its wanted value.
    :ivar remedy: what the user can do.
    :ivar name: which one of several it is; empty when the module manages just one.
    :ivar aws_type: CloudFormation's name for its kind; empty when it is that of the module's resource.
    """

    def __init__(self, fields: Mapping[str, tuple[Any, Any]], remedy: str, name: str = "", aws_type: str = "") -> None:
        self.fields = fields
        self.remedy = remedy
        self.name = name
        self.aws_type = aws_type
        listed = ", ".join(f"{name} ({old!r} -> {new!r})" for name, (old, new) in fields.items())
        super().__init__(f"needs replacement, AWS cannot change in place: {listed}. {remedy}")


class NotToldError(Exception):
    """AWS's reply lacks what decides whether the resource has to be replaced, so that this is not known.

    :ivar fields: the options, each with None for the present value, and its wanted value.
    """

    def __init__(self, fields: Mapping[str, tuple[Any, Any]], name: str = "") -> None:
        self.fields = fields
        listed = ", ".join(f"{name} (wanted {new!r})" for name, (_old, new) in fields.items())
        about = f" of {name}" if name else ""
        super().__init__(
            f"AWS does not tell {listed}{about}, and never changes it in place, so nothing was changed. Run again; if "
            "AWS goes on to tell nothing, leave the option out."
        )


class InvalidOptionError(Exception):
    """AWS would refuse an option, or a pair of options. This is found before anything is touched."""


def unchanged(current: Mapping[str, Any] | None) -> Plan:
    """Return the plan that does nothing."""
    return Plan(steps=(), before=current, after=current)


def differences(current: Mapping[str, Any], desired: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of desired that differ from current.

    None in desired means that the user did not set it, so it is never a difference. Both sides must already be
    normalised (sets as sets or sorted lists, numbers as numbers).
    """
    return {key: value for key, value in desired.items() if value is not None and current.get(key) != value}


def refuse_replacement(
    current: Mapping[str, Any],
    desired: Mapping[str, Any],
    immutable: Sequence[str],
    remedy: str,
    name: str = "",
    aws_type: str = "",
    none_is_known: Sequence[str] = (),
) -> None:
    """Raise L(NeedsReplacementError) when desired changes one of the immutable fields of current.

    What AWS's reply lacks is no reason to replace anything: if nothing else differs, it raises L(NotToldError).

    :param name: which one of several it is; empty when the module manages just one.
    :param aws_type: CloudFormation's name for its kind; empty when it is that of the module's resource.
    :param none_is_known: the fields that AWS's reply lacks when they are not set.
    """
    changed = differences(current, {key: desired.get(key) for key in immutable})
    if changed:
        fields = {key: (current.get(key), value) for key, value in changed.items()}
        if all(now is None and key not in none_is_known for key, (now, _wanted) in fields.items()):
            raise NotToldError(fields, name)
        raise NeedsReplacementError(fields, remedy, name, aws_type)

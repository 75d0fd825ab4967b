# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every module of this collection does: describe, plan, stop here in check mode, apply, wait, describe."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple, NoReturn

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.streamflix.content_api.plugins.module_utils import (
    changes,
    fields,
    holding,
    memory,
    ownership,
    progress,
    start,
    tags,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.changes import Part
from ansible_collections.streamflix.content_api.plugins.module_utils.memory import Fields
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import NotOursError
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import (
    Call,
    InvalidOptionError,
    Later,
    NeedsReplacementError,
    NotToldError,
    Plan,
    Wait,
    is_unknown,
    unchanged,
)
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import out_of_range, tag_texts

# A new resource may be missing from AWS's lists for some seconds.
APPEAR_SECONDS = 60
# Within these seconds a description shows what AWS has carried out: EC2's lists may lag that long.
SETTLE_SECONDS = 6.0
# After how many seconds of refusals of a request the runner looks for what is in the way, and how often again.
IN_THE_WAY_SECONDS = 30.0
# How often a plan is sent again while descriptions show no progress, and how often plans are made at all.
FRUITLESS_TRIES = 6
MOST_PLANS = 30
# Why a resource is replaced, where the user asked for it.
ON_DEMAND = "AWS cannot change it in place, and replace is set."
# The message when AWS is done and does not show the values that were sent.
STANDSTILL = (
    "AWS took the request and does not show these values. It would do so again, so nothing was sent a second time: "
    "set what AWS shows, or leave the option out, and report it as an error of this collection."
)
# The message about that in the runs that follow.
IN_VAIN = (
    "An earlier run asked AWS for {fields}. AWS took the request and shows what it showed before. It would do so "
    "again, so nothing was sent: set what AWS shows, or leave the option out. To ask once more, remove the tag "
    f"{memory.TAG}."
)
LONGEST_WAIT_SECONDS = 7 * 24 * 3600
FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 15.0
# So each pause is a small part of the time waited so far, and the end of a long wait is noticed within some seconds.
DELAY_GROWTH = 1.08


@dataclass(frozen=True)
class Progress:
    """How far AWS is with a resource.

    :ivar ready: whether it can be used, or for a removal, whether it is gone.
    :ivar state: AWS's own word for where it is, for messages.
    :ivar failure: why it will never be ready; empty while it still may.
    """

    ready: bool
    state: str = ""
    failure: str = ""


READY = Progress(ready=True)
# the options of the documentation fragment C(resource)
COMMON: Mapping[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "ignored_tags": {"type": "list", "elements": "str", "default": []},
    "owner_tags": {"type": "dict"},
    "adopt": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 900},
}


class WaitError(Exception):
    """A resource did not become ready in time, or failed."""


class Kind(NamedTuple):
    """A kind of AWS resources that a module manages.

    :ivar type: as L(Resource.aws_type).
    :ivar arn: as L(Resource.arn_kind).
    :ivar inside: as L(Resource.inside).
    """

    type: str
    arn: str = ""
    inside: str = ""


class Resource(ABC):
    """One AWS resource. A module is a subclass of this and its argument spec.

    :cvar service: the boto3 client that its requests go to.
    :cvar kind: what it is, for messages: C(target group).
    :cvar aws_type: CloudFormation's name for it, such as C(AWS::ElasticLoadBalancingV2::TargetGroup).
    :cvar arn_kind: service and type in its ARN, such as C(ec2:vpc); empty where its kind has no tags.
    :cvar inside: the option that holds its settings, where the module manages several at once; empty otherwise.
    :cvar also: the further kinds of AWS resources that the module manages with it.
    :cvar result_key: the key under which the module returns it.
    :cvar fields: the module's own options, and what AWS shows of it.
    :cvar common: the argument spec of what the modules of all resources take.
    :cvar required_if, mutually_exclusive, required_by: as in an argument spec.
    :cvar named_by: the option with its name.
    :cvar tagging: how AWS sets its tags, those that L(describe) has as C(tags); None where it manages several
        resources, none of which stands for all.
    :cvar only_listed: whether AWS has neither a unique name nor a token for it, so that only its lists show whether it
        exists, and these lag.
    """

    service: ClassVar[str]
    kind: ClassVar[str]
    aws_type: ClassVar[str]
    arn_kind: ClassVar[str] = ""
    inside: ClassVar[str] = ""
    also: ClassVar[tuple[Kind, ...]] = ()
    result_key: ClassVar[str]
    fields: ClassVar[fields.Rows] = {}
    common: ClassVar[Mapping[str, Any]] = COMMON
    required_if: ClassVar[Sequence[tuple[Any, ...]]] = ()
    mutually_exclusive: ClassVar[Sequence[tuple[str, ...]]] = ()
    required_by: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    named_by: ClassVar[str] = "name"
    tagging: ClassVar[tags.Tagging | None] = None
    only_listed: ClassVar[bool] = False

    def __init__(self, api: Api, options: Mapping[str, Any]) -> None:
        self.api = api
        self.options = options

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        """Return the kinds of AWS resources that the module manages, its own first."""
        return Kind(cls.aws_type, cls.arn_kind, cls.inside), *cls.also

    @property
    def name(self) -> str:
        """What the user calls it, for messages and diffs."""
        return self.options[self.named_by]

    @property
    def absent(self) -> bool:
        """Whether it is to be removed."""
        return self.options.get("state") == "absent"

    @abstractmethod
    def describe(self) -> dict[str, Any] | None:
        """Read it from AWS, in snake_case, normalised as the plan compares it; None when it does not exist."""

    def plan(self, current: dict[str, Any] | None) -> Plan:
        """Compare with what the user wants. Makes no AWS call.

        :raises NeedsReplacementError: AWS cannot make the change in place.
        :raises InvalidOptionError: AWS would refuse the options.
        """
        if self.absent:
            return self.plan_remove(current) if current else unchanged(None)
        return self.plan_update(current) if current else self.plan_create()

    def plan_create(self) -> Plan:
        """Return the plan that creates it.

        :raises InvalidOptionError: as L(plan).
        """
        raise NotImplementedError

    def plan_update(self, current: dict[str, Any]) -> Plan:
        """Return the plan that changes what exists; errors as L(plan)."""
        raise NotImplementedError

    def plan_remove(self, current: dict[str, Any]) -> Plan:
        """Return the plan that removes what exists."""
        raise NotImplementedError

    def unfinished(self, current: dict[str, Any]) -> Plan:
        """Return the plan for what is still missing after this run has changed a resource. Makes no AWS call.

        As L(plan), but called while the runner waits: it neither remembers anything nor repeats what no description
        shows, such as a password.
        """
        return self.plan(current)

    def problems(self) -> list[str]:
        """Return what AWS would refuse in the options: each with the value and the remedy. Makes no AWS call."""
        return fields.refusals(self.fields, self.options, self.absent)

    def refusals(self) -> list[str]:
        """Return L(problems), and what AWS would refuse in the tags. Makes no AWS call."""
        wanted = self.options.get("tags") if self.options.get("state") != "absent" else None
        timeout = out_of_range("wait_timeout", self.options.get("wait_timeout"), 0, LONGEST_WAIT_SECONDS)
        return [*self.problems(), *timeout, *tag_texts("tags", wanted or {}, any_sign=self.service == "ec2")]

    def first_plan(self) -> Plan:
        """Return what a preview on an empty account plans, if AWS need not be read for that. Makes no AWS call."""
        return self.plan(None)

    def busy(self, current: dict[str, Any]) -> str:
        """Return AWS's word for a state in which it refuses changes; empty when it accepts them."""
        return ""

    def progress(self, current: dict[str, Any]) -> Progress:
        """Tell whether an existing resource can be used."""
        return READY

    def listed(self, current: dict[str, Any]) -> bool:
        """Tell whether AWS lists all of it after a change; the members of a set appear one after the other."""
        return True

    def parts(self, found: Mapping[str, Any]) -> list[Part]:
        """Return one part for each AWS resource in a description, be it the present one or that of a plan."""
        return [Part(self.aws_type, self.name, changes.properties(found, *fields.no_settings(self.fields)))]

    def to_be_tagged(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the parameters with which a request of L(tagging) names the resource that was found."""
        return self.tagging.resource(found) if self.tagging else {}

    def in_the_way(self, params: Mapping[str, Any]) -> list[str]:
        """Return in words what keeps AWS from accepting a request that it has refused for some time. May read AWS.

        :param params: the request's parameters.
        """
        return []

    def gave_up(self, found: dict[str, Any] | None) -> str:
        """Undo what this run has begun and has failed, where that is to be undone.

        :param found: the last description.
        :returns: what was done about it, in words that follow the error's text; empty when nothing was.
        """
        return ""

    def details(self) -> dict[str, Any]:
        """Return further keys of the result, as the last L(describe) found them."""
        return {}

    def tagged(self, found: Mapping[str, Any]) -> list[Part]:
        """Return those of L(parts) that have tags, so that it can be known whose they are."""
        return [part for part in self.parts(found) if "tags" in part.properties]

    def foreign(self, found: Mapping[str, Any]) -> list[str]:
        """Return why a resource that was found is somebody else's: one reason for each part, none for ours."""
        owner = ownership.owner_of(self.options)
        reasons = [ownership.why_foreign(part, owner) for part in self.tagged(found)]
        return [reason for reason in reasons if reason]

    def ours(self, found: dict[str, Any]) -> dict[str, Any] | None:
        """Return those parts of what was found that a removal may remove; None when there are none."""
        return None if self.foreign(found) else found

    def shown(self, found: Mapping[str, Any] | None) -> Any:
        """Return what the module shows under C(result_key) for what L(describe) found."""
        return found or {}


def delays() -> Iterator[float]:
    """Yield the seconds to pause between one look and the next; they grow."""
    delay = FIRST_DELAY_SECONDS
    while True:
        yield delay
        delay = min(delay * DELAY_GROWTH, LONGEST_DELAY_SECONDS)


def poll(subject: str, wanted: str, timeout: float, look: Callable[[], Progress]) -> None:
    """Call C(look) until it is ready, more and more slowly, and report the states in between.

    :param subject: what is waited for, for the message.
    :param wanted: the state it is to reach, in words.
    :param timeout: seconds.
    :raises WaitError: it failed, or the time ran out; says the last state and the seconds waited.
    """
    began = time.monotonic()
    reporter = progress.Reporter(subject)
    for delay in delays():
        seen = look()
        if seen.ready:
            return
        waited = time.monotonic() - began
        if seen.failure:
            raise WaitError(f"{subject} failed after {waited:.0f} s, state {seen.state}: {seen.failure}")
        if waited >= timeout:
            raise WaitError(
                f"{subject} is not {wanted} after {waited:.0f} s (wait_timeout {timeout:.0f} s), its state is "
                f"{seen.state or 'unknown'}. Nothing is lost: run again to go on, or raise wait_timeout."
            )
        reporter.see(seen.state, waited)
        # the last look is at the very end of the time that the user gave
        time.sleep(min(delay, timeout - waited))


def differing(plan: Plan, parts: Callable[[Mapping[str, Any]], list[Part]]) -> Fields:
    """Return the fields of existing resources that a plan would change, each with the present and the wanted value.

    Resources that the plan would create or remove as a whole are left out, and so are values that are not known yet.

    :param parts: returns the AWS resources of a description, as L(Resource.parts).
    """
    if not (plan.changed and plan.before and plan.after):
        return {}
    before, after = parts(plan.before), parts(plan.after)
    return {
        item["field"] if len(before) == 1 else f"{change['name']} {item['field']}": (item["before"], item["after"])
        for change in changes.compare(before, after)
        if change["action"] == changes.UPDATE
        for item in change["fields"]
        if not is_unknown(item["after"])
    }


def in_words(fields: Mapping[str, tuple[Any, Any]]) -> str:
    """Return differing fields for messages: each with what is wanted and what AWS shows."""
    return "; ".join(f"{name}: wanted {wanted!r}, seen {seen!r}" for name, (seen, wanted) in fields.items())


class Standstill:
    """Notes for how long AWS has been done with a resource while the same fields still differ from what was sent."""

    def __init__(self) -> None:
        self._fields: Fields = {}
        self._since = 0.0
        # the fields that have differed for as long as AWS may take to show a change
        self.final: Fields = {}

    def judge(self, fields: Fields) -> Progress:
        """Return how far AWS is, by the fields that differ at this look.

        :param fields: empty when none does, or when AWS is still at work.
        :returns: ready without any; a failure when AWS has had the time to show a change.
        """
        now = time.monotonic()
        if fields != self._fields:
            self._fields, self._since = fields, now
        if not fields:
            return READY
        state = f"done as AWS says, but it differs in {in_words(fields)}"
        if now - self._since < APPEAR_SECONDS:
            return Progress(ready=False, state=state)
        self.final = fields
        return Progress(ready=False, state=state, failure=STANDSTILL)


class Hindrance:
    """Looks now and then for what keeps AWS from accepting a request, while AWS goes on refusing it."""

    def __init__(self, look: Callable[[], list[str]]) -> None:
        """Begin to send a request.

        :param look: returns what is in the way, in words.
        """
        self._look = look
        self._due = time.monotonic() + IN_THE_WAY_SECONDS
        self._told = ""

    def tell(self, refusal: str) -> str:
        """Return a refusal together with what is in the way, as far as that was found."""
        if time.monotonic() >= self._due:
            self._told = "; ".join(self._look())
            self._due = time.monotonic() + IN_THE_WAY_SECONDS
        return f"{refusal} In the way: {self._told}" if self._told else refusal


def resolve(value: Any, bindings: Mapping[str, Any]) -> Any:
    """Put the bound values in the place of each L(Later) inside a request's parameters."""
    if isinstance(value, Later):
        return value.resolve(bindings)
    if isinstance(value, Mapping):
        return {key: resolve(item, bindings) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve(item, bindings) for item in value]
    return value


def is_one_of(failure: AwsError, errors: Iterable[str]) -> bool:
    """Tell whether an error is one of a step's C(retry_if) or C(done_if): C(code), or C(code: part of the message)."""
    for entry in errors:
        code, _unused, part = entry.partition(": ")
        if failure.code == code and part in str(failure):
            return True
    return False


def once_calls(plan: Plan) -> list[tuple[str, str]]:
    """Return operation and subject of the requests of a plan that AWS would carry out twice."""
    return [(step.operation, step.subject) for step in plan.steps if isinstance(step, Call) and step.once]


def wait_for_earlier_runs() -> bool:
    """Wait until AWS lists what an earlier run created that was interrupted just before this one began.

    :returns: whether it has waited, so that an earlier description may be out of date.
    """
    left = SETTLE_SECONDS - min(start.seconds_ago(), holding.seconds_ago())
    time.sleep(max(left, 0))
    return left > 0


class Runner:
    """Drives one resource through one module run."""

    def __init__(self, api: Api, resource: Resource, check_mode: bool) -> None:
        self.api = api
        self.resource = resource
        self.check_mode = check_mode
        self.timeout = float(resource.options.get("wait_timeout") or 0)
        self.subject = f"{resource.kind} {resource.name}"
        # why something of that name, which was to be removed, is somebody else's
        self.left_alone: list[str] = []
        # when this run last sent a request that AWS would carry out twice, by operation and subject
        self._sent_once: dict[tuple[str, str], float] = {}
        self._standstill = Standstill()
        # the last description
        self._found: dict[str, Any] | None = None

    def run(self) -> dict[str, Any]:
        """Carry out the plan, or in check mode only compute it.

        :returns: the module's result.
        :raises InvalidOptionError: AWS would refuse the options; nothing was read or written.
        :raises NotOursError: it exists and is somebody else's; nothing was written.
        :raises WaitError: an earlier run asked for the same without success, and nothing was written; or this run did.
        """
        problems = self.resource.refusals()
        if problems:
            raise InvalidOptionError(" ".join(problems))
        try:
            current, plan = self._planned()
        except NeedsReplacementError as error:
            # only the resource as a whole is replaced: the user did not agree to lose the data in one of its members
            if not self.resource.options.get("replace") or error.name:
                raise
            self._refuse_what_was_in_vain()
            return self._replace(error)
        if plan.changed:
            self._refuse_what_was_in_vain()
        if self.check_mode:
            return self._result(plan, plan.after)
        creates = once_calls(plan) and not self.resource.options.get("first_run")
        misses = self._removes and current is None and self.resource.only_listed
        if (creates or misses) and wait_for_earlier_runs():
            current, plan = self._planned()
        return self._result(plan, self._finish(plan, current))

    def _finish(self, plan: Plan, current: dict[str, Any] | None) -> dict[str, Any] | None:
        """Carry out a plan and return the resource as it is then."""
        return self._settle(plan, self._carry_out(plan, current))

    def _replace(self, error: NeedsReplacementError) -> dict[str, Any]:
        """Remove the resource, wait until it is gone, and create it anew.

        If the run is interrupted, nothing has to be remembered: the next run finds the resource unchanged, being
        removed, or gone, and goes on from there.

        :param error: what AWS cannot change in place.
        :returns: the module's result.
        :raises InvalidOptionError: it is protected, or can't be created so; nothing was removed.
        """
        creation = self.resource.plan(None)
        options = {**self.resource.options, "state": "absent", "wait": True}
        remover = Runner(self.api, type(self.resource)(self.api, options), self.check_mode)
        current, removal = remover._planned()
        whole = Plan([*removal.steps, *creation.steps], removal.before, creation.after)
        after = creation.after
        if not self.check_mode:
            # for example, a missing secret has to be found before the data is gone
            self._apply(replace(creation, steps=[s for s in creation.steps if isinstance(s, Call) and s.silent]))
            remover._finish(removal, current)
            after = self._finish(creation, None)
        told = changes.made_anew(*self._sides(whole), error.fields, ON_DEMAND)
        return self._result(whole, after) | {"changes": told}

    def _planned(self) -> tuple[dict[str, Any] | None, Plan]:
        """Describe and plan. If the plan changes a resource that AWS does not let change now, wait for it first."""
        current = self._described()
        self._refuse_foreign(current)
        plan = self.resource.plan(current)
        if plan.changed and not self.check_mode and current is not None and self.resource.busy(current):
            current = self._until_idle()
            plan = self.resource.plan(current)
        return current, plan

    @property
    def _removes(self) -> bool:
        return self.resource.options.get("state") == "absent"

    def _described(self) -> dict[str, Any] | None:
        """Describe. Before a removal, return only what is ours, as if nothing else existed."""
        self._found = found = self.resource.describe()
        if found is None or not self._removes:
            return found
        self.left_alone = self.resource.foreign(found)
        return self.resource.ours(found) if self.left_alone else found

    def _refuse_foreign(self, current: dict[str, Any] | None) -> None:
        if current is None or self._removes or self.resource.options.get("adopt"):
            return
        reasons = self.resource.foreign(current)
        if reasons:
            raise NotOursError(reasons)

    def _refuse_what_was_in_vain(self) -> None:
        """Refuse to send again what AWS accepted in an earlier run without an effect.

        :raises WaitError: what differs is what that run has remembered.
        """
        found = self._found
        if found is None or self._removes or memory.TAG not in (found.get("tags") or {}):
            return
        fields = memory.without_tag(self._differing(found))
        if memory.knows(found["tags"], fields):
            raise WaitError(f"{self.subject}: {IN_VAIN.format(fields=in_words(fields))}")

    def _remember(self, found: Mapping[str, Any] | None) -> str:
        """Note for later runs what AWS accepted without an effect, if this run has found that.

        :returns: why that was not possible; empty otherwise.
        """
        tagging = self.resource.tagging
        if not (found and tagging and self._standstill.final):
            return ""
        mark = tagging.shape({memory.TAG: memory.value_of(self._standstill.final)})
        try:
            self.api.call(tagging.tag, "", self.subject, **self.resource.to_be_tagged(found), **{tagging.tags: mark})
        except AwsError as failure:
            return f" The next run will ask once more, as this could not be remembered: {failure}"
        return ""

    def _carry_out(self, plan: Plan, current: dict[str, Any] | None) -> dict[str, Any] | None:
        """Apply a plan. If an error shows that the description is out of date, describe and plan again, and go on.

        So if a reply is lost after AWS has carried out the request, the run does not fail, and nothing is made twice.

        :returns: the description that the last plan was made from.
        """
        fruitless = 0
        for _unused in range(MOST_PLANS):
            try:
                self._apply(plan)
                return current
            except AwsError as failure:
                if not (failure.uncertain or failure.outdated) or fruitless == FRUITLESS_TRIES:
                    raise
                patience = SETTLE_SECONDS if failure.uncertain else FIRST_DELAY_SECONDS * 2**fruitless
            current, again = self._look_again(plan, patience)
            fruitless = fruitless + 1 if again.same_requests(plan) else 0
            plan = again
        raise WaitError(f"{self.subject} changes all the time: {MOST_PLANS} plans were outdated before their end.")

    def _look_again(self, plan: Plan, seconds: float) -> tuple[dict[str, Any] | None, Plan]:
        """Describe and plan again until the plan differs, or the time is over.

        AWS may not list yet what this run has created. So a plan that would create it again only counts when AWS has
        had the time to list it.
        """
        end = time.monotonic() + seconds
        pauses = delays()
        while True:
            try:
                current, again = self._planned()
            except NotOursError:
                # a description may show a new resource before it shows its tags
                if time.monotonic() >= max(end, self._listed_by(self._sent_once)):
                    raise
            else:
                unchanged_until = end if again.same_requests(plan) else 0.0
                if time.monotonic() >= max(unchanged_until, self._listed_by(once_calls(again))):
                    return current, again
            time.sleep(next(pauses))

    def _listed_by(self, calls: Iterable[tuple[str, str]]) -> float:
        """Return from when on AWS lists what these requests have made; 0 when this run has sent none of them."""
        return max((self._sent_once[call] + SETTLE_SECONDS for call in calls if call in self._sent_once), default=0.0)

    def _until_idle(self) -> dict[str, Any] | None:
        seen: list[dict[str, Any] | None] = []

        def look() -> Progress:
            seen.append(self._described())
            state = self.resource.busy(seen[-1]) if seen[-1] is not None else ""
            return Progress(ready=not state, state=state)

        poll(self.subject, "idle, so that it can be changed", self.timeout, look)
        return seen[-1]

    def _apply(self, plan: Plan) -> None:
        bindings: dict[str, Any] = {}
        for step in plan.steps:
            if isinstance(step, Wait):
                self._pause(step, bindings)
            else:
                self._send(step, bindings)

    def _send(self, step: Call, bindings: dict[str, Any]) -> None:
        params = resolve(step.params, bindings)
        send = self.api.call_once if step.once else self.api.call
        hindrance = Hindrance(lambda: self.resource.in_the_way(params))

        def attempt() -> Progress:
            try:
                reply = send(step.operation, step.service, step.subject, **params)
            except AwsError as failure:
                if is_one_of(failure, step.done_if):
                    return READY
                if is_one_of(failure, step.retry_if) or (step.once and failure.throttled):
                    return Progress(ready=False, state=hindrance.tell(str(failure)))
                raise
            finally:
                if step.once:
                    # AWS may have carried it out up to now
                    self._sent_once[step.operation, step.subject] = time.monotonic()
            bindings.update({name: read(reply) for name, read in step.binds.items()})
            return READY

        poll(step.subject, "accepted by AWS", self.timeout, attempt)

    def _pause(self, step: Wait, bindings: Mapping[str, Any]) -> None:
        params = resolve(step.params, bindings)

        def look() -> Progress:
            reply = self.api.get(step.operation, step.gone_if, step.service, **params)
            if reply is None:
                return READY
            state = step.state(reply)
            if state in step.until or step.watch is None:
                return Progress(ready=state in step.until, state=str(state))
            watched = self.api.call(step.watch.operation, **step.watch.params)
            return Progress(ready=False, state=str(state), failure=step.watch.failure(watched))

        poll(step.subject, " or ".join(sorted(step.until)) or "gone", self.timeout, look)

    def _settle(self, plan: Plan, current: dict[str, Any] | None) -> dict[str, Any] | None:
        """Describe again, until the resource is there and, with C(wait), until it is ready or gone."""
        wait = bool(self.resource.options.get("wait"))
        if not plan.changed and not (wait and current is not None):
            return current
        seen: list[dict[str, Any] | None] = [current]

        def look() -> Progress:
            seen.append(self._described())
            return self._seen(plan, seen[-1], wait)

        # a plan that changes nothing has compared this description already
        if plan.changed or not self._stands(plan, current, wait).ready:
            wanted = "gone" if plan.after is None else "ready"
            try:
                poll(self.subject, wanted, self.timeout if wait else APPEAR_SECONDS, look)
            except WaitError as error:
                raise WaitError(f"{error}{self._remember(seen[-1])}{self.resource.gave_up(seen[-1])}") from None
        return seen[-1]

    def _stands(self, plan: Plan, found: dict[str, Any] | None, wait: bool) -> Progress:
        """Return how far AWS is with a resource, by its state only, not by its settings."""
        if plan.after is None:
            return Progress(ready=found is None or not wait, state=found.get("status", "there") if found else "")
        if found is None or not self.resource.listed(found):
            return Progress(ready=False, state="not listed yet")
        return self.resource.progress(found) if wait else READY

    def _seen(self, plan: Plan, found: dict[str, Any] | None, wait: bool) -> Progress:
        """Return how far AWS is: ready when it says so and, with C(wait), shows the wanted values."""
        stands = self._stands(plan, found, wait)
        if plan.after is None or found is None or not wait:
            return stands
        unlisted = not stands.ready and not self.resource.listed(found)
        fields = self._differing(found) if stands.ready or unlisted else {}
        judged = self._standstill.judge(fields)
        return stands if judged.ready else judged

    def _differing(self, found: dict[str, Any]) -> Fields:
        """Return the fields that still differ, if AWS is done with the resource."""
        try:
            return differing(self.resource.unfinished(found), self.resource.parts)
        except (NeedsReplacementError, NotToldError) as error:
            return dict(error.fields)

    def _result(self, plan: Plan, after: Mapping[str, Any] | None) -> dict[str, Any]:
        header = f"{self.resource.kind} {self.resource.name}"
        before, planned = plan.sides
        return {
            "changed": plan.changed,
            "state": "absent" if plan.after is None and not self.left_alone else "present",
            "actions": [describe_step(step) for step in plan.steps if isinstance(step, Call) and not step.silent],
            "changes": self._changes(plan),
            "ready": self._is_ready(plan, after),
            self.resource.result_key: self.resource.shown(after),
            **self.resource.details(),
            "diff": {
                "before_header": header,
                "after_header": header,
                "before": before or {},
                "after": (planned or {}) if plan.changed else (before or {}),
            },
        }

    def _is_ready(self, plan: Plan, after: Mapping[str, Any] | None) -> bool:
        """Tell whether there is nothing left to wait for.

        Without C(wait), a change or removal may not have begun yet, but a new resource shows at once that AWS is at
        work.
        """
        if self.check_mode or self.resource.options.get("wait"):
            return True
        if plan.changed and (plan.before or plan.after is None):
            return False
        return self._seen(plan, None if after is None else dict(after), wait=True).ready

    def _changes(self, plan: Plan) -> list[dict[str, Any]]:
        if not plan.changed:
            return []
        return changes.compare(*self._sides(plan))

    def _sides(self, plan: Plan) -> tuple[list[Part], list[Part]]:
        """Return the AWS resources that a plan finds and those that it leaves."""
        before, after = (self.resource.parts(found) if found else [] for found in plan.sides)
        return before, after


def describe_step(step: Call) -> str:
    """Return a step in words, such as C(create_target_group streamflix-tg-dev); parameters are never shown."""
    return f"{step.operation} {step.subject}"


def options_of(module: AnsibleAWSModule) -> dict[str, Any]:
    """Return a module's options, with tags as AWS stores them: C(CostCenter: 1234) is a text there.

    C(purge_tags) says which tags are removed: an L(tags.Purge), where the module has the option.
    """
    options = dict(module.params)
    if "tags" in options:
        options["tags"] = tags.texts(options["tags"])
    if "ignored_tags" in options and "purge_tags" in options:
        options["purge_tags"] = tags.Purge(options["purge_tags"], tuple(options["ignored_tags"]))
    return ownership.owned_options(options) if "owner_tags" in options else options


def declared(resource_class: type[Resource]) -> dict[str, Any]:
    """Return what the module of a resource declares to Ansible: its argument spec, and the rules that go with it."""
    return {
        "argument_spec": {**resource_class.common, **fields.argument_spec(resource_class.fields)},
        "required_if": list(resource_class.required_if),
        "mutually_exclusive": list(resource_class.mutually_exclusive),
        "required_by": dict(resource_class.required_by),
        "supports_check_mode": True,
    }


def manage(resource_class: type[Resource]) -> NoReturn:
    """Run the module of a resource."""
    run(AnsibleAWSModule(**declared(resource_class)), resource_class)


def run(module: AnsibleAWSModule, resource_class: type[Resource]) -> NoReturn:
    """Run a module's resource and end the module: with its result, or with one clear error."""
    api = Api(module, resource_class.service)
    resource = resource_class(api, options_of(module))
    api.about = f"{resource.kind} {resource.name}"
    runner = Runner(api, resource, module.check_mode)
    try:
        result = runner.run()
    except (AwsError, InvalidOptionError, NotOursError, WaitError) as error:
        module.fail_json(msg=str(error))
    except NotToldError as error:
        module.fail_json(msg=f"{resource.kind} {resource.name}: {error}")
    except NeedsReplacementError as error:
        part = Part(error.aws_type or resource.aws_type, error.name or resource.name, {})
        module.fail_json(
            msg=f"{resource.kind} {resource.name}{error.name and f': {error.name}'} {error}",
            needs_replacement=sorted(error.fields),
            changes=[changes.replaced(part, error.fields, error.remedy)],
        )
    for reason in runner.left_alone:
        module.warn(f"{reason} It stays as it is.")
    module.exit_json(**result)


def run_info(
    module: AnsibleAWSModule, service: str, read: Callable[[Api, Mapping[str, Any]], dict[str, Any]], named_by: str = ""
) -> NoReturn:
    """Run a module that only reads.

    :param read: takes the AWS access and the options, returns the result's keys.
    :param named_by: the option that names what is read, for errors; empty when none does.
    """
    api = Api(module, service)
    api.about = module.params.get(named_by) or ""
    try:
        result = read(api, options_of(module))
    except (AwsError, InvalidOptionError, WaitError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)

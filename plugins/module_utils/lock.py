# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lock of a stack: an EC2 launch template, whose name EC2 gives away only once.

Creating the template is a conditional write: EC2 gives the name to one run and refuses it to all others, whatever its
lists show at that moment. The run that gets it also gets an id. A removal names the id. So a run that takes over an
expired lock removes exactly that lock, and then has to create a new one like any other run.
"""

from __future__ import annotations

import calendar
import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils import holding, progress, tags
from ansible_collections.streamflix.content_api.plugins.module_utils.api import DENIED, Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.ownership import STACK, listed
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import LONGEST_TAG_VALUE

PREFIX = "streamflix-lock"
KIND = "launch-template"
# that EC2 takes
LONGEST_NAME = 128
# A template needs some content. With this one, security scanners find nothing wrong with it.
CONTENT = {"MetadataOptions": {"HttpTokens": "required"}}
# Amazon EC2 Developer Guide, Error codes
TAKEN = "InvalidLaunchTemplateName.AlreadyExistsException"
# the error for a template that is gone; for some seconds after its creation, EC2 also answers so for one that exists
GONE = frozenset({"InvalidLaunchTemplateId.NotFound"})
# for so many seconds EC2's lists may lack a new lock, or still show one that is gone
UNSEEN_SECONDS = 10.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, PAUSE_GROWTH = 0.5, 5.0, 1.5
TAG = "streamflix.content_api:lock-{}"
OWNER, WHAT, BEGAN, RUN, LOOKS = (TAG.format(word) for word in ("owner", "what", "began", "run", "looks-every"))
FOREIGN = (
    "EC2 has a launch template that is no lock under the name of the stack's lock, {found.name} ({found.id}). Nothing "
    "was changed. Remove it by hand, or give the stack other tags Application and Environment."
)


class HeldError(Exception):
    """Another run holds the lock."""


@dataclass(frozen=True)
class Wanted:
    """A lock that a run wants to take.

    :ivar name: the launch template's.
    :ivar stack_tags: the tags of the stack.
    :ivar owner: who takes it, and where.
    :ivar what: what the run does.
    :ivar run: an id of this run that no other run has.
    :ivar expires_after: seconds.
    """

    name: str
    stack_tags: Mapping[str, str]
    owner: str
    what: str
    run: str
    expires_after: float

    def tags(self, now: float) -> dict[str, str]:
        """Return the tags of the lock if it is taken now."""
        own = {
            OWNER: self.owner,
            WHAT: self.what,
            BEGAN: holding.at(now),
            holding.EXPIRES: holding.at(now + self.expires_after),
            RUN: self.run,
            LOOKS: f"{holding.check_seconds(self.expires_after):g}",
        }
        return {**self.stack_tags, **{key: text[:LONGEST_TAG_VALUE] for key, text in own.items()}}


@dataclass(frozen=True)
class Lock:
    """A lock as EC2 shows it.

    :ivar id: the launch template's.
    :ivar principal: the ARN that took it, as AWS says.
    :ivar tags: its tags.
    """

    id: str
    name: str
    principal: str
    tags: Mapping[str, str]

    @property
    def expires(self) -> float | None:
        """When others may take it, in seconds since the epoch; None when its tags do not say."""
        try:
            return calendar.timegm(time.strptime(self.tags.get(holding.EXPIRES, ""), holding.TIME_FORMAT))
        except ValueError:
            return None

    @property
    def is_foreign(self) -> bool:
        """Whether this is not a lock, but another launch template of that name."""
        return RUN not in self.tags

    @property
    def notices_within(self) -> float:
        """After how many seconds its run has certainly noticed that the lock was broken, EC2's lag included."""
        looks = self.tags.get(LOOKS, "")
        return (float(looks) if looks.replace(".", "", 1).isdecimal() else holding.CHECK_SECONDS) + UNSEEN_SECONDS

    def is_over(self, now: float) -> bool:
        """Tell whether it has expired."""
        return self.expires is not None and now >= self.expires

    @property
    def shown(self) -> dict[str, str]:
        """What modules return about it."""
        words = {"owner": OWNER, "what": WHAT, "began": BEGAN, "expires": holding.EXPIRES}
        told = {word: self.tags.get(key, "") for word, key in words.items()}
        return {"id": self.id, "name": self.name, "principal": self.principal, **told}

    def __str__(self) -> str:
        shown = {key: text or "(not told)" for key, text in self.shown.items()}
        return (
            "{owner} ({principal}), since {began}: {what} (launch template {id}, {name}, which expires {expires} "
            "unless that run renews it)"
        ).format(**shown)


def from_aws(template: Mapping[str, Any]) -> Lock:
    """Return a lock from an entry of DescribeLaunchTemplates."""
    return Lock(
        template["LaunchTemplateId"],
        template["LaunchTemplateName"],
        template.get("CreatedBy", ""),
        tags.from_list(template.get("Tags")),
    )


def name_of(stack_tags: Mapping[str, Any]) -> str:
    """Return the name of a stack's lock; no two stacks have the same name.

    :param stack_tags: its tags; those of C(STACK) count.
    """
    values = [str(stack_tags.get(key, "")) for key in STACK]
    readable = "-".join([PREFIX, *(re.sub(r"[^a-zA-Z0-9._-]", "_", value) for value in values)])
    # without the digest, different tags could make the same name: they are joined, and some characters are replaced
    plain = all(re.fullmatch(r"[a-zA-Z0-9._]+", value) for value in values)
    if plain and len(readable) <= LONGEST_NAME:
        return readable
    digest = hashlib.sha256("\0".join(values).encode()).hexdigest()[:12]
    return f"{readable[: LONGEST_NAME - len(digest) - 1]}-{digest}"


def find(api: Api, name: str) -> Lock | None:
    """Return the lock of that name, as far as EC2's lists show it.

    :raises AwsError: AWS refuses or is not reached.
    """
    filters = [{"Name": "launch-template-name", "Values": [name]}]
    found = api.pages("describe_launch_templates", "LaunchTemplates", "ec2", Filters=filters)
    listed = [from_aws(item) for item in found]
    # EC2 may show a lock that is gone beside the present one
    return max(listed, key=lambda lock: lock.tags.get(BEGAN, ""), default=None)


def create(api: Api, wanted: Wanted) -> str | None:
    """Create the lock, if there is none.

    :returns: its id; None when EC2 has given the name to another.
    :raises AwsError: AWS refuses for another reason, or is not reached.
    """
    tagged = [{"ResourceType": KIND, "Tags": tags.to_list(wanted.tags(time.time()))}]
    params = {"LaunchTemplateName": wanted.name, "LaunchTemplateData": CONTENT, "TagSpecifications": tagged}
    try:
        reply = api.call("create_launch_template", subject=wanted.name, **params)
    except AwsError as failure:
        if failure.code == TAKEN:
            return None
        raise
    return reply["LaunchTemplate"]["LaunchTemplateId"]


def remove(api: Api, lock_id: str) -> bool:
    """Remove exactly this lock.

    :returns: whether it was there.
    :raises AwsError: AWS refuses or is not reached.
    """
    return api.get("delete_launch_template", GONE, LaunchTemplateId=lock_id) is not None


def give_back(api: Api, lock_id: str) -> bool:
    """Remove the lock that this run holds.

    :returns: whether it was still there.
    :raises AwsError: AWS refuses or is not reached.
    """
    while not remove(api, lock_id):
        # another front end of EC2 may not know yet a lock that was created a moment ago
        if holding.seconds_ago() >= UNSEEN_SECONDS:
            return False
        time.sleep(FIRST_PAUSE_SECONDS)
    return True


class Taking:
    """One attempt to take a lock."""

    def __init__(self, api: Api, wanted: Wanted, timeout: float, break_lock: bool) -> None:
        """Begin.

        :param timeout: for how many seconds to wait for another run.
        :param break_lock: whether to take the lock away from the run that holds it now.
        """
        self._api = api
        self._wanted = wanted
        self._timeout = timeout
        self._break = break_lock
        self._began = time.monotonic()
        self._reporter = progress.Reporter(f"lock {wanted.name}")
        self._pause = FIRST_PAUSE_SECONDS
        # the last one that was seen
        self._holder: Lock | None = None
        # what was removed meanwhile, in words for the user
        self.removed: list[str] = []

    def run(self) -> str:
        """Take the lock.

        :returns: its id.
        :raises HeldError: another run holds it.
        :raises AwsError: AWS refuses or is not reached.
        """
        while True:
            taken = create(self._api, self._wanted) or self._look()
            if taken:
                return taken
            self._wait()

    def _look(self) -> str | None:
        """Look who holds the lock, and remove it if it has expired or is to be broken.

        :returns: its id if it turns out to be this run's own lock, because the reply to its creation was lost.
        """
        self._holder = found = find(self._api, self._wanted.name)
        if found is None:
            return None
        if found.is_foreign:
            raise HeldError(FOREIGN.format(found=found))
        if found.tags.get(RUN) == self._wanted.run:
            return found.id
        if found.is_over(time.time()):
            self._remove(found, "expired without having been given back, and was taken over")
        elif self._break:
            self._break = False
            return self._break_lock(found)
        return None

    def _break_lock(self, found: Lock) -> str | None:
        """Break a lock: mark it, wait until the run that holds it has noticed, and remove it.

        :returns: the id of this run's own lock, if the other run gives its lock back before that.
        """
        marks = [{"Key": holding.BROKEN, "Value": holding.at(time.time())}]
        if self._api.get("create_tags", GONE, subject=found.name, Resources=[found.id], Tags=marks) is None:
            return None
        left = found.notices_within
        while left > 0:
            self._reporter.see(f"lets the run that holds it notice: {found}", time.monotonic() - self._began)
            pause = min(LONGEST_PAUSE_SECONDS, left)
            time.sleep(pause)
            left -= pause
            taken = create(self._api, self._wanted)
            if taken:
                return taken
        self._remove(found, "was broken, as platform_lock says")
        return None

    def _remove(self, found: Lock, why: str) -> None:
        if remove(self._api, found.id):
            self.removed.append(f"The lock of another run {why}: {found}.")
            # it should be free now
            self._pause = 0.0

    def _wait(self) -> None:
        waited = time.monotonic() - self._began
        held = self._holder is not None and not self._holder.is_over(time.time())
        limit = self._timeout if held else max(self._timeout, UNSEEN_SECONDS)
        if waited >= limit and self._pause:
            raise HeldError(self._refusal(waited))
        self._reporter.see(f"waits for {self._holder}" if held else "is another run's, which began just now", waited)
        time.sleep(min(self._pause, limit - waited) if self._pause else 0.0)
        self._pause = min(max(self._pause, FIRST_PAUSE_SECONDS) * PAUSE_GROWTH, LONGEST_PAUSE_SECONDS)

    def _refusal(self, waited: float) -> str:
        who = self._holder or f"EC2 does not show yet who holds it (launch template {self._wanted.name})"
        return (
            f"Another run is at work on this stack ({listed(self._wanted.stack_tags)}): {who}. Nothing was changed by "
            f"this run, which has waited for {waited:.0f} s. Wait until that one has ended and run again, or let this "
            "one wait for longer (-e platform_lock_timeout=1800). If that one was killed, take its lock away: "
            "-e platform_lock=break."
        )


def without_right(failure: AwsError) -> str:
    """Return the advice for a run whose identity may not use the lock."""
    if failure.code not in DENIED:
        return str(failure)
    return f"{failure} {holding.WITHOUT}"


def running(api: Api, stack_tags: Mapping[str, Any]) -> dict[str, str]:
    """Return which run is working on a stack, as L(Lock.shown), and warn of it; empty when none is.

    If the identity may not read locks, there is a warning that says so.

    :param stack_tags: as for L(name_of); without them, nothing is read.
    """
    if not stack_tags:
        return {}
    try:
        found = find(api, name_of(stack_tags))
    except AwsError as failure:
        api.warn(f"Whether another run is at work on this stack is not known: {failure}")
        return {}
    if found is None:
        return {}
    if found.is_foreign:
        api.warn(FOREIGN.format(found=found))
        return {}
    if found.is_over(time.time()):
        api.warn(f"A run did not end as it should, and may have left things half done: {found}. It has expired.")
        return {}
    api.warn(f"Another run is at work on this stack, so what is read may change meanwhile: {found}.")
    return found.shown

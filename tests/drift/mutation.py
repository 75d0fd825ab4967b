"""A drift: something that somebody changes behind our back, and what the preview has to say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.account import Client

Change = Callable[[Client], Any]
UPDATE, CREATE, REMOVE, REPLACE = "update", "create", "remove", "replace"
NETWORK, AURORA, REDIS, SERVICE, API = "network", "aurora", "redis", "ecs_service", "apigw"

APP = "streamflix"
VPC = "streamflix-vpc-dev"
BY_HAND = "by-hand"
STACK_TAGS = {
    "Application": APP,
    "Environment": "dev",
    "ManagedBy": "streamflix.content_api",
    "CostCenter": "media",
    "Team": "content",
}
# one tag with another value, one added, one removed; not an owner tag, as that would be no drift
TAG_FIELDS = ("tags.CostCenter", "tags.Owner", "tags.Team")
OTHER_TAGS = {"CostCenter": BY_HAND, "Owner": BY_HAND}
LOST_TAG = "Team"


@dataclass(frozen=True)
class Named:
    """One change that the preview must name.

    :ivar type: CloudFormation's name of the kind of resource.
    :ivar fields: what must be named of it, and nothing else: whole fields, or beginnings that end with a dot.
        Of a resource that is created or removed all fields are, so none is listed here.
    :ivar reason: for C(replace): a part of what the preview says why, and what to do.
    """

    type: str
    name: str
    fields: tuple[str, ...] = ()
    action: str = UPDATE
    reason: str = ""


@dataclass(frozen=True)
class Mutation:
    """One drift.

    :ivar name: what somebody did, in words.
    :ivar change: does it, with plain boto3.
    :ivar named: exactly what the preview must say.
    :ivar tier: the tag of the run that sees it, the fast way; a whole run must see the same.
    :ivar repair: exactly the operations that the repair may use, as C(service:Operation), all of them needed.
    :ivar about: parts of names or ARNs, one of which each request of the repair must contain. By default the names of
        C(named).
    :ivar undo: removes what else the change needed; where AWS can't repair in place, it undoes the change, if that is
        possible.
    :ivar whole: only a whole run sees all of it, as several tiers have a part in it.
    :ivar sample: one of the few that stand for all.
    """

    name: str
    change: Change
    named: tuple[Named, ...]
    tier: str
    repair: tuple[str, ...]
    about: tuple[str, ...] = ()
    undo: Change | None = None
    whole: bool = False
    sample: bool = False

    @property
    def needs_replacement(self) -> bool:
        """Whether AWS can't repair it in place, so that the run must say so and leave it."""
        return any(item.action == REPLACE for item in self.named)

    @property
    def lasts(self) -> bool:
        """Whether it cannot be undone."""
        return self.needs_replacement and self.undo is None

    @property
    def names(self) -> tuple[str, ...]:
        """The texts one of which each request of the repair must contain."""
        return self.about or tuple(item.name for item in self.named)


def tag_list(values: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags as most services take them."""
    return [{key: name, value: text} for name, text in values.items()]


def find(client: Any, operation: str, key: str, name: str, field: str) -> dict[str, Any]:
    """Return the item of a list operation whose field is the name.

    :raises StopIteration: there is none.
    """
    from tests.support.account import pages

    return next(item for item in pages(client, operation, key) if item[field] == name)

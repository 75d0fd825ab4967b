"""Eventual consistency: reads lag behind writes, where AWS documents it.

C(lags.py) in the folder of a service says for each operation that creates something how long reads miss it, and how
long writes that name it are refused (L(Lag)). Tags of EC2 resources lag as the resources do. Operations that use an IAM
role refuse one that is too new (C(ROLE_USERS)). The Resource Groups Tagging API lags behind all services, also in what
is deleted.

The seconds are AWS's, but never more than L(MOST_SECONDS). A timescale does not make them shorter, because it does not
make the client's requests faster either.

New resources are hidden from reads only: writes see everything, so that names stay unique. Reads show changes and
deletions at once, with three exceptions: EC2's tags, deleted launch templates, and the Tagging API. AWS documents no
lag for ELBv2, RDS's clusters, ElastiCache, API Gateway's APIs and CloudWatch Logs' log groups: these have none here.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from emulator import services
from emulator.backends import backend_of
from emulator.clock import clock
from emulator.wire import AwsRequest, Proceed, RefusalError, Reply

MOST_SECONDS = 5.0


@dataclass(frozen=True)
class Lag:
    """How long it takes until reads show what an operation creates.

    :ivar service: the boto3 client's name.
    :ivar operation: the operation that creates it, such as C(CreateVpc).
    :ivar collection: the attribute of moto's backend with all resources of its kind.
    :ivar reads: the seconds for which reads miss it.
    :ivar source: the AWS document.
    :ivar writes: the seconds for which writes that name it are refused.
    :ivar refusal: the error code and the message of such a refusal; C({}) stands for the name.
    :ivar identity: the attribute that writes name it by; empty for its key in the collection.
    :ivar named_in: the parameters that name it; empty for all.
    :ivar only: the reads that miss it; empty for all of the service.
    :ivar removal: the seconds for which reads still show it after its deletion; only for a collection that is flat.
    """

    service: str
    operation: str
    collection: str
    reads: float
    source: str
    writes: float = 0.0
    refusal: tuple[str, str] = ("", "")
    identity: str = ""
    named_in: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    removal: float = 0.0


def due(seconds: float) -> float:
    """Return for how many seconds of the clock a lag lasts."""
    return min(seconds, MOST_SECONDS) * clock.factor


def texts(value: Any) -> Iterator[str]:
    """Yield all texts in request parameters."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)


def leaves(collection: Any) -> list[Any]:
    """Return the dicts and lists that hold the resources: moto keeps some kinds in one dict for each zone or VPC."""
    inner = list(dict.values(collection)) if isinstance(collection, dict) else []
    return inner if inner and all(isinstance(item, dict) for item in inner) else [collection]


def items_of(leaf: Any) -> list[tuple[Any, Any]]:
    """Return the resources with their keys; for those of a list, their Python identities."""
    return list(dict.items(leaf)) if isinstance(leaf, dict) else [(id(item), item) for item in leaf]


def _fill(leaf: Any, items: Iterable[tuple[Any, Any]]) -> None:
    if isinstance(leaf, collections.OrderedDict):
        leaf.clear()
        leaf.update(items)
    elif isinstance(leaf, dict):
        dict.clear(leaf)
        for key, item in items:
            dict.__setitem__(leaf, key, item)
    else:
        leaf[:] = [item for _unused, item in items]


@contextlib.contextmanager
def hidden(leaf: Any, gone: set[int]) -> Iterator[None]:
    """Take the resources out of a dict or list, and put them back in their places.

    :param gone: the resources' Python identities.
    """
    before = items_of(leaf)
    _fill(leaf, [(key, item) for key, item in before if id(item) not in gone])
    try:
        yield
    finally:
        after = dict(items_of(leaf))
        kept = {key: after.get(key, item) for key, item in before if id(item) in gone or key in after}
        _fill(leaf, {**kept, **after}.items())


@contextlib.contextmanager
def shown_still(leaf: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> Iterator[None]:
    """Put resources that are deleted back into their dict for a time."""
    before = items_of(leaf)
    _fill(leaf, [*items, *before])
    try:
        yield
    finally:
        _fill(leaf, before)


class Newcomers:
    """What was created and deleted lately, kind by kind."""

    def __init__(self, lags: Sequence[Lag]) -> None:
        """Begin with nothing."""
        self._lags = lags
        # the resource itself is kept too, so that no other one gets its Python identity
        self._made: dict[tuple[Lag, str], dict[int, tuple[Any, Any, float]]] = {}
        # with the tags that it had
        self._removed: dict[tuple[Lag, str], list[tuple[Any, Any, dict[str, str], float]]] = {}

    @contextlib.contextmanager
    def noticed(self, service: str, region: str) -> Iterator[None]:
        """Note what is made meanwhile, and what is deleted."""
        lags = [lag for lag in self._lags if lag.service == service]
        before = [self._all(lag, region) for lag in lags]
        tags = {name: dict(its) for name, its in backend_of("ec2", region).tags.items()} if service == "ec2" else {}
        yield
        for lag, known in zip(lags, before, strict=True):
            now = self._all(lag, region)
            made = self._made.setdefault((lag, self._place(lag, region)), {})
            for identity, (key, item) in now.items():
                if identity not in known:
                    made[identity] = (key, item, clock.now())
            removed = self._removed.setdefault((lag, self._place(lag, region)), [])
            removed += [
                (key, item, tags.get(key, {}), clock.now())
                for identity, (key, item) in known.items()
                if lag.removal and identity not in now
            ]

    @contextlib.contextmanager
    def shown_still(self, lag: Lag, region: str) -> Iterator[None]:
        """Let reads see what was deleted lately, if they showed it before."""
        since = clock.now() - due(lag.removal)
        young = {id(item) for _unused, item in self.younger_than(lag.reads, lag, region)}
        removed = self._removed.get((lag, self._place(lag, region)), [])
        late = [(key, item, its) for key, item, its, moment in removed if moment > since and id(item) not in young]
        backend = backend_of(lag.service, region)
        with (
            shown_still(backend.tags, [(key, its) for key, _unused, its in late]),
            shown_still(getattr(backend, lag.collection), [(key, item) for key, item, _unused in late]),
        ):
            yield

    def younger_than(self, seconds: float, lag: Lag, region: str) -> list[tuple[Any, Any]]:
        """Return the resources of a kind, with their keys, that were made less than so many seconds ago."""
        made = self._made.get((lag, self._place(lag, region)), {})
        since = clock.now() - due(seconds)
        return [(key, item) for key, item, moment in made.values() if moment > since]

    @staticmethod
    def _place(lag: Lag, region: str) -> str:
        return "" if lag.service == "iam" else region

    @staticmethod
    def _all(lag: Lag, region: str) -> dict[int, tuple[Any, Any]]:
        collection = getattr(backend_of(lag.service, region), lag.collection)
        return {id(item): (key, item) for leaf in leaves(collection) for key, item in items_of(leaf)}


class TagsOfEc2:
    """The tags of EC2 resources, and what they were before their last change."""

    def __init__(self, seconds: float) -> None:
        """Begin with no changes.

        :param seconds: for how long they are seen as before.
        """
        self._seconds = seconds
        self._changes: list[tuple[float, str, str, dict[str, str]]] = []

    @contextlib.contextmanager
    def noticed(self, region: str) -> Iterator[None]:
        """Note the resources whose tags are changed meanwhile."""
        tags = backend_of("ec2", region).tags
        before = {name: dict(values) for name, values in tags.items()}
        yield
        for name, values in tags.items():
            if values != before.get(name, {}):
                self._changes.append((clock.now(), region, name, before.get(name, {})))

    @contextlib.contextmanager
    def as_before(self, region: str) -> Iterator[None]:
        """Show tags as they were before the changes of the last seconds."""
        since = clock.now() - due(self._seconds)
        self._changes = [change for change in self._changes if change[0] > since]
        tags = backend_of("ec2", region).tags
        older: dict[str, dict[str, str]] = {}
        for _unused, place, name, values in self._changes:
            if place == region and name in tags:
                older.setdefault(name, values)
        newer = {name: tags[name] for name in older}
        tags.update(older)
        try:
            yield
        finally:
            tags.update(newer)


class TagIndex:
    """What the Resource Groups Tagging API knows of one region: it learns of each change some time later."""

    def __init__(self, region: str, seconds: float) -> None:
        """Begin with an empty index.

        :param seconds: how much later it learns of a change.
        """
        self._seconds = seconds
        self._region = region
        self._last: dict[str, Any] = {}
        self._index: dict[str, Any] = {}
        self._changes: list[tuple[float, str, Any]] = []

    def look(self) -> None:
        """Note what has changed since the last look, and take in what is due."""
        now = clock.now()
        found = {item.arn: replace(item, tags=dict(item.tags)) for item in self._backend()._get_resources_generator()}
        for arn in {**self._last, **found}:
            if self._last.get(arn) != found.get(arn):
                self._changes.append((now, arn, found.get(arn)))
        self._last = found
        self._take_in(now - due(self._seconds))

    def _take_in(self, until: float) -> None:
        while self._changes and self._changes[0][0] <= until:
            _unused, arn, item = self._changes.pop(0)
            if item is None:
                self._index.pop(arn, None)
            else:
                self._index[arn] = item

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Let moto list the index instead of what there is."""
        from moto.core.resource_tagging import make_tag_matcher, match_resource_type

        def listed(tag_filters: Any = None, resource_type_filters: Any = None, resource_arn_list: Any = None) -> Any:
            matches = make_tag_matcher(tag_filters)
            for item in self._index.values():
                named = not resource_arn_list or item.arn in resource_arn_list
                if named and matches(item.tags) and match_resource_type(item.resource_type, resource_type_filters):
                    yield item

        backend = self._backend()
        backend._get_resources_generator = listed
        try:
            yield
        finally:
            del backend._get_resources_generator

    def _backend(self) -> Any:
        return backend_of("resourcegroupstaggingapi", self._region)


class Eventual:
    """The layer that lets reads lag behind writes. It belongs inside the one that lets one request in at a time."""

    def __init__(self) -> None:
        """Begin with an account in which nothing is new."""
        self._services = services.tables("lags")
        self._lags: list[Lag] = [lag for module in self._services.values() for lag in module.LAGS]
        self.reset()

    def reset(self) -> None:
        """Forget what is new: the account is emptied."""
        self._newcomers = Newcomers(self._lags)
        self._tags = TagsOfEc2(self._services["ec2"].TAGS)
        self._indexes: dict[str, TagIndex] = {}

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Hide from a read what is too new for it; refuse a write that names something too new."""
        index = self._index(request.region)
        with contextlib.ExitStack() as around:
            if request.writes:
                self._check(request)
                around.enter_context(self._newcomers.noticed(request.service, request.region))
                if request.service == "ec2":
                    around.enter_context(self._tags.noticed(request.region))
            else:
                self._hide(request, index, around)
            reply = proceed()
        if request.writes:
            for known in self._indexes.values():
                known.look()
        return reply

    def _index(self, region: str) -> TagIndex:
        seconds = self._services["resourcegroupstaggingapi"].INDEX
        return self._indexes.setdefault(region, TagIndex(region, seconds))

    def _hide(self, request: AwsRequest, index: TagIndex, around: contextlib.ExitStack) -> None:
        if request.service == "resourcegroupstaggingapi":
            index.look()
            around.enter_context(index.shown())
        if request.service == "ec2":
            around.enter_context(self._tags.as_before(request.region))
        for lag in self._lags:
            if lag.service != request.service or (lag.only and request.operation not in lag.only):
                continue
            if lag.removal:
                around.enter_context(self._newcomers.shown_still(lag, request.region))
            young = {id(item) for _unused, item in self._newcomers.younger_than(lag.reads, lag, request.region)}
            if young:
                for leaf in leaves(getattr(backend_of(lag.service, request.region), lag.collection)):
                    around.enter_context(hidden(leaf, young))

    def _check(self, request: AwsRequest) -> None:
        for lag in self._lags:
            if lag.service == request.service and lag.writes:
                self._check_names(request, lag)
        users: Mapping[str, tuple[str, str]] = getattr(self._services.get(request.service), "ROLE_USERS", {})
        refusal = users.get(request.operation)
        iam = self._services["iam"]
        young = {role.arn for _unused, role in self._newcomers.younger_than(iam.ROLE_USE, iam.ROLES, request.region)}
        if refusal and young.intersection(texts(request.parameters)):
            raise RefusalError(*refusal)

    def _check_names(self, request: AwsRequest, lag: Lag) -> None:
        given: Any = request.parameters
        if lag.named_in:
            given = [request.parameters.get(name) for name in lag.named_in]
        named = set(texts(given))
        for key, item in self._newcomers.younger_than(lag.writes, lag, request.region):
            name = getattr(item, lag.identity) if lag.identity else key
            if name in named or getattr(item, "arn", None) in named:
                code, message = lag.refusal
                raise RefusalError(code, message.format(name))

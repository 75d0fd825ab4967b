"""Resources that moto lacks: what requests set is kept, and shown again.

That is enough for the life of what AWS only stores. What AWS does of itself, such as states, times and values that it
fills in, is for the service's own module. A kind that moto has without its tags may have an L(Item) here for these
alone: with L(install_tagging), the requests about tags and the Resource Groups Tagging API then know it.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from moto.core.exceptions import ServiceException

from emulator import caching
from emulator.backends import backend_of
from emulator.patching import add, wrap

Answer = Callable[[Any], Any]


class RefusedError(ServiceException):
    """The error of a request; moto looks for the service of its own exceptions by where they are defined."""


@dataclass
class Item:
    """One resource.

    :ivar kind: service and type in its ARN.
    :ivar shown: how requests describe it, without its tags.
    """

    kind: str
    arn: str
    shown: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tagging:
    """How a service names what its requests about tags take.

    :ivar creation: the parameter of a creation with the tags.
    :ivar tag, untag, listing: the boto3 methods.
    :ivar which: their parameter with the ARN.
    :ivar tags: the parameter, or the member of the listing's reply, with the tags.
    :ivar keys: the parameter with their names.
    :ivar key, value: what a pair calls its parts; empty where tags are a dict.
    """

    creation: str = "Tags"
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    listing: str = "list_tags_for_resource"
    which: str = "ResourceARN"
    tags: str = "Tags"
    keys: str = "TagKeys"
    key: str = "Key"
    value: str = "Value"

    def to_dict(self, tags: Any) -> dict[str, str]:
        """Return the tags of a request as a dict."""
        if not self.key:
            return dict(tags or {})
        return {tag[self.key]: tag.get(self.value, "") for tag in tags or ()}

    def to_aws(self, tags: Mapping[str, str]) -> Any:
        """Return tags as replies have them."""
        return [{self.key: name, self.value: text} for name, text in tags.items()] if self.key else dict(tags)


@dataclass(frozen=True)
class Kept:
    """A kind of resource.

    :ivar client: the boto3 client.
    :ivar kind: service and type in its ARN, such as C(cloudwatch:metric-stream).
    :ivar separator: what is between the type and the name in its ARN.
    :ivar name, arn: the members of a description with its name and its ARN.
    :ivar create, read, remove: the boto3 methods.
    :ivar change: the one that changes what exists; the creation where that overwrites.
    :ivar which: by method, its parameter with the name.
    :ivar key: where the reply to a reading has what was found, as a list; empty when the reply is the description.
    :ivar gone: the error code for: it does not exist.
    :ivar renamed: the parameters that descriptions show under another name.
    """

    client: str
    kind: str
    name: str
    arn: str
    create: str
    read: str
    remove: str
    which: Mapping[str, str]
    gone: str
    change: str = ""
    key: str = ""
    separator: str = "/"
    renamed: Mapping[str, str] = field(default_factory=dict)
    tagging: Tagging = Tagging()

    def install(self) -> None:
        """Give moto the operations that it lacks, and those for tags where it has them for other kinds only."""
        responses = responses_of(self.client)
        for method, answer in self.answers.items():
            add(responses, method, answer)
        # moto may know the operations of this class from an earlier request
        caching.forget()
        install_tagging(self.client, self.tagging)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """What answers each method; the same functions whenever they are asked for."""
        found: dict[str, Answer] = {
            self.create: self._create,
            self.read: self._read,
            self.remove: self._remove,
        }
        if self.change and self.change != self.create:
            found[self.change] = self._change
        return {method: as_function(answer) for method, answer in found.items()}

    def _create(self, response: Any) -> Any:
        found = kept(backend_of(self.client, response.region))
        params = parameters(self.client, response)
        name, tags = params[self.name], params.pop(self.tagging.creation, None)
        known = found.get((self.kind, name))
        if known and self.change != self.create:
            raise RefusedError(
                f"{self.kind.partition(':')[2].title().replace('-', '')}AlreadyExists", f"{name} exists."
            )
        arn = known.arn if known else self._arn(response, name)
        shown = {self.renamed.get(key, key): value for key, value in params.items()}
        # tags of what exists stay as they are
        its_tags = known.tags if known else self.tagging.to_dict(tags)
        found[self.kind, name] = Item(self.kind, arn, {**shown, self.arn: arn}, its_tags)
        return result({self.arn: arn})

    def _change(self, response: Any) -> Any:
        params = parameters(self.client, response)
        item = self._item(response, params.pop(self.which[self.change]))
        item.shown |= {self.renamed.get(key, key): value for key, value in params.items()}
        return result({self.arn: item.arn})

    def _read(self, response: Any) -> Any:
        asked = parameters(self.client, response).get(self.which[self.read])
        names = asked if isinstance(asked, list) else [asked]
        items = [self._item(response, name).shown for name in names if name is not None]
        if not self.key:
            return result(items[0])
        there = kept(backend_of(self.client, response.region)).values()
        return result({self.key: items if asked else [item.shown for item in there if item.kind == self.kind]})

    def _remove(self, response: Any) -> Any:
        asked = parameters(self.client, response)[self.which[self.remove]]
        for name in asked if isinstance(asked, list) else [asked]:
            self._item(response, name)
            del kept(backend_of(self.client, response.region))[self.kind, name]
        return result({})

    def _item(self, response: Any, name: str) -> Item:
        try:
            return kept(backend_of(self.client, response.region))[self.kind, name]
        except KeyError:
            raise RefusedError(self.gone, f"{name} does not exist.") from None

    def _arn(self, response: Any, name: str) -> str:
        service, _unused, type_in_arn = self.kind.partition(":")
        backend = backend_of(self.client, response.region)
        place = f"{service}:{backend.region_name}:{backend.account_id}"
        return f"arn:{backend.partition}:{place}:{type_in_arn}{self.separator}{name}"


def as_function(answer: Answer) -> Answer:
    """Return a function that a class can have as a method; moto looks for such only."""

    def method(response: Any) -> Any:
        return answer(response)

    return method


def kept(backend: Any) -> dict[tuple[str, str], Item]:
    """Return what a moto backend keeps of these kinds, by kind and name; a reset clears it."""
    if not hasattr(backend, "kept_resources"):
        backend.kept_resources = {}
    found: dict[tuple[str, str], Item] = backend.kept_resources
    return found


def by_arn(backend: Any, arn: str) -> Item | None:
    """Return what a backend keeps under an ARN; None for what moto itself keeps."""
    return next((item for item in kept(backend).values() if item.arn == arn), None)


def everything(region: str) -> Iterator[Item]:
    """Yield what is kept of all services in a region."""
    for client in sorted(CLIENTS):
        yield from kept(backend_of(client, region)).values()


# those with kinds of this sort
CLIENTS: set[str] = set()


def responses_of(client: str) -> Any:
    """Return moto's class that answers a service's requests.

    :raises ValueError: moto has no such service.
    """
    name = client.replace("-", "")
    try:
        module = importlib.import_module(f"moto.{name}.responses")
    except ModuleNotFoundError:
        raise ValueError(f"moto has no {client}") from None
    from moto.core.responses import BaseResponse

    own = [
        item
        for _name, item in inspect.getmembers(module, inspect.isclass)
        if issubclass(item, BaseResponse) and item.__module__.startswith(f"moto.{name}")
    ]
    if not own:
        raise ValueError(f"moto has no {client}")
    CLIENTS.add(client)
    return own[0]


def parameters(client: str, response: Any) -> dict[str, Any]:
    """Return the parameters of a request."""
    from moto.core.utils import get_service_model

    model = get_service_model(client).operation_model(response._get_action())
    found = {name: response._get_param(name) for name in model.input_shape.members} if model.input_shape else {}
    return {name: value for name, value in found.items() if value is not None}


def result(members: Mapping[str, Any]) -> Any:
    """Return a reply."""
    from moto.core.responses import ActionResult

    return ActionResult(dict(members))


def install_tagging(client: str, how: Tagging) -> None:
    """Let a service's requests about tags know what is kept; what they do with moto's own kinds stays."""
    responses = responses_of(client)

    def either(method: str, ours: Callable[[Any, Item], Any]) -> None:
        if not hasattr(responses, method):
            setattr(responses, method, unknown)

        @wrap(responses, method)
        def answer(original: Any, self: Any) -> Any:
            item = by_arn(backend_of(client, self.region), self._get_param(how.which))
            return ours(self, item) if item else original(self)

    def tag(self: Any, item: Item) -> Any:
        item.tags |= how.to_dict(self._get_param(how.tags))
        return result({})

    def untag(self: Any, item: Item) -> Any:
        item.tags = {name: text for name, text in item.tags.items() if name not in self._get_param(how.keys)}
        return result({})

    def listing(_self: Any, item: Item) -> Any:
        return result({how.tags: how.to_aws(item.tags)})

    for method, ours in ((how.tag, tag), (how.untag, untag), (how.listing, listing)):
        either(method, ours)


def unknown(_self: Any) -> Any:
    """Answer a request about the tags of what does not exist."""
    raise RefusedError("ResourceNotFoundException", "There is no such resource.")

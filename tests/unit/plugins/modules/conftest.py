"""What the tests of modules share: what a module foretells, its changes, and an AWS whose replies go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.plan import is_unknown
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.endpoint import Endpoint
from botocore.exceptions import ConnectionClosedError

from tests.support.changes import Change, listed

URL = "https://aws.example.com/"
# in place of an error code: AWS carries the request out, and its reply never arrives
LOST = "lost reply"


class Empty:
    """The body of a reply, as urllib3 has it."""

    def stream(self) -> Iterator[bytes]:
        """Return the body in parts."""
        return iter((b"",))


@pytest.fixture
def changes_of(run_module: Callable[..., dict[str, Any]]) -> Callable[..., list[Change]]:
    """Give a function that runs a module and returns its changes, which are those of the preview.

    Each is action, type, name, and for each field the values before and after.
    """

    def run(name: str, /, **options: Any) -> list[Change]:
        preview = run_module(name, check=True, **options)
        done = run_module(name, **options)
        assert done["changes"] == preview["changes"]
        return listed(done)

    return run


@pytest.fixture
def troubled(monkeypatch: pytest.MonkeyPatch, no_pauses: None) -> Callable[..., list[str]]:
    """Give a function that lets an AWS operation fail as often as it is given error codes, and all pauses end at once.

    It returns the list of all operations that are sent from then on. C(LOST) is one of the codes.
    """
    send = Endpoint._do_get_response
    troubles: dict[str, list[str]] = {}
    sent: list[str] = []

    def answer(self: Endpoint, request: Any, operation_model: Any, context: Any) -> Any:
        sent.append(operation_model.name)
        waiting = troubles.get(operation_model.name)
        code = waiting.pop(0) if waiting else ""
        if code and code != LOST:
            reply = {"Error": {"Code": code, "Message": "later"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            return (AWSResponse(URL, 400, HTTPHeaders(), Empty()), reply), None
        answered = send(self, request, operation_model, context)
        return (None, ConnectionClosedError(endpoint_url=URL)) if code else answered

    def let_fail(operation: str = "", *codes: str) -> list[str]:
        troubles[operation] = list(codes)
        return sent

    monkeypatch.setattr(Endpoint, "_do_get_response", answer)
    return let_fail


@pytest.fixture
def sent_until_removed(run_module: Callable[..., Any], troubled: Callable[..., list[str]]) -> Callable[..., int]:
    """Give a function that removes a resource while AWS refuses the request that does it, with the given error codes.

    It returns how often that request was sent.
    """

    def remove(module: str, operation: str, *codes: str, **options: Any) -> int:
        sent = troubled(operation, *codes)
        done = run_module(module, state="absent", **options)
        assert done.get("changed"), done
        return sent.count(operation)

    return remove


def is_foretold(foretold: Any, made: Any) -> bool:
    """Tell whether a value is the one that a preview showed, or one that it said to be known after the real run."""
    if isinstance(foretold, str) and is_unknown(foretold):
        return True
    if isinstance(foretold, dict) and isinstance(made, dict):
        return foretold.keys() == made.keys() and all(is_foretold(value, made[key]) for key, value in foretold.items())
    if isinstance(foretold, list) and isinstance(made, list):
        assigned = len(foretold) == 1 and is_foretold(foretold[0], "")
        same = len(foretold) == len(made) and all(map(is_foretold, foretold, made))
        return assigned or same
    return foretold == made


@pytest.fixture
def assert_foretold(run_module: Callable[..., Any]) -> Callable[..., None]:
    """Give a function that previews the creation of a resource and makes it: both have to return the same.

    C(apart) are the keys that are not compared, such as states.
    """

    def check(module: str, key: str, /, apart: tuple[str, ...] = (), **options: Any) -> None:
        foretold, made = (run_module(module, check=check, **options)[key] for check in (True, False))
        assert foretold.keys() == made.keys()
        wrong = {name for name in made.keys() - set(apart) if not is_foretold(foretold[name], made[name])}
        assert {name: (foretold[name], made[name]) for name in wrong} == {}

    return check

"""What the tests of modules share: changes in a short form, and an AWS whose replies are errors, or are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.endpoint import Endpoint
from botocore.exceptions import ConnectionClosedError

URL = "https://aws.example.com/"
# in place of an error code: AWS carries the request out, and its reply never arrives
LOST = "lost reply"

Change = tuple[str, str, str, dict[str, tuple[Any, Any]]]


@pytest.fixture
def changes_of(run_module: Callable[..., dict[str, Any]]) -> Callable[..., list[Change]]:
    """Give a function that runs a module and returns its changes, which are those of the preview.

    Each is action, type, name, and for each field the values before and after.
    """

    def run(name: str, /, **options: Any) -> list[Change]:
        preview = run_module(name, check=True, **options)
        done = run_module(name, **options)
        assert done["changes"] == preview["changes"]
        return [
            (
                change["action"],
                change["type"],
                change["name"],
                {field["field"]: (field["before"], field["after"]) for field in change["fields"]},
            )
            for change in done["changes"]
        ]

    return run


@pytest.fixture
def troubled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Give a function that lets an AWS operation fail as often as it is given error codes, and all pauses end at once.

    It returns the list of all operations that are sent from then on. C(LOST) is one of the codes.
    """
    send = Endpoint._get_response
    troubles: dict[str, list[str]] = {}
    sent: list[str] = []

    def answer(self: Endpoint, request: Any, operation_model: Any, context: Any) -> Any:
        sent.append(operation_model.name)
        waiting = troubles.get(operation_model.name)
        code = waiting.pop(0) if waiting else ""
        if code and code != LOST:
            reply = {"Error": {"Code": code, "Message": "later"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            return (AWSResponse(URL, 400, HTTPHeaders(), None), reply), None
        answered = send(self, request, operation_model, context)
        return (None, ConnectionClosedError(endpoint_url=URL)) if code else answered

    def let_fail(operation: str = "", *codes: str) -> list[str]:
        troubles[operation] = list(codes)
        return sent

    monkeypatch.setattr(Endpoint, "_get_response", answer)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return let_fail

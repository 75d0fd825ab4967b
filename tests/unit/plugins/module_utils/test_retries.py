"""Which errors of AWS are tried again, and which end the run at once."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils.api import Api, AwsError
from ansible_collections.streamflix.content_api.plugins.module_utils.runner import is_one_of
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

URL = "https://apigateway.eu-west-1.amazonaws.com/account"


class Module:
    """As much of AnsibleAWSModule as L(Api) needs."""

    params: ClassVar[dict[str, Any]] = {"aws_config": None}

    def __init__(self, client: Any) -> None:
        self.made = client

    def client(self, _service: str, config: Any, **_given: Any) -> Any:
        """Return the client."""
        return self.made


class Raw:
    """The body of a reply."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self) -> Any:
        """Return the body in parts."""
        yield self.body


def api_that_answers(client: Any, code: str) -> tuple[Api, list[str]]:
    """Return an Api whose requests are all answered with an error, and the list of requests that it keeps."""
    sent: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request.method)
        return AWSResponse(URL, 429, HTTPHeaders.from_dict({"x-amzn-errortype": code}), Raw(b'{"message": "no more"}'))

    client.meta.events.register_first("before-send", answer)
    return Api(Module(client), "apigateway"), sent


def test_a_quota_is_not_tried_again(aws: Any) -> None:
    api, sent = api_that_answers(aws("apigateway"), "LimitExceededException")
    with pytest.raises(AwsError) as caught:
        api.call("get_account")
    assert caught.value.code == "LimitExceededException"
    assert "higher quota" in str(caught.value)
    assert len(sent) == 1


def test_throttling_is_tried_again(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    api, sent = api_that_answers(aws("apigateway"), "TooManyRequestsException")
    with pytest.raises(AwsError):
        api.call("get_account")
    assert len(sent) > 1


def test_what_is_sent_once_is_not_tried_again_and_the_next_request_is(
    aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    api, sent = api_that_answers(aws("apigateway"), "TooManyRequestsException")
    with pytest.raises(AwsError) as caught:
        api.call_once("get_account")
    assert caught.value.throttled
    assert len(sent) == 1
    with pytest.raises(AwsError):
        api.call("get_account")
    assert len(sent) > 2


def test_a_reply_that_nobody_can_read_leaves_it_open_whether_aws_carried_it_out(aws: Any) -> None:
    client = aws("ec2")
    reply = AWSResponse(URL, 200, HTTPHeaders(), Raw(b"<"))
    client.meta.events.register_first("before-send", lambda **_: reply)
    expected = "ec2:CreateVpc on v failed: AWS's reply cannot be read: .*proxy"
    with pytest.raises(AwsError, match=f"(?s){expected}") as failure:
        Api(Module(client), "ec2").call_once("create_vpc", subject="v", CidrBlock="10.0.0.0/16")
    assert failure.value.uncertain


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("ConflictException", True),
        ("ConflictException: later", True),
        ("ConflictException: exists", False),
        ("X", False),
    ],
)
def test_an_error_passes_by_its_code_and_part_of_its_message(entry: str, expected: bool) -> None:
    failure = AwsError("a:B", "c", "ConflictException", "Please try again later.", "")
    assert is_one_of(failure, [entry]) is expected

"""Reads AWS requests from HTTP by AWS's own service models, and writes AWS's error replies."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationNotFoundError
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.utils import get_service_model

# the names with which requests are signed, where they differ from the boto3 client's name
SIGNING_NAMES = {
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
    "states": "stepfunctions",
    "email": "ses",
}
CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
READING = re.compile(r"(BatchGet|Check|Describe|Get|List|Search|Lookup|Simulate|Validate)")


@dataclass(frozen=True)
class AwsRequest:
    """One request to AWS.

    :ivar service: the boto3 client's name, such as C(elbv2).
    :ivar operation: AWS's name of the operation, such as C(CreateTargetGroup).
    :ivar region: the region that it is signed for.
    :ivar access_key: the caller's access key.
    :ivar parameters: in the shape that boto3 takes them.
    :ivar protocol: AWS's protocol: C(ec2), C(query), C(json) or C(rest-json).
    :ivar model: botocore's model of the operation.
    :ivar sent: the parameters as they were sent: the fields of the form, or the JSON of the body.
    :ivar readable: whether the values have the types that the model wants; else there are no parameters.
    """

    service: str
    operation: str
    region: str
    access_key: str
    parameters: Mapping[str, Any]
    protocol: str
    model: OperationModel
    sent: Mapping[str, Any] = field(default_factory=dict)
    readable: bool = True

    @property
    def writes(self) -> bool:
        """Whether the operation may change something, by its name."""
        return not READING.match(self.operation)


@dataclass(frozen=True)
class Reply:
    """What the client gets.

    :ivar status: the HTTP status.
    :ivar headers: pairs of name and value.
    :ivar fault: the kind of the fault that it stands for (see L(emulator.faults)); empty for AWS's own answer.
    """

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)
    fault: str = ""


# hands a request on to the next layer of the emulator
Proceed = Callable[[], Reply]


class RefusalError(Exception):
    """An error that AWS replies with.

    :ivar code: AWS's error code.
    :ivar status: the HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        self.code = code
        self.status = status
        super().__init__(message)


class HangupError(Exception):
    """The connection breaks before the client has got a reply.

    :ivar fault: the kind of the fault that breaks it (see L(emulator.faults)); empty when it is none.
    """

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        super().__init__(fault)


def boto_service(signing_name: str, path: str) -> str:
    """Return the boto3 client's name for the name that a request is signed with."""
    if signing_name == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    return SIGNING_NAMES.get(signing_name, signing_name)


def read(environ: dict[str, Any]) -> AwsRequest | None:
    """Read an AWS request; the body can be read again after it.

    :returns: None for what is not signed for a service, or names no operation of it.
    """
    credential = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if credential is None:
        return None
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    service = boto_service(credential["service"], request.path)
    model, uri_parameters = _operation(service, request)
    if model is None:
        return None
    protocol = determine_request_protocol(model.service_model, request.content_type)
    parameters = _parameters(model, protocol, request, uri_parameters)
    return AwsRequest(
        service=service,
        operation=model.name,
        region=credential["region"],
        access_key=credential["key"],
        parameters=parameters or {},
        protocol=protocol,
        model=model,
        sent=_sent(protocol, request),
        readable=parameters is not None,
    )


def _operation(service: str, request: Request) -> tuple[OperationModel | None, dict[str, Any]]:
    model = get_service_model(service)
    name = request.values.get("Action") or request.headers.get("X-Amz-Target", "").rpartition(".")[2]
    try:
        if name:
            return model.operation_model(name), {}
        operation, uri_parameters = get_service_router(service).match(request)
        return model.operation_model(operation.name), uri_parameters
    except (NotFound, OperationNotFoundError):
        return None, {}


def _parameters(
    model: OperationModel, protocol: str, request: Request, uri_parameters: dict[str, Any]
) -> Mapping[str, Any] | None:
    written: Any = {
        "method": request.method,
        "values": request.values,
        "headers": request.headers,
        "body": request.data,
        "url_path": request.path,
        "url_params": uri_parameters,
    }
    try:
        parsed: Mapping[str, Any] = PROTOCOL_PARSERS[protocol](model).parse(written)
    except (ValueError, TypeError, AttributeError):  # a text where a number belongs, and the like
        return None
    # a list that is not in the URL is parsed as an empty one
    return {key: value for key, value in parsed.items() if value is not None and (value != [] or protocol == "json")}


def _sent(protocol: str, request: Request) -> Mapping[str, Any]:
    if protocol in ("ec2", "query"):
        fields: Mapping[str, Any] = request.values.to_dict()
        return fields
    try:
        body = json.loads(request.data or b"{}")
    except ValueError:  # a body that is no JSON is a file, or nothing that AWS reads either
        return {}
    return body if isinstance(body, dict) else {}


def error_reply(protocol: str, refusal: RefusalError) -> Reply:
    """Write an error as the protocol of the request has it."""
    code, message = refusal.code, str(refusal)
    if protocol in ("json", "rest-json"):
        body = json.dumps({"__type": code, "message": message})
        kind = "application/x-amz-json-1.1" if protocol == "json" else "application/json"
        return Reply(refusal.status, body.encode(), [("Content-Type", kind), ("x-amzn-ErrorType", code)])
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if protocol == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>emulator</RequestID></Response>"
    else:
        sender = "Sender" if refusal.status < 500 else "Receiver"
        error = f"<Error><Type>{sender}</Type>{error}</Error>"
        body = f"<ErrorResponse>{error}<RequestId>emulator</RequestId></ErrorResponse>"
    return Reply(refusal.status, body.encode(), [("Content-Type", "text/xml")])


def body_of(chunks: Iterable[bytes]) -> bytes:
    """Return a WSGI reply's body as one piece, and close what it came from."""
    try:
        return b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()

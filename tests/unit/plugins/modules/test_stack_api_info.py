"""The module that asks an API: each hop that can fail is named, and how long the others took."""

from __future__ import annotations

import http.server
import os
import pathlib
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.module_utils import hops
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support import certificates

MODULE = "stack_api_info"
URL = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/"
GATEWAY = {"x-amz-apigw-id": "AbCdEf="}
ALB = {**GATEWAY, "x-amzn-Remapped-Server": "awselb/2.0"}
REPLIES: dict[str, tuple[int, dict[str, str]]] = {
    "ok": (200, {**GATEWAY, "x-amzn-Remapped-Server": "nginx"}),
    "missing": (404, {**GATEWAY, "x-amzn-Remapped-Server": "nginx"}),
    "forbidden": (403, {**GATEWAY, "x-amzn-ErrorType": "ForbiddenException"}),
    "throttled": (429, {**GATEWAY, "x-amzn-ErrorType": "TooManyRequestsException"}),
    "timeout": (504, {**GATEWAY, "x-amzn-ErrorType": "InternalServerErrorException"}),
    "unhealthy": (503, ALB),
    "proxy": (200, {"Server": "somebody"}),
    "unsigned": (403, {**GATEWAY, "x-amzn-ErrorType": "MissingAuthenticationTokenException"}),
}


class Front(http.server.BaseHTTPRequestHandler):
    """Answers as the path says; the second request for C(/dev/late) is the first one that is right."""

    late = 0

    def do_GET(self) -> None:
        """Answer."""
        word = self.path.rpartition("/")[2]
        assert self.headers["Host"] == "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
        if word == "late":
            Front.late += 1
            word = "unhealthy" if Front.late == 1 else "ok"
        if word == "signed":
            word = "ok" if self.is_signed() else "unsigned"
        status, headers = REPLIES[word]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b'{"message": "as asked"}')

    def is_signed(self) -> bool:
        """Sign what has arrived as botocore does, and tell whether its signature is the same."""
        given = self.headers.get("Authorization", "")
        if not given:
            return False
        url = f"https://{self.headers['Host']}{self.path}"
        names = given.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        assert {"host", "x-amz-date"} <= {*names}
        request = AWSRequest(method=self.command, url=url, headers={name: self.headers[name] for name in names})
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        # moto has set them
        keys = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
        auth = SigV4Auth(keys, "execute-api", "eu-west-1")
        text = auth.string_to_sign(request, auth.canonical_request(request))
        return given.endswith(f"Signature={auth.signature(text, request)}")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
        del format, args


@pytest.fixture
def front() -> Iterator[str]:
    """Give the URL of a server that answers in API Gateway's place."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(run_module: Any, where: str, path: str = "/ok", **options: Any) -> Any:
    """Ask once, unless the options say otherwise."""
    return run_module(MODULE, **{"url": URL, "at": where, "path": path, "retries": 0, "delay": 0, **options})


def test_says_how_long_each_hop_took(aws: Any, run_module: Any, front: str) -> None:
    done = ask(run_module, front)
    assert (done["hop"], done["status"], done["tries"], done["url"]) == ("service", 200, 1, f"{URL}ok")
    assert list(done["milliseconds"]) == ["dns", "connect", "answer"]
    assert all(0 <= took < 20000 for took in done["milliseconds"].values())


def test_a_request_is_signed_with_the_modules_credentials(aws: Any, run_module: Any, front: str) -> None:
    assert ask(run_module, front, "/signed", authorization="AWS_IAM")["status"] == 200
    query = ask(run_module, front, "/a%20b/signed?", authorization="AWS_IAM")
    assert query["status"] == 200
    failed = ask(run_module, front, "/signed")
    assert (failed["hop"], "execute-api:Invoke" in failed["msg"]) == ("api_gateway", True)


def test_goes_where_the_endpoint_sends_all_requests(
    aws: Any, run_module: Any, front: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(run_module, "", endpoint_url=front)["hop"] == "service"
    monkeypatch.setenv("AWS_ENDPOINT_URL", front)
    assert ask(run_module, "")["hop"] == "service"


@pytest.mark.parametrize(
    ("path", "hop", "said"),
    [
        ("forbidden", "api_gateway", "HTTP 403, ForbiddenException"),
        ("throttled", "api_gateway", "HTTP 429, TooManyRequestsException"),
        ("timeout", "integration", "HTTP 504, InternalServerErrorException"),
        ("unhealthy", "load_balancer", 'HTTP 503, {"message": "as asked"}'),
        ("missing", "service", "HTTP 404"),
        ("proxy", "connect", "HTTP 200"),
    ],
)
def test_names_who_gave_a_wrong_answer(aws: Any, run_module: Any, front: str, path: str, hop: str, said: str) -> None:
    failed = ask(run_module, front, f"/{path}")
    assert failed["hop"] == hop
    assert f"It ended at {hop}: {said}" in failed["msg"]
    assert hops.ADVICE[hop] in failed["msg"]
    assert "The last one took: dns " in failed["msg"]


def test_takes_the_codes_that_are_right(aws: Any, run_module: Any, front: str) -> None:
    assert "failed" not in ask(run_module, front, "/missing", status="200-299,404")
    assert ask(run_module, front, "/ok", status="201-299")["failed"]


def test_tries_again(aws: Any, run_module: Any, front: str) -> None:
    Front.late = 0
    assert ask(run_module, front, "/late", retries=2)["tries"] == 2


@pytest.fixture
def silent() -> Iterator[int]:
    """Give a port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_names_the_hop_at_which_a_request_ends(aws: Any, run_module: Any, front: str, silent: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert ask(run_module, f"http://127.0.0.1:{port}")["hop"] == "connect"
    assert ask(run_module, "http://nobody.invalid")["hop"] == "dns"
    assert ask(run_module, front.replace("http:", "https:"))["hop"] == "tls"
    assert ask(run_module, f"http://127.0.0.1:{silent}", timeout=1)["hop"] == "api_gateway"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "api.example.com"}, "url 'api.example.com'"),
        ({"path": "health"}, "path 'health'"),
        ({"status": "5xx"}, "status '5xx'"),
        ({"at": "vpce-1"}, "at 'vpce-1'"),
        ({"timeout": 0}, "timeout 0"),
        ({"retries": 101}, "retries 101"),
        ({"delay": -1}, "delay -1"),
    ],
)
def test_refuses_what_nobody_can_be_asked_with(aws: Any, run_module: Any, options: dict[str, Any], said: str) -> None:
    assert said in run_module(MODULE, **{"url": URL, **options})["msg"]


@pytest.fixture
def guarded(tmp_path: pathlib.Path) -> Iterator[tuple[str, str]]:
    """Give the URL of a server that wants a certificate of its clients, and the file with one that it takes."""
    file = tmp_path / "certificate.pem"
    file.write_bytes(b"".join(certificates.self_signed("localhost")))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(file))
    context.load_cert_chain(file)
    context.verify_mode = ssl.CERT_REQUIRED
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://localhost:{server.server_port}", str(file)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_of_the_clients_own_is_shown(
    aws: Any, run_module: Any, guarded: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, file = guarded
    monkeypatch.setenv("SSL_CERT_FILE", file)
    assert ask(run_module, where, client_cert=file)["status"] == 200
    assert ask(run_module, where, client_cert=file, client_key=file)["hop"] == "service"
    assert ask(run_module, where)["failed"]
    missing = ask(run_module, where, client_cert=f"{file}.missing")
    assert (missing["hop"], "No such file" in missing["msg"]) == ("tls", True)

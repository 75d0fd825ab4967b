# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One request to an API of API Gateway, hop by hop: how long each took, and which one an answer comes from."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.streamflix.content_api.plugins.module_utils.elbv2.rules import http_codes
from ansible_collections.streamflix.content_api.plugins.module_utils.rules.common import not_matching, out_of_range

DNS, CONNECT, TLS = "dns", "connect", "tls"
GATEWAY, INTEGRATION, BALANCER, SERVICE = "api_gateway", "integration", "load_balancer", "service"
DEFAULT_PORTS = {"http": 80, "https": 443}
MOST_OF_A_BODY = 300  # characters of an error that are shown
# the headers by which API Gateway's own answers are known, and under which it hands on who answered behind it
REQUEST_ID, ERROR_TYPE, BEHIND = "x-amz-apigw-id", "x-amzn-errortype", "x-amzn-remapped-server"
LOAD_BALANCER = "awselb"
FORBIDDEN = 403
THROTTLED = 429
# what to look at, by the hop that has failed
ADVICE = {
    DNS: "The name is not known: look whether the API is there and, with a name of your own, at its DNS record.",
    CONNECT: (
        "API Gateway was not reached: look at the way out of this machine, at proxies, and for a private API at its "
        "VPC endpoint."
    ),
    TLS: "Look at the certificate of the name, at a proxy that puts in one of its own, and at the clock.",
    GATEWAY: (
        "API Gateway refused it: look at the stage's name, the resource policy, a web ACL, an authorizer, whether the "
        "credentials may do execute-api:Invoke, the throttling, and whether the execute-api endpoint is disabled."
    ),
    INTEGRATION: (
        "API Gateway got no answer from the load balancer: look at its state, its listener and security group, the "
        "integration's URI, and the VPC link if there is one."
    ),
    BALANCER: (
        "The load balancer answered in the place of a task: look at the health of its targets and at the events of the "
        "service."
    ),
    SERVICE: "The service answered so itself: look at its log, and at the path that is asked for.",
}


LONGEST_SECONDS, MOST_TRIES = 600, 100


def problems(options: Mapping[str, Any], before: str = "") -> list[str]:
    """Find what a request cannot be made with; None, and an empty text, is not set.

    :param options: C(path), C(status), C(at), C(timeout), C(retries) and C(delay).
    :param before: what the names of the options begin with.
    """
    found = not_matching(f"{before}at", options["at"] or None, r"https?://[^\s/]+/?", "give a URL without a path")
    found += not_matching(f"{before}path", options["path"], r"/\S*", "begin it with a slash, and have no spaces in it")
    found += http_codes(f"{before}status", options["status"]) if options["status"] else []
    found += out_of_range(f"{before}timeout", options["timeout"], 1, LONGEST_SECONDS)
    found += out_of_range(f"{before}retries", options["retries"], 0, MOST_TRIES)
    return found + out_of_range(f"{before}delay", options["delay"], 0, LONGEST_SECONDS)


class HopError(Exception):
    """A request got no answer.

    :ivar hop: which hop failed.
    """

    def __init__(self, hop: str, reason: str) -> None:
        self.hop = hop
        super().__init__(reason)


@dataclass
class Journey:
    """One request on its way.

    :ivar milliseconds: what each hop took, by its name, as far as the request came.
    """

    milliseconds: dict[str, int] = field(default_factory=dict)
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @contextmanager
    def hop(self, name: str, *errors: type[Exception]) -> Iterator[None]:
        """Measure a hop.

        :param errors: what may go wrong in it.
        :raises HopError: it did.
        """
        began = time.monotonic()
        try:
            yield
        except errors as error:
            raise HopError(name, str(error) or type(error).__name__) from error
        finally:
            self.milliseconds[name] = round((time.monotonic() - began) * 1000)


def proxy_for(scheme: str, host: str) -> urllib.parse.SplitResult | None:
    """Return the proxy that the environment has for a host; None without one."""
    found = urllib.request.getproxies().get(scheme)
    return urllib.parse.urlsplit(found) if found and not urllib.request.proxy_bypass(host) else None


@dataclass(frozen=True)
class Manner:
    """How a request is sent.

    :ivar timeout: seconds for each hop.
    :ivar certificate: files with a certificate of the client's own and its key; empty without one, or with both in one.
    :ivar headers: makes further headers from method and URL, such as those of a signature.
    """

    method: str
    timeout: float
    certificate: tuple[str, str] = ("", "")
    headers: Callable[[str, str], Mapping[str, str]] = lambda _method, _url: {}

    def tls(self) -> ssl.SSLContext:
        """Return how TLS is spoken.

        :raises OSError: there is no such certificate.
        """
        context, (certificate, key) = ssl.create_default_context(), self.certificate
        if certificate:
            context.load_cert_chain(certificate, key or None)
        return context


def open_connection(journey: Journey, url: urllib.parse.SplitResult, manner: Manner) -> http.client.HTTPConnection:
    """Connect to where a URL leads, by the environment's proxy if it has one.

    :raises HopError: that failed.
    """
    host, scheme = url.hostname or "", url.scheme
    port = url.port or DEFAULT_PORTS[scheme]
    proxy = proxy_for(scheme, host)
    first = (proxy.hostname or "", proxy.port or DEFAULT_PORTS["http"]) if proxy else (host, port)
    with journey.hop(DNS, OSError):
        socket.getaddrinfo(*first, type=socket.SOCK_STREAM)
    connection = http.client.HTTPConnection(*first, timeout=manner.timeout)
    if proxy:
        connection.set_tunnel(host, port)
    with journey.hop(CONNECT, OSError):
        # the name is in the resolver's memory by now, and a connection tries all of its addresses
        connection.connect()
    if scheme == "https":
        with journey.hop(TLS, OSError):
            connection.sock = manner.tls().wrap_socket(connection.sock, server_hostname=host)
    return connection


def travel(url: str, at: str, manner: Manner) -> Journey:
    """Send one request and return what came of it.

    :param at: the URL to send it to instead, with the name of C(url) in the header C(Host); empty for C(url) itself.
    :raises HopError: there was no answer; what the hops up to then took is lost.
    """
    journey, wanted = Journey(), urllib.parse.urlsplit(url)
    connection = open_connection(journey, urllib.parse.urlsplit(at) if at else wanted, manner)
    path = urllib.parse.urlunsplit(("", "", wanted.path or "/", wanted.query, ""))
    try:
        with journey.hop("answer", OSError, http.client.HTTPException):
            own = {"Host": wanted.netloc, "User-Agent": "streamflix.content_api"}
            connection.request(manner.method, path, headers={**own, **manner.headers(manner.method, url)})
            reply = connection.getresponse()
            journey.status, journey.body = reply.status, reply.read(MOST_OF_A_BODY).decode(errors="replace")
            journey.headers = {name.lower(): value for name, value in reply.getheaders()}
    except HopError as error:
        raise HopError(GATEWAY, f"{error}, after the connection was made") from error
    finally:
        connection.close()
    return journey


def answered_by(status: int, headers: Mapping[str, str]) -> str:
    """Return which hop an answer comes from.

    :param headers: by their names in lower case.
    """
    if headers.get(BEHIND, "").startswith(LOAD_BALANCER):
        return BALANCER
    if ERROR_TYPE in headers:
        return GATEWAY if FORBIDDEN <= status <= THROTTLED or status < FORBIDDEN else INTEGRATION
    return SERVICE if REQUEST_ID in headers or BEHIND in headers else CONNECT


def in_words(journey: Journey) -> str:
    """Return an answer for messages: its status, API Gateway's word for it, and the beginning of its body."""
    parts = [f"HTTP {journey.status}", journey.headers.get(ERROR_TYPE, ""), " ".join(journey.body.split())]
    return ", ".join(part for part in parts if part)


def accepted(status: int, codes: str) -> bool:
    """Tell whether a status is among codes.

    :param codes: as a health check has them, such as C(200-299,404).
    """
    spans = [span.partition("-") for span in codes.replace(" ", "").split(",")]
    return any(int(first) <= status <= int(last or first) for first, _dash, last in spans)

"""The emulator as a WSGI application: the layers that a request passes on its way to moto, one for each mode."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Protocol

from emulator import data_plane, wire
from emulator.clock import clock
from emulator.eventual import Eventual
from emulator.faults import Faults
from emulator.journal import Journal
from emulator.modes import Modes
from emulator.permissions import Permissions
from emulator.rates import Rates
from emulator.rules.layer import Rules
from emulator.validation.layer import Validation
from emulator.wire import AwsRequest, HangupError, Proceed, RefusalError, Reply

RESET_PATH = "/moto-api/reset"
# SO_LINGER is on, with 0 seconds: closing sends a reset instead of an orderly end
LINGER_NOT = struct.pack("ii", 1, 0)


class Layer(Protocol):
    """One mode. It may refuse a request, answer it itself, or pass it on, and may change the reply."""

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Handle a request.

        :param proceed: hands it to the next layer, and returns its reply.
        :raises RefusalError: AWS would refuse it.
        :raises HangupError: the client gets no reply.
        """

    def reset(self) -> None:
        """Forget everything: the account is emptied."""


class OneAtATime:
    """Lets one request in at a time, and first does what is due: moto's records are not made for threads."""

    def __init__(self) -> None:
        """Start with nobody inside."""
        self._lock = threading.RLock()

    def __call__(self, request: AwsRequest, proceed: Proceed) -> Reply:
        """Wait for the others, let the time pass, and go on."""
        with self._lock:
            clock.catch_up()
            return proceed()

    def reset(self) -> None:
        """Forget what waits for its time."""
        clock.clear()


def layers_of(modes: Modes) -> list[Layer]:
    """Return the layers of the modes, the outermost first."""
    layers: list[Layer] = []
    if modes.journal is not None:
        layers.append(Journal(modes.journal))
    if modes.faults is not None:
        layers.append(Faults(modes.faults))
    if modes.rates:
        layers.append(Rates())
    if modes.deny:
        layers.append(Permissions(modes.deny))
    if modes.validate:
        layers.append(Validation())
    layers.append(OneAtATime())
    # rules come before the lags: they see what reads do not show yet
    if modes.rules:
        layers.append(Rules())
    if modes.eventual:
        layers.append(Eventual())
    return layers


class Application:
    """All layers around moto's own application."""

    def __init__(self, moto: Any, modes: Modes) -> None:
        """Build the layers and start the clock."""
        self._moto = moto
        self._layers = layers_of(modes)
        clock.configure(modes.timescale)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request.

        :raises ConnectionResetError: the client gets no reply; the server goes on with the next one.
        """
        if environ.get("PATH_INFO") == RESET_PATH:
            for layer in self._layers:
                layer.reset()
        answer = data_plane.answer(environ)
        if answer is not None:
            start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.all_headers)
            return [answer.body.encode()]
        request = wire.read(environ)
        if request is None:
            return self._moto(environ, start_response)
        try:
            reply = self._pass(request, environ, 0)
        except HangupError as hangup:
            hang_up(environ)
            raise ConnectionResetError from hangup
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", reply.headers)
        return [reply.body]

    def _pass(self, request: AwsRequest, environ: dict[str, Any], depth: int) -> Reply:
        if depth == len(self._layers):
            return self._ask_moto(environ)
        try:
            return self._layers[depth](request, lambda: self._pass(request, environ, depth + 1))
        except RefusalError as refusal:
            return wire.error_reply(request.protocol, refusal)

    def _ask_moto(self, environ: dict[str, Any]) -> Reply:
        got: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _unused: Any = None) -> None:
            got.update(status=int(status.split()[0]), headers=headers)

        body = wire.body_of(self._moto(environ, start_response))
        return Reply(got["status"], body, got["headers"])


def hang_up(environ: dict[str, Any]) -> None:
    """Reset the client's connection."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    # the server has further handles on the socket, so that close() would leave it open
    os.close(connection.detach())

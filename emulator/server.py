"""The emulator as a server on the loopback interface."""

from __future__ import annotations

import functools
import gc
from typing import TYPE_CHECKING, Any

import emulator
from emulator.modes import Modes

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.serving import BaseWSGIServer

NO_MODES = Modes()
HOST = "127.0.0.1"


@functools.cache
def service_application(service: Any) -> Flask:
    """Return moto's application of a service; it holds no state, so all servers of this process share it."""
    from moto.moto_server.werkzeug_app import create_backend_app

    return create_backend_app(service)


def build(port: int, modes: Modes = NO_MODES) -> BaseWSGIServer:
    """Return a server for C(http://127.0.0.1:port), which listens but does not answer yet.

    :param port: 0 takes a free one.
    :raises SystemExit: the port is taken; werkzeug has said so.
    """
    emulator.install()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler
    from werkzeug.serving import make_server

    class QuietRequestHandler(MotoRequestHandler):
        """A request handler that prints no line per request."""

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing: the request journal is for that."""

        def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
            """Read no further request from a connection that is gone."""
            self.close_connection = True

    from emulator.application import Application

    application = Application(DomainDispatcherApplication(service_application), modes)
    return make_server(HOST, port, application, threaded=True, request_handler=QuietRequestHandler)


def collect_seldom() -> None:
    """Let Python search all objects for garbage a hundred times less often.

    AWS's service models consist of so many objects that this takes a fifth of a second, in which no request is
    answered.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, 100 * old)


def serve(port: int, modes: Modes = NO_MODES) -> None:
    """Serve AWS on C(http://127.0.0.1:port) until the process is ended; the first line printed says where.

    :param port: 0 takes a free one.
    :raises SystemExit: the port is taken; werkzeug has said so.
    """
    collect_seldom()
    server = build(port, modes)
    print(f"AWS emulator on http://{HOST}:{server.port}, account {emulator.ACCOUNT_ID}", flush=True)
    server.serve_forever()

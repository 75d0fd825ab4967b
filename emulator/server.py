"""The emulator as a server on the loopback interface."""

from __future__ import annotations

import emulator

HOST = "127.0.0.1"


def serve(port: int) -> None:
    """Serve AWS on C(http://127.0.0.1:port) until the process is ended.

    :raises SystemExit: the port is taken; werkzeug has said so.
    """
    emulator.install()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    class QuietRequestHandler(MotoRequestHandler):
        """A request handler that prints no line per request."""

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing: the request journal is for that."""

    application = DomainDispatcherApplication(create_backend_app)
    server = make_server(HOST, port, application, threaded=True, request_handler=QuietRequestHandler)
    print(f"AWS emulator on http://{HOST}:{port}, account {emulator.ACCOUNT_ID}", flush=True)
    server.serve_forever()

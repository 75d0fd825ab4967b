"""An emulator with modes, as a server in this process."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.moto_api._internal.models import moto_api_backend

from emulator.clock import clock
from emulator.modes import Modes
from emulator.server import HOST, build

REGION = "eu-west-1"
# how long the end of a server takes at most: each test waits for it
POLL_SECONDS = 0.01


class Emulator:
    """A running emulator, its clients, and its time, which passes only when a test says so."""

    def __init__(self, port: int) -> None:
        """Keep the address, and stop the time."""
        self.endpoint = f"http://{HOST}:{port}"
        self._seconds = 0.0
        clock.configure(1.0 if clock.runs else None, lambda: self._seconds)

    def client(self, service: str, attempts: int = 1) -> Any:
        """Return a boto3 client; without retries, so that a test sees each reply."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"mode": "standard", "total_max_attempts": attempts}, read_timeout=20),
        )

    def pass_time(self, seconds: float) -> None:
        """Let AWS's seconds pass."""
        self._seconds += seconds


Start = Callable[[Modes], Emulator]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Start emulators with modes, each with an empty account; they end with the test."""
    if "managed_policies" not in request.fixturenames:
        monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
    with contextlib.ExitStack() as ends:

        def start_one(modes: Modes) -> Emulator:
            moto_api_backend.reset()
            server = build(0, modes)
            ends.callback(clock.configure, None, time.monotonic)
            thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
            thread.start()
            ends.callback(thread.join)
            ends.callback(server.server_close)
            ends.callback(server.shutdown)
            return Emulator(server.port)

        yield start_one

"""Emulators as processes of their own, on free ports of the loopback interface."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config

from emulator.modes import Modes, to_arguments
from tests.support import account, playbook

REGION = "eu-west-1"
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")
END_SECONDS = 60
NO_MODES = Modes()


def free_port() -> int:
    """Return a free TCP port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(modes: Modes = NO_MODES) -> Iterator[str]:
    """Run an emulator; gives the URL of its empty account."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "--port", "0", *to_arguments(modes)],
        cwd=playbook.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        announced = ADDRESS.search(process.stdout.readline())
        assert announced, "the emulator did not start"
        yield announced[0].decode()
    finally:
        process.terminate()
        process.wait(END_SECONDS)


def clients(endpoint: str, region: str = REGION) -> account.Client:
    """Return a function that gives plain boto3 clients of an emulator, each built once."""
    built: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in built:
            built[service] = boto3.client(
                service,
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
                config=Config(retries={"mode": "standard", "total_max_attempts": 10}),
            )
        return built[service]

    return client

"""The modules that a run of a playbook runs, and a way to run one of them again in this process."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import pathlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible.plugins.loader import init_plugin_loader
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.endpoint import Endpoint

from tests.support import botocore_caches, playbook

CALLBACKS = playbook.ROOT / "tests" / "support" / "callback_plugins"
# the options that name what a module manages
NAMES = ("name", "family", "cluster_identifier", "replication_group_id")
# the run's own; Ansible hides them
CREDENTIALS = ("access_key", "secret_key", "session_token")


@dataclass(frozen=True)
class Invocation:
    """One module as a run ran it.

    :ivar arguments: those that the task gave.
    :ivar result: what the module returned.
    """

    module: str
    arguments: Mapping[str, Any]
    result: Mapping[str, Any]

    def __str__(self) -> str:
        """Return the module and what its resource is called."""
        return " ".join([self.module, *(self.arguments[key] for key in NAMES if key in self.arguments)])


def settings(file: pathlib.Path) -> dict[str, str]:
    """Return the environment of a run that writes its modules into a file."""
    return {"ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS), "TEST_INVOCATIONS": str(file)}


def load(file: pathlib.Path) -> list[Invocation]:
    """Read the modules that a run ran, in order."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Invocation(line["module"], given(line["arguments"]), line["result"]) for line in lines]


@functools.cache
def find_collections() -> None:
    """Let our collection be imported."""
    init_plugin_loader([str(playbook.ROOT / "collections")])


def given(value: Any) -> Any:
    """Return what a task gave, of all that a module reports: an option that is not given is None there."""
    if isinstance(value, Mapping):
        entries = ((key, item) for key, item in value.items() if key not in CREDENTIALS and item is not None)
        return {key: given(item) for key, item in entries}
    return [given(item) for item in value] if isinstance(value, list) else value


class Process:
    """Runs modules in this process, in check mode, and notes or refuses the requests that they send to AWS."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
        """Let modules find AWS."""
        for name, value in playbook.environment(endpoint, "").items():
            if name.startswith("AWS_"):
                monkeypatch.setenv(name, value)
        find_collections()
        botocore_caches.install()
        self.sent: list[tuple[str, str]] = []
        self._denied: tuple[str, str] | None = None
        send = Endpoint._get_response

        def answer(sender: Endpoint, request: Any, operation: Any, context: Any) -> Any:
            asked = operation.service_model.service_name, operation.name
            self.sent.append(asked)
            if asked != self._denied:
                return send(sender, request, operation, context)
            error = {"Code": denial_code(operation.service_model.protocol), "Message": "No."}
            reply = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}
            return (AWSResponse(endpoint, 403, HTTPHeaders(), None), reply), None

        monkeypatch.setattr(Endpoint, "_get_response", answer)

    @contextlib.contextmanager
    def denied(self, service: str, operation: str) -> Iterator[None]:
        """Refuse one operation, with the code of its service, in words that do not say what is missing."""
        self._denied = (service, operation)
        try:
            yield
        finally:
            self._denied = None

    def preview(self, invocation: Invocation) -> dict[str, Any]:
        """Run a module in check mode and return what it printed."""
        name = f"ansible_collections.streamflix.content_api.plugins.modules.{invocation.module}"
        module = importlib.import_module(name)
        arguments = {**invocation.arguments, "_ansible_check_mode": True, "_ansible_diff": True}
        printed = io.StringIO()
        with patch_module_args(arguments), contextlib.redirect_stdout(printed), pytest.raises(SystemExit):
            module.main()
        return json.loads(printed.getvalue())

    def reads_of(self, invocation: Invocation) -> list[tuple[str, str]]:
        """Return the client and operation of each request of a module's preview, each once."""
        self.sent.clear()
        result = self.preview(invocation)
        assert not result.get("failed"), result
        return sorted(set(self.sent))


def denial_code(protocol: str) -> str:
    """Return the code with which a service of a protocol refuses who lacks a permission."""
    return {"ec2": "UnauthorizedOperation", "query": "AccessDenied"}.get(protocol, "AccessDeniedException")

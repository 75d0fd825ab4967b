"""What requests to AWS Backup say, the routes that moto lacks, and replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.backup import urls
from moto.backup.responses import BackupResponse

from emulator import caching
from emulator.patching import add

ROUTES = (
    "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/$",
    "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/(?P<point>[^/]+)$",
    "{0}/backup-jobs$",
    "{0}/backup-jobs/$",
    "{0}/backup-jobs/(?P<job>[^/]+)$",
    "{0}/resources/(?P<resource>[^/]+)/recovery-points/$",
    "{0}/account-settings$",
)


def said(response: Any) -> dict[str, Any]:
    """Return what a request says in its body; empty without one."""
    return json.loads(response.body) if response.body else {}


def named(response: Any, member: str) -> str:
    """Return what a request names in its path, as the model of the service calls it."""
    found: str = response.uri_match[member]
    return found


def asked(response: Any, name: str) -> str:
    """Return a parameter of a request's query; empty without it."""
    found: str = (response.querystring.get(name) or [""])[0]
    return found


def reply(members: Mapping[str, Any]) -> str:
    """Return a reply, without what is not set."""
    return json.dumps({name: value for name, value in members.items() if value is not None})


def answer(method: str, function: Callable[[Any], str]) -> None:
    """Let moto answer an operation that it lacks.

    :param method: its name as boto3 has it.
    """
    add(BackupResponse, method, function)


def install() -> None:
    """Let the routes reach moto."""
    for route in ROUTES:
        urls.url_paths.setdefault(route, urls.response.dispatch)
    # moto may know the operations of this class from an earlier request
    caching.forget()

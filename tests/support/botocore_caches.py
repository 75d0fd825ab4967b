"""Keeps what botocore computes anew for each session and client, although it is always the same.

A command makes a few clients; the tests make thousands in one process.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

import botocore.client
import botocore.compat
import botocore.hooks
import botocore.loaders
import botocore.session

_make_methods = botocore.client.ClientCreator._create_methods
_init_aliases = botocore.hooks.EventAliaser.__init__
_accepts_kwargs = botocore.compat.accepts_kwargs
_methods_by_service: dict[str, dict[str, Any]] = {}
_event_names: dict[str, str] = {}


def share_methods(creator: Any, model: Any) -> dict[str, Any]:
    """Return the methods of a service's clients, which no client keeps anything in: EC2 has over 700."""
    if model.service_name not in _methods_by_service:
        _methods_by_service[model.service_name] = _make_methods(creator, model)
    return dict(_methods_by_service[model.service_name])


def share_event_names(aliaser: Any, emitter: Any, aliases: Any = None) -> None:
    """Let all with botocore's own names of events find them in one place."""
    _init_aliases(aliaser, emitter, aliases)
    if aliases in (None, botocore.hooks.EVENT_ALIASES):
        aliaser._alias_name_cache = _event_names


def accepts_kwargs(function: Any) -> Any:
    """Tell whether a function takes keyword arguments of all names, without reading its whole signature."""
    code = getattr(function, "__code__", None)
    return code.co_flags & inspect.CO_VARKEYWORDS if code else _accepts_kwargs(function)


def install() -> None:
    """Let botocore keep it from now on. Calling it again does nothing more."""
    # the models of services
    if botocore.session.create_loader is botocore.loaders.create_loader:
        botocore.loaders.create_loader = functools.cache(botocore.loaders.create_loader)
        botocore.session.create_loader = botocore.loaders.create_loader
    botocore.client.ClientCreator._create_methods = share_methods
    botocore.hooks.EventAliaser.__init__ = share_event_names
    botocore.hooks.accepts_kwargs = accepts_kwargs

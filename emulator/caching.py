"""Keeps what moto computes again for each request, or for each service, although it never changes."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

from emulator.patching import wrap

_CACHES: list[Any] = []


def install() -> None:
    """Let moto keep what it has found out. Calling it again does nothing more."""
    # without machine images, whose loading takes half a second and which nothing here needs; read at the import of EC2
    os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    from moto import backends
    from moto.core import responses, utils

    keep(backends, "list_of_moto_modules", tuple)
    keep(responses, "method_names_from_class")
    # moto makes a session for the first error of each service, to list the names of all services
    keep(utils, "Session")


def keep(owner: Any, name: str, finish: Callable[[Any], Any] = lambda found: found) -> None:
    """Let a function of a moto module be called once for the same arguments.

    :param finish: makes of the result something that can be read more than once.
    """
    cached = functools.cache(lambda original, *given: finish(original(*given)))
    _CACHES.append(cached)
    wrap(owner, name)(cached)


def forget() -> None:
    """Let moto compute everything again, as for a class that has got an operation after its first request."""
    for cached in _CACHES:
        cached.cache_clear()

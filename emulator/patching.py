"""Replaces one method of a moto class by a function that gets the original."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

_MARK = "_emulator_original"


def wrap(owner: Any, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that replaces C(owner.name) by the decorated function, once.

    The decorated function takes the original as its first argument, then what the original takes::

        @wrap(SomeBackend, "create_thing")
        def create_thing(original, self, name): ...

    :param owner: a moto class (or module) that defines C(name).
    :raises ValueError: another function has replaced it, so that this one would never be called.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        original = getattr(owner, name)
        own = f"{function.__module__}.{function.__qualname__}"
        replaced_by = getattr(original, _MARK, None)
        if replaced_by == own:
            return function
        if replaced_by is not None:
            raise ValueError(f"{name} is replaced by {replaced_by}, and would be by {own}")

        @functools.wraps(original)
        def replacement(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)

        setattr(replacement, _MARK, own)
        setattr(owner, name, replacement)
        return function

    return decorate


def add(owner: Any, name: str, function: Callable[..., Any]) -> None:
    """Give a moto class an operation that it lacks.

    :raises ValueError: moto has it by now, so that ours may be dropped.
    """
    present = getattr(owner, name, function)
    if present is not function:
        raise ValueError(f"moto has {owner.__name__}.{name}")
    setattr(owner, name, function)

"""Every drift that is known: each module of L(tests.drift.mutations) has those of a service.

Besides C(MUTATIONS) it may have C(VARIABLES), what the stack is deployed with so that drifts of it are seen, and
C(ROLES), the optional roles that it needs, C(read), which yields what snapshots have of the service, as
L(snapshot.Found), and C(prepare), which makes what the stack uses and does not make itself.
"""

from __future__ import annotations

import collections
import importlib
import pkgutil
from typing import Any

from tests.drift import mutations
from tests.drift.mutation import Change, Mutation
from tests.drift.snapshot import Reader

SERVICES = [
    importlib.import_module(f"{mutations.__name__}.{found.name}") for found in pkgutil.iter_modules(mutations.__path__)
]
ALL: tuple[Mutation, ...] = tuple(mutation for service in SERVICES for mutation in service.MUTATIONS)
VARIABLES: dict[str, Any] = {
    name: value for service in SERVICES for name, value in getattr(service, "VARIABLES", {}).items()
} | {"platform_optional_roles": sorted({role for service in SERVICES for role in getattr(service, "ROLES", ())})}
PREPARATIONS: tuple[Change, ...] = tuple(service.prepare for service in SERVICES if hasattr(service, "prepare"))
READERS: tuple[Reader, ...] = tuple(service.read for service in SERVICES if hasattr(service, "read"))

_twice = [name for name, count in collections.Counter(mutation.name for mutation in ALL).items() if count > 1]
assert not _twice, f"drifts of the same name: {_twice}"

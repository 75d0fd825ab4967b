"""What the emulator knows of AWS: a folder for each service, with what moto lacks or gets wrong, one concern a module.

A folder is named after its boto3 client. A module that changes moto has C(install()), which may be called twice.
State is kept on moto's own backends, so that a reset (C(POST /moto-api/reset)) clears it too.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType


def modules() -> Iterator[ModuleType]:
    """Yield the modules of all services, imported."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.ispkg:
            yield importlib.import_module(module.name)

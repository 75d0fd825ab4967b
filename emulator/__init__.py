"""A local AWS for tests, demonstrations and benchmarks: moto, plus what moto lacks for this platform.

It is a test double: no role, playbook or plugin knows of it. Each module of L(emulator.services) says which AWS
behaviour its additions stand for.
"""

from __future__ import annotations

import importlib
import os
import pkgutil

ACCOUNT_ID = "123456789012"


def install() -> None:
    """Put all additions into moto, in this process. Calling it again does nothing more."""
    # without it, AWS's own managed policies cannot be attached; read when moto's IAM is imported
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT_ID
    from emulator import caching, services

    caching.install()

    for service in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"emulator.services.{service.name}").install()

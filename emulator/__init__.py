"""A local AWS for tests, demonstrations and benchmarks: moto, plus what moto lacks for this platform.

It is a test double: no role, playbook or plugin knows of it. L(emulator.services) has a folder for each AWS service.
"""

from __future__ import annotations

import os

ACCOUNT_ID = "123456789012"


def install() -> None:
    """Put all additions into moto, in this process. Calling it again does nothing more."""
    # without it, AWS's own managed policies cannot be attached; read when moto's IAM is imported
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT_ID
    from emulator import caching, partitions, services

    caching.install()
    partitions.install()
    for module in services.modules():
        if hasattr(module, "install"):
            module.install()

"""What the emulator knows of AWS: a folder for each service, with what moto lacks or gets wrong, one concern a module.

A folder is named after its boto3 client, with C(_) for C(-). A module that changes moto has C(install()), which may be
called twice. State is kept on moto's own backends, so that a reset (C(POST /moto-api/reset)) clears it too.

Modules with these names are for the modes of the emulator, which look for them in all folders:

- C(durations): how long AWS takes, for C(--timescale);
- C(errors): the codes of the service, for C(--faults), C(--rates) and C(--validate);
- C(lags): what reads miss for a while, for C(--eventual);
- C(limits): what the documents say about single parameters, for C(--validate);
- C(rates): how many requests AWS takes, for C(--rates);
- C(rules): what AWS refuses because of other resources, for C(--rules);
- C(paces) and C(tokens): requests that come again, for C(--rules);
- C(quotas): the account's quotas, for C(--rules) and Service Quotas.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from types import ModuleType


def modules() -> Iterator[ModuleType]:
    """Yield the modules of all services, imported."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.ispkg:
            yield importlib.import_module(module.name)


def tables(name: str) -> dict[str, ModuleType]:
    """Return the modules of one name, of those services that have one.

    :param name: such as C(limits).
    :returns: the modules by the boto3 client's name.
    """
    found = pkgutil.iter_modules(__path__)
    folders = {folder.name: f"{__name__}.{folder.name}.{name}" for folder in found if folder.ispkg}
    return {
        folder.replace("_", "-"): importlib.import_module(module)
        for folder, module in folders.items()
        if importlib.util.find_spec(module)
    }

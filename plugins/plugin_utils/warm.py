# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What modules need is loaded once, in the process from which Ansible forks its workers.

Ansible's strategies load a task's action plugin before they fork the worker that runs it. Ours call L(warm) as they
are loaded, so that each worker, and the child that runs the module, inherits Python's modules and AWS's service models.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import sys
from typing import Any

from ansible.plugins.loader import filter_loader, test_loader

MODULES = "ansible_collections.streamflix.content_api.plugins.modules"
# Modules are named after the service that they call first; the preflight reads several.
SERVICES = {"stack": ("sts", "ec2", "rds")}
# Any of them: Ansible loads all of its own with the first.
TEMPLATING = {filter_loader: "combine", test_loader: "defined"}


def warm(name: str) -> None:
    """Load a module of this collection and the models of its services; what fails is left for the module to report.

    :param name: its name, such as C(ec2_vpc).
    """
    with contextlib.suppress(Exception):
        load_templating()
        importlib.import_module("ansible.module_utils._internal._ansiballz._loader")
        importlib.import_module(f"{MODULES}.{name}")
        prefix = name.partition("_")[0]
        for service in SERVICES.get(prefix, (prefix,)):
            load_service(service)


@functools.cache
def load_templating() -> None:
    """Load Ansible's filters and tests, which each worker would load anew for its task's templates."""
    for loader, plugin in TEMPLATING.items():
        loader.get(plugin)


@functools.cache
def models() -> Any:
    """Return the loader, and thereby cache, of AWS's service models that all modules share."""
    from botocore.loaders import create_loader

    return create_loader()


@functools.cache
def reader() -> Any:
    """Return the session that reads the models; no module uses it."""
    from botocore.session import Session

    session = Session()
    session.register_component("data_loader", models())
    return session


@functools.cache
def spare() -> Any:
    """Return a session as a module makes its own; it reads the environment and the configuration when it is used."""
    from botocore.session import Session

    return Session()


@functools.cache
def load_service(service: str) -> None:
    """Read a service's models as its clients do, which takes longer than most requests."""
    client = reader().create_client(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    client.can_paginate(next(iter(client.meta.method_to_api_mapping)))
    spare()
    # what stays for good is not to be searched for garbage, which would copy its memory in each child
    gc.freeze()


def share() -> None:
    """Let the clients of this process use the models that are loaded and the session that is made.

    For children that run one module, whose clients all have the same options.
    """
    botocore: Any = sys.modules.get("botocore.session")
    if botocore is None:
        return
    create_loader, get_session = botocore.create_loader, botocore.get_session
    botocore.create_loader = lambda search_path=None: create_loader(search_path) if search_path else models()
    botocore.get_session = lambda env_vars=None: get_session(env_vars) if env_vars else spare()

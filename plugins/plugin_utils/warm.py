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

MODULES = "ansible_collections.streamflix.content_api.plugins.modules"
# Modules are named after the service that they call first; the preflight reads several.
SERVICES = {"stack": ("sts", "ec2", "rds")}


def warm(name: str) -> None:
    """Load a module of this collection and the models of its services; what fails is left for the module to report.

    :param name: its name, such as C(ec2_vpc).
    """
    with contextlib.suppress(Exception):
        importlib.import_module("ansible.module_utils._internal._ansiballz._loader")
        importlib.import_module(f"{MODULES}.{name}")
        prefix = name.partition("_")[0]
        for service in SERVICES.get(prefix, (prefix,)):
            load_service(service)


@functools.cache
def models() -> Any:
    """Return the loader, and thereby cache, of AWS's service models that all modules share."""
    from botocore.loaders import create_loader

    return create_loader()


@functools.cache
def load_service(service: str) -> None:
    """Read a service's models as its clients do, which takes longer than most requests."""
    from botocore.session import Session

    session = Session()
    session.register_component("data_loader", models())
    client = session.create_client(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    client.can_paginate(next(iter(client.meta.method_to_api_mapping)))
    # what stays for good is not to be searched for garbage, which would copy its memory in each child
    gc.freeze()


def share_models() -> None:
    """Let all clients that this process makes use the models that are loaded; for children that run one module."""
    session: Any = sys.modules.get("botocore.session")
    if session is None:
        return
    create = session.create_loader
    session.create_loader = lambda search_path=None: create(search_path) if search_path else models()

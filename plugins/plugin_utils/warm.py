# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loads what modules need once, in the process from which Ansible forks its workers.

Each worker inherits Python's modules and AWS's service models. The callback says at the beginning of a play what its
tasks will need (L(expect)), which is then loaded while the first of them run. Without it, or for tasks that are
included later, L(warm) loads it: Ansible's strategies load a task's action plugin, which calls it, before they fork the
worker.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
from ansible_collections.streamflix.content_api.plugins.plugin_utils.ahead import Ahead

PLUGINS = "ansible_collections.streamflix.content_api.plugins"
ACTIONS, MODULES = f"{PLUGINS}.action", f"{PLUGINS}.modules"
RUNNER = "ansible.module_utils._internal._ansiballz._loader"
# How Ansible writes a module's arguments and reads its result.
PROFILE = "legacy"
# A module's name begins with the service that it calls first. The preflight calls several, one action calls none.
SERVICES: dict[str, tuple[str, ...]] = {
    "application": ("application-autoscaling",),
    "stack": ("sts", "resourcegroupstaggingapi", "ec2", "rds"),
    "drift": (),
    "resource": ("cloudwatch", "iam", "rds", "ssm"),
    "rdsdata": ("rds-data",),
    "route53": ("route53", "elbv2"),
}
# The modules of other collections that roles call and that run as our own, each with the service that it calls. What
# each manages is in module_utils/stock.py, which takes longer to load than a callback may.
STOCK: dict[str, str] = {
    "amazon.aws.cloudwatch_metric_alarm": "cloudwatch",
    "amazon.aws.cloudwatchlogs_log_group_metric_filter": "logs",
    "amazon.aws.iam_managed_policy": "iam",
    "amazon.aws.rds_cluster_param_group": "rds",
    "amazon.aws.route53": "route53",
    "community.aws.ssm_parameter": "ssm",
}
# what runs them, and what tells what they change
STOCK_NEEDS = (f"{PLUGINS}.plugin_utils.stock", f"{MODULES}.stock_changes_info")

# held while something is loaded, so that L(warm) does not load what the other thread has almost loaded
_LOADING = threading.RLock()
# a session like a module's own, unused: a session reads the environment and the configuration when it is used
_spare: list[Any] = []


def expect(names: Iterable[str]) -> None:
    """Load what tasks will need: for the first one at once, for the others as soon as the first one runs.

    :param names: the modules, such as C(ec2_vpc), or those of C(STOCK) by their full names, in the order in which they
        will run.
    """
    _load(load_templating)
    # fork is safe, and modules run in process, on Linux only
    if sys.platform == "linux":
        ahead().add(piece for name in dict.fromkeys(names) for piece in pieces(name))


def pause() -> None:
    """Load nothing more until a process has been forked, which must happen right after this; see L(Ahead.pause)."""
    if ahead.cache_info().currsize:
        ahead().pause()


def warm(name: str) -> None:
    """Load a module and all that it needs, unless it is loaded already.

    :param name: its name, as L(expect) takes it.
    """
    _load(load_templating)
    for piece in pieces(name):
        piece()


def pieces(name: str) -> Iterator[Callable[[], None]]:
    """Yield what loads a module and the models of its services, piece by piece.

    If something fails, the module itself will report it.
    """
    yield functools.partial(_load, load_profiles)
    yield functools.partial(_load, load_module, RUNNER)
    for program in programs(name):
        yield functools.partial(_load, load_module, program)
    prefix = name.partition("_")[0]
    for service in (STOCK[name],) if name in STOCK else SERVICES.get(prefix, (prefix,)):
        yield functools.partial(_load, load_service, service)


def programs(name: str) -> tuple[str, ...]:
    """Return the Python modules that a module is made of, as far as others do not import them."""
    if name not in STOCK:
        return (f"{MODULES}.{name}",)
    collection, _unused, module = name.rpartition(".")
    return *STOCK_NEEDS, f"ansible_collections.{collection}.plugins.modules.{module}"


def _load(load: Callable[..., None], *what: str) -> None:
    with _LOADING, contextlib.suppress(Exception):
        load(*what)


@functools.cache
def ahead() -> Ahead:
    """Return what loads while tasks run."""
    return Ahead()


@functools.cache
def load_templating() -> None:
    """Load Ansible's filters and tests and Jinja's lexer, which each worker would load anew for its templates."""
    from ansible.plugins.loader import filter_loader, test_loader
    from ansible.template import Templar, trust_as_template

    # any one will do: Ansible loads all of its own with the first one
    filter_loader.get("combine")
    test_loader.get("defined")
    Templar().template(trust_as_template("{{ 1 }}"))


@functools.cache
def load_profiles() -> None:
    """Load the encoders and decoders for a module's arguments and its result."""
    for direction in Direction:
        get_module_encoder(PROFILE, direction)
        get_module_decoder(PROFILE, direction)


@functools.cache
def load_module(name: str) -> None:
    """Import a Python module and all that it imports."""
    importlib.import_module(name)
    freeze()


@functools.cache
def models() -> Any:
    """Return the loader of AWS's service models, which is also their cache. All modules share it."""
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
def load_service(service: str) -> None:
    """Read a service's models as its clients do, which takes longer than most requests."""
    client = reader().create_client(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    client.can_paginate(next(iter(client.meta.method_to_api_mapping)))
    if not _spare:
        from botocore.session import Session

        _spare.append(Session())
    freeze()


def freeze() -> None:
    """Exclude what is loaded now from garbage collection, which would copy its memory in each worker."""
    gc.freeze()


@contextlib.contextmanager
def shared() -> Iterator[None]:
    """For one run of a module, let its clients use the models that are loaded, and share one session.

    All clients of a module have the same options; those of another module, or of another item of a loop, may differ.
    """
    botocore: Any = sys.modules.get("botocore.session")
    if botocore is None:
        yield
        return
    create_loader, get_session = botocore.create_loader, botocore.get_session

    @functools.cache
    def own_session() -> Any:
        return _spare.pop() if _spare else get_session()

    botocore.create_loader = lambda search_path=None: create_loader(search_path) if search_path else models()
    botocore.get_session = lambda env_vars=None: get_session(env_vars) if env_vars else own_session()
    try:
        yield
    finally:
        botocore.create_loader, botocore.get_session = create_loader, get_session

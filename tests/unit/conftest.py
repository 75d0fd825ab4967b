"""What all unit tests share: our collection as an import, AWS in this process, and a way to run a module."""

from __future__ import annotations

import functools
import gc
import importlib
import json
import pathlib
import time
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import boto3
import pytest
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible.plugins.loader import init_plugin_loader

import emulator
from tests.support import botocore_caches

ROOT = pathlib.Path(__file__).parents[2]
REGION = "eu-west-1"
# no test waits so long
LONGEST_PAUSES_SECONDS = 30.0
# how previews say that AWS assigns a value
UNKNOWN = "(known after apply)"
# what modules return besides the resource
RESULT_KEYS = frozenset({"changed", "state", "actions", "changes", "ready", "diff"})

botocore_caches.install()
emulator.install()
init_plugin_loader([str(ROOT / "collections")])


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of all searches for garbage: each takes longer than most tests."""
    gc.collect()
    gc.freeze()


class ModuleResult(dict[str, Any]):
    """What a module printed when it ended. Of one that failed, what is asked for and not there is its own message."""

    def __missing__(self, key: str) -> Any:
        """Fail the test with what the module says, where it failed.

        :raises KeyError: it did not fail, and returned nothing of this name.
        """
        if self.get("failed"):
            raise AssertionError(f"the module failed, and so returned no {key!r}: {self['msg']}")
        raise KeyError(key)


def import_module(name: str) -> ModuleType:
    """Return a module of the collection."""
    return importlib.import_module(f"ansible_collections.streamflix.content_api.plugins.modules.{name}")


@functools.cache
def documented(name: str) -> dict[str, Any]:
    """Return what a module's documentation says that it returns."""
    return yaml.safe_load(import_module(name).RETURN)


@functools.cache
def options_of(name: str) -> frozenset[str]:
    """Return the names of a module's own options."""
    return frozenset(yaml.safe_load(import_module(name).DOCUMENTATION).get("options", {}))


def undocumented(value: Any, said: Mapping[str, Any], options: frozenset[str]) -> set[str]:
    """Return the keys of a returned value that its documentation does not name.

    :param said: the value's entry in RETURN.
    :param options: what a resource may hold besides: it has an option's value under the option's name.
    """
    inner = said.get("contains")
    if not inner or value is None:
        return set()
    items = value if isinstance(value, list) else [value]
    found = {key for item in items for key in item if key not in inner and key not in options}
    for key, entry in inner.items():
        found |= {name for item in items if key in item for name in undocumented(item[key], entry, options)}
    return found


class Pauses:
    """Pauses that end a test which waits for what never comes.

    :ivar sleep: takes the place of C(time.sleep).
    """

    def __init__(self, longest: float, sleep: Callable[[float], None]) -> None:
        self._left = longest
        self._sleep = sleep

    def sleep(self, seconds: float) -> None:
        """Pause."""
        self._left -= seconds
        assert self._left > 0, "waits for what never comes"
        self._sleep(seconds)


@pytest.fixture
def managed_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the account AWS's own policies, which take longer to load than most tests run."""
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    """Give an empty AWS account in this process; returns boto3 clients by name, to read it back with."""
    from moto import mock_aws

    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "STREAMFLIX_RUN_STARTED": "0",  # long ago, so that no run before can matter
    }.items():
        monkeypatch.setenv(name, value)
    if "managed_policies" not in request.fixturenames:
        monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr("time.sleep", Pauses(LONGEST_PAUSES_SECONDS, time.sleep).sleep)
    with mock_aws():
        yield functools.cache(lambda service: boto3.client(service, region_name=REGION))


@pytest.fixture
def no_pauses(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses end at once, as many as AWS's longest waits need."""
    monkeypatch.setattr("time.sleep", Pauses(3600.0, lambda seconds: None).sleep)


def is_there(foretold: Any, made: Any) -> bool:
    """Tell whether AWS shows what a diff foretold, or more of it: further keys, an ARN, a whole version."""
    if isinstance(foretold, str) and UNKNOWN in foretold:
        return True
    if isinstance(foretold, dict) and isinstance(made, dict):
        # a state goes on by itself
        return all(key in made and is_there(value, made[key]) for key, value in foretold.items() if key != "status")
    if isinstance(foretold, list) and isinstance(made, list):
        same_length = len(foretold) == len(made) or (len(foretold) == 1 and is_there(foretold[0], None))
        return same_length and all(any(is_there(item, other) for other in made) for item in foretold)
    text = isinstance(foretold, str) and isinstance(made, str)
    return foretold == made or (text and (made.endswith(f"/{foretold}") or made.startswith(f"{foretold}.")))


def untrue(name: str, result: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what a real run's diff foretold, and what AWS shows instead.

    Of one resource the options are compared that it was given, of several resources each as a whole.

    :param result: what the module returned when it had waited.
    """
    after = result["diff"]["after"]
    shown = [result[key] for key in documented(name) if key not in RESULT_KEYS]
    found = next((value for value in shown if isinstance(value, (dict, list))), {})
    if isinstance(found, dict):
        compared = after.keys() & found.keys() & options.keys()
    else:
        found = {item["name"]: item for item in found if "name" in item}
        compared = after.keys() & found.keys()
    return {key: (after[key], found[key]) for key in compared if not is_there(after[key], found[key])}


@pytest.fixture
def run_module(capsys: pytest.CaptureFixture[str]) -> Callable[..., ModuleResult]:
    """Give a function that runs a module of the collection as Ansible does, and returns what it printed.

    C(run_module("elbv2_target_group", check=True, name="x", ...)). A run that ends well returns what RETURN says, and
    C(changes) of a resource exactly when it changes something. What its diff foretells of options is there then.
    """

    def run(name: str, /, *, check: bool = False, **options: Any) -> ModuleResult:
        module = import_module(name)
        arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            module.main()
        result = ModuleResult(json.loads(capsys.readouterr().out))
        if not result.get("failed"):
            for key, entry in documented(name).items():
                assert undocumented(result[key], entry, options_of(name)) == set(), f"{name} returns them in {key}"
            if "changes" in documented(name):
                assert bool(result["changes"]) == result["changed"], f"{name} tells in changes what it does"
            assert not any(action.endswith(" None") for action in result.get("actions", ())), (
                f"{name} names all it does to"
            )
            if "diff" in result and result["changed"] and not check and options.get("wait", True):
                assert untrue(name, result, options) == {}, f"{name} foretells in its diff what is there then"
        return result

    return run


@pytest.fixture
def sample_of() -> Callable[[str, str], Any]:
    """Give a function that returns the sample in a module's documentation for a key of its result."""
    return lambda name, key: documented(name)[key]["sample"]

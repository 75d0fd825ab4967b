"""Each option of each module has a drift, is changed in the life of its module's test, or has a line that says why."""

from __future__ import annotations

import ast
import importlib.util
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from ansible_collections.streamflix.content_api.plugins.module_utils.catalogue import MODULES as MODULES_OF

from tests.drift.catalogue import ALL
from tests.support.playbook import ROOT

UNIT = ROOT / "tests/unit/plugins/modules"
RESOURCE = "streamflix.content_api.resource"


def documentation(file: pathlib.Path) -> dict[str, Any]:
    """Return what a module or fragment documents."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{file} has no DOCUMENTATION")


def leaves(options: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Return all options that have none inside, as C(health_check.path)."""
    for name, about in options.items():
        inside = about.get("suboptions")
        yield from leaves(inside, f"{place}{name}.") if inside else [place + name]


def options_of(module: str) -> set[str]:
    """Return a module's options, with those of the collection's fragments but for what all resources have."""
    document = documentation(ROOT / f"plugins/modules/{module}.py")
    found = set(leaves(document.get("options") or {}))
    for fragment in document["extends_documentation_fragment"]:
        collection, _dot, name = fragment.rpartition(".")
        if collection == "streamflix.content_api" and fragment != RESOURCE:
            found |= set(leaves(documentation(ROOT / f"plugins/doc_fragments/{name}.py")["options"]))
    return found


def modules() -> list[str]:
    """Return the modules that manage a resource, or name one in their changes."""
    telling = {name for name, _place in MODULES_OF.values()}
    fragments = {
        file.stem: documentation(file).get("extends_documentation_fragment", [])
        for file in sorted((ROOT / "plugins/modules").glob("*.py"))
    }
    return [name for name, extended in fragments.items() if name in telling or RESOURCE in extended]


def drifted(module: str) -> set[str]:
    """Return the fields of a module that a drift names, as its options are called."""
    named = [(MODULES_OF[item.type], item.fields) for drift in ALL for item in drift.named if item.type in MODULES_OF]
    return {f"{place}.{field}".lstrip(".") for (name, place), fields in named if name == module for field in fields}


def with_a_drift(module: str) -> set[str]:
    """Return the options of a module that a drift changes: the option itself, or something in it."""
    fields = drifted(module)
    return {name for name in options_of(module) if any(f"{field}.".startswith(f"{name}.") for field in fields)}


def lived(module: str) -> set[str]:
    """Return the options that the life in a module's test covers: what changes, what cannot, and the name."""
    name = f"tests.unit.plugins.modules.test_{module}"
    found = getattr(importlib.import_module(name), "LIFE", None) if importlib.util.find_spec(name) else None
    return {*found.changeable, *found.fixed, *found.named} if found else set()


def is_lived(option: str, module: str) -> bool:
    """Tell whether the life in a module's test covers an option, or one that it is inside of."""
    return option.partition(".")[0] in lived(module)


KEPT: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests/drift/options.yml").read_text(encoding="utf-8"))
MODULES = modules()


@pytest.mark.parametrize("module", MODULES)
def test_each_option_has_a_drift_or_a_reason(module: str) -> None:
    without = {name for name in options_of(module) - with_a_drift(module) if not is_lived(name, module)}
    assert without - set(KEPT.get(module, {})) == set(), "give them a drift, or a line in tests/drift/options.yml"


@pytest.mark.parametrize("module", MODULES)
def test_no_line_is_left_of_an_option_that_is_gone_or_has_a_drift(module: str) -> None:
    open_ones = {name for name in options_of(module) - with_a_drift(module) if not is_lived(name, module)}
    assert set(KEPT.get(module, {})) <= open_ones


@pytest.mark.parametrize("module", MODULES)
def test_what_is_left_to_a_modules_tests_is_in_them(module: str) -> None:
    left = [option.rpartition(".")[2] for option, line in KEPT.get(module, {}).items() if line == "unit"]
    tests = "".join(file.read_text(encoding="utf-8") for file in UNIT.glob(f"test_{module}*.py"))
    assert [name for name in left if not re.search(rf"\b{name}\b", tests)] == []


def test_the_lines_are_of_modules_and_name_drifts_that_exist() -> None:
    assert set(KEPT) <= set(MODULES)
    names = {drift.name for drift in ALL}
    lines = [line for options in KEPT.values() for line in options.values()]
    assert {line["drift"] for line in lines if isinstance(line, dict)} <= names
    assert all(line for line in lines)

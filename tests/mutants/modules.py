"""Which modules of the collection faults are put into, and the unit tests that have to find them."""

from __future__ import annotations

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
UNIT = ROOT / "tests" / "unit" / "plugins"
OF_ALL_MODULES = UNIT / "modules" / "test_module_options.py"
# those that have to reach the wanted rate: the way that all modules go, AWS's limits, and each file that plans
WHOLE = (
    "module_utils/fields.py",
    "module_utils/plain.py",
    "module_utils/plan.py",
    "module_utils/runner.py",
    "module_utils/rules/*.py",
    "module_utils/*/rules.py",
)
FUNCTION = re.compile(r"^ *def ", re.MULTILINE)
PLAN = re.compile(r"^ *def plan_", re.MULTILINE)
# mutmut's name for a fault in such a function, or in a resource's method that plans
FAULT_IN_PLAN = re.compile(r"\.x_plan_\w+$|\.xǁ\w+ǁplan(_\w+)?__mutmut_\d+$")


def chosen(part: str) -> list[pathlib.Path]:
    """Return the files, from the collection's C(plugins), with a text in their path; for none all that count."""
    paths = [file.relative_to(PLUGINS) for file in sorted(PLUGINS.rglob("*.py")) if has_functions(file)]
    return [path for path in paths if part in str(path.with_suffix("")) and (part or counts(path))]


def has_functions(file: pathlib.Path) -> bool:
    """Tell whether there is anything in a file that faults can be put into."""
    return bool(FUNCTION.search(file.read_text(encoding="utf-8")))


def counts(path: pathlib.Path) -> bool:
    """Tell whether a file has to reach the wanted rate."""
    return counts_whole(path) or bool(PLAN.search((PLUGINS / path).read_text(encoding="utf-8")))


def counts_whole(path: pathlib.Path) -> bool:
    """Tell whether all functions of a file have to reach the wanted rate, not only those that plan."""
    return any(path.match(pattern) for pattern in WHOLE)


def in_plan(fault: str) -> bool:
    """Tell by mutmut's name of a fault whether it lies in a function that plans."""
    return bool(FAULT_IN_PLAN.search(fault))


def its_tests(module: pathlib.Path) -> list[pathlib.Path]:
    """Return the files of the unit tests, from the repository's root, for a file of C(plugins).

    They are those of pure functions that import it. Where there are none, they are those that run modules and are named
    after it: C(test_ecs_service.py) for C(modules/ecs_service.py), and for all files of C(module_utils/ecs), too. With
    modules go those of all modules.
    """
    home = r"\.".join(["plugins", *module.parent.parts])
    imports = re.compile(rf"{home}(?:\.{module.stem}\b| import (?:.*, )?{module.stem}\b)")
    runs_modules = {file for file in UNIT.rglob("test_*.py") if file.parent.name == "modules"}
    pure = sorted(set(UNIT.rglob("test_*.py")) - runs_modules)
    found = [file for file in pure if imports.search(file.read_text(encoding="utf-8"))]
    name = module.stem if module.parent.name in ("modules", "module_utils") else module.parent.name
    named = sorted(file for file in runs_modules if re.fullmatch(rf"test_{name}s?(_\w+)?", file.stem))
    if module.parent.name == "modules":
        named.append(OF_ALL_MODULES)
    return [file.relative_to(ROOT) for file in found or named]

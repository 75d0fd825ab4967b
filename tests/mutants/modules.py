"""Which modules of the collection faults are put into, and the unit tests that have to find them."""

from __future__ import annotations

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
UNIT = ROOT / "tests" / "unit" / "plugins"
OF_ALL_MODULES = UNIT / "modules" / "test_module_options.py"
# those that have to reach the wanted rate: the way that all modules go, AWS's limits, and each module that plans
CORE = ("module_utils/runner.py", "module_utils/plan.py", "module_utils/rules/*.py", "modules/*.py")
FUNCTION = re.compile(r"^ *def ", re.MULTILINE)
PLAN = re.compile(r"^def plan_", re.MULTILINE)


def chosen(part: str) -> list[pathlib.Path]:
    """Return the files, from the collection's C(plugins), with a text in their path; for none all that count."""
    files = sorted(file for pattern in (("**/*.py",) if part else CORE) for file in PLUGINS.glob(pattern))
    paths = [file.relative_to(PLUGINS) for file in files if has_functions(file) and (part or counts(file))]
    return [path for path in paths if part in str(path.with_suffix(""))]


def has_functions(file: pathlib.Path) -> bool:
    """Tell whether there is anything in a file that faults can be put into."""
    return bool(FUNCTION.search(file.read_text(encoding="utf-8")))


def counts(file: pathlib.Path) -> bool:
    """Tell whether a file has to reach the wanted rate: of the modules those with functions that plan."""
    return file.parent.name != "modules" or bool(PLAN.search(file.read_text(encoding="utf-8")))


def its_tests(module: pathlib.Path) -> list[pathlib.Path]:
    """Return the files of the unit tests, from the repository's root, for a file of C(plugins).

    They are those of pure functions that import it. Where there are none, they are those that run modules and are named
    after it: C(test_ecs_service.py) for C(modules/ecs_service.py), and for C(module_utils/ecs.py), too. With modules go
    those of all modules.
    """
    home = r"\.".join(["plugins", *module.parent.parts])
    imports = re.compile(rf"{home}(?:\.{module.stem}\b| import (?:.*, )?{module.stem}\b)")
    runs_modules = {file for file in UNIT.rglob("test_*.py") if file.parent.name == "modules"}
    pure = sorted(set(UNIT.rglob("test_*.py")) - runs_modules)
    found = [file for file in pure if imports.search(file.read_text(encoding="utf-8"))]
    named = sorted(file for file in runs_modules if re.fullmatch(rf"test_{module.stem}(_\w+)?", file.stem))
    if module.parent.name == "modules":
        named.append(OF_ALL_MODULES)
    return [file.relative_to(ROOT) for file in found or named]

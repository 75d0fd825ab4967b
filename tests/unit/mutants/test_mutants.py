"""What became of the faults that mutmut put in, and which tests have to find them."""

from __future__ import annotations

import pathlib
from collections import Counter

import pytest
import yaml

from tests.mutants.faults import Verdict, judged, rate
from tests.mutants.modules import PLUGINS, ROOT, chosen, counts_whole, in_plan, its_tests
from tests.mutants.same import SAME, same_lines

# as mutmut writes a file: each function as it is, and once with each fault
MUTATED = '''
def x_size__mutmut_orig(value):
    """Return a size."""
    if value < 1:
        raise ValueError("size is too small: set 1.", "kind")
    return value

def x_size__mutmut_1(value):
    """Return a size."""
    if value <= 1:
        raise ValueError("size is too small: set 1.", "kind")
    return value

def x_size__mutmut_2(value):
    """Return a size."""
    if value < 1:
        raise ValueError("SIZE IS TOO SMALL: SET 1.", "kind")
    return value

def x_size__mutmut_3(value):
    """Return a size."""
    if value < 1:
        raise ValueError("size is too small: set 1.", "KIND")
    return value

class Thing:
    def xǁThingǁname__mutmut_orig(self, name="a"):
        return name

    def xǁThingǁname__mutmut_1(self, name="b"):
        return name
'''
NAMES = ("a.x_size__mutmut_1", "a.x_size__mutmut_2", "a.x_size__mutmut_3", "a.xǁThingǁname__mutmut_1")


def verdicts(found: dict[str, bool], same: frozenset[tuple[str, str]] = frozenset()) -> list[str]:
    return [str(fault.verdict) for fault in judged(MUTATED, found, same)]


@pytest.mark.parametrize("found", [True, False])
def test_sentences_do_not_count_whether_a_test_reads_them_or_not(found: bool) -> None:
    told = "found" if found else "missed"
    assert verdicts(dict.fromkeys(NAMES, found)) == [told, "words", told, told]


def test_a_fault_that_does_the_same_is_told_by_its_lines() -> None:
    (fault,) = judged(MUTATED, {NAMES[0]: False}, frozenset())
    assert (fault.name, fault.before, fault.after) == ("x_size__mutmut_1", "if value < 1:", "if value <= 1:")
    same = frozenset({(fault.before, fault.after)})
    assert verdicts({NAMES[0]: False, NAMES[2]: False}, same) == ["same", "missed"]
    # what a test finds does not do the same
    assert verdicts({NAMES[0]: True}, same) == ["found"]


def test_the_rate_is_that_of_what_a_test_can_find() -> None:
    assert rate(Counter({Verdict.FOUND: 9, Verdict.MISSED: 1, Verdict.WORDS: 5, Verdict.SAME: 2})) == 90.0
    assert rate(Counter({Verdict.WORDS: 1})) == 100.0


def test_the_files_that_count_are_those_with_rules_and_plans() -> None:
    names = [str(path) for path in chosen("")]
    assert {"module_utils/plan.py", "module_utils/runner.py", "module_utils/ecs/rules.py"} <= set(names)
    assert "modules/elasticache_replication_group.py" in names
    assert "modules/elbv2_target_group_info.py" not in names
    assert {str(path) for path in chosen("module_utils/rds")} == {
        "module_utils/rds/parameters.py",
        "module_utils/rds/reading.py",
        "module_utils/rds/rules.py",
    }


def test_of_modules_only_the_functions_that_plan_count() -> None:
    assert [str(path) for path in chosen("") if counts_whole(path) and "rules" not in path.with_suffix("").parts] == [
        "module_utils/fields.py",
        "module_utils/plain.py",
        "module_utils/plan.py",
        "module_utils/runner.py",
    ]
    names = [
        "x_plan_create__mutmut_1",
        "xǁTargetGroupǁplan__mutmut_21",
        "xǁTargetGroupǁplan_remove__mutmut_2",
        "x_planned__mutmut_1",
        "xǁTargetGroupǁplans__mutmut_1",
    ]
    assert [in_plan(f"plugins.modules.plan.{name}") for name in names] == [True, True, True, False, False]


@pytest.mark.parametrize("module", chosen(""), ids=str)
def test_each_file_that_counts_has_tests(module: pathlib.Path) -> None:
    files = its_tests(module)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []


@pytest.mark.parametrize(
    ("module", "some", "folder"),
    [
        ("module_utils/plan.py", "test_plan.py", "module_utils"),
        ("module_utils/runner.py", "test_runner.py", "module_utils"),
        ("module_utils/elbv2/rules.py", "test_rules.py", "module_utils"),
        ("module_utils/elbv2/reading.py", "test_elbv2_listener.py", "modules"),
        ("modules/elbv2_target_group.py", "test_elbv2_target_group.py", "modules"),
    ],
)
def test_pure_tests_are_preferred_to_those_that_run_modules(module: str, some: str, folder: str) -> None:
    found = its_tests(pathlib.Path(module))
    assert some in [file.name for file in found]
    assert {file.parent.name for file in found} == {folder}


def test_what_does_the_same_is_still_in_the_code() -> None:
    for module, entries in yaml.safe_load(SAME.read_text(encoding="utf-8")).items():
        assert (PLUGINS / module).is_file()
        assert all(entry["reason"] for entry in entries)
        assert len(same_lines(chosen(module.removesuffix(".py"))[0])) == sum(len(entry["after"]) for entry in entries)

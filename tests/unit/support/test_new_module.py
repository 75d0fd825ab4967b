"""C(make module) writes a module that passes all checks and its own test, in a copy of this checkout."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.tools.new_module.blueprint import NoModuleError, Which, draw, service_of, which_of
from tests.tools.tree import ROOT, sources

# moto lacks all of its operations, it has options inside of options, and the request that creates it overwrites
NAME = "cloudwatch_metric_stream"
UNIT = "tests/unit/plugins/modules"
WRITTEN = (
    f"plugins/modules/{NAME}.py",
    f"{UNIT}/test_{NAME}.py",
    "plugins/module_utils/tags.py",
    "emulator/services/cloudwatch/metric_streams.py",
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Give a copy of the checkout."""
    place = tmp_path_factory.mktemp("checkout")
    for name in sources():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place / name, follow_symlinks=False)
    return place


def run(tree: pathlib.Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the copy."""
    path = {"PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=tree, env=os.environ | path, capture_output=True, text=True, check=False)


def assert_passes(tree: pathlib.Path, commands: Iterable[tuple[str, ...]]) -> None:
    """Assert that programs of the copy end well."""
    for module, *arguments in commands:
        done = run(tree, module, *arguments)
        assert done.returncode == 0, f"{module} {' '.join(arguments)}:\n{done.stdout}{done.stderr}"


def test_what_it_writes_passes_the_checks_and_its_own_test(tree: pathlib.Path) -> None:
    done = run(tree, "tests.tools.new_module", NAME)
    assert done.returncode == 0, done.stderr
    assert all(f"wrote {path}\n" in done.stdout for path in WRITTEN)
    tests = (f"{UNIT}/test_{NAME}.py", f"{UNIT}/test_module_options.py", "tests/unit/drift/test_options.py")
    programs = [path for path in WRITTEN if path.endswith(".py")]
    assert_passes(
        tree,
        [
            ("ruff", "check", *programs),
            ("ruff", "format", "--check", *programs),
            ("yamllint", "--strict", "meta/runtime.yml"),
            ("tests.tools.docs", "--check"),
            ("pytest", "-q", "-k", NAME, *tests),
        ],
    )
    again = run(tree, "tests.tools.new_module", NAME)
    assert (again.returncode, again.stderr) == (2, f"not written: plugins/modules/{NAME}.py exists.\n")


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("dashboard", {}, "is no CLIENT_RESOURCE"),
        ("clowdwatch_dashboard", {}, "no client 'clowdwatch'"),
        ("cloudwatch_dashbord", {}, "give CREATE=METHOD"),
        ("cloudwatch_dashboard", {"READ": "describe_dashboards"}, "no describe_dashboards"),
        ("cloudwatch_dashboard", {"BY": "title"}, "one of dashboard_name, dashboard_body, tags"),
        ("logs_query_definition", {}, "takes no tags"),
    ],
)
def test_what_cannot_be_written_says_what_to_give(name: str, given: dict[str, str], says: str) -> None:
    with pytest.raises(NoModuleError, match=says):
        draw(name, given)


def test_the_requests_are_guessed_and_can_be_given() -> None:
    dashboard = draw("cloudwatch_dashboard", {})
    assert dashboard.operations[:3] == ("put_dashboard", "get_dashboard", "delete_dashboards")
    assert [method for method, which in dashboard.which.items() if which.several] == ["delete_dashboards"]
    assert dashboard.gone == ("ResourceNotFound", "ResourceNotFoundException")
    alarm = draw("cloudwatch_composite_alarm", {"READ": "describe_alarms", "REMOVE": "delete_alarms"})
    assert (alarm.key, alarm.by.member, alarm.arn) == ("CompositeAlarms", "AlarmName", "AlarmArn")
    # every module has an option of the name "state"
    rule = draw("events_rule", {})
    assert {"rule_state", "event_pattern"} <= {row.name for row in rule.rows}
    # what only the creation takes is fixed
    group = draw("elasticache_parameter_group", {})
    assert {row.name for row in group.rows if row.fixed} == {"cache_parameter_group_family", "description"}
    # some requests know it by its ARN
    how = which_of(service_of("elbv2"), "delete_target_group", "Name", "target_group")
    assert how == Which("TargetGroupArn", "arn", several=False)

"""Each alarm has its section in the runbooks, no section is without one, and AWS's tools know their commands."""

from __future__ import annotations

import pathlib
import re
import shlex
from collections.abc import Iterator

import pytest
import yaml
from botocore import xform_name
from botocore.session import Session

ROOT = pathlib.Path(__file__).parents[3]
RUNBOOKS = ROOT / "docs" / "runbooks"
PARTS = ("network", "aurora", "redis", "ecs_service", "apigw", "backup")
# what is done without an alarm
OTHERS = ("restore",)


def sections(part: str) -> list[str]:
    """Return the sections of a file."""
    return re.findall(r"^## (.+)$", (RUNBOOKS / f"{part}.md").read_text(encoding="utf-8"), re.MULTILINE)


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command, with its file."""
    for file in sorted(RUNBOOKS.glob("*.md")):
        for block in re.findall(r"^```shell\n(.+?)^```$", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                yield file.stem, line


AWS = [(file, line) for file, line in commands() if line.startswith("aws ")]
PLAYBOOKS = [(file, line) for file, line in commands() if not line.startswith("aws ")]


@pytest.mark.parametrize("part", PARTS)
def test_each_alarm_has_its_section(part: str) -> None:
    variables = yaml.safe_load((ROOT / "roles" / part / "vars" / "main.yml").read_text(encoding="utf-8"))
    assert sorted(sections(part)) == sorted(variables[f"__{part}_alarm_catalogue"]), f"docs/runbooks/{part}.md"


def test_the_stack_has_its_section() -> None:
    assert sections("README") == ["stack"]
    assert {file.stem for file in RUNBOOKS.iterdir()} == {"README", *OTHERS, *PARTS}


@pytest.mark.parametrize(("file", "line"), AWS)
def test_a_command_is_one_of_awss(file: str, line: str) -> None:
    _aws, service, operation, *rest = shlex.split(line)
    model = Session().get_service_model(service)
    known = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in known, f"{file}: {line}"
    shape = model.operation_model(known[operation]).input_shape
    members = {xform_name(name, "-"): name for name in (shape.members if shape else {})}
    given = {word.removeprefix("--") for word in rest if word.startswith("--")} - {"query"}
    assert given <= members.keys(), f"{file}: {line}"
    assert {xform_name(name, "-") for name in (shape.required_members if shape else ())} <= given


@pytest.mark.parametrize(("file", "line"), PLAYBOOKS)
def test_a_playbook_is_there(file: str, line: str) -> None:
    program, playbook, _option, inventory, *_rest = shlex.split(line)
    assert program == "ansible-playbook", f"{file}: {line}"
    assert (ROOT / playbook).is_file()
    assert (ROOT / inventory).is_dir()

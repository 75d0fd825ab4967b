"""What is written from a module's documentation: its action plugin and its place in the action groups."""

from __future__ import annotations

import pathlib

import pytest

from tests.tools import module_files

RUNTIME = """---
action_groups:
  # all modules
  content_api:
    - metadata:
        extend_group:
          - resources
    - gone
  resources:
    - old
    - older
"""
OWN = "class ActionModule(InProcessAction):\n    COMES_FIRST = True\n"


def module(*fragments: str) -> str:
    return "extends_documentation_fragment:\n" + "".join(f"  - {name}\n" for name in fragments)


@pytest.fixture
def tree(tmp_path: pathlib.Path) -> pathlib.Path:
    """Give a collection with a resource, a module that reads, and one that asks nobody."""
    texts = {
        "meta/runtime.yml": RUNTIME,
        "plugins/modules/ec2_vpc.py": module("amazon.aws.common.modules", "streamflix.content_api.resource"),
        "plugins/modules/ec2_info.py": module("amazon.aws.common.modules"),
        "plugins/modules/outputs.py": "",
        "plugins/action/outputs.py": OWN,
        "plugins/action/gone.py": module_files.ACTION,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_each_module_gets_an_action_but_those_that_have_their_own(tree: pathlib.Path) -> None:
    found = {path.name: text for path, text in module_files.wanted(tree) if path.parent.name == "action"}
    assert found == {"ec2_vpc.py": module_files.ACTION, "ec2_info.py": module_files.ACTION, "gone.py": None}


def test_the_groups_have_the_modules_that_take_their_options(tree: pathlib.Path) -> None:
    text = dict(module_files.wanted(tree))[module_files.RUNTIME]
    assert text == RUNTIME.replace("    - gone\n", "    - ec2_info\n").replace(
        "    - old\n    - older\n", "    - ec2_vpc\n"
    )

"""What the emulator knows of a service is found in one folder, and is the emulator's own."""

from __future__ import annotations

import ast
import pathlib
import pkgutil

import boto3
import pytest

import emulator
from emulator import services

FOLDERS = [module.name for module in pkgutil.iter_modules(services.__path__)]
# the names that the modes look for
TABLES = {"durations", "errors", "lags", "limits", "paces", "quotas", "rates", "rules", "tokens"}


def test_each_folder_is_named_after_a_client() -> None:
    assert {name.replace("_", "-") for name in FOLDERS} <= set(boto3.Session().get_available_services())


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_modes_find_the_tables_of_all_folders(name: str) -> None:
    root = pathlib.Path(services.__file__).parent
    there = {file.parent.name.replace("_", "-") for file in root.glob(f"*/{name}.py")}
    assert there
    assert set(services.tables(name)) == there


def test_the_emulator_shares_nothing_with_the_collection() -> None:
    """With limits from the collection, it would prove nothing about the collection."""
    for file in pathlib.Path(emulator.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if "ansible" in name or name.startswith("plugins")], file

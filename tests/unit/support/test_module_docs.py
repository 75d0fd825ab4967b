"""What a module's documentation says it returns follows from its rows, and keeps its sentences."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.streamflix.content_api.plugins.module_utils.fields import Field
from ansible_collections.streamflix.content_api.plugins.modules.apigateway_account import Account
from ansible_collections.streamflix.content_api.plugins.modules.iam_role import Role
from ansible_collections.streamflix.content_api.plugins.modules.resourcegroupstaggingapi_release import Release

from tests.tools import catalogue, module_docs, programs

ROWS = {
    "arn": Field(read="Arn", assigned=True),
    "size": Field("int", "Size", choices=(5, 7)),
    "force": Field("bool", default=False),
    "checks": Field("list", "Checks", rows={"path": Field(aws="Path", exposes=True)}),
}
OPTIONS = {
    "size": {"description": ["How big it is. AWS rounds it."]},
    "checks": {"description": "What is checked", "suboptions": {"path": {"description": "Where."}}},
}


def test_what_is_new_is_described_by_its_option() -> None:
    assert module_docs.contains(ROWS, OPTIONS, {}) == {
        "arn": {"description": "What AWS assigns.", "type": "str", "sample": "example"},
        "size": {"description": "How big it is.", "type": "int", "sample": 5},
        "checks": {
            "description": "What is checked.",
            "type": "list",
            "elements": "dict",
            "contains": {"path": {"description": "Where.", "type": "str", "sample": "example"}},
        },
    }


def test_what_is_written_stays_and_what_no_row_has_goes() -> None:
    written = {"size": {"description": "Its size.", "type": "str", "sample": 7}, "gone": {"description": "Old."}}
    found = module_docs.contains(ROWS, OPTIONS, written)
    assert found["size"] == {"description": "Its size.", "type": "int", "sample": 7}
    assert "gone" not in found


@pytest.mark.parametrize(
    "value",
    ["plain", "", "a: b", "yes", "1.5", 'C(a) says "b"', True, 3, [], ["a", "b"], {"a": 1, "b": [1, 2]}],
)
def test_what_is_written_in_one_line_is_read_the_same(value: Any) -> None:
    text = module_docs.flow(value)
    assert "\n" not in text
    assert yaml.safe_load(f"key: {text}") == {"key": value}


def test_a_long_description_is_wrapped() -> None:
    entries = {
        "one": {
            "description": ["word " * 60 + "end", "another: one"],
            "type": "list",
            "sample": [{"a": 1, "b": {"c": [2]}}],
        }
    }
    lines = module_docs.lines_of(entries)
    assert max(map(len, lines)) <= module_docs.WIDTH
    assert yaml.safe_load("\n".join(lines)) == entries


def test_an_example_too_long_for_a_line_has_a_line_for_each_key() -> None:
    entries = {"logs": {"type": "list", "sample": [{"log_type": "x" * 50, "destination": "y" * 50}, {"a": 1}]}}
    lines = module_docs.lines_of(entries)
    assert max(map(len, lines)) <= module_docs.WIDTH
    assert yaml.safe_load("\n".join(lines)) == entries


def test_an_entry_of_the_catalogue_is_formatted_as_ruff_does() -> None:
    assert catalogue.line('"a"', '("b",)') == '    "a": ("b",),'
    name = "n" * 110
    assert catalogue.line('"a"', f'("{name}",)') == f'    "a": (\n        "{name}",\n    ),'
    assert catalogue.line('"a"', f'("{name}", "b")') == f'    "a": (\n        "{name}",\n        "b",\n    ),'


def test_the_catalogue_names_the_rows_that_expose_those_inside_too() -> None:
    assert catalogue.exposing(ROWS) == ["checks.path"]
    assert catalogue.rows_of(ROWS, "checks") == ROWS["checks"].rows
    assert catalogue.rows_of(ROWS, "") == ROWS
    assert catalogue.rows_of({}, "checks") == {}


def test_what_all_modules_return_names_no_option_that_one_lacks() -> None:
    resources = {"apigateway_account": Account, "iam_role": Role, "resourcegroupstaggingapi_release": Release}
    account, role, release = (
        module_docs.common(programs.Program(programs.PLUGINS / "modules" / f"{name}.py", resource), {})
        for name, resource in resources.items()
    )
    assert account["state"]["description"] == "Always V(present)."
    assert role["state"]["description"] == module_docs.STATE
    assert release["ready"]["description"] == "Whether there is nothing left to wait for."
    assert all("O(wait=true)" in one["ready"]["description"] for one in (account, role))

"""A role's defaults follow from its argument specs."""

from __future__ import annotations

import pytest
import yaml

from tests.tools.role_readmes import with_defaults

TEXT = """---
app_name: streamflix

# what no spec can have
app_subnets: "{{ network_outputs.subnets }}"
app_rules:
  - port: 80
    cidr: 0.0.0.0/0
app_port: 80
"""
OPTIONS = {
    "app_name": {"default": "streamflix"},
    "app_members": {"default": []},
    "app_subnets": {},
    "app_rules": {"default": [{"port": 80, "cidr": "0.0.0.0/0"}]},
    "app_port": {"default": 80},
}


def test_a_new_default_stands_behind_the_option_before_it() -> None:
    assert with_defaults(TEXT, OPTIONS) == TEXT.replace("streamflix\n", "streamflix\napp_members: []\n", 1)


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("app_port", 443, "app_port: 443\n"),
        ("app_name", "{{ name }}", 'app_name: "{{ name }}"\n'),
        ("app_rules", [{"port": 1}], "app_rules: [{port: 1}]\n"),
        ("app_rules", [{"description": "d" * 200}], f"app_rules:\n  - description: {'d' * 200}\n"),
    ],
)
def test_another_default_takes_the_place_of_the_old_one(name: str, value: object, written: str) -> None:
    known = {key: option for key, option in OPTIONS.items() if key != "app_members"}
    text = with_defaults(TEXT, known | {name: {"default": value}})
    assert written in text
    assert yaml.safe_load(text) == yaml.safe_load(TEXT) | {name: value}
    assert "# what no spec can have\napp_subnets" in text

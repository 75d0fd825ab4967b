"""What stands for the roles' outputs while their variables are checked has all that the roles publish."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.streamflix.content_api.plugins.plugin_utils.rehearsal import each_task

ROLES = pathlib.Path(__file__).parents[3] / "roles"


def load(path: str) -> Any:
    return yaml.safe_load((ROLES / path).read_text(encoding="utf-8"))


def published(role: str) -> set[str]:
    """Return the keys of a role's outputs, as its tasks or its variables set them."""
    outputs = f"{role}_outputs"
    tasks = (task.get("ansible.builtin.set_fact", {}) for task in each_task(load(f"{role}/tasks/request.yml")))
    (value,) = (facts[outputs] for facts in tasks if outputs in facts)
    return set(value if isinstance(value, dict) else load(f"{role}/vars/main.yml")[f"__{outputs}"])


@pytest.mark.parametrize("role", ["kms", "ecr", "certificate", "network", "aurora", "redis", "ecs_service", "apigw"])
def test_stand_ins_have_the_keys_of_the_outputs(role: str) -> None:
    check = load("preflight/tasks/types.yml")[0]
    assert set(check["vars"][f"{role}_outputs"]) == published(role)

"""Who runs a playbook and what, as others read it in the tags of the lock."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.streamflix.content_api.plugins.action import stack_lock

GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "streamflix/platform",
    "GITHUB_RUN_ID": "42",
}


@pytest.mark.parametrize(
    ("environment", "variables", "expected"),
    [
        ({}, {}, ""),
        ({}, {"awx_job_id": 7}, "AWX job 7"),
        ({"AWX_HOST": "https://awx.example.com/"}, {"tower_job_id": 7}, "https://awx.example.com/#/jobs/playbook/7"),
        ({}, {"awx_job_id": 7, "awx_user_name": "alice"}, "AWX job 7, started by alice"),
        (GITHUB, {}, "https://github.com/streamflix/platform/actions/runs/42"),
        ({"CI_JOB_URL": "https://gitlab.example.com/jobs/9"}, {}, "https://gitlab.example.com/jobs/9"),
        ({"BUILD_URL": "https://jenkins.example.com/3/"}, {}, "https://jenkins.example.com/3/"),
    ],
)
def test_a_job_is_named(environment: dict[str, str], variables: dict[str, Any], expected: str) -> None:
    assert stack_lock.job_of(environment, variables) == expected


def test_the_owner_is_user_and_host_with_the_job() -> None:
    assert "@" in stack_lock.owner_of({}, {})
    assert stack_lock.owner_of({}, {"awx_job_id": 7}).endswith(" (AWX job 7)")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"args": ["playbooks/site.yml"], "tags": ["all"], "skip_tags": [], "subset": None}, "site.yml"),
        ({"args": ["site.yml"], "tags": ["network", "redis"]}, "site.yml --tags network,redis"),
        (
            {"args": ["site.yml"], "skip_tags": ["apigw"], "subset": "dev:!x"},
            "site.yml --skip-tags apigw --limit 'dev:!x'",
        ),
        ({"args": ["destroy.yml"], "extra_vars": ["password=secret"]}, "destroy.yml"),
    ],
)
def test_what_is_run_is_told_without_variables(arguments: dict[str, Any], expected: str) -> None:
    assert stack_lock.command(arguments) == expected


def test_the_module_is_to_tell_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def run(_self: Any, _tmp: Any, variables: Any) -> dict[str, Any]:
        asked.append(variables)
        return {}

    monkeypatch.setattr(stack_lock.InProcessAction, "run", run)
    monkeypatch.setattr(stack_lock.context, "CLIARGS", {})
    action = stack_lock.ActionModule.__new__(stack_lock.ActionModule)
    task: Any = SimpleNamespace(args={})
    action._task = task
    action.run(None, {"inventory_hostname": "dev"})
    # since ansible-core 2.21 they are told only then
    assert asked == [{"inventory_hostname": "dev", "ansible_inject_invocation": True}]
